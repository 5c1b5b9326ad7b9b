package peer_test

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"comity/peer"
)

// strange serves a handler under a node's certificate and gives its endpoint.
func strange(t *testing.T, as side, h http.Handler) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &http.Server{Handler: h, ReadHeaderTimeout: time.Second, TLSConfig: &tls.Config{
		MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{as.cert}, ClientAuth: tls.RequireAnyClientCert,
	}}
	done := make(chan struct{})
	go func() { defer close(done); _ = s.ServeTLS(l, "", "") }()
	t.Cleanup(func() { _ = s.Close(); <-done })
	return "https://" + l.Addr().String()
}

// connect opens a raw TLS connection to the server as the known partner.
func (w *world) connect(t *testing.T, change func(*tls.Config)) (*tls.Conn, error) {
	t.Helper()
	config := &tls.Config{InsecureSkipVerify: true, Certificates: []tls.Certificate{w.client.cert}}
	if change != nil {
		change(config)
	}
	c, err := tls.Dial("tcp", w.addr, config)
	if err == nil {
		t.Cleanup(func() { _ = c.Close() })
		_ = c.SetDeadline(time.Now().Add(5 * time.Second))
	}
	return c, err
}

// exchangeRaw writes bytes and reads what comes back until the connection ends.
func exchangeRaw(t *testing.T, c net.Conn, request string) string {
	t.Helper()
	_, _ = io.WriteString(c, request)
	var got bytes.Buffer
	_, _ = io.Copy(&got, c)
	return got.String()
}

// Only TLS 1.3 with a client certificate is spoken.
func TestHandshakeRefused(t *testing.T) {
	w := start(t, quick)
	tests := map[string]func(*tls.Config){
		"tls 1.2":        func(c *tls.Config) { c.MaxVersion = tls.VersionTLS12 },
		"no certificate": func(c *tls.Config) { c.Certificates = nil },
		"another key":    func(c *tls.Config) { c.Certificates = []tls.Certificate{newSide(t).cert} },
		"pinned key behind another": func(c *tls.Config) {
			other := newSide(t).cert
			other.Certificate = append(other.Certificate, w.client.cert.Certificate[0])
			c.Certificates = []tls.Certificate{other}
		},
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			c, err := w.connect(t, change)
			if err != nil {
				return // refused at once
			}
			if got := exchangeRaw(t, c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); got != "" {
				t.Errorf("a stranger was answered: %q", got)
			}
		})
	}
	c, err := net.Dial("tcp", w.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	_ = c.SetDeadline(time.Now().Add(5 * time.Second))
	if got := exchangeRaw(t, c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); strings.Contains(got, "orx") {
		t.Errorf("plain HTTP was answered with %q", got)
	}
	if w.received.Load() != 0 {
		t.Error("something was taken in")
	}
}

// A partner that asks for anything but the one path in the one way gets a
// status and an empty body.
func TestRequestsRefused(t *testing.T) {
	tests := []struct{ name, request, status string }{
		{"other path", "POST /orx/1/other HTTP/1.1\r\nHost: x\r\nContent-Type: application/orx-1.messages\r\nContent-Length: 0\r\n\r\n", "404"},
		{"root", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "404"},
		{"dots", "POST /x/../orx/1/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", "404"},
		{"query", "POST /orx/1/messages?a=b HTTP/1.1\r\nHost: x\r\nContent-Type: application/orx-1.messages\r\nContent-Length: 0\r\n\r\n", "404"},
		{"get", "GET /orx/1/messages HTTP/1.1\r\nHost: x\r\n\r\n", "405"},
		{"options", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", "404"},
		{"no type", "POST /orx/1/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", "415"},
		{"json", "POST /orx/1/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}", "415"},
		{"compressed", "POST /orx/1/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/orx-1.messages\r\nContent-Encoding: gzip\r\nContent-Length: 0\r\n\r\n", "415"},
		{"garbage", "POST /orx/1/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/orx-1.messages\r\nContent-Length: 5\r\n\r\nhello", "409"},
		{"empty", "POST /orx/1/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/orx-1.messages\r\nContent-Length: 0\r\n\r\n", "409"},
		{"no http", "hello\r\n\r\n", "400"},
		{"long header", "GET / HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("a", 64<<10) + "\r\n\r\n", "431"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := start(t, quick)
			c, err := w.connect(t, nil)
			if err != nil {
				t.Fatal(err)
			}
			got := exchangeRaw(t, c, tt.request)
			if !strings.HasPrefix(got, "HTTP/1.1 "+tt.status) {
				t.Errorf("answered %.80q, want %s", got, tt.status)
			}
			if w.received.Load() != 0 {
				t.Error("something was taken in")
			}
		})
	}
}

// A body that never ends, or comes too slowly, is given up, and nothing is
// taken in.
func TestSlowBody(t *testing.T) {
	limits := quick
	limits.Handshake, limits.Body = 300*time.Millisecond, 300*time.Millisecond
	w := start(t, limits)
	c, err := w.connect(t, nil)
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	got := exchangeRaw(t, c, "POST /orx/1/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/orx-1.messages\r\nContent-Length: 5000\r\n\r\norx/1 ")
	if time.Since(began) > 3*time.Second {
		t.Errorf("it took %s to give up", time.Since(began))
	}
	if strings.HasPrefix(got, "HTTP/1.1 200") || w.received.Load() != 0 {
		t.Errorf("half a message was taken in: %q", got)
	}
}

// A client that says nothing does not keep its place.
func TestSilentClient(t *testing.T) {
	limits := quick
	limits.Handshake = 200 * time.Millisecond
	w := start(t, limits)
	plain, err := net.Dial("tcp", w.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = plain.Close() }()
	_ = plain.SetDeadline(time.Now().Add(5 * time.Second))
	if _, err := bufio.NewReader(plain).ReadByte(); err == nil || isTimeout(err) {
		t.Errorf("the connection without a handshake still stands: %v", err)
	}
}

func isTimeout(err error) bool {
	n, ok := err.(net.Error)
	return ok && n.Timeout()
}

// dead reports whether the other side has ended a connection.
func dead(c net.Conn) bool {
	_ = c.SetReadDeadline(time.Now().Add(300 * time.Millisecond))
	_, err := c.Read(make([]byte, 1))
	return err != nil && !isTimeout(err)
}

// strangers opens connections from some addresses and says nothing on them.
func (w *world) strangers(t *testing.T, addresses, each int) []net.Conn {
	t.Helper()
	var held []net.Conn
	for a := range addresses {
		for range each {
			d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, byte(2+a))}}
			c, err := d.Dial("tcp", w.addr)
			if err != nil {
				t.Skip("this machine has one loopback address only")
			}
			t.Cleanup(func() { _ = c.Close() })
			held = append(held, c)
		}
	}
	return held
}

// Of one address the oldest stranger makes room for the newest.
func TestManyConnections(t *testing.T) {
	limits := quick
	limits.Handshake, limits.PerAddress = time.Minute, 3
	w := start(t, limits)
	ended := 0
	for _, c := range w.strangers(t, 1, 6) {
		if dead(c) {
			ended++
		}
	}
	if ended != 3 {
		t.Errorf("%d of 6 connections were ended, want the 3 oldest", ended)
	}
}

// Strangers who hold connections without a word, from however many addresses,
// do not keep a partner out, nor do they end what a partner has open.
func TestStrangersKeepNobodyOut(t *testing.T) {
	limits := quick
	limits.Handshake, limits.Strangers, limits.PerAddress, limits.Connections = time.Minute, 64, 16, 4
	w := start(t, limits)
	c := w.dial(t, w.client, w.server.pin)
	for range 2 { // the second over the connection of the first
		if _, err := c.Deliver(t.Context(), w.message(t, 10)); err != nil {
			t.Fatal(err)
		}
		w.strangers(t, 8, 16)
	}
	late := w.dial(t, w.client, w.server.pin)
	if _, err := late.Deliver(t.Context(), w.message(t, 10)); err != nil {
		t.Errorf("strangers hold every place, and a partner got %v", err)
	}
}

// One partner's connections are bounded, apart from the others'.
func TestPartnerConnections(t *testing.T) {
	limits := quick
	limits.PerKey = 2
	w := start(t, limits)
	open := 0
	for range 4 {
		c, err := w.connect(t, nil)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(c, "POST "+peer.Path+" HTTP/1.1\r\nHost: x\r\nContent-Type: "+peer.MessageType+"\r\nContent-Length: 9\r\n\r\n")
		if !dead(c) {
			open++
		}
	}
	if open != 2 {
		t.Errorf("%d connections of one partner stand, want 2", open)
	}
}

// A partner over its rate is told to wait; its messages are not taken in.
func TestRate(t *testing.T) {
	limits := quick
	limits.Rate = 2
	w := start(t, limits)
	post := fmt.Sprintf("POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 0\r\n\r\n", peer.Path)
	var statuses []string
	for range 6 {
		c, err := w.connect(t, nil)
		if err != nil {
			t.Fatal(err)
		}
		statuses = append(statuses, exchangeRaw(t, c, post)[9:12])
	}
	if got := strings.Join(statuses, " "); !strings.HasPrefix(got, "415 415 415 415") || !strings.Contains(got, "429") {
		t.Errorf("answers were %s", got)
	}
}

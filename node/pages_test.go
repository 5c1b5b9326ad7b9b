package node_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"comity/console"
	"comity/door"
	"comity/door/doortest"
	"comity/fault"
	"comity/node"
	"comity/party"
)

// freePort gives an address of this machine where nobody listens.
func freePort(t *testing.T) (port string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ = net.SplitHostPort(l.Addr().String())
	_ = l.Close()
	return port
}

// TestPagesSettings: what other machines reach has TLS and an origin to bind
// passkeys to.
func TestPagesSettings(t *testing.T) {
	for name, c := range map[string]struct {
		pages, origin, cert, key string
		ok                       bool
		proxies                  string
	}{
		"none":                   {"", "", "", "", true, ""},
		"this machine":           {"127.0.0.1:8080", "", "", "", true, ""},
		"by its name":            {"localhost:8080", "", "", "", true, ""},
		"by IPv6":                {"[::1]:8080", "", "", "", true, ""},
		"behind a proxy":         {"127.0.0.1:8080", "https://desk.example", "", "", true, ""},
		"TLS":                    {"0.0.0.0:8443", "https://desk.example:8443", "c", "k", true, ""},
		"TLS, every address":     {":8443", "https://desk.example:8443", "c", "k", true, ""},
		"open":                   {"0.0.0.0:8080", "", "", "", false, ""},
		"open, every address":    {":8080", "", "", "", false, ""},
		"open, a name":           {"desk.example:8080", "", "", "", false, ""},
		"no port":                {"127.0.0.1", "", "", "", false, ""},
		"port 0":                 {"127.0.0.1:0", "", "", "", false, ""},
		"no key":                 {"0.0.0.0:8443", "https://desk.example", "c", "", false, ""},
		"no certificate":         {"0.0.0.0:8443", "https://desk.example", "", "k", false, ""},
		"TLS without its origin": {"0.0.0.0:8443", "", "c", "k", false, ""},
		"TLS with an open one":   {"0.0.0.0:8443", "http://localhost:8443", "c", "k", false, ""},
		"an origin of numbers":   {"127.0.0.1:8080", "https://192.0.2.1", "", "", false, ""},
		"an origin with a path":  {"127.0.0.1:8080", "https://desk.example/x", "", "", false, ""},
		"an open origin":         {"127.0.0.1:8080", "http://desk.example", "", "", false, ""},
		"an origin alone":        {"", "https://desk.example", "", "", false, ""},
		"a proxy":                {"127.0.0.1:8080", "https://desk.example", "", "", true, "'127.0.0.1', '192.0.2.0/24'"},
		"a proxy by its name":    {"127.0.0.1:8080", "https://desk.example", "", "", false, "'proxy.example'"},
		"everybody a proxy":      {"127.0.0.1:8080", "https://desk.example", "", "", false, "'0.0.0.0/0'"},
		"proxies alone":          {"", "", "", "", false, "'127.0.0.1'"},
	} {
		file := filepath.Join(t.TempDir(), "config.toml")
		text := fmt.Sprintf("name = 'us/dea'\nunits = ['us/dea/sod']\npages = '%s'\npages_origin = '%s'\npages_cert = '%s'\npages_key = '%s'\npages_proxies = [%s]\n", c.pages, c.origin, c.cert, c.key, c.proxies)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := node.ReadConfig(file)
		if (err == nil) != c.ok || !c.ok && !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// running runs a node until the test ends, and tells when it is there.
func running(t *testing.T, n *node.Node) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	ready, done := make(chan struct{}), make(chan error, 1)
	go func() { done <- n.Serve(ctx, func(string) { close(ready) }) }()
	select {
	case <-ready:
	case err := <-done:
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if err := n.Close(); err != nil {
			t.Error(err)
		}
	})
}

// invited gives a node with pages, and the door into it for ana, who is invited and
// has made a passkey.
func invited(t *testing.T, c node.Config, o node.Options) (*node.Node, console.Signer, door.Session, door.Place) {
	t.Helper()
	dir, lock := made(t, c)
	n := open(t, dir, lock, o)
	chief, ana := somebody(t, "chief"), somebody(t, "ana")
	for _, err := range []error{enlist(t, n, chief, chief, party.Admin), enlist(t, n, chief, ana, party.Analyst)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx := context.Background()
	i, err := console.Call(ctx, n, chief, console.InviteOfficer{Handle: "ana"})
	if err != nil {
		t.Fatal(err)
	}
	link, secret, _ := strings.Cut(i.Link, "#")
	if link != n.Pages()+"/enter" {
		t.Fatalf("the link is %s", link)
	}
	d, device, from := n.Desk().Door, doortest.New(n.Pages()), door.Place{Address: "127.0.0.1", Agent: "a test"}
	begun, err := d.BeginKey(ctx, secret)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := device.Make(begun.Options)
	if err != nil {
		t.Fatal(err)
	}
	in, err := d.FinishKey(ctx, begun.ID, answer, from)
	if err != nil {
		t.Fatal(err)
	}
	return n, ana, in, from
}

// TestThePagesAreServed, and what an officer asks through the door gets the answer
// of a signed command.
func TestThePagesAreServed(t *testing.T) {
	var log bytes.Buffer
	c := config
	c.Pages = "127.0.0.1:" + freePort(t)
	n, ana, in, from := invited(t, c, node.Options{Log: slog.New(slog.NewJSONHandler(&log, nil))})
	ctx := context.Background()
	actor, _, err := n.Desk().Door.Actor(ctx, in.Token, from)
	if err != nil || actor.Handle != "ana" {
		t.Fatal(actor, err)
	}
	listed, err := console.Act(ctx, n.Desk(), actor, console.ListOfficers{})
	if err != nil {
		t.Fatal(err)
	}
	signed, err := console.Call(ctx, n, ana, console.ListOfficers{})
	if err != nil || len(listed.Officers) != 2 || fmt.Sprint(listed) != fmt.Sprint(signed) {
		t.Errorf("%+v\nand signed %+v, %v", listed, signed, err)
	}
	if _, err = console.Act(ctx, n.Desk(), actor, console.VerifyLedger{}); !fault.Is(err, fault.Denied) {
		t.Errorf("an analyst verified the ledger: %v", err)
	}
	if !strings.Contains(log.String(), `"command":"ledger.verify","officer":"ana","kind":"denied"`) {
		t.Errorf("what was refused is not in the log: %s", log.String())
	}
	if strings.Contains(log.String(), in.Token) {
		t.Error("a token stands in the log")
	}
	running(t, n)
	get(t, http.DefaultClient, "http://"+c.Pages+"/enter")
	http.DefaultClient.CloseIdleConnections()
}

func get(t *testing.T, client *http.Client, url string) {
	t.Helper()
	r, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r.Body)
	_ = r.Body.Close()
	if err != nil || r.StatusCode != http.StatusOK || !bytes.Contains(b, []byte("<html")) {
		t.Errorf("%s: %d %s %v", url, r.StatusCode, b, err)
	}
}

// TestThePagesHaveTLS where their files are named.
func TestThePagesHaveTLS(t *testing.T) {
	cert, key, pool := certificate(t, "desk.example")
	c := config
	port := freePort(t)
	c.Pages, c.PagesOrigin, c.PagesCert, c.PagesKey = "127.0.0.1:"+port, "https://desk.example:"+port, cert, key
	n, _, _, _ := invited(t, c, node.Options{})
	running(t, n)
	way := &http.Transport{
		TLSClientConfig:   &tls.Config{RootCAs: pool},
		ForceAttemptHTTP2: true,
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, c.Pages)
		},
	}
	get(t, &http.Client{Transport: way}, c.PagesOrigin+"/enter")
	way.CloseIdleConnections()

	c.PagesKey = cert // which is no key
	dir, lock := made(t, c)
	bad := open(t, dir, lock, node.Options{})
	defer func() { _ = bad.Close() }()
	if err := bad.Serve(context.Background(), nil); !fault.Is(err, fault.Invalid) || fault.Safe(err).Where != "pages_cert" {
		t.Errorf("a certificate without its key: %v", err)
	}
}

// certificate makes files of a certificate and its key, and a pool that trusts it.
func certificate(t *testing.T, name string) (cert, key string, pool *x509.CertPool) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	x := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, x, x, &k.PublicKey, k)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	pool = x509.NewCertPool()
	public := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	pool.AppendCertsFromPEM(public)
	if err := os.WriteFile(cert, public, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), 0o600); err != nil {
		t.Fatal(err)
	}
	return cert, key, pool
}

// TestATakenPort: the operator is told which setting it is.
func TestATakenPort(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	c := config
	c.Pages = l.Addr().String()
	dir, lock := made(t, c)
	n := open(t, dir, lock, node.Options{})
	defer func() { _ = n.Close() }()
	if err := n.Serve(context.Background(), nil); !fault.Is(err, fault.Invalid) || fault.Safe(err).Where != "pages" {
		t.Errorf("a taken port: %v", err)
	}
}

// TestPagesBehindAProxy: who guesses waits by the address that the proxy tells, whatever
// they write into the header themselves; without a proxy that is named nobody's word
// counts.
func TestPagesBehindAProxy(t *testing.T) {
	for name, named := range map[string][]string{"named": {"127.0.0.1"}, "not named": nil} {
		c := config
		c.Pages, c.PagesProxies, c.LogLevel = "127.0.0.1:"+freePort(t), named, "error"
		n, _, _, _ := invited(t, c, node.Options{})
		running(t, n)
		guess := func(says string) int {
			t.Helper()
			r, err := http.NewRequest("POST", "http://"+c.Pages+"/signin/finish", strings.NewReader(`{"id":"x","response":"e30="}`))
			fine(t, err)
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("X-Forwarded-For", says)
			r.Header.Set("Origin", "http://"+c.Pages)
			got, err := http.DefaultClient.Do(r)
			fine(t, err)
			_ = got.Body.Close()
			return got.StatusCode
		}
		for range 20 {
			guess("198.51.100.1, 203.0.113.5")
		}
		if got := guess("198.51.100.2, 203.0.113.5"); got != http.StatusTooManyRequests {
			t.Errorf("%s: who spoofs is answered %d", name, got)
		}
		want := map[bool]int{true: http.StatusForbidden, false: http.StatusTooManyRequests}[named != nil]
		if got := guess("203.0.113.6"); got != want {
			t.Errorf("%s: another one is answered %d, not %d", name, got, want)
		}
		http.DefaultClient.CloseIdleConnections()
	}
}

package peer_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"comity/fault"
	"comity/message"
	"comity/party"
	"comity/peer"
	"comity/ref"
	"comity/seal"
)

// A message goes across and its signed answer comes back, many times over one
// connection.
func TestDeliver(t *testing.T) {
	w := start(t, quick)
	c := w.dial(t, w.client, w.server.pin)
	for range 20 {
		answers, err := c.Deliver(context.Background(), w.message(t, 1000))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := answers[0].Verify(message.AnswerType, w.server.key.Public()); err != nil {
			t.Fatal(err)
		}
	}
	if got := w.received.Load(); got != 20 {
		t.Errorf("%d messages were taken in, want 20", got)
	}
}

// The largest message crosses whole.
func TestDeliverLargest(t *testing.T) {
	w := start(t, quick)
	var size int
	w.receive = func(_ context.Context, _ party.Name, m message.Message) (seal.Envelope, error) {
		size = len(m.Sealed)
		return sign(t, w.server.key, message.AnswerType), nil
	}
	if _, err := w.dial(t, w.client, w.server.pin).Deliver(context.Background(), w.message(t, message.MaxSealed)); err != nil {
		t.Fatal(err)
	}
	if size != message.MaxSealed {
		t.Errorf("%d bytes arrived, want %d", size, message.MaxSealed)
	}
}

// A sealed part over the limit reaches exchange cut short, so that it can be
// refused with a signed answer.
func TestDeliverOversized(t *testing.T) {
	w := start(t, quick)
	var size int
	w.receive = func(_ context.Context, _ party.Name, m message.Message) (seal.Envelope, error) {
		size = len(m.Sealed)
		return sign(t, w.server.key, message.AnswerType), nil
	}
	_, _ = w.dial(t, w.client, w.server.pin).Deliver(context.Background(), w.message(t, message.MaxSealed+100_000))
	if size != message.MaxSealed+1 {
		t.Errorf("%d bytes reached exchange, want one over the limit", size)
	}
}

// What was not received comes back as the same error, with the position that
// is expected; any other failure of the receiver tells nothing.
func TestNotReceived(t *testing.T) {
	tests := []struct {
		name string
		err  error
		want func(error) bool
	}{
		{"gap", &message.NotReceived{Why: message.WhyGap, Expect: 7}, func(err error) bool {
			var n *message.NotReceived
			return errors.As(err, &n) && n.Why == message.WhyGap && n.Expect == 7
		}},
		{"link", &message.NotReceived{Why: message.WhyLink}, func(err error) bool { return fault.Is(err, fault.Frozen) }},
		{"failed", fault.New(fault.Withheld, "the cut 1234 is not held"), func(err error) bool { return fault.Is(err, fault.Unreachable) }},
		{"broken", errors.New("disk full"), func(err error) bool { return fault.Is(err, fault.Unreachable) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := start(t, quick)
			w.receive = func(context.Context, party.Name, message.Message) (seal.Envelope, error) {
				return seal.Envelope{}, tt.err
			}
			_, err := w.dial(t, w.client, w.server.pin).Deliver(context.Background(), w.message(t, 10))
			if !tt.want(err) {
				t.Errorf("Deliver gave %v", err)
			}
		})
	}
}

// A node with another key at the partner's address is not the partner, and
// gets nothing.
func TestWrongServerPin(t *testing.T) {
	w := start(t, quick)
	_, err := w.dial(t, w.client, newSide(t).pin).Deliver(context.Background(), w.message(t, 10))
	if !fault.Is(err, fault.Forged) {
		t.Errorf("Deliver gave %v, want Forged", err)
	}
	_, err = w.dial(t, w.client, ref.Hash{}).Deliver(context.Background(), w.message(t, 10))
	if !fault.Is(err, fault.Forged) {
		t.Errorf("without a pin, Deliver gave %v, want Forged", err)
	}
	if w.received.Load() != 0 {
		t.Error("a message reached the wrong node")
	}
}

// A client that nobody introduced is not answered.
func TestWrongClientPin(t *testing.T) {
	w := start(t, quick)
	_, err := w.dial(t, newSide(t), w.server.pin).Deliver(context.Background(), w.message(t, 10))
	if !fault.Is(err, fault.Unreachable) {
		t.Errorf("Deliver gave %v, want Unreachable", err)
	}
	if w.received.Load() != 0 {
		t.Error("a stranger's message was taken in")
	}
}

// A partner that is forgotten while its connection stands is cut off at the
// next request.
func TestForgottenPartner(t *testing.T) {
	w := start(t, quick)
	c := w.dial(t, w.client, w.server.pin)
	if _, err := c.Deliver(context.Background(), w.message(t, 10)); err != nil {
		t.Fatal(err)
	}
	w.known.Store(false)
	if _, err := c.Deliver(context.Background(), w.message(t, 10)); !fault.Is(err, fault.Unreachable) {
		t.Errorf("Deliver gave %v, want Unreachable", err)
	}
	if got := w.received.Load(); got != 1 {
		t.Errorf("%d messages were taken in, want 1", got)
	}
}

// Whatever stands at the endpoint, a client follows no redirect and takes no
// answer that is not one.
func TestStrangeServers(t *testing.T) {
	var followed bool
	servers := map[string]http.HandlerFunc{
		"redirect": func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != peer.Path {
				followed = true
			}
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		},
		"empty":    func(http.ResponseWriter, *http.Request) {},
		"html":     func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) },
		"garbage":  typed(http.StatusOK, message.AnswerType, []byte("{")),
		"endless":  typed(http.StatusOK, message.AnswerType, make([]byte, 1<<20)),
		"reason":   typed(http.StatusConflict, "application/orx-1.problem+json", []byte(`{"why":"holdings"}`)),
		"position": typed(http.StatusConflict, "application/orx-1.problem+json", []byte(`{"expect":9,"why":"link"}`)),
		"silent": func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			<-r.Context().Done()
		},
	}
	for name, h := range servers {
		t.Run(name, func(t *testing.T) {
			w := &world{server: newSide(t), client: newSide(t)}
			c := dial(t, w.client, strange(t, w.server, h), w.server.pin)
			ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
			defer cancel()
			_, err := c.Deliver(ctx, w.message(t, 10))
			if !fault.Is(err, fault.Unreachable) && !fault.Is(err, fault.Unsupported) {
				t.Errorf("Deliver gave %v", err)
			}
		})
	}
	if followed {
		t.Error("a redirect was followed")
	}
}

func typed(status int, mediaType string, body []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", mediaType)
		w.WriteHeader(status)
		_, _ = w.Write(body)
	}
}

// An endpoint where somebody else answers does not keep the message from the
// endpoint where the partner does; that it was there is told only if no other
// one answers.
func TestWrongKeyAtTheFirstEndpoint(t *testing.T) {
	w := start(t, quick)
	other := strange(t, newSide(t), http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	for _, tt := range []struct {
		endpoints []string
		forged    bool
	}{
		{[]string{other, "https://" + w.addr}, false},
		{[]string{other, "https://127.0.0.1:1"}, true},
		{[]string{"https://127.0.0.1:1", other}, true},
	} {
		c, err := peer.NewClient(w.client.cert, tt.endpoints, w.server.pin, quick)
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Deliver(context.Background(), w.message(t, 10))
		c.Close()
		if fault.Is(err, fault.Forged) != tt.forged || !tt.forged && err != nil {
			t.Errorf("at %v Deliver gave %v", tt.endpoints, err)
		}
	}
}

// A partner that is down is unreachable, and so is one without an endpoint.
func TestDown(t *testing.T) {
	w := &world{server: newSide(t), client: newSide(t)}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	_ = l.Close()
	if _, err := dial(t, w.client, "https://"+addr, w.server.pin).Deliver(context.Background(), w.message(t, 10)); !fault.Is(err, fault.Unreachable) {
		t.Errorf("Deliver gave %v, want Unreachable", err)
	}
	c, err := peer.NewClient(w.client.cert, nil, w.server.pin, peer.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Deliver(context.Background(), w.message(t, 10)); !fault.Is(err, fault.Unreachable) {
		t.Errorf("Deliver gave %v, want Unreachable", err)
	}
}

// Only plain endpoints are accepted.
func TestEndpoints(t *testing.T) {
	for _, e := range []string{"http://a:1", "https://a", "https://a:1/", "https://a:1/x", "https://u@a:1", "https://a:1?x", "ftp://a:1", "https://:1", "https://a:1#x", ""} {
		if err := peer.CheckEndpoint(e); !fault.Is(err, fault.Invalid) {
			t.Errorf("CheckEndpoint(%q) = %v, want Invalid", e, err)
		}
	}
	for _, e := range []string{"https://a:1", "https://127.0.0.1:7443", "https://[::1]:7443"} {
		if err := peer.CheckEndpoint(e); err != nil {
			t.Errorf("CheckEndpoint(%q) = %v", e, err)
		}
	}
}

// The proxy that the environment names is never asked, not even for a name
// that only it could resolve.
func TestNoProxy(t *testing.T) {
	asked := make(chan struct{}, 1)
	proxy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked <- struct{}{} }))
	defer proxy.Close()
	t.Setenv("HTTPS_PROXY", proxy.URL)
	t.Setenv("https_proxy", proxy.URL)
	w := &world{server: newSide(t), client: newSide(t)}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	c := dial(t, w.client, "https://node.invalid:7443", w.server.pin)
	if _, err := c.Deliver(ctx, w.message(t, 10)); !fault.Is(err, fault.Unreachable) {
		t.Errorf("Deliver gave %v, want Unreachable", err)
	}
	select {
	case <-asked:
		t.Error("the proxy was asked")
	default:
	}
}

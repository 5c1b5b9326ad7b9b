package peer_test

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"comity/message"
	"comity/party"
	"comity/peer"
	"comity/ref"
	"comity/seal"
	"comity/witness"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// side is one node's identity on the transport.
type side struct {
	key  seal.SigningKey
	cert tls.Certificate
	pin  ref.Hash
}

func newSide(t *testing.T) side {
	t.Helper()
	key, err := seal.NewSigningKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := peer.TLSCertificate(key, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return side{key, cert, peer.Pin(cert.Leaf)}
}

// receiveOne takes in one message, as most tests do.
type receiveOne func(ctx context.Context, from party.Name, m message.Message) (seal.Envelope, error)

// world is a server that knows one partner, and that partner.
type world struct {
	server, client side
	addr           string
	receive        receiveOne
	received       atomic.Int64
	compare        peer.Compare
	compared       atomic.Int64
	known          atomic.Bool
}

var quick = peer.Limits{
	Handshake: time.Second, Body: time.Second, Idle: time.Second,
	Connections: 64, PerKey: 32, Strangers: 64, PerAddress: 32, PerPartner: 4, Rate: 1e6, Arrivals: 1e6,
}

func start(t *testing.T, limits peer.Limits) *world {
	t.Helper()
	w := &world{server: newSide(t), client: newSide(t)}
	w.known.Store(true)
	heads := sign(t, w.server.key, witness.HeadsType)
	w.compare = func(context.Context, party.Name, seal.Envelope) (seal.Envelope, error) { return heads, nil }
	answer := sign(t, w.server.key, message.AnswerType)
	w.receive = func(context.Context, party.Name, message.Message) (seal.Envelope, error) { return answer, nil }
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w.addr = l.Addr().String()
	receive := func(ctx context.Context, from party.Name, messages ...message.Message) (answers []seal.Envelope, err error) {
		if from != "us/dea" {
			t.Errorf("a message came from %q", from)
		}
		for _, m := range messages {
			w.received.Add(1)
			a, err := w.receive(ctx, from, m)
			if err != nil {
				return answers, err
			}
			answers = append(answers, a)
		}
		return answers, nil
	}
	compare := func(ctx context.Context, from party.Name, heads seal.Envelope) (seal.Envelope, error) {
		w.compared.Add(1)
		return w.compare(ctx, from, heads)
	}
	who := func(pin ref.Hash) (party.Name, bool) { return "us/dea", w.known.Load() && pin == w.client.pin }
	s := peer.NewServer(w.server.cert, peer.Node{Receive: receive, Compare: compare, Who: who}, peer.ServerOptions{Limits: limits})
	ctx, cancel := context.WithCancel(context.Background())
	var done sync.WaitGroup
	done.Add(1)
	go func() {
		defer done.Done()
		if err := s.Serve(ctx, l, time.Second); err != nil {
			t.Error(err)
		}
	}()
	t.Cleanup(func() { cancel(); done.Wait() })
	return w
}

func (w *world) dial(t *testing.T, as side, pin ref.Hash) *peer.Client {
	t.Helper()
	return dial(t, as, "https://"+w.addr, pin)
}

func dial(t *testing.T, as side, endpoint string, pin ref.Hash) *peer.Client {
	t.Helper()
	c, err := peer.NewClient(as.cert, []string{endpoint}, pin, quick)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func sign(t *testing.T, key seal.SigningKey, payloadType string) seal.Envelope {
	t.Helper()
	e, err := seal.Sign(payloadType, []byte(`{}`), key)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func (w *world) message(t *testing.T, size int) message.Message {
	t.Helper()
	return message.Message{Envelope: sign(t, w.client.key, message.EnvelopeType), Sealed: make([]byte, size)}
}

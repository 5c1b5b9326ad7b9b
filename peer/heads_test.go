package peer_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"comity/fault"
	"comity/message"
	"comity/party"
	"comity/peer"
	"comity/ref"
	"comity/seal"
	"comity/wire"
	"comity/witness"
)

// headsOf signs heads with a payload of some length.
func headsOf(t *testing.T, key seal.SigningKey, length int) seal.Envelope {
	t.Helper()
	e, err := seal.Sign(witness.HeadsType, make([]byte, length), key)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func encoded(t *testing.T, e seal.Envelope) []byte {
	t.Helper()
	b, err := wire.Encode(e)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// longest gives the longest payload with which heads are within their limit:
// one byte more and they are over it.
func longest(t *testing.T, key seal.SigningKey) int {
	t.Helper()
	around := len(encoded(t, headsOf(t, key, 0)))
	n := (witness.MaxHeads - around) / 4 * 3
	within, over := len(encoded(t, headsOf(t, key, n))), len(encoded(t, headsOf(t, key, n+1)))
	if within > witness.MaxHeads || over <= witness.MaxHeads {
		t.Fatalf("payloads of %d and one more give %d and %d bytes, around the limit of %d", n, within, over, witness.MaxHeads)
	}
	return n
}

// Heads cross whole and signed, and so do those that answer them, beside
// messages on one connection.
func TestCompare(t *testing.T) {
	w := start(t, quick)
	var got seal.Envelope
	var from party.Name
	answer := headsOf(t, w.server.key, 50)
	w.compare = func(_ context.Context, who party.Name, heads seal.Envelope) (seal.Envelope, error) {
		got, from = heads, who
		return answer, nil
	}
	c := w.dial(t, w.client, w.server.pin)
	for i := range 5 {
		asked := headsOf(t, w.client.key, i)
		said, err := c.Compare(t.Context(), asked)
		if err != nil {
			t.Fatal(err)
		}
		if from != "us/dea" || !reflect.DeepEqual(got, asked) || !reflect.DeepEqual(said, answer) {
			t.Fatalf("%+v, taken in from %q as %+v, was answered with %+v", asked, from, got, said)
		}
		if _, err := c.Deliver(t.Context(), w.message(t, 10)); err != nil {
			t.Fatal(err)
		}
	}
	if w.compared.Load() != 5 || w.received.Load() != 5 {
		t.Errorf("%d heads and %d messages were taken in, want 5 of each", w.compared.Load(), w.received.Load())
	}
}

// The longest heads cross both ways; longer ones are not received, and from a
// partner they are not taken for an answer.
func TestCompareLongest(t *testing.T) {
	w := start(t, quick)
	asks, says := longest(t, w.client.key), longest(t, w.server.key)
	answer := headsOf(t, w.server.key, says)
	w.compare = func(_ context.Context, _ party.Name, heads seal.Envelope) (seal.Envelope, error) {
		if len(heads.Payload) != asks {
			t.Errorf("a payload of %d bytes arrived, want %d", len(heads.Payload), asks)
		}
		return answer, nil
	}
	said, err := w.dial(t, w.client, w.server.pin).Compare(t.Context(), headsOf(t, w.client.key, asks))
	if err != nil || len(said.Payload) != says {
		t.Errorf("the longest heads were answered with %d bytes, %v", len(said.Payload), err)
	}
	_, err = w.dial(t, w.client, w.server.pin).Compare(t.Context(), headsOf(t, w.client.key, asks+1))
	wantMissed(t, err, message.WhyFrame)
	if n := w.compared.Load(); n != 1 {
		t.Errorf("heads were taken in %d times, want once", n)
	}
	answer = headsOf(t, w.server.key, says+1)
	if _, err = w.dial(t, w.client, w.server.pin).Compare(t.Context(), headsOf(t, w.client.key, asks)); !fault.Is(err, fault.Unreachable) {
		t.Errorf("heads over the limit as an answer gave %v, want Unreachable", err)
	}
}

func wantMissed(t *testing.T, err error, why message.Why) {
	t.Helper()
	var missed *message.NotReceived
	if !errors.As(err, &missed) || missed.Why != why {
		t.Errorf("got %v, want not received: %s", err, why)
	}
}

// Why heads were not received arrives; any other failure tells nothing.
func TestCompareNotReceived(t *testing.T) {
	w := start(t, quick)
	var gives error
	w.compare = func(context.Context, party.Name, seal.Envelope) (seal.Envelope, error) { return seal.Envelope{}, gives }
	compare := func() error {
		said, err := w.dial(t, w.client, w.server.pin).Compare(t.Context(), headsOf(t, w.client.key, 9))
		if len(said.Signatures) > 0 {
			t.Errorf("what was not received has an answer: %+v", said)
		}
		return err
	}
	for _, why := range []message.Why{message.WhyLink, message.WhyFrame, message.WhySignature, message.WhyFork} {
		gives = &message.NotReceived{Why: why}
		wantMissed(t, compare(), why)
	}
	for _, gives = range []error{fault.New(fault.Withheld, "the cut 1234 is not held"), errors.New("disk full")} {
		if err := compare(); !fault.Is(err, fault.Unreachable) || strings.Contains(err.Error(), gives.Error()) {
			t.Errorf("%v came across as %v", gives, err)
		}
	}
}

// post writes a request out.
func post(method, path, kind, body string) string {
	return fmt.Sprintf("%s %s HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s", method, path, kind, len(body), body)
}

// Each path takes what belongs to it and nothing else; what is refused has no
// body, and what does not parse is a problem.
func TestHeadsRefused(t *testing.T) {
	w := start(t, quick)
	frame, err := w.message(t, 10).Frame()
	if err != nil {
		t.Fatal(err)
	}
	framed, heads := string(frame), string(encoded(t, headsOf(t, w.client.key, 9)))
	for _, tt := range []struct {
		name, request, status string
		takes                 int64
	}{
		{"heads", post("POST", peer.HeadsPath, witness.HeadsType, heads), "200", 1},
		{"get", post("GET", peer.HeadsPath, witness.HeadsType, heads), "405", 0},
		{"put", post("PUT", peer.HeadsPath, witness.HeadsType, heads), "405", 0},
		{"a query", post("POST", peer.HeadsPath+"?a=b", witness.HeadsType, heads), "404", 0},
		{"a path below", post("POST", peer.HeadsPath+"/", witness.HeadsType, heads), "404", 0},
		{"no type", strings.Replace(post("POST", peer.HeadsPath, witness.HeadsType, heads), "Content-Type", "X-Type", 1), "415", 0},
		{"json", post("POST", peer.HeadsPath, "application/json", heads), "415", 0},
		{"the type of a message", post("POST", peer.HeadsPath, peer.MessageType, heads), "415", 0},
		{"the type of an answer", post("POST", peer.HeadsPath, message.AnswerType, heads), "415", 0},
		{"heads for a message", post("POST", peer.Path, witness.HeadsType, heads), "415", 0},
		{"compressed", strings.Replace(post("POST", peer.HeadsPath, witness.HeadsType, heads), "\r\n\r\n", "\r\nContent-Encoding: gzip\r\n\r\n", 1), "415", 0},
		{"a message as heads", post("POST", peer.HeadsPath, witness.HeadsType, framed), "409", 0},
		{"heads as a message", post("POST", peer.Path, peer.MessageType, heads), "409", 0},
		{"garbage", post("POST", peer.HeadsPath, witness.HeadsType, "hello"), "409", 0},
		{"nothing", post("POST", peer.HeadsPath, witness.HeadsType, ""), "409", 0},
		{"no signature", post("POST", peer.HeadsPath, witness.HeadsType, "{}"), "409", 0},
		{"with more behind", post("POST", peer.HeadsPath, witness.HeadsType, heads+"{}"), "409", 0},
		{"with a space", post("POST", peer.HeadsPath, witness.HeadsType, heads+" "), "409", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before := w.compared.Load()
			c, err := w.connect(t, nil)
			if err != nil {
				t.Fatal(err)
			}
			got := exchangeRaw(t, c, strings.Replace(tt.request, "\r\n\r\n", "\r\nConnection: close\r\n\r\n", 1))
			_, body, _ := strings.Cut(got, "\r\n\r\n")
			want := map[string]string{"409": `{"why":"frame"}`, "200": body}[tt.status]
			if !strings.HasPrefix(got, "HTTP/1.1 "+tt.status) || body != want {
				t.Errorf("answered %.200q, want %s with %q", got, tt.status, want)
			}
			if n := w.compared.Load() - before; n != tt.takes || w.received.Load() != 0 {
				t.Errorf("heads were taken in %d times, and messages %d times", n, w.received.Load())
			}
		})
	}
}

// A node that compares no ledgers has no such path; messages go on.
func TestNoHeads(t *testing.T) {
	w := &world{server: newSide(t), client: newSide(t)}
	answer := sign(t, w.server.key, message.AnswerType)
	endpoint := strange(t, w.server, peer.Handler(peer.Node{
		Receive: func(context.Context, party.Name, ...message.Message) ([]seal.Envelope, error) {
			return []seal.Envelope{answer}, nil
		},
		Who: func(ref.Hash) (party.Name, bool) { return "us/dea", true },
	}))
	w.addr = strings.TrimPrefix(endpoint, "https://")
	c, err := w.connect(t, nil)
	if err != nil {
		t.Fatal(err)
	}
	heads := headsOf(t, w.client.key, 9)
	if got := exchangeRaw(t, c, post("POST", peer.HeadsPath, witness.HeadsType, string(encoded(t, heads)))); !strings.HasPrefix(got, "HTTP/1.1 404") {
		t.Errorf("answered %.80q, want 404", got)
	}
	client := w.dial(t, w.client, w.server.pin)
	if _, err := client.Compare(t.Context(), heads); !fault.Is(err, fault.Unreachable) {
		t.Errorf("Compare gave %v, want Unreachable", err)
	}
	if _, err := client.Deliver(t.Context(), w.message(t, 10)); err != nil {
		t.Errorf("Deliver gave %v", err)
	}
}

// Whatever stands at the endpoint, only signed heads answer heads, and only a
// signed answer answers a message.
func TestStrangeHeads(t *testing.T) {
	w := &world{server: newSide(t), client: newSide(t)}
	good := encoded(t, headsOf(t, w.server.key, 9))
	long := encoded(t, headsOf(t, w.server.key, longest(t, w.server.key)+1))
	for name, h := range map[string]http.HandlerFunc{
		"the type of an answer":  typed(http.StatusOK, message.AnswerType, good),
		"the type of a message":  typed(http.StatusOK, peer.MessageType, good),
		"no type":                typed(http.StatusOK, "", good),
		"another status":         typed(http.StatusCreated, witness.HeadsType, good),
		"too long":               typed(http.StatusOK, witness.HeadsType, long),
		"garbage":                typed(http.StatusOK, witness.HeadsType, []byte("{")),
		"nothing":                typed(http.StatusOK, witness.HeadsType, nil),
		"a problem that is none": typed(http.StatusConflict, "application/orx-1.problem+json", []byte(`{"why":`)),
		"a problem as heads":     typed(http.StatusConflict, witness.HeadsType, []byte(`{"why":"fork"}`)),
	} {
		t.Run(name, func(t *testing.T) {
			c := dial(t, w.client, strange(t, w.server, h), w.server.pin)
			if said, err := c.Compare(t.Context(), headsOf(t, w.client.key, 9)); !fault.Is(err, fault.Unreachable) || len(said.Signatures) > 0 {
				t.Errorf("Compare gave %+v, %v, want Unreachable", said, err)
			}
		})
	}
	c := dial(t, w.client, strange(t, w.server, typed(http.StatusOK, witness.HeadsType, good)), w.server.pin)
	if _, err := c.Compare(t.Context(), headsOf(t, w.client.key, 9)); err != nil {
		t.Errorf("Compare of what is in order gave %v", err)
	}
	if _, err := c.Deliver(t.Context(), w.message(t, 10)); !fault.Is(err, fault.Unreachable) {
		t.Errorf("Deliver, answered with heads, gave %v, want Unreachable", err)
	}
}

// Heads are nobody's but the partner's, and are given to the partner alone.
func TestCompareWithStrangers(t *testing.T) {
	w := start(t, quick)
	heads := headsOf(t, w.client.key, 9)
	if _, err := w.dial(t, w.client, newSide(t).pin).Compare(t.Context(), heads); !fault.Is(err, fault.Forged) {
		t.Errorf("to another key Compare gave %v, want Forged", err)
	}
	if _, err := w.dial(t, newSide(t), w.server.pin).Compare(t.Context(), heads); !fault.Is(err, fault.Unreachable) {
		t.Errorf("from another key Compare gave %v, want Unreachable", err)
	}
	if n := w.compared.Load(); n != 0 {
		t.Errorf("heads were taken in %d times", n)
	}
}

// Heads spend the rate of a partner as messages do, and those that are not
// received spend all of it: nothing is left for seconds in either case.
func TestRateOfHeads(t *testing.T) {
	for name, tt := range map[string]struct {
		rate  float64
		gives error
	}{
		"one at a time": {0.5, nil}, // a burst of one
		"missed":        {2, &message.NotReceived{Why: message.WhySignature}},
	} {
		t.Run(name, func(t *testing.T) {
			limits := quick
			limits.Rate = tt.rate
			w := start(t, limits)
			answer, heads := headsOf(t, w.server.key, 1), headsOf(t, w.client.key, 9)
			w.compare = func(context.Context, party.Name, seal.Envelope) (seal.Envelope, error) { return answer, tt.gives }
			c := w.dial(t, w.client, w.server.pin)
			if _, err := c.Compare(t.Context(), heads); (err == nil) != (tt.gives == nil) {
				t.Fatalf("Compare within the rate gave %v", err)
			}
			if _, err := c.Compare(t.Context(), heads); !fault.Is(err, fault.Unreachable) {
				t.Errorf("Compare over the rate gave %v, want Unreachable", err)
			}
			if _, err := c.Deliver(t.Context(), w.message(t, 10)); !fault.Is(err, fault.Unreachable) {
				t.Errorf("Deliver over the rate gave %v, want Unreachable", err)
			}
			if w.compared.Load() != 1 || w.received.Load() != 0 {
				t.Errorf("%d heads and %d messages were taken in, want one and none", w.compared.Load(), w.received.Load())
			}
		})
	}
}

// Heads take a place of the partner's share, as messages do.
func TestHeadsCountAsBusy(t *testing.T) {
	limits := quick
	limits.PerPartner = 1
	w := start(t, limits)
	other, heads := w.dial(t, w.client, w.server.pin), headsOf(t, w.client.key, 9)
	m, answer := w.message(t, 10), headsOf(t, w.server.key, 1)
	w.compare = func(ctx context.Context, _ party.Name, _ seal.Envelope) (seal.Envelope, error) {
		if _, err := other.Deliver(ctx, m); !fault.Is(err, fault.Unreachable) {
			t.Errorf("a message beside heads gave %v, want Unreachable", err)
		}
		return answer, nil
	}
	if _, err := w.dial(t, w.client, w.server.pin).Compare(t.Context(), heads); err != nil {
		t.Fatal(err)
	}
	if w.received.Load() != 0 {
		t.Error("the message was taken in")
	}
	if _, err := other.Deliver(t.Context(), m); err != nil {
		t.Errorf("a place is free and not given: %v", err)
	}
}

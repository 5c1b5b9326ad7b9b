package message_test

import (
	"slices"
	"testing"
	"time"

	"comity/fault"
	"comity/message"
	"comity/ref"
	"comity/seal"
	"comity/wire"
)

// The words stand for the whole card: another sealing key, endpoint or
// serial changes them.
func TestWordsCoverTheCard(t *testing.T) {
	us := newNode(t, "us/dea", "us/dea/mex")
	words := must(us.card.Words())(t)
	for name, change := range map[string]func(*message.Card){
		"sealing":  func(c *message.Card) { c.Units[0].Sealing = must(seal.NewSealingKey())(t).Public() },
		"tls":      func(c *message.Card) { c.TLSPin[0]++ },
		"endpoint": func(c *message.Card) { c.Endpoints = nil },
		"serial":   func(c *message.Card) { c.Serial++ },
		"unit":     func(c *message.Card) { c.Units[0].Name += "x" },
	} {
		c := us.card
		c.Units = slices.Clone(c.Units)
		change(&c)
		if slices.Equal(words, must(c.Words())(t)) {
			t.Errorf("the words do not cover the %s", name)
		}
	}
}

// What a card may not say is refused before anything is shown.
func TestCardRefused(t *testing.T) {
	mx := newNode(t, "mx/semar", "mx/semar/uin", "mx/semar/ops")
	for name, change := range map[string]func(*message.Card){
		"no name":              func(c *message.Card) { c.Name = "" },
		"a state":              func(c *message.Card) { c.Name = "mx" },
		"a unit as a node":     func(c *message.Card) { c.Name = "mx/semar/uin" },
		"a unit elsewhere":     func(c *message.Card) { c.Units[0].Name = "mx/gn/uin" },
		"a unit with our head": func(c *message.Card) { c.Units[0].Name = "mx/semarx/uin" },
		"the node as a unit":   func(c *message.Card) { c.Units[0].Name = "mx/semar" },
		"a unit twice":         func(c *message.Card) { c.Units[1].Name = c.Units[0].Name },
		"no unit":              func(c *message.Card) { c.Units = nil },
		"many units":           func(c *message.Card) { c.Units = append(c.Units, make([]message.CardUnit, message.MaxUnits)...) },
		"no sealing key":       func(c *message.Card) { c.Units[0].Sealing = seal.Recipient{} },
		"no signing key":       func(c *message.Card) { c.Signing = seal.VerifyKey{} },
		"no TLS pin":           func(c *message.Card) { c.TLSPin = ref.Hash{} },
		"no date":              func(c *message.Card) { c.Created = wire.Time{} },
		"serial 0":             func(c *message.Card) { c.Serial = 0 },
		"serial 2 alone":       func(c *message.Card) { c.Serial = 2 },
		"first with a prev":    func(c *message.Card) { c.Prev = ref.Content(nil) },
		"protocol 0":           func(c *message.Card) { c.Protocol = 0 },
		"plain http":           func(c *message.Card) { c.Endpoints = []string{"http://a:1"} },
		"a path":               func(c *message.Card) { c.Endpoints = []string{"https://a:1/x"} },
		"a user":               func(c *message.Card) { c.Endpoints = []string{"https://u@a:1"} },
		"no port":              func(c *message.Card) { c.Endpoints = []string{"https://a"} },
		"a query":              func(c *message.Card) { c.Endpoints = []string{"https://a:1?x"} },
		"a space":              func(c *message.Card) { c.Endpoints = []string{"https://a b:1"} },
		"a control":            func(c *message.Card) { c.Endpoints = []string{"https://a\x1b:1"} },
		"no endpoint, empty":   func(c *message.Card) { c.Endpoints = []string{""} },
		"ten endpoints":        func(c *message.Card) { c.Endpoints = slices.Repeat([]string{"https://a:1"}, 10) },
	} {
		t.Run(name, func(t *testing.T) {
			c := mx.card
			c.Units = slices.Clone(c.Units)
			change(&c)
			if _, err := message.SignCard(c, mx.key); err == nil {
				t.Fatal("signed")
			}
			payload, err := wire.Encode(c)
			if err != nil {
				return // it has no text form at all
			}
			e := must(seal.Sign(message.CardType, payload, mx.key))(t)
			if _, err := message.ParseCard(must(wire.Encode(e))(t)); err == nil {
				t.Fatal("parsed")
			}
		})
	}
	if _, err := message.SignCard(mx.card, newKey(t)); err == nil {
		t.Fatal("signed by a key that it does not name")
	}
	payload := must(wire.Encode(mx.card))(t)
	for name, e := range map[string]seal.Envelope{
		"another key":  must(seal.Sign(message.CardType, payload, newKey(t)))(t),
		"another type": must(seal.Sign(message.StatementType, payload, mx.key))(t),
	} {
		if _, err := message.ParseCard(must(wire.Encode(e))(t)); !fault.Is(err, fault.Forged) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzParseCard(f *testing.F) {
	f.Add(newNode(f, "us/dea", "us/dea/mex").signed)
	f.Add(newNode(f, "mx/semar", "mx/semar/uin", "mx/semar/ops").signed)
	f.Add([]byte(`{"payload":"e30=","payloadType":"application/orx-1.card+json","signatures":[]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := message.ParseCard(b)
		if err != nil {
			return
		}
		if len(c.Units) == 0 || c.Front() == "" {
			t.Fatal("a card without units")
		}
		if w, err := c.Words(); err != nil || len(w) != 8 {
			t.Fatal(err)
		}
	})
}

// A card that is dated back would take back what the key before it has signed: it
// follows none; a node whose clock has stepped back makes none.
func TestCardDatedBack(t *testing.T) {
	mx := newNode(t, "mx/semar", "mx/semar/uin")
	made := must(message.MakeCard(mx.card, &mx.card))(t)
	for _, c := range []struct {
		by time.Duration
		ok bool
	}{{0, true}, {time.Hour, true}, {-time.Second, false}, {-5 * 365 * 24 * time.Hour, false}} {
		dated := made
		dated.Created = mx.card.Created.Add(c.by)
		signed := must(message.SignCard(dated, mx.key))(t)
		if _, err := message.Succeed(signed, mx.signed); (err == nil) != c.ok || err != nil && !fault.Is(err, fault.Forged) {
			t.Errorf("dated %v after the one before: %v", c.by, err)
		}
	}
	back := mx.card
	back.Created = back.Created.Add(-time.Hour)
	if next := must(message.MakeCard(back, &mx.card))(t); next.Created != mx.card.Created {
		t.Errorf("made at %s, before %s", next.Created, mx.card.Created)
	}
}

package exchange_test

import (
	"bytes"
	"encoding/binary"
	"testing"

	"comity/exchange"
	"comity/exchange/exchangetest"
	"comity/holdings"
	"comity/intel"
	"comity/party"
	"comity/ref"
	"comity/seal"
	"comity/wire"
)

func draftTo(unit party.Pattern) holdings.Draft {
	return holdings.Draft{Title: "A note", Portions: []intel.Portion{{Kind: intel.Fact, Text: "Noted.", Marking: intel.Marking{Rel: []party.Pattern{unit}}}}}
}

func framed(t testing.TB) []byte {
	key := exchangetest.Must(seal.NewSigningKey(bytes.NewReader(make([]byte, 32))))(t)
	e := exchangetest.Must(seal.Sign(exchange.EnvelopeType, []byte(`{"a":1}`), key))(t)
	return exchangetest.Must(exchange.Message{Envelope: e, Sealed: []byte("sealed")}.Frame())(t)
}

func TestFrame(t *testing.T) {
	b := framed(t)
	m, err := exchange.ParseMessage(b)
	if err != nil || string(m.Sealed) != "sealed" {
		t.Fatal(err)
	}
	if again := exchangetest.Must(m.Frame())(t); !bytes.Equal(again, b) {
		t.Fatal("another frame")
	}
	at := len("orx/1 message\n")
	length := func(n uint32) []byte {
		c := bytes.Clone(b)
		binary.BigEndian.PutUint32(c[at:], n)
		return c
	}
	for name, c := range map[string][]byte{
		"nothing":         nil,
		"magic alone":     b[:at],
		"half a length":   b[:at+2],
		"no envelope":     b[:at+4],
		"half":            b[:at+40],
		"another magic":   append([]byte("orx/2"), b[5:]...),
		"DOS line":        append([]byte("orx/1 message\r"), b[at:]...),
		"space first":     append([]byte(" "), b...),
		"length zero":     length(0),
		"length too long": length(exchange.MaxEnvelope + 1),
		"length huge":     length(1<<32 - 1),
		"length short":    length(10),
		"not canonical":   append(append(bytes.Clone(b[:at+4]), ' '), b[at+4:]...),
		"too much":        append(bytes.Clone(b), make([]byte, exchange.MaxMessage)...),
	} {
		if _, err := exchange.ParseMessage(c); err == nil {
			t.Errorf("%s was parsed", name)
		}
	}
}

// A stream that never ends is read no further than a sealed part may be long.
func TestReadMessageStops(t *testing.T) {
	endless := &counting{head: framed(t)}
	m, err := exchange.ReadMessage(endless)
	if err != nil || len(m.Sealed) != exchange.MaxSealed+1 || endless.read > exchange.MaxSealed+exchange.MaxEnvelope+1<<20 {
		t.Fatalf("read %d, kept %d, %v", endless.read, len(m.Sealed), err)
	}
}

type counting struct {
	head []byte
	read int
}

func (c *counting) Read(p []byte) (int, error) {
	n := copy(p, c.head)
	c.head = c.head[n:]
	if n == 0 {
		n = len(p)
	}
	c.read += n
	return n, nil
}

func FuzzParseMessage(f *testing.F) {
	f.Add(framed(f))
	f.Add([]byte("orx/1 message\n\x00\x00\x00\x02{}"))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := exchange.ParseMessage(b)
		if err != nil {
			return
		}
		if again, err := m.Frame(); err != nil || !bytes.Equal(again, b) {
			t.Fatalf("one message, two frames: %v", err)
		}
	})
}

func FuzzParseCard(f *testing.F) {
	us, mx := exchangetest.Pair(f)
	f.Add(us.Signed)
	f.Add(mx.Signed)
	f.Add([]byte(`{"payload":"e30=","payloadType":"application/orx-1.card+json","signatures":[]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := exchange.ParseCard(b)
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

// FuzzStatement seals whatever the fuzzer makes up under the link's true keys:
// it must be refused with a reason or accepted, and never break the chain.
func FuzzStatement(f *testing.F) {
	us, mx := exchangetest.Pair(f)
	unit := mx.Card.Units[0]
	f.Add([]byte(`{}`), []byte("cut"))
	f.Add([]byte(`{"audience":["mx/semar/uin"],"body":{},"created":"2026-03-10T15:00:00Z","from":"us/dea","keys":[],"kind":"cut","protocol":1,"sequence":1,"to":"mx/semar"}`), []byte{})
	f.Fuzz(func(t *testing.T, payload, raw []byte) {
		plain := raw
		if len(raw) == 0 {
			e, err := seal.Sign(exchange.StatementType, payload, us.Key)
			if err != nil {
				t.Skip()
			}
			plain = exchangetest.Must(wire.Encode(e))(t)
		}
		p := exchangetest.Must(mx.PartnerOf(ctx, us.Card.TLSPin))(t)
		m := sealedMessage(t, us, p, plain, unit.Sealing)
		answer := exchangetest.Must(exchange.OpenAnswer(exchangetest.Must(mx.Receive(ctx, us.Name, m))(t), mx.Key.Public(), 0))(t)
		if answer.Outcome != exchange.Accepted && answer.Reason == "" {
			t.Fatalf("%+v", answer)
		}
	})
}

func sealedMessage(t testing.TB, us *exchangetest.Node, p exchange.Partner, plain []byte, to seal.Recipient) exchange.Message {
	sealed := exchangetest.Must(seal.Seal(plain, to))(t)
	e := exchange.Envelope{Protocol: 1, From: us.Name, To: "mx/semar", Sequence: p.In.Sequence + 1, Prev: p.In.Hash, Size: int64(len(sealed)), Sealed: ref.Content(sealed)}
	outside := exchangetest.Must(seal.Sign(exchange.EnvelopeType, exchangetest.Must(wire.Encode(e))(t), us.Key))(t)
	return exchange.Message{Envelope: outside, Sealed: sealed}
}

func FuzzAnswer(f *testing.F) {
	us, mx := exchangetest.Pair(f)
	e := exchangetest.Must(mx.Receive(ctx, us.Name, sealedMessage(f, us, exchangetest.Must(mx.PartnerOf(ctx, us.Card.TLSPin))(f), []byte("{}"), mx.Card.Units[0].Sealing)))(f)
	f.Add(e.Payload)
	f.Fuzz(func(t *testing.T, payload []byte) {
		e, err := seal.Sign(exchange.AnswerType, payload, mx.Key)
		if err != nil {
			t.Skip()
		}
		a, err := exchange.OpenAnswer(e, mx.Key.Public(), 0)
		if err == nil && (a.Outcome == exchange.Accepted) != (a.Reason == "") {
			t.Fatalf("%+v", a)
		}
	})
}

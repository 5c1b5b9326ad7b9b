package exchange_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"slices"
	"testing"

	"comity/exchange"
	"comity/exchange/exchangetest"
	"comity/fault"
	"comity/party"
	"comity/ref"
	"comity/seal"
	"comity/wire"
)

var update = flag.Bool("update", false, "write the vectors anew")

// vector is one case of doc/spec/vectors: what a reader is given, what it
// knows, and what it must say.
type vector struct {
	Name     string            `json:"name"`
	Input    string            `json:"input,omitempty"`   // canonical JSON
	Input64  []byte            `json:"input64,omitempty"` // framed message
	Pinned   string            `json:"pinned,omitempty"`  // the signed card that is pinned
	From     party.Name        `json:"from,omitempty"`
	To       party.Name        `json:"to,omitempty"`
	Key      string            `json:"key,omitempty"`
	Envelope string            `json:"envelope,omitempty"`
	Opener   *ref.Hash         `json:"opener,omitempty"` // the key that opened the sealed part
	Mine     exchange.Sealable `json:"mine,omitempty"`   // the receiver's units and keys
	At       string            `json:"at,omitempty"`
	Outcome  string            `json:"outcome"`
}

func vectors(t *testing.T, name string, make func(t *testing.T) []vector, run func(t *testing.T, v vector) string) {
	t.Helper()
	file := "../doc/spec/vectors/" + name
	if *update {
		list := make(t)
		for i := range list {
			list[i].Outcome = run(t, list[i])
		}
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", " ")
		if err := enc.Encode(list); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var list []vector
	if err := json.Unmarshal(b, &list); err != nil {
		t.Fatal(err)
	}
	good := 0
	for _, v := range list {
		t.Run(v.Name, func(t *testing.T) {
			if got := run(t, v); got != v.Outcome {
				t.Fatalf("got %s, want %s", got, v.Outcome)
			}
		})
		if v.Outcome == "ok" {
			good++
		}
	}
	if good == 0 || len(list) < 4*good {
		t.Fatalf("%d of %d vectors are good: too few refusals", good, len(list))
	}
}

func outcome(err error) string {
	if err == nil {
		return "ok"
	}
	var n *exchange.NotReceived
	if errors.As(err, &n) {
		return string(n.Why)
	}
	return fault.KindOf(err).String()
}

func TestCardVectors(t *testing.T) {
	run := func(_ *testing.T, v vector) string {
		if v.Pinned == "" {
			_, err := exchange.ParseCard([]byte(v.Input))
			return outcome(err)
		}
		_, err := exchange.Succeed([]byte(v.Input), []byte(v.Pinned))
		return outcome(err)
	}
	vectors(t, "card.json", func(t *testing.T) []vector {
		clock := &exchangetest.Clock{At: exchangetest.Start}
		mx := exchangetest.New(t, clock, "mx/semar", "mx/semar/uin")
		first, other := string(mx.Signed), newKey(t)
		raw := func(change func(*exchange.Card), payloadType string, key seal.SigningKey) string {
			c := mx.Card
			c.Units = slices.Clone(c.Units)
			change(&c)
			return string(exchangetest.Must(wire.Encode(exchangetest.Must(seal.Sign(payloadType, exchangetest.Must(wire.Encode(c))(t), key))(t)))(t))
		}
		same := func(*exchange.Card) {}
		second := func(change func(*exchange.Card), keys ...seal.SigningKey) string {
			return string(next(t, mx, change, keys...))
		}
		return []vector{
			{Name: "first card", Input: first},
			{Name: "signed by another key", Input: raw(same, exchange.CardType, other)},
			{Name: "signed as something else", Input: raw(same, exchange.StatementType, mx.Key)},
			{Name: "a space behind", Input: first + " "},
			{Name: "cut short", Input: first[:len(first)-1]},
			{Name: "unit outside the node", Input: raw(func(c *exchange.Card) { c.Units[0].Name = "mx/gn/uin" }, exchange.CardType, mx.Key)},
			{Name: "unit that only begins alike", Input: raw(func(c *exchange.Card) { c.Units[0].Name = "mx/semarx/uin" }, exchange.CardType, mx.Key)},
			{Name: "the node as its own unit", Input: raw(func(c *exchange.Card) { c.Units[0].Name = "mx/semar" }, exchange.CardType, mx.Key)},
			{Name: "no unit", Input: raw(func(c *exchange.Card) { c.Units = nil }, exchange.CardType, mx.Key)},
			{Name: "endpoint with a path", Input: raw(func(c *exchange.Card) { c.Endpoints = []string{"https://127.0.0.1:1/x"} }, exchange.CardType, mx.Key)},
			{Name: "endpoint without TLS", Input: raw(func(c *exchange.Card) { c.Endpoints = []string{"http://127.0.0.1:1"} }, exchange.CardType, mx.Key)},
			{Name: "serial 2 without a card before", Input: raw(func(c *exchange.Card) { c.Serial = 2 }, exchange.CardType, mx.Key)},
			{Name: "second card", Pinned: first, Input: second(same, mx.Key)},
			{Name: "second card with a new key, signed by both", Pinned: first, Input: second(func(c *exchange.Card) { c.Signing = other.Public() }, other, mx.Key)},
			{Name: "second card with a new key, signed by that alone", Pinned: first, Input: second(func(c *exchange.Card) { c.Signing = other.Public() }, other)},
			{Name: "second card of another history", Pinned: first, Input: second(func(c *exchange.Card) { c.Prev = ref.Content(nil) }, mx.Key)},
			{Name: "third card after the first", Pinned: first, Input: second(func(c *exchange.Card) { c.Serial = 3 }, mx.Key)},
			{Name: "the first card again", Pinned: first, Input: first},
		}
	}, run)
}

func TestEnvelopeVectors(t *testing.T) {
	run := func(t *testing.T, v vector) string {
		m, err := exchange.ParseMessage(v.Input64)
		if err != nil {
			return outcome(err)
		}
		_, _, err = exchange.OpenEnvelope(m, v.From, v.To, exchangetest.Must(seal.ParseVerifyKey(v.Key))(t))
		return outcome(err)
	}
	vectors(t, "envelope.json", func(t *testing.T) []vector {
		key, other := newKey(t), newKey(t)
		sealed := []byte("the sealed part is any bytes here")
		good := exchange.Envelope{Protocol: 1, From: "us/dea", To: "mx/semar", Sequence: 1, Size: int64(len(sealed)), Sealed: ref.Content(sealed)}
		var list []vector
		frame := func(name string, e exchange.Envelope, payloadType string, k seal.SigningKey, part []byte, change func([]byte) []byte) {
			out := exchangetest.Must(seal.Sign(payloadType, exchangetest.Must(wire.Encode(e))(t), k))(t)
			b := exchangetest.Must(exchange.Message{Envelope: out, Sealed: part}.Frame())(t)
			if change != nil {
				b = change(b)
			}
			list = append(list, vector{Name: name, Input64: b, From: "us/dea", To: "mx/semar", Key: key.Public().String()})
		}
		with := func(name string, change func(*exchange.Envelope)) {
			e := good
			change(&e)
			frame(name, e, exchange.EnvelopeType, key, sealed, nil)
		}
		with("first message", func(*exchange.Envelope) {})
		with("second message", func(e *exchange.Envelope) { e.Sequence, e.Prev = 2, ref.Content(nil) })
		with("second message, none before", func(e *exchange.Envelope) { e.Sequence = 2 })
		with("first message, one before", func(e *exchange.Envelope) { e.Prev = ref.Content(nil) })
		with("position 0", func(e *exchange.Envelope) { e.Sequence = 0 })
		with("position below 0", func(e *exchange.Envelope) { e.Sequence = -1 })
		with("to another node", func(e *exchange.Envelope) { e.To = "mx/gn" })
		with("to a unit", func(e *exchange.Envelope) { e.To = "mx/semar/uin" })
		with("from another node", func(e *exchange.Envelope) { e.From = "us/fbi" })
		with("a byte too long", func(e *exchange.Envelope) { e.Size-- })
		with("a byte too short", func(e *exchange.Envelope) { e.Size++ })
		with("another part", func(e *exchange.Envelope) { e.Sealed = ref.Content(nil) })
		frame("signed by another key", good, exchange.EnvelopeType, other, sealed, nil)
		frame("signed as something else", good, exchange.StatementType, key, sealed, nil)
		frame("part tampered with", good, exchange.EnvelopeType, key, bytes.ToUpper(sealed), nil)
		frame("part missing", good, exchange.EnvelopeType, key, nil, nil)
		frame("another magic line", good, exchange.EnvelopeType, key, sealed, func(b []byte) []byte { return append([]byte("orx/2"), b[5:]...) })
		frame("length of 4 GiB", good, exchange.EnvelopeType, key, sealed, func(b []byte) []byte { copy(b[14:], "\xff\xff\xff\xff"); return b })
		frame("length 0", good, exchange.EnvelopeType, key, sealed, func(b []byte) []byte { copy(b[14:], "\x00\x00\x00\x00"); return b })
		frame("cut short in the envelope", good, exchange.EnvelopeType, key, sealed, func(b []byte) []byte { return b[:60] })
		frame("a space before the envelope", good, exchange.EnvelopeType, key, sealed, func(b []byte) []byte { return slices.Insert(b, 18, ' ') })
		return list
	}, run)
}

func TestStatementVectors(t *testing.T) {
	run := func(t *testing.T, v vector) string {
		var e exchange.Envelope
		if err := json.Unmarshal([]byte(v.Envelope), &e); err != nil {
			t.Fatal(err)
		}
		_, reason := exchange.OpenStatement([]byte(v.Input), e, exchangetest.Must(seal.ParseVerifyKey(v.Key))(t), *v.Opener, v.Mine, exchangetest.Must(wire.ParseTime(v.At))(t))
		if reason == "" {
			return "ok"
		}
		return string(reason)
	}
	vectors(t, "statement.json", func(t *testing.T) []vector {
		us, mx := exchangetest.Pair(t)
		f := forge(t, us, mx)
		uin, ops := f.st.Keys[0], ref.Content([]byte("ops"))
		mine := exchange.Sealable{"mx/semar/uin": {uin}, "mx/semar/ops": {ops}}
		outside := string(exchangetest.Must(wire.Encode(f.envelope))(t))
		var list []vector
		add := func(name, payloadType string, key seal.SigningKey, s exchange.Statement, change func([]byte) []byte) {
			b := exchangetest.Must(wire.Encode(exchangetest.Must(seal.Sign(payloadType, exchangetest.Must(wire.Encode(s))(t), key))(t)))(t)
			if change != nil {
				b = change(b)
			}
			list = append(list, vector{Name: name, Input: string(b), Envelope: outside, Key: us.Key.Public().String(), Opener: &uin, Mine: mine, At: "2026-03-10T15:00:00Z"})
		}
		with := func(name string, change func(*exchange.Statement)) {
			s := f.st
			s.Audience, s.Keys = slices.Clone(s.Audience), slices.Clone(s.Keys)
			change(&s)
			add(name, exchange.StatementType, us.Key, s, nil)
		}
		with("a cut for one unit", func(*exchange.Statement) {})
		with("for two units", func(s *exchange.Statement) {
			s.Audience, s.Keys = append(s.Audience, "mx/semar/ops"), append(s.Keys, ops)
		})
		with("expires in a second", func(s *exchange.Statement) { s.Expires = wire.At(exchangetest.Start).Add(1e9) })
		add("signed by another key", exchange.StatementType, newKey(t), f.st, nil)
		add("signed as an envelope", exchange.EnvelopeType, us.Key, f.st, nil)
		add("not canonical", exchange.StatementType, us.Key, f.st, func(b []byte) []byte { return append(b, '\n') })
		add("cut short", exchange.StatementType, us.Key, f.st, func(b []byte) []byte { return b[:len(b)-2] })
		with("another protocol", func(s *exchange.Statement) { s.Protocol = 2 })
		with("another sender", func(s *exchange.Statement) { s.From = "us/fbi" })
		with("another receiver", func(s *exchange.Statement) { s.To = "mx/gn" })
		with("another position", func(s *exchange.Statement) { s.Sequence = 2 })
		with("another key", func(s *exchange.Statement) { s.Keys[0] = ref.Content(nil) })
		with("the key of another unit", func(s *exchange.Statement) { s.Keys[0] = ops })
		with("fewer keys than units", func(s *exchange.Statement) { s.Audience = append(s.Audience, "mx/semar/ops") })
		with("more keys than units", func(s *exchange.Statement) { s.Keys = append(s.Keys, ops) })
		with("a unit twice", func(s *exchange.Statement) {
			s.Audience, s.Keys = append(s.Audience, s.Audience[0]), append(s.Keys, uin)
		})
		with("units changed over", func(s *exchange.Statement) {
			s.Audience, s.Keys = []party.Name{"mx/semar/ops", "mx/semar/uin"}, []ref.Hash{uin, ops}
		})
		with("nobody", func(s *exchange.Statement) { s.Audience, s.Keys = nil, nil })
		with("a unit that is not", func(s *exchange.Statement) { s.Audience[0] = "mx/semar/none" })
		with("another node's unit", func(s *exchange.Statement) { s.Audience[0] = "mx/gn/uin" })
		with("the node itself", func(s *exchange.Statement) { s.Audience[0] = "mx/semar" })
		with("expired this second", func(s *exchange.Statement) { s.Expires = wire.At(exchangetest.Start) })
		with("no date", func(s *exchange.Statement) { s.Created = wire.Time{} })
		with("unknown kind", func(s *exchange.Statement) { s.Kind = "poem" })
		with("no kind", func(s *exchange.Statement) { s.Kind = "" })
		return list
	}, run)
}

func TestAnswerVectors(t *testing.T) {
	run := func(t *testing.T, v vector) string {
		e, err := seal.ParseEnvelope([]byte(v.Input), wire.Limits{Bytes: exchange.MaxAnswer, Depth: 10})
		if err == nil {
			_, err = exchange.OpenAnswer(e, exchangetest.Must(seal.ParseVerifyKey(v.Key))(t), 0)
		}
		return outcome(err)
	}
	vectors(t, "answer.json", func(t *testing.T) []vector {
		us, mx := exchangetest.Pair(t)
		good := exchangetest.Must(mx.Receive(ctx, "us/dea", forge(t, us, mx).message()))(t)
		f := forge(t, us, mx)
		f.st.Kind = "poem"
		refused := exchangetest.Must(mx.Receive(ctx, "us/dea", f.message()))(t)
		var list []vector
		add := func(name string, e seal.Envelope) {
			list = append(list, vector{Name: name, Input: string(exchangetest.Must(wire.Encode(e))(t)), Key: mx.Key.Public().String()})
		}
		with := func(name string, of seal.Envelope, change func(*exchange.Answer)) {
			a := answered(t, mx, of)
			change(&a)
			add(name, exchangetest.Must(seal.Sign(exchange.AnswerType, exchangetest.Must(wire.Encode(a))(t), mx.Key))(t))
		}
		add("accepted, with its receipt", good)
		add("refused", refused)
		add("signed by another key", exchangetest.Must(seal.Sign(exchange.AnswerType, good.Payload, newKey(t)))(t))
		add("signed as something else", exchangetest.Must(seal.Sign(exchange.StatementType, good.Payload, mx.Key))(t))
		add("not canonical", exchangetest.Must(seal.Sign(exchange.AnswerType, append([]byte(" "), good.Payload...), mx.Key))(t))
		with("another protocol", good, func(a *exchange.Answer) { a.Protocol = 2 })
		with("accepted for a reason", good, func(a *exchange.Answer) { a.Reason = exchange.ReasonSize })
		with("refused for no reason", refused, func(a *exchange.Answer) { a.Reason = "" })
		with("refused for a reason of its own", refused, func(a *exchange.Answer) { a.Reason = "mood" })
		with("refused, with a receipt", good, func(a *exchange.Answer) { a.Outcome, a.Reason = exchange.Refused, exchange.ReasonSize })
		with("another outcome", good, func(a *exchange.Answer) { a.Outcome = "maybe" })
		with("no time", good, func(a *exchange.Answer) { a.At = wire.Time{} })
		with("no message", good, func(a *exchange.Answer) { a.Message = ref.Hash{} })
		with("position 0", good, func(a *exchange.Answer) { a.Sequence = 0 })
		return list
	}, run)
}

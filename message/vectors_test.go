package message_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"slices"
	"testing"

	"comity/fault"
	"comity/intel"
	"comity/message"
	"comity/party"
	"comity/ref"
	"comity/release"
	"comity/seal"
	"comity/wire"
)

var update = flag.Bool("update", false, "write the vectors anew")

// vector is one case of doc/spec/vectors: what a reader is given, what it
// knows, and what it must say.
type vector struct {
	Name     string           `json:"name"`
	Input    string           `json:"input,omitempty"`   // canonical JSON
	Input64  []byte           `json:"input64,omitempty"` // framed message; or bytes that are no text
	Pinned   string           `json:"pinned,omitempty"`  // the signed card that is pinned
	From     party.Name       `json:"from,omitempty"`
	To       party.Name       `json:"to,omitempty"`
	Key      string           `json:"key,omitempty"`
	Envelope string           `json:"envelope,omitempty"`
	Opener   *ref.Hash        `json:"opener,omitempty"` // the key that opened the sealed part
	Mine     message.Sealable `json:"mine,omitempty"`   // the receiver's units and keys
	At       string           `json:"at,omitempty"`
	Outcome  string           `json:"outcome"`
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
	return fault.KindOf(err).String()
}

func TestCardVectors(t *testing.T) {
	run := func(_ *testing.T, v vector) string {
		if v.Pinned == "" {
			_, err := message.ParseCard([]byte(v.Input))
			return outcome(err)
		}
		_, err := message.Succeed([]byte(v.Input), []byte(v.Pinned))
		return outcome(err)
	}
	vectors(t, "card.json", func(t *testing.T) []vector {
		mx := newNode(t, "mx/semar", "mx/semar/uin")
		first, other := string(mx.signed), newKey(t)
		raw := func(change func(*message.Card), payloadType string, key seal.SigningKey) string {
			c := mx.card
			c.Units = slices.Clone(c.Units)
			change(&c)
			return string(must(wire.Encode(must(seal.Sign(payloadType, must(wire.Encode(c))(t), key))(t)))(t))
		}
		same := func(*message.Card) {}
		second := func(change func(*message.Card), keys ...seal.SigningKey) string {
			return string(next(t, mx, change, keys...))
		}
		return []vector{
			{Name: "first card", Input: first},
			{Name: "signed by another key", Input: raw(same, message.CardType, other)},
			{Name: "signed as something else", Input: raw(same, message.StatementType, mx.key)},
			{Name: "a space behind", Input: first + " "},
			{Name: "cut short", Input: first[:len(first)-1]},
			{Name: "unit outside the node", Input: raw(func(c *message.Card) { c.Units[0].Name = "mx/gn/uin" }, message.CardType, mx.key)},
			{Name: "unit that only begins alike", Input: raw(func(c *message.Card) { c.Units[0].Name = "mx/semarx/uin" }, message.CardType, mx.key)},
			{Name: "the node as its own unit", Input: raw(func(c *message.Card) { c.Units[0].Name = "mx/semar" }, message.CardType, mx.key)},
			{Name: "no unit", Input: raw(func(c *message.Card) { c.Units = nil }, message.CardType, mx.key)},
			{Name: "endpoint with a path", Input: raw(func(c *message.Card) { c.Endpoints = []string{"https://127.0.0.1:1/x"} }, message.CardType, mx.key)},
			{Name: "endpoint without TLS", Input: raw(func(c *message.Card) { c.Endpoints = []string{"http://127.0.0.1:1"} }, message.CardType, mx.key)},
			{Name: "serial 2 without a card before", Input: raw(func(c *message.Card) { c.Serial = 2 }, message.CardType, mx.key)},
			{Name: "second card", Pinned: first, Input: second(same, mx.key)},
			{Name: "second card with a new key, signed by both", Pinned: first, Input: second(func(c *message.Card) { c.Signing = other.Public() }, other, mx.key)},
			{Name: "second card with a new key, signed by that alone", Pinned: first, Input: second(func(c *message.Card) { c.Signing = other.Public() }, other)},
			{Name: "second card of another history", Pinned: first, Input: second(func(c *message.Card) { c.Prev = ref.Content(nil) }, mx.key)},
			{Name: "third card after the first", Pinned: first, Input: second(func(c *message.Card) { c.Serial = 3 }, mx.key)},
			{Name: "the first card again", Pinned: first, Input: first},
		}
	}, run)
}

func TestEnvelopeVectors(t *testing.T) {
	run := func(t *testing.T, v vector) string {
		m, err := message.Parse(v.Input64)
		if err != nil {
			return outcome(err)
		}
		if _, why := message.OpenEnvelope(m, v.From, v.To, must(seal.ParseVerifyKey(v.Key))(t)); why != "" {
			return string(why)
		}
		return "ok"
	}
	vectors(t, "envelope.json", func(t *testing.T) []vector {
		key, other := newKey(t), newKey(t)
		sealed := []byte("the sealed part is any bytes here")
		good := message.Envelope{Protocol: 1, From: "us/dea", To: "mx/semar", Sequence: 1, Size: int64(len(sealed)), Sealed: ref.Content(sealed)}
		var list []vector
		frame := func(name string, e message.Envelope, payloadType string, k seal.SigningKey, part []byte, change func([]byte) []byte) {
			out := must(seal.Sign(payloadType, must(wire.Encode(e))(t), k))(t)
			b := must(message.Message{Envelope: out, Sealed: part}.Frame())(t)
			if change != nil {
				b = change(b)
			}
			list = append(list, vector{Name: name, Input64: b, From: "us/dea", To: "mx/semar", Key: key.Public().String()})
		}
		with := func(name string, change func(*message.Envelope)) {
			e := good
			change(&e)
			frame(name, e, message.EnvelopeType, key, sealed, nil)
		}
		with("first message", func(*message.Envelope) {})
		with("second message", func(e *message.Envelope) { e.Sequence, e.Prev = 2, ref.Content(nil) })
		with("second message, none before", func(e *message.Envelope) { e.Sequence = 2 })
		with("first message, one before", func(e *message.Envelope) { e.Prev = ref.Content(nil) })
		with("position 0", func(e *message.Envelope) { e.Sequence = 0 })
		with("position below 0", func(e *message.Envelope) { e.Sequence = -1 })
		with("to another node", func(e *message.Envelope) { e.To = "mx/gn" })
		with("to a unit", func(e *message.Envelope) { e.To = "mx/semar/uin" })
		with("from another node", func(e *message.Envelope) { e.From = "us/fbi" })
		with("a byte too long", func(e *message.Envelope) { e.Size-- })
		with("a byte too short", func(e *message.Envelope) { e.Size++ })
		with("another part", func(e *message.Envelope) { e.Sealed = ref.Content(nil) })
		frame("signed by another key", good, message.EnvelopeType, other, sealed, nil)
		frame("signed as something else", good, message.StatementType, key, sealed, nil)
		frame("part tampered with", good, message.EnvelopeType, key, bytes.ToUpper(sealed), nil)
		frame("part missing", good, message.EnvelopeType, key, nil, nil)
		frame("another magic line", good, message.EnvelopeType, key, sealed, func(b []byte) []byte { return append([]byte("orx/2"), b[5:]...) })
		frame("length of 4 GiB", good, message.EnvelopeType, key, sealed, func(b []byte) []byte { copy(b[14:], "\xff\xff\xff\xff"); return b })
		frame("length 0", good, message.EnvelopeType, key, sealed, func(b []byte) []byte { copy(b[14:], "\x00\x00\x00\x00"); return b })
		frame("cut short in the envelope", good, message.EnvelopeType, key, sealed, func(b []byte) []byte { return b[:60] })
		frame("a space before the envelope", good, message.EnvelopeType, key, sealed, func(b []byte) []byte { return slices.Insert(b, 18, ' ') })
		return list
	}, run)
}

func TestStatementVectors(t *testing.T) {
	run := func(t *testing.T, v vector) string {
		var e message.Envelope
		if err := json.Unmarshal([]byte(v.Envelope), &e); err != nil {
			t.Fatal(err)
		}
		plain := []byte(v.Input)
		if len(v.Input64) > 0 {
			plain = v.Input64
		}
		_, reason := message.OpenStatement(plain, e, must(seal.ParseVerifyKey(v.Key))(t), *v.Opener, v.Mine, must(wire.ParseTime(v.At))(t))
		if reason == "" {
			return "ok"
		}
		return string(reason)
	}
	vectors(t, "statement.json", func(t *testing.T) []vector {
		us, unit := newNode(t, "us/dea", "us/dea/mex"), newNode(t, "mx/semar", "mx/semar/uin").card.Units[0]
		uin, ops := unit.Sealing.Fingerprint(), ref.Content([]byte("ops"))
		cut := release.Cut{ID: ref.CutID{1}, Series: ref.SeriesID{2}, Kind: intel.Report, Version: 1, Originator: "us/dea/mex", Audience: []party.Name{unit.Name}, Title: "T",
			Created: start, Portions: []release.CutPortion{{Form: intel.Copy, Kind: intel.Fact, Text: "x", Marking: intel.Marking{TLP: intel.TLPRed}}}}
		good := message.Statement{Protocol: 1, From: "us/dea", To: "mx/semar", Sequence: 1, Audience: []party.Name{unit.Name}, Keys: []ref.Hash{uin},
			Created: start, Kind: message.CutStatement, Body: must(wire.Encode(cut))(t)}
		mine := message.Sealable{"mx/semar/uin": {uin}, "mx/semar/ops": {ops}}
		outside := string(must(wire.Encode(message.Envelope{Protocol: 1, From: "us/dea", To: "mx/semar", Sequence: 1}))(t))
		var list []vector
		add := func(name, payloadType string, key seal.SigningKey, s message.Statement, change func([]byte) []byte) {
			b := must(wire.Encode(must(seal.Sign(payloadType, must(wire.Encode(s))(t), key))(t)))(t)
			if change != nil {
				b = change(b)
			}
			list = append(list, vector{Name: name, Input: string(b), Envelope: outside, Key: us.key.Public().String(), Opener: &uin, Mine: mine, At: "2026-03-10T15:00:00Z"})
		}
		with := func(name string, change func(*message.Statement)) {
			s := good
			s.Audience, s.Keys = slices.Clone(s.Audience), slices.Clone(s.Keys)
			change(&s)
			add(name, message.StatementType, us.key, s, nil)
		}
		with("a cut for one unit", func(*message.Statement) {})
		with("for two units", func(s *message.Statement) {
			s.Audience, s.Keys = append(s.Audience, "mx/semar/ops"), append(s.Keys, ops)
		})
		with("expires in a second", func(s *message.Statement) { s.Expires = start.Add(1e9) })
		add("signed by another key", message.StatementType, newKey(t), good, nil)
		add("signed as an envelope", message.EnvelopeType, us.key, good, nil)
		add("not canonical", message.StatementType, us.key, good, func(b []byte) []byte { return append(b, '\n') })
		add("cut short", message.StatementType, us.key, good, func(b []byte) []byte { return b[:len(b)-2] })
		with("another protocol", func(s *message.Statement) { s.Protocol = 2 })
		with("another sender", func(s *message.Statement) { s.From = "us/fbi" })
		with("another receiver", func(s *message.Statement) { s.To = "mx/gn" })
		with("another position", func(s *message.Statement) { s.Sequence = 2 })
		with("another key", func(s *message.Statement) { s.Keys[0] = ref.Content(nil) })
		with("the key of another unit", func(s *message.Statement) { s.Keys[0] = ops })
		with("fewer keys than units", func(s *message.Statement) { s.Audience = append(s.Audience, "mx/semar/ops") })
		with("more keys than units", func(s *message.Statement) { s.Keys = append(s.Keys, ops) })
		with("a unit twice", func(s *message.Statement) {
			s.Audience, s.Keys = append(s.Audience, s.Audience[0]), append(s.Keys, uin)
		})
		with("units changed over", func(s *message.Statement) {
			s.Audience, s.Keys = []party.Name{"mx/semar/ops", "mx/semar/uin"}, []ref.Hash{uin, ops}
		})
		with("nobody", func(s *message.Statement) { s.Audience, s.Keys = nil, nil })
		with("a unit that is not", func(s *message.Statement) { s.Audience[0] = "mx/semar/none" })
		with("another node's unit", func(s *message.Statement) { s.Audience[0] = "mx/gn/uin" })
		with("the node itself", func(s *message.Statement) { s.Audience[0] = "mx/semar" })
		with("expired this second", func(s *message.Statement) { s.Expires = start })
		with("no date", func(s *message.Statement) { s.Created = wire.Time{} })
		with("unknown kind", func(s *message.Statement) { s.Kind = "poem" })
		with("no kind", func(s *message.Statement) { s.Kind = "" })
		bytes := []byte("\x89PNG\r\n\x1a\n and what follows")
		part := good
		part.Kind, part.Attached = message.PartStatement, ref.Content(bytes)
		part.Body = must(wire.Encode(message.Part{Cut: cut.ID, Content: ref.Content(bytes), Part: 1}))(t)
		behind := func(b []byte) func([]byte) []byte {
			return func(signed []byte) []byte { return slices.Concat(signed, []byte("\n"), b) }
		}
		attached := func(name string, s message.Statement, change func([]byte) []byte) {
			add(name, message.StatementType, us.key, s, change)
			last := &list[len(list)-1]
			last.Input, last.Input64 = "", []byte(last.Input)
		}
		cutWith, unnamed, unknown := good, part, part
		cutWith.Attached, unnamed.Attached, unknown.Kind = part.Attached, ref.Hash{}, "poem"
		attached("a part of an exhibit", part, behind(bytes))
		attached("a part with other bytes", part, behind([]byte("other bytes")))
		attached("a part with a byte more", part, behind(append(slices.Clone(bytes), 0)))
		attached("a part with a second line end", part, behind(append([]byte("\n"), bytes...)))
		attached("a part with nothing", part, nil)
		attached("a part with a line end and nothing", part, behind(nil))
		attached("a part that does not name its bytes", unnamed, behind(bytes))
		attached("a part that names none and has none", unnamed, nil)
		attached("a cut with bytes", cutWith, behind(bytes))
		attached("a cut that names bytes and has none", cutWith, nil)
		attached("a cut with bytes that it does not name", good, behind(bytes))
		attached("an unknown kind with bytes", unknown, behind(bytes))
		return list
	}, run)
}

func TestAnswerVectors(t *testing.T) {
	run := func(t *testing.T, v vector) string {
		e, err := seal.ParseEnvelope([]byte(v.Input), message.AnswerLimits)
		if err == nil {
			_, err = message.OpenAnswer(e, must(seal.ParseVerifyKey(v.Key))(t), 0)
		}
		return outcome(err)
	}
	vectors(t, "answer.json", func(t *testing.T) []vector {
		mx := newNode(t, "mx/semar", "mx/semar/uin")
		good, refusal := accepted(t, mx), refused()
		payload := must(wire.Encode(good))(t)
		var list []vector
		add := func(name string, e seal.Envelope) {
			list = append(list, vector{Name: name, Input: string(must(wire.Encode(e))(t)), Key: mx.key.Public().String()})
		}
		with := func(name string, a message.Answer, change func(*message.Answer)) {
			change(&a)
			add(name, sign(t, message.AnswerType, a, mx.key))
		}
		with("accepted, with its receipt", good, func(*message.Answer) {})
		with("refused", refusal, func(*message.Answer) {})
		add("signed by another key", must(seal.Sign(message.AnswerType, payload, newKey(t)))(t))
		add("signed as something else", must(seal.Sign(message.StatementType, payload, mx.key))(t))
		add("not canonical", must(seal.Sign(message.AnswerType, append([]byte(" "), payload...), mx.key))(t))
		with("another protocol", good, func(a *message.Answer) { a.Protocol = 2 })
		with("accepted for a reason", good, func(a *message.Answer) { a.Reason = message.ReasonSize })
		with("refused for no reason", refusal, func(a *message.Answer) { a.Reason = "" })
		with("refused for a reason of its own", refusal, func(a *message.Answer) { a.Reason = "mood" })
		with("refused, with a receipt", good, func(a *message.Answer) { a.Outcome, a.Reason = message.Refused, message.ReasonSize })
		with("another outcome", good, func(a *message.Answer) { a.Outcome = "maybe" })
		with("no time", good, func(a *message.Answer) { a.At = wire.Time{} })
		with("no message", good, func(a *message.Answer) { a.Message = ref.Hash{} })
		with("position 0", good, func(a *message.Answer) { a.Sequence = 0 })
		return list
	}, run)
}

package message_test

import (
	"crypto/rand"
	"testing"

	"comity/intel"
	"comity/ledger"
	"comity/ledger/ledgertest"
	"comity/message"
	"comity/record"
	"comity/ref"
	"comity/seal"
	"comity/wire"
)

// refused is an answer that refuses the first message of us/dea to mx/semar.
func refused() message.Answer {
	return message.Answer{Protocol: wire.Protocol, From: "mx/semar", To: "us/dea", Sequence: 1, Message: ref.Sum("envelope", []byte("{}")),
		Outcome: message.Refused, Reason: message.ReasonKind, At: start}
}

// accepted is one that accepts it, with a receipt that holds.
func accepted(t testing.TB, n node) message.Answer {
	t.Helper()
	a := refused()
	a.Outcome, a.Reason = message.Accepted, ""
	r := record.Record{Kind: record.Deliver, At: a.At, Node: a.From, Unit: n.card.Units[0].Name, Other: a.To, Cut: ref.CutID{0x4f, 1}, CutHash: ref.Hash{2},
		Message: a.Message, Form: intel.Copy, Scope: intel.Scope{Content: intel.Copy.Content(), Contact: true}}
	entry, signed, err := record.NewSigned(r, []seal.SigningKey{n.key}, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	l, before := &ledgertest.Memory{}, must(ledger.NewEntry([]byte("the card"), rand.Reader))(t)
	first, cp, err := ledger.Append(l, must(ledger.NewSigner(ledger.Origin(string(n.card.Name)), n.key))(t), before, entry)
	if err != nil {
		t.Fatal(err)
	}
	a.Receipt = &record.Receipt{Record: signed, Evidence: must(ledger.Evident(l, entry, first+1, cp))(t)}
	if _, _, err := a.Receipt.Check(a.From, n.key.Public()); err != nil {
		t.Fatal(err)
	}
	return a
}

// sign signs a value as a node.
func sign(t testing.TB, payloadType string, v any, key seal.SigningKey) seal.Envelope {
	t.Helper()
	return must(seal.Sign(payloadType, must(wire.Encode(v))(t), key))(t)
}

func FuzzAnswer(f *testing.F) {
	mx := newNode(f, "mx/semar", "mx/semar/uin")
	for _, a := range []message.Answer{accepted(f, mx), refused()} {
		f.Add(must(wire.Encode(a))(f))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		e, err := seal.Sign(message.AnswerType, payload, mx.key)
		if err != nil {
			t.Skip()
		}
		a, err := message.OpenAnswer(e, mx.key.Public(), 0)
		if err == nil && (a.Outcome == message.Accepted) != (a.Reason == "") {
			t.Fatalf("%+v", a)
		}
	})
}

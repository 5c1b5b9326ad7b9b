package exchange_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"slices"
	"testing"
	"time"

	"comity/exchange"
	"comity/exchange/exchangetest"
	"comity/fault"
	"comity/intel"
	"comity/message"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/release"
	"comity/seal"
	"comity/wire"
)

// forger makes messages of us/dea for mx/semar by hand, with the real keys of
// us/dea, so that each part can be made wrong by itself.
type forger struct {
	t        *testing.T
	us, mx   *exchangetest.Node
	key      seal.SigningKey // of the envelope
	inner    seal.SigningKey // of the statement
	envelope message.Envelope
	st       message.Statement
	to       []seal.Recipient
	plain    func([]byte) []byte // changes what is sealed
	sealed   func([]byte) []byte // changes the sealed part before it is hashed
	after    func([]byte) []byte // changes it after
}

func cutBody(t *testing.T, change func(*release.Cut)) []byte {
	t.Helper()
	c := release.Cut{Kind: intel.Report, Version: 1, Originator: "us/dea/mex", Audience: []party.Name{"mx/semar/uin"}, Title: "T",
		Created: wire.At(exchangetest.Start), Portions: []release.CutPortion{{Form: intel.Copy, Kind: intel.Fact, Text: "x", Marking: intel.Marking{TLP: intel.TLPRed}}}}
	id, series := make([]byte, 16), make([]byte, 16)
	_, _ = rand.Read(id)
	_, _ = rand.Read(series)
	c.ID, c.Series = ref.CutID(id), ref.SeriesID(series)
	change(&c)
	b, err := wire.Encode(c)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func forge(t *testing.T, us, mx *exchangetest.Node) *forger {
	t.Helper()
	p := exchangetest.Must(mx.Store.Partner(ctx, us.Name))(t)
	unit, _ := mx.Card.Unit("mx/semar/uin")
	f := &forger{t: t, us: us, mx: mx, key: us.Key, inner: us.Key, to: []seal.Recipient{unit.Sealing}}
	f.st = message.Statement{Protocol: 1, From: "us/dea", To: "mx/semar", Sequence: p.In.Sequence + 1, Audience: []party.Name{unit.Name},
		Keys: []ref.Hash{unit.Sealing.Fingerprint()}, Created: wire.At(us.Clock.Now()), Kind: message.CutStatement, Body: cutBody(t, func(*release.Cut) {})}
	f.envelope = message.Envelope{Protocol: 1, From: "us/dea", To: "mx/semar", Sequence: p.In.Sequence + 1, Prev: p.In.Hash}
	return f
}

func (f *forger) message() message.Message {
	f.t.Helper()
	inside := exchangetest.Must(seal.Sign(message.StatementType, exchangetest.Must(wire.Encode(f.st))(f.t), f.inner))(f.t)
	plain := exchangetest.Must(wire.Encode(inside))(f.t)
	if f.plain != nil {
		plain = f.plain(plain)
	}
	sealed := exchangetest.Must(seal.Seal(plain, f.to...))(f.t)
	if f.sealed != nil {
		sealed = f.sealed(sealed)
	}
	if f.envelope.Size == 0 {
		f.envelope.Size = int64(len(sealed))
	}
	if f.envelope.Sealed.IsZero() {
		f.envelope.Sealed = ref.Content(sealed)
	}
	outside := exchangetest.Must(seal.Sign(message.EnvelopeType, exchangetest.Must(wire.Encode(f.envelope))(f.t), f.key))(f.t)
	if f.after != nil {
		sealed = f.after(sealed)
	}
	return message.Message{Envelope: outside, Sealed: sealed}
}

func newKey(t *testing.T) seal.SigningKey {
	t.Helper()
	return exchangetest.Must(seal.NewSigningKey(rand.Reader))(t)
}

func flip(b []byte) []byte {
	b = bytes.Clone(b)
	b[len(b)/2] ^= 1
	return b
}

func answered(t *testing.T, mx *exchangetest.Node, e seal.Envelope) message.Answer {
	t.Helper()
	return exchangetest.Must(message.OpenAnswer(e, mx.Key.Public(), 0))(t)
}

// What is not received consumes no position, leaves nothing but a line, and
// the right message still gets through afterwards.
func TestNotReceived(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*forger)
		why    message.Why
	}{
		"envelope signed by another key":    {func(f *forger) { f.key = newKey(f.t) }, message.WhySignature},
		"to another node":                   {func(f *forger) { f.envelope.To = "mx/gn" }, message.WhyAddress},
		"to a unit instead of the node":     {func(f *forger) { f.envelope.To = "mx/semar/uin" }, message.WhyAddress},
		"from another node":                 {func(f *forger) { f.envelope.From = "us/fbi" }, message.WhyAddress},
		"from a unit":                       {func(f *forger) { f.envelope.From = "us/dea/mex" }, message.WhyAddress},
		"sealed part tampered with":         {func(f *forger) { f.after = flip }, message.WhyHash},
		"sealed part cut short":             {func(f *forger) { f.after = func(b []byte) []byte { return b[:len(b)-1] } }, message.WhyLength},
		"sealed part made longer":           {func(f *forger) { f.after = func(b []byte) []byte { return append(b, 0) } }, message.WhyLength},
		"sealed part missing":               {func(f *forger) { f.after = func([]byte) []byte { return nil } }, message.WhyLength},
		"another size signed":               {func(f *forger) { f.envelope.Size = 17 }, message.WhyLength},
		"negative size":                     {func(f *forger) { f.envelope.Size = -1 }, message.WhyFrame},
		"another hash signed":               {func(f *forger) { f.envelope.Sealed = ref.Content([]byte("x")) }, message.WhyHash},
		"a gap":                             {func(f *forger) { f.envelope.Sequence, f.envelope.Prev = 5, ref.Content(nil) }, message.WhyGap},
		"position zero":                     {func(f *forger) { f.envelope.Sequence = 0 }, message.WhyFrame},
		"the first with one before it":      {func(f *forger) { f.envelope.Prev = ref.Content(nil) }, message.WhyFrame},
		"a later one with none before":      {func(f *forger) { f.envelope.Sequence = 2 }, message.WhyFrame},
		"signed as another type of payload": {func(f *forger) { f.envelope.Protocol = 1; f.after = nil; f.key = f.us.Key; f.envelope.To = "us/dea" }, message.WhyAddress},
	} {
		t.Run(name, func(t *testing.T) {
			us, mx := exchangetest.Pair(t)
			f := forge(t, us, mx)
			c.change(f)
			before := len(mx.Store.Records)
			_, err := mx.Receive(ctx, "us/dea", f.message())
			var n *message.NotReceived
			if !errors.As(err, &n) || n.Why != c.why {
				t.Fatalf("got %v, want %s", err, c.why)
			}
			if c.why == message.WhyGap && n.Expect != 1 {
				t.Fatalf("expects %d", n.Expect)
			}
			if len(mx.Store.Records) != before || len(mx.Store.Lines) != 1 {
				t.Fatalf("records %d, lines %v", len(mx.Store.Records)-before, mx.Store.Lines)
			}
			if a := answered(t, mx, exchangetest.Must(mx.Receive(ctx, "us/dea", forge(t, us, mx).message()))(t)); a.Outcome != message.Accepted {
				t.Fatalf("the right message afterwards: %+v", a)
			}
		})
	}
}

// An envelope signed under another payload type is no envelope.
func TestNotReceivedOtherType(t *testing.T) {
	us, mx := exchangetest.Pair(t)
	m := forge(t, us, mx).message()
	m.Envelope = exchangetest.Must(seal.Sign(message.StatementType, m.Envelope.Payload, us.Key))(t)
	wantWhy(t, mx, "us/dea", m, message.WhySignature)
	m = forge(t, us, mx).message()
	m.Envelope.Payload = flip(m.Envelope.Payload)
	wantWhy(t, mx, "us/dea", m, message.WhySignature)
	m = forge(t, us, mx).message()
	m.Envelope.Signatures = nil
	wantWhy(t, mx, "us/dea", m, message.WhySignature)
}

func wantWhy(t *testing.T, n *exchangetest.Node, from party.Name, m message.Message, why message.Why) {
	t.Helper()
	_, err := n.Receive(ctx, from, m)
	var missed *message.NotReceived
	if !errors.As(err, &missed) || missed.Why != why {
		t.Fatalf("got %v, want %s", err, why)
	}
}

// Unknown, suspended and frozen links are told alike, and even a message that
// was accepted before gets no answer over them.
func TestNoLink(t *testing.T) {
	us, mx := exchangetest.Pair(t)
	m := forge(t, us, mx).message()
	exchangetest.Must(mx.Receive(ctx, "us/dea", m))(t)
	wantWhy(t, mx, "us/fbi", m, message.WhyLink)
	wantWhy(t, mx, "mx/semar", m, message.WhyLink)
	exchangetest.Must(mx.Suspend(ctx, mx.Staff.Actor("sec-1"), "us/dea", ""))(t)
	wantWhy(t, mx, "us/dea", m, message.WhyLink)
	exchangetest.Must(mx.Resume(ctx, mx.Staff.Actor("admin"), "us/dea", ""))(t)
	exchangetest.Must(mx.Receive(ctx, "us/dea", m))(t)
}

// Refused messages consume their position, get a signed reason, leave a
// record and nothing else; the chain goes on.
func TestRefused(t *testing.T) {
	other := func(f *forger) seal.Recipient { k := exchangetest.Must(seal.NewSealingKey())(f.t); return k.Public() }
	bodyOf := func(change func(*release.Cut)) func(*forger) {
		return func(f *forger) { f.st.Body = cutBody(f.t, change) }
	}
	for name, c := range map[string]struct {
		change func(*forger)
		reason message.Reason
	}{
		"protocol of tomorrow":            {func(f *forger) { f.envelope.Protocol, f.st.Protocol = 2, 2 }, message.ReasonVersion},
		"protocol zero":                   {func(f *forger) { f.envelope.Protocol, f.st.Protocol = 0, 0 }, message.ReasonVersion},
		"too large, by its envelope":      {func(f *forger) { f.envelope.Size = message.MaxSealed + 1 }, message.ReasonSize},
		"sealed for a stranger":           {func(f *forger) { f.to = []seal.Recipient{other(f)} }, message.ReasonUnsealed},
		"sealed part is no age file":      {func(f *forger) { f.sealed = func([]byte) []byte { return []byte("hello") } }, message.ReasonUnsealed},
		"sealed part broken, then signed": {func(f *forger) { f.sealed = flip }, message.ReasonUnsealed},
		"statement is no envelope":        {func(f *forger) { f.plain = func([]byte) []byte { return []byte("{}") } }, message.ReasonMalformed},
		"statement is not canonical":      {func(f *forger) { f.plain = func(b []byte) []byte { return append(b, '\n') } }, message.ReasonMalformed},
		"statement of another signer":     {func(f *forger) { f.inner = newKey(f.t) }, message.ReasonSignature},
		"another protocol inside":         {func(f *forger) { f.st.Protocol = 2 }, message.ReasonMismatch},
		"another sender inside":           {func(f *forger) { f.st.From = "us/fbi" }, message.ReasonMismatch},
		"another receiver inside":         {func(f *forger) { f.st.To = "mx/gn" }, message.ReasonMismatch},
		"another position inside":         {func(f *forger) { f.st.Sequence = 9 }, message.ReasonMismatch},
		"another key named":               {func(f *forger) { f.st.Keys = []ref.Hash{ref.Content(nil)} }, message.ReasonMismatch},
		"no key named":                    {func(f *forger) { f.st.Keys = nil }, message.ReasonMismatch},
		"a key too many":                  {func(f *forger) { f.st.Keys = append(f.st.Keys, ref.Content(nil)) }, message.ReasonMismatch},
		"for one unit, sealed for other":  {func(f *forger) { f.st.Audience = []party.Name{"mx/semar/ops"} }, message.ReasonMismatch},
		"a unit twice": {func(f *forger) {
			f.st.Audience, f.st.Keys = append(f.st.Audience, f.st.Audience[0]), append(f.st.Keys, f.st.Keys[0])
		}, message.ReasonMismatch},
		"for a unit of nobody":      {func(f *forger) { f.st.Audience = []party.Name{"mx/semar/none"} }, message.ReasonUnit},
		"for another node's unit":   {func(f *forger) { f.st.Audience = []party.Name{"mx/gn/unit"} }, message.ReasonUnit},
		"for the node":              {func(f *forger) { f.st.Audience = []party.Name{"mx/semar"} }, message.ReasonUnit},
		"expired":                   {func(f *forger) { f.st.Expires = wire.At(exchangetest.Start) }, message.ReasonExpired},
		"no date":                   {func(f *forger) { f.st.Created = wire.Time{} }, message.ReasonMalformed},
		"unknown kind":              {func(f *forger) { f.st.Kind = "poem" }, message.ReasonKind},
		"no kind":                   {func(f *forger) { f.st.Kind = "" }, message.ReasonKind},
		"body is no cut":            {func(f *forger) { f.st.Body = []byte(`{"a":1}`) }, message.ReasonMalformed},
		"cut for another unit":      {bodyOf(func(c *release.Cut) { c.Audience = []party.Name{"mx/semar/ops"} }), message.ReasonMalformed},
		"cut of another originator": {bodyOf(func(c *release.Cut) { c.Originator = "us/fbi/x" }), message.ReasonMalformed},
		"cut of our own":            {bodyOf(func(c *release.Cut) { c.Originator = "mx/semar/uin" }), message.ReasonMalformed},
		"title with a control":      {bodyOf(func(c *release.Cut) { c.Title = "a\x1b[31mb" }), message.ReasonMalformed},
		"title over two lines":      {bodyOf(func(c *release.Cut) { c.Title = "a\nb" }), message.ReasonMalformed},
		"title that reorders":       {bodyOf(func(c *release.Cut) { c.Title = "a\u202eb" }), message.ReasonMalformed},
		"text that reorders":        {bodyOf(func(c *release.Cut) { c.Portions[0].Text = "a\u2067b" }), message.ReasonMalformed},
		"text with a bell":          {bodyOf(func(c *release.Cut) { c.Portions[0].Text = "a\ab" }), message.ReasonMalformed},
		"condition that reorders": {bodyOf(func(c *release.Cut) {
			c.Portions[0].Marking.Caveats = []intel.Caveat{{Code: intel.COND, Arg: "a\u202eb"}}
		}), message.ReasonMalformed},
		"room":                         {bodyOf(func(c *release.Cut) { c.Portions[0].Form = intel.Room }), message.ReasonMalformed},
		"no portion":                   {bodyOf(func(c *release.Cut) { c.Portions = nil }), message.ReasonMalformed},
		"report that says it is filed": {bodyOf(func(c *release.Cut) { c.Filing = &release.Filing{Rule: "a/b"} }), message.ReasonMalformed},
		"receipts that are none":       {func(f *forger) { f.st.Kind, f.st.Body = message.ReceiptsStatement, []byte(`{"receipts":[]}`) }, message.ReasonMalformed},
		"cut as receipts":              {func(f *forger) { f.st.Kind = message.ReceiptsStatement }, message.ReasonMalformed},
	} {
		t.Run(name, func(t *testing.T) {
			us, mx := exchangetest.Pair(t)
			f := forge(t, us, mx)
			c.change(f)
			m := f.message()
			e, err := mx.Receive(ctx, "us/dea", m)
			if err != nil {
				t.Fatal(err)
			}
			a := answered(t, mx, e)
			if a.Outcome != message.Refused || a.Reason != c.reason || a.Receipt != nil || a.Sequence != 1 {
				t.Fatalf("answer %+v, want refused: %s", a, c.reason)
			}
			if l, _ := mx.Inbox(ctx, mx.Staff.Actor("ana-1"), ref.CutID{}, 0); len(l) != 0 {
				t.Fatal("a refused message is in the inbox")
			}
			if got := kinds(t, mx); got[len(got)-1] != record.Refused {
				t.Fatalf("the refusal is not on record: %v", got)
			}
			again := exchangetest.Must(mx.Receive(ctx, "us/dea", m))(t)
			if !bytes.Equal(again.Signatures[0].Sig, e.Signatures[0].Sig) {
				t.Fatal("a duplicate got another answer")
			}
			next := answered(t, mx, exchangetest.Must(mx.Receive(ctx, "us/dea", forge(t, us, mx).message()))(t))
			if next.Outcome != message.Accepted || next.Sequence != 2 {
				t.Fatalf("the chain does not go on: %+v", next)
			}
		})
	}
}

// A cut's id belongs to one cut.
func TestCutIDTwice(t *testing.T) {
	us, mx := exchangetest.Pair(t)
	f := forge(t, us, mx)
	body := slices.Clone(f.st.Body)
	exchangetest.Must(mx.Receive(ctx, "us/dea", f.message()))(t)
	same := forge(t, us, mx)
	same.st.Body = body
	if a := answered(t, mx, exchangetest.Must(mx.Receive(ctx, "us/dea", same.message()))(t)); a.Outcome != message.Accepted {
		t.Fatalf("the same cut again: %+v", a)
	}
	c := exchangetest.Must(release.ParseCut(body))(t)
	other := forge(t, us, mx)
	other.st.Body = cutBody(t, func(n *release.Cut) { n.ID = c.ID })
	if a := answered(t, mx, exchangetest.Must(mx.Receive(ctx, "us/dea", other.message()))(t)); a.Reason != message.ReasonMalformed {
		t.Fatalf("another cut under its id: %+v", a)
	}
	if l, _ := mx.Inbox(ctx, mx.Staff.Actor("ana-1"), ref.CutID{}, 0); len(l) != 1 {
		t.Fatalf("%d letters", len(l))
	}
}

// A duplicate gets the stored answer and has no second effect; so has a
// message whose envelope somebody added a signature to.
func TestReplayed(t *testing.T) {
	us, mx := exchangetest.Pair(t)
	m := forge(t, us, mx).message()
	first := exchangetest.Must(mx.Receive(ctx, "us/dea", m))(t)
	before := len(mx.Store.Records)
	more := exchangetest.Must(seal.Sign(message.EnvelopeType, m.Envelope.Payload, us.Key, newKey(t)))(t)
	for _, e := range []seal.Envelope{m.Envelope, more} {
		again := exchangetest.Must(mx.Receive(ctx, "us/dea", message.Message{Envelope: e, Sealed: m.Sealed}))(t)
		if !bytes.Equal(again.Payload, first.Payload) {
			t.Fatal("another answer")
		}
	}
	if len(mx.Store.Records) != before {
		t.Fatal("a duplicate left a record")
	}
}

// Two signed messages for one position are evidence: both are kept and the
// link is frozen.
func TestEquivocation(t *testing.T) {
	for name, second := range map[string]func(*forger, message.Message){
		"same position": func(f *forger, _ message.Message) {
			f.envelope.Sequence, f.envelope.Prev = 1, ref.Hash{}
			f.st.Sequence = 1
		},
		"another past": func(f *forger, _ message.Message) { f.envelope.Prev = ref.Content([]byte("x")) },
	} {
		t.Run(name, func(t *testing.T) {
			us, mx := exchangetest.Pair(t)
			m := forge(t, us, mx).message()
			exchangetest.Must(mx.Receive(ctx, "us/dea", m))(t)
			f := forge(t, us, mx)
			second(f, m)
			wantWhy(t, mx, "us/dea", f.message(), message.WhyFork)
			if e := mx.Store.Kept["us/dea"]; len(e) != 3 || bytes.Equal(e[0].Body, e[1].Body) {
				t.Fatalf("evidence: %d", len(e))
			}
			for _, e := range mx.Store.Kept["us/dea"][:2] {
				signed := exchangetest.Must(seal.ParseEnvelope(e.Body, wire.Default))(t)
				if _, err := signed.Verify(message.EnvelopeType, us.Key.Public()); err != nil {
					t.Fatal("the evidence proves nothing:", err)
				}
			}
			wantWhy(t, mx, "us/dea", m, message.WhyLink)
			_, err := mx.Resume(ctx, mx.Staff.Actor("admin"), "us/dea", "we talked")
			wantKind(t, err, fault.Frozen)
			_, err = mx.Resume(ctx, mx.Staff.Actor("sec-1"), "us/dea", "")
			wantKind(t, err, fault.Frozen)
			_, err = mx.Suspend(ctx, mx.Staff.Actor("sec-1"), "us/dea", "")
			wantKind(t, err, fault.Frozen)
			if p := exchangetest.Must(mx.Resume(ctx, mx.Staff.Actor("sec-1"), "us/dea", "their clerk restored a backup"))(t); p.State != exchange.Active {
				t.Fatal("not resumed")
			}
		})
	}
}

// A flood of messages that are not received makes one line for a while.
func TestMissedIsRateLimited(t *testing.T) {
	us, mx := exchangetest.Pair(t)
	f := forge(t, us, mx)
	f.key = newKey(t)
	m := f.message()
	for range 50 {
		wantWhy(t, mx, "us/dea", m, message.WhySignature)
	}
	if len(mx.Store.Lines) != 1 {
		t.Fatalf("%d lines", len(mx.Store.Lines))
	}
	mx.Clock.At = mx.Clock.At.Add(time.Minute)
	wantWhy(t, mx, "us/dea", m, message.WhySignature)
	if len(mx.Store.Lines) != 2 {
		t.Fatalf("%d lines", len(mx.Store.Lines))
	}
}

// A store that fails gives an internal error and consumes nothing.
func TestReceiveWhileStoreFails(t *testing.T) {
	us, mx := exchangetest.Pair(t)
	m := forge(t, us, mx).message()
	mx.Store.Fail = errors.New("disk full")
	_, err := mx.Receive(ctx, "us/dea", m)
	if n := new(message.NotReceived); err == nil || errors.As(err, &n) {
		t.Fatalf("got %v", err)
	}
	mx.Store.Fail = nil
	if a := answered(t, mx, exchangetest.Must(mx.Receive(ctx, "us/dea", m))(t)); a.Outcome != message.Accepted {
		t.Fatal("not accepted afterwards")
	}
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
			e, err := seal.Sign(message.StatementType, payload, us.Key)
			if err != nil {
				t.Skip()
			}
			plain = exchangetest.Must(wire.Encode(e))(t)
		}
		p := exchangetest.Must(mx.Store.Partner(ctx, us.Name))(t)
		m := sealedMessage(t, us, p, plain, unit.Sealing)
		answer := exchangetest.Must(message.OpenAnswer(exchangetest.Must(mx.Receive(ctx, us.Name, m))(t), mx.Key.Public(), 0))(t)
		if answer.Outcome != message.Accepted && answer.Reason == "" {
			t.Fatalf("%+v", answer)
		}
	})
}

func sealedMessage(t testing.TB, us *exchangetest.Node, p exchange.Partner, plain []byte, to seal.Recipient) message.Message {
	sealed := exchangetest.Must(seal.Seal(plain, to))(t)
	e := message.Envelope{Protocol: 1, From: us.Name, To: "mx/semar", Sequence: p.In.Sequence + 1, Prev: p.In.Hash, Size: int64(len(sealed)), Sealed: ref.Content(sealed)}
	outside := exchangetest.Must(seal.Sign(message.EnvelopeType, exchangetest.Must(wire.Encode(e))(t), us.Key))(t)
	return message.Message{Envelope: outside, Sealed: sealed}
}

package nodetest

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"comity/console"
	"comity/exchange"
	"comity/intel"
	"comity/ledger"
	"comity/ledger/ledgertest"
	"comity/message"
	"comity/party"
	"comity/peer"
	"comity/record"
	"comity/ref"
	"comity/release"
	"comity/seal"
	"comity/wire"
	"comity/witness"
)

// hostile is a partner with valid keys that is no node of ours: it takes
// messages, answers and shows heads as a test tells it to.
type hostile struct {
	t       testing.TB
	w       *World
	signing seal.SigningKey
	sealing seal.SealingKey
	ledger  ledger.Signer
	log     *ledgertest.Memory
	newest  ledger.Checkpoint
	answer  func(q witness.Heads, h *witness.Heads) // nil: honestly
	receipt func(cp *ledger.Checkpoint)             // what it does to the checkpoints of receipts
	asked   string                                  // our newest head that it was shown
}

const (
	victim  = party.Name("us/dea")
	villain = party.Name("mx/semar")
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// versus makes a node of ours with officers, and a hostile partner of it.
func versus(t *testing.T) *hostile {
	t.Helper()
	w := NewWorld(t)
	for _, s := range []string{"node us/dea us/dea/desk", "officer ana@us/dea us/dea/desk analyst release", "officer seg@us/dea us/dea/desk security",
		"pack us/dea mx-guidelines-2021"} {
		must(t, w.Step(s))
	}
	h := &hostile{t: t, w: w, log: &ledgertest.Memory{}, receipt: func(*ledger.Checkpoint) {}}
	var err error
	h.signing, err = seal.NewSigningKey(rand.Reader)
	must(t, err)
	tls, err := seal.NewSigningKey(rand.Reader)
	must(t, err)
	h.sealing, err = seal.NewSealingKey()
	must(t, err)
	pin, err := peer.KeyPin(tls)
	must(t, err)
	card, err := message.MakeCard(message.Card{Name: villain, Endpoints: []string{"https://127.0.0.1:9"}, Signing: h.signing.Public(), TLSPin: pin,
		Created: wire.At(w.clock()), Units: []message.CardUnit{{Name: villain + "/uin", Sealing: h.sealing.Public()}}}, nil)
	must(t, err)
	signed, err := message.SignCard(card, h.signing)
	must(t, err)
	h.ledger, err = ledger.NewSigner(ledger.Origin(string(villain)), h.signing)
	must(t, err)
	m := w.nodes[victim]
	m.opened.Dial = func(exchange.Partner) exchange.Peer { return h }
	must(t, m.node.Close())
	must(t, m.open())
	_, err = console.Call(context.Background(), m.node, w.officers["admin@us/dea"], console.AddPartner{Card: signed, Confirmed: true})
	must(t, err)
	return h
}

// grow adds records to its ledger.
func (h *hostile) grow(n int) {
	var list []ledger.Entry
	for range n {
		e, err := ledger.NewEntry([]byte("r"), rand.Reader)
		must(h.t, err)
		list = append(list, e)
	}
	_, cp, err := ledger.Append(h.log, h.ledger, list...)
	must(h.t, err)
	h.newest = cp
}

// honest shows its newest head, from what it is asked.
func (h *hostile) honest(q witness.Heads, a *witness.Heads) {
	if h.newest.IsZero() {
		return
	}
	a.Head, a.Since = h.newest.String(), sizeOf(q.Holds)
	a.Path, _ = ledger.ProveConsistency(h.log, a.Since, h.newest.Size)
	for _, ask := range q.Asks {
		if p, err := ledger.ProveConsistency(h.log, ask.Size, h.newest.Size); err == nil {
			a.Shown = append(a.Shown, witness.Shown{Size: ask.Size, Path: p})
		}
	}
}

func sizeOf(note string) int64 {
	_, size, _, _ := ledger.Peek([]byte(note))
	return size
}

// heads signs what it says to a question, or as one.
func (h *hostile) heads(re ref.Hash, q witness.Heads) seal.Envelope {
	card, err := h.w.nodes[victim].node.Exchange().Self.Card().Hash()
	must(h.t, err)
	a := witness.Heads{Protocol: wire.Protocol, From: villain, To: victim, At: wire.At(h.w.clock()), Re: re, Expects: 1, Pinned: card}
	if q.Head != "" {
		h.asked = q.Head
	}
	a.Holds = h.cosign(h.asked, h.w.clock())
	say := h.honest
	if h.answer != nil {
		say = h.answer
	}
	say(q, &a)
	b, err := wire.Encode(a)
	must(h.t, err)
	signed, err := seal.Sign(witness.HeadsType, b, h.signing)
	must(h.t, err)
	return signed
}

// cosign holds a head of ours, as of then.
func (h *hostile) cosign(note string, at time.Time) string {
	if note == "" {
		return ""
	}
	cp, err := ledger.OpenCheckpoint([]byte(note), ledger.Origin(string(victim)), h.w.nodes[victim].node.Card().Signing)
	must(h.t, err)
	cp, err = ledger.Cosign(cp, ledger.Origin(string(villain)), h.signing, at.Unix())
	must(h.t, err)
	return cp.String()
}

// Compare answers heads.
func (h *hostile) Compare(_ context.Context, q seal.Envelope) (seal.Envelope, error) {
	var asked witness.Heads
	must(h.t, wire.Decode(q.Payload, &asked, wire.Limits{Bytes: witness.MaxHeads, Depth: 8}))
	return h.heads(witness.Hash(q), asked), nil
}

// Deliver takes cuts, with receipts under its ledger.
func (h *hostile) Deliver(_ context.Context, messages ...message.Message) (answers []seal.Envelope, err error) {
	for _, m := range messages {
		answers = append(answers, h.deliver(m))
	}
	return answers, nil
}

func (h *hostile) deliver(m message.Message) seal.Envelope {
	t := h.t
	limits := wire.Limits{Bytes: 8 << 20, Depth: 16}
	envelope, why := message.OpenEnvelope(m, victim, villain, h.w.nodes[victim].node.Card().Signing)
	if why != "" {
		t.Fatal(why)
	}
	plain, err := seal.Open(m.Sealed, 8<<20, h.sealing)
	must(t, err)
	inside, err := seal.ParseEnvelope(plain, limits)
	must(t, err)
	var s message.Statement
	must(t, wire.Decode(inside.Payload, &s, limits))
	a := message.Answer{Protocol: wire.Protocol, From: villain, To: victim, Sequence: envelope.Sequence, Message: envelope.Hash, Outcome: message.Accepted, At: wire.At(h.w.clock())}
	if s.Kind == message.CutStatement {
		c, err := release.ParseCut(s.Body)
		must(t, err)
		r := record.Record{Kind: record.Deliver, At: a.At, Node: villain, Unit: c.Audience[0], Other: victim, Cut: c.ID, CutHash: ref.Sum("cut", s.Body),
			Message: envelope.Hash, Form: intel.Copy, Scope: intel.Scope{Content: intel.Copy.Content(), Contact: true}, Purpose: c.Purpose}
		entry, signed, err := record.NewSigned(r, []seal.SigningKey{h.signing}, rand.Reader)
		must(t, err)
		first, cp, err := ledger.Append(h.log, h.ledger, entry)
		must(t, err)
		h.newest = cp
		h.receipt(&cp)
		evidence, err := ledger.Evident(h.log, entry, first, cp)
		must(t, err)
		a.Receipt = &record.Receipt{Record: signed, Evidence: evidence}
	}
	b, err := wire.Encode(a)
	must(t, err)
	signed, err := seal.Sign(message.AnswerType, b, h.signing)
	must(t, err)
	return signed
}

// flush lets our node do what it has to do.
func (h *hostile) flush() { _ = h.w.nodes[victim].node.Exchange().Flush(context.Background()) }

// asks has the partner ask, as if it were the one to begin.
func (h *hostile) asks() error {
	_, err := h.w.nodes[victim].node.Witness().Answer(context.Background(), villain, h.heads(ref.Hash{}, witness.Heads{}))
	return err
}

// sent releases a new report to it.
func (h *hostile) sent(label string) {
	for _, s := range []string{"import %s first", "mark %s all TLP:AMBER+STRICT // REL:mx/semar/uin", "release %s mx/semar/uin c"} {
		must(h.t, h.w.Step("ana@us/dea "+fmt.Sprintf(s, label)))
	}
	h.flush()
}

// link says how the link with it stands.
func (h *hostile) link() console.Link {
	s, err := console.Call(context.Background(), h.w.nodes[victim].node, h.w.officers["admin@us/dea"], console.NodeStatus{})
	must(h.t, err)
	return s.Links[0]
}

// Whoever has rewritten its ledger is found out with the next comparison that
// this node begins, whatever it answers; and if it does not answer, or says that
// it is behind, the link is known not to be compared, and carries nothing.
func TestARewrittenLedgerIsFoundOut(t *testing.T) {
	stale := ledger.Checkpoint{}
	for name, c := range map[string]struct {
		answer func(h *hostile, q witness.Heads, a *witness.Heads)
		stops  bool // nothing goes over the link, and it is not frozen
	}{
		"it answers": {func(h *hostile, q witness.Heads, a *witness.Heads) { h.honest(q, a) }, false},
		"it shows a proof from elsewhere": {func(h *hostile, q witness.Heads, a *witness.Heads) {
			h.honest(q, a)
			a.Since = 1
			a.Path, _ = ledger.ProveConsistency(h.log, 1, h.newest.Size)
		}, false},
		"it shows no proof":             {func(h *hostile, q witness.Heads, a *witness.Heads) { a.Head = h.newest.String() }, false},
		"it shows the head from before": {func(_ *hostile, q witness.Heads, a *witness.Heads) { a.Head, a.Since = stale.String(), stale.Size }, false},
		"it shows nothing":              {func(*hostile, witness.Heads, *witness.Heads) {}, false},
		"it shows one that is smaller": {func(h *hostile, q witness.Heads, a *witness.Heads) {
			small := &hostile{t: h.t, log: &ledgertest.Memory{}, ledger: h.ledger}
			small.grow(3)
			a.Head = small.newest.String()
		}, false},
		"it says that it is behind": {func(_ *hostile, q witness.Heads, a *witness.Heads) { a.Stopped = true }, true},
		"it says so, and shows the head": {func(h *hostile, q witness.Heads, a *witness.Heads) {
			h.honest(q, a)
			a.Since, a.Path, a.Shown, a.Stopped = 0, nil, nil, true
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			h := versus(t)
			h.grow(100)
			h.sent("R1")
			h.flush()
			if l := h.link(); l.State != exchange.Active || l.Theirs == nil || l.Theirs.Size != 101 || l.Theirs.Open != 0 {
				t.Fatalf("at first the link is %+v", l)
			}
			stale = h.newest
			h.log = &ledgertest.Memory{}
			h.grow(110)
			h.answer = func(q witness.Heads, a *witness.Heads) { c.answer(h, q, a) }
			h.w.advance(2 * time.Hour)
			h.sent("R2") // gives a receipt from the new ledger
			h.flush()
			l := h.link()
			if frozen := l.State == exchange.Frozen && l.Why == exchange.FrozenFork; frozen == c.stops {
				t.Fatalf("the link is %s %s, held are %+v", l.State, l.Why, l.Theirs)
			}
			if !c.stops {
				return
			}
			queued := l.Queued
			h.sent("R3")
			if now := h.link(); now.Queued != queued+1 || now.Behind.IsZero() {
				t.Fatalf("the link is %+v", now)
			}
			// Once it shows a ledger, that is judged.
			h.answer = nil
			h.w.advance(2 * time.Hour)
			h.flush()
			h.flush()
			if l := h.link(); l.State != exchange.Frozen {
				t.Fatalf("the link is %+v", l)
			}
		})
	}
}

// It only ever asks, and shows a proof from elsewhere each time: this node asks
// in its turn.
func TestWhoeverOnlyAsksIsAsked(t *testing.T) {
	h := versus(t)
	h.grow(100)
	h.flush()
	h.log = &ledgertest.Memory{}
	h.grow(120)
	h.answer = func(_ witness.Heads, a *witness.Heads) {
		a.Head, a.Since = h.newest.String(), 1
		a.Path, _ = ledger.ProveConsistency(h.log, 1, h.newest.Size)
	}
	must(t, h.w.Step("ana@us/dea import R1 first"))
	for range 3 {
		_ = h.asks()
	}
	h.w.nodes[victim].node.Exchange().Want(villain)
	_ = h.asks()
	h.flush()
	if l := h.link(); l.State != exchange.Frozen {
		t.Fatalf("the link is %+v", l)
	}
}

// A node that an officer has let go on is not stopped again by whoever holds some
// of what was lost, as often as it says so and under whatever date.
func TestWhatWasGivenUpStopsNothing(t *testing.T) {
	h := versus(t)
	h.grow(10)
	w := h.w
	must(t, w.Step("snapshot us/dea night"))
	must(t, w.Step("ana@us/dea import R1 first"))
	h.flush()
	lost := h.asked
	must(t, w.Step("back us/dea night bare"))
	h.answer = func(q witness.Heads, a *witness.Heads) {
		h.honest(q, a)
		a.Holds = h.cosign(lost, w.clock())
	}
	h.flush()
	must(t, w.Step("refused frozen ana@us/dea import R2 again"))
	w.advance(time.Minute)
	must(t, w.Step("seg@us/dea override-ledger the disk died"))
	for n := range 4 {
		must(t, w.Step(fmt.Sprintf("ana@us/dea import X%d again", n)))
		w.advance(time.Minute)
		_ = h.asks()
	}
	must(t, w.Step("ana@us/dea import Y again"))
}

// What a partner hangs onto the checkpoints of its receipts hides no line of a
// trail.
func TestJunkOnReceiptsHidesNothing(t *testing.T) {
	h := versus(t)
	h.receipt = func(cp *ledger.Checkpoint) {
		for i := range 32 {
			cp.Signed = append(cp.Signed, fmt.Sprintf("— x%d %s\n", i, base64.StdEncoding.EncodeToString([]byte{1, 2, 3, byte(i), 9}))...)
		}
	}
	h.sent("R1")
	h.sent("R2")
	h.flush()
	tr, err := console.Call(context.Background(), h.w.nodes[victim].node, h.w.officers["ana@us/dea"], console.ReadTrail{Item: h.w.items["R1"].String(), Receipts: true})
	must(t, err)
	if len(tr.Trail.Lines) != 1 || len(tr.Trail.Lines[0].Receipts) != 1 || tr.Trail.Lines[0].Receipts[0].Cosigned.IsZero() {
		t.Fatalf("the trail is %+v", tr.Trail)
	}
	for _, f := range tr.Receipts {
		if strings.Contains(string(f.Content), " x3 ") {
			t.Errorf("%s holds the junk", f.Name)
		}
	}
}

// A receipt that is too large for anybody to check is none.
func TestFatReceipt(t *testing.T) {
	h := versus(t)
	h.receipt = func(cp *ledger.Checkpoint) {
		cp.Signed = append(cp.Signed, "— x "+base64.StdEncoding.EncodeToString(make([]byte, 60<<10))+"\n"...)
	}
	h.sent("R1")
	if l := h.link(); l.Queued != 1 {
		t.Fatalf("the link is %+v", l)
	}
}

// Somebody who says again and again that it lacks everything is sent it once.
func TestResendsAreFew(t *testing.T) {
	h := versus(t)
	for n := range 5 {
		h.sent(fmt.Sprint("R", n))
	}
	before, _ := h.log.Size()
	for range 6 {
		h.w.nodes[victim].node.Exchange().Want(villain)
		h.flush() // it says that it expects message 1
	}
	if after, _ := h.log.Size(); after > before+5 {
		t.Fatalf("%d messages were sent again", after-before)
	}
}

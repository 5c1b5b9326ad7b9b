package node_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"comity/console"
	"comity/exchange"
	"comity/exposure"
	"comity/holdings"
	"comity/intel"
	"comity/law"
	"comity/ledger"
	"comity/message"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/release"
	"comity/seal"
	"comity/store"
	"comity/wire"
)

// past makes up what two nodes have done: items of the one, each released once
// to the other, delivered, taken in and receipted. The items, cuts, records,
// receipts, answers and envelopes are what the nodes would have made, signed and
// proved; but the sealed parts are all the same bytes, since nobody opens those
// of a message that was answered, and the cuts made nothing due unless wide is set.
type past struct {
	us, mx    *store.Bulk
	from, to  party.Name // the nodes
	keys      struct{ us, mx []seal.SigningKey }
	actor     party.Actor
	item      intel.Item        // that all others are like
	plan      release.Plan      // likewise
	sealed    []byte            // likewise
	card      ref.Hash          // of the partner
	at        exchange.Position // of the newest message
	made, all int
	start     time.Time
	wide      bool // each cut made a duty due, and is for the eyes of one officer
}

// block is how many items are made at once, and blocks how many of those are
// committed at once: an index over random ids has most of its pages written
// anew with every commit.
const (
	block  = 2000
	blocks = 8
)

// one is an item on its way into both nodes.
type one struct {
	held     holdings.Held
	d        store.Delivered
	arrival  exchange.Arrival
	answer   []byte
	collect  ledger.Entry
	disclose ledger.Entry
	deliver  ledger.Entry
	signed   seal.Envelope // of the record of delivery
}

// newPast takes a pair of nodes, between which one item was sent, as the pattern.
func newPast(tb testing.TB, us, mx *side, id string, n int) *past {
	tb.Helper()
	ctx, db := context.Background(), us.node.Store()
	item := must(ref.Parse[struct{}](id))(tb)
	p := &past{from: us.node.Card().Name, to: mx.node.Card().Name, all: n, start: time.Now().Add(-time.Duration(n) * time.Second),
		actor: party.Actor{Handle: "ana", Unit: us.node.Config().Units[0]}}
	p.keys.us, p.keys.mx = us.node.Signers(), mx.node.Signers()
	p.item = must(db.Holdings().Version(ctx, ref.ItemID(item), 0))(tb).Item
	made := must(db.Past().Releases(ctx, exposure.Range{Item: ref.ItemID(item)}, 1))(tb)
	p.plan = *made[0].Plan
	partner := must(db.Links().Partner(ctx, p.to))(tb)
	p.at, p.card = partner.Out, partner.CardHash
	framed := must(db.Outbox().Sealed(ctx, p.to, p.at.Sequence))(tb)
	p.sealed = must(message.Parse(framed))(tb).Sealed
	p.us, p.mx = must(db.Bulk(ctx))(tb), must(mx.node.Store().Bulk(ctx))(tb)
	return p
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(tb testing.TB) T {
		tb.Helper()
		if err != nil {
			tb.Fatal(err)
		}
		return v
	}
}

// load brings all of it into both nodes, which must be at rest.
func (p *past) load(tb testing.TB) {
	tb.Helper()
	ctx := context.Background()
	for _, b := range []*store.Bulk{p.us, p.mx} {
		check(tb, b.Tune(ctx, `PRAGMA cache_size = -800000`))
	}
	ready, failed := make(chan [2]*store.Part, blocks), make(chan error, 1)
	go func() { failed <- p.writeAll(ctx, ready) }()
	for p.made < p.all {
		parts, err := p.next(min(block, p.all-p.made))
		if err != nil {
			close(ready)
			tb.Fatal(err)
		}
		ready <- parts
	}
	close(ready)
	check(tb, <-failed)
	for _, b := range []*store.Bulk{p.us, p.mx} {
		check(tb, b.Tune(ctx, `PRAGMA cache_size = -2000`))
		check(tb, b.Tune(ctx, `PRAGMA shrink_memory`))
	}
}

func check(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// writeAll commits what comes, some blocks at a time, to both nodes at once.
func (p *past) writeAll(ctx context.Context, ready <-chan [2]*store.Part) (err error) {
	for more := true; more; {
		var ours, theirs []*store.Part
		for len(ours) < blocks && more {
			var parts [2]*store.Part
			if parts, more = <-ready; more {
				ours, theirs = append(ours, parts[0]), append(theirs, parts[1])
			}
		}
		if err != nil || len(ours) == 0 {
			continue // whoever makes them must not wait for ever
		}
		err = inParallel(2, func(side int) error {
			if side == 0 {
				return p.us.Write(ctx, ours...)
			}
			return p.mx.Write(ctx, theirs...)
		})
	}
	return err
}

// next makes the next items: each for itself as far as that goes, and between
// that the two chains, of envelopes and of records.
func (p *past) next(n int) (parts [2]*store.Part, err error) {
	list := make([]one, n)
	if err := inParallel(n, func(i int) error { return p.draft(&list[i], p.made+i) }); err != nil {
		return parts, err
	}
	payloads, err := p.chain(list)
	if err != nil {
		return parts, err
	}
	if err := inParallel(n, func(i int) error { return p.message(&list[i], payloads[i]) }); err != nil {
		return parts, err
	}
	parts = [2]*store.Part{{}, {}}
	var ours, theirs []ledger.Entry
	for _, o := range list {
		ours, theirs = append(ours, o.collect, o.disclose), append(theirs, o.deliver)
	}
	if _, _, err := p.us.Record(parts[0], ours...); err != nil {
		return parts, err
	}
	first, cp, err := p.mx.Record(parts[1], theirs...)
	if err != nil {
		return parts, err
	}
	if err := inParallel(n, func(i int) error { return p.receipt(&list[i], first+int64(i), cp) }); err != nil {
		return parts, err
	}
	p.made += n
	return parts, p.keep(list, parts)
}

// keep makes the rows: those of either node by a goroutine of its own.
func (p *past) keep(list []one, parts [2]*store.Part) error {
	return inParallel(2, func(side int) error {
		for _, o := range list {
			var err error
			if side == 1 {
				err = p.mx.Arrive(parts[1], o.arrival, o.answer)
			} else if err = p.us.Item(parts[0], o.held); err == nil {
				err = p.us.Release(parts[0], o.d)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func inParallel(n int, do func(int) error) error {
	failed := make([]error, n)
	each(n, runtime.GOMAXPROCS(0), func(i int) { failed[i] = do(i) })
	for _, err := range failed {
		if err != nil {
			return err
		}
	}
	return nil
}

// draft makes an item, the plan and the cut of its release, and their records.
func (p *past) draft(o *one, n int) error {
	at := p.start.Add(time.Duration(n) * time.Second)
	now := wire.At(at)
	i := p.item
	i.ID, i.Version, i.Prev, i.Created = newID[ref.ItemID](at), 1, ref.Hash{}, now
	var salt [16]byte
	_, _ = rand.Read(salt[:])
	i.Salt, i.Title = hex.EncodeToString(salt[:]), fmt.Sprint("report ", n)
	i.Portions = slices.Clone(i.Portions)
	i.Portions[0].ID, i.Portions[0].Text = newID[ref.PortionID](at), textOf(n)
	hash, err := i.Hash()
	if err != nil {
		return err
	}
	o.held = holdings.Held{Item: i, Hash: hash, Authors: map[ref.PortionID]party.Handle{i.Portions[0].ID: p.actor.Handle}}
	plan := p.plan
	plan.Item, plan.Version, plan.ItemHash, plan.At = i.ID, 1, hash, now
	c := exchange.Commit{ID: newID[ref.ReleaseID](at), Actor: p.actor, At: now, Item: i, Plan: plan}
	if c.PlanHash, err = plan.Hash(); err != nil {
		return err
	}
	r := plan.Recipients[0]
	cut, err := release.MakeCut(i, r, randomID[ref.CutID](), release.Chain{Series: randomID[ref.SeriesID]()}, nil, now)
	if err != nil {
		return err
	}
	body, err := wire.Encode(cut)
	if err != nil {
		return err
	}
	sent := exchange.SentCut{Cut: cut, Hash: ref.Sum("cut", body), Recipient: r.Party, Partner: p.to, Item: i.ID, Version: 1, Release: c.ID, Forms: r.Forms, At: now}
	c.Cuts = []exchange.SentCut{sent}
	c.Outgoing = []exchange.Outgoing{{ID: newID[ref.OutID](at), Partner: p.to, Audience: cut.Audience, Kind: message.CutStatement, Body: body, Created: now, Cut: cut.ID}}
	o.d.Commit = c
	base := record.Record{At: now, Node: p.from, Unit: p.actor.Unit, Officer: p.actor.Handle, Item: i.ID, Version: hash}
	collect, disclose := base, base
	collect.Kind, disclose.Kind = record.Collect, record.Disclose
	disclose.Other, disclose.Cut, disclose.CutHash, disclose.Form = r.Party, cut.ID, sent.Hash, r.Forms[0]
	disclose.Scope, disclose.Purpose = intel.Scope{Content: r.Forms[0].Content(), Contact: true}, i.Purpose
	disclose.Plan, disclose.Packs = c.PlanHash, plan.Packs
	if o.collect, err = record.NewEntry(collect, rand.Reader); err == nil {
		o.disclose, err = record.NewEntry(disclose, rand.Reader)
	}
	return err
}

// chain gives the payloads of the envelopes, each of which names the one before.
func (p *past) chain(list []one) ([][]byte, error) {
	payloads := make([][]byte, len(list))
	size, sum := int64(len(p.sealed)), ref.Content(p.sealed)
	for i := range list {
		e := message.Envelope{Protocol: wire.Protocol, From: p.from, To: p.to, Sequence: p.at.Sequence + 1, Prev: p.at.Hash, Size: size, Sealed: sum}
		b, err := wire.Encode(e)
		if err != nil {
			return nil, err
		}
		payloads[i], p.at = b, exchange.Position{Sequence: e.Sequence, Hash: message.EnvelopeHash(b)}
		list[i].d.Sealed = exchange.Sealing{ID: list[i].d.Commit.Outgoing[0].ID, Card: p.card, At: p.at}
	}
	return payloads, nil
}

// message makes the message of a release, and the record of its delivery.
func (p *past) message(o *one, payload []byte) error {
	outside, err := seal.Sign(message.EnvelopeType, payload, p.keys.us...)
	if err != nil {
		return err
	}
	m := message.Message{Envelope: outside, Sealed: p.sealed}
	if o.d.Sealed.Message, err = m.Frame(); err != nil {
		return err
	}
	envelope, err := wire.Encode(outside)
	if err != nil {
		return err
	}
	c, at := o.d.Commit.Cuts[0], o.d.Commit.At
	o.arrival = exchange.Arrival{Partner: p.from, At: at, Position: o.d.Sealed.At, Envelope: envelope, Message: o.d.Sealed.Message, Outcome: message.Accepted,
		Cut: &exchange.ReceivedCut{Cut: c.Cut, Hash: c.Hash, Partner: p.from, Message: o.d.Sealed.At.Hash, At: at}}
	if p.wide {
		o.arrival.Cut.Cut, o.arrival.Duties = widened(c.Cut, at)
	}
	form := c.Cut.Portions[0].Form
	o.deliver, o.signed, err = record.NewSigned(record.Record{Kind: record.Deliver, At: at, Node: p.to, Unit: c.Cut.Audience[0], Other: p.from,
		Cut: c.Cut.ID, CutHash: c.Hash, Message: o.d.Sealed.At.Hash, Form: form, Scope: intel.Scope{Content: form.Content(), Contact: true}, Purpose: c.Cut.Purpose},
		p.keys.mx, rand.Reader)
	return err
}

// widened has a cut that came for the eyes of ana alone, and make a duty due.
func widened(c release.Cut, at wire.Time) (release.Cut, []exchange.Duty) {
	unit := c.Audience[0]
	c.Portions = slices.Clone(c.Portions)
	for i := range c.Portions {
		c.Portions[i].Marking.Caveats = []intel.Caveat{{Code: intel.EYES, Arg: string(unit) + "#ana"}}
	}
	const rule = "mx-guidelines-2021/report"
	return c, []exchange.Duty{{ID: randomID[ref.DutyID](), Cut: c.ID,
		Duty:  release.Duty{Rule: rule, Holder: unit, To: "mx/sre", At: at, Due: []law.Due{{At: at.Add(72 * time.Hour)}}},
		Draft: release.Draft{Rule: rule, Fields: []release.DraftField{{Name: "what", Value: c.Portions[0].Text}}}}}
}

// receipt makes the answer, with the receipt in it.
func (p *past) receipt(o *one, index int64, cp ledger.Checkpoint) error {
	evidence, err := ledger.Evident(p.mx.Ledger(), o.deliver, index, cp)
	if err != nil {
		return err
	}
	r := record.Receipt{Record: o.signed, Evidence: evidence}
	at, s := o.d.Commit.At, o.d.Sealed.At
	a := message.Answer{Protocol: wire.Protocol, From: p.to, To: p.from, Sequence: s.Sequence, Message: s.Hash, Outcome: message.Accepted, Receipt: &r, At: at}
	payload, err := wire.Encode(a)
	if err != nil {
		return err
	}
	e, err := seal.Sign(message.AnswerType, payload, p.keys.mx...)
	if err != nil {
		return err
	}
	if o.answer, err = wire.Encode(e); err != nil {
		return err
	}
	kept := exchange.StoredReceipt{Cut: o.d.Commit.Cuts[0].Cut.ID, From: p.to, Kind: record.Deliver, At: at, Receipt: r}
	o.d.Answered = exchange.Settled{ID: o.d.Sealed.ID, At: at, Answer: a, Signed: o.answer, Receipts: []exchange.StoredReceipt{kept}}
	return nil
}

func newID[T ~[16]byte](at time.Time) T { id, _ := ref.New[struct{}](at, rand.Reader); return T(id) }

func randomID[T ~[16]byte]() T { id, _ := ref.Random[struct{}](rand.Reader); return T(id) }

var sentences = []string{
	"Two launches were seen off the cape before dawn, without lights and heading north along the shelf.",
	"The crew handed packages over to a fishing vessel, which then turned back towards the harbour.",
	"A caller who was right before says that the same people hired the warehouse behind the cannery.",
	"Payment went through an exchange house in the old town, in amounts below what must be reported.",
	"The plates of the lorry belong to a company whose manager has been abroad since the spring.",
	"Fuel was bought in drums at three stations within one hour, each time by another driver.",
	"The radio traffic ended when the patrol left its berth, and began again when it had returned.",
	"Nothing shows that the port authority knew, although one clerk asked for leave on that very day.",
}

// rare is a word that stands in five items, and the only one like it.
func rare(n int) string { return fmt.Sprintf("q%dz", 10_000_000+n/5) }

// textOf is a text of about 1 KB.
func textOf(n int) string {
	var s strings.Builder
	fmt.Fprintf(&s, "Reference %s. ", rare(n))
	for k := 0; s.Len() < 1000; k++ {
		s.WriteString(sentences[(n+k*k)%len(sentences)])
		s.WriteString(" ")
	}
	return strings.TrimSpace(s.String())
}

// loaded is a pair of nodes with so much behind them.
func loaded(b *testing.B, n int) (us, mx *side) {
	us, mx, _ = pair(b, 0)
	id := more(b, us, 1, textOf(n))[0]
	us.send(b, id)
	us.rest(b)
	newPast(b, us, mx, id, n).load(b)
	return us, mx
}

// TestWhatIsLoadedIsWhatANodeLeaves: what the bulk loader makes up holds
// together as what nodes have done themselves, and they go on from it.
func TestWhatIsLoadedIsWhatANodeLeaves(t *testing.T) {
	const n = 3 * block / 20
	ended := testing.Benchmark(func(b *testing.B) {
		if b.N > 1 {
			return // once is enough; nodes are made for benchmarks
		}
		us, mx := loaded(b, n)
		b.StopTimer()
		verified(t, b, us, mx, n)
		kept(t, us, mx)
		chained(t, us, mx, n)
		word := rare(7)
		if hits := told(b, us, us.officer, console.SearchItems{Words: word}).Hits; len(hits) != 5 {
			t.Errorf("%s is found %d times", word, len(hits))
		}
		goesOn(b, us, mx)
	})
	if ended.N == 0 {
		t.Error("a node refused something")
	}
}

// verified checks both ledgers: a record for each import and release, and for
// each delivery.
func verified(t *testing.T, b *testing.B, us, mx *side, n int) {
	for _, s := range []struct {
		side    *side
		kind    record.Kind
		records int
	}{{us, record.Collect, n + 1}, {us, record.Disclose, n + 1}, {mx, record.Deliver, n + 1}} {
		v := told(b, s.side, s.side.admin, console.VerifyLedger{})
		have := 0
		for _, k := range v.Kinds {
			if k.Kind == s.kind {
				have = int(k.Count)
			}
		}
		if have != s.records {
			t.Errorf("the ledger has %d records of %s, not %d", have, s.kind, s.records)
		}
	}
}

// kept checks what the ports give of some items, at both ends.
func kept(t *testing.T, us, mx *side) {
	ctx, db := context.Background(), us.node.Store()
	items := must(db.Holdings().List(ctx, us.node.Config().Units[0], ref.ItemID{}, 20))(t)
	for _, h := range items {
		hash := must(h.Item.Hash())(t)
		sent := must(db.Trails().Sent(ctx, h.Item.ID))(t)
		receipts := must(db.Trails().Receipts(ctx, sent[0].Cut.ID, 0, 9))(t)
		if hash != h.Hash || len(sent) != 1 || len(receipts) != 1 || sent[0].Outcome != message.Accepted {
			t.Fatalf("item %v has %d cuts and %d receipts", h.Item.ID, len(sent), len(receipts))
		}
		rec, _, err := receipts[0].Receipt.Check(mx.node.Card().Name, mx.node.Card().Signing)
		if err != nil || rec.CutHash != sent[0].Hash {
			t.Errorf("the receipt: %v", err)
		}
		rc := must(mx.node.Store().Inbox().Cut(ctx, sent[0].Cut.ID.String()))(t)
		if rc.Hash != sent[0].Hash || rc.Cut.Portions[0].Text != h.Item.Portions[0].Text {
			t.Error("what came is not what was sent")
		}
		made := must(db.Past().Releases(ctx, exposure.Range{Item: h.Item.ID}, 9))(t)
		if len(made) != 1 || made[0].Plan == nil || must(made[0].Plan.Hash())(t) != made[0].Act {
			t.Errorf("item %v has %d releases", h.Item.ID, len(made))
		}
	}
}

// chained checks the messages of the link, from the first to the last.
func chained(t *testing.T, us, mx *side, n int) {
	ctx, from, to := context.Background(), us.node.Card().Name, mx.node.Card().Name
	var last exchange.Position
	for sequence := int64(1); sequence <= int64(n)+1; sequence++ {
		framed := must(us.node.Store().Outbox().Sealed(ctx, to, sequence))(t)
		o, why := message.OpenEnvelope(must(message.Parse(framed))(t), from, to, us.node.Card().Signing)
		taken := must(mx.node.Store().Inbox().Consumed(ctx, from, sequence))(t)
		if why != "" || o.Prev != last.Hash || taken.Hash != o.Hash || !bytes.Contains(framed, taken.Envelope) {
			t.Fatalf("message %d: %s", sequence, why)
		}
		last = exchange.Position{Sequence: o.Sequence, Hash: o.Hash}
	}
	p, q := must(us.node.Store().Links().Partner(ctx, to))(t), must(mx.node.Store().Links().Partner(ctx, from))(t)
	if p.Out != last || q.In != last {
		t.Errorf("the link stands at %v and %v, not at %v", p.Out, q.In, last)
	}
}

// goesOn has the nodes do the next thing, and reads what was loaded.
func goesOn(b *testing.B, us, mx *side) {
	us.send(b, more(b, us, 1, textOf(0))[0])
	us.rest(b)
	letters := told(b, mx, mx.officer, console.ListInbox{Limit: 2}).Letters
	told(b, mx, mx.officer, console.ReadCut{Cut: letters[1].Cut.String()})
	mx.rest(b)
}

// more imports items that are ready to be sent.
func more(b *testing.B, us *side, n int, text string) []string {
	ids := make([]string, n)
	each(n, 32, func(k int) {
		text := fmt.Sprintf("# more %d\n\n%s\n", k, text)
		v := told(b, us, us.officer, console.ImportItem{File: "x", Text: []byte(text), Topic: "boats", Purpose: "a joint case"})
		ids[k] = v.View.Item.ID.String()
		told(b, us, us.officer, console.MarkItem{Item: ids[k], Elements: []string{"TLP:AMBER+STRICT", "REL:mx/semar/uin"}})
	})
	return ids
}

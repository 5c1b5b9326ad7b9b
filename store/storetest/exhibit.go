package storetest

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"comity/exchange"
	"comity/fault"
	"comity/intel"
	"comity/ledger"
	"comity/message"
	"comity/record"
	"comity/ref"
	"comity/store"
)

func testExhibits(t *testing.T, open Opener) {
	t.Run("lanes", func(t *testing.T) { testLanes(t, open(t)) })
	t.Run("own", func(t *testing.T) { testOwnParts(t, open(t)) })
	t.Run("received", func(t *testing.T) { testReceivedParts(t, open(t)) })
}

// queue lists what goes over a link, by its bodies.
func queue(t testing.TB, db *store.DB, w exchange.Window) (list []string) {
	t.Helper()
	w.Bytes = 1 << 30
	got, err := db.Outbox().Unanswered(ctx, partner, w)
	must(t, err)
	for _, o := range got {
		list = append(list, string(o.Body))
	}
	return list
}

// testLanes: parts of exhibits wait for all else that is not sealed yet, whenever
// it came, and for their own cut above all; what is sealed keeps its place; each
// lane keeps its order; a queue is read in pieces across them.
func testLanes(t *testing.T, db *store.DB) {
	card := introduce(t, db, partner).CardHash
	var cut, other ref.CutID
	mint(t, &cut)
	mint(t, &other)
	entry := func(body string, of ref.CutID, kind message.StatementKind) exchange.Outgoing {
		o := outgoing(t, partner, body)
		o.Cut, o.Kind = of, kind
		return o
	}
	text := []exchange.Outgoing{entry("text 0", cut, message.CutStatement), outgoing(t, partner, "text 1"), outgoing(t, partner, "text 2")}
	part := []exchange.Outgoing{entry("part 0", cut, message.PartStatement), entry("part 1", cut, message.PartStatement), entry("part 2", cut, message.PartStatement)}
	enqueue(t, db, entry("part of another", other, message.PartStatement), text[0], part[0], part[1])
	enqueue(t, db, text[1], part[2])
	all := exchange.Window{Limit: 9, Parts: 9}
	expect := func(w exchange.Window, want ...string) {
		t.Helper()
		if got := queue(t, db, w); !slices.Equal(got, want) {
			t.Errorf("%+v gave %q, want %q", w, got, want)
		}
	}
	expect(all, "text 0", "text 1") // no part goes before its cut
	sequence := int64(0)
	sealNext := func(o exchange.Outgoing, under ref.Hash) error {
		err := db.Outbox().Seal(ctx, exchange.Sealing{ID: o.ID, Message: []byte("m"), Card: under, At: exchange.Position{Sequence: sequence + 1, Hash: hash(fmt.Sprint(sequence))}})
		if err == nil {
			sequence++
		}
		return err
	}
	refused(t, fault.Stale, sealNext(part[0], card))
	must(t, sealNext(text[0], card))
	refused(t, fault.Stale, sealNext(part[1], card)) // not before the part before it
	must(t, sealNext(part[0], card))
	enqueue(t, db, text[2])
	want := []string{"text 0", "part 0", "text 1", "text 2", "part 1", "part 2"}
	expect(all, want...)
	expect(exchange.Window{Limit: 9, Parts: 1}, want[:5]...)
	expect(exchange.Window{Limit: 9}, want[:4]...)
	expect(exchange.Window{Limit: 3, Parts: 9}, slices.Concat(want[:3], want[4:])...)
	expect(exchange.Window{Limit: 1, Parts: 1}, "text 0", "part 0")
	for after := range 3 {
		expect(exchange.Window{After: int64(after), Limit: 9, Parts: 9}, want[after:]...)
	}
	few, err := db.Outbox().Unanswered(ctx, partner, exchange.Window{After: 2, Limit: 9, Parts: 9, Bytes: 1})
	must(t, err)
	if len(few) != 2 || string(few[0].Body) != "text 1" || string(few[1].Body) != "part 1" {
		t.Errorf("with no room but for one there go %+v", few)
	}
	waiting := func(queued, parts int) {
		t.Helper()
		if p, err := db.Links().Partner(ctx, partner); err != nil || p.Queued != queued || p.Parts != parts {
			t.Errorf("%d wait, of them %d parts (%v), want %d and %d", p.Queued, p.Parts, err, queued, parts)
		}
	}
	waiting(7, 4)
	answered := func(id ref.OutID, a message.Answer) {
		t.Helper()
		must(t, db.Outbox().Answered(ctx, exchange.Settled{ID: id, At: at(1), Answer: a, Signed: []byte("signed")}))
	}
	// Another card is pinned before the cut is answered: until it is, its parts wait.
	p, err := db.Links().Partner(ctx, partner)
	must(t, err)
	next := exchange.Pinning{Name: partner, Card: p.Card, CardHash: hash("card 2"), Signed: []byte("s"), At: at(1)}
	next.Card.Serial, next.Card.Prev = 2, p.CardHash
	must(t, db.Links().Pin(ctx, next))
	expect(all, want[:4]...)
	answered(text[0].ID, message.Answer{Outcome: message.Accepted})
	answered(part[0].ID, message.Answer{Outcome: message.Accepted})
	waiting(5, 3)
	expect(all, want[2:]...)
	if n, err := db.Exhibits().SentParts(ctx, cut); n != 1 || err != nil {
		t.Errorf("%d parts were taken in (%v)", n, err)
	}
	// A cut that is refused for good takes its parts with it, one that is refused for
	// want of a key does not.
	for _, c := range []struct {
		reason message.Reason
		parts  int
	}{{message.ReasonUnsealed, 1}, {message.ReasonExpired, 0}} {
		refusing := entry("refused "+string(c.reason), other, message.CutStatement)
		enqueue(t, db, refusing)
		for _, o := range []exchange.Outgoing{text[1], text[2]} {
			if err := sealNext(o, card); err == nil {
				answered(o.ID, message.Answer{Outcome: message.Accepted})
			}
		}
		must(t, sealNext(refusing, card))
		answered(refusing.ID, message.Answer{Outcome: message.Refused, Reason: c.reason})
		waiting(2+c.parts, 2+c.parts)
		expect(all, "part 1", "part 2")
	}
}

// testOwnParts: a version names only files that are there from end to end; what is
// kept stays as it is, what is not yet may be uploaded anew.
func testOwnParts(t *testing.T, db *store.DB) {
	s := db.Holdings()
	h := written(t, "us/dea/ccf", "T", "x")
	must(t, s.Keep(ctx, h))
	a, b := bytes.Repeat([]byte("a"), intel.PartSize), []byte("hippopotamus")
	x := intel.Exhibit{Content: ref.Content(append(slices.Clone(a), b...)), Size: intel.PartSize + int64(len(b)), Media: "image/png"}
	named := after(t, h, "ann", "x")
	named.Item.Portions[0].Exhibits = []intel.Exhibit{x}
	named = sealed(t, named.Item)
	refused(t, fault.Withheld, s.KeepParts(ctx, ref.ItemID{9}, x.Content, 1, [][]byte{a}))
	refused(t, fault.Invalid, s.Keep(ctx, named))
	must(t, s.KeepParts(ctx, h.Item.ID, x.Content, 2, [][]byte{b}))
	refused(t, fault.Invalid, s.Keep(ctx, named))
	if got, err := s.Parts(ctx, h.Item.ID, x.Content, 1, 9); err != nil || len(got) != 0 {
		t.Fatalf("with the first part missing there are %d (%v)", len(got), err)
	}
	// A try that had more parts, or others, leaves nothing to those after it.
	must(t, s.KeepParts(ctx, h.Item.ID, x.Content, 1, [][]byte{a, b, a}))
	refused(t, fault.Invalid, s.Keep(ctx, named))
	must(t, s.KeepParts(ctx, h.Item.ID, x.Content, 1, [][]byte{a}))
	refused(t, fault.Invalid, s.Keep(ctx, named))
	must(t, s.KeepParts(ctx, h.Item.ID, x.Content, 2, [][]byte{[]byte("another file")}))
	refused(t, fault.Forged, s.Keep(ctx, named))
	must(t, s.KeepParts(ctx, h.Item.ID, x.Content, 2, [][]byte{b}))
	must(t, s.Keep(ctx, named))
	must(t, s.KeepParts(ctx, h.Item.ID, x.Content, 1, [][]byte{b, b}))
	for _, c := range []struct {
		from, limit int
		want        [][]byte
	}{{1, 9, [][]byte{a, b}}, {1, 1, [][]byte{a}}, {2, 9, [][]byte{b}}, {3, 9, nil}} {
		got, err := s.Parts(ctx, h.Item.ID, x.Content, c.from, c.limit)
		if err != nil || !slices.EqualFunc(got, c.want, bytes.Equal) {
			t.Errorf("from %d, at most %d: %d parts, %v", c.from, c.limit, len(got), err)
		}
	}
	if got, err := s.Parts(ctx, ref.ItemID{9}, x.Content, 1, 9); err != nil || len(got) != 0 {
		t.Fatalf("another item has %d parts (%v)", len(got), err)
	}
	_, err := db.Exhibits().SentPart(ctx, ref.CutID{1}, x.Content, 1)
	refused(t, fault.Withheld, err)
	// Too much that is attached to nothing is refused, and whether a version names the
	// file does not show by it: it may be one that the officer may not see.
	must(t, s.KeepParts(ctx, h.Item.ID, hash("loose"), 1, slices.Repeat([][]byte{{1}}, intel.MaxAllExhibits/intel.PartSize)))
	for _, content := range []ref.Hash{hash("another"), x.Content} {
		refused(t, fault.TooLarge, s.KeepParts(ctx, h.Item.ID, content, 1, [][]byte{a}))
	}
	introduce(t, db, partner)
	c := commit(t, db, named)
	must(t, db.Releases().Release(ctx, c))
	cut := c.Cuts[0].Cut.ID
	if got, err := db.Exhibits().SentPart(ctx, cut, x.Content, 2); err != nil || !bytes.Equal(got, b) {
		t.Fatalf("%q, %v", got, err)
	}
	_, err = db.Exhibits().SentPart(ctx, cut, x.Content, 3)
	refused(t, fault.Withheld, err)
	if n, err := db.Exhibits().SentParts(ctx, cut); n != 0 || err != nil {
		t.Fatalf("%d parts were taken in (%v)", n, err)
	}
}

// testReceivedParts: the parts of a received cut come with its chain, each kept
// once; a destroyed cut takes them with it and takes in no more.
func testReceivedParts(t *testing.T, db *store.DB) {
	introduce(t, db, partner)
	first := arrival(t, partner, 1, ref.SeriesID{}, ref.SeriesID{})
	_, err := db.Inbox().Arrive(ctx, first)
	must(t, err)
	cut, content := first.Cut.Cut.ID, hash("a file")
	sequence := int64(1)
	arrive := func(part int, b string) {
		t.Helper()
		sequence++
		a := exchange.Arrival{Partner: partner, At: at(2), Position: exchange.Position{Sequence: sequence, Hash: hash(fmt.Sprint(sequence))}, Envelope: []byte("e"),
			Outcome: message.Accepted, Part: &exchange.ReceivedPart{Cut: cut, Content: content, Part: part, Bytes: []byte(b)}}
		a.Proven = func([]ledger.Evidence) (exchange.Proof, error) { return exchange.Proof{Answer: []byte("answer")}, nil }
		_, err := db.Inbox().Arrive(ctx, a)
		must(t, err)
	}
	before := size(t, db)
	arrive(2, "two")
	arrive(1, "one")
	arrive(1, "other")
	if n, err := db.Exhibits().CountReceived(ctx, cut, content); n != 2 || err != nil {
		t.Fatalf("%d parts are here (%v)", n, err)
	}
	if got, err := db.Exhibits().ReceivedParts(ctx, cut, content, 1, 9); err != nil || len(got) != 2 || string(got[0])+string(got[1]) != "onetwo" {
		t.Fatalf("%q, %v", got, err)
	}
	if size(t, db) != before {
		t.Error("parts are on record")
	}
	must(t, db.Inbox().Destroy(ctx, exchange.Destruction{Cut: cut, Records: records(t, record.Destroy)}))
	arrive(3, "three")
	if n, err := db.Exhibits().CountReceived(ctx, cut, content); n != 0 || err != nil {
		t.Fatalf("%d parts are left (%v)", n, err)
	}
}

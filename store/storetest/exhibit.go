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
// it came; what is sealed keeps its place; each lane keeps its order; a queue is
// read in pieces across them.
func testLanes(t *testing.T, db *store.DB) {
	introduce(t, db, partner)
	var parts, rest []exchange.Outgoing
	for n := range 4 {
		p, o := outgoing(t, partner, fmt.Sprint("part ", n)), outgoing(t, partner, fmt.Sprint("text ", n))
		p.Kind = message.PartStatement
		parts, rest = append(parts, p), append(rest, o)
	}
	enqueue(t, db, rest[0], parts[0], parts[1])
	enqueue(t, db, rest[1], parts[2])
	sequence := int64(0)
	sealNext := func(o exchange.Outgoing) error {
		sequence++
		return db.Outbox().Seal(ctx, exchange.Sealing{ID: o.ID, Message: []byte("m"), Card: hash("card"), At: exchange.Position{Sequence: sequence, Hash: hash(fmt.Sprint(sequence))}})
	}
	refused(t, fault.Stale, sealNext(parts[1])) // not before the part before it
	sequence--
	must(t, sealNext(rest[0]))
	must(t, sealNext(parts[0]))
	enqueue(t, db, rest[2])
	want := []string{"text 0", "part 0", "text 1", "text 2", "part 1", "part 2"}
	for _, c := range []struct {
		w    exchange.Window
		want []string
	}{
		{exchange.Window{Limit: 9, Parts: 9}, want},
		{exchange.Window{Limit: 9, Parts: 1}, want[:5]},
		{exchange.Window{Limit: 9}, want[:4]},
		{exchange.Window{Limit: 3, Parts: 9}, slices.Concat(want[:3], want[4:])},
		{exchange.Window{Limit: 1, Parts: 1}, []string{"text 0", "part 0"}},
		{exchange.Window{Skip: 1, Limit: 9, Parts: 9}, want[1:]},
		{exchange.Window{Skip: 2, Limit: 9, Parts: 9}, want[2:]},
		{exchange.Window{Skip: 3, Limit: 9, Parts: 9}, want[3:]},
		{exchange.Window{Skip: 4, Limit: 9, Parts: 9}, want[4:]},
		{exchange.Window{Skip: 5, Limit: 9, Parts: 9}, want[5:]},
		{exchange.Window{Skip: 6, Limit: 9, Parts: 9}, nil},
	} {
		if got := queue(t, db, c.w); !slices.Equal(got, c.want) {
			t.Errorf("%+v gave %q, want %q", c.w, got, c.want)
		}
	}
	p, err := db.Links().Partner(ctx, partner)
	must(t, err)
	if p.Queued != 6 || p.Parts != 3 {
		t.Fatalf("%d wait, of them %d parts", p.Queued, p.Parts)
	}
	for _, id := range []ref.OutID{rest[0].ID, parts[0].ID} {
		must(t, db.Outbox().Answered(ctx, exchange.Settled{ID: id, At: at(1), Answer: message.Answer{Outcome: message.Accepted}, Signed: []byte("signed")}))
	}
	if p, err = db.Links().Partner(ctx, partner); err != nil || p.Queued != 4 || p.Parts != 2 {
		t.Fatalf("%d wait, of them %d parts (%v)", p.Queued, p.Parts, err)
	}
	got, _, err := db.Outbox().Next(ctx, partner)
	must(t, err)
	if string(got.Body) != "text 1" {
		t.Fatalf("next is %q", got.Body)
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
	must(t, s.KeepParts(ctx, h.Item.ID, x.Content, 2, [][]byte{[]byte("another try")}))
	must(t, s.KeepParts(ctx, h.Item.ID, x.Content, 2, [][]byte{b}))
	refused(t, fault.Invalid, s.Keep(ctx, named))
	if got, err := s.Parts(ctx, h.Item.ID, x.Content, 1, 9); err != nil || len(got) != 0 {
		t.Fatalf("with the first part missing there are %d (%v)", len(got), err)
	}
	must(t, s.KeepParts(ctx, h.Item.ID, x.Content, 1, [][]byte{a}))
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

package storetest

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"testing"

	"comity/exchange"
	"comity/exposure"
	"comity/fault"
	"comity/intel"
	"comity/ledger"
	"comity/message"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/release"
	"comity/seal"
	"comity/store"
)

func testPast(t *testing.T, open Opener) {
	t.Run("releases", func(t *testing.T) { testPastReleases(t, open(t)) })
	t.Run("cuts", func(t *testing.T) { testPastCuts(t, open(t)) })
	t.Run("receipts", func(t *testing.T) { testPastReceipts(t, open(t)) })
	t.Run("versions", func(t *testing.T) { testPastVersions(t, open(t)) })
	t.Run("ledger", func(t *testing.T) { testDisclosed(t, open(t)) })
}

// testPastReleases wants every release once, in the order of time and then of
// ids, however the pages fall.
func testPastReleases(t *testing.T, db *store.DB) {
	introduce(t, db, partner)
	one, two := written(t, "us/dea/ccf", "T", "x"), written(t, "us/dea/ccf", "U", "y")
	must(t, db.Holdings().Keep(ctx, one))
	must(t, db.Holdings().Keep(ctx, two))
	var made []exchange.Commit
	for i, hours := range []int{3, 1, 1, 2, 3} {
		h := one
		if i%2 == 1 {
			h = two
		}
		c := commit(t, db, h)
		c.At = at(hours)
		must(t, db.Releases().Release(ctx, c))
		made = append(made, c)
	}
	slices.SortFunc(made, func(a, b exchange.Commit) int {
		return cmp.Or(a.At.Time().Compare(b.At.Time()), bytes.Compare(a.ID[:], b.ID[:]))
	})
	for _, limit := range []int{1, 2, 5, 9} {
		var got []exposure.Made
		r := exposure.Range{}
		for {
			page, err := db.Past().Releases(ctx, r, limit)
			must(t, err)
			got = append(got, page...)
			if len(page) < limit {
				break
			}
			r.After = page[len(page)-1].Place()
		}
		if len(got) != len(made) {
			t.Fatalf("%d releases in pages of %d", len(got), limit)
		}
		for i, c := range made {
			g := got[i]
			if g.ID != c.ID || g.Item != c.Plan.Item || g.At != c.At || g.Act != c.PlanHash || g.Plan == nil || ref.Sum("plan", g.Bytes) != c.PlanHash {
				t.Fatalf("in pages of %d the release %d is %+v", limit, i, g)
			}
		}
	}
	for name, r := range map[string]struct {
		exposure.Range
		want int
	}{
		"none after the last": {exposure.Range{After: exposure.Place{At: at(3), ID: made[4].ID}}, 0},
		"until an instant":    {exposure.Range{Until: at(1)}, 2},
		"before the first":    {exposure.Range{Until: at(0)}, 0},
		"of an item":          {exposure.Range{Item: one.Item.ID}, 3},
		"of it until":         {exposure.Range{Item: one.Item.ID, Until: at(2)}, 1},
		"of no item":          {exposure.Range{Item: ref.ItemID{9}}, 0},
	} {
		got, err := db.Past().Releases(ctx, r.Range, 9)
		must(t, err)
		if len(got) != r.want {
			t.Errorf("%s: %d releases, not %d", name, len(got), r.want)
		}
	}
}

func testPastCuts(t *testing.T, db *store.DB) {
	introduce(t, db, partner)
	h := written(t, "us/dea/ccf", "T", "x")
	must(t, db.Holdings().Keep(ctx, h))
	first := commit(t, db, h)
	must(t, db.Releases().Release(ctx, first))
	look := func(c exchange.Commit) exposure.Cut {
		t.Helper()
		cuts, err := db.Past().Cuts(ctx, c.ID)
		must(t, err)
		if len(cuts) != 1 || cuts[0].ID != c.Cuts[0].Cut.ID || cuts[0].Recipient != "mx/semar/uin" {
			t.Fatalf("cuts %+v", cuts)
		}
		return cuts[0]
	}
	if c := look(first); !c.Last || len(c.Recalls) != 0 {
		t.Fatalf("the only cut is %+v", c)
	}
	notice := func(kind intel.NoticeKind) ref.CutID {
		n := written(t, "us/dea/ccf", "N", "wrong")
		must(t, db.Holdings().Keep(ctx, n))
		c := commit(t, db, n)
		c.Cuts[0].Cut.Notice = &release.CutNotice{Kind: kind, About: first.Cuts[0].Cut.Series}
		must(t, db.Releases().Release(ctx, c))
		return c.Cuts[0].Cut.ID
	}
	notice(intel.Correction)
	recall := notice(intel.Recall)
	if c := look(first); !c.Last || len(c.Recalls) != 1 || c.Recalls[0] != recall {
		t.Fatalf("the recalled cut is %+v", c)
	}
	second := commit(t, db, h)
	must(t, db.Releases().Release(ctx, second))
	if c := look(first); c.Last || len(c.Recalls) != 1 {
		t.Fatalf("the cut before the last is %+v", c)
	}
	if c := look(second); !c.Last || len(c.Recalls) != 0 {
		t.Fatalf("the cut after the recall is %+v", c)
	}
	none, err := db.Past().Cuts(ctx, ref.ReleaseID{9})
	must(t, err)
	if len(none) != 0 {
		t.Fatalf("cuts of no release: %+v", none)
	}
}

func testPastReceipts(t *testing.T, db *store.DB) {
	introduce(t, db, partner)
	h := written(t, "us/dea/ccf", "T", "x")
	must(t, db.Holdings().Keep(ctx, h))
	c := commit(t, db, h)
	must(t, db.Releases().Release(ctx, c))
	cut := c.Cuts[0].Cut.ID
	e, _, err := db.Outbox().Next(ctx, partner)
	must(t, err)
	must(t, db.Outbox().Seal(ctx, exchange.Sealing{ID: e.ID, Message: []byte("m"), Card: hash("card"), At: exchange.Position{Sequence: 1, Hash: hash("e")}}))
	s := exchange.Settled{ID: e.ID, At: at(2), Answer: message.Answer{Outcome: message.Accepted}, Signed: []byte("signed")}
	for i := range 3 {
		s.Receipts = append(s.Receipts, exchange.StoredReceipt{Cut: cut, From: partner, Kind: record.Deliver, At: at(2),
			Receipt: record.Receipt{Record: seal.Envelope{Payload: fmt.Append(nil, i)}, Evidence: ledger.Evidence{Salt: ledger.Salt{1}}}})
	}
	must(t, db.Outbox().Answered(ctx, s))
	got, err := db.Past().Receipts(ctx, cut, 1, 5)
	must(t, err)
	if len(got) != 2 || string(got[0].Receipt.Record.Payload) != "1" || string(got[1].Receipt.Record.Payload) != "2" {
		t.Fatalf("receipts %+v", got)
	}
}

func testPastVersions(t *testing.T, db *store.DB) {
	h := written(t, "us/dea/ccf", "T", "x")
	must(t, db.Holdings().Keep(ctx, h))
	next := after(t, h, "ann", "y")
	must(t, db.Holdings().Keep(ctx, next))
	for n, want := range map[int]ref.Hash{1: h.Hash, 2: next.Hash} {
		i, err := db.Past().Version(ctx, h.Item.ID, n)
		must(t, err)
		if got, err := i.Hash(); err != nil || got != want {
			t.Fatalf("version %d is %+v", n, i)
		}
	}
	for _, n := range []int{0, 3, -1} {
		_, err := db.Past().Version(ctx, h.Item.ID, n)
		refused(t, fault.Withheld, err)
	}
}

// testDisclosed wants the plans of disclosures alone, wherever in the ledger.
func testDisclosed(t *testing.T, db *store.DB) {
	plan := func(kind record.Kind, words string) ledger.Entry {
		b, err := record.Record{Kind: kind, At: at(0), Node: Node, Other: party.Name("mx/semar/uin"), Plan: hash(words)}.Encode()
		must(t, err)
		e, err := ledger.NewEntry(b, chance)
		must(t, err)
		return e
	}
	entries := []ledger.Entry{plan(record.Disclose, "first"), plan(record.Authorise, "approved")}
	for range 1100 { // more than are looked at in one go
		entries = append(entries, entry(t, record.Consult))
	}
	must(t, db.Holdings().Record(ctx, append(entries, plan(record.Disclose, "last"))...))
	got, err := db.Past().Disclosed(ctx, []ref.Hash{hash("first"), hash("approved"), hash("last"), hash("never")})
	must(t, err)
	if len(got) != 2 || !got[hash("first")] || !got[hash("last")] {
		t.Fatalf("disclosed: %v", got)
	}
	none, err := db.Past().Disclosed(ctx, nil)
	must(t, err)
	if len(none) != 0 {
		t.Fatalf("disclosed of none: %v", none)
	}
}

package storetest

import (
	"context"
	"testing"

	"comity/exchange"
	"comity/fault"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/store"
)

func testDestroy(t *testing.T, open Opener) {
	t.Run("item", func(t *testing.T) { testDestroyItem(t, open(t)) })
	t.Run("owed", func(t *testing.T) { testDestroyOwed(t, open(t)) })
	t.Run("cut", func(t *testing.T) { testDestroyCut(t, open(t)) })
}

// testDestroyItem: what is destroyed is gone, once, on record, and nothing goes on
// from it; an officer who does not wait for the end changes nothing.
func testDestroyItem(t *testing.T, db *store.DB) {
	introduce(t, db, partner)
	s := db.Holdings()
	h := written(t, "us/dea/ccf", "Lancha", "rinoceronte en Mazatlán")
	must(t, s.Keep(ctx, h))
	before := size(t, db)
	refused(t, fault.Withheld, s.Destroy(ctx, ref.ItemID{9}, records(t, record.Destroy)...))
	gone, stop := context.WithCancel(ctx)
	must(t, s.Destroy(gone, h.Item.ID, records(t, record.Destroy)...))
	stop()
	refused(t, fault.Stale, s.Destroy(ctx, h.Item.ID, records(t, record.Destroy)...))
	if n := size(t, db); n != before+1 {
		t.Fatalf("the ledger grew by %d", n-before)
	}
	got, err := s.Version(ctx, h.Item.ID, 0)
	must(t, err)
	if !got.Destroyed || got.Item.Title != "" || got.Item.Portions[0].Text != "" || got.Item.ID != h.Item.ID || got.Hash != h.Hash {
		t.Fatalf("left is %+v", got)
	}
	if hits, err := s.Search(ctx, "us/dea/ccf", "ann", []string{"rinoceronte"}, 0, 9); err != nil || len(hits) > 0 {
		t.Fatalf("found are %v (%v)", hits, err)
	}
	next := h
	next.Item.Version, next.Item.Prev = 2, h.Hash
	refused(t, fault.Stale, s.Keep(ctx, next))
	refused(t, fault.Stale, db.Releases().Release(ctx, commit(t, db, h)))
}

// testDestroyOwed: an item about whose sending a report is due is kept until that
// is filed.
func testDestroyOwed(t *testing.T, db *store.DB) {
	introduce(t, db, partner)
	h := written(t, "us/dea/ccf", "T", "x")
	must(t, db.Holdings().Keep(ctx, h))
	c := commit(t, db, h)
	c.Outgoing = nil // nothing waits to be delivered
	must(t, db.Releases().Release(ctx, c))
	owed := due(t, db, c.Cuts[0].Cut.ID)
	refused(t, fault.Blocked, db.Holdings().Destroy(ctx, h.Item.ID, records(t, record.Destroy)...))
	must(t, db.Duties().Discharge(ctx, owed, at(1), "by letter", records(t, record.Discharged), nil))
	must(t, db.Holdings().Destroy(ctx, h.Item.ID, records(t, record.Destroy)...))
}

func testDestroyCut(t *testing.T, db *store.DB) {
	introduce(t, db, partner)
	c := arrival(t, partner, 1, ref.SeriesID{1}, ref.SeriesID{})
	_, err := db.Inbox().Arrive(ctx, c)
	must(t, err)
	// Not while the law still wants a report of it.
	owed := due(t, db, c.Cut.Cut.ID)
	refused(t, fault.Blocked, db.Inbox().Destroy(ctx, exchange.Destruction{Cut: c.Cut.Cut.ID, Records: records(t, record.Destroy)}))
	must(t, db.Duties().Discharge(ctx, owed, at(1), "by letter", records(t, record.Discharged), nil))
	d := exchange.Destruction{Cut: c.Cut.Cut.ID, Records: records(t, record.Destroy)}
	refused(t, fault.Withheld, db.Inbox().Destroy(ctx, exchange.Destruction{Cut: ref.CutID{9}, Records: records(t, record.Destroy)}))
	must(t, db.Inbox().Destroy(ctx, d))
	refused(t, fault.Stale, db.Inbox().Destroy(ctx, d))
	got, err := db.Inbox().Cut(ctx, c.Cut.Cut.ID.String())
	must(t, err)
	if !got.Destroyed || got.Cut.Title != "" || got.Cut.ID != c.Cut.Cut.ID || got.Hash != c.Cut.Hash {
		t.Fatalf("left is %+v", got)
	}
	refused(t, fault.Stale, db.Inbox().Open(ctx, exchange.Opening{Cut: c.Cut.Cut.ID, Actor: party.Actor{Handle: "ann", Unit: "us/dea/ccf"}, At: at(2)}))
}

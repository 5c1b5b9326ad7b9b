package storetest

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"comity/exchange"
	"comity/fault"
	"comity/ledger"
	"comity/record"
	"comity/ref"
	"comity/store"
)

func testGroup(t *testing.T, open Opener) {
	t.Run("many at once", func(t *testing.T) { testMany(t, open(t)) })
	t.Run("one that fails takes none with it", func(t *testing.T) { testCulprit(t, open(t)) })
	t.Run("whoever gives up does no harm", func(t *testing.T) { testGiveUp(t, open(t)) })
	t.Run("closing brings in what waits", func(t *testing.T) { testClose(t, open(t)) })
}

// testMany has many officers write at a time: every act is there once, with
// one record, and the ledger holds.
func testMany(t *testing.T, db *store.DB) {
	const writers, acts = 32, 12
	var wg sync.WaitGroup
	var items sync.Map
	for w := range writers {
		wg.Go(func() {
			for i := range acts {
				h := written(t, "us/dea/ccf", fmt.Sprint(w, "/", i), "text")
				if err := db.Holdings().Keep(ctx, h, entry(t, record.Collect)); err != nil {
					t.Errorf("%v (%v)", err, cause(err))
				}
				if _, err := db.Holdings().Version(ctx, h.Item.ID, 0); err != nil {
					t.Errorf("what was acknowledged is not there: %v", err)
				}
				items.Store(h.Item.ID, true)
			}
		})
	}
	wg.Wait()
	list, err := db.Holdings().List(ctx, "us/dea/ccf", ref.ItemID{}, writers*acts+1)
	must(t, err)
	if len(list) != writers*acts || size(t, db) != writers*acts {
		t.Fatalf("%d items, %d records", len(list), size(t, db))
	}
	Audit(t, db)
}

// testCulprit mixes acts that go through with acts that are refused, that
// fail, and that panic, in the same groups.
func testCulprit(t *testing.T, db *store.DB) {
	introduce(t, db, partner)
	before := size(t, db)
	taken := written(t, "us/dea/ccf", "taken", "text")
	must(t, db.Holdings().Keep(ctx, taken, entry(t, record.Collect)))
	var good atomic.Int64
	var wg sync.WaitGroup
	for i := range 120 {
		wg.Go(func() {
			switch i % 4 {
			case 0, 1:
				if err := db.Holdings().Keep(ctx, written(t, "us/dea/ccf", "good", "text"), entry(t, record.Collect)); err != nil {
					t.Errorf("%v (%v)", err, cause(err))
				}
				good.Add(1)
			case 2:
				if err := db.Holdings().Keep(ctx, taken, entry(t, record.Collect)); !fault.Is(err, fault.Stale) {
					t.Errorf("got %v", err)
				}
			case 3:
				d := exchange.Opening{Cut: ref.CutID{1}, Records: []ledger.Entry{entry(t, record.ReadBy)}}
				if err := db.Inbox().Open(ctx, d); !fault.Is(err, fault.Withheld) {
					t.Errorf("got %v", err)
				}
				a := arrival(t, partner, 1, ref.SeriesID{}, ref.SeriesID{})
				a.Proven = func([]ledger.Evidence) (exchange.Proof, error) { panic("a defect") }
				if _, err := db.Inbox().Arrive(ctx, a); !fault.Is(err, fault.Internal) {
					t.Errorf("got %v", err)
				}
			}
		})
	}
	wg.Wait()
	if n := size(t, db) - before; n != good.Load()+1 {
		t.Fatalf("%d records of %d acts", n, good.Load()+1)
	}
	p, err := db.Links().Partner(ctx, partner)
	must(t, err)
	if p.In.Sequence != 0 {
		t.Fatalf("a failed arrival consumed position %d", p.In.Sequence)
	}
	Audit(t, db)
}

// testGiveUp ends contexts at all moments: an act is done whole or not at
// all, and its caller knows which.
func testGiveUp(t *testing.T, db *store.DB) {
	var wg sync.WaitGroup
	var done atomic.Int64
	for i := range 200 {
		wg.Go(func() {
			c, stop := context.WithCancel(ctx)
			go stop()
			if i%2 == 0 {
				defer stop()
			}
			h := written(t, "us/dea/ccf", "maybe", "text")
			err := db.Holdings().Keep(c, h, entry(t, record.Collect))
			_, missing := db.Holdings().Version(ctx, h.Item.ID, 0)
			if (err == nil) != (missing == nil) {
				t.Errorf("the caller was told %v, and reading says %v", err, missing)
			}
			if err == nil {
				done.Add(1)
			}
		})
	}
	wg.Wait()
	if n := size(t, db); n != done.Load() {
		t.Fatalf("%d records of %d acts", n, done.Load())
	}
	must(t, db.Holdings().Record(ctx, entry(t, record.Consult)))
	Audit(t, db)
}

func testClose(t *testing.T, db *store.DB) {
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			err := db.Holdings().Keep(ctx, written(t, "us/dea/ccf", "last", "text"), entry(t, record.Collect))
			if err != nil && !fault.Is(err, fault.Locked) {
				t.Errorf("%v (%v)", err, cause(err))
			}
		})
	}
	must(t, db.Close())
	wg.Wait()
	must(t, db.Close())
	refused(t, fault.Locked, db.Holdings().Record(ctx, entry(t, record.Consult)))
}

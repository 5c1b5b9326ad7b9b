package sqlite_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"comity/fault"
	"comity/ref"
	"comity/store/storetest"
)

// TestADatabaseThatRollsBackByItself: SQLite ends the whole transaction when
// the disk is full, whatever savepoint it is in. Here a trigger does so for
// some acts; those of the same group that were fine are begun anew, and none
// is acknowledged that is not there.
func TestADatabaseThatRollsBackByItself(t *testing.T) {
	path := filepath.Join(t.TempDir(), "node.db")
	k := &keeper{db: open(t, path), random: storetest.Random(12), kept: map[ref.ItemID]bool{}}
	raw, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	if _, err := raw.Exec(`CREATE TRIGGER full BEFORE INSERT ON item_version WHEN length(NEW.body) > 2000 BEGIN SELECT RAISE(ROLLBACK, 'full'); END`); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i := range 90 {
		wg.Go(func() {
			title := "fits"
			if i%3 == 0 {
				title = strings.Repeat("too much ", 300)
			}
			err := k.keep(context.Background(), title)
			if title == "fits" && err != nil || title != "fits" && !fault.Is(err, fault.Internal) {
				t.Errorf("%s: %v", title, err)
			}
		})
	}
	wg.Wait()
	items, err := k.db.Holdings().List(t.Context(), "us/dea/ccf", ref.ItemID{}, 1000)
	if err != nil {
		t.Fatal(err)
	}
	cp := storetest.Audit(t, k.db)
	if len(items) != 60 || len(k.acknowledged()) != 60 || cp.Size != 60 {
		t.Errorf("%d items and %d records of %d acknowledged acts", len(items), cp.Size, len(k.acknowledged()))
	}
}

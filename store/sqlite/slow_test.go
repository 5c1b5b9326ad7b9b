package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"comity/fault"
	"comity/ref"
	"comity/store/storetest"
)

// holdWrites has somebody else's connection keep the file from being written to,
// as a disk does that takes its time, until what it gives is called.
func holdWrites(t *testing.T, path string) (free func()) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_txlock=immediate&_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	free = sync.OnceFunc(func() {
		if err := errors.Join(tx.Rollback(), db.Close()); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(free)
	return free
}

// TestASlowDisk: while a write takes its time reads go on. An act that has begun is
// waited for, whatever becomes of the context: its caller is told what is true. One
// that still waits its turn is given up with the context, and never done. In the end
// each act is there whole or not at all.
func TestASlowDisk(t *testing.T) {
	path := filepath.Join(t.TempDir(), "node.db")
	k := &keeper{db: open(t, path), random: storetest.Random(11), kept: map[ref.ItemID]bool{}}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	titles := func() map[string]bool {
		t.Helper()
		list, err := k.db.Holdings().List(t.Context(), "us/dea/ccf", ref.ItemID{}, 1000)
		must(err)
		all := map[string]bool{}
		for _, i := range list {
			all[i.Item.Title] = true
		}
		return all
	}
	must(k.keep(t.Context(), "before"))
	free := holdWrites(t, path)

	// The writer takes this one up, and it alone, before the others come.
	ctx, hangUp := context.WithCancel(t.Context())
	begun := make(chan error, 1)
	go func() { begun <- k.keep(ctx, "begun") }()
	time.Sleep(300 * time.Millisecond)

	short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	given := make(chan error, 8)
	for i := range cap(given) {
		other := &keeper{db: k.db, random: storetest.Random(uint64(20 + i)), kept: map[ref.ItemID]bool{}}
		go func() { given <- other.keep(short, fmt.Sprint("given up ", i)) }()
	}
	for range cap(given) {
		err := <-given
		if !errors.Is(err, context.DeadlineExceeded) || !fault.Is(err, fault.Internal) {
			t.Errorf("an act that waited is told %v", err)
		}
	}
	late := make(chan error, 1)
	go func() {
		other := &keeper{db: k.db, random: storetest.Random(30), kept: map[ref.ItemID]bool{}}
		late <- other.keep(t.Context(), "patient")
	}()

	hangUp()
	if got := titles(); len(got) != 1 || !got["before"] {
		t.Errorf("during the write %v is read", got)
	}
	if cp, err := k.db.Ledger().Checkpoint(t.Context()); err != nil || cp.Size != 1 {
		t.Errorf("during the write the ledger has %d records (%v)", cp.Size, err)
	}
	select {
	case err := <-begun:
		t.Errorf("an act that has begun came back before its end was known: %v", err)
	case err := <-late:
		t.Errorf("a write came back while nothing could be written: %v", err)
	default: // the reads did not wait for it
	}
	free()

	if err := <-begun; err != nil {
		t.Errorf("the act that had begun: %v", err)
	}
	must(<-late)
	if got := titles(); len(got) != 3 || !got["begun"] || !got["patient"] {
		t.Errorf("in the end there is %v", got)
	}
	if cp := storetest.Audit(t, k.db); cp.Size != 3 {
		t.Errorf("3 acts have %d records", cp.Size)
	}
}

package sqlite_test

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"comity/fault"
	"comity/holdings"
	"comity/intel"
	"comity/ledger"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/store"
	"comity/store/sqlite"
	"comity/store/storetest"
)

// keeper keeps items and says which were acknowledged.
type keeper struct {
	db     *store.DB
	random io.Reader
	mu     sync.Mutex
	kept   map[ref.ItemID]bool
}

func (k *keeper) keep(ctx context.Context, title string) error {
	item := intel.Item{Kind: intel.Report, Version: 1, Originator: "us/dea/ccf", Author: "ann", Title: title, Portions: []intel.Portion{}}
	if err := mint(&item.ID, k.random); err != nil {
		return err
	}
	hash, err := item.Hash()
	if err != nil {
		return err
	}
	b, err := record.Record{Kind: record.Collect, Node: "us/dea", Item: item.ID, Version: hash}.Encode()
	if err != nil {
		return err
	}
	e, err := ledger.NewEntry(b, k.random)
	if err != nil {
		return err
	}
	if err := k.db.Holdings().Keep(ctx, holdings.Held{Item: item, Hash: hash, Authors: map[ref.PortionID]party.Handle{}}, e); err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.kept[item.ID] = true
	return nil
}

func (k *keeper) acknowledged() []ref.ItemID {
	k.mu.Lock()
	defer k.mu.Unlock()
	var list []ref.ItemID
	for id := range k.kept {
		list = append(list, id)
	}
	return list
}

func mint[T any](id *ref.ID[T], random io.Reader) (err error) {
	*id, err = ref.New[T](storetest.Now, random)
	return err
}

// TestWhatWasAcknowledgedSurvivesACrash copies the files of a store that is
// being written to, as a crash would leave them, and opens the copies: every
// act acknowledged before is there, no act is there in part, and the ledger
// holds.
func TestWhatWasAcknowledgedSurvivesACrash(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "node.db")
	k := &keeper{db: open(t, path), random: storetest.Random(7), kept: map[ref.ItemID]bool{}}
	if err := k.keep(t.Context(), "first"); err != nil {
		t.Fatal(err)
	}
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				if err := k.keep(context.Background(), fmt.Sprint(w, "/", i)); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for round := range 8 {
		snapshot(t, k, path, filepath.Join(dir, fmt.Sprint("crash", round), "node.db"))
	}
	close(stop)
	wg.Wait()
}

func snapshot(t *testing.T, k *keeper, from, to string) {
	t.Helper()
	hold := holdLog(t, from)
	copyFile(t, from, to)
	before := k.acknowledged()
	copyFile(t, from+"-wal", to+"-wal")
	hold()

	db := open(t, to)
	for _, id := range before {
		if _, err := db.Holdings().Version(t.Context(), id, 0); err != nil {
			t.Fatalf("an acknowledged act is lost: %v", err)
		}
	}
	items, err := db.Holdings().List(t.Context(), "us/dea/ccf", ref.ItemID{}, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	if cp := storetest.Audit(t, db); cp.Size != int64(len(items)) {
		t.Fatalf("%d items have %d records", len(items), cp.Size)
	}
	after := &keeper{db: db, random: storetest.Random(8), kept: map[ref.ItemID]bool{}}
	if err := after.keep(t.Context(), "goes on"); err != nil {
		t.Fatal(err)
	}
	storetest.Audit(t, db)
}

// holdLog keeps the log of writes from being started over while the files
// are copied one after the other, by reading.
func holdLog(t *testing.T, path string) func() {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=query_only(1)")
	if err != nil {
		t.Fatal(err)
	}
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	var n int
	if err := tx.QueryRow(`SELECT COUNT(*) FROM leaf`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return func() {
		_ = tx.Rollback()
		_ = db.Close()
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	b, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestOpenRefusesANewerSchema and what else cannot be opened.
func TestOpenRefusesANewerSchema(t *testing.T) {
	path := filepath.Join(t.TempDir(), "node.db")
	db, err := sqlite.Open(t.Context(), path, store.Options{Vault: storetest.Vault()})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	raw, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := raw.Exec(`INSERT INTO schema_version (version_id, is_applied) VALUES (9999, 1)`); err != nil {
		t.Fatal(err)
	}
	if err := raw.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err = sqlite.Open(t.Context(), path, store.Options{Vault: storetest.Vault()}); !fault.Is(err, fault.Unsupported) {
		t.Fatalf("got %v", err)
	}
	other := filepath.Join(t.TempDir(), "letter.txt")
	if err := os.WriteFile(other, []byte("this is a letter and no database, however long it may be"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := sqlite.Open(t.Context(), other, store.Options{Vault: storetest.Vault()}); !fault.Is(err, fault.Internal) {
		t.Fatalf("got %v", err)
	}
	if _, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "no", "such", "folder"), store.Options{Vault: storetest.Vault()}); !fault.Is(err, fault.Internal) {
		t.Fatalf("got %v", err)
	}
}

// TestFilesAreTheOwners: nobody else on the machine reads them.
func TestFilesAreTheOwners(t *testing.T) {
	path := filepath.Join(t.TempDir(), "node.db")
	k := &keeper{db: open(t, path), random: storetest.Random(9), kept: map[ref.ItemID]bool{}}
	if err := k.keep(t.Context(), "x"); err != nil {
		t.Fatal(err)
	}
	for _, end := range []string{"", "-wal", "-shm"} {
		info, err := os.Stat(path + end)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", end, info.Mode().Perm())
		}
	}
}

// TestCommittedIsToldBeforeAnybodyElse: the head outside the database is
// never behind what an officer was told.
func TestCommittedIsToldBeforeAnybodyElse(t *testing.T) {
	var head int64
	var mu sync.Mutex
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "node.db"), store.Options{
		Vault: storetest.Vault(), Sign: storetest.Signer(),
		Committed: func(m store.Mark) error {
			mu.Lock()
			defer mu.Unlock()
			if m.Head.Size < head {
				t.Errorf("the head went from %d to %d", head, m.Head.Size)
			}
			head = m.Head.Size
			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	k := &keeper{db: db, random: storetest.Random(10), kept: map[ref.ItemID]bool{}}
	for i := range 20 {
		if err := k.keep(t.Context(), fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
		mu.Lock()
		if head != int64(i)+1 {
			t.Errorf("after %d records the head is %d", i+1, head)
		}
		mu.Unlock()
	}
}

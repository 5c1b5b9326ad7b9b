// Package storetest is the conformance suite of the store: a backend's tests
// are one call of [Run] with a way to open it empty. No method of a port
// stands without a test here.
//
// Band 5, for tests only. It may import store and what store imports.
package storetest

import (
	"context"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"comity/fault"
	"comity/ledger"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/seal"
	"comity/store"
	"comity/vault"
	"comity/wire"
)

// Opener opens an empty store for a test and closes it at its end. Every
// store must sign with [Key]'s key for [Origin].
type Opener func(t *testing.T) *store.DB

// Run runs the whole suite on a backend.
func Run(t *testing.T, open Opener) {
	t.Run("staff", func(t *testing.T) { testStaff(t, open) })
	t.Run("door", func(t *testing.T) { testDoor(t, open) })
	t.Run("rulebook", func(t *testing.T) { testRulebook(t, open) })
	t.Run("holdings", func(t *testing.T) { testHoldings(t, open) })
	t.Run("unsaved", func(t *testing.T) { testUnsaved(t, open) })
	t.Run("model", func(t *testing.T) { testModel(t, open) })
	t.Run("releases", func(t *testing.T) { testReleases(t, open) })
	t.Run("links", func(t *testing.T) { testLinks(t, open) })
	t.Run("past", func(t *testing.T) { testPast(t, open) })
	t.Run("inbox", func(t *testing.T) { testInbox(t, open) })
	t.Run("destroy", func(t *testing.T) { testDestroy(t, open) })
	t.Run("exhibits", func(t *testing.T) { testExhibits(t, open) })
	t.Run("duties", func(t *testing.T) { testDuties(t, open) })
	t.Run("authorisations", func(t *testing.T) { testAuthorisations(t, open) })
	t.Run("contacts", func(t *testing.T) { testContacts(t, open) })
	t.Run("ledger", func(t *testing.T) { testLedger(t, open) })
	t.Run("witness", func(t *testing.T) { testWitness(t, open) })
	t.Run("group", func(t *testing.T) { testGroup(t, open) })
}

// Node is the node of every test.
const Node party.Name = "us/dea"

// Origin is the name of its log.
var Origin = ledger.Origin(string(Node))

// Key gives the node's key: always the same one.
func Key() seal.SigningKey {
	k, err := seal.NewSigningKey(Random(1))
	if err != nil {
		panic(err)
	}
	return k
}

// Signer gives the signer that stores under test sign with.
func Signer() ledger.Signer {
	s, err := ledger.NewSigner(Origin, Key())
	if err != nil {
		panic(err)
	}
	return s
}

// Vault gives the vault of stores under test: always the same one.
func Vault() *vault.Vault {
	v, err := vault.New(Random(3))
	if err != nil {
		panic(err)
	}
	return v
}

// Random gives bytes that repeat from run to run.
func Random(seed uint64) io.Reader {
	var s [32]byte
	binary.LittleEndian.PutUint64(s[:], seed)
	return &locked{r: rand.NewChaCha8(s)}
}

type locked struct {
	mu sync.Mutex
	r  io.Reader
}

// Read makes the generator safe for concurrent use.
func (l *locked) Read(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.r.Read(b)
}

// Now is the time of every test.
var Now = time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)

func clock() time.Time { return Now }

func at(hours int) wire.Time { return wire.At(Now.Add(time.Duration(hours) * time.Hour)) }

var ctx = context.Background()

// chance is the randomness of the ids that the tests make.
var chance = Random(2)

func mint[T any](t testing.TB, id *ref.ID[T]) ref.ID[T] {
	t.Helper()
	must(t, func() (err error) { *id, err = ref.New[T](Now, chance); return }())
	return *id
}

// entry makes a ledger entry.
func entry(t testing.TB, kind record.Kind) ledger.Entry {
	t.Helper()
	b, err := record.Record{Kind: kind, At: at(0), Node: Node}.Encode()
	must(t, err)
	e, err := ledger.NewEntry(b, chance)
	must(t, err)
	return e
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%v (%v)", err, cause(err))
	}
}

func cause(err error) error {
	if f, ok := err.(*fault.Error); ok {
		return f.Cause
	}
	return nil
}

// refused wants a failure of a kind.
func refused(t testing.TB, kind fault.Kind, err error) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Fatalf("got %v (%v), want a refusal: %v", err, cause(err), kind)
	}
}

// size counts the ledger's records.
func size(t testing.TB, db *store.DB) int64 {
	t.Helper()
	n, err := db.Ledger().Size()
	must(t, err)
	return n
}

// Audit checks the whole ledger of a store against its newest checkpoint.
func Audit(t testing.TB, db *store.DB) ledger.Checkpoint {
	t.Helper()
	stored, err := db.Ledger().Checkpoint(ctx)
	must(t, err)
	cp, err := ledger.OpenCheckpoint(stored.Signed, Origin, Key().Public())
	must(t, err)
	if n := size(t, db); cp.Size != n || cp.Root != stored.Root {
		t.Fatalf("the checkpoint says %d leaves, and there are %d", cp.Size, n)
	}
	must(t, ledger.Audit(db.Ledger(), cp, func(i int64) (ledger.Entry, bool, error) {
		list, err := db.Ledger().Entries(ctx, i, i+1)
		if err != nil || len(list) == 0 {
			return ledger.Entry{}, false, err
		}
		return list[0], true, nil
	}))
	return cp
}

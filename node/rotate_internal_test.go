package node

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"comity/fault"
	"comity/ledger"
	"comity/party"
	"comity/ref"
	"comity/seal"
	"comity/wire"
	"comity/witness"
)

func rotating(t *testing.T) (dir string, lock seal.Lock, o Options, advance func(time.Duration)) {
	t.Helper()
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	o = Options{Now: func() time.Time { return now }}
	file, err := seal.NewKeyFile()
	if err != nil {
		t.Fatal(err)
	}
	if lock, err = seal.KeyFile(file); err != nil {
		t.Fatal(err)
	}
	dir = filepath.Join(t.TempDir(), "home")
	c := Config{Name: "us/dea", Units: []party.Name{"us/dea/desk"}, Endpoints: []string{"https://127.0.0.1:9"}, Listen: "127.0.0.1:9"}
	if _, _, err := Init(dir, InitOptions{Config: c, Lock: lock, Now: o.Now}); err != nil {
		t.Fatal(err)
	}
	return dir, lock, o, func(d time.Duration) { now = now.Add(d) }
}

// records counts the records of the node's ledger.
func records(t *testing.T, dir string, lock seal.Lock, o Options) (n int64, serial int) {
	t.Helper()
	node, err := Open(context.Background(), dir, lock, o)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = node.Close() }()
	n, err = node.db.Ledger().Size()
	if err != nil {
		t.Fatal(err)
	}
	return n, node.Card().Serial
}

// The process ends after the keys were replaced and before the card was made:
// whenever somebody tries again, the card is made and put on record, once, and no
// further key comes in between.
func TestARotationThatWasCutShortIsFinished(t *testing.T) {
	for name, again := range map[string]func(dir string, lock seal.Lock, o Options) error{
		"the node is opened": func(dir string, lock seal.Lock, o Options) error { return nil },
		"it is tried again": func(dir string, lock seal.Lock, o Options) error {
			_, err := Rotate(context.Background(), dir, lock, Rotation{Units: []party.Name{"us/dea/desk"}, Lost: true}, o)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir, lock, o, advance := rotating(t)
			advance(40 * 24 * time.Hour)
			if err := rotate(dir, lock, Rotation{Signing: true, Units: []party.Name{"us/dea/desk"}}, o.Now()); err != nil {
				t.Fatal(err)
			}
			if err := rotate(dir, lock, Rotation{Signing: true, Units: []party.Name{"us/dea/desk"}}, o.Now()); err != nil {
				t.Fatal(err)
			}
			if err := again(dir, lock, o); err != nil {
				t.Fatal(err)
			}
			want := int64(1)
			if name == "it is tried again" {
				want = 2 // the card was made when the node was looked at, and then another key replaced
			}
			n, serial := records(t, dir, lock, o)
			if n != want || serial != int(want)+1 {
				t.Fatalf("%d records, card %d", n, serial)
			}
		})
	}
}

// What could not be put on record is not done.
func TestAStoppedNodeReplacesNoKey(t *testing.T) {
	dir, lock, o, _ := rotating(t)
	node, err := Open(t.Context(), dir, lock, o)
	if err != nil {
		t.Fatal(err)
	}
	lost := ledger.Checkpoint{Origin: "orx/1/us/dea", Size: 9, Root: ref.Content([]byte("x")), Signed: []byte("x")}
	if err := node.db.Heads().Stop(t.Context(), witness.Lost{Head: lost, At: wire.At(o.Now())}); err != nil {
		t.Fatal(err)
	}
	before := node.Card()
	if err := node.Close(); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := Rotate(t.Context(), dir, lock, Rotation{Signing: true, Units: []party.Name{"us/dea/desk"}, Lost: true}, o); !fault.Is(err, fault.Frozen) {
			t.Fatal(err)
		}
	}
	ring, err := openRing(Home(dir), node.config, lock)
	if err != nil {
		t.Fatal(err)
	}
	if !signingNamed(ring, before) || !sealingNamed(ring, before, "us/dea/desk") {
		t.Fatal("keys were replaced")
	}
}

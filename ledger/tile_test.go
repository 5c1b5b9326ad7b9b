package ledger_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"comity/fault"
	"comity/ledger"
	"comity/ledger/ledgertest"
	"comity/ref"
)

// Paths asked of a log of 600 leaves.
func TestTilePathVectors(t *testing.T) {
	m, _, _ := log(t, 600)
	cases := []vector[string]{
		{"a full tile", "tile/0/000", "ok"},
		{"a partial tile", "tile/0/002.p/88", "ok"},
		{"a narrower partial tile", "tile/0/002.p/1", "ok"},
		{"a part of a full tile", "tile/0/000.p/255", "ok"},
		{"a tile of level 1", "tile/1/000.p/2", "ok"},
		{"entries", "tile/entries/001", "ok"},
		{"some entries", "tile/entries/002.p/88", "ok"},
		{"wider than filled", "tile/0/002.p/89", "withheld"},
		{"not full yet", "tile/0/002", "withheld"},
		{"beyond the end", "tile/0/003.p/1", "withheld"},
		{"level 1 too wide", "tile/1/000.p/3", "withheld"},
		{"level 1 not full", "tile/1/000", "withheld"},
		{"level 2", "tile/2/000.p/1", "withheld"},
		{"level 63", "tile/63/000.p/1", "withheld"},
		{"entries beyond", "tile/entries/003.p/1", "withheld"},
		{"a far tile", "tile/0/x001/x234/067", "withheld"},
		{"empty", "", "invalid"},
		{"tile", "tile", "invalid"},
		{"no number", "tile/0", "invalid"},
		{"a slash at the start", "/tile/0/000", "invalid"},
		{"a slash at the end", "tile/0/000/", "invalid"},
		{"level 64", "tile/64/000", "invalid"},
		{"negative level", "tile/-1/000", "invalid"},
		{"level with a zero", "tile/00/000", "invalid"},
		{"level with a sign", "tile/+0/000", "invalid"},
		{"the library's word for entries", "tile/data/000", "invalid"},
		{"the library's height", "tile/8/0/000", "invalid"},
		{"the library's height and entries", "tile/8/data/000", "invalid"},
		{"number too short", "tile/0/0", "invalid"},
		{"number too long", "tile/0/0000", "invalid"},
		{"needless group", "tile/0/x000/001", "invalid"},
		{"group without x", "tile/0/001/234", "invalid"},
		{"x in the last group", "tile/0/x001", "invalid"},
		{"negative number", "tile/0/-01", "invalid"},
		{"huge number", "tile/0/x999/x999/x999/x999/x999/x999/x999/999", "invalid"},
		{"number above 2^53", "tile/0/x035/x184/x372/x088/833", "invalid"},
		{"overlong", "tile/0/" + strings.Repeat("x001/", 20) + "000", "invalid"},
		{"width 0", "tile/0/000.p/0", "invalid"},
		{"width 256", "tile/0/000.p/256", "invalid"},
		{"width with a zero", "tile/0/002.p/01", "invalid"},
		{"width negative", "tile/0/002.p/-1", "invalid"},
		{"width missing", "tile/0/002.p/", "invalid"},
		{"suffix of nothing", "tile/0/002.p", "invalid"},
		{"more after the width", "tile/0/002.p/1/1", "invalid"},
		{"entries with a level", "tile/entries/0/000", "invalid"},
		{"up a folder", "tile/0/../0/000", "invalid"},
		{"a query", "tile/0/000?x", "invalid"},
		{"a newline", "tile/0/000\n", "invalid"},
		{"upper case", "TILE/0/000", "invalid"},
		{"wide digits", "tile/0/００0", "invalid"},
	}
	for _, v := range vectors(t, "ledger-tile.json", cases) {
		t.Run(v.Name, func(t *testing.T) {
			b, err := ledger.Tile(m, v.Input)
			if got := outcome(err); got != v.Outcome {
				t.Fatalf("got %s (%v), want %s", got, err, v.Outcome)
			}
			if (err == nil) != (len(b) > 0) {
				t.Fatalf("%d bytes with %v", len(b), err)
			}
		})
	}
}

// What an entry bundle looks like, byte by byte.
func TestEntryBundle(t *testing.T) {
	m, es, _ := log(t, 3)
	b, err := ledger.Tile(m, "tile/entries/000.p/2")
	if err != nil {
		t.Fatal(err)
	}
	if want := "0020" + es[0].Commitment().String() + "0020" + es[1].Commitment().String(); hex.EncodeToString(b) != want {
		t.Fatalf("%x", b)
	}
}

// From an export and nothing else, a reader of the standard layout computes
// the root and every leaf hash.
func TestTilesHoldTheLog(t *testing.T) {
	for _, size := range []int{0, 1, 2, 255, 256, 257, 512, 600, 70_000} {
		if size > 1000 && testing.Short() {
			continue
		}
		m, _, cp := log(t, size)
		export := map[string][]byte{}
		for _, path := range ledger.TilePaths(int64(size)) {
			b, err := ledger.Tile(m, path)
			if err != nil {
				t.Fatal(path, err)
			}
			if export[path] != nil {
				t.Fatalf("%s is listed twice", path)
			}
			export[path] = b
		}
		reader := tlog.TileHashReader(tlog.Tree{N: cp.Size, Hash: tlog.Hash(cp.Root)}, tiles(export))
		got, err := tlog.TreeHash(cp.Size, reader)
		if err != nil || ref.Hash(got) != cp.Root {
			t.Fatalf("size %d: %v", size, err)
		}
		var leaves []ref.Hash
		for i := 0; i*256 < size; i++ {
			width := min(256, size-i*256)
			b := export[tilePath("tile/entries/", i, width)]
			for ; len(b) >= 34; b = b[34:] {
				leaves = append(leaves, ref.Hash(b[2:34]))
			}
		}
		if !slices.Equal(leaves, m.Leaves) {
			t.Fatalf("size %d: the bundles hold %d leaves", size, len(leaves))
		}
	}
}

// tiles reads an export as the library asks for it.
type tiles map[string][]byte

func (t tiles) Height() int { return 8 }

func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func (t tiles) ReadTiles(asked []tlog.Tile) ([][]byte, error) {
	var out [][]byte
	for _, a := range asked {
		b := t[tilePath(fmt.Sprintf("tile/%d/", a.L), int(a.N), a.W)]
		if b == nil {
			return nil, errors.New("not in the export: " + a.Path())
		}
		out = append(out, b)
	}
	return out, nil
}

// tilePath writes a path as the specification has it, for numbers below a million.
func tilePath(start string, n, width int) string {
	s := fmt.Sprintf("%s%03d", start, n%1000)
	if n >= 1000 {
		s = fmt.Sprintf("%sx%03d/%03d", start, n/1000, n%1000)
	}
	if width < 256 {
		s += fmt.Sprintf(".p/%d", width)
	}
	return s
}

// A tile once served full never changes as the log grows.
func TestTilesAreForEver(t *testing.T) {
	small, _, _ := log(t, 300)
	large, _, _ := log(t, 700)
	rapid.Check(t, func(r *rapid.T) {
		path := rapid.SampledFrom(ledger.TilePaths(300)).Draw(r, "path")
		a, err := ledger.Tile(small, path)
		if err != nil {
			r.Fatal(err)
		}
		if b, err := ledger.Tile(large, path); err != nil || !bytes.Equal(a, b) {
			r.Fatalf("%s changed: %v", path, err)
		}
	})
}

func TestTileStoreFails(t *testing.T) {
	m, _, _ := log(t, 3)
	m.Down = errors.New("disk")
	if _, err := ledger.Tile(m, "tile/0/000.p/1"); !errors.Is(err, m.Down) {
		t.Fatal(err)
	}
	m.Down = nil
	_, err := ledger.Tile(short{m}, "tile/entries/000.p/3")
	mustKind(t, err, fault.Internal)
}

// short is a store that gives fewer leaves than it was asked for.
type short struct{ *ledgertest.Memory }

func (s short) Commitments(from, to int64) ([]ref.Hash, error) {
	return s.Memory.Commitments(from, to-1)
}

func FuzzTilePath(f *testing.F) {
	m, _, _ := log(f, 600)
	for _, path := range ledger.TilePaths(600) {
		f.Add(path)
	}
	f.Add("tile/0/x001/x234/067.p/8")
	f.Add("tile/8/data/000")
	f.Fuzz(func(t *testing.T, path string) {
		b, err := ledger.Tile(m, path)
		switch {
		case err == nil && (len(b) == 0 || len(b)%2 != 0 || !strings.HasPrefix(path, "tile/")):
			t.Fatalf("%q gave %d bytes", path, len(b))
		case err != nil && !fault.Is(err, fault.Invalid) && !fault.Is(err, fault.Withheld):
			t.Fatal(err)
		}
	})
}

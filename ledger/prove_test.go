package ledger_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"comity/fault"
	"comity/ledger"
	"comity/ref"
)

// inclusion is the input of an inclusion proof's vector.
type inclusion struct {
	Size  int64      `json:"size"`
	Root  ref.Hash   `json:"root"`
	Index int64      `json:"index"`
	Leaf  ref.Hash   `json:"leaf"`
	Path  []ref.Hash `json:"path"`
}

// consistency is the input of a consistency proof's vector.
type consistency struct {
	OldOrigin string     `json:"oldOrigin"`
	OldSize   int64      `json:"oldSize"`
	OldRoot   ref.Hash   `json:"oldRoot"`
	NewOrigin string     `json:"newOrigin"`
	NewSize   int64      `json:"newSize"`
	NewRoot   ref.Hash   `json:"newRoot"`
	Path      []ref.Hash `json:"path"`
}

func TestInclusionVectors(t *testing.T) {
	m, es, cp := log(t, 11)
	good := func() inclusion {
		path, err := ledger.Prove(m, 5, cp.Size)
		if err != nil {
			t.Fatal(err)
		}
		return inclusion{cp.Size, cp.Root, 5, es[5].Commitment(), path}
	}
	cases := []vector[inclusion]{{"leaf 5 of 11", good(), "ok"}}
	bad := func(name string, change func(*inclusion)) {
		v := good()
		change(&v)
		cases = append(cases, vector[inclusion]{name, v, "forged"})
	}
	one := at(t, 1)
	cases = append(cases, vector[inclusion]{"the only leaf", inclusion{1, one.Root, 0, es[0].Commitment(), []ref.Hash{}}, "ok"})
	bad("another leaf", func(v *inclusion) { v.Leaf = es[4].Commitment() })
	bad("another index", func(v *inclusion) { v.Index = 4 })
	bad("index of another side", func(v *inclusion) { v.Index = 10 })
	bad("negative index", func(v *inclusion) { v.Index = -1 })
	bad("index at the size", func(v *inclusion) { v.Index = 11 })
	bad("index far beyond", func(v *inclusion) { v.Index = 1 << 52 })
	bad("another root", func(v *inclusion) { v.Root = at(t, 10).Root })
	bad("another size", func(v *inclusion) { v.Size = 8 })
	bad("size 0", func(v *inclusion) { v.Size = 0 })
	bad("negative size", func(v *inclusion) { v.Size = -11 })
	bad("no path", func(v *inclusion) { v.Path = []ref.Hash{} })
	bad("path cut at the start", func(v *inclusion) { v.Path = v.Path[1:] })
	bad("path cut at the end", func(v *inclusion) { v.Path = v.Path[:len(v.Path)-1] })
	bad("path longer", func(v *inclusion) { v.Path = append(v.Path, v.Root) })
	bad("path begins with the leaf", func(v *inclusion) { v.Path = slices.Insert(v.Path, 0, v.Leaf) })
	bad("path reversed", func(v *inclusion) { slices.Reverse(v.Path) })
	bad("one bit of the path", func(v *inclusion) { v.Path[2][31] ^= 1 })
	bad("an inner node for a leaf", func(v *inclusion) { v.Leaf, v.Path = v.Path[0], v.Path[1:] })
	bad("leaf already hashed", func(v *inclusion) { v.Leaf = ref.Content(append([]byte{0}, v.Leaf[:]...)) })
	for _, v := range vectors(t, "ledger-inclusion.json", cases) {
		t.Run(v.Name, func(t *testing.T) {
			cp := ledger.Checkpoint{Origin: origin, Size: v.Input.Size, Root: v.Input.Root}
			if err := ledger.CheckInclusion(cp, v.Input.Index, v.Input.Leaf, v.Input.Path); outcome(err) != v.Outcome {
				t.Fatalf("got %v, want %s", err, v.Outcome)
			}
		})
	}
}

func TestConsistencyVectors(t *testing.T) {
	m, _, cp := log(t, 11)
	seven := at(t, 7)
	good := func() consistency {
		path, err := ledger.ProveConsistency(m, 7, 11)
		if err != nil {
			t.Fatal(err)
		}
		return consistency{origin, 7, seven.Root, origin, 11, cp.Root, path}
	}
	cases := []vector[consistency]{
		{"7 to 11", good(), "ok"},
		{"the same", consistency{origin, 11, cp.Root, origin, 11, cp.Root, []ref.Hash{}}, "ok"},
		{"from nothing", consistency{origin, 0, root(nil), origin, 11, cp.Root, []ref.Hash{}}, "ok"},
		{"nothing to nothing", consistency{origin, 0, root(nil), origin, 0, root(nil), []ref.Hash{}}, "ok"},
	}
	bad := func(name, want string, change func(*consistency)) {
		v := good()
		change(&v)
		cases = append(cases, vector[consistency]{name, v, want})
	}
	bad("another log", "invalid", func(v *consistency) { v.NewOrigin = "orx/1/mx/semar" })
	bad("smaller", "stale", func(v *consistency) { v.OldSize, v.NewSize, v.OldRoot, v.NewRoot = 11, 7, v.NewRoot, v.OldRoot })
	bad("same size, another root", "forged", func(v *consistency) { v.OldSize, v.Path = 11, []ref.Hash{} })
	bad("same size, a needless path", "forged", func(v *consistency) { v.OldSize, v.OldRoot = 11, v.NewRoot })
	bad("from nothing with a path", "forged", func(v *consistency) { v.OldSize, v.OldRoot = 0, root(nil) })
	bad("from nothing with a root", "forged", func(v *consistency) { v.OldSize, v.Path = 0, []ref.Hash{} })
	bad("nothing with a root", "forged", func(v *consistency) {
		v.OldSize, v.NewSize, v.OldRoot, v.Path = 0, 0, v.NewRoot, []ref.Hash{}
	})
	bad("no path", "forged", func(v *consistency) { v.Path = []ref.Hash{} })
	bad("path cut at the start", "forged", func(v *consistency) { v.Path = v.Path[1:] })
	bad("path cut at the end", "forged", func(v *consistency) { v.Path = v.Path[:len(v.Path)-1] })
	bad("path longer", "forged", func(v *consistency) { v.Path = append(v.Path, v.NewRoot) })
	bad("path begins with the old root", "forged", func(v *consistency) { v.Path = slices.Insert(v.Path, 0, v.OldRoot) })
	bad("path reversed", "forged", func(v *consistency) { slices.Reverse(v.Path) })
	bad("one bit of the path", "forged", func(v *consistency) { v.Path[1][0] ^= 1 })
	bad("another old root", "forged", func(v *consistency) { v.OldRoot = at(t, 6).Root })
	bad("another new root", "forged", func(v *consistency) { v.NewRoot = at(t, 10).Root })
	bad("roots swapped", "forged", func(v *consistency) { v.OldRoot, v.NewRoot = v.NewRoot, v.OldRoot })
	bad("old size less", "forged", func(v *consistency) { v.OldSize = 6 })
	bad("new size more", "forged", func(v *consistency) { v.NewSize = 17 })
	bad("old size negative", "forged", func(v *consistency) { v.OldSize = -7 })
	for _, v := range vectors(t, "ledger-consistency.json", cases) {
		t.Run(v.Name, func(t *testing.T) {
			old := ledger.Checkpoint{Origin: v.Input.OldOrigin, Size: v.Input.OldSize, Root: v.Input.OldRoot}
			next := ledger.Checkpoint{Origin: v.Input.NewOrigin, Size: v.Input.NewSize, Root: v.Input.NewRoot}
			if err := ledger.CheckConsistency(old, next, v.Input.Path); outcome(err) != v.Outcome {
				t.Fatalf("got %v, want %s", err, v.Outcome)
			}
		})
	}
}

// A fork is told with both roots: whoever reads the error has the evidence.
func TestForkNamesBothRoots(t *testing.T) {
	a, b := at(t, 3), at(t, 4)
	b.Size = 3
	err := ledger.CheckConsistency(a, b, nil)
	mustKind(t, err, fault.Forged)
	for _, want := range []string{a.Root.String(), b.Root.String(), origin} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not name %s", err, want)
		}
	}
}

// Every leaf of every size is provable, every size extends every earlier one,
// and no proof fits another leaf or size.
func TestProofsProperty(t *testing.T) {
	m, es, _ := log(t, 70)
	rapid.Check(t, func(r *rapid.T) {
		size := rapid.IntRange(1, len(es)).Draw(r, "size")
		index := rapid.IntRange(0, size-1).Draw(r, "index")
		old := rapid.IntRange(0, size).Draw(r, "old")
		cp := ledger.Checkpoint{Origin: origin, Size: int64(size), Root: root(m.Leaves[:size])}
		before := ledger.Checkpoint{Origin: origin, Size: int64(old), Root: root(m.Leaves[:old])}
		path, err := ledger.Prove(m, int64(index), int64(size))
		if err != nil {
			r.Fatal(err)
		}
		if err := ledger.CheckInclusion(cp, int64(index), es[index].Commitment(), path); err != nil {
			r.Fatal(err)
		}
		other := rapid.IntRange(0, size-1).Filter(func(i int) bool { return i != index || size == 1 }).Draw(r, "other")
		if err := ledger.CheckInclusion(cp, int64(other), es[index].Commitment(), path); size > 1 && !fault.Is(err, fault.Forged) {
			r.Fatal(err)
		}
		proof, err := ledger.ProveConsistency(m, int64(old), int64(size))
		if err != nil {
			r.Fatal(err)
		}
		if err := ledger.CheckConsistency(before, cp, proof); err != nil {
			r.Fatal(err)
		}
		before.Root[0] ^= 1
		if err := ledger.CheckConsistency(before, cp, proof); !fault.Is(err, fault.Forged) {
			r.Fatal(err)
		}
	})
}

func TestProveRefuses(t *testing.T) {
	m, _, _ := log(t, 5)
	for _, c := range [][2]int64{{-1, 5}, {5, 5}, {6, 5}, {0, 0}, {0, 6}, {5, 6}, {0, -1}} {
		_, err := ledger.Prove(m, c[0], c[1])
		mustKind(t, err, fault.Invalid)
	}
	for _, c := range [][2]int64{{-1, 5}, {6, 5}, {0, 6}, {5, 6}, {1, -1}} {
		_, err := ledger.ProveConsistency(m, c[0], c[1])
		mustKind(t, err, fault.Invalid)
	}
}

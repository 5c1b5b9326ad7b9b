package ledger

import (
	"golang.org/x/mod/sumdb/tlog"

	"comity/fault"
	"comity/ref"
)

// emptyRoot is the root of a log without leaves: SHA-256 of nothing.
var emptyRoot = ref.Content(nil)

// Prove gives the path from a leaf to the root of the log as it stood when
// it had size leaves.
func Prove(r Reader, index, size int64) ([]ref.Hash, error) {
	if index < 0 || index >= size {
		return nil, fault.New(fault.Invalid, "a log of %d leaves has no leaf %d", size, index)
	}
	if err := holds(r, size); err != nil {
		return nil, err
	}
	proof, err := tlog.ProveRecord(size, index, r)
	if err != nil {
		return nil, err
	}
	return refs(proof), nil
}

// CheckInclusion checks that the log at cp holds leaf, a commitment, at
// index. cp must have been opened.
func CheckInclusion(cp Checkpoint, index int64, leaf ref.Hash, path []ref.Hash) error {
	return checkPath(cp, index, tlog.RecordHash(leaf[:]), path)
}

func checkPath(cp Checkpoint, index int64, leaf tlog.Hash, path []ref.Hash) error {
	if err := tlog.CheckRecord(hashes(path), cp.Size, tlog.Hash(cp.Root), index, leaf); err != nil {
		return fault.New(fault.Forged, "the proof does not show leaf %d in the log %s at size %d", index, cp.Origin, cp.Size).Because(err)
	}
	return nil
}

// ProveConsistency gives the path that shows the log of size leaves to
// extend the log of old leaves. It is empty if old is 0 or equal to size.
func ProveConsistency(r Reader, old, size int64) ([]ref.Hash, error) {
	if old < 0 || old > size {
		return nil, fault.New(fault.Invalid, "a log of %d leaves does not extend one of %d", size, old)
	}
	if err := holds(r, size); err != nil {
		return nil, err
	}
	if old == 0 || old == size {
		return []ref.Hash{}, nil
	}
	proof, err := tlog.ProveTree(size, old, r)
	if err != nil {
		return nil, err
	}
	return refs(proof), nil
}

// CheckConsistency checks that the log at new extends the log at old; both
// must have been opened with the key of one log.
//
// Forged means that the log was rewritten or shows different histories to
// different partners, or that the path is wrong: same size with another root
// is evidence by itself, so the error names both roots and the caller keeps
// both checkpoints. Stale means that new has fewer leaves than old: on a
// link, whose messages are ordered, the log went back; heads that came by
// different ways may just have to be compared the other way round.
func CheckConsistency(old, new Checkpoint, path []ref.Hash) error {
	switch {
	case old.Origin != new.Origin:
		return fault.New(fault.Invalid, "the checkpoints are of different logs: %s and %s", old.Origin, new.Origin)
	case new.Size < old.Size:
		return fault.New(fault.Stale, "the log %s shows %d leaves after it had %d", old.Origin, new.Size, old.Size)
	case new.Size == old.Size && new.Root != old.Root:
		return fault.New(fault.Forged, "the log %s shows two roots for %d leaves: %s and %s", old.Origin, old.Size, old.Root, new.Root).
			Fix("keep both checkpoints: they prove it")
	case old.Size == 0 && old.Root != emptyRoot:
		return fault.New(fault.Forged, "the log %s shows a root for no leaves", old.Origin)
	case old.Size == 0 || old.Size == new.Size:
		if len(path) > 0 {
			return fault.New(fault.Forged, "the proof for the log %s is longer than it can be", old.Origin)
		}
		return nil
	}
	if err := tlog.CheckTree(hashes(path), new.Size, tlog.Hash(new.Root), old.Size, tlog.Hash(old.Root)); err != nil {
		return fault.New(fault.Forged, "the log %s at size %d (root %s) is not shown to extend itself at size %d (root %s)",
			old.Origin, new.Size, new.Root, old.Size, old.Root).Because(err)
	}
	return nil
}

func holds(r Reader, size int64) error {
	have, err := r.Size()
	if err != nil {
		return err
	}
	if size > have {
		return fault.New(fault.Invalid, "the log has %d leaves, not yet %d", have, size)
	}
	return nil
}

func refs(hs []tlog.Hash) []ref.Hash {
	out := make([]ref.Hash, len(hs))
	for i, h := range hs {
		out[i] = ref.Hash(h)
	}
	return out
}

func hashes(rs []ref.Hash) []tlog.Hash {
	out := make([]tlog.Hash, len(rs))
	for i, r := range rs {
		out[i] = tlog.Hash(r)
	}
	return out
}

// RootAt gives the root of the log as it stood when it had size leaves.
func RootAt(r Reader, size int64) (ref.Hash, error) {
	if size < 0 {
		return ref.Hash{}, fault.New(fault.Invalid, "a log has no fewer than no leaves")
	}
	if err := holds(r, size); err != nil {
		return ref.Hash{}, err
	}
	root, err := tlog.TreeHash(size, r)
	return ref.Hash(root), err
}

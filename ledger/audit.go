package ledger

import (
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"comity/fault"
	"comity/ref"
)

// auditSpan is how many leaves are read and checked at a time.
const auditSpan = 1024

// Audit recomputes the whole log up to cp from its commitments, and compares
// every stored hash and the root. opened, if not nil, is asked for the entry
// behind each leaf, and says whether the auditor has it; those entries must
// match their commitments. The error names the first leaf that is wrong.
// cp must have been opened; leaves after it are not looked at.
func Audit(l Leaves, cp Checkpoint, opened func(index int64) (Entry, bool, error)) error {
	size, err := l.Size()
	if err != nil {
		return err
	}
	if size < cp.Size {
		return fault.New(fault.Forged, "the log has %d leaves, the checkpoint says %d", size, cp.Size)
	}
	edge := rightEdge{}
	for from := int64(0); from < cp.Size; from += auditSpan {
		if err := auditLeaves(l, edge, from, min(from+auditSpan, cp.Size), opened); err != nil {
			return err
		}
	}
	root, err := tlog.TreeHash(cp.Size, edge)
	if err != nil {
		return err
	}
	if ref.Hash(root) != cp.Root {
		return fault.New(fault.Forged, "the leaves have the root %s, the checkpoint of size %d says %s", ref.Hash(root), cp.Size, cp.Root)
	}
	return nil
}

func auditLeaves(l Leaves, edge rightEdge, from, to int64, opened func(int64) (Entry, bool, error)) error {
	leaves, err := l.Commitments(from, to)
	if err != nil {
		return err
	}
	if int64(len(leaves)) != to-from {
		return fault.New(fault.Internal, "the store gave %d leaves from leaf %d on", len(leaves), from)
	}
	want, err := edge.grow(from, leaves)
	if err != nil {
		return err
	}
	// Stored hashes are numbered in the order in which leaves complete them.
	indexes := make([]int64, len(want))
	for i := range indexes {
		indexes[i] = tlog.StoredHashCount(from) + int64(i)
	}
	got, err := l.ReadHashes(indexes)
	if err != nil {
		return err
	}
	if len(got) != len(want) {
		return fault.New(fault.Internal, "the store gave %d hashes where %d were asked for", len(got), len(want))
	}
	for i, leaf := range leaves {
		number := from + int64(i)
		begin, end := tlog.StoredHashCount(number)-indexes[0], tlog.StoredHashCount(number+1)-indexes[0]
		if !slices.Equal(got[begin:end], want[begin:end]) {
			return fault.New(fault.Forged, "the stored hashes of leaf %d are not those of its commitment", number).At("leaf %d", number)
		}
		if err := auditEntry(number, leaf, opened); err != nil {
			return err
		}
	}
	return nil
}

func auditEntry(number int64, leaf ref.Hash, opened func(int64) (Entry, bool, error)) error {
	if opened == nil {
		return nil
	}
	e, have, err := opened(number)
	if err != nil {
		return err
	}
	if have && e.Commitment() != leaf {
		return fault.New(fault.Forged, "the record of leaf %d is not the one committed to", number).At("leaf %d", number)
	}
	return nil
}

// rightEdge holds the recomputed hashes that are not yet part of a larger
// complete subtree, by stored index: all that the next leaf and the root
// need, and no more than the logarithm of the log's size.
type rightEdge map[int64]tlog.Hash

// grow adds leaves, and gives the hashes that they complete, in order.
func (e rightEdge) grow(from int64, leaves []ref.Hash) ([]tlog.Hash, error) {
	var all []tlog.Hash
	for i, leaf := range leaves {
		number := from + int64(i)
		completed, err := tlog.StoredHashes(number, leaf[:], e)
		if err != nil {
			return nil, err
		}
		for level, h := range completed {
			n := number >> level
			e[tlog.StoredHashIndex(level, n)] = h
			if level > 0 {
				delete(e, tlog.StoredHashIndex(level-1, 2*n))
				delete(e, tlog.StoredHashIndex(level-1, 2*n+1))
			}
		}
		all = append(all, completed...)
	}
	return all, nil
}

// ReadHashes makes the edge a tlog.HashReader.
func (e rightEdge) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		h, found := e[index]
		if !found {
			return nil, fault.New(fault.Internal, "the audit lost the hash %d", index)
		}
		out[i] = h
	}
	return out, nil
}

// Package ledgertest holds the Merkle log that tests keep their ledgers in.
package ledgertest

import (
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"comity/ref"
)

// Memory is a ledger in memory, as a store in a database keeps it. The zero value
// is an empty one. Tests may change what it holds, to see that it is found.
type Memory struct {
	Leaves []ref.Hash
	Hashes []tlog.Hash // by tlog.StoredHashIndex
	Down   error       // what every call answers, if set
}

// Size tells how many leaves it has.
func (m *Memory) Size() (int64, error) { return int64(len(m.Leaves)), m.Down }

// ReadHashes reads stored hashes. What is asked for and is not there is an
// error, as it is of a store: a test is to fail by what it asks, not to panic.
func (m *Memory) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index < 0 || index >= int64(len(m.Hashes)) {
			return nil, fmt.Errorf("the log has %d hashes, and number %d was asked for", len(m.Hashes), index)
		}
		out[i] = m.Hashes[index]
	}
	return out, m.Down
}

// Append adds a leaf, with the hashes that it completes.
func (m *Memory) Append(leaf ref.Hash, hashes []tlog.Hash) error {
	if m.Down != nil {
		return m.Down
	}
	m.Leaves, m.Hashes = append(m.Leaves, leaf), append(m.Hashes, hashes...)
	return nil
}

// Commitments gives the leaves from a number up to, but not including, another,
// as far as there are any.
func (m *Memory) Commitments(from, to int64) ([]ref.Hash, error) {
	return m.Leaves[from:min(to, int64(len(m.Leaves)))], m.Down
}

// At gives the log as it stood with the first leaves only. Both can grow, each
// into a history of its own.
func (m *Memory) At(size int64) *Memory {
	return &Memory{Leaves: slices.Clone(m.Leaves[:size]), Hashes: slices.Clone(m.Hashes[:tlog.StoredHashCount(size)]), Down: m.Down}
}

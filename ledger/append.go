package ledger

import (
	"golang.org/x/mod/sumdb/tlog"

	"comity/fault"
	"comity/ref"
)

// Reader reads a log: how many leaves it has, and the stored hashes at
// indexes numbered as tlog.StoredHashIndex does. ReadHashes gives one hash
// for each index, in their order, or an error.
type Reader interface {
	Size() (int64, error)
	ReadHashes(indexes []int64) ([]tlog.Hash, error)
}

// Store is one transaction on a log. Append adds the leaf whose number is
// the size before, with the stored hashes that its arrival completes: they
// get the next indexes in order. What it added is seen by later reads.
type Store interface {
	Reader
	Append(leaf ref.Hash, hashes []tlog.Hash) error
}

// Leaves is a Reader that can also give the commitments of the leaves
// numbered from up to, but not including, to.
type Leaves interface {
	Reader
	Commitments(from, to int64) ([]ref.Hash, error)
}

// Append adds the entries in order and signs one checkpoint over the log
// that results; without entries it signs the log as it stands. first is the
// number of the first entry's leaf. All reads and writes go through s: call
// it inside the transaction of the act that the records tell of, and let no
// byte of the checkpoint leave before that transaction has been committed.
func Append(s Store, sign Signer, entries ...Entry) (first int64, cp Checkpoint, err error) {
	if first, err = Add(s, entries...); err != nil {
		return 0, Checkpoint{}, err
	}
	cp, err = Sign(s, sign)
	return first, cp, err
}

// Add adds the entries in order and signs nothing yet: for several acts of one
// transaction, whose log [Sign] signs at its end.
func Add(s Store, entries ...Entry) (first int64, err error) {
	for _, e := range entries {
		if err := e.check(); err != nil {
			return 0, err
		}
	}
	first, err = s.Size()
	if err != nil {
		return 0, err
	}
	for i, e := range entries {
		if err := appendLeaf(s, first+int64(i), e.Commitment()); err != nil {
			return 0, err
		}
	}
	size, err := s.Size()
	if err == nil && size != first+int64(len(entries)) {
		err = fault.New(fault.Internal, "the log has %d leaves where %d were expected", size, first+int64(len(entries)))
	}
	return first, err
}

// Sign signs a checkpoint over the log as it stands.
func Sign(r Reader, sign Signer) (Checkpoint, error) {
	size, err := r.Size()
	if err != nil {
		return Checkpoint{}, err
	}
	return head(r, sign, size)
}

func appendLeaf(s Store, number int64, leaf ref.Hash) error {
	hashes, err := tlog.StoredHashes(number, leaf[:], s)
	if err != nil {
		return err
	}
	return s.Append(leaf, hashes)
}

func head(r Reader, sign Signer, size int64) (Checkpoint, error) {
	root, err := tlog.TreeHash(size, r)
	if err != nil {
		return Checkpoint{}, err
	}
	return sign.checkpoint(size, ref.Hash(root))
}

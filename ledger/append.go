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
	for _, e := range entries {
		if err := e.check(); err != nil {
			return 0, Checkpoint{}, err
		}
	}
	first, err = s.Size()
	if err != nil {
		return 0, Checkpoint{}, err
	}
	for i, e := range entries {
		if err := appendLeaf(s, first+int64(i), e.Commitment()); err != nil {
			return 0, Checkpoint{}, err
		}
	}
	size, err := s.Size()
	if err != nil {
		return 0, Checkpoint{}, err
	}
	if size != first+int64(len(entries)) {
		return 0, Checkpoint{}, fault.New(fault.Internal, "the log has %d leaves where %d were expected", size, first+int64(len(entries)))
	}
	cp, err = head(s, sign, size)
	return first, cp, err
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

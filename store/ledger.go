package store

import (
	"context"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"comity/fault"
	"comity/ledger"
	"comity/ref"
	"comity/wire"
)

// Log is the node's ledger as it was last committed: a ledger.Leaves, with
// the openings of its leaves for auditors.
type Log struct{ db *DB }

// Ledger gives the ledger to read.
func (db *DB) Ledger() Log { return Log{db} }

// Size counts the leaves.
func (l Log) Size() (int64, error) {
	return one(l.db.reader(context.Background()), number, `SELECT COALESCE(MAX(number) + 1, 0) FROM leaf`)
}

// ReadHashes reads stored hashes, by tlog.StoredHashIndex.
func (l Log) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	return readHashes(l.db.reader(context.Background()), indexes)
}

// Commitments gives the commitments of the leaves from up to, but not
// including, to.
func (l Log) Commitments(from, to int64) ([]ref.Hash, error) {
	return all(l.db.reader(context.Background()), func(rows row) (h ref.Hash, err error) {
		return h, rows.Scan(fixed(h[:]))
	}, `SELECT commitment FROM leaf WHERE number >= $1 AND number < $2 ORDER BY number`, from, to)
}

// Checkpoint gives the newest signed head, as this node stored it: whoever
// does not trust the database opens Signed with the node's key.
// fault.Withheld if nothing was ever recorded.
func (l Log) Checkpoint(ctx context.Context) (ledger.Checkpoint, error) {
	if err := l.db.keptMark(ctx); err != nil {
		return ledger.Checkpoint{}, err // it leaves the node in heads
	}
	return one(l.db.reader(ctx), func(rows row) (cp ledger.Checkpoint, err error) {
		return cp, rows.Scan(&cp.Size, &cp.Origin, fixed(cp.Root[:]), &cp.Signed)
	}, `SELECT size, origin, root, signed FROM checkpoint ORDER BY size DESC LIMIT 1`)
}

// Signed tells when the newest head was signed; fault.Withheld if none was.
func (l Log) Signed(ctx context.Context) (time.Time, error) {
	return one(l.db.reader(ctx), func(rows row) (t time.Time, err error) {
		var at wire.Time
		err = rows.Scan(instant{&at})
		return at.Time(), err
	}, `SELECT at FROM checkpoint ORDER BY size DESC LIMIT 1`)
}

// Entries gives the openings of the leaves from up to, but not including,
// to: record and salt. Who may have them is for the caller to say.
func (l Log) Entries(ctx context.Context, from, to int64) ([]ledger.Entry, error) {
	return all(l.db.reader(ctx), func(rows row) (e ledger.Entry, err error) {
		return e, rows.Scan(fixed(e.Salt[:]), &e.Record)
	}, `SELECT salt, record FROM leaf WHERE number >= $1 AND number < $2 ORDER BY number`, from, to)
}

// Evidence gives the proof that the ledger, as its newest checkpoint has it,
// holds the record of a leaf; fault.Withheld if there is no such leaf.
func (l Log) Evidence(ctx context.Context, index int64) (ledger.Evidence, error) {
	cp, err := l.Checkpoint(ctx)
	if err != nil {
		return ledger.Evidence{}, err
	}
	entries, err := l.Entries(ctx, index, index+1)
	if err != nil {
		return ledger.Evidence{}, err
	}
	if len(entries) == 0 || index >= cp.Size {
		return ledger.Evidence{}, absent()
	}
	ev, err := ledger.Evident(l, entries[0], index, cp)
	return ev, broken(err)
}

// readHashes reads a run of indexes at once, others one by one.
func readHashes(q querier, indexes []int64) ([]tlog.Hash, error) {
	if len(indexes) == 0 {
		return nil, nil
	}
	scan := func(rows row) (h tlog.Hash, err error) { return h, rows.Scan(fixed(h[:])) }
	first, last := indexes[0], indexes[len(indexes)-1]
	if consecutive(indexes) {
		list, err := all(q, scan, `SELECT hash FROM tree WHERE number >= $1 AND number <= $2 ORDER BY number`, first, last)
		if err == nil && len(list) != len(indexes) {
			err = missing(first)
		}
		return list, err
	}
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		h, err := one(q, scan, `SELECT hash FROM tree WHERE number = $1`, index)
		if fault.Is(err, fault.Withheld) {
			err = missing(index)
		}
		if err != nil {
			return nil, err
		}
		out[i] = h
	}
	return out, nil
}

// consecutive reports whether the indexes follow one another.
func consecutive(indexes []int64) bool {
	for i, n := range indexes {
		if n != indexes[0]+int64(i) {
			return false
		}
	}
	return true
}

func missing(index int64) error {
	return fault.New(fault.Internal, "the ledger lacks the stored hash %d", index).Fix("comity ledger verify tells how far it is sound")
}

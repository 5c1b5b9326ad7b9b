package store

import (
	"database/sql"

	"golang.org/x/mod/sumdb/tlog"

	"comity/exchange"
	"comity/fault"
	"comity/ledger"
	"comity/party"
	"comity/ref"
	"comity/vault"
)

// Tx is one act in the writer's transaction.
type Tx struct {
	session    *session
	log        *logCache
	db         *DB
	checkpoint ledger.Checkpoint // signed last; nobody may see it before the commit
	unsigned   bool              // records were added since
	sent       map[party.Name]exchange.Position
	seen       seenHead // kept last, in this act
	guarded    bool     // the act moves the guard
	lifting    bool     // the act is the one that lets the node sign again
	purge      bool     // what the act deletes is not to be found in the files any more
}

func (t *Tx) exec(text string, args ...any) (int64, error) { return t.session.exec(text, args...) }

func (t *Tx) query(text string, args ...any) (*sql.Rows, error) {
	return t.session.query(text, args...)
}

func (t *Tx) vault() *vault.Vault { return t.session.keys }

// must changes exactly one row; refused is the answer if there is none.
func (t *Tx) must(refused error, text string, args ...any) error {
	n, err := t.exec(text, args...)
	if err == nil && n != 1 {
		return refused
	}
	return err
}

// Append enters records into the ledger. first is the leaf number of the first.
// A checkpoint over them is signed when somebody quotes it, and else once for all
// acts that are committed together.
func (t *Tx) Append(entries ...ledger.Entry) (first int64, err error) {
	if err := t.standing(); err != nil {
		return 0, err
	}
	if t.db.sign.Load().Origin() == "" {
		return 0, fault.New(fault.Locked, "the ledger's key is locked").Fix("unlock the node")
	}
	log := &txLog{tx: t, entries: entries}
	if first, err = ledger.Add(log, entries...); err == nil {
		err = log.flush()
	}
	t.unsigned = t.unsigned || len(entries) > 0
	return first, broken(err)
}

// sign signs a checkpoint over the ledger. It must not leave before the commit.
func (t *Tx) sign() error {
	cp, err := ledger.Sign(&txLog{tx: t}, *t.db.sign.Load())
	if err != nil {
		return broken(err)
	}
	_, err = t.exec(`INSERT INTO checkpoint (size, origin, root, signed, at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (size) DO UPDATE SET origin = excluded.origin, root = excluded.root, signed = excluded.signed, at = excluded.at`,
		cp.Size, cp.Origin, cp.Root[:], cp.Signed, t.db.now().Unix())
	t.checkpoint, t.unsigned = cp, false
	return err
}

// record enters the records of an act, and has what quotes their evidence
// made, if anything does.
func (t *Tx) record(entries []ledger.Entry, proven exchange.Proven) (exchange.Proof, error) {
	var first int64
	if len(entries) > 0 {
		var err error
		if first, err = t.Append(entries...); err != nil {
			return exchange.Proof{}, err
		}
	}
	if proven == nil {
		return exchange.Proof{}, nil
	}
	return t.prove(entries, first, proven)
}

// recordAll enters the records of several arrivals under one checkpoint, and
// has what quotes their evidence made.
func (t *Tx) recordAll(list []exchange.Arrival) ([]exchange.Proof, error) {
	var all []ledger.Entry
	for _, a := range list {
		all = append(all, a.Records...)
	}
	var first int64
	if len(all) > 0 {
		var err error
		if first, err = t.Append(all...); err != nil {
			return nil, err
		}
	}
	evidence := make([][]ledger.Evidence, len(list))
	for i, a := range list {
		var err error
		if a.Proven != nil {
			evidence[i], err = t.evident(a.Records, first)
		}
		if err != nil {
			return nil, err
		}
		first += int64(len(a.Records))
	}
	proofs := make([]exchange.Proof, len(list))
	return proofs, together(len(list), func(i int) (err error) {
		if list[i].Proven != nil {
			proofs[i], err = list[i].Proven(evidence[i])
		}
		return err
	})
}

// prove has what quotes the evidence of entries made, the first of which is
// the leaf numbered first.
func (t *Tx) prove(entries []ledger.Entry, first int64, proven exchange.Proven) (exchange.Proof, error) {
	evidence, err := t.evident(entries, first)
	if err != nil {
		return exchange.Proof{}, err
	}
	return proven(evidence)
}

// evident gives the evidence for entries, under a checkpoint that is signed if it was
// not yet.
func (t *Tx) evident(entries []ledger.Entry, first int64) ([]ledger.Evidence, error) {
	if t.unsigned {
		if err := t.sign(); err != nil {
			return nil, err
		}
	}
	evidence := make([]ledger.Evidence, len(entries))
	for i, e := range entries {
		var err error
		if evidence[i], err = ledger.Evident(&txLog{tx: t}, e, first+int64(i), t.checkpoint); err != nil {
			return nil, broken(err)
		}
	}
	return evidence, nil
}

// recorded is an act that does nothing but leave records behind a change.
func (t *Tx) recorded(entries []ledger.Entry) error {
	_, err := t.record(entries, nil)
	return err
}

// logCache keeps the size of the log and its newest hashes from act to act,
// so that the cost of a record does not grow with the ledger. It holds
// nothing that the database does not, as the writer's transaction sees it.
type logCache struct {
	known  bool
	size   int64
	hashes map[int64]tlog.Hash
}

const maxCached = 1 << 13

// forget is for after a rollback.
func (c *logCache) forget() { c.known = false }

// refresh reads the size again and keeps the hashes only if they still hold.
func (c *logCache) refresh(q querier) error {
	size, err := one(q, number, `SELECT COALESCE(MAX(number) + 1, 0) FROM leaf`)
	if err != nil {
		return err
	}
	if !c.known || size != c.size || len(c.hashes) > maxCached {
		c.hashes = map[int64]tlog.Hash{}
	}
	c.known, c.size = true, size
	return nil
}

// txLog is the log inside an act: a ledger.Store. Entries are those to come,
// in order. What is appended is read from the cache, and is written by flush: many
// rows by one statement.
type txLog struct {
	tx      *Tx
	entries []ledger.Entry
	leaves  [][]any
	nodes   [][]any
}

// Size counts the leaves.
func (l *txLog) Size() (int64, error) { return l.tx.log.size, nil }

// ReadHashes reads stored hashes.
func (l *txLog) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		h, ok := l.tx.log.hashes[index]
		if !ok {
			list, err := readHashes(l.tx, []int64{index})
			if err != nil {
				return nil, err
			}
			h = list[0]
			l.tx.log.hashes[index] = h
		}
		out[i] = h
	}
	return out, nil
}

// Append takes the next entry's leaf and the hashes that it completes.
func (l *txLog) Append(leaf ref.Hash, hashes []tlog.Hash) error {
	c, e := l.tx.log, l.entries[0]
	l.entries = l.entries[1:]
	l.leaves = append(l.leaves, []any{c.size, leaf[:], e.Salt[:], e.Record})
	next := tlog.StoredHashCount(c.size)
	for i, h := range hashes {
		l.nodes = append(l.nodes, []any{next + int64(i), h[:]})
		c.hashes[next+int64(i)] = h
	}
	c.size++
	return nil
}

// flush stores what was appended.
func (l *txLog) flush() error {
	if err := insertAll(l.tx, "leaf", "number, commitment, salt, record", l.leaves); err != nil {
		return err
	}
	return insertAll(l.tx, "tree", "number, hash", l.nodes)
}

package store

import (
	"context"
	"math"

	"comity/exchange"
	"comity/ledger"
	"comity/party"
	"comity/wire"
	"comity/witness"
)

// standing refuses what would be signed while the ledger is behind, or may be,
// as the writer's transaction has it.
func (t *Tx) standing() error {
	if t.lifting {
		return nil
	}
	list, err := all(t, t.db.scanStopped, stoppedQuery)
	if err != nil || len(list) == 0 {
		return err
	}
	return list[0].Refusal()
}

const stoppedQuery = `SELECT size, root, holder, at, signed FROM stopped`

// reloadStopped brings what readers see in line with the table.
func (db *DB) reloadStopped(q querier) {
	list, err := all(q, db.scanStopped, stoppedQuery)
	if err != nil {
		return // the table decides; this is for showing
	}
	if len(list) == 0 {
		db.stopped.Store(nil)
		return
	}
	db.stopped.Store(&list[0])
}

func (db *DB) scanStopped(rows row) (l witness.Lost, err error) {
	err = rows.Scan(&l.Head.Size, fixed(l.Head.Root[:]), &l.Holder, instant{&l.At}, &l.Head.Signed)
	if l.Head.Origin = db.sign.Load().Origin(); l.Restored() {
		l.Head = ledger.Checkpoint{}
	}
	return l, err
}

// Stop keeps that the ledger is behind a head, or may be. A larger head takes
// the place of the one that was known.
func (s heads) Stop(ctx context.Context, l witness.Lost) error {
	return s.db.write(ctx, func(tx *Tx) error {
		tx.guarded = true
		if l.Restored() {
			// Whoever was asked before has to be asked again.
			if _, err := tx.exec(`DELETE FROM stopped_asked`); err != nil {
				return err
			}
		}
		_, err := tx.exec(`INSERT INTO stopped (id, size, root, holder, at, signed) VALUES (1, $1, $2, $3, $4, $5)
			ON CONFLICT (id) DO UPDATE SET size = $1, root = $2, holder = $3, at = $4, signed = $5 WHERE stopped.size < $1`,
			l.Head.Size, l.Head.Root[:], string(l.Holder), seconds(l.At), append([]byte{}, l.Head.Signed...))
		return err
	})
}

// Stopped tells whether the ledger is behind; nil: it is not.
func (s heads) Stopped() *witness.Lost { return s.db.stopped.Load() }

// Asked keeps that a partner knows of nothing newer than this ledger, and lets
// a restored node sign again once all have said so. A head that is known to be
// lost stays lost.
func (s heads) Asked(ctx context.Context, partner party.Name) error {
	if lost := s.db.stopped.Load(); lost == nil || !lost.Restored() {
		return nil
	}
	return s.db.write(ctx, func(tx *Tx) error {
		list, err := all(tx, s.db.scanStopped, stoppedQuery)
		if err != nil || len(list) == 0 || !list[0].Restored() {
			return err // meanwhile something is known to be lost
		}
		if _, err := tx.exec(`INSERT INTO stopped_asked (partner) VALUES ($1) ON CONFLICT DO NOTHING`, string(partner)); err != nil {
			return err
		}
		left, err := all(tx, func(rows row) (n party.Name, err error) { return n, rows.Scan(&n) }, unaskedQuery)
		if err != nil || len(left) > 0 {
			return err
		}
		return unstop(tx)
	})
}

// unaskedQuery lists the partners that were not asked since the restore. A link
// that does not move carries no answer, and no message either.
const unaskedQuery = `SELECT name FROM partner WHERE state = 'active' AND name NOT IN (SELECT partner FROM stopped_asked) ORDER BY name`

// Unasked lists the partners that were not asked since the restore.
func (s heads) Unasked(ctx context.Context) ([]party.Name, error) {
	return all(s.db.reader(ctx), func(rows row) (n party.Name, err error) { return n, rows.Scan(&n) }, unaskedQuery)
}

// Lift lets the node sign again, by an officer's word: the records say whose.
func (s heads) Lift(ctx context.Context, at wire.Time, records []ledger.Entry) error {
	return s.db.write(ctx, func(tx *Tx) error {
		tx.lifting = true
		if err := waive(tx, at); err != nil {
			return err
		}
		if err := unstop(tx); err != nil {
			return err
		}
		return tx.recorded(records)
	})
}

// waive keeps which heads are given up: those up to the one that is known to be
// lost, and all of a partner that was not heard.
func waive(tx *Tx, at wire.Time) error {
	const text = `INSERT INTO waived (partner, size, at, since) SELECT $1, $2, $3, (SELECT COUNT(*) FROM leaf)
		ON CONFLICT (partner) DO UPDATE SET size = CASE WHEN waived.size > excluded.size THEN waived.size ELSE excluded.size END, at = excluded.at, since = excluded.since`
	list, err := all(tx, tx.db.scanStopped, stoppedQuery)
	if err != nil || len(list) == 0 {
		return err
	}
	if !list[0].Restored() {
		_, err := tx.exec(text, "", list[0].Head.Size, seconds(at))
		return err
	}
	unheard, err := all(tx, func(rows row) (n party.Name, err error) { return n, rows.Scan(&n) }, unaskedQuery)
	for _, n := range unheard {
		if err == nil {
			_, err = tx.exec(text, string(n), int64(math.MaxInt64), seconds(at))
		}
	}
	return err
}

// Waived tells whether a head that a partner shows was given up.
func (s heads) Waived(ctx context.Context, partner party.Name, size int64) (bool, error) {
	n, err := one(s.db.reader(ctx), number, `SELECT COUNT(*) FROM waived WHERE (partner = '' OR partner = $1) AND size >= $2`, string(partner), size)
	return n > 0, err
}

// Behind keeps since when a partner says that its ledger is behind.
func (s heads) Behind(ctx context.Context, partner party.Name, since wire.Time) error {
	return s.db.write(ctx, func(tx *Tx) error {
		return tx.must(absent(), `UPDATE partner SET behind = $1 WHERE name = $2`, seconds(since), string(partner))
	})
}

func unstop(tx *Tx) error {
	tx.guarded = true
	for _, text := range []string{`DELETE FROM stopped`, `DELETE FROM stopped_asked`} {
		if _, err := tx.exec(text); err != nil {
			return err
		}
	}
	return nil
}

// Sent moves a link's outgoing position forward to a message that this node is
// shown to have sent: another one must never take its place.
func (s heads) Sent(ctx context.Context, partner party.Name, at exchange.Position) error {
	return s.db.write(ctx, func(tx *Tx) error { return sentTo(tx, partner, at) })
}

func sentTo(tx *Tx, partner party.Name, at exchange.Position) error {
	_, err := tx.exec(`UPDATE partner SET out_sequence = $1, out_hash = $2 WHERE name = $3 AND out_sequence < $1`,
		at.Sequence, at.Hash[:], string(partner))
	return err
}

// Restored marks a database that was put back from a backup: it signs nothing
// before its partners were asked. It is for a store that nothing else uses.
func (db *DB) Restored(ctx context.Context, at wire.Time) error {
	partners, err := db.Links().Partners(ctx)
	if err != nil {
		return err
	}
	if len(partners) == 0 {
		return nil
	}
	return db.Heads().Stop(ctx, witness.Lost{At: at})
}

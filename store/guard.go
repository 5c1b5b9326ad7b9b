package store

import (
	"context"

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
		left, err := one(tx, number, `SELECT COUNT(*) FROM partner WHERE name NOT IN (SELECT partner FROM stopped_asked)`)
		if err != nil || left > 0 {
			return err
		}
		return unstop(tx)
	})
}

// Unasked lists the partners that were not asked since the restore.
func (s heads) Unasked(ctx context.Context) ([]party.Name, error) {
	return all(s.db.reader(ctx), func(rows row) (n party.Name, err error) { return n, rows.Scan(&n) },
		`SELECT name FROM partner WHERE name NOT IN (SELECT partner FROM stopped_asked) ORDER BY name`)
}

// Lift lets the node sign again, by an officer's word: the records say whose.
func (s heads) Lift(ctx context.Context, at wire.Time, records []ledger.Entry) error {
	return s.db.write(ctx, func(tx *Tx) error {
		tx.lifting = true
		if err := unstop(tx); err != nil {
			return err
		}
		if _, err := tx.exec(`INSERT INTO lifted (id, at) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET at = $1`, seconds(at)); err != nil {
			return err
		}
		return tx.recorded(records)
	})
}

// Lifted tells when Lift was last called.
func (s heads) Lifted(ctx context.Context) (at wire.Time, err error) {
	_, err = all(s.db.reader(ctx), func(rows row) (bool, error) { return true, rows.Scan(instant{&at}) }, `SELECT at FROM lifted`)
	return at, err
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

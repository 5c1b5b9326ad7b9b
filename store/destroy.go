package store

import (
	"context"
	"slices"

	"comity/exchange"
	"comity/fault"
	"comity/ledger"
	"comity/ref"
	"comity/vault"
	"comity/words"
)

// To destroy content is to put it on record, to take it out of the search, and
// to destroy its key, in this order: should the node stop in between, the key is
// destroyed when it starts again. Nothing enclosed is written anew; without the
// key it is noise.

// destroy puts on record that the content under an id is destroyed, with what
// belongs to that in the same act, and then destroys the key.
func (db *DB) destroy(ctx context.Context, id vault.ID, act func(*Tx) error) error {
	err := db.write(ctx, func(tx *Tx) error {
		if err := tx.must(stale("the content was destroyed before"),
			`INSERT INTO destroyed (id, at) VALUES ($1, $2) ON CONFLICT DO NOTHING`, id[:], tx.db.now().Unix()); err != nil {
			return err
		}
		if err := unindex(tx, id); err != nil {
			return err
		}
		if err := dropParts(tx, id); err != nil {
			return err
		}
		if err := forgetSource(tx, id); err != nil {
			return err
		}
		if _, err := tx.exec(tx.db.dialect.Search.Forget); err != nil {
			return err
		}
		tx.purge = true
		return act(tx)
	})
	// Whatever became of the act, and whether or not somebody still waits for it:
	// what is on record is done. So is what an earlier one could not finish.
	failed := db.destroyRecorded(context.WithoutCancel(ctx))
	if err != nil {
		return err
	}
	if err := failed; err != nil {
		return fault.New(fault.Internal, "it is on record that the content is destroyed, and its key cannot be destroyed yet").
			Fix("look at the disk that the vault is on; the node tries again when it starts").Because(err)
	}
	return nil
}

// alive refuses to go on with content that is on record as destroyed: its key may
// be there for a moment yet.
func alive(tx *Tx, id vault.ID) error {
	n, err := one(tx, number, `SELECT COUNT(*) FROM destroyed WHERE id = $1`, id[:])
	if err == nil && n > 0 {
		err = stale("the content was destroyed")
	}
	return err
}

// destroyRecorded destroys the keys of all content that is recorded as
// destroyed: in a vault that was put back, they live again.
func (db *DB) destroyRecorded(ctx context.Context) error {
	db.destroyer.Lock()
	defer db.destroyer.Unlock()
	ids, err := all(db.reader(ctx), func(rows row) (id vault.ID, err error) { return id, rows.Scan(fixed(id[:])) }, `SELECT id FROM destroyed`)
	if err != nil {
		return err
	}
	ids = slices.DeleteFunc(ids, func(id vault.ID) bool { return db.keys.Destroyed(id) })
	if len(ids) == 0 {
		return nil
	}
	next := db.keys.Without(ids...)
	if err := db.keepVault(next); err != nil {
		return err
	}
	db.keys.Become(next)
	return nil
}

// settledDuties refuses to destroy what reports are still due about: their drafts
// go with the content, and the law demands them all the same.
func settledDuties(tx *Tx, text string, id []byte) error {
	n, err := one(tx, number, text, id)
	if err == nil && n > 0 {
		err = fault.New(fault.Blocked, "%s still due about it, and would be empty", words.Count(int(n), "report is", "reports are")).Fix("file them first: comity duties lists them")
	}
	return err
}

// Destroy destroys the content of an item of which nothing waits to be sent.
func (s desk) Destroy(ctx context.Context, id ref.ItemID, records ...ledger.Entry) error {
	return s.db.destroy(ctx, id, func(tx *Tx) error {
		if _, err := one(tx, number, `SELECT version FROM item WHERE id = $1`, id[:]); err != nil {
			return err
		}
		n, err := one(tx, number, `SELECT COUNT(*) FROM sent s JOIN outbox o ON o.cut = s.cut WHERE s.item = $1 AND o.answered = 0`, id[:])
		if err == nil && n > 0 {
			err = fault.New(fault.Stale, "%d messages with its content still wait to be delivered", n).
				Fix("wait until they are; comity status shows what waits")
		}
		if err == nil {
			err = settledDuties(tx, `SELECT COUNT(*) FROM duty d JOIN sent s ON s.cut = d.cut WHERE s.item = $1 AND d.discharged = 0`, id[:])
		}
		if err != nil {
			return err
		}
		return tx.recorded(records)
	})
}

// Destroy destroys the content of a cut that came.
func (s inbox) Destroy(ctx context.Context, d exchange.Destruction) error {
	return s.db.destroy(ctx, d.Cut, func(tx *Tx) error {
		if _, err := one(tx, number, `SELECT first_read FROM received WHERE cut = $1`, d.Cut[:]); err != nil {
			return err
		}
		if err := settledDuties(tx, `SELECT COUNT(*) FROM duty WHERE cut = $1 AND discharged = 0`, d.Cut[:]); err != nil {
			return err
		}
		proof, err := tx.record(d.Records, d.Proven)
		if err != nil {
			return err
		}
		return enqueue(tx, proof.Outgoing)
	})
}

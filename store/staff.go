package store

import (
	"context"

	"comity/fault"
	"comity/ledger"
	"comity/party"
	"comity/seal"
	"comity/staff"
	"comity/wire"
)

type officers struct{ db *DB }

// Staff gives the port that keeps officers.
func (db *DB) Staff() staff.Store { return officers{db} }

// Officers lists everybody who is or was an officer.
func (s officers) Officers(ctx context.Context) ([]staff.Officer, error) {
	return all(s.db.reader(ctx), bodyOf[staff.Officer], `SELECT body FROM officer ORDER BY handle`)
}

// Officer gives one of them.
func (s officers) Officer(ctx context.Context, handle party.Handle) (staff.Officer, error) {
	return officer(s.db.reader(ctx), handle)
}

func officer(q querier, handle party.Handle) (staff.Officer, error) {
	return one(q, bodyOf[staff.Officer], `SELECT body FROM officer WHERE handle = $1`, string(handle))
}

// Holder gives the officer with a key.
func (s officers) Holder(ctx context.Context, key seal.VerifyKey) (staff.Officer, error) {
	return one(s.db.reader(ctx), bodyOf[staff.Officer], `SELECT body FROM officer WHERE key = $1`, key[:])
}

// Enlist keeps a new officer.
func (s officers) Enlist(ctx context.Context, o staff.Officer, first bool, records ...ledger.Entry) error {
	body, err := encode(o)
	if err != nil {
		return err
	}
	return s.db.write(ctx, func(tx *Tx) error {
		if first {
			n, err := one(tx, number, `SELECT COUNT(*) FROM officer`)
			if err != nil {
				return err
			}
			if n > 0 {
				return stale("the node has an officer already")
			}
		}
		err := tx.must(stale("the handle %s or its key is taken", o.Handle),
			`INSERT INTO officer (handle, key, admin, removed, body) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
			string(o.Handle), o.Key[:], flag(o.Actor().Has(party.Admin)), seconds(o.Removed), body)
		if err != nil {
			return err
		}
		return tx.recorded(records)
	})
}

// Dismiss ends an office.
func (s officers) Dismiss(ctx context.Context, handle party.Handle, at wire.Time, records ...ledger.Entry) error {
	return s.db.write(ctx, func(tx *Tx) error {
		o, err := officer(tx, handle)
		if err != nil {
			return err
		}
		if !o.Current() {
			return absent()
		}
		o.Removed = at
		body, err := encode(o)
		if err != nil {
			return err
		}
		if err := tx.must(absent(), `UPDATE officer SET removed = $1, body = $2 WHERE handle = $3`,
			seconds(at), body, string(handle)); err != nil {
			return err
		}
		admins, err := one(tx, number, `SELECT COUNT(*) FROM officer WHERE admin = 1 AND removed = 0`)
		if err != nil {
			return err
		}
		if admins == 0 {
			return fault.New(fault.Denied, "%s is the last admin", handle).Fix("add another admin first")
		}
		return tx.recorded(records)
	})
}

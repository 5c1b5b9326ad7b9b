package store

import (
	"context"

	"comity/ledger"
	"comity/party"
	"comity/seal"
	"comity/staff"
)

type officers struct{ db *DB }

// Staff gives the port that keeps officers.
func (db *DB) Staff() staff.Store { return officers{db} }

const officerQuery = `SELECT handle, key, statement FROM officer`

func scanOfficer(rows row) (e staff.Entry, err error) {
	return e, rows.Scan(&e.Handle, fixed(e.Key[:]), &e.Statement)
}

func everyOfficer(q querier) ([]staff.Entry, error) {
	return all(q, scanOfficer, officerQuery+` ORDER BY handle`)
}

// Officers lists everybody who is or was an officer.
func (s officers) Officers(ctx context.Context) ([]staff.Entry, error) {
	return everyOfficer(s.db.reader(ctx))
}

// Officer gives one of them.
func (s officers) Officer(ctx context.Context, handle party.Handle) (staff.Entry, error) {
	return one(s.db.reader(ctx), scanOfficer, officerQuery+` WHERE handle = $1`, string(handle))
}

// Holder gives the officer with a key.
func (s officers) Holder(ctx context.Context, key seal.VerifyKey) (staff.Entry, error) {
	return one(s.db.reader(ctx), scanOfficer, officerQuery+` WHERE key = $1`, key[:])
}

// Enlist keeps a new officer.
func (s officers) Enlist(ctx context.Context, e staff.Entry, rule staff.Rule, records ...ledger.Entry) error {
	return s.db.write(ctx, func(tx *Tx) error {
		err := tx.must(stale("the handle %s or its key is taken", e.Handle),
			`INSERT INTO officer (handle, key, statement) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
			string(e.Handle), e.Key[:], e.Statement)
		if err != nil {
			return err
		}
		return ruled(tx, rule, records)
	})
}

// Change gives an officer a new statement.
func (s officers) Change(ctx context.Context, e staff.Entry, was []byte, rule staff.Rule, records ...ledger.Entry) error {
	return s.db.write(ctx, func(tx *Tx) error {
		err := tx.must(stale("somebody else has changed the entry of %s meanwhile", e.Handle),
			`UPDATE officer SET statement = $1 WHERE handle = $2 AND key = $3 AND statement = $4`,
			e.Statement, string(e.Handle), e.Key[:], was)
		if err != nil {
			return err
		}
		return ruled(tx, rule, records)
	})
}

// ruled lets the staff's own rule judge what a change leaves behind.
func ruled(tx *Tx, rule staff.Rule, records []ledger.Entry) error {
	after, err := everyOfficer(tx)
	if err != nil {
		return err
	}
	if err := rule(after); err != nil {
		return err
	}
	return tx.recorded(records)
}

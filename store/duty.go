package store

import (
	"context"
	"fmt"
	"math"

	"comity/exchange"
	"comity/ledger"
	"comity/party"
	"comity/ref"
	"comity/vault"
	"comity/wire"
)

// Duties is the port for what this node's units must report.
type Duties struct{ db *DB }

// Duties gives the port for duties.
func (db *DB) Duties() Duties { return Duties{db} }

const dutyQuery = `SELECT discharged, how, proof, body FROM duty`

func scanDuty(rows row) (d exchange.Duty, err error) {
	var after exchange.Duty
	var body []byte
	if err := rows.Scan(instant{&after.Discharged}, &after.How, &after.Proof, &body); err != nil {
		return d, err
	}
	_, err = rows.open(body, &d)
	d.Discharged, d.How, d.Proof = after.Discharged, after.How, after.Proof
	return d, err
}

// Duties lists a part of a unit's duties, the most pressing first, and of those the
// oldest: all of them, or only the open ones.
func (s Duties) Duties(ctx context.Context, holder party.Name, open bool, from, limit int) ([]exchange.Duty, error) {
	return all(s.db.reader(ctx), scanDuty, dutyQuery+` WHERE holder = $1`+dutyState(open)+` ORDER BY due, seq LIMIT $2 OFFSET $3`, string(holder), limit, from)
}

// Count counts a unit's duties, or its open ones, and those of the open ones that were
// due before an instant; "": of all units.
func (s Duties) Count(ctx context.Context, holder party.Name, open bool, at wire.Time) (count, overdue int, err error) {
	of, args := ``, []any{}
	if holder != "" {
		of, args = ` AND holder = $1`, []any{string(holder)}
	}
	n, err := one(s.db.reader(ctx), number, `SELECT COUNT(*) FROM duty WHERE 1 = 1`+dutyState(open)+of, args...)
	if err != nil {
		return 0, 0, err
	}
	late, err := one(s.db.reader(ctx), number, fmt.Sprintf(`SELECT COUNT(*) FROM duty WHERE discharged = 0 AND due < $%d`, len(args)+1)+of, append(args, seconds(at))...)
	return int(n), int(late), err
}

func dutyState(open bool) string {
	if open {
		return ` AND discharged = 0`
	}
	return ``
}

// never is when a duty without a deadline is due.
const never = math.MaxInt64

// firstDue is when a duty is first due, as it is kept.
func firstDue(d exchange.Duty) int64 {
	if first := d.First(); !first.IsZero() {
		return seconds(first)
	}
	return never
}

// Duty gives one duty; the id may be given by its last digits.
func (s Duties) Duty(ctx context.Context, id string) (exchange.Duty, error) {
	return byTail(s.db.reader(ctx), id, scanDuty, dutyQuery+` WHERE rev >= $1 AND rev < $2 LIMIT 2`)
}

// Discharge closes a duty that was met without a release, with its records,
// and keeps the proof of it that proven makes; fault.Stale if it is not open.
func (s Duties) Discharge(ctx context.Context, id ref.DutyID, at wire.Time, how string, records []ledger.Entry, proven exchange.Proven) error {
	return s.db.write(ctx, func(tx *Tx) error {
		proof, err := tx.record(records, proven)
		if err != nil {
			return err
		}
		if err := enqueue(tx, proof.Outgoing); err != nil {
			return err
		}
		return discharge(tx, id, at, how, ref.ReleaseID{}, proof.Filed)
	})
}

// fallDue keeps new duties, with their bodies (see dutyBodies).
func fallDue(tx *Tx, list []exchange.Duty, bodies [][]byte) error {
	for i, d := range list {
		var none ref.ReleaseID
		if err := tx.must(stale("the duty is known already"), `INSERT INTO duty (id, rev, cut, discharged, how, release, body, holder, due)
			VALUES ($1, $2, $3, 0, '', $4, $5, $6, $7) ON CONFLICT DO NOTHING`, d.ID[:], reversed(d.ID), d.Cut[:], none[:], bodies[i],
			string(d.Duty.Holder), firstDue(d)); err != nil {
			return err
		}
	}
	return nil
}

// dutyBodies encloses new duties. What their drafts say they say of the content under
// the id about; nil: of none.
func dutyBodies(keys *vault.Vault, about []byte, list []exchange.Duty) ([][]byte, error) {
	bodies := make([][]byte, len(list))
	for i, d := range list {
		d.Discharged, d.How, d.Proof = wire.Time{}, "", nil
		var err error
		if bodies[i], err = encloseDuty(keys, about, d); err != nil {
			return nil, err
		}
	}
	return bodies, nil
}

func encloseDuty(keys *vault.Vault, about []byte, d exchange.Duty) ([]byte, error) {
	if about == nil {
		return noted(keys, d)
	}
	shell := d
	shell.Draft = d.Draft.Shell()
	return enclosed(keys, ref.ItemID(about), d, shell)
}

// discharge closes an open duty.
func discharge(tx *Tx, id ref.DutyID, at wire.Time, how string, by ref.ReleaseID, proof []byte) error {
	return tx.must(stale("the duty is not open"),
		`UPDATE duty SET discharged = $1, how = $2, release = $3, proof = $4 WHERE id = $5 AND discharged = 0`,
		seconds(at), how, by[:], optional(proof), id[:])
}

package store

import (
	"context"

	"comity/door"
	"comity/ledger"
	"comity/party"
)

func scanReadmission(rows row) (r door.Readmission, err error) {
	var handle party.Handle
	var body []byte
	if err := rows.Scan(&handle, &body); err != nil {
		return r, err
	}
	var a admission
	if err := opened(rows, body, &a); err != nil {
		return r, err
	}
	if a.Readmission == nil || a.Readmission.Handle != handle {
		return r, misplaced()
	}
	return *a.Readmission, nil
}

const readmissionQuery = `SELECT handle, body FROM readmission`

// Propose keeps a readmission.
func (s doors) Propose(ctx context.Context, r door.Readmission, records ...ledger.Entry) error {
	body, err := noted(s.db.keys, admission{Readmission: &r})
	if err != nil {
		return err
	}
	return s.db.write(ctx, func(tx *Tx) error {
		_, err := tx.exec(`INSERT INTO readmission (handle, body) VALUES ($1, $2)
			ON CONFLICT (handle) DO UPDATE SET body = excluded.body`, string(r.Handle), body)
		if err != nil {
			return err
		}
		return tx.recorded(records)
	})
}

// Readmissions lists those that are kept.
func (s doors) Readmissions(ctx context.Context) ([]door.Readmission, error) {
	return all(s.db.reader(ctx), scanReadmission, readmissionQuery+` ORDER BY handle`)
}

// Readmit forgets a readmission and all ways in of its officer, and keeps the
// invitation.
func (s doors) Readmit(ctx context.Context, r door.Readmission, i door.Invited, records ...ledger.Entry) error {
	body, err := noted(s.db.keys, admission{Invited: &i})
	if err != nil {
		return err
	}
	return s.db.write(ctx, func(tx *Tx) error {
		if err := useReadmission(tx, r); err != nil {
			return err
		}
		if err := shut(tx, r.Handle); err != nil {
			return err
		}
		if err := invite(tx, i, body); err != nil {
			return err
		}
		return tx.recorded(records)
	})
}

// Refuse forgets a readmission.
func (s doors) Refuse(ctx context.Context, r door.Readmission, records ...ledger.Entry) error {
	return s.db.write(ctx, func(tx *Tx) error {
		if err := useReadmission(tx, r); err != nil {
			return err
		}
		return tx.recorded(records)
	})
}

// useReadmission forgets a readmission, if it is the one that is kept.
func useReadmission(tx *Tx, r door.Readmission) error {
	list, err := all(tx, scanReadmission, readmissionQuery+` WHERE handle = $1`, string(r.Handle))
	if err == nil && (len(list) != 1 || list[0].ID != r.ID) {
		err = stale("the readmission was confirmed or refused meanwhile")
	}
	if err != nil {
		return err
	}
	_, err = tx.exec(`DELETE FROM readmission WHERE handle = $1`, string(r.Handle))
	return err
}

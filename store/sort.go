package store

import (
	"context"
)

// sortedAtOnce is how many rows are looked into in one act.
const sortedAtOnce = 500

// sort fills in the columns that rows which an earlier program kept lack: only what is
// encrypted in them says it, so that a migration cannot. Nothing is left of it once it
// is done, and what is interrupted goes on at the next start.
func (db *DB) sort(ctx context.Context) error {
	for {
		left, err := one(db.reader(ctx), number, `SELECT COUNT(*) FROM unsorted WHERE kind <> 'search'`)
		if err != nil {
			return err
		}
		if left == 0 {
			return db.sortSearch(ctx)
		}
		err = db.write(ctx, func(tx *Tx) error {
			if err := sortReceived(tx); err != nil {
				return err
			}
			return sortDuties(tx)
		})
		if err != nil {
			return err
		}
	}
}

// sortSearch makes the search anew, if an earlier program made it otherwise.
func (db *DB) sortSearch(ctx context.Context) error {
	left, err := one(db.reader(ctx), number, `SELECT COUNT(*) FROM unsorted WHERE kind = 'search'`)
	if err != nil || left == 0 {
		return err
	}
	if err := db.Reindex(ctx); err != nil {
		return err
	}
	return db.write(ctx, func(tx *Tx) error {
		_, err := tx.exec(`DELETE FROM unsorted WHERE kind = 'search'`)
		return err
	})
}

// sortReceived keeps who may read something of received cuts.
func sortReceived(tx *Tx) error {
	list, err := all(tx, scanReceived, receivedQuery+` WHERE seq IN `+unsorted, "received", sortedAtOnce)
	if err != nil {
		return err
	}
	for _, c := range list {
		if err := readable(tx, c.Cut); err != nil {
			return err
		}
	}
	return sorted(tx, "received")
}

// sortDuties keeps whom duties bind and when they are first due.
func sortDuties(tx *Tx) error {
	list, err := all(tx, scanDuty, dutyQuery+` WHERE seq IN `+unsorted, "duty", sortedAtOnce)
	if err != nil {
		return err
	}
	for _, d := range list {
		if _, err := tx.exec(`UPDATE duty SET holder = $1, due = $2 WHERE id = $3`, string(d.Duty.Holder), firstDue(d), d.ID[:]); err != nil {
			return err
		}
	}
	return sorted(tx, "duty")
}

const unsorted = `(SELECT seq FROM unsorted WHERE kind = $1 ORDER BY seq LIMIT $2)`

// sorted forgets what was looked into.
func sorted(tx *Tx, kind string) error {
	_, err := tx.exec(`DELETE FROM unsorted WHERE kind = $1 AND seq IN `+unsorted, kind, sortedAtOnce)
	return err
}

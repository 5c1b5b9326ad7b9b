package store

import (
	"context"
	"slices"

	"comity/offer"
)

type lists struct{ db *DB }

// Lists gives the port that keeps lists of names.
func (db *DB) Lists() offer.Store { return lists{db} }

// listPart is how many bytes of a list one row has.
const listPart = 1 << 20

// Keep keeps a list, in the place of one of its name.
func (s lists) Keep(ctx context.Context, l offer.Kept, body []byte) error {
	var parts [][]byte
	for piece := range slices.Chunk(body, listPart) {
		enclosed, err := s.db.keys.EncloseNote(piece)
		if err != nil {
			return err
		}
		parts = append(parts, enclosed)
	}
	return s.db.write(ctx, func(tx *Tx) error {
		if err := dropList(tx, l.Name); err != nil {
			return err
		}
		if _, err := tx.exec(`INSERT INTO list (name, at, officer, entries, size) VALUES ($1, $2, $3, $4, $5)`,
			l.Name, seconds(l.At), string(l.By), l.Entries, len(body)); err != nil {
			return err
		}
		for n, p := range parts {
			if _, err := tx.exec(`INSERT INTO list_part (name, part, body) VALUES ($1, $2, $3)`, l.Name, n, p); err != nil {
				return err
			}
		}
		return nil
	})
}

func dropList(tx *Tx, name string) error {
	if _, err := tx.exec(`DELETE FROM list_part WHERE name = $1`, name); err != nil {
		return err
	}
	_, err := tx.exec(`DELETE FROM list WHERE name = $1`, name)
	return err
}

// Drop forgets a list.
func (s lists) Drop(ctx context.Context, name string) error {
	return s.db.write(ctx, func(tx *Tx) error {
		if _, err := one(tx, number, `SELECT entries FROM list WHERE name = $1`, name); err != nil {
			return err
		}
		tx.purge = true
		return dropList(tx, name)
	})
}

// Kept tells which lists there are, by name.
func (s lists) Kept(ctx context.Context) ([]offer.Kept, error) {
	return all(s.db.reader(ctx), func(rows row) (l offer.Kept, err error) {
		return l, rows.Scan(&l.Name, instant{&l.At}, &l.By, &l.Entries, &l.Size)
	}, `SELECT name, at, officer, entries, size FROM list ORDER BY name`)
}

// Body gives what was kept of a list.
func (s lists) Body(ctx context.Context, name string) ([]byte, error) {
	parts, err := all(s.db.reader(ctx), func(rows row) ([]byte, error) {
		var b []byte
		if err := rows.Scan(&b); err != nil {
			return nil, err
		}
		open, _, err := rows.keys.Open(b)
		return open, err
	}, `SELECT body FROM list_part WHERE name = $1 ORDER BY part`, name)
	if err == nil && len(parts) == 0 {
		err = absent()
	}
	return slices.Concat(parts...), err
}

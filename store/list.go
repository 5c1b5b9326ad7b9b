package store

import (
	"context"
	"slices"

	"comity/offer"
	"comity/party"
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
		if err := dropList(tx, l.Unit, l.Name); err != nil {
			return err
		}
		if _, err := tx.exec(`INSERT INTO list (unit, name, at, officer, entries, size) VALUES ($1, $2, $3, $4, $5, $6)`,
			string(l.Unit), l.Name, seconds(l.At), string(l.By), l.Entries, len(body)); err != nil {
			return err
		}
		for n, p := range parts {
			if _, err := tx.exec(`INSERT INTO list_part (unit, name, part, body) VALUES ($1, $2, $3, $4)`, string(l.Unit), l.Name, n, p); err != nil {
				return err
			}
		}
		return nil
	})
}

func dropList(tx *Tx, unit party.Name, name string) error {
	if _, err := tx.exec(`DELETE FROM list_part WHERE unit = $1 AND name = $2`, string(unit), name); err != nil {
		return err
	}
	_, err := tx.exec(`DELETE FROM list WHERE unit = $1 AND name = $2`, string(unit), name)
	return err
}

// Drop forgets a list.
func (s lists) Drop(ctx context.Context, unit party.Name, name string) error {
	return s.db.write(ctx, func(tx *Tx) error {
		if _, err := one(tx, number, `SELECT entries FROM list WHERE unit = $1 AND name = $2`, string(unit), name); err != nil {
			return err
		}
		tx.purge = true
		return dropList(tx, unit, name)
	})
}

// Kept tells which lists a unit has, by name.
func (s lists) Kept(ctx context.Context, unit party.Name) ([]offer.Kept, error) {
	return all(s.db.reader(ctx), func(rows row) (l offer.Kept, err error) {
		return l, rows.Scan(&l.Unit, &l.Name, instant{&l.At}, &l.By, &l.Entries, &l.Size)
	}, `SELECT unit, name, at, officer, entries, size FROM list WHERE unit = $1 ORDER BY name`, string(unit))
}

// Body gives what was kept of a list.
func (s lists) Body(ctx context.Context, unit party.Name, name string) ([]byte, error) {
	parts, err := all(s.db.reader(ctx), func(rows row) ([]byte, error) {
		var b []byte
		if err := rows.Scan(&b); err != nil {
			return nil, err
		}
		open, _, err := rows.keys.Open(b)
		return open, err
	}, `SELECT body FROM list_part WHERE unit = $1 AND name = $2 ORDER BY part`, string(unit), name)
	if err == nil && len(parts) == 0 {
		err = absent()
	}
	return slices.Concat(parts...), err
}

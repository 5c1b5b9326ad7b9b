package store

import (
	"context"
	"slices"

	"comity/law"
	"comity/ledger"
	"comity/rulebook"
)

type shelf struct{ db *DB }

// Rulebook gives the port that keeps packs.
func (db *DB) Rulebook() rulebook.Store { return shelf{db} }

// Standings lists every version of every pack.
func (s shelf) Standings(ctx context.Context) ([]rulebook.Standing, error) {
	list, err := s.db.standings.get(func() ([]rulebook.Standing, error) {
		return all(s.db.reader(ctx), scanStanding, `SELECT id, version, hash, counts, reason, officer, since FROM pack ORDER BY id, version`)
	})
	return slices.Clone(list), err
}

func scanStanding(rows row) (st rulebook.Standing, err error) {
	var counts int64
	err = rows.Scan(&st.Ref.ID, &st.Ref.Version, fixed(st.Ref.Hash[:]), &counts, &st.Reason, &st.By, instant{&st.Since})
	st.Counts = counts != 0
	return st, err
}

// Pack gives the content of a version.
func (s shelf) Pack(ctx context.Context, id string, version int) (law.Pack, []byte, error) {
	var source []byte
	pack, err := one(s.db.reader(ctx), func(rows row) (p law.Pack, err error) {
		var body []byte
		if err := rows.Scan(&body, &source); err != nil {
			return p, err
		}
		return p, decode(body, &p)
	}, `SELECT body, source FROM pack WHERE id = $1 AND version = $2`, id, version)
	return pack, source, err
}

// Shelve keeps a new version.
func (s shelf) Shelve(ctx context.Context, st rulebook.Standing, pack law.Pack, source []byte, records ...ledger.Entry) error {
	body, err := encode(pack)
	if err != nil {
		return err
	}
	defer s.db.standings.changed()
	return s.db.write(ctx, func(tx *Tx) error {
		top, err := highest(tx, st.Ref.ID)
		if err != nil {
			return err
		}
		if int64(st.Ref.Version) <= top {
			return stale("pack %s is held in version %d already", st.Ref.ID, top)
		}
		if _, err := tx.exec(`INSERT INTO pack (id, version, hash, counts, reason, officer, since, body, source)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, st.Ref.ID, st.Ref.Version, st.Ref.Hash[:], flag(st.Counts),
			st.Reason, string(st.By), seconds(st.Since), body, optional(source)); err != nil {
			return err
		}
		return tx.recorded(records)
	})
}

// Assess gives some versions of a pack a new standing.
func (s shelf) Assess(ctx context.Context, st rulebook.Standing, versions []int, records ...ledger.Entry) error {
	defer s.db.standings.changed()
	return s.db.write(ctx, func(tx *Tx) error {
		if _, err := one(tx, number, `SELECT version FROM pack WHERE id = $1 AND version = $2 AND hash = $3`,
			st.Ref.ID, st.Ref.Version, st.Ref.Hash[:]); err != nil {
			return stale("version %d of pack %s is not held", st.Ref.Version, st.Ref.ID)
		}
		for _, v := range versions {
			if _, err := tx.exec(`UPDATE pack SET counts = $1, reason = $2, officer = $3, since = $4 WHERE id = $5 AND version = $6`,
				flag(st.Counts), st.Reason, string(st.By), seconds(st.Since), st.Ref.ID, v); err != nil {
				return err
			}
		}
		if _, err := tx.exec(`INSERT INTO assessment (id, version, counts, reason, officer, at) VALUES ($1, $2, $3, $4, $5, $6)`,
			st.Ref.ID, st.Ref.Version, flag(st.Counts), st.Reason, string(st.By), seconds(st.Since)); err != nil {
			return err
		}
		return tx.recorded(records)
	})
}

// highest gives the highest version of a pack; 0 if none is held.
func highest(q querier, id string) (int64, error) {
	return one(q, number, `SELECT COALESCE(MAX(version), 0) FROM pack WHERE id = $1`, id)
}

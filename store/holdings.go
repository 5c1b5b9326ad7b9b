package store

import (
	"context"

	"comity/fault"
	"comity/holdings"
	"comity/intel"
	"comity/ledger"
	"comity/party"
	"comity/ref"
)

type desk struct{ db *DB }

// Holdings gives the port that keeps items.
func (db *DB) Holdings() holdings.Store { return desk{db} }

// Keep keeps the next version of an item.
func (s desk) Keep(ctx context.Context, h holdings.Held, records ...ledger.Entry) error {
	body, err := enclosed(s.db.keys, h.Item.ID, h.Item, h.Item.Shell())
	if err != nil {
		return err
	}
	found := ofItem(s.db.keys, h.Item)
	return s.db.write(ctx, func(tx *Tx) error {
		if err := alive(tx, h.Item.ID); err != nil {
			return err
		}
		if err := advance(tx, h); err != nil {
			return err
		}
		if _, err := tx.exec(`INSERT INTO item_version (item, version, hash, body) VALUES ($1, $2, $3, $4)`,
			h.Item.ID[:], h.Item.Version, h.Hash[:], body); err != nil {
			return err
		}
		if err := own(tx, h); err != nil {
			return err
		}
		if err := nameFiles(tx, h.Item); err != nil {
			return err
		}
		if err := keepSource(tx, h); err != nil {
			return err
		}
		if err := unindex(tx, h.Item.ID); err != nil {
			return err
		}
		if err := index(tx, found); err != nil {
			return err
		}
		if err := indexSource(tx, h); err != nil {
			return err
		}
		return tx.recorded(records)
	})
}

// advance makes a version the latest one of its item.
func advance(tx *Tx, h holdings.Held) error {
	if h.Item.Version == 1 {
		return tx.must(stale("the item exists already"),
			`INSERT INTO item (id, rev, unit, version, hash) VALUES ($1, $2, $3, 1, $4) ON CONFLICT DO NOTHING`,
			h.Item.ID[:], reversed(h.Item.ID), string(h.Item.Originator), h.Hash[:])
	}
	return tx.must(stale("somebody else has changed the item meanwhile"),
		`UPDATE item SET version = $1, hash = $2 WHERE id = $3 AND unit = $4 AND version = $5 AND hash = $6`,
		h.Item.Version, h.Hash[:], h.Item.ID[:], string(h.Item.Originator), h.Item.Version-1, h.Item.Prev[:])
}

// own keeps who brought in each portion that is new, and refuses a portion
// of another item.
func own(tx *Tx, h holdings.Held) error {
	have, err := authors(tx, h.Item.ID)
	if err != nil {
		return err
	}
	for _, p := range h.Item.Portions {
		if _, old := have[p.ID]; old {
			continue
		}
		if err := tx.must(fault.New(fault.Invalid, "a portion has the id of another item's"),
			`INSERT INTO portion (id, item, author) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
			p.ID[:], h.Item.ID[:], string(h.Authors[p.ID])); err != nil {
			return err
		}
	}
	return nil
}

func authors(q querier, id ref.ItemID) (map[ref.PortionID]party.Handle, error) {
	m := map[ref.PortionID]party.Handle{}
	_, err := all(q, func(rows row) (none struct{}, err error) {
		var p ref.PortionID
		var h party.Handle
		err = rows.Scan(fixed(p[:]), &h)
		m[p] = h
		return none, err
	}, `SELECT id, author FROM portion WHERE item = $1`, id[:])
	return m, err
}

// Version gives one version of an item.
func (s desk) Version(ctx context.Context, id ref.ItemID, n int) (holdings.Held, error) {
	q := s.db.reader(ctx)
	var latest int
	h, err := one(q, func(rows row) (h holdings.Held, err error) {
		var body []byte
		if err := rows.Scan(&latest, fixed(h.Hash[:]), &body); err != nil {
			return h, err
		}
		h.Destroyed, err = rows.open(body, &h.Item)
		return h, err
	}, `SELECT i.version, v.hash, v.body FROM item i JOIN item_version v ON v.item = i.id
		WHERE i.id = $1 AND v.version = CASE WHEN $2 = 0 THEN i.version ELSE $2 END`, id[:], n)
	if err != nil {
		return holdings.Held{}, err
	}
	if h.Item.Version != latest {
		if h.Later, err = later(q, id, h.Item.Version); err != nil {
			return holdings.Held{}, err
		}
	}
	h.Authors, err = authors(q, id)
	return h, err
}

// later gives each portion of the versions after one in its last form.
func later(q querier, id ref.ItemID, version int) ([]intel.Portion, error) {
	versions, err := all(q, contentOf[intel.Item], `SELECT body FROM item_version WHERE item = $1 AND version > $2 ORDER BY version DESC`, id[:], version)
	if err != nil {
		return nil, err
	}
	var last []intel.Portion
	seen := map[ref.PortionID]bool{}
	for _, v := range versions {
		for _, p := range v.Portions {
			if !seen[p.ID] {
				last = append(last, p)
			}
			seen[p.ID] = true
		}
	}
	return last, nil
}

// Matching lists items whose id ends in tail.
func (s desk) Matching(ctx context.Context, unit party.Name, text string, limit int) ([]ref.ItemID, error) {
	from, to, err := tail(text, fewDigits)
	if err != nil {
		return nil, err
	}
	return all(s.db.reader(ctx), func(rows row) (id ref.ItemID, err error) {
		return id, rows.Scan(fixed(id[:]))
	}, `SELECT id FROM item WHERE rev >= $1 AND rev < $2 AND ($3 = '' OR unit = $3) ORDER BY id LIMIT $4`, from, to, string(unit), limit)
}

// List gives the latest versions of a unit's items.
func (s desk) List(ctx context.Context, unit party.Name, after holdings.Cursor, limit int) ([]holdings.Held, error) {
	if after.IsZero() {
		for i := range after {
			after[i] = 0xff // no id is later
		}
	}
	q := s.db.reader(ctx)
	list, err := all(q, func(rows row) (h holdings.Held, err error) {
		var body []byte
		if err := rows.Scan(fixed(h.Hash[:]), &body); err != nil {
			return h, err
		}
		h.Destroyed, err = rows.open(body, &h.Item)
		return h, err
	}, `SELECT v.hash, v.body FROM item i JOIN item_version v ON v.item = i.id AND v.version = i.version
		WHERE i.unit = $1 AND i.id < $2 ORDER BY i.id DESC LIMIT $3`, string(unit), after[:], limit)
	for i := range list {
		if err == nil {
			list[i].Authors, err = authors(q, list[i].Item.ID)
		}
	}
	return list, err
}

// Record puts records into the ledger.
func (s desk) Record(ctx context.Context, records ...ledger.Entry) error {
	return s.db.write(ctx, func(tx *Tx) error { return tx.recorded(records) })
}

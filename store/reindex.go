package store

import (
	"context"

	"comity/exchange"
	"comity/holdings"
	"comity/intel"
	"comity/ref"
)

// atOnce is how many items or cuts are entered in one act.
const atOnce = 200

// Reindex makes the search anew: a copy of the database has none. What there is already
// it replaces, so that one that was interrupted can be begun again.
func (db *DB) Reindex(ctx context.Context) error {
	if err := db.reindexItems(ctx); err != nil {
		return err
	}
	if err := db.resketch(ctx); err != nil {
		return err
	}
	return db.reindexCuts(ctx)
}

// resketch makes anew what documents are known by, and has whence they came found.
func (db *DB) resketch(ctx context.Context) error {
	type one struct {
		item   intel.Item // version 1
		source holdings.Source
		gone   bool // destroyed since the copy was made
	}
	for after := (ref.ItemID{}); ; {
		list, err := all(db.reader(ctx), func(rows row) (o one, err error) {
			var first, body []byte
			if err := rows.Scan(&first, &body); err != nil {
				return o, err
			}
			if o.gone, err = rows.open(first, &o.item); err != nil || o.gone {
				return o, err
			}
			_, err = rows.open(body, &o.source)
			return o, err
		}, `SELECT v.body, s.body FROM source s JOIN item_version v ON v.item = s.item AND v.version = 1 WHERE s.item > $1 ORDER BY s.item LIMIT $2`, after[:], atOnce)
		if err != nil || len(list) == 0 {
			return err
		}
		after = list[len(list)-1].item.ID
		err = db.write(ctx, func(tx *Tx) error {
			for _, o := range list {
				if o.gone {
					if err := forgetSource(tx, o.item.ID); err != nil {
						return err
					}
					continue
				}
				original := tx.vault().Name(nobody, o.source.Content)
				if _, err := tx.exec(`UPDATE source SET original = $1, sketch = $2 WHERE item = $3`, original[:], sketchOf(tx.vault(), texts(o.item)), o.item.ID[:]); err != nil {
					return err
				}
				if err := index(tx, ofSource(tx.vault(), o.item.ID, o.item.Originator, o.source)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
}

func (db *DB) reindexItems(ctx context.Context) error {
	for after := (ref.ItemID{}); ; {
		items, err := all(db.reader(ctx), contentOf[intel.Item], `SELECT v.body FROM item i JOIN item_version v ON v.item = i.id AND v.version = i.version
			WHERE i.id > $1 ORDER BY i.id LIMIT $2`, after[:], atOnce)
		if err != nil || len(items) == 0 {
			return err
		}
		after = items[len(items)-1].ID
		var list []passages
		for _, i := range items {
			list = append(list, ofItem(db.keys, i)) // a shell has no words
		}
		if err := db.indexAll(ctx, list); err != nil {
			return err
		}
	}
}

func (db *DB) reindexCuts(ctx context.Context) error {
	type placed struct {
		exchange.ReceivedCut
		seq int64
	}
	for after := int64(0); ; {
		cuts, err := all(db.reader(ctx), func(rows row) (p placed, err error) {
			var body []byte
			if err := rows.Scan(&p.seq, &body); err != nil {
				return p, err
			}
			_, err = rows.open(body, &p.ReceivedCut)
			return p, err
		}, `SELECT seq, body FROM received WHERE seq > $1 AND first_read > 0 ORDER BY seq LIMIT $2`, after, atOnce)
		if err != nil || len(cuts) == 0 {
			return err
		}
		after = cuts[len(cuts)-1].seq
		var list []passages
		for _, c := range cuts {
			opened, err := openedBy(db.reader(ctx), c.Cut.ID)
			if err != nil {
				return err
			}
			list = append(list, ofCut(db.keys, c.Cut, opened))
		}
		if err := db.indexAll(ctx, list); err != nil {
			return err
		}
	}
}

func (db *DB) indexAll(ctx context.Context, list []passages) error {
	return db.write(ctx, func(tx *Tx) error {
		for _, p := range list {
			if err := unindex(tx, p.id()); err != nil {
				return err
			}
			if err := index(tx, p); err != nil {
				return err
			}
		}
		return nil
	})
}

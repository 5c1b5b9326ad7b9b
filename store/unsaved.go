package store

import (
	"context"

	"comity/fault"
	"comity/holdings"
	"comity/party"
	"comity/ref"
)

// KeepUnsaved keeps what an officer has written, in the place of what was kept of
// the same item before.
func (s desk) KeepUnsaved(ctx context.Context, u holdings.Unsaved) error {
	body, err := enclosed(s.db.keys, u.Item, u, holdings.Unsaved{})
	if err != nil {
		return err
	}
	return s.db.write(ctx, func(tx *Tx) error {
		if err := alive(tx, u.Item); err != nil {
			return err
		}
		_, err := tx.exec(`INSERT INTO unsaved (officer, item, at, body) VALUES ($1, $2, $3, $4)
			ON CONFLICT (officer, item) DO UPDATE SET at = excluded.at, body = excluded.body`,
			string(u.By), u.Item[:], seconds(u.At), body)
		return err
	})
}

// DropUnsaved forgets what an officer has written of an item, if there is any.
func (s desk) DropUnsaved(ctx context.Context, by party.Handle, item ref.ItemID) error {
	return s.db.write(ctx, func(tx *Tx) error {
		n, err := tx.exec(`DELETE FROM unsaved WHERE officer = $1 AND item = $2`, string(by), item[:])
		tx.purge = n > 0
		return err
	})
}

// Unsaved gives what an officer has written of an item.
func (s desk) Unsaved(ctx context.Context, by party.Handle, item ref.ItemID) (holdings.Unsaved, error) {
	list, err := all(s.db.reader(ctx), scanUnsaved, `SELECT officer, item, body FROM unsaved WHERE officer = $1 AND item = $2`, string(by), item[:])
	if err == nil && (len(list) == 0 || list[0].Item.IsZero()) {
		err = absent()
	}
	if err != nil {
		return holdings.Unsaved{}, err
	}
	return list[0], nil
}

// AllUnsaved lists what an officer has written, the newest first.
func (s desk) AllUnsaved(ctx context.Context, by party.Handle) ([]holdings.Unsaved, error) {
	list, err := all(s.db.reader(ctx), scanUnsaved, `SELECT officer, item, body FROM unsaved WHERE officer = $1 ORDER BY at DESC, item`, string(by))
	kept := list[:0]
	for _, u := range list {
		if !u.Item.IsZero() {
			kept = append(kept, u)
		}
	}
	return kept, err
}

// scanUnsaved gives nothing of what was destroyed with its item.
func scanUnsaved(rows row) (u holdings.Unsaved, err error) {
	var officer party.Handle
	var item ref.ItemID
	var body []byte
	if err := rows.Scan(&officer, fixed(item[:]), &body); err != nil {
		return u, err
	}
	gone, err := rows.open(body, &u)
	if err != nil || gone {
		return holdings.Unsaved{}, err
	}
	if u.By != officer || u.Item != item {
		return holdings.Unsaved{}, fault.New(fault.Forged, "what an officer has written is not what the node has kept").
			Fix("somebody wrote into the database: restore it from a backup, and ask who can")
	}
	return u, nil
}

package store

import (
	"context"
	"time"

	"comity/exchange"
	"comity/fault"
	"comity/holdings"
	"comity/intel"
	"comity/ref"
	"comity/vault"
)

// looseFor is how long parts of a file are kept that no version of their item
// names.
const looseFor = 24 * time.Hour

// KeepParts keeps parts of a file for an item, unless all of it is there and a
// version names it.
func (s desk) KeepParts(ctx context.Context, item ref.ItemID, content ref.Hash, from int, parts [][]byte) error {
	return s.db.write(ctx, func(tx *Tx) error {
		if err := alive(tx, item); err != nil {
			return err
		}
		if _, err := one(tx, number, `SELECT version FROM item WHERE id = $1`, item[:]); err != nil {
			return err
		}
		if err := dropLoose(tx); err != nil {
			return err
		}
		// Before it shows whether a version names the file, perhaps one that the
		// officer may not see.
		if err := notTooLoose(tx, item); err != nil {
			return err
		}
		name := tx.vault().Name(item, content)
		named, err := one(tx, number, `SELECT EXISTS (SELECT 1 FROM exhibit_part WHERE holder = $1 AND name = $2)
			AND NOT EXISTS (SELECT 1 FROM exhibit_loose WHERE holder = $1 AND name = $2)`, item[:], name[:])
		if err != nil || named != 0 {
			return err
		}
		if from == 1 { // whatever an earlier try has left
			if _, err := tx.exec(`DELETE FROM exhibit_part WHERE holder = $1 AND name = $2`, item[:], name[:]); err != nil {
				return err
			}
		}
		if _, err := tx.exec(`INSERT INTO exhibit_loose (holder, name, at) VALUES ($1, $2, $3) ON CONFLICT (holder, name) DO UPDATE SET at = excluded.at`,
			item[:], name[:], tx.db.now().Unix()); err != nil {
			return err
		}
		for n, b := range parts {
			if err := keepPart(tx, item, content, from+n, `DO UPDATE SET body = excluded.body`, b); err != nil {
				return err
			}
		}
		return nil
	})
}

// notTooLoose refuses more of what is attached to nothing than an item may have.
func notTooLoose(tx *Tx, item ref.ItemID) error {
	n, err := one(tx, number, `SELECT COUNT(*) FROM exhibit_loose l JOIN exhibit_part p ON p.holder = l.holder AND p.name = l.name WHERE l.holder = $1`, item[:])
	if err == nil && n >= intel.MaxAllExhibits/intel.PartSize {
		err = fault.New(fault.TooLarge, "too much is uploaded for the item and not attached").Fix("attach it, or wait until it is forgotten, after a day")
	}
	return err
}

// dropLoose forgets files that no version of their item came to name.
func dropLoose(tx *Tx) error {
	before := tx.db.now().Add(-looseFor).Unix()
	_, err := tx.exec(`DELETE FROM exhibit_part WHERE (holder, name) IN (SELECT holder, name FROM exhibit_loose WHERE at < $1)`, before)
	if err == nil {
		_, err = tx.exec(`DELETE FROM exhibit_loose WHERE at < $1`, before)
	}
	return err
}

// forgetLoose does the same when the database is opened, and writes only if there
// is something to forget.
func (db *DB) forgetLoose(ctx context.Context) error {
	n, err := one(db.reader(ctx), number, `SELECT COUNT(*) FROM exhibit_loose WHERE at < $1`, db.now().Add(-looseFor).Unix())
	if err != nil || n == 0 {
		return err
	}
	return db.write(ctx, dropLoose)
}

// keepPart encloses a part of a file under the key of what holds it, an item or
// a received cut.
func keepPart[T any](tx *Tx, holder ref.ID[T], content ref.Hash, part int, again string, b []byte) error {
	body, err := tx.vault().Enclose(holder, b, nil)
	if err != nil {
		return err
	}
	name := tx.vault().Name(holder, content)
	_, err = tx.exec(`INSERT INTO exhibit_part (holder, name, part, body) VALUES ($1, $2, $3, $4) ON CONFLICT (holder, name, part) `+again,
		holder[:], name[:], part, body)
	return err
}

// Parts gives parts of a file of an item.
func (s desk) Parts(ctx context.Context, item ref.ItemID, content ref.Hash, from, limit int) ([][]byte, error) {
	return parts(s.db.reader(ctx), item, content, from, limit)
}

func parts[T any](q querier, holder ref.ID[T], content ref.Hash, from, limit int) ([][]byte, error) {
	name, next := q.vault().Name(holder, content), from
	list, err := some(q, func(rows row) (b []byte, err error) {
		var part int
		var body []byte
		if err := rows.Scan(&part, &body); err != nil || part != next {
			return nil, err // one is missing
		}
		next++
		b, gone, err := rows.keys.Open(body)
		if gone {
			b = nil
		}
		return b, err
	}, func(b []byte) bool { return b != nil }, `SELECT part, body FROM exhibit_part WHERE holder = $1 AND name = $2 AND part >= $3 ORDER BY part LIMIT $4`,
		holder[:], name[:], from, limit)
	if n := len(list); n > 0 && list[n-1] == nil {
		list = list[:n-1]
	}
	return list, err
}

// nameFiles sees to it that all parts of the files that a version names are kept.
func nameFiles(tx *Tx, i intel.Item) error {
	files, err := i.Files()
	if err != nil {
		return err
	}
	for _, x := range files {
		name := tx.vault().Name(i.ID, x.Content)
		n, err := one(tx, number, `SELECT COUNT(*) FROM exhibit_part WHERE holder = $1 AND name = $2`, i.ID[:], name[:])
		if err != nil {
			return err
		}
		if n != int64(x.Parts()) {
			return fault.New(fault.Invalid, "%d of the %d parts of the exhibit %s are kept", n, x.Parts(), x.Content.Short()).
				Fix("attach the file itself: comity attach")
		}
		loose, err := tx.exec(`DELETE FROM exhibit_loose WHERE holder = $1 AND name = $2`, i.ID[:], name[:])
		if err != nil {
			return err
		}
		if loose == 0 {
			continue // an earlier version named it
		}
		// What is named never changes again, so that it is looked at now and here.
		if err := holdings.Whole(context.Background(), x, func(_ context.Context, from, limit int) ([][]byte, error) {
			return parts(tx, i.ID, x.Content, from, limit)
		}); err != nil {
			return err
		}
	}
	return nil
}

// dropParts takes the parts of files away that are noise from now on.
func dropParts(tx *Tx, holder vault.ID) error {
	for _, table := range []string{"exhibit_part", "exhibit_loose"} {
		if _, err := tx.exec(`DELETE FROM `+table+` WHERE holder = $1`, holder[:]); err != nil {
			return err
		}
	}
	return nil
}

type exhibits struct{ db *DB }

// Exhibits gives the port for the parts of exhibits that cross links.
func (db *DB) Exhibits() exchange.Exhibits { return exhibits{db} }

// SentPart gives a part of a file of the item that a cut was made of.
func (s exhibits) SentPart(ctx context.Context, cut ref.CutID, content ref.Hash, part int) ([]byte, error) {
	q := s.db.reader(ctx)
	item, err := one(q, func(rows row) (id ref.ItemID, err error) { return id, rows.Scan(fixed(id[:])) }, `SELECT item FROM sent WHERE cut = $1`, cut[:])
	if err != nil {
		return nil, err
	}
	list, err := parts(q, item, content, part, 1)
	if err == nil && len(list) == 0 {
		err = absent()
	}
	if err != nil {
		return nil, err
	}
	return list[0], nil
}

// SentParts tells how many parts of a cut's files its recipient has taken in.
func (s exhibits) SentParts(ctx context.Context, cut ref.CutID) (int, error) {
	n, err := one(s.db.reader(ctx), number, `SELECT COUNT(*) FROM outbox WHERE cut = $1 AND lane = 1 AND outcome = 'accepted'`, cut[:])
	return int(n), err
}

// Announced tells which files a received cut names.
func (s exhibits) Announced(ctx context.Context, cut ref.CutID) (exchange.Announced, error) {
	c, err := receivedCut(s.db.reader(ctx), cut)
	if err != nil {
		return exchange.Announced{}, err
	}
	a := exchange.Announced{Partner: c.Partner, Audience: c.Cut.Audience, Destroyed: c.Destroyed, Sizes: map[ref.Hash]int64{}}
	files, err := c.Cut.Files()
	for _, x := range files {
		a.Sizes[x.Content] = x.Size
	}
	return a, err
}

// ReceivedParts gives parts of a file of a received cut.
func (s exhibits) ReceivedParts(ctx context.Context, cut ref.CutID, content ref.Hash, from, limit int) ([][]byte, error) {
	return parts(s.db.reader(ctx), cut, content, from, limit)
}

// CountReceived tells how many parts of a file of a received cut are here.
func (s exhibits) CountReceived(ctx context.Context, cut ref.CutID, content ref.Hash) (int, error) {
	q := s.db.reader(ctx)
	name := q.vault().Name(cut, content)
	n, err := one(q, number, `SELECT COUNT(*) FROM exhibit_part WHERE holder = $1 AND name = $2`, cut[:], name[:])
	return int(n), err
}

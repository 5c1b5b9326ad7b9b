package store

import (
	"cmp"
	"context"
	"slices"

	"comity/fault"
	"comity/ledger"
	"comity/party"
	"comity/ref"
	"comity/wire"
	"comity/witness"
)

// maxPassed is how many heads of one ledger, not yet shown to belong to it,
// are kept from one node that passes them on.
const maxPassed = 16

type heads struct{ db *DB }

// Heads gives the port for the heads of ledgers.
func (db *DB) Heads() witness.Store { return heads{db} }

// scanHead reads size, root, signed note and time of a head of the ledger that
// a node owns.
func scanHead(owner party.Name) func(row) (witness.Held, error) {
	return func(rows row) (h witness.Held, err error) {
		h.Partner, h.Head.Origin = owner, ledger.Origin(string(owner))
		return h, rows.Scan(&h.Head.Size, fixed(h.Head.Root[:]), &h.Head.Signed, instant{&h.At})
	}
}

const headColumns = `SELECT size, root, signed, at FROM `

// View gives what was seen of a partner's ledger.
func (s heads) View(ctx context.Context, partner party.Name) (witness.View, error) {
	q, v := s.db.reader(ctx), witness.View{}
	held, err := one(q, scanHead(partner), headColumns+`head_held WHERE partner = $1`, string(partner))
	if err != nil && !fault.Is(err, fault.Withheld) {
		return v, err
	}
	v.Held, v.At = held.Head, held.At
	open, err := all(q, scanHead(partner), headColumns+`head WHERE partner = $1 AND shown = 0
		ORDER BY CASE WHEN source = $1 THEN 1 ELSE 0 END, size DESC LIMIT $2`, string(partner), witness.MaxAsks)
	if err != nil {
		return v, err
	}
	// What others pass on comes first, and then the largest: the owner could put
	// any number of small heads in front.
	slices.SortFunc(open, func(a, b witness.Held) int { return cmp.Compare(a.Head.Size, b.Head.Size) })
	for _, o := range open {
		v.Open = append(v.Open, witness.Seen{Head: o.Head, At: o.At})
	}
	if v.Twice, err = twice(q, partner); err != nil {
		return v, err
	}
	mine, err := all(q, s.scanOurs, oursQuery+` WHERE partner = $1`, string(partner))
	if err != nil {
		return v, err
	}
	if len(mine) > 0 {
		v.Mine = mine[0].Head
	}
	v.Asked, err = all(q, number, `SELECT size FROM head_asked WHERE partner = $1 ORDER BY size`, string(partner))
	return v, err
}

// Asks keeps what a partner asks to be shown.
func (s heads) Asks(ctx context.Context, partner party.Name, sizes []int64) error {
	return s.db.write(ctx, func(tx *Tx) error {
		if _, err := tx.exec(`DELETE FROM head_asked WHERE partner = $1`, string(partner)); err != nil {
			return err
		}
		for _, n := range sizes {
			if _, err := tx.exec(`INSERT INTO head_asked (partner, size) VALUES ($1, $2) ON CONFLICT DO NOTHING`, string(partner), n); err != nil {
				return err
			}
		}
		return nil
	})
}

func twice(q querier, partner party.Name) (*[2]ledger.Checkpoint, error) {
	sizes, err := all(q, number, `SELECT size FROM head_twice WHERE partner = $1 ORDER BY size LIMIT 1`, string(partner))
	if err != nil || len(sizes) == 0 {
		return nil, err
	}
	two, err := all(q, scanHead(partner), headColumns+`head WHERE partner = $1 AND size = $2 LIMIT 2`, string(partner), sizes[0])
	if err != nil || len(two) != 2 {
		return nil, err
	}
	return &[2]ledger.Checkpoint{two[0].Head, two[1].Head}, nil
}

// See keeps heads of a partner's ledger.
func (s heads) See(ctx context.Context, partner party.Name, seen ...witness.Seen) error {
	return s.db.write(ctx, func(tx *Tx) error {
		for _, h := range seen {
			if err := see(tx, partner, h); err != nil {
				return err
			}
		}
		return nil
	})
}

// see keeps a head, once; and that there are two of one size, if there are:
// that is proof, and is kept whatever its source has passed on before.
func see(tx *Tx, partner party.Name, h witness.Seen) error {
	if h.Source != partner {
		old, err := one(tx, number, `SELECT COUNT(*) FROM head_explained WHERE partner = $1 AND size >= $2`, string(partner), h.Head.Size)
		if err != nil || old > 0 {
			return err // it may be of the history that was explained
		}
	}
	n, err := tx.exec(`INSERT INTO head (partner, size, root, source, at, shown, path, signed)
		SELECT $1, $2, $3, $4, $5, 0, NULL, $6 WHERE $4 = $1 OR
		(SELECT COUNT(*) FROM head WHERE partner = $1 AND shown = 0 AND source = $4) < $7 OR
		EXISTS (SELECT 1 FROM head WHERE partner = $1 AND size = $2) ON CONFLICT DO NOTHING`,
		string(partner), h.Head.Size, h.Head.Root[:], string(h.Source), seconds(h.At), h.Head.Signed, maxPassed)
	if err != nil || n == 0 {
		return err
	}
	_, err = tx.exec(`INSERT INTO head_twice (partner, size) SELECT partner, size FROM head WHERE partner = $1 AND size = $2 AND root <> $3
		ON CONFLICT DO NOTHING`, string(partner), h.Head.Size, h.Head.Root[:])
	return err
}

// seeIn keeps the head under which a receipt stands. The exchange has checked
// the receipt; what is no head is none.
func seeIn(tx *Tx, partner party.Name, note string, at wire.Time) error {
	origin, size, root, err := ledger.Peek([]byte(note))
	if err != nil || origin != ledger.Origin(string(partner)) || tx.seen == (seenHead{partner, size, root}) {
		return nil // it is none, or was kept just now: the receipts of a run stand under one head
	}
	tx.seen = seenHead{partner, size, root}
	return see(tx, partner, witness.Seen{Head: ledger.Checkpoint{Origin: origin, Size: size, Root: root, Signed: []byte(note)}, Source: partner, At: at})
}

// seenHead names a head.
type seenHead struct {
	partner party.Name
	size    int64
	root    ref.Hash
}

// Advance makes a head the one that is held.
func (s heads) Advance(ctx context.Context, partner party.Name, a witness.Advance) error {
	return s.db.write(ctx, func(tx *Tx) error {
		held, err := all(tx, number, `SELECT size FROM head_held WHERE partner = $1`, string(partner))
		if err != nil {
			return err
		}
		if len(held) == 0 && a.From != 0 || len(held) > 0 && held[0] != a.From {
			return stale("another head of %s is held by now", partner)
		}
		if _, err := tx.exec(`INSERT INTO head_held (partner, size, root, at, signed)
			VALUES ($1, $2, $3, $4, $5) ON CONFLICT (partner) DO UPDATE SET size = $2, root = $3, at = $4, signed = $5`,
			string(partner), a.Head.Size, a.Head.Root[:], seconds(a.At), a.Head.Signed); err != nil {
			return err
		}
		shown := append(a.Shown[:len(a.Shown):len(a.Shown)], witness.Covered{Head: a.Head})
		for _, c := range shown {
			path := make([]byte, 0, len(c.Path)*len(ref.Hash{}))
			for _, h := range c.Path {
				path = append(path, h[:]...)
			}
			if _, err := tx.exec(`UPDATE head SET shown = $1, path = $2, at = CASE WHEN size = $1 THEN $3 ELSE at END
				WHERE partner = $4 AND size = $5 AND root = $6`,
				a.Head.Size, optional(path), seconds(a.At), string(partner), c.Head.Size, c.Head.Root[:]); err != nil {
				return err
			}
		}
		return nil
	})
}

// Cosigned keeps the head of this node's ledger that a partner holds.
func (s heads) Cosigned(ctx context.Context, partner party.Name, cp ledger.Checkpoint, at wire.Time) error {
	return s.db.write(ctx, func(tx *Tx) error {
		_, err := tx.exec(`INSERT INTO head_ours (partner, size, root, at, signed) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (partner) DO UPDATE SET size = $2, root = $3, at = $4, signed = $5 WHERE head_ours.size <= $2`,
			string(partner), cp.Size, cp.Root[:], seconds(at), cp.Signed)
		if err != nil {
			return err
		}
		// It holds some of what was written since heads were given up: it is heard.
		_, err = tx.exec(`DELETE FROM waived WHERE partner = $1 AND since < $2`, string(partner), cp.Size)
		return err
	})
}

const oursQuery = `SELECT partner, size, root, signed, at FROM head_ours`

func (s heads) scanOurs(rows row) (h witness.Held, err error) {
	h.Head.Origin = s.db.sign.Load().Origin()
	return h, rows.Scan(&h.Partner, &h.Head.Size, fixed(h.Head.Root[:]), &h.Head.Signed, instant{&h.At})
}

// Ours lists the heads of this node's ledger that partners hold.
func (s heads) Ours(ctx context.Context) ([]witness.Held, error) {
	return all(s.db.reader(ctx), s.scanOurs, oursQuery+` ORDER BY partner`)
}

const theirsQuery = `SELECT h.partner, h.size, h.root, h.signed, h.at,
	(SELECT COUNT(*) FROM head o WHERE o.partner = h.partner AND o.shown = 0) FROM head_held h`

func scanTheirs(rows row) (h witness.Held, err error) {
	err = rows.Scan(&h.Partner, &h.Head.Size, fixed(h.Head.Root[:]), &h.Head.Signed, instant{&h.At}, &h.Open)
	h.Head.Origin = ledger.Origin(string(h.Partner))
	return h, err
}

// Theirs lists the heads of partners' ledgers that this node holds.
func (s heads) Theirs(ctx context.Context) ([]witness.Held, error) {
	return all(s.db.reader(ctx), scanTheirs, theirsQuery+` ORDER BY h.partner`)
}

// Covered gives the head that was shown to extend another one.
func (s heads) Covered(ctx context.Context, partner party.Name, size int64, root ref.Hash) (witness.Held, []ref.Hash, error) {
	q := s.db.reader(ctx)
	type covered struct {
		by   int64
		path []byte
	}
	c, err := one(q, func(rows row) (c covered, err error) { return c, rows.Scan(&c.by, &c.path) },
		`SELECT shown, path FROM head WHERE partner = $1 AND size = $2 AND root = $3 AND shown > 0`, string(partner), size, root[:])
	if err != nil {
		return witness.Held{}, nil, err
	}
	var path []ref.Hash
	for len(c.path) >= len(ref.Hash{}) {
		path, c.path = append(path, ref.Hash(c.path[:len(ref.Hash{})])), c.path[len(ref.Hash{}):]
	}
	h, err := one(q, scanHead(partner), headColumns+`head WHERE partner = $1 AND size = $2 AND shown = size`, string(partner), c.by)
	return h, path, err
}

// Others gives the heads held of those that a partner may be told of.
func (s heads) Others(ctx context.Context, partner party.Name) ([]witness.Held, error) {
	return all(s.db.reader(ctx), scanTheirs, theirsQuery+` WHERE h.partner IN
		(SELECT CASE WHEN a = $1 THEN b ELSE a END FROM told WHERE a = $1 OR b = $1) ORDER BY h.partner`, string(partner))
}

// Tell allows, or no longer, that two partners are told of each other's heads.
func (s heads) Tell(ctx context.Context, a, b party.Name, allowed bool, records []ledger.Entry) error {
	if a > b {
		a, b = b, a
	}
	text := `DELETE FROM told WHERE a = $1 AND b = $2`
	if allowed {
		text = `INSERT INTO told (a, b) VALUES ($1, $2) ON CONFLICT DO NOTHING`
	}
	return s.db.write(ctx, func(tx *Tx) error {
		if _, err := tx.exec(text, string(a), string(b)); err != nil {
			return err
		}
		return tx.recorded(records)
	})
}

// Told lists the pairs of partners that are told of each other.
func (s heads) Told(ctx context.Context) ([][2]party.Name, error) {
	return all(s.db.reader(ctx), func(rows row) (p [2]party.Name, err error) { return p, rows.Scan(&p[0], &p[1]) },
		`SELECT a, b FROM told ORDER BY a, b`)
}

// forget drops what was seen of a ledger whose owner has to explain two
// histories: an officer has taken the explanation, and what it shows next is
// where it begins anew. The evidence stays.
func forget(tx *Tx, partner party.Name) error {
	if _, err := tx.exec(`INSERT INTO head_explained (partner, size) SELECT partner, MAX(size) FROM head WHERE partner = $1 GROUP BY partner
		ON CONFLICT (partner) DO UPDATE SET size = CASE WHEN head_explained.size > excluded.size THEN head_explained.size ELSE excluded.size END`, string(partner)); err != nil {
		return err
	}
	for _, table := range []string{"head", "head_twice", "head_held"} {
		if _, err := tx.exec(`DELETE FROM `+table+` WHERE partner = $1`, string(partner)); err != nil {
			return err
		}
	}
	return nil
}

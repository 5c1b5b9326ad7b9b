package store

import (
	"bytes"
	"context"
	"errors"

	"comity/authorisation"
	"comity/exchange"
	"comity/exposure"
	"comity/fault"
	"comity/intel"
	"comity/record"
	"comity/ref"
	"comity/release"
)

type past struct{ trails }

// Past gives the port for what the acts of release left behind.
func (db *DB) Past() exposure.Past { return past{trails{db}} }

// Releases lists releases in the order of time. A plan that cannot be read
// hides no other release.
func (s past) Releases(ctx context.Context, r exposure.Range, limit int) ([]exposure.Made, error) {
	const text = `SELECT id, item, at, plan, body FROM released
		WHERE (at > $1 OR at = $1 AND id > $2) AND ($3 = 0 OR at <= $3)`
	q, after, until := s.db.reader(ctx), seconds(r.After.At), seconds(r.Until)
	if r.Item.IsZero() {
		return all(q, scanMade, text+` AND at >= $1 ORDER BY at, id LIMIT $4`, after, r.After.ID[:], until, limit)
	}
	return all(q, scanMade, text+` AND item = $4 ORDER BY at, id LIMIT $5`, after, r.After.ID[:], until, r.Item[:], limit)
}

func scanMade(rows row) (m exposure.Made, err error) {
	var plan, body []byte
	if err := rows.Scan(fixed(m.ID[:]), fixed(m.Item[:]), instant{&m.At}, &plan, &body); err != nil {
		return m, err
	}
	var a act
	if _, err := rows.open(body, &a); err == nil {
		m.Act = a.PlanHash
	}
	if m.Bytes, _, err = rows.keys.Open(plan); err != nil {
		m.Bytes = plan // it shows as one that cannot be read
	}
	var p release.Plan
	if decode(m.Bytes, &p) == nil {
		m.Plan = &p
	}
	return m, nil
}

// Cuts lists the cuts of a release.
func (s past) Cuts(ctx context.Context, id ref.ReleaseID) ([]exposure.Cut, error) {
	q := s.db.reader(ctx)
	sent, err := all(q, scanPlaced, `SELECT seq, body FROM sent WHERE release = $1 ORDER BY seq`, id[:])
	if err != nil {
		return nil, err
	}
	list := make([]exposure.Cut, len(sent))
	for i, c := range sent {
		list[i] = exposure.Cut{ID: c.Cut.ID, Recipient: c.Recipient}
		stands, err := chain(q, c.Item, c.Recipient)
		if err != nil {
			return nil, err
		}
		list[i].Last = stands.Prev == c.Hash
		if list[i].Recalls, err = recalls(q, c); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// placed is a sent cut at its place in the order of commit.
type placed struct {
	exchange.SentCut
	seq int64
}

func scanPlaced(rows row) (p placed, err error) {
	var body []byte
	if err := rows.Scan(&p.seq, &body); err != nil {
		return p, err
	}
	_, err = rows.open(body, &p.SentCut)
	return p, err
}

const maxRecalls = 16 // that are looked at: the newest

// recalls lists the recalls of a cut's series that went out after it.
func recalls(q querier, c placed) ([]ref.CutID, error) {
	notices, err := all(q, scanPlaced, `SELECT seq, body FROM sent WHERE about = $1 AND seq > $2 ORDER BY seq DESC LIMIT $3`,
		c.Cut.Series[:], c.seq, maxRecalls)
	var list []ref.CutID
	for _, n := range notices {
		if n.Cut.Notice.Kind == intel.Recall {
			list = append(list, n.Cut.ID)
		}
	}
	return list, err
}

// Version gives a version of an item as it is kept.
func (s past) Version(ctx context.Context, item ref.ItemID, n int) (intel.Item, error) {
	return one(s.db.reader(ctx), func(rows row) (i intel.Item, err error) {
		var body []byte
		if err := rows.Scan(&body); err != nil {
			return i, err
		}
		gone, err := rows.open(body, &i)
		if gone && err == nil {
			err = fault.New(fault.Expired, "the content of the item was destroyed")
		}
		return i, err
	}, `SELECT body FROM item_version WHERE item = $1 AND version = $2`, item[:], n)
}

// Authorised lists the authorisations that this node ever gave.
func (s past) Authorised(ctx context.Context, offset, limit int) ([]exposure.Authorised, error) {
	return all(s.db.reader(ctx), scanAuthorised, `SELECT h.given, h.answer, r.body FROM asked_here h JOIN received r ON r.cut = h.cut
		WHERE h.given > 0 ORDER BY h.seq LIMIT $1 OFFSET $2`, limit, offset)
}

func scanAuthorised(rows row) (a exposure.Authorised, err error) {
	var answer, body []byte
	if err := rows.Scan(instant{&a.Given}, &answer, &body); err != nil {
		return a, err
	}
	var c exchange.ReceivedCut
	var newest authorisation.Answer
	if err := errors.Join(opened(rows, body, &c), decode(answer, &newest)); err != nil {
		return a, err
	}
	a.Request, a.By, a.Allow = c.Cut.ID, c.Cut.Originator, c.Cut.Authorisation.Allow
	a.Until, a.TakenBack = newest.Until, !newest.Given
	return a, nil
}

const leaves = 1024 // that are looked at in one go

// Disclosed looks through the ledger for disclosures under some plans.
func (s past) Disclosed(ctx context.Context, plans []ref.Hash) (map[ref.Hash]bool, error) {
	found := map[ref.Hash]bool{}
	if len(plans) == 0 {
		return found, nil
	}
	q := s.db.reader(ctx)
	for from := int64(0); len(found) < len(plans); from += leaves {
		list, err := all(q, blob, `SELECT record FROM leaf WHERE number >= $1 AND number < $2 ORDER BY number`, from, from+leaves)
		if err != nil || len(list) == 0 {
			return found, err
		}
		for _, b := range list {
			disclosed(b, plans, found)
		}
	}
	return found, nil
}

// disclosed notes the plan that a record of a disclosure names.
func disclosed(b []byte, plans []ref.Hash, found map[ref.Hash]bool) {
	for _, p := range plans {
		if !bytes.Contains(b, []byte(p.String())) {
			continue
		}
		if r, err := record.Parse(b); err == nil && r.Kind == record.Disclose && r.Plan == p {
			found[p] = true
		}
	}
}

package store

import (
	"context"
	"slices"
	"time"

	"comity/exchange"
	"comity/fault"
	"comity/message"
	"comity/party"
	"comity/ref"
	"comity/seal"
	"comity/wire"
)

type links struct{ db *DB }

// Links gives the port for partners.
func (db *DB) Links() exchange.Links { return links{db} }

const partnerQuery = `SELECT name, card_hash, state, since, why, out_sequence, out_hash, in_sequence, in_hash, heard, queued, parts, behind FROM partner p`

// scanPartner reads a row but for the card.
func scanPartner(rows row) (p exchange.Partner, err error) {
	return p, rows.Scan(&p.Name, fixed(p.CardHash[:]), &p.State, instant{&p.Since}, &p.Why, &p.Out.Sequence, fixed(p.Out.Hash[:]),
		&p.In.Sequence, fixed(p.In.Hash[:]), instant{&p.Heard}, &p.Queued, &p.Parts, instant{&p.Behind})
}

// partners lists those that a question is about, with their cards. A card is
// looked at with every message and seldom changes: each is read and decoded once,
// and found again by its hash.
func (db *DB) partners(q querier, text string, args ...any) ([]exchange.Partner, error) {
	for {
		list, err := all(q, scanPartner, partnerQuery+text, args...)
		for i := range list {
			if err == nil {
				err = db.withCard(q, &list[i])
			}
		}
		if !fault.Is(err, fault.Withheld) { // else another card was pinned in between
			return list, err
		}
	}
}

func (db *DB) withCard(q querier, p *exchange.Partner) (err error) {
	c, ok := db.cards.get(p.CardHash)
	if !ok {
		if c, err = one(q, scanPinned, `SELECT card, card_signed FROM partner WHERE name = $1 AND card_hash = $2`, string(p.Name), p.CardHash[:]); err != nil {
			return err
		}
		db.cards.put(p.CardHash, c)
	}
	p.Card, p.Signed = c.card, c.signed
	return nil
}

// pinned is a card and its signed file.
type pinned struct {
	card   message.Card
	signed []byte
}

func scanPinned(rows row) (c pinned, err error) {
	var card []byte
	if err := rows.Scan(&card, &c.signed); err != nil {
		return c, err
	}
	return c, decode(card, &c.card)
}

// Partners lists all partners.
func (s links) Partners(ctx context.Context) ([]exchange.Partner, error) {
	return s.db.partners(s.db.reader(ctx), ` ORDER BY name`)
}

// Introduced lists all partners with their cards and states alone.
func (s links) Introduced(ctx context.Context) ([]exchange.Partner, error) {
	list, err := s.db.introduced.get(func() ([]exchange.Partner, error) {
		all, err := s.Partners(ctx)
		for i, p := range all {
			all[i] = exchange.Partner{Name: p.Name, Card: p.Card, Signed: p.Signed, CardHash: p.CardHash, State: p.State}
		}
		return all, err
	})
	return slices.Clone(list), err
}

// Partner gives one.
func (s links) Partner(ctx context.Context, name party.Name) (exchange.Partner, error) {
	return s.db.partner(s.db.reader(ctx), name)
}

func (db *DB) partner(q querier, name party.Name) (exchange.Partner, error) {
	list, err := db.partners(q, ` WHERE name = $1`, string(name))
	if err == nil && len(list) == 0 {
		err = absent()
	}
	if err != nil {
		return exchange.Partner{}, err
	}
	return list[0], nil
}

// stateOf gives the state of a link, which is all that the writer asks of a
// partner in most acts; fault.Withheld if it was not introduced.
func stateOf(tx *Tx, name party.Name) (exchange.LinkState, error) {
	return one(tx, func(rows row) (s exchange.LinkState, err error) { return s, rows.Scan(&s) },
		`SELECT state FROM partner WHERE name = $1`, string(name))
}

// Pin keeps a partner's card.
func (s links) Pin(ctx context.Context, p exchange.Pinning) error {
	card, err := encode(p.Card)
	if err != nil {
		return err
	}
	defer s.db.introduced.changed()
	return s.db.write(ctx, func(tx *Tx) error {
		if err := pin(tx, p, card); err != nil {
			return err
		}
		if err := notTooOften(tx, p); err != nil {
			return err
		}
		if _, err := tx.exec(`INSERT INTO card (partner, serial, hash, signed, at) VALUES ($1, $2, $3, $4, $5)`,
			string(p.Name), p.Card.Serial, p.CardHash[:], p.Signed, seconds(p.At)); err != nil {
			return err
		}
		if err := repeat(tx, p); err != nil {
			return err
		}
		return tx.recorded(p.Records)
	})
}

// notTooOften refuses a card if as many were pinned within a day as may be.
func notTooOften(tx *Tx, p exchange.Pinning) error {
	if p.Daily == 0 {
		return nil
	}
	n, err := one(tx, number, `SELECT COUNT(*) FROM card WHERE partner = $1 AND at > $2`, string(p.Name), seconds(p.At.Add(-24*time.Hour)))
	if err == nil && n >= int64(p.Daily) {
		err = stale("%s has changed its card %d times within a day; the next one is taken tomorrow, or by hand", p.Name, n)
	}
	return err
}

// repeat queues again what the key before could not open.
func repeat(tx *Tx, p exchange.Pinning) error {
	if p.Again == nil {
		return nil
	}
	refused, err := unsealed(tx, p.Name)
	if err != nil {
		return err
	}
	again, err := p.Again(refused...)
	if err != nil {
		return err
	}
	return enqueue(tx, again)
}

// pin makes the card the partner's newest, if it succeeds the one that is.
func pin(tx *Tx, p exchange.Pinning, card []byte) error {
	have, err := tx.db.partner(tx, p.Name)
	if err != nil && !fault.Is(err, fault.Withheld) {
		return err
	}
	if err != nil {
		zero := exchange.Position{}
		_, err := tx.exec(`INSERT INTO partner (name, card, card_signed, card_hash, state, since, out_sequence, out_hash, in_sequence, in_hash, heard)
			VALUES ($1, $2, $3, $4, $5, $6, 0, $7, 0, $7, 0)`,
			string(p.Name), card, p.Signed, p.CardHash[:], string(exchange.Active), seconds(p.At), zero.Hash[:])
		return err
	}
	if p.Card.Prev != have.CardHash || p.Card.Serial <= have.Card.Serial {
		return stale("the card of %s does not follow the one that is pinned", p.Name)
	}
	return tx.must(absent(), `UPDATE partner SET card = $1, card_signed = $2, card_hash = $3 WHERE name = $4`,
		card, p.Signed, p.CardHash[:], string(p.Name))
}

// SetState suspends, resumes or freezes a link.
func (s links) SetState(ctx context.Context, c exchange.StateChange) error {
	defer s.db.introduced.changed()
	return s.db.write(ctx, func(tx *Tx) error {
		why, err := one(tx, func(rows row) (why string, err error) { return why, rows.Scan(&why) },
			`SELECT why FROM partner WHERE name = $1`, string(c.Partner))
		if err != nil {
			return err
		}
		if err := tx.must(absent(), `UPDATE partner SET state = $1, since = $2, why = $3 WHERE name = $4`,
			string(c.To), seconds(c.At), c.Why, string(c.Partner)); err != nil {
			return err
		}
		if why == exchange.FrozenFork && c.To == exchange.Active {
			if err := forget(tx, c.Partner); err != nil {
				return err
			}
		}
		for _, e := range c.Evidence {
			if _, err := tx.exec(`INSERT INTO evidence (partner, state, at, name, body) VALUES ($1, $2, $3, $4, $5)`,
				string(c.Partner), e.Why, seconds(c.At), e.Name, append([]byte{}, e.Body...)); err != nil {
				return err
			}
		}
		return tx.recorded(c.Records)
	})
}

// Cards lists the newest cards that were pinned.
func (s links) Cards(ctx context.Context, name party.Name) ([][]byte, error) {
	list, err := all(s.db.reader(ctx), blob, `SELECT signed FROM card WHERE partner = $1 ORDER BY serial DESC LIMIT $2`, string(name), exchange.MaxCards)
	slices.Reverse(list)
	return list, err
}

// Evidence lists what was kept when the link was frozen.
func (s links) Evidence(ctx context.Context, name party.Name) ([]exchange.Evidence, error) {
	q := s.db.reader(ctx)
	if _, err := one(q, number, `SELECT 1 FROM partner WHERE name = $1`, string(name)); err != nil {
		return nil, err
	}
	return all(q, func(rows row) (e exchange.Evidence, err error) {
		return e, rows.Scan(instant{&e.At}, &e.Why, &e.Name, &e.Body)
	}, `SELECT at, state, name, body FROM evidence WHERE partner = $1 ORDER BY seq`, string(name))
}

// Earlier gives the signing keys of earlier cards whose successor was pinned
// not longer than the grace ago.
func (s links) Earlier(ctx context.Context, name party.Name, at wire.Time) ([]seal.VerifyKey, error) {
	hashes, err := all(s.db.reader(ctx), func(rows row) (h ref.Hash, err error) { return h, rows.Scan(fixed(h[:])) }, `SELECT c.hash FROM card c
		JOIN card n ON n.partner = c.partner AND n.serial = (SELECT MIN(serial) FROM card WHERE partner = c.partner AND serial > c.serial)
		WHERE c.partner = $1 AND n.at > $2 ORDER BY c.serial DESC LIMIT 16`, string(name), seconds(at.Add(-exchange.Grace)))
	if err != nil {
		return nil, err
	}
	var keys []seal.VerifyKey
	for _, h := range hashes {
		k, err := s.signing(ctx, name, h)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(keys, k) {
			keys = append(keys, k)
		}
	}
	return keys, nil
}

// signing gives the key of a card that was pinned. Every message asks for those
// before the newest, and reading a card takes longer than reading a message.
func (s links) signing(ctx context.Context, name party.Name, hash ref.Hash) (seal.VerifyKey, error) {
	if k, ok := s.db.signers.get(hash); ok {
		return k, nil
	}
	b, err := one(s.db.reader(ctx), blob, `SELECT signed FROM card WHERE partner = $1 AND hash = $2`, string(name), hash[:])
	if err != nil {
		return seal.VerifyKey{}, err
	}
	c, err := message.ParseCard(b)
	if err != nil {
		return seal.VerifyKey{}, err
	}
	s.db.signers.put(hash, c.Signing)
	return c.Signing, nil
}

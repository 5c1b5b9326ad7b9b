package store

import (
	"context"
	"slices"

	"comity/authorisation"
	"comity/exchange"
	"comity/ledger"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/vault"
)

type authorisations struct{ db *DB }

// Authorisations gives the port for what is asked for and answered.
func (db *DB) Authorisations() authorisation.Store { return authorisations{db} }

// maxAbout is how many of the newest authorisations about one subject count.
const maxAbout = 200

const askedQuery = `SELECT a.answer, a.body FROM asked a`

func scanAsked(rows row) (a authorisation.Asked, err error) {
	var answer, body []byte
	if err := rows.Scan(&answer, &body); err != nil {
		return a, err
	}
	if _, err := rows.open(body, &a); err != nil {
		return a, err
	}
	if answer != nil {
		a.Answer = &authorisation.Answer{}
		err = decode(answer, a.Answer)
	}
	return a, err
}

// About gives what was given to a unit about some subjects, oldest first, each
// once.
func (s authorisations) About(ctx context.Context, unit party.Name, subjects []string) ([]authorisation.Asked, error) {
	q := s.db.reader(ctx)
	var list []authorisation.Asked
	seen := map[ref.CutID]bool{}
	for _, about := range subjects {
		found, err := all(q, scanAsked, askedQuery+` JOIN asked_about b ON b.cut = a.cut
			WHERE b.about = $1 AND b.unit = $2 AND a.answer IS NOT NULL ORDER BY a.seq DESC LIMIT $3`, about, string(unit), maxAbout)
		if err != nil {
			return nil, err
		}
		slices.Reverse(found)
		for _, a := range found {
			if (a.Answer.Given || a.Answer.Was != nil) && !seen[a.Cut.ID] {
				seen[a.Cut.ID] = true
				list = append(list, a)
			}
		}
	}
	return list, nil
}

// Asked lists the newest requests of a unit.
func (s authorisations) Asked(ctx context.Context, unit party.Name, limit int) ([]authorisation.Asked, error) {
	return all(s.db.reader(ctx), scanAsked, askedQuery+` WHERE a.unit = $1 ORDER BY a.seq DESC LIMIT $2`, string(unit), limit)
}

// AskedOne gives one request.
func (s authorisations) AskedOne(ctx context.Context, id string) (authorisation.Asked, error) {
	return byTail(s.db.reader(ctx), id, scanAsked, askedQuery+` WHERE a.rev >= $1 AND a.rev < $2 LIMIT 2`)
}

// Write keeps a request on paper.
func (s authorisations) Write(ctx context.Context, a authorisation.Asked, records []ledger.Entry) error {
	return s.db.write(ctx, func(tx *Tx) error {
		if err := askFor(tx, a); err != nil {
			return err
		}
		return tx.recorded(records)
	})
}

// askFor keeps a request with what it is about.
func askFor(tx *Tx, a authorisation.Asked) error {
	a.Answer = nil
	about := vault.ID(a.Item)
	if a.Item.IsZero() {
		about = vault.ID(a.Cut.ID)
	}
	shell := a
	shell.Cut, shell.Letter = a.Cut.Shell(), ""
	body, err := enclosed(tx.vault(), ref.ItemID(about), a, shell)
	if err != nil {
		return err
	}
	paper := 0
	if a.Paper() {
		paper = 1
	}
	unit := string(a.Cut.Originator)
	if err := tx.must(stale("this was asked for before"), `INSERT INTO asked (cut, rev, unit, paper, place, body)
		VALUES ($1, $2, $3, $4, 0, $5) ON CONFLICT DO NOTHING`, a.Cut.ID[:], reversed(a.Cut.ID), unit, paper, body); err != nil {
		return err
	}
	for _, about := range a.Cut.Subjects() {
		if _, err := tx.exec(`INSERT INTO asked_about (about, unit, cut) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, about, unit, a.Cut.ID[:]); err != nil {
			return err
		}
	}
	return nil
}

// askedBySending keeps a request that goes out with a release.
func askedBySending(tx *Tx, s exchange.SentCut, by party.Handle) error {
	if s.Cut.Authorisation == nil {
		return nil
	}
	return askFor(tx, authorisation.Asked{Cut: s.Cut, Hash: s.Hash, Of: s.Recipient, Partner: s.Partner, At: s.At, Officer: by, Item: s.Item, Version: s.Version})
}

// Note keeps the answer on paper to a request on paper.
func (s authorisations) Note(ctx context.Context, cut ref.CutID, a authorisation.Answer, records []ledger.Entry) error {
	return s.db.write(ctx, func(tx *Tx) error {
		before, err := all(tx, scanAsked, askedQuery+` WHERE a.cut = $1`, cut[:])
		if err != nil {
			return err
		}
		if len(before) == 1 {
			a = a.After(before[0].Answer)
		}
		body, err := encode(a)
		if err != nil {
			return err
		}
		if err := tx.must(stale("the request was not written on paper"),
			`UPDATE asked SET answer = $1 WHERE cut = $2 AND paper = 1`, body, cut[:]); err != nil {
			return err
		}
		return tx.recorded(records)
	})
}

// answered keeps what a partner's receipt says to a request, if nothing that
// stands later in the partner's ledger was said before.
func answered(tx *Tx, r exchange.StoredReceipt) error {
	if r.Kind != record.Authorise && r.Kind != record.Unauthorised {
		return nil
	}
	said, err := record.Parse(r.Receipt.Record.Payload)
	if err != nil {
		return err
	}
	before, err := all(tx, scanAsked, askedQuery+` WHERE a.cut = $1`, r.Cut[:])
	if err != nil || len(before) == 0 {
		return err
	}
	body, err := encode(authorisation.Answer{Given: r.Kind == record.Authorise, By: r.From, At: said.At, Until: said.Due, Code: said.Code,
		Proof: exchange.ProofOf(r.Receipt.Record.Payload), Receipt: &r.Receipt}.After(before[0].Answer))
	if err != nil {
		return err
	}
	place := r.Receipt.Evidence.Index + 1
	_, err = tx.exec(`UPDATE asked SET answer = $1, place = $2 WHERE cut = $3 AND paper = 0 AND place < $2`, body, place, r.Cut[:])
	return err
}

const hereQuery = `SELECT h.answer, r.first_read, r.body FROM asked_here h JOIN received r ON r.cut = h.cut`

func scanHere(rows row) (a authorisation.Received, err error) {
	var answer, body []byte
	read := a.FirstRead
	if err := rows.Scan(&answer, instant{&read}, &body); err != nil {
		return a, err
	}
	gone, err := rows.open(body, &a.ReceivedCut)
	if err != nil {
		return a, err
	}
	a.Destroyed = gone
	a.FirstRead = read
	if answer != nil {
		a.Answer = &authorisation.Answer{}
		err = decode(answer, a.Answer)
	}
	return a, err
}

// Received lists the newest requests to a unit.
func (s authorisations) Received(ctx context.Context, unit party.Name, limit int) ([]authorisation.Received, error) {
	return all(s.db.reader(ctx), scanHere, hereQuery+` WHERE h.unit = $1 ORDER BY h.seq DESC LIMIT $2`, string(unit), limit)
}

// ReceivedOne gives one request.
func (s authorisations) ReceivedOne(ctx context.Context, id string) (authorisation.Received, error) {
	return byTail(s.db.reader(ctx), id, scanHere, hereQuery+` WHERE h.rev >= $1 AND h.rev < $2 LIMIT 2`)
}

// askedHere keeps that a received cut asks for an authorisation.
func askedHere(tx *Tx, c exchange.ReceivedCut) error {
	if c.Cut.Authorisation == nil {
		return nil
	}
	_, err := tx.exec(`INSERT INTO asked_here (cut, rev, unit, given, proof) VALUES ($1, $2, $3, 0, $4)`, c.Cut.ID[:], reversed(c.Cut.ID), string(c.Cut.Audience[0]), []byte{})
	return err
}

// Answer keeps the answer to a partner's request.
func (s authorisations) Answer(ctx context.Context, v exchange.Verdict, a authorisation.Answer, before *authorisation.Answer) error {
	body, err := encode(a)
	if err != nil {
		return err
	}
	given := int64(0)
	if a.Given {
		given = seconds(a.At)
	}
	follows := []byte{}
	if before != nil {
		follows = before.Proof[:]
	}
	bodies, err := dutyBodies(s.db.keys, v.Cut.Cut.ID[:], v.Duties)
	if err != nil {
		return err
	}
	return s.db.write(ctx, func(tx *Tx) error {
		if err := tx.must(stale("somebody else answered meanwhile"), `UPDATE asked_here SET answer = $1, proof = $2,
			given = CASE WHEN given = 0 THEN $3 ELSE given END WHERE cut = $4 AND proof = $5`,
			body, a.Proof[:], given, v.Cut.Cut.ID[:], follows); err != nil {
			return err
		}
		if err := fallDue(tx, v.Duties, bodies); err != nil {
			return err
		}
		proof, err := tx.record(v.Records, v.Proven)
		if err != nil {
			return err
		}
		return enqueue(tx, proof.Outgoing)
	})
}

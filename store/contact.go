package store

import (
	"context"

	"comity/contact"
	"comity/exchange"
	"comity/ledger"
	"comity/party"
	"comity/ref"
)

type contacts struct{ db *DB }

// Contacts gives the port for contacts that send no item.
func (db *DB) Contacts() contact.Store { return contacts{db} }

const contactQuery = `SELECT body FROM contact`

// Plan keeps a contact that waits, new or planned anew.
func (s contacts) Plan(ctx context.Context, e contact.Entry) error {
	return s.db.write(ctx, func(tx *Tx) error { return keepContact(tx, e) })
}

// keepContact keeps a contact that was not entered before.
func keepContact(tx *Tx, e contact.Entry) error {
	body, err := noted(tx.vault(), e)
	if err != nil {
		return err
	}
	n, err := tx.exec(`INSERT INTO contact (id, rev, unit, state, body) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
		e.ID[:], reversed(e.ID), string(e.Plan.Contact.Holder), string(e.State), body)
	if err != nil || n == 1 {
		return err
	}
	return tx.must(stale("the contact was entered or cancelled already"), `UPDATE contact SET state = $1, body = $2 WHERE id = $3 AND unit = $4 AND state NOT IN ($5, $6)`,
		string(e.State), body, e.ID[:], string(e.Plan.Contact.Holder), string(contact.Entered), string(contact.Cancelled))
}

// Approve keeps an approval of a contact that waits for one.
func (s contacts) Approve(ctx context.Context, id ref.ContactID, plan ref.Hash, approval []byte, records []ledger.Entry) error {
	return s.db.write(ctx, func(tx *Tx) error {
		e, err := one(tx, contentOf[contact.Entry], contactQuery+` WHERE id = $1`, id[:])
		if err != nil {
			return err
		}
		if e.State != contact.Planned || len(e.Approval) > 0 || e.Hash != plan {
			return stale("the contact has an approval, was entered, or is planned otherwise by now")
		}
		e.Approval = approval
		if err := keepContact(tx, e); err != nil {
			return err
		}
		return tx.recorded(records)
	})
}

// Enter keeps a contact as cleared or entered.
func (s contacts) Enter(ctx context.Context, e contact.Entry, duties []exchange.Duty, records []ledger.Entry) error {
	bodies, err := dutyBodies(s.db.keys, nil, duties)
	if err != nil {
		return err
	}
	return s.db.write(ctx, func(tx *Tx) error {
		if err := keepContact(tx, e); err != nil {
			return err
		}
		if err := fallDue(tx, duties, bodies); err != nil {
			return err
		}
		return tx.recorded(records)
	})
}

// Contacts lists the newest contacts of a unit.
func (s contacts) Contacts(ctx context.Context, unit party.Name, limit int) ([]contact.Entry, error) {
	return all(s.db.reader(ctx), contentOf[contact.Entry], contactQuery+` WHERE unit = $1 ORDER BY seq DESC LIMIT $2`, string(unit), limit)
}

// Contact gives one contact.
func (s contacts) Contact(ctx context.Context, id string) (contact.Entry, error) {
	return byTail(s.db.reader(ctx), id, contentOf[contact.Entry], contactQuery+` WHERE rev >= $1 AND rev < $2 LIMIT 2`)
}

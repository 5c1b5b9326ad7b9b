package console

import (
	"context"

	"comity/contact"
	"comity/exchange"
	"comity/fault"
	"comity/party"
	"comity/ref"
	"comity/release"
	"comity/seal"
	"comity/wire"
)

// PlanContact asks who would come to know of a contact, whose authorisation it
// needs and what must be reported. The holder is the officer's unit.
type PlanContact struct {
	Contact release.Contact `json:"contact"`
}

// EnterContact enters a contact, or with an ID goes on with one that waited.
type EnterContact struct {
	ID       string          `json:"id,omitzero"`
	Contact  release.Contact `json:"contact,omitzero"`
	At       wire.Time       `json:"at,omitzero"` // with an ID: when it took place
	Override string          `json:"override,omitzero"`
}

// ListContacts asks for the contacts of the officer's unit, the newest first.
type ListContacts struct{}

// ShowContact asks for one.
type ShowContact struct {
	ID string `json:"id"`
}

// ApproveContact hands in a second officer's own signature over a contact that
// lacks an authorisation.
type ApproveContact struct {
	ID       string        `json:"id"`
	Approval seal.Envelope `json:"approval"`
}

// ContactView is a contact as a screen shows it.
type ContactView struct {
	ID       ref.ContactID         `json:"id,omitzero"` // none: a plan alone
	Officer  party.Handle          `json:"officer,omitzero"`
	State    contact.State         `json:"state,omitzero"`
	Made     wire.Time             `json:"made,omitzero"`
	Plan     release.ContactPlan   `json:"plan"`
	Hash     ref.Hash              `json:"hash"`
	Reason   string                `json:"reason,omitzero"`
	Approved bool                  `json:"approved,omitzero"`
	Rules    []RuleView            `json:"rules,omitempty"`
	Titles   map[party.Name]string `json:"titles,omitempty"`
	Wanting  []release.Need        `json:"wanting,omitempty"` // authorisations that are not in hand now
}

// ContactList is an answer.
type ContactList struct {
	Contacts []ContactView `json:"contacts"`
}

// Command names the command.
func (PlanContact) Command() Name           { return planContact }
func (PlanContact) answer() (r ContactView) { return r }

// Command names the command.
func (EnterContact) Command() Name           { return enterContact }
func (EnterContact) answer() (r ContactView) { return r }

// Command names the command.
func (ListContacts) Command() Name           { return listContacts }
func (ListContacts) answer() (r ContactList) { return r }

// Command names the command.
func (ShowContact) Command() Name           { return showContact }
func (ShowContact) answer() (r ContactView) { return r }

// Command names the command.
func (ApproveContact) Command() Name           { return approveContact }
func (ApproveContact) answer() (r ContactView) { return r }

func (d *Desk) planContact(ctx context.Context, actor party.Actor, c PlanContact) (ContactView, error) {
	p, err := d.Contacts.Plan(ctx, actor, c.Contact)
	if err != nil {
		return ContactView{}, err
	}
	return d.contactView(ctx, contact.Entry{Plan: p})
}

func (d *Desk) enterContact(ctx context.Context, actor party.Actor, c EnterContact) (ContactView, error) {
	var e contact.Entry
	var err error
	if c.ID != "" {
		e, err = d.Contacts.EnterPlanned(ctx, actor, c.ID, c.At, c.Override)
	} else {
		e, err = d.Contacts.Enter(ctx, actor, c.Contact, c.Override)
	}
	if err != nil {
		return ContactView{}, err
	}
	return d.contactView(ctx, e)
}

func (d *Desk) listContacts(ctx context.Context, actor party.Actor, _ ListContacts) (ContactList, error) {
	all, err := d.Contacts.Contacts(ctx, actor)
	list := ContactList{Contacts: []ContactView{}}
	for _, e := range all {
		v := bareContact(e)
		if v.Wanting, err = d.Contacts.Wanting(ctx, e); err != nil {
			return list, err
		}
		list.Contacts = append(list.Contacts, v)
	}
	return list, err
}

// CancelContact ends a contact that did not take place and will not.
type CancelContact struct {
	ID string `json:"id"`
}

// Command names the command.
func (CancelContact) Command() Name           { return cancelContact }
func (CancelContact) answer() (r ContactView) { return r }

func (d *Desk) cancelContact(ctx context.Context, actor party.Actor, c CancelContact) (ContactView, error) {
	e, err := d.Contacts.Cancel(ctx, actor, c.ID)
	if err != nil {
		return ContactView{}, err
	}
	return d.contactView(ctx, e)
}

func (d *Desk) showContact(ctx context.Context, actor party.Actor, c ShowContact) (ContactView, error) {
	e, err := d.Contacts.Contact(ctx, actor, c.ID)
	if err != nil {
		return ContactView{}, err
	}
	return d.contactView(ctx, e)
}

func (d *Desk) approveContact(ctx context.Context, actor party.Actor, c ApproveContact) (ContactView, error) {
	if err := keySigned(c.Approval); err != nil {
		return ContactView{}, err
	}
	e, err := d.Contacts.Approve(ctx, actor, c.ID, c.Approval)
	if err != nil {
		return ContactView{}, err
	}
	return d.contactView(ctx, e)
}

func bareContact(e contact.Entry) ContactView {
	return ContactView{ID: e.ID, Officer: e.Officer, State: e.State, Made: e.Made, Plan: e.Plan, Hash: e.Hash, Reason: e.Reason, Approved: len(e.Approval) > 0}
}

// contactView adds the rules and titles that a screen quotes, from the very
// packs that the plan names.
func (d *Desk) contactView(ctx context.Context, e contact.Entry) (ContactView, error) {
	v := bareContact(e)
	var err error
	if v.Hash, err = e.Plan.Hash(); err != nil {
		return v, err
	}
	if v.Wanting, err = d.Contacts.Wanting(ctx, e); err != nil {
		return v, err
	}
	world, err := d.Rules.Replay(ctx, e.Plan.Packs)
	if err != nil {
		return v, err
	}
	as := release.Plan{Rows: e.Plan.Rows, Sender: e.Plan.Contact.Holder, Packs: e.Plan.Packs, Duties: e.Plan.Duties}
	v.Titles, v.Rules = titled(as, world.Directory), quoted(as, world.Packs)
	return v, nil
}

// SignContact makes the approval of a contact with the second officer's own
// key, over the plan as it was shown.
func SignContact(by Signer, v ContactView) (ApproveContact, error) {
	shown, err := v.Plan.Hash()
	if err != nil {
		return ApproveContact{}, err
	}
	if shown != v.Hash {
		return ApproveContact{}, fault.New(fault.Forged, "the contact that was shown is not the contact %s", v.ID.Short())
	}
	signed, err := by.approval(exchange.ApprovalOf(exchange.PendingPlan{Hash: v.Hash, Reason: v.Reason}, by.Node, by.Handle, wire.At(by.Now())))
	return ApproveContact{ID: v.ID.String(), Approval: signed}, err
}

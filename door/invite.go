package door

import (
	"context"
	"time"

	"comity/fault"
	"comity/ledger"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/wire"
)

// invitationLasts is how long an invitation may be used.
const invitationLasts = 24 * time.Hour

// The words that a record of a changed key carries.
const (
	codeInvited = "passkey_invited"
	codeAdded   = "passkey_added"
	codeDropped = "passkey_removed"
	codeShut    = "passkeys_removed"
)

// Invite makes an invitation for an officer. It takes the place of an earlier one.
// An officer may always invite themselves, by the key that they sign with. An
// admin invites others who never came in, but once the node has a security officer
// nobody who reads, sends or guards: fault.Denied. Else an admin could use the link and
// act as another officer. Whoever came in before is let in again by two (Propose).
func (d *Door) Invite(ctx context.Context, by party.Actor, handle party.Handle) (Invitation, error) {
	if err := d.mayInvite(ctx, by, handle); err != nil {
		return Invitation{}, err
	}
	secret, err := d.secret()
	if err != nil {
		return Invitation{}, err
	}
	hash, _ := hashOf(ofInvitation, secret)
	now := wire.At(d.Now())
	i := Invited{Secret: hash, Handle: handle, By: by.Handle, Until: now.Add(invitationLasts)}
	e, err := d.record(by, now, hash, codeInvited)
	if err != nil {
		return Invitation{}, err
	}
	if err := d.Store.Invite(ctx, i, e); err != nil {
		return Invitation{}, err
	}
	d.Log.InfoContext(ctx, "an officer was invited to make a passkey", "officer", string(handle), "by", string(by.Handle))
	return Invitation{Secret: secret, Handle: handle, Until: i.Until}, nil
}

// mayInvite holds who may invite whom. It is asked when an invitation is made and
// once more when it is used.
func (d *Door) mayInvite(ctx context.Context, by party.Actor, handle party.Handle) error {
	o, err := d.Staff.Officer(ctx, handle)
	switch {
	case len(by.Roles) == 0:
		return by.May(party.ActRun)
	case err != nil:
		return err
	case !o.Current():
		return fault.New(fault.Stale, "%s is not in office", handle).Fix("comity officer list shows who is")
	case by.Handle == handle:
		return nil
	}
	if err := by.May(party.ActRun); err != nil {
		return err
	}
	entered, err := d.Store.Entered(ctx, handle)
	if err == nil && entered {
		err = fault.New(fault.Denied, "%s has come in before: nobody lets them in again alone", handle).
			Fix("%s does it with their own key: comity --as %s officer invite %s; else one officer proposes it and another confirms: comity officer readmit %s", handle, handle, handle, handle)
	}
	if err != nil || !guards(o.Actor()) {
		return err
	}
	guarded, err := d.Staff.Guarded(ctx)
	if err == nil && guarded {
		err = fault.New(fault.Denied, "%s reads, sends or guards, and this node has a security officer: no other officer makes %s a way in", handle, handle).
			Fix("%s does it with their own key: comity --as %s officer invite %s", handle, handle, handle)
	}
	return err
}

// guards tells whether an officer reads, sends or guards: into their place nobody
// comes by one admin's word.
func guards(a party.Actor) bool {
	return a.Has(party.Analyst) || a.Has(party.Release) || a.Has(party.Security)
}

// Shut ends every way into the pages that an officer has: passkeys, sessions and an
// invitation, at once; for a device that was lost. The officer does it, an admin or a
// security officer: else fault.Denied.
func (d *Door) Shut(ctx context.Context, by party.Actor, handle party.Handle) error {
	if len(by.Roles) == 0 || by.Handle != handle && !by.Has(party.Security) {
		if err := by.May(party.ActRun); err != nil {
			return err
		}
	}
	o, err := d.Staff.Officer(ctx, handle)
	if err != nil {
		return err
	}
	subject := ref.Sum("door.shut", []byte(o.Handle))
	e, err := d.record(by, wire.At(d.Now()), subject, codeShut)
	if err != nil {
		return err
	}
	d.Log.InfoContext(ctx, "an officer was shut out of the pages", "officer", string(handle), "by", string(by.Handle))
	return d.Store.Shut(ctx, handle, e)
}

// Invited tells whom an invitation is for: fault.Denied for any that is wrong,
// used or late, all alike.
func (d *Door) Invited(ctx context.Context, secret string) (party.Handle, error) {
	i, err := d.invited(ctx, secret)
	return i.Handle, err
}

func (d *Door) invited(ctx context.Context, secret string) (Invited, error) {
	hash, ok := hashOf(ofInvitation, secret)
	if !ok {
		return Invited{}, notInvited()
	}
	return d.stillInvited(ctx, hash)
}

// stillInvited gives an invitation that may be used, now and by the roster of now.
func (d *Door) stillInvited(ctx context.Context, hash ref.Hash) (Invited, error) {
	i, err := d.Store.Invited(ctx, hash)
	if d.absent(ctx, err) || err == nil && !wire.At(d.Now()).Before(i.Until) {
		return Invited{}, notInvited()
	}
	if err != nil {
		return Invited{}, err
	}
	err = d.stillVouched(ctx, i)
	if err != nil && fault.KindOf(err) != fault.Internal {
		err = notInvited()
	}
	if err != nil {
		return Invited{}, err
	}
	return i, nil
}

// stillVouched holds who invited against the roster of now.
func (d *Door) stillVouched(ctx context.Context, i Invited) error {
	by, err := d.Staff.Officer(ctx, i.By)
	switch {
	case err != nil:
		return err
	case !by.Current():
		return notInvited()
	case i.First == "":
		return d.mayInvite(ctx, by.Actor(), i.Handle)
	}
	third, err := d.readmitted(ctx, by.Actor(), i.Handle)
	if err != nil {
		return err
	}
	return d.vouched(ctx, i.First, by.Actor(), third)
}

func notInvited() error {
	return fault.New(fault.Denied, "this link lets nobody in").
		Fix("a link is good once, and for 24 hours; ask for a new one: comity officer invite HANDLE")
}

// record makes the ledger's entry for a passkey. Its subject is never the key that
// an officer signs with: that one's records are staff's.
func (d *Door) record(by party.Actor, at wire.Time, subject ref.Hash, code string) (ledger.Entry, error) {
	return record.NewEntry(record.Record{
		Kind: record.KeyChange, At: at, Node: d.Node, Unit: by.Unit, Officer: by.Handle, Subject: subject, Code: code,
	}, d.Random)
}

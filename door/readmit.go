package door

import (
	"context"
	"slices"
	"time"

	"comity/fault"
	"comity/ledger"
	"comity/party"
	"comity/ref"
	"comity/staff"
	"comity/wire"
)

// Readmission is the way back of an officer who has lost every passkey, and has not
// the key they sign with at hand: one officer proposes it, another confirms.
type Readmission struct {
	ID     string       `json:"id"`
	Handle party.Handle `json:"handle"` // who is to come in again
	By     party.Handle `json:"by"`     // who proposes it
	At     wire.Time    `json:"at"`
	Until  wire.Time    `json:"until"` // when it is given up, unless it was confirmed
}

// readmissionWaits is how long a readmission waits for a second officer.
const readmissionWaits = 24 * time.Hour

// The words that the records of a readmission carry.
const (
	codeProposed  = "readmission_proposed"
	codeReadmit   = "readmission_confirmed"
	codeUnreadmit = "readmission_refused"
)

// Propose proposes to let an officer in again. It opens nothing until another officer
// confirms it. Admins and security officers propose and confirm, and nobody for
// themselves: fault.Denied.
func (d *Door) Propose(ctx context.Context, by party.Actor, handle party.Handle) (Readmission, error) {
	if _, err := d.readmitted(ctx, by, handle); err != nil {
		return Readmission{}, err
	}
	waiting, err := d.waiting(ctx)
	if err != nil {
		return Readmission{}, err
	}
	if i := slices.IndexFunc(waiting, func(r Readmission) bool { return r.Handle == handle && r.By != by.Handle }); i >= 0 {
		return Readmission{}, fault.New(fault.Stale, "%s proposes that already", waiting[i].By).Fix("confirm it, or refuse it")
	}
	id, err := ref.Random[Readmission](d.Random)
	if err != nil {
		return Readmission{}, err
	}
	now := wire.At(d.Now())
	r := Readmission{ID: id.String(), Handle: handle, By: by.Handle, At: now, Until: now.Add(readmissionWaits)}
	e, err := d.recordReadmission(by, r, codeProposed)
	if err != nil {
		return Readmission{}, err
	}
	d.Log.InfoContext(ctx, "it is proposed to let an officer in again", "officer", string(handle), "by", string(by.Handle))
	return r, d.Store.Propose(ctx, r, e)
}

// recordReadmission makes the ledger's entry: all of one readmission name it alike.
func (d *Door) recordReadmission(by party.Actor, r Readmission, code string) (ledger.Entry, error) {
	return d.record(by, wire.At(d.Now()), ref.Sum("door.readmission", []byte(r.ID+"#"+string(r.Handle))), code)
}

// readmitted gives the officer who is to be let in, if the actor may have a say in it.
func (d *Door) readmitted(ctx context.Context, by party.Actor, handle party.Handle) (staff.Officer, error) {
	if !by.Has(party.Security) {
		if err := by.May(party.ActRun); err != nil {
			return staff.Officer{}, err
		}
	}
	o, err := d.Staff.Officer(ctx, handle)
	switch {
	case err != nil:
		return staff.Officer{}, err
	case !o.Current():
		return staff.Officer{}, fault.New(fault.Stale, "%s is not in office", handle).Fix("comity officer list shows who is")
	case by.Handle == handle:
		return staff.Officer{}, fault.New(fault.Denied, "nobody lets themselves in again").
			Fix("with your own key: comity --as %s officer invite %s; else two other officers do it", handle, handle)
	}
	return o, nil
}

// pair refuses two officers who may not let a third in together: they are two, and
// one of them is a security officer if the third reads, sends or guards at a node that
// has one. Else two admins could act as an officer who reads.
func (d *Door) pair(ctx context.Context, first, second party.Actor, third staff.Officer) error {
	if first.Handle == second.Handle {
		return fault.New(fault.Denied, "%s has proposed it and does not confirm it", first.Handle).Fix("another admin or a security officer confirms")
	}
	if first.Has(party.Security) || second.Has(party.Security) || !guards(third.Actor()) {
		return nil
	}
	guarded, err := d.Staff.Guarded(ctx)
	if err == nil && guarded {
		err = fault.New(fault.Denied, "%s reads, sends or guards, and this node has a security officer: two admins do not let them in", third.Handle).
			Fix("a security officer confirms")
	}
	return err
}

// waiting lists the readmissions that are not given up.
func (d *Door) waiting(ctx context.Context) ([]Readmission, error) {
	all, err := d.Store.Readmissions(ctx)
	now := wire.At(d.Now())
	return slices.DeleteFunc(all, func(r Readmission) bool { return !now.Before(r.Until) }), err
}

// Readmissions lists those that wait: for admins and security officers all, for any
// other officer their own, so that they learn of one that they did not ask for.
func (d *Door) Readmissions(ctx context.Context, actor party.Actor) ([]Readmission, error) {
	list, err := d.waiting(ctx)
	if !actor.Has(party.Security) && actor.May(party.ActRun) != nil {
		list = slices.DeleteFunc(list, func(r Readmission) bool { return r.Handle != actor.Handle })
	}
	return append([]Readmission{}, list...), err
}

// proposed gives a readmission that waits, by what was shown of it.
func (d *Door) proposed(ctx context.Context, handle party.Handle, id string) (Readmission, error) {
	list, err := d.waiting(ctx)
	for _, r := range list {
		if r.Handle == handle && r.ID == id {
			return r, err
		}
	}
	if err == nil {
		err = fault.New(fault.Stale, "no such readmission waits").Fix("it was confirmed, refused, or is older than 24 hours: look at the list again")
	}
	return Readmission{}, err
}

// mayConfirm gives a readmission that an officer may confirm.
func (d *Door) mayConfirm(ctx context.Context, by party.Actor, handle party.Handle, id string) (Readmission, error) {
	third, err := d.readmitted(ctx, by, handle)
	if err != nil {
		return Readmission{}, err
	}
	r, err := d.proposed(ctx, handle, id)
	if err != nil {
		return Readmission{}, err
	}
	return r, d.vouched(ctx, r.By, by, third)
}

// vouched holds who proposed against the roster of now, and the two against each other.
func (d *Door) vouched(ctx context.Context, first party.Handle, second party.Actor, third staff.Officer) error {
	o, err := d.Staff.Officer(ctx, first)
	if err != nil {
		return err
	}
	if !o.Current() {
		return fault.New(fault.Stale, "%s, who proposed it, is not in office any more", first).Fix("propose it again")
	}
	if _, err := d.readmitted(ctx, o.Actor(), third.Handle); err != nil {
		return err
	}
	return d.pair(ctx, o.Actor(), second, third)
}

// Confirm is a second officer's word for a readmission, signed with their own key. All
// ways in that the officer had end, and the invitation that is given lets them make a
// new passkey.
func (d *Door) Confirm(ctx context.Context, by party.Actor, handle party.Handle, id string) (Invitation, error) {
	r, err := d.mayConfirm(ctx, by, handle, id)
	if err != nil {
		return Invitation{}, err
	}
	secret, err := d.secret()
	if err != nil {
		return Invitation{}, err
	}
	hash, _ := hashOf(ofInvitation, secret)
	now := wire.At(d.Now())
	i := Invited{Secret: hash, Handle: handle, By: by.Handle, First: r.By, Until: now.Add(invitationLasts)}
	confirmed, err := d.recordReadmission(by, r, codeReadmit)
	if err != nil {
		return Invitation{}, err
	}
	invited, err := d.record(by, now, hash, codeInvited)
	if err != nil {
		return Invitation{}, err
	}
	if err := d.Store.Readmit(ctx, r, i, confirmed, invited); err != nil {
		return Invitation{}, err
	}
	d.Log.InfoContext(ctx, "two officers let a third in again", "officer", string(handle), "first", string(r.By), "second", string(by.Handle))
	return Invitation{Secret: secret, Handle: handle, Until: i.Until}, nil
}

// BeginConfirming begins the same in the pages, where a session is not enough: the
// second officer shows a passkey.
func (d *Door) BeginConfirming(ctx context.Context, actor party.Actor, handle party.Handle, id string) (Ceremony, error) {
	if _, err := d.mayConfirm(ctx, actor, handle, id); err != nil {
		return Ceremony{}, err
	}
	return d.askRandom(ctx, ceremony{purpose: readmitting, handle: actor.Handle, readmission: Readmission{ID: id, Handle: handle}})
}

// FinishConfirming takes what the device answered, and confirms.
func (d *Door) FinishConfirming(ctx context.Context, actor party.Actor, id string, response []byte) (Invitation, error) {
	c, _, err := d.shownAgain(ctx, actor, id, readmitting, response)
	if err != nil {
		return Invitation{}, err
	}
	return d.Confirm(ctx, actor, c.readmission.Handle, c.readmission.ID)
}

// Refuse turns a readmission down: any admin or security officer does, who proposed it
// among them, and the officer whom it is to let in.
func (d *Door) Refuse(ctx context.Context, by party.Actor, handle party.Handle, id string) error {
	if len(by.Roles) == 0 || by.Handle != handle && !by.Has(party.Security) {
		if err := by.May(party.ActRun); err != nil {
			return err
		}
	}
	r, err := d.proposed(ctx, handle, id)
	if err != nil {
		return err
	}
	e, err := d.recordReadmission(by, r, codeUnreadmit)
	if err != nil {
		return err
	}
	d.Log.InfoContext(ctx, "an officer is not let in again", "officer", string(handle), "by", string(by.Handle))
	return d.Store.Refuse(ctx, r, e)
}

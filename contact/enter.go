package contact

import (
	"context"
	"slices"

	"comity/exchange"
	"comity/fault"
	"comity/intel"
	"comity/law"
	"comity/ledger"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/release"
	"comity/seal"
	"comity/wire"
)

// Unauthorised says that a contact wants an authorisation that is not in hand.
// It is kept as planned, so that the authorisation can be asked for.
type Unauthorised struct {
	Entry Entry
}

// Error tells which, and how to obtain it.
func (u *Unauthorised) Error() string { return u.Unwrap().Error() }

// Unwrap gives the fault.
func (u *Unauthorised) Unwrap() error {
	n := u.Entry.Plan.Wanting()[0]
	id := u.Entry.ID.Short()
	return fault.New(fault.Blocked, "this %s wants the authorisation of %s beforehand, under %s", kindWords[u.Entry.Plan.Contact.Kind], n.By, n.Rule).
		Fix("comity authorise ask --contact %s asks for it; comity contact enter %s enters the contact once it was given, or with --override REASON and a second officer's approval", id, id)
}

// Unapproved says that a contact now waits for a second officer.
type Unapproved struct {
	Entry Entry
}

// Error tells who can approve it.
func (u *Unapproved) Error() string { return u.Unwrap().Error() }

// Unwrap gives the fault.
func (u *Unapproved) Unwrap() error {
	id := u.Entry.ID.Short()
	return fault.New(fault.Unapproved, "the contact %s lacks an authorisation and waits for a second officer", id).
		Fix("another officer with the role release or security runs comity contact approve %s; then comity contact enter %s", id, id)
}

// Enter enters a contact. One that took place makes its duties due. One that
// is to come is cleared, if nothing is wanting: it can be entered once it took
// place. One to come that wants an authorisation answers *Unauthorised, and
// with a reason *Unapproved. One that took place without the authorisation
// that it wanted has to say why, and is recorded as such.
func (c *Contacts) Enter(ctx context.Context, actor party.Actor, what release.Contact, reason string) (Entry, error) {
	if err := actor.May(party.ActFile); err != nil {
		return Entry{}, err
	}
	what.Holder = actor.Unit
	if err := check(what); err != nil {
		return Entry{}, err
	}
	e := Entry{Officer: actor.Handle, Made: c.now(), State: Planned}
	if err := newID(&e.ID, c); err != nil {
		return Entry{}, err
	}
	what.ID = e.ID // leave is asked for this contact, and for no other
	e.Plan.Contact = what
	return c.enter(ctx, actor, e, reason)
}

// EnterPlanned goes on with a contact that waited or was cleared; at is when
// it took place, if not when it was planned for.
func (c *Contacts) EnterPlanned(ctx context.Context, actor party.Actor, id string, at wire.Time, reason string) (Entry, error) {
	e, err := c.Contact(ctx, actor, id)
	if err != nil {
		return Entry{}, err
	}
	if err := e.live(); err != nil {
		return Entry{}, err
	}
	if !at.IsZero() {
		e.Plan.Contact.At = at
	}
	return c.enter(ctx, actor, e, reason)
}

// live refuses a contact that is over.
func (e Entry) live() error {
	switch e.State {
	case Entered:
		return fault.New(fault.Stale, "the contact %s was entered already", e.ID.Short()).Fix("comity duties lists what it made due")
	case Cancelled:
		return fault.New(fault.Stale, "the contact %s was cancelled", e.ID.Short()).Fix("enter a new one")
	}
	return nil
}

// Cancel ends a contact that did not take place and will not. What was
// authorised or approved for it falls with it.
func (c *Contacts) Cancel(ctx context.Context, actor party.Actor, id string) (Entry, error) {
	if err := actor.May(party.ActFile); err != nil {
		return Entry{}, err
	}
	e, err := c.Contact(ctx, actor, id)
	if err != nil {
		return Entry{}, err
	}
	if err := e.live(); err != nil {
		return Entry{}, err
	}
	e.State = Cancelled
	entry, err := c.entry(record.Record{Kind: record.Contact, At: c.now(), Unit: actor.Unit, Officer: actor.Handle, Other: e.Plan.Contact.With,
		Plan: e.Hash, Due: e.Plan.Contact.At, Code: codeCancelled})
	if err != nil {
		return Entry{}, err
	}
	return e, c.Store.Enter(ctx, e, nil, []ledger.Entry{entry})
}

func (c *Contacts) enter(ctx context.Context, actor party.Actor, e Entry, reason string) (Entry, error) {
	if err := actor.May(party.ActFile); err != nil {
		return Entry{}, err
	}
	if err := exchange.CheckReason(reason); err != nil {
		return Entry{}, err
	}
	before := e
	var err error
	if e.Plan, err = c.plan(ctx, e.Plan.Contact); err != nil {
		return Entry{}, err
	}
	if e.Hash, err = e.Plan.Hash(); err != nil {
		return Entry{}, err
	}
	past := !e.Plan.Contact.At.After(c.now())
	switch {
	case !past && before.State == Cleared && before.Hash == e.Hash:
		return Entry{}, fault.New(fault.Stale, "the contact %s is cleared, and has not taken place", e.ID.Short()).Fix("enter it once it has")
	case len(e.Plan.Wanting()) == 0:
		e.Reason, e.Approval = "", nil
		return c.commit(ctx, actor, e, "")
	case past && before.State == Cleared && before.Hash == e.Hash:
		return c.commit(ctx, actor, e, "") // approved when it was cleared
	case past:
		// What took place is taken: under its approval if that still stands.
		if len(before.Approval) > 0 && before.Hash == e.Hash {
			if done, err := c.approved(ctx, actor, e, before); err == nil || fault.Is(err, fault.Internal) {
				return done, err
			}
		}
		return c.late(ctx, actor, e, reason)
	case len(before.Approval) > 0 && before.Hash == e.Hash:
		return c.approved(ctx, actor, e, before)
	case len(before.Approval) > 0: // it was approved of something else: it waits anew
		e.State, e.Approval = Planned, nil
		if reason != "" {
			e.Reason = reason
		}
		return Entry{}, c.wait(ctx, e, &Unapproved{e})
	case before.Reason != "" && reason == "":
		return Entry{}, &Unapproved{before}
	}
	e.State, e.Reason = Planned, reason
	if reason == "" {
		return Entry{}, c.wait(ctx, e, &Unauthorised{e})
	}
	return Entry{}, c.wait(ctx, e, &Unapproved{e})
}

// wait keeps a contact that cannot be entered yet, and says why.
func (c *Contacts) wait(ctx context.Context, e Entry, why error) error {
	if err := c.Store.Plan(ctx, e); err != nil {
		return err
	}
	return why
}

// late enters what has happened without the authorisation that it wanted.
func (c *Contacts) late(ctx context.Context, actor party.Actor, e Entry, reason string) (Entry, error) {
	if reason == "" {
		reason = e.Reason
	}
	if reason == "" {
		n := e.Plan.Wanting()[0]
		return Entry{}, fault.New(fault.Blocked, "this %s took place without the authorisation of %s that %s wants", kindWords[e.Plan.Contact.Kind], n.By, n.Rule).
			Fix("enter it all the same, and say why with --override REASON: it is recorded, and its report is due")
	}
	e.Reason, e.Approval = reason, nil
	return c.commit(ctx, actor, e, codeAfter)
}

// approved enters a contact that a second officer approved, as it was approved.
func (c *Contacts) approved(ctx context.Context, actor party.Actor, e, before Entry) (Entry, error) {
	envelope, err := record.ParseEnvelope(before.Approval)
	if err != nil {
		return Entry{}, err
	}
	approver, err := c.Approvals.Approver(ctx, before.pending(), envelope)
	if err != nil {
		return Entry{}, err
	}
	if approver.Handle == actor.Handle {
		return Entry{}, fault.New(fault.Denied, "%s approved this contact and cannot enter it too", actor.Handle).Fix("%s enters it", before.Officer)
	}
	e.Reason, e.Approval = before.Reason, before.Approval
	return c.commit(ctx, actor, e, codeApproved)
}

// The words for why a contact went without an authorisation.
const (
	codeApproved = "approved" // a second officer approved
	codeAfter    = "after"    // it had taken place
)

// pending gives a contact as what an approval is checked against.
func (e Entry) pending() exchange.PendingPlan {
	return exchange.PendingPlan{Hash: e.Hash, Maker: e.Officer, Unit: e.Plan.Contact.Holder, Reason: e.Reason, At: e.Made}
}

// Answerable gives a contact that waits, as what an approval is of, to an officer who
// may approve it now.
func (c *Contacts) Answerable(ctx context.Context, actor party.Actor, id string) (exchange.PendingPlan, error) {
	e, err := c.undecided(ctx, actor, id)
	switch {
	case err != nil:
		return exchange.PendingPlan{}, err
	case e.Officer == actor.Handle:
		return exchange.PendingPlan{}, fault.New(fault.Denied, "%s planned this contact and cannot approve it", e.Officer).
			Fix("another officer of %s with the role release or security approves", e.Plan.Contact.Holder)
	case len(e.Approval) > 0:
		return exchange.PendingPlan{}, fault.New(fault.Stale, "the contact %s is approved already", e.ID.Short())
	}
	return e.pending(), nil
}

// undecided gives a contact that waits for a second officer, to one who may approve.
func (c *Contacts) undecided(ctx context.Context, actor party.Actor, id string) (Entry, error) {
	if err := actor.May(party.ActApprove); err != nil {
		return Entry{}, err
	}
	e, err := c.Contact(ctx, actor, id)
	if err == nil && (e.State != Planned || e.Reason == "") {
		err = fault.New(fault.Stale, "the contact %s does not wait for a second officer", e.ID.Short())
	}
	return e, err
}

// Approve keeps a second officer's approval of a contact that waits: the
// officer's own signature over the plan's hash and the reason's.
func (c *Contacts) Approve(ctx context.Context, actor party.Actor, id string, approval seal.Envelope) (Entry, error) {
	e, err := c.undecided(ctx, actor, id)
	if err != nil {
		return Entry{}, err
	}
	a, err := c.Approvals.Approver(ctx, e.pending(), approval)
	if err != nil {
		return Entry{}, err
	}
	if a.Handle != actor.Handle {
		return Entry{}, fault.New(fault.Forged, "the approval is not signed by %s", actor.Handle)
	}
	if e.Approval, err = wire.Encode(approval); err != nil {
		return Entry{}, err
	}
	subject, err := record.ApprovalSubject(approval)
	if err != nil {
		return Entry{}, err
	}
	entry, err := c.entry(record.Record{Kind: record.Authorise, At: c.now(), Unit: actor.Unit, Officer: actor.Handle, Other: e.Plan.Contact.With, Plan: e.Hash,
		Subject: subject, Promises: lacked(e.Plan)})
	if err != nil {
		return Entry{}, err
	}
	return e, c.Store.Approve(ctx, e.ID, e.Hash, e.Approval, []ledger.Entry{entry})
}

// The words for a contact that did not take place.
const (
	codeToCome    = "to_come" // it was cleared
	codeCancelled = "cancelled"
)

// commit keeps a contact with its records: cleared if it is to come, else
// entered with its duties.
func (c *Contacts) commit(ctx context.Context, actor party.Actor, e Entry, code string) (Entry, error) {
	list := []record.Record{c.fact(actor, &e)}
	if code != "" {
		list = append(list, record.Record{Kind: record.Override, At: c.now(), Unit: actor.Unit, Officer: actor.Handle, Other: e.Plan.Contact.With, Plan: e.Hash,
			Packs: e.Plan.Packs, Promises: lacked(e.Plan), Subject: exchange.ReasonHash(e.Reason), Code: code})
	}
	var duties []exchange.Duty
	if e.State == Entered {
		var due []record.Record
		var err error
		if duties, due, err = c.duties(ctx, e); err != nil {
			return Entry{}, err
		}
		list = append(list, due...)
	}
	var entries []ledger.Entry
	for _, r := range list {
		entry, err := c.entry(r)
		if err != nil {
			return Entry{}, err
		}
		entries = append(entries, entry)
	}
	return e, c.Store.Enter(ctx, e, duties, entries)
}

// fact sets a contact's state and gives the record of it: with the proof of
// the authorisation that it went under.
func (c *Contacts) fact(actor party.Actor, e *Entry) record.Record {
	what := e.Plan.Contact
	r := record.Record{Kind: record.Contact, At: c.now(), Unit: actor.Unit, Officer: actor.Handle, Other: what.With, Scope: intel.Contact,
		Purpose: what.Purpose, Plan: e.Hash, Packs: e.Plan.Packs, Code: string(what.Kind), Due: what.At}
	e.State = Entered
	if what.At.After(c.now()) {
		e.State, r.Code = Cleared, codeToCome
	}
	if m := met(e.Plan); len(m) > 0 {
		r.Subject = m[0].Proof
	}
	return r
}

// lacked names the authorisations that were not in hand.
func lacked(p release.ContactPlan) []string {
	var list []string
	for _, n := range p.Wanting() {
		list = append(list, "0 authorisation by "+string(n.By)+" "+n.Rule)
	}
	return slices.Compact(list)
}

// duties tells what a contact obliges its unit to report, drafted.
func (c *Contacts) duties(ctx context.Context, e Entry) ([]exchange.Duty, []record.Record, error) {
	what := e.Plan.Contact
	rules, err := c.Rules.Prepared(ctx, what.At, nil)
	if err != nil {
		return nil, nil, err
	}
	var duties []exchange.Duty
	var records []record.Record
	for _, d := range release.Duties(rules.World(), what.Act(), e.Plan.Authorised) {
		one := exchange.Duty{Duty: d, Draft: release.DraftFor(d, what.Facts())}
		if err := newID(&one.ID, c); err != nil {
			return nil, nil, err
		}
		duties = append(duties, one)
		r := record.Record{Kind: record.DutyDue, At: c.now(), Unit: what.Holder, Other: d.To, Scope: d.Scope, Rule: d.Rule, Packs: []law.Ref{d.Pack}}
		if len(d.Due) > 0 {
			r.Due = d.Due[0].At
		}
		records = append(records, r)
	}
	return duties, records, nil
}

func (c *Contacts) entry(r record.Record) (ledger.Entry, error) {
	r.Node = c.Node
	return record.NewEntry(r, c.Random)
}

// newID sets a time-ordered id of whatever kind.
func newID[T any](id *ref.ID[T], c *Contacts) (err error) {
	*id, err = ref.New[T](c.Now(), c.Random)
	return err
}

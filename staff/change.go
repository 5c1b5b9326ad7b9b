package staff

import (
	"context"
	"slices"

	"comity/fault"
	"comity/ledger"
	"comity/party"
	"comity/wire"
)

// The words that a record of a changed officer carries.
const (
	codeAdded     = "officer_added"
	codeConfirmed = "confirmed"
	codeRemoved   = "officer_removed"
)

// guarded are the roles that nobody gets by the word of an admin alone, once
// the node has a security officer: they read intelligence, send it, or are the
// second pair of eyes.
var guarded = []party.Role{party.Analyst, party.Release, party.Security}

// Add gives an officer a place and a key. It needs the right to run the node,
// except while there is no officer at all: then the first one must be an
// admin, and the actor is not looked at. Once there is a security officer in
// office, an officer with a guarded role waits until one confirms. Added,
// Removed and Waiting are set here. A handle or a key that was ever given out
// is refused, so that nobody can take over the name or the key of another.
func (r *Roster) Add(ctx context.Context, actor party.Actor, o Officer) error {
	if err := r.check(o); err != nil {
		return err
	}
	all, err := r.Store.Officers(ctx)
	if err != nil {
		return err
	}
	first := len(all) == 0
	if first {
		if !slices.Contains(o.Roles, party.Admin) {
			return fault.New(fault.Invalid, "the first officer of a node must be an admin").Fix("add an admin first; the admin adds the others")
		}
		actor = o.Actor()
	} else if err := actor.May(party.ActRun); err != nil {
		return err
	}
	for _, have := range all {
		if have.Handle == o.Handle || have.Key == o.Key {
			return taken(o.Handle)
		}
	}
	o.Roles = slices.Compact(slices.Sorted(slices.Values(o.Roles)))
	o.Added, o.Removed, o.Waiting = wire.At(r.Now()), wire.Time{}, false
	o.Waiting = r.mustWait(o, all)
	e, entry, err := r.change(actor, o, o.Added, codeAdded)
	if err != nil {
		return err
	}
	return r.Store.Enlist(ctx, entry, func(after []Entry) error {
		others := slices.DeleteFunc(after, func(e Entry) bool { return e.Handle == o.Handle })
		if first && len(others) > 0 || r.mustWait(o, others) != o.Waiting {
			return fault.New(fault.Stale, "another officer was added meanwhile").Fix("try again")
		}
		return nil
	}, e)
}

// mustWait reports whether an officer needs the word of a security officer.
func (r *Roster) mustWait(o Officer, others []Entry) bool {
	return slices.ContainsFunc(guarded, o.Actor().Has) && holds(r.believed(others), party.Security)
}

// Confirm is a security officer's word that somebody who waits is who the
// admin says. It names what was shown, so that nobody is confirmed unseen.
func (r *Roster) Confirm(ctx context.Context, actor party.Actor, seen Officer) error {
	if !actor.Has(party.Security) {
		return fault.New(fault.Denied, "%s may not confirm an officer", actor.Handle).Fix("a security officer of this node confirms")
	}
	o, before, err := r.kept(ctx, seen.Handle)
	if err != nil {
		return err
	}
	if !o.Waiting || !o.Removed.IsZero() {
		return fault.New(fault.Stale, "%s does not wait to be confirmed", o.Handle).Fix("comity officer list shows who does")
	}
	if o.Unit != seen.Unit || o.Key != seen.Key || !slices.Equal(o.Roles, seen.Roles) {
		return fault.New(fault.Stale, "the officer %s is not the one that was shown", o.Handle).Fix("look at the entry again")
	}
	o.Waiting = false
	e, entry, err := r.change(actor, o, wire.At(r.Now()), codeConfirmed)
	if err != nil {
		return err
	}
	return r.Store.Change(ctx, entry, before.Statement, func([]Entry) error { return nil }, e)
}

// Remove ends an office. An admin removes others; a security officer is
// removed by another one, and so that an admin cannot bring friends in, a
// security officer also turns down who waits. Nobody can remove the last
// admin or the last security officer.
func (r *Roster) Remove(ctx context.Context, actor party.Actor, handle party.Handle) error {
	if !actor.Has(party.Admin) && !actor.Has(party.Security) {
		return actor.May(party.ActRun)
	}
	o, before, err := r.kept(ctx, handle)
	if err != nil {
		return err
	}
	if err := mayRemove(actor, o); err != nil {
		return err
	}
	guards := o.Current() && o.Actor().Has(party.Security)
	o.Removed = wire.At(r.Now())
	e, entry, err := r.change(actor, o, o.Removed, codeRemoved)
	if err != nil {
		return err
	}
	return r.Store.Change(ctx, entry, before.Statement, func(after []Entry) error {
		left := r.believed(after)
		if !holds(left, party.Admin) {
			return fault.New(fault.Denied, "%s is the last admin", handle).Fix("add another admin first")
		}
		if guards && !holds(left, party.Security) {
			return fault.New(fault.Denied, "%s is the last security officer", handle).Fix("add another one first, and confirm them")
		}
		return nil
	}, e)
}

// mayRemove holds who removes whom.
func mayRemove(actor party.Actor, o Officer) error {
	security := o.Actor().Has(party.Security)
	switch {
	case !o.Removed.IsZero():
		return fault.New(fault.Stale, "%s is no longer an officer", o.Handle)
	case o.Handle == actor.Handle:
		return fault.New(fault.Denied, "nobody removes themselves").Fix("ask another officer")
	case o.Waiting:
		return nil
	case security && !actor.Has(party.Security):
		return fault.New(fault.Denied, "%s is a security officer", o.Handle).Fix("another security officer removes them")
	case !security && !actor.Has(party.Admin):
		return actor.May(party.ActRun)
	}
	return nil
}

// change makes what a changed officer leaves behind: the record and the entry.
func (r *Roster) change(actor party.Actor, o Officer, at wire.Time, code string) (ledger.Entry, Entry, error) {
	e, err := r.entry(actor, o, at, code)
	if err != nil {
		return ledger.Entry{}, Entry{}, err
	}
	entry, err := r.stated(o)
	return e, entry, err
}

// check holds what an officer must be, whoever adds them.
func (r *Roster) check(o Officer) error {
	if _, err := party.ParseHandle(string(o.Handle)); err != nil {
		return err
	}
	if !slices.Contains(r.Units(), o.Unit) {
		return fault.New(fault.Invalid, "%q is no unit of this node", o.Unit).Fix("its units are %v", r.Units())
	}
	if o.Key.IsZero() {
		return fault.New(fault.Invalid, "the officer has no key").Fix("make one with comity officer add")
	}
	if len(o.Roles) == 0 {
		return fault.New(fault.Invalid, "the officer has no role").Fix("roles are %v", party.Roles)
	}
	for _, role := range o.Roles {
		if _, err := party.ParseRole(string(role)); err != nil {
			return err
		}
	}
	return apart(o.Actor())
}

// apart keeps those who run, guard or audit a node away from one another's
// work: an admin is nothing else, and an auditor reads no intelligence.
func apart(a party.Actor) error {
	reads := a.May(party.ActRead) == nil
	if a.Has(party.Admin) && (reads || a.Has(party.Security) || a.Has(party.Auditor)) {
		return fault.New(fault.Invalid, "an admin reads no intelligence and guards nothing, and cannot hold another role too").
			Fix("give the other role to a second handle")
	}
	if reads && a.Has(party.Auditor) {
		return fault.New(fault.Invalid, "an auditor reads no intelligence and cannot be analyst or release officer too").
			Fix("give the other role to a second handle")
	}
	return nil
}

func taken(h party.Handle) error {
	return fault.New(fault.Stale, "the handle %s or its key is taken", h).
		Fix("handles and keys are never given twice; choose another handle and make a new key")
}

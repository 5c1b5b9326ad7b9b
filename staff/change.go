package staff

import (
	"context"
	"slices"

	"comity/fault"
	"comity/party"
	"comity/wire"
)

// The words that a record of a changed officer carries.
const (
	codeAdded   = "officer_added"
	codeRemoved = "officer_removed"
)

// Add gives an officer a place and a key. It needs the right to run the node,
// except while there is no officer at all: then the first one must be an
// admin, and the actor is not looked at. Added and Removed are set here. A
// handle or a key that was ever given out is refused, so that nobody can take
// over the name or the key of another.
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
	o.Added, o.Removed = wire.At(r.Now()), wire.Time{}
	e, err := r.entry(actor, o, o.Added, codeAdded)
	if err != nil {
		return err
	}
	entry, err := r.stated(o)
	if err != nil {
		return err
	}
	return r.Store.Enlist(ctx, entry, func(after []Entry) error {
		if first && len(after) > 1 {
			return fault.New(fault.Stale, "the node has an officer already").Fix("the admin adds the others")
		}
		return nil
	}, e)
}

// Remove ends an office. Nobody can remove the last admin.
func (r *Roster) Remove(ctx context.Context, actor party.Actor, handle party.Handle) error {
	if err := actor.May(party.ActRun); err != nil {
		return err
	}
	o, before, err := r.kept(ctx, handle)
	if err != nil {
		return err
	}
	if !o.Current() {
		return fault.New(fault.Stale, "%s is no longer an officer", handle)
	}
	o.Removed = wire.At(r.Now())
	e, err := r.entry(actor, o, o.Removed, codeRemoved)
	if err != nil {
		return err
	}
	entry, err := r.stated(o)
	if err != nil {
		return err
	}
	return r.Store.Change(ctx, entry, before.Statement, func(after []Entry) error {
		if !slices.ContainsFunc(r.believed(after), func(o Officer) bool { return o.Current() && o.Actor().Has(party.Admin) }) {
			return fault.New(fault.Denied, "%s is the last admin", handle).Fix("add another admin first")
		}
		return nil
	}, e)
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

// apart keeps those who run or audit a node away from its intelligence: one
// officer never holds both sides.
func apart(a party.Actor) error {
	reads := a.May(party.ActRead) == nil
	if reads && (a.Has(party.Admin) || a.Has(party.Auditor)) {
		return fault.New(fault.Invalid, "an admin or auditor reads no intelligence and cannot be analyst or release officer too").
			Fix("give the other role to a second handle")
	}
	return nil
}

func taken(h party.Handle) error {
	return fault.New(fault.Stale, "the handle %s or its key is taken", h).
		Fix("handles and keys are never given twice; choose another handle and make a new key")
}

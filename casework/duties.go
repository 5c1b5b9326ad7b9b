package casework

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"comity/exchange"
	"comity/fault"
	"comity/intel"
	"comity/party"
	"comity/release"
	"comity/wire"
)

// Owed is a duty as it stands now.
type Owed struct {
	exchange.Duty
	First   wire.Time // the earliest reading of the deadline; zero: none
	Overdue bool      // open, and the earliest reading has passed
	Late    bool      // discharged after it
	// Closed says why the text fields of the draft are left out; nil if they
	// are not.
	Closed *fault.Error
}

// Duties lists what the officer's unit must report: to whom, by when, and the
// draft; the most pressing first. Only the open ones with open set.
func (c *Casework) Duties(ctx context.Context, actor party.Actor, open bool) ([]Owed, error) {
	if err := actor.May(party.ActFile); err != nil {
		return nil, err
	}
	duties, err := c.store.Duties(ctx, open)
	if err != nil {
		return nil, err
	}
	list := make([]Owed, 0, len(duties))
	for _, d := range duties {
		// MayTell withholds the duties of other units, as it does when one of
		// them is asked for by its id.
		o, err := c.owed(ctx, actor, d)
		if fault.Is(err, fault.Withheld) {
			continue
		}
		if err != nil {
			return nil, err
		}
		list = append(list, o)
	}
	slices.SortStableFunc(list, func(a, b Owed) int {
		if a.First.IsZero() || b.First.IsZero() {
			return cmp.Compare(zero(a), zero(b))
		}
		return a.First.Time().Compare(b.First.Time())
	})
	fit(list)
	return list, nil
}

// Standing counts the open duties of all units, and those of them that are overdue:
// numbers for the node's operator, who is told nothing else of them.
func (c *Casework) Standing(ctx context.Context) (due, overdue int, err error) {
	open, err := c.store.Duties(ctx, true)
	for _, d := range open {
		if first := d.First(); !first.IsZero() && c.at().After(first) {
			overdue++
		}
	}
	return len(open), overdue, err
}

// Bounds of a list: a partner can make many duties due, with drafts as long as
// what it sends.
const (
	maxDrafts = 16 << 20 // bytes of all drafts together
	maxListed = 500      // bytes of one field of those that no longer fit
)

// fit leaves the long fields out of the drafts that would make a list too
// large, the least pressing ones.
func fit(list []Owed) {
	sum := 0
	for i, o := range list {
		for _, f := range o.Draft.Fields {
			sum += len(f.Value)
		}
		if sum <= maxDrafts {
			continue
		}
		long := func(f release.DraftField) bool { return len(f.Value) > maxListed }
		if !slices.ContainsFunc(o.Draft.Fields, long) {
			continue
		}
		list[i].Draft.Fields = slices.DeleteFunc(slices.Clone(o.Draft.Fields), long)
		if o.Closed == nil {
			list[i].Closed = fault.New(fault.TooLarge, "the list is too long to show all of this draft").
				Fix("file what is due before it; comity file writes it out whole")
		}
	}
}

// zero puts duties without a deadline last.
func zero(o Owed) int {
	if o.First.IsZero() {
		return 1
	}
	return 0
}

// Duty gives one duty; the id may be given by its last 8 digits.
func (c *Casework) Duty(ctx context.Context, actor party.Actor, id string) (Owed, error) {
	d, err := c.store.Duty(ctx, id)
	if err != nil {
		return Owed{}, err
	}
	return c.owed(ctx, actor, d)
}

// owed tells how a duty stands, and leaves out of its draft what the officer
// may not be told yet.
func (c *Casework) owed(ctx context.Context, actor party.Actor, d exchange.Duty) (Owed, error) {
	o := Owed{Duty: d, First: d.First()}
	o.Overdue = d.Discharged.IsZero() && !o.First.IsZero() && c.at().After(o.First)
	o.Late = !d.Discharged.IsZero() && !o.First.IsZero() && d.Discharged.After(o.First)
	err := c.links.MayTell(ctx, actor, d)
	var other *exchange.OtherEyes
	if errors.As(err, &other) {
		o.Closed, o.Draft.Fields = fault.Safe(err), nil
		return o, nil
	}
	if fault.Is(err, fault.Denied) || fault.Is(err, fault.Unread) {
		o.Closed = fault.Safe(err)
		o.Draft.Fields = slices.DeleteFunc(slices.Clone(d.Draft.Fields), func(f release.DraftField) bool { return f.Needs.Content >= intel.Summary })
		return o, nil
	}
	return o, err
}

package casework

import (
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

// List is a part of a list of duties.
type List struct {
	Duties         []Owed
	Count, Overdue int // of all that were asked for; of all open ones
}

// Duties lists what the officer's unit must report: to whom, by when, and the
// draft; the most pressing first. Only the open ones with open set.
func (c *Casework) Duties(ctx context.Context, actor party.Actor, open bool, from, limit int) (List, error) {
	list := List{Duties: []Owed{}}
	if err := actor.May(party.ActFile); err != nil {
		return list, err
	}
	var err error
	if list.Count, list.Overdue, err = c.store.Count(ctx, actor.Unit, open, c.at()); err != nil {
		return list, err
	}
	duties, err := c.store.Duties(ctx, actor.Unit, open, from, limit)
	if err != nil {
		return list, err
	}
	for _, d := range duties {
		o, err := c.owed(ctx, actor, d)
		if err != nil {
			return list, err
		}
		list.Duties = append(list.Duties, o)
	}
	fit(list.Duties)
	return list, nil
}

// Standing counts the open duties of all units, and those of them that are overdue:
// numbers for the node's operator, who is told nothing else of them.
func (c *Casework) Standing(ctx context.Context) (due, overdue int, err error) {
	return c.store.Count(ctx, "", true, c.at())
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

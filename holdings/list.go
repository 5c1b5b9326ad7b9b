package holdings

import (
	"context"
	"errors"
	"strings"

	"comity/fault"
	"comity/intel"
	"comity/party"
	"comity/ref"
	"comity/wire"
)

// Cursor is a place in a list: the last item that was given. The zero value
// is the start.
type Cursor = ref.ItemID

// Listed is a line about an item: nothing that a hidden portion says.
type Listed struct {
	ID         ref.ItemID    `json:"id"`
	Kind       intel.Kind    `json:"kind"`
	Version    int           `json:"version"`
	Title      string        `json:"title"`
	Originator party.Name    `json:"originator"`
	Author     party.Handle  `json:"author"`
	Created    wire.Time     `json:"created"` // of the version
	Portions   int           `json:"portions"`
	Hidden     int           `json:"hidden"`
	Marking    intel.Marking `json:"marking"` // of all of it taken together: a banner, not a permission
	Destroyed  bool          `json:"destroyed,omitzero"`
}

// Bounds of what one question gives.
const (
	defaultLimit = 50
	maxLimit     = 500
	minTail      = 4 // digits that name an item
)

// List gives the items that the officer may see, newest first, from the one
// after the cursor, and the cursor to go on from; the zero cursor is the end.
func (d *Desk) List(ctx context.Context, actor party.Actor, after Cursor, limit int) ([]Listed, Cursor, error) {
	if err := actor.May(party.ActRead); err != nil {
		return nil, Cursor{}, err
	}
	limit = bounded(limit)
	list := []Listed{}
	for {
		page, err := d.store.List(ctx, actor.Unit, after, limit)
		if err != nil {
			return nil, Cursor{}, err
		}
		for _, h := range page {
			after = h.Item.ID
			if v, ok := view(actor, h, wire.At(d.now())); ok {
				l := listed(v)
				l.Destroyed = h.Destroyed
				list = append(list, l)
			}
			if len(list) == limit {
				return list, after, nil
			}
		}
		if len(page) < limit {
			return list, Cursor{}, nil
		}
	}
}

func listed(v View) Listed {
	l := Listed{
		ID: v.Item.ID, Kind: v.Item.Kind, Version: v.Item.Version, Title: v.Item.Title, Originator: v.Item.Originator,
		Author: v.Item.Author, Created: v.Item.Created, Portions: len(v.Item.Portions), Hidden: len(v.Hidden),
	}
	for i, p := range v.Item.Bound(func(int) []party.Name { return nil }).Portions {
		if i == 0 {
			l.Marking = p.Marking
			continue
		}
		l.Marking = intel.Combine(l.Marking, p.Marking)
	}
	return l
}

// Resolve finds an item by its id or by at least the last four of its hex
// digits, among the items that the officer may see and no others.
func (d *Desk) Resolve(ctx context.Context, actor party.Actor, text string) (ref.ItemID, error) {
	if actor.May(party.ActRead) != nil {
		return ref.ItemID{}, absent()
	}
	return d.resolve(ctx, actor.Unit, text, func(id ref.ItemID) (bool, error) {
		_, err := d.Item(ctx, actor, id)
		var gone *Gone
		if fault.Is(err, fault.Withheld) {
			return false, nil
		}
		if errors.As(err, &gone) {
			return true, nil // it still has a trail
		}
		return err == nil, err
	})
}

// Meant gives the item that an officer means, as Resolve does, but takes a whole
// id as it stands, without a look: it is for acts that look at the item themselves,
// as that officer.
func (d *Desk) Meant(ctx context.Context, actor party.Actor, text string) (ref.ItemID, error) {
	var id ref.ItemID
	if actor.May(party.ActRead) != nil {
		return id, absent()
	}
	if len(text) == len(id.String()) && id.UnmarshalText([]byte(text)) == nil {
		return id, nil
	}
	return d.Resolve(ctx, actor, text)
}

// Traced finds an item, as Resolve does, among all items of the node, for an
// auditor or security officer: they follow trails and read no content. It
// gives the id and the owning unit and nothing else. Whoever reads goes through
// Resolve: a trail would tell of items that an officer may not know of.
func (d *Desk) Traced(ctx context.Context, actor party.Actor, text string) (ref.ItemID, party.Name, error) {
	if !actor.Has(party.Auditor) && !actor.Has(party.Security) {
		return ref.ItemID{}, "", absent()
	}
	var owner party.Name
	id, err := d.resolve(ctx, "", text, func(id ref.ItemID) (bool, error) {
		h, err := d.store.Version(ctx, id, 0)
		if err != nil {
			return false, err
		}
		owner = h.Item.Originator
		return true, nil
	})
	if err != nil {
		owner = ""
	}
	return id, owner, err
}

// resolve finds the one item whose id ends in the digits of text and that
// seen lets through; unit narrows the search.
func (d *Desk) resolve(ctx context.Context, unit party.Name, text string, seen func(ref.ItemID) (bool, error)) (ref.ItemID, error) {
	tail := strings.ToLower(strings.ReplaceAll(strings.TrimSpace(text), "-", ""))
	if len(tail) < minTail || len(tail) > 32 || strings.Trim(tail, "0123456789abcdef") != "" {
		return ref.ItemID{}, fault.New(fault.Invalid, "this is not an item's id").
			Fix("give the whole id, or at least the last %d of its digits", minTail)
	}
	ids, err := d.store.Matching(ctx, unit, tail, maxLimit)
	if err != nil {
		return ref.ItemID{}, err
	}
	var found []ref.ItemID
	for _, id := range ids {
		ok, err := seen(id)
		if err != nil {
			return ref.ItemID{}, err
		}
		if ok {
			found = append(found, id)
		}
	}
	switch len(found) {
	case 0:
		return ref.ItemID{}, absent()
	case 1:
		return found[0], nil
	default:
		return ref.ItemID{}, fault.New(fault.Invalid, "%d items end in these digits", len(found)).Fix("give more digits")
	}
}

func bounded(limit int) int {
	if limit <= 0 {
		return defaultLimit
	}
	return min(limit, maxLimit)
}

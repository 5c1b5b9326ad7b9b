package holdings

import (
	"context"
	"slices"

	"comity/fault"
	"comity/intel"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/wire"
)

// Put takes an edited item as its next version. Its ID and Version must be
// those of the latest version stored, else it is Stale. Only the owning unit
// writes. Owner, kind and notice stay as they are; portions hidden from the
// officer stay where the view showed them, blank, and keep their content; new
// portions come without an id and get one. The version, its author and its
// time are set here.
func (d *Desk) Put(ctx context.Context, actor party.Actor, edited intel.Item) (intel.Item, error) {
	if err := actor.May(party.ActWrite); err != nil {
		return intel.Item{}, err
	}
	held, v, err := d.open(ctx, actor, edited.ID, 0)
	if err != nil {
		return intel.Item{}, err
	}
	if edited.Version != held.Item.Version {
		return intel.Item{}, fault.New(fault.Stale, "version %d was edited, and the latest is %d", edited.Version, held.Item.Version).
			Fix("take your changes over into the latest version")
	}
	if err := editable(held.Item); err != nil {
		return intel.Item{}, err
	}
	if err := onlyShown(v, edited.Portions); err != nil {
		return intel.Item{}, err
	}
	bound, err := d.history(ctx, actor, held)
	if err != nil {
		return intel.Item{}, err
	}
	portions, err := d.merge(held, v, bound, edited.Portions)
	if err != nil {
		return intel.Item{}, err
	}
	return d.next(ctx, actor, held, func(i *intel.Item) {
		i.Title, i.Topic, i.Areas, i.Purpose, i.Basis = edited.Title, edited.Topic, edited.Areas, edited.Purpose, edited.Basis
		i.Portions = portions
	})
}

// Mark applies the elements of a marking or grading to portions by number;
// no number means all.
func (d *Desk) Mark(ctx context.Context, actor party.Actor, id ref.ItemID, portions []int, elements []string) (intel.Item, error) {
	held, v, err := d.change(ctx, actor, id)
	if err != nil {
		return intel.Item{}, err
	}
	if len(elements) == 0 {
		return intel.Item{}, fault.New(fault.Invalid, "no element of a marking was given").Fix("give some, such as TLP:AMBER+STRICT or REL:mx/semar/uin")
	}
	numbers := portions
	if len(numbers) == 0 {
		for i := range held.Item.Portions {
			numbers = append(numbers, i+1)
		}
	}
	marked := slices.Clone(held.Item.Portions)
	for _, n := range numbers {
		if n < 1 || n > len(marked) {
			return intel.Item{}, fault.New(fault.Invalid, "the item has no portion %d", n).Fix("its portions are numbered from 1 to %d", len(marked))
		}
		if slices.Contains(v.Hidden, n) {
			return intel.Item{}, untouchable(n)
		}
	}
	for _, n := range numbers {
		for _, e := range elements {
			if err := marked[n-1].Apply(e, wire.At(d.now())); err != nil {
				return intel.Item{}, err
			}
		}
	}
	return d.next(ctx, actor, held, func(i *intel.Item) { i.Portions = marked })
}

// change opens the latest version of an item that the officer may change.
func (d *Desk) change(ctx context.Context, actor party.Actor, id ref.ItemID) (Held, View, error) {
	if err := actor.May(party.ActWrite); err != nil {
		return Held{}, View{}, err
	}
	held, v, err := d.open(ctx, actor, id, 0)
	if err == nil {
		err = editable(held.Item)
	}
	return held, v, err
}

// editable refuses to change what was asked: a request for an authorisation
// stands as it was answered, and its text is bound in ways that its marking does
// not say.
func editable(i intel.Item) error {
	if i.Authorisation == nil {
		return nil
	}
	return fault.New(fault.Denied, "a request for an authorisation stands as it was asked").Fix("ask anew: comity authorise ask")
}

// next makes and keeps the version after held, with what change does to it,
// and gives what the officer may see of it.
func (d *Desk) next(ctx context.Context, actor party.Actor, held Held, change func(*intel.Item)) (intel.Item, error) {
	item := held.Item
	change(&item)
	item.Version, item.Prev = held.Item.Version+1, held.Hash
	item.Author, item.Created = actor.Handle, wire.At(d.now())
	if err := timely(held.Item, item); err != nil {
		return intel.Item{}, err
	}
	kept, err := d.keep(ctx, actor, record.Alter, item, &held, nil)
	if err != nil {
		return intel.Item{}, err
	}
	v, _ := view(actor, kept, item.Created)
	return v.Item, nil
}

// timely refuses an expiry that is newly set and over already: the portion
// would vanish from every officer but one in the moment it is kept.
func timely(before, after intel.Item) error {
	had := make(map[ref.PortionID]wire.Time, len(before.Portions))
	for _, p := range before.Portions {
		had[p.ID] = p.Marking.Expires
	}
	for i, p := range after.Portions {
		if e := p.Marking.Expires; !e.IsZero() && e != had[p.ID] && !after.Created.Before(e) {
			return fault.New(fault.Invalid, "TTL:%s is over already", e).At("portion %d", i+1).Fix("give a time to come, such as TTL:30d; -TTL takes it away")
		}
	}
	return nil
}

// merge gives the portions of an edited version: those that the officer saw
// as edited, those hidden from the officer as they were, new ones with ids.
func (d *Desk) merge(held Held, v View, bound *echoes, edited []intel.Portion) ([]intel.Portion, error) {
	number := make(map[ref.PortionID]int, len(held.Item.Portions)) // that are still to come
	for i, p := range held.Item.Portions {
		number[p.ID] = i + 1
	}
	edited = descent(held.Item, bound, edited)
	out := make([]intel.Portion, 0, len(edited))
	for i, p := range edited {
		n, known := number[p.ID]
		delete(number, p.ID)
		switch {
		case p.ID.IsZero():
			if err := mint(d, &p.ID); err != nil {
				return nil, err
			}
		case !known:
			return nil, fault.New(fault.Invalid, "its id is none of this item's, or stands there twice").At("portion %d", i+1).
				Fix("leave the id of a new portion out")
		case slices.Contains(v.Hidden, n):
			if !same(p, v.Item.Portions[n-1]) {
				return nil, untouchable(n)
			}
			p = held.Item.Portions[n-1]
		}
		out = append(out, p)
	}
	for _, n := range number {
		if slices.Contains(v.Hidden, n) {
			return nil, untouchable(n)
		}
	}
	return out, nil
}

// same compares two portions by their canonical bytes.
func same(a, b intel.Portion) bool {
	x, errA := wire.Encode(a)
	y, errB := wire.Encode(b)
	return errA == nil && errB == nil && slices.Equal(x, y)
}

func untouchable(n int) error {
	return fault.New(fault.Denied, "portion %d is hidden from you and stays as it is", n).
		Fix("leave it as it stands, or ask somebody who may read it")
}

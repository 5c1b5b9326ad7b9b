package holdings

import (
	"context"
	"slices"

	"comity/fault"
	"comity/intel"
	"comity/party"
	"comity/ref"
	"comity/release"
	"comity/wire"
)

// View is a version as one officer may see it: portions hidden from the
// officer have no text, substitute, hint, statements or exhibits, and an item
// with any of them has no salt. Hash is that of the whole version.
type View struct {
	Item   intel.Item `json:"item"`
	Hidden []int      `json:"hidden"` // numbers of the hidden portions, from 1
	Hash   ref.Hash   `json:"hash"`
}

// Item gives the latest version of an item.
func (d *Desk) Item(ctx context.Context, actor party.Actor, id ref.ItemID) (View, error) {
	return d.Version(ctx, actor, id, 0)
}

// Version gives one version, 0 meaning the latest. A portion of an older
// version is shown only if its marking of then and the last marking that it
// ever had both let it be.
func (d *Desk) Version(ctx context.Context, actor party.Actor, id ref.ItemID, n int) (View, error) {
	_, v, err := d.open(ctx, actor, id, n)
	return v, err
}

// open gives a version and the officer's view of it, or the one refusal.
func (d *Desk) open(ctx context.Context, actor party.Actor, id ref.ItemID, n int) (Held, View, error) {
	if actor.May(party.ActRead) != nil || n < 0 {
		return Held{}, View{}, absent()
	}
	h, err := d.store.Version(ctx, id, n)
	if fault.Is(err, fault.Withheld) {
		return Held{}, View{}, absent()
	}
	if err != nil {
		return Held{}, View{}, err
	}
	v, ok := view(actor, h, wire.At(d.now()))
	if !ok {
		return Held{}, View{}, absent()
	}
	if h.Destroyed {
		return Held{}, View{}, &Gone{v}
	}
	return h, v, nil
}

// Gone is the answer about an item whose content was destroyed, to an officer
// who may know of it.
type Gone struct {
	Left View // without content
}

// Error tells which.
func (g *Gone) Error() string { return g.Unwrap().Error() }

// Unwrap gives the fault.
func (g *Gone) Unwrap() error {
	return fault.New(fault.Expired, "the content of %s was destroyed", g.Left.Item.ID.Short()).Fix("comity trail shows to whom it went before")
}

// view hides what an officer may not read. Not ok means that the officer may
// not know of the item at all: it is another unit's, or all of it is hidden.
func view(actor party.Actor, h Held, now wire.Time) (View, bool) {
	v := View{Item: h.Item, Hidden: []int{}, Hash: h.Hash}
	v.Item.Portions = slices.Clone(h.Item.Portions)
	for i, p := range v.Item.Portions {
		if !readable(actor, h, p, now) {
			v.Hidden = append(v.Hidden, i+1)
			v.Item.Portions[i] = blank(p)
		}
	}
	if len(v.Hidden) > 0 {
		v.Item.Salt = "" // with it the hash would confirm a guess at what is hidden
	}
	all := len(v.Item.Portions)
	return v, actor.Unit == h.Item.Originator && actor.May(party.ActRead) == nil && (all == 0 || len(v.Hidden) < all)
}

// readable asks Decide about a portion: under its marking, under those of the
// portions that it derives from, near and far, and all of this again as it
// stood last, if this is an older version.
func readable(actor party.Actor, h Held, p intel.Portion, now wire.Time) bool {
	if !lineage(actor, h, h.Item.Portions, p.ID, now, map[ref.PortionID]bool{}) {
		return false
	}
	return lineage(actor, h, h.Later, p.ID, now, map[ref.PortionID]bool{})
}

// lineage decides about the portion of an id and its sources, among the
// portions of one version; one that is not there has nothing to hide.
func lineage(actor party.Actor, h Held, among []intel.Portion, id ref.PortionID, now wire.Time, seen map[ref.PortionID]bool) bool {
	i := slices.IndexFunc(among, func(p intel.Portion) bool { return p.ID == id })
	if i < 0 || seen[id] {
		return true
	}
	seen[id] = true
	s := Subject{Units: []party.Name{h.Item.Originator}, Author: h.Authors[id], Marking: among[i].Marking}
	if !Decide(actor, s, now).Allow {
		return false
	}
	for _, o := range among[i].Origins {
		// What a partner kept to some of us stays with them in other words too.
		if !Decide(actor, Subject{Units: []party.Name{h.Item.Originator}, Marking: o.Marking}, now).Allow {
			return false
		}
	}
	for _, source := range among[i].DerivedFrom {
		if !lineage(actor, h, among, source, now, seen) {
			return false
		}
	}
	return true
}

func blank(p intel.Portion) intel.Portion {
	p.Text, p.Substitute, p.Hint, p.Statements, p.Exhibits = "", "", "", nil, nil
	return p
}

// ViewCut gives a received cut as one officer may see it, with the numbers
// of the portions that are hidden, in the way of [View]. It is false if the
// officer may not know of the cut: it is addressed to other units, or all of
// it is hidden. Whether the officer has opened the cut is not asked.
func ViewCut(actor party.Actor, cut release.Cut, now wire.Time) (release.Cut, []int, bool) {
	hidden := []int{}
	cut.Portions = slices.Clone(cut.Portions)
	for i, p := range cut.Portions {
		s := Subject{Units: cut.Audience, Marking: p.Marking}
		if !Decide(actor, s, now).Allow {
			hidden = append(hidden, i+1)
			cut.Portions[i] = release.CutPortion{Form: p.Form, Kind: p.Kind, Marking: p.Marking, Grading: p.Grading}
		}
	}
	all := len(cut.Portions)
	ok := actor.May(party.ActRead) == nil && actor.Unit != "" && slices.Contains(cut.Audience, actor.Unit)
	return cut, hidden, ok && (all == 0 || len(hidden) < all)
}

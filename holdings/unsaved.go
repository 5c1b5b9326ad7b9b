package holdings

import (
	"context"
	"errors"
	"slices"

	"comity/fault"
	"comity/party"
	"comity/ref"
	"comity/wire"
)

// Unsaved is what an officer has written and not saved as a version yet. It is the
// officer's own: nobody else is shown it, and it is no part of the item.
type Unsaved struct {
	Item    ref.ItemID   `json:"item"`             // that it is of; of a new one an id that stands for it
	Version int          `json:"version,omitzero"` // that it was written over; 0: of a new item
	By      party.Handle `json:"by"`
	At      wire.Time    `json:"at"`
	Writing Writing      `json:"writing"`
}

// Bounds of what is kept for one officer.
const (
	mostUnsaved      = 40
	mostUnsavedBytes = 6 << 20 // of one
)

// Sheet gives an id for an item that is to be written.
func (d *Desk) Sheet(actor party.Actor) (id ref.ItemID, err error) {
	if err := actor.May(party.ActWrite); err != nil {
		return id, err
	}
	return id, mint(d, &id)
}

// KeepUnsaved keeps what an officer has written of an item, right or wrong.
func (d *Desk) KeepUnsaved(ctx context.Context, actor party.Actor, id ref.ItemID, version int, w Writing) (Unsaved, error) {
	u := Unsaved{Item: id, Version: version, By: actor.Handle, At: wire.At(d.now()), Writing: w}
	if err := d.mayWrite(ctx, actor, id, version); err != nil {
		return Unsaved{}, err
	}
	b, err := wire.Encode(u)
	if err != nil {
		return Unsaved{}, err
	}
	if len(b) > mostUnsavedBytes {
		return Unsaved{}, fault.New(fault.TooLarge, "it has %d bytes; at most %d are kept", len(b), mostUnsavedBytes).Fix("split it into several items")
	}
	have, err := d.store.AllUnsaved(ctx, actor.Handle)
	if err != nil {
		return Unsaved{}, err
	}
	if len(have) >= mostUnsaved && !slices.ContainsFunc(have, func(h Unsaved) bool { return h.Item == id }) {
		return Unsaved{}, fault.New(fault.TooLarge, "%d texts of yours are not saved yet, and no more are kept", len(have)).Fix("save or drop some of them")
	}
	return u, d.store.KeepUnsaved(ctx, u)
}

// mayWrite refuses what could not be saved by who writes it: an item that is there
// is the officer's to change, and one that is not is new.
func (d *Desk) mayWrite(ctx context.Context, actor party.Actor, id ref.ItemID, version int) error {
	if err := actor.May(party.ActWrite); err != nil {
		return err
	}
	if version > 0 {
		_, _, err := d.change(ctx, actor, id)
		return err
	}
	if _, err := d.store.Version(ctx, id, 0); !fault.Is(err, fault.Withheld) {
		if err != nil {
			return err
		}
		return absent()
	}
	return nil
}

// Unsaved gives what the officer has written of an item. What is hidden from the
// officer by now is taken out of it.
func (d *Desk) Unsaved(ctx context.Context, actor party.Actor, id ref.ItemID) (Unsaved, error) {
	if err := actor.May(party.ActWrite); err != nil {
		return Unsaved{}, err
	}
	u, err := d.store.Unsaved(ctx, actor.Handle, id)
	if fault.Is(err, fault.Withheld) {
		return Unsaved{}, absent()
	}
	if err != nil {
		return Unsaved{}, err
	}
	return d.unveiled(ctx, actor, u)
}

func (d *Desk) unveiled(ctx context.Context, actor party.Actor, u Unsaved) (Unsaved, error) {
	if u.Version == 0 {
		return u, nil
	}
	_, v, err := d.open(ctx, actor, u.Item, 0)
	if err != nil {
		return Unsaved{}, err
	}
	u.Writing.Portions = slices.Clone(u.Writing.Portions)
	for i, w := range u.Writing.Portions {
		for _, n := range v.Hidden {
			if v.Item.Portions[n-1].ID == w.ID {
				u.Writing.Portions[i] = Written{ID: w.ID}
			}
		}
	}
	return u, nil
}

// AllUnsaved lists what the officer has written and may still see, the newest
// first, without the texts.
func (d *Desk) AllUnsaved(ctx context.Context, actor party.Actor) ([]Unsaved, error) {
	if err := actor.May(party.ActWrite); err != nil {
		return nil, err
	}
	all, err := d.store.AllUnsaved(ctx, actor.Handle)
	if err != nil {
		return nil, err
	}
	list := []Unsaved{}
	for _, u := range all {
		u, err := d.unveiled(ctx, actor, u)
		var gone *Gone
		if fault.Is(err, fault.Withheld) || errors.As(err, &gone) {
			continue
		}
		if err != nil {
			return nil, err
		}
		u.Writing = Writing{Kind: u.Writing.Kind, Title: u.Writing.Title, Portions: []Written{}}
		list = append(list, u)
	}
	return list, nil
}

// DropUnsaved forgets what the officer has written of an item.
func (d *Desk) DropUnsaved(ctx context.Context, actor party.Actor, id ref.ItemID) error {
	if err := actor.May(party.ActWrite); err != nil {
		return err
	}
	return d.store.DropUnsaved(ctx, actor.Handle, id)
}

package holdings

import (
	"context"
	"math"

	"comity/fault"
	"comity/intel"
	"comity/party"
	"comity/ref"
)

// Likeness is an item that says much the same as another one.
type Likeness struct {
	Item    ref.ItemID `json:"item"`
	Title   string     `json:"title"`
	Percent int        `json:"percent"` // of their runs of words that both have, about
}

// What counts as alike.
const (
	fewPercent = 50
	mostAlike  = 5
)

// unknown refuses a document that was imported before, if the officer may know of
// the item.
func (d *Desk) unknown(ctx context.Context, actor party.Actor, content ref.Hash, again bool) error {
	if again || content.IsZero() {
		return nil
	}
	ids, err := d.store.Originals(ctx, actor.Unit, content)
	if err != nil {
		return err
	}
	for _, id := range ids {
		v, err := d.Item(ctx, actor, id)
		if fault.Is(err, fault.Withheld) || fault.Is(err, fault.Expired) {
			continue
		}
		if err != nil {
			return err
		}
		if whole, err := d.whole(ctx, actor, v); err != nil || !whole {
			if err != nil {
				return err
			}
			continue // to name it would confirm what is hidden
		}
		return fault.New(fault.Stale, "this very document was imported before, as %s: %s", id.Short(), v.Item.Title).
			Fix("work with that item, or add --again to have another one")
	}
	return nil
}

// Alike lists imported items that say much the same as an item and that the
// officer may see, the most alike first.
func (d *Desk) Alike(ctx context.Context, actor party.Actor, id ref.ItemID) ([]Likeness, error) {
	_, v, err := d.open(ctx, actor, id, 0)
	if err != nil {
		return nil, err
	}
	found, err := d.store.Alike(ctx, actor.Unit, texts(v.Item), 4*mostAlike)
	if err != nil {
		return nil, err
	}
	var list []Likeness
	for _, f := range found {
		percent := int(math.Round(100 * f.Share))
		if f.Item == id || percent < fewPercent || len(list) == mostAlike {
			continue
		}
		other, err := d.Item(ctx, actor, f.Item)
		if fault.Is(err, fault.Withheld) || fault.Is(err, fault.Expired) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if whole, err := d.whole(ctx, actor, other); err != nil || !whole {
			if err != nil {
				return nil, err
			}
			continue // how much is alike would tell of what is hidden
		}
		list = append(list, Likeness{f.Item, other.Item.Title, percent})
	}
	return list, nil
}

// texts gives the words of an item as they are compared.
func texts(i intel.Item) []string {
	var list []string
	for _, p := range i.Portions {
		list = append(list, p.Text)
	}
	return list
}

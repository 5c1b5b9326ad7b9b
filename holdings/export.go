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

// Export gives the latest version as the officer may see it, a [View] in
// canonical JSON, and records that it was taken out. An item with a portion
// that may only be shown is refused as a whole: what is left of it would not
// tell that something is missing.
func (d *Desk) Export(ctx context.Context, actor party.Actor, id ref.ItemID) ([]byte, error) {
	_, v, err := d.open(ctx, actor, id, 0)
	if err != nil {
		return nil, err
	}
	for i, p := range v.Item.Bound(func(int) []party.Name { return nil }).Portions {
		if slices.ContainsFunc(p.Marking.Caveats, func(c intel.Caveat) bool { return c.Code == intel.DISPLAY }) {
			return nil, fault.New(fault.Blocked, "DISPLAY: it may be shown, not given").At("portion %d", i+1).
				Fix("read it here with comity show")
		}
	}
	b, err := wire.Encode(v)
	if err != nil {
		return nil, err
	}
	e, err := d.entry(record.Consult, actor, wire.At(d.now()), id, v.Hash)
	if err != nil {
		return nil, err
	}
	return b, d.store.Record(ctx, e)
}

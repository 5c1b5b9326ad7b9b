package holdings

import (
	"context"
	"slices"

	"comity/fault"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/wire"
)

// Destroy destroys the content of all versions of an item, and of what was cut
// from it, for a reason of [record.DestroyReasons]: by destroying their key, here
// and so in every backup. What stays is that there was such an item, and its
// trail. An item that was sent lives on where it was sent: it is recalled first.
// An officer from whom a portion is hidden destroys none.
func (d *Desk) Destroy(ctx context.Context, actor party.Actor, id ref.ItemID, reason string) error {
	if err := actor.May(party.ActDestroy); err != nil {
		return err
	}
	if !slices.Contains(record.DestroyReasons, reason) {
		return fault.New(fault.Invalid, "%q is no reason to destroy something", reason).Fix("reasons are %v", record.DestroyReasons)
	}
	held, v, err := d.open(ctx, actor, id, 0)
	if err != nil {
		return err
	}
	if len(v.Hidden) > 0 {
		return fault.New(fault.Denied, "some portions of it are not for you to read, nor to destroy").Fix("ask an officer who may see all of it")
	}
	e, err := record.NewEntry(record.Record{Kind: record.Destroy, At: wire.At(d.now()), Node: d.node, Unit: actor.Unit, Officer: actor.Handle,
		Item: id, Version: held.Hash, Code: reason}, d.random)
	if err != nil {
		return err
	}
	return d.store.Destroy(ctx, id, e)
}

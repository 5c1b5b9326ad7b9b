package console

import (
	"context"

	"comity/fault"
	"comity/party"
	"comity/record"
	"comity/ref"
)

// DestroyContent destroys the content of an item or of a received cut for good.
type DestroyContent struct {
	Item   string `json:"item,omitzero"` // or
	Cut    string `json:"cut,omitzero"`
	Reason string `json:"reason"` // of record.DestroyReasons
}

// DestroyedContent says what was destroyed.
type DestroyedContent struct {
	Item   ref.ItemID      `json:"item,omitzero"`
	Cut    ref.CutID       `json:"cut,omitzero"`
	Record *record.Receipt `json:"record,omitempty"` // of a cut: what its sender is given
	Copies []string        `json:"copies,omitempty"` // of the vault that could not be reached, and may still open it
}

// Command names the command.
func (DestroyContent) Command() Name                { return destroyContent }
func (DestroyContent) answer() (r DestroyedContent) { return r }

func (d *Desk) destroyContent(ctx context.Context, actor party.Actor, c DestroyContent) (r DestroyedContent, err error) {
	switch {
	case (c.Item == "") == (c.Cut == ""):
		return r, fault.New(fault.Invalid, "name an item or a received cut")
	case c.Cut != "":
		done, err := d.Exchange.Destroy(ctx, actor, c.Cut, c.Reason)
		if err != nil {
			return r, err
		}
		r.Cut, r.Record = done.Cut, &done.Record
	default:
		if r.Item, err = d.Holdings.Resolve(ctx, actor, c.Item); err != nil {
			return r, err
		}
		if err := d.Holdings.Destroy(ctx, actor, r.Item, c.Reason); err != nil {
			return r, err
		}
	}
	r.Copies = d.Vault().Behind
	return r, nil
}

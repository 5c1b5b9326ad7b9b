package console

import (
	"context"

	"comity/intel"
	"comity/party"
	"comity/ref"
)

// WithdrawItem sends a correction or a recall to everybody who got an item.
type WithdrawItem struct {
	Item   string           `json:"item"`
	Kind   intel.NoticeKind `json:"kind"`
	Reason string           `json:"reason"` // the recipients read it

	Override string `json:"override,omitzero"` // a reason to send it although it breaks a promise
}

// Withdrawn is a notice that went out.
type Withdrawn struct {
	Notice  ref.ItemID   `json:"notice"`
	Sent    Sent         `json:"sent"`
	LeftOut []party.Name `json:"left_out,omitempty"` // who was sent the item and has no unit left at any partner
}

// Command names the command.
func (WithdrawItem) Command() Name         { return withdraw }
func (WithdrawItem) answer() (r Withdrawn) { return r }

func (d *Desk) withdrawItem(ctx context.Context, actor party.Actor, c WithdrawItem) (Withdrawn, error) {
	id, err := d.Holdings.Resolve(ctx, actor, c.Item)
	if err != nil {
		return Withdrawn{}, err
	}
	w, err := d.Recall.Withdraw(ctx, actor, id, c.Kind, c.Reason, c.Override)
	s, err := d.sent(ctx, actor, w.Released, err)
	return Withdrawn{w.Notice.ID, s, w.LeftOut}, err
}

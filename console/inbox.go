package console

import (
	"context"

	"comity/exchange"
	"comity/party"
	"comity/ref"
)

// ListInbox asks what came for the officer's unit, newest first.
type ListInbox struct {
	After ref.CutID `json:"after,omitzero"`
	Limit int       `json:"limit,omitzero"`
}

// ReadCut opens what came. The reading is recorded, and the sender is given
// its receipt. Conditions are acknowledged first.
type ReadCut struct {
	Cut         string `json:"cut"` // the id, or its last digits
	Acknowledge bool   `json:"acknowledge,omitzero"`
}

// Letters are an answer.
type Letters struct {
	Letters []exchange.Letter `json:"letters"`
	Unknown []party.Name      `json:"unknown,omitempty"` // the unit, if no pack that counts describes its duties
}

// Opened is a cut as the officer may read it.
type Opened struct {
	Opened  exchange.Opened `json:"opened"`
	Unknown []party.Name    `json:"unknown,omitempty"` // as of Letters
}

// Command names the command.
func (ListInbox) Command() Name       { return listInbox }
func (ListInbox) answer() (r Letters) { return r }

// Command names the command.
func (ReadCut) Command() Name      { return readCut }
func (ReadCut) answer() (r Opened) { return r }

func (d *Desk) listInbox(ctx context.Context, actor party.Actor, c ListInbox) (Letters, error) {
	limit := c.Limit
	if limit <= 0 || limit > 500 {
		limit = 100
	}
	l, err := d.Exchange.Inbox(ctx, actor, c.After, limit)
	if err != nil {
		return Letters{}, err
	}
	unknown, err := d.unknown(ctx, actor.Unit)
	return Letters{l, unknown}, err
}

func (d *Desk) readCut(ctx context.Context, actor party.Actor, c ReadCut) (Opened, error) {
	o, err := d.Exchange.Read(ctx, actor, c.Cut, c.Acknowledge)
	if err != nil {
		return Opened{}, err
	}
	unknown, err := d.unknown(ctx, actor.Unit)
	return Opened{o, unknown}, err
}

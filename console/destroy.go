package console

import (
	"context"
	"slices"

	"comity/exchange"
	"comity/fault"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/wire"
)

// DestroyContent destroys the content of an item or of a received cut for good.
type DestroyContent struct {
	Item   string `json:"item,omitzero"` // or
	Cut    string `json:"cut,omitzero"`
	Reason string `json:"reason"` // of record.DestroyReasons
}

// WeighDestruction asks what a DestroyContent would destroy, and changes nothing.
type WeighDestruction struct {
	Item   string `json:"item,omitzero"` // or
	Cut    string `json:"cut,omitzero"`
	Reason string `json:"reason"`
}

// Doomed is what would be destroyed: an item with those it was sent to, or what
// came.
type Doomed struct {
	Item  ref.ItemID   `json:"item,omitzero"`
	Cut   ref.CutID    `json:"cut,omitzero"`
	Title string       `json:"title,omitzero"` // none of what came as pointers only
	From  party.Name   `json:"from"`
	To    []party.Name `json:"to,omitempty"`
	Gone  []party.Name `json:"gone,omitempty"` // of To: those who destroyed all of it, by their receipts
	At    wire.Time    `json:"at"`             // when it was written, or came
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

// Command names the command.
func (WeighDestruction) Command() Name      { return weighDestruction }
func (WeighDestruction) answer() (r Doomed) { return r }

// weighDestruction refuses what the destruction itself would refuse: nobody is
// asked about what they may not do.
func (d *Desk) weighDestruction(ctx context.Context, actor party.Actor, c WeighDestruction) (Doomed, error) {
	if err := actor.May(party.ActDestroy); err != nil {
		return Doomed{}, err
	}
	if (c.Item == "") == (c.Cut == "") {
		return Doomed{}, fault.New(fault.Invalid, "name an item or a received cut")
	}
	if c.Cut != "" {
		l, err := d.Exchange.Destroyable(ctx, actor, c.Cut, c.Reason)
		return Doomed{Cut: l.Cut, Title: l.Title, From: l.From, To: []party.Name{l.To}, At: l.At}, err
	}
	id, err := d.ours(ctx, actor, c.Item)
	if err != nil {
		return Doomed{}, err
	}
	v, err := d.Holdings.Item(ctx, actor, id)
	if err != nil {
		return Doomed{}, err
	}
	doomed := Doomed{Item: id, Title: v.Item.Title, From: v.Item.Originator, At: v.Item.Created}
	t, err := d.Exchange.Trail(ctx, actor, id)
	doomed.sentTo(t.Lines)
	return doomed, err
}

// sentTo notes to whom an item was sent, and who has nothing of it any more.
func (d *Doomed) sentTo(lines []exchange.Line) {
	lives := map[party.Name]bool{}
	for _, l := range lines {
		if l.Notice != "" {
			continue
		}
		if !slices.Contains(d.To, l.Recipient) {
			d.To = append(d.To, l.Recipient)
		}
		lives[l.Recipient] = lives[l.Recipient] || l.Stage != exchange.Gone
	}
	for _, n := range d.To {
		if !lives[n] {
			d.Gone = append(d.Gone, n)
		}
	}
}

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
		if r.Item, err = d.ours(ctx, actor, c.Item); err != nil {
			return r, err
		}
		if err := d.Holdings.Destroy(ctx, actor, r.Item, c.Reason); err != nil {
			return r, err
		}
	}
	r.Copies = d.Vault().Behind
	return r, nil
}

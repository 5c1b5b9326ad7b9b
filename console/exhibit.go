package console

import (
	"context"

	"comity/fault"
	"comity/holdings"
	"comity/intel"
	"comity/party"
	"comity/ref"
)

// UploadParts hands over parts of a file that AttachExhibits then attaches, from
// one on: the first ones first, and as many as go into a command.
type UploadParts struct {
	Item    string        `json:"item"`
	Exhibit intel.Exhibit `json:"exhibit"`
	From    int           `json:"from"`
	Bytes   []byte        `json:"bytes"`
}

// Uploaded is empty: parts that are there are there.
type Uploaded struct{}

// AttachExhibits makes files that were handed over exhibits of portions.
type AttachExhibits struct {
	Item     string            `json:"item"`
	Exhibits []holdings.Placed `json:"exhibits"`
}

// TakeExhibit asks for an exhibit of an item, or of a cut that the officer has
// opened, piece by piece; it is recorded.
type TakeExhibit struct {
	Item string `json:"item,omitzero"` // or
	Cut  string `json:"cut,omitzero"`
	Hash string `json:"hash"` // or its first digits
	From int    `json:"from"` // part
}

// Command names the command.
func (UploadParts) Command() Name        { return uploadParts }
func (UploadParts) answer() (r Uploaded) { return r }

// Command names the command.
func (AttachExhibits) Command() Name        { return attachExhibits }
func (AttachExhibits) answer() (r ItemView) { return r }

// Command names the command.
func (TakeExhibit) Command() Name              { return takeExhibit }
func (TakeExhibit) answer() (r holdings.Piece) { return r }

func (d *Desk) uploadParts(ctx context.Context, actor party.Actor, c UploadParts) (Uploaded, error) {
	id, err := d.Holdings.Resolve(ctx, actor, c.Item)
	if err != nil {
		return Uploaded{}, err
	}
	var parts [][]byte
	for b := c.Bytes; len(b) > 0; b = b[len(parts[len(parts)-1]):] {
		parts = append(parts, b[:min(len(b), intel.PartSize)])
	}
	return Uploaded{}, d.Holdings.Upload(ctx, actor, id, c.Exhibit, c.From, parts...)
}

func (d *Desk) attachExhibits(ctx context.Context, actor party.Actor, c AttachExhibits) (ItemView, error) {
	id, err := d.Holdings.Resolve(ctx, actor, c.Item)
	if err != nil {
		return ItemView{}, err
	}
	if _, err := d.Holdings.Attach(ctx, actor, id, c.Exhibits...); err != nil {
		return ItemView{}, err
	}
	return d.view(ctx, actor, id, 0)
}

func (d *Desk) takeExhibit(ctx context.Context, actor party.Actor, c TakeExhibit) (holdings.Piece, error) {
	switch {
	case (c.Item == "") == (c.Cut == ""):
		return holdings.Piece{}, fault.New(fault.Invalid, "name an item or a received cut")
	case c.Cut != "":
		return d.Exchange.Exhibit(ctx, actor, c.Cut, c.Hash, c.From)
	}
	id, err := d.ours(ctx, actor, c.Item)
	if err != nil {
		return holdings.Piece{}, err
	}
	return d.Holdings.Exhibit(ctx, actor, id, c.Hash, c.From)
}

// ours finds an item for a command that takes what came, too: an officer who
// names what came without saying so is told how to say it. Nobody is told
// whether there is such a thing.
func (d *Desk) ours(ctx context.Context, actor party.Actor, text string) (ref.ItemID, error) {
	id, err := d.Holdings.Resolve(ctx, actor, text)
	if !fault.Is(err, fault.Withheld) {
		return id, err
	}
	f := fault.Safe(err)
	return id, f.Fix("%s; if it came from a partner, add --received", f.Hint)
}

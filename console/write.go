package console

import (
	"context"

	"comity/holdings"
	"comity/party"
	"comity/ref"
)

// OpenSheet asks for an id under which what is written of a new item is kept until
// it is saved.
type OpenSheet struct{}

// Sheet is that id.
type Sheet struct {
	Item ref.ItemID `json:"item"`
}

// WriteItem saves what an officer has written: as a new item, or as the next version
// of the item whose version it was written over. What was kept of it unsaved is
// forgotten then.
type WriteItem struct {
	Item    ref.ItemID       `json:"item"`             // or the sheet of a new one
	Version int              `json:"version,omitzero"` // 0: a new item
	Writing holdings.Writing `json:"writing"`
}

// KeepUnsaved keeps what an officer has written, and saves nothing.
type KeepUnsaved struct {
	Item    ref.ItemID       `json:"item"`
	Version int              `json:"version,omitzero"`
	Writing holdings.Writing `json:"writing"`
}

// ShowUnsaved asks for what the officer has written of an item.
type ShowUnsaved struct {
	Item ref.ItemID `json:"item"`
}

// ListUnsaved asks for all that the officer has written and not saved.
type ListUnsaved struct{}

// UnsavedList is the answer, without the texts.
type UnsavedList struct {
	Unsaved []holdings.Unsaved `json:"unsaved"`
}

// DropUnsaved forgets what the officer has written of an item.
type DropUnsaved struct {
	Item ref.ItemID `json:"item"`
}

// ListVersions asks for the versions of an item, the newest first.
type ListVersions struct {
	Item  string `json:"item"`
	From  int    `json:"from,omitzero"` // this one and those before it; 0: all
	Limit int    `json:"limit,omitzero"`
}

// VersionList is the answer.
type VersionList struct {
	Item     ref.ItemID             `json:"item"`
	Versions []holdings.VersionLine `json:"versions"`
}

// Command names the command.
func (OpenSheet) Command() Name     { return openSheet }
func (OpenSheet) answer() (r Sheet) { return r }

// Command names the command.
func (WriteItem) Command() Name        { return writeItem }
func (WriteItem) answer() (r ItemView) { return r }

// Command names the command.
func (KeepUnsaved) Command() Name                { return keepUnsaved }
func (KeepUnsaved) answer() (r holdings.Unsaved) { return r }

// Command names the command.
func (ShowUnsaved) Command() Name                { return showUnsaved }
func (ShowUnsaved) answer() (r holdings.Unsaved) { return r }

// Command names the command.
func (ListUnsaved) Command() Name           { return listUnsaved }
func (ListUnsaved) answer() (r UnsavedList) { return r }

// Command names the command.
func (DropUnsaved) Command() Name       { return dropUnsaved }
func (DropUnsaved) answer() (r Removed) { return r }

// Command names the command.
func (ListVersions) Command() Name           { return listVersions }
func (ListVersions) answer() (r VersionList) { return r }

func (d *Desk) openSheet(_ context.Context, actor party.Actor, _ OpenSheet) (Sheet, error) {
	id, err := d.Holdings.Sheet(actor)
	return Sheet{id}, err
}

func (d *Desk) writeItem(ctx context.Context, actor party.Actor, c WriteItem) (ItemView, error) {
	id := c.Item
	if c.Version == 0 {
		item, err := d.Holdings.Begin(ctx, actor, c.Writing)
		if err != nil {
			return ItemView{}, err
		}
		id = item.ID
	} else if _, err := d.Holdings.Rewrite(ctx, actor, id, c.Version, c.Writing); err != nil {
		return ItemView{}, err
	}
	if err := d.Holdings.DropUnsaved(ctx, actor, c.Item); err != nil {
		return ItemView{}, err
	}
	return d.view(ctx, actor, id, 0)
}

func (d *Desk) keepUnsaved(ctx context.Context, actor party.Actor, c KeepUnsaved) (holdings.Unsaved, error) {
	u, err := d.Holdings.KeepUnsaved(ctx, actor, c.Item, c.Version, c.Writing)
	u.Writing = holdings.Writing{Portions: []holdings.Written{}} // who sent it has it
	return u, err
}

func (d *Desk) showUnsaved(ctx context.Context, actor party.Actor, c ShowUnsaved) (holdings.Unsaved, error) {
	return d.Holdings.Unsaved(ctx, actor, c.Item)
}

func (d *Desk) listUnsaved(ctx context.Context, actor party.Actor, _ ListUnsaved) (UnsavedList, error) {
	list, err := d.Holdings.AllUnsaved(ctx, actor)
	return UnsavedList{list}, err
}

func (d *Desk) dropUnsaved(ctx context.Context, actor party.Actor, c DropUnsaved) (Removed, error) {
	return Removed{}, d.Holdings.DropUnsaved(ctx, actor, c.Item)
}

func (d *Desk) listVersions(ctx context.Context, actor party.Actor, c ListVersions) (VersionList, error) {
	id, err := d.Holdings.Meant(ctx, actor, c.Item)
	if err != nil {
		return VersionList{}, err
	}
	limit := c.Limit
	if limit <= 0 || limit > 100 {
		limit = 20
	}
	list, err := d.Holdings.Versions(ctx, actor, id, c.From, limit)
	return VersionList{id, list}, err
}

package console

import (
	"context"

	"comity/fault"
	"comity/holdings"
	"comity/intel"
	"comity/party"
	"comity/ref"
)

// ImportItem makes an item of a text or Markdown file.
type ImportItem struct {
	File    string       `json:"file"` // for error positions
	Text    []byte       `json:"text"`
	Kind    intel.Kind   `json:"kind,omitzero"`
	Title   string       `json:"title,omitzero"` // empty: the text's first heading
	Topic   string       `json:"topic,omitzero"`
	Areas   []intel.Area `json:"areas,omitempty"`
	Purpose string       `json:"purpose,omitzero"`
	Basis   string       `json:"basis,omitzero"`
}

// ShowItem asks for an item as the officer may see it.
type ShowItem struct {
	Item    string `json:"item"`             // the id, or at least its last four digits
	Version int    `json:"version,omitzero"` // 0: the latest
}

// ListItems asks for the items that the officer may see, newest first.
type ListItems struct {
	After ref.ItemID `json:"after,omitzero"`
	Limit int        `json:"limit,omitzero"`
}

// SearchItems asks where all these words stand.
type SearchItems struct {
	Words string `json:"words"`
	Limit int    `json:"limit,omitzero"`
}

// ExportItem takes an item out of the node, and is recorded.
type ExportItem struct {
	Item string `json:"item"`
}

// ItemView is one item as the officer may see it.
type ItemView struct {
	View   holdings.View `json:"view"`
	Banner string        `json:"banner"` // the strictest of its portions

	Source *holdings.Source `json:"source,omitempty"` // whence it was imported, without what was set aside; nil: it was not, or some of it is hidden
}

// ItemList is a page of items; Next is the place to go on from.
type ItemList struct {
	Items []holdings.Listed `json:"items"`
	Next  ref.ItemID        `json:"next,omitzero"`
}

// Hits are where words were found.
type Hits struct {
	Hits []holdings.Hit `json:"hits"`
}

// Exported is an item in canonical JSON.
type Exported struct {
	Item    ref.ItemID `json:"item"`
	Content []byte     `json:"content"`
}

// Command names the command.
func (ImportItem) Command() Name        { return importItem }
func (ImportItem) answer() (r ItemView) { return r }

// Command names the command.
func (ShowItem) Command() Name        { return showItem }
func (ShowItem) answer() (r ItemView) { return r }

// Command names the command.
func (ListItems) Command() Name        { return listItems }
func (ListItems) answer() (r ItemList) { return r }

// Command names the command.
func (SearchItems) Command() Name    { return searchItems }
func (SearchItems) answer() (r Hits) { return r }

// Command names the command.
func (ExportItem) Command() Name        { return exportItem }
func (ExportItem) answer() (r Exported) { return r }

func (d *Desk) importItem(ctx context.Context, actor party.Actor, c ImportItem) (ItemView, error) {
	title, texts, err := intel.FromText(c.Text)
	if err != nil {
		return ItemView{}, within(err, c.File)
	}
	if c.Title != "" {
		title = c.Title
	}
	if title == "" {
		return ItemView{}, fault.New(fault.Invalid, "the text has no heading to take the title from").At("%s", c.File).
			Fix("say --title TEXT, or begin the file with a line # TITLE")
	}
	item, err := d.Holdings.Import(ctx, actor, holdings.Draft{
		Kind: c.Kind, Title: title, Topic: c.Topic, Areas: c.Areas, Purpose: c.Purpose, Basis: c.Basis, Texts: texts,
	})
	if err != nil {
		return ItemView{}, err
	}
	return d.view(ctx, actor, item.ID, 0)
}

func (d *Desk) showItem(ctx context.Context, actor party.Actor, c ShowItem) (ItemView, error) {
	id, err := d.Holdings.Resolve(ctx, actor, c.Item)
	if err != nil {
		return ItemView{}, err
	}
	return d.view(ctx, actor, id, c.Version)
}

func (d *Desk) listItems(ctx context.Context, actor party.Actor, c ListItems) (ItemList, error) {
	items, next, err := d.Holdings.List(ctx, actor, c.After, c.Limit)
	return ItemList{items, next}, err
}

func (d *Desk) searchItems(ctx context.Context, actor party.Actor, c SearchItems) (Hits, error) {
	hits, err := d.Holdings.Search(ctx, actor, c.Words, c.Limit)
	return Hits{hits}, err
}

func (d *Desk) exportItem(ctx context.Context, actor party.Actor, c ExportItem) (Exported, error) {
	id, err := d.Holdings.Resolve(ctx, actor, c.Item)
	if err != nil {
		return Exported{}, err
	}
	b, err := d.Holdings.Export(ctx, actor, id)
	return Exported{id, b}, err
}

// view gives the officer's view of a version, 0 meaning the latest.
func (d *Desk) view(ctx context.Context, actor party.Actor, id ref.ItemID, version int) (ItemView, error) {
	v, err := d.Holdings.Version(ctx, actor, id, version)
	if err != nil {
		return ItemView{}, err
	}
	r := ItemView{View: v, Banner: v.Item.Banner()}
	in, err := d.Holdings.Source(ctx, actor, id)
	if fault.Is(err, fault.Withheld) {
		return r, nil
	}
	in.Source.Aside = nil
	r.Source = &in.Source
	return r, err
}

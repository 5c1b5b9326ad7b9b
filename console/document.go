package console

import (
	"context"

	"comity/holdings"
	"comity/intel"
	"comity/party"
)

// ImportDocument makes an item of what was read of a document: the texts of its
// portions, whence it came, and what was set aside.
type ImportDocument struct {
	Title   string          `json:"title"`
	Texts   []string        `json:"texts"`
	Source  holdings.Source `json:"source"` // of which At, By and Aside are the node's to say
	Kind    intel.Kind      `json:"kind,omitzero"`
	Topic   string          `json:"topic,omitzero"`
	Areas   []intel.Area    `json:"areas,omitempty"`
	Purpose string          `json:"purpose,omitzero"`
	Basis   string          `json:"basis,omitzero"`
	Again   bool            `json:"again,omitzero"` // also if the same document was imported before

	Aside []holdings.AsideText `json:"aside,omitempty"`
}

// ShowSource asks whence an item was imported.
type ShowSource struct {
	Item string `json:"item"`
}

// TakeBack makes portions of what was set aside, by its numbers.
type TakeBack struct {
	Item    string `json:"item"`
	Numbers []int  `json:"numbers"`
}

// ImportedView is an item that was imported, and others that say much the same.
type ImportedView struct {
	View   holdings.View       `json:"view"`
	Banner string              `json:"banner"`
	Alike  []holdings.Likeness `json:"alike,omitempty"`
}

// Command names the command.
func (ImportDocument) Command() Name            { return importDocument }
func (ImportDocument) answer() (r ImportedView) { return r }

// Command names the command.
func (ShowSource) Command() Name                 { return showSource }
func (ShowSource) answer() (r holdings.Imported) { return r }

// Command names the command.
func (TakeBack) Command() Name        { return takeBack }
func (TakeBack) answer() (r ItemView) { return r }

func (d *Desk) importDocument(ctx context.Context, actor party.Actor, c ImportDocument) (ImportedView, error) {
	item, err := d.Holdings.Import(ctx, actor, holdings.Draft{
		Kind: c.Kind, Title: c.Title, Topic: c.Topic, Areas: c.Areas, Purpose: c.Purpose, Basis: c.Basis, Texts: c.Texts,
		Origin: &holdings.Origin{Source: c.Source, Aside: c.Aside}, Again: c.Again,
	})
	if err != nil {
		return ImportedView{}, within(err, c.Source.File)
	}
	v, err := d.view(ctx, actor, item.ID, 0)
	if err != nil {
		return ImportedView{}, err
	}
	alike, err := d.Holdings.Alike(ctx, actor, item.ID)
	return ImportedView{v.View, v.Banner, alike}, err
}

func (d *Desk) showSource(ctx context.Context, actor party.Actor, c ShowSource) (holdings.Imported, error) {
	id, err := d.Holdings.Resolve(ctx, actor, c.Item)
	if err != nil {
		return holdings.Imported{}, err
	}
	return d.Holdings.Source(ctx, actor, id)
}

func (d *Desk) takeBack(ctx context.Context, actor party.Actor, c TakeBack) (ItemView, error) {
	id, err := d.Holdings.Resolve(ctx, actor, c.Item)
	if err != nil {
		return ItemView{}, err
	}
	if _, err := d.Holdings.TakeBack(ctx, actor, id, c.Numbers); err != nil {
		return ItemView{}, err
	}
	return d.view(ctx, actor, id, 0)
}

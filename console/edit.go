package console

import (
	"context"

	"comity/fault"
	"comity/intel"
	"comity/party"
	"comity/ref"
	"comity/wire"
)

// MarkItem applies elements of markings and gradings to portions by number.
type MarkItem struct {
	Item     string   `json:"item"`
	Portions []int    `json:"portions"` // none: all
	Elements []string `json:"elements"` // as doc/spec/marking.md writes them: TLP:RED, REL:..., admiralty:B2
}

// DraftItem asks for an item as one Markdown file with its markings.
type DraftItem struct {
	Item string `json:"item"`
}

// Draft is that file, and the version that it was made from.
type Draft struct {
	Item    ref.ItemID `json:"item"`
	Version int        `json:"version"`
	Text    []byte     `json:"text"`
}

// EditItem takes the file back whole, as the next version.
type EditItem struct {
	Item    ref.ItemID `json:"item"`
	Version int        `json:"version"` // that the draft was made from
	File    string     `json:"file"`    // for error positions
	Text    []byte     `json:"text"`
}

// Command names the command.
func (MarkItem) Command() Name        { return markItem }
func (MarkItem) answer() (r ItemView) { return r }

// Command names the command.
func (DraftItem) Command() Name     { return draftItem }
func (DraftItem) answer() (r Draft) { return r }

// Command names the command.
func (EditItem) Command() Name        { return editItem }
func (EditItem) answer() (r ItemView) { return r }

func (d *Desk) markItem(ctx context.Context, actor party.Actor, c MarkItem) (ItemView, error) {
	id, err := d.Holdings.Resolve(ctx, actor, c.Item)
	if err != nil {
		return ItemView{}, err
	}
	if _, err := d.Holdings.Mark(ctx, actor, id, c.Portions, c.Elements); err != nil {
		return ItemView{}, err
	}
	return d.view(ctx, actor, id, 0)
}

func (d *Desk) draftItem(ctx context.Context, actor party.Actor, c DraftItem) (Draft, error) {
	if err := actor.May(party.ActWrite); err != nil {
		return Draft{}, err
	}
	id, err := d.Holdings.Resolve(ctx, actor, c.Item)
	if err != nil {
		return Draft{}, err
	}
	v, err := d.Holdings.Item(ctx, actor, id)
	if err != nil {
		return Draft{}, err
	}
	if len(v.Hidden) > 0 {
		return Draft{}, hiddenDraft(v.Hidden)
	}
	return Draft{id, v.Item.Version, intel.FormatDraft(v.Item)}, nil
}

// hiddenDraft says why an item cannot be edited as a file: blank portions
// would not hold what the format demands of a portion.
func hiddenDraft(hidden []int) error {
	return fault.New(fault.Denied, "portions %v are hidden from you, so the item cannot be edited as one file", hidden).
		Fix("mark the others with comity mark, or ask somebody who may read all of it")
}

func (d *Desk) editItem(ctx context.Context, actor party.Actor, c EditItem) (ItemView, error) {
	base, err := d.Holdings.Item(ctx, actor, c.Item)
	if err != nil {
		return ItemView{}, err
	}
	if base.Item.Version != c.Version {
		return ItemView{}, fault.New(fault.Stale, "version %d was edited, and the latest is %d", c.Version, base.Item.Version).
			Fix("run comity edit again and take your changes over")
	}
	if len(base.Hidden) > 0 {
		return ItemView{}, hiddenDraft(base.Hidden)
	}
	base.Item.Created = wire.At(d.Now()) // of the version to be: TTL:30d counts from it
	edited, err := d.parse(c, base.Item)
	if err != nil {
		return ItemView{}, within(err, c.File)
	}
	if _, err := d.Holdings.Put(ctx, actor, edited); err != nil {
		return ItemView{}, err
	}
	return d.view(ctx, actor, c.Item, 0)
}

// parse reads the draft. New portions go to the holdings without an id, which
// give them one.
func (d *Desk) parse(c EditItem, base intel.Item) (intel.Item, error) {
	minted := map[ref.PortionID]bool{}
	edited, err := intel.ParseDraft(c.Text, base, func() (ref.PortionID, error) {
		var id ref.PortionID
		id[15] = byte(len(minted) + 1)
		id[14] = byte((len(minted) + 1) >> 8)
		minted[id] = true
		return id, nil
	})
	if err != nil {
		return intel.Item{}, err
	}
	for i, p := range edited.Portions {
		for _, from := range p.DerivedFrom {
			if minted[from] {
				return intel.Item{}, fault.New(fault.Unsupported, "portion %d derives from a portion that is new too", i+1).
					Fix("save the new portion first, then say in a second edit what derives from it")
			}
		}
		if minted[p.ID] {
			edited.Portions[i].ID = ref.PortionID{}
		}
	}
	return edited, nil
}

// within puts a file's name in front of where a fault lies.
func within(err error, file string) error {
	e := fault.Safe(err)
	if file == "" {
		return e
	}
	if e.Where == "" {
		return e.At("%s", file)
	}
	return e.At("%s: %s", file, e.Where)
}

package console

import (
	"context"

	"comity/holdings"
	"comity/offer"
	"comity/party"
	"comity/ref"
)

// FindEntities asks what the text of an item may name.
type FindEntities struct {
	Item string `json:"item"`
}

// ConfirmEntities makes statements of some of what was offered.
type ConfirmEntities struct {
	Item  string       `json:"item"`
	Of    string       `json:"of"` // the name of the offers
	Picks []offer.Pick `json:"picks"`
}

// SayOfEntities adds statements to portions of an item.
type SayOfEntities struct {
	Item    string          `json:"item"`
	Version int             `json:"version,omitzero"` // whose portions are meant; 0: the latest
	Said    []holdings.Said `json:"said"`
}

// ShowEntity asks for all that the officer may read of what has a name or a value.
type ShowEntity struct {
	Name string `json:"name"`
}

// ListEntities asks what the officer's items name, the newest items first.
type ListEntities struct {
	After ref.ItemID `json:"after,omitzero"`
	Limit int        `json:"limit,omitzero"` // of items
}

// EntityList is the answer to that; Next is the place to go on from.
type EntityList struct {
	Entities []holdings.NamedEntity `json:"entities"`
	Next     ref.ItemID             `json:"next,omitzero"`
}

// Entities are the answer to ShowEntity.
type Entities struct {
	Entities []holdings.Entity `json:"entities"`
}

// HandList hands over a piece of a list of names; the last one has it read.
type HandList struct {
	Name  string `json:"name"`
	File  string `json:"file"` // for error positions
	From  int    `json:"from"` // byte
	Bytes []byte `json:"bytes"`
	Last  bool   `json:"last,omitzero"`
}

// RemoveList forgets a list.
type RemoveList struct {
	Name string `json:"name"`
}

// ShowLists asks which lists there are.
type ShowLists struct{}

// NameLists are the answer to that.
type NameLists struct {
	Lists []offer.Kept `json:"lists"`
}

// Removed is empty: it is gone.
type Removed struct{}

// Command names the command.
func (FindEntities) Command() Name            { return findEntities }
func (FindEntities) answer() (r offer.Offers) { return r }

// Command names the command.
func (ConfirmEntities) Command() Name        { return confirmEntities }
func (ConfirmEntities) answer() (r ItemView) { return r }

// Command names the command.
func (SayOfEntities) Command() Name        { return sayOfEntities }
func (SayOfEntities) answer() (r ItemView) { return r }

// Command names the command.
func (ShowEntity) Command() Name        { return showEntity }
func (ShowEntity) answer() (r Entities) { return r }

// Command names the command.
func (HandList) Command() Name          { return handList }
func (HandList) answer() (r offer.Kept) { return r }

// Command names the command.
func (RemoveList) Command() Name       { return removeList }
func (RemoveList) answer() (r Removed) { return r }

// Command names the command.
func (ShowLists) Command() Name         { return showLists }
func (ShowLists) answer() (r NameLists) { return r }

// Command names the command.
func (ListEntities) Command() Name          { return listEntities }
func (ListEntities) answer() (r EntityList) { return r }

func (d *Desk) listEntities(ctx context.Context, actor party.Actor, c ListEntities) (EntityList, error) {
	list, next, err := d.Holdings.Entities(ctx, actor, c.After, c.Limit)
	return EntityList{list, next}, err
}

func (d *Desk) findEntities(ctx context.Context, actor party.Actor, c FindEntities) (offer.Offers, error) {
	id, err := d.Holdings.Resolve(ctx, actor, c.Item)
	if err != nil {
		return offer.Offers{}, err
	}
	return d.Offers.Find(ctx, actor, id)
}

func (d *Desk) confirmEntities(ctx context.Context, actor party.Actor, c ConfirmEntities) (ItemView, error) {
	return d.changed(ctx, actor, c.Item, func(id ref.ItemID) error {
		_, err := d.Offers.Confirm(ctx, actor, id, c.Of, c.Picks)
		return err
	})
}

func (d *Desk) sayOfEntities(ctx context.Context, actor party.Actor, c SayOfEntities) (ItemView, error) {
	return d.changed(ctx, actor, c.Item, func(id ref.ItemID) error {
		_, err := d.Holdings.Say(ctx, actor, id, c.Version, c.Said)
		return err
	})
}

// changed has an item changed and gives it as it is then.
func (d *Desk) changed(ctx context.Context, actor party.Actor, item string, change func(ref.ItemID) error) (ItemView, error) {
	id, err := d.Holdings.Resolve(ctx, actor, item)
	if err == nil {
		err = change(id)
	}
	if err != nil {
		return ItemView{}, err
	}
	return d.view(ctx, actor, id, 0)
}

func (d *Desk) showEntity(ctx context.Context, actor party.Actor, c ShowEntity) (Entities, error) {
	list, err := d.Holdings.Entity(ctx, actor, c.Name)
	return Entities{list}, err
}

func (d *Desk) handList(ctx context.Context, actor party.Actor, c HandList) (offer.Kept, error) {
	k, err := d.Offers.Hand(ctx, actor, c.Name, c.From, c.Bytes, c.Last)
	if err != nil {
		return k, within(err, c.File)
	}
	return k, nil
}

func (d *Desk) removeList(ctx context.Context, actor party.Actor, c RemoveList) (Removed, error) {
	return Removed{}, d.Offers.Remove(ctx, actor, c.Name)
}

func (d *Desk) showLists(ctx context.Context, actor party.Actor, _ ShowLists) (NameLists, error) {
	list, err := d.Offers.Lists(ctx, actor)
	return NameLists{list}, err
}

package console

import (
	"context"

	"comity/law"
	"comity/party"
	"comity/rulebook"
)

// AddPack puts the pack of a file on the shelf.
type AddPack struct {
	File   string `json:"file"` // for error positions
	Source []byte `json:"source"`
}

// ListPacks asks for every pack that the node holds.
type ListPacks struct{}

// ShowPack asks for one version of a pack; 0 is the highest.
type ShowPack struct {
	ID      string `json:"id"`
	Version int    `json:"version,omitzero"`
}

// AssessPack says whether a pack counts here, and why.
type AssessPack struct {
	ID     string `json:"id"`
	Counts bool   `json:"counts"`
	Reason string `json:"reason"`
}

// Packs are an answer.
type Packs struct {
	Packs []rulebook.Entry `json:"packs"`
}

// Command names the command.
func (AddPack) Command() Name     { return addPack }
func (AddPack) answer() (r Packs) { return r }

// Command names the command.
func (ListPacks) Command() Name     { return listPacks }
func (ListPacks) answer() (r Packs) { return r }

// Command names the command.
func (ShowPack) Command() Name     { return showPack }
func (ShowPack) answer() (r Packs) { return r }

// Command names the command.
func (AssessPack) Command() Name     { return assessPack }
func (AssessPack) answer() (r Packs) { return r }

func (d *Desk) addPack(ctx context.Context, actor party.Actor, c AddPack) (Packs, error) {
	pack, problems := law.Parse(c.File, c.Source)
	if err := problems.Err(); err != nil {
		return Packs{}, err
	}
	if err := d.Rules.Add(ctx, actor, pack, c.Source); err != nil {
		return Packs{}, err
	}
	return d.changedPack(ctx, pack.ID, pack.Version)
}

func (d *Desk) listPacks(ctx context.Context, _ party.Actor, _ ListPacks) (Packs, error) {
	all, err := d.Rules.List(ctx)
	return Packs{all}, err
}

func (d *Desk) showPack(ctx context.Context, _ party.Actor, c ShowPack) (Packs, error) {
	return d.onePack(ctx, c.ID, c.Version)
}

func (d *Desk) assessPack(ctx context.Context, actor party.Actor, c AssessPack) (Packs, error) {
	if err := d.Rules.Assess(ctx, actor, c.ID, c.Counts, c.Reason); err != nil {
		return Packs{}, err
	}
	return d.changedPack(ctx, c.ID, 0)
}

func (d *Desk) changedPack(ctx context.Context, id string, version int) (Packs, error) {
	if d.PacksChanged != nil {
		if err := d.PacksChanged(ctx); err != nil {
			return Packs{}, err
		}
	}
	return d.onePack(ctx, id, version)
}

func (d *Desk) onePack(ctx context.Context, id string, version int) (Packs, error) {
	e, err := d.Rules.Show(ctx, id, version)
	return Packs{[]rulebook.Entry{e}}, err
}

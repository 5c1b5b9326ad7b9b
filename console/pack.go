package console

import (
	"context"
	"slices"

	"comity/law"
	"comity/party"
	"comity/rulebook"
	"comity/wire"
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

// AssessPack says whether a pack counts here, and why. Version 0 is the
// highest of a pack that counts, and every one of a pack that is set aside.
type AssessPack struct {
	ID      string `json:"id"`
	Version int    `json:"version,omitzero"`
	Counts  bool   `json:"counts"`
	Reason  string `json:"reason"`
}

// Packs are an answer. Counting has the version of each pack that counts now.
// After a pack was added or assessed, Own are the units of this node that it
// covers, Unknown those that no pack which counts does, and Card the card that
// the node made because of it.
type Packs struct {
	Packs    []rulebook.Entry `json:"packs"`
	Counting []law.Ref        `json:"counting"`
	Own      []party.Name     `json:"own,omitempty"`
	Unknown  []party.Name     `json:"unknown,omitempty"`
	Card     *CardState       `json:"card,omitempty"`
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
	if err != nil {
		return Packs{}, err
	}
	return d.counting(ctx, all)
}

func (d *Desk) showPack(ctx context.Context, _ party.Actor, c ShowPack) (Packs, error) {
	return d.onePack(ctx, c.ID, c.Version)
}

func (d *Desk) assessPack(ctx context.Context, actor party.Actor, c AssessPack) (Packs, error) {
	a := rulebook.Assessment{ID: c.ID, Version: c.Version, Counts: c.Counts, Reason: c.Reason}
	if err := d.Rules.Assess(ctx, actor, a); err != nil {
		return Packs{}, err
	}
	return d.changedPack(ctx, c.ID, c.Version)
}

func (d *Desk) changedPack(ctx context.Context, id string, version int) (Packs, error) {
	_, before, err := d.own()
	if err != nil {
		return Packs{}, err
	}
	if d.PacksChanged != nil {
		if err := d.PacksChanged(ctx); err != nil {
			return Packs{}, err
		}
	}
	r, err := d.onePack(ctx, id, version)
	if err != nil {
		return Packs{}, err
	}
	units, after, err := d.own()
	if err != nil {
		return Packs{}, err
	}
	if after.Serial != before.Serial {
		r.Card = &after
	}
	for _, u := range units {
		if r.Packs[0].Pack.CoversParty(u) {
			r.Own = append(r.Own, u)
		}
	}
	r.Unknown, err = d.unknown(ctx, units...)
	return r, err
}

func (d *Desk) onePack(ctx context.Context, id string, version int) (Packs, error) {
	e, err := d.Rules.Show(ctx, id, version)
	if err != nil {
		return Packs{}, err
	}
	return d.counting(ctx, []rulebook.Entry{e})
}

// counting adds which versions of some packs count now.
func (d *Desk) counting(ctx context.Context, entries []rulebook.Entry) (Packs, error) {
	world, err := d.Rules.World(ctx, wire.At(d.Now()), nil)
	if err != nil {
		return Packs{}, err
	}
	r := Packs{Packs: entries, Counting: []law.Ref{}}
	for _, p := range world.Packs {
		name, err := p.Ref()
		if err != nil {
			return Packs{}, err
		}
		if slices.ContainsFunc(entries, func(e rulebook.Entry) bool { return e.Ref.ID == p.ID }) {
			r.Counting = append(r.Counting, name)
		}
	}
	return r, nil
}

package console

import (
	"context"

	"comity/exposure"
	"comity/party"
	"comity/record"
	"comity/wire"
)

// ShowExposure asks what a party, and everything below it, could have seen and
// did see between two instants.
type ShowExposure struct {
	Party party.Name `json:"party"`
	Since wire.Time  `json:"since"`
	Until wire.Time  `json:"until,omitzero"` // zero: now
	From  int        `json:"from,omitzero"`
	Limit int        `json:"limit,omitzero"`
}

// Exposure is the answer.
type Exposure struct {
	Report exposure.Report `json:"report"`
}

// Command names the command.
func (ShowExposure) Command() Name        { return showExposure }
func (ShowExposure) answer() (r Exposure) { return r }

// showExposure records the look, with the party that it was at, before
// anything is shown.
func (d *Desk) showExposure(ctx context.Context, actor party.Actor, c ShowExposure) (Exposure, error) {
	r, err := d.Exposure.Of(ctx, actor, exposure.Ask{Party: c.Party, Since: c.Since, Until: c.Until, From: c.From, Limit: c.Limit})
	if err != nil {
		return Exposure{}, err
	}
	return Exposure{r}, d.looked(ctx, record.Record{Unit: actor.Unit, Officer: actor.Handle, Other: c.Party, Code: "exposure"})
}

// ReplayItem has the plan of every release of an item worked out once more.
type ReplayItem struct {
	Item  string `json:"item"`
	From  int    `json:"from,omitzero"`
	Limit int    `json:"limit,omitzero"`
}

// Replay is the answer.
type Replay struct {
	Again exposure.Again `json:"again"`
	Holds bool           `json:"holds"`
}

// Command names the command.
func (ReplayItem) Command() Name      { return replayItem }
func (ReplayItem) answer() (r Replay) { return r }

func (d *Desk) replayItem(ctx context.Context, actor party.Actor, c ReplayItem) (Replay, error) {
	if err := actor.May(party.ActTrail); err != nil {
		return Replay{}, err
	}
	id, err := d.traced(ctx, actor, c.Item, "replay")
	if err != nil {
		return Replay{}, err
	}
	a, err := d.Exposure.Replay(ctx, actor, id, c.From, c.Limit)
	return Replay{a, a.Holds()}, err
}

// RerunPacks asks about every open release again, as if it were sent now: a
// page of it.
type RerunPacks struct {
	After exposure.Place `json:"after,omitzero"`
	Limit int            `json:"limit,omitzero"`
}

// Rerun is the answer.
type Rerun struct {
	Rerun exposure.Rerun `json:"rerun"`
}

// Command names the command.
func (RerunPacks) Command() Name     { return rerunPacks }
func (RerunPacks) answer() (r Rerun) { return r }

func (d *Desk) rerunPacks(ctx context.Context, actor party.Actor, c RerunPacks) (Rerun, error) {
	r, err := d.Exposure.Rerun(ctx, actor, c.After, c.Limit)
	if err != nil || !actor.Has(party.Security) {
		return Rerun{r}, err
	}
	return Rerun{r}, d.looked(ctx, record.Record{Unit: actor.Unit, Officer: actor.Handle, Packs: r.Packs, Code: "rerun"})
}

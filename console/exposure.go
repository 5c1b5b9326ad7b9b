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

package console

import (
	"context"

	"comity/door"
	"comity/party"
)

// ProposeReadmission proposes to let an officer in again who has lost every passkey.
type ProposeReadmission struct {
	Handle party.Handle `json:"handle"`
}

// ListReadmissions asks which wait for a second officer.
type ListReadmissions struct{}

// Readmissions are an answer.
type Readmissions struct {
	Readmissions []door.Readmission `json:"readmissions"`
}

// ConfirmReadmission is a second officer's word for one, as it was shown. The answer
// is the link, for the officer's own eyes.
type ConfirmReadmission struct {
	Handle party.Handle `json:"handle"`
	ID     string       `json:"id"`
}

// BeginReadmission asks, in the pages, for the second officer's passkey to confirm one.
type BeginReadmission struct {
	Handle party.Handle `json:"handle"`
	ID     string       `json:"id"`
}

// FinishReadmission hands in what the device answered.
type FinishReadmission struct {
	Ceremony string `json:"ceremony"`
	Response []byte `json:"response"`
}

// RefuseReadmission turns one down.
type RefuseReadmission struct {
	Handle party.Handle `json:"handle"`
	ID     string       `json:"id"`
}

// Command names the command.
func (ProposeReadmission) Command() Name            { return proposeReadmission }
func (ProposeReadmission) answer() (r Readmissions) { return r }

// Command names the command.
func (ListReadmissions) Command() Name            { return listReadmissions }
func (ListReadmissions) answer() (r Readmissions) { return r }

// Command names the command.
func (ConfirmReadmission) Command() Name       { return confirmReadmission }
func (ConfirmReadmission) answer() (r Invited) { return r }

// Command names the command.
func (BeginReadmission) Command() Name        { return beginReadmission }
func (BeginReadmission) answer() (r Ceremony) { return r }

// Command names the command.
func (FinishReadmission) Command() Name       { return finishReadmission }
func (FinishReadmission) answer() (r Invited) { return r }

// Command names the command.
func (RefuseReadmission) Command() Name            { return refuseReadmission }
func (RefuseReadmission) answer() (r Readmissions) { return r }

func (d *Desk) proposeReadmission(ctx context.Context, actor party.Actor, c ProposeReadmission) (Readmissions, error) {
	if d.Door == nil {
		return Readmissions{}, noPages()
	}
	r, err := d.Door.Propose(ctx, actor, c.Handle)
	return Readmissions{[]door.Readmission{r}}, err
}

func (d *Desk) listReadmissions(ctx context.Context, actor party.Actor, _ ListReadmissions) (Readmissions, error) {
	if d.Door == nil {
		return Readmissions{}, noPages()
	}
	list, err := d.Door.Readmissions(ctx, actor)
	return Readmissions{list}, err
}

func (d *Desk) confirmReadmission(ctx context.Context, actor party.Actor, c ConfirmReadmission) (Invited, error) {
	if d.Door == nil {
		return Invited{}, noPages()
	}
	i, err := d.Door.Confirm(ctx, actor, c.Handle, c.ID)
	if err != nil {
		return Invited{}, err
	}
	return d.invited(i), nil
}

func (d *Desk) beginReadmission(ctx context.Context, actor party.Actor, c BeginReadmission) (Ceremony, error) {
	if d.Door == nil {
		return Ceremony{}, noPages()
	}
	begun, err := d.Door.BeginConfirming(ctx, actor, c.Handle, c.ID)
	return Ceremony{begun.ID, begun.Options}, err
}

func (d *Desk) finishReadmission(ctx context.Context, actor party.Actor, c FinishReadmission) (Invited, error) {
	if d.Door == nil {
		return Invited{}, noPages()
	}
	i, err := d.Door.FinishConfirming(ctx, actor, c.Ceremony, c.Response)
	if err != nil {
		return Invited{}, err
	}
	return d.invited(i), nil
}

func (d *Desk) refuseReadmission(ctx context.Context, actor party.Actor, c RefuseReadmission) (Readmissions, error) {
	if d.Door == nil {
		return Readmissions{}, noPages()
	}
	if err := d.Door.Refuse(ctx, actor, c.Handle, c.ID); err != nil {
		return Readmissions{}, err
	}
	return d.listReadmissions(ctx, actor, ListReadmissions{})
}

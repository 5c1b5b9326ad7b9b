package console

import (
	"context"

	"comity/party"
	"comity/seal"
	"comity/staff"
)

// AddOfficer gives an officer a place. The key was made where the officer
// works; only its public half comes here. The first officer of a node signs
// this command with that same key.
type AddOfficer struct {
	Handle party.Handle   `json:"handle"`
	Unit   party.Name     `json:"unit"`
	Roles  []party.Role   `json:"roles"`
	Key    seal.VerifyKey `json:"key"`
}

// ConfirmOfficer is a security officer's word for an officer who waits. It
// holds what was shown, and with the command the security officer signs that.
type ConfirmOfficer struct {
	Handle party.Handle   `json:"handle"`
	Unit   party.Name     `json:"unit"`
	Roles  []party.Role   `json:"roles"`
	Key    seal.VerifyKey `json:"key"`
}

// RemoveOfficer ends an office, or turns down who waits.
type RemoveOfficer struct {
	Handle party.Handle `json:"handle"`
}

// Officers are an answer. Unguarded: the node has no security officer yet, so
// that whoever runs it makes officers alone.
type Officers struct {
	Officers  []staff.Officer `json:"officers"`
	Unguarded bool            `json:"unguarded,omitzero"`
}

// ListOfficers asks who is, or was, an officer here.
type ListOfficers struct{}

// Command names the command.
func (AddOfficer) Command() Name        { return addOfficer }
func (AddOfficer) answer() (r Officers) { return r }

// Command names the command.
func (ListOfficers) Command() Name        { return listOfficers }
func (ListOfficers) answer() (r Officers) { return r }

// Command names the command.
func (ConfirmOfficer) Command() Name        { return confirmOfficer }
func (ConfirmOfficer) answer() (r Officers) { return r }

// Command names the command.
func (RemoveOfficer) Command() Name        { return removeOfficer }
func (RemoveOfficer) answer() (r Officers) { return r }

func (d *Desk) addOfficer(ctx context.Context, actor party.Actor, c AddOfficer) (Officers, error) {
	err := d.Staff.Add(ctx, actor, staff.Officer{Handle: c.Handle, Unit: c.Unit, Roles: c.Roles, Key: c.Key})
	if err != nil {
		return Officers{}, err
	}
	return d.oneOfficer(ctx, c.Handle)
}

func (d *Desk) confirmOfficer(ctx context.Context, actor party.Actor, c ConfirmOfficer) (Officers, error) {
	seen := staff.Officer{Handle: c.Handle, Unit: c.Unit, Roles: c.Roles, Key: c.Key}
	if err := d.Staff.Confirm(ctx, actor, seen); err != nil {
		return Officers{}, err
	}
	return d.oneOfficer(ctx, c.Handle)
}

func (d *Desk) removeOfficer(ctx context.Context, actor party.Actor, c RemoveOfficer) (Officers, error) {
	if err := d.Staff.Remove(ctx, actor, c.Handle); err != nil {
		return Officers{}, err
	}
	return d.oneOfficer(ctx, c.Handle)
}

func (d *Desk) oneOfficer(ctx context.Context, handle party.Handle) (Officers, error) {
	o, err := d.Staff.Officer(ctx, handle)
	if err != nil {
		return Officers{}, err
	}
	guarded, err := d.Staff.Guarded(ctx)
	return Officers{[]staff.Officer{o}, !guarded}, err
}

func (d *Desk) listOfficers(ctx context.Context, actor party.Actor, _ ListOfficers) (Officers, error) {
	all, err := d.Staff.Officers(ctx, actor)
	if err != nil {
		return Officers{}, err
	}
	guarded, err := d.Staff.Guarded(ctx)
	return Officers{all, !guarded}, err
}

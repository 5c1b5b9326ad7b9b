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

// Officers are an answer.
type Officers struct {
	Officers []staff.Officer `json:"officers"`
}

// ListOfficers asks who is, or was, an officer here.
type ListOfficers struct{}

// Command names the command.
func (AddOfficer) Command() Name        { return addOfficer }
func (AddOfficer) answer() (r Officers) { return r }

// Command names the command.
func (ListOfficers) Command() Name        { return listOfficers }
func (ListOfficers) answer() (r Officers) { return r }

func (d *Desk) addOfficer(ctx context.Context, actor party.Actor, c AddOfficer) (Officers, error) {
	err := d.Staff.Add(ctx, actor, staff.Officer{Handle: c.Handle, Unit: c.Unit, Roles: c.Roles, Key: c.Key})
	if err != nil {
		return Officers{}, err
	}
	added, err := d.Staff.Officer(ctx, c.Handle)
	return Officers{[]staff.Officer{added}}, err
}

func (d *Desk) listOfficers(ctx context.Context, actor party.Actor, _ ListOfficers) (Officers, error) {
	all, err := d.Staff.Officers(ctx, actor)
	return Officers{all}, err
}

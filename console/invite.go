package console

import (
	"context"

	"comity/door"
	"comity/fault"
	"comity/party"
	"comity/wire"
)

// InviteOfficer asks for a link with which an officer makes a passkey, and so comes
// into the pages.
type InviteOfficer struct {
	Handle party.Handle `json:"handle"`
}

// Invited is the answer. Whoever opens the link first, until then, makes the
// passkey: it is for the officer's own eyes. The secret stands behind the #, which a
// browser sends to nobody.
type Invited struct {
	Handle party.Handle `json:"handle"`
	Link   string       `json:"link"`
	Until  wire.Time    `json:"until"`
}

// ShutOfficer takes every way into the pages from an officer: passkeys, sessions
// and an invitation.
type ShutOfficer struct {
	Handle party.Handle `json:"handle"`
}

// Command names the command.
func (ShutOfficer) Command() Name        { return shutOfficer }
func (ShutOfficer) answer() (r Officers) { return r }

// Command names the command.
func (InviteOfficer) Command() Name       { return inviteOfficer }
func (InviteOfficer) answer() (r Invited) { return r }

func (d *Desk) inviteOfficer(ctx context.Context, actor party.Actor, c InviteOfficer) (Invited, error) {
	if d.Door == nil {
		return Invited{}, noPages()
	}
	i, err := d.Door.Invite(ctx, actor, c.Handle)
	if err != nil {
		return Invited{}, err
	}
	return d.invited(i), nil
}

// invited gives an invitation as its officer is handed it.
func (d *Desk) invited(i door.Invitation) Invited {
	return Invited{i.Handle, d.Door.Origin + "/enter#" + i.Secret, i.Until}
}

func (d *Desk) shutOfficer(ctx context.Context, actor party.Actor, c ShutOfficer) (Officers, error) {
	if d.Door == nil {
		return Officers{}, noPages()
	}
	if err := d.Door.Shut(ctx, actor, c.Handle); err != nil {
		return Officers{}, err
	}
	return d.oneOfficer(ctx, c.Handle)
}

func noPages() error {
	return fault.New(fault.Unsupported, "this node shows no pages").
		Fix("write pages = '127.0.0.1:8080' into config.toml, and start the node again")
}

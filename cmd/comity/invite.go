package main

import (
	"comity/console"
	"comity/party"
)

type officerInviteCmd struct {
	Handle string `arg:"" help:"Who is to make a passkey."`
}

// Help is shown below the usage.
func (officerInviteCmd) Help() string {
	return `The link is good once, for 24 hours, in the browser that is to have the passkey. Hand
it over in person: whoever opens it first is let in as that officer. A new link ends
the one before.

Each officer makes their own. An admin makes links for others; once there is a
security officer, for nobody who reads, sends or guards.

    comity --as ana officer invite ana`
}

// Run asks for the link and prints it.
func (c *officerInviteCmd) Run(s *session) error {
	handle, err := party.ParseHandle(c.Handle)
	if err != nil {
		return err
	}
	return ask(s, console.InviteOfficer{Handle: handle}, func(p *printer, r console.Invited) {
		p.line(0, "%s comes into the pages with this link, once, until %s:", r.Handle, shown(r.Until))
		p.line(0, "%s", r.Link)
	})
}

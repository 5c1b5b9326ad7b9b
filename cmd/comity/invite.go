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

type officerShutCmd struct {
	Handle string `arg:"" help:"Whose ways into the pages end."`
}

// Help is shown below the usage.
func (officerShutCmd) Help() string {
	return `For a device that was lost: no passkey, session or link of the officer lets anybody
into the pages any more. Their key for the command line stays. The officer does it, an
admin, or a security officer; it is on record.

    comity --as ana officer shut ana`
}

// Run shuts the officer out.
func (c *officerShutCmd) Run(s *session) error {
	handle, err := party.ParseHandle(c.Handle)
	if err != nil {
		return err
	}
	return ask(s, console.ShutOfficer{Handle: handle}, func(p *printer, r console.Officers) {
		p.line(0, "%s has no way into the pages any more. A new one is made with comity officer invite %s.", r.Officers[0].Handle, r.Officers[0].Handle)
	})
}

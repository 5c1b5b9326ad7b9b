package main

import (
	"comity/console"
	"comity/door"
	"comity/fault"
	"comity/party"
)

type officerReadmitCmd struct {
	Handle  string `arg:"" optional:"" help:"Who has lost every passkey; without it, what waits for a second officer is listed."`
	Confirm bool   `help:"Confirm what another officer has proposed, and print the link."`
	Refuse  bool   `help:"Turn down what is proposed."`
	Yes     bool   `help:"With --confirm: you have spoken to the officer, and they asked for it."`
}

// Help is shown below the usage.
func (officerReadmitCmd) Help() string {
	return `An officer who has lost every passkey comes in again with a link that they make with
their own key (comity --as ana officer invite ana). Where that key is not at hand, one
admin or security officer proposes it and another one confirms within 24 hours; for an
officer who reads, sends or guards one of the two is a security officer. Every passkey,
session and link that the officer had ends then. Both are on record.

    comity --as chief officer readmit ana
    comity --as saul officer readmit
    comity --as saul officer readmit ana --confirm`
}

// Run proposes, lists, confirms or turns down.
func (c *officerReadmitCmd) Run(s *session) error {
	if c.Handle == "" || c.Confirm && c.Refuse || c.Yes && !c.Confirm {
		if c.Confirm || c.Refuse || c.Yes {
			return fault.New(fault.Invalid, "it is not clear what is meant").Fix("comity officer readmit HANDLE --confirm, or --refuse")
		}
		return ask(s, console.ListReadmissions{}, printReadmissions)
	}
	handle, err := party.ParseHandle(c.Handle)
	if err != nil {
		return err
	}
	if !c.Confirm && !c.Refuse {
		return ask(s, console.ProposeReadmission{Handle: handle}, func(p *printer, r console.Readmissions) {
			one := r.Readmissions[0]
			p.line(0, "It is proposed to let %s in again. Until %s another admin or a security officer confirms it with", one.Handle, shown(one.Until))
			p.line(0, "comity officer readmit %s --confirm", one.Handle)
		})
	}
	r, err := s.readmission(handle)
	if err != nil {
		return err
	}
	if c.Refuse {
		return ask(s, console.RefuseReadmission{Handle: handle, ID: r.ID}, func(p *printer, _ console.Readmissions) {
			p.line(0, "%s is not let in again by what %s proposed.", handle, r.By)
		})
	}
	return c.confirm(s, r)
}

// readmission gives what waits for an officer.
func (s *session) readmission(handle party.Handle) (door.Readmission, error) {
	list, err := do(s, console.ListReadmissions{})
	for _, r := range list.Readmissions {
		if r.Handle == handle {
			return r, err
		}
	}
	if err == nil {
		err = fault.New(fault.Stale, "nobody has proposed to let %s in again", handle).Fix("comity officer readmit %s proposes it", handle)
	}
	return door.Readmission{}, err
}

// confirm asks, and prints the link.
func (c *officerReadmitCmd) confirm(s *session, r door.Readmission) error {
	if !s.JSON {
		s.term.printer().line(0, "%s proposes to let %s in again (%s). Every passkey and session of %s ends, and whoever opens the link is %s in the pages.",
			r.By, r.Handle, shown(r.At), r.Handle, r.Handle)
	}
	if !c.Yes && !s.term.agree("Have you spoken to them, and did they ask for it?") {
		return fault.New(fault.Unapproved, "nobody was let in again").Fix("speak to %s in person, then answer yes or add --yes", r.Handle)
	}
	return ask(s, console.ConfirmReadmission{Handle: r.Handle, ID: r.ID}, func(p *printer, i console.Invited) {
		p.line(0, "%s comes into the pages with this link, once, until %s:", i.Handle, shown(i.Until))
		p.line(0, "%s", i.Link)
	})
}

func printReadmissions(p *printer, r console.Readmissions) {
	if len(r.Readmissions) == 0 {
		p.line(0, "Nobody waits to be let in again.")
		return
	}
	rows := [][]string{{"HANDLE", "PROPOSED BY", "AT", "UNTIL"}}
	for _, one := range r.Readmissions {
		rows = append(rows, []string{string(one.Handle), string(one.By), shown(one.At), shown(one.Until)})
	}
	p.table(0, rows...)
}

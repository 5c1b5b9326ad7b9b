package main

import (
	"slices"

	"comity/console"
	"comity/fault"
	"comity/party"
	"comity/seal"
	"comity/staff"
)

type officerConfirmCmd struct {
	Handle string `arg:"" help:"Who waits."`
	Yes    bool   `help:"The words of the key were compared with the officer, and they match."`
}

// Help is shown below the usage.
func (officerConfirmCmd) Help() string {
	return `Whoever runs a node cannot bring in readers alone: a security officer looks at the
handle, the unit and the roles, and compares the words of the key with the officer.

    comity --as saul officer confirm ana`
}

// Run shows who waits, asks, and confirms what was shown.
func (c *officerConfirmCmd) Run(s *session) error {
	o, err := s.officerNamed(c.Handle)
	if err != nil {
		return err
	}
	if !s.JSON {
		p := s.term.printer()
		p.line(0, "%s of %s is to be: %s.", o.Handle, o.Unit, roles(o.Roles))
		printWords(p, "The key reads", seal.Words(o.Key.Fingerprint()))
	}
	if !c.Yes && !s.term.agree("Is this right, and did the officer read out the same words?") {
		return fault.New(fault.Unapproved, "nobody was confirmed").
			Fix("compare the words with %s in person, then answer yes or add --yes", o.Handle)
	}
	seen := console.ConfirmOfficer{Handle: o.Handle, Unit: o.Unit, Roles: o.Roles, Key: o.Key}
	return ask(s, seen, func(p *printer, r console.Officers) {
		p.line(0, "%s of %s is an officer: %s.", r.Officers[0].Handle, r.Officers[0].Unit, roles(r.Officers[0].Roles))
	})
}

// officerNamed gives an officer's entry, which the node signed.
func (s *session) officerNamed(text string) (staff.Officer, error) {
	handle, err := party.ParseHandle(text)
	if err != nil {
		return staff.Officer{}, err
	}
	all, err := do(s, console.ListOfficers{})
	if err != nil {
		return staff.Officer{}, err
	}
	i := slices.IndexFunc(all.Officers, func(o staff.Officer) bool { return o.Handle == handle })
	if i < 0 {
		return staff.Officer{}, fault.New(fault.Withheld, "there is no officer %s", handle).Fix("comity officer list shows who there is")
	}
	return all.Officers[i], nil
}

type officerRemoveCmd struct {
	Handle string `arg:"" help:"Whose office ends, or who waits and is turned down."`
}

// Help is shown below the usage.
func (officerRemoveCmd) Help() string {
	return `An admin removes others; a security officer is removed by another security officer.
The last admin and the last security officer stay. A handle is never given again.

    comity --as chief officer remove ana`
}

// Run ends the office.
func (c *officerRemoveCmd) Run(s *session) error {
	handle, err := party.ParseHandle(c.Handle)
	if err != nil {
		return err
	}
	return ask(s, console.RemoveOfficer{Handle: handle}, func(p *printer, r console.Officers) {
		p.line(0, "%s of %s is no officer any more.", r.Officers[0].Handle, r.Officers[0].Unit)
	})
}

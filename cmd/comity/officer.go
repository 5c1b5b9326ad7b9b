package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"comity/console"
	"comity/fault"
	"comity/node"
	"comity/party"
	"comity/seal"
)

type officerCmd struct {
	Add     officerAddCmd     `cmd:"" help:"Add an officer and make the officer's key."`
	Confirm officerConfirmCmd `cmd:"" help:"Confirm, as a security officer, somebody whom an admin added."`
	Remove  officerRemoveCmd  `cmd:"" help:"End an office, or turn down who waits."`
	List    officerListCmd    `cmd:"" help:"List the officers."`
	Invite  officerInviteCmd  `cmd:"" help:"Print a link with which an officer makes a passkey for the pages."`
	Readmit officerReadmitCmd `cmd:"" help:"Let an officer into the pages again who has lost every passkey: two officers do."`
	Shut    officerShutCmd    `cmd:"" help:"Shut an officer out of the pages: passkeys, sessions, invitation."`
}

type officerAddCmd struct {
	Handle    string   `arg:"" help:"Name of the officer within the node; never a person's real name."`
	Unit      string   `help:"The officer's unit." required:"" placeholder:"UNIT"`
	Role      []string `help:"analyst, release, security, auditor or admin; may be repeated." required:"" placeholder:"ROLE"`
	NewUnlock string   `help:"Key file for the new officer's key, made if it does not exist; without it a passphrase is asked for." type:"path" placeholder:"FILE"`
}

// Help is shown below the usage.
func (officerAddCmd) Help() string {
	return `The key is made here and stays in officers/HANDLE.key, locked; the node is told its
public half only. The first officer of a node must be an admin, and needs no --as.
Once there is a security officer, a new analyst, release or security officer waits
until a security officer confirms; so add the security officer last, or soon.

    comity --as root officer add ana --unit us/dea/sod --role analyst`
}

// Run makes the key and adds the officer.
func (c *officerAddCmd) Run(s *session) error {
	add, err := c.command()
	if err != nil {
		return err
	}
	path := officerFile(s.home(), add.Handle)
	if err := s.home().Check(); err != nil {
		return err
	}
	if _, err := os.Stat(path); err == nil {
		return fault.New(fault.Stale, "this home keeps a key of %s already", add.Handle).Fix("handles are never given twice; choose another")
	}
	known, err := s.handles()
	if err != nil {
		return err
	}
	first := len(known) == 0
	unlock := c.NewUnlock
	if unlock == "" && first {
		unlock = s.OfficerUnlock
	}
	if !first { // the one who adds is asked for before the one who is added
		if _, err := s.officer(); err != nil {
			return err
		}
	}
	lock, err := s.newLock(unlock, "passphrase of "+string(add.Handle))
	if err != nil {
		return err
	}
	key, locked, err := newOfficerKey(lock)
	if err != nil {
		return err
	}
	add.Key = key.Public()
	if first {
		config, err := node.ReadConfig(s.home().Config())
		if err != nil {
			return err
		}
		s.signer = &console.Signer{Handle: add.Handle, Node: config.Name, Key: key, Now: time.Now, Random: rand.Reader}
	}
	// The key is kept before the node is told of it: an officer whose key was
	// lost in between could never act.
	if err := createFile(path, locked); err != nil {
		return err
	}
	added, err := do(s, add)
	if err != nil {
		return c.unadded(path, err)
	}
	return show(s, added, func(p *printer, r console.Officers) { printAdded(p, r, path) })
}

// unadded takes the key away again if the node refused it. If its answer was
// lost it may have accepted the key, which is then the officer's only one.
func (c *officerAddCmd) unadded(path string, err error) error {
	var answered *console.Failure
	kind := fault.KindOf(err)
	lost := kind == fault.Unreachable || kind == fault.Unsupported && !errors.As(err, &answered)
	if !lost && kind != fault.Internal {
		_ = os.Remove(path)
		return err
	}
	f := *fault.Safe(err)
	return f.Fix("the key is kept in %s, because the node may have accepted it: comity officer list tells; if %s is not there, remove the file and add anew", path, c.Handle)
}

// printAdded says whether the new officer may work, and what is missing.
func printAdded(p *printer, r console.Officers, path string) {
	o := r.Officers[0]
	if o.Waiting {
		p.line(0, "%s of %s WAITS for a security officer: %s.", o.Handle, o.Unit, roles(o.Roles))
		printWords(p, "The key reads; they compare it before they confirm", seal.Words(o.Key.Fingerprint()))
		p.line(0, "A security officer confirms with comity officer confirm %s.", o.Handle)
	} else {
		p.line(0, "%s of %s is an officer: %s.", o.Handle, o.Unit, roles(o.Roles))
	}
	p.line(0, "The key is in %s.", path)
	switch {
	case r.Unguarded:
		p.line(0, "There is no security officer yet, so whoever runs the node makes officers alone. Add the security officer last, or soon: "+
			"from then on a new analyst, release or security officer waits until a security officer confirms.")
	case o.Current() && o.Actor().Has(party.Security):
		p.line(0, "From now on a new analyst, release or security officer waits until a security officer confirms.")
	}
}

func (c *officerAddCmd) command() (console.AddOfficer, error) {
	var add console.AddOfficer
	var err error
	if add.Handle, err = party.ParseHandle(c.Handle); err != nil {
		return add, err
	}
	if add.Unit, err = party.ParseName(c.Unit); err != nil {
		return add, err
	}
	for _, text := range c.Role {
		role, err := party.ParseRole(text)
		if err != nil {
			return add, err
		}
		add.Roles = append(add.Roles, role)
	}
	return add, nil
}

func roles(list []party.Role) string {
	names := make([]string, len(list))
	for i, r := range list {
		names[i] = string(r)
	}
	return strings.Join(names, ", ")
}

type officerListCmd struct{}

// Help is shown below the usage.
func (officerListCmd) Help() string {
	return `Officers in office, those who wait for a security officer, and those who were removed.

    comity officer list`
}

// Run lists the officers.
func (officerListCmd) Run(s *session) error {
	return ask(s, console.ListOfficers{}, func(p *printer, r console.Officers) {
		rows := [][]string{{"HANDLE", "UNIT", "SINCE", "ROLES"}}
		for _, o := range r.Officers {
			held := roles(o.Roles)
			switch {
			case !o.Removed.IsZero():
				held = fmt.Sprintf("removed %s", shown(o.Removed))
			case o.Waiting:
				held += " (WAITS: comity officer confirm " + string(o.Handle) + ")"
			}
			rows = append(rows, []string{string(o.Handle), string(o.Unit), shown(o.Added), held})
		}
		p.table(0, rows...)
	})
}

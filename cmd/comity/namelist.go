package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"comity/console"
	"comity/fault"
	"comity/intel"
	"comity/offer"
	"comity/words"
)

type listAddCmd struct {
	File string `arg:"" help:"CSV with a line of headings (name, alias, id, schema...), OFAC's own CSV, or entities in FollowTheMoney's JSON, one a line."`
	Name string `help:"What to call it: small letters, digits and hyphens." required:"" placeholder:"NAME"`
}

// Help is shown below the usage.
func (listAddCmd) Help() string {
	return `comity entity find looks for the names and numbers of all lists. An extract of the
sanctions list of the US Treasury comes with the program.

    comity list add watch.csv --name watch-2026`
}

// Run hands the list over.
func (c *listAddCmd) Run(s *session) error {
	f, err := openFile(c.File, fixFile)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // it was only read
	piece := make([]byte, uploadParts*intel.PartSize)
	for from := 0; ; {
		n, err := io.ReadFull(f, piece)
		last := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !last {
			return unreadable(c.File, err)
		}
		k, err := do(s, console.HandList{Name: c.Name, File: filepath.Base(c.File), From: from, Bytes: piece[:n], Last: last})
		if err != nil {
			return err
		}
		if last {
			return show(s, k, func(p *printer, k offer.Kept) {
				p.line(0, "The list %s has %s.", k.Name, words.Count(k.Entries, "name or number", "names and numbers"))
			})
		}
		from += n
	}
}

type listNamesCmd struct{}

// Help is shown below the usage.
func (listNamesCmd) Help() string {
	return `    comity list names`
}

// Run lists them.
func (listNamesCmd) Run(s *session) error {
	return ask(s, console.ShowLists{}, func(p *printer, r console.NameLists) {
		rows := [][]string{{"LIST", "NAMES AND NUMBERS", "ADDED"}}
		for _, k := range r.Lists {
			added := "comes with the program"
			if !k.At.IsZero() {
				added = fmt.Sprintf("%s by %s", shown(k.At), k.By)
			}
			rows = append(rows, []string{k.Name, fmt.Sprint(k.Entries), added})
		}
		p.table(0, rows...)
	})
}

type listRemoveCmd struct {
	Name string `arg:"" help:"The list."`
}

// Help is shown below the usage.
func (listRemoveCmd) Help() string {
	return `Statements that were made with it stay.

    comity list remove watch-2026`
}

// Run forgets it.
func (c *listRemoveCmd) Run(s *session) error {
	r, err := do(s, console.RemoveList{Name: c.Name})
	if fault.Is(err, fault.Withheld) {
		return fault.New(fault.Withheld, "there is no list %s that was added", clean(c.Name)).Fix("comity list names shows them")
	}
	if err != nil {
		return err
	}
	return show(s, r, func(p *printer, _ console.Removed) { p.line(0, "The list %s is forgotten.", c.Name) })
}

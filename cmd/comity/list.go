package main

import (
	"fmt"

	"comity/console"
	"comity/holdings"
	"comity/intel"
	"comity/ref"
)

// listCmd lists items, and has the commands for lists of names beside it.
type listCmd struct {
	Items  listItemsCmd  `cmd:"" default:"withargs" help:"List the items that you may see."`
	Add    listAddCmd    `cmd:"" help:"Add a list of names to look for in texts, or put a newer one in its place."`
	Names  listNamesCmd  `cmd:"" help:"Show which lists of names there are."`
	Remove listRemoveCmd `cmd:"" help:"Forget a list of names."`
}

type listItemsCmd struct {
	After string `help:"Go on after this item (its whole id)." placeholder:"ITEM"`
	Limit int    `help:"How many." default:"50"`
}

// Help is shown below the usage.
func (listItemsCmd) Help() string {
	return `The newest first, and only those of which you may read something.

    comity list
    comity list --limit 10`
}

// Run lists the items.
func (c *listItemsCmd) Run(s *session) error {
	list := console.ListItems{Limit: c.Limit}
	if err := list.After.UnmarshalText([]byte(c.After)); err != nil {
		return err
	}
	return ask(s, list, func(p *printer, r console.ItemList) {
		if len(r.Items) == 0 {
			p.line(0, "No items. Make one with comity import FILE.")
			return
		}
		rows := [][]string{{"ITEM", "VERSION", "PORTIONS", "CHANGED", "BANNER", "TITLE"}}
		for _, i := range r.Items {
			portions := fmt.Sprint(i.Portions)
			if i.Hidden > 0 {
				portions += fmt.Sprintf(" (%d hidden)", i.Hidden)
			}
			if i.Destroyed {
				i.Title = "(its content was DESTROYED here)"
			}
			rows = append(rows, []string{i.ID.Short(), fmt.Sprint(i.Version), portions, i.Created.Time().Format("2006-01-02 15:04"),
				short(intel.Banner(i.Marking, intel.Grading{}), 24), i.Title})
		}
		p.table(0, rows...)
		printMore(p, r.Next)
	})
}

func printMore(p *printer, next ref.ItemID) {
	if !next.IsZero() {
		p.line(0, "There are more: comity list --after %s", next)
	}
}

// short cuts a text for a column.
func short(s string, width int) string {
	r := []rune(s)
	if len(r) <= width {
		return orDash(s)
	}
	return string(r[:width-1]) + "…"
}

type showCmd struct {
	Item    string `arg:"" help:"The item."`
	Version int    `help:"An earlier version." placeholder:"N"`
}

// Help is shown below the usage.
func (showCmd) Help() string {
	return `Portions that you may not read are named as hidden, and nothing more.

    comity show 81d07c44
    comity show 81d07c44 --version 1`
}

// Run shows the item.
func (c *showCmd) Run(s *session) error {
	return ask(s, console.ShowItem{Item: c.Item, Version: c.Version}, printItem)
}

type searchCmd struct {
	Words []string `arg:"" help:"Words; all of them must stand there, each whole, or by at least its first three letters."`
	Limit int      `help:"How many hits." default:"50"`
}

// Help is shown below the usage.
func (searchCmd) Help() string {
	return `Only what you may read is searched, and what came only once you have read it.

    comity search boats Manzanillo`
}

// Run searches.
func (c *searchCmd) Run(s *session) error {
	words := ""
	for _, w := range c.Words {
		words += w + " "
	}
	return ask(s, console.SearchItems{Words: words, Limit: c.Limit}, func(p *printer, r console.Hits) {
		if len(r.Hits) == 0 {
			p.line(0, "Nothing that you may read holds all these words.")
		}
		for _, h := range r.Hits {
			id, where := h.Item.Short(), "title"
			if h.Item.IsZero() {
				id = "received " + h.Cut.Short()
			}
			if h.Portion == holdings.OfSource {
				where = "source"
			}
			if h.Portion > 0 {
				where = fmt.Sprintf("portion %d", h.Portion)
			}
			p.line(0, "%s  %s (%s, from %s)", id, h.Title, where, h.From)
			p.line(4, "%s", h.Text)
		}
	})
}

type exportCmd struct {
	Item string `arg:"" help:"The item."`
	Out  string `help:"File to write; the default is the output." type:"path" placeholder:"FILE"`
}

// Help is shown below the usage.
func (exportCmd) Help() string {
	return `The item is written as JSON, with its markings. What is exported is out of the node's hands.

    comity export 81d07c44 --out boats.json`
}

// Run exports the item.
func (c *exportCmd) Run(s *session) error {
	out, err := newOutput(c.Out) // an export is recorded, so it must have somewhere to go
	if err != nil {
		return err
	}
	defer out.drop()
	r, err := do(s, console.ExportItem{Item: c.Item})
	if err != nil {
		return err
	}
	if out == nil {
		return s.term.file(append(r.Content, '\n'))
	}
	if err := out.keep(r.Content); err != nil {
		return err
	}
	s.term.printer().line(0, "The item %s is in %s; the ledger says so.", r.Item.Short(), c.Out)
	return nil
}

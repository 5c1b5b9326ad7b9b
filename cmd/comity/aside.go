package main

import (
	"slices"

	"comity/console"
	"comity/holdings"
)

type asideCmd struct {
	Item string `arg:"" help:"An item that was imported."`
	Take []int  `help:"Make portions of these texts, by their numbers, where they stood." placeholder:"N,N"`
}

// Help is shown below the usage.
func (asideCmd) Help() string {
	return `What an import took for the furniture of a page, with the reason for each. A text that is
taken back becomes a portion where it stood, without a marking.

    comity aside 81d07c44
    comity aside 81d07c44 --take 3,5`
}

// Run lists what was set aside, or takes some of it back.
func (c *asideCmd) Run(s *session) error {
	if len(c.Take) > 0 {
		return ask(s, console.TakeBack{Item: c.Item, Numbers: c.Take}, printItem)
	}
	return ask(s, console.ShowSource{Item: c.Item}, func(p *printer, r holdings.Imported) {
		printSource(p, r.Source)
		for n, a := range r.Source.Aside {
			p.gap()
			state := ""
			if slices.Contains(r.Taken, n+1) {
				state = "  (a portion now)"
			}
			p.line(2, "%d. %s%s", n+1, a.Why, state)
			p.block(6, a.Text)
		}
		p.gap()
		if len(r.Source.Aside) == 0 {
			p.line(0, "Nothing was set aside.")
		}
	})
}

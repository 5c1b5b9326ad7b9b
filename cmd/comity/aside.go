package main

import (
	"slices"
	"strconv"
	"strings"

	"comity/console"
	"comity/fault"
	"comity/holdings"
)

type asideCmd struct {
	Item string `arg:"" help:"An item that was imported."`
	Take string `help:"Make portions of these texts, by their numbers, where they stood." placeholder:"N,N-N"`
}

// Help is shown below the usage.
func (asideCmd) Help() string {
	return `What an import took for the furniture of a page, with the reason for each. A text that is
taken back becomes a portion where it stood, without a marking.

    comity aside 81d07c44
    comity aside 81d07c44 --take 3,5-7`
}

// parseNumbers reads numbers and ranges of them.
func parseNumbers(text string) (list []int, err error) {
	for _, one := range strings.Split(text, ",") {
		from, to, ranged := strings.Cut(strings.TrimSpace(one), "-")
		if !ranged {
			to = from
		}
		a, errA := strconv.Atoi(from)
		b, errB := strconv.Atoi(to)
		if errA != nil || errB != nil || a < 1 || b < a || b-a > holdings.MaxAside {
			return nil, fault.New(fault.Invalid, "%q are no numbers", text).Fix("write them like 3,5-7")
		}
		for n := a; n <= b; n++ {
			list = append(list, n)
		}
	}
	return list, nil
}

// Run lists what was set aside, or takes some of it back.
func (c *asideCmd) Run(s *session) error {
	if c.Take != "" {
		taken, err := parseNumbers(c.Take)
		if err != nil {
			return err
		}
		return ask(s, console.TakeBack{Item: c.Item, Numbers: taken}, printItem)
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

package main

import (
	"strings"

	"comity/authorisation"
	"comity/console"
	"comity/words"
)

type deriveCmd struct {
	From  []string `arg:"" name:"cut" help:"What came: its id or the last digits of it, or CUT:1,3 for some of its portions."`
	Title string   `help:"The item's title, in your words." required:"" placeholder:"TEXT"`
}

// Help is shown below the usage.
func (deriveCmd) Help() string {
	return `Each portion keeps its text, marking and grading, for you to write and mark anew; and it
stays bound by what its originator promised, whatever you write, until the originator
authorises more (comity authorise ask). You must have read what it is made of. Exhibits are
not taken over: they stay with what came.

    comity derive 3b4ecdec:1,3 --title "A buyer of pumps"`
}

// Run makes the item.
func (c *deriveCmd) Run(s *session) error {
	q := console.DeriveItem{Title: c.Title}
	for _, text := range c.From {
		cut, which, some := strings.Cut(text, ":")
		f := authorisation.From{Cut: cut}
		if some {
			var err error
			if f.Portions, err = portionNumbers([]string{which}); err != nil {
				return err
			}
		}
		q.From = append(q.From, f)
	}
	return ask(s, q, func(p *printer, v console.Derived) {
		printItem(p, v.ItemView)
		p.gap()
		if v.Left > 0 {
			p.styled(yellow, 0, "Not taken over: %s of what came.", words.Count(v.Left, "exhibit", "exhibits"))
		}
		p.line(0, "Next: comity edit %s, comity mark %s; to pass it on, comity plan %s --to UNIT --form copy.", v.View.Item.ID.Short(), v.View.Item.ID.Short(), v.View.Item.ID.Short())
	})
}

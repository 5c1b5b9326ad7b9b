package main

import (
	"comity/console"
	"comity/holdings"
	"comity/words"
)

type exhibitCmd struct {
	ID   string `arg:"" help:"The item; with --received, what came."`
	Hash string `arg:"" help:"The exhibit's hash, or its first digits."`
	Cut  bool   `help:"It came from a partner: the number is that of the inbox." name:"received"`
	Out  string `help:"Write it into this file." required:"" type:"path" placeholder:"FILE"`
}

// Help is shown below the usage.
func (exhibitCmd) Help() string {
	return `That you took it is recorded; of what came its sender gets a receipt. What a partner
sent may be hostile: look at it where it can do no harm.

    comity exhibit 3f2a 9d1c04c2e7b1 --out ship.jpg
    comity exhibit --received 5cd01f77 9d1c04c2e7b1 --out ship.jpg`
}

// Run writes the exhibit into a file that is not there yet: whole, or not at all.
func (c *exhibitCmd) Run(s *session) error {
	s.sends = c.Cut
	out, err := newOutput(c.Out)
	if err != nil {
		return err
	}
	defer out.drop()
	var got holdings.Piece
	for from := 1; from > 0; from = got.Next {
		q := console.TakeExhibit{Item: c.ID, Hash: c.Hash, From: from}
		if c.Cut {
			q.Item, q.Cut = "", c.ID
		}
		if got, err = do(s, q); err != nil {
			return err
		}
		if err := out.add(got.Bytes); err != nil {
			return err
		}
	}
	if err := out.keep(nil); err != nil {
		return err
	}
	got.Bytes = nil
	return show(s, got, func(p *printer, r holdings.Piece) {
		p.line(0, "%s: %s, %s, in %s.", r.Exhibit.Content.Short(), r.Exhibit.Media, words.Bytes(r.Exhibit.Size), c.Out)
		if c.Cut {
			p.line(0, "That you took it is recorded, and its sender gets a receipt.")
		} else {
			p.line(0, "That you took it is recorded.")
		}
	})
}

package main

import "comity/console"

type destroyCmd struct {
	ID     string `arg:"" help:"The item; with --received, what came."`
	Cut    bool   `help:"Destroy what a partner sent, by its number in the inbox." name:"received"`
	Reason string `help:"Why: recalled, retention, error or order." required:"" enum:"recalled,retention,error,order" placeholder:"WHY"`
}

// Help is shown below the usage.
func (destroyCmd) Help() string {
	return `There is no way back: the key of the content is destroyed, and with it the content in
every backup of this node. What stays is that there was such a thing, whence it came or
to whom it went, under which markings, who read it, and who destroyed it. The sender of
what is destroyed is given the receipt. What was sent lives on where it was sent: recall
it first (comity withdraw --recall).`
}

// Run destroys it.
func (c *destroyCmd) Run(s *session) error {
	q := console.DestroyContent{Item: c.ID, Reason: c.Reason}
	if c.Cut {
		s.sends = true
		q = console.DestroyContent{Cut: c.ID, Reason: c.Reason}
	}
	return ask(s, q, func(p *printer, r console.DestroyedContent) {
		if r.Record != nil {
			p.line(0, "The content of %s is destroyed; its sender is given the receipt.", r.Cut.Short())
		} else {
			p.line(0, "The content of %s is destroyed, in all its versions.", r.Item.Short())
		}
		for _, c := range r.Copies {
			p.head(red, "The copy of the vault at %s cannot be written and still opens it: bring it back, or destroy it.", c)
		}
	})
}

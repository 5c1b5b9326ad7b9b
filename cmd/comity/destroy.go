package main

import (
	"slices"

	"comity/console"
	"comity/fault"
	"comity/party"
	"comity/words"
)

type destroyCmd struct {
	ID     string `arg:"" help:"The item; with --received, what came."`
	Cut    bool   `help:"Destroy what a partner sent, by its number in the inbox; what was made of it here stays." name:"received"`
	Reason string `help:"Why: recalled, retention, error or order." required:"" enum:"recalled,retention,error,order" placeholder:"WHY"`
	Yes    bool   `help:"Do not ask: for scripts."`
}

// Help is shown below the usage.
func (destroyCmd) Help() string {
	return `There is no way back: the key of the content is destroyed, and with it the content in
every backup of this node. What stays is that there was such a thing, whence it came or
to whom it went, under which markings, who read it, and who destroyed it. The sender of
what is destroyed is given the receipt. What was sent lives on where it was sent: recall
it first (comity withdraw --recall). What was made of it here stays: items that were made
of what came (comity derive), and reports that were filed. Destroy such items too. You are shown what it is and asked before anything is
destroyed. That what came was recalled is believed only if its sender did recall it.

    comity destroy 3f2a --reason retention
    comity destroy --received 5cd01f77 --reason recalled`
}

// Run destroys it.
func (c *destroyCmd) Run(s *session) error {
	if err := c.confirm(s); err != nil {
		return err
	}
	q := console.DestroyContent{Item: c.ID, Reason: c.Reason}
	if c.Cut {
		s.sends = true
		q = console.DestroyContent{Cut: c.ID, Reason: c.Reason}
	}
	return ask(s, q, func(p *printer, r console.DestroyedContent) {
		if r.Record != nil {
			p.line(0, "The content of %s is destroyed; its sender is given the receipt.", r.Cut.Short())
		} else {
			p.line(0, "The content of %s is destroyed here, in all its versions.", r.Item.Short())
		}
		for _, c := range r.Copies {
			p.head(red, "The copy of the vault at %s cannot be written and still opens it: bring it back, or destroy it.", c)
		}
	})
}

// confirm shows what would be destroyed and asks. It is shown where the
// question is, so that the output holds the result alone.
func (c *destroyCmd) confirm(s *session) error {
	if c.Yes {
		return nil
	}
	q := console.WeighDestruction{Item: c.ID, Reason: c.Reason}
	if c.Cut {
		q.Item, q.Cut = "", c.ID
	}
	d, err := do(s, q)
	if err != nil {
		return err
	}
	printDoomed(s.term.errors(), d)
	if !s.term.typed {
		return fault.New(fault.Unapproved, "nothing was destroyed: nobody can be asked, because this is not a terminal").
			Fix("look at what is shown above, and add --yes if that is meant")
	}
	if !s.term.agree("There is no way back. Destroy it?") {
		return fault.New(fault.Unapproved, "nothing was destroyed: the question was not answered with yes").
			Fix("answer yes, or add --yes in a script")
	}
	return nil
}

func printDoomed(p *printer, d console.Doomed) {
	title := d.Title
	if title == "" {
		title = "(a pointer)"
	}
	if d.Item.IsZero() {
		p.line(0, "This would be destroyed: %s  %s", d.Cut.Short(), title)
		p.line(2, "it came from %s to %s on %s", d.From, words.Names(d.To), shown(d.At))
		return
	}
	p.line(0, "This would be destroyed: %s  %s, in all its versions", d.Item.Short(), title)
	p.line(2, "written by %s; the newest version is of %s", d.From, shown(d.At))
	if len(d.To) == 0 {
		p.line(2, "it was sent to nobody")
		return
	}
	lives := slices.DeleteFunc(slices.Clone(d.To), func(n party.Name) bool { return slices.Contains(d.Gone, n) })
	if len(lives) > 0 {
		p.line(2, "it was sent to %s, where it lives on until they destroy it", words.Names(lives))
	}
	if len(d.Gone) > 0 {
		p.line(2, "it was sent to %s, where it was destroyed: there is a receipt", words.Names(d.Gone))
	}
}

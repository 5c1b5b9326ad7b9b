package main

import (
	"errors"
	"fmt"

	"comity/console"
	"comity/exchange"
	"comity/fault"
	"comity/intel"
	"comity/words"
)

type inboxCmd struct {
	Limit int `help:"How many." default:"50"`
}

// Help is shown below the usage.
func (inboxCmd) Help() string {
	return `The newest first: what came for your unit, what its sender took back, and which reports it
makes due. The list is no reading: no text is shown, and no receipt goes back.

    comity inbox`
}

// Run lists what came.
func (c *inboxCmd) Run(s *session) error {
	return ask(s, console.ListInbox{Limit: c.Limit}, printInbox)
}

type readCmd struct {
	Cut         string `arg:"" help:"What came: its id, or the last digits of it."`
	Acknowledge bool   `help:"You accept the conditions that the originator set."`
}

// Help is shown below the usage.
func (readCmd) Help() string {
	return `Every reading is recorded in this node's ledger before a word is shown, and the sender
gets a receipt with your unit and handle.

    comity read 5cd01f77
    comity read 5cd01f77 --acknowledge`
}

// Run opens what came; conditions are shown and asked about first.
func (c *readCmd) Run(s *session) error {
	s.sends = true
	r, err := do(s, console.ReadCut{Cut: c.Cut, Acknowledge: c.Acknowledge})
	var f *console.Failure
	if errors.As(err, &f) && fault.Is(err, fault.Unread) && s.term.typed {
		p := s.term.printer()
		p.line(0, "The originator set conditions:")
		for _, condition := range f.Conditions {
			p.line(4, "- %s", condition)
		}
		if s.term.agree("Do you accept them?") {
			r, err = do(s, console.ReadCut{Cut: c.Cut, Acknowledge: true})
		}
	}
	if err != nil {
		return err
	}
	return show(s, r, printOpened)
}

func printInbox(p *printer, r console.Letters) {
	if len(r.Letters) == 0 {
		p.line(0, "Nothing came for your unit.")
		return
	}
	printUnknownDuties(p, r.Unknown)
	for _, l := range r.Letters {
		title := l.Title
		if l.Destroyed {
			title = "(its content was DESTROYED here)"
		} else if title == "" {
			title = "(a pointer: something exists, ask " + string(l.From) + ")"
		}
		p.head(bold, "%s  %s", l.Cut.Short(), title)
		p.labelled(2, planLabel, "from", fmt.Sprintf("%s to %s, %s, version %d", l.From, l.To, l.Kind, l.Version))
		p.labelled(2, planLabel, "banner", orNobody(l.Banner))
		read := "not read yet"
		if !l.FirstRead.IsZero() {
			read = "first read " + shown(l.FirstRead)
		}
		p.labelled(2, planLabel, "came", shown(l.At)+"; "+read)
		if l.Asks != nil {
			p.labelled(2, planLabel, "ASKS", asksWords(l))
		}
		printNotices(p, l)
		if l.Recalled && !l.Destroyed {
			p.labelled(2, planLabel, "RECALLED", "comity destroy --received "+l.Cut.Short()+" --reason recalled destroys it, and tells "+string(l.From))
		}
		for _, d := range l.Due {
			p.labelled(2, planLabel, "DUE", dutyLine(d))
		}
	}
}

// asksWords says what a letter wants authorised, and how to answer.
func asksWords(l exchange.Letter) string {
	return fmt.Sprintf("you to authorise %s %s; read it, then comity authorise show %s", actWords(l.Asks.Act), words.Names(l.Asks.To), l.Cut.Short())
}

// printNotices shows what the originator took back, at the item itself.
func printNotices(p *printer, l exchange.Letter) {
	for _, n := range l.Notices {
		p.labelled(2, planLabel, "NOTICE", fmt.Sprintf("%s of this, %s: read it with comity read %s", n.Kind, shown(n.At), n.Cut.Short()))
	}
	if l.Earlier > 0 {
		p.labelled(2, planLabel, "NOTICE", fmt.Sprintf("and %d earlier", l.Earlier))
	}
}

func dutyLine(d exchange.LetterDuty) string {
	text := fmt.Sprintf("tell %s: %s", d.To, scopeShort(d.Scope))
	if !d.Due.IsZero() {
		text += ", by " + shown(d.Due)
	}
	if d.Overdue {
		text += ", OVERDUE"
	}
	return text + fmt.Sprintf(" (comity file %s)", d.ID.Short())
}

// printOpened shows a cut as it came.
func printOpened(p *printer, r console.Opened) {
	c, l := r.Opened.Cut, r.Opened.Letter
	title := c.Title
	if title == "" {
		title = "(a pointer)"
	}
	p.head(bold, "%s", title)
	p.labelled(2, planLabel, "cut", fmt.Sprintf("%s  %s, version %d", c.ID.Short(), c.Kind, c.Version))
	p.labelled(2, planLabel, "from", fmt.Sprintf("%s, written %s", c.Originator, shown(c.Created)))
	for _, f := range [][2]string{{"topic", c.Topic}, {"areas", intel.JoinAreas(c.Areas)}, {"purpose", c.Purpose}} {
		if f[1] != "" {
			p.labelled(2, planLabel, f[0], f[1])
		}
	}
	p.labelled(2, planLabel, "banner", orNobody(l.Banner))
	if c.Notice != nil {
		p.labelled(2, planLabel, "notice", fmt.Sprintf("%s of what came as series %s", c.Notice.Kind, c.Notice.About.Short()))
	}
	if c.Filing != nil {
		p.labelled(2, planLabel, "filing", fmt.Sprintf("demanded by %s, at most: %s", c.Filing.Rule, scopeShort(c.Filing.Scope)))
	}
	printNotices(p, l)
	printCutPortions(p, r.Opened)
	p.gap()
	p.line(0, "This reading is recorded, and %s gets a receipt.", c.Originator)
	if l.Asks != nil {
		p.line(0, "It asks %s.", asksWords(l))
	}
	for _, d := range l.Due {
		p.line(0, "You must %s.", dutyLine(d))
	}
	printUnknownDuties(p, r.Unknown)
}

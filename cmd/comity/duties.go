package main

import (
	"fmt"

	"comity/console"
	"comity/fault"
	"comity/wire"
)

type dutiesCmd struct {
	All   bool `help:"Also those that were discharged."`
	From  int  `help:"Leave out so many." placeholder:"N"`
	Limit int  `help:"How many." default:"50"`
}

// Run lists the duties.
func (c *dutiesCmd) Run(s *session) error {
	return ask(s, console.ListDuties{All: c.All, From: c.From, Limit: c.Limit}, printDuties)
}

func printDuties(p *printer, r console.Duties) {
	if r.Count == 0 {
		p.line(0, "Your unit owes no report that the rules known here demand.")
		return
	}
	for _, o := range r.Duties {
		p.head(bold, "%s  tell %s%s", o.ID.Short(), o.Duty.To, dutyState(o))
		p.labelled(2, planLabel, "what", scopeWords(o.Duty.Scope, nil))
		for i, d := range o.Duty.Due {
			text := shown(d.At)
			if reading := calendarWords[d.Calendar]; reading != "" {
				text += " (" + reading + ")"
			}
			if i > 0 {
				text = "or " + text + ": go by the earlier"
			}
			p.labelled(2, planLabel, first(i, "by"), text)
		}
		p.labelled(2, planLabel, "rule", o.Duty.Rule+": "+o.Duty.Title)
		p.labelled(2, planLabel, "standing", standing(o.Duty.Status, o.Duty.Confidence))
		p.labelled(2, planLabel, "because", fmt.Sprintf("%s %s on %s", o.Duty.Holder, triggerWords(string(o.Duty.Trigger)), shown(o.Duty.At)))
		p.line(2, "draft: all of it, and no word more")
		for _, f := range o.Draft.Fields {
			p.labelled(6, 18, f.Name, f.Value)
		}
		if o.Closed != "" {
			p.line(6, "(%s)", o.Closed)
		}
		if o.Discharged.IsZero() {
			p.line(2, "file it with comity file %s", o.ID.Short())
		}
	}
	if r.Next > 0 {
		p.line(0, "There are more, %d in all and %d overdue: comity duties --from %d", r.Count, r.Overdue, r.Next)
	}
}

func triggerWords(trigger string) string {
	switch trigger {
	case "receive":
		return "received something from abroad"
	case "send":
		return "sent something abroad"
	case "read":
		return "read something from abroad"
	default:
		return "was in touch (" + trigger + ")"
	}
}

func dutyState(o console.Owed) string {
	switch {
	case !o.Discharged.IsZero() && o.Late:
		return fmt.Sprintf("  FILED LATE %s: %s", shown(o.Discharged), o.How)
	case !o.Discharged.IsZero():
		return fmt.Sprintf("  filed %s: %s", shown(o.Discharged), o.How)
	case o.Overdue:
		return "  OVERDUE"
	}
	return ""
}

type fileCmd struct {
	Duty  string `arg:"" help:"The duty: its id, or the last digits of it."`
	Out   string `help:"Write the report as a letter into this file." type:"path" placeholder:"FILE"`
	Proof string `help:"Write the proof of filing into this file, for orx-verify." type:"path" placeholder:"FILE"`
	Paper bool   `help:"Write it out even if the party named has a node."`
	How   string `help:"How it is handed over, in a few words." placeholder:"TEXT"`
}

// Help is shown below the usage.
func (fileCmd) Help() string {
	return `The draft goes as it stands: to the node of the party named if that is a partner, or
written out for a party that has none. Either way the ledger proves when it was filed.`
}

// Run files the duty.
func (c *fileCmd) Run(s *session) error {
	s.sends = true
	for _, path := range []string{c.Out, c.Proof} {
		if err := writable(path); err != nil {
			return err
		}
	}
	r, err := do(s, console.FileDuty{Duty: c.Duty, How: c.How, Paper: c.Paper || c.Out != ""})
	if err != nil {
		return err
	}
	if c.Out != "" {
		if err := createFile(c.Out, []byte(r.Letter)); err != nil {
			return err
		}
	}
	if c.Proof != "" {
		b, err := wire.Encode(r.Receipt)
		if err != nil {
			return err
		}
		if err := createFile(c.Proof, b); err != nil {
			return err
		}
	}
	return show(s, r, func(p *printer, r console.Filed) { c.print(p, r) })
}

func (c *fileCmd) print(p *printer, r console.Filed) {
	in := "in time"
	switch {
	case r.Late:
		in = "LATE: it was due " + shown(r.Due)
	case !r.Due.IsZero():
		in += ": it was due " + shown(r.Due)
	}
	p.line(0, "Filed at %s, %s.", shown(r.At), in)
	switch {
	case r.Partner != "":
		p.line(0, "It goes to %s at %s.", r.Unit, r.Partner)
	case c.Out != "":
		p.line(0, "The letter to %s is in %s; hand it over.", r.Duty.Duty.To, c.Out)
	default:
		p.line(0, "%s has no node here; this is the letter to hand over:", r.Duty.Duty.To)
		p.gap()
		p.block(4, r.Letter)
	}
	if c.Proof != "" {
		p.line(0, "The proof of filing is in %s.", c.Proof)
	}
}

// writable refuses a file that is there already, before anything is done that
// cannot be undone.
func writable(path string) error {
	if path == "" {
		return nil
	}
	if there(path) {
		return fault.New(fault.Invalid, "%s is there already", path).Fix("name a file that is not")
	}
	return nil
}

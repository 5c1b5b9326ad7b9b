package main

import (
	"fmt"

	"comity/console"
)

type dutiesCmd struct {
	All   bool `help:"Also those that were discharged."`
	From  int  `help:"Leave out so many." placeholder:"N"`
	Limit int  `help:"How many." default:"50"`
}

// Help is shown below the usage.
func (dutiesCmd) Help() string {
	return `Each with its draft, which tells no more than the rule demands, and the earliest day it is due
by. comity file files it.

    comity duties
    comity duties --all --limit 100`
}

// Run lists the duties.
func (c *dutiesCmd) Run(s *session) error {
	return ask(s, console.ListDuties{All: c.All, From: c.From, Limit: c.Limit}, printDuties)
}

func printDuties(p *printer, r console.Duties) {
	printUnknownDuties(p, r.Unknown)
	if r.Count == 0 && len(r.Unknown) > 0 {
		p.line(0, "Whether your unit owes a report is not known here.")
		return
	}
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
		} else {
			p.line(2, "its letter and proof: comity file %s --again", o.ID.Short())
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
	case "meet":
		return "met somebody from abroad"
	case "call":
		return "spoke with somebody from abroad"
	case "answer":
		return "answered somebody from abroad"
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

package main

import (
	"fmt"
	"strings"
	"time"

	"comity/console"
	"comity/exposure"
	"comity/fault"
	"comity/law"
	"comity/party"
	"comity/record"
	"comity/release"
	"comity/wire"
	"comity/words"
)

type exposureCmd struct {
	Party string `arg:"" help:"The party; everything below it is included."`
	Since string `help:"The first day, or an instant (UTC)." required:"" placeholder:"DATE"`
	Until string `help:"The last day, all of it, or an instant (UTC); until now if not said." placeholder:"DATE"`
	From  int    `help:"Leave out so many releases." placeholder:"N"`
	Limit int    `help:"How many releases." default:"50"`
}

// Help is shown below the usage.
func (exposureCmd) Help() string {
	return `What the party could have seen stands in the closures that were stored with the
releases; what it did see, in receipts. A way counts if the party could have come to see
something by it in that time: a copy that was sent before, and can be opened on any day,
counts too. For security officers and auditors; the look is recorded.

    comity exposure mx/sre --since 2026-01-01 --until 2026-03-31`
}

// Run shows the exposure.
func (c *exposureCmd) Run(s *session) error {
	q := console.ShowExposure{From: c.From, Limit: c.Limit}
	var err error
	if q.Party, err = party.ParseName(c.Party); err != nil {
		return err
	}
	if q.Since, err = wire.ParseTime(c.Since); err != nil {
		return fault.Safe(err).At("--since")
	}
	if q.Until, err = endOf(c.Until); err != nil {
		return fault.Safe(err).At("--until")
	}
	return ask(s, q, func(p *printer, r console.Exposure) { printExposure(p, r.Report) })
}

// endOf reads an instant; a bare date is all of its day.
func endOf(text string) (wire.Time, error) {
	if text == "" {
		return wire.Time{}, nil
	}
	t, err := wire.ParseTime(text)
	if err == nil && len(text) == len(time.DateOnly) {
		t = t.Add(24*time.Hour - time.Second)
	}
	return t, err
}

func printExposure(p *printer, r exposure.Report) {
	p.head(bold, "EXPOSURE of %s", r.Party)
	p.labelled(2, planLabel, "since", shown(r.Since))
	p.labelled(2, planLabel, "until", shown(r.Until))
	p.gap()
	if r.Count == 0 && len(r.Allowed) == 0 {
		p.line(0, "By the stored closures and the receipts, nothing reached it in that time.")
	}
	for _, e := range r.Exposed {
		printExposed(p, e)
	}
	printAllowed(p, r)
	if left := r.Count - len(r.Exposed); left > 0 {
		p.line(0, "%s in all; %d of them left out here.", words.Count(r.Count, "release", "releases"), left)
	}
	if r.Next > 0 {
		p.line(0, "It goes on with --from %d", r.Next)
	}
	printUncovered(p, r)
}

// printAllowed tells of the leave that was given to others to pass something
// on to the party.
func printAllowed(p *printer, r exposure.Report) {
	for _, a := range r.Allowed {
		p.head(bold, "COULD SEE, by your leave: %s was authorised on %s to pass on what you sent (request %s)", a.By, shown(a.Given), a.Request.Short())
		for i, w := range a.Allow {
			p.labelled(4, planLabel, first(i, "to"), fmt.Sprintf("%s: %s", w.Party, scopeShort(w.Scope)))
		}
		switch {
		case a.TakenBack:
			p.labelled(4, planLabel, "but", "it was taken back later")
		case !a.Until.IsZero():
			p.labelled(4, planLabel, "until", shown(a.Until))
		}
	}
	if r.AllowedLeft > 0 {
		p.line(0, "and %d more authorisations", r.AllowedLeft)
	}
}

func printExposed(p *printer, e exposure.Exposed) {
	p.head(bold, "item %s, version %d, released %s", e.Item.Short(), e.Version, shown(e.Made))
	for _, c := range e.Could {
		p.line(2, "%s: %s", coulds[c.Reach], c.Party)
		p.labelled(4, planLabel, "sees", scopeWords(c.Scope, c.Portions))
		p.labelled(4, planLabel, "from", shown(c.From)+", "+byWords(c.By))
		printReason(p, c.Path, c.Force, c.Status, c.Confidence)
	}
	if e.Left > 0 {
		p.line(2, "and %s more", words.Count(e.Left, "way", "ways"))
	}
	for _, d := range e.Did {
		p.line(2, "DID SEE: %s", didWords(d))
	}
	if e.Unshown > 0 {
		p.line(2, "and %s more: comity trail %s", words.Count(e.Unshown, "receipt", "receipts"), e.Item.Short())
	}
	p.gap()
}

var coulds = map[release.Reach]string{release.Sure: "COULD SEE, for certain", release.Possible: "COULD SEE, possibly"}

// printReason says by what a party comes to see something.
func printReason(p *printer, path []release.Step, force law.Force, s law.Status, c law.Confidence) {
	if len(path) == 0 {
		p.labelled(4, planLabel, "because", "it was sent to it")
		return
	}
	p.labelled(4, planLabel, "because", "it "+orDash(forceWords[force])+" ("+string(force)+")")
	p.labelled(4, planLabel, "path", pathWords(path))
	p.labelled(4, planLabel, "standing", standing(s, c))
}

// byWords says until when a way lay open.
func byWords(due []law.Due) string {
	if len(due) == 0 {
		return "and on any later day"
	}
	var parts []string
	for _, d := range due {
		text := shown(d.At)
		if reading := calendarWords[d.Calendar]; reading != "" {
			text += " (" + reading + ")"
		}
		parts = append(parts, text)
	}
	return "told by " + strings.Join(parts, " or ")
}

func didWords(d exposure.Did) string {
	var text string
	switch d.Kind {
	case record.Onward:
		text = fmt.Sprintf("passed on to %s (%s) by %s under %s", d.To, scopeShort(d.Scope), d.Unit, d.Rule)
	case record.ReadBy:
		text = fmt.Sprintf("read by %s#%s", d.Unit, d.Officer)
	case record.Destroy:
		text = fmt.Sprintf("destroyed by %s", d.Unit)
	case record.Authorise, record.Unauthorised:
		text = fmt.Sprintf("answered by %s", d.Unit)
	default:
		text = fmt.Sprintf("%s to %s", d.Kind, d.Unit)
		if d.Kind == record.Deliver {
			text = fmt.Sprintf("delivered to %s", d.Unit)
		}
	}
	text += ", " + shown(d.First)
	if d.Times > 1 {
		text += fmt.Sprintf(" and later, %d times, last %s", d.Times, shown(d.Last))
	}
	return text + " (receipt)"
}

// printUncovered is loud on purpose: what is not listed is not safe.
func printUncovered(p *printer, r exposure.Report) {
	o := r.Open
	p.head(red, "NOT COVERED: it could be more")
	if o.Stranger {
		p.styled(red, 2, "- nobody here knows a party named %s: is the name right?", r.Party)
	}
	if u := o.Unknown; u.Releases > 0 {
		p.styled(red, 2, "- of %s it was not known whom some party would tell: %s", words.Count(u.Releases, "release", "releases"), tallied(u))
	}
	if a := o.Above; a.Releases > 0 {
		p.styled(red, 2, "- %s reached %s, of which it is a part: comity exposure %s shows them", words.Count(a.Releases, "release", "releases"), tallied(a), a.Parties[0])
	}
	if r.Earlier > 0 {
		p.line(2, "- %s before that time, which an earlier --since shows: what it had seen, it had", words.Count(r.Earlier, "way or receipt ended", "ways and receipts ended"))
	}
	if o.Unsound.Releases > 0 {
		p.styled(red, 2, "- the stored plan of %s does not hold: %s", words.Count(o.Unsound.Releases, "release", "releases"), replayHint(o.Unsound))
	}
	p.line(2, "- who held keys, and looks into systems that no stored closure names, are not counted yet")
	p.line(2, "- only what this node sent; what others sent it is theirs to follow")
	p.line(2, "- calls and meetings, and what was asked on paper, are not counted yet")
	p.line(0, "%s looked at.", words.Count(o.Releases, "release was", "releases were"))
}

// replayHint tells where to look further.
func replayHint(u exposure.Unsound) string {
	return "comity replay " + u.Items[0].Short() + " tells why"
}

func tallied(t exposure.Tally) string {
	names := make([]string, len(t.Parties))
	for i, n := range t.Parties {
		names[i] = string(n)
	}
	text := strings.Join(names, ", ")
	if t.More > 0 {
		text += fmt.Sprintf(" and %d more", t.More)
	}
	return text
}

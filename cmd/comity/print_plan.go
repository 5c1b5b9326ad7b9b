package main

import (
	"fmt"
	"slices"
	"strings"

	"comity/console"
	"comity/intel"
	"comity/law"
	"comity/party"
	"comity/ref"
	"comity/release"
	"comity/rulebook"
	"comity/wire"
	"comity/words"
)

// printPlan tells who will come to see a release: who for certain, who
// possibly, whose duties nobody knows, and which promises it breaks.
func printPlan(p *printer, v console.PlanView) {
	printPlanHead(p, v)
	printBest(p, v)
	printReach(p, v, release.Sure, "SURE: these parties will come to see it", "you send it")
	printReach(p, v, release.Possible, "POSSIBLE: these parties could come to see it", "you send it")
	printUnknown(p, v)
	printConflicts(p, v)
	printNeeds(p, v.Plan.Needs)
	printAuthorised(p, v.Plan.Authorised)
	printSenderDuties(p, v)
	printVerdict(p, v)
}

const planLabel = 10 // columns of the labels

func printPlanHead(p *printer, v console.PlanView) {
	p.head(bold, "PLAN %s", v.Hash.Short())
	printQuestion(p, v)
	p.labelled(2, planLabel, "rules", packNames(v.Plan.Packs))
	for _, i := range v.Idle {
		p.styled(yellow, 2, "not counted: %s", idleWords(i))
	}
	p.gap()
}

// idleWords says why a pack has no say.
func idleWords(i console.IdlePack) string {
	day := func(t wire.Time) string { return t.Time().Format("2006-01-02") }
	switch {
	case i.Why == rulebook.SetAside:
		return fmt.Sprintf("%s (set aside by %s on %s: %s)", i.Pack.ID, i.By, day(i.Since), i.Reason)
	case i.Why == rulebook.Waiting:
		return fmt.Sprintf("%s version %d (added by %s on %s, waits for a security officer's assessment)", i.Pack.ID, i.Pack.Version, i.By, day(i.Since))
	case i.Status == law.Repealed:
		return i.Pack.ID + " (repealed)"
	case !i.Until.IsZero():
		return fmt.Sprintf("%s (out of force since %s)", i.Pack.ID, day(i.Until))
	default:
		return fmt.Sprintf("%s (not in force before %s)", i.Pack.ID, day(i.From))
	}
}

// printQuestion says what was asked: which release, to whom, when.
func printQuestion(p *printer, v console.PlanView) {
	title := v.Title
	if title == "" {
		title = "(hidden from you)"
	}
	p.labelled(2, planLabel, "item", fmt.Sprintf("%s (%s, version %d)", title, v.Plan.Item.Short(), v.Plan.Version))
	p.labelled(2, planLabel, "from", named(v, v.Plan.Sender))
	for _, r := range v.Plan.Recipients {
		p.labelled(2, planLabel, "to", named(v, r.Party))
		p.labelled(2, planLabel, "", words.Forms(r.Forms, words.Numbers))
	}
	for _, n := range v.Strange {
		p.styled(yellow, 2, "no partner of this node has the unit %s: it can be planned, not sent (comity partner list)", n)
	}
	for _, b := range v.Plan.Never {
		p.labelled(2, planLabel, "never", fmt.Sprintf("%s sees more than: %s", b.Parties, scopeShort(b.AtMost)))
	}
	p.labelled(2, planLabel, "at", shown(v.Plan.At))
}

func packNames(packs []law.Ref) string {
	if len(packs) == 0 {
		return "NONE: no rule pack counts here, so nobody's duties are known"
	}
	names := make([]string, len(packs))
	for i, r := range packs {
		names[i] = fmt.Sprintf("%s (version %d)", r.ID, r.Version)
	}
	return strings.Join(names, ", ")
}

// named gives a party's name and, if it has one, its title.
func named(v console.PlanView, n party.Name) string {
	if t := v.TitleOf(n); t != "" {
		return string(n) + " - " + t
	}
	return string(n)
}

// printReach lists the parties of one reach, each with all it comes to see.
// Chosen says why those see it whom no rule leads to.
func printReach(p *printer, v console.PlanView, reach release.Reach, title, chosen string) {
	p.head(bold, "%s", title)
	order, rows := byParty(v.Plan.Rows, reach)
	if len(order) == 0 {
		p.line(2, "nobody, as far as the rules named above go")
	}
	for _, n := range order {
		p.line(2, "%s", named(v, n))
		for _, row := range rows[n] {
			printRow(p, v, row, chosen)
		}
	}
	p.gap()
}

// byParty groups the rows of a reach, keeping their order.
func byParty(all []release.Row, reach release.Reach) ([]party.Name, map[party.Name][]release.Row) {
	var order []party.Name
	rows := map[party.Name][]release.Row{}
	for _, row := range all {
		if row.Reach != reach {
			continue
		}
		if _, seen := rows[row.Party]; !seen {
			order = append(order, row.Party)
		}
		rows[row.Party] = append(rows[row.Party], row)
	}
	return order, rows
}

func printRow(p *printer, v console.PlanView, row release.Row, chosen string) {
	p.labelled(4, planLabel, "sees", rowWords(v, row))
	if len(row.Path) == 0 {
		p.labelled(4, planLabel, "from", shown(row.Earliest))
		p.labelled(4, planLabel, "because", chosen)
		return
	}
	last, known := v.Rule(row.Path[len(row.Path)-1].Rule)
	if len(row.Latest) > 0 {
		for i, l := range dueLines(row.Latest, last.Deadline) {
			p.labelled(4, planLabel, first(i, "by"), l)
		}
	} else {
		p.labelled(4, planLabel, "from", shown(row.Earliest))
	}
	p.labelled(4, planLabel, "because", "it "+orDash(forceWords[row.Force])+" ("+string(row.Force)+")")
	if known {
		p.labelled(4, planLabel, "rule", fmt.Sprintf("%s: %s", last.Rule, last.Title))
	}
	p.labelled(4, planLabel, "path", pathWords(row.Path))
	p.labelled(4, planLabel, "standing", standing(row.Status, row.Confidence))
}

// rowWords says what a party sees; of a recipient, with the exhibits that go
// along.
func rowWords(v console.PlanView, row release.Row) string {
	n, size := exhibitsTo(v, row)
	if n == 0 {
		return scopeWords(row.Scope, row.Portions)
	}
	content := intel.Scope{Content: row.Scope.Content}
	of := "it"
	if len(row.Portions) > 1 {
		of = "them"
	}
	text := fmt.Sprintf("%s and %s of %s (%s)", scopeWords(content, row.Portions), words.Count(n, "exhibit", "exhibits"), of, words.Bytes(size))
	if row.Scope.Contact {
		text += "; and the contact"
	}
	return text
}

// exhibitsTo counts the files that a recipient gets with the copies of a row,
// and their bytes, each once.
func exhibitsTo(v console.PlanView, row release.Row) (n int, size int64) {
	to := slices.IndexFunc(v.Plan.Recipients, func(r release.Recipient) bool { return r.Party == row.Party })
	if to < 0 || len(row.Path) > 0 {
		return 0, 0
	}
	forms, seen := v.Plan.Recipients[to].Forms, map[ref.Hash]bool{}
	for _, x := range v.Exhibits {
		if slices.Contains(row.Portions, x.Portion) && x.Portion <= len(forms) && forms[x.Portion-1] == intel.Copy && !seen[x.Content] {
			seen[x.Content] = true
			n, size = n+1, size+x.Size
		}
	}
	return n, size
}

// first gives a label for the first line of several.
func first(i int, label string) string {
	if i > 0 {
		return ""
	}
	return label
}

// pathWords shows from whom to whom, and under which rule.
func pathWords(path []release.Step) string {
	text := string(path[0].From)
	for _, s := range path {
		text += fmt.Sprintf(" -> %s [%s]", s.To, s.Rule)
	}
	return text
}

// printUnknown is loud on purpose: silence about a party is not safety.
func printUnknown(p *printer, v console.PlanView) {
	if len(v.Plan.Unknown) == 0 {
		return
	}
	bar := strings.Repeat("!", p.width)
	p.head(red, "%s", bar)
	p.head(red, "!! DUTIES NOT KNOWN of %s. This plan does NOT show whom they tell.", words.Count(len(v.Plan.Unknown), "party", "parties"))
	for _, u := range v.Plan.Unknown {
		p.styled(red, 0, "!! %s", named(v, u.Party))
		if !u.Scope.IsNothing() {
			p.labelled(0, planLabel+3, "!!   sees", scopeWords(u.Scope, nil))
		}
		p.labelled(0, planLabel+3, "!!   why", u.Why)
	}
	p.head(red, "%s", bar)
	p.gap()
}

// printSenderDuties says what the sender will owe for the act itself.
func printSenderDuties(p *printer, v console.PlanView) {
	if len(v.Plan.Duties) == 0 {
		return
	}
	p.head(bold, "YOUR OWN DUTIES: sending this, you must report")
	printOwn(p, v)
}

func printOwn(p *printer, v console.PlanView) {
	for _, d := range v.Plan.Duties {
		r, _ := v.Rule(d.Rule)
		p.line(2, "to %s", named(v, d.To))
		p.labelled(4, planLabel, "what", scopeWords(d.Scope, nil))
		for i, l := range dueLines(d.Due, r.Deadline) {
			p.labelled(4, planLabel, first(i, "by"), l)
		}
		p.labelled(4, planLabel, "rule", strings.TrimSuffix(d.Rule+": "+r.Title, ": "))
	}
	p.gap()
}

// printVerdict is the one line to remember.
func printVerdict(p *printer, v console.PlanView) {
	reach := words.Reach(v.Plan)
	switch {
	case v.Plan.Blocked():
		p.head(red, "BLOCKED. %s. Take a remedy, or override with a reason and a second officer.", reach)
	case len(v.Plan.Unknown) > 0:
		p.head(yellow, "NOT STOPPED, and NOT KNOWN TO BE SAFE. %s.", reach)
	case len(v.Plan.Conflicts) > 0:
		p.head(yellow, "MAY BE SENT, with the warnings above. %s.", reach)
	default:
		p.head(green, "MAY BE SENT. %s.", reach)
	}
}

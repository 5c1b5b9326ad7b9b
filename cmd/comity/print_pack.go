package main

import (
	"fmt"
	"strings"

	"comity/intel"
	"comity/law"
	"comity/rulebook"
	"comity/words"
)

// printPack tells a pack in words, for whoever answers for it.
func printPack(p *printer, e rulebook.Entry, counting string) {
	k := e.Pack
	p.head(bold, "%s, version %d: %s", k.ID, k.Version, k.Title)
	p.line(2, "%s", reviewed(k))
	p.labelled(2, planLabel, "here", fmt.Sprintf("%s, by %s since %s", counts(e), e.By, shown(e.Since)))
	p.labelled(2, planLabel, "", counting)
	if e.Reason != "" {
		p.labelled(2, planLabel, "because", e.Reason)
	}
	p.labelled(2, planLabel, "in force", forceSpan(k))
	p.labelled(2, planLabel, "covers", patterns(k))
	p.labelled(2, planLabel, "hash", e.Ref.Hash.String())
	for _, r := range k.Rules {
		p.gap()
		printRule(p, r)
	}
	printSources(p, k)
}

func forceSpan(k law.Pack) string {
	text := "from " + shown(k.From)
	if !k.Until.IsZero() {
		text += " until " + shown(k.Until)
	}
	return text
}

func patterns(k law.Pack) string {
	names := make([]string, len(k.Covers))
	for i, c := range k.Covers {
		names[i] = string(c)
	}
	return strings.Join(names, ", ")
}

func printRule(p *printer, r law.Rule) {
	p.line(2, "%s  %s", r.ID, r.Title)
	p.labelled(4, planLabel, "says", r.Words)
	p.labelled(4, planLabel, "who", who(r.DutyHolder)+on(r.Kinds)+with(r.Counterpart))
	p.labelled(4, planLabel, "tells", names(r))
	p.labelled(4, planLabel, "what", scopeWords(r.Scope, nil))
	p.labelled(4, planLabel, "when", deadlineWords(r.Deadline))
	p.labelled(4, planLabel, "force", string(r.Force)+": "+forceWords[r.Force])
	if w := r.Authorisation; w != nil {
		p.labelled(4, planLabel, "leave", leaveWords(*w))
	}
	for _, limit := range limits(r) {
		p.labelled(4, planLabel, "only", limit)
	}
	for _, x := range r.Exemptions {
		p.labelled(4, planLabel, "except", who(x.When)+": "+x.Note)
	}
	p.labelled(4, planLabel, "standing", standing(r.Status, r.Confidence))
}

// leaveWords says whose authorisation a rule wants.
func leaveWords(w law.Authorisation) string {
	words := make([]string, len(w.Kinds))
	for i, t := range w.Kinds {
		words[i] = string(t)
	}
	text := fmt.Sprintf("of %s beforehand, for: %s", w.By, strings.Join(words, ", "))
	if w.InPerson {
		text += " in person"
	}
	return text + "; asking tells it " + scopeShort(w.RequestScope)
}

// limits says in which cases alone a rule binds.
func limits(r law.Rule) []string {
	var list []string
	if len(r.Areas) > 0 {
		list = append(list, "of items about "+intel.JoinAreas(r.Areas)+", or about nothing that is said")
	}
	if len(r.Forms) > 0 {
		words := make([]string, len(r.Forms))
		for i, f := range r.Forms {
			words[i] = f.String()
		}
		list = append(list, "for the forms "+strings.Join(words, ", "))
	}
	if r.SparesMachine {
		list = append(list, "where a person started it")
	}
	if r.Blockable {
		list = append(list, "where no caveat takes it away")
	}
	return list
}

func who(w law.Who) string {
	if w.Tag != "" {
		return string(w.Tag)
	}
	return string(w.Party)
}

func on(kinds []law.Trigger) string {
	words := make([]string, len(kinds))
	for i, t := range kinds {
		words[i] = string(t)
	}
	return ", on: " + strings.Join(words, ", ")
}

func with(w law.Who) string {
	if who(w) == "" {
		return ""
	}
	return "; with: " + who(w)
}

func names(r law.Rule) string {
	words := make([]string, len(r.Recipients))
	for i, n := range r.Recipients {
		words[i] = string(n)
	}
	return strings.Join(words, ", ")
}

func deadlineWords(d law.Deadline) string {
	switch d.Unit {
	case law.Immediate:
		return "at once"
	case law.WithoutDelay:
		return "without delay (counted as 24 hours)"
	case law.AnyTime:
		return "at any time"
	case law.Month:
		return "every month, by the end of the next"
	}
	text := words.Count(d.Amount, string(d.Unit), string(d.Unit)+"s")
	switch d.Calendar {
	case law.WorkingDays:
		text += " (working days)"
	case law.Ambiguous:
		text += "; calendar or working days is not said, so both are computed and the earlier counts"
	}
	return text
}

func printSources(p *printer, k law.Pack) {
	if len(k.Sources) > 0 {
		p.gap()
		p.line(2, "Sources")
		for _, s := range k.Sources {
			p.labelled(4, 6, "["+s.ID+"]", s.Text)
		}
	}
	if len(k.Notes) > 0 {
		p.gap()
		p.line(2, "What the rules cannot say")
		for _, n := range k.Notes {
			p.labelled(4, 2, "-", n)
		}
	}
}

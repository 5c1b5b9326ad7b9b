package web

import (
	"fmt"
	"html/template"
	"slices"
	"strings"

	"comity/intel"
	"comity/law"
	"comity/packs"
	"comity/party"
	"comity/wire"
	"comity/words"
)

// functions are what templates may call, in one language.
func (t *tongue) functions(s *site) template.FuncMap {
	return template.FuncMap{
		"t":        t.say,
		"n":        t.count,
		"asset":    s.assets.address,
		"when":     t.when,
		"day":      func(at wire.Time) string { return at.Time().Format("2006-01-02") },
		"chips":    chips,
		"marks":    func(m intel.Marking, g intel.Grading) string { return intel.Banner(m, g) },
		"word":     t.word,
		"bytes":    words.Bytes,
		"told":     t.told,
		"law":      t.law,
		"browser":  browserOf,
		"portions": t.portions,
		"sees":     t.sees,
		"scope":    t.scope,
		"due":      t.deadline,
		"join":     func(list []party.Name) string { return words.Names(list) },
		"nums":     words.Numbers,
		"inc":      func(i int) int { return i + 1 },
		"dec":      func(i int) int { return max(i-1, 0) },
		"pair":     func(a, b any) pair { return pair{a, b} },
		"rows":     rows,
		"sources":  sources,
		"lead":     lead,
		"one":      func(n int) []int { return []int{n} },
		"none":     func() []int { return nil },
		"banner":   func(m intel.Marking) string { return intel.Banner(m, intel.Grading{}) },
		"has":      func(list []int, n int) bool { return slices.Contains(list, n) },
	}
}

// plans is the language that plans and their pictures are told in.
func (t *tongue) plans() words.Tongue { return words.In(t.code) }

// told is a text with the language that it is in.
type told struct{ Lang, Text string }

// law is a pack's own text: in this language, if the pack is one that ships; a node's own
// packs are shown as they were written, in whatever language that is.
func (t *tongue) law(text string) told {
	if said, ok := packs.Said(t.code, text); ok {
		return told{t.code, said}
	}
	if _, ok := packs.Said("es", text); ok { // what has a Spanish is English
		return told{"en", text}
	}
	return told{Text: text}
}

// titles gives the titles of parties in this language.
func (t *tongue) titles(of map[party.Name]string) map[party.Name]string {
	list := make(map[party.Name]string, len(of))
	for n, title := range of {
		list[n] = t.law(title).Text
	}
	return list
}

// told says a reason that a plan gives, in this language if that has words for it.
func (t *tongue) told(english string) told {
	text, ok := t.plans().Told(english)
	if !ok {
		return told{"en", text}
	}
	return told{t.code, text}
}

// pair is two values for a template that wants both.
type pair struct{ A, B any }

// rows is how high a field for a text is.
func rows(text string) int {
	n := 1
	for line := range strings.Lines(text) {
		n += 1 + len(line)/90
	}
	return min(max(n, 3), 24)
}

// lead keeps the first line of a field, which browsers drop when it is empty.
func lead(text string) string {
	if strings.HasPrefix(text, "\n") {
		return "\n" + text
	}
	return text
}

// word gives the word for a value of a closed list, such as force.must. A value
// that this version does not know stands for itself.
func (t *tongue) word(list string, value any) string {
	text := ""
	switch v := value.(type) {
	case string:
		text = v
	case interface{ String() string }:
		text = v.String()
	default:
		text = fmt.Sprint(v)
	}
	if said, ok := t.says[list+"."+text]; ok {
		return said
	}
	return text
}

// when gives an instant with its weekday, to the minute, in UTC.
func (t *tongue) when(at wire.Time) string {
	if at.IsZero() {
		return "–"
	}
	u := at.Time().UTC()
	return t.says["weekday."+u.Format("Mon")] + " " + u.Format("2006-01-02 15:04") + " UTC"
}

// sees says what a party comes to see of portions.
func (t *tongue) sees(s intel.Scope, portions []int) string {
	if s.Content == intel.None {
		if s.Contact {
			return t.say("sees.contact")
		}
		return t.say("sees.nothing")
	}
	text := t.say("sees."+s.Content.String(), t.portions(portions))
	if s.Contact {
		text += t.say("sees.and.contact")
	}
	return text
}

// portions names portions by number; none is the item as a whole.
func (t *tongue) portions(n []int) string {
	switch len(n) {
	case 0:
		return t.say("of.item")
	case 1:
		return t.say("of.portion", words.Numbers(n))
	}
	return t.say("of.portions", words.Numbers(n))
}

// scope is sees for a narrow place.
func (t *tongue) scope(s intel.Scope) string {
	if s.Content == intel.None && s.Contact {
		return t.say("scope.contact")
	}
	return t.word("scope", s.Content.String())
}

// deadline says how much time a rule allows.
func (t *tongue) deadline(d law.Deadline) string {
	switch d.Unit {
	case law.Hour, law.Day, law.Month:
		text := t.count("deadline."+string(d.Unit), d.Amount)
		if d.Unit == law.Day && d.Calendar != "" {
			text += " (" + t.word("calendar", string(d.Calendar)) + ")"
		}
		return text
	}
	return t.word("deadline", string(d.Unit))
}

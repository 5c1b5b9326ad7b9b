package intel

import (
	"slices"
	"unicode"

	"comity/fault"
	"comity/party"
)

func isLetter(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }

// Validate holds a marking to its one form and to the rules of its labels
// (FIRST TLP 2.0): a community belongs to GREEN and clients to AMBER, and
// GREEN without a community names no audience that could be computed. It takes
// what [Combine] gives; what an author cannot mean is refused by
// [Portion.Validate] only.
func (m Marking) Validate() error {
	switch {
	case m.TLP.Strictness() == unknownLabel:
		return bad("there is no label TLP:%s", clip(string(m.TLP))).At("tlp").Fix("labels are CLEAR, GREEN, AMBER, AMBER+STRICT and RED")
	case m.TLP == TLPGreen && len(m.Community) == 0:
		return bad("TLP:GREEN does not say which community").At("community").Fix("name it: COMMUNITY:us/**,mx/semar/*")
	case m.TLP != TLPGreen && len(m.Community) > 0:
		return bad("only TLP:GREEN has a community").At("community").Fix("use REL for the parties that may see it")
	case m.TLP != TLPAmber && len(m.Clients) > 0:
		return bad("only TLP:AMBER has clients").At("clients").Fix("use REL for the parties that may see it")
	case m.Ceiling > Copy:
		return bad("there is no such form").At("ceiling")
	}
	for _, list := range []struct {
		name     string
		patterns []party.Pattern
	}{{"community", m.Community}, {"clients", m.Clients}, {"rel", m.Rel}} {
		if err := validatePatterns(list.name, list.patterns); err != nil {
			return at(err, list.name)
		}
	}
	if err := validateBars(m.Not); err != nil {
		return at(err, "not")
	}
	if m.Classification != "" {
		c, err := parseClass(m.Classification)
		if err != nil {
			return at(err, "classification")
		}
		if c != m.Classification {
			return bad("the classification is not in its one text form").At("classification").Fix("write %s", c)
		}
	}
	return at(validateCaveats(m.Caveats), "caveats")
}

func validatePatterns(name string, list []party.Pattern) error {
	if len(list) > MaxPatterns {
		return large("%s names %d parties; at most %d are taken", name, len(list), MaxPatterns).Fix("use a pattern like us/**")
	}
	for i, p := range list {
		if _, err := party.ParsePattern(string(p)); err != nil {
			return err
		}
		if slices.Contains(list[:i], p) {
			return bad("%s names %s twice", name, p)
		}
		if p == party.Nobody && len(list) > 1 {
			return bad("%s names nobody and somebody", name)
		}
	}
	return nil
}

func validateBars(bars []Bar) error {
	if len(bars) > MaxPatterns {
		return large("NOT names %d parties; at most %d are taken", len(bars), MaxPatterns).Fix("use a pattern like mx/**")
	}
	for i, b := range bars {
		if _, err := party.ParsePattern(string(b.Parties)); err != nil {
			return err
		}
		switch {
		case b.Parties == party.Nobody:
			return bad("NOT:nobody bars nobody")
		case b.AtMost.Content > FullSource:
			return bad("there is no such scope")
		case slices.ContainsFunc(bars[:i], func(have Bar) bool { return have.Parties == b.Parties }):
			return bad("NOT names %s twice", b.Parties)
		}
	}
	return nil
}

func validateCaveats(caveats []Caveat) error {
	if len(caveats) > MaxCaveats {
		return large("the marking has %d caveats; at most %d are taken", len(caveats), MaxCaveats)
	}
	for i, c := range caveats {
		if err := c.validate(); err != nil {
			return err
		}
		if slices.ContainsFunc(caveats[:i], func(have Caveat) bool {
			return have == c || have.Code == c.Code && !c.Code.repeats()
		}) {
			return bad("%s is given twice", c.Code)
		}
	}
	return nil
}

// covers reports whether the bar stands before every party of a pattern. A bar
// on a party binds everything below it too: a bar on an agency that left its
// units free would be no bar.
func (b Bar) covers(r party.Pattern) bool {
	if n, ok := b.Parties.Exact(); ok && party.Pattern(n+"/**").Covers(r) {
		return true
	}
	return b.Parties.Covers(r)
}

// contradicts refuses what an author cannot mean. A combined marking may well
// hold such things, from parts that differ, and is then read strictly.
func (m Marking) contradicts() error {
	for _, r := range m.Rel {
		for _, b := range m.Not {
			if b.AtMost.Content == None && r != party.Nobody && b.covers(r) {
				return bad("REL gives it to %s and NOT keeps it from %s", r, b.Parties).At("not").Fix("take one of them away")
			}
		}
	}
	if m.Has(NOACT) && m.Has(ASKACT) {
		return bad("NOACT forbids the action that ASKACT asks about").At("caveats").Fix("keep one of them")
	}
	for _, c := range m.Caveats {
		if c.Code != EMBARGO || m.Expires.IsZero() {
			continue
		}
		if m.Expires.String() <= c.Arg {
			return fault.New(fault.Invalid, "it expires before its embargo ends").At("expires").Fix("move one of the two")
		}
	}
	return nil
}

package picture

import (
	"comity/intel"
	"comity/law"
	"comity/release"
	"comity/wire"
)

// The words of the picture are those that the plan is told in.

// instant gives a time with its weekday, to the minute. That it is UTC stands
// in the head of the picture.
func (p *picture) instant(t wire.Time) string {
	return p.word(t.Time().Format("Mon")) + t.Time().Format(" 2006-01-02 15:04")
}

var contentWords = map[intel.Content]string{
	intel.Exists:     "existence and holder of %s",
	intel.Metadata:   "title, kinds, markings of %s",
	intel.Summary:    "summary of %s",
	intel.Full:       "full text of %s",
	intel.FullSource: "full text and source of %s",
}

// scopeWords says what a party comes to see.
func (p *picture) scopeWords(s intel.Scope, n []int) string {
	if s.IsNothing() {
		return p.word("nothing")
	}
	if s.Content == intel.None {
		return p.word("contact only: that you were in touch")
	}
	text := p.say(contentWords[s.Content], p.view.Tongue.Portions(n))
	if s.Contact {
		return p.say("%s, and the contact", text)
	}
	return text
}

var styleWords = map[style]string{
	sent:                      "you send it",
	member:                    "told as member",
	style(law.Must):           "must be told",
	style(law.StandingAccess): "can look at it at will",
	style(law.Command):        "can order it handed over",
	style(law.May):            "may be told",
	style(law.Compelled):      "can compel it",
}

// styleWord gives the words of a style, and for one of a later version its
// name.
func (p *picture) styleWord(s style) string {
	if w, ok := styleWords[s]; ok {
		return p.word(w)
	}
	return clean(string(s))
}

// timeWords says how a party comes to know and by when, each reading of the
// deadline on a line of its own. The earlier comes first.
func (p *picture) timeWords(w way) []string {
	first := p.styleWord(w.style)
	if w.reach == release.Possible && (w.style == member || law.Force(w.style).Sure()) {
		first = p.say("possibly: %s", first)
	}
	if len(w.due) == 0 {
		if w.style == style(law.Must) && !w.bare {
			first = p.say("%s; no time is set", first)
		}
		return []string{first}
	}
	out := []string{p.say("%s by %s", first, p.instant(w.due[0].At))}
	if len(w.due) == 1 {
		if d := p.view.Deadlines[w.rule]; d.Amount > 0 && w.style == style(law.Must) {
			out = append(out, "("+p.amount(d, w.due[0].Calendar)+")")
		}
		return out
	}
	for _, d := range w.due[1:] {
		if d.Calendar == law.WorkingDays {
			out = append(out, p.say("or %s by working days", p.instant(d.At)))
		} else {
			out = append(out, p.say("or %s by another reading", p.instant(d.At)))
		}
	}
	return out
}

// amount gives the length of a deadline: 3 working days.
func (p *picture) amount(d law.Deadline, c law.Calendar) string {
	unit := string(d.Unit)
	if c != "" {
		unit = string(c) + " " + unit
	}
	return p.view.Tongue.Count(d.Amount, unit, unit+"s")
}

var statusWords = map[law.Status]string{
	law.Contested:  "contested",
	law.Unverified: "not verified by a lawyer",
	law.Repealed:   "repealed",
}

// ruleWords names a rule and how settled the path to here is.
func (p *picture) ruleWords(w way) string {
	if w.rule == "" {
		return ""
	}
	if w.rule == release.Structure {
		return p.word("chain of command; no rule of a pack")
	}
	if w.style == member {
		return p.word("membership; no rule of a pack")
	}
	text := p.say("rule %s", clean(w.rule))
	if s := statusWords[w.status]; s != "" {
		text += ", " + p.word(s)
	}
	return text
}

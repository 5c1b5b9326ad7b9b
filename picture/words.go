package picture

import (
	"fmt"

	"comity/intel"
	"comity/law"
	"comity/release"
	"comity/wire"
	"comity/words"
)

// The words of the picture are those that the plan is told in.

// instant gives a time with its weekday, to the minute. That it is UTC stands
// in the head of the picture.
func instant(t wire.Time) string { return t.Time().Format("Mon 2006-01-02 15:04") }

var contentWords = map[intel.Content]string{
	intel.Exists:     "existence and holder of ",
	intel.Metadata:   "title, kinds, markings of ",
	intel.Summary:    "summary of ",
	intel.Full:       "full text of ",
	intel.FullSource: "full text and source of ",
}

// scopeWords says what a party comes to see.
func scopeWords(s intel.Scope, n []int) string {
	switch {
	case s.IsNothing():
		return "nothing"
	case s.Content == intel.None:
		return "contact only: that you were in touch"
	case s.Contact:
		return contentWords[s.Content] + words.Portions(n) + ", and the contact"
	default:
		return contentWords[s.Content] + words.Portions(n)
	}
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
func styleWord(s style) string {
	if w, ok := styleWords[s]; ok {
		return w
	}
	return clean(string(s))
}

// timeWords says how a party comes to know and by when, each reading of the
// deadline on a line of its own. The earlier comes first.
func timeWords(w way, deadlines map[string]law.Deadline) []string {
	first := styleWord(w.style)
	if w.reach == release.Possible && (w.style == member || law.Force(w.style).Sure()) {
		first = "possibly: " + first
	}
	if len(w.due) == 0 {
		if w.style == style(law.Must) && !w.bare {
			first += "; no time is set"
		}
		return []string{first}
	}
	out := []string{first + " by " + instant(w.due[0].At)}
	if len(w.due) == 1 {
		if d := deadlines[w.rule]; d.Amount > 0 && w.style == style(law.Must) {
			out = append(out, "("+amount(d, w.due[0].Calendar)+")")
		}
		return out
	}
	for _, d := range w.due[1:] {
		if d.Calendar == law.WorkingDays {
			out = append(out, "or "+instant(d.At)+" by working days")
		} else {
			out = append(out, "or "+instant(d.At)+" by another reading")
		}
	}
	return out
}

// amount gives the length of a deadline: 3 working days.
func amount(d law.Deadline, c law.Calendar) string {
	unit := string(d.Unit)
	if d.Amount != 1 {
		unit += "s"
	}
	if c == "" {
		return fmt.Sprintf("%d %s", d.Amount, unit)
	}
	return fmt.Sprintf("%d %s %s", d.Amount, c, unit)
}

var statusWords = map[law.Status]string{
	law.Contested:  "contested",
	law.Unverified: "not verified by a lawyer",
	law.Repealed:   "repealed",
}

// ruleWords names a rule and how settled the path to here is.
func ruleWords(w way) string {
	if w.rule == "" {
		return ""
	}
	if w.rule == release.Structure {
		return "chain of command; no rule of a pack"
	}
	if w.style == member {
		return "membership; no rule of a pack"
	}
	text := "rule " + clean(w.rule)
	if s := statusWords[w.status]; s != "" {
		text += ", " + s
	}
	return text
}

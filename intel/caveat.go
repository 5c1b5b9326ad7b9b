package intel

import (
	"slices"
	"strings"

	"comity/fault"
	"comity/party"
	"comity/wire"
)

// Known lists the caveats that the engine tests, in the order in which a
// combined marking shows them.
var Known = []Code{ORCON, NOFWD, NOCOURT, EYES, DISPLAY, PURPOSE, VERIFY, NOACT, ASKACT, COND, EMBARGO}

// Known reports whether this node tests the caveat by its own rule.
func (c Code) Known() bool { return slices.Contains(Known, c) }

// repeats tells the caveats that may stand several times with different
// texts; each of them binds.
func (c Code) repeats() bool { return c == PURPOSE || c == COND || !c.Known() }

// Has reports whether the caveat stands in the marking as written.
func (m Marking) Has(code Code) bool {
	return slices.ContainsFunc(m.Caveats, func(c Caveat) bool { return c.Code == code })
}

// Binds reports whether the marking restricts as the caveat does. A caveat
// that this node does not know binds as ORCON and as NOFWD, because nobody
// here can tell that it asks for less; and who may not act at all may not act
// without asking either.
func (m Marking) Binds(code Code) bool {
	for _, c := range m.Caveats {
		switch {
		case c.Code == code:
			return true
		case !c.Code.Known() && (code == ORCON || code == NOFWD):
			return true
		case c.Code == NOACT && code == ASKACT:
			return true
		}
	}
	return false
}

// ForEyesOf reports whether EYES leaves the portion open to a person: every
// EYES names them, or there is none. It says nothing of the audience.
func (m Marking) ForEyesOf(p party.Person) bool {
	for _, c := range m.Caveats {
		if c.Code == EYES && !slices.Contains(strings.Split(c.Arg, ","), p.String()) {
			return false
		}
	}
	return true
}

// Conditions gives the plain sentences that a reader has to acknowledge
// before the portion opens (Europol handling code H3, UK 3x5x2 code C); none
// if the marking asks for nothing of the reader.
func (m Marking) Conditions() []string {
	var out []string
	for _, c := range m.Caveats {
		out = append(out, c.sentence())
	}
	return out
}

var sentences = map[Code]string{
	ORCON:   "Any further disclosure, extract or quotation needs the originator's leave.",
	NOFWD:   "It must not be passed on.",
	NOCOURT: "It must not be used in proceedings without the originator's leave.",
	DISPLAY: "It may be shown and must not be given away: no export, no print.",
	VERIFY:  "Ask the originator before acting on it.",
	NOACT:   "No action may be taken on it.",
	ASKACT:  "Ask the originator before any action.",
}

func (c Caveat) sentence() string {
	switch c.Code {
	case COND:
		return "Condition: " + c.Arg
	case PURPOSE:
		return "It may be used only for this purpose: " + c.Arg
	case EYES:
		if c.Arg == string(party.Nobody) {
			return "It is for the eyes of nobody: its parts name no person in common."
		}
		return "It is only for the eyes of " + strings.ReplaceAll(c.Arg, ",", ", ") + "."
	case EMBARGO:
		return "Nothing of it may be used or passed on before " + c.Arg + "."
	}
	if s, ok := sentences[c.Code]; ok {
		return s
	}
	said := string(c.Code)
	if c.Arg != "" {
		said += ":" + c.Arg
	}
	return "The caveat " + said + " is not known here; it is read as ORCON and NOFWD: " +
		"it must not be passed on, and any further disclosure needs the originator's leave."
}

// parseCaveat makes a caveat in its one form from what a person wrote.
func parseCaveat(code Code, arg string, base []wire.Time) (Caveat, error) {
	var err error
	switch code {
	case EYES:
		arg, err = parsePersons(arg)
	case EMBARGO:
		var until wire.Time
		until, err = parseWhen(arg, base)
		arg = until.String()
	default:
		arg = strings.TrimSpace(arg)
	}
	if err != nil {
		return Caveat{}, err
	}
	c := Caveat{code, arg}
	if err := c.validate(); err != nil {
		return Caveat{}, err
	}
	return c, nil
}

// validate holds a caveat to its one form.
func (c Caveat) validate() error {
	if !isCode(c.Code) {
		return bad("%q is not a caveat's code", clip(string(c.Code))).
			Fix("a code is 2 to 32 of A-Z, 0-9, dot, hyphen or plus, a letter first, and none of the other words of a marking; a grade has its scheme before it: admiralty:B2")
	}
	if err := checkLine("text of "+string(c.Code), c.Arg, MaxCaveat); err != nil {
		return err
	}
	switch c.Code {
	case PURPOSE, COND:
		if c.Arg == "" {
			return bad("%s says nothing", c.Code).Fix("write %s: and the text", c.Code)
		}
	case EYES:
		return sameForm(c, parsePersons)
	case EMBARGO:
		return sameForm(c, normalTime)
	default:
		if c.Code.Known() && c.Arg != "" {
			return bad("%s takes no text", c.Code).Fix("put conditions in words under COND")
		}
	}
	return nil
}

func sameForm(c Caveat, normal func(string) (string, error)) error {
	n, err := normal(c.Arg)
	if err != nil {
		return err
	}
	if n != c.Arg {
		return bad("%s is not in its one text form", c.Code).Fix("write %s:%s", c.Code, clip(n))
	}
	return nil
}

// isCode reports whether a code is well formed and no other word of the
// grammar nor another name of a known caveat, so that a banner can be read in
// one way only.
func isCode(code Code) bool {
	if len(code) < 2 || len(code) > 32 || code[0] < 'A' || code[0] > 'Z' || reserved(string(code)) {
		return false
	}
	if _, ok := aliases[string(code)]; ok {
		return false
	}
	if len(code) == 2 && code[1] <= '9' { // B2 is a grade whose scheme was forgotten
		return false
	}
	for _, b := range []byte(code) {
		if (b < 'A' || b > 'Z') && (b < '0' || b > '9') && b != '.' && b != '-' && b != '+' {
			return false
		}
	}
	return true
}

// parsePersons reads the list of EYES and gives it sorted, each person once.
func parsePersons(s string) (string, error) {
	s = strings.ToLower(s)
	if s == string(party.Nobody) {
		return s, nil
	}
	var persons []string
	for part := range strings.SplitSeq(s, ",") {
		p, err := party.ParsePerson(strings.TrimSpace(part))
		if err != nil {
			return "", err
		}
		persons = append(persons, p.String())
	}
	slices.Sort(persons)
	persons = slices.Compact(persons)
	if len(persons) > MaxPersons {
		return "", fault.New(fault.TooLarge, "EYES names %d persons; at most %d are taken", len(persons), MaxPersons)
	}
	return strings.Join(persons, ","), nil
}

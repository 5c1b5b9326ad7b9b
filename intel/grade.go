package intel

import (
	"slices"
	"strings"
)

// How the source came to know.
const (
	AccessDirect   Access = "direct"
	AccessIndirect Access = "indirect"
	AccessUnknown  Access = "unknown"
)

// What supports the information.
const (
	CorroborationIndependent  Corroboration = "independent"  // by independent sources
	CorroborationRecorded     Corroboration = "recorded"     // by information on record
	CorroborationNone         Corroboration = "none"         // nothing, and nothing could be found
	CorroborationContradicted Corroboration = "contradicted" // other information says otherwise
	CorroborationUnknown      Corroboration = "unknown"
)

// How far the information is believed.
const (
	BeliefCertain    Belief = "certain"
	BeliefProbable   Belief = "probable"
	BeliefPossible   Belief = "possible"
	BeliefUnjudged   Belief = "unjudged"
	BeliefDoubtful   Belief = "doubtful"
	BeliefImprobable Belief = "improbable"
	BeliefFalse      Belief = "false_suspected"
)

// Schemes lists the grading schemes: Admiralty (NATO), 4x4 (Europol Reg.
// art. 29), 5x5x5 and 3x5x2 (United Kingdom).
var Schemes = []Scheme{Admiralty, FourByFour, FiveByFive, ThreeByFive}

// codes holds the letters and figures of each scheme, source then
// information. Admiralty's G ("deliberately deceptive") exists in a community
// list only and is not taken.
var codes = map[Scheme][2]string{
	Admiralty:   {"ABCDEF", "123456"},
	FourByFour:  {"ABCX", "1234"},
	FiveByFive:  {"ABCDE", "12345"},
	ThreeByFive: {"123", "ABCDE"},
}

type triple struct {
	access        Access
	corroboration Corroboration
	belief        Belief
}

// natives gives the triple that each information code says (doctrine,
// section 8), by scheme and code.
var natives = map[Scheme]map[string]triple{
	Admiralty: {
		"1": {AccessUnknown, CorroborationIndependent, BeliefCertain},
		"2": {AccessUnknown, CorroborationRecorded, BeliefProbable},
		"3": {AccessUnknown, CorroborationNone, BeliefPossible},
		"4": {AccessUnknown, CorroborationNone, BeliefDoubtful},
		"5": {AccessUnknown, CorroborationContradicted, BeliefImprobable},
		"6": {AccessUnknown, CorroborationUnknown, BeliefUnjudged},
	},
	FourByFour: {
		"1": {AccessUnknown, CorroborationUnknown, BeliefCertain},
		"2": {AccessDirect, CorroborationNone, BeliefUnjudged},
		"3": {AccessIndirect, CorroborationRecorded, BeliefProbable},
		"4": {AccessIndirect, CorroborationNone, BeliefUnjudged},
	},
	FiveByFive: {
		"1": {AccessUnknown, CorroborationUnknown, BeliefCertain},
		"2": {AccessDirect, CorroborationNone, BeliefUnjudged},
		"3": {AccessIndirect, CorroborationRecorded, BeliefProbable},
		"4": {AccessUnknown, CorroborationUnknown, BeliefUnjudged},
		"5": {AccessUnknown, CorroborationUnknown, BeliefFalse},
	},
	ThreeByFive: {
		"A": {AccessDirect, CorroborationNone, BeliefUnjudged},
		"B": {AccessIndirect, CorroborationRecorded, BeliefProbable},
		"C": {AccessIndirect, CorroborationNone, BeliefUnjudged},
		"D": {AccessUnknown, CorroborationUnknown, BeliefUnjudged},
		"E": {AccessUnknown, CorroborationUnknown, BeliefFalse},
	},
}

// ParseGrade reads a code in its native scheme, source first: B2 in
// admiralty, 4x4 and 5x5x5, 1A in 3x5x2. The triple is the one that the code
// says.
func ParseGrade(scheme Scheme, code string) (Grading, error) {
	known, ok := codes[scheme]
	if !ok {
		return Grading{}, bad("there is no grading scheme %q", clip(string(scheme))).Fix("schemes are admiralty, 4x4, 5x5x5 and 3x5x2")
	}
	code = strings.ToUpper(code)
	if len(code) != 2 || !strings.Contains(known[0], code[:1]) || !strings.Contains(known[1], code[1:]) {
		return Grading{}, bad("%q is not a grade in %s", clip(code), scheme).
			Fix("the source is one of %s, the information one of %s, like %c%c; a handling code is a caveat", known[0], known[1], known[0][0], known[1][1])
	}
	t := natives[scheme][code[1:]]
	return Grading{scheme, code[:1], code[1:], t.access, t.corroboration, t.belief}, nil
}

// String gives the grading's element: scheme and code, and the triple behind
// them where it says more than the code: 4x4:B4[indirect,none,doubtful].
func (g Grading) String() string {
	if g.Scheme == "" {
		return ""
	}
	s := string(g.Scheme) + ":" + g.Source + g.Info
	if t := g.triple(); t != natives[g.Scheme][g.Info] {
		s += "[" + string(t.access) + "," + string(t.corroboration) + "," + string(t.belief) + "]"
	}
	return s
}

func (g Grading) triple() triple { return triple{g.Access, g.Corroboration, g.Belief} }

// doubts orders the beliefs that no code of every scheme can say.
var doubts = []Belief{BeliefDoubtful, BeliefImprobable, BeliefFalse}

// Doubted gives the grading with a belief lowered to doubtful, improbable or
// suspected false: what an import does that finds the text of [DoubtText]
// beside a code which cannot say it. A belief that is as low already stays.
func (g Grading) Doubted(b Belief) Grading {
	to, have := slices.Index(doubts, b), slices.Index(doubts, g.Belief)
	if g.Scheme == "" || to < 0 || have >= to {
		return g
	}
	g.Belief = b
	if b == BeliefImprobable {
		g.Corroboration = CorroborationContradicted
	}
	return g
}

// DoubtText is the condition that must travel with a code that cannot say how
// little the information is believed: doubtful, contradicted or suspected
// false; empty for a belief that needs none.
func DoubtText(b Belief) string {
	return map[Belief]string{BeliefDoubtful: "doubtful", BeliefImprobable: "contradicted", BeliefFalse: "suspected false"}[b]
}

// BeliefOf is the inverse of [DoubtText].
func BeliefOf(condition string) (Belief, bool) {
	for _, b := range doubts {
		if DoubtText(b) == condition {
			return b, true
		}
	}
	return "", false
}

// validate holds a grading to its scheme. The triple is the one that the code
// says; only doubt may be added to it, and to a code of certainty that the
// sources were independent. So nothing is ever believed more than its code.
func (g Grading) validate() error {
	if g == (Grading{}) {
		return nil
	}
	n, err := ParseGrade(g.Scheme, g.Source+g.Info)
	if err != nil {
		return err
	}
	if n.Source != g.Source || n.Info != g.Info {
		return bad("the grade is not in its one text form").Fix("write %s", n.String())
	}
	t := n.triple()
	independent := t.belief == BeliefCertain && t.corroboration == CorroborationUnknown &&
		g.triple() == triple{t.access, CorroborationIndependent, BeliefCertain}
	if g == n || independent || slices.Contains(doubts, g.Belief) && g == n.Doubted(g.Belief) {
		return nil
	}
	return bad("the triple %s,%s,%s does not fit the grade %s", clip(string(g.Access)), clip(string(g.Corroboration)), clip(string(g.Belief)), n.String()).
		Fix("it says %s,%s,%s; doubt may be added and belief may not", t.access, t.corroboration, t.belief)
}

// schemeNamed finds the scheme of an element's word.
func schemeNamed(word string) (Scheme, bool) {
	s := Scheme(strings.ToLower(word))
	if s == "adm" {
		s = Admiralty
	}
	return s, slices.Contains(Schemes, s)
}

// set takes a grading's element.
func (g *Grading) set(scheme Scheme, e element) error {
	if e.remove {
		if g.Scheme != scheme || e.hasArg {
			return bad("there is no grade in %s to take away", scheme)
		}
		*g = Grading{}
		return nil
	}
	code, rest, bracket := strings.Cut(e.arg, "[")
	n, err := ParseGrade(scheme, code)
	if err != nil {
		return err
	}
	if bracket {
		list, closed := strings.CutSuffix(strings.ToLower(rest), "]")
		t := strings.Split(list, ",")
		if !closed || len(t) != 3 {
			return bad("the triple behind the grade is broken").Fix("write [access,corroboration,belief], or nothing")
		}
		n.Access, n.Corroboration, n.Belief = Access(t[0]), Corroboration(t[1]), Belief(t[2])
		if err := n.validate(); err != nil {
			return err
		}
	}
	*g = n
	return nil
}

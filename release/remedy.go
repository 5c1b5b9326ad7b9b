package release

import (
	"fmt"
	"slices"
	"strings"

	"comity/intel"
	"comity/party"
)

// RemedyKind says what sort of thing would mend a conflict.
type RemedyKind string

// The kinds of remedy, in the order in which they are offered.
const (
	OtherRecipient RemedyKind = "other_recipient"
	AsPointer      RemedyKind = "pointer"
	AsSubstitute   RemedyKind = "substitute"
	TearOut        RemedyKind = "tear"
	Authorise      RemedyKind = "authorise"
	Override       RemedyKind = "override"
)

// mender looks for what would mend the conflicts of one question. What a
// change of form or recipient leaves broken is worked out once for all the
// conflicts of portions that are marked and given alike.
type mender struct {
	solve *solver
	q     Question
	left  map[trialOf]breaches
	clear map[string]bool // by recipient replaced, other and portion's likeness: whether nothing blocks
}

func newMender(s *solver, q Question) *mender {
	return &mender{s, q, map[trialOf]breaches{}, map[string]bool{}}
}

// trialOf is a form tried for portions that are alike; the empty likeness is
// the plan as a whole.
type trialOf struct {
	like string
	form intel.Form
}

// breaches are the promises that still block, by promise and party; nil: the
// form cannot be tried.
type breaches map[breach]bool

type breach struct {
	promise string
	party   party.Name
}

// remedies lists what would mend a conflict. Each that changes what is sent
// has been tried: the question was asked again with it, and the promise held.
// A recorded override is always last, and only for what blocks.
func (m *mender) remedies(c Conflict) []Remedy {
	if !c.Blocks {
		return nil
	}
	var list []Remedy
	if others := m.others(c); len(others) > 0 {
		list = append(list, Remedy{OtherRecipient, "send it to another: " + strings.Join(others, ", ")})
	}
	for _, f := range []struct {
		form intel.Form
		kind RemedyKind
	}{{intel.Pointer, AsPointer}, {intel.Substitute, AsSubstitute}, {intel.Withheld, TearOut}} {
		if m.holds(c, f.form) {
			list = append(list, Remedy{f.kind, formText(f.kind, c.Portion)})
		}
	}
	if c.By != "" {
		list = append(list, Remedy{Authorise, askText(c.By)})
	}
	return append(list, Remedy{Override,
		"send all the same, with a reason and a second officer's approval, both recorded"})
}

// askText says how to obtain an authorisation.
func askText(by party.Name) string {
	return "ask " + string(by) + " to authorise it: comity authorise ask"
}

func formText(k RemedyKind, portion int) string {
	what := "the whole"
	if portion != 0 {
		what = fmt.Sprintf("portion %d", portion)
	}
	if k == TearOut {
		return "tear out " + what
	}
	return fmt.Sprintf("give %s as a %s", what, k)
}

// like names what the remedies for a portion hang on.
func (m *mender) like(portion int) string {
	if portion == 0 {
		return ""
	}
	p := m.q.Item.Portions[portion-1]
	key := intel.Banner(p.Marking, intel.Grading{})
	if len(m.q.lineage[portion-1]) > 0 {
		key = fmt.Sprint(portion, key) // what partners promised is of these very words
	}
	for _, r := range m.q.Recipients {
		key += " " + r.Forms[portion-1].String()
	}
	if p.Substitute != "" {
		key += " and a substitute"
	}
	return key
}

// holds reports whether a promise holds with a lower form of the portion
// (every portion, if the promise is the plan's) at every recipient.
func (m *mender) holds(c Conflict, form intel.Form) bool {
	key := trialOf{m.like(c.Portion), form}
	left, ok := m.left[key]
	if !ok {
		left = m.lower(c.Portion, form)
		m.left[key] = left
	}
	return left != nil && !left[breach{c.Promise, c.Party}]
}

// lower asks again with a lower form and gives what still blocks.
func (m *mender) lower(portion int, form intel.Form) breaches {
	try := m.q
	try.Recipients = make([]Recipient, len(m.q.Recipients))
	lowered := false
	for i, r := range m.q.Recipients {
		forms := slices.Clone(r.Forms)
		for n := range forms {
			if portion != 0 && n+1 != portion || forms[n] <= form ||
				form == intel.Substitute && m.q.Item.Portions[n].Substitute == "" {
				continue
			}
			forms[n], lowered = form, true
		}
		try.Recipients[i] = Recipient{r.Party, forms}
	}
	if !lowered || sensible(try) != nil {
		return nil
	}
	left := breaches{}
	for _, c := range m.broken(try, portion) {
		if c.Blocks {
			left[breach{c.Promise, c.Party}] = true
		}
	}
	return left
}

// broken asks again and gives what breaks of the promises of a portion, or
// with 0 of the release as a whole: its own promises, and what a rule wants
// authorised.
func (m *mender) broken(try Question, portion int) []Conflict {
	rows, _ := m.solve.rows(try)
	list := newJudge(try, rows).of(portion)
	if portion == 0 {
		list = append(list, m.solve.unauthorised(try, rows)...)
	}
	return list
}

// How many other recipients are tried for a conflict, how many are shown, and
// how many are tried for a plan: each costs as much as a plan.
const (
	maxTriedOthers = 16
	maxShownOthers = 3
	maxTrials      = 64
)

// others tries, in place of the recipient through whom a promise breaks, the
// other units that the sender could choose: what the portion promises must
// hold with them altogether.
func (m *mender) others(c Conflict) []string {
	at := m.through(c)
	if at < 0 {
		return nil
	}
	var found []string
	tried := 0
	for _, other := range m.q.Others {
		if named(m.q, other) || c.By != "" && other.Within(c.By.Agency()) || tried == maxTriedOthers || len(found) == maxShownOthers {
			continue
		}
		tried++
		if m.holdsWith(at, other, c.Portion) {
			found = append(found, string(other))
		}
	}
	return found
}

// holdsWith reports whether nothing that a portion promises breaks with
// another in a recipient's place.
func (m *mender) holdsWith(at int, other party.Name, portion int) bool {
	key := fmt.Sprint(at, " ", other, " ", m.like(portion))
	if v, ok := m.clear[key]; ok {
		return v
	}
	if len(m.clear) == maxTrials {
		return false // what was not tried is not offered
	}
	try := m.q
	try.Recipients = slices.Clone(m.q.Recipients)
	try.Recipients[at] = Recipient{other, m.q.Recipients[at].Forms}
	v := sensible(try) == nil
	if v {
		v = !slices.ContainsFunc(m.broken(try, portion), func(c Conflict) bool { return c.Blocks })
	}
	m.clear[key] = v
	return v
}

// through gives the recipient through whom a conflict comes about; -1 if it is
// the sender.
func (m *mender) through(c Conflict) int {
	who := c.Party
	if rows := m.solve.shown; c.Row < len(rows) && len(rows[c.Row].Path) > 0 {
		who = rows[c.Row].Path[0].From
	}
	return slices.IndexFunc(m.q.Recipients, func(r Recipient) bool { return r.Party == who })
}

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

// mender looks for what would mend the conflicts of one question. Portions
// that are marked and given alike have the same remedies, so they are looked
// for once.
type mender struct {
	solve *solver
	q     Question
	known map[tried][]Remedy
}

// tried is all that the remedies of a conflict hang on.
type tried struct {
	portion bool // of one portion, and not of the plan as a whole
	promise string
	party   party.Name
	marking string
	forms   string
	clean   bool // the author wrote a substitute
}

// remedies lists what would mend a conflict. Each that changes what is sent
// has been tried: the question was asked again with it, and the promise held.
// A recorded override is always last, and only for what blocks.
func (m mender) remedies(c Conflict) []Remedy {
	if !c.Blocks {
		return nil
	}
	key := m.key(c)
	list, ok := m.known[key]
	if !ok {
		list = m.find(c)
		m.known[key] = list
	}
	mended := make([]Remedy, len(list), len(list)+1)
	for i, r := range list {
		if r.Text == "" {
			r.Text = formText(r.Kind, c.Portion)
		}
		mended[i] = r
	}
	return append(mended, Remedy{Kind: Override,
		Text: "send all the same, with a reason and any dissent, and a second officer's approval, all recorded"})
}

// find tries each remedy; the text of those that speak of a portion is left to
// the caller.
func (m mender) find(c Conflict) []Remedy {
	var list []Remedy
	if others := m.others(c); len(others) > 0 {
		list = append(list, Remedy{Kind: OtherRecipient, Text: "send it to another: " + strings.Join(others, ", ")})
	}
	for _, f := range []struct {
		form intel.Form
		kind RemedyKind
	}{{intel.Pointer, AsPointer}, {intel.Substitute, AsSubstitute}, {intel.Withheld, TearOut}} {
		if m.holds(c, f.form) {
			list = append(list, Remedy{Kind: f.kind})
		}
	}
	return list
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

func (m mender) key(c Conflict) tried {
	if c.Portion == 0 {
		return tried{promise: c.Promise, party: c.Party}
	}
	p := m.q.Item.Portions[c.Portion-1]
	forms := ""
	for _, r := range m.q.Recipients {
		forms += r.Forms[c.Portion-1].String() + " "
	}
	return tried{true, c.Promise, c.Party, intel.Banner(p.Marking, intel.Grading{}), forms, p.Substitute != ""}
}

// holds tries a lower form for the portion (every portion, if the promise is
// the plan's) at every recipient.
func (m mender) holds(c Conflict, form intel.Form) bool {
	try := m.q
	try.Recipients = make([]Recipient, len(m.q.Recipients))
	lowered := false
	for i, r := range m.q.Recipients {
		forms := slices.Clone(r.Forms)
		for n := range forms {
			if c.Portion != 0 && n+1 != c.Portion || forms[n] <= form ||
				form == intel.Substitute && m.q.Item.Portions[n].Substitute == "" {
				continue
			}
			forms[n], lowered = form, true
		}
		try.Recipients[i] = Recipient{r.Party, forms}
	}
	return lowered && m.mends(try, func(o Conflict) bool { return o.Promise == c.Promise && o.Party == c.Party }, c.Portion)
}

// mends asks another question and reports whether none of the conflicts that
// count blocks it.
func (m mender) mends(try Question, counts func(Conflict) bool, portion int) bool {
	if sensible(try) != nil {
		return false
	}
	rows, _ := m.solve.rows(try)
	return !slices.ContainsFunc(newJudge(try, rows).of(portion), func(o Conflict) bool { return o.Blocks && counts(o) })
}

// How many other recipients are tried for a conflict, and how many are shown.
const (
	maxTriedOthers = 16
	maxShownOthers = 3
)

// others tries, in place of the recipient through whom a promise breaks, the
// other units that the sender could choose: what the portion promises must
// hold with them altogether.
func (m mender) others(c Conflict) []string {
	at := m.through(c)
	if at < 0 {
		return nil
	}
	var found []string
	tried := 0
	for _, other := range m.q.Others {
		if named(m.q, other) || tried == maxTriedOthers || len(found) == maxShownOthers {
			continue
		}
		tried++
		try := m.q
		try.Recipients = slices.Clone(m.q.Recipients)
		try.Recipients[at] = Recipient{other, m.q.Recipients[at].Forms}
		if m.mends(try, func(Conflict) bool { return true }, c.Portion) {
			found = append(found, string(other))
		}
	}
	return found
}

// through gives the recipient through whom a conflict comes about; -1 if it is
// the sender.
func (m mender) through(c Conflict) int {
	who := c.Party
	if rows := m.solve.shown; c.Row < len(rows) && len(rows[c.Row].Path) > 0 {
		who = rows[c.Row].Path[0].From
	}
	return slices.IndexFunc(m.q.Recipients, func(r Recipient) bool { return r.Party == who })
}

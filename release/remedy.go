package release

import (
	"fmt"
	"slices"

	"comity/intel"
	"comity/party"
)

// mender looks for what would mend the conflicts of one question. Portions
// that are marked and given alike have the same remedy, so it is looked for
// once.
type mender struct {
	solve *solver
	q     Question
	known map[tried]string // the kind of the mildest form that holds; "" for none
}

// tried is all that the mildest form hangs on.
type tried struct {
	portion bool // of one portion, and not of the plan as a whole
	promise string
	party   party.Name
	marking string
	forms   string
	clean   bool // the author wrote a substitute
}

// remedies lists what would mend a conflict, mildest first. Each form that is
// proposed has been tried: the question was asked again with it, and the
// promise held. A recorded override is always last, and only for what blocks.
func (m mender) remedies(c Conflict) []Remedy {
	if !c.Blocks {
		return nil
	}
	var list []Remedy
	if kind := m.mildest(c); kind != "" {
		list = append(list, Remedy{Kind: kind, Text: remedyText(kind, c.Portion)})
	}
	return append(list, Remedy{Kind: "override", Text: "send all the same, with a reason and a second officer's approval, both recorded"})
}

// tear is the remedy of withholding.
const tear = "tear"

func remedyText(kind string, portion int) string {
	what := "the whole"
	if portion != 0 {
		what = fmt.Sprintf("portion %d", portion)
	}
	if kind == tear {
		return "tear out " + what
	}
	return fmt.Sprintf("give %s as a %s", what, kind)
}

func (m mender) mildest(c Conflict) string {
	key := m.key(c)
	if kind, ok := m.known[key]; ok {
		return kind
	}
	kind := ""
	for _, form := range []intel.Form{intel.Substitute, intel.Pointer, intel.Withheld} {
		if m.holds(c, form) {
			kind = form.String()
			if form == intel.Withheld {
				kind = tear
			}
			break
		}
	}
	m.known[key] = kind
	return kind
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
	if !lowered || sensible(try) != nil {
		return false
	}
	rows, _ := m.solve.rows(try)
	return !slices.ContainsFunc(conflictsOf(try, rows, c.Portion), func(o Conflict) bool {
		return o.Blocks && o.Promise == c.Promise && o.Party == c.Party
	})
}

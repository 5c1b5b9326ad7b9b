package release

import (
	"fmt"
	"slices"

	"comity/intel"
)

// remedies lists what would mend a conflict, mildest first. Each form that is
// proposed has been tried: the question is asked again with it, and the
// promise holds. A recorded override is always last, and only for what
// blocks.
func remedies(w World, q Question, c Conflict) []Remedy {
	if !c.Blocks {
		return nil
	}
	var list []Remedy
	for _, form := range []intel.Form{intel.Substitute, intel.Pointer, intel.Withheld} {
		if text, ok := milder(w, q, c, form); ok {
			list = append(list, Remedy{Kind: remedyKind(form), Text: text})
			break
		}
	}
	return append(list, Remedy{Kind: "override", Text: "send all the same, with a reason and a second officer's approval, both recorded"})
}

func remedyKind(f intel.Form) string {
	if f == intel.Withheld {
		return "tear"
	}
	return f.String()
}

// milder tries a lower form for the portion (every portion, if the promise is
// the plan's) at every recipient, and tells whether the promise then holds.
func milder(w World, q Question, c Conflict, form intel.Form) (string, bool) {
	try := q
	try.Recipients = make([]Recipient, len(q.Recipients))
	lowered := false
	for i, r := range q.Recipients {
		forms := slices.Clone(r.Forms)
		for n := range forms {
			if c.Portion != 0 && n+1 != c.Portion || forms[n] <= form ||
				form == intel.Substitute && q.Item.Portions[n].Substitute == "" {
				continue
			}
			forms[n], lowered = form, true
		}
		try.Recipients[i] = Recipient{r.Party, forms}
	}
	if !lowered || sensible(try) != nil || stillBroken(findings(w, try).conflicts, c) {
		return "", false
	}
	what := "the whole"
	if c.Portion != 0 {
		what = fmt.Sprintf("portion %d", c.Portion)
	}
	switch form {
	case intel.Withheld:
		return "tear out " + what, true
	default:
		return fmt.Sprintf("give %s as a %s", what, form), true
	}
}

func stillBroken(list []Conflict, c Conflict) bool {
	return slices.ContainsFunc(list, func(o Conflict) bool {
		return o.Blocks && o.Portion == c.Portion && o.Promise == c.Promise && o.Party == c.Party
	})
}

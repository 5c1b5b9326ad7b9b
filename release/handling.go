package release

import (
	"fmt"

	"comity/intel"
	"comity/party"
	"comity/wire"
)

// handling tests what the marking says of form and time, which no closure is
// needed for: ceilings, display only, embargo and expiry.
func handling(q Question, number int, rows []Row) []Conflict {
	m := q.Item.Portions[number-1].Marking
	var list []Conflict
	for _, r := range q.Recipients {
		form := r.Forms[number-1]
		if form == intel.Withheld {
			continue
		}
		add := func(element, why string) {
			list = append(list, Conflict{Portion: number, Promise: element, Party: r.Party, Blocks: true, Why: why,
				Scope: intel.Scope{Content: form.Content(), Contact: true}, Row: rowOf(rows, r.Party)})
		}
		if m.Ceiling != intel.Withheld && form > m.Ceiling {
			add("FORM:"+m.Ceiling.String(), fmt.Sprintf("the marking allows at most the form %s, and you chose %s", m.Ceiling, form))
		}
		if m.Binds(intel.DISPLAY) && (form == intel.Copy || form == intel.Substitute) {
			add("DISPLAY", "the portion may be shown, not given")
		}
		if !m.Expires.IsZero() && !q.At.Before(m.Expires) {
			add("TTL:"+m.Expires.String(), "the portion has expired")
		}
		if until, bound := embargo(m); bound && q.At.Before(until) {
			add("EMBARGO:"+until.String(), "nothing may leave before that time")
		}
	}
	return list
}

// embargo gives the time before which nothing leaves; an argument that is no
// time binds for ever.
func embargo(m intel.Marking) (wire.Time, bool) {
	for _, c := range m.Caveats {
		if c.Code == intel.EMBARGO {
			t, err := wire.ParseTime(c.Arg)
			if err != nil {
				t, _ = wire.ParseTime("9999-12-31")
			}
			return t, true
		}
	}
	return wire.Time{}, false
}

// rowOf finds the row of a chosen recipient.
func rowOf(rows []Row, n party.Name) int {
	for i, r := range rows {
		if r.Party == n && len(r.Path) == 0 {
			return i
		}
	}
	return 0
}

package web

import (
	"fmt"
	"slices"
	"strings"

	"comity/console"
	"comity/intel"
	"comity/law"
	"comity/party"
	"comity/release"
)

// seer is a party of a plan with all that it comes to see.
type seer struct {
	Party   party.Name
	Title   string
	Chosen  bool
	Unknown *release.Unknown
	Rows    []seen
}

// alike are parties that come to see the same by the same way, told in one line: with
// sixty of them nobody would find the one that matters among the lines.
type alike struct {
	Parties []seer
	Unknown bool
	Rows    []seen // of the first
}

// fewAlike is how many of them are named in a row; more are folded.
const fewAlike = 6

// Many tells whether they are folded.
func (a alike) Many() bool { return len(a.Parties) > fewAlike }

// First gives some of them, for the line that folds the others.
func (a alike) First() []seer { return a.Parties[:min(3, len(a.Parties))] }

// grouped puts the parties together that are told alike.
func grouped(list []seer) []alike {
	var groups []alike
	at := map[string]int{}
	for _, s := range list {
		key := s.likeness()
		n, ok := at[key]
		if !ok {
			n, at[key] = len(groups), len(groups)
			groups = append(groups, alike{Unknown: s.Unknown != nil, Rows: s.Rows})
		}
		groups[n].Parties = append(groups[n].Parties, s)
	}
	return groups
}

// likeness is what of a seer has to be the same in one line: all but who it is.
func (s seer) likeness() string {
	var b strings.Builder
	fmt.Fprint(&b, s.Unknown != nil, s.Chosen)
	for _, r := range s.Rows {
		fmt.Fprint(&b, "|", r.Scope, r.Portions, r.Force, r.Earliest, r.Latest)
		for i, step := range r.Path {
			fmt.Fprint(&b, ";", step.From, step.Rule)
			if i < len(r.Path)-1 {
				fmt.Fprint(&b, step.To)
			}
		}
	}
	return b.String()
}

// seen is one thing that a party comes to see, with the rule of the last step.
type seen struct {
	release.Row
	Rule     console.RuleView
	Known    bool // the rule is quoted
	Deadline law.Deadline
}

// Sure lists who will come to see something for certain.
func (p planPage) Sure() []alike { return grouped(seers(p.View, release.Sure)) }

// Possible lists who could come to see something.
func (p planPage) Possible() []alike { return grouped(seers(p.View, release.Possible)) }

func seers(v console.PlanView, reach release.Reach) []seer {
	var list []seer
	for _, row := range v.Plan.Rows {
		if row.Reach != reach {
			continue
		}
		i := slices.IndexFunc(list, func(s seer) bool { return s.Party == row.Party })
		if i < 0 {
			i = len(list)
			list = append(list, newSeer(v, row.Party))
		}
		one := seen{Row: row}
		if n := len(row.Path); n > 0 {
			one.Rule, one.Known = v.Rule(row.Path[n-1].Rule)
			one.Deadline = one.Rule.Deadline
		} else {
			list[i].Chosen = true
		}
		list[i].Rows = append(list[i].Rows, one)
	}
	return list
}

func newSeer(v console.PlanView, n party.Name) seer {
	s := seer{Party: n, Title: v.TitleOf(n)}
	if i := slices.IndexFunc(v.Plan.Unknown, func(u release.Unknown) bool { return u.Party == n }); i >= 0 {
		s.Unknown = &v.Plan.Unknown[i]
	}
	return s
}

// Verdict is the one word to remember, which is also its colour.
func (p planPage) Verdict() string {
	switch plan := p.View.Plan; {
	case plan.Blocked():
		return "blocked"
	case len(plan.Unknown) > 0:
		return "unknown"
	case len(plan.Conflicts) > 0:
		return "warned"
	}
	return "free"
}

// Tint is how the verdict is coloured.
func (p planPage) Tint() string {
	switch p.Verdict() {
	case "blocked":
		return "bad"
	case "free":
		return "good"
	}
	return "warn"
}

// Reached counts the parties that come to see something.
func (p planPage) Reached() int {
	reached := map[party.Name]bool{}
	for _, r := range p.View.Plan.Rows {
		reached[r.Party] = true
	}
	return len(reached)
}

// Files counts the exhibits that go along with a portion.
func (p planPage) Files(portion int) int {
	n := 0
	for _, x := range p.View.Exhibits {
		if x.Portion == portion {
			n++
		}
	}
	return n
}

// Copied tells whether somebody gets a portion as it is.
func (p planPage) Copied(portion int) bool {
	return slices.ContainsFunc(p.View.Plan.Recipients, func(r release.Recipient) bool {
		return portion <= len(r.Forms) && r.Forms[portion-1] == intel.Copy
	})
}

// Unmet lists the authorisations that rules want and that are not in hand.
func (p planPage) Unmet() []release.Need {
	return slices.DeleteFunc(slices.Clone(p.View.Plan.Needs), release.Need.Met)
}

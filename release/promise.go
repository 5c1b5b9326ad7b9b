package release

import (
	"fmt"
	"slices"
	"strings"

	"comity/intel"
	"comity/law"
	"comity/party"
)

// promise is one limit of an audience, with what it tolerates outside.
type promise struct {
	portion   int    // 0: the plan as a whole
	element   string // as written in the marking, or --never
	tolerated intel.Scope
	breaks    func(n party.Name) bool // whether a party stands outside
	bar       bool                    // NOT or --never: binds the chain of command too
}

// promises reads the limits off one portion's marking, for one plan. The
// originator's own agency always stands inside.
func promises(q Question, number int) []promise {
	m := q.Item.Portions[number-1].Marking
	base := intel.Contact
	if m.NoContact {
		base = intel.Scope{}
	}
	var list []promise
	limit := func(element string, inside func(party.Name) bool) {
		list = append(list, promise{portion: number, element: element, tolerated: base,
			breaks: func(n party.Name) bool { return !n.Within(q.Item.Originator.Agency()) && !inside(n) }})
	}
	limitTLP(q, m, limit)
	if len(m.Rel) > 0 {
		limit("REL:"+join(m.Rel), func(n party.Name) bool { return party.MatchAny(m.Rel, n) })
	}
	if m.TLP == intel.TLPNone && len(m.Rel) == 0 {
		limit("no audience", func(party.Name) bool { return false })
	}
	for _, c := range closing(m) {
		limit(string(c), func(n party.Name) bool { return chosen(q, n) })
	}
	for _, c := range m.Caveats {
		if c.Code == intel.EYES {
			limit("EYES", func(n party.Name) bool { return slices.Contains(eyes(c.Arg), n) })
		}
	}
	for _, b := range m.Not {
		list = append(list, barred(number, "NOT:"+string(b.Parties)+":"+b.AtMost.String(), b))
	}
	return list
}

func limitTLP(q Question, m intel.Marking, limit func(string, func(party.Name) bool)) {
	organisation := func(n party.Name) bool {
		return slices.ContainsFunc(q.Recipients, func(r Recipient) bool { return n.Within(r.Party.Agency()) })
	}
	switch m.TLP {
	case intel.TLPRed:
		limit("TLP:RED", func(n party.Name) bool { return chosen(q, n) })
	case intel.TLPAmberStrict:
		limit("TLP:AMBER+STRICT", organisation)
	case intel.TLPAmber:
		limit("TLP:AMBER", func(n party.Name) bool { return organisation(n) || party.MatchAny(m.Clients, n) })
	case intel.TLPGreen:
		limit("TLP:GREEN", func(n party.Name) bool { return party.MatchAny(m.Community, n) })
	case intel.TLPNone, intel.TLPClear:
	default:
		// A label that this node does not know is read as the strictest.
		limit("TLP:"+string(m.TLP), func(n party.Name) bool { return chosen(q, n) })
	}
}

// barred makes the promise of a bar. It binds the party named and everything
// below it: a bar on an agency that left its units free would be no bar.
func barred(portion int, element string, b intel.Bar) promise {
	return promise{portion: portion, element: element, tolerated: b.AtMost, bar: true, breaks: func(n party.Name) bool {
		if exact, ok := b.Parties.Exact(); ok {
			return n.Within(exact)
		}
		return b.Parties.Match(n)
	}}
}

// closing lists the caveats that close the set of recipients; an unknown one
// binds as ORCON and NOFWD together.
func closing(m intel.Marking) []intel.Code {
	var list []intel.Code
	for _, code := range []intel.Code{intel.NOFWD, intel.ORCON} {
		if m.Binds(code) {
			list = append(list, code)
		}
	}
	return list
}

// closesPermissions reports whether the marking takes away every permission
// to pass on: what a recipient merely may do, it then may not.
func closesPermissions(m intel.Marking) bool {
	return len(closing(m)) > 0 || m.Binds(intel.EYES) || m.TLP == intel.TLPRed || m.TLP == intel.TLPAmberStrict
}

func chosen(q Question, n party.Name) bool {
	return slices.ContainsFunc(q.Recipients, func(r Recipient) bool { return r.Party == n })
}

func eyes(arg string) []party.Name {
	var units []party.Name
	for _, who := range strings.Split(arg, ",") {
		unit, _, _ := strings.Cut(strings.TrimSpace(who), "#")
		units = append(units, party.Name(unit))
	}
	return units
}

func join(patterns []party.Pattern) string {
	words := make([]string, len(patterns))
	for i, p := range patterns {
		words[i] = string(p)
	}
	return strings.Join(words, ",")
}

// conflicts tests every promise against every row, portion by portion, and
// keeps for each promise and party the strongest reason.
func conflicts(q Question, rows []Row) []Conflict {
	var list []Conflict
	for n := range q.Item.Portions {
		list = append(list, conflictsOf(q, rows, n+1)...)
	}
	return append(list, conflictsOf(q, rows, 0)...)
}

// conflictsOf tests the promises of one portion, or with 0 those of the plan.
func conflictsOf(q Question, rows []Row, portion int) []Conflict {
	var list []Conflict
	if portion == 0 {
		for _, b := range q.Never {
			list = append(list, broken(barred(0, "--never "+string(b.Parties)+":"+b.AtMost.String(), b), rows)...)
		}
		return list
	}
	if !released(q, portion) {
		return nil
	}
	for _, p := range promises(q, portion) {
		list = append(list, broken(p, rows)...)
	}
	return append(list, handling(q, portion, rows)...)
}

func released(q Question, number int) bool {
	return slices.ContainsFunc(q.Recipients, func(r Recipient) bool { return r.Forms[number-1] != intel.Withheld })
}

func broken(p promise, rows []Row) []Conflict {
	var list []Conflict
	for i, r := range rows {
		scope := r.scopeOf(p.portion)
		if !p.breaks(r.Party) || scope.AtMost(p.tolerated) {
			continue
		}
		c := Conflict{Portion: p.portion, Promise: p.element, Party: r.Party, Scope: scope, Tolerated: p.tolerated, Row: i,
			Blocks: blocks(p, r), Why: why(p, r, scope)}
		list = strongest(list, c)
	}
	return list
}

// scopeOf gives what the row tells of one portion (0: of any).
func (r Row) scopeOf(portion int) intel.Scope {
	if portion == 0 || slices.Contains(r.Portions, portion) {
		return r.Scope
	}
	return intel.Scope{Contact: r.Scope.Contact}
}

// blocks: what a court or an overseer may compel is only warned of, since no
// caveat stops it; and so is the chain of command inside an agency, unless a
// bar names it.
func blocks(p promise, r Row) bool {
	switch gravity(r.Path) {
	case compelledWay:
		return false
	case commandedWay:
		return p.bar
	default:
		return true
	}
}

func why(p promise, r Row, scope intel.Scope) string {
	if len(r.Path) == 0 {
		if p.element == "no audience" {
			return "the portion is marked for nobody outside"
		}
		return fmt.Sprintf("you chose %s as a recipient, and the marking leaves it out", r.Party)
	}
	last := r.Path[len(r.Path)-1]
	verb := map[law.Force]string{law.Must: "must tell", law.StandingAccess: "can be looked into by", law.Command: "can be ordered to tell",
		law.May: "may tell", law.Compelled: "can be compelled to tell"}[r.Force]
	return fmt.Sprintf("%s %s %s (%s) under %s", last.From, verb, last.To, scope, last.Rule)
}

func strongest(list []Conflict, c Conflict) []Conflict {
	for i, have := range list {
		if have.Party == c.Party {
			if c.Blocks && !have.Blocks || c.Blocks == have.Blocks && c.Scope != have.Scope && have.Scope.AtMost(c.Scope) {
				list[i] = c
			}
			return list
		}
	}
	return append(list, c)
}

package release

import (
	"fmt"
	"slices"
	"strings"

	"comity/intel"
	"comity/law"
	"comity/party"
)

// promise is one limit of an audience, with what it allows each party.
type promise struct {
	portion int        // 0: the plan as a whole
	element string     // as written in the marking, or --never
	key     string     // two promises of one key allow the same
	bar     bool       // NOT or --never: binds the chain of command too
	by      party.Name // whose promise it is, if a partner's: who could authorise more
	allows  func(n party.Name) intel.Scope
}

// everything is what a party inside an audience may come to see.
var everything = intel.Scope{Content: intel.FullSource, Contact: true}

// promises reads the limits off one portion's marking, for one plan. The
// originator's own agency always stands inside, and every recipient knows that
// it was in touch.
func promises(q Question, number int) []promise {
	list := ownPromises(q, number)
	for _, o := range q.lineage[number-1] {
		list = append(list, originPromises(q, number, o)...)
	}
	for _, b := range q.Item.Portions[number-1].Marking.Not {
		list = append(list, barred(number, "NOT:"+string(b.Parties)+":"+b.AtMost.String(), b))
	}
	return list
}

// ownPromises are those of the item's own author.
func ownPromises(q Question, number int) []promise {
	m := q.own[number-1]
	base := intel.Contact
	if m.NoContact {
		base = intel.Scope{}
	}
	var list []promise
	everyone := ""
	if m.NoContact {
		for _, r := range q.Recipients {
			everyone += " " + string(r.Party)
		}
	}
	limits(m, given(q, number), func(element, detail string, inside func(party.Name) bool) {
		list = append(list, promise{portion: number, element: element, key: element + " " + detail + " " + base.String() + everyone,
			allows: func(n party.Name) intel.Scope {
				if n.Within(q.Item.Originator.Agency()) || inside(n) || element == "EYES" && asksBack(q, number, n) {
					return everything
				}
				return intel.Scope{Content: base.Content, Contact: base.Contact || named(q, n)}
			}})
	})
	return list
}

// asksBack reports whether a request for an authorisation goes to whom its text
// came from: what is kept to some of us, they know.
func asksBack(q Question, number int, n party.Name) bool {
	return q.Item.Authorisation != nil && slices.ContainsFunc(q.lineage[number-1], func(o intel.Origin) bool { return n.Within(o.From.Agency()) })
}

// originPromises are those of a partner for what it sent. Its audience is
// those to whom it sent it, and not those whom the sender of now chooses; what
// its originator authorises, it opens to them, in the words authorised. That
// the sender and its recipient are in touch is not the partner's to limit.
func originPromises(q Question, number int, o intel.Origin) []promise {
	allowed, to := q.allowedBy(o, number), given(q, number)
	var list []promise
	limits(o.Marking, o.To, func(element, detail string, inside func(party.Name) bool) {
		key := fmt.Sprint(element, " ", detail, " of ", o.From, " ", o.To)
		if len(allowed) > 0 {
			key += " to " + joinNames(to)
		}
		for _, a := range allowed {
			key += " " + a.Proof.String()
		}
		list = append(list, promise{portion: number, element: element + " of " + string(o.From), key: key, by: o.From,
			allows: func(n party.Name) intel.Scope {
				if n.Within(o.From.Agency()) || inside(n) {
					return everything
				}
				return intel.Contact.Join(allowance(allowed, n, slices.Contains(to, n)))
			}})
	})
	return list
}

// limits reads the limits of an audience off a marking, for those who are
// given the portion.
func limits(m intel.Marking, to []party.Name, limit func(element, detail string, inside func(party.Name) bool)) {
	limitTLP(to, m, limit)
	if len(m.Rel) > 0 {
		limit("REL:"+join(m.Rel), "", func(n party.Name) bool { return party.MatchAny(m.Rel, n) })
	}
	if m.TLP == intel.TLPNone && len(m.Rel) == 0 {
		limit("no audience", "", func(party.Name) bool { return false })
	}
	for _, c := range closing(m) {
		limit(string(c), joinNames(to), func(n party.Name) bool { return slices.Contains(to, n) })
	}
	for _, c := range m.Caveats {
		if c.Code == intel.EYES {
			units := eyes(c.Arg)
			limit("EYES", joinNames(units), func(n party.Name) bool { return slices.Contains(units, n) })
		}
	}
}

// limitTLP reads a label for those who are given the portion: a party that
// gets another portion of the release is no recipient of this one.
func limitTLP(to []party.Name, m intel.Marking, limit func(element, detail string, inside func(party.Name) bool)) {
	chosen := func(n party.Name) bool { return slices.Contains(to, n) }
	organisation := func(n party.Name) bool {
		return slices.ContainsFunc(to, func(r party.Name) bool { return n.Within(r.Agency()) })
	}
	switch m.TLP {
	case intel.TLPRed:
		limit("TLP:RED", joinNames(to), chosen)
	case intel.TLPAmberStrict:
		limit("TLP:AMBER+STRICT", joinNames(to), organisation)
	case intel.TLPAmber:
		limit("TLP:AMBER", joinNames(to)+" "+join(m.Clients), func(n party.Name) bool { return organisation(n) || party.MatchAny(m.Clients, n) })
	case intel.TLPGreen:
		limit("TLP:GREEN", join(m.Community), func(n party.Name) bool { return party.MatchAny(m.Community, n) })
	case intel.TLPNone, intel.TLPClear:
	default:
		// A label that this node does not know is read as the strictest.
		limit("TLP:"+string(m.TLP), joinNames(to), chosen)
	}
}

// given lists the recipients of one portion.
func given(q Question, number int) []party.Name {
	var list []party.Name
	for _, r := range q.Recipients {
		if r.Forms[number-1] != intel.Withheld {
			list = append(list, r.Party)
		}
	}
	return list
}

// named reports whether a party is a recipient of the release, of whatever
// portion.
func named(q Question, n party.Name) bool {
	return slices.ContainsFunc(q.Recipients, func(r Recipient) bool { return r.Party == n })
}

// barred makes the promise of a bar. It binds the party named and everything
// below it: a bar on an agency that left its units free would be no bar.
func barred(portion int, element string, b intel.Bar) promise {
	return promise{portion: portion, element: element, key: element, bar: true, allows: func(n party.Name) intel.Scope {
		inside := b.Parties.Match(n)
		if exact, ok := b.Parties.Exact(); ok {
			inside = n.Within(exact)
		}
		if inside {
			return b.AtMost
		}
		return everything
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

func joinNames(names []party.Name) string {
	words := make([]string, len(names))
	for i, n := range names {
		words[i] = string(n)
	}
	return strings.Join(words, ",")
}

// judge tests promises against rows. What a promise allows each row's party is
// worked out once for all portions that promise the same.
type judge struct {
	q       Question
	rows    []Row
	allowed map[string][]intel.Scope // by the promise's key, as long as rows
}

func newJudge(q Question, rows []Row) *judge {
	return &judge{q, rows, map[string][]intel.Scope{}}
}

// conflicts tests every promise against every row, portion by portion, and
// keeps for each promise and party the strongest reason.
func conflicts(q Question, rows []Row) []Conflict {
	j := newJudge(q, rows)
	var list []Conflict
	for n := range q.Item.Portions {
		list = append(list, j.portion(n+1)...)
	}
	return append(list, j.plan()...)
}

// plan tests the promises of the plan as a whole.
func (j *judge) plan() []Conflict {
	var list []Conflict
	for _, b := range j.q.Never {
		list = append(list, j.broken(barred(0, "--never "+string(b.Parties)+":"+b.AtMost.String(), b))...)
	}
	return list
}

// portion tests the promises of one portion.
func (j *judge) portion(number int) []Conflict {
	if len(given(j.q, number)) == 0 {
		return nil
	}
	var list []Conflict
	for _, p := range promises(j.q, number) {
		list = append(list, j.broken(p)...)
	}
	return append(list, handling(j.q, number, j.rows)...)
}

// of tests the promises of one portion, or with 0 those of the plan.
func (j *judge) of(portion int) []Conflict {
	if portion == 0 {
		return j.plan()
	}
	return j.portion(portion)
}

func (j *judge) allows(p promise) []intel.Scope {
	if have, ok := j.allowed[p.key]; ok {
		return have
	}
	list := make([]intel.Scope, len(j.rows))
	for i, r := range j.rows {
		list[i] = p.allows(r.Party)
	}
	j.allowed[p.key] = list
	return list
}

func (j *judge) broken(p promise) []Conflict {
	var list []Conflict
	at := map[party.Name]int{}
	for i, allowed := range j.allows(p) {
		r := &j.rows[i]
		scope := r.scopeOf(p.portion)
		if scope.AtMost(allowed) {
			continue
		}
		c := Conflict{Portion: p.portion, Promise: p.element, Party: r.Party, Scope: scope, Tolerated: allowed, Row: i,
			Blocks: blocks(p, *r), Why: why(p, *r, scope), By: p.by}
		if n, ok := at[r.Party]; !ok {
			at[r.Party] = len(list)
			list = append(list, c)
		} else if c.stronger(list[n]) {
			list[n] = c
		}
	}
	return list
}

// stronger tells which of two reasons against one party is shown.
func (c Conflict) stronger(have Conflict) bool {
	return c.Blocks && !have.Blocks || c.Blocks == have.Blocks && c.Scope != have.Scope && have.Scope.AtMost(c.Scope)
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
		if p.by != "" {
			return fmt.Sprintf("%s sent it, and not for %s", p.by, r.Party)
		}
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

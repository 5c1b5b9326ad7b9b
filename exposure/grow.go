package exposure

import (
	"slices"

	"comity/intel"
	"comity/party"
	"comity/release"
)

// Growth is one way by which a party comes to see more than was said.
type Growth struct {
	Kind GrowthKind    `json:"kind"`
	Was  intel.Scope   `json:"was"`  // the most it was said to see
	Then release.Reach `json:"then"` // how sure that was; empty: it was not reached
	Way  Could         `json:"way"`
}

// GrowthKind says in what.
type GrowthKind string

// The kinds.
const (
	Newly GrowthKind = "new"   // it was not reached
	Wider GrowthKind = "wider" // it sees more
	Surer GrowthKind = "surer" // what was possible is certain
)

// Loss is a party that comes to see less than was said.
type Loss struct {
	Party party.Name    `json:"party"`
	Was   intel.Scope   `json:"was"`
	Then  release.Reach `json:"then"`
	Is    intel.Scope   `json:"is"`
	Now   release.Reach `json:"now,omitzero"` // empty: it is not reached
}

// Bounds of what is told of one release.
const (
	maxGrowth  = 100
	maxOfParty = 4
)

// level gives what some rows let a party see of a portion, 0 standing for any:
// all of them, or those that are sure. The contact belongs to the release.
func level(rows []release.Row, n party.Name, portion int, sure bool) intel.Scope {
	var s intel.Scope
	for _, r := range rows {
		if r.Party != n || sure && r.Reach != release.Sure {
			continue
		}
		if portion != 0 && len(r.Portions) > 0 && !slices.Contains(r.Portions, portion) {
			s.Contact = s.Contact || r.Scope.Contact
			continue
		}
		s = s.Join(r.Scope)
	}
	return s
}

// beyond tells whether a row lets its party see what others do not.
func beyond(r release.Row, others []release.Row, sure bool) bool {
	portions := r.Portions
	if len(portions) == 0 {
		portions = []int{0}
	}
	return slices.ContainsFunc(portions, func(n int) bool { return !r.Scope.AtMost(level(others, r.Party, n, sure)) })
}

// reachOf tells how sure it is that a party sees anything; empty: it does not.
func reachOf(rows []release.Row, n party.Name) release.Reach {
	var reach release.Reach
	for _, r := range rows {
		if r.Party == n && reach != release.Sure {
			reach = r.Reach
		}
	}
	return reach
}

// gains lists the rows of now that say more than those of then, and how many
// it leaves out.
func gains(then, now []release.Row) (list []Growth, left int) {
	list = []Growth{}
	count := map[party.Name]int{}
	for _, r := range now {
		g := Growth{Was: level(then, r.Party, 0, false), Then: reachOf(then, r.Party), Way: wayOf(r)}
		switch {
		case g.Then == "":
			g.Kind = Newly
		case beyond(r, then, false):
			g.Kind = Wider
		case r.Reach == release.Sure && beyond(r, then, true):
			g.Kind = Surer
		default:
			continue
		}
		if count[r.Party]++; count[r.Party] > maxOfParty || len(list) == maxGrowth {
			left++
			continue
		}
		list = append(list, g)
	}
	return list, left
}

// losses lists the parties that see less now.
func losses(then, now []release.Row) []Loss {
	list, seen := []Loss{}, map[party.Name]bool{}
	for _, r := range then {
		lost := beyond(r, now, false) || r.Reach == release.Sure && beyond(r, now, true)
		if !lost || seen[r.Party] || len(list) == maxGrowth {
			continue
		}
		seen[r.Party] = true
		list = append(list, Loss{Party: r.Party, Was: level(then, r.Party, 0, false), Then: reachOf(then, r.Party),
			Is: level(now, r.Party, 0, false), Now: reachOf(now, r.Party)})
	}
	return list
}

// breaks tells whether a conflict of then is the same as one of now, and
// weighed as much.
func breaks(now release.Conflict) func(release.Conflict) bool {
	return func(then release.Conflict) bool {
		return then.Portion == now.Portion && then.Promise == now.Promise && then.Party == now.Party && (then.Blocks || !now.Blocks)
	}
}

func broken(c release.Conflict, rows []release.Row) Broken {
	b := Broken{Portion: c.Portion, Promise: c.Promise, Party: c.Party, Scope: c.Scope, Blocks: c.Blocks, Why: c.Why}
	if c.Row >= 0 && c.Row < len(rows) {
		b.Path = rows[c.Row].Path
	}
	return b
}

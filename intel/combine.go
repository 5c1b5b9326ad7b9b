package intel

import (
	"slices"
	"strings"

	"comity/party"
	"comity/ref"
	"comity/wire"
)

// Strictness lists the labels from the widest audience to the narrowest.
var Strictness = []TLP{TLPNone, TLPClear, TLPGreen, TLPAmber, TLPAmberStrict, TLPRed}

const unknownLabel = 99

// Strictness ranks a label; one that FIRST TLP 2.0 does not have is stricter
// than all.
func (t TLP) Strictness() int {
	if i := slices.Index(Strictness, t); i >= 0 {
		return i
	}
	return unknownLabel
}

// Unmarked reports whether the marking names no audience, which means nobody
// outside the node.
func (m Marking) Unmarked() bool { return m.TLP == TLPNone && len(m.Rel) == 0 }

// Combine gives the marking of a text that holds parts under both: audiences
// intersected, the lower form, the earliest expiry and review, all caveats
// and bars. It is never wider than either. An audience without a common party
// becomes REL:nobody.
func Combine(a, b Marking) Marking {
	var m Marking
	m.TLP = a.TLP
	if b.TLP.Strictness() > a.TLP.Strictness() {
		m.TLP = b.TLP
	}
	if !a.Unmarked() || !b.Unmarked() {
		m.Rel = both(a.limit(m.TLP), b.limit(m.TLP))
	}
	if m.TLP == TLPGreen {
		m.Community = both(ifLabel(a, TLPGreen, a.Community), ifLabel(b, TLPGreen, b.Community))
	}
	if m.TLP == TLPAmber {
		m.Clients = clients(both(ifLabel(a, TLPAmber, a.Clients), ifLabel(b, TLPAmber, b.Clients)))
	}
	m.Not = combineBars(a.Not, b.Not)
	m.Caveats = combineCaveats(a.Caveats, b.Caveats)
	m.Ceiling = lower(a.Ceiling, b.Ceiling)
	m.NoContact = a.NoContact || b.NoContact
	m.Classification = combineClass(a.Classification, b.Classification)
	m.Expires = earliest(a.Expires, b.Expires)
	m.ReviewBy = earliest(a.ReviewBy, b.ReviewBy)
	return m
}

// limited is a list of parties that may be no limit at all.
type limited struct {
	is       bool
	patterns []party.Pattern
}

// limit gives the list that a marking brings to a text labelled label: its
// own REL; the community too, if a stricter label takes GREEN's place; and
// nobody, if it names no audience.
func (m Marking) limit(label TLP) limited {
	if m.Unmarked() {
		return limited{true, nil}
	}
	l := limited{len(m.Rel) > 0, m.Rel}
	if m.TLP == TLPGreen && label != TLPGreen {
		c := limited{true, m.Community}
		return limited{true, both(l, c)}
	}
	return l
}

func ifLabel(m Marking, label TLP, list []party.Pattern) limited {
	return limited{m.TLP == label, list}
}

// both intersects two lists; a limit that leaves no party is [party.Nobody],
// never the empty list, which would read as no limit.
func both(a, b limited) []party.Pattern {
	var out []party.Pattern
	switch {
	case !a.is && !b.is:
		return nil
	case !b.is:
		out = party.Least(a.patterns)
	case !a.is:
		out = party.Least(b.patterns)
	default:
		out = party.Intersect(a.patterns, b.patterns)
	}
	if len(out) == 0 {
		return []party.Pattern{party.Nobody}
	}
	return out
}

// clients: an empty list of clients already means none.
func clients(list []party.Pattern) []party.Pattern {
	if slices.Equal(list, []party.Pattern{party.Nobody}) {
		return nil
	}
	return list
}

func combineBars(a, b []Bar) []Bar {
	var out []Bar
	for _, bar := range slices.Concat(a, b) {
		i := slices.IndexFunc(out, func(have Bar) bool { return have.Parties == bar.Parties })
		if i < 0 {
			out = append(out, bar)
			continue
		}
		out[i].AtMost = out[i].AtMost.Meet(bar.AtMost)
	}
	slices.SortFunc(out, func(x, y Bar) int { return strings.Compare(string(x.Parties), string(y.Parties)) })
	return out
}

func combineCaveats(a, b []Caveat) []Caveat {
	var out []Caveat
	for _, c := range slices.Concat(a, b) {
		i := slices.IndexFunc(out, func(have Caveat) bool { return have.Code == c.Code })
		switch {
		case slices.Contains(out, c):
		case i >= 0 && c.Code == EYES:
			out[i].Arg = commonPersons(out[i].Arg, c.Arg)
		case i >= 0 && c.Code == EMBARGO:
			out[i].Arg = max(out[i].Arg, c.Arg) // the one text form of times sorts by time
		default:
			out = append(out, c)
		}
	}
	if slices.Contains(out, Caveat{Code: NOACT}) {
		out = slices.DeleteFunc(out, func(c Caveat) bool { return c.Code == ASKACT })
	}
	slices.SortFunc(out, compareCaveats)
	return out
}

func compareCaveats(x, y Caveat) int {
	place := func(c Code) int {
		if i := slices.Index(Known, c); i >= 0 {
			return i
		}
		return len(Known)
	}
	if d := place(x.Code) - place(y.Code); d != 0 {
		return d
	}
	return strings.Compare(string(x.Code)+":"+x.Arg, string(y.Code)+":"+y.Arg)
}

func commonPersons(a, b string) string {
	persons := strings.Split(a, ",")
	others := strings.Split(b, ",")
	persons = slices.DeleteFunc(persons, func(p string) bool { return !slices.Contains(others, p) })
	if len(persons) == 0 {
		return string(party.Nobody)
	}
	return strings.Join(persons, ",")
}

func lower(a, b Form) Form {
	if a == Withheld || b == Withheld { // no ceiling was set
		return max(a, b)
	}
	return min(a, b)
}

func earliest(a, b wire.Time) wire.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// Inherit gives the item with every portion's marking combined with those of
// the portions that it derives from, near and far: a paraphrase stays bound
// until the originator releases it, by taking the line of descent away. A
// source that is not in the item counts as unmarked, so that the portion goes
// to nobody.
func (i Item) Inherit() Item {
	if !slices.ContainsFunc(i.Portions, func(p Portion) bool { return len(p.DerivedFrom) > 0 }) {
		return i
	}
	at := make(map[ref.PortionID]int, len(i.Portions))
	for n, p := range i.Portions {
		at[p.ID] = n
	}
	out := slices.Clone(i.Portions)
	for n := range out {
		for source := range i.ancestry(n, at) {
			inherited := Marking{}
			if s, ok := at[source]; ok {
				inherited = i.Portions[s].Marking
			}
			out[n].Marking = Combine(out[n].Marking, inherited)
		}
	}
	i.Portions = out
	return i
}

// ancestry gives the ids of all portions that portion n derives from, however
// the lines of descent run; in a circle that is the portion itself too.
func (i Item) ancestry(n int, at map[ref.PortionID]int) map[ref.PortionID]bool {
	seen := make(map[ref.PortionID]bool)
	next := slices.Clone(i.Portions[n].DerivedFrom)
	for len(next) > 0 {
		id := next[0]
		next = next[1:]
		if seen[id] {
			continue
		}
		seen[id] = true
		if s, ok := at[id]; ok {
			next = append(next, i.Portions[s].DerivedFrom...)
		}
	}
	return seen
}

package exchange

import (
	"slices"
	"strings"

	"comity/intel"
	"comity/party"
	"comity/wire"
)

// keepEyes gives the marking of a text as it stays here: under EYES for those
// who may read every one of the portions that it repeats, and for the officer
// who writes it; without EYES if none of the portions had it.
func keepEyes(m intel.Marking, all []intel.Marking, actor party.Actor) intel.Marking {
	var eyes []intel.Caveat
	for _, one := range all {
		for _, c := range one.Caveats {
			if c.Code == intel.EYES {
				eyes = intel.Combine(intel.Marking{Caveats: eyes}, intel.Marking{Caveats: []intel.Caveat{c}}).Caveats
			}
		}
	}
	if len(eyes) == 0 {
		return m
	}
	persons := strings.Split(eyes[0].Arg, ",")
	persons = slices.DeleteFunc(persons, func(p string) bool { return p == string(party.Nobody) })
	if me := string(actor.Unit) + "#" + string(actor.Handle); !slices.Contains(persons, me) {
		persons = append(persons[:min(len(persons), intel.MaxPersons-1)], me)
	}
	slices.Sort(persons)
	eyes[0].Arg = strings.Join(persons, ",")
	m.Caveats = slices.Concat(m.Caveats, eyes)
	return m
}

// ForEyes gives the marking of a text as it stays here, if it repeats one that
// was under EYES: for those who may read that, and for the officer who writes.
func ForEyes(m, of intel.Marking, actor party.Actor) intel.Marking {
	return keepEyes(m, []intel.Marking{of}, actor)
}

// Readdress gives the marking of a text about portions under other markings,
// a filing or a notice, for those who must be able to read it: as strict as
// the strictest of them towards everybody else, but with the audience that it
// goes to, and without what would keep that audience from reading it (EYES,
// EMBARGO, an expiry, a form) or would name one of them as barred.
func Readdress(all []intel.Marking, to ...party.Name) intel.Marking {
	var m intel.Marking
	for i, one := range all {
		if i == 0 {
			m = one
			continue
		}
		m = intel.Combine(m, one)
	}
	if m.TLP.Strictness() < intel.TLPAmberStrict.Strictness() {
		m.TLP = intel.TLPAmberStrict
	}
	m.Community, m.Clients, m.Rel = nil, nil, nil
	for _, n := range to {
		if p := party.Pattern(n); !slices.Contains(m.Rel, p) {
			m.Rel = append(m.Rel, p)
		}
	}
	m.Expires, m.ReviewBy, m.Ceiling = wire.Time{}, wire.Time{}, intel.Withheld
	m.Not = slices.DeleteFunc(slices.Clone(m.Not), func(b intel.Bar) bool {
		return slices.ContainsFunc(m.Rel, b.Parties.Covers)
	})
	m.Caveats = slices.DeleteFunc(slices.Clone(m.Caveats), func(c intel.Caveat) bool {
		return c.Code == intel.EYES || c.Code == intel.EMBARGO || c.Code == intel.DISPLAY || c.Code == intel.ASKACT && m.Has(intel.NOACT)
	})
	return m
}

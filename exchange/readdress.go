package exchange

import (
	"slices"

	"comity/intel"
	"comity/party"
	"comity/wire"
)

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

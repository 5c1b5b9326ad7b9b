package release

import (
	"slices"
	"strings"

	"comity/intel"
	"comity/party"
)

// narrow leaves of a marking's audience what concerns one recipient: its own
// agency and what covers it. Who else may see the portion, and which officers
// of others, is not the recipient's to know, and it may pass on to nobody it
// is not told of. Bars stay: the recipient has to obey them.
func narrow(m intel.Marking, to party.Name) intel.Marking {
	m.Rel = concerning(m.Rel, to)
	m.Community = concerning(m.Community, to)
	m.Clients = concerning(m.Clients, to)
	var caveats []intel.Caveat
	for _, c := range m.Caveats {
		if c.Code == intel.EYES {
			c.Arg = ownPersons(c.Arg, to)
			if c.Arg == "" {
				// Sent past EYES by an override: it stays with the originator.
				c = intel.Caveat{Code: intel.ORCON}
			}
		}
		if !slices.Contains(caveats, c) {
			caveats = append(caveats, c)
		}
	}
	m.Caveats = caveats
	return m
}

// concerning keeps the patterns that stand for the recipient or for parties
// of its agency. A list that was not empty does not become so: no list at all
// would mean no limit.
func concerning(list []party.Pattern, to party.Name) []party.Pattern {
	if len(list) == 0 {
		return nil
	}
	var kept []party.Pattern
	for _, p := range list {
		base := party.Name(strings.TrimSuffix(strings.TrimSuffix(string(p), "/**"), "/*"))
		if p.Match(to) || base.Within(to.Agency()) {
			kept = append(kept, p)
		}
	}
	if len(kept) == 0 {
		return []party.Pattern{party.Pattern(to)}
	}
	return kept
}

func ownPersons(arg string, to party.Name) string {
	var kept []string
	for _, who := range strings.Split(arg, ",") {
		unit, _, _ := strings.Cut(strings.TrimSpace(who), "#")
		if party.Name(unit).Within(to.Agency()) {
			kept = append(kept, strings.TrimSpace(who))
		}
	}
	return strings.Join(kept, ",")
}

package law

import "comity/party"

// Concerns reports whether the pack has a say about a party: it describes the
// party's duties, or one of its rules binds it.
func (p Pack) Concerns(n party.Name) bool {
	if p.CoversParty(n) {
		return true
	}
	for _, r := range p.Rules {
		if r.DutyHolder.Binds(p, n) {
			return true
		}
	}
	return false
}

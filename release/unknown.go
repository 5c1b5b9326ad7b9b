package release

import (
	"slices"
	"strings"

	"comity/intel"
	"comity/law"
	"comity/party"
)

// unknown lists every reached party whose duties no pack in force describes,
// the sender among them. Not known is a state of its own: an empty closure is
// never shown as safe.
func (s *solver) unknown(q Question, rows []Row, other map[party.Name]string) []Unknown {
	most := map[party.Name]intel.Scope{}
	for _, r := range rows {
		most[r.Party] = most[r.Party].Join(r.Scope)
	}
	var list []Unknown
	for n, scope := range most {
		if why := s.book.whyUnknown(n, other); why != "" {
			list = append(list, Unknown{n, scope, why})
		}
	}
	if note, ok := other[q.Sender]; ok {
		list = append(list, Unknown{q.Sender, intel.Scope{}, "for sending you are bound by another rule that is not held here: " + note})
	} else if !s.book.covered(q.Sender) {
		list = append(list, Unknown{q.Sender, intel.Scope{}, "no pack describes what you yourself must report for sending"})
	}
	slices.SortFunc(list, func(a, b Unknown) int { return strings.Compare(string(a.Party), string(b.Party)) })
	return list
}

func (b *book) whyUnknown(n party.Name, other map[party.Name]string) string {
	if note, ok := other[n]; ok {
		return "bound by another rule that is not held here: " + note
	}
	if p, ok := b.directory.Lookup(n); ok && p.Kind == party.Group && len(p.Members) == 0 {
		return "its members are not known"
	}
	if !b.covered(n) {
		return "no pack that counts here describes to whom it must or may pass this on"
	}
	return ""
}

// covered reports whether a pack in force describes a party's duties.
func (b *book) covered(n party.Name) bool {
	if i, ok := b.ids[n]; ok {
		return b.nodes[i].covered
	}
	return slices.ContainsFunc(b.packs, func(p law.Pack) bool { return p.CoversParty(n) })
}

// merge adds a pack's parties to a directory.
func merge(d party.Directory, more []party.Party) party.Directory {
	var all []party.Party
	for _, n := range d.Names() {
		p, _ := d.Lookup(n)
		all = append(all, p)
	}
	return party.NewDirectory(append(all, more...)...)
}

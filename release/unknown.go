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
	var list []Unknown
	at := map[party.Name]int{}
	for _, r := range rows {
		if i, ok := at[r.Party]; ok {
			list[i].Scope = list[i].Scope.Join(r.Scope)
			continue
		}
		if why := s.book.whyUnknown(r.Party, other); why != "" {
			at[r.Party] = len(list)
			list = append(list, Unknown{r.Party, r.Scope, why})
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
	i, known := b.ids[n]
	if known && b.nodes[i].covered && !b.nodes[i].empty {
		return ""
	}
	if known && b.nodes[i].empty {
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

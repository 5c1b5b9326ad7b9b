package release

import (
	"slices"

	"comity/law"
	"comity/party"
)

// index finds the rules of a pack that could bind a party without looking at
// all of them: most name their duty holder.
type index struct {
	pack  law.Pack
	exact map[party.Name][]int // by the duty holder's name
	wide  []int                // those with a pattern or a tag
}

func newIndex(p law.Pack) index {
	x := index{pack: p, exact: map[party.Name][]int{}}
	for i, r := range p.Rules {
		if n, ok := r.DutyHolder.Party.Exact(); ok {
			x.exact[n] = append(x.exact[n], i)
		} else {
			x.wide = append(x.wide, i)
		}
	}
	return x
}

func indexed(packs []law.Pack) []index {
	list := make([]index, len(packs))
	for i, p := range packs {
		list[i] = newIndex(p)
	}
	return list
}

// rules gives the candidates for a party, in the order of the pack: what binds
// an agency binds its units.
func (x index) rules(n party.Name) []int {
	list := slices.Clone(x.wide)
	for ; n != ""; n = n.Parent() {
		list = append(list, x.exact[n]...)
	}
	slices.Sort(list)
	return list
}

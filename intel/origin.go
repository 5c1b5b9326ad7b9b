package intel

import (
	"slices"

	"comity/party"
	"comity/ref"
)

// Origin is a portion of a partner's cut that a portion of an item comes from,
// word for word or in other words, with what its originator promised of it.
// The node sets it when the portion is made from the cut; no author takes it
// away again, because what holds for the source holds for what was made of it
// until the originator authorises more (doctrine, section 1, US-ORC).
type Origin struct {
	Cut     ref.CutID    `json:"cut"`
	Portion int          `json:"portion"` // its number in the cut
	From    party.Name   `json:"from"`    // the unit that sent it
	To      []party.Name `json:"to"`      // the units that it was sent to
	Marking Marking      `json:"marking"` // as it came
}

// Same reports whether two origins are the same portion of the same cut.
func (o Origin) Same(other Origin) bool { return o.Cut == other.Cut && o.Portion == other.Portion }

// Limits of origins.
const maxOrigins = 500 // of one portion

func (p Portion) validateOrigins() error {
	if len(p.Origins) > maxOrigins {
		return large("the portion comes from %d portions of what partners sent; at most %d are taken", len(p.Origins), maxOrigins).Fix("make items of fewer cuts")
	}
	for n, o := range p.Origins {
		switch {
		case o.Cut.IsZero() || o.Portion < 1 || o.Portion > MaxPortions:
			return bad("origin %d names no portion of a cut", n+1)
		case o.From == "" || len(o.To) == 0:
			return bad("origin %d does not say who sent it, and to whom", n+1)
		case slices.ContainsFunc(p.Origins[:n], o.Same):
			return bad("origin %d stands there twice", n+1)
		}
		if err := o.Marking.Validate(); err != nil {
			return err
		}
	}
	return nil
}

// Lineage gives, for each portion, the origins of it and of all portions that
// it derives from, near and far; each once.
func (i Item) Lineage() [][]Origin {
	list := make([][]Origin, len(i.Portions))
	if !slices.ContainsFunc(i.Portions, func(p Portion) bool { return len(p.Origins) > 0 }) {
		return list
	}
	at := make(map[ref.PortionID]int, len(i.Portions))
	for n, p := range i.Portions {
		at[p.ID] = n
	}
	for n := range i.Portions {
		add := func(from Portion) {
			for _, o := range from.Origins {
				if !slices.ContainsFunc(list[n], o.Same) {
					list[n] = append(list[n], o)
				}
			}
		}
		add(i.Portions[n])
		above := i.ancestry(n, at)
		for m, p := range i.Portions { // in the order of the item, not of a map
			if above[p.ID] && m != n {
				add(p)
			}
		}
	}
	return list
}

// Bound gives the item with every portion under all that binds it: its own
// marking, those of the portions that it derives from, and those of what
// partners sent that it comes from. The partners' audiences are taken to be
// open to whom it is given to: whether they are is for the promises to say,
// not for a marking.
func (i Item) Bound(given func(n int) []party.Name) Item {
	lineage := i.Lineage()
	i = i.Inherit()
	if !slices.ContainsFunc(lineage, func(list []Origin) bool { return len(list) > 0 }) {
		return i
	}
	i.Portions = slices.Clone(i.Portions)
	for n := range i.Portions {
		for _, o := range lineage[n] {
			i.Portions[n].Marking = Combine(i.Portions[n].Marking, o.Marking.opened(given(n)))
		}
	}
	return i
}

// opened adds parties to the audience of a marking, and lifts nothing else.
func (m Marking) opened(to []party.Name) Marking {
	add := func(list []party.Pattern) []party.Pattern {
		list = slices.Clone(list)
		for _, n := range to {
			if p := party.Pattern(n); !party.MatchAny(list, n) {
				list = append(list, p)
			}
		}
		return list
	}
	if len(m.Rel) > 0 || m.Unmarked() {
		m.Rel = add(m.Rel)
	}
	if m.TLP == TLPGreen {
		m.Community = add(m.Community)
	}
	return m
}

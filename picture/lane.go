package picture

import (
	"cmp"
	"slices"

	"comity/party"
)

// Measures of the lanes between two columns.
const (
	laneGap = 11.0
	laneRim = 14.0
)

// lane is the way down from one source to all boxes of the next column that
// it tells. Two sources share a lane only where they cannot meet.
type lane struct {
	from        party.Name
	start       float64 // where the line leaves the source
	ends        []float64
	top, bottom float64
	slot        int
}

// jumps tells whether a line starts elsewhere than in the column before, so
// that it cannot be drawn in full: it then says from whom it comes.
func (p *picture) jumps(w way) bool {
	s, ok := p.cast.byName[w.from]
	return !ok || s.step != p.step-1
}

// route finds the lanes into a column and gives the width they take.
func (p *picture) route(col *column) float64 {
	byFrom := map[party.Name]*lane{}
	for _, c := range col.all() {
		for _, s := range c.stubs {
			if s.jump {
				continue
			}
			l := byFrom[s.way.from]
			if l == nil {
				l = &lane{from: s.way.from, start: p.out[s.way.from]}
				byFrom[s.way.from] = l
			}
			l.ends = append(l.ends, c.at.y+s.y)
		}
	}
	for _, l := range byFrom {
		l.top = min(l.start, slices.Min(l.ends))
		l.bottom = max(l.start, slices.Max(l.ends))
		slices.Sort(l.ends)
		col.lanes = append(col.lanes, *l)
	}
	slices.SortFunc(col.lanes, func(a, b lane) int {
		return cmp.Or(cmp.Compare(a.top, b.top), cmp.Compare(a.bottom, b.bottom), cmp.Compare(a.from, b.from))
	})
	return 2*laneRim + laneGap*float64(max(assign(col.lanes)-1, 0))
}

// assign puts each lane into the first slot that is free along all of it.
func assign(lanes []lane) int {
	var free []float64 // by slot, the lowest point that is taken
	for i := range lanes {
		l := &lanes[i]
		l.slot = slices.IndexFunc(free, func(y float64) bool { return y+unit < l.top })
		if l.slot < 0 {
			l.slot = len(free)
			free = append(free, 0)
		}
		free[l.slot] = l.bottom
	}
	return len(free)
}

package holdings

import (
	"context"
	"slices"

	"comity/fault"
	"comity/intel"
	"comity/release"
	"comity/wire"
)

// seenCut is a received cut as the officer may see it.
type seenCut struct {
	cut    release.Cut
	hidden []int
}

// cutHit is hit for a received cut. The store gives passages only of cuts
// that the officer has opened, conditions acknowledged.
func (s searcher) cutHit(ctx context.Context, p Passage) (Hit, bool, error) {
	c, known := s.cuts[p.Cut]
	if !known {
		cut, err := s.desk.store.Received(ctx, p.Cut)
		if err != nil && !fault.Is(err, fault.Withheld) {
			return Hit{}, false, err
		}
		if err == nil {
			if shown, hidden, ok := ViewCut(s.actor, cut, wire.At(s.desk.now())); ok {
				c = &seenCut{shown, hidden}
			}
		}
		s.cuts[p.Cut] = c
	}
	if c == nil || p.Number > len(c.cut.Portions) || slices.Contains(c.hidden, p.Number) {
		return Hit{}, false, nil
	}
	h := Hit{Cut: p.Cut, Title: c.cut.Title, From: c.cut.Originator, Portion: p.Number, Text: c.cut.Title}
	if p.Number > 0 {
		portion := c.cut.Portions[p.Number-1]
		h.Text = s.around(intel.WithCaptions(portion.Text, portion.Exhibits))
	}
	return h, true, nil
}

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
	c, err := s.cut(ctx, p)
	if err != nil || c == nil {
		return Hit{}, false, err
	}
	h := Hit{Cut: p.Cut, Title: c.cut.Title, From: c.cut.Originator, Portion: p.Number, Text: c.cut.Title}
	if p.Number > 0 {
		portion := c.cut.Portions[p.Number-1]
		h.Text = s.around(intel.Searched(portion.Text, portion.Exhibits, portion.Statements))
	}
	return h, true, nil
}

// cut gives a received cut as the officer may see it; nil if the passage is not for
// the officer, or hidden.
func (s searcher) cut(ctx context.Context, p Passage) (*seenCut, error) {
	c, known := s.cuts[p.Cut]
	if !known {
		cut, err := s.desk.store.Received(ctx, p.Cut)
		if err != nil && !fault.Is(err, fault.Withheld) {
			return nil, err
		}
		if err == nil {
			if shown, hidden, ok := ViewCut(s.actor, cut, wire.At(s.desk.now())); ok {
				c = &seenCut{shown, hidden}
			}
		}
		s.cuts[p.Cut] = c
	}
	if c == nil || p.Number > len(c.cut.Portions) || slices.Contains(c.hidden, p.Number) {
		return nil, nil
	}
	return c, nil
}

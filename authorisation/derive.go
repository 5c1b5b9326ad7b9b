package authorisation

import (
	"context"
	"slices"
	"strings"

	"comity/exchange"
	"comity/fault"
	"comity/holdings"
	"comity/intel"
	"comity/party"
)

// From names portions of a cut that a partner sent; none: all of them.
type From struct {
	Cut      string `json:"cut"` // the id, or its last 8 digits
	Portions []int  `json:"portions,omitempty"`
}

// Derive makes an item of what partners sent, portion by portion, each with its
// text, marking and grading, and bound by what its originator promised however
// the author rewrites and marks it. It takes only what the officer has opened
// and may read, and neither title nor topic nor purpose: those belong to no
// portion, and would cross with another.
func (a *Authorisations) Derive(ctx context.Context, actor party.Actor, title string, from []From) (intel.Item, error) {
	if err := actor.May(party.ActWrite); err != nil {
		return intel.Item{}, err
	}
	if strings.TrimSpace(title) == "" {
		return intel.Item{}, fault.New(fault.Invalid, "the item has no title").At("title").Fix("give one with --title: what the partner's says is the partner's")
	}
	if len(from) == 0 {
		return intel.Item{}, fault.New(fault.Invalid, "nothing is named to make an item of").Fix("name a cut; comity inbox lists them")
	}
	draft := holdings.Draft{Title: title}
	for _, f := range from {
		rc, hidden, err := a.Links.Opened(ctx, actor, f.Cut)
		if err != nil {
			return intel.Item{}, err
		}
		draft.Areas = union(draft.Areas, rc.Cut.Areas, len(draft.Portions) == 0)
		if draft.Portions, err = taken(draft.Portions, rc, hidden, f.Portions); err != nil {
			return intel.Item{}, err
		}
	}
	draft.Basis = "made of what partners sent"
	return a.Desk.Import(ctx, actor, draft)
}

// taken adds portions of a cut.
func taken(list []intel.Portion, rc exchange.ReceivedCut, hidden, numbers []int) ([]intel.Portion, error) {
	all := len(numbers) == 0
	for n := range rc.Cut.Portions {
		if all && !slices.Contains(hidden, n+1) {
			numbers = append(numbers, n+1)
		}
	}
	for _, n := range numbers {
		if n < 1 || n > len(rc.Cut.Portions) {
			return nil, fault.New(fault.Invalid, "%s has no portion %d", rc.Cut.ID.Short(), n).Fix("its portions are 1 to %d", len(rc.Cut.Portions))
		}
		if slices.Contains(hidden, n) {
			return nil, fault.New(fault.Denied, "portion %d of %s is hidden from you", n, rc.Cut.ID.Short()).Fix("ask somebody who may read it")
		}
		p := rc.Cut.Portions[n-1]
		if p.Text == "" && len(p.Statements) == 0 {
			if all {
				continue // a pointer without words, or nothing but exhibits
			}
			if len(p.Exhibits) > 0 {
				return nil, fault.New(fault.Unsupported, "portion %d of %s has exhibits alone, which are not taken over", n, rc.Cut.ID.Short()).
					Fix("take them out with comity exhibit --received, and attach them")
			}
			return nil, fault.New(fault.Invalid, "portion %d of %s says nothing but that something exists", n, rc.Cut.ID.Short()).
				Fix("ask %s for more", rc.Cut.Originator)
		}
		list = append(list, intel.Portion{Kind: p.Kind, Text: p.Text, Marking: p.Marking, Grading: p.Grading, Statements: p.Statements,
			Origins: []intel.Origin{{Cut: rc.Cut.ID, Portion: n, From: rc.Cut.Originator, To: rc.Cut.Audience, Marking: p.Marking}}})
	}
	if len(list) == 0 {
		return nil, fault.New(fault.Invalid, "%s says nothing that an item could be made of", rc.Cut.ID.Short()).Fix("ask %s for more", rc.Cut.Originator)
	}
	return list, nil
}

// union joins fields of crime; none means any, and stays none.
func union(a, b []intel.Area, first bool) []intel.Area {
	if first {
		return b
	}
	if len(a) == 0 || len(b) == 0 {
		return nil
	}
	for _, area := range b {
		if !slices.Contains(a, area) {
			a = append(a, area)
		}
	}
	return a
}

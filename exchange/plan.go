package exchange

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"comity/fault"
	"comity/holdings"
	"comity/intel"
	"comity/party"
	"comity/ref"
	"comity/release"
	"comity/wire"
)

// To is one recipient that the sender chose: Form for every portion, and by
// portion number the exceptions.
type To struct {
	Party  party.Name         `json:"party"`
	Form   intel.Form         `json:"form"`
	Except map[int]intel.Form `json:"except,omitempty"`
}

// Ask is a release that an officer thinks about.
type Ask struct {
	Item  ref.ItemID  `json:"item"`
	To    []To        `json:"to"`
	Never []intel.Bar `json:"never,omitempty"`
	Best  bool        `json:"best,omitzero"`  // lower the forms as far as every promise needs
	Again bool        `json:"again,omitzero"` // send what was sent already

	// Of a release: the likeness of the plan that the officer was shown. Zero: it is
	// sent whatever the plan says, as long as no promise breaks.
	Shown ref.Hash `json:"shown,omitzero"`

	// What if: other packs than those that count here, or another time. A
	// release takes neither.
	Packs []string  `json:"packs,omitempty"`
	At    wire.Time `json:"at,omitzero"`

	filing bool // a duty demands it: what was recalled is reported all the same
}

// Plan tells who will come to see a release and what it breaks. It changes
// nothing. The view is the item as the officer may see it, for showing the
// plan beside it.
func (x *Exchange) Plan(ctx context.Context, actor party.Actor, ask Ask) (release.Plan, holdings.View, error) {
	if err := actor.May(party.ActPlan); err != nil {
		return release.Plan{}, holdings.View{}, err
	}
	d, err := x.draw(ctx, actor, ask)
	return d.plan, d.view, err
}

// Best plans the most that can be sent with every promise kept. The forms of
// the ask are the most that is wanted.
func (x *Exchange) Best(ctx context.Context, actor party.Actor, ask Ask) (release.Best, holdings.View, error) {
	if err := actor.May(party.ActPlan); err != nil {
		return release.Best{}, holdings.View{}, err
	}
	put, err := x.question(ctx, actor, ask)
	if err != nil {
		return release.Best{}, holdings.View{}, err
	}
	best, err := put.rules.Best(put.q)
	return best, put.view, err
}

// drawn is a plan with all it was made from.
type drawn struct {
	view  holdings.View
	world release.World
	plan  release.Plan
}

// draw answers the question that an ask puts, at its time or now.
func (x *Exchange) draw(ctx context.Context, actor party.Actor, ask Ask) (drawn, error) {
	put, err := x.question(ctx, actor, ask)
	if err != nil {
		return drawn{}, err
	}
	var plan release.Plan
	if ask.Best {
		var best release.Best
		best, err = put.rules.Best(put.q)
		plan = best.Plan
	} else {
		plan, err = put.rules.Decide(put.q)
	}
	if err != nil {
		return drawn{}, err
	}
	return drawn{put.view, put.rules.World(), plan}, nil
}

// put is a question with what it was made from.
type put struct {
	view  holdings.View
	rules *release.Rules
	q     release.Question
}

// question puts an ask, at its time or now.
func (x *Exchange) question(ctx context.Context, actor party.Actor, ask Ask) (put, error) {
	at := ask.At
	if at.IsZero() {
		at = x.now()
	}
	view, err := x.Items.Item(ctx, actor, ask.Item)
	if err != nil {
		return put{}, err
	}
	// What is hidden from this officer is blank in the view; the plan is about
	// the version as it stands.
	q := release.Question{Item: view.Item, ItemHash: view.Hash, Sender: view.Item.Originator, Never: ask.Never, At: at}
	if q.Recipients, err = recipientsOf(view, ask.To); err != nil {
		return put{}, err
	}
	if q.Others, err = x.others(ctx, ask.To); err != nil {
		return put{}, err
	}
	rules, err := x.Rules.Prepared(ctx, at, ask.Packs)
	if err != nil {
		return put{}, err
	}
	if q.Authorised, err = x.inHand(ctx, q.Sender, rules.Subjects(q)); err != nil {
		return put{}, err
	}
	if ask.filing {
		return put{view, rules, q}, nil
	}
	return put{view, rules, q}, x.recalled(ctx, q)
}

// inHand gives the authorisations in hand about some subjects.
func (x *Exchange) inHand(ctx context.Context, unit party.Name, about []string) ([]release.Authorised, error) {
	if x.InHand == nil || len(about) == 0 {
		return nil, nil
	}
	return x.InHand(ctx, unit, about)
}

// Recalled is as the gate asks it.
func (x *Exchange) Recalled(ctx context.Context, q release.Question) error { return x.recalled(ctx, q) }

// recalled refuses to pass on what its originator has recalled: no
// authorisation and no second officer brings that back.
func (x *Exchange) recalled(ctx context.Context, q release.Question) error {
	for n, lineage := range q.Item.Lineage() {
		if !slices.ContainsFunc(q.Recipients, func(r release.Recipient) bool { return r.Forms[n] != intel.Withheld }) {
			continue
		}
		for _, o := range lineage {
			rc, err := x.Ports.Inbox.Cut(ctx, o.Cut.String())
			if fault.Is(err, fault.Withheld) {
				continue // it is gone here; what it promised stands in the portion
			}
			if err != nil {
				return err
			}
			if !rc.Recalled.IsZero() {
				return fault.New(fault.Denied, "it comes from %s of %s, which was recalled at %s", o.Cut.Short(), o.From, rc.Recalled).At("portion %d", n+1).
					Fix("withhold the portion, or take it out: what was recalled is not passed on")
			}
		}
	}
	return nil
}

// maxOthers is how many units a plan names that could be chosen instead.
const maxOthers = 16

// others lists the units of partners that could be chosen instead of those
// that were: the nearest first, in the same agency, then in the same state.
func (x *Exchange) others(ctx context.Context, to []To) ([]party.Name, error) {
	partners, err := x.Ports.Links.Introduced(ctx)
	if err != nil {
		return nil, err
	}
	far := func(n party.Name) int {
		least := 2
		for _, t := range to {
			switch {
			case n.Within(t.Party.Agency()):
				return 0
			case n.State() == t.Party.State():
				least = 1
			}
		}
		return least
	}
	var list []party.Name
	for _, p := range partners {
		if p.State != Active {
			continue
		}
		for _, u := range p.Card.Units {
			if !slices.ContainsFunc(to, func(t To) bool { return t.Party == u.Name }) {
				list = append(list, u.Name)
			}
		}
	}
	slices.SortFunc(list, func(a, b party.Name) int {
		return cmp.Or(cmp.Compare(far(a), far(b)), strings.Compare(string(a), string(b)))
	})
	return list[:min(len(list), maxOthers)], nil
}

// recipientsOf gives each recipient a form for every portion. What is hidden
// from the officer can only be withheld: nobody sends what they may not read.
func recipientsOf(v holdings.View, to []To) ([]release.Recipient, error) {
	if len(to) == 0 {
		return nil, fault.New(fault.Invalid, "nobody is named to send it to").Fix("name a unit with --to")
	}
	seen, list := map[party.Name]bool{}, []release.Recipient(nil)
	for _, t := range to {
		if seen[t.Party] {
			return nil, fault.New(fault.Invalid, "%s is named twice", t.Party).Fix("give each recipient once, with its forms")
		}
		seen[t.Party] = true
		r := release.Recipient{Party: t.Party, Forms: make([]intel.Form, len(v.Item.Portions))}
		for i := range r.Forms {
			if !slices.Contains(v.Hidden, i+1) {
				r.Forms[i] = t.Form
			}
		}
		for n, f := range t.Except {
			switch {
			case n < 1 || n > len(r.Forms):
				return nil, fault.New(fault.Invalid, "the item has no portion %d", n).Fix("its portions are 1 to %d", len(r.Forms))
			case slices.Contains(v.Hidden, n) && f != intel.Withheld:
				return nil, fault.New(fault.Denied, "portion %d is hidden from you and can only be withheld", n)
			}
			r.Forms[n-1] = f
		}
		list = append(list, r)
	}
	return list, nil
}

// askOf turns a plan back into the ask that made it.
func askOf(p release.Plan) Ask {
	a := Ask{Item: p.Item, Never: p.Never}
	for _, r := range p.Recipients {
		t := To{Party: r.Party, Except: make(map[int]intel.Form, len(r.Forms))}
		for i, f := range r.Forms {
			t.Except[i+1] = f
		}
		a.To = append(a.To, t)
	}
	return a
}

// sendable refuses what can be planned but not sent.
func sendable(ask Ask, d drawn) error {
	if len(ask.Packs) > 0 || !ask.At.IsZero() {
		return fault.New(fault.Invalid, "a release takes the packs that count now and the time that it is").
			Fix("leave out --packs and --at, which are for plans")
	}
	for _, r := range d.plan.Recipients {
		if i := slices.Index(r.Forms, intel.Room); i >= 0 {
			return fault.New(fault.Unsupported, "rooms cannot be released yet").At("portion %d", i+1).Fix("use copy, substitute or pointer")
		}
	}
	return nil
}

package console

import (
	"context"

	"comity/exchange"
	"comity/fault"
	"comity/holdings"
	"comity/intel"
	"comity/party"
	"comity/ref"
	"comity/release"
	"comity/wire"
)

// Recipient is a party that the sender chose: a form for every portion, and
// by portion number the exceptions.
type Recipient struct {
	Party  party.Name `json:"party"`
	Form   intel.Form `json:"form"`
	Except []Except   `json:"except,omitempty"`
}

// Except is one portion's own form.
type Except struct {
	Portion int        `json:"portion"`
	Form    intel.Form `json:"form"`
}

// Ask is what a plan and a release have in common.
type Ask struct {
	Item  string      `json:"item"`
	To    []Recipient `json:"to"`
	Never []intel.Bar `json:"never,omitempty"`
	Best  bool        `json:"best,omitzero"`  // the forms are the most that is wanted
	Again bool        `json:"again,omitzero"` // of a release: send what was sent already
}

// PlanItem asks who will come to see a release. Each set of Packs gives a
// plan of its own; none means the packs that count here.
type PlanItem struct {
	Ask   Ask        `json:"ask"`
	Packs [][]string `json:"packs,omitempty"`
	At    wire.Time  `json:"at,omitzero"` // zero: now
}

// Plans are the answer: one plan, or one for each set of packs.
type Plans struct {
	Plans []PlanView `json:"plans"`
}

// Command names the command.
func (PlanItem) Command() Name     { return planItem }
func (PlanItem) answer() (r Plans) { return r }

func (d *Desk) planItem(ctx context.Context, actor party.Actor, c PlanItem) (Plans, error) {
	ask, err := d.ask(ctx, actor, c.Ask)
	if err != nil {
		return Plans{}, err
	}
	ask.At = c.At
	sets := c.Packs
	if len(sets) == 0 {
		sets = [][]string{nil}
	}
	plans := Plans{}
	for _, set := range sets {
		ask.Packs = set
		v, err := d.answerOne(ctx, actor, ask)
		if err != nil {
			return Plans{}, err
		}
		plans.Plans = append(plans.Plans, v)
	}
	return plans, nil
}

// answerOne answers an ask: as it was put, or with the most that can be sent.
func (d *Desk) answerOne(ctx context.Context, actor party.Actor, ask exchange.Ask) (PlanView, error) {
	if !ask.Best {
		plan, view, err := d.Exchange.Plan(ctx, actor, ask)
		if err != nil {
			return PlanView{}, err
		}
		return d.planView(ctx, plan, view)
	}
	best, view, err := d.Exchange.Best(ctx, actor, ask)
	nothing := fault.Is(err, fault.Blocked) && len(best.Held) > 0
	if nothing {
		// Then the plan of what was asked says why, beside the reasons.
		ask.Best = false
		best.Plan, view, err = d.Exchange.Plan(ctx, actor, ask)
	}
	if err != nil {
		return PlanView{}, err
	}
	v, err := d.planView(ctx, best.Plan, view)
	v.Best, v.Dropped, v.Held, v.Nothing = true, best.Dropped, best.Held, nothing
	return v, err
}

// ask finds the item that is meant.
func (d *Desk) ask(ctx context.Context, actor party.Actor, a Ask) (exchange.Ask, error) {
	id, err := d.Holdings.Meant(ctx, actor, a.Item)
	if err != nil {
		return exchange.Ask{}, err
	}
	ask := exchange.Ask{Item: id, Never: a.Never, Best: a.Best, Again: a.Again}
	for _, r := range a.To {
		to := exchange.To{Party: r.Party, Form: r.Form}
		for _, e := range r.Except {
			if to.Except == nil {
				to.Except = map[int]intel.Form{}
			}
			to.Except[e.Portion] = e.Form
		}
		ask.To = append(ask.To, to)
	}
	return ask, nil
}

// planView adds what a screen needs. The rules are read from the very packs
// that the plan names.
func (d *Desk) planView(ctx context.Context, p release.Plan, item holdings.View) (PlanView, error) {
	v, err := d.bareView(ctx, p)
	if err != nil {
		return v, err
	}
	v.Title, v.Exhibits = item.Item.Title, copied(p, item.Item)
	var to []party.Name
	for _, r := range p.Recipients {
		to = append(to, r.Party)
	}
	v.Strange, err = d.Exchange.Unreachable(ctx, to)
	return v, err
}

func (d *Desk) bareView(ctx context.Context, p release.Plan) (PlanView, error) {
	hash, err := p.Hash()
	if err != nil {
		return PlanView{}, err
	}
	v, err := d.namedView(ctx, p, hash)
	if err == nil {
		v.Like, err = p.Likeness()
	}
	return v, err
}

// namedView is bareView of a plan whose hash is known.
func (d *Desk) namedView(ctx context.Context, p release.Plan, hash ref.Hash) (PlanView, error) {
	world, err := d.Rules.Replay(ctx, p.Packs)
	if err != nil {
		return PlanView{}, err
	}
	none, err := d.Rules.Idle(ctx, p.At)
	return PlanView{Plan: p, Hash: hash, Titles: titled(p, world.Directory), Rules: quoted(p, world.Packs), Idle: idle(p, none)}, err
}

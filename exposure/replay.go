package exposure

import (
	"context"
	"errors"

	"comity/fault"
	"comity/holdings"
	"comity/intel"
	"comity/party"
	"comity/ref"
	"comity/release"
	"comity/wire"
)

// Again is what came of working out stored plans once more.
type Again struct {
	Item     ref.ItemID `json:"item"`
	Releases []Replayed `json:"releases"`
	Count    int        `json:"count"`         // releases of the item in all
	Next     int        `json:"next,omitzero"` // where to go on; zero at the end
}

// Holds tells whether every plan that was looked at came out as it was.
func (a Again) Holds() bool {
	for _, r := range a.Releases {
		if !r.Holds {
			return false
		}
	}
	return true
}

// Replayed is one release of an item.
type Replayed struct {
	Release ref.ReleaseID `json:"release"`
	Version int           `json:"version"`
	Made    wire.Time     `json:"made"`
	Plan    ref.Hash      `json:"plan"`          // that the act names
	Now     ref.Hash      `json:"now,omitzero"`  // as it comes out; zero: it could not be worked out
	Holds   bool          `json:"holds"`         // bit for bit
	Gone    bool          `json:"gone,omitzero"` // the content was destroyed: only the plan's hash and the ledger could be looked at
	Differs []Difference  `json:"differs"`       // what does not
	Left    int           `json:"left,omitzero"` // differences that are left out
}

// Difference is something about a stored plan that does not hold.
type Difference struct {
	Part Part   `json:"part"`
	Text string `json:"text"`
}

// Part says of what.
type Part string

// The parts.
const (
	PlanPart     Part = "plan"    // the stored bytes
	LedgerPart   Part = "ledger"  // the record of the disclosure
	ItemPart     Part = "item"    // the version that was released
	ContentPart  Part = "content" // of the item: it was destroyed
	PackPart     Part = "packs"   // that the plan names
	RowPart      Part = "rows"
	UnknownPart  Part = "unknown"
	ConflictPart Part = "conflicts"
	RemedyPart   Part = "remedies"
	DutyPart     Part = "duties"
)

// Replay works out the plan of every release of an item once more: with
// exactly the packs that the plan names and the version that was released. It
// must come out bit for bit, and be the plan that the ledger has a disclosure
// for. It leaves out the first from releases and looks at no more than limit.
func (x *Exposure) Replay(ctx context.Context, actor party.Actor, item ref.ItemID, from, limit int) (Again, error) {
	if err := x.mayFollow(ctx, actor, item); err != nil {
		return Again{}, err
	}
	if from < 0 || limit < 0 {
		return Again{}, fault.New(fault.Invalid, "a page cannot begin or end before the first release").Fix("leave --from out, or count from 0")
	}
	if limit == 0 || limit > maxLimit {
		limit = defaultLimit
	}
	a := Again{Item: item, Releases: []Replayed{}}
	var acts []ref.Hash
	err := x.each(ctx, Range{Item: item}, func(m Made) (bool, error) {
		a.Count++
		if a.Count <= from || len(a.Releases) == limit {
			return true, nil
		}
		r, err := x.again(ctx, m)
		a.Releases, acts = append(a.Releases, r), append(acts, m.Act)
		return true, err
	})
	if err != nil {
		return Again{}, err
	}
	if a.Count == 0 {
		return Again{}, fault.New(fault.Invalid, "the item was sent to nobody").Fix("comity trail shows what became of an item")
	}
	if shown := from + len(a.Releases); shown < a.Count {
		a.Next = shown
	}
	return a, x.recorded(ctx, a.Releases, acts)
}

// mayFollow lets those look who may follow the item's trail: auditors and
// security officers, and whoever may know of the item.
func (x *Exposure) mayFollow(ctx context.Context, actor party.Actor, item ref.ItemID) error {
	if err := actor.May(party.ActTrail); err != nil {
		return err
	}
	if actor.Has(party.Auditor) || actor.Has(party.Security) {
		return nil
	}
	return known(x.desk.Item(ctx, actor, item))
}

// known forgives that the content of an item was destroyed.
func known(_ holdings.View, err error) error {
	if gone := (*holdings.Gone)(nil); errors.As(err, &gone) {
		return nil
	}
	return err
}

// recorded asks the ledger, which nobody can rewrite unseen, whether it has a
// disclosure under each plan.
func (x *Exposure) recorded(ctx context.Context, list []Replayed, acts []ref.Hash) error {
	found, err := x.past.Disclosed(ctx, acts)
	for i := range list {
		if err == nil && !found[acts[i]] {
			list[i].differ(LedgerPart, "the ledger has no record of a disclosure under the plan %s", acts[i].Short())
		}
	}
	return err
}

// again works out one plan. Only a failure of the node is an error.
func (x *Exposure) again(ctx context.Context, m Made) (Replayed, error) {
	r := Replayed{Release: m.ID, Made: m.At, Plan: m.Act, Holds: true, Differs: []Difference{}}
	if stored := ref.Sum("plan", m.Bytes); stored != m.Act {
		r.differ(PlanPart, "the stored plan is %s, and the act was about the plan %s", stored.Short(), m.Act.Short())
	}
	if m.Plan == nil {
		r.differ(PlanPart, "the stored plan cannot be read")
		return r, nil
	}
	r.Version = m.Plan.Version
	plan, err := x.decide(ctx, *m.Plan)
	why := (*unlike)(nil)
	if errors.As(err, &why) && why.part == ContentPart {
		r.Gone = true
		return r, nil
	}
	if errors.As(err, &why) {
		r.differ(why.part, "%s", why.text)
		return r, nil
	}
	if err != nil {
		return r, err
	}
	if r.Now, err = plan.Hash(); err != nil {
		return r, err
	}
	if err := r.compare(*m.Plan, plan); err != nil {
		return r, err
	}
	if r.Now != m.Act && r.Holds {
		r.differ(PlanPart, "it comes out as the plan %s", r.Now.Short())
	}
	return r, nil
}

// decide answers the question of a stored plan in the world that it names.
func (x *Exposure) decide(ctx context.Context, p release.Plan) (release.Plan, error) {
	item, err := x.version(ctx, p)
	if err != nil {
		return release.Plan{}, err
	}
	world, err := x.world(ctx, p)
	if err != nil {
		return release.Plan{}, err
	}
	plan, err := release.Decide(world, release.QuestionOf(p, item))
	if fault.Is(err, fault.Invalid) {
		return release.Plan{}, &unlike{PlanPart, "it answers a question that cannot be asked: " + err.Error()}
	}
	return plan, err
}

// version gives the version that a plan is about, as it was released.
func (x *Exposure) version(ctx context.Context, p release.Plan) (intel.Item, error) {
	item, err := x.past.Version(ctx, p.Item, p.Version)
	switch {
	case fault.Is(err, fault.Withheld):
		return intel.Item{}, &unlike{ItemPart, "the version that was released is not held"}
	case fault.Is(err, fault.Forged):
		return intel.Item{}, &unlike{ItemPart, "the version that is held was changed in the database"}
	case fault.Is(err, fault.Expired):
		return intel.Item{}, &unlike{ContentPart, "its content was destroyed"}
	}
	if err != nil {
		return intel.Item{}, err
	}
	hash, err := item.Hash()
	if err == nil && hash != p.ItemHash {
		err = &unlike{ItemPart, "the version that is held is not the one that was released: it is " + hash.Short()}
	}
	return item, err
}

// world gives the world of exactly the packs that a plan names.
func (x *Exposure) world(ctx context.Context, p release.Plan) (release.World, error) {
	world, err := x.rules.Replay(ctx, p.Packs)
	if fault.Is(err, fault.Forged) || fault.Is(err, fault.Invalid) {
		err = &unlike{PackPart, err.Error()}
	}
	return world, err
}

// unlike says why a plan cannot be worked out again.
type unlike struct {
	part Part
	text string
}

// Error gives the reason.
func (u *unlike) Error() string { return u.text }

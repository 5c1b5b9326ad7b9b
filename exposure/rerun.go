package exposure

import (
	"context"
	"errors"
	"slices"
	"strings"

	"comity/fault"
	"comity/intel"
	"comity/law"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/release"
	"comity/wire"
)

// Rerun is what the packs that count now would say of the releases that are
// open: a page of it.
type Rerun struct {
	At      wire.Time `json:"at"`
	Packs   []law.Ref `json:"packs"` // that count now
	Changed []Changed `json:"changed"`
	Looked  int       `json:"looked"`           // at so many releases
	Open    int       `json:"open"`             // of them are open
	Unsound Unsound   `json:"unsound,omitzero"` // could not be asked about again
	Next    Place     `json:"next,omitzero"`    // where to go on; zero at the end
}

// Changed is an open release whose closure is not what it was.
type Changed struct {
	Release    ref.ReleaseID     `json:"release"`
	Item       ref.ItemID        `json:"item"`
	Version    int               `json:"version"`
	Made       wire.Time         `json:"made"`
	Recipients []party.Name      `json:"recipients"` // for whom it is open
	More       []Growth          `json:"more"`
	Broken     []Broken          `json:"broken"`        // promises that hold no longer
	Unknown    []release.Unknown `json:"unknown"`       // whose duties are not known any more
	Less       []Loss            `json:"less"`          // what the closure lost
	Left       int               `json:"left,omitzero"` // how much of it is left out
}

// Grew tells whether more can be seen than was said when it was sent.
func (c Changed) Grew() bool { return len(c.More)+len(c.Broken)+len(c.Unknown) > 0 }

// Broken is a promise that today's closure breaks, and that of then did not.
type Broken struct {
	Portion int            `json:"portion"` // 0: the release as a whole
	Promise string         `json:"promise"`
	Party   party.Name     `json:"party"`
	Scope   intel.Scope    `json:"scope"`
	Blocks  bool           `json:"blocks"` // it would stop a release today
	Why     string         `json:"why"`
	Path    []release.Step `json:"path,omitempty"`
}

// maxLooked is how many releases one page looks at.
const maxLooked = 500

// Rerun asks again about every release that is open, as if it were sent now:
// with the packs that count and are in force now. It tells what the closure
// gained and lost since it was stored; times are not compared. A release is
// open for a recipient that got nothing newer of the item, that has not
// answered a recall by reading it, and for whom some portion has not expired.
//
// A security officer sees the whole node's, a release officer those of the
// own unit whose items the officer may know of.
func (x *Exposure) Rerun(ctx context.Context, actor party.Actor, after Place, limit int) (Rerun, error) {
	if err := actor.May(party.ActRerun); err != nil {
		return Rerun{}, err
	}
	if limit < 0 {
		return Rerun{}, fault.New(fault.Invalid, "a page cannot hold fewer than no release").Fix("leave the limit out")
	}
	if limit == 0 || limit > maxLimit {
		limit = defaultLimit
	}
	a, err := x.newAgainNow(ctx, actor)
	if err != nil {
		return Rerun{}, err
	}
	r := Rerun{At: a.at, Packs: a.packs, Changed: []Changed{}}
	err = x.each(ctx, Range{After: after}, func(m Made) (bool, error) {
		if r.Looked == maxLooked || len(r.Changed) == limit {
			return false, nil
		}
		r.Looked++
		r.Next = m.Place()
		return true, a.look(ctx, m, &r)
	})
	if err == nil {
		err = x.atEnd(ctx, &r)
	}
	return r, err
}

// atEnd clears the place to go on from if nothing follows it.
func (x *Exposure) atEnd(ctx context.Context, r *Rerun) error {
	rest, err := x.past.Releases(ctx, Range{After: r.Next}, 1)
	if len(rest) == 0 {
		r.Next = Place{}
	}
	return err
}

// againNow asks about releases again, in the world as it is now.
type againNow struct {
	x     *Exposure
	actor party.Actor
	at    wire.Time
	rules *release.Rules
	packs []law.Ref
}

func (x *Exposure) newAgainNow(ctx context.Context, actor party.Actor) (*againNow, error) {
	a := &againNow{x: x, actor: actor, at: x.at(), packs: []law.Ref{}}
	world, err := x.rules.World(ctx, a.at, nil)
	if err != nil {
		return nil, err
	}
	for _, p := range world.Packs {
		if !p.InForceAt(a.at) {
			continue
		}
		name, err := p.Ref()
		if err != nil {
			return nil, err
		}
		a.packs = append(a.packs, name)
	}
	a.rules = release.Prepare(world)
	return a, nil
}

// look asks about one release.
func (a *againNow) look(ctx context.Context, m Made, r *Rerun) error {
	if m.Plan == nil {
		return a.unsound(ctx, m, r)
	}
	if sees, err := a.sees(ctx, *m.Plan); err != nil || !sees {
		return err
	}
	if !m.sound() {
		return a.unsound(ctx, m, r)
	}
	c, err := a.changed(ctx, m, r)
	if why := (*unlike)(nil); errors.As(err, &why) {
		return a.unsound(ctx, m, r)
	}
	if err == nil && (c.Grew() || len(c.Less) > 0) {
		r.Changed = append(r.Changed, c)
	}
	return err
}

// unsound counts a release that could not be asked about, if the officer may
// know of its item.
func (a *againNow) unsound(ctx context.Context, m Made, r *Rerun) error {
	known, err := a.knows(ctx, m.Item)
	if known {
		r.Unsound.Add(m.Item)
	}
	return err
}

// sees tells whether the officer may know of the release.
func (a *againNow) sees(ctx context.Context, p release.Plan) (bool, error) {
	if !a.actor.Has(party.Security) && p.Sender != a.actor.Unit {
		return false, nil
	}
	return a.knows(ctx, p.Item)
}

func (a *againNow) knows(ctx context.Context, item ref.ItemID) (bool, error) {
	if a.actor.Has(party.Security) {
		return true, nil
	}
	err := known(a.x.desk.Item(ctx, a.actor, item))
	if fault.Is(err, fault.Withheld) {
		return false, nil
	}
	return err == nil, err
}

// changed compares a release's closure of then and of now.
func (a *againNow) changed(ctx context.Context, m Made, r *Rerun) (Changed, error) {
	item, err := a.x.version(ctx, *m.Plan)
	if err != nil {
		return Changed{}, err
	}
	open, err := a.open(ctx, m, item)
	if err != nil || len(open) == 0 {
		return Changed{}, err
	}
	r.Open++
	q := release.QuestionOf(*m.Plan, item)
	q.Recipients = open
	then, err := a.then(ctx, *m.Plan, q)
	if err != nil {
		return Changed{}, err
	}
	q.At = a.at
	// That an authorisation has ended since is no news of the law: what was sent
	// under it was sent in time.
	q.Authorised = slices.Clone(q.Authorised)
	for i := range q.Authorised {
		q.Authorised[i].Until = wire.Time{}
	}
	now, err := a.rules.Decide(q)
	if fault.Is(err, fault.Invalid) {
		return Changed{}, &unlike{PlanPart, err.Error()}
	}
	if err != nil {
		return Changed{}, err
	}
	c := Changed{Release: m.ID, Item: m.Item, Version: m.Plan.Version, Made: m.At, Recipients: names(open)}
	c.compare(then, now)
	return c, nil
}

func names(list []release.Recipient) []party.Name {
	out := make([]party.Name, len(list))
	for i, r := range list {
		out[i] = r.Party
	}
	return out
}

// then gives the plan of then for the recipients that are open. For all of
// them it is the stored one; else what others had by way of those who have
// something newer would pass for lost.
func (a *againNow) then(ctx context.Context, p release.Plan, q release.Question) (release.Plan, error) {
	if len(q.Recipients) == len(p.Recipients) {
		return p, nil
	}
	world, err := a.x.world(ctx, p)
	if err != nil {
		return release.Plan{}, err
	}
	return release.Decide(world, q)
}

// open gives the recipients for whom a release is open, with their forms.
func (a *againNow) open(ctx context.Context, m Made, item intel.Item) ([]release.Recipient, error) {
	cuts, err := a.x.past.Cuts(ctx, m.ID)
	if err != nil {
		return nil, err
	}
	item = item.Bound(func(int) []party.Name { return nil })
	var list []release.Recipient
	for _, r := range m.Plan.Recipients {
		i := slices.IndexFunc(cuts, func(c Cut) bool { return c.Recipient == r.Party })
		if i < 0 || !cuts[i].Last || !a.lives(item, r) {
			continue
		}
		gone, err := a.answered(ctx, cuts[i].Recalls)
		if err != nil {
			return nil, err
		}
		if !gone {
			list = append(list, r)
		}
	}
	return list, nil
}

// lives tells whether some portion that the recipient got has not expired.
func (a *againNow) lives(item intel.Item, r release.Recipient) bool {
	for i, p := range item.Portions {
		if i < len(r.Forms) && r.Forms[i] != intel.Withheld && (p.Marking.Expires.IsZero() || a.at.Before(p.Marking.Expires)) {
			return true
		}
	}
	return false
}

// answered tells whether somebody over there read a recall.
func (a *againNow) answered(ctx context.Context, recalls []ref.CutID) (bool, error) {
	for _, cut := range recalls {
		for offset := 0; ; offset += pageReceipts {
			page, err := a.x.past.Receipts(ctx, cut, offset, pageReceipts)
			if err != nil {
				return false, err
			}
			for _, s := range page {
				if r, err := record.Parse(s.Receipt.Record.Payload); err == nil && r.Kind == record.ReadBy {
					return true, nil
				}
			}
			if len(page) < pageReceipts {
				break
			}
		}
	}
	return false, nil
}

// compare fills in what changed.
func (c *Changed) compare(then, now release.Plan) {
	c.More, c.Left = gains(then.Rows, now.Rows)
	c.Less = losses(then.Rows, now.Rows)
	c.Broken, c.Unknown = []Broken{}, []release.Unknown{}
	for _, n := range now.Conflicts {
		// That time has passed is no news of the law.
		if strings.HasPrefix(n.Promise, "TTL:") || slices.ContainsFunc(then.Conflicts, breaks(n)) {
			continue
		}
		if len(c.Broken) == maxGrowth {
			c.Left++
			continue
		}
		c.Broken = append(c.Broken, broken(n, now.Rows))
	}
	for _, u := range now.Unknown {
		if slices.ContainsFunc(then.Unknown, func(o release.Unknown) bool { return o.Party == u.Party }) {
			continue
		}
		if len(c.Unknown) == maxGrowth {
			c.Left++
			continue
		}
		c.Unknown = append(c.Unknown, u)
	}
}

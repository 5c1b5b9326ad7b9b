package exchange

import (
	"context"
	"slices"
	"strconv"

	"comity/fault"
	"comity/intel"
	"comity/law"
	"comity/message"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/release"
	"comity/wire"
)

// Released is an act of release that was committed: nothing of it has left
// yet, and nothing of it can be undone.
type Released struct {
	ID   ref.ReleaseID `json:"id"`
	Plan release.Plan  `json:"plan"`
	Hash ref.Hash      `json:"hash"` // of the plan
	Cuts []SentCut     `json:"cuts"`

	Dissents []Dissent `json:"dissents,omitempty"` // over which it was sent
}

// Blocked is the refusal of a release that would break a promise.
type Blocked struct {
	Plan release.Plan
	Hash ref.Hash
}

// Error tells how many promises would be broken; the plan tells which.
func (b *Blocked) Error() string { return b.Unwrap().Error() }

// Unwrap gives the fault.
func (b *Blocked) Unwrap() error {
	return fault.New(fault.Blocked, "the release would break %s", count(b.Plan)).
		Fix("the plan shows each with what would mend it; to send it all the same, give a reason with --override and have a second officer approve")
}

// Changed is the refusal of a release whose plan is not the one that the officer was
// shown: somebody has changed the item, a pack or a party since.
type Changed struct{ Plan release.Plan }

// Error tells what to do.
func (c *Changed) Error() string { return c.Unwrap().Error() }

// Unwrap gives the fault.
func (*Changed) Unwrap() error {
	return fault.New(fault.Stale, "what would happen is no longer what you were shown: the item, the packs or the parties have changed").
		Fix("look at the plan as it is now, and send that")
}

// shown refuses a plan that is not the one the officer looked at.
func shown(ask Ask, p release.Plan) error {
	if ask.Shown.IsZero() {
		return nil
	}
	now, err := p.Likeness()
	if err == nil && now != ask.Shown {
		err = &Changed{Plan: p}
	}
	return err
}

// Unapproved says that a plan now waits for a second officer.
type Unapproved struct {
	Plan  release.Plan
	Hash  ref.Hash
	Again bool // it waited before: nothing new was kept
}

// Error tells which plan waits and who can approve it.
func (u *Unapproved) Error() string { return u.Unwrap().Error() }

// Unwrap gives the fault.
func (u *Unapproved) Unwrap() error {
	return fault.New(fault.Unapproved, "the plan %s breaks %s and waits for a second officer", u.Hash.Short(), count(u.Plan)).
		Fix("another officer with the role release or security runs comity approve %s", u.Hash.Short())
}

func count(p release.Plan) string {
	n := 0
	for _, c := range p.Conflicts {
		if c.Blocks {
			n++
		}
	}
	if n == 1 {
		return "1 promise"
	}
	return strconv.Itoa(n) + " promises"
}

// Release sends an item. The plan is made anew with the packs that count
// now. If it breaks a promise, Release answers *Blocked without a reason, and
// with one keeps the plan and answers *Unapproved: once a second officer has
// approved, [Exchange.ReleasePlan] sends it.
//
// What is released is committed with its records and outbox entries in one
// transaction; delivery comes after.
func (x *Exchange) Release(ctx context.Context, actor party.Actor, ask Ask, reason string) (Released, error) {
	if err := actor.May(party.ActRelease); err != nil {
		return Released{}, err
	}
	d, err := x.draw(ctx, actor, ask)
	if err != nil {
		return Released{}, err
	}
	if err := sendable(ask, d); err != nil {
		return Released{}, err
	}
	body, hash, err := d.plan.Encode()
	if err != nil {
		return Released{}, err
	}
	if err := shown(ask, d.plan); err != nil {
		return Released{}, err
	}
	if d.plan.Blocked() {
		if err := x.known(ctx, d.plan); err != nil {
			return Released{}, err
		}
		if reason == "" {
			return Released{}, &Blocked{Plan: d.plan, Hash: hash}
		}
		return Released{}, x.wait(ctx, actor, d.plan, hash, reason)
	}
	if err := x.unsent(ctx, ask, d.plan); err != nil {
		return Released{}, err
	}
	return x.commit(ctx, actor, dispatch{drawn: d, hash: hash, body: body})
}

// unsent refuses to send once more, without a word, what a recipient has: each
// sending is a contact, with duties on both sides.
func (x *Exchange) unsent(ctx context.Context, ask Ask, p release.Plan) error {
	if ask.Again {
		return nil
	}
	sent, err := x.Ports.Trails.Sent(ctx, p.Item)
	if err != nil {
		return err
	}
	last := map[party.Name]SentCut{}
	for _, s := range sent {
		if s.Cut.Notice == nil {
			last[s.Recipient] = s
		}
	}
	for _, r := range p.Recipients {
		if s, ok := last[r.Party]; ok && s.Version == p.Version && slices.Equal(s.Forms, r.Forms) && s.Outcome != message.Refused {
			return fault.New(fault.Stale, "%s was sent this version in these forms at %s", r.Party, s.At).
				Fix("comity trail shows what became of it; add --again to send it once more, or leave %s out", r.Party)
		}
	}
	return nil
}

// known refuses recipients that no partner has, before anybody is asked to
// approve.
func (x *Exchange) known(ctx context.Context, p release.Plan) error {
	partners, err := x.Ports.Links.Introduced(ctx)
	if err != nil {
		return err
	}
	for _, r := range p.Recipients {
		if _, err := addressee(partners, r.Party); err != nil {
			return err
		}
	}
	return nil
}

// addressee gives the partner whose card names exactly this unit.
func addressee(partners []Partner, unit party.Name) (Partner, error) {
	if p, ok := byUnit(partners, unit); ok {
		return p, nil
	}
	for _, p := range partners {
		if unit.Within(p.Name) {
			var units []party.Name
			for _, u := range p.Card.Units {
				units = append(units, u.Name)
			}
			return Partner{}, fault.New(fault.Invalid, "%s has no unit %s", p.Name, unit).Fix("its units are %v", units)
		}
	}
	return Partner{}, fault.New(fault.Invalid, "no partner of this node has the unit %s", unit).
		Fix("comity partner list shows the units of each partner; comity partner add introduces one")
}

// dispatch is a plan on its way out, and what lets it go although it breaks a
// promise: an approval, or a duty that the officer obeys.
type dispatch struct {
	drawn
	hash     ref.Hash
	body     []byte // of the plan, encoded; nil: not yet
	pending  *PendingPlan
	filing   *Discharge
	outside  *intel.Marking // of a filing: what its portion is marked with where it goes
	promises []string       // that a filing overrides besides the plan's own
}

// commit makes the cuts and commits the act.
func (x *Exchange) commit(ctx context.Context, actor party.Actor, d dispatch) (Released, error) {
	partners, err := x.Ports.Links.Introduced(ctx)
	if err != nil {
		return Released{}, err
	}
	c := Commit{Actor: actor, At: x.now(), Item: d.view.Item, Plan: d.plan, PlanHash: d.hash, PlanBody: d.body}
	if err := newID(&c.ID, x.Now(), x.Random); err != nil {
		return Released{}, err
	}
	records, err := x.overriding(actor, &c, d)
	if err != nil {
		return Released{}, err
	}
	for _, r := range d.plan.Recipients {
		p, err := addressee(partners, r.Party)
		if err != nil {
			return Released{}, err
		}
		more, err := x.addCut(ctx, actor, &c, d, p, r)
		if err != nil {
			return Released{}, err
		}
		records = append(records, more...)
	}
	left, err := x.leftOut(ctx, actor, c, d.view.Hash, partners)
	if err != nil {
		return Released{}, err
	}
	if c.Records, err = x.entries(append(records, left...)...); err != nil {
		return Released{}, err
	}
	if d.filing != nil {
		c.prove(d.filing) // with the receipt of the passing on that it gives
	} else if err := x.passOn(ctx, &c, d); err != nil {
		return Released{}, err
	}
	if err := x.Ports.Releases.Release(ctx, c); err != nil {
		return Released{}, err
	}
	if c.Proven != nil {
		x.waker.wakeAll() // what it proves may be for others than its recipients
	}
	for _, o := range c.Outgoing {
		x.waker.wake(o.Partner)
	}
	released := Released{ID: c.ID, Plan: c.Plan, Hash: c.PlanHash, Cuts: c.Cuts}
	if d.pending != nil {
		released.Dissents = d.pending.Dissents
	}
	return released, nil
}

// addCut adds to the commit what one recipient gets, and gives the records.
func (x *Exchange) addCut(ctx context.Context, actor party.Actor, c *Commit, d dispatch, p Partner, r release.Recipient) ([]record.Record, error) {
	sent, err := x.cutFor(ctx, c, d, r)
	if err != nil {
		return nil, err
	}
	sent.Partner = p.Name
	body, err := wire.Encode(sent.Cut)
	if err != nil {
		return nil, err
	}
	sent.Hash = ref.Sum("cut", body) // as Cut.Hash has it
	out, err := x.outgoing(p.Name, sent.Cut.Audience, message.CutStatement, body)
	if err != nil {
		return nil, err
	}
	out.Cut = sent.Cut.ID
	parts, err := x.parts(p.Name, sent.Cut)
	if err != nil {
		return nil, err
	}
	c.Cuts, c.Outgoing = append(c.Cuts, sent), append(append(c.Outgoing, out), parts...)
	form := highest(r.Forms)
	records := []record.Record{{Kind: record.Disclose, At: c.At, Unit: actor.Unit, Officer: actor.Handle, Other: r.Party, Item: c.Item.ID,
		Version: d.view.Hash, Cut: sent.Cut.ID, CutHash: sent.Hash, Form: form, Scope: intel.Scope{Content: form.Content(), Contact: true},
		Purpose: c.Item.Purpose, Plan: c.PlanHash, Packs: c.Plan.Packs}}
	act := release.Sending(d.plan, c.Item, r)
	act.At, act.Officer = c.At, actor.Handle
	duties, due, err := x.dutiesOf(d.world, act, sent.Cut, sent.Hash, d.plan.Authorised)
	c.Duties = append(c.Duties, duties...)
	return append(records, due...), err
}

// cutFor makes the cut for one recipient in the recipient's own series.
func (x *Exchange) cutFor(ctx context.Context, c *Commit, d dispatch, r release.Recipient) (SentCut, error) {
	chain, err := x.Ports.Releases.Chain(ctx, c.Item.ID, r.Party)
	if err != nil {
		return SentCut{}, err
	}
	if chain.Series.IsZero() {
		if err := randomID(&chain.Series, x.Random); err != nil {
			return SentCut{}, err
		}
	}
	var about *ref.SeriesID
	if n := c.Item.Notice; n != nil {
		of, err := x.Ports.Releases.Chain(ctx, n.About, r.Party)
		if err != nil {
			return SentCut{}, err
		}
		if !of.Series.IsZero() {
			about = &of.Series
		}
	}
	sent := SentCut{Recipient: r.Party, Item: c.Item.ID, Version: c.Item.Version, Release: c.ID, Forms: r.Forms, At: c.At}
	var id ref.CutID
	if err := randomID(&id, x.Random); err != nil {
		return SentCut{}, err
	}
	item := c.Item
	if d.outside != nil {
		item.Portions = slices.Clone(item.Portions)
		item.Portions[0].Marking, item.Portions[0].Origins = *d.outside, nil
	}
	if sent.Cut, err = release.MakeCut(item, r, id, chain, about, c.At); err != nil {
		return SentCut{}, err
	}
	if d.filing != nil {
		sent.Cut.Filing = &release.Filing{Rule: d.filing.Filing.Duty.Duty.Rule, Scope: d.filing.Filing.Duty.Duty.Scope}
		if err := sent.Cut.Validate(); err != nil {
			return SentCut{}, err
		}
	}
	return sent, nil
}

// dutiesOf tells what an act obliges this node to report: each duty with its
// draft, and the record that it fell due.
func (x *Exchange) dutiesOf(w release.World, a release.Act, c release.Cut, hash ref.Hash, in []release.Authorised) ([]Duty, []record.Record, error) {
	var duties []Duty
	var records []record.Record
	facts := release.FactsOf(c, a)
	for _, d := range release.Duties(w, a, in) {
		one := Duty{Duty: d, Draft: release.DraftFor(d, facts), Cut: c.ID}
		if err := newID(&one.ID, x.Now(), x.Random); err != nil {
			return nil, nil, err
		}
		duties = append(duties, one)
		r := record.Record{Kind: record.DutyDue, At: a.At, Unit: a.Holder, Other: d.To, Cut: c.ID, CutHash: hash, Scope: d.Scope, Rule: d.Rule,
			Packs: []law.Ref{d.Pack}}
		if len(d.Due) > 0 {
			r.Due = d.Due[0].At
		}
		records = append(records, r)
	}
	return duties, records, nil
}

// overriding puts into the commit what lets a blocked plan go, and gives the
// record that names every promise broken.
func (x *Exchange) overriding(actor party.Actor, c *Commit, d dispatch) ([]record.Record, error) {
	promises := slices.Concat(broken(d.plan), d.promises)
	if len(promises) == 0 {
		return nil, nil
	}
	r := record.Record{Kind: record.Override, At: c.At, Unit: actor.Unit, Officer: actor.Handle, Item: c.Item.ID, Version: d.view.Hash,
		Plan: c.PlanHash, Packs: c.Plan.Packs, Promises: promises}
	switch {
	case d.filing != nil:
		r.Code, r.Rule, r.Scope, r.Other = codeFiling, d.filing.Filing.Duty.Duty.Rule, d.filing.Filing.Duty.Duty.Scope, d.filing.Filing.Duty.Duty.To
	case d.pending != nil:
		c.Override, c.Approval = d.pending.Reason, d.pending.Approval
		r.Code, r.Subject = codeApproved, ReasonHash(d.pending.Reason)
		if len(d.pending.Dissents) > 0 {
			r.Code = codeDissent
		}
	default:
		return nil, fault.New(fault.Internal, "a plan that breaks a promise was neither approved nor a filing")
	}
	return []record.Record{r}, nil
}

// The words for why a promise was overridden.
const (
	codeApproved = "approved" // a second officer approved
	codeDissent  = "approved_with_dissent"
	codeFiling   = "filing" // a duty demanded it
)

// broken names the promises that block a plan: portion number and element,
// and against whom.
func broken(p release.Plan) []string {
	var list []string
	for _, c := range p.Conflicts {
		if c.Blocks {
			list = append(list, promiseText(c))
		}
	}
	return slices.Compact(list)
}

func promiseText(c release.Conflict) string {
	return strconv.Itoa(c.Portion) + " " + c.Promise + " " + string(c.Party)
}

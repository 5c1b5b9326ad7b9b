package exchange

import (
	"context"
	"time"

	"comity/fault"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/release"
	"comity/seal"
	"comity/wire"
)

// ApprovalType is the payload type under which an approval is signed.
var ApprovalType = wire.MediaType("approval")

// Approval is a second officer's signature over a plan that breaks a promise.
type Approval struct {
	Plan    ref.Hash     `json:"plan"`
	Reason  ref.Hash     `json:"reason"` // of the override's words
	Officer party.Handle `json:"officer"`
	At      wire.Time    `json:"at"`
}

// PlanLife is how long a plan that waits for approval can be sent: the packs,
// the parties and the officers it was judged by do not stand still.
const PlanLife = 24 * time.Hour

// skew is by how much an officer's clock may be ahead of the node's.
const skew = 5 * time.Minute

// ReasonHash names the words with which an override was asked for.
func ReasonHash(reason string) ref.Hash { return ref.Sum("reason", []byte(reason)) }

// ApprovalOf gives what an officer signs, under ApprovalType, to approve a
// plan that waits.
func ApprovalOf(p PendingPlan, officer party.Handle, at wire.Time) Approval {
	return Approval{Plan: p.Hash, Reason: ReasonHash(p.Reason), Officer: officer, At: at}
}

// wait keeps a blocked plan for a second officer.
func (x *Exchange) wait(ctx context.Context, actor party.Actor, plan release.Plan, hash ref.Hash, reason string) error {
	if err := CheckReason(reason); err != nil {
		return err
	}
	p := PendingPlan{Plan: plan, Hash: hash, Maker: actor.Handle, Unit: actor.Unit, Reason: reason, At: x.now()}
	if err := x.Ports.Releases.SavePlan(ctx, p); err != nil {
		return err
	}
	return &Unapproved{Plan: plan, Hash: hash}
}

const maxReason = 2000

// CheckReason refuses what cannot be kept as the reason of an override.
func CheckReason(reason string) error {
	if len(reason) > maxReason {
		return fault.New(fault.TooLarge, "the reason is longer than %d bytes", maxReason)
	}
	for _, r := range reason {
		if r < ' ' && r != '\n' || r == 0x7f {
			return fault.New(fault.Invalid, "the reason holds a control character")
		}
	}
	return nil
}

// Pending gives a plan that waits, or waited, for approval: for its maker and
// for those who may approve it. The hash may be given by its first 12 digits.
func (x *Exchange) Pending(ctx context.Context, actor party.Actor, hash string) (PendingPlan, error) {
	p, err := x.Ports.Releases.Plan(ctx, hash)
	if err != nil {
		return PendingPlan{}, err
	}
	if !p.Unit.Within(actor.Unit) || actor.Handle != p.Maker && actor.May(party.ActApprove) != nil && actor.May(party.ActRelease) != nil {
		return PendingPlan{}, fault.New(fault.Withheld, "no such plan waits for you").Fix("give the hash that comity release printed")
	}
	// The hash is what officers sign; the rest of the plan counts only as far
	// as it has that hash.
	if h, err := p.Plan.Hash(); err != nil || h != p.Hash {
		return PendingPlan{}, fault.New(fault.Forged, "the plan %s in the store is not the one that was made", p.Hash.Short()).Because(err)
	}
	return p, nil
}

// Approve keeps a second officer's approval of a plan: the officer's own
// signature over the plan's hash and the reason's. Nobody approves what they
// made themselves, and nobody another unit's plan, unless that unit lies
// below the officer's.
func (x *Exchange) Approve(ctx context.Context, actor party.Actor, hash string, approval seal.Envelope) (PendingPlan, error) {
	p, err := x.undecided(ctx, actor, hash)
	if err != nil {
		return PendingPlan{}, err
	}
	a, err := x.Approver(ctx, p, approval)
	if err != nil {
		return PendingPlan{}, err
	}
	if a.Handle != actor.Handle {
		return PendingPlan{}, fault.New(fault.Forged, "the approval is not signed by %s", actor.Handle)
	}
	signed, err := wire.Encode(approval)
	if err != nil {
		return PendingPlan{}, err
	}
	e, err := x.entry(record.Record{Kind: record.Authorise, At: x.now(), Unit: actor.Unit, Officer: actor.Handle, Item: p.Plan.Item,
		Version: p.Plan.ItemHash, Plan: p.Hash, Subject: ref.Sum("approval", approval.Payload), Promises: broken(p.Plan)})
	if err != nil {
		return PendingPlan{}, err
	}
	p.Approval = signed
	return p, x.Ports.Releases.Approve(ctx, p.Hash, signed, one(e))
}

// maxWaiting is how many plans are looked at for a list.
const maxWaiting = 100

// Waiting lists the plans that wait, approved or not, of the officer's unit:
// for its makers, and for those who may approve. Those too old to be sent are
// left out.
func (x *Exchange) Waiting(ctx context.Context, actor party.Actor) ([]PendingPlan, error) {
	if actor.May(party.ActApprove) != nil && actor.May(party.ActRelease) != nil {
		return nil, actor.May(party.ActApprove)
	}
	all, err := x.Ports.Releases.Waiting(ctx, actor.Unit, maxWaiting)
	var list []PendingPlan
	for _, p := range all {
		if h, err := p.Plan.Hash(); err == nil && h == p.Hash && x.open(p) == nil {
			list = append(list, p)
		}
	}
	return list, err
}

// maxDissents is how many officers' dissent a plan keeps.
const maxDissents = 20

// Dissent keeps an officer's word against a plan that waits: nobody who may
// approve is made to choose between a signature and silence.
func (x *Exchange) Dissent(ctx context.Context, actor party.Actor, hash, reason string) (PendingPlan, error) {
	p, err := x.undecided(ctx, actor, hash)
	if err != nil {
		return PendingPlan{}, err
	}
	switch {
	case actor.Handle == p.Maker:
		return PendingPlan{}, fault.New(fault.Denied, "%s made this plan and cannot dissent from it", p.Maker).Fix("do not send it")
	case reason == "":
		return PendingPlan{}, fault.New(fault.Invalid, "it is not said why").Fix("give the reason; whoever approves sees it")
	case len(p.Dissents) >= maxDissents:
		return PendingPlan{}, fault.New(fault.TooLarge, "%d officers dissent already", len(p.Dissents))
	}
	if err := CheckReason(reason); err != nil {
		return PendingPlan{}, err
	}
	d := Dissent{Officer: actor.Handle, Unit: actor.Unit, At: x.now(), Reason: reason}
	e, err := x.entry(record.Record{Kind: record.Unauthorised, At: d.At, Unit: actor.Unit, Officer: actor.Handle, Item: p.Plan.Item,
		Version: p.Plan.ItemHash, Plan: p.Hash, Subject: ReasonHash(reason), Promises: broken(p.Plan)})
	if err != nil {
		return PendingPlan{}, err
	}
	p.Dissents = append(p.Dissents, d)
	return p, x.Ports.Releases.Dissent(ctx, p.Hash, d, one(e))
}

// undecided gives a plan that can still be sent to an officer who may approve
// it, or dissent.
func (x *Exchange) undecided(ctx context.Context, actor party.Actor, hash string) (PendingPlan, error) {
	if err := actor.May(party.ActApprove); err != nil {
		return PendingPlan{}, err
	}
	p, err := x.Pending(ctx, actor, hash)
	if err != nil {
		return PendingPlan{}, err
	}
	return p, x.open(p)
}

// open refuses a plan that was sent or is too old.
func (x *Exchange) open(p PendingPlan) error {
	switch {
	case p.Used:
		return fault.New(fault.Stale, "the plan %s was sent already", p.Hash.Short())
	case x.now().After(p.At.Add(PlanLife)):
		return fault.New(fault.Expired, "the plan %s is older than %s", p.Hash.Short(), "24 hours").Fix("plan again, and have it approved again")
	}
	return nil
}

// Approver checks an approval of a plan of whatever kind, of which only the
// hash, maker, unit, reason and time count, and gives the officer: in office
// now, with the right, and not the one who made the plan.
func (x *Exchange) Approver(ctx context.Context, p PendingPlan, approval seal.Envelope) (party.Actor, error) {
	actor, payload, err := x.Officers.Authenticate(ctx, approval, ApprovalType)
	if err != nil {
		return party.Actor{}, err
	}
	var a Approval
	if err := wire.Decode(payload, &a, wire.Limits{Bytes: 4 << 10, Depth: 2}); err != nil {
		return party.Actor{}, err
	}
	if err := actor.May(party.ActApprove); err != nil {
		return party.Actor{}, err
	}
	switch {
	case actor.Handle == p.Maker:
		return party.Actor{}, fault.New(fault.Denied, "%s made this plan and cannot approve it", p.Maker).
			Fix("another officer of %s with the role release or security approves", p.Unit)
	case !p.Unit.Within(actor.Unit):
		return party.Actor{}, fault.New(fault.Denied, "%s is not of the unit whose plan this is", actor.Handle)
	case a.Plan != p.Hash:
		return party.Actor{}, fault.New(fault.Forged, "the approval is for another plan")
	case a.Reason != ReasonHash(p.Reason):
		return party.Actor{}, fault.New(fault.Forged, "the approval is for another reason")
	case a.Officer != actor.Handle:
		return party.Actor{}, fault.New(fault.Forged, "the approval names another officer than signed it")
	case a.At.Before(p.At) || a.At.After(x.now().Add(skew)):
		return party.Actor{}, fault.New(fault.Stale, "the approval was not signed between the making of the plan and now").
			Fix("check the clock and sign again")
	}
	return actor, nil
}

// ReleasePlan sends a plan that was approved, if nothing that it was judged
// by has changed. The officer who approved does not send.
func (x *Exchange) ReleasePlan(ctx context.Context, actor party.Actor, hash string) (Released, error) {
	if err := actor.May(party.ActRelease); err != nil {
		return Released{}, err
	}
	p, err := x.Pending(ctx, actor, hash)
	if err != nil {
		return Released{}, err
	}
	if err := x.open(p); err != nil {
		return Released{}, err
	}
	if len(p.Approval) == 0 {
		return Released{}, &Unapproved{Plan: p.Plan, Hash: p.Hash, Again: true}
	}
	approval, err := seal.ParseEnvelope(p.Approval, wire.Limits{Bytes: 16 << 10, Depth: 4})
	if err != nil {
		return Released{}, err
	}
	approver, err := x.Approver(ctx, p, approval)
	if err != nil {
		return Released{}, err
	}
	if approver.Handle == actor.Handle {
		return Released{}, fault.New(fault.Denied, "%s approved this plan and cannot send it too", actor.Handle).
			Fix("%s, or a third officer with the role release, sends it", p.Maker)
	}
	ask := askOf(p.Plan)
	d, err := x.draw(ctx, actor, ask)
	if err != nil {
		return Released{}, err
	}
	if err := sendable(ask, d); err != nil {
		return Released{}, err
	}
	if !d.plan.Same(p.Plan) {
		return Released{}, fault.New(fault.Stale, "what was approved is no longer what would happen: the item, the packs or the parties have changed").
			Fix("plan again, and have it approved again")
	}
	d.plan = p.Plan // what was signed is what is kept; only its times are older
	return x.commit(ctx, actor, dispatch{drawn: d, hash: p.Hash, pending: &p})
}

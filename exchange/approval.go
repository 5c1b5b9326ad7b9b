package exchange

import (
	"context"
	"slices"
	"time"

	"comity/fault"
	"comity/ledger"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/release"
	"comity/seal"
	"comity/wire"
)

// PlanLife is how long a plan that waits for approval can be sent: the packs,
// the parties and the officers it was judged by do not stand still.
const PlanLife = 24 * time.Hour

// skew is by how much an officer's clock may be ahead of the node's.
const skew = 5 * time.Minute

// ReasonHash names the words with which an override was asked for.
func ReasonHash(reason string) ref.Hash { return ref.Sum("reason", []byte(reason)) }

// ApprovalOf gives what an officer signs, under record.ApprovalType, to approve a
// plan that waits at a node.
func ApprovalOf(p PendingPlan, node party.Name, officer party.Handle, at wire.Time) record.Approval {
	return record.Approval{Plan: p.Hash, Reason: ReasonHash(p.Reason), Answer: record.Approves, Officer: officer, Node: node, At: at}
}

// DissentOf gives the same of a dissent, with the words that say why.
func DissentOf(p PendingPlan, node party.Name, officer party.Handle, at wire.Time, words string) record.Approval {
	a := ApprovalOf(p, node, officer, at)
	a.Answer, a.Words = record.Dissents, ReasonHash(words)
	return a
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
// for those who may approve it and are told of it (see [Exchange.toldOf]). The hash may
// be given by its first 12 digits.
func (x *Exchange) Pending(ctx context.Context, actor party.Actor, hash string) (PendingPlan, error) {
	p, err := x.Ports.Releases.Plan(ctx, hash)
	if err != nil {
		return PendingPlan{}, err
	}
	told, err := x.toldOf(ctx, actor, p)
	if err != nil {
		return PendingPlan{}, err
	}
	if !told || !p.Unit.Within(actor.Unit) || actor.Handle != p.Maker && actor.May(party.ActApprove) != nil && actor.May(party.ActRelease) != nil {
		return PendingPlan{}, fault.New(fault.Withheld, "no such plan waits for you").Fix("give the hash that comity release printed")
	}
	// The hash is what officers sign; the rest of the plan counts only as far
	// as it has that hash.
	if h, err := p.Plan.Hash(); err != nil || h != p.Hash {
		return PendingPlan{}, fault.New(fault.Forged, "the plan %s in the store is not the one that was made", p.Hash.Short()).Because(err)
	}
	return p, nil
}

// toldOf tells whether an officer is told of a plan: who reads what the unit has, of
// plans of what they may know of; who approves and reads nothing of the unit's, like a
// security officer or somebody of a unit above, of all of them: whom it goes to, what it
// breaks and the reason are written for them, what the item says is not shown.
func (x *Exchange) toldOf(ctx context.Context, actor party.Actor, p PendingPlan) (bool, error) {
	if actor.Handle == p.Maker || actor.Unit != p.Unit || actor.May(party.ActRead) != nil {
		return true, nil
	}
	_, err := x.Items.Version(ctx, actor, p.Plan.Item, p.Plan.Version)
	if fault.Is(err, fault.Withheld) {
		return false, nil
	}
	if fault.Is(err, fault.Expired) { // its content was destroyed meanwhile
		return true, nil
	}
	return err == nil, err
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
	r, err := x.replied(ctx, actor, p, approval, record.Approves, "")
	if err != nil {
		return PendingPlan{}, err
	}
	e, proven, err := x.proving(r, approval, &p.Approval)
	if err != nil {
		return PendingPlan{}, err
	}
	err = x.Ports.Releases.Approve(ctx, p.Hash, one(e), proven)
	return p, err
}

// replied checks an officer's own answer to a plan, and gives the record of it.
func (x *Exchange) replied(ctx context.Context, actor party.Actor, p PendingPlan, signed seal.Envelope, want record.Answer, words string) (record.Record, error) {
	a, by, err := x.answered(ctx, p, signed, want)
	switch {
	case err != nil:
		return record.Record{}, err
	case by.Handle != actor.Handle:
		return record.Record{}, fault.New(fault.Forged, "the answer is not signed by %s", actor.Handle)
	case want == record.Dissents && a.Words != ReasonHash(words):
		return record.Record{}, fault.New(fault.Forged, "the dissent was signed with other words")
	}
	r := record.Record{Kind: record.Authorise, At: x.now(), Node: x.Self.Node, Unit: actor.Unit, Officer: actor.Handle, Item: p.Plan.Item,
		Version: p.Plan.ItemHash, Plan: p.Hash, Promises: broken(p.Plan)}
	if want == record.Dissents {
		r.Kind = record.Unauthorised
	}
	r.Subject, err = record.ApprovalSubject(signed)
	return r, err
}

// proving makes the ledger's entry for an answer, and what keeps the answer together
// with the evidence that the ledger holds it: it can be checked offline, for good.
func (x *Exchange) proving(r record.Record, signed seal.Envelope, kept *[]byte) (ledger.Entry, Proven, error) {
	e, envelope, err := record.NewSigned(r, x.Self.Keys().Signing, x.Random)
	return e, func(evidence []ledger.Evidence) (p Proof, err error) {
		*kept, err = record.ProvenApproval{Approval: signed, Receipt: record.Receipt{Record: envelope, Evidence: evidence[0]}}.Encode()
		return Proof{Filed: *kept}, err
	}, err
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
		if h, err := p.Plan.Hash(); err != nil || h != p.Hash || x.open(p) != nil {
			continue
		}
		told, err := x.toldOf(ctx, actor, p)
		if err != nil {
			return nil, err
		}
		if told {
			list = append(list, p)
		}
	}
	return list, err
}

// maxDissents is how many officers' dissent a plan keeps.
const maxDissents = 20

// Dissent keeps an officer's word against a plan that waits, signed like an
// approval: nobody who may approve is made to choose between a signature and
// silence.
func (x *Exchange) Dissent(ctx context.Context, actor party.Actor, hash, words string, dissent seal.Envelope) (PendingPlan, error) {
	p, err := x.Answerable(ctx, actor, hash, record.Dissents, words)
	if err != nil {
		return PendingPlan{}, err
	}
	r, err := x.replied(ctx, actor, p, dissent, record.Dissents, words)
	if err != nil {
		return PendingPlan{}, err
	}
	d := Dissent{Officer: actor.Handle, Unit: actor.Unit, At: r.At, Reason: words}
	e, proven, err := x.proving(r, dissent, &d.Proof)
	if err != nil {
		return PendingPlan{}, err
	}
	err = x.Ports.Releases.Dissent(ctx, p.Hash, d, one(e), proven)
	p.Dissents = append(p.Dissents, d)
	return p, err
}

// Proofs gives what officers have answered to a plan, each with the evidence that this
// node's ledger holds it (record.ProvenApproval): the dissents, and the approval last.
// They are for whoever may see the plan, and for those who audit the ledger: they hold
// hashes and handles, and no word.
func (x *Exchange) Proofs(ctx context.Context, actor party.Actor, hash string) ([][]byte, error) {
	p, err := x.Pending(ctx, actor, hash)
	if fault.Is(err, fault.Withheld) && actor.May(party.ActLedger) == nil {
		p, err = x.Ports.Releases.Plan(ctx, hash)
	}
	return p.proofs(), err
}

// ProofsOf gives the same of all plans under which an item was sent although they
// broke a promise, to those who follow its trail.
func (x *Exchange) ProofsOf(ctx context.Context, actor party.Actor, item ref.ItemID) ([][]byte, error) {
	if err := actor.May(party.ActTrail); err != nil {
		return nil, err
	}
	plans, err := x.Ports.Releases.Approved(ctx, item)
	if err != nil {
		return nil, err
	}
	var list [][]byte
	for _, hash := range plans {
		p, err := x.Ports.Releases.Plan(ctx, hash.String())
		if err != nil {
			return nil, err
		}
		if p.Unit == actor.Unit || actor.Has(party.Auditor) || actor.Has(party.Security) {
			list = append(list, p.proofs()...)
		}
	}
	return list, nil
}

// proofs gives the answers to a plan that are proven. Those of before answers were kept
// with their proof are left out.
func (p PendingPlan) proofs() [][]byte {
	var list [][]byte
	for _, d := range p.Dissents {
		if len(d.Proof) > 0 {
			list = append(list, d.Proof)
		}
	}
	if _, err := record.ParseEnvelope(p.Approval); err != nil && len(p.Approval) > 0 {
		list = append(list, p.Approval)
	}
	return list
}

// Answerable gives a plan that an officer may answer so, now: nobody is asked to
// sign what would be refused.
func (x *Exchange) Answerable(ctx context.Context, actor party.Actor, hash string, answer record.Answer, words string) (PendingPlan, error) {
	p, err := x.undecided(ctx, actor, hash)
	switch {
	case err != nil:
		return PendingPlan{}, err
	case answer == record.Dissents:
		return p, mayDissent(actor, p, words)
	case answer != record.Approves:
		return PendingPlan{}, fault.New(fault.Invalid, "an officer approves or dissents").At("answer")
	case words != "":
		return PendingPlan{}, fault.New(fault.Invalid, "an approval is for the reason that was given, and has no words of its own")
	case actor.Handle == p.Maker:
		return PendingPlan{}, ownPlan(p)
	case len(p.Approval) > 0:
		return PendingPlan{}, fault.New(fault.Stale, "the plan %s is approved already", p.Hash.Short()).Fix("%s, or another release officer, sends it", p.Maker)
	}
	return p, nil
}

func mayDissent(actor party.Actor, p PendingPlan, words string) error {
	switch {
	case actor.Handle == p.Maker:
		return fault.New(fault.Denied, "%s made this plan and cannot dissent from it", p.Maker).Fix("do not send it")
	case words == "":
		return fault.New(fault.Invalid, "it is not said why").Fix("give the reason; whoever approves sees it")
	case slices.ContainsFunc(p.Dissents, func(d Dissent) bool { return d.Officer == actor.Handle }):
		return fault.New(fault.Stale, "%s dissents from this plan already", actor.Handle)
	case len(p.Dissents) >= maxDissents:
		return fault.New(fault.TooLarge, "%d officers dissent already", len(p.Dissents))
	}
	return CheckReason(words)
}

func ownPlan(p PendingPlan) error {
	return fault.New(fault.Denied, "%s made this plan and cannot approve it", p.Maker).
		Fix("another officer of %s with the role release or security approves", p.Unit)
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
	_, actor, err := x.answered(ctx, p, approval, record.Approves)
	return actor, err
}

// answered checks an answer to a plan, and gives it and whose it is.
func (x *Exchange) answered(ctx context.Context, p PendingPlan, signed seal.Envelope, want record.Answer) (record.Approval, party.Actor, error) {
	actor, err := x.signer(ctx, signed)
	if err != nil {
		return record.Approval{}, party.Actor{}, err
	}
	a, _, err := record.OpenApproval(signed)
	if err != nil {
		return record.Approval{}, party.Actor{}, err
	}
	return a, actor, x.mayAnswer(actor, p, a, want)
}

// signer tells which officer has signed, by key or by passkey.
func (x *Exchange) signer(ctx context.Context, signed seal.Envelope) (party.Actor, error) {
	who := x.Officers.Authenticate
	if signed.ByPasskey() {
		if x.Passkeys == nil {
			return party.Actor{}, fault.New(fault.Forged, "this is signed by a passkey, and the node shows no pages").
				Fix("sign with your own key: comity approve")
		}
		who = x.Passkeys.Authenticate
	}
	actor, _, err := who(ctx, signed, record.ApprovalType)
	return actor, err
}

func (x *Exchange) mayAnswer(actor party.Actor, p PendingPlan, a record.Approval, want record.Answer) error {
	if err := actor.May(party.ActApprove); err != nil {
		return err
	}
	switch {
	case actor.Handle == p.Maker:
		return ownPlan(p)
	case !p.Unit.Within(actor.Unit):
		return fault.New(fault.Denied, "%s is not of the unit whose plan this is", actor.Handle)
	case a.Node != x.Self.Node:
		return fault.New(fault.Forged, "the approval is for another node")
	case a.Plan != p.Hash:
		return fault.New(fault.Forged, "the approval is for another plan")
	case a.Reason != ReasonHash(p.Reason):
		return fault.New(fault.Forged, "the approval is for another reason")
	case a.Answer != want:
		return fault.New(fault.Forged, "what was signed is another answer")
	case a.Officer != actor.Handle:
		return fault.New(fault.Forged, "the approval names another officer than signed it")
	case a.At.Before(p.At) || a.At.After(x.now().Add(skew)):
		return fault.New(fault.Stale, "the approval was not signed between the making of the plan and now").
			Fix("check the clock and sign again")
	}
	return nil
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
	approval, err := record.ParseProvenApproval(p.Approval)
	if err != nil {
		return Released{}, fault.New(fault.Stale, "the approval of the plan %s cannot be read", p.Hash.Short()).
			Fix("plan again, and have it approved again").Because(err)
	}
	approver, err := x.Approver(ctx, p, approval.Approval)
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

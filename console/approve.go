package console

import (
	"context"
	"fmt"

	"comity/exchange"
	"comity/fault"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/seal"
	"comity/wire"
)

// ApprovePlan hands in a second officer's own signature over a plan, by the key they
// sign with.
type ApprovePlan struct {
	Plan     ref.Hash      `json:"plan"`
	Approval seal.Envelope `json:"approval"`
}

// DissentFromPlan keeps an officer's word against a plan that waits, signed like an
// approval.
type DissentFromPlan struct {
	Plan    ref.Hash      `json:"plan"`
	Reason  string        `json:"reason"`
	Dissent seal.Envelope `json:"dissent"`
}

// BeginApproval asks, in the pages, for an officer's passkey to answer a plan that
// waits: of a release, or with Contact the one of that contact. Plan is the hash of
// what was shown.
type BeginApproval struct {
	Plan    ref.Hash      `json:"plan"`
	Contact string        `json:"contact,omitzero"`
	Answer  record.Answer `json:"answer"`
	Words   string        `json:"words,omitzero"` // of a dissent: why
}

// Ceremony is what a browser is to ask of a device: Options is the JSON for
// navigator.credentials.get.
type Ceremony struct {
	ID      string `json:"id"`
	Options []byte `json:"options"`
}

// FinishApproval hands in what the device answered, as the JSON of the browser's
// credential, with what BeginApproval was about.
type FinishApproval struct {
	Plan     ref.Hash      `json:"plan"`
	Contact  string        `json:"contact,omitzero"`
	Answer   record.Answer `json:"answer"`
	Words    string        `json:"words,omitzero"`
	Ceremony string        `json:"ceremony"`
	Response []byte        `json:"response"`
}

// Answered is what became of it: the plan, or the contact, as it stands.
type Answered struct {
	Plan    *Waiting     `json:"plan,omitempty"`
	Contact *ContactView `json:"contact,omitempty"`
}

// ProveApproval asks for the answers that officers gave to a plan, each with the
// evidence that the ledger holds it, as files that can be checked offline.
type ProveApproval struct {
	Plan string `json:"plan"`
}

// Proofs are the answer, with the node's card to check them with.
type Proofs struct {
	Approvals []File `json:"approvals"`
	Card      File   `json:"card"`
}

// Approver is who approved a plan, and with what: the text of a key, or of a passkey.
type Approver struct {
	Officer party.Handle `json:"officer"`
	At      wire.Time    `json:"at"`
	By      string       `json:"by"`
}

// approverOf reads a proven approval as it is kept. Of one that does not hold, or was
// kept otherwise once, nothing is told; it sends nothing either.
func approverOf(kept []byte) *Approver {
	p, err := record.ParseProvenApproval(kept)
	if err != nil {
		return nil
	}
	a, by, err := record.OpenApproval(p.Approval)
	if err != nil {
		return nil
	}
	return &Approver{a.Officer, a.At, by}
}

// Command names the command.
func (ProveApproval) Command() Name      { return proveApproval }
func (ProveApproval) answer() (r Proofs) { return r }

// Command names the command.
func (ApprovePlan) Command() Name       { return approvePlan }
func (ApprovePlan) answer() (r Waiting) { return r }

// Command names the command.
func (DissentFromPlan) Command() Name       { return dissentFromPlan }
func (DissentFromPlan) answer() (r Waiting) { return r }

// Command names the command.
func (BeginApproval) Command() Name        { return beginApproval }
func (BeginApproval) answer() (r Ceremony) { return r }

// Command names the command.
func (FinishApproval) Command() Name        { return finishApproval }
func (FinishApproval) answer() (r Answered) { return r }

func (d *Desk) approvePlan(ctx context.Context, actor party.Actor, c ApprovePlan) (Waiting, error) {
	if err := keySigned(c.Approval); err != nil {
		return Waiting{}, err
	}
	p, err := d.Exchange.Approve(ctx, actor, c.Plan.String(), c.Approval)
	if err != nil {
		return Waiting{}, err
	}
	return d.waiting(ctx, actor, p)
}

func (d *Desk) dissentFromPlan(ctx context.Context, actor party.Actor, c DissentFromPlan) (Waiting, error) {
	if err := keySigned(c.Dissent); err != nil {
		return Waiting{}, err
	}
	p, err := d.Exchange.Dissent(ctx, actor, c.Plan.String(), c.Reason, c.Dissent)
	if err != nil {
		return Waiting{}, err
	}
	return d.waiting(ctx, actor, p)
}

// keySigned refuses what a passkey has signed: its ceremony is begun and ended at the
// door, so that it is fresh, and the device's counter is held.
func keySigned(e seal.Envelope) error {
	if e.ByPasskey() {
		return fault.New(fault.Forged, "a passkey answers in the pages, where the node has asked it").Fix("sign with your own key: comity approve")
	}
	return nil
}

// asked gives the plan that an officer is to answer, if they may.
func (d *Desk) asked(ctx context.Context, actor party.Actor, plan ref.Hash, id string, answer record.Answer, words string) (exchange.PendingPlan, error) {
	if id == "" {
		return d.Exchange.Answerable(ctx, actor, plan.String(), answer, words)
	}
	if answer != record.Approves || words != "" {
		return exchange.PendingPlan{}, fault.New(fault.Unsupported, "nobody dissents from a contact yet").Fix("leave it as it is: it waits")
	}
	p, err := d.Contacts.Answerable(ctx, actor, id)
	if err == nil && p.Hash != plan {
		err = fault.New(fault.Stale, "the contact is no longer planned as it was shown").Fix("look at it again")
	}
	return p, err
}

func (d *Desk) beginApproval(ctx context.Context, actor party.Actor, c BeginApproval) (Ceremony, error) {
	if d.Door == nil {
		return Ceremony{}, noPages()
	}
	p, err := d.asked(ctx, actor, c.Plan, c.Contact, c.Answer, c.Words)
	if err != nil {
		return Ceremony{}, err
	}
	a := exchange.ApprovalOf(p, d.Node, actor.Handle, wire.At(d.Now()))
	if c.Answer == record.Dissents {
		a = exchange.DissentOf(p, d.Node, actor.Handle, a.At, c.Words)
	}
	begun, err := d.Door.BeginApproval(ctx, actor, a)
	return Ceremony{begun.ID, begun.Options}, err
}

func (d *Desk) finishApproval(ctx context.Context, actor party.Actor, c FinishApproval) (Answered, error) {
	if d.Door == nil {
		return Answered{}, noPages()
	}
	// Before the device's answer is looked at: whoever may not answer learns no more.
	if _, err := d.asked(ctx, actor, c.Plan, c.Contact, c.Answer, c.Words); err != nil {
		return Answered{}, err
	}
	signed, err := d.Door.FinishApproval(ctx, actor, c.Ceremony, c.Response)
	if err != nil {
		return Answered{}, err
	}
	if c.Contact != "" {
		return d.answeredContact(ctx, actor, c.Contact, signed)
	}
	var p exchange.PendingPlan
	if c.Answer == record.Dissents {
		p, err = d.Exchange.Dissent(ctx, actor, c.Plan.String(), c.Words, signed)
	} else {
		p, err = d.Exchange.Approve(ctx, actor, c.Plan.String(), signed)
	}
	if err != nil {
		return Answered{}, err
	}
	w, err := d.waiting(ctx, actor, p)
	return Answered{Plan: &w}, err
}

func (d *Desk) answeredContact(ctx context.Context, actor party.Actor, id string, signed seal.Envelope) (Answered, error) {
	e, err := d.Contacts.Approve(ctx, actor, id, signed)
	if err != nil {
		return Answered{}, err
	}
	v, err := d.contactView(ctx, e)
	return Answered{Contact: &v}, err
}

func (d *Desk) proveApproval(ctx context.Context, actor party.Actor, c ProveApproval) (Proofs, error) {
	all, err := d.Exchange.Proofs(ctx, actor, c.Plan)
	if err != nil {
		return Proofs{}, err
	}
	if actor.May(party.ActLedger) == nil { // who reads no plan, and looks into the ledger
		if err := d.consulted(ctx, actor, "approval", ref.ItemID{}); err != nil {
			return Proofs{}, err
		}
	}
	files, err := approvalFiles(all)
	return Proofs{files, File{cardName(d.Node), d.Card()}}, err
}

// approvalFiles names the files of proven approvals: plan, number and officer.
func approvalFiles(all [][]byte) ([]File, error) {
	files := []File{}
	for i, b := range all {
		p, err := record.ParseProvenApproval(b)
		if err != nil {
			return nil, err
		}
		a, _, err := record.OpenApproval(p.Approval)
		if err != nil {
			return nil, err
		}
		files = append(files, File{fmt.Sprintf("%s-%02d-%s.approval.json", a.Plan.Short(), i+1, a.Officer), b})
	}
	return files, nil
}

// SignApproval makes the approval of a plan with the second officer's own
// key, which never leaves the officer's process. What is signed is the plan as
// it was shown, not what the node says its hash is.
func SignApproval(by Signer, w Waiting) (ApprovePlan, error) {
	p, err := w.asShown()
	if err != nil {
		return ApprovePlan{}, err
	}
	signed, err := by.approval(exchange.ApprovalOf(p, by.Node, by.Handle, wire.At(by.Now())))
	return ApprovePlan{Plan: p.Hash, Approval: signed}, err
}

// SignDissent makes a dissent likewise.
func SignDissent(by Signer, w Waiting, reason string) (DissentFromPlan, error) {
	p, err := w.asShown()
	if err != nil {
		return DissentFromPlan{}, err
	}
	signed, err := by.approval(exchange.DissentOf(p, by.Node, by.Handle, wire.At(by.Now()), reason))
	return DissentFromPlan{Plan: p.Hash, Reason: reason, Dissent: signed}, err
}

// asShown gives what of a plan that waits an answer is signed over.
func (w Waiting) asShown() (exchange.PendingPlan, error) {
	shown, err := w.Plan.Plan.Hash()
	if err == nil && shown != w.Plan.Hash {
		err = fault.New(fault.Forged, "the plan that was shown is not the plan %s", w.Plan.Hash.Short())
	}
	return exchange.PendingPlan{Hash: w.Plan.Hash, Reason: w.Reason}, err
}

// approval signs an answer to a plan.
func (s Signer) approval(a record.Approval) (seal.Envelope, error) {
	payload, err := wire.Encode(a)
	if err != nil {
		return seal.Envelope{}, err
	}
	return seal.Sign(record.ApprovalType, payload, s.Key)
}

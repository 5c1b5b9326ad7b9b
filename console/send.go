package console

import (
	"context"
	"errors"
	"slices"

	"comity/exchange"
	"comity/fault"
	"comity/intel"
	"comity/party"
	"comity/ref"
	"comity/release"
	"comity/wire"
)

// SendItem releases an item. If a promise would be broken it is refused with
// the plan, or with an Override, which is a reason, kept for a second officer.
// Shown is the likeness of the plan that the officer looked at: if what would
// happen is no longer that, it is refused with the plan as it is now.
type SendItem struct {
	Ask      Ask      `json:"ask"`
	Override string   `json:"override,omitzero"`
	Shown    ref.Hash `json:"shown,omitzero"` // zero: the officer was shown none
}

// ListWaiting asks for the plans of the officer's unit that wait.
type ListWaiting struct{}

// WaitingList is an answer, the newest first.
type WaitingList struct {
	Plans []WaitingLine `json:"plans"`
}

// WaitingLine is one plan that waits.
type WaitingLine struct {
	Hash     ref.Hash     `json:"hash"`
	Item     ref.ItemID   `json:"item"`
	Title    string       `json:"title,omitzero"` // as far as the officer may see it
	To       []party.Name `json:"to"`
	Maker    party.Handle `json:"maker"`
	At       wire.Time    `json:"at"`
	Approved bool         `json:"approved,omitzero"`
	Dissents int          `json:"dissents,omitzero"`
}

// ShowPlan asks for a plan that waits for approval, by its hash or the first
// digits of it.
type ShowPlan struct {
	Plan string `json:"plan"`
}

// SendPlan releases a plan that was approved.
type SendPlan struct {
	Plan string `json:"plan"`
}

// Sent is an act of release.
type Sent struct {
	Release ref.ReleaseID `json:"release"`
	Plan    PlanView      `json:"plan"`
	Cuts    []SentCut     `json:"cuts"`
	Halted  []Halt        `json:"halted,omitempty"` // links that the cuts wait for

	Dissents []exchange.Dissent `json:"dissents,omitempty"` // over which it was sent
}

// SentCut is what one recipient is sent.
type SentCut struct {
	Cut       ref.CutID    `json:"cut"`
	Hash      ref.Hash     `json:"hash"`
	Recipient party.Name   `json:"recipient"`
	Partner   party.Name   `json:"partner"`
	Version   int          `json:"version"`
	Forms     []intel.Form `json:"forms"`

	Exhibits []intel.Exhibit `json:"exhibits,omitempty"` // that follow it, each file once
}

// Waiting is a plan that waits, or waited, for a second officer.
type Waiting struct {
	Plan     PlanView           `json:"plan"`
	Maker    party.Handle       `json:"maker"`
	Unit     party.Name         `json:"unit"`
	Reason   string             `json:"reason"`
	At       wire.Time          `json:"at"`
	Approved bool               `json:"approved"`
	Dissents []exchange.Dissent `json:"dissents,omitempty"`
	Used     bool               `json:"used"`

	Approver *Approver `json:"approver,omitempty"`
}

// Command names the command.
func (SendItem) Command() Name    { return sendItem }
func (SendItem) answer() (r Sent) { return r }

// Command names the command.
func (ShowPlan) Command() Name       { return showPlan }
func (ShowPlan) answer() (r Waiting) { return r }

// Command names the command.
func (ListWaiting) Command() Name           { return listWaiting }
func (ListWaiting) answer() (r WaitingList) { return r }

// Command names the command.
func (SendPlan) Command() Name    { return sendPlan }
func (SendPlan) answer() (r Sent) { return r }

func (d *Desk) sendItem(ctx context.Context, actor party.Actor, c SendItem) (Sent, error) {
	ask, err := d.ask(ctx, actor, c.Ask)
	if err != nil {
		return Sent{}, err
	}
	ask.Shown = c.Shown
	released, err := d.Exchange.Release(ctx, actor, ask, c.Override)
	return d.sent(ctx, actor, released, err)
}

func (d *Desk) sendPlan(ctx context.Context, actor party.Actor, c SendPlan) (Sent, error) {
	released, err := d.Exchange.ReleasePlan(ctx, actor, c.Plan)
	return d.sent(ctx, actor, released, err)
}

// sent tells of a release, or of the plan that stands in its way.
func (d *Desk) sent(ctx context.Context, actor party.Actor, r exchange.Released, err error) (Sent, error) {
	var blocked *exchange.Blocked
	var waits *exchange.Unapproved
	var changed *exchange.Changed
	switch {
	case errors.As(err, &blocked):
		return Sent{}, d.withPlan(ctx, actor, blocked.Plan, err)
	case errors.As(err, &changed):
		return Sent{}, d.withPlan(ctx, actor, changed.Plan, err)
	case errors.As(err, &waits):
		return Sent{}, d.withPlan(ctx, actor, waits.Plan, err)
	case err != nil:
		return Sent{}, err
	}
	v, err := d.releasedView(ctx, actor, r)
	s := Sent{Release: r.ID, Plan: v, Cuts: []SentCut{}, Dissents: unproven(r.Dissents)}
	for _, c := range r.Cuts {
		files, _ := c.Cut.Files() // the cut was validated
		s.Cuts = append(s.Cuts, SentCut{Exhibits: files, Cut: c.Cut.ID, Hash: c.Hash, Recipient: c.Recipient, Partner: c.Partner, Version: c.Cut.Version, Forms: c.Forms})
	}
	if err != nil {
		return s, err
	}
	s.Halted, err = d.halted(ctx, actor, func(n party.Name) bool {
		return slices.ContainsFunc(s.Cuts, func(c SentCut) bool { return c.Partner == n })
	})
	return s, err
}

// withPlan lets an error carry the plan that explains it.
func (d *Desk) withPlan(ctx context.Context, actor party.Actor, p release.Plan, err error) error {
	f := Failed(err)
	v, failure := d.titledView(ctx, actor, p)
	if failure != nil {
		return failure
	}
	f.Plan = &v
	return f
}

// releasedView gives the plan of a release its title, which stands in what was
// sent unless all of it were pointers.
func (d *Desk) releasedView(ctx context.Context, actor party.Actor, r exchange.Released) (PlanView, error) {
	for _, c := range r.Cuts {
		if c.Cut.Title != "" {
			v, err := d.namedView(ctx, r.Plan, r.Hash)
			v.Title = c.Cut.Title
			return v, err
		}
	}
	return d.titledView(ctx, actor, r.Plan)
}

// titledView gives a plan the title and exhibits of the version that it is
// about, as far as the officer may see them.
func (d *Desk) titledView(ctx context.Context, actor party.Actor, p release.Plan) (PlanView, error) {
	v, err := d.bareView(ctx, p)
	if err != nil {
		return PlanView{}, err
	}
	item, err := d.Holdings.Version(ctx, actor, p.Item, p.Version)
	if err != nil && !fault.Is(err, fault.Withheld) {
		return PlanView{}, err
	}
	v.Title, v.Exhibits = item.Item.Title, copied(p, item.Item)
	return v, nil
}

func (d *Desk) showPlan(ctx context.Context, actor party.Actor, c ShowPlan) (Waiting, error) {
	p, err := d.Exchange.Pending(ctx, actor, c.Plan)
	if err != nil {
		return Waiting{}, err
	}
	return d.waiting(ctx, actor, p)
}

func (d *Desk) listWaiting(ctx context.Context, actor party.Actor, _ ListWaiting) (WaitingList, error) {
	all, err := d.Exchange.Waiting(ctx, actor)
	if err != nil {
		return WaitingList{}, err
	}
	list := WaitingList{Plans: []WaitingLine{}}
	for _, p := range all {
		l := WaitingLine{Hash: p.Hash, Item: p.Plan.Item, Maker: p.Maker, At: p.At, Approved: len(p.Approval) > 0, Dissents: len(p.Dissents)}
		for _, r := range p.Plan.Recipients {
			l.To = append(l.To, r.Party)
		}
		if l.Title, err = d.title(ctx, actor, p.Plan); err != nil {
			return WaitingList{}, err
		}
		list.Plans = append(list.Plans, l)
	}
	return list, nil
}

// title is that of the version which a plan is about, as far as the officer may see it.
func (d *Desk) title(ctx context.Context, actor party.Actor, p release.Plan) (string, error) {
	item, err := d.Holdings.Version(ctx, actor, p.Item, p.Version)
	if fault.Is(err, fault.Withheld) || fault.Is(err, fault.Expired) {
		return "", nil
	}
	return item.Item.Title, err
}

func (d *Desk) waiting(ctx context.Context, actor party.Actor, p exchange.PendingPlan) (Waiting, error) {
	v, err := d.titledView(ctx, actor, p.Plan)
	w := Waiting{v, p.Maker, p.Unit, p.Reason, p.At, len(p.Approval) > 0, unproven(p.Dissents), p.Used, nil}
	if w.Approved {
		w.Approver = approverOf(p.Approval)
	}
	return w, err
}

// unproven gives dissents as they are shown: ProveApproval gives their proofs.
func unproven(all []exchange.Dissent) []exchange.Dissent {
	list := slices.Clone(all)
	for i := range list {
		list[i].Proof = nil
	}
	return list
}

// Package recall takes back what was sent. A correction or a recall is an
// ordinary item, a notice, that goes by an ordinary release to everybody who
// got the item, so that it has a plan, records, receipts and a trail like any
// other, and shows at the item on the other side. It asks; it never deletes.
//
// Band 4: no HTTP and no SQL; it works through package exchange and imports
// no sibling of its own.
package recall

import (
	"context"
	"slices"

	"comity/exchange"
	"comity/fault"
	"comity/holdings"
	"comity/intel"
	"comity/party"
	"comity/ref"
)

// Links is what recall asks of the exchange; *exchange.Exchange satisfies it.
type Links interface {
	Trail(ctx context.Context, actor party.Actor, item ref.ItemID) (exchange.Trail, error)
	Unreachable(ctx context.Context, units []party.Name) ([]party.Name, error)
	Given(ctx context.Context, actor party.Actor, item ref.ItemID) ([]intel.Marking, error)
	Release(ctx context.Context, actor party.Actor, ask exchange.Ask, reason string) (exchange.Released, error)
}

// Desk is what it asks of the holdings; *holdings.Desk satisfies it.
type Desk interface {
	Item(ctx context.Context, actor party.Actor, id ref.ItemID) (holdings.View, error)
	Import(ctx context.Context, actor party.Actor, draft holdings.Draft) (intel.Item, error)
}

// Recall takes back what one node sent.
type Recall struct {
	links Links
	desk  Desk
}

// New makes it.
func New(links Links, desk Desk) *Recall { return &Recall{links: links, desk: desk} }

// Withdrawn is a notice and its release; without one the notice is a draft.
type Withdrawn struct {
	Notice   intel.Item
	Released exchange.Released
	LeftOut  []party.Name // who was sent the item and cannot be reached any more
}

// Withdraw sends a correction or a recall of an item, with its reason, to
// everyone whom the trail accounts for and whom a partner still has: one unit
// that is gone keeps nobody else from hearing of it. The notice is marked as
// strictly as the strictest part that was sent and goes through the same gate,
// with the same override: if it is refused there, nothing is sent, the notice
// stays as a draft, and the error is the gate's.
func (r *Recall) Withdraw(ctx context.Context, actor party.Actor, item ref.ItemID, kind intel.NoticeKind, reason, override string) (Withdrawn, error) {
	if err := check(actor, kind, reason); err != nil {
		return Withdrawn{}, err
	}
	view, err := r.desk.Item(ctx, actor, item)
	if err != nil {
		return Withdrawn{}, err
	}
	w, to, err := r.recipients(ctx, actor, item)
	if err != nil {
		return Withdrawn{}, err
	}
	given, err := r.links.Given(ctx, actor, item)
	if err != nil {
		return Withdrawn{}, err
	}
	w.Notice, err = r.desk.Import(ctx, actor, notice(view.Item, to, given, kind, reason))
	if err != nil {
		return Withdrawn{}, err
	}
	ask := exchange.Ask{Item: w.Notice.ID}
	for _, n := range to {
		ask.To = append(ask.To, exchange.To{Party: n, Form: intel.Copy})
	}
	w.Released, err = r.links.Release(ctx, actor, ask, override)
	return w, err
}

// check refuses what is no withdrawal.
func check(actor party.Actor, kind intel.NoticeKind, reason string) error {
	if err := actor.May(party.ActWithdraw); err != nil {
		return err
	}
	if kind != intel.Correction && kind != intel.Recall {
		return fault.New(fault.Invalid, "a notice is a correction or a recall")
	}
	if reason == "" {
		return fault.New(fault.Invalid, "a notice says why").Fix("give a reason; the recipients read it")
	}
	return nil
}

// recipients lists everyone who was sent a cut of the item and can be
// reached, once each; who cannot is in the result's LeftOut.
func (r *Recall) recipients(ctx context.Context, actor party.Actor, item ref.ItemID) (w Withdrawn, to []party.Name, err error) {
	trail, err := r.links.Trail(ctx, actor, item)
	if err != nil {
		return w, nil, err
	}
	for _, l := range trail.Lines {
		if l.Notice == "" && !slices.Contains(to, l.Recipient) {
			to = append(to, l.Recipient)
		}
	}
	if len(to) == 0 {
		return w, nil, fault.New(fault.Invalid, "the item was sent to nobody").Fix("comity edit changes what has not left")
	}
	if w.LeftOut, err = r.links.Unreachable(ctx, to); err != nil {
		return w, nil, err
	}
	to = slices.DeleteFunc(to, func(n party.Name) bool { return slices.Contains(w.LeftOut, n) })
	if len(to) == 0 {
		return w, nil, fault.New(fault.Unreachable, "no partner has any of the units left that were sent the item: %v", w.LeftOut).
			Fix("tell their agencies by another way; comity partner list shows the units that each partner has now")
	}
	return w, to, nil
}

// notice writes the notice: one portion with the reason, as strict as the
// strictest portion that was sent, for those it goes to. Its title says
// nothing of the item's.
func notice(i intel.Item, to []party.Name, given []intel.Marking, kind intel.NoticeKind, reason string) holdings.Draft {
	p := intel.Portion{Kind: intel.Fact, Text: reason, Marking: exchange.Readdress(given, to...)}
	title := "Correction"
	if kind == intel.Recall {
		title = "Recall"
	}
	return holdings.Draft{Kind: intel.NoticeItem, Title: title, Purpose: i.Purpose, Notice: &intel.Notice{Kind: kind, About: i.ID}, Portions: []intel.Portion{p}}
}

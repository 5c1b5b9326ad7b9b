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
}

// Withdraw sends a correction or a recall of an item, with its reason, to
// everyone whom the trail accounts for. The notice is marked as strictly as
// the strictest part that was sent and goes through the same gate, with the
// same override: if it is refused there, nothing is sent, the notice stays as
// a draft, and the error is the gate's.
func (r *Recall) Withdraw(ctx context.Context, actor party.Actor, item ref.ItemID, kind intel.NoticeKind, reason, override string) (Withdrawn, error) {
	if err := actor.May(party.ActWithdraw); err != nil {
		return Withdrawn{}, err
	}
	if kind != intel.Correction && kind != intel.Recall {
		return Withdrawn{}, fault.New(fault.Invalid, "a notice is a correction or a recall")
	}
	if reason == "" {
		return Withdrawn{}, fault.New(fault.Invalid, "a notice says why").Fix("give a reason; the recipients read it")
	}
	view, err := r.desk.Item(ctx, actor, item)
	if err != nil {
		return Withdrawn{}, err
	}
	trail, err := r.links.Trail(ctx, actor, item)
	if err != nil {
		return Withdrawn{}, err
	}
	to, sent := recipients(trail)
	ask := exchange.Ask{To: to}
	if len(to) == 0 {
		return Withdrawn{}, fault.New(fault.Invalid, "the item was sent to nobody").Fix("comity edit changes what has not left")
	}
	var w Withdrawn
	w.Notice, err = r.desk.Import(ctx, actor, notice(view.Item, to, sent, kind, reason))
	if err != nil {
		return Withdrawn{}, err
	}
	ask.Item = w.Notice.ID
	w.Released, err = r.links.Release(ctx, actor, ask, override)
	return w, err
}

// recipients lists everyone who was sent a cut of the item, once each, and
// the numbers of the portions that any of them got.
func recipients(t exchange.Trail) (to []exchange.To, sent map[int]bool) {
	sent = map[int]bool{}
	for _, l := range t.Lines {
		if l.Notice != "" {
			continue
		}
		if !slices.ContainsFunc(to, func(x exchange.To) bool { return x.Party == l.Recipient }) {
			to = append(to, exchange.To{Party: l.Recipient, Form: intel.Copy})
		}
		for i, f := range l.Forms {
			sent[i+1] = sent[i+1] || f != intel.Withheld
		}
	}
	return to, sent
}

// notice writes the notice: one portion with the reason, as strict as the
// strictest portion that was sent, for those who were sent one. Its title
// says nothing of the item's.
func notice(i intel.Item, to []exchange.To, sent map[int]bool, kind intel.NoticeKind, reason string) holdings.Draft {
	var markings []intel.Marking
	for n, p := range i.Portions {
		if sent[n+1] {
			markings = append(markings, p.Marking)
		}
	}
	var names []party.Name
	for _, t := range to {
		names = append(names, t.Party)
	}
	p := intel.Portion{Kind: intel.Fact, Text: reason, Marking: exchange.Readdress(markings, names...)}
	title := "Correction"
	if kind == intel.Recall {
		title = "Recall"
	}
	return holdings.Draft{Kind: intel.NoticeItem, Title: title, Purpose: i.Purpose, Notice: &intel.Notice{Kind: kind, About: i.ID}, Portions: []intel.Portion{p}}
}

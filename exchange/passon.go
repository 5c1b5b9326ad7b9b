package exchange

import (
	"context"
	"slices"

	"comity/fault"
	"comity/intel"
	"comity/ledger"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/release"
)

// passing is one cut of a partner's that a release passes on to one recipient:
// how much of it.
type passing struct {
	cut  ref.CutID
	to   party.Name
	form intel.Form
}

// passings lists what a release passes on of what partners sent, as far as tell
// says that they are told. To give an originator its own words back is no
// passing on.
func passings(i intel.Item, to []release.Recipient, tell func(o intel.Origin, to party.Name) bool) []passing {
	var list []passing
	lineage := i.Lineage()
	for _, r := range to {
		at := map[ref.CutID]int{}
		for n, origins := range lineage {
			for _, o := range origins {
				if r.Forms[n] == intel.Withheld || r.Party.Within(o.From.Agency()) || !tell(o, r.Party) {
					continue
				}
				k, ok := at[o.Cut]
				if !ok {
					k = len(list)
					at[o.Cut] = k
					list = append(list, passing{o.Cut, r.Party, intel.Withheld})
				}
				list[k].form = max(list[k].form, r.Forms[n])
			}
		}
	}
	return list
}

// passOn adds to a commit the receipts by which originators learn that what
// they sent was passed on: to whom and how much, and no officer. An originator
// that authorised it is always told, others if this node's card says so.
func (x *Exchange) passOn(ctx context.Context, c *Commit, d dispatch) error {
	tell := func(o intel.Origin, to party.Name) bool { return x.Self.Card().Onward || authorised(d.plan, o, to) }
	for _, p := range passings(d.view.Item, d.plan.Recipients, tell) {
		rc, err := x.Ports.Inbox.Cut(ctx, p.cut.String())
		if fault.Is(err, fault.Withheld) {
			continue // it is gone here, and with it whom to tell
		}
		if err != nil {
			return err
		}
		entry, envelope, err := record.NewSigned(record.Record{Kind: record.Onward, At: c.At, Node: x.Self.Node, Unit: d.plan.Sender, Other: p.to,
			Cut: rc.Cut.ID, CutHash: rc.Hash, Scope: intel.Scope{Content: p.form.Content(), Contact: true}}, x.Self.Keys().Signing, x.Random)
		if err != nil {
			return err
		}
		send, err := x.receiptFor(ctx, rc)
		if fault.Is(err, fault.Withheld) {
			continue // the partner is no partner any more
		}
		if err != nil {
			return err
		}
		c.also(one(entry), func(evidence []ledger.Evidence) (Proof, error) {
			out, err := send(record.Receipt{Record: envelope, Evidence: evidence[0]})
			return Proof{Outgoing: out}, err
		})
	}
	return nil
}

// authorised tells whether a plan gives a portion that came from a partner to
// somebody by that partner's own leave.
func authorised(p release.Plan, o intel.Origin, to party.Name) bool {
	return slices.ContainsFunc(p.Authorised, func(a release.Authorised) bool {
		return a.Rule == "" && o.From.Within(a.By) && slices.Contains(a.To, to) &&
			slices.ContainsFunc(a.Passages, func(w release.Passage) bool { return w.Cut == o.Cut && w.Portion == o.Portion })
	})
}

// also puts more records into a commit, with what is done with their evidence.
func (c *Commit) also(records []ledger.Entry, proven Proven) {
	first, before := len(c.Records), c.Proven
	c.Records = append(c.Records, records...)
	last := len(c.Records)
	c.Proven = func(evidence []ledger.Evidence) (Proof, error) {
		var all Proof
		if before != nil {
			var err error
			if all, err = before(evidence); err != nil {
				return Proof{}, err
			}
		}
		more, err := proven(evidence[first:last])
		all.Outgoing = append(all.Outgoing, more.Outgoing...)
		if more.Filed != nil {
			all.Filed = more.Filed
		}
		return all, err
	}
}

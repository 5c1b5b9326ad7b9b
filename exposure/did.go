package exposure

import (
	"context"

	"comity/intel"
	"comity/party"
	"comity/record"
	"comity/wire"
)

// Did is something that the party saw by a receipt: it was delivered, somebody
// read it, or it was passed on to it. The same by the same officer is one.
type Did struct {
	Kind    record.Kind  `json:"kind"`
	Unit    party.Name   `json:"unit,omitzero"`    // where it was delivered or read, or who passed it on
	Officer party.Handle `json:"officer,omitzero"` // who read it
	To      party.Name   `json:"to,omitzero"`      // to whom it was passed on
	Rule    string       `json:"rule,omitzero"`    // under which rule
	Scope   intel.Scope  `json:"scope"`
	First   wire.Time    `json:"first"`
	Last    wire.Time    `json:"last"`
	Times   int          `json:"times"`
}

// maxDid is how many receipts of one kind are shown for a release: a partner
// that gives many of one kind hides none of another.
const maxDid = 50

// pageReceipts is how many receipts are read at a time.
const pageReceipts = 256

// receipts adds what the receipts for a release's cuts say of the party, also
// of what no stored closure foresaw.
func (s *scan) receipts(ctx context.Context, e *Exposed) error {
	cuts, err := s.x.past.Cuts(ctx, e.Release)
	if err != nil {
		return err
	}
	counts := map[record.Kind]int{}
	for _, c := range cuts {
		for offset := 0; ; offset += pageReceipts {
			page, err := s.x.past.Receipts(ctx, c.ID, offset, pageReceipts)
			if err != nil {
				return err
			}
			for _, stored := range page {
				r, err := record.Parse(stored.Receipt.Record.Payload)
				if err == nil && s.concerns(r) {
					e.saw(r, counts)
				}
			}
			if len(page) < pageReceipts {
				break
			}
		}
	}
	return nil
}

// concerns tells whether a receipt is about the party, in time.
func (s *scan) concerns(r record.Record) bool {
	who := r.Unit
	if r.Kind == record.Onward {
		who = r.Other
	}
	if !who.Within(s.ask.Party) || r.At.After(s.ask.Until) {
		return false
	}
	if r.At.Before(s.ask.Since) {
		s.report.Earlier++
		return false
	}
	return true
}

// saw adds a receipt, to the like of it if there is one.
func (e *Exposed) saw(r record.Record, counts map[record.Kind]int) {
	d := Did{Kind: r.Kind, Unit: r.Unit, Officer: r.Officer, Rule: r.Rule, Scope: r.Scope, First: r.At, Last: r.At, Times: 1}
	if r.Kind == record.Onward {
		d.To = r.Other
	}
	for i := range e.Did {
		if had := &e.Did[i]; had.like(d) {
			had.Times++
			if d.First.Before(had.First) {
				had.First = d.First
			}
			if d.Last.After(had.Last) {
				had.Last = d.Last
			}
			return
		}
	}
	if counts[r.Kind] == maxDid {
		e.Unshown++
		return
	}
	counts[r.Kind]++
	e.Did = append(e.Did, d)
}

func (d Did) like(o Did) bool {
	return d.Kind == o.Kind && d.Unit == o.Unit && d.Officer == o.Officer && d.To == o.To && d.Rule == o.Rule && d.Scope == o.Scope
}

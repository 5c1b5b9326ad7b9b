package exchange

import (
	"context"

	"comity/fault"
	"comity/intel"
	"comity/party"
	"comity/record"
	"comity/ref"
)

// codeUnreachable says of a notice that it cannot reach somebody who was sent
// what it speaks of.
const codeUnreachable = "unreachable"

// Unreachable gives those of several units that no partner's card names now.
func (x *Exchange) Unreachable(ctx context.Context, units []party.Name) ([]party.Name, error) {
	partners, err := x.Ports.Links.Introduced(ctx)
	if err != nil {
		return nil, err
	}
	var gone []party.Name
	for _, u := range units {
		if _, ok := byUnit(partners, u); !ok {
			gone = append(gone, u)
		}
	}
	return gone, nil
}

// Given gives the markings of every portion of an item that was sent to
// anybody, as it was sent: the item may have been marked anew since, and its
// portions numbered anew.
func (x *Exchange) Given(ctx context.Context, actor party.Actor, item ref.ItemID) ([]intel.Marking, error) {
	if err := actor.May(party.ActWithdraw); err != nil {
		return nil, err
	}
	sent, err := x.Ports.Trails.Sent(ctx, item)
	if err != nil {
		return nil, err
	}
	var list []intel.Marking
	for _, s := range sent {
		if s.Cut.Originator != actor.Unit {
			return nil, fault.New(fault.Withheld, "there is no such item for you").Fix("comity list shows the items that you may see")
		}
		if s.Cut.Notice != nil {
			continue
		}
		for _, p := range s.Cut.Portions {
			list = append(list, p.Marking)
		}
	}
	return list, nil
}

// leftOut gives the records of those who were sent what a notice speaks of and
// whom it cannot reach, because no partner's card names them any more: with
// the last cut that each was sent.
func (x *Exchange) leftOut(ctx context.Context, actor party.Actor, c Commit, version ref.Hash, partners []Partner) ([]record.Record, error) {
	if c.Item.Notice == nil {
		return nil, nil
	}
	sent, err := x.Ports.Trails.Sent(ctx, c.Item.Notice.About)
	if err != nil {
		return nil, err
	}
	var records []record.Record
	at := map[party.Name]int{}
	for _, s := range sent {
		if _, ok := byUnit(partners, s.Recipient); ok || s.Cut.Notice != nil {
			continue
		}
		r := record.Record{Kind: record.Notice, At: c.At, Unit: actor.Unit, Officer: actor.Handle, Other: s.Recipient, Item: c.Item.ID,
			Version: version, Cut: s.Cut.ID, CutHash: s.Hash, Code: codeUnreachable}
		if i, before := at[s.Recipient]; before {
			records[i] = r
			continue
		}
		at[s.Recipient] = len(records)
		records = append(records, r)
	}
	return records, nil
}

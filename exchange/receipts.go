package exchange

import (
	"context"
	"slices"

	"comity/fault"
	"comity/intel"
	"comity/ledger"
	"comity/message"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/release"
	"comity/seal"
	"comity/wire"
)

// given lists the kinds of record that a partner gives receipts of.
var given = []record.Kind{record.Deliver, record.ReadBy, record.Onward, record.Authorise, record.Unauthorised, record.Destroy}

// MaxKept is how many receipts for one cut are kept.
const MaxKept = 10000

// acceptReceipts takes in receipts: each signed and proved by the partner,
// about a cut that it was sent, and saying no more than the giver has a say
// in. One that is not makes the statement malformed. Receipts are never
// receipted, or two nodes would not stop.
func (x *Exchange) acceptReceipts(ctx context.Context, p Partner, keys []seal.VerifyKey, o message.Opened, s message.Statement, a *Arrival) (message.Reason, error) {
	var r message.Receipts
	if wire.Decode(s.Body, &r, message.BodyLimits) != nil || len(r.Receipts) == 0 || len(r.Receipts) > message.MaxReceipts {
		return message.ReasonMalformed, nil
	}
	kept := map[ref.CutID]int{}
	for _, one := range r.Receipts {
		one, rec, err := x.checkAny(one, p.Name, keys)
		if err != nil || !slices.Contains(given, rec.Kind) {
			return message.ReasonMalformed, nil
		}
		sent, err := x.Ports.Trails.SentCut(ctx, rec.Cut)
		if err != nil && !fault.Is(err, fault.Withheld) {
			return "", err
		}
		if err != nil || sent.Partner != p.Name || sent.Hash != rec.CutHash || !x.credible(rec, p.Name, sent) {
			return message.ReasonMalformed, nil
		}
		if _, counted := kept[rec.Cut]; !counted {
			if kept[rec.Cut], err = x.Ports.Trails.CountReceipts(ctx, rec.Cut); err != nil {
				return "", err
			}
		}
		if kept[rec.Cut]++; kept[rec.Cut] > MaxKept {
			return message.ReasonMalformed, nil
		}
		a.Receipts = append(a.Receipts, StoredReceipt{Cut: rec.Cut, From: p.Name, Kind: rec.Kind, At: x.timed(rec, sent), Receipt: one})
	}
	a.Proven = func([]ledger.Evidence) (Proof, error) {
		answer, err := x.answer(o, message.Accepted, "", nil)
		return Proof{Answer: answer}, err
	}
	return "", nil
}

// credible tells whether a partner's receipt about a cut says only what the
// partner can know and has a say in: nothing in a trail is to look as if
// somebody else had done it.
func (x *Exchange) credible(r record.Record, partner party.Name, sent SentCut) bool {
	switch {
	case !x.own(r, partner):
	case r.Purpose != "" && r.Purpose != sent.Cut.Purpose && !sent.Destroyed: // of that no purpose is left to compare with
	case r.Exhibit != 0 && !hasFile(sent.Cut, r.Exhibit) && !sent.Destroyed:
	case r.Kind == record.Destroy && (r.Form != intel.Withheld || r.Scope != (intel.Scope{}) || r.Purpose != ""):
	case r.Kind != record.Onward && r.Form > highestOf(sent.Cut):
	case verdict(r) && (sent.Cut.Authorisation == nil || x.timed(r, sent) != r.At): // what holds from when must be sure
	default:
		return true
	}
	return false
}

// hasFile tells whether a cut has an exhibit of a number.
func hasFile(c release.Cut, number int) bool {
	files, err := c.Files()
	return err == nil && number >= 1 && number <= len(files)
}

// timed gives when something happened by a partner's receipt: as it says, unless
// that was before it was sent or has not come yet. Its clock is wrong then, or it
// lies: it counts as of when it came.
func (x *Exchange) timed(r record.Record, sent SentCut) wire.Time {
	if now := x.now(); r.At.Before(sent.Cut.Created.Add(-skew)) || r.At.After(now.Add(skew)) {
		return now
	}
	return r.At
}

// codes lists the words that records of a kind have one of; other kinds have
// none.
var codes = map[record.Kind][]string{record.Unauthorised: Refusals, record.Destroy: record.DestroyReasons}

// verdict tells whether a record answers a request for an authorisation.
func verdict(r record.Record) bool {
	return r.Kind == record.Authorise || r.Kind == record.Unauthorised
}

// own tells whether the fields of a partner's record are those that a node
// gives others about its own acts, and name its own side as such.
func (x *Exchange) own(r record.Record, partner party.Name) bool {
	switch {
	case r.Unit != "" && !r.Unit.Within(partner):
	case r.Kind == record.Onward && r.Other == "", r.Kind != record.Onward && r.Other != x.Self.Node:
	case r.Officer != "" && r.Kind != record.ReadBy:
	case r.Rule != "" && r.Kind != record.Onward:
	case !r.Message.IsZero() && r.Kind != record.Deliver:
	case !r.Item.IsZero() || !r.Version.IsZero() || !r.Plan.IsZero() || len(r.Packs)+len(r.Promises) > 0:
	case r.Exhibit != 0 && r.Kind != record.ReadBy:
	case !r.Subject.IsZero() || !r.Due.IsZero() && r.Kind != record.Authorise:
	case !slices.Contains(codes[r.Kind], r.Code) && (r.Code != "" || codes[r.Kind] != nil):
	case verdict(r) && (r.Form != intel.Withheld || r.Scope != (intel.Scope{}) || r.Purpose != ""):
	default:
		return true
	}
	return false
}

// checkAny verifies a receipt under the first of some keys that has signed it. It
// gives the receipt with that key's signature on its checkpoint and no other:
// what nobody here asked for is not kept.
func (x *Exchange) checkAny(r record.Receipt, giver party.Name, keys []seal.VerifyKey) (record.Receipt, record.Record, error) {
	if b, err := r.Encode(); err != nil || len(b) > message.MaxReceipt {
		return r, record.Record{}, fault.New(fault.TooLarge, "the receipt of %s is larger than %d bytes", giver, message.MaxReceipt).Because(err)
	}
	var failed error
	for _, k := range keys {
		rec, cp, err := r.CheckWith(giver, k, x.heads.open)
		if err != nil {
			failed = err
			continue
		}
		r.Evidence.Checkpoint = cp.String()
		return r, rec, nil
	}
	return r, record.Record{}, failed
}

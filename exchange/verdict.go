package exchange

import (
	"context"
	"slices"

	"comity/fault"
	"comity/law"
	"comity/ledger"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/release"
	"comity/wire"
)

// Refusals lists the words for why an authorisation was refused (doctrine,
// section 10).
var Refusals = []string{"no_authority", "authorisation_denied", "outside_purpose", "security_interest", "harms_investigation", "safety",
	"third_party_origin", "disproportionate", "no_reciprocity", "trust", "refused_unstated"}

// Verdict is the answer to a request for an authorisation: what it changes, in
// one transaction.
type Verdict struct {
	Cut      ReceivedCut // the request
	Given    bool
	At       wire.Time
	Until    wire.Time // zero: no end
	Code     string    // of a refusal
	Records  []ledger.Entry
	Duties   []Duty // that answering makes due here
	Proven   Proven // puts the receipt into the outbox
	Officer  party.Handle
	envelope []byte // the signed record's payload
}

// Proof names the record that the asker is given.
func (v Verdict) Proof() ref.Hash { return ProofOf(v.envelope) }

// ProofOf names a record by its canonical bytes, as an authorisation quotes it.
func ProofOf(payload []byte) ref.Hash { return ref.Sum("record", payload) }

// Verdict prepares the answer to a request: the record that the asker is given
// as a receipt, which names no officer, and beside it the node's own, which
// does. To answer is a contact: duties fall due as for every other.
func (x *Exchange) Verdict(ctx context.Context, actor party.Actor, rc ReceivedCut, given bool, until wire.Time, code string) (Verdict, error) {
	v := Verdict{Cut: rc, Given: given, At: x.now(), Until: until, Code: code, Officer: actor.Handle}
	kind := record.Authorise
	switch {
	case !given && !slices.Contains(Refusals, code):
		return v, fault.New(fault.Invalid, "%q is no reason for a refusal", code).Fix("reasons are %v", Refusals)
	case !given:
		kind, v.Until = record.Unauthorised, wire.Time{}
	case code != "":
		return v, fault.New(fault.Invalid, "an authorisation that is given has no reason for a refusal")
	case !until.IsZero() && !until.After(v.At):
		return v, fault.New(fault.Invalid, "%s is over already", until).Fix("give a time to come, such as 30d, or none")
	}
	r := record.Record{Kind: kind, At: v.At, Node: x.Self.Node, Unit: rc.Cut.Audience[0], Other: rc.Partner, Cut: rc.Cut.ID, CutHash: rc.Hash,
		Due: v.Until, Code: code}
	entry, envelope, err := record.NewSigned(r, x.Self.Keys().Signing, x.Random)
	if err != nil {
		return v, err
	}
	v.envelope = envelope.Payload
	by := r
	by.Officer, by.Subject = actor.Handle, ProofOf(envelope.Payload)
	world, err := x.Rules.World(ctx, v.At, nil)
	if err != nil {
		return v, err
	}
	act := release.Act{Kind: law.Answer, Holder: rc.Cut.Audience[0], Officer: actor.Handle, Counterpart: rc.Cut.Originator, At: v.At, Areas: rc.Cut.Areas}
	duties, due, err := x.dutiesOf(world, act, rc.Cut, rc.Hash, nil)
	if err != nil {
		return v, err
	}
	v.Duties = duties
	rest, err := x.entries(append([]record.Record{by}, due...)...)
	if err != nil {
		return v, err
	}
	v.Records = append(one(entry), rest...)
	send, err := x.receiptFor(ctx, rc)
	if err != nil {
		return v, err
	}
	v.Proven = func(evidence []ledger.Evidence) (Proof, error) {
		out, err := send(record.Receipt{Record: envelope, Evidence: evidence[0]})
		return Proof{Outgoing: out}, err
	}
	return v, nil
}

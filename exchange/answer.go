package exchange

import (
	"comity/fault"
	"comity/record"
	"comity/ref"
	"comity/release"
	"comity/seal"
	"comity/wire"
)

var answerLimits = wire.Limits{Bytes: MaxAnswer, Depth: 10}

// Reasons lists the closed list of reasons for a refusal.
var Reasons = []Reason{ReasonVersion, ReasonSize, ReasonUnit, ReasonExpired, ReasonUnsealed, ReasonSignature,
	ReasonMismatch, ReasonMalformed, ReasonKind}

// answer makes the node's signed word on a message.
func (x *Exchange) answer(o opened, outcome Outcome, reason Reason, receipt *record.Receipt) ([]byte, error) {
	a := Answer{Protocol: x.Self.Speaks.With(o.Protocol), From: x.Self.Node, To: o.From, Sequence: o.Sequence, Message: o.Hash,
		Outcome: outcome, Reason: reason, Receipt: receipt, At: x.now()}
	return signed(AnswerType, a, x.Self.Keys().Signing)
}

// OpenAnswer checks an answer's signature and form, for a node that speaks some
// protocols.
func OpenAnswer(e seal.Envelope, key seal.VerifyKey, speaks wire.Speaks) (Answer, error) {
	payload, err := e.Verify(AnswerType, key)
	if err != nil {
		return Answer{}, err
	}
	var a Answer
	if err := wire.Decode(payload, &a, answerLimits); err != nil {
		return Answer{}, err
	}
	return a, a.check(speaks)
}

// openAnswer checks an answer under the first of some keys that has signed it.
func (x *Exchange) openAnswer(e seal.Envelope, keys []seal.VerifyKey) (a Answer, err error) {
	for _, k := range keys {
		if a, err = OpenAnswer(e, k, x.Self.Speaks); !fault.Is(err, fault.Forged) {
			break
		}
	}
	return a, err
}

func (a Answer) check(speaks wire.Speaks) error {
	known := a.Reason == ""
	for _, r := range Reasons {
		known = known || a.Reason == r
	}
	switch {
	case !speaks.Knows(a.Protocol):
		return fault.New(fault.Unsupported, "the answer speaks protocol %d", a.Protocol)
	case a.Outcome == Accepted && a.Reason == "":
	case a.Outcome == Refused && a.Reason != "" && known && a.Receipt == nil:
	default:
		return fault.New(fault.Invalid, "the answer is neither an acceptance nor a refusal for a known reason").Fix("see doc/spec/answer.md")
	}
	if a.At.IsZero() || a.Sequence < 1 || a.Message.IsZero() {
		return fault.New(fault.Invalid, "the answer lacks its time, position or message")
	}
	return nil
}

// settles checks that a partner's answer is about this entry of the outbox,
// sent as the envelope named, and that a cut accepted is a cut receipted.
func (x *Exchange) settles(a Answer, p Partner, keys []seal.VerifyKey, o Outgoing, envelope ref.Hash) ([]StoredReceipt, error) {
	if a.From != p.Name || a.To != x.Self.Node || a.Sequence != o.Sequence || a.Message != envelope {
		return nil, fault.New(fault.Forged, "%s answered another message than the one it was sent", p.Name)
	}
	if o.Kind != CutStatement || a.Outcome != Accepted {
		if a.Receipt != nil {
			return nil, fault.New(fault.Forged, "%s gave a receipt for what has none", p.Name)
		}
		return nil, nil
	}
	if a.Receipt == nil {
		return nil, fault.New(fault.Forged, "%s accepted a cut without a receipt", p.Name)
	}
	receipt, r, err := checkAny(*a.Receipt, p.Name, keys)
	if err != nil {
		return nil, err
	}
	sent, err := release.ParseCut(o.Body)
	if err != nil {
		return nil, err
	}
	cut := ref.Sum("cut", o.Body)
	if r.Kind != record.Deliver || r.Node != p.Name || r.Other != x.Self.Node || r.Cut != o.Cut || r.CutHash != cut || r.Message != envelope || !x.own(r, p.Name) ||
		!x.credible(r, p.Name, SentCut{Cut: sent}) {
		return nil, fault.New(fault.Forged, "the receipt of %s is for something else than it was sent", p.Name)
	}
	return []StoredReceipt{{Cut: r.Cut, From: p.Name, Kind: r.Kind, At: x.timed(r, SentCut{Cut: sent}), Receipt: receipt}}, nil
}

// OutcomeOf reads the outcome off an answer of this node's own making.
func OutcomeOf(e seal.Envelope) (Outcome, error) {
	var a Answer
	err := wire.Decode(e.Payload, &a, answerLimits)
	return a.Outcome, err
}

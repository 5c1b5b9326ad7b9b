package exchange

import (
	"comity/fault"
	"comity/message"
	"comity/record"
	"comity/ref"
	"comity/release"
	"comity/seal"
	"comity/wire"
)

// answer makes the node's signed word on a message.
func (x *Exchange) answer(o message.Opened, outcome message.Outcome, reason message.Reason, receipt *record.Receipt) ([]byte, error) {
	a := message.Answer{Protocol: x.Self.Speaks.With(o.Protocol), From: x.Self.Node, To: o.From, Sequence: o.Sequence, Message: o.Hash,
		Outcome: outcome, Reason: reason, Receipt: receipt, At: x.now()}
	return message.Sign(message.AnswerType, a, x.Self.Keys().Signing)
}

// openAnswer checks an answer under the first of some keys that has signed it.
func (x *Exchange) openAnswer(e seal.Envelope, keys []seal.VerifyKey) (a message.Answer, err error) {
	for _, k := range keys {
		if a, err = message.OpenAnswer(e, k, x.Self.Speaks); !fault.Is(err, fault.Forged) {
			break
		}
	}
	return a, err
}

// settles checks that a partner's answer is about this entry of the outbox,
// sent as the envelope named, and that a cut accepted is a cut receipted.
func (x *Exchange) settles(a message.Answer, p Partner, keys []seal.VerifyKey, o Outgoing, envelope ref.Hash) ([]StoredReceipt, error) {
	if a.From != p.Name || a.To != x.Self.Node || a.Sequence != o.Sequence || a.Message != envelope {
		return nil, fault.New(fault.Forged, "%s answered another message than the one it was sent", p.Name)
	}
	if o.Kind != message.CutStatement || a.Outcome != message.Accepted {
		if a.Receipt != nil {
			return nil, fault.New(fault.Forged, "%s gave a receipt for what has none", p.Name)
		}
		return nil, nil
	}
	if a.Receipt == nil {
		return nil, fault.New(fault.Forged, "%s accepted a cut without a receipt", p.Name)
	}
	receipt, r, err := x.checkAny(*a.Receipt, p.Name, keys)
	if err != nil {
		return nil, err
	}
	var sent release.Cut
	if err := wire.ReadPlain(o.Body, &sent, len(o.Body)); err != nil { // this node has made it
		return nil, err
	}
	cut := ref.Sum("cut", o.Body)
	if r.Kind != record.Deliver || r.Node != p.Name || r.Other != x.Self.Node || r.Cut != o.Cut || r.CutHash != cut || r.Message != envelope || !x.own(r, p.Name) ||
		!x.credible(r, p.Name, SentCut{Cut: sent}) {
		return nil, fault.New(fault.Forged, "the receipt of %s is for something else than it was sent", p.Name)
	}
	return []StoredReceipt{{Cut: r.Cut, From: p.Name, Kind: r.Kind, At: x.timed(r, SentCut{Cut: sent}), Receipt: receipt}}, nil
}

package exchange

import (
	"comity/fault"
	"comity/message"
	"comity/ref"
	"comity/seal"
	"comity/wire"
)

// sealStatement seals an entry of the outbox for its audience's units, as the pinned
// card names their keys, at a position of the link. Another call gives other
// bytes: what is kept is sent, never made again.
func (x *Exchange) sealStatement(p Partner, o Outgoing, sequence int64) ([]byte, error) {
	to, err := p.Card.Recipients(o.Audience)
	if err != nil {
		return nil, err
	}
	s := message.Statement{Protocol: x.Self.Speaks.With(p.Card.Protocol), From: x.Self.Node, To: p.Name, Sequence: sequence,
		Audience: o.Audience, Created: x.now(), Replaces: o.Replaces, Kind: o.Kind, Body: o.Body}
	for _, r := range to {
		s.Keys = append(s.Keys, r.Fingerprint())
	}
	if len(o.Attached) > 0 {
		s.Attached = ref.Content(o.Attached)
	}
	signed, err := message.Sign(message.StatementType, s, x.Self.Keys().Signing)
	if err != nil {
		return nil, err
	}
	sealed, err := seal.Seal(message.Attach(signed, o.Attached), to...)
	if err == nil && len(sealed) > message.MaxSealed {
		err = fault.New(fault.TooLarge, "the message is larger than %d bytes", message.MaxSealed).Fix("split the item")
	}
	return sealed, err
}

// envelop signs the envelope of a sealed part for the position after another
// one.
func (x *Exchange) envelop(p Partner, sealed []byte, after Position) (message.Message, Position, error) {
	e := message.Envelope{Protocol: x.Self.Speaks.With(p.Card.Protocol), From: x.Self.Node, To: p.Name, Sequence: after.Sequence + 1, Prev: after.Hash,
		Size: int64(len(sealed)), Sealed: ref.Content(sealed)}
	payload, err := wire.Encode(e)
	if err != nil {
		return message.Message{}, Position{}, err
	}
	outside, err := seal.Sign(message.EnvelopeType, payload, x.Self.Keys().Signing...)
	return message.Message{Envelope: outside, Sealed: sealed}, Position{e.Sequence, message.EnvelopeHash(payload)}, err
}

// spareRecipients is for how many units more than this node has now a message may
// be sealed: the sender may hold a card that named some that are gone.
const spareRecipients = 16

// openStatement opens the sealed part and gives the statement and what is
// attached to it, or why the message is refused.
func (x *Exchange) openStatement(o message.Opened, sealed []byte, keys []seal.VerifyKey) (message.Statement, []byte, message.Reason) {
	switch {
	case !x.Self.Speaks.Knows(o.Protocol):
		return message.Statement{}, nil, message.ReasonVersion
	case o.Size > message.MaxSealed:
		return message.Statement{}, nil, message.ReasonSize
	}
	mine := message.Sealable{}
	sealing := x.Self.Keys().Sealing
	for _, u := range x.Self.Card().Units {
		mine[u.Name] = nil
		for _, k := range sealing[u.Name] {
			mine[u.Name] = append(mine[u.Name], k.Public().Fingerprint())
		}
	}
	if seal.Recipients(sealed) > len(mine)+spareRecipients {
		return message.Statement{}, nil, message.ReasonUnsealed
	}
	plain, opener, reason := message.OpenSealed(sealed, sealing)
	if reason != "" {
		return message.Statement{}, nil, reason
	}
	var s message.Statement
	for _, key := range keys {
		if s, reason = message.OpenStatement(plain, o.Envelope, key, opener, mine, x.now()); reason != message.ReasonSignature {
			break
		}
	}
	_, attached := message.Detach(plain)
	return s, attached, reason
}

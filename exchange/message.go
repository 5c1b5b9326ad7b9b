package exchange

import (
	"slices"

	"comity/fault"
	"comity/party"
	"comity/ref"
	"comity/seal"
	"comity/wire"
)

var (
	statementLimits = wire.Limits{Bytes: MaxSealed, Depth: 4}
	bodyLimits      = wire.Limits{Bytes: MaxSealed, Depth: 16}
)

// maxPlain is the most that a sealed part may hold once opened.
const maxPlain = MaxSealed

// sealPart seals an entry of the outbox for its audience's units, as the pinned
// card names their keys, at a position of the link. Another call gives other
// bytes: what is kept is sent, never made again.
func (x *Exchange) sealPart(p Partner, o Outgoing, sequence int64) ([]byte, error) {
	to, err := recipients(p.Card, o.Audience)
	if err != nil {
		return nil, err
	}
	s := Statement{Protocol: x.Self.Speaks.With(p.Card.Protocol), From: x.Self.Node, To: p.Name, Sequence: sequence,
		Audience: o.Audience, Created: x.now(), Replaces: o.Replaces, Kind: o.Kind, Body: o.Body}
	for _, r := range to {
		s.Keys = append(s.Keys, r.Fingerprint())
	}
	plain, err := signed(StatementType, s, x.Self.Keys().Signing)
	if err != nil {
		return nil, err
	}
	sealed, err := seal.Seal(plain, to...)
	if err == nil && len(sealed) > MaxSealed {
		err = fault.New(fault.TooLarge, "the message is larger than %d bytes", MaxSealed).Fix("split the item")
	}
	return sealed, err
}

// envelop signs the envelope of a sealed part for the position after another
// one.
func (x *Exchange) envelop(p Partner, sealed []byte, after Position) (Message, Position, error) {
	e := Envelope{Protocol: x.Self.Speaks.With(p.Card.Protocol), From: x.Self.Node, To: p.Name, Sequence: after.Sequence + 1, Prev: after.Hash,
		Size: int64(len(sealed)), Sealed: ref.Content(sealed)}
	payload, err := wire.Encode(e)
	if err != nil {
		return Message{}, Position{}, err
	}
	outside, err := seal.Sign(EnvelopeType, payload, x.Self.Keys().Signing...)
	return Message{Envelope: outside, Sealed: sealed}, Position{e.Sequence, envelopeHash(payload)}, err
}

// recipients gives the sealing keys of the audience. A unit that the card no
// longer names gets nothing, and nobody else gets it in its place.
func recipients(c Card, audience []party.Name) ([]seal.Recipient, error) {
	var to []seal.Recipient
	for _, n := range audience {
		u, ok := c.Unit(n)
		if !ok {
			return nil, fault.New(fault.Unreachable, "the card of %s no longer names the unit %s", c.Name, n).
				Fix("ask %s for its newest card", c.Name)
		}
		to = append(to, u.Sealing)
	}
	return to, nil
}

// signed gives the canonical bytes of a value's signed envelope.
func signed(payloadType string, v any, keys []seal.SigningKey) ([]byte, error) {
	payload, err := wire.Encode(v)
	if err != nil {
		return nil, err
	}
	e, err := seal.Sign(payloadType, payload, keys...)
	if err != nil {
		return nil, err
	}
	return wire.Encode(e)
}

// opened is the envelope of a message that its link has signed.
type opened struct {
	Envelope
	Hash   ref.Hash
	Signed []byte // canonical
}

// OpenEnvelope checks the outside of a message of one link, position aside,
// and gives it with its hash; the error is a *NotReceived. A sealed part
// larger than MaxSealed is not looked at: [Exchange.Receive] refuses it.
func OpenEnvelope(m Message, from, to party.Name, key seal.VerifyKey) (Envelope, ref.Hash, error) {
	o, why := openEnvelope(m, from, to, key)
	if why != "" {
		return Envelope{}, ref.Hash{}, &NotReceived{Why: why}
	}
	return o.Envelope, o.Hash, nil
}

// ParseEnvelope checks a signed envelope alone, without the sealed part, and
// gives it with its hash.
func ParseEnvelope(signed seal.Envelope, from, to party.Name, key seal.VerifyKey) (Envelope, ref.Hash, error) {
	bad := fault.New(fault.Forged, "this is not an envelope from %s to %s", from, to)
	payload, err := signed.Verify(EnvelopeType, key)
	if err != nil {
		return Envelope{}, ref.Hash{}, bad.Because(err)
	}
	var e Envelope
	if err := wire.Decode(payload, &e, envelopeLimits); err != nil || e.From != from || e.To != to || e.Sequence < 1 {
		return Envelope{}, ref.Hash{}, bad.Because(err)
	}
	return e, envelopeHash(payload), nil
}

// openEnvelope checks all that makes a message received or not, position
// aside: the link's signature, the address, and that the sealed part is the
// one that was signed. A part larger than MaxSealed is not looked at.
func openEnvelope(m Message, from, to party.Name, key seal.VerifyKey) (opened, Why) {
	payload, err := m.Envelope.Verify(EnvelopeType, key)
	if err != nil {
		return opened{}, WhySignature
	}
	o := opened{Hash: envelopeHash(payload)}
	if wire.Decode(payload, &o.Envelope, envelopeLimits) != nil || o.Sequence < 1 || (o.Sequence == 1) != o.Prev.IsZero() || o.Size < 0 {
		return opened{}, WhyFrame
	}
	if o.Signed, err = wire.Encode(m.Envelope); err != nil || len(o.Signed) > MaxEnvelope {
		return opened{}, WhyFrame
	}
	switch {
	case o.From != from || o.To != to:
		return opened{}, WhyAddress
	case o.Size > MaxSealed:
		return o, ""
	case o.Size != int64(len(m.Sealed)):
		return opened{}, WhyLength
	case o.Envelope.Sealed != ref.Content(m.Sealed):
		return opened{}, WhyHash
	}
	return o, ""
}

// spareRecipients is for how many units more than this node has now a message may
// be sealed: the sender may hold a card that named some that are gone.
const spareRecipients = 16

// openStatement opens the sealed part and gives the statement, or why the
// message is refused.
func (x *Exchange) openStatement(o opened, sealed []byte, keys []seal.VerifyKey) (Statement, Reason) {
	switch {
	case !x.Self.Speaks.Knows(o.Protocol):
		return Statement{}, ReasonVersion
	case o.Size > MaxSealed:
		return Statement{}, ReasonSize
	}
	mine := Sealable{}
	sealing := x.Self.Keys().Sealing
	for _, u := range x.Self.Card().Units {
		mine[u.Name] = nil
		for _, k := range sealing[u.Name] {
			mine[u.Name] = append(mine[u.Name], k.Public().Fingerprint())
		}
	}
	if seal.Recipients(sealed) > len(mine)+spareRecipients {
		return Statement{}, ReasonUnsealed
	}
	plain, opener, reason := openSealed(sealed, sealing)
	if reason != "" {
		return Statement{}, reason
	}
	var s Statement
	for _, key := range keys {
		if s, reason = OpenStatement(plain, o.Envelope, key, opener, mine, x.now()); reason != ReasonSignature {
			break
		}
	}
	return s, reason
}

// openSealed tries the node's keys one by one, so that it is known which of
// them the part was sealed for.
func openSealed(sealed []byte, keys map[party.Name][]seal.SealingKey) ([]byte, ref.Hash, Reason) {
	for _, mine := range keys {
		for _, k := range mine {
			plain, err := seal.Open(sealed, maxPlain, k)
			if err == nil {
				return plain, k.Public().Fingerprint(), ""
			}
			if fault.Is(err, fault.TooLarge) {
				return nil, ref.Hash{}, ReasonSize
			}
		}
	}
	return nil, ref.Hash{}, ReasonUnsealed
}

// Sealable holds, for each unit of a node, the fingerprints of the sealing
// keys that the node has for it: the current one and those before.
type Sealable map[party.Name][]ref.Hash

// OpenStatement checks what a sealed part holds: that the link's key signed
// it, that it repeats the envelope in everything they share, that it names
// units of this node and their keys, the one that opened it among them, and
// that it can still be taken in at that time. Otherwise it gives the reason
// for the refusal.
func OpenStatement(plain []byte, outside Envelope, key seal.VerifyKey, opener ref.Hash, mine Sealable, at wire.Time) (Statement, Reason) {
	e, err := seal.ParseEnvelope(plain, statementLimits)
	if err != nil {
		return Statement{}, ReasonMalformed
	}
	payload, err := e.Verify(StatementType, key)
	if err != nil {
		return Statement{}, ReasonSignature
	}
	var s Statement
	if wire.Decode(payload, &s, bodyLimits) != nil {
		return Statement{}, ReasonMalformed
	}
	if s.Protocol != outside.Protocol || s.From != outside.From || s.To != outside.To || s.Sequence != outside.Sequence ||
		len(s.Keys) != len(s.Audience) || !slices.Contains(s.Keys, opener) {
		return s, ReasonMismatch
	}
	if reason := s.addressed(mine); reason != "" {
		return s, reason
	}
	switch {
	case s.Created.IsZero():
		return s, ReasonMalformed
	case !s.Expires.IsZero() && !at.Before(s.Expires):
		return s, ReasonExpired
	case s.Kind != CutStatement && s.Kind != ReceiptsStatement:
		return s, ReasonKind
	}
	return s, ""
}

// addressed compares the audience and its keys with the node's units.
func (s Statement) addressed(mine Sealable) Reason {
	seen := map[party.Name]bool{}
	for i, n := range s.Audience {
		keys, ours := mine[n]
		if !ours {
			return ReasonUnit
		}
		if seen[n] || !slices.Contains(keys, s.Keys[i]) {
			return ReasonMismatch
		}
		seen[n] = true
	}
	return ""
}

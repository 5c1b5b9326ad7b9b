package message

import (
	"bytes"
	"slices"

	"comity/fault"
	"comity/party"
	"comity/ref"
	"comity/seal"
	"comity/wire"
)

var statementLimits = wire.Limits{Bytes: MaxSealed, Depth: 4}

// BodyLimits bounds a statement with its body, and the body alone.
var BodyLimits = wire.Limits{Bytes: MaxSealed, Depth: 16}

// maxPlain is the most that a sealed part may hold once opened.
const maxPlain = MaxSealed

// Sign gives the canonical bytes of a value's signed envelope.
func Sign(payloadType string, v any, keys []seal.SigningKey) ([]byte, error) {
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

// Opened is the envelope of a message that its link has signed.
type Opened struct {
	Envelope
	Hash   ref.Hash
	Signed []byte // canonical
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
	return e, EnvelopeHash(payload), nil
}

// OpenEnvelope checks all that makes a message of one link received or not,
// position aside: the link's signature, the address, and that the sealed part
// is the one that was signed. Otherwise it gives the reason. A part larger than
// MaxSealed is not looked at: [comity/exchange.Exchange.Receive] refuses it.
func OpenEnvelope(m Message, from, to party.Name, key seal.VerifyKey) (Opened, Why) {
	payload, err := m.Envelope.Verify(EnvelopeType, key)
	if err != nil {
		return Opened{}, WhySignature
	}
	o := Opened{Hash: EnvelopeHash(payload)}
	if wire.Decode(payload, &o.Envelope, envelopeLimits) != nil || o.Sequence < 1 || (o.Sequence == 1) != o.Prev.IsZero() || o.Size < 0 {
		return Opened{}, WhyFrame
	}
	if o.Signed, err = wire.Encode(m.Envelope); err != nil || len(o.Signed) > MaxEnvelope {
		return Opened{}, WhyFrame
	}
	switch {
	case o.From != from || o.To != to:
		return Opened{}, WhyAddress
	case o.Size > MaxSealed:
		return o, ""
	case o.Size != int64(len(m.Sealed)):
		return Opened{}, WhyLength
	case o.Envelope.Sealed != ref.Content(m.Sealed):
		return Opened{}, WhyHash
	}
	return o, ""
}

// OpenSealed tries the node's keys one by one, so that it is known which of
// them the part was sealed for.
func OpenSealed(sealed []byte, keys map[party.Name][]seal.SealingKey) ([]byte, ref.Hash, Reason) {
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

// Attach puts bytes behind a signed statement, which names them by its Attached,
// for the sealed part: an exhibit is no text, and grows by half in one.
func Attach(signed, attached []byte) []byte {
	if len(attached) == 0 {
		return signed
	}
	return slices.Concat(signed, []byte{attachedBehind}, attached)
}

// attachedBehind parts a statement from what is attached: canonical JSON holds
// no line end.
const attachedBehind = '\n'

// Detach parts what a sealed part holds. Whether the attached bytes are those
// that the statement names, [OpenStatement] tells.
func Detach(plain []byte) (signed, attached []byte) {
	signed, attached, found := bytes.Cut(plain, []byte{attachedBehind})
	if found && len(attached) == 0 {
		return plain, nil // no statement: it is refused
	}
	return signed, attached
}

// Sealable holds, for each unit of a node, the fingerprints of the sealing
// keys that the node has for it: the current one and those before.
type Sealable map[party.Name][]ref.Hash

// OpenStatement checks what a sealed part holds: that the link's key signed
// it, that it repeats the envelope in everything they share, that it names
// units of this node and their keys, the one that opened it among them, that
// what is attached is what it says, and that it can still be taken in at that
// time. Otherwise it gives the reason for the refusal.
func OpenStatement(plain []byte, outside Envelope, key seal.VerifyKey, opener ref.Hash, mine Sealable, at wire.Time) (Statement, Reason) {
	signed, attached := Detach(plain)
	e, err := seal.ParseEnvelope(signed, statementLimits)
	if err != nil {
		return Statement{}, ReasonMalformed
	}
	payload, err := e.Verify(StatementType, key)
	if err != nil {
		return Statement{}, ReasonSignature
	}
	var s Statement
	if wire.Decode(payload, &s, BodyLimits) != nil {
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
	case s.Kind != CutStatement && s.Kind != ReceiptsStatement && s.Kind != PartStatement:
		return s, ReasonKind
	case (s.Kind == PartStatement) != (len(attached) > 0) || s.Attached.IsZero() != (len(attached) == 0) || len(attached) > 0 && s.Attached != ref.Content(attached):
		return s, ReasonMalformed
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

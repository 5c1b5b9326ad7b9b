package exchange

import (
	"bytes"
	"encoding/binary"
	"io"

	"comity/fault"
	"comity/ref"
	"comity/seal"
	"comity/wire"
)

// A framed message, as it crosses HTTP or lies on a courier's stick:
//
//	"orx/1 message\n"   14 bytes
//	length              4 bytes, big-endian: of the envelope
//	envelope            the signed envelope, canonical JSON
//	sealed              the rest: one age file
const magic = wire.Prefix + " message\n"

// MaxMessage is the most bytes of a framed message that is ever accepted.
const MaxMessage = len(magic) + 4 + MaxEnvelope + MaxSealed

var envelopeLimits = wire.Limits{Bytes: MaxEnvelope, Depth: 4}

// Frame gives the message as bytes.
func (m Message) Frame() ([]byte, error) {
	envelope, err := wire.Encode(m.Envelope)
	if err != nil {
		return nil, err
	}
	b := make([]byte, 0, len(magic)+4+len(envelope)+len(m.Sealed))
	b = append(b, magic...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(envelope)))
	b = append(b, envelope...)
	return append(b, m.Sealed...), nil
}

// ParseMessage reads a framed message of at most MaxMessage bytes. It checks
// the form only; nothing in the result is trusted.
func ParseMessage(b []byte) (Message, error) {
	if len(b) > MaxMessage {
		return Message{}, fault.New(fault.TooLarge, "the message has more than %d bytes", MaxMessage)
	}
	return ReadMessage(bytes.NewReader(b))
}

// ReadMessage reads a framed message from a stream and never more than just
// over MaxSealed bytes of its sealed part: [Exchange.Receive] refuses a larger
// one with a signed answer, from what its envelope says.
func ReadMessage(r io.Reader) (Message, error) {
	bad := fault.New(fault.Invalid, "this is not a message").Fix("see doc/spec/envelope.md for the frame")
	head := make([]byte, len(magic)+4)
	if _, err := io.ReadFull(r, head); err != nil || string(head[:len(magic)]) != magic {
		return Message{}, bad.Because(err)
	}
	length := binary.BigEndian.Uint32(head[len(magic):])
	if length == 0 || length > MaxEnvelope {
		return Message{}, fault.New(fault.TooLarge, "the message's envelope is empty or has more than %d bytes", MaxEnvelope)
	}
	raw := make([]byte, length)
	if _, err := io.ReadFull(r, raw); err != nil {
		return Message{}, bad.Because(err)
	}
	envelope, err := seal.ParseEnvelope(raw, envelopeLimits)
	if err != nil {
		return Message{}, err
	}
	sealed, err := io.ReadAll(io.LimitReader(r, MaxSealed+1))
	if err != nil {
		return Message{}, fault.New(fault.Unreachable, "the message broke off").Because(err)
	}
	return Message{Envelope: envelope, Sealed: sealed}, nil
}

// envelopeHash names an envelope: by its payload, because signatures that
// nobody asks for may be added to the rest.
func envelopeHash(payload []byte) ref.Hash { return ref.Sum("envelope", payload) }

package message

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

// Parse reads a framed message of at most MaxMessage bytes. It checks
// the form only; nothing in the result is trusted.
func Parse(b []byte) (Message, error) {
	if len(b) > MaxMessage {
		return Message{}, fault.New(fault.TooLarge, "the message has more than %d bytes", MaxMessage)
	}
	return Read(bytes.NewReader(b))
}

// Read reads a framed message from a stream and never more than just over
// MaxSealed bytes of its sealed part: [comity/exchange.Exchange.Receive]
// refuses a larger one with a signed answer, from what its envelope says.
func Read(r io.Reader) (Message, error) {
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

// A run of messages, as it crosses HTTP:
//
//	"orx/1 messages\n"  15 bytes
//	per message         length, 4 bytes big-endian, and the framed message
const runMagic = wire.Prefix + " messages\n"

// A run of messages goes over a link at once, and is committed at once on
// either side: at most so many, and so many bytes beyond the first.
const (
	MaxRun   = 128
	RunBytes = 8 << 20
)

// MaxRunBytes is the most that a run can have.
const MaxRunBytes = len(runMagic) + MaxRun*4 + RunBytes + MaxMessage

// FrameRun gives messages as bytes.
func FrameRun(messages []Message) ([]byte, error) {
	frames, size := make([][]byte, len(messages)), len(runMagic)
	for i, m := range messages {
		var err error
		if frames[i], err = m.Frame(); err != nil {
			return nil, err
		}
		size += 4 + len(frames[i])
	}
	b := append(make([]byte, 0, size), runMagic...)
	for _, framed := range frames {
		b = append(binary.BigEndian.AppendUint32(b, uint32(len(framed))), framed...)
	}
	return b, nil
}

// ReadRun reads a run from a stream. A message whose sealed part is over the
// limit is cut just behind that, and ends the run:
// [comity/exchange.Exchange.ReceiveRun] refuses it with a signed answer. What
// comes after a run of MaxRun messages is an error, and so is one that is cut
// short.
func ReadRun(r io.Reader) ([]Message, error) {
	bad := fault.New(fault.Invalid, "these are no messages").Fix("see doc/spec/envelope.md for the frame")
	head := make([]byte, len(runMagic))
	if _, err := io.ReadFull(r, head); err != nil || string(head) != runMagic {
		return nil, bad.Because(err)
	}
	var list []Message
	for total := 0; ; {
		var length [4]byte
		if _, err := io.ReadFull(r, length[:]); err == io.EOF && len(list) > 0 {
			return list, nil
		} else if err != nil {
			return nil, bad.Because(err)
		}
		size := binary.BigEndian.Uint32(length[:])
		if total += int(min(size, uint32(MaxMessage))); len(list) == MaxRun || total > MaxRunBytes {
			return nil, fault.New(fault.TooLarge, "there are more than %d messages, or more than %d bytes", MaxRun, MaxRunBytes)
		}
		within := &io.LimitedReader{R: r, N: int64(size)}
		m, err := Read(within)
		if err != nil {
			return nil, err
		}
		if list = append(list, m); len(m.Sealed) > MaxSealed {
			return list, nil
		}
		if within.N > 0 {
			return nil, fault.New(fault.Unreachable, "the message broke off")
		}
	}
}

// EnvelopeHash names an envelope: by its payload, because signatures that
// nobody asks for may be added to the rest.
func EnvelopeHash(payload []byte) ref.Hash { return ref.Sum("envelope", payload) }

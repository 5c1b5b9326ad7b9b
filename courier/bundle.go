package courier

import (
	"encoding/binary"
	"errors"
	"io"

	"comity/fault"
	"comity/message"
	"comity/seal"
	"comity/wire"
	"comity/witness"
)

// A bundle is what a courier carries one way over one link:
//
//	"orx/1 courier\n"                     14 bytes and a line break
//	parts: kind 1 byte, length 4 bytes    big-endian, of what follows
//	'.' and length 0                      the end
//
// Parts are 'h', signed heads; 'a', a signed answer; 'm', a framed message.
// Heads come first, then answers, then messages in the order of their
// positions. Each is believed for its own signature; the bundle has none.
const magic = wire.Prefix + " courier\n"

const (
	partHeads   = 'h'
	partAnswer  = 'a'
	partMessage = 'm'
	partEnd     = '.'
)

// MaxParts is the most parts of a bundle.
const MaxParts = 1 + 2*mostCarried

// part is one thing in a bundle.
type part struct {
	kind byte
	body []byte
}

// most is the most bytes of a part of that kind; 0: there is no such kind.
func most(kind byte) int {
	switch kind {
	case partHeads:
		return witness.MaxHeads
	case partAnswer:
		return message.MaxAnswer
	case partMessage:
		return message.MaxMessage
	}
	return 0
}

func writeBundle(w io.Writer, parts []part) error {
	if _, err := io.WriteString(w, magic); err != nil {
		return err
	}
	for _, p := range append(parts[:len(parts):len(parts)], part{kind: partEnd}) {
		head := binary.BigEndian.AppendUint32([]byte{p.kind}, uint32(len(p.body)))
		if _, err := w.Write(append(head, p.body...)); err != nil {
			return err
		}
	}
	return nil
}

// reader reads a bundle part by part: never more than one of them is in
// memory.
type reader struct {
	r     io.Reader
	begun bool
	count int
}

// next gives a part, or says that there is none any more.
func (b *reader) next() (p part, more bool, err error) {
	bad := fault.New(fault.Invalid, "this is no courier's bundle, or it is cut short").Fix("see doc/spec/courier.md; take another copy")
	if !b.begun {
		head := make([]byte, len(magic))
		if _, err := io.ReadFull(b.r, head); err != nil || string(head) != magic {
			return part{}, false, bad.Because(err)
		}
		b.begun = true
	}
	var head [5]byte
	if _, err := io.ReadFull(b.r, head[:]); err != nil {
		return part{}, false, bad.Because(err)
	}
	p.kind = head[0]
	size := binary.BigEndian.Uint32(head[1:])
	if p.kind == partEnd && size == 0 {
		return part{}, false, b.end(bad)
	}
	if b.count++; b.count > MaxParts || uint64(size) > uint64(most(p.kind)) {
		return part{}, false, fault.New(fault.TooLarge, "part %d of the bundle is of no kind that is known, or too large", b.count)
	}
	p.body = make([]byte, size)
	if _, err := io.ReadFull(b.r, p.body); err != nil {
		return part{}, false, bad.Because(err)
	}
	return p, true, nil
}

// end makes sure that nothing stands behind the bundle.
func (b *reader) end(bad *fault.Error) error {
	var one [1]byte
	if _, err := io.ReadFull(b.r, one[:]); !errors.Is(err, io.EOF) {
		return bad
	}
	return nil
}

// envelope reads a signed part.
func (p part) envelope() (seal.Envelope, error) {
	return seal.ParseEnvelope(p.body, wire.Limits{Bytes: most(p.kind), Depth: wire.Default.Depth})
}

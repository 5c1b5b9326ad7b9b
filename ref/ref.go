// Package ref holds the typed names of things that are not parties: ids of
// items, portions, cuts and so on, one Go type each so that they cannot be
// mixed up, and content hashes. It imports nothing of Comity; the time and
// the randomness an id is made from are handed in.
package ref

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"strings"
	"time"

	"comity/fault"
)

// ID is a 128-bit identifier of one kind of thing. The type parameter only
// keeps kinds apart. Its text form is the 36-character lower-case UUID form.
type ID[T any] [16]byte

type (
	item     struct{}
	portion  struct{}
	cut      struct{}
	series   struct{}
	release  struct{}
	duty     struct{}
	outgoing struct{}
	contact  struct{}
)

// The kinds of id.
type (
	ItemID    = ID[item]     // an item, all its versions; never leaves the node
	PortionID = ID[portion]  // a portion, all its versions; never leaves the node
	CutID     = ID[cut]      // what one recipient got of one version; random
	SeriesID  = ID[series]   // the chain of cuts of one item to one recipient; random
	ReleaseID = ID[release]  // one act of release
	DutyID    = ID[duty]     // one duty that fell due
	OutID     = ID[outgoing] // one entry of the outbox
	ContactID = ID[contact]  // one contact that sends no item
)

// New makes a time-ordered id (RFC 9562, version 7): 48 bits of Unix
// milliseconds, the rest random.
func New[T any](now time.Time, random io.Reader) (ID[T], error) {
	id, err := Random[T](random)
	if err != nil {
		return id, err
	}
	ms := uint64(now.UnixMilli())
	for i := range 6 {
		id[i] = byte(ms >> (8 * (5 - i)))
	}
	id[6] = id[6]&0x0f | 0x70
	return id, nil
}

// Random makes an id that tells nothing of when it was made (RFC 9562,
// version 4), for what crosses to a partner.
func Random[T any](random io.Reader) (ID[T], error) {
	var id ID[T]
	if _, err := io.ReadFull(random, id[:]); err != nil {
		return id, fault.New(fault.Internal, "the machine gave no randomness").Because(err)
	}
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	return id, nil
}

// String gives the UUID form.
func (id ID[T]) String() string {
	h := hex.EncodeToString(id[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// Short gives the last eight hex digits, which are random in both versions:
// enough to name a thing on a screen, resolved by the node.
func (id ID[T]) Short() string { return hex.EncodeToString(id[12:]) }

// IsZero reports whether the id was never set.
func (id ID[T]) IsZero() bool { return id == ID[T]{} }

// MarshalText gives the UUID form, or nothing for the zero id.
func (id ID[T]) MarshalText() ([]byte, error) {
	if id.IsZero() {
		return []byte{}, nil
	}
	return []byte(id.String()), nil
}

// UnmarshalText takes exactly what MarshalText gives.
func (id *ID[T]) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*id = ID[T]{}
		return nil
	}
	parsed, err := Parse[T](string(b))
	if err != nil {
		return err
	}
	*id = parsed
	return nil
}

// Parse reads the UUID form, lower case only, so that one id has one text.
func Parse[T any](s string) (ID[T], error) {
	var id ID[T]
	raw, err := hex.DecodeString(strings.ReplaceAll(s, "-", ""))
	if err != nil || len(raw) != len(id) {
		return id, fault.New(fault.Invalid, "%q is not an id", clip(s)).Fix("an id looks like 0190b2c4-7d1e-7a3b-9c55-3f2a81d07c44")
	}
	copy(id[:], raw)
	if id.String() != s {
		return ID[T]{}, fault.New(fault.Invalid, "%q is not an id in its one text form", clip(s))
	}
	return id, nil
}

// Hash is a SHA-256 hash. Its text form is 64 lower-case hex digits.
type Hash [sha256.Size]byte

// Content names bytes by their plain SHA-256 hash: exhibits, packs, files.
func Content(b []byte) Hash { return sha256.Sum256(b) }

// Digest names bytes that come one after the other, as [Content] names them
// together.
type Digest struct{ state hash.Hash }

// NewDigest begins one.
func NewDigest() Digest { return Digest{sha256.New()} }

// Add adds the bytes that come next.
func (d Digest) Add(b []byte) { _, _ = d.state.Write(b) } // a hash takes everything

// Content names all bytes added so far.
func (d Digest) Content() Hash { return Hash(d.state.Sum(nil)) }

// Sum hashes bytes for one purpose, so that a hash made for one can never be
// passed off for another: SHA-256("orx/1/" domain 0x00 bytes).
func Sum(domain string, b []byte) Hash {
	h := sha256.New()
	h.Write([]byte("orx/1/" + domain + "\x00"))
	h.Write(b)
	return Hash(h.Sum(nil))
}

// String gives the 64 hex digits.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// Short gives the first twelve hex digits, for screens.
func (h Hash) Short() string { return hex.EncodeToString(h[:6]) }

// IsZero reports whether the hash was never set.
func (h Hash) IsZero() bool { return h == Hash{} }

// MarshalText gives the hex digits, or nothing for the zero hash.
func (h Hash) MarshalText() ([]byte, error) {
	if h.IsZero() {
		return []byte{}, nil
	}
	return []byte(h.String()), nil
}

// UnmarshalText takes exactly what MarshalText gives.
func (h *Hash) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*h = Hash{}
		return nil
	}
	parsed, err := ParseHash(string(b))
	if err != nil {
		return err
	}
	*h = parsed
	return nil
}

// ParseHash reads 64 lower-case hex digits.
func ParseHash(s string) (Hash, error) {
	var h Hash
	raw, err := hex.DecodeString(s)
	if err != nil || len(raw) != len(h) || hex.EncodeToString(raw) != s {
		return h, fault.New(fault.Invalid, "%q is not a SHA-256 hash in lower-case hex", clip(s))
	}
	copy(h[:], raw)
	return h, nil
}

func clip(s string) string {
	if len(s) > 48 {
		return s[:48] + "..."
	}
	return s
}

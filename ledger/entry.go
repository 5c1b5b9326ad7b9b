package ledger

import (
	"encoding/base64"
	"io"

	"comity/fault"
	"comity/ref"
)

// Salt hides a record from whoever sees only its commitment. Its text form
// is 43 characters of base64url without padding. The zero value is no salt.
type Salt [32]byte

var text64 = base64.RawURLEncoding

// String gives the text form, or nothing for the zero salt.
func (s Salt) String() string {
	if s.IsZero() {
		return ""
	}
	return text64.EncodeToString(s[:])
}

// IsZero reports whether the salt was never set.
func (s Salt) IsZero() bool { return s == Salt{} }

// MarshalText gives the text form; it fails for the zero salt, which would
// commit to a record without hiding it.
func (s Salt) MarshalText() ([]byte, error) {
	if s.IsZero() {
		return nil, fault.New(fault.Invalid, "a salt is missing")
	}
	return []byte(s.String()), nil
}

// UnmarshalText takes exactly what MarshalText gives.
func (s *Salt) UnmarshalText(b []byte) error {
	raw, err := text64.DecodeString(string(b))
	if err != nil || len(raw) != len(s) || text64.EncodeToString(raw) != string(b) || Salt(raw).IsZero() {
		return fault.New(fault.Invalid, "this is not a salt").Fix("a salt is 43 letters, digits, - or _")
	}
	*s = Salt(raw)
	return nil
}

// Entry is a record and the salt of its commitment: the opening of a leaf.
// The record's bytes mean nothing to the ledger.
type Entry struct {
	Record []byte
	Salt   Salt
}

// NewEntry salts a record. The salt must come from good randomness: short
// records could be guessed from their commitments otherwise.
func NewEntry(record []byte, random io.Reader) (Entry, error) {
	e := Entry{Record: append([]byte(nil), record...)}
	if _, err := io.ReadFull(random, e.Salt[:]); err != nil {
		return Entry{}, fault.New(fault.Internal, "the machine gave no randomness").Because(err)
	}
	return e, e.check()
}

// Commitment gives the 32 bytes that stand in the log for the entry:
// ref.Sum("leaf", salt || record).
func (e Entry) Commitment() ref.Hash {
	return ref.Sum("leaf", append(append(make([]byte, 0, len(e.Salt)+len(e.Record)), e.Salt[:]...), e.Record...))
}

func (e Entry) check() error {
	if len(e.Record) == 0 {
		return fault.New(fault.Invalid, "the record is empty")
	}
	if e.Salt.IsZero() {
		return fault.New(fault.Invalid, "the record has no salt")
	}
	return nil
}

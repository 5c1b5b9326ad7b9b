package seal

import (
	"fmt"
	"io"
	"log/slog"

	"comity/fault"
)

// label names a kind of secret, for the text shown in its place.
type label interface{ label() string }

type (
	signingLabel struct{}
	sealingLabel struct{}
	lockLabel    struct{}
	ringLabel    struct{}
)

func (signingLabel) label() string { return "[signing key]" }
func (sealingLabel) label() string { return "[sealing key]" }
func (lockLabel) label() string    { return "[lock]" }
func (ringLabel) label() string    { return "[key ring]" }

// hidden is embedded in every type that holds a secret: whatever prints,
// logs or encodes such a value gets the label or an error, and == does not
// compile. The secret itself lives in a closure beside it, because fmt
// ignores these methods on a value in an unexported field of somebody else's
// struct and then walks its fields; a closure has none.
type hidden[L label] struct{ _ [0]func() }

// String gives the label, never the secret.
func (hidden[L]) String() string { var l L; return l.label() }

// GoString gives the label, never the secret.
func (h hidden[L]) GoString() string { return h.String() }

// Format prints the label for every verb and flag.
func (h hidden[L]) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, h.String()) }

// LogValue gives the label to log/slog.
func (h hidden[L]) LogValue() slog.Value { return slog.StringValue(h.String()) }

// MarshalText always fails: a secret is written out only by [Ring.Protect].
func (h hidden[L]) MarshalText() ([]byte, error) { return nil, h.refuse() }

// MarshalJSON always fails, as MarshalText does.
func (h hidden[L]) MarshalJSON() ([]byte, error) { return nil, h.refuse() }

// MarshalBinary always fails, as MarshalText does.
func (h hidden[L]) MarshalBinary() ([]byte, error) { return nil, h.refuse() }

func (h hidden[L]) refuse() error {
	return fault.New(fault.Internal, "a %s is never written out", h.String())
}

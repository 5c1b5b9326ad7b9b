// Package wire is the one encoding of everything that is signed, hashed or
// sent: strict canonical JSON (RFC 8785) with integers below 2^53 and no
// floats, under limits of size and depth. What decodes and does not encode
// back to the same bytes is refused. doc/spec/encoding.md is its
// specification.
//
// It may import fault and ref, and the JSON library; it does no I/O.
package wire

import (
	"bytes"
	"io"
	"strconv"
	"time"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"comity/fault"
	"comity/ref"
)

// Protocol is the number of the protocol that this node speaks; Oldest is the
// oldest that it still understands. doc/spec/names.md holds the history.
const (
	Protocol = 1
	Oldest   = 1
)

// Prefix starts every media type, signing domain and file header.
const Prefix = "orx/1"

// MediaType names one format, for signatures and HTTP: application/orx-1.NAME+json.
func MediaType(name string) string { return "application/orx-1." + name + "+json" }

// Limits bound what a decoder looks at.
type Limits struct {
	Bytes int // the most bytes of input
	Depth int // the most nested objects and arrays
}

// Default limits: a document an officer could write.
var Default = Limits{Bytes: 4 << 20, Depth: 16}

const maxInteger = 1<<53 - 1

// Canonical is a value that writes its own canonical encoding: one that holds
// many bytes in few fields, so that it need not be looked through three times.
type Canonical interface {
	Canonical() ([]byte, error)
}

// Encode gives the one canonical encoding of v. Slices that are nil encode as
// [], maps as {}; fields tagged omitzero or omitempty are left out.
func Encode(v any) ([]byte, error) {
	if c, ok := v.(Canonical); ok {
		return c.Canonical()
	}
	b, err := canonical(v)
	if err != nil || short(b) {
		return b, err
	}
	return b, inspect(b, Limits{Bytes: len(b), Depth: 1 << 10})
}

// short tells whether all numbers in an encoding have so few digits that others
// are sure to read them: then it need not be looked at more closely.
func short(b []byte) bool {
	text, digits := false, 0
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case text && c == '\\':
			i++
		case c == '"':
			text = !text
		case text:
		case c >= '0' && c <= '9':
			if digits++; digits > sureDigits {
				return false
			}
		case c == '.' || c == 'e' || c == 'E' || c == '+':
			if digits > 0 {
				return false
			}
		default:
			digits = 0
		}
	}
	return true
}

// sureDigits is how many digits every number below 2^53 may have.
const sureDigits = 15

// Plain gives an encoding for a reader on the same machine: nobody signs it or
// names it by its hash, and it need not be the only one.
func Plain(v any) ([]byte, error) {
	b, err := jsonv2.Marshal(v, jsonv2.Deterministic(true))
	if err != nil {
		return nil, fault.New(fault.Internal, "a value cannot be encoded").Because(err)
	}
	return b, nil
}

// ReadPlain reads what [Plain] gave.
func ReadPlain(b []byte, v any, most int) error {
	if len(b) > most {
		return fault.New(fault.TooLarge, "the JSON has %d bytes; at most %d are read", len(b), most)
	}
	if err := jsonv2.Unmarshal(b, v, jsonv2.RejectUnknownMembers(true)); err != nil {
		return fault.New(fault.Invalid, "the JSON does not have the expected shape").At("%s", pointer(err)).Because(err)
	}
	return nil
}

// likeCanonical has the encoder write what RFC 8785 wants of all but the order of
// names: no spaces, the shortest strings and numbers, also of what is written as it
// stands.
var likeCanonical = jsonv2.JoinOptions(jsontext.CanonicalizeRawInts(true), jsontext.CanonicalizeRawFloats(true), jsontext.PreserveRawStrings(false))

// canonical gives the encoding without looking whether others could decode it.
func canonical(v any) ([]byte, error) {
	b, err := jsonv2.Marshal(v, likeCanonical)
	if err != nil {
		return nil, fault.New(fault.Internal, "a value cannot be encoded").Because(err)
	}
	if ordered(b) {
		return b, nil
	}
	val := jsontext.Value(b)
	if err := val.Canonicalize(); err != nil {
		return nil, fault.New(fault.Internal, "a value cannot be made canonical").Because(err)
	}
	return val, nil
}

// Sum hashes the canonical encoding of v for one purpose (see ref.Sum).
func Sum(domain string, v any) (ref.Hash, error) {
	if c, ok := v.(Canonical); ok {
		b, err := c.Canonical()
		return ref.Sum(domain, b), err
	}
	b, err := canonical(v)
	if err != nil {
		return ref.Hash{}, err
	}
	return ref.Sum(domain, b), nil
}

// Decode reads canonical bytes into v, a pointer. It refuses input over the
// limits, duplicate and unknown fields, numbers that are not integers below
// 2^53, and anything that would not encode back to the same bytes.
func Decode(b []byte, v any, lim Limits) error {
	if c, ok := v.(Canonical); ok && isEncodingOf(b, v, c, lim) {
		return nil
	}
	if err := inspect(b, lim); err != nil {
		return err
	}
	if err := jsonv2.Unmarshal(b, v, jsonv2.RejectUnknownMembers(true)); err != nil {
		return fault.New(fault.Invalid, "the JSON does not have the expected shape").At("%s", pointer(err)).
			Fix("see doc/spec for the format").Because(err)
	}
	again, err := canonical(v) // the same bytes have been looked at
	if err != nil {
		return err
	}
	if !bytes.Equal(b, again) {
		return fault.New(fault.Invalid, "the JSON is not in canonical form").
			At("byte %d", firstDifference(b, again)).Fix("encode as doc/spec/encoding.md says: RFC 8785, no spaces, sorted keys, no needless fields")
	}
	return nil
}

// isEncodingOf reads bytes that are the encoding of a value which writes its own;
// what is not is looked at more closely, to say what is wrong.
func isEncodingOf(b []byte, v any, c Canonical, lim Limits) bool {
	if len(b) > lim.Bytes || jsonv2.Unmarshal(b, v, jsonv2.RejectUnknownMembers(true)) != nil {
		return false
	}
	again, err := c.Canonical()
	return err == nil && bytes.Equal(b, again)
}

// inspect walks the tokens once: size, depth, numbers, one value only.
func inspect(b []byte, lim Limits) error {
	if len(b) > lim.Bytes {
		return fault.New(fault.TooLarge, "the JSON has %d bytes; at most %d are read", len(b), lim.Bytes)
	}
	dec := jsontext.NewDecoder(bytes.NewBuffer(b)) // a buffer is read in its place
	for {
		tok, err := dec.ReadToken()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fault.New(fault.Invalid, "this is not well-formed JSON").At("byte %d", dec.InputOffset()).Because(err)
		}
		if dec.StackDepth() > lim.Depth {
			return fault.New(fault.TooLarge, "the JSON is nested deeper than %d", lim.Depth).At("byte %d", dec.InputOffset())
		}
		if tok.Kind() == '0' {
			if err := integer(tok.String()); err != nil {
				return err.At("byte %d", dec.InputOffset())
			}
		}
		if dec.StackDepth() == 0 && tok.Kind() != '{' && tok.Kind() != '[' {
			if rest := bytes.TrimSpace(b[dec.InputOffset():]); len(rest) > 0 {
				return fault.New(fault.Invalid, "more follows after the JSON value").At("byte %d", dec.InputOffset())
			}
			return nil
		}
	}
}

func integer(s string) *fault.Error {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n > maxInteger || n < -maxInteger || strconv.FormatInt(n, 10) != s {
		return fault.New(fault.Invalid, "a number is not an integer below 2^53").Fix("write larger numbers and fractions as strings")
	}
	return nil
}

func pointer(err error) string {
	var se *jsonv2.SemanticError
	if ok := asSemantic(err, &se); ok && se.JSONPointer != "" {
		return string(se.JSONPointer)
	}
	return "document"
}

func asSemantic(err error, target **jsonv2.SemanticError) bool {
	for err != nil {
		if se, ok := err.(*jsonv2.SemanticError); ok {
			*target = se
			return true
		}
		u, ok := err.(interface{ Unwrap() error })
		if !ok {
			return false
		}
		err = u.Unwrap()
	}
	return false
}

func firstDifference(a, b []byte) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return i
		}
	}
	return min(len(a), len(b))
}

// Time is an instant on the wire: UTC, whole seconds, 2006-01-02T15:04:05Z.
// The zero Time is the empty string, and is left out under omitzero.
type Time struct{ t time.Time }

const layout = "2006-01-02T15:04:05Z"

// At makes a wire time, dropping the fraction of a second.
func At(t time.Time) Time {
	if t.IsZero() {
		return Time{}
	}
	return Time{t.UTC().Truncate(time.Second)}
}

// ParseTime reads the one text form, or a bare date as its midnight in UTC.
func ParseTime(s string) (Time, error) {
	if t, err := time.Parse(time.DateOnly, s); err == nil && !t.IsZero() {
		return Time{t}, nil
	}
	t, err := time.Parse(layout, s)
	if err != nil || t.Format(layout) != s || t.IsZero() {
		return Time{}, fault.New(fault.Invalid, "%q is not a time", clip(s)).Fix("write 2026-01-31T08:00:00Z, or a date")
	}
	return Time{t}, nil
}

func clip(s string) string {
	if len(s) > 48 {
		return s[:48] + "..."
	}
	return s
}

// Time gives the instant as a time.Time in UTC.
func (t Time) Time() time.Time { return t.t }

// IsZero reports whether the time was never set.
func (t Time) IsZero() bool { return t.t.IsZero() }

// Add moves the instant.
func (t Time) Add(d time.Duration) Time { return At(t.t.Add(d)) }

// Before and After compare instants.
func (t Time) Before(u Time) bool { return t.t.Before(u.t) }

// After reports whether t is later than u.
func (t Time) After(u Time) bool { return t.t.After(u.t) }

// String gives the text form.
func (t Time) String() string {
	if t.IsZero() {
		return ""
	}
	return t.t.Format(layout)
}

// MarshalText gives the text form.
func (t Time) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText takes exactly what MarshalText gives.
func (t *Time) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*t = Time{}
		return nil
	}
	p, err := time.Parse(layout, string(b))
	if err != nil || p.Format(layout) != string(b) || p.IsZero() {
		return fault.New(fault.Invalid, "a time is not in the form 2026-01-31T08:00:00Z")
	}
	*t = Time{p}
	return nil
}

// Raw is an encoded value kept as it came, for embedding in another.
type Raw = jsontext.Value

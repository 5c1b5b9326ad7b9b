package store

import (
	"fmt"
	"strings"
	"time"

	jsonv2 "github.com/go-json-experiment/json"

	"comity/fault"
	"comity/ref"
	"comity/wire"
)

// seconds is a time as it is stored; 0 is none.
func seconds(t wire.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Time().Unix()
}

// instant scans a stored time.
type instant struct{ t *wire.Time }

// Scan takes the stored number of seconds.
func (i instant) Scan(v any) error {
	n, ok := v.(int64)
	if !ok {
		return fmt.Errorf("a time is stored as %T", v)
	}
	*i.t = fromSeconds(n)
	return nil
}

// fixed scans an id or a hash: exactly as many bytes as it has.
type fixed []byte

// Scan takes the stored bytes.
func (f fixed) Scan(v any) error {
	b, ok := v.([]byte)
	if !ok || len(b) != len(f) {
		return fmt.Errorf("an id or hash of %d bytes is stored as %T of %d", len(f), v, len(b))
	}
	copy(f, b)
	return nil
}

// optional is NULL for no bytes.
func optional(b []byte) any {
	if len(b) == 0 {
		return nil
	}
	return b
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// encode gives the bytes of a value that is stored: one form for one value,
// and not the canonical one, which only what is signed needs.
func encode(v any) ([]byte, error) {
	b, err := jsonv2.Marshal(v, jsonv2.Deterministic(true))
	if err != nil {
		return nil, fault.New(fault.Internal, "a value cannot be stored").Because(err)
	}
	return b, nil
}

// decode reads what encode gave, by this program or an older one: a field
// that was added since is zero.
func decode(b []byte, v any) error {
	if err := jsonv2.Unmarshal(b, v); err != nil {
		return fault.New(fault.Internal, "a stored value cannot be read").Fix("see the node's log").Because(err)
	}
	return nil
}

// reversed gives an id's hex digits from last to first.
func reversed[T any](id ref.ID[T]) []byte { return backward(strings.ReplaceAll(id.String(), "-", "")) }

func backward(digits string) []byte {
	out := make([]byte, len(digits))
	for i := range len(digits) {
		out[len(digits)-1-i] = digits[i]
	}
	return out
}

// Digits that name a thing, at least. Items are narrowed to what an officer
// may see, so that few will do; whoever else asks must know so many that
// nobody learns by trying which ids there are.
const (
	fewDigits  = 4
	fullDigits = 8
)

// tail gives the bounds, in the column rev, of the ids that end in the hex
// digits of text, at least least, hyphens aside.
func tail(text string, least int) (from, to []byte, err error) {
	digits := strings.ToLower(strings.ReplaceAll(text, "-", ""))
	if len(digits) < least || len(digits) > 32 || strings.Trim(digits, "0123456789abcdef") != "" {
		return nil, nil, fault.New(fault.Invalid, "this is not an id").
			Fix("give the whole id, or at least the last %d of its digits", least)
	}
	from = backward(digits)
	to = backward(digits)
	to[len(to)-1]++
	return from, to, nil
}

func ambiguous() error {
	return fault.New(fault.Invalid, "more than one ends in these digits").Fix("give more digits")
}

func fromSeconds(n int64) wire.Time {
	if n == 0 {
		return wire.Time{}
	}
	return wire.At(time.Unix(n, 0))
}

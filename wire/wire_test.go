package wire_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"comity/fault"
	"comity/ref"
	"comity/wire"
)

type sample struct {
	Name  string    `json:"name"`
	Count int64     `json:"count,omitzero"`
	When  wire.Time `json:"when,omitzero"`
	List  []string  `json:"list"`
	Inner *sample   `json:"inner,omitempty"`
	ID    ref.Hash  `json:"id,omitzero"`
	Raw   wire.Raw  `json:"raw,omitempty"`
}

func TestEncodeIsCanonical(t *testing.T) {
	at := time.Date(2026, 1, 31, 8, 0, 0, 999, time.FixedZone("x", -6*3600))
	b, err := wire.Encode(sample{Name: "é\u2028<", Count: 1<<53 - 1, When: wire.At(at)})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"count":9007199254740991,"list":[],"name":"é` + "\u2028" + `<","when":"2026-01-31T14:00:00Z"}`
	if string(b) != want {
		t.Fatalf("got  %s\nwant %s", b, want)
	}
	var back sample
	if err := wire.Decode(b, &back, wire.Default); err != nil {
		t.Fatal(err)
	}
}

func TestEncodeRefusesLargeNumbers(t *testing.T) {
	if _, err := wire.Encode(sample{Count: 1 << 53}); !fault.Is(err, fault.Invalid) {
		t.Fatal(err)
	}
}

// The vectors are what another implementer takes; most are hostile.
func TestDecodeVectors(t *testing.T) {
	b, err := os.ReadFile("../doc/spec/vectors/encoding.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []struct{ Name, Input, Outcome string }
	if err := json.Unmarshal(b, &vectors); err != nil || len(vectors) < 30 {
		t.Fatalf("%d vectors: %v", len(vectors), err)
	}
	for _, c := range vectors {
		t.Run(c.Name, func(t *testing.T) {
			var v sample
			err := wire.Decode([]byte(c.Input), &v, wire.Default)
			if got := outcome(err); got != c.Outcome {
				t.Fatalf("got %s (%v), want %s", got, err, c.Outcome)
			}
		})
	}
}

func outcome(err error) string {
	if err == nil {
		return "ok"
	}
	return fault.KindOf(err).String()
}

// What JSON in a vector file cannot hold.
func TestDecodeRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		in   string
		kind fault.Kind
	}{
		"bad utf8": {"{\"list\":[],\"name\":\"\xff\"}", fault.Invalid},
		"huge":     {`{"list":[],"name":"` + strings.Repeat("a", 5<<20) + `"}`, fault.TooLarge},
	} {
		var v sample
		if err := wire.Decode([]byte(c.in), &v, wire.Default); !fault.Is(err, c.kind) {
			t.Errorf("%s: got %v, want kind %v", name, err, c.kind)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"list":[],"name":"a"}`))
	f.Add([]byte(`{"count":1,"list":["x"],"name":"a","raw":{"x":[1,2]}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var v sample
		if wire.Decode(b, &v, wire.Default) != nil {
			return
		}
		again, err := wire.Encode(v)
		if err != nil || string(again) != string(b) {
			t.Fatalf("accepted %q but it encodes to %q (%v)", b, again, err)
		}
	})
}

func TestParseTime(t *testing.T) {
	for text, want := range map[string]string{"2026-01-31": "2026-01-31T00:00:00Z", "2026-01-31T08:00:00Z": "2026-01-31T08:00:00Z"} {
		if got, err := wire.ParseTime(text); err != nil || got.String() != want {
			t.Errorf("%s: %s %v", text, got, err)
		}
	}
	for _, bad := range []string{"", "soon", "2026-1-31", "2026-02-30", "2026-01-31T08:00:00", "2026-01-31T08:00:00.5Z", "2026-01-31T08:00:00+01:00",
		"2026-01-31 08:00:00Z", "0001-01-01", "0001-01-01T00:00:00Z", "20260131", "2026-01-31T24:00:00Z"} {
		if got, err := wire.ParseTime(bad); err == nil {
			t.Errorf("%q read as %s", bad, got)
		}
	}
}

// Whatever passes as surely readable is readable: Encode gives nothing that
// Decode refuses for its numbers.
func TestEncodeOnlyReadableNumbers(t *testing.T) {
	for _, c := range []struct {
		n  int64
		ok bool
	}{{0, true}, {999_999_999_999_999, true}, {1 << 52, true}, {1<<53 - 1, true}, {-(1<<53 - 1), true}, {1 << 53, false}, {-(1 << 53), false}, {1<<63 - 1, false}} {
		b, err := wire.Encode(map[string]any{"a": c.n, "b": `1234567890123456789\"1234567890123456789`, "c": []string{"9876543210987654321e5"}})
		if (err == nil) != c.ok {
			t.Errorf("%d: %s, %v", c.n, b, err)
		}
	}
	for _, v := range []any{1.5, 1e30, []float64{0.1}, map[string]any{"a": 1e21}} {
		if b, err := wire.Encode(v); err == nil {
			t.Errorf("%v is encoded as %s", v, b)
		}
	}
}

// What is plain is read back by its reader, within its limit.
func TestPlain(t *testing.T) {
	type pair struct{ B, A string }
	b, err := wire.Plain(pair{"b", "a"})
	if err != nil || string(b) != `{"B":"b","A":"a"}` {
		t.Fatalf("%s, %v", b, err)
	}
	var back pair
	if err := wire.ReadPlain(b, &back, len(b)); err != nil || back != (pair{"b", "a"}) {
		t.Fatalf("%+v, %v", back, err)
	}
	for name, bad := range map[string]string{"unknown field": `{"C":1}`, "another shape": `[]`, "cut short": `{"A":`, "too long": string(b) + " "} {
		if err := wire.ReadPlain([]byte(bad), &back, len(b)); err == nil {
			t.Errorf("%s is read", name)
		}
	}
}

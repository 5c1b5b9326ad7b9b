package wire_test

import (
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

func TestDecodeRefuses(t *testing.T) {
	deep := strings.Repeat(`{"inner":`, 20) + `{"list":[],"name":""}` + strings.Repeat(`,"list":[],"name":""}`, 20)
	for name, c := range map[string]struct {
		in   string
		kind fault.Kind
	}{
		"empty":             {``, fault.Invalid},
		"space":             {`{"list":[], "name":"a"}`, fault.Invalid},
		"trailing":          {`{"list":[],"name":"a"} `, fault.Invalid},
		"two values":        {`{"list":[],"name":"a"}{}`, fault.Invalid},
		"key order":         {`{"name":"a","list":[]}`, fault.Invalid},
		"duplicate":         {`{"list":[],"name":"a","name":"b"}`, fault.Invalid},
		"unknown":           {`{"list":[],"name":"a","zzz":1}`, fault.Invalid},
		"case":              {`{"List":[],"name":"a"}`, fault.Invalid},
		"null list":         {`{"list":null,"name":"a"}`, fault.Invalid},
		"needless zero":     {`{"count":0,"list":[],"name":"a"}`, fault.Invalid},
		"float":             {`{"count":1.5,"list":[],"name":"a"}`, fault.Invalid},
		"float as integer":  {`{"count":1.0,"list":[],"name":"a"}`, fault.Invalid},
		"exponent":          {`{"count":1e3,"list":[],"name":"a"}`, fault.Invalid},
		"minus zero":        {`{"count":-0,"list":[],"name":"a"}`, fault.Invalid},
		"too large":         {`{"count":9007199254740992,"list":[],"name":"a"}`, fault.Invalid},
		"float in raw":      {`{"list":[],"name":"a","raw":{"x":0.5}}`, fault.Invalid},
		"raw not canonical": {`{"list":[],"name":"a","raw":{"y":1,"x":1}}`, fault.Invalid},
		"escape":            {`{"list":[],"name":"\u0061"}`, fault.Invalid},
		"bad utf8":          {"{\"list\":[],\"name\":\"\xff\"}", fault.Invalid},
		"lone surrogate":    {`{"list":[],"name":"\ud800"}`, fault.Invalid},
		"offset time":       {`{"list":[],"name":"a","when":"2026-01-31T08:00:00-06:00"}`, fault.Invalid},
		"fraction time":     {`{"list":[],"name":"a","when":"2026-01-31T08:00:00.5Z"}`, fault.Invalid},
		"upper hash":        {`{"id":"` + strings.Repeat("AB", 32) + `","list":[],"name":"a"}`, fault.Invalid},
		"string for number": {`{"count":"1","list":[],"name":"a"}`, fault.Invalid},
		"array":             {`[]`, fault.Invalid},
		"scalar":            {`1`, fault.Invalid},
		"deep":              {deep, fault.TooLarge},
		"huge":              {`{"list":[],"name":"` + strings.Repeat("a", 5<<20) + `"}`, fault.TooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			var v sample
			err := wire.Decode([]byte(c.in), &v, wire.Default)
			if !fault.Is(err, c.kind) {
				t.Fatalf("got %v, want kind %v", err, c.kind)
			}
		})
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

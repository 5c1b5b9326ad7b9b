package wire_test

import (
	"reflect"
	"testing"
	"time"

	"comity/wire"
)

// FuzzReadPlain reads what a program on the same machine wrote, and whatever else
// may come down its socket: no more than may be, and what was read is written and
// read again the same. What is canonical is plain too.
func FuzzReadPlain(f *testing.F) {
	for _, s := range []string{`{"list":[],"name":"a"}`, ` { "name" : "a" , "list" : null } `, `{"name":"a","name":"b"}`, `{"count":9007199254740993,"when":"2026-01-31T14:00:00Z"}`,
		`{"inner":{"inner":{"list":["x"]}},"raw":{"b":1,"a":[1.5]}}`, `{"nome":"a"}`, `{"raw":null}`, `{"name":"\ud800"}`, `{"when":"2026-01-31"}`, `{}{}`, `null`, ``} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var v, strict sample
		err := wire.ReadPlain(b, &v, 1<<10)
		if wire.Decode(b, &strict, wire.Limits{Bytes: 1 << 10, Depth: 16}) == nil && (err != nil || !reflect.DeepEqual(v, strict)) {
			t.Fatalf("%q is canonical, and reads %+v (%v)", b, v, err)
		}
		if wire.ReadPlain(b, &sample{}, len(b)-1) == nil {
			t.Fatalf("%q was read over the limit", b)
		}
		if err != nil {
			return
		}
		once, err := wire.Plain(v)
		if err != nil || len(b) > 1<<10 {
			t.Fatalf("%q was read and cannot be written: %v", b, err)
		}
		var back sample
		if err := wire.ReadPlain(once, &back, len(once)); err != nil {
			t.Fatalf("%q gave %q, which is refused: %v", b, once, err)
		}
		if twice, err := wire.Plain(back); err != nil || string(twice) != string(once) {
			t.Fatalf("%q gave %q, then %q (%v)", b, once, twice, err)
		}
	})
}

// FuzzTime reads times as officers and partners write them. The wire takes one
// form; an officer may write a date for its midnight, and nothing else.
func FuzzTime(f *testing.F) {
	for _, s := range []string{"2026-01-31", "2026-01-31T08:00:00Z", "0001-01-01", "9999-12-31T23:59:59Z", "2024-02-29", "2026-02-29", "2026-01-31T08:00:00.5Z",
		"2026-01-31T08:00:60Z", "2026-01-31T08:00:00+00:00", "10000-01-01", "-001-01-01", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		said, err := wire.ParseTime(s)
		var sent wire.Time
		unsent := sent.UnmarshalText([]byte(s))
		if s != "" && unsent == nil && (err != nil || said != sent || sent.String() != s) {
			t.Fatalf("%q is %s on the wire, and %s as it is written (%v)", s, sent, said, err)
		}
		if unsent != nil && !sent.IsZero() {
			t.Fatalf("%q was refused, and left %s behind", s, sent)
		}
		if err != nil {
			return
		}
		if said.IsZero() || said.Time().Location() != time.UTC || said.Time().Nanosecond() != 0 {
			t.Fatalf("%q read as %v", s, said.Time())
		}
		if said.String() != s && said.String() != s+"T00:00:00Z" {
			t.Fatalf("%q read as %s", s, said)
		}
		var back wire.Time
		if err := back.UnmarshalText([]byte(said.String())); err != nil || back != said {
			t.Fatalf("%q gave %s, which gave %s (%v)", s, said, back, err)
		}
	})
}

package record_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"comity/intel"
	"comity/record"
	"comity/seal"
)

// FuzzParse reads records as anybody may have written them. What is taken has one
// form, is of the closed lists, and shows as what it is.
func FuzzParse(f *testing.F) {
	full := delivered()
	full.Purpose, full.Rule, full.Code, full.Promises = "targeting", "mx-guidelines-2021/MXL-1", "recalled", []string{"1 NOFWD"}
	for _, r := range []record.Record{delivered(), full, {Kind: record.Consult, At: full.At, Node: node}} {
		b, err := r.Encode()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	for _, s := range []string{`{"at":"2026-11-20T15:00:00Z","kind":"deliver","node":"mx/semar"}`, `{"at":"","kind":"read","node":"mx/semar"}`,
		`{"at":"2026-11-20T15:00:00Z","kind":"rumour","node":"mx/semar"}`, `{"at":"2026-11-20T15:00:00Z","kind":"read","node":"MX"}`,
		"{\"at\":\"2026-11-20T15:00:00Z\",\"code\":\"\u202e\",\"kind\":\"read\",\"node\":\"mx/semar\"}", `{}`, `null`, `[]`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := record.Parse(b)
		if err != nil {
			return
		}
		if again, err := r.Encode(); err != nil || !bytes.Equal(again, b) {
			t.Fatalf("%q encodes to %q (%v)", b, again, err)
		}
		if !slices.Contains(record.Kinds, r.Kind) || r.At.IsZero() || r.Node == "" || len(b) > 64<<10 {
			t.Fatalf("%q was taken", b)
		}
		for _, text := range append([]string{r.Purpose, r.Rule, r.Code}, r.Promises...) {
			if !intel.Plain(text, false) || len(text) > 1000 || strings.ContainsAny(text, "\n\r\x1b\u202e") {
				t.Fatalf("%q was taken, and does not show as what it is", text)
			}
		}
	})
}

// FuzzParseCosigned reads what may stand beside a receipt: it has one form, and
// counts only under the keys that signed it.
func FuzzParseCosigned(f *testing.F) {
	under, c, _ := covered(f)
	good, err := c.Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add(bytes.Replace(good, []byte(`\n5\n`), []byte(`\n6\n`), 1))
	f.Add(bytes.Replace(good, []byte(`"path":[`), []byte(`"path":["`+strings.Repeat("0", 64)+`",`), 1))
	f.Add([]byte(`{"checkpoint":"","path":[]}`))
	f.Add([]byte(`{"checkpoint":"","path":null}`))
	f.Add([]byte(`{"checkpoint":"x"}`))
	giver, witness, other := key(f, 1).Public(), key(f, 2).Public(), key(f, 9).Public()
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := record.ParseCosigned(b)
		if err != nil {
			return
		}
		if again, err := got.Encode(); err != nil || !bytes.Equal(again, b) || len(b) > 64<<10 {
			t.Fatalf("%q encodes to %q (%v)", b, again, err)
		}
		for _, keys := range [][2]seal.VerifyKey{{other, witness}, {giver, other}, {witness, giver}} {
			if at, err := got.Check(under, keys[0], "us/dea", keys[1]); err == nil {
				t.Fatalf("%q counts from %d under a key that signed nothing", b, at)
			}
		}
		at, err := got.Check(under, giver, "us/dea", witness)
		if holds := at == noon && slices.Equal(got.Path, c.Path); (err == nil) != holds && (err == nil || bytes.Equal(b, good)) {
			t.Fatalf("%q counts from %d (%v)", b, at, err)
		}
	})
}

package wire

import (
	"bytes"
	"strings"
	"testing"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// FuzzOrder holds the encoding to the library's canonical form, of values and of
// what is written as it stands.
func FuzzOrder(f *testing.F) {
	for _, s := range []string{
		`{}`, `[]`, `{"b":1,"a":2}`, `{"a":{"d":[{"z":0,"y":-1}],"c":""},"B":null}`, ` { "b" : [ 1 , 2 ] , "a" : true } `,
		`{"aa":1,"a":2,"a\"":3,"a\\":4}`, `{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7}`,
		`[1E0,-0,0,10,100000000000000000000,9007199254740993,123456789012345,1234567890123456,1e30,0.5]`,
		`{"text":"\"}{,:[\\","more":"\\\\\"","\u0061":1}`, `"\u00e9\/\ud83d\ude00\u001f"`, `{"b":"x","a":"\\"}`, `{"z":{"b":1,"a":1},"y":{"b":1,"a":1}}`,
		`12`, `-1`, `true`, `{"a-b":1,"a":1,"a,":1}`, `{"a":1,"a":2}`, `{"a":`, strings.Repeat("[", 40) + strings.Repeat("]", 40),
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var v any
		if jsonv2.Unmarshal(b, &v) != nil {
			return
		}
		for _, v := range []any{v, jsontext.Value(b), struct {
			Z jsontext.Value `json:"z"`
			A any            `json:"a"`
		}{b, v}} {
			got, err := canonical(v)
			want, failed := slowly(v)
			if (err == nil) != (failed == nil) || !bytes.Equal(got, want) {
				t.Fatalf("%q gives\n%s %v, not\n%s %v", b, got, err, want, failed)
			}
		}
	})
}

// slowly has the library put the names in order.
func slowly(v any) ([]byte, error) {
	b, err := jsonv2.Marshal(v)
	if err != nil {
		return nil, err
	}
	val := jsontext.Value(b)
	if err := val.Canonicalize(); err != nil {
		return nil, err
	}
	return val, nil
}

// What has plain names and small numbers needs no library for its order.
func TestOrderedInPlace(t *testing.T) {
	for in, want := range map[string]string{
		`{"b":{"d":1,"c":[{"f":"}\"","e":-5}]},"a":true}`: `{"a":true,"b":{"c":[{"e":-5,"f":"}\""}],"d":1}}`,
		`{"ab":0,"a":0,"B":0}`:                            `{"B":0,"a":0,"ab":0}`,
		`[]`:                                              `[]`,
	} {
		if b := []byte(in); !ordered(b) || string(b) != want {
			t.Errorf("%s gives %s", in, b)
		}
	}
	for _, foreign := range []string{`{"é":1}`, `{"a\"":1}`, `[1.5]`, `-0`, `1234567890123456`, `1e3`} {
		if ordered([]byte(foreign)) {
			t.Errorf("%s is not for the library", foreign)
		}
	}
}

// BenchmarkCanonical is a record of usual shape beside the library's own way.
func BenchmarkCanonical(b *testing.B) {
	v := struct {
		Title string           `json:"title"`
		Kind  string           `json:"kind"`
		Text  []map[string]any `json:"text"`
		At    string           `json:"at"`
	}{"Shipment", "report", nil, "2026-01-31T14:00:00Z"}
	for range 10 {
		v.Text = append(v.Text, map[string]any{"text": strings.Repeat("four hundred letters of text ", 14), "marking": "RESTRICTED", "grade": "B2", "about": []string{"a", "b"}})
	}
	for name, way := range map[string]func(any) ([]byte, error){"ordered": canonical, "library": slowly} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := way(v); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

package seal_test

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"
	"pgregory.net/rapid"

	"comity/fault"
	"comity/seal"
	"comity/wire"
)

// signed is the input of an envelope's vector: the bytes as they came, the
// type expected, and the keys that must all have signed.
type signed struct {
	Envelope string   `json:"envelope"`
	Type     string   `json:"type"`
	Keys     []string `json:"keys"`
}

const sampleType = "application/orx-1.sample+json"

func sample(t testing.TB, keys ...seal.SigningKey) (seal.Envelope, string) {
	t.Helper()
	e, err := seal.Sign(sampleType, []byte(`{"a":1}`), keys...)
	if err != nil {
		t.Fatal(err)
	}
	return e, encode(t, e)
}

func encode(t testing.TB, e seal.Envelope) string {
	t.Helper()
	b, err := wire.Encode(e)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestEnvelopeVectors(t *testing.T) {
	for _, v := range vectors(t, "dsse-envelope.json", envelopeCases(t)) {
		t.Run(v.Name, func(t *testing.T) {
			var keys []seal.VerifyKey
			for _, s := range v.Input.Keys {
				k, err := seal.ParseVerifyKey(s)
				if err != nil {
					t.Fatal(err)
				}
				keys = append(keys, k)
			}
			e, err := seal.ParseEnvelope([]byte(v.Input.Envelope), wire.Limits{Bytes: 1 << 16, Depth: 4})
			var payload []byte
			if err == nil {
				payload, err = e.Verify(v.Input.Type, keys...)
			}
			if got := outcome(err); got != v.Outcome {
				t.Fatalf("got %s (%v), want %s", got, err, v.Outcome)
			}
			if (err == nil) != (string(payload) == `{"a":1}`) {
				t.Fatalf("payload %q with %v", payload, err)
			}
		})
	}
}

func envelopeCases(t *testing.T) []vector[signed] {
	a, b, c := signer(t, 1), signer(t, 2), signer(t, 3)
	ka, kb := a.Public().String(), b.Public().String()
	one, text := sample(t, a)
	two, _ := sample(t, a, b)
	sigText := base64.StdEncoding.EncodeToString(one.Signatures[0].Sig)
	cases := []vector[signed]{
		{"one signature", signed{text, sampleType, []string{ka}}, "ok"},
		{"two signatures, two keys", signed{encode(t, two), sampleType, []string{ka, kb}}, "ok"},
		{"two signatures, keys the other way round", signed{encode(t, two), sampleType, []string{kb, ka}}, "ok"},
		{"a further signature is tolerated", signed{encode(t, two), sampleType, []string{kb}}, "ok"},
		{"one key has not signed", signed{text, sampleType, []string{ka, kb}}, "forged"},
		{"another key", signed{text, sampleType, []string{c.Public().String()}}, "forged"},
		{"no keys", signed{text, sampleType, []string{}}, "invalid"},
		{"one key given twice", signed{encode(t, two), sampleType, []string{ka, ka}}, "invalid"},
		{"another type expected", signed{text, "application/orx-1.other+json", []string{ka}}, "forged"},
		{"no type expected", signed{text, "", []string{ka}}, "forged"},
	}
	edit := func(name, old, new, want string) {
		changed := strings.Replace(text, old, new, 1)
		if changed == text {
			t.Fatalf("%s changes nothing", name)
		}
		cases = append(cases, vector[signed]{name, signed{changed, sampleType, []string{ka}}, want})
	}
	edit("payload changed", "eyJhIjoxfQ==", "eyJhIjoyfQ==", "forged")
	edit("payload empty", "eyJhIjoxfQ==", "", "forged")
	edit("payload without padding", "eyJhIjoxfQ==", "eyJhIjoxfQ", "invalid")
	edit("payload with unused bits", "eyJhIjoxfQ==", "eyJhIjoxfR==", "invalid")
	edit("payload in the URL alphabet", "eyJhIjoxfQ==", "eyJhIjox-Q==", "invalid")
	edit("payload with a line break", "eyJhIjoxfQ==", `eyJh\nIjoxfQ==`, "invalid")
	edit("type changed", "sample", "simple", "forged")
	edit("type empty", sampleType, "", "invalid")
	edit("type with a space", "sample", "sam ple", "invalid")
	edit("type too long", "sample", strings.Repeat("s", 200), "invalid")
	edit("signature changed", sigText, flip(sigText), "forged")
	edit("signature cut", sigText, sigText[:40], "forged")
	edit("signature empty", sigText, "", "invalid")
	edit("signature with unused bits", sigText, sigText[:85]+next(sigText[85])+"==", "invalid")
	edit("signature too long", sigText, strings.Repeat("AAAA", 2000), "invalid")
	edit("key id of another key", ka, kb, "forged")
	edit("key id empty", ka, "", "invalid")
	edit("key id too long", ka, strings.Repeat("k", 200), "invalid")
	edit("key id in another case", ka, strings.ToUpper(ka), "forged")
	edit("no signatures", text[strings.Index(text, "[")+1:strings.Index(text, "]")], "", "invalid")
	edit("signatures missing", text[strings.Index(text, `,"signatures"`):len(text)-1], "", "invalid")
	edit("unknown field", `"payloadType"`, `"payloadKind":"x","payloadType"`, "invalid")
	edit("field twice", `"payloadType"`, `"payload":"","payloadType"`, "invalid")
	edit("field in another case", `"payloadType"`, `"payloadtype"`, "invalid")
	edit("a space", `{"payload"`, `{ "payload"`, "invalid")
	edit("more after the end", "]}", "]}\n", "invalid")
	twice := one
	twice.Signatures = append(twice.Signatures[:1:1], one.Signatures[0])
	wrongFirst := one
	wrongFirst.Signatures = []seal.Signature{{KeyID: ka, Sig: bytes.Repeat([]byte{1}, 64)}, one.Signatures[0]}
	many := one
	for i := range byte(8) {
		many.Signatures = append(many.Signatures[:len(many.Signatures):len(many.Signatures)], seal.Signature{KeyID: "k" + string('a'+i), Sig: []byte{1}})
	}
	swapped := two
	swapped.Signatures = []seal.Signature{{KeyID: ka, Sig: two.Signatures[1].Sig}, {KeyID: kb, Sig: two.Signatures[0].Sig}}
	return append(cases,
		vector[signed]{"a key id twice", signed{encode(t, twice), sampleType, []string{ka}}, "invalid"},
		vector[signed]{"a key id twice, the first wrong", signed{encode(t, wrongFirst), sampleType, []string{ka}}, "invalid"},
		vector[signed]{"nine signatures", signed{encode(t, many), sampleType, []string{ka}}, "too_large"},
		vector[signed]{"signatures swapped", signed{encode(t, swapped), sampleType, []string{ka, kb}}, "forged"},
		vector[signed]{"empty", signed{"", sampleType, []string{ka}}, "invalid"},
		vector[signed]{"a list", signed{"[" + text + "]", sampleType, []string{ka}}, "invalid"},
		vector[signed]{"too large", signed{strings.Replace(text, "eyJh", strings.Repeat("AAAA", 20000), 1), sampleType, []string{ka}}, "too_large"},
	)
}

// flip changes the first character of base64 to another.
func flip(s string) string {
	if s[0] == 'A' {
		return "B" + s[1:]
	}
	return "A" + s[1:]
}

// What is signed is the DSSE encoding, written out here as its specification
// has it, so that any DSSE implementation can verify it.
func TestSignIsDSSE(t *testing.T) {
	k := signer(t, 1)
	e, _ := sample(t, k)
	pae := "DSSEv1 29 " + sampleType + ` 7 {"a":1}`
	if got := string(dsse.PAE(sampleType, []byte(`{"a":1}`))); got != pae {
		t.Fatal(got)
	}
	want, err := k.Signer().Sign(nil, []byte(pae), nil)
	if err != nil || !bytes.Equal(e.Signatures[0].Sig, want) {
		t.Fatal(err)
	}
}

func TestSignRefuses(t *testing.T) {
	k := signer(t, 1)
	for name, c := range map[string]struct {
		kind string
		keys []seal.SigningKey
		want fault.Kind
	}{
		"no key":        {sampleType, nil, fault.Invalid},
		"zero key":      {sampleType, []seal.SigningKey{{}}, fault.Invalid},
		"one key twice": {sampleType, []seal.SigningKey{k, k}, fault.Invalid},
		"no type":       {"", []seal.SigningKey{k}, fault.Invalid},
		"type in two":   {"a b", []seal.SigningKey{k}, fault.Invalid},
		"long type":     {strings.Repeat("x", 129), []seal.SigningKey{k}, fault.Invalid},
		"nine keys": {sampleType, []seal.SigningKey{signer(t, 1), signer(t, 2), signer(t, 3), signer(t, 4),
			signer(t, 5), signer(t, 6), signer(t, 7), signer(t, 8), signer(t, 9)}, fault.TooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := seal.Sign(c.kind, []byte("x"), c.keys...)
			mustKind(t, err, c.want)
		})
	}
}

// A key of small order would verify nearly anything; it must not even when
// it is handed in as bytes instead of text.
func TestVerifyRefusesWeakKeys(t *testing.T) {
	e, _ := sample(t, signer(t, 1))
	weak := seal.VerifyKey{1} // the identity: R = identity, S = 0 fits every message
	e.Signatures = []seal.Signature{{KeyID: weak.String(), Sig: append([]byte{1}, make([]byte, 63)...)}}
	_, err := e.Verify(sampleType, weak)
	mustKind(t, err, fault.Forged)
	_, err = e.Verify(sampleType, seal.VerifyKey{})
	mustKind(t, err, fault.Invalid)
}

// Signed and parsed, an envelope verifies; with any byte of it changed it
// either does not, or still gives the signed payload.
func TestEnvelopeProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k, err := seal.NewSigningKey(strings.NewReader(strings.Repeat("k", 32)))
		if err != nil {
			t.Fatal(err)
		}
		payload := rapid.SliceOf(rapid.Byte()).Draw(t, "payload")
		e, err := seal.Sign(sampleType, payload, k)
		if err != nil {
			t.Fatal(err)
		}
		b, err := wire.Encode(e)
		if err != nil {
			t.Fatal(err)
		}
		back, err := seal.ParseEnvelope(b, wire.Default)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := back.Verify(sampleType, k.Public()); err != nil || !bytes.Equal(got, payload) {
			t.Fatal(got, err)
		}
		i := rapid.IntRange(0, len(b)-1).Draw(t, "at")
		old := b[i]
		b[i] = rapid.Byte().Draw(t, "byte")
		if b[i] == old {
			return
		}
		if back, err = seal.ParseEnvelope(b, wire.Default); err == nil {
			if _, err := back.Verify(sampleType, k.Public()); err == nil {
				t.Fatalf("accepted %s", b)
			}
		}
	})
}

func FuzzParseEnvelope(f *testing.F) {
	_, one := sample(f, signer(f, 1))
	_, two := sample(f, signer(f, 1), signer(f, 2))
	f.Add([]byte(one))
	f.Add([]byte(two))
	f.Add([]byte(`{"payload":"","payloadType":"x","signatures":[{"keyid":"x","sig":"AA=="}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := seal.ParseEnvelope(b, wire.Default)
		if err != nil {
			return
		}
		if encode(t, e) != string(b) {
			t.Fatalf("%q is not the one form", b)
		}
		if got, err := e.Verify(sampleType, signer(t, 1).Public()); err == nil && string(got) != `{"a":1}` {
			t.Fatalf("%q verified", b)
		}
	})
}

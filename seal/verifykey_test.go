package seal_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"comity/fault"
	"comity/ref"
	"comity/seal"
)

func keyText(t testing.TB, hexBytes string) string {
	t.Helper()
	b, err := hex.DecodeString(hexBytes)
	if err != nil {
		t.Fatal(err)
	}
	return "ed25519:" + base64.RawURLEncoding.EncodeToString(b)
}

func TestVerifyKeyVectors(t *testing.T) {
	good := signer(t, 1).Public().String()
	raw := strings.TrimPrefix(good, "ed25519:")
	last := good[:len(good)-1]
	ff := strings.Repeat("f", 60)
	cases := []vector[string]{
		{"a key", good, "ok"},
		{"another key", signer(t, 2).Public().String(), "ok"},
		{"empty", "", "invalid"},
		{"no prefix", raw, "invalid"},
		{"prefix alone", "ed25519:", "invalid"},
		{"other prefix", "ed448:" + raw, "invalid"},
		{"upper-case prefix", "ED25519:" + raw, "invalid"},
		{"padding", good + "=", "invalid"},
		{"standard alphabet", "ed25519:" + strings.NewReplacer("-", "+", "_", "/").Replace(keyText(t, strings.Repeat("fb", 32))[8:]), "invalid"},
		{"one short", last, "invalid"},
		{"one long", good + "A", "invalid"},
		{"unused bits set", last + next(good[len(good)-1]), "invalid"},
		{"leading space", " " + good, "invalid"},
		{"trailing space", good + " ", "invalid"},
		{"newline at the end", good + "\n", "invalid"},
		{"newline inside", good[:20] + "\n" + good[20:], "invalid"},
		{"newline instead of a character", good[:20] + "\n" + good[21:], "invalid"},
		{"31 bytes", keyText(t, strings.Repeat("11", 31)), "invalid"},
		{"33 bytes", keyText(t, strings.Repeat("11", 33)), "invalid"},
		{"hex", "ed25519:" + strings.Repeat("ab", 32), "invalid"},
		{"y 0, order 4", keyText(t, strings.Repeat("00", 32)), "invalid"},
		{"y 0, other sign", keyText(t, strings.Repeat("00", 31)+"80"), "invalid"},
		{"the identity", keyText(t, "01"+strings.Repeat("00", 31)), "invalid"},
		{"the identity with a sign", keyText(t, "01"+strings.Repeat("00", 30)+"80"), "invalid"},
		{"y -1, order 2", keyText(t, "ec"+ff+"7f"), "invalid"},
		{"order 8", keyText(t, "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "invalid"},
		{"order 8, other sign", keyText(t, "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85"), "invalid"},
		{"order 8, second", keyText(t, "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "invalid"},
		{"y is p", keyText(t, "ed"+ff+"7f"), "invalid"},
		{"y is p+1", keyText(t, "ee"+ff+"7f"), "invalid"},
		{"y is 2^255-1", keyText(t, strings.Repeat("ff", 32)), "invalid"},
	}
	for _, v := range vectors(t, "dsse-key.json", cases) {
		t.Run(v.Name, func(t *testing.T) {
			k, err := seal.ParseVerifyKey(v.Input)
			if got := outcome(err); got != v.Outcome {
				t.Fatalf("%q: got %s, want %s", v.Input, got, v.Outcome)
			}
			if err == nil && k.String() != v.Input {
				t.Fatalf("read %q, wrote %q", v.Input, k)
			}
			if err != nil && !k.IsZero() {
				t.Fatal("a refusal came with a key")
			}
		})
	}
}

// next gives the following character of the alphabet, as a string.
func next(c byte) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	return string(alphabet[(strings.IndexByte(alphabet, c)+1)%64])
}

func TestVerifyKeyText(t *testing.T) {
	type doc struct {
		Key  seal.VerifyKey `json:"key"`
		Next seal.VerifyKey `json:"next,omitzero"`
	}
	k := signer(t, 1).Public()
	b, err := json.Marshal(doc{Key: k})
	if err != nil || string(b) != `{"key":"`+k.String()+`"}` {
		t.Fatalf("%s, %v", b, err)
	}
	var back doc
	if err := json.Unmarshal(b, &back); err != nil || back.Key != k || !back.Next.IsZero() {
		t.Fatalf("%v, %v", back, err)
	}
	if err := json.Unmarshal([]byte(`{"key":""}`), &back); err == nil {
		t.Fatal("no key was taken for a key")
	}
	if _, err := (seal.VerifyKey{}).MarshalText(); !fault.Is(err, fault.Invalid) {
		t.Fatal(err)
	}
	if (seal.VerifyKey{}).String() != "" {
		t.Fatal("the zero key has a text")
	}
}

func TestFingerprintIsOfThe32Bytes(t *testing.T) {
	k := signer(t, 1).Public()
	if k.Fingerprint() != ref.Sum("key", k[:]) || k.Fingerprint() == signer(t, 2).Public().Fingerprint() {
		t.Fatal(k.Fingerprint())
	}
}

// Only what is written is read, and it reads back to the same key.
func TestVerifyKeyOneForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "seed")
		k, err := seal.NewSigningKey(strings.NewReader(string(b)))
		if err != nil {
			t.Fatal(err)
		}
		s := []byte(k.Public().String())
		if back, err := seal.ParseVerifyKey(string(s)); err != nil || back != k.Public() {
			t.Fatal(back, err)
		}
		i := rapid.IntRange(0, len(s)-1).Draw(t, "at")
		s[i] = rapid.Byte().Draw(t, "byte")
		if back, err := seal.ParseVerifyKey(string(s)); err == nil && back.String() != string(s) {
			t.Fatalf("%q read as %s", s, back)
		}
	})
}

func TestNewSigningKeyNeedsRandomness(t *testing.T) {
	k, err := seal.NewSigningKey(strings.NewReader("too short"))
	mustKind(t, err, fault.Internal)
	if !k.IsZero() {
		t.Fatal("a key was made all the same")
	}
}

func FuzzVerifyKey(f *testing.F) {
	f.Add(signer(f, 1).Public().String())
	f.Add("ed25519:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
	f.Add("ed25519:")
	f.Fuzz(func(t *testing.T, s string) {
		if k, err := seal.ParseVerifyKey(s); err == nil && (k.String() != s || k.IsZero()) {
			t.Fatalf("%q read as %q", s, k)
		}
	})
}

package seal_test

import (
	"bytes"
	"strings"
	"testing"

	"filippo.io/age"
	"pgregory.net/rapid"

	"comity/fault"
	"comity/ref"
	"comity/seal"
)

func mustSeal(t testing.TB, plaintext string, to ...seal.Recipient) []byte {
	t.Helper()
	b, err := seal.Seal([]byte(plaintext), to...)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func ageFile(t testing.TB, plaintext string, to ...age.Recipient) []byte {
	t.Helper()
	var buf bytes.Buffer
	w, err := age.Encrypt(&buf, to...)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(plaintext)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// unlabelled hides that a recipient is post-quantum, so that the age library
// mixes it with others, as a careless implementation could.
type unlabelled struct{ age.Recipient }

func (u unlabelled) Wrap(fileKey []byte) ([]*age.Stanza, error) { return u.Recipient.Wrap(fileKey) }

func TestOpen(t *testing.T) {
	a, b, c := sealer(t), sealer(t), sealer(t)
	part := mustSeal(t, "text", a.Public(), b.Public(), a.Public())
	if n := bytes.Count(part, []byte("-> mlkem768x25519 ")); n != 2 {
		t.Fatalf("a recipient named twice gave %d stanzas", n)
	}
	for name, keys := range map[string][]seal.SealingKey{"first": {a}, "second": {b}, "among others": {c, {}, b}} {
		if got, err := seal.Open(part, 4, keys...); err != nil || string(got) != "text" {
			t.Fatalf("%s: %q, %v", name, got, err)
		}
	}
	if got, err := seal.Open(mustSeal(t, "", a.Public()), 0, a); err != nil || len(got) != 0 {
		t.Fatal(got, err)
	}
}

func TestOpenRefuses(t *testing.T) {
	a, b := sealer(t), sealer(t)
	part := mustSeal(t, strings.Repeat("text", 40), a.Public())
	hybrid, err := age.ParseHybridRecipient(a.Public().String())
	if err != nil {
		t.Fatal(err)
	}
	classic, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	mixed := ageFile(t, "text", unlabelled{hybrid}, classic.Recipient())
	id := []seal.SealingKey{a}
	crowd := make([]age.Recipient, 129)
	for i := range crowd {
		crowd[i] = hybrid
	}
	flood := ageFile(t, "text", crowd...)
	cases := map[string]struct {
		sealed []byte
		limit  int
		keys   []seal.SealingKey
		want   fault.Kind
	}{
		"over the limit":                 {part, 159, id, fault.TooLarge},
		"negative limit":                 {part, -1, id, fault.TooLarge},
		"no keys":                        {part, 1000, nil, fault.Forged},
		"zero key":                       {part, 1000, []seal.SealingKey{{}}, fault.Forged},
		"another key":                    {part, 1000, []seal.SealingKey{b}, fault.Forged},
		"empty":                          {nil, 1000, id, fault.Forged},
		"header only":                    {part[:bytes.Index(part, []byte("--- "))], 1000, id, fault.Forged},
		"cut":                            {part[:len(part)-1], 1000, id, fault.Forged},
		"body cut away":                  {part[:len(part)-176], 1000, id, fault.Forged},
		"longer":                         {append(bytes.Clone(part), 0), 1000, id, fault.Forged},
		"last byte changed":              {changed(part, len(part)-1), 1000, id, fault.Forged},
		"header changed":                 {changed(part, 60), 1000, id, fault.Forged},
		"leading space":                  {append([]byte(" "), part...), 1000, id, fault.Forged},
		"armored":                        {[]byte("-----BEGIN AGE ENCRYPTED FILE-----\n"), 1000, id, fault.Forged},
		"mixed with a classic recipient": {mixed, 1000, id, fault.Forged},
		"classic only":                   {ageFile(t, "text", classic.Recipient()), 1000, id, fault.Forged},
		"too many recipients":            {flood, 1000, id, fault.Forged},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := seal.Open(c.sealed, c.limit, c.keys...)
			mustKind(t, err, c.want)
			if c.want == fault.Forged && err.Error() != "the sealed part cannot be opened" {
				t.Fatalf("the text tells something: %v", err)
			}
			if got != nil {
				t.Fatalf("it gave %q", got)
			}
		})
	}
}

func changed(b []byte, at int) []byte {
	b = bytes.Clone(b)
	b[at] ^= 1
	return b
}

// A huge limit must not overflow into reading nothing.
func TestOpenHugeLimit(t *testing.T) {
	a := sealer(t)
	got, err := seal.Open(mustSeal(t, "text", a.Public()), int(^uint(0)>>1), a)
	if err != nil || string(got) != "text" {
		t.Fatal(got, err)
	}
}

func TestSealRefuses(t *testing.T) {
	many := make([]seal.Recipient, 129)
	for name, c := range map[string]struct {
		to   []seal.Recipient
		want fault.Kind
	}{
		"nobody":         {nil, fault.Invalid},
		"zero recipient": {[]seal.Recipient{{}}, fault.Invalid},
		"one of two":     {[]seal.Recipient{sealer(t).Public(), {}}, fault.Invalid},
		"too many":       {many, fault.TooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := seal.Seal([]byte("x"), c.to...)
			mustKind(t, err, c.want)
		})
	}
}

func TestSealProperty(t *testing.T) {
	a := sealer(t)
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.SliceOf(rapid.Byte()).Draw(t, "plain")
		sealed, err := seal.Seal(plain, a.Public())
		if err != nil {
			t.Fatal(err)
		}
		if got, err := seal.Open(sealed, len(plain), a); err != nil || !bytes.Equal(got, plain) {
			t.Fatal(got, err)
		}
		at := rapid.IntRange(0, len(sealed)-1).Draw(t, "at")
		if _, err := seal.Open(changed(sealed, at), len(plain), a); !fault.Is(err, fault.Forged) {
			t.Fatalf("byte %d changed: %v", at, err)
		}
	})
}

func TestRecipient(t *testing.T) {
	good := sealer(t).Public().String()
	if len(good) != 1959 {
		t.Fatalf("the text has %d characters", len(good))
	}
	back, err := seal.ParseRecipient(good)
	if err != nil || back.String() != good || back.Fingerprint() != ref.Sum("recipient", []byte(good)) {
		t.Fatal(back, err)
	}
	classic, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	secret, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"empty":              "",
		"classic key":        classic.Recipient().String(),
		"secret key":         secret.String(),
		"upper case":         strings.ToUpper(good),
		"mixed case":         mixed(good),
		"cut":                good[:len(good)-1],
		"longer":             good + "q",
		"leading space":      " " + good,
		"newline":            good + "\n",
		"one changed":        good[:100] + string(good[100]^1) + good[101:],
		"ssh key":            "ssh-ed25519 AAAA",
		"much too long":      "age1pq1" + strings.Repeat("q", 5000),
		"prefix alone":       "age1pq1",
		"of verification":    signer(t, 1).Public().String(),
		"two in one":         good + good,
		"another separator":  strings.Replace(good, "age1pq1", "age1pq2", 1),
		"a plugin recipient": "age1yubikey1qwerty",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := seal.ParseRecipient(text)
			mustKind(t, err, fault.Invalid)
			if strings.Contains(err.Error(), "SECRET") || errorsHold(err, secret.String()) {
				t.Fatal("the error repeats a secret")
			}
		})
	}
	var zero seal.Recipient
	if _, err := zero.MarshalText(); !fault.Is(err, fault.Invalid) || zero.String() != "" || !zero.IsZero() {
		t.Fatal(err)
	}
	if err := zero.UnmarshalText([]byte(good)); err != nil || zero != back {
		t.Fatal(err)
	}
}

// errorsHold looks for a text in the whole chain of causes.
func errorsHold(err error, text string) bool {
	for err != nil {
		if strings.Contains(err.Error(), text) {
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

func FuzzRecipient(f *testing.F) {
	f.Add(sealer(f).Public().String())
	f.Add("age1pq1")
	f.Fuzz(func(t *testing.T, s string) {
		if r, err := seal.ParseRecipient(s); err == nil && r.String() != s {
			t.Fatalf("%q read as %q", s, r)
		}
	})
}

func FuzzOpen(f *testing.F) {
	a := sealer(f)
	f.Add(mustSeal(f, "text", a.Public()))
	f.Add([]byte("age-encryption.org/v1\n-> mlkem768x25519 AAAA\nAAAA\n--- AAAA\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := seal.Open(b, 100, sealer(t)); !fault.Is(err, fault.Forged) {
			t.Fatal(err)
		}
	})
}

// mixed puts the first letter behind the prefix into upper case; a digit has
// none.
func mixed(s string) string {
	i := len("age1pq1") + strings.IndexAny(s[len("age1pq1"):], "abcdefghijklmnopqrstuvwxyz")
	return s[:i] + strings.ToUpper(s[i:i+1]) + s[i+1:]
}

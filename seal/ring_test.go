package seal_test

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"

	"filippo.io/age"

	"comity/fault"
	"comity/seal"
)

func lock(t testing.TB, p string) seal.Lock {
	t.Helper()
	l, err := seal.Passphrase([]byte(p))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func keyFile(t testing.TB) (string, seal.Lock) {
	t.Helper()
	b, err := seal.NewKeyFile()
	if err != nil {
		t.Fatal(err)
	}
	l, err := seal.KeyFile(b)
	if err != nil {
		t.Fatal(err)
	}
	return string(b), l
}

func protect(t testing.TB, r *seal.Ring, l seal.Lock) []byte {
	t.Helper()
	b, err := r.Protect(l)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// ringText opens a ring at rest with the age library alone.
func ringText(t testing.TB, r *seal.Ring) string {
	t.Helper()
	id, err := age.NewScryptIdentity(passphrase)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := age.Decrypt(bytes.NewReader(protect(t, r, lock(t, passphrase))), id)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(plain)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// ringOf locks any text with the passphrase, as only its holder can.
func ringOf(t testing.TB, text string, work int) []byte {
	t.Helper()
	r, err := age.NewScryptRecipient(passphrase)
	if err != nil {
		t.Fatal(err)
	}
	r.SetWorkFactor(work)
	return ageFile(t, text, r)
}

func sampleRing(t testing.TB) *seal.Ring {
	r := seal.NewRing()
	r.SetSigning("us/dea", signer(t, 1))
	r.SetSigning("link", signer(t, 2))
	r.SetSealing("us/dea", sealer(t))
	r.SetSealing("us/dea/el-paso", sealer(t))
	return r
}

func TestRing(t *testing.T) {
	_, file := keyFile(t)
	ring := sampleRing(t)
	for name, l := range map[string]seal.Lock{"passphrase": lock(t, passphrase), "key file": file} {
		t.Run(name, func(t *testing.T) {
			b := protect(t, ring, l)
			if bytes.Equal(b, protect(t, ring, l)) {
				t.Fatal("two files are the same")
			}
			back, err := seal.OpenRing(b, l)
			if err != nil {
				t.Fatal(err)
			}
			if got := back.Names(); !slices.Equal(got, []string{"link", "us/dea", "us/dea/el-paso"}) {
				t.Fatal(got)
			}
			k, err := back.Signing("us/dea")
			if err != nil || k.Public() != signer(t, 1).Public() {
				t.Fatal(k.Public(), err)
			}
			old, _ := ring.Sealing("us/dea/el-paso")
			s, err := back.Sealing("us/dea/el-paso")
			if err != nil || s.Public() != old.Public() {
				t.Fatal(err)
			}
			if got, err := seal.Open(mustSeal(t, "x", old.Public()), 1, s); err != nil || string(got) != "x" {
				t.Fatal(got, err)
			}
			_, err = back.Sealing("link")
			mustKind(t, err, fault.Invalid)
			_, err = back.Signing("nobody")
			mustKind(t, err, fault.Invalid)
		})
	}
}

func TestEmptyRing(t *testing.T) {
	r, err := seal.OpenRing(protect(t, seal.NewRing(), lock(t, passphrase)), lock(t, passphrase))
	if err != nil || len(r.Names()) != 0 {
		t.Fatal(r, err)
	}
	r.SetSigning("a", signer(t, 1)) // an opened ring takes keys
}

func TestOpenRingRefuses(t *testing.T) {
	words, other := lock(t, passphrase), lock(t, "incorrect horse battery")
	text, file := keyFile(t)
	_, otherFile := keyFile(t)
	ring := sampleRing(t)
	byWords, byFile := protect(t, ring, words), protect(t, ring, file)
	header := bytes.Index(byWords, []byte("\n---"))
	id, err := age.ParseHybridIdentity(strings.Split(text, "\n")[1])
	if err != nil {
		t.Fatal(err)
	}
	plain := ringText(t, ring)
	cases := map[string]struct {
		b    []byte
		l    seal.Lock
		want fault.Kind
	}{
		"wrong passphrase":             {byWords, other, fault.Locked},
		"wrong key file":               {byFile, otherFile, fault.Locked},
		"key file for a passphrase":    {byWords, file, fault.Locked},
		"passphrase for a key file":    {byFile, words, fault.Locked},
		"no lock":                      {byWords, seal.Lock{}, fault.Locked},
		"empty":                        {nil, words, fault.Forged},
		"text":                         {[]byte("AGE-SECRET-KEY-PQ-1"), words, fault.Forged},
		"cut":                          {byWords[:len(byWords)-1], words, fault.Forged},
		"cut, key file":                {byFile[:len(byFile)-20], file, fault.Forged},
		"longer":                       {append(bytes.Clone(byWords), 0), words, fault.Forged},
		"body changed":                 {changed(byWords, len(byWords)-100), words, fault.Forged},
		"seal of the header changed":   {changed(byWords, header+8), words, fault.Forged},
		"stanza changed":               {another(byWords, header-20), words, fault.Locked},
		"huge":                         {make([]byte, 3<<20), words, fault.TooLarge},
		"too much work":                {bytes.Replace(ringOf(t, plain, 1), []byte(" 1\n"), []byte(" 19\n"), 1), words, fault.Forged},
		"made for the public key":      {ageFile(t, plain, id.Recipient()), file, fault.Forged},
		"not JSON":                     {ringOf(t, "ring", 1), words, fault.Forged},
		"another format":               {ringOf(t, strings.Replace(plain, "orx/1/ring", "orx/2/ring", 1), 1), words, fault.Forged},
		"not canonical":                {ringOf(t, plain+" ", 1), words, fault.Forged},
		"unknown field":                {ringOf(t, strings.Replace(plain, `{"format"`, `{"a":1,"format"`, 1), 1), words, fault.Forged},
		"names out of order":           {ringOf(t, strings.Replace(plain, `"name":"link"`, `"name":"zz"`, 1), 1), words, fault.Forged},
		"one name twice":               {ringOf(t, strings.Replace(plain, `"name":"link"`, `"name":"us/dea"`, 1), 1), words, fault.Forged},
		"name with a space":            {ringOf(t, strings.Replace(plain, `"name":"link"`, `"name":"a b"`, 1), 1), words, fault.Forged},
		"short signing key":            {ringOf(t, strings.Replace(plain, `{"key":"AgIC`, `{"key":"`, 1), 1), words, fault.Forged},
		"sealing key not a key":        {ringOf(t, strings.Replace(plain, "AGE-SECRET-KEY-PQ-1", "AGE-SECRET-KEY-PQ-2", 1), 1), words, fault.Forged},
		"proof where none is expected": {ringOf(t, strings.Replace(plain, `"sealing"`, `"proof":"`+strings.Repeat("ab", 32)+`","sealing"`, 1), 1), words, fault.Forged},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			r, err := seal.OpenRing(c.b, c.l)
			mustKind(t, err, c.want)
			if r != nil {
				t.Fatal("it gave a ring")
			}
			if c.want == fault.Locked && !strings.Contains(err.Error(), "(") {
				t.Fatalf("no hint: %v", err)
			}
			if errorsHold(err, "SECRET") || errorsHold(err, passphrase) {
				t.Fatal("the error repeats a secret")
			}
		})
	}
	if back, err := seal.OpenRing(ringOf(t, plain, 1), words); err != nil || len(back.Names()) != 3 {
		t.Fatalf("the unchanged text does not open, so the cases above prove nothing: %v", err)
	}
}

func TestProtectRefuses(t *testing.T) {
	words := lock(t, passphrase)
	for name, fill := range map[string]func(*seal.Ring){
		"zero signing key": func(r *seal.Ring) { r.SetSigning("a", seal.SigningKey{}) },
		"zero sealing key": func(r *seal.Ring) { r.SetSealing("a", seal.SealingKey{}) },
		"empty name":       func(r *seal.Ring) { r.SetSigning("", signer(t, 1)) },
		"name in two":      func(r *seal.Ring) { r.SetSigning("a b", signer(t, 1)) },
		"name with a line": func(r *seal.Ring) { r.SetSealing("a\n", sealer(t)) },
		"long name":        func(r *seal.Ring) { r.SetSigning(strings.Repeat("a", 256), signer(t, 1)) },
	} {
		t.Run(name, func(t *testing.T) {
			r := seal.NewRing()
			fill(r)
			_, err := r.Protect(words)
			mustKind(t, err, fault.Invalid)
		})
	}
	_, err := seal.NewRing().Protect(seal.Lock{})
	mustKind(t, err, fault.Locked)
}

func TestPassphraseRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		p    string
		want fault.Kind
	}{
		"empty":            {"", fault.Invalid},
		"eleven":           {"eleven char", fault.Invalid},
		"eleven accented":  {"ééééééééééé", fault.Invalid},
		"newline":          {passphrase + "\n", fault.Invalid},
		"carriage return":  {passphrase + "\r\n", fault.Invalid},
		"zero byte":        {passphrase + "\x00", fault.Invalid},
		"tab":              {"correct\thorse battery", fault.Invalid},
		"not UTF-8":        {passphrase + "\xff", fault.Invalid},
		"longer than 1024": {strings.Repeat("a", 1025), fault.TooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := seal.Passphrase([]byte(c.p))
			mustKind(t, err, c.want)
			if c.p != "" && errorsHold(err, c.p) {
				t.Fatal("the error repeats the passphrase")
			}
		})
	}
	if _, err := seal.Passphrase([]byte("twelve chars")); err != nil {
		t.Fatal(err)
	}
}

// The lock keeps a copy: the caller may wipe what was typed.
func TestPassphraseIsCopied(t *testing.T) {
	typed := []byte(passphrase)
	l, err := seal.Passphrase(typed)
	if err != nil {
		t.Fatal(err)
	}
	clear(typed)
	if _, err := seal.OpenRing(protect(t, seal.NewRing(), l), lock(t, passphrase)); err != nil {
		t.Fatal(err)
	}
}

func TestKeyFileRefuses(t *testing.T) {
	text, _ := keyFile(t)
	key := strings.Split(text, "\n")[1]
	classic, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(text, "# ") || !strings.HasPrefix(key, "AGE-SECRET-KEY-PQ-1") {
		t.Fatal("the file does not say what it is")
	}
	if _, err := seal.KeyFile([]byte("# edited on Windows\r\n\r\n" + key + "\r\n")); err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]string{
		"empty":         "",
		"comment only":  "# key\n",
		"two keys":      key + "\n" + key + "\n",
		"classic key":   classic.String(),
		"public key":    sealer(t).Public().String(),
		"lower case":    strings.ToLower(key),
		"cut":           key[:len(key)-1],
		"leading space": " " + key,
		"one changed":   key[:40] + next(key[40]) + key[41:],
		"a passphrase":  passphrase,
		"huge":          strings.Repeat("#\n", 5000) + key,
	} {
		t.Run(name, func(t *testing.T) {
			_, err := seal.KeyFile([]byte(s))
			mustKind(t, err, fault.Invalid)
			if s != "" && errorsHold(err, s) || errorsHold(err, key[20:]) {
				t.Fatal("the error repeats the key")
			}
		})
	}
}

func FuzzOpenRing(f *testing.F) {
	text, l := keyFile(f)
	f.Add(protect(f, seal.NewRing(), l))
	f.Add([]byte(text))
	f.Add([]byte("age-encryption.org/v1\n-> scrypt AAAAAAAAAAAAAAAAAAAAAA 15\nAAAA\n--- AAAA\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := seal.OpenRing(b, l); outcome(err) != "ok" && !fault.Is(err, fault.Forged) && !fault.Is(err, fault.Locked) && !fault.Is(err, fault.TooLarge) {
			t.Fatal(err)
		}
	})
}

func FuzzKeyFile(f *testing.F) {
	text, _ := keyFile(f)
	f.Add([]byte(text))
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := seal.KeyFile(b); err != nil && !fault.Is(err, fault.Invalid) {
			t.Fatal(err)
		}
	})
}

// another puts another base64 character in the place of one, so that what is
// spoilt is the value and never the encoding.
func another(b []byte, at int) []byte {
	b = bytes.Clone(b)
	if b[at] == 'A' {
		b[at] = 'B'
	} else {
		b[at] = 'A'
	}
	return b
}

package ledger_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"comity/fault"
	"comity/ledger"
	"comity/ledger/ledgertest"
	"comity/ref"
	"comity/seal"
)

// The commitment is written out here by hand, as the specification has it.
func TestCommitment(t *testing.T) {
	e := entries(t, 1)[0]
	want := ref.Content([]byte("orx/1/leaf\x00" + string(e.Salt[:]) + string(e.Record)))
	if e.Commitment() != want {
		t.Fatal(e.Commitment())
	}
	other := e
	other.Salt[0] ^= 1
	if other.Commitment() == want {
		t.Fatal("the salt changes nothing")
	}
}

func TestNewEntryRefuses(t *testing.T) {
	_, err := ledger.NewEntry([]byte("x"), strings.NewReader("short"))
	mustKind(t, err, fault.Internal)
	_, err = ledger.NewEntry([]byte("x"), strings.NewReader(strings.Repeat("\x00", 32)))
	mustKind(t, err, fault.Invalid)
	_, err = ledger.NewEntry(nil, strings.NewReader(strings.Repeat("x", 32)))
	mustKind(t, err, fault.Invalid)
	record := []byte("abc")
	e, err := ledger.NewEntry(record, strings.NewReader(strings.Repeat("x", 32)))
	clear(record)
	if err != nil || string(e.Record) != "abc" {
		t.Fatal("the entry shares the caller's bytes")
	}
}

func TestSaltText(t *testing.T) {
	s := entries(t, 1)[0].Salt
	b, err := json.Marshal(s)
	if err != nil || len(s.String()) != 43 || string(b) != `"`+s.String()+`"` {
		t.Fatal(string(b), err)
	}
	var back ledger.Salt
	if err := json.Unmarshal(b, &back); err != nil || back != s {
		t.Fatal(back, err)
	}
	text := s.String()
	for name, bad := range map[string]string{
		"empty": "", "short": text[1:], "long": text + "A", "padding": text + "=", "zero": strings.Repeat("A", 43),
		"newline": text[:42] + "\n", "newline added": text + "\n", "unused bits": strings.Repeat("A", 42) + "B",
		"hex": strings.Repeat("ab", 32), "space": " " + text[1:], "standard alphabet": "+" + text[1:],
	} {
		if err := back.UnmarshalText([]byte(bad)); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := (ledger.Salt{}).MarshalText(); !fault.Is(err, fault.Invalid) || (ledger.Salt{}).String() != "" {
		t.Fatal(err)
	}
}

// However a log grows, it comes to the same hashes and the same root, which
// is that of RFC 6962 computed from the definition.
func TestAppendProperty(t *testing.T) {
	all := entries(t, 80)
	rapid.Check(t, func(r *rapid.T) {
		m, n := &ledgertest.Memory{}, 0
		for n < len(all) && (n == 0 || rapid.Bool().Draw(r, "more")) {
			step := rapid.IntRange(0, min(20, len(all)-n)).Draw(r, "step")
			first, cp, err := ledger.Append(m, signer(t), all[n:n+step]...)
			if err != nil || first != int64(n) {
				r.Fatal(first, err)
			}
			n += step
			if cp.Size != int64(n) || cp.Root != root(m.Leaves) || cp.Origin != origin {
				r.Fatalf("checkpoint %v of %d leaves", cp, n)
			}
			if n == 0 {
				break
			}
		}
		if int64(len(m.Hashes)) != tlog.StoredHashCount(int64(n)) {
			r.Fatal(len(m.Hashes))
		}
	})
}

// root is the definition of RFC 6962, section 2.1.
func root(leaves []ref.Hash) ref.Hash {
	switch n := len(leaves); n {
	case 0:
		return ref.Content(nil)
	case 1:
		return ref.Content(append([]byte{0}, leaves[0][:]...))
	default:
		k := 1
		for 2*k < n {
			k *= 2
		}
		l, r := root(leaves[:k]), root(leaves[k:])
		return ref.Content(append(append([]byte{1}, l[:]...), r[:]...))
	}
}

// twisted is a store that breaks its promises.
type twisted struct {
	*ledgertest.Memory
	size  func(int64) int64
	write error
}

func (t twisted) Size() (int64, error) {
	n, err := t.Memory.Size()
	return t.size(n), err
}

func (t twisted) Append(leaf ref.Hash, hashes []tlog.Hash) error {
	if t.write != nil {
		return t.write
	}
	return t.Memory.Append(leaf, hashes)
}

func TestAppendRefuses(t *testing.T) {
	sign, good := signer(t), entries(t, 1)[0]
	same := func(n int64) int64 { return n }
	down := errors.New("disk full")
	for name, c := range map[string]struct {
		store ledger.Store
		sign  ledger.Signer
		entry ledger.Entry
		want  fault.Kind
		cause error
	}{
		"empty record":      {&ledgertest.Memory{}, sign, ledger.Entry{Salt: good.Salt}, fault.Invalid, nil},
		"no salt":           {&ledgertest.Memory{}, sign, ledger.Entry{Record: []byte("x")}, fault.Invalid, nil},
		"no signer":         {&ledgertest.Memory{}, ledger.Signer{}, good, fault.Invalid, nil},
		"store does not":    {twisted{&ledgertest.Memory{}, func(int64) int64 { return 0 }, nil}, sign, good, fault.Internal, nil},
		"store fails":       {&ledgertest.Memory{Down: down}, sign, good, fault.Internal, down},
		"store fails later": {twisted{&ledgertest.Memory{}, same, down}, sign, good, fault.Internal, down},
	} {
		t.Run(name, func(t *testing.T) {
			_, cp, err := ledger.Append(c.store, c.sign, c.entry)
			if fault.KindOf(err) != c.want || err == nil || !cp.IsZero() {
				t.Fatalf("%v, %v", cp, err)
			}
			if c.cause != nil && !errors.Is(err, c.cause) {
				t.Fatalf("the store's error was lost: %v", err)
			}
		})
	}
	m := &ledgertest.Memory{}
	if _, _, err := ledger.Append(m, sign, good, ledger.Entry{}); err == nil || len(m.Leaves) != 0 {
		t.Fatal("a bad entry let the one before it in")
	}
}

func TestNewSignerRefuses(t *testing.T) {
	for _, bad := range []string{"", "us/dea", "orx/1/", "orx/1", "orx/2/us", "ORX/1/us", "orx/1/a b", "orx/1/a+b", "orx/1/a\n", "orx/1/é"} {
		_, err := ledger.NewSigner(bad, key(t, 1))
		mustKind(t, err, fault.Invalid)
	}
	_, err := ledger.NewSigner(origin, seal.SigningKey{})
	mustKind(t, err, fault.Invalid)
	if ledger.Origin("us/dea") != origin || signer(t).Origin() != origin {
		t.Fatal(ledger.Origin("us/dea"))
	}
}

func TestSignerPrintsNoKey(t *testing.T) {
	random := "*seed-of-the-test-key-32-bytes!*"
	k, err := seal.NewSigningKey(strings.NewReader(random))
	if err != nil {
		t.Fatal(err)
	}
	s, err := ledger.NewSigner(origin, k)
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		for _, v := range []any{s, &s, struct{ s ledger.Signer }{s}} {
			text := fmt.Sprintf(verb, v)
			for _, leak := range []string{random, fmt.Sprintf("%x", random), fmt.Sprint([]byte(random))[1:20]} {
				if strings.Contains(text, leak) {
					t.Errorf("%s printed %s", verb, text)
				}
			}
		}
	}
}

package ledger_test

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"comity/fault"
	"comity/ledger"
	"comity/ledger/ledgertest"
	"comity/seal"
)

const origin = "orx/1/us/dea"

// key makes the test key whose seed is 32 times the byte n.
func key(t testing.TB, n byte) seal.SigningKey {
	t.Helper()
	k, err := seal.NewSigningKey(bytes.NewReader(bytes.Repeat([]byte{n}, 32)))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func signer(t testing.TB) ledger.Signer {
	t.Helper()
	s, err := ledger.NewSigner(origin, key(t, 1))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// entries makes n entries with salts that are the same in every run.
func entries(t testing.TB, n int) []ledger.Entry {
	t.Helper()
	random := rand.NewChaCha8([32]byte{1})
	out := make([]ledger.Entry, n)
	for i := range out {
		e, err := ledger.NewEntry([]byte{byte(i), byte(i >> 8), 'r'}, random)
		if err != nil {
			t.Fatal(err)
		}
		out[i] = e
	}
	return out
}

// log makes a log of n entries.
func log(t testing.TB, n int) (*ledgertest.Memory, []ledger.Entry, ledger.Checkpoint) {
	t.Helper()
	m, es := &ledgertest.Memory{}, entries(t, n)
	_, cp, err := ledger.Append(m, signer(t), es...)
	if err != nil {
		t.Fatal(err)
	}
	return m, es, cp
}

// at gives the checkpoint of the first n entries.
func at(t testing.TB, n int) ledger.Checkpoint {
	t.Helper()
	_, _, cp := log(t, n)
	return cp
}

func mustKind(t testing.TB, err error, kind fault.Kind) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Fatalf("got %v, want a fault of kind %v", err, kind)
	}
}

package ref_test

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"slices"
	"strings"
	"testing"
	"time"

	"comity/ref"
)

func TestNewIsOrderedByTime(t *testing.T) {
	at := time.Date(2026, 11, 20, 15, 0, 0, 0, time.UTC)
	var ids []string
	for i := range 50 {
		var id ref.ItemID
		fresh, err := ref.New[struct{}](at.Add(time.Duration(i)*time.Millisecond), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		copy(id[:], fresh[:])
		ids = append(ids, id.String())
		if s := id.String(); s[14] != '7' || !strings.ContainsRune("89ab", rune(s[19])) {
			t.Fatalf("%s is no version 7", s)
		}
	}
	if !slices.IsSorted(ids) {
		t.Error("later ids sort earlier")
	}
}

func TestRandomTellsNothing(t *testing.T) {
	id, err := ref.Random[struct{}](bytes.NewReader(bytes.Repeat([]byte{0xff}, 16)))
	if err != nil || id.String() != "ffffffff-ffff-4fff-bfff-ffffffffffff" || id.Short() != "ffffffff" {
		t.Error(id, err)
	}
	if _, err := ref.Random[struct{}](bytes.NewReader(make([]byte, 15))); err == nil {
		t.Error("an id from too little randomness")
	}
}

func TestParseTakesOneText(t *testing.T) {
	const good = "0190b2c4-7d1e-7a3b-9c55-3f2a81d07c44"
	if id, err := ref.Parse[struct{}](good); err != nil || id.String() != good {
		t.Fatal(id, err)
	}
	for _, bad := range []string{"", "0190b2c47d1e7a3b9c553f2a81d07c44", strings.ToUpper(good), good[:35], good + "0", "{" + good + "}", " " + good,
		"0190b2c4-7d1e-7a3b-9c55-3f2a81d07c4g", "urn:uuid:" + good, "0190b2c47-d1e-7a3b-9c55-3f2a81d07c44", strings.Repeat("-", 1000)} {
		if id, err := ref.Parse[struct{}](bad); err == nil {
			t.Errorf("%q read as %s", bad, id)
		}
	}
}

func TestHashes(t *testing.T) {
	h := ref.Sum("item", []byte("abc"))
	want := sha256.Sum256([]byte("orx/1/item\x00abc"))
	if h != ref.Hash(want) || h == ref.Sum("cut", []byte("abc")) || ref.Content([]byte("abc")) == h {
		t.Error("a hash for one purpose must not serve another")
	}
	if back, err := ref.ParseHash(h.String()); err != nil || back != h {
		t.Error(err)
	}
	for _, bad := range []string{"", "ab", strings.ToUpper(h.String()), h.String() + "00", "sha256:" + h.String(), strings.Repeat("g", 64)} {
		if _, err := ref.ParseHash(bad); err == nil {
			t.Errorf("%q accepted", bad)
		}
	}
	var zero ref.Hash
	if b, err := zero.MarshalText(); err != nil || len(b) != 0 {
		t.Error("the zero hash has no text")
	}
	if err := zero.UnmarshalText([]byte(h.String())); err != nil || zero != h {
		t.Error(err)
	}
	if err := zero.UnmarshalText(nil); err != nil || !zero.IsZero() {
		t.Error(err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("0190b2c4-7d1e-7a3b-9c55-3f2a81d07c44")
	f.Add("")
	f.Fuzz(func(t *testing.T, s string) {
		if id, err := ref.Parse[struct{}](s); err == nil && id.String() != s {
			t.Fatalf("%q and %q are one id", s, id)
		}
		if h, err := ref.ParseHash(s); err == nil && h.String() != s {
			t.Fatalf("%q and %q are one hash", s, h)
		}
	})
}

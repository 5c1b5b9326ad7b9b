package seal_test

import (
	"strings"
	"testing"

	"github.com/tyler-smith/go-bip39/wordlists"
	"pgregory.net/rapid"

	"comity/ref"
	"comity/seal"
)

func TestWordsVectors(t *testing.T) {
	zeros, ones := strings.Repeat("0", 64), strings.Repeat("f", 64)
	cases := []vector[string]{
		{"zeros", zeros, "abandon abandon abandon abandon abandon abandon abandon abandon"},
		{"ones", ones, "zoo zoo zoo zoo zoo zoo zoo zoo"},
		{"first bit", "8" + zeros[1:], "length abandon abandon abandon abandon abandon abandon abandon"},
		{"eleventh bit", "0020" + zeros[4:], "ability abandon abandon abandon abandon abandon abandon abandon"},
		{"bit 88", "0000000000000000000001" + zeros[22:], "abandon abandon abandon abandon abandon abandon abandon ability"},
		{"bit 89 is not spoken", "000000000000000000000080" + zeros[24:], "abandon abandon abandon abandon abandon abandon abandon abandon"},
		// The 128-bit test vector of BIP-39 (Trezor), 7f repeated: its first
		// eleven words are the plain bits; the spoken ones are the first eight.
		{"the BIP-39 vector 7f7f", strings.Repeat("7f", 32), "legal winner thank year wave sausage worth useful"},
		{"the BIP-39 vector 8080", strings.Repeat("80", 32), "letter advice cage absurd amount doctor acoustic avoid"},
		{"the key with seed 0101", signer(t, 1).Public().Fingerprint().String(), strings.Join(seal.Words(signer(t, 1).Public().Fingerprint()), " ")},
	}
	for _, v := range vectors(t, "dsse-words.json", cases) {
		t.Run(v.Name, func(t *testing.T) {
			h, err := ref.ParseHash(v.Input)
			if v.Name == "zeros" {
				h, err = ref.Hash{}, nil
			}
			if got := strings.Join(seal.Words(h), " "); err != nil || got != v.Outcome {
				t.Fatalf("got %s, %v", got, err)
			}
		})
	}
}

// The words are the first 88 bits and nothing else: they give them back.
func TestWordsGiveBackTheBits(t *testing.T) {
	number := map[string]int{}
	for i, w := range wordlists.English {
		number[w] = i
	}
	rapid.Check(t, func(t *rapid.T) {
		h := ref.Hash(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "hash"))
		var bits []byte
		for _, w := range seal.Words(h) {
			for i := 10; i >= 0; i-- {
				bits = append(bits, byte(number[w]>>i&1))
			}
		}
		for i, bit := range bits {
			if h[i/8]>>(7-i%8)&1 != bit {
				t.Fatalf("bit %d differs", i)
			}
		}
		if len(bits) != 88 {
			t.Fatal(len(bits))
		}
	})
}

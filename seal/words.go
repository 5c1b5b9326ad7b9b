package seal

import (
	"github.com/tyler-smith/go-bip39/wordlists"

	"comity/ref"
)

// spoken is how many words stand for a fingerprint: 8 of 11 bits each, the
// first 88 bits of the hash, more than anyone can search for a second key.
const spoken = 8

// Words gives the eight words of the English BIP-39 list that stand for the
// first 88 bits of a hash, to be read out and compared over the telephone.
func Words(h ref.Hash) []string {
	words := make([]string, spoken)
	for i := range words {
		n := 0
		for bit := i * 11; bit < (i+1)*11; bit++ {
			n = n<<1 | int(h[bit/8]>>(7-bit%8))&1
		}
		words[i] = wordlists.English[n]
	}
	return words
}

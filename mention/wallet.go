package mention

import (
	"bytes"
	"encoding/hex"
	"strings"

	"golang.org/x/crypto/sha3"

	"comity/ref"
)

var walletForms = []form{
	{expr(`\b(?:bc1|BC1|ltc1|LTC1)[02-9ac-hj-np-zAC-HJ-NP-Z]{11,87}\b`), Wallet, "CryptoWallet", "publicKey", "an address of Bitcoin or Litecoin (bech32)", readBech32},
	{exprIn((*finder).longRuns, `\b[48][1-9A-HJ-NP-Za-km-z]{94}\b`), Wallet, "CryptoWallet", "publicKey", "an address of Monero", readMonero},
	{exprIn((*finder).longRuns, `\b0[xX][0-9a-fA-F]{40}\b`), Wallet, "CryptoWallet", "publicKey", "an address of Ethereum", readEthereum},
	{exprIn((*finder).longRuns, `\bT[1-9A-HJ-NP-Za-km-z]{33}\b`), Wallet, "CryptoWallet", "publicKey", "an address of Tron, as USDT is held at", readBase58},
	{exprIn((*finder).longRuns, `\b[13][1-9A-HJ-NP-Za-km-z]{25,34}\b`), Wallet, "CryptoWallet", "publicKey", "an address of Bitcoin", readBase58},
	{exprIn((*finder).longRuns, `\b(?:[LMDXQ79]|t[13])[1-9A-HJ-NP-Za-km-z]{25,34}\b`), Wallet, "CryptoWallet", "publicKey", "an address of Litecoin, Dash, Dogecoin or Zcash", readBase58},
}

// longRuns are the stretches of letters and digits as long as a vehicle's number or
// an address.
func (f *finder) longRuns() [][2]int { return f.runs(17, 0, 0, isPlain) }

const base58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

// decode58 reads a number in base 58 as bytes, big-endian; each leading 1 is a
// zero byte.
func decode58(s string) []byte {
	out := make([]byte, 0, len(s))
	for i := range len(s) {
		carry := strings.IndexByte(base58, s[i])
		if carry < 0 {
			return nil
		}
		for k := range out {
			carry += 58 * int(out[k])
			out[k], carry = byte(carry), carry>>8
		}
		for carry > 0 {
			out, carry = append(out, byte(carry)), carry>>8
		}
	}
	for i := 0; i < len(s) && s[i] == '1'; i++ {
		out = append(out, 0)
	}
	for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	return out
}

// readBase58 checks an address of Base58Check: its last four bytes are the first
// of the double SHA-256 of the others.
func readBase58(s string) (string, bool, bool) {
	b := decode58(s)
	if len(b) != 25 && len(b) != 26 {
		return "", false, false
	}
	body, sum := b[:len(b)-4], b[len(b)-4:]
	once := ref.Content(body)
	twice := ref.Content(once[:])
	return s, true, bytes.Equal(twice[:4], sum)
}

const bech32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"

// readBech32 checks an address after BIP 173 and BIP 350.
func readBech32(s string) (string, bool, bool) {
	low := strings.ToLower(s)
	if s != low && s != strings.ToUpper(s) || len(s) > 90 {
		return "", false, false
	}
	sep := strings.LastIndexByte(low, '1')
	if sep < 1 || len(low)-sep < 9 {
		return "", false, false
	}
	sum := uint32(1)
	for i := range sep {
		sum = bech32Step(sum, low[i]>>5)
	}
	sum = bech32Step(sum, 0)
	for i := range sep {
		sum = bech32Step(sum, low[i]&31)
	}
	for i := sep + 1; i < len(low); i++ {
		v := strings.IndexByte(bech32, low[i])
		if v < 0 {
			return "", false, false
		}
		sum = bech32Step(sum, byte(v))
	}
	return low, true, sum == 1 || sum == 0x2bc830a3
}

func bech32Step(sum uint32, v byte) uint32 {
	top := sum >> 25
	sum = (sum&0x1ffffff)<<5 ^ uint32(v)
	for i, g := range [5]uint32{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3} {
		if top>>i&1 == 1 {
			sum ^= g
		}
	}
	return sum
}

// readEthereum checks the case of the letters (EIP-55) where both cases stand;
// an address in one case has no check and is not sure.
func readEthereum(s string) (string, bool, bool) {
	digits := s[2:]
	low := strings.ToLower(digits)
	if digits == low || digits == strings.ToUpper(digits) {
		_, letters := digitsAndLetters(digits)
		return "0x" + low, false, letters > 0 && strings.Trim(low, low[:1]) != ""
	}
	h := sha3.NewLegacyKeccak256()
	_, _ = h.Write([]byte(low))
	sum := hex.EncodeToString(h.Sum(nil))
	for i := range len(low) {
		if c := low[i]; c >= 'a' && (sum[i] >= '8') != (digits[i] < 'a') {
			return "", false, false
		}
	}
	return "0x" + digits, true, true
}

// readMonero checks an address of Monero: blocks of 11 letters are 8 bytes each, the
// last of 7 is 5; the last four bytes are the first of Keccak-256 of the others.
func readMonero(s string) (string, bool, bool) {
	var all []byte
	for i := 0; i < len(s); i += 11 {
		want := 8
		if len(s)-i < 11 {
			want = 5
		}
		var n uint64
		for _, c := range []byte(s[i:min(len(s), i+11)]) {
			n = n*58 + uint64(strings.IndexByte(base58, c))
		}
		for k := want - 1; k >= 0; k-- {
			all = append(all, byte(n>>(8*k)))
		}
	}
	h := sha3.NewLegacyKeccak256()
	_, _ = h.Write(all[:len(all)-4])
	return s, true, bytes.Equal(h.Sum(nil)[:4], all[len(all)-4:])
}

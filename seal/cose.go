package seal

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/binary"
	"math/big"

	"comity/fault"
)

// The labels of a key's members in COSE (RFC 9052, section 7; RFC 8230, section 4),
// and the values that are taken.
const (
	coseKind, coseAlgorithm          = 1, 3
	coseCurve, coseX, coseY          = -1, -2, -3
	coseModulus, coseExponent        = -1, -2
	kindOKP, kindEC2, kindRSA        = 1, 2, 3
	algES256, algEdDSA, algRS256     = -7, -8, -257
	curveP256, curveEd25519          = 1, 6
	maxCOSE                          = 1 << 10
	minModulus, maxModulus, exponent = 2048, 4096, 65537
)

// deviceKey is the public key of a device's passkey: one of the three kinds that are
// asked for.
type deviceKey struct{ public crypto.PublicKey }

// readCOSE reads a device's public key. Everything that is not one of the three
// kinds, whole and with nothing behind it, is refused.
func readCOSE(b []byte) (deviceKey, error) {
	m, ok := coseMap(b)
	if !ok {
		return deviceKey{}, badDeviceKey()
	}
	switch {
	case m.is(kindEC2, algES256) && m.numbers[coseCurve] == curveP256:
		x, y := m.bytes[coseX], m.bytes[coseY]
		if len(x) != 32 || len(y) != 32 {
			return deviceKey{}, badDeviceKey()
		}
		k, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), append(append([]byte{4}, x...), y...))
		if err != nil {
			return deviceKey{}, badDeviceKey()
		}
		return deviceKey{k}, nil
	case m.is(kindOKP, algEdDSA) && m.numbers[coseCurve] == curveEd25519:
		x := m.bytes[coseX]
		if len(x) != ed25519.PublicKeySize || VerifyKey(x).weak() {
			return deviceKey{}, badDeviceKey()
		}
		return deviceKey{VerifyKey(x)}, nil
	case m.is(kindRSA, algRS256):
		n, e := new(big.Int).SetBytes(m.bytes[coseModulus]), new(big.Int).SetBytes(m.bytes[coseExponent])
		if n.BitLen() < minModulus || n.BitLen() > maxModulus || n.Bit(0) == 0 || e.Cmp(big.NewInt(exponent)) != 0 {
			return deviceKey{}, badDeviceKey()
		}
		return deviceKey{&rsa.PublicKey{N: n, E: exponent}}, nil
	}
	return deviceKey{}, badDeviceKey()
}

func badDeviceKey() error {
	return fault.New(fault.Invalid, "this is not the public key of a passkey").
		Fix("it is a key in COSE for ES256 on P-256, EdDSA on Ed25519, or RS256 of 2048 to 4096 bits")
}

// verify checks a device's signature.
func (k deviceKey) verify(message, signature []byte) bool {
	sum := sha256.Sum256(message)
	switch p := k.public.(type) {
	case *ecdsa.PublicKey:
		return ecdsa.VerifyASN1(p, sum[:], signature)
	case VerifyKey:
		return p.verify(message, signature)
	case *rsa.PublicKey:
		return rsa.VerifyPKCS1v15(p, crypto.SHA256, sum[:], signature) == nil
	}
	return false
}

// members are those of a key: each label stands in one of the two.
type members struct {
	numbers map[int64]int64
	bytes   map[int64][]byte
}

func (m members) is(kind, algorithm int64) bool {
	return m.numbers[coseKind] == kind && m.numbers[coseAlgorithm] == algorithm
}

// coseMap reads a map of numbers to numbers and byte strings, which is all of CBOR
// that a key needs.
func coseMap(b []byte) (m members, ok bool) {
	m = members{map[int64]int64{}, map[int64][]byte{}}
	major, count, b, ok := cborHead(b)
	if !ok || major != 5 || count > 8 {
		return m, false
	}
	for range count {
		var label, value int64
		var text []byte
		if label, _, b, ok = cborValue(b); !ok {
			return m, false
		}
		_, known := m.numbers[label]
		if _, also := m.bytes[label]; known || also {
			return m, false
		}
		if value, text, b, ok = cborValue(b); !ok {
			return m, false
		}
		if text != nil {
			m.bytes[label] = text
		} else {
			m.numbers[label] = value
		}
	}
	return m, len(b) == 0
}

// cborValue reads a number or a byte string, and gives what follows. A label is
// never a byte string: it would be read as the number 0, which is no label.
func cborValue(b []byte) (number int64, text, rest []byte, ok bool) {
	major, n, rest, ok := cborHead(b)
	if !ok {
		return 0, nil, nil, false
	}
	switch major {
	case 0:
		return int64(n), nil, rest, true
	case 1:
		return -1 - int64(n), nil, rest, true
	case 2:
		if n == 0 || n > uint64(len(rest)) {
			return 0, nil, nil, false
		}
		return 0, rest[:n:n], rest[n:], true
	}
	return 0, nil, nil, false
}

// cborHead reads the head of an item: its kind and its number, which is written as
// short as it can be.
func cborHead(b []byte) (major byte, n uint64, rest []byte, ok bool) {
	if len(b) == 0 || len(b) > maxCOSE {
		return 0, 0, nil, false
	}
	major, info, b := b[0]>>5, b[0]&31, b[1:]
	switch {
	case info < 24:
		return major, uint64(info), b, true
	case info == 24 && len(b) >= 1:
		return major, uint64(b[0]), b[1:], b[0] >= 24
	case info == 25 && len(b) >= 2:
		n := binary.BigEndian.Uint16(b)
		return major, uint64(n), b[2:], n > 0xff
	}
	return 0, 0, nil, false
}

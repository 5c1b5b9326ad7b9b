package seal

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"

	"comity/fault"
	"comity/ref"
)

// VerifyKey is an Ed25519 public key; comparable. Its text form is
// "ed25519:" and 43 characters of base64url without padding. The zero value
// is no key: it has no text form and verifies nothing.
type VerifyKey [ed25519.PublicKeySize]byte

const verifyPrefix = "ed25519:"

var text64 = base64.RawURLEncoding

// ParseVerifyKey reads the one text form. It also refuses keys under which a
// signature proves nothing: points of small order, and encodings of a point
// that are not its one encoding.
func ParseVerifyKey(s string) (VerifyKey, error) {
	if len(s) != len(verifyPrefix)+text64.EncodedLen(ed25519.PublicKeySize) {
		return VerifyKey{}, badVerifyKey()
	}
	b, err := text64.DecodeString(s[len(verifyPrefix):])
	if err != nil || len(b) != ed25519.PublicKeySize {
		return VerifyKey{}, badVerifyKey()
	}
	// Writing it again catches what the decoder lets pass: another prefix,
	// line breaks, unused bits that are not zero.
	k := VerifyKey(b)
	if k.weak() || k.String() != s {
		return VerifyKey{}, badVerifyKey()
	}
	return k, nil
}

func badVerifyKey() error {
	return fault.New(fault.Invalid, "this is not a verification key").
		Fix("a key looks like %s and 43 letters, digits, - or _", verifyPrefix)
}

// String gives the text form, or nothing for the zero key.
func (k VerifyKey) String() string {
	if k.IsZero() {
		return ""
	}
	return verifyPrefix + text64.EncodeToString(k[:])
}

// IsZero reports whether the key was never set.
func (k VerifyKey) IsZero() bool { return k == VerifyKey{} }

// Fingerprint names the key: ref.Sum("key", its 32 bytes).
func (k VerifyKey) Fingerprint() ref.Hash { return ref.Sum("key", k[:]) }

// MarshalText gives the text form; it fails for the zero key, so that no key
// is never mistaken for a key. Leave the field out with omitzero instead.
func (k VerifyKey) MarshalText() ([]byte, error) {
	if k.IsZero() {
		return nil, fault.New(fault.Invalid, "a verification key is missing")
	}
	return []byte(k.String()), nil
}

// UnmarshalText takes exactly what MarshalText gives.
func (k *VerifyKey) UnmarshalText(b []byte) error {
	parsed, err := ParseVerifyKey(string(b))
	if err != nil {
		return err
	}
	*k = parsed
	return nil
}

// verify is the one place where an Ed25519 signature is checked.
func (k VerifyKey) verify(message, signature []byte) bool {
	return len(signature) == ed25519.SignatureSize && !k.weak() && ed25519.Verify(k[:], message, signature)
}

// smallOrder lists the y coordinates of the eight points of small order, the
// sign of x left out. Under such a key one signature fits many messages.
var smallOrder = [...]VerifyKey{
	point("0000000000000000000000000000000000000000000000000000000000000000"),
	point("0100000000000000000000000000000000000000000000000000000000000000"),
	point("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
	point("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
	point("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
}

func point(s string) (k VerifyKey) {
	_, _ = hex.Decode(k[:], []byte(s))
	return k
}

// weak reports whether a signature under k would prove nothing: k is of small
// order, or its y coordinate is not below 2^255-19 and so is a second
// encoding of another key. Public keys are no secret, so time may vary.
func (k VerifyKey) weak() bool {
	k[31] &= 0x7f
	for _, p := range smallOrder {
		if k == p {
			return true
		}
	}
	if k[31] != 0x7f || k[0] < 0xed {
		return false
	}
	for _, b := range k[1:31] {
		if b != 0xff {
			return false
		}
	}
	return true
}

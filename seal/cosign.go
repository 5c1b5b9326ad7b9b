package seal

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"golang.org/x/mod/sumdb/note"

	"comity/fault"
)

// cosignatureV1 is the algorithm of C2SP tlog-cosignature: Ed25519 over a
// header with a time, and the note's text. The header keeps it apart from
// everything else that the key signs.
const cosignatureV1 = 0x04

const cosignatureSize = 8 + ed25519.SignatureSize

// NoteCosigner gives a signer of cosignatures (cosignature/v1) under the name
// origin, each dated at, in seconds since 1970 UTC.
func (k SigningKey) NoteCosigner(origin string, at int64) (note.Signer, error) {
	if k.IsZero() {
		return nil, fault.New(fault.Invalid, "a key to sign with is missing")
	}
	if at < 1 {
		return nil, fault.New(fault.Invalid, "a cosignature needs a date")
	}
	v, err := k.public.NoteCosignature(origin)
	if err != nil {
		return nil, err
	}
	return noteCosigner{name: v.Name(), hash: v.KeyHash(), key: k, at: at}, nil
}

type noteCosigner struct {
	hidden[signingLabel]
	name string
	hash uint32
	key  SigningKey
	at   int64
}

func (s noteCosigner) Name() string    { return s.name }
func (s noteCosigner) KeyHash() uint32 { return s.hash }

// Sign gives the date, eight bytes, and the signature.
func (s noteCosigner) Sign(text []byte) ([]byte, error) {
	date := binary.BigEndian.AppendUint64(nil, uint64(s.at))
	return append(date, s.key.sign(cosigned(s.at, text))...), nil
}

func cosigned(at int64, text []byte) []byte {
	return fmt.Appendf(nil, "cosignature/v1\ntime %d\n%s", at, text)
}

// NoteCosignature gives the verifier of what [SigningKey.NoteCosigner] signs.
func (k VerifyKey) NoteCosignature(origin string) (note.Verifier, error) {
	v, err := k.NoteVerifier(origin)
	if err != nil {
		return nil, err
	}
	id := sha256.Sum256(append([]byte(v.Name()+"\n\x04"), k[:]...))
	return noteCosignature{name: v.Name(), hash: binary.BigEndian.Uint32(id[:]), key: k}, nil
}

type noteCosignature struct {
	name string
	hash uint32
	key  VerifyKey
}

func (v noteCosignature) Name() string    { return v.name }
func (v noteCosignature) KeyHash() uint32 { return v.hash }

// Verify reports whether the date and the signature fit the text.
func (v noteCosignature) Verify(text, sig []byte) bool {
	if len(sig) != cosignatureSize {
		return false
	}
	at := binary.BigEndian.Uint64(sig)
	if at < 1 || at > 1<<53 {
		return false
	}
	return ed25519.Verify(ed25519.PublicKey(v.key[:]), cosigned(int64(at), text), sig[8:])
}

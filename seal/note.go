package seal

import (
	"crypto/ed25519"

	"golang.org/x/mod/sumdb/note"

	"comity/fault"
)

// NoteSigner gives a signer of C2SP signed notes under the name origin
// (Ed25519, algorithm 1). The origin must be printable, without space or plus.
func (k SigningKey) NoteSigner(origin string) (note.Signer, error) {
	if k.IsZero() {
		return nil, fault.New(fault.Invalid, "a key to sign with is missing")
	}
	v, err := k.public.NoteVerifier(origin)
	if err != nil {
		return nil, err
	}
	return noteSigner{name: v.Name(), hash: v.KeyHash(), key: k}, nil
}

// NoteVerifier gives the verifier of what [SigningKey.NoteSigner] signs.
func (k VerifyKey) NoteVerifier(origin string) (note.Verifier, error) {
	if k.weak() {
		return nil, badVerifyKey()
	}
	text, err := note.NewEd25519VerifierKey(origin, ed25519.PublicKey(k[:]))
	if err != nil {
		return nil, fault.New(fault.Internal, "a note key cannot be made").Because(err)
	}
	v, err := note.NewVerifier(text)
	if err != nil || !printable(origin, maxOrigin) {
		return nil, fault.New(fault.Invalid, "the origin is not 1 to %d printable characters without space or plus", maxOrigin).Because(err)
	}
	return v, nil
}

const maxOrigin = 255

type noteSigner struct {
	hidden[signingLabel]
	name string
	hash uint32
	key  SigningKey
}

func (s noteSigner) Name() string                    { return s.name }
func (s noteSigner) KeyHash() uint32                 { return s.hash }
func (s noteSigner) Sign(msg []byte) ([]byte, error) { return s.key.sign(msg), nil }

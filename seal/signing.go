package seal

import (
	"crypto"
	"crypto/ed25519"
	"io"

	"comity/fault"
)

// SigningKey is an Ed25519 private key. It cannot be printed, encoded or
// compared; it comes to rest only in a [Ring]. The zero value signs nothing.
type SigningKey struct {
	hidden[signingLabel]
	private func() ed25519.PrivateKey
	public  VerifyKey
}

// NewSigningKey makes a key from 32 bytes of randomness.
func NewSigningKey(random io.Reader) (SigningKey, error) {
	seed := make([]byte, ed25519.SeedSize)
	if _, err := io.ReadFull(random, seed); err != nil {
		return SigningKey{}, fault.New(fault.Internal, "the machine gave no randomness").Because(err)
	}
	return signingKeyOf(seed), nil
}

func signingKeyOf(seed []byte) SigningKey {
	private := ed25519.NewKeyFromSeed(seed)
	return SigningKey{
		private: func() ed25519.PrivateKey { return private },
		public:  VerifyKey(private[ed25519.SeedSize:]),
	}
}

// Public gives the key that verifies what this one signs.
func (k SigningKey) Public() VerifyKey { return k.public }

// IsZero reports whether the key was never set.
func (k SigningKey) IsZero() bool { return k.private == nil }

// Signer lends the key to crypto/tls and crypto/x509 and to nothing else:
// everything that Comity signs goes through [Sign] or [SigningKey.NoteSigner],
// whose texts can never be mistaken for one another or for a handshake.
// It is nil for the zero key.
func (k SigningKey) Signer() crypto.Signer {
	if k.IsZero() {
		return nil
	}
	return lent{key: k}
}

func (k SigningKey) sign(message []byte) []byte { return ed25519.Sign(k.private(), message) }

func (k SigningKey) seed() []byte { return k.private().Seed() }

// lent is a crypto.Signer that cannot be turned back into key bytes.
type lent struct {
	hidden[signingLabel]
	key SigningKey
}

// Public gives the ed25519.PublicKey.
func (l lent) Public() crypto.PublicKey {
	return ed25519.PublicKey(append([]byte(nil), l.key.public[:]...))
}

// Sign signs a message that has not been hashed; pre-hashed Ed25519 is refused.
func (l lent) Sign(_ io.Reader, message []byte, opts crypto.SignerOpts) ([]byte, error) {
	if opts != nil && opts.HashFunc() != crypto.Hash(0) {
		return nil, fault.New(fault.Unsupported, "pre-hashed signatures are not made")
	}
	return l.key.sign(message), nil
}

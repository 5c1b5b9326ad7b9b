package seal

import (
	"filippo.io/age"

	"comity/fault"
	"comity/ref"
)

// SealingKey opens what was sealed for its [Recipient]: an age hybrid
// identity (mlkem768x25519). It cannot be printed, encoded or compared; it
// comes to rest only in a [Ring]. The zero value opens nothing.
type SealingKey struct {
	hidden[sealingLabel]
	identity func() *age.HybridIdentity
	public   Recipient
}

// NewSealingKey makes a key. Its randomness is the operating system's: the
// format's library takes no other.
func NewSealingKey() (SealingKey, error) {
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		return SealingKey{}, fault.New(fault.Internal, "the machine gave no randomness").Because(err)
	}
	return sealingKeyOf(id), nil
}

func sealingKeyOf(id *age.HybridIdentity) SealingKey {
	return SealingKey{identity: func() *age.HybridIdentity { return id }, public: Recipient{text: id.Recipient().String()}}
}

// IsZero reports whether the key was never set.
func (k SealingKey) IsZero() bool { return k.identity == nil }

// Public gives the recipient to seal for; the zero one for the zero key.
func (k SealingKey) Public() Recipient { return k.public }

// Recipient is whom a message is sealed for: the public half of a
// [SealingKey], comparable. Its text form is age's, "age1pq1" and 1,952 more
// characters, in lower case only.
type Recipient struct{ text string }

// ParseRecipient reads the one text form of a hybrid recipient. Keys that are
// not post-quantum are refused.
func ParseRecipient(s string) (Recipient, error) {
	bad := fault.New(fault.Invalid, "this is not a sealing key's public part").
		Fix("it starts with age1pq1, in lower case; plain age1 keys are not post-quantum and not accepted")
	if len(s) > maxRecipient {
		return Recipient{}, bad
	}
	// The library's error quotes the text, which may be a secret key pasted
	// by mistake, so it is not kept.
	r, err := age.ParseHybridRecipient(s)
	if err != nil || r.String() != s {
		return Recipient{}, bad
	}
	return Recipient{text: s}, nil
}

const maxRecipient = 4096

// String gives the text form, or nothing for the zero recipient.
func (r Recipient) String() string { return r.text }

// IsZero reports whether the recipient was never set.
func (r Recipient) IsZero() bool { return r.text == "" }

// Fingerprint names the recipient: ref.Sum("recipient", its text form).
func (r Recipient) Fingerprint() ref.Hash { return ref.Sum("recipient", []byte(r.text)) }

// MarshalText gives the text form; it fails for the zero recipient. Leave the
// field out with omitzero instead.
func (r Recipient) MarshalText() ([]byte, error) {
	if r.IsZero() {
		return nil, fault.New(fault.Invalid, "a recipient is missing")
	}
	return []byte(r.text), nil
}

// UnmarshalText takes exactly what MarshalText gives.
func (r *Recipient) UnmarshalText(b []byte) error {
	parsed, err := ParseRecipient(string(b))
	if err != nil {
		return err
	}
	*r = parsed
	return nil
}

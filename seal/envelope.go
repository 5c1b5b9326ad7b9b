package seal

import (
	"encoding/base64"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"comity/fault"
	"comity/wire"
)

// Envelope is a signed statement: a DSSE envelope in canonical JSON. The
// bytes of Payload are trusted only as what [Envelope.Verify] returns.
//
// An envelope is not a name for a statement: signatures that the verifier
// does not ask for may be added or taken away by anybody. A statement is
// named by the hash of its payload.
type Envelope struct {
	Payload     []byte      `json:"payload"`     // base64 with padding (RFC 4648 section 4)
	PayloadType string      `json:"payloadType"` // see wire.MediaType
	Signatures  []Signature `json:"signatures"`
}

// Signature is one key's signature over the pre-authentication encoding of
// type and payload. KeyID is the text form of the [VerifyKey]; a second,
// post-quantum signature of the same signer gets a prefix of its own
// ("mldsa65:") and stands beside it.
type Signature struct {
	KeyID string `json:"keyid"`
	Sig   []byte `json:"sig"`
}

// Canonical gives the envelope's encoding (doc/spec/encoding.md): nearly all of it
// is the payload's base64.
func (e Envelope) Canonical() ([]byte, error) {
	size := 64 + base64.StdEncoding.EncodedLen(len(e.Payload)) + len(e.PayloadType)
	for _, s := range e.Signatures {
		size += 32 + len(s.KeyID) + base64.StdEncoding.EncodedLen(len(s.Sig))
	}
	b := append(make([]byte, 0, size), `{"payload":"`...)
	b = base64.StdEncoding.AppendEncode(b, e.Payload)
	b, err := jsontext.AppendQuote(append(b, `","payloadType":`...), e.PayloadType)
	if err != nil {
		return nil, unwritable(err)
	}
	b = append(b, `,"signatures":[`...)
	for i, s := range e.Signatures {
		if i > 0 {
			b = append(b, ',')
		}
		if b, err = jsontext.AppendQuote(append(b, `{"keyid":`...), s.KeyID); err != nil {
			return nil, unwritable(err)
		}
		b = base64.StdEncoding.AppendEncode(append(b, `,"sig":"`...), s.Sig)
		b = append(b, `"}`...)
	}
	return append(b, "]}"...), nil
}

func unwritable(err error) error {
	return fault.New(fault.Invalid, "the statement's type or key id is not UTF-8").Because(err)
}

// Bounds of an envelope. A signature may be as long as the longest ML-DSA.
const (
	maxSignatures = 8
	maxKeyID      = 128
	maxSignature  = 5000
	maxType       = 128
)

// Sign signs the payload with every key given, at least one. The payload type
// is covered by the signature, so that a statement of one kind is never
// taken for another.
func Sign(payloadType string, payload []byte, keys ...SigningKey) (Envelope, error) {
	if len(keys) == 0 {
		return Envelope{}, fault.New(fault.Invalid, "a statement needs a key to sign with")
	}
	e := Envelope{Payload: append([]byte{}, payload...), PayloadType: payloadType}
	message := pae(payloadType, payload)
	for _, k := range keys {
		if k.IsZero() {
			return Envelope{}, fault.New(fault.Invalid, "a key to sign with is missing")
		}
		e.Signatures = append(e.Signatures, Signature{KeyID: k.Public().String(), Sig: k.sign(message)})
	}
	if err := e.check(); err != nil {
		return Envelope{}, err
	}
	return e, nil
}

// ParseEnvelope reads the canonical encoding under limits. It checks the
// form only; nothing in the result is trusted before [Envelope.Verify].
func ParseEnvelope(b []byte, lim wire.Limits) (Envelope, error) {
	var e Envelope
	if err := wire.Decode(b, &e, lim); err != nil {
		return Envelope{}, err
	}
	if err := e.check(); err != nil {
		return Envelope{}, err
	}
	return e, nil
}

// Verify gives the payload if the envelope is of the expected type and EVERY
// key given has signed it. Signatures of other keys are tolerated and mean
// nothing: their key ids cannot be those of an expected key, because no id
// may occur twice. At least one key must be given, and none twice: two
// signers that turn out to be one key are not two signers.
func (e Envelope) Verify(payloadType string, keys ...VerifyKey) ([]byte, error) {
	if err := e.check(); err != nil {
		return nil, err
	}
	if err := distinct(keys); err != nil {
		return nil, err
	}
	if e.PayloadType != payloadType {
		return nil, fault.New(fault.Forged, "the statement is not of the expected type").At("payloadType")
	}
	message := pae(payloadType, e.Payload)
	for _, k := range keys {
		if !k.verify(message, e.signatureOf(k)) {
			return nil, fault.New(fault.Forged, "the statement is not signed by the key %s", k)
		}
	}
	return append([]byte{}, e.Payload...), nil
}

func (e Envelope) signatureOf(k VerifyKey) []byte {
	for _, s := range e.Signatures {
		if s.KeyID == k.String() {
			return s.Sig
		}
	}
	return nil
}

func distinct(keys []VerifyKey) error {
	if len(keys) == 0 {
		return fault.New(fault.Invalid, "no key was given to verify the statement with")
	}
	seen := make(map[VerifyKey]bool, len(keys))
	for _, k := range keys {
		if k.IsZero() {
			return fault.New(fault.Invalid, "a key to verify the statement with is missing")
		}
		if seen[k] {
			return fault.New(fault.Invalid, "one key was given for two signers")
		}
		seen[k] = true
	}
	return nil
}

// check holds the bounds of the form, for envelopes from either side.
func (e Envelope) check() error {
	if !printable(e.PayloadType, maxType) {
		return fault.New(fault.Invalid, "the payload type is not 1 to %d printable characters", maxType).At("payloadType")
	}
	if len(e.Signatures) == 0 {
		return fault.New(fault.Invalid, "the statement has no signature").At("signatures")
	}
	if len(e.Signatures) > maxSignatures {
		return fault.New(fault.TooLarge, "the statement has more than %d signatures", maxSignatures).At("signatures")
	}
	seen := make(map[string]bool, len(e.Signatures))
	for i, s := range e.Signatures {
		if !printable(s.KeyID, maxKeyID) {
			return fault.New(fault.Invalid, "a key id is not 1 to %d printable characters", maxKeyID).At("signatures/%d/keyid", i)
		}
		if seen[s.KeyID] {
			return fault.New(fault.Invalid, "a key id occurs twice").At("signatures/%d/keyid", i)
		}
		seen[s.KeyID] = true
		if len(s.Sig) == 0 || len(s.Sig) > maxSignature {
			return fault.New(fault.Invalid, "a signature is not 1 to %d bytes long", maxSignature).At("signatures/%d/sig", i)
		}
	}
	return nil
}

// printable accepts ASCII letters, digits and punctuation, no space.
func printable(s string, most int) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return 0 < len(s) && len(s) <= most
}

// pae is DSSE's pre-authentication encoding (dsse v1.0.2): the lengths part
// type and payload, so that no two pairs give the same bytes. It is written
// out here because the library that has it brings the whole of net with it,
// into the verifier too; the tests hold it against that library.
func pae(payloadType string, payload []byte) []byte {
	head := "DSSEv1 " + strconv.Itoa(len(payloadType)) + " " + payloadType + " " + strconv.Itoa(len(payload)) + " "
	return append(append(make([]byte, 0, len(head)+len(payload)), head...), payload...)
}

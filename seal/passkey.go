package seal

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"strings"

	"github.com/go-json-experiment/json"

	"comity/fault"
	"comity/ref"
	"comity/wire"
)

// Passkey is the public half of a key that a person's device keeps and uses only
// once the device knows the person (WebAuthn). It signs a statement as the challenge
// of a ceremony in a browser, so that the signature is good for that statement, at
// one origin, and for nothing else.
type Passkey struct {
	Credential []byte `json:"credential"` // the name that the device gave it
	Public     []byte `json:"public"`     // COSE (RFC 9052)
}

const passkeyPrefix = "passkey:"

// maxCredential is the most that a credential's name may have (WebAuthn, section 4).
const maxCredential = 1023

// Check refuses what is no passkey of a kind that is verified here.
func (p Passkey) Check() error {
	if len(p.Credential) == 0 || len(p.Credential) > maxCredential {
		return fault.New(fault.Invalid, "a passkey's name is not 1 to %d bytes long", maxCredential)
	}
	_, err := readCOSE(p.Public)
	return err
}

// Fingerprint names the passkey, its credential and its public key together.
func (p Passkey) Fingerprint() ref.Hash {
	b := binary.BigEndian.AppendUint16(nil, uint16(len(p.Credential)))
	return ref.Sum("passkey", append(append(b, p.Credential...), p.Public...))
}

// String gives what a signature by the passkey is found by: "passkey:" and the
// fingerprint in base64url.
func (p Passkey) String() string {
	f := p.Fingerprint()
	return passkeyPrefix + text64.EncodeToString(f[:])
}

// Assertion is a device's answer to a ceremony: it stands as the signature in an
// envelope.
type Assertion struct {
	Passkey       Passkey `json:"passkey"`
	Authenticator []byte  `json:"authenticator"` // what the device says: authenticator data
	Client        []byte  `json:"client"`        // what the browser says: client data, JSON
	Signature     []byte  `json:"signature"`     // over both
}

// Challenge is what a device is asked to sign for a statement of a type.
func Challenge(payloadType string, payload []byte) ref.Hash {
	return ref.Sum("challenge", pae(payloadType, payload))
}

// SignedByPasskey makes the envelope of a statement that a passkey has signed. It
// checks the form only.
func SignedByPasskey(payloadType string, payload []byte, a Assertion) (Envelope, error) {
	sig, err := wire.Encode(a)
	if err != nil {
		return Envelope{}, err
	}
	e := Envelope{Payload: append([]byte{}, payload...), PayloadType: payloadType, Signatures: []Signature{{KeyID: a.Passkey.String(), Sig: sig}}}
	if err := e.check(); err != nil {
		return Envelope{}, err
	}
	return e, nil
}

// ByPasskey tells whether any signature of an envelope claims to be a passkey's.
func (e Envelope) ByPasskey() bool {
	for _, s := range e.Signatures {
		if strings.HasPrefix(s.KeyID, passkeyPrefix) {
			return true
		}
	}
	return false
}

// VerifyPasskey gives the payload of an envelope that one passkey, and nobody else,
// has signed at an origin, after its device knew the person; and the assertion that
// shows it. Whose passkey it is, and whether it counts on, the caller decides.
func (e Envelope) VerifyPasskey(payloadType, origin string) ([]byte, Assertion, error) {
	if err := e.check(); err != nil {
		return nil, Assertion{}, err
	}
	if e.PayloadType != payloadType {
		return nil, Assertion{}, fault.New(fault.Forged, "the statement is not of the expected type").At("payloadType")
	}
	var a Assertion
	if len(e.Signatures) != 1 {
		return nil, a, notAsserted("it has not one signature")
	}
	if err := wire.Decode(e.Signatures[0].Sig, &a, wire.Limits{Bytes: maxSignature, Depth: 3}); err != nil {
		return nil, a, notAsserted("the signature cannot be read")
	}
	if err := a.Passkey.Check(); err != nil {
		return nil, a, notAsserted("the passkey is none")
	}
	if e.Signatures[0].KeyID != a.Passkey.String() {
		return nil, a, notAsserted("it names another passkey")
	}
	if err := a.check(Challenge(payloadType, e.Payload), origin); err != nil {
		return nil, a, err
	}
	return append([]byte{}, e.Payload...), a, nil
}

func notAsserted(why string) error {
	return fault.New(fault.Forged, "the statement is not signed by a passkey: %s", why)
}

// check holds an assertion to a challenge and an origin (WebAuthn, section 7.2).
func (a Assertion) check(challenge ref.Hash, origin string) error {
	host, ok := hostOf(origin)
	if !ok {
		return notAsserted("the origin is none")
	}
	if why := checkClient(a.Client, challenge, origin); why != "" {
		return notAsserted(why)
	}
	if why := checkDevice(a.Authenticator, host); why != "" {
		return notAsserted(why)
	}
	key, err := readCOSE(a.Passkey.Public)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(a.Client)
	if !key.verify(append(bytes.Clone(a.Authenticator), sum[:]...), a.Signature) {
		return notAsserted("the signature does not hold")
	}
	return nil
}

// hostOf gives the name in an origin: what a passkey is bound to.
func hostOf(origin string) (string, bool) {
	scheme, rest, ok := strings.Cut(origin, "://")
	host, _, _ := strings.Cut(rest, ":")
	return host, ok && (scheme == "https" || scheme == "http") && host != "" && !strings.ContainsAny(rest, "/?#@[]")
}

// checkClient tells what is wrong with what a browser says of a ceremony. Browsers
// add members of their own, which are left alone; a member twice is refused.
func checkClient(client []byte, challenge ref.Hash, origin string) string {
	var c struct {
		Type        string `json:"type"`
		Challenge   string `json:"challenge"`
		Origin      string `json:"origin"`
		CrossOrigin bool   `json:"crossOrigin"`
		TopOrigin   string `json:"topOrigin"`
	}
	switch err := json.Unmarshal(client, &c); {
	case err != nil:
		return "what the browser says cannot be read"
	case c.Type != "webauthn.get":
		return "it was another ceremony"
	case c.Challenge != text64.EncodeToString(challenge[:]):
		return "it is for another statement"
	case c.Origin != origin:
		return "it was made at another origin"
	case c.CrossOrigin || c.TopOrigin != "":
		return "it was made inside another page"
	}
	return ""
}

// Flags of what a device says (WebAuthn, section 6.1).
const (
	flagPresent  = 1 << 0
	flagVerified = 1 << 2
	flagMade     = 1 << 6
	flagMore     = 1 << 7
	deviceBytes  = 37
)

// checkDevice tells what is wrong with what a device says of a ceremony.
func checkDevice(data []byte, host string) string {
	if len(data) < deviceBytes {
		return "what the device says is too short"
	}
	party := sha256.Sum256([]byte(host))
	switch flags := data[32]; {
	case !bytes.Equal(data[:32], party[:]):
		return "it was made for another party"
	case flags&flagPresent == 0 || flags&flagVerified == 0:
		return "the device did not know the person"
	case flags&flagMade != 0, len(data) > deviceBytes && flags&flagMore == 0:
		return "the device says more than it was asked"
	}
	return ""
}

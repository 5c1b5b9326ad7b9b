// Package doortest is a device that keeps passkeys, in software: what a browser and
// the chip behind it answer to a ceremony of package door, honestly or as a test
// tells it to.
//
// Band 6, for tests only.
package doortest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"strings"
)

// Flags of what a device says (WebAuthn, section 6.1).
const (
	present  = 1 << 0
	verified = 1 << 2
	attested = 1 << 6
)

// Device is a browser and a chip with passkeys of one person. What it says may be
// changed between ceremonies.
type Device struct {
	Origin     string // that the browser stands at
	Party      string // the id of the relying party; empty: the one that the options name
	Unverified bool   // nobody has put a finger on it
	Challenge  string // in the place of the one that was asked; empty: that one
	Counter    uint32 // of the last signature
	Step       uint32 // how much the next signature counts

	keys []made
}

// made is one passkey.
type made struct {
	id, user []byte
	key      *ecdsa.PrivateKey
}

// New is an honest device whose browser stands at an origin.
func New(origin string) *Device { return &Device{Origin: origin, Step: 1} }

var b64 = base64.RawURLEncoding

// options are what of either kind the device goes by.
type options struct {
	PublicKey struct {
		Challenge string                `json:"challenge"`
		PartyID   string                `json:"rpId"`
		Party     struct{ ID string }   `json:"rp"`
		User      struct{ ID string }   `json:"user"`
		Kinds     []struct{ Alg int }   `json:"pubKeyCredParams"`
		Exclude   []struct{ ID string } `json:"excludeCredentials"`
		Selection struct {
			ResidentKey      string `json:"residentKey"`
			UserVerification string `json:"userVerification"`
		} `json:"authenticatorSelection"`
		UserVerification string `json:"userVerification"`
	} `json:"publicKey"`
}

// Make answers navigator.credentials.create: the response, as JSON.
func (d *Device) Make(asked []byte) ([]byte, error) {
	var o options
	if err := json.Unmarshal(asked, &o); err != nil {
		return nil, err
	}
	p := o.PublicKey
	if p.Selection.UserVerification != "required" || p.Selection.ResidentKey != "required" || len(p.Kinds) == 0 || p.Kinds[0].Alg != -7 {
		return nil, errors.New("this is not how a passkey is asked for")
	}
	for _, x := range p.Exclude {
		for _, have := range d.keys {
			if x.ID == b64.EncodeToString(have.id) {
				return nil, errors.New("this device has a passkey here already")
			}
		}
	}
	user, err := b64.DecodeString(p.User.ID)
	if err != nil {
		return nil, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	m := made{id: make([]byte, 32), user: user, key: key}
	if _, err := rand.Read(m.id); err != nil {
		return nil, err
	}
	public, err := key.PublicKey.Bytes() // 4, X, Y
	if err != nil {
		return nil, err
	}
	data := append(d.data(p.Party.ID, attested), make([]byte, 16)...)
	data = append(binary.BigEndian.AppendUint16(data, uint16(len(m.id))), m.id...)
	data = append(data, 0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32)
	data = append(data, public[1:33]...)
	data = append(append(data, 0x22, 0x58, 32), public[33:]...)
	object := append([]byte("\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58"), byte(len(data)))
	d.keys = append(d.keys, m)
	return answer(m.id, map[string]string{
		"clientDataJSON":    b64.EncodeToString(d.client("webauthn.create", p.Challenge)),
		"attestationObject": b64.EncodeToString(append(object, data...)),
	})
}

// Answer answers navigator.credentials.get with the passkey that was made last.
func (d *Device) Answer(asked []byte) ([]byte, error) {
	var o options
	if err := json.Unmarshal(asked, &o); err != nil {
		return nil, err
	}
	if len(d.keys) == 0 {
		return nil, errors.New("this device has no passkey")
	}
	if o.PublicKey.UserVerification != "required" {
		return nil, errors.New("nobody asks for a finger")
	}
	m := d.keys[len(d.keys)-1]
	client := d.client("webauthn.get", o.PublicKey.Challenge)
	data := d.data(o.PublicKey.PartyID, 0)
	sum := sha256.Sum256(client)
	signed := sha256.Sum256(append(append([]byte{}, data...), sum[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, m.key, signed[:])
	if err != nil {
		return nil, err
	}
	return answer(m.id, map[string]string{
		"clientDataJSON": b64.EncodeToString(client), "authenticatorData": b64.EncodeToString(data),
		"signature": b64.EncodeToString(signature), "userHandle": b64.EncodeToString(m.user),
	})
}

func answer(id []byte, response map[string]string) ([]byte, error) {
	name := b64.EncodeToString(id)
	return json.Marshal(map[string]any{
		"id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": map[string]any{},
	})
}

// client is what the browser says of itself.
func (d *Device) client(what, challenge string) []byte {
	if d.Challenge != "" {
		challenge = d.Challenge
	}
	b, _ := json.Marshal(map[string]any{"type": what, "challenge": challenge, "origin": d.Origin, "crossOrigin": false}) // strings: it cannot fail
	return b
}

// data is what the chip says, up to the passkey that it made.
func (d *Device) data(party string, flags byte) []byte {
	if d.Party != "" {
		party = d.Party
	}
	d.Counter += d.Step
	flags |= present
	if !d.Unverified {
		flags |= verified
	}
	sum := sha256.Sum256([]byte(party))
	return binary.BigEndian.AppendUint32(append(sum[:], flags), d.Counter)
}

// Challenge gives what options ask a device to sign.
func Challenge(asked []byte) string {
	_, after, _ := strings.Cut(string(asked), `"challenge":"`)
	challenge, _, _ := strings.Cut(after, `"`)
	return challenge
}

package seal_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"comity/fault"
	"comity/seal"
)

// device is a passkey of a test: its public key in COSE, and how it signs.
type device struct {
	cose []byte
	sign func(message []byte) []byte
}

func devices(t *testing.T) map[string]device {
	t.Helper()
	sum := func(b []byte) []byte { s := sha256.Sum256(b); return s[:] }
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	point, err := ec.PublicKey.Bytes()
	must(t, err)
	cose := append([]byte{0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32}, point[1:33]...)
	es := device{append(append(cose, 0x22, 0x58, 32), point[33:]...), func(b []byte) []byte {
		s, err := ecdsa.SignASN1(rand.Reader, ec, sum(b))
		must(t, err)
		return s
	}}
	pub, priv, err := ed25519.GenerateKey(rand.Reader)
	must(t, err)
	ed := device{append([]byte{0xa4, 1, 1, 3, 0x27, 0x20, 6, 0x21, 0x58, 32}, pub...), func(b []byte) []byte { return ed25519.Sign(priv, b) }}
	r, err := rsa.GenerateKey(rand.Reader, 2048)
	must(t, err)
	rs := device{append(append([]byte{0xa4, 1, 3, 3, 0x39, 1, 0, 0x20, 0x59, 1, 0}, r.N.Bytes()...), 0x21, 0x43, 1, 0, 1), func(b []byte) []byte {
		s, err := rsa.SignPKCS1v15(rand.Reader, r, crypto.SHA256, sum(b))
		must(t, err)
		return s
	}}
	return map[string]device{"ES256": es, "EdDSA": ed, "RS256": rs}
}

const (
	desk      = "https://desk.example:8443"
	statement = "application/x-test"
)

// said is what stands in an assertion, before it is signed.
type said struct {
	kind, challenge, origin, more string // of the browser
	host                          string // of the device
	flags                         byte
	tail                          []byte
}

func asked(payload string) said {
	c := seal.Challenge(statement, []byte(payload))
	return said{kind: "webauthn.get", challenge: base64.RawURLEncoding.EncodeToString(c[:]), origin: desk, host: "desk.example", flags: 5}
}

func (d device) assert(s said) seal.Assertion {
	party := sha256.Sum256([]byte(s.host))
	a := seal.Assertion{Passkey: seal.Passkey{Credential: []byte("credential"), Public: d.cose}}
	a.Authenticator = append(binary.BigEndian.AppendUint32(append(party[:], s.flags), 7), s.tail...)
	a.Client = fmt.Appendf(nil, `{"type":%q,"challenge":%q,"origin":%q%s}`, s.kind, s.challenge, s.origin, s.more)
	sum := sha256.Sum256(a.Client)
	a.Signature = d.sign(append(append([]byte{}, a.Authenticator...), sum[:]...))
	return a
}

func TestPasskeySigns(t *testing.T) {
	for name, d := range devices(t) {
		for more, s := range map[string]said{
			"":                  asked("act"),
			"more from both":    {asked("act").kind, asked("act").challenge, desk, `,"crossOrigin":false,"other_keys":{"a":[1]}`, "desk.example", 0x85, []byte{0xa0}},
			"a synced passkey":  {asked("act").kind, asked("act").challenge, desk, "", "desk.example", 0x1d, nil},
			"the plainest host": asked("act"),
		} {
			a := d.assert(s)
			e, err := seal.SignedByPasskey(statement, []byte("act"), a)
			must(t, err)
			payload, got, err := e.VerifyPasskey(statement, desk)
			if err != nil || string(payload) != "act" || got.Passkey.Fingerprint() != a.Passkey.Fingerprint() || !e.ByPasskey() {
				t.Errorf("%s, %s: %q, %v", name, more, payload, err)
			}
			if _, err := e.Verify(statement, key(t).Public()); !fault.Is(err, fault.Forged) {
				t.Errorf("%s passes for a key's signature: %v", name, err)
			}
		}
	}
}

// What a passkey said of another statement, elsewhere, otherwise, or without its
// person, proves nothing.
func TestPasskeyProvesNothingElse(t *testing.T) {
	for kind, d := range devices(t) {
		for name, c := range map[string]struct {
			said   func(*said)
			change func(*seal.Assertion)
		}{
			"another statement":     {said: func(s *said) { s.challenge = asked("other").challenge }},
			"another ceremony":      {said: func(s *said) { s.kind = "webauthn.create" }},
			"another origin":        {said: func(s *said) { s.origin = "https://desk.example.evil:8443" }},
			"another port":          {said: func(s *said) { s.origin = "https://desk.example" }},
			"an origin without TLS": {said: func(s *said) { s.origin = "http://desk.example:8443" }},
			"inside another page":   {said: func(s *said) { s.more = `,"crossOrigin":true` }},
			"under another page":    {said: func(s *said) { s.more = `,"topOrigin":"https://evil.example"` }},
			"a member twice":        {said: func(s *said) { s.more = `,"origin":"https://evil.example"` }},
			"another party":         {said: func(s *said) { s.host = "evil.example" }},
			"nobody verified":       {said: func(s *said) { s.flags = 1 }},
			"nobody there":          {said: func(s *said) { s.flags = 4 }},
			"a passkey made":        {said: func(s *said) { s.flags |= 0x40 }},
			"bytes behind":          {said: func(s *said) { s.tail = []byte{0} }},
			"no JSON":               {change: func(a *seal.Assertion) { a.Client = []byte("x") }},
			"too little from it":    {change: func(a *seal.Assertion) { a.Authenticator = a.Authenticator[:36] }},
			"its counter changed":   {change: func(a *seal.Assertion) { a.Authenticator[36]++ }},
			"a flag changed":        {change: func(a *seal.Assertion) { a.Authenticator[32] |= 8 }},
			"the browser's word":    {change: func(a *seal.Assertion) { a.Client = []byte(strings.Replace(string(a.Client), "}", ` }`, 1)) }},
			"the signature changed": {change: func(a *seal.Assertion) { a.Signature[len(a.Signature)-1] ^= 1 }},
			"no signature":          {change: func(a *seal.Assertion) { a.Signature = nil }},
			"another passkey's key": {change: func(a *seal.Assertion) { a.Passkey.Public = devices(t)[kind].cose }},
			"a key of another kind": {change: func(a *seal.Assertion) {
				a.Passkey.Public = append([]byte{}, a.Passkey.Public...)
				a.Passkey.Public[4] ^= 1
			}},
			"a key with something more": {change: func(a *seal.Assertion) { a.Passkey.Public = append(append([]byte{}, a.Passkey.Public...), 0) }},
			"half a key":                {change: func(a *seal.Assertion) { a.Passkey.Public = a.Passkey.Public[:20] }},
			"no key":                    {change: func(a *seal.Assertion) { a.Passkey.Public = nil }},
			"no name":                   {change: func(a *seal.Assertion) { a.Passkey.Credential = nil }},
			"a long name":               {change: func(a *seal.Assertion) { a.Passkey.Credential = make([]byte, 1024) }},
		} {
			s := asked("act")
			if c.said != nil {
				c.said(&s)
			}
			a := d.assert(s)
			if c.change != nil {
				c.change(&a)
			}
			e, err := seal.SignedByPasskey(statement, []byte("act"), a)
			if err == nil {
				_, _, err = e.VerifyPasskey(statement, desk)
			}
			if !fault.Is(err, fault.Forged) {
				t.Errorf("%s, %s: %v", kind, name, err)
			}
		}
	}
}

// An envelope by a passkey has its one signature, of the passkey that it names.
func TestPasskeyEnvelopes(t *testing.T) {
	d := devices(t)["ES256"]
	good := func() seal.Envelope {
		e, err := seal.SignedByPasskey(statement, []byte("act"), d.assert(asked("act")))
		must(t, err)
		return e
	}
	for name, c := range map[string]struct {
		change       func(*seal.Envelope)
		kind, origin string
	}{
		"another type":     {kind: "application/x-other"},
		"its type changed": {change: func(e *seal.Envelope) { e.PayloadType = "application/x-other" }},
		"another origin":   {origin: "https://desk.example"},
		"no origin":        {origin: "desk.example"},
		"a path":           {origin: desk + "/"},
		"another payload":  {change: func(e *seal.Envelope) { e.Payload = []byte("other") }},
		"two signatures": {change: func(e *seal.Envelope) {
			e.Signatures = append(e.Signatures, seal.Signature{KeyID: "x", Sig: []byte("x")})
		}},
		"another name": {change: func(e *seal.Envelope) { e.Signatures[0].KeyID = seal.Passkey{Credential: []byte("x")}.String() }},
		"a key's name": {change: func(e *seal.Envelope) { e.Signatures[0].KeyID = key(t).Public().String() }},
		"another credential": {change: func(e *seal.Envelope) {
			e.Signatures[0].Sig = []byte(strings.Replace(string(e.Signatures[0].Sig), base64.StdEncoding.EncodeToString([]byte("credential")), base64.StdEncoding.EncodeToString([]byte("credentiaL")), 1))
		}},
		"one more member": {change: func(e *seal.Envelope) {
			e.Signatures[0].Sig = []byte(strings.Replace(string(e.Signatures[0].Sig), "{", `{"a":1,`, 1))
		}},
		"a space":           {change: func(e *seal.Envelope) { e.Signatures[0].Sig = append([]byte(" "), e.Signatures[0].Sig...) }},
		"a key's signature": {change: func(e *seal.Envelope) { *e, _ = seal.Sign(statement, []byte("act"), key(t)) }},
	} {
		e, kind, origin := good(), statement, desk
		if c.change != nil {
			c.change(&e)
		}
		if c.kind != "" {
			kind = c.kind
		}
		if c.origin != "" {
			origin = c.origin
		}
		payload, _, err := e.VerifyPasskey(kind, origin)
		if !fault.Is(err, fault.Forged) || payload != nil {
			t.Errorf("%s: %q, %v", name, payload, err)
		}
	}
	if _, err := seal.SignedByPasskey(statement, []byte("act"), seal.Assertion{Signature: make([]byte, 5000)}); !fault.Is(err, fault.Invalid) {
		t.Errorf("a huge assertion: %v", err)
	}
}

// Keys of devices are read whole, and only in the shortest writing.
func FuzzPasskeyCheck(f *testing.F) {
	f.Add([]byte{0xa4, 1, 1, 3, 0x27, 0x20, 6, 0x21, 0x58, 32})
	f.Add([]byte{0xa1, 0x41, 1, 2})
	f.Add([]byte{0xbf, 0xff})
	f.Fuzz(func(_ *testing.T, b []byte) { _ = seal.Passkey{Credential: []byte("x"), Public: b}.Check() })
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func key(t *testing.T) seal.SigningKey {
	t.Helper()
	k, err := seal.NewSigningKey(rand.Reader)
	must(t, err)
	return k
}

// Package door lets officers into the pages of a node, which a browser shows:
// by a passkey of their own, kept by their device, that a one-time invitation
// has let them make. Whoever is let in has a session, and each request of it is
// held against the roster of package staff: who is no longer an officer is out
// at once.
//
// Of secrets it keeps hashes only. An invitation, a passkey and a session are
// kept enclosed, so that writing into the database lets nobody in.
//
// Band 4: no HTTP and no SQL; the store, the clock and the randomness are
// handed in. It may import staff and bands 1-3.
package door

import (
	"io"
	"log/slog"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"comity/fault"
	"comity/party"
	"comity/staff"
	"comity/wire"
)

// Config is what a door is made of.
type Config struct {
	Store  Store
	Staff  *staff.Roster
	Node   party.Name
	Origin string // of the pages, as a browser says it: https://desk.example, or http://localhost:PORT
	Now    func() time.Time
	Random io.Reader
	Log    *slog.Logger // nil: nothing is logged
}

// Door lets officers in. It is safe for concurrent use.
type Door struct {
	Config
	keys      *webauthn.WebAuthn
	begun     ceremonies
	addresses tries
	handles   tries
	again     tries // of officers who are in, by handle
}

// Place is where somebody stands who wants in: the address of the machine, without
// its port, and what the browser calls itself.
type Place struct{ Address, Agent string }

// Invitation lets whoever has the secret make a passkey for an officer, once.
type Invitation struct {
	Secret string       `json:"secret"`
	Handle party.Handle `json:"handle"`
	Until  wire.Time    `json:"until"`
}

// Ceremony is one making or asking of a passkey. Options is the JSON, with the one
// member publicKey, whose buffers are base64url text, for
// navigator.credentials.create or .get; the response comes back as the JSON that a
// browser's PublicKeyCredential.toJSON gives.
type Ceremony struct {
	ID      string
	Options []byte
}

// Session is an officer who was let in, at one browser.
type Session struct {
	Token  string       `json:"-"` // only right after signing in
	ID     string       `json:"id"`
	Handle party.Handle `json:"handle"`
	Began  wire.Time    `json:"began"`
	Seen   wire.Time    `json:"seen"` // to the minute
	Agent  string       `json:"agent"`
}

// New makes the door of a node.
func New(c Config) (*Door, error) {
	host, err := CheckOrigin(c.Origin)
	if err != nil {
		return nil, err
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	required := true
	keys, err := webauthn.New(&webauthn.Config{
		RPID: host, RPDisplayName: "Comity " + string(c.Node), RPOrigins: []string{c.Origin},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: &required, UserVerification: protocol.VerificationRequired,
		},
		// What a browser adds without being asked is left alone: no rule here goes by it.
		ExtensionsUnsolicitedOutputPolicy: protocol.UnsolicitedOutputPolicyIgnore,
	})
	if err != nil {
		return nil, badOrigin(c.Origin).Because(err)
	}
	return &Door{Config: c, keys: keys, addresses: tries{free: freeByAddress}, handles: tries{free: freeByHandle}, again: tries{free: freeByHandle}}, nil
}

// CheckOrigin holds the origin of the pages to what a passkey can be bound to, and
// gives its host: a name under https, or localhost.
func CheckOrigin(origin string) (host string, err error) {
	u, err := url.Parse(origin)
	if err != nil || u.Scheme+"://"+u.Host != origin || u.Hostname() == "" || origin != strings.ToLower(origin) {
		return "", badOrigin(origin)
	}
	if u.Scheme != "https" && (u.Scheme != "http" || u.Hostname() != "localhost") {
		return "", badOrigin(origin)
	}
	if _, err := netip.ParseAddr(u.Hostname()); err == nil {
		return "", badOrigin(origin)
	}
	return u.Hostname(), nil
}

func badOrigin(origin string) *fault.Error {
	if len(origin) > 80 {
		origin = origin[:80] + "..."
	}
	return fault.New(fault.Invalid, "%q is no origin that a passkey can be bound to", origin).
		Fix("write https://NAME or https://NAME:PORT, or http://localhost:PORT, with nothing behind it; an address in numbers is no name")
}

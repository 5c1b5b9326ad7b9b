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
	"context"
	"io"
	"log/slog"
	"time"

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
	Token       string       `json:"-"` // only right after signing in
	ID          string       `json:"id"`
	Handle      party.Handle `json:"handle"`
	Began, Seen wire.Time
	Agent       string `json:"agent"`
}

// Store is the port that keeps invitations, passkeys and sessions.
type Store interface{}

// New makes the door of a node.
func New(c Config) (*Door, error) {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Door{Config: c}, nil
}

func unmade() error { return fault.New(fault.Unsupported, "this is not made yet") }

// Invite makes an invitation for an officer. It takes the place of an earlier one.
// An officer may always invite themselves, by the key that they sign with; an
// admin invites others, but once the node has a security officer nobody who
// reads, sends or guards: fault.Denied.
func (d *Door) Invite(ctx context.Context, by party.Actor, handle party.Handle) (Invitation, error) {
	return Invitation{}, unmade()
}

// Invited tells whom an invitation is for: fault.Denied for any that is wrong,
// used or late, all alike.
func (d *Door) Invited(ctx context.Context, secret string) (party.Handle, error) {
	return "", unmade()
}

// BeginKey begins to make a passkey with an invitation.
func (d *Door) BeginKey(ctx context.Context, secret string) (Ceremony, error) {
	return Ceremony{}, unmade()
}

// FinishKey uses the invitation up, keeps the passkey, and signs its officer in.
func (d *Door) FinishKey(ctx context.Context, id string, response []byte, from Place) (Session, error) {
	return Session{}, unmade()
}

// BeginSignIn asks for a passkey of whoever stands before the door.
func (d *Door) BeginSignIn(ctx context.Context) (Ceremony, error) { return Ceremony{}, unmade() }

// FinishSignIn lets the officer in whose passkey has answered: fault.Denied for
// everybody else, all alike.
func (d *Door) FinishSignIn(ctx context.Context, id string, response []byte, from Place) (Session, error) {
	return Session{}, unmade()
}

// Actor tells which officer a request comes from: fault.Denied if its session was
// ended, is late, or belongs to another browser or to nobody in office.
func (d *Door) Actor(ctx context.Context, token string, from Place) (party.Actor, Session, error) {
	return party.Actor{}, Session{}, unmade()
}

// Sessions lists the officer's own sessions.
func (d *Door) Sessions(ctx context.Context, actor party.Actor) ([]Session, error) {
	return nil, unmade()
}

// End ends one of the officer's own sessions: fault.Withheld if there is no such.
func (d *Door) End(ctx context.Context, actor party.Actor, id string) error { return unmade() }

// Leave ends the session of a token, if there is one.
func (d *Door) Leave(ctx context.Context, token string) error { return unmade() }

// Wait is the cause of a refusal of who has tried wrongly too often: how long
// they must wait. It is found with errors.As.
type Wait struct{ For time.Duration }

// Error tells the time.
func (w Wait) Error() string { return "wait " + w.For.String() }

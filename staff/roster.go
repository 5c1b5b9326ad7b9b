// Package staff keeps the officers of a node: who they are, which unit and
// roles they have, and the key with which each signs their own acts. It tells
// who acts from a signature and from nothing else. Each officer's entry is
// itself a statement signed by the node, so that writing into the database
// makes nobody an officer.
//
// Band 4: no HTTP and no SQL; the store, the clock and the randomness are
// handed in. It may import bands 1-3.
package staff

import (
	"context"
	"io"
	"log/slog"
	"slices"
	"time"

	"comity/fault"
	"comity/ledger"
	"comity/party"
	"comity/record"
	"comity/seal"
	"comity/wire"
)

// Officer is a person of a unit, known by a handle and by the key they sign
// with. A handle and a key belong to one officer for good: neither is ever
// given to another, not even after its officer was removed.
type Officer struct {
	Handle  party.Handle   `json:"handle"`
	Unit    party.Name     `json:"unit"`
	Roles   []party.Role   `json:"roles"`
	Key     seal.VerifyKey `json:"key"`
	Added   wire.Time      `json:"added"`
	Removed wire.Time      `json:"removed,omitzero"` // zero: still in office
	Waiting bool           `json:"waiting,omitzero"` // a security officer has not confirmed it yet
}

// Actor gives the officer at work.
func (o Officer) Actor() party.Actor {
	return party.Actor{Handle: o.Handle, Unit: o.Unit, Roles: slices.Clone(o.Roles)}
}

// Current reports whether the officer is in office: confirmed where that is
// needed, and not removed.
func (o Officer) Current() bool { return o.Removed.IsZero() && !o.Waiting }

// StatementType is what an officer's entry is signed as, by the node.
var StatementType = wire.MediaType("officer")

// Entry is an officer's entry as it is kept. Handle and Key are what it is
// found by; only the statement counts, and only if the node signed it.
type Entry struct {
	Handle    party.Handle
	Key       seal.VerifyKey
	Statement []byte
}

// Rule looks at all entries as a change would leave them, inside its
// transaction; its error undoes the change.
type Rule func(after []Entry) error

// Store is the port that keeps officers. Each method is one whole
// transaction, the records included.
type Store interface {
	// Officers lists everybody who is or was an officer, by handle.
	Officers(ctx context.Context) ([]Entry, error)
	// Officer gives one of them; fault.Withheld if there is none.
	Officer(ctx context.Context, handle party.Handle) (Entry, error)
	// Holder gives the officer with a key, in office or not; fault.Withheld
	// if there is none.
	Holder(ctx context.Context, key seal.VerifyKey) (Entry, error)
	// Enlist keeps a new officer: fault.Stale if the handle or the key was
	// ever given out.
	Enlist(ctx context.Context, e Entry, rule Rule, records ...ledger.Entry) error
	// Change gives an officer a new statement in the place of an old one:
	// fault.Stale if that is not what is kept.
	Change(ctx context.Context, e Entry, was []byte, rule Rule, records ...ledger.Entry) error
}

// Config is what a roster is made of.
type Config struct {
	Store  Store
	Node   party.Name
	Units  func() []party.Name     // of the node
	Key    seal.SigningKey         // the node's: it signs every entry
	Past   func() []seal.VerifyKey // all keys that the node ever signed with; nil: no other
	Now    func() time.Time
	Random io.Reader
	Log    *slog.Logger // nil: nothing is logged
}

// Roster is the officers of one node.
type Roster struct {
	Config
	known statements
}

// New makes the roster of a node.
func New(c Config) *Roster {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Roster{Config: c}
}

// Officer gives an officer in office or removed; fault.Withheld if the
// handle was never given out. Handles, units and keys are no secret within
// the node.
func (r *Roster) Officer(ctx context.Context, handle party.Handle) (Officer, error) {
	o, _, err := r.kept(ctx, handle)
	return o, err
}

// Officers lists everybody who is or was an officer, by handle, for any
// officer of the node.
func (r *Roster) Officers(ctx context.Context, actor party.Actor) ([]Officer, error) {
	if len(actor.Roles) == 0 {
		return nil, fault.New(fault.Denied, "only officers see who the officers are")
	}
	all, err := r.Store.Officers(ctx)
	return r.believed(all), err
}

// Guarded reports whether the node has a security officer in office, without
// whom nobody becomes an officer who reads, sends or guards.
func (r *Roster) Guarded(ctx context.Context) (bool, error) {
	all, err := r.Store.Officers(ctx)
	return holds(r.believed(all), party.Security), err
}

// holds reports whether anybody in office holds a role.
func holds(officers []Officer, role party.Role) bool {
	return slices.ContainsFunc(officers, func(o Officer) bool { return o.Current() && o.Actor().Has(role) })
}

// Manned reports whether anybody was ever made an officer here.
func (r *Roster) Manned(ctx context.Context) (bool, error) {
	all, err := r.Store.Officers(ctx)
	return len(all) > 0, err
}

// entry makes the ledger's entry for a change of an officer's key.
func (r *Roster) entry(actor party.Actor, o Officer, at wire.Time, code string) (ledger.Entry, error) {
	return record.NewEntry(record.Record{
		Kind: record.KeyChange, At: at, Node: r.Node, Unit: actor.Unit, Officer: actor.Handle,
		Subject: o.Key.Fingerprint(), Code: code,
	}, r.Random)
}

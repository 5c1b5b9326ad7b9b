// Package staff keeps the officers of a node: who they are, which unit and
// roles they have, and the key with which each signs their own acts. It tells
// who acts from a signature and from nothing else.
//
// Band 4: no HTTP and no SQL; the store, the clock and the randomness are
// handed in. It may import bands 1-3.
package staff

import (
	"context"
	"io"
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
}

// Actor gives the officer at work.
func (o Officer) Actor() party.Actor {
	return party.Actor{Handle: o.Handle, Unit: o.Unit, Roles: slices.Clone(o.Roles)}
}

// Current reports whether the officer is still in office.
func (o Officer) Current() bool { return o.Removed.IsZero() }

// Store is the port that keeps officers. Each method is one whole
// transaction, the records included.
type Store interface {
	// Officers lists everybody who is or was an officer, by handle.
	Officers(ctx context.Context) ([]Officer, error)
	// Officer gives one of them; fault.Withheld if there is none.
	Officer(ctx context.Context, handle party.Handle) (Officer, error)
	// Holder gives the officer with a key, in office or not; fault.Withheld
	// if there is none.
	Holder(ctx context.Context, key seal.VerifyKey) (Officer, error)
	// Enlist keeps a new officer: fault.Stale if the handle or the key was
	// ever given out, or if first is set and there is an officer already.
	Enlist(ctx context.Context, o Officer, first bool, records ...ledger.Entry) error
	// Dismiss ends an office: fault.Withheld if there is no such officer in
	// office, fault.Denied if no admin would be left.
	Dismiss(ctx context.Context, handle party.Handle, at wire.Time, records ...ledger.Entry) error
}

// Roster is the officers of one node.
type Roster struct {
	store  Store
	node   party.Name
	units  func() []party.Name
	now    func() time.Time
	random io.Reader
}

// New makes the roster of a node; units gives the node's units.
func New(store Store, node party.Name, units func() []party.Name, now func() time.Time, random io.Reader) *Roster {
	return &Roster{store: store, node: node, units: units, now: now, random: random}
}

// Officer gives an officer in office or removed; fault.Withheld if the
// handle was never given out. Handles, units and keys are no secret within
// the node.
func (r *Roster) Officer(ctx context.Context, handle party.Handle) (Officer, error) {
	return r.store.Officer(ctx, handle)
}

// Officers lists everybody who is or was an officer, by handle, for any
// officer of the node.
func (r *Roster) Officers(ctx context.Context, actor party.Actor) ([]Officer, error) {
	if len(actor.Roles) == 0 {
		return nil, fault.New(fault.Denied, "only officers see who the officers are")
	}
	return r.store.Officers(ctx)
}

// entry makes the ledger's entry for a change of an officer's key.
func (r *Roster) entry(actor party.Actor, o Officer, at wire.Time, code string) (ledger.Entry, error) {
	b, err := record.Record{
		Kind: record.KeyChange, At: at, Node: r.node, Unit: actor.Unit, Officer: actor.Handle,
		Subject: o.Key.Fingerprint(), Code: code,
	}.Encode()
	if err != nil {
		return ledger.Entry{}, err
	}
	return ledger.NewEntry(b, r.random)
}

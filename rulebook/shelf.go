// Package rulebook keeps the rule packs that a node holds, every version of
// them, and which of them count here by the word of the node's own lawyers.
// It makes the world that package release reads its questions in.
//
// Band 4: no HTTP and no SQL; the store, the clock and the randomness are
// handed in. It may import bands 1-3.
package rulebook

import (
	"context"
	"io"
	"sync"
	"time"

	"comity/law"
	"comity/ledger"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/release"
	"comity/wire"
)

// Entry is one version of a pack on the shelf.
type Entry struct {
	Pack   law.Pack     `json:"pack"`
	Ref    law.Ref      `json:"ref"`
	Counts bool         `json:"counts"`          // its rules are followed here
	Reason string       `json:"reason,omitzero"` // of the last assessment; empty: none yet
	By     party.Handle `json:"by"`              // who added or assessed it
	Since  wire.Time    `json:"since"`           // when they did
	Source []byte       `json:"source"`          // the file, as it was added
}

// Waits reports whether the version does not count because nobody has
// assessed it yet.
func (e Entry) Waits() bool { return !e.Counts && e.Reason == "" }

// Standing is an Entry without its content.
type Standing struct {
	Ref    law.Ref
	Counts bool
	Reason string
	By     party.Handle
	Since  wire.Time
}

// Waits is as of an [Entry].
func (s Standing) Waits() bool { return !s.Counts && s.Reason == "" }

// Store is the port that keeps packs. Each method is one whole transaction,
// the records included.
type Store interface {
	// Standings lists every version of every pack, by id, then version.
	Standings(ctx context.Context) ([]Standing, error)
	// Pack gives the content of a version and its source file;
	// fault.Withheld if it is not held.
	Pack(ctx context.Context, id string, version int) (law.Pack, []byte, error)
	// Shelve keeps a new version: fault.Stale unless it is higher than every
	// version held.
	Shelve(ctx context.Context, s Standing, pack law.Pack, source []byte, records ...ledger.Entry) error
	// Assess gives some versions of a pack the standing of s; what was
	// assessed before is kept. fault.Stale if s.Ref is not held.
	Assess(ctx context.Context, s Standing, versions []int, records ...ledger.Entry) error
}

// Shelf is the packs of one node.
type Shelf struct {
	// Extra gives parties known from elsewhere, such as partners' cards, for
	// the directory of every world; nil means none.
	Extra func(ctx context.Context) ([]party.Party, error)

	store  Store
	node   party.Name
	now    func() time.Time
	random io.Reader

	mu    sync.Mutex
	known map[ref.Hash]content        // by the hash of the pack, which names its content
	ready map[ref.Hash]*release.Rules // by the hash of the world
}

// content is what a pack's hash names, and one file that says it.
type content struct {
	pack   law.Pack
	source []byte
}

// New makes the shelf of a node.
func New(store Store, node party.Name, now func() time.Time, random io.Reader) *Shelf {
	return &Shelf{store: store, node: node, now: now, random: random, known: map[ref.Hash]content{}, ready: map[ref.Hash]*release.Rules{}}
}

// entry makes the ledger's entry for a change of a pack.
func (s *Shelf) entry(actor party.Actor, at wire.Time, pack law.Ref, subject ref.Hash, code string) (ledger.Entry, error) {
	return record.NewEntry(record.Record{
		Kind: record.PackChange, At: at, Node: s.node, Unit: actor.Unit, Officer: actor.Handle,
		Packs: []law.Ref{pack}, Subject: subject, Code: code,
	}, s.random)
}

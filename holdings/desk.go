// Package holdings keeps what a node holds: items in all their versions, and
// the search over them. It owns [Decide], the one policy function through
// which every portion passes on its way from storage to an officer. What an
// officer may not read and what does not exist answer alike.
//
// Band 4: no HTTP and no SQL; the store, the clock and the randomness are
// handed in. It may import bands 1-3.
package holdings

import (
	"context"
	"io"
	"time"

	"comity/fault"
	"comity/intel"
	"comity/ledger"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/release"
	"comity/wire"
)

// Held is one version of an item as the store keeps it.
type Held struct {
	Item    intel.Item // of a destroyed one the shell
	Hash    ref.Hash
	Authors map[ref.PortionID]party.Handle // who brought each portion in; never changes
	Later   []intel.Portion                // each portion of the versions after this one, in its last form

	Destroyed bool // its content is gone

	Source *Source // of version 1, if it was imported; only [Store.Keep] is given it
}

// Alike is an item whose words are much the same as some others.
type Alike struct {
	Item  ref.ItemID
	Share float64 // of runs of words that both have, about: from 0 to 1
}

// OfSource is the number of what is said of whence an item came.
const OfSource = -1

// Passage is a place where a search found its words: portion Number of an
// item or of a received cut, from 1; 0 is the title, OfSource the source.
type Passage struct {
	Item   ref.ItemID // or
	Cut    ref.CutID
	Number int
}

// Store is the port that keeps items. Each method is one whole transaction,
// the records included. The unit, the reader and the words narrow what is
// looked at; whether the officer may read it is decided here.
type Store interface {
	// Keep keeps the next version of an item, with Authors for the portions
	// that are new: fault.Stale unless Version and Prev follow the latest
	// version, or there is none and Version is 1, and fault.Invalid if it names a
	// file of which some parts are not kept.
	Keep(ctx context.Context, h Held, records ...ledger.Entry) error
	// Version gives one version of an item, 0 meaning the latest;
	// fault.Withheld if there is none.
	Version(ctx context.Context, id ref.ItemID, n int) (Held, error)
	// Source gives whence an item was imported; fault.Withheld if it was not.
	Source(ctx context.Context, id ref.ItemID) (Source, error)
	// Originals lists a unit's items that were imported from a file with the same
	// bytes.
	Originals(ctx context.Context, unit party.Name, content ref.Hash) ([]ref.ItemID, error)
	// Alike lists a unit's imported items with much the same words as texts, the
	// most alike first, at most limit.
	Alike(ctx context.Context, unit party.Name, texts []string, limit int) ([]Alike, error)
	// Destroy destroys the content of all versions of an item for good;
	// fault.Stale if it is destroyed, or waits to be delivered.
	Destroy(ctx context.Context, id ref.ItemID, records ...ledger.Entry) error
	// Matching lists at most limit items whose id ends in the hex digits of
	// tail, of one unit, or of all for the empty unit.
	Matching(ctx context.Context, unit party.Name, tail string, limit int) ([]ref.ItemID, error)
	// List gives the latest versions of a unit's items, newest item first,
	// from the one after the cursor.
	List(ctx context.Context, unit party.Name, after Cursor, limit int) ([]Held, error)
	// Search finds passages with all the words, newest first: in the latest
	// versions of the unit's items, and in the received cuts that the reader
	// has opened. It leaves out the first offset.
	Search(ctx context.Context, unit party.Name, reader party.Handle, words []string, offset, limit int) ([]Passage, error)
	// Stated finds those of them that hold statements.
	Stated(ctx context.Context, unit party.Name, reader party.Handle, words []string, offset, limit int) ([]Passage, error)
	// Received gives a cut that a partner sent, as it was sent.
	Received(ctx context.Context, id ref.CutID) (release.Cut, error)
	// KeepParts keeps parts of a file for an item, from one on, in the place of what
	// no version names yet. What none names within a day is forgotten.
	KeepParts(ctx context.Context, item ref.ItemID, content ref.Hash, from int, parts [][]byte) error
	// Parts gives parts of a file of an item, from one on and at most limit, up to
	// the first that is missing.
	Parts(ctx context.Context, item ref.ItemID, content ref.Hash, from, limit int) ([][]byte, error)
	// KeepUnsaved keeps what an officer has written, in the place of what was kept of
	// the same item: fault.Stale if its content was destroyed. What is destroyed with
	// its item is as if it were not there.
	KeepUnsaved(ctx context.Context, u Unsaved) error
	// Unsaved gives what an officer has written of an item; fault.Withheld if there is
	// nothing.
	Unsaved(ctx context.Context, by party.Handle, item ref.ItemID) (Unsaved, error)
	// AllUnsaved lists what an officer has written, the newest first.
	AllUnsaved(ctx context.Context, by party.Handle) ([]Unsaved, error)
	// DropUnsaved forgets what an officer has written of an item, if there is any.
	DropUnsaved(ctx context.Context, by party.Handle, item ref.ItemID) error
	// Record puts records into the ledger that no other change goes with.
	Record(ctx context.Context, records ...ledger.Entry) error
}

// Desk is where officers work with the items of one node.
type Desk struct {
	store  Store
	node   party.Name
	now    func() time.Time
	random io.Reader

	readings Readings
	uploads  uploads
}

// New makes the desk of a node.
func New(store Store, node party.Name, now func() time.Time, random io.Reader) *Desk {
	return &Desk{store: store, node: node, now: now, random: random}
}

// absent is the one answer for what is not there and for what is not the
// officer's to see.
func absent() error {
	return fault.New(fault.Withheld, "there is no such item for you").Fix("comity list shows the items that you may see")
}

// entry makes the ledger's entry for an act on a version: ids and hashes only.
func (d *Desk) entry(kind record.Kind, actor party.Actor, at wire.Time, id ref.ItemID, version ref.Hash) (ledger.Entry, error) {
	return record.NewEntry(record.Record{
		Kind: kind, At: at, Node: d.node, Unit: actor.Unit, Officer: actor.Handle, Item: id, Version: version,
	}, d.random)
}

// Package exposure tells what past releases look like from today: what a party
// could have seen of them and did see, whether each stored plan still comes
// out as it was, and what the packs that count now would add to it.
//
// It reads what the acts of release left behind and changes nothing. It shows
// ids, scopes, parties and rules; no word of an item leaves it.
//
// Band 4: no HTTP and no SQL; the store and the clock are handed in. It
// imports no sibling of its own.
package exposure

import (
	"context"
	"slices"
	"time"

	"comity/exchange"
	"comity/holdings"
	"comity/intel"
	"comity/law"
	"comity/party"
	"comity/ref"
	"comity/release"
	"comity/wire"
)

// Made is a release as it was committed.
type Made struct {
	ID   ref.ReleaseID
	Item ref.ItemID
	At   wire.Time
	// Bytes is the stored plan as it lies there, and Plan what it says; nil if
	// it cannot be read.
	Bytes []byte
	Plan  *release.Plan
	Act   ref.Hash // the hash of the plan that the act was about
}

// Place is where a release stands in the order of time. The zero value stands
// before all of them.
type Place struct {
	At wire.Time     `json:"at,omitzero"`
	ID ref.ReleaseID `json:"id,omitzero"`
}

// Place gives the place of a release.
func (m Made) Place() Place { return Place{m.At, m.ID} }

// sound tells whether the stored plan is the one that the act was about.
func (m Made) sound() bool { return m.Plan != nil && ref.Sum("plan", m.Bytes) == m.Act }

// Unsound counts releases whose stored plan cannot be read or is not the one
// that was released, and names the first of them.
type Unsound struct {
	Releases int          `json:"releases"`
	Items    []ref.ItemID `json:"items"`
}

// Add counts one more.
func (u *Unsound) Add(item ref.ItemID) {
	u.Releases++
	if len(u.Items) < maxNamed && !slices.Contains(u.Items, item) {
		u.Items = append(u.Items, item)
	}
}

// Range narrows a list of releases.
type Range struct {
	After Place      // the last one that was seen
	Until wire.Time  // none later; zero: no bound
	Item  ref.ItemID // of this item; zero: of any
}

// Cut is a cut of a release and how it stands.
type Cut struct {
	ID        ref.CutID
	Recipient party.Name
	Last      bool        // nothing newer of the item went to the recipient
	Recalls   []ref.CutID // the recalls of the item that went to the recipient after it
}

// Past is the port for what the acts of release left behind. Each method is
// one transaction.
type Past interface {
	// Releases lists at most limit releases of a range, oldest first.
	Releases(ctx context.Context, r Range, limit int) ([]Made, error)
	// Cuts lists the cuts of a release, in the order of commit.
	Cuts(ctx context.Context, id ref.ReleaseID) ([]Cut, error)
	// Receipts lists at most limit receipts for a cut, oldest first, after the
	// first offset of them.
	Receipts(ctx context.Context, cut ref.CutID, offset, limit int) ([]exchange.StoredReceipt, error)
	// Version gives a version of an item as it is kept; fault.Withheld if
	// there is none, fault.Expired if its content was destroyed, fault.Forged if
	// somebody wrote into the database.
	Version(ctx context.Context, item ref.ItemID, n int) (intel.Item, error)
	// Authorised lists at most limit authorisations that this node ever gave
	// to pass on what it sent, oldest first, after the first offset of them.
	Authorised(ctx context.Context, offset, limit int) ([]Authorised, error)
	// Disclosed tells of which of some plans the ledger has the record of a
	// disclosure.
	Disclosed(ctx context.Context, plans []ref.Hash) (map[ref.Hash]bool, error)
}

// Rules is what exposure asks of the rulebook; *rulebook.Shelf satisfies it.
type Rules interface {
	World(ctx context.Context, at wire.Time, only []string) (release.World, error)
	Replay(ctx context.Context, names []law.Ref) (release.World, error)
}

// Desk is what it asks of the holdings; *holdings.Desk satisfies it.
type Desk interface {
	Item(ctx context.Context, actor party.Actor, id ref.ItemID) (holdings.View, error)
}

// Exposure looks back at what one node sent. It is safe for concurrent use.
type Exposure struct {
	past  Past
	rules Rules
	desk  Desk
	now   func() time.Time
}

// New makes it.
func New(past Past, rules Rules, desk Desk, now func() time.Time) *Exposure {
	return &Exposure{past: past, rules: rules, desk: desk, now: now}
}

func (x *Exposure) at() wire.Time { return wire.At(x.now()) }

// batch is how many releases are held in memory at a time.
const batch = 64

// each looks at every release of a range, oldest first, until look says no.
func (x *Exposure) each(ctx context.Context, r Range, look func(Made) (bool, error)) error {
	for {
		list, err := x.past.Releases(ctx, r, batch)
		if err != nil {
			return err
		}
		for _, m := range list {
			r.After = m.Place()
			if more, err := look(m); err != nil || !more {
				return err
			}
		}
		if len(list) < batch {
			return nil
		}
	}
}

// Package casework keeps the duties of a node's officers: what each must now
// report, to whom and by when, and the filing of it. A report goes no word
// beyond the scope of its rule and leaves proof of when it was filed, because
// officers who fear that a lawful contact cannot be proved stop answering.
//
// Band 4: no HTTP and no SQL; it works through package exchange and imports
// no sibling of its own.
package casework

import (
	"context"
	"time"

	"comity/exchange"
	"comity/holdings"
	"comity/intel"
	"comity/ledger"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/wire"
)

// Store is the port that keeps duties. They come into being with an
// [exchange.Commit] or [exchange.Arrival]. Each method is one whole
// transaction.
type Store interface {
	// Duties lists a part of a unit's duties, or of its open ones, the most pressing
	// first.
	Duties(ctx context.Context, holder party.Name, open bool, from, limit int) ([]exchange.Duty, error)
	// Count counts a unit's duties, or its open ones, and those of the open ones that
	// were first due before an instant; "": of all units.
	Count(ctx context.Context, holder party.Name, open bool, at wire.Time) (count, overdue int, err error)
	// Duty gives one; the id may be given by its last 8 digits;
	// fault.Withheld if there is none.
	Duty(ctx context.Context, id string) (exchange.Duty, error)
	// Discharge ends a duty that was filed outside the network: its records,
	// its proof, and the entries that the proof makes for the outbox.
	// fault.Stale if it is no longer open.
	Discharge(ctx context.Context, duty ref.DutyID, at wire.Time, how string, records []ledger.Entry, proven exchange.Proven) error
}

// Links is what casework asks of the exchange; *exchange.Exchange satisfies
// it.
type Links interface {
	Route(ctx context.Context, to party.Name) (exchange.Partner, party.Name, error)
	ReportOf(ctx context.Context, actor party.Actor, d exchange.Duty, unit party.Name) (exchange.Report, error)
	MayTell(ctx context.Context, actor party.Actor, d exchange.Duty) error
	File(ctx context.Context, actor party.Actor, item ref.ItemID, unit party.Name, f exchange.Filing) (exchange.Released, record.Receipt, error)
	Discharge(ctx context.Context, actor party.Actor, f exchange.Filing) (*exchange.Discharge, error)
	Title(ctx context.Context, n party.Name) (string, error)
	Wake()
}

// Desk takes in the item of a report; *holdings.Desk satisfies it.
type Desk interface {
	Import(ctx context.Context, actor party.Actor, draft holdings.Draft) (intel.Item, error)
}

// Casework is the duties of one node.
type Casework struct {
	store Store
	links Links
	desk  Desk
	now   func() time.Time
}

// New makes the casework of a node.
func New(store Store, links Links, desk Desk, now func() time.Time) *Casework {
	return &Casework{store: store, links: links, desk: desk, now: now}
}

func (c *Casework) at() wire.Time { return wire.At(c.now()) }

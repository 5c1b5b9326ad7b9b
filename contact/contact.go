// Package contact keeps the contacts that send no item: a call, a meeting. A
// law may want one authorised beforehand and reported afterwards, and an
// officer who fears that a lawful contact cannot be proved will not make it.
// Before the contact it shows who will come to know of it, whose authorisation
// it needs and what must be reported; once entered the contact stands in the
// ledger, and its duties fall due like all others.
//
// What has not happened yet and wants an authorisation is refused without one,
// unless a second officer approves. What has happened is taken once it says why
// it went without: the law wants it reported all the more, and the record says
// what it lacked.
//
// Band 4: no HTTP and no SQL; it works through package exchange and imports no
// sibling of its own.
package contact

import (
	"context"
	"io"
	"time"

	"comity/exchange"
	"comity/ledger"
	"comity/party"
	"comity/ref"
	"comity/release"
	"comity/seal"
	"comity/wire"
)

// State is how a contact stands.
type State string

// The states.
const (
	Planned   State = "planned"   // it waits for an authorisation, or for a second officer
	Cleared   State = "cleared"   // it may take place: nothing is wanting, or a second officer approved
	Cancelled State = "cancelled" // it did not take place, and will not
	Entered   State = "entered"   // it took place, and its duties are due
)

// Entry is a contact of one of this node's units.
type Entry struct {
	ID       ref.ContactID
	Officer  party.Handle
	Made     wire.Time
	Plan     release.ContactPlan // as it was when it was planned, or entered
	Hash     ref.Hash            // of the plan
	State    State
	Reason   string // of an override
	Approval []byte // the second officer's signed approval of it
}

// Store is the port that keeps contacts. Each method is one whole transaction.
// Ids may be given by their last 8 digits; fault.Withheld if there is none.
type Store interface {
	// Plan keeps a contact that waits.
	Plan(ctx context.Context, e Entry) error
	// Approve keeps an approval of a contact's plan; fault.Stale if it has one,
	// was entered, or is planned otherwise by now.
	Approve(ctx context.Context, id ref.ContactID, plan ref.Hash, approval []byte, records []ledger.Entry) error
	// Enter keeps a contact as cleared or entered, new or after it waited, with
	// its duties and records, or as cancelled; fault.Stale if it was entered or
	// cancelled before.
	Enter(ctx context.Context, e Entry, duties []exchange.Duty, records []ledger.Entry) error
	// Contacts lists the newest contacts of a unit.
	Contacts(ctx context.Context, unit party.Name, limit int) ([]Entry, error)
	// Contact gives one; the id may be given by its last 8 digits.
	Contact(ctx context.Context, id string) (Entry, error)
}

// Rules is what contacts ask of the rulebook; *rulebook.Shelf satisfies it.
type Rules interface {
	// Prepared gives the rules that count at a time, ready for questions.
	Prepared(ctx context.Context, at wire.Time, only []string) (*release.Rules, error)
}

// Approvals checks a second officer's signature; *exchange.Exchange satisfies
// it.
type Approvals interface {
	// Approver gives who signed an approval of a plan: an officer who may, and
	// not its maker; fault.Denied, fault.Stale or fault.Forged if it is not that.
	Approver(ctx context.Context, p exchange.PendingPlan, approval seal.Envelope) (party.Actor, error)
}

// Config is all that the contacts of a node are made of.
type Config struct {
	Node      party.Name
	Store     Store
	Rules     Rules
	InHand    exchange.InHand
	Approvals Approvals
	Now       func() time.Time
	Random    io.Reader
}

// Contacts are those of one node.
type Contacts struct{ Config }

// New makes the contacts of a node.
func New(c Config) *Contacts { return &Contacts{c} }

func (c *Contacts) now() wire.Time { return wire.At(c.Now()) }

// Package witness makes partners the witnesses of each other's ledgers. After
// messages have crossed a link its two nodes show each other how their ledgers
// stand; each checks that the other's extends what it saw before, keeps the new
// head, and then cosigns it. Nodes that know a third one pass its heads on to
// each other where both sides' officers allow it, so that one who shows them
// two histories is found out. What cannot be explained by one history freezes
// the link, and both signed heads are kept.
//
// [Heads] is what crosses (doc/spec/heads.md), [Judge] decides what it means,
// [Service] does it.
//
// Band 4. It may import exchange and bands 1-3.
package witness

import (
	"context"
	"io"
	"log/slog"
	"time"

	"comity/exchange"
	"comity/fault"
	"comity/ledger"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/seal"
	"comity/wire"
)

// Book is the node's own ledger.
type Book interface {
	ledger.Leaves
	// Checkpoint gives the newest signed head; fault.Withheld if there is none.
	Checkpoint(ctx context.Context) (ledger.Checkpoint, error)
}

// Store keeps what this node has seen of its partners' ledgers, and what they
// have seen of its own. Each method is one transaction.
type Store interface {
	// View gives what was seen of a partner's ledger, with at most MaxAsks
	// open heads, the smallest first.
	View(ctx context.Context, partner party.Name) (View, error)
	// See keeps heads of a partner's ledger, each once. Two with one size and
	// different roots are both kept, and View then gives them as Twice.
	See(ctx context.Context, partner party.Name, seen ...Seen) error
	// Advance makes a head the one that is held, and closes the open heads that
	// were shown to belong to it; fault.Stale if another one is held by now.
	Advance(ctx context.Context, partner party.Name, a Advance) error
	// Cosigned keeps the head of this node's ledger that a partner holds.
	Cosigned(ctx context.Context, partner party.Name, cp ledger.Checkpoint, at wire.Time) error
	// Ours lists the heads of this node's ledger that partners hold.
	Ours(ctx context.Context) ([]Held, error)
	// Theirs lists the heads of partners' ledgers that this node holds.
	Theirs(ctx context.Context) ([]Held, error)
	// Covered gives the head held that was shown to extend a head under which a
	// receipt of the partner's stands, and the proof; fault.Withheld if none was.
	Covered(ctx context.Context, partner party.Name, size int64, root ref.Hash) (Held, []ref.Hash, error)
	// Asks keeps what a partner asks to be shown of this node's ledger.
	Asks(ctx context.Context, partner party.Name, sizes []int64) error
	// Others gives the heads held of those nodes that a partner may be told
	// this node knows.
	Others(ctx context.Context, partner party.Name) ([]Held, error)
	// Tell allows, or no longer, that two partners are told of each other's
	// heads.
	Tell(ctx context.Context, a, b party.Name, allowed bool, records []ledger.Entry) error
	// Told lists the pairs that are.
	Told(ctx context.Context) ([][2]party.Name, error)

	// Stop keeps that the node's own ledger is behind: until it is lifted,
	// whatever would be signed is refused.
	Stop(ctx context.Context, l Lost) error
	// Stopped gives what Stop was told last; nil: the ledger is not behind.
	Stopped() *Lost
	// Asked keeps that a partner was asked and knows of nothing newer. Once all
	// have been, a node that was only restored signs again.
	Asked(ctx context.Context, partner party.Name) error
	// Unasked lists the partners of whom that is not known yet.
	Unasked(ctx context.Context) ([]party.Name, error)
	// Lift lets the node sign again, and leaves records. Heads up to the size of
	// the one that is known to be lost do not stop it any more, whoever shows them;
	// nor does any head that a partner shows whom a restored node has not heard.
	Lift(ctx context.Context, at wire.Time, records []ledger.Entry) error
	// Waived tells whether a head of a size that a partner shows was given up so.
	Waived(ctx context.Context, partner party.Name, size int64) (bool, error)
	// Behind keeps since when a partner says that its ledger is behind; zero: it
	// no longer does.
	Behind(ctx context.Context, partner party.Name, since wire.Time) error
	// Sent moves a link on to a message that this node has sent and forgotten.
	Sent(ctx context.Context, partner party.Name, at exchange.Position) error
}

// Lost is a head that this node has signed and that its ledger does not
// extend: the database is older than what was sent, or somebody changed it. A
// zero head means that the database was put back from a backup, and that the
// partners were not all asked yet what they hold.
type Lost struct {
	Head   ledger.Checkpoint
	Holder party.Name // the partner that holds it; empty: the node's own file beside the database
	At     wire.Time
}

// Restored reports whether nothing is known to be lost.
func (l Lost) Restored() bool { return l.Head.Size == 0 }

// Refusal is what every act gets that would sign something.
func (l Lost) Refusal() error {
	if l.Restored() {
		return fault.New(fault.Frozen, "this node was put back from a backup, and signs nothing before its partners were asked what they hold").
			Fix("let it run until they have answered: comity status lists them; comity ledger override goes on without them")
	}
	holder := "the file beside the database"
	if l.Holder != "" {
		holder = string(l.Holder)
	}
	return fault.New(fault.Frozen, "the database is behind what this node has signed: %s holds a head of %d records that it does not extend", holder, l.Head.Size).
		Fix("put the newest database back. If it is lost for good, a security officer can go on with comity ledger override; every partner will see that the ledger was broken")
}

// Held is a head that somebody holds of another's ledger.
type Held struct {
	Partner party.Name // who holds it, or whose it is
	Head    ledger.Checkpoint
	At      wire.Time
	Open    int // heads seen and not shown to belong to it yet
}

// Links is what the service asks of the exchange.
type Links interface {
	Freeze(ctx context.Context, partner party.Name, why string, r record.Record, evidence ...exchange.Evidence) error
	Compared(partner party.Name)
	// Want has ledgers compared with a partner soon.
	Want(partner party.Name)
	// Follow pins the card that follows the pinned one, by the word of the key
	// that is pinned.
	Follow(ctx context.Context, partner party.Name, signed []byte) (exchange.Partner, error)
	// Again sends the partner once more what it lacks from a position on.
	Again(ctx context.Context, partner exchange.Partner, peer exchange.Peer, from int64) error
}

// Inbox gives what is kept of a message that was taken in.
type Inbox interface {
	Consumed(ctx context.Context, partner party.Name, sequence int64) (exchange.Taken, error)
}

// Partners gives the partners; fault.Withheld for one that was not introduced.
type Partners interface {
	Partners(ctx context.Context) ([]exchange.Partner, error)
	Partner(ctx context.Context, name party.Name) (exchange.Partner, error)
}

// Config is all that a service is made of.
type Config struct {
	Node     party.Name
	Speaks   wire.Speaks
	Keys     func() []seal.SigningKey     // as exchange.Keys has them
	Past     func() []seal.VerifyKey      // all keys that this node ever signed with, the current one first
	Card     func() ref.Hash              // of the node's newest card
	Next     func(pinned ref.Hash) []byte // the signed card after that one; nil: there is none, or no such card
	Ledger   Book
	Store    Store
	Partners Partners
	Links    Links
	Inbox    Inbox
	Now      func() time.Time
	Random   io.Reader
	Log      *slog.Logger // nil: nothing is logged
}

// Service is a node as a witness of others, and with others as its witnesses.
// It is safe for concurrent use.
type Service struct{ Config }

// New makes a service.
func New(c Config) *Service {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{c}
}

func (s *Service) now() wire.Time { return wire.At(s.Now()) }

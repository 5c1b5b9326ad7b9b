// Package exchange carries items between nodes: links to partners, the
// outbox, the inbox, receipts. It plans and releases through package
// release, seals and signs each message (package message) for one link, takes
// in what partners send, and proves every disclosure. It owns [Peer], the one
// conversation between nodes.
//
// Band 4: no HTTP and no SQL; the clock, the randomness, the peers and the
// store are handed in. It may import holdings, rulebook, staff and bands 1-3.
package exchange

import (
	"context"
	"io"
	"log/slog"
	"slices"
	"sync"
	"time"

	"comity/fault"
	"comity/holdings"
	"comity/intel"
	"comity/ledger"
	"comity/message"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/release"
	"comity/seal"
	"comity/staff"
	"comity/wire"
)

// Keys are a node's own secrets for its links, unlocked at start.
type Keys struct {
	// Signing holds the current key first, and then the one before it as long as
	// partners may know no other: what leaves is signed by both.
	Signing []seal.SigningKey
	// Sealing holds each unit's keys, the current one first; the ones before
	// still open what was sealed for them.
	Sealing map[party.Name][]seal.SealingKey
}

// Self is the node as its partners know it.
type Self struct {
	Node party.Name
	Card func() message.Card // the newest, as partners are given it
	Keys func() Keys

	Speaks wire.Speaks // the protocols; the card names the newest
}

// Ports are the parts of the store that the exchange works on.
type Ports struct {
	Releases Releases
	Trails   Trails
	Links    Links
	Outbox   Outbox
	Inbox    Inbox
	Exhibits Exhibits
}

// Items is what the exchange asks of the node's holdings.
type Items interface {
	Item(ctx context.Context, actor party.Actor, id ref.ItemID) (holdings.View, error)
	Version(ctx context.Context, actor party.Actor, id ref.ItemID, n int) (holdings.View, error)
}

// Rules is what it asks of the rulebook.
type Rules interface {
	World(ctx context.Context, at wire.Time, only []string) (release.World, error)
	// Prepared gives the same, ready for questions.
	Prepared(ctx context.Context, at wire.Time, only []string) (*release.Rules, error)
}

// Officers is what it asks of the staff.
type Officers interface {
	Officer(ctx context.Context, handle party.Handle) (staff.Officer, error)
	Authenticate(ctx context.Context, e seal.Envelope, payloadType string) (party.Actor, []byte, error)
}

// Passkeys tells whose passkey has signed a statement in the pages, as the staff
// tells whose key has.
type Passkeys interface {
	Authenticate(ctx context.Context, e seal.Envelope, payloadType string) (party.Actor, []byte, error)
}

// InHand gives the authorisations that one of this node's units was given
// about some subjects: cuts that partners sent, and rules (see
// [release.Rules.Subjects]).
type InHand func(ctx context.Context, unit party.Name, about []string) ([]release.Authorised, error)

// Config is all that an exchange is made of.
type Config struct {
	Self        Self
	Ports       Ports
	Items       Items
	Rules       Rules
	Officers    Officers
	Passkeys    Passkeys           // nil: the node shows no pages
	InHand      InHand             // nil: no authorisation is ever in hand
	Dial        func(Partner) Peer // nil, or gives nil: nothing is delivered over the network
	Compare     Compare            // nil: ledgers are not compared
	Now         func() time.Time
	Random      io.Reader
	Log         *slog.Logger  // nil: nothing is logged
	SilentAfter time.Duration // zero: DefaultSilence
	Arrived     func(Came)    // nil, or is told of each cut that was taken in; it must not wait
}

// Compare has this node and a partner tell each other how their ledgers stand.
// It is called after messages crossed a link, and once in a while without.
type Compare func(ctx context.Context, p Partner, peer Peer) error

// DefaultSilence is how long a partner may leave a cut undelivered or unread
// before the trail says so.
const DefaultSilence = 72 * time.Hour

// Exchange is one node's side of all its links. It is safe for concurrent
// use.
type Exchange struct {
	Config
	links   keyed // one arrival at a time for each partner, and one delivery
	waker   waker
	quiet   limiter
	traffic traffic
	resends resends
	pace    pace
	heads   openedHeads
	failing failing
	counts  counts

	readings  holdings.Readings // of exhibits
	announced announced
}

// New makes an exchange. It does no work before it is called; see
// [Exchange.Run].
func New(c Config) *Exchange {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.SilentAfter == 0 {
		c.SilentAfter = DefaultSilence
	}
	return &Exchange{Config: c, links: keyed{held: map[string]chan struct{}{}}, waker: newWaker(), quiet: limiter{last: map[string]time.Time{}}, traffic: newTraffic()}
}

func (x *Exchange) now() wire.Time { return wire.At(x.Now()) }

// entry makes the ledger's entry for a record that nobody is given.
func (x *Exchange) entry(r record.Record) (ledger.Entry, error) {
	r.Node = x.Self.Node
	return record.NewEntry(r, x.Random)
}

// entries makes the entries of several records, in their order.
func (x *Exchange) entries(records ...record.Record) ([]ledger.Entry, error) {
	list := make([]ledger.Entry, len(records))
	for i, r := range records {
		var err error
		if list[i], err = x.entry(r); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// outgoing makes an entry of the outbox.
func (x *Exchange) outgoing(partner party.Name, audience []party.Name, kind message.StatementKind, body []byte) (Outgoing, error) {
	o := Outgoing{Partner: partner, Audience: audience, Kind: kind, Body: body, Created: x.now()}
	return o, newID(&o.ID, x.Now(), x.Random)
}

// newID sets a time-ordered id of whatever kind.
func newID[T any](id *ref.ID[T], now time.Time, random io.Reader) (err error) {
	*id, err = ref.New[T](now, random)
	return err
}

// randomID sets an id that tells nothing of when it was made.
func randomID[T any](id *ref.ID[T], random io.Reader) (err error) {
	*id, err = ref.Random[T](random)
	return err
}

// byUnit finds the partner that has a unit, and tells whether there is one.
func byUnit(partners []Partner, unit party.Name) (Partner, bool) {
	i := slices.IndexFunc(partners, func(p Partner) bool { _, ok := p.Card.Unit(unit); return ok })
	if i < 0 {
		return Partner{}, false
	}
	return partners[i], true
}

// Route tells which unit of which partner takes what is addressed to a
// party: the unit itself, the unit that the party lies in, or for a node its
// front unit; fault.Withheld if no partner does.
func (x *Exchange) Route(ctx context.Context, to party.Name) (Partner, party.Name, error) {
	partners, err := x.Ports.Links.Partners(ctx)
	if err != nil {
		return Partner{}, "", err
	}
	for n := to; n != ""; n = n.Parent() {
		if p, ok := byUnit(partners, n); ok {
			return p, n, nil
		}
	}
	for _, p := range partners {
		if p.Name == to {
			return p, p.Card.Front(), nil
		}
	}
	return Partner{}, "", fault.New(fault.Withheld, "no partner of this node has the unit %s", to).
		Fix("comity partner list shows the units of each partner; comity partner add introduces one")
}

// Title gives what to call a party on paper: its name, and its title if the
// packs or cards know one.
func (x *Exchange) Title(ctx context.Context, n party.Name) (string, error) {
	world, err := x.Rules.World(ctx, x.now(), nil)
	if err != nil {
		return "", err
	}
	if p, ok := world.Directory.Lookup(n); ok && p.Title != "" {
		return string(n) + ", " + p.Title, nil
	}
	return string(n), nil
}

// highest gives the highest form among several.
func highest(forms []intel.Form) intel.Form {
	if len(forms) == 0 {
		return intel.Withheld
	}
	return slices.Max(forms)
}

// keyed is a set of locks, one for each name, that a context can give up on.
type keyed struct {
	mu   sync.Mutex
	held map[string]chan struct{}
}

// lock waits for the name and gives what releases it.
func (k *keyed) lock(ctx context.Context, name string) (func(), error) {
	k.mu.Lock()
	c, ok := k.held[name]
	if !ok {
		c = make(chan struct{}, 1)
		k.held[name] = c
	}
	k.mu.Unlock()
	select {
	case c <- struct{}{}:
		return func() { <-c }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

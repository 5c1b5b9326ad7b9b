package node

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"io"
	"log/slog"
	"slices"
	"sync"
	"time"

	"comity/authorisation"
	"comity/casework"
	"comity/console"
	"comity/contact"
	"comity/courier"
	"comity/door"
	"comity/exchange"
	"comity/exposure"
	"comity/fault"
	"comity/holdings"
	"comity/ledger"
	"comity/message"
	"comity/offer"
	"comity/party"
	"comity/peer"
	"comity/recall"
	"comity/ref"
	"comity/rulebook"
	"comity/seal"
	"comity/staff"
	"comity/store"
	"comity/store/sqlite"
	"comity/vault"
	"comity/web"
	"comity/wire"
	"comity/witness"
)

// Options are what a node may be handed; zero values are the real things.
type Options struct {
	Now    func() time.Time
	Random io.Reader
	Log    *slog.Logger
	// Dial gives the way to a partner; nil: TLS to the endpoints of its card.
	Dial func(exchange.Partner) exchange.Peer
	// Version is the program's, for those who watch it.
	Version string
	// Reader reads documents that officers hand in by the pages; nil: none is read.
	Reader web.Reader
	// Speaks is the newest protocol; 0: [wire.Protocol].
	Speaks wire.Speaks

	lost bool                // keys that the next card replaces are in other hands
	by   console.KeysAllowed // who had them replaced
}

// Node is a home that is open: its lock is held, its keys are unlocked, its
// services are wired. It is safe for concurrent use. It must be closed.
type Node struct {
	home     Home
	config   Config
	opts     Options
	lock     *lock
	unlock   seal.Lock // kept for backups
	keys     keys
	cert     tls.Certificate
	head     *headFile
	hook     *hook
	watched  watched
	vault    vaultFile
	contents *vault.Vault
	db       *store.DB
	desk     *console.Desk
	x        *exchange.Exchange
	witness  *witness.Service

	mu     sync.Mutex
	card   message.Card
	made   bool // a card of its own accord, since it was opened
	signed []byte
	past   []seal.VerifyKey    // all keys that the node ever signed with
	next   map[ref.Hash][]byte // the signed card that follows another one
	dialed map[party.Name]dialed
}

// Open takes the lock of a home, unlocks its keys and wires the node. Nothing
// runs yet; see [Node.Serve].
func Open(ctx context.Context, dir string, unlock seal.Lock, o Options) (*Node, error) {
	h := Home(dir)
	if err := h.Check(); err != nil {
		return nil, err
	}
	config, err := ReadConfig(h.Config())
	if err != nil {
		return nil, err
	}
	o.defaults()
	held, err := takeLock(h)
	if err != nil {
		return nil, err
	}
	sweep(h)
	n := &Node{home: h, config: config, opts: o, lock: held, unlock: unlock, hook: newHook(config.OnArrival, o.Log), dialed: map[party.Name]dialed{}}
	if err := n.wire(ctx, unlock); err != nil {
		return nil, errors.Join(err, n.Close())
	}
	return n, nil
}

func (o *Options) defaults() {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Random == nil {
		o.Random = rand.Reader
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
}

// wire makes every part, from the keys upwards.
func (n *Node) wire(ctx context.Context, unlock seal.Lock) error {
	ring, err := openRing(n.home, n.config, unlock)
	if err != nil {
		return err
	}
	if n.keys, err = keysOf(ring, n.config.Units); err != nil {
		return err
	}
	if n.cert, err = peer.TLSCertificate(n.keys.tls, n.opts.Now()); err != nil {
		return err
	}
	if n.card, n.signed, err = readCard(n.home, n.config, n.keys); err != nil {
		return err
	}
	if n.past, n.next, err = pastCards(n.home, n.card); err != nil {
		return err
	}
	if key := n.keys.signing.Public(); !slices.Contains(n.past, key) {
		n.past = append([]seal.VerifyKey{key}, n.past...) // the card that names it is made below
	}
	sign, err := ledger.NewSigner(ledger.Origin(string(n.config.Name)), n.keys.signers()...)
	if err != nil {
		return err
	}
	if err := n.openStore(ctx, sign); err != nil {
		return err
	}
	s := n.services()
	if s.Door, err = n.openDoor(door.Config{Staff: s.Staff}); err != nil {
		return err
	}
	if s.Door != nil {
		s.Exchange.Passkeys = s.Door
	}
	n.x, n.witness, n.desk = s.Exchange, s.Witness, console.NewDesk(s)
	return n.renew(ctx, s.Rules)
}

// openStore opens the database and holds it against the file of the node's
// head. What is behind that signs nothing until it is explained; where the file
// is missing, nobody but the partners knows.
func (n *Node) openStore(ctx context.Context, sign ledger.Signer) (err error) {
	known := false
	if n.head, known, err = openHeadFile(n.home.Head()); err != nil {
		return err
	}
	n.vault = vaultFile{path: n.home.Vault(), copies: n.config.Vaults, key: n.keys.vault, log: n.opts.Log}
	if err := checkCopies(n.home, n.config.Vaults); err != nil {
		return err
	}
	if n.contents, err = n.vault.open(); err != nil {
		return err
	}
	o := store.Options{Sign: sign, Now: n.opts.Now, Committed: n.head.write, Vault: n.contents, KeepVault: n.vault.write, Observe: n.watched.observe}
	if n.db, err = sqlite.Open(ctx, n.home.Database(), o); err != nil {
		return err
	}
	cp, err := n.db.Ledger().Checkpoint(ctx)
	if fault.Is(err, fault.Withheld) && !known {
		return nil // a new node
	}
	if err != nil && !fault.Is(err, fault.Withheld) {
		return err
	}
	if !known {
		n.opts.Log.Warn("the file of the node's head is missing; the partners are asked what they hold", "file", n.home.Head())
		if err := n.db.Restored(ctx, wire.At(n.opts.Now())); err != nil {
			return err
		}
		return n.head.write(store.Mark{Head: cp})
	}
	lost, err := n.head.lost(n.db.Ledger(), sign.Origin(), n.past)
	if err != nil {
		return err
	}
	if !lost.IsZero() {
		n.opts.Log.Error("the database is behind the file of the node's head; nothing is signed", "records", lost.Size)
		if err := n.db.Heads().Stop(ctx, witness.Lost{Head: lost, At: wire.At(n.opts.Now())}); err != nil {
			return err
		}
	}
	for partner, at := range n.head.state.Sent {
		if err := n.db.Heads().Sent(ctx, partner, at); err != nil {
			return err
		}
	}
	return nil
}

// services wires band 4 to the store and to one another.
func (n *Node) services() console.Services {
	now, random, name := n.opts.Now, n.opts.Random, n.config.Name
	units := func() []party.Name { return slices.Clone(n.config.Units) }
	s := console.Services{
		Node: name, Card: n.SignedCard, Keys: n.pastKeys, Now: now, Random: random, Log: n.opts.Log,
		Staff:    staff.New(staff.Config{Store: n.db.Staff(), Node: name, Units: units, Key: n.keys.signing, Past: n.pastKeys, Now: now, Random: random, Log: n.opts.Log}),
		Rules:    rulebook.New(n.db.Rulebook(), name, now, random),
		Holdings: holdings.New(n.db.Holdings(), name, now, random), Ledger: n.db.Ledger(), Record: n.db.Holdings().Record, Backup: n.Backup,
		Vault: func() console.VaultState {
			return console.VaultState{Copies: n.config.Vaults, Behind: n.vault.behind(n.contents)}
		},
	}
	inHand := authorisation.InHand(n.db.Authorisations())
	s.Offers = offer.New(offer.Config{Node: name, Items: s.Holdings, Store: n.db.Lists(), Now: now})
	s.Exchange = exchange.New(exchange.Config{
		Self: exchange.Self{Node: name, Card: n.Card, Keys: n.keys.links, Speaks: n.opts.Speaks},
		Ports: exchange.Ports{Releases: n.db.Releases(), Trails: n.db.Trails(), Links: n.db.Links(), Outbox: n.db.Outbox(), Inbox: n.db.Inbox(),
			Exhibits: n.db.Exhibits()},
		Items: s.Holdings, Rules: s.Rules, Officers: s.Staff, InHand: inHand, Dial: n.dial, Now: now, Random: random, Log: n.opts.Log,
		Compare: func(ctx context.Context, p exchange.Partner, peer exchange.Peer) error {
			return s.Witness.Compare(ctx, p, peer)
		},
		Arrived: n.hook.arrived,
	})
	s.Witness = witness.New(witness.Config{Node: name, Speaks: n.opts.Speaks, Keys: n.keys.signers, Past: n.pastKeys, Card: n.cardHash, Next: n.nextCard, Ledger: n.db.Ledger(), Store: n.db.Heads(),
		Partners: n.db.Links(), Links: s.Exchange, Inbox: n.db.Inbox(), Now: now, Random: random, Log: n.opts.Log})
	s.Authorisations = authorisation.New(authorisation.Config{Node: name, Store: n.db.Authorisations(), Links: s.Exchange, Desk: s.Holdings,
		Rules: s.Rules, Trails: n.db.Trails(), Now: now, Random: random})
	s.Contacts = contact.New(contact.Config{Node: name, Store: n.db.Contacts(), Rules: s.Rules, InHand: inHand, Approvals: s.Exchange, Now: now, Random: random})
	s.Courier = &courier.Courier{Node: name, Links: s.Exchange, Ledgers: s.Witness}
	s.Rules.Extra = n.known
	s.PacksChanged = func(ctx context.Context) error { return n.renew(ctx, s.Rules) }
	s.Casework = casework.New(n.db.Duties(), s.Exchange, s.Holdings, now)
	s.Recall = recall.New(s.Exchange, s.Holdings)
	s.Exposure = exposure.New(n.db.Past(), s.Rules, s.Holdings, now)
	return s
}

// known gives the parties that this node knows from cards: its own and its
// partners'.
func (n *Node) known(ctx context.Context) ([]party.Party, error) {
	partners, err := n.db.Links().Introduced(ctx)
	if err != nil {
		return nil, err
	}
	cards := []message.Card{n.Card()}
	for _, p := range partners {
		cards = append(cards, p.Card)
	}
	var all []party.Party
	for _, c := range cards {
		all = append(all, party.Party{Name: c.Name, Kind: party.Agency})
		for _, u := range c.Units {
			all = append(all, party.Party{Name: u.Name, Kind: party.Unit})
		}
	}
	return all, nil
}

// Close stops taking commands, closes the database and gives the lock back.
func (n *Node) Close() error {
	var errs []error
	n.mu.Lock()
	for _, d := range n.dialed {
		d.client.Close()
	}
	n.dialed = map[party.Name]dialed{}
	n.mu.Unlock()
	if n.db != nil {
		errs = append(errs, n.db.Close())
	}
	if n.head != nil {
		errs = append(errs, n.head.close())
	}
	return errors.Join(append(errs, n.lock.release())...)
}

// Do has a signed command done: the way in for commands in this process.
func (n *Node) Do(ctx context.Context, signed seal.Envelope) ([]byte, error) {
	return n.desk.Do(ctx, signed)
}

// Desk takes the commands of officers.
func (n *Node) Desk() *console.Desk { return n.desk }

// Exchange is the node's side of its links.
func (n *Node) Exchange() *exchange.Exchange { return n.x }

// Witness is the node as a witness of its partners' ledgers.
func (n *Node) Witness() *witness.Service { return n.witness }

// Config is what config.toml says.
func (n *Node) Config() Config { return n.config }

// Card is what partners are given.
func (n *Node) Card() message.Card {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.card
}

func (n *Node) pastKeys() []seal.VerifyKey {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.past
}

func (n *Node) cardHash() ref.Hash {
	h, err := n.Card().Hash()
	if err != nil {
		n.opts.Log.Error("the node's card cannot be hashed", "err", err)
	}
	return h
}

func (n *Node) nextCard(after ref.Hash) []byte {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.next[after]
}

// Renewed reports whether the node made its card of its own accord since it
// was opened, because the configuration or the packs said something else than
// the one before. Partners are given it by hand, so somebody must be told.
func (n *Node) Renewed() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.made
}

// SignedCard is the card as a file.
func (n *Node) SignedCard() []byte {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.signed)
}

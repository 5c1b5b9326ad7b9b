package exchangetest

import (
	"bytes"
	"context"
	"crypto/rand"
	"maps"
	"slices"
	"testing"
	"time"

	"comity/exchange"
	"comity/fault"
	"comity/holdings"
	"comity/intel"
	"comity/law"
	"comity/ledger"
	"comity/message"
	"comity/packs"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/release"
	"comity/seal"
	"comity/staff"
	"comity/wire"
)

// Clock is a clock that tests move.
type Clock struct{ At time.Time }

// Start is when every world begins: a Tuesday.
var Start = time.Date(2026, 3, 10, 15, 0, 0, 0, time.UTC)

// Now gives the time.
func (c *Clock) Now() time.Time { return c.At }

// Node is one agency's exchange on a store in memory, with its officers and
// items.
type Node struct {
	*exchange.Exchange
	T      testing.TB
	Name   party.Name
	Card   message.Card
	Signed []byte
	Key    seal.SigningKey
	Keys   map[party.Name][]seal.SealingKey
	Store  *Memory
	Desk   *Desk
	Staff  Staff
	Laws   []string // packs that count
	Clock  *Clock
	Peers  map[party.Name]exchange.Peer
}

// New makes a node with units below it, each with one analyst (ana-N), one
// release officer (rel-N), a second one (two-N) and a security officer
// (sec-N), N the number of the unit from 1; admin is the admin.
func New(t testing.TB, clock *Clock, name party.Name, units ...party.Name) *Node {
	t.Helper()
	n := &Node{T: t, Name: name, Clock: clock, Keys: map[party.Name][]seal.SealingKey{}, Peers: map[party.Name]exchange.Peer{}, Staff: Staff{}}
	n.Key = Must(seal.NewSigningKey(rand.Reader))(t)
	card := message.Card{Name: name, Signing: n.Key.Public(), TLSPin: ref.Content([]byte(name)), Created: wire.At(clock.Now()),
		Endpoints: []string{"https://127.0.0.1:1"}}
	for i, u := range units {
		k := Must(seal.NewSealingKey())(t)
		n.Keys[u] = []seal.SealingKey{k}
		card.Units = append(card.Units, message.CardUnit{Name: u, Sealing: k.Public()})
		number := party.Handle(rune('1' + i))
		n.Staff.add(t, "ana-"+number, u, party.Analyst)
		n.Staff.add(t, "rel-"+number, u, party.Release)
		n.Staff.add(t, "two-"+number, u, party.Release)
		n.Staff.add(t, "sec-"+number, u, party.Security)
	}
	n.Staff.add(t, "admin", units[0], party.Admin)
	n.Staff.add(t, "auditor", units[0], party.Auditor)
	n.Card = Must(message.MakeCard(card, nil))(t)
	n.Signed = Must(message.SignCard(n.Card, n.Key))(t)
	n.Store = NewMemory(Must(ledger.NewSigner(ledger.Origin(string(name)), n.Key))(t))
	n.Desk = &Desk{clock: clock, items: map[ref.ItemID]intel.Item{}}
	n.Exchange = exchange.New(exchange.Config{
		Self: exchange.Self{Node: name, Card: func() message.Card { return n.Card },
			Keys: func() exchange.Keys { return exchange.Keys{Signing: []seal.SigningKey{n.Key}, Sealing: n.Keys} }},
		Ports: exchange.Ports{Releases: n.Store, Trails: n.Store, Links: n.Store, Outbox: n.Store, Inbox: n.Store, Exhibits: n.Store},
		Items: n.Desk, Rules: n, Officers: n.Staff, Now: clock.Now, Random: rand.Reader,
		Dial: func(p exchange.Partner) exchange.Peer { return n.Peers[p.Name] },
	})
	return n
}

// Must gives a value or ends the test.
func Must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// Pair makes two nodes that know each other: us/dea with us/dea/mex, and
// mx/semar with mx/semar/uin and mx/semar/ops.
func Pair(t testing.TB) (us, mx *Node) {
	t.Helper()
	clock := &Clock{At: Start}
	us, mx = New(t, clock, "us/dea", "us/dea/mex"), New(t, clock, "mx/semar", "mx/semar/uin", "mx/semar/ops")
	Introduce(us, mx)
	return us, mx
}

// Introduce pins each node's card at the other and wires them.
func Introduce(a, b *Node) {
	a.T.Helper()
	Must(a.Pin(context.Background(), a.Staff.Actor("admin"), b.Signed, true))(a.T)
	Must(b.Pin(context.Background(), b.Staff.Actor("admin"), a.Signed, true))(a.T)
	a.Peers[b.Name], b.Peers[a.Name] = Wire{a.Name, b}, Wire{b.Name, a}
}

// Wire is a Peer that hands messages over as framed bytes.
type Wire struct {
	From party.Name
	To   *Node
}

// Deliver hands over messages.
func (w Wire) Deliver(ctx context.Context, messages ...message.Message) ([]seal.Envelope, error) {
	framed, err := message.FrameRun(messages)
	if err != nil {
		return nil, err
	}
	if messages, err = message.ReadRun(bytes.NewReader(framed)); err != nil {
		return nil, err
	}
	return w.To.ReceiveRun(ctx, w.From, messages...)
}

// Compare fails: these nodes have no ledger that others could look at.
func (w Wire) Compare(ctx context.Context, heads seal.Envelope) (seal.Envelope, error) {
	return Down{}.Compare(ctx, heads)
}

// Prepared gives them ready for questions.
func (n *Node) Prepared(ctx context.Context, at wire.Time, only []string) (*release.Rules, error) {
	w, err := n.World(ctx, at, only)
	return release.Prepare(w), err
}

// World gives the packs that the node's laws name, of those that ship.
func (n *Node) World(_ context.Context, _ wire.Time, only []string) (release.World, error) {
	names := n.Laws
	if len(only) > 0 {
		names = only
	}
	var w release.World
	var parties []party.Party
	for _, id := range names {
		b, ok := packs.File(id)
		if !ok {
			return w, fault.New(fault.Invalid, "no pack %s", id)
		}
		p, problems := law.Parse(id+".yaml", b)
		if len(problems) > 0 {
			return w, fault.New(fault.Invalid, "pack %s: %v", id, problems)
		}
		w.Packs, parties = append(w.Packs, p), append(parties, p.Parties...)
	}
	w.Directory = party.NewDirectory(parties...)
	return w, nil
}

// Staff is a node's officers and their keys.
type Staff map[party.Handle]officer

type officer struct {
	staff.Officer
	key seal.SigningKey
}

func (s Staff) add(t testing.TB, handle party.Handle, unit party.Name, roles ...party.Role) {
	key := Must(seal.NewSigningKey(rand.Reader))(t)
	s[handle] = officer{staff.Officer{Handle: handle, Unit: unit, Roles: roles, Key: key.Public(), Added: wire.At(Start)}, key}
}

// Actor gives an officer at work.
func (s Staff) Actor(h party.Handle) party.Actor { return s[h].Officer.Actor() }

// Sign signs as an officer.
func (s Staff) Sign(t testing.TB, h party.Handle, payloadType string, v any) seal.Envelope {
	t.Helper()
	return Must(seal.Sign(payloadType, Must(wire.Encode(v))(t), s[h].key))(t)
}

// Dismiss ends an office.
func (s Staff) Dismiss(h party.Handle) {
	o := s[h]
	o.Removed = wire.At(Start)
	s[h] = o
}

// Officer gives an officer.
func (s Staff) Officer(_ context.Context, h party.Handle) (staff.Officer, error) {
	o, ok := s[h]
	if !ok {
		return staff.Officer{}, absent("officer")
	}
	return o.Officer, nil
}

// Authenticate tells who signed.
func (s Staff) Authenticate(_ context.Context, e seal.Envelope, payloadType string) (party.Actor, []byte, error) {
	for _, h := range slices.Sorted(maps.Keys(s)) {
		if b, err := e.Verify(payloadType, s[h].Key); err == nil && len(e.Signatures) == 1 && s[h].Current() {
			return s[h].Officer.Actor(), b, nil
		}
	}
	return party.Actor{}, nil, fault.New(fault.Forged, "not signed by an officer")
}

// Desk is a node's items.
type Desk struct {
	clock *Clock
	items map[ref.ItemID]intel.Item
	old   map[ref.ItemID][]intel.Item // the versions before
}

// Import takes in a draft.
func (d *Desk) Import(_ context.Context, actor party.Actor, draft holdings.Draft) (intel.Item, error) {
	i := intel.Item{Kind: draft.Kind, Version: 1, Originator: actor.Unit, Author: actor.Handle, Title: draft.Title, Topic: draft.Topic,
		Purpose: draft.Purpose, Basis: draft.Basis, Created: wire.At(d.clock.Now()), Portions: draft.Portions, Notice: draft.Notice, Authorisation: draft.Authorisation}
	if i.Kind == "" {
		i.Kind = intel.Report
	}
	mint(&i.ID)
	for n := range i.Portions {
		mint(&i.Portions[n].ID)
	}
	d.items[i.ID] = i
	return i, i.Validate()
}

func mint[T any](id *ref.ID[T]) { *id, _ = ref.Random[T](rand.Reader) }

// Change edits an item in place, as its next version.
func (d *Desk) Change(id ref.ItemID, change func(*intel.Item)) {
	i := d.items[id]
	if d.old == nil {
		d.old = map[ref.ItemID][]intel.Item{}
	}
	d.old[id] = append(d.old[id], i)
	i.Prev, _ = i.Hash()
	i.Version++
	i.Portions = slices.Clone(i.Portions)
	change(&i)
	d.items[id] = i
}

// Item gives an item as an officer may see it.
func (d *Desk) Item(_ context.Context, actor party.Actor, id ref.ItemID) (holdings.View, error) {
	i, ok := d.items[id]
	if !ok || i.Originator != actor.Unit {
		return holdings.View{}, absent("item")
	}
	return d.view(actor, i)
}

// Version gives an earlier version as an officer may see it.
func (d *Desk) Version(ctx context.Context, actor party.Actor, id ref.ItemID, n int) (holdings.View, error) {
	if old := d.old[id]; n >= 1 && n <= len(old) && old[n-1].Originator == actor.Unit {
		return d.view(actor, old[n-1])
	}
	return d.Item(ctx, actor, id)
}

func (d *Desk) view(actor party.Actor, i intel.Item) (holdings.View, error) {
	hash, err := i.Hash()
	v := holdings.View{Item: i, Hash: hash}
	v.Item.Portions = slices.Clone(i.Portions)
	for n, p := range i.Portions {
		s := holdings.Subject{Units: []party.Name{i.Originator}, Author: i.Author, Marking: p.Marking}
		if !holdings.Decide(actor, s, wire.At(d.clock.Now())).Allow {
			v.Hidden = append(v.Hidden, n+1)
			v.Item.Portions[n].Text, v.Item.Portions[n].Substitute = "", ""
		}
	}
	return v, err
}

// Claim puts any record into the node's ledger and gives its receipt: what a
// partner that lies could give.
func (n *Node) Claim(r record.Record) record.Receipt {
	n.T.Helper()
	entry, envelope, err := record.NewSigned(r, []seal.SigningKey{n.Key}, rand.Reader)
	if err != nil {
		n.T.Fatal(err)
	}
	out := record.Receipt{Record: envelope}
	n.Store.mu.Lock()
	defer n.Store.mu.Unlock()
	_, err = n.Store.record([]ledger.Entry{entry}, func(e []ledger.Evidence) (exchange.Proof, error) {
		out.Evidence = e[0]
		return exchange.Proof{}, nil
	})
	if err != nil {
		n.T.Fatal(err)
	}
	return out
}

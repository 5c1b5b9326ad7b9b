package node

import (
	"context"
	"errors"
	"maps"
	"os"
	"slices"
	"time"

	"comity/fault"
	"comity/law"
	"comity/message"
	"comity/party"
	"comity/peer"
	"comity/record"
	"comity/ref"
	"comity/rulebook"
	"comity/seal"
	"comity/wire"
)

// draftCard says what a configuration and the keys say of the node.
func draftCard(c Config, k keys, packs []law.Ref, speaks wire.Speaks, now time.Time) (message.Card, error) {
	pin, err := peer.KeyPin(k.tls)
	if err != nil {
		return message.Card{}, err
	}
	card := message.Card{
		Protocol: speaks.Newest(), Name: c.Name, Endpoints: slices.Clone(c.Endpoints), Signing: k.signing.Public(), TLSPin: pin, Packs: packs,
		Desk: c.Desk, Onward: c.Onward, Created: wire.At(now),
	}
	for _, u := range c.Units {
		card.Units = append(card.Units, message.CardUnit{Name: u, Sealing: k.sealing[u][0].Public()})
	}
	return card, nil
}

// issue signs the card that follows prev, the first one if that is nil, and
// keeps it: as the newest and, because partners take them one by one, under
// its serial.
func issue(h Home, card message.Card, prev *message.Card, k keys) (message.Card, []byte, error) {
	card, err := message.MakeCard(card, prev)
	if err != nil {
		return message.Card{}, nil, err
	}
	signed, err := message.SignCard(card, k.signers()...)
	if err != nil {
		return message.Card{}, nil, err
	}
	if err := write(h.CardOf(card.Serial), signed); err != nil {
		return message.Card{}, nil, err
	}
	return card, signed, write(h.Card(), signed)
}

// readCard gives the card that is kept, which must be this node's.
func readCard(h Home, c Config, k keys) (message.Card, []byte, error) {
	signed, err := os.ReadFile(h.Card())
	if err != nil {
		return message.Card{}, nil, fault.New(fault.Internal, "the node's card cannot be read").At("%s", h.Card()).Because(err)
	}
	card, err := message.ParseCard(signed)
	if err != nil {
		return message.Card{}, nil, err
	}
	ours := card.Signing == k.signing.Public() || !k.former.IsZero() && card.Signing == k.former.Public()
	if card.Name != c.Name || !ours {
		return message.Card{}, nil, fault.New(fault.Forged, "the card is not this node's: its name or key differs").At("%s", h.Card()).
			Fix("a node keeps its name for good; restore the card and the keys from one backup")
	}
	return card, signed, nil
}

// renew makes a successor of the card if the configuration or the packs that
// the node lives under say something else than it does. Partners are given it
// by hand. A node whose ledger is behind makes none: partners may have one of
// that serial already.
func (n *Node) renew(ctx context.Context, rules *rulebook.Shelf) error {
	packs, err := n.declared(ctx, rules)
	if err != nil {
		return err
	}
	want, err := draftCard(n.config, n.keys, packs, n.opts.Speaks, n.opts.Now())
	if err != nil {
		return err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if sameCard(n.card, want) {
		return nil
	}
	if n.db.Heads().Stopped() != nil {
		n.opts.Log.Warn("the settings say something else than the node's card; the next card waits until the node signs again")
		return nil
	}
	before := n.card
	if err := n.recordKeys(ctx, before, want); err != nil {
		return err
	}
	next, signed, err := issue(n.home, want, &before, n.keys)
	if err != nil {
		return err
	}
	n.card, n.signed, n.made = next, signed, true
	n.past, n.next, err = pastCards(n.home, next)
	return err
}

// recordKeys puts on record that the next card names other keys.
func (n *Node) recordKeys(ctx context.Context, before, want message.Card) error {
	same := before.Signing == want.Signing
	for _, u := range want.Units {
		if old, ok := before.Unit(u.Name); ok && old.Sealing != u.Sealing {
			same = false
		}
	}
	if same {
		return nil
	}
	next, err := message.MakeCard(want, &before)
	if err != nil {
		return err
	}
	hash, err := next.Hash()
	if err != nil {
		return err
	}
	code := "rotated"
	if n.opts.lost {
		code = "lost"
	}
	e, err := record.NewEntry(record.Record{Kind: record.KeyChange, At: wire.At(n.opts.Now()), Node: n.config.Name,
		Unit: n.opts.by.Unit, Officer: n.opts.by.Officer, Subject: hash, Code: code}, n.opts.Random)
	if err != nil {
		return err
	}
	return n.db.Holdings().Record(ctx, e)
}

// declared lists the packs that the node says it lives under: those that
// count here and describe the duties of the node or of one of its units.
func (n *Node) declared(ctx context.Context, rules *rulebook.Shelf) ([]law.Ref, error) {
	all, err := rules.List(ctx)
	if err != nil {
		return nil, err
	}
	newest := map[string]law.Ref{}
	for _, e := range all {
		if !e.Counts {
			continue
		}
		covers := e.Pack.CoversParty(n.config.Name) || slices.ContainsFunc(n.config.Units, e.Pack.CoversParty)
		delete(newest, e.Ref.ID) // the list goes from old to new
		if covers {
			newest[e.Ref.ID] = e.Ref
		}
	}
	packs := make([]law.Ref, 0, len(newest))
	for _, id := range slices.Sorted(maps.Keys(newest)) {
		packs = append(packs, newest[id])
	}
	return packs, nil
}

// sameCard compares what two cards say, apart from when and after which.
func sameCard(a, b message.Card) bool {
	a.Serial, a.Prev, a.Created = 0, ref.Hash{}, wire.Time{}
	b.Serial, b.Prev, b.Created = 0, ref.Hash{}, wire.Time{}
	x, errA := wire.Encode(a)
	y, errB := wire.Encode(b)
	return errA == nil && errB == nil && string(x) == string(y)
}

// Outdated reports whether a card says something else than a configuration,
// as far as that can be told without the keys.
func Outdated(card message.Card, c Config) bool {
	units := make([]party.Name, len(card.Units))
	for i, u := range card.Units {
		units[i] = u.Name
	}
	return !slices.Equal(units, c.Units) || !slices.Equal(card.Endpoints, c.Endpoints) || card.Desk != c.Desk || card.Onward != c.Onward
}

// pastCards reads all cards of a home: the keys that ever signed, the current
// one first, and the signed card that follows each.
func pastCards(h Home, newest message.Card) (past []seal.VerifyKey, next map[ref.Hash][]byte, err error) {
	past, next = []seal.VerifyKey{newest.Signing}, map[ref.Hash][]byte{}
	for serial := newest.Serial; serial >= 1; serial-- {
		signed, err := os.ReadFile(h.CardOf(serial))
		if errors.Is(err, os.ErrNotExist) {
			break // an older program kept none
		}
		if err != nil {
			return nil, nil, fault.New(fault.Internal, "an earlier card cannot be read").At("%s", h.CardOf(serial)).Because(err)
		}
		c, err := message.ParseCard(signed)
		if err != nil {
			return nil, nil, err
		}
		if !slices.Contains(past, c.Signing) {
			past = append(past, c.Signing)
		}
		if serial > 1 {
			next[c.Prev] = signed
		}
	}
	return past, next, nil
}

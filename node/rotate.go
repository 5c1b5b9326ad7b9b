package node

import (
	"context"
	"crypto/rand"
	"errors"
	"os"
	"slices"
	"time"

	"comity/console"
	"comity/exchange"
	"comity/fault"
	"comity/message"
	"comity/party"
	"comity/seal"
	"comity/wire"
)

// Rotation says which keys of a node are replaced.
type Rotation struct {
	Signing bool
	Units   []party.Name // whose sealing keys
	Lost    bool         // the units' keys are gone, or in other hands: they open nothing any more

	// By has the desk allow it, and says to whom: that goes on record with the
	// next card. nil: nobody is asked, and the record names no officer.
	By func(ctx context.Context, desk console.Caller) (console.KeysAllowed, error)
}

// Rotate replaces keys of a node that is not served. The next card names the
// new ones, signed by the keys before and after, and goes to partners with the
// next comparison of ledgers. Until then the node signs with both keys, and
// opens what was sealed for either - but for keys that are lost: partners seal
// anew what those would have opened.
func Rotate(ctx context.Context, dir string, unlock seal.Lock, r Rotation, o Options) (serial int, err error) {
	if !r.Signing && len(r.Units) == 0 {
		return 0, fault.New(fault.Invalid, "no key was named").Fix("say --signing, --unit UNIT, or both")
	}
	o.defaults()
	if o.by, err = allowed(ctx, dir, unlock, r, o); err != nil {
		return 0, err
	}
	if err := rotate(dir, unlock, r, o.Now()); err != nil {
		return 0, err
	}
	o.lost = r.Lost
	n, err := Open(ctx, dir, unlock, o) // makes the card, and puts it on record
	if err != nil {
		return 0, err
	}
	return n.Card().Serial, n.Close()
}

// allowed refuses what the officer may not do, and what the node could not put
// on record: a key that is replaced cannot be had back.
func allowed(ctx context.Context, dir string, unlock seal.Lock, r Rotation, o Options) (by console.KeysAllowed, err error) {
	n, err := Open(ctx, dir, unlock, o)
	if err != nil {
		return by, err
	}
	if r.By != nil {
		by, err = r.By(ctx, n.Desk())
	}
	if lost := n.db.Heads().Stopped(); err == nil && lost != nil {
		err = lost.Refusal()
	}
	return by, errors.Join(err, n.Close())
}

// rotate changes the ring, whole or not at all.
func rotate(dir string, unlock seal.Lock, r Rotation, now time.Time) error {
	h := Home(dir)
	if err := h.Check(); err != nil {
		return err
	}
	c, err := ReadConfig(h.Config())
	if err != nil {
		return err
	}
	for _, u := range r.Units {
		if !slices.Contains(c.Units, u) {
			return fault.New(fault.Invalid, "%s is no unit of %s", u, c.Name).Fix("units are %v", c.Units)
		}
	}
	held, err := takeLock(h)
	if err != nil {
		return err
	}
	defer func() { _ = held.release() }() // nothing was written under it since
	ring, err := openRing(h, c, unlock)
	if err != nil {
		return err
	}
	card, err := newestCard(h)
	if err != nil {
		return err
	}
	if r.Signing && signingNamed(ring, card) {
		if err := soon(ring, card, now); err != nil {
			return err
		}
		if err := replaceSigning(ring); err != nil {
			return err
		}
	}
	for _, u := range r.Units {
		if !sealingNamed(ring, card, u) {
			continue
		}
		if err := replaceSealing(ring, u, r.Lost); err != nil {
			return err
		}
	}
	locked, err := ring.Protect(unlock)
	if err != nil {
		return err
	}
	return write(h.Keys(), locked)
}

func newestCard(h Home) (message.Card, error) {
	signed, err := os.ReadFile(h.Card())
	if err != nil {
		return message.Card{}, fault.New(fault.Internal, "the node's card cannot be read").At("%s", h.Card()).Because(err)
	}
	return message.ParseCard(signed)
}

// signingNamed tells whether the card names the signing key of the ring. If not,
// the key was replaced and the node went down before it made the card: that is
// made now, and no other key comes in between.
func signingNamed(ring *seal.Ring, card message.Card) bool {
	k, err := ring.Signing(signingName)
	return err == nil && k.Public() == card.Signing
}

// sealingNamed tells the same of a unit's sealing key.
func sealingNamed(ring *seal.Ring, card message.Card, u party.Name) bool {
	k, err := ring.Sealing(string(u))
	named, known := card.Unit(u)
	return err == nil && (!known || k.Public() == named.Sealing)
}

// soon refuses to replace a signing key again while partners may not have the
// card that named it: what both keys sign they could not check.
func soon(ring *seal.Ring, card message.Card, now time.Time) error {
	if _, err := ring.Signing(signingName + before); err != nil {
		return nil
	}
	if until := card.Created.Add(exchange.Grace); wire.At(now).Before(until) {
		return fault.New(fault.Stale, "the signing key was replaced not long ago, and partners may not all have the card that says so").
			Fix("wait until %s", until)
	}
	return nil
}

func replaceSigning(ring *seal.Ring) error {
	old, err := ring.Signing(signingName)
	if err != nil {
		return err
	}
	fresh, err := seal.NewSigningKey(rand.Reader)
	if err != nil {
		return err
	}
	ring.SetSigning(signingName+before, old)
	ring.SetSigning(signingName, fresh)
	return nil
}

// replaceSealing gives a unit a new key, and moves those before it one place
// on; keys that are lost are forgotten instead.
func replaceSealing(ring *seal.Ring, u party.Name, lost bool) error {
	var old []seal.SealingKey
	for name, n := string(u), 1; ; name, n = formerly(u, n), n+1 {
		k, err := ring.Sealing(name)
		if err != nil {
			break
		}
		old = append(old, k)
		ring.Forget(name)
	}
	fresh, err := seal.NewSealingKey()
	if err != nil {
		return err
	}
	ring.SetSealing(string(u), fresh)
	if lost {
		return nil
	}
	for n, k := range old {
		ring.SetSealing(formerly(u, n+1), k)
	}
	return nil
}

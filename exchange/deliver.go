package exchange

import (
	"context"
	"encoding/binary"
	"errors"
	"sync"
	"time"

	"comity/party"
	"comity/wire"
)

// How long a link waits before it tries again: doubled with every failure,
// from the first to the longest, give or take a quarter.
const (
	firstWait   = 250 * time.Millisecond
	longestWait = time.Minute
	lookAgain   = 30 * time.Second // for partners and entries that nobody woke us for
)

// Run delivers what waits in the outbox, each link for itself, in order, one
// message at a time, until the context ends. A partner that does not answer
// is tried again for as long as it takes, with the same bytes.
func (x *Exchange) Run(ctx context.Context) error {
	var links sync.WaitGroup
	defer links.Wait()
	running := map[party.Name]bool{}
	for {
		partners, err := x.Ports.Links.Partners(ctx)
		if err != nil && ctx.Err() == nil {
			x.Log.Error("the links cannot be read", "err", err)
		}
		for _, p := range partners {
			if !running[p.Name] {
				running[p.Name] = true
				links.Go(func() { x.work(ctx, p.Name) })
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-x.waker.partners:
		case <-time.After(lookAgain):
		}
	}
}

// work delivers over one link until the context ends.
func (x *Exchange) work(ctx context.Context, partner party.Name) {
	woken := x.waker.of(partner)
	failures := 0
	for run := 1; ; run++ {
		more, err := x.deliver(ctx, partner)
		if err == nil && (!more || run%longestRun == 0) {
			x.compareIfDue(ctx, partner)
		}
		wait := lookAgain
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			wait = x.backoff(failures)
			failures++
			x.Log.Warn("not delivered", "partner", partner, "failures", failures, "again_in", wait, "err", err)
		case more:
			failures = 0
			continue
		default:
			failures, wait = 0, x.traffic.wait(partner, x.Now(), lookAgain)
		}
		select {
		case <-ctx.Done():
			return
		case <-woken:
		case <-time.After(wait):
		}
	}
}

func (x *Exchange) backoff(failures int) time.Duration {
	wait := longestWait
	if failures < 8 {
		wait = min(wait, firstWait<<failures)
	}
	var b [8]byte
	if _, err := x.Random.Read(b[:]); err != nil {
		return wait
	}
	return wait*3/4 + time.Duration(binary.BigEndian.Uint64(b[:])%uint64(wait/2))
}

// Flush delivers all that can be delivered now and gives the errors of the
// links on which something stays. It is for tests and for commands that run
// without a served node.
func (x *Exchange) Flush(ctx context.Context) error {
	partners, err := x.Ports.Links.Partners(ctx)
	if err != nil {
		return err
	}
	var failed []error
	for _, p := range partners {
		for more := true; more && err == nil; {
			more, err = x.deliver(ctx, p.Name)
		}
		if err == nil {
			err = x.compare(ctx, p.Name)
		}
		failed, err = append(failed, err), nil
	}
	return errors.Join(failed...)
}

// deliver sends the oldest entry of a link that has no answer. It tells
// whether there was one; an error means that it stays.
func (x *Exchange) deliver(ctx context.Context, partner party.Name) (bool, error) {
	unlock, err := x.links.lock(ctx, "out "+string(partner))
	if err != nil {
		return false, err
	}
	defer unlock()
	p, err := x.Ports.Links.Partner(ctx, partner)
	if err != nil || p.State != Active || x.Dial == nil {
		return false, err
	}
	o, ok, err := x.Ports.Outbox.Next(ctx, partner)
	if err != nil || !ok {
		return false, err
	}
	peer := x.Dial(p)
	if peer == nil {
		return false, nil
	}
	if _, err := recipients(p.Card, o.Audience); err != nil && o.Sequence == 0 {
		return true, x.undeliverable(ctx, o)
	}
	if o.Sequence == 0 {
		// A node whose database was put back does not know what it has sent: the
		// partner is asked before a position is taken.
		if p, err = x.compareFirst(ctx, p); err != nil {
			return false, err
		}
		if o, err = x.seal(ctx, p, o); err != nil {
			return false, err
		}
	}
	if err := x.exchange(ctx, peer, p, o); err != nil {
		return true, err
	}
	x.traffic.now(partner, x.Now())
	return true, nil
}

// exchange hands a sealed entry over and keeps the answer.
func (x *Exchange) exchange(ctx context.Context, peer Peer, p Partner, o Outgoing) error {
	m, err := ParseMessage(o.Message)
	if err != nil {
		return err
	}
	signed, err := peer.Deliver(ctx, m)
	if filled, failed := x.fillGap(ctx, peer, p, o, err); failed != nil {
		return failed
	} else if filled {
		signed, err = peer.Deliver(ctx, m)
	}
	if err != nil {
		return err
	}
	answer, err := OpenAnswer(signed, p.Card.Signing)
	if err != nil {
		return err
	}
	return x.keep(ctx, p, o, signed, answer)
}

// undeliverable settles an entry for a unit that the partner's card no longer
// names: by our own word, without a position. It would stall the link for
// good otherwise, and nobody else may get what it holds.
func (x *Exchange) undeliverable(ctx context.Context, o Outgoing) error {
	x.Log.Warn("not delivered: the partner no longer has the unit", "partner", o.Partner, "audience", o.Audience)
	a := Answer{Protocol: wire.Protocol, From: x.Self.Node, To: o.Partner, Outcome: Refused, Reason: ReasonUnit, At: x.now()}
	return x.Ports.Outbox.Answered(ctx, Settled{ID: o.ID, At: a.At, Answer: a})
}

// seal makes the message for an entry and keeps it before it leaves.
func (x *Exchange) seal(ctx context.Context, p Partner, o Outgoing) (Outgoing, error) {
	m, at, err := x.makeMessage(p, o)
	if err != nil {
		return o, err
	}
	if o.Message, err = m.Frame(); err != nil {
		return o, err
	}
	o.Sequence, o.Card = at.Sequence, p.CardHash
	return o, x.Ports.Outbox.Seal(ctx, o.ID, o.Message, o.Card, at)
}

// again makes new entries for contents that were refused because the key they
// were sealed for is gone. They name the message that they repeat.
func (x *Exchange) again(refused ...Outgoing) ([]Outgoing, error) {
	var list []Outgoing
	for _, r := range refused {
		m, err := ParseMessage(r.Message)
		if err != nil {
			return nil, err
		}
		o, err := x.outgoing(r.Partner, r.Audience, r.Kind, r.Body)
		if err != nil {
			return nil, err
		}
		o.Cut, o.Replaces = r.Cut, envelopeHash(m.Envelope.Payload)
		list = append(list, o)
	}
	return list, nil
}

// Wake has every link look at its outbox at once. Releases and readings do so
// by themselves; it is for acts that put something there by another port.
func (x *Exchange) Wake() { x.waker.wakeAll() }

// waker tells the workers of links that there is something to do.
type waker struct {
	partners chan struct{}
	mu       *sync.Mutex
	links    map[party.Name]chan struct{}
}

func newWaker() waker {
	return waker{partners: make(chan struct{}, 1), mu: new(sync.Mutex), links: map[party.Name]chan struct{}{}}
}

func (w waker) of(partner party.Name) chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, ok := w.links[partner]
	if !ok {
		c = make(chan struct{}, 1)
		w.links[partner] = c
	}
	return c
}

// wake has one link look at its outbox at once, even while it waits to try
// again.
func (w waker) wake(partner party.Name) { poke(w.of(partner)) }

// wakeAll has every link look.
func (w waker) wakeAll() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.links {
		poke(c)
	}
}

// introduced has Run look for partners at once.
func (w waker) introduced() { poke(w.partners) }

func poke(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

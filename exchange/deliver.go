package exchange

import (
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"sync"
	"time"

	"comity/fault"
	"comity/intel"
	"comity/message"
	"comity/party"
)

// How long a link waits before it tries again: doubled with every failure,
// from the first to the longest, give or take a quarter.
const (
	firstWait   = 250 * time.Millisecond
	longestWait = time.Minute
	lookAgain   = 30 * time.Second // for partners and entries that nobody woke us for
)

// Run delivers what waits in the outbox, each link for itself, in order, in runs
// of messages, until the context ends. A partner that does not answer
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
		more, kept, err := x.deliver(ctx, partner, failures)
		if ctx.Err() == nil {
			x.failing.tried(partner, err, x.now())
		}
		if kept {
			failures = 0
		}
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
			more, _, err = x.deliver(ctx, p.Name, 0)
			x.failing.tried(p.Name, err, x.now())
		}
		if err == nil {
			err = x.compare(ctx, p.Name)
		}
		failed, err = append(failed, err), nil
	}
	return errors.Join(failed...)
}

// deliver sends the oldest entries of a link that have no answer, and what comes
// after them while there is more (see [delivery]). It tells
// whether there were any, and whether some were answered; an error means that
// some of them stay. After failures a run is smaller: on a slow line a large one
// might never get across.
func (x *Exchange) deliver(ctx context.Context, partner party.Name, failures int) (more, kept bool, err error) {
	unlock, err := x.links.lock(ctx, "out "+string(partner))
	if err != nil {
		return false, false, err
	}
	defer unlock()
	p, err := x.Ports.Links.Partner(ctx, partner)
	if err == nil && !p.moves() {
		x.askAgain(p)
		return false, false, nil
	}
	if err != nil || x.Dial == nil {
		return false, false, err
	}
	waiting, err := x.waiting(ctx, p, failures)
	if err != nil || len(waiting) == 0 {
		return false, false, err
	}
	peer := x.Dial(p)
	if peer == nil {
		return false, false, nil
	}
	if waiting[len(waiting)-1].Sequence == 0 {
		// A node whose database was put back does not know what it has sent: the
		// partner is asked before a position is taken.
		if p, err = x.compareFirst(ctx, p); err != nil {
			return false, false, err
		}
	}
	first, err := x.sealed(ctx, p, waiting)
	if err != nil || len(first) == 0 {
		return err == nil, false, err
	}
	d, began := delivery{x: x, peer: peer, p: p}, x.Now()
	parts := partsIn(first) == len(first)
	err = d.all(ctx, first, parts || failures > 0)
	switch {
	case parts && err == nil:
		x.pace.took(partner, len(first), x.Now().Sub(began))
	case parts:
		x.pace.failed(partner)
	}
	return true, d.kept, err
}

// waiting gives what goes over a link next: parts of exhibits if there is nothing
// else, or if there has been something else for long.
func (x *Exchange) waiting(ctx context.Context, p Partner, failures int) ([]Outgoing, error) {
	parts := 0
	if x.pace.turn(p.Name, p.Parts > 0) {
		parts = 1
	}
	list, err := x.Ports.Outbox.Unanswered(ctx, p.Name, window(failures, parts))
	if err != nil || len(list) > 0 || p.Parts == 0 {
		return list, err
	}
	return x.Ports.Outbox.Unanswered(ctx, p.Name, window(failures, max(1, x.pace.of(p.Name)>>failures)))
}

// window is what a run has room for: with so many parts behind the others it is no
// longer, in number and in bytes, than a run may be.
func window(failures, parts int) Window {
	return Window{Limit: max(1, message.MaxRun>>failures-parts), Parts: parts,
		Bytes: max(1, message.RunBytes>>failures-parts*(intel.PartSize+message.MaxEnvelope))}
}

func partsIn(run []Outgoing) (n int) {
	for _, o := range run {
		if o.Kind == message.PartStatement {
			n++
		}
	}
	return n
}

// moves tells whether messages go over the link: not while the partner says that
// it has lost some of its ledger, for then it signs nothing.
func (p Partner) moves() bool { return p.State == Active && p.Behind.IsZero() }

// sealed gives the first of some entries as they are sent, sealed at once if
// they were not yet. What no partner can take any more is settled, and what
// follows it comes in the next run.
func (x *Exchange) sealed(ctx context.Context, p Partner, waiting []Outgoing) ([]Outgoing, error) {
	var run []Outgoing
	for _, o := range waiting {
		why, err := x.unsealable(ctx, p, &o)
		if err != nil {
			return nil, err
		}
		if why != "" && len(run) == 0 {
			return nil, x.undeliverable(ctx, o, why)
		}
		if why != "" {
			break
		}
		run = append(run, o)
	}
	first := slices.IndexFunc(run, func(o Outgoing) bool { return o.Sequence == 0 })
	if first < 0 {
		return run, nil
	}
	fresh, err := x.sealAll(p, run[first:])
	if err != nil {
		return nil, err
	}
	return run, x.Ports.Outbox.Seal(ctx, fresh...) // kept before anything leaves
}

// unsealable tells why an entry can never be sealed, if that is so: its content is
// gone, or the unit that it is for. To a part of an exhibit it adds the bytes.
func (x *Exchange) unsealable(ctx context.Context, p Partner, o *Outgoing) (message.Reason, error) {
	if o.Sequence > 0 {
		return "", nil
	}
	if len(o.Body) == 0 { // destroyed meanwhile, or a queue that was put back
		return message.ReasonExpired, nil
	}
	if _, err := p.Card.Recipients(o.Audience); err != nil {
		return message.ReasonUnit, nil
	}
	var err error
	if o.Attached, err = x.attached(ctx, *o); fault.Is(err, fault.Withheld) {
		return message.ReasonExpired, nil
	}
	return "", err
}

// sealAll makes the messages of entries, for the next positions of the link.
func (x *Exchange) sealAll(p Partner, list []Outgoing) ([]Sealing, error) {
	parts, failed := make([][]byte, len(list)), make([]error, len(list))
	together(len(list), failed, func(i int) (err error) {
		parts[i], err = x.sealStatement(p, list[i], p.Out.Sequence+int64(i)+1)
		return err
	})
	if err := errors.Join(failed...); err != nil {
		return nil, err
	}
	fresh, at := make([]Sealing, len(list)), p.Out
	for i := range list {
		o := &list[i]
		var m message.Message
		var err error
		if m, at, err = x.envelop(p, parts[i], at); err != nil {
			return nil, err
		}
		if o.Message, err = m.Frame(); err != nil {
			return nil, err
		}
		o.Sequence, o.Card = at.Sequence, p.CardHash
		fresh[i] = Sealing{ID: o.ID, Message: o.Message, Card: o.Card, At: at}
	}
	return fresh, nil
}

// undeliverable settles an entry for a unit that the partner's card no longer
// names: by our own word, without a position. It would stall the link for
// good otherwise, and nobody else may get what it holds.
func (x *Exchange) undeliverable(ctx context.Context, o Outgoing, why message.Reason) error {
	x.Log.Warn("not delivered: the partner no longer has the unit, or the content is gone here", "partner", o.Partner, "audience", o.Audience, "reason", string(why))
	a := message.Answer{Protocol: x.Self.Speaks.Newest(), From: x.Self.Node, To: o.Partner, Outcome: message.Refused, Reason: why, At: x.now()}
	return x.Ports.Outbox.Answered(ctx, Settled{ID: o.ID, At: a.At, Answer: a})
}

// again makes new entries for contents that were refused because the key they
// were sealed for is gone. They name the message that they repeat.
func (x *Exchange) again(refused ...Outgoing) ([]Outgoing, error) {
	var list []Outgoing
	for _, r := range refused {
		m, err := message.Parse(r.Message)
		if err != nil {
			return nil, err
		}
		o, err := x.outgoing(r.Partner, r.Audience, r.Kind, r.Body)
		if err != nil {
			return nil, err
		}
		o.Cut, o.Replaces = r.Cut, message.EnvelopeHash(m.Envelope.Payload)
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

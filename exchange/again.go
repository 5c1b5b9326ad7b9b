package exchange

import (
	"context"
	"errors"
	"sync"
	"time"

	"comity/fault"
	"comity/message"
	"comity/party"
)

// mostAgain is how many messages are sent once more in one go.
const mostAgain = 256

// Again sends a partner once more, the same bytes, what it has answered
// before and lacks now, from a position on: its database was put back from a
// backup. What is still waiting for its answer is not for here. The answers
// are not kept: the first ones are.
func (x *Exchange) Again(ctx context.Context, p Partner, peer Peer, from int64) error {
	if from > p.Out.Sequence || !x.resends.allow(p.Name, from, x.Now()) {
		return nil
	}
	waiting := p.Out.Sequence + 1
	if o, ok, err := x.Ports.Outbox.Next(ctx, p.Name); err != nil {
		return err
	} else if ok && o.Sequence > 0 {
		waiting = o.Sequence
	}
	return x.repeat(ctx, p, peer, from, min(waiting, from+mostAgain))
}

// repeat sends stored messages again, from a position up to another, as long as
// the link moves.
func (x *Exchange) repeat(ctx context.Context, p Partner, peer Peer, from, to int64) error {
	for n := from; n < to; n++ {
		now, err := x.Ports.Links.Partner(ctx, p.Name)
		if err != nil || !now.moves() {
			return err
		}
		if err := x.repeatOne(ctx, p, peer, n); err != nil {
			return err
		}
		x.resends.sent(p.Name, n, x.Now())
	}
	return nil
}

// repeatOne sends one stored message again.
func (x *Exchange) repeatOne(ctx context.Context, p Partner, peer Peer, sequence int64) error {
	framed, err := x.Ports.Outbox.Sealed(ctx, p.Name, sequence)
	if fault.Is(err, fault.Withheld) {
		return nil // forgotten here too
	}
	if err != nil {
		return err
	}
	m, err := message.Parse(framed)
	if err != nil {
		return err
	}
	x.Log.Warn("sent again: the partner no longer has it", "partner", p.Name, "sequence", sequence)
	answers, err := peer.Deliver(ctx, m)
	if err != nil {
		return err
	}
	if len(answers) != 1 {
		return fault.New(fault.Forged, "%s gave %d answers to one message", p.Name, len(answers))
	}
	keys, err := x.keysOf(ctx, p)
	if err == nil {
		_, err = x.openAnswer(answers[0], keys)
	}
	return err
}

// fillGap sends again what the receiver lacks before the entries that it did
// not take, and tells whether that was the trouble.
func (x *Exchange) fillGap(ctx context.Context, peer Peer, p Partner, run []Outgoing, answered int, err error) (bool, error) {
	var missed *message.NotReceived
	if answered > 0 || !errors.As(err, &missed) || missed.Why != message.WhyGap || missed.Expect < 1 || missed.Expect >= run[0].Sequence ||
		!x.resends.allow(p.Name, missed.Expect, x.Now()) {
		return false, nil
	}
	err = x.repeat(ctx, p, peer, missed.Expect, min(run[0].Sequence, missed.Expect+mostAgain))
	return err == nil, err
}

// resendEvery is how often a partner is sent the same once more: what it says
// that it lacks is its word alone.
const resendEvery = time.Hour

// resends keeps what was sent again to each partner of late.
type resends struct {
	mu   sync.Mutex
	last map[party.Name]resent
}

type resent struct {
	upTo int64
	at   time.Time
}

// allow tells whether messages from a position on may be sent again: further on
// at any time, from further back once an hour.
func (r *resends) allow(p party.Name, from int64, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	last, ok := r.last[p]
	return !ok || from > last.upTo || !now.Before(last.at.Add(resendEvery))
}

func (r *resends) sent(p party.Name, position int64, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.last == nil {
		r.last = map[party.Name]resent{}
	}
	r.last[p] = resent{position, now}
}

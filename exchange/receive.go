package exchange

import (
	"context"
	"sync"
	"time"

	"comity/fault"
	"comity/ledger"
	"comity/party"
	"comity/record"
	"comity/seal"
)

// Receive takes in one message of a partner, whom the transport has
// authenticated by the pinned TLS key, and gives the signed answer: accepted
// or refused. A *NotReceived means that nothing was consumed. Any number of
// deliveries of one message have one effect and one answer.
func (x *Exchange) Receive(ctx context.Context, from party.Name, m Message) (seal.Envelope, error) {
	unlock, err := x.links.lock(ctx, "in "+string(from))
	if err != nil {
		return seal.Envelope{}, err
	}
	defer unlock()
	p, err := x.Ports.Links.Partner(ctx, from)
	if fault.Is(err, fault.Withheld) {
		return seal.Envelope{}, &NotReceived{Why: WhyLink}
	}
	if err != nil {
		return seal.Envelope{}, err
	}
	if p.State != Active {
		return seal.Envelope{}, x.missed(ctx, p, WhyLink, 0)
	}
	o, why := openEnvelope(m, from, x.Self.Node, p.Card.Signing)
	if why != "" {
		return seal.Envelope{}, x.missed(ctx, p, why, 0)
	}
	signed, err := x.place(ctx, p, o, m)
	if err != nil {
		return seal.Envelope{}, err
	}
	x.traffic.later(from, x.Now())
	x.waker.wake(from) // whoever sends is there to be sent to
	return seal.ParseEnvelope(signed, answerLimits)
}

// place looks where a message stands in the link's chain.
func (x *Exchange) place(ctx context.Context, p Partner, o opened, m Message) ([]byte, error) {
	switch next := p.In.Sequence + 1; {
	case o.Sequence > next:
		return nil, x.missed(ctx, p, WhyGap, next)
	case o.Sequence < next:
		taken, err := x.Ports.Inbox.Consumed(ctx, p.Name, o.Sequence)
		if err != nil {
			return nil, err
		}
		if taken.Hash != o.Hash {
			return nil, x.freeze(ctx, p, taken, o)
		}
		return taken.Answer, nil
	case o.Prev != p.In.Hash:
		// It builds on another message in the place of the last one: two
		// histories, both signed.
		taken, err := x.Ports.Inbox.Consumed(ctx, p.Name, p.In.Sequence)
		if err != nil {
			return nil, err
		}
		return nil, x.freeze(ctx, p, taken, o)
	}
	return x.take(ctx, p, o, m)
}

// take consumes the next position of a link.
func (x *Exchange) take(ctx context.Context, p Partner, o opened, m Message) ([]byte, error) {
	a := Arrival{Partner: p.Name, At: x.now(), Position: Position{o.Sequence, o.Hash}, Envelope: o.Signed}
	s, reason := x.openStatement(o, m.Sealed, p.Card.Signing)
	if reason == "" {
		var err error
		if reason, err = x.accept(ctx, p, o, s, &a); err != nil {
			return nil, err
		}
	}
	if reason != "" {
		return x.refuse(ctx, o, a, reason)
	}
	var err error
	if a.Message, err = m.Frame(); err != nil {
		return nil, err
	}
	a.Outcome = Accepted
	return x.Ports.Inbox.Arrive(ctx, a)
}

// refuse consumes a position with a signed reason; the body is dropped.
func (x *Exchange) refuse(ctx context.Context, o opened, a Arrival, reason Reason) ([]byte, error) {
	e, err := x.entry(record.Record{Kind: record.Refused, At: a.At, Other: a.Partner, Message: o.Hash, Code: string(reason)})
	if err != nil {
		return nil, err
	}
	a = Arrival{Partner: a.Partner, At: a.At, Position: a.Position, Envelope: a.Envelope, Outcome: Refused, Reason: reason, Records: one(e)}
	a.Proven = func([]ledger.Evidence) (Proof, error) {
		answer, err := x.answer(o, Refused, reason, nil)
		return Proof{Answer: answer}, err
	}
	x.Log.Warn("message refused", "partner", a.Partner, "sequence", o.Sequence, "reason", reason)
	return x.Ports.Inbox.Arrive(ctx, a)
}

// freeze stops a link whose partner has signed two messages for one position,
// and keeps both.
func (x *Exchange) freeze(ctx context.Context, p Partner, taken Taken, o opened) error {
	x.Log.Error("the partner signed two messages for one position", "partner", p.Name, "sequence", o.Sequence)
	r := record.Record{Message: o.Hash, Subject: taken.Hash}
	err := x.Freeze(ctx, p.Name, FrozenEquivocation, r, Evidence{Name: "envelope-taken.json", Body: taken.Envelope},
		Evidence{Name: "envelope-other.json", Body: o.Signed})
	if err != nil {
		return err
	}
	return x.missed(ctx, p, WhyFork, 0)
}

// Freeze stops a link whose partner has signed what cannot both be true, and
// keeps what shows it. r says what the record of it points to. Only a security
// officer can let such a link move again.
func (x *Exchange) Freeze(ctx context.Context, partner party.Name, why string, r record.Record, evidence ...Evidence) error {
	r.Kind, r.At, r.Other, r.Code = record.Suspend, x.now(), partner, why
	e, err := x.entry(r)
	if err != nil {
		return err
	}
	for i := range evidence {
		evidence[i].At, evidence[i].Why = r.At, why
	}
	c := StateChange{Partner: partner, To: Frozen, At: r.At, Why: why, Evidence: evidence, Records: one(e)}
	if err := x.Ports.Links.SetState(ctx, c); err != nil {
		return err
	}
	x.Log.Error("link frozen", "partner", partner, "why", why)
	return nil
}

// missed counts a message that was not received, no more than once in a while
// for each partner and reason, so that a flood of them writes no flood of
// lines.
func (x *Exchange) missed(ctx context.Context, p Partner, why Why, expect int64) error {
	if x.quiet.allow(string(p.Name)+" "+string(why), x.Now()) {
		x.Log.Warn("message not received", "partner", p.Name, "why", why)
		if err := x.Ports.Inbox.Missed(ctx, p.Name, x.now(), string(why)); err != nil {
			return err
		}
	}
	return &NotReceived{Why: why, Expect: expect}
}

// missedEvery is how often one partner and reason make a line in the log.
const missedEvery = 10 * time.Second

// limiter lets each name through once in a while.
type limiter struct {
	mu   sync.Mutex
	last map[string]time.Time
}

func (l *limiter) allow(name string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if last, ok := l.last[name]; ok && now.Sub(last) < missedEvery && !now.Before(last) {
		return false
	}
	l.last[name] = now
	return true
}

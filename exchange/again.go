package exchange

import (
	"context"
	"errors"

	"comity/fault"
)

// mostAgain is how many messages are sent once more in one go.
const mostAgain = 256

// Again sends a partner once more, the same bytes, what it has answered
// before and lacks now, from a position on: its database was put back from a
// backup. What is still waiting for its answer is not for here. The answers
// are not kept: the first ones are.
func (x *Exchange) Again(ctx context.Context, p Partner, peer Peer, from int64) error {
	if from > p.Out.Sequence {
		return nil
	}
	waiting := p.Out.Sequence + 1
	if o, ok, err := x.Ports.Outbox.Next(ctx, p.Name); err != nil {
		return err
	} else if ok && o.Sequence > 0 {
		waiting = o.Sequence
	}
	for n := from; n < min(waiting, from+mostAgain); n++ {
		if err := x.repeat(ctx, p, peer, n); err != nil {
			return err
		}
	}
	return nil
}

// repeat sends one stored message again.
func (x *Exchange) repeat(ctx context.Context, p Partner, peer Peer, sequence int64) error {
	framed, err := x.Ports.Outbox.Sealed(ctx, p.Name, sequence)
	if fault.Is(err, fault.Withheld) {
		return nil // forgotten here too
	}
	if err != nil {
		return err
	}
	m, err := ParseMessage(framed)
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
		_, err = openAnswer(answers[0], keys)
	}
	return err
}

// fillGap sends again what the receiver lacks before the entries that it did
// not take, and tells whether that was the trouble.
func (x *Exchange) fillGap(ctx context.Context, peer Peer, p Partner, run []Outgoing, answered int, err error) (bool, error) {
	var missed *NotReceived
	if answered > 0 || !errors.As(err, &missed) || missed.Why != WhyGap || missed.Expect < 1 || missed.Expect >= run[0].Sequence {
		return false, nil
	}
	for n := missed.Expect; n < min(run[0].Sequence, missed.Expect+mostAgain); n++ {
		if err := x.repeat(ctx, p, peer, n); err != nil {
			return false, err
		}
	}
	return true, nil
}

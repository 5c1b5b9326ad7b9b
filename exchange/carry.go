package exchange

import (
	"context"
	"slices"

	"comity/fault"
	"comity/party"
	"comity/seal"
	"comity/wire"
)

// Carry gives the messages that wait for a partner's answer, oldest first and
// at most limit, sealed if they were not yet: for a link whose messages
// somebody carries. The same messages may go over the network as well.
func (x *Exchange) Carry(ctx context.Context, partner party.Name, limit int) ([]Message, error) {
	unlock, err := x.links.lock(ctx, "out "+string(partner))
	if err != nil {
		return nil, err
	}
	defer unlock()
	p, err := x.Ports.Links.Partner(ctx, partner)
	if err != nil {
		return nil, err
	}
	if p.State != Active {
		return nil, fault.New(fault.Frozen, "the link with %s is %s", partner, p.State)
	}
	var list []Message
	for len(list) < limit {
		waiting, err := x.Ports.Outbox.Unanswered(ctx, partner, limit)
		if err != nil {
			return nil, err
		}
		waiting = waiting[min(len(list), len(waiting)):]
		if len(waiting) == 0 {
			break
		}
		if p, err = x.Ports.Links.Partner(ctx, partner); err != nil {
			return nil, err
		}
		run, err := x.sealed(ctx, p, waiting[:min(MaxRun, len(waiting))], maxRunBytes)
		if err != nil {
			return nil, err
		}
		for _, o := range run {
			m, err := ParseMessage(o.Message)
			if err != nil {
				return nil, err
			}
			list = append(list, m)
		}
	}
	return list, nil
}

// Settle keeps a partner's answer that came by courier. It tells whether a
// message was waiting for it: one that has its answer keeps that.
func (x *Exchange) Settle(ctx context.Context, partner party.Name, signed seal.Envelope) (bool, error) {
	unlock, err := x.links.lock(ctx, "out "+string(partner))
	if err != nil {
		return false, err
	}
	defer unlock()
	p, err := x.Ports.Links.Partner(ctx, partner)
	if err != nil {
		return false, err
	}
	keys, err := x.keysOf(ctx, p)
	if err != nil {
		return false, err
	}
	answer, err := openAnswer(signed, keys)
	if err != nil {
		return false, err
	}
	waiting, err := x.Ports.Outbox.Unanswered(ctx, partner, mostCarried)
	if err != nil {
		return false, err
	}
	i := slices.IndexFunc(waiting, func(o Outgoing) bool { return o.Sequence == answer.Sequence })
	if i < 0 {
		return false, nil
	}
	m, err := ParseMessage(waiting[i].Message)
	if err != nil {
		return false, err
	}
	one, err := x.settlement(p, keys, waiting[i], m, signed, answer)
	if err != nil {
		return false, err
	}
	return true, x.Ports.Outbox.Answered(ctx, one)
}

// Answers gives the signed answers to the newest messages that were taken in
// from a partner, oldest first.
func (x *Exchange) Answers(ctx context.Context, partner party.Name, limit int) ([]seal.Envelope, error) {
	stored, err := x.Ports.Inbox.Answers(ctx, partner, limit)
	if err != nil {
		return nil, err
	}
	var list []seal.Envelope
	for _, b := range stored {
		e, err := seal.ParseEnvelope(b, answerLimits)
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, nil
}

// mostCarried is how many messages or answers go at one time.
const mostCarried = 1000

// settlement checks a partner's answer to an entry of the outbox and gives what
// is to be kept of it.
func (x *Exchange) settlement(p Partner, keys []seal.VerifyKey, o Outgoing, m Message, signed seal.Envelope, answer Answer) (Settled, error) {
	receipts, err := x.settles(answer, p, keys, o, envelopeHash(m.Envelope.Payload))
	if err != nil {
		return Settled{}, err
	}
	raw, err := wire.Encode(signed)
	if err != nil {
		return Settled{}, err
	}
	s := Settled{ID: o.ID, At: x.now(), Answer: answer, Signed: raw, Receipts: receipts}
	if answer.Outcome == Refused {
		x.Log.Warn("message was refused", "partner", p.Name, "sequence", o.Sequence, "reason", answer.Reason)
	}
	if answer.Reason == ReasonUnsealed && p.CardHash != o.Card {
		s.Again, err = x.again(o)
	}
	return s, err
}

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
	waiting, err := x.Ports.Outbox.Unanswered(ctx, partner, limit)
	if err != nil {
		return nil, err
	}
	var list []Message
	for _, o := range waiting {
		if o.Sequence == 0 {
			if _, err := recipients(p.Card, o.Audience); err != nil {
				if err := x.undeliverable(ctx, o); err != nil {
					return nil, err
				}
				continue
			}
			if o, err = x.seal(ctx, p, o); err != nil {
				return nil, err
			}
			if p, err = x.Ports.Links.Partner(ctx, partner); err != nil {
				return nil, err
			}
		}
		m, err := ParseMessage(o.Message)
		if err != nil {
			return nil, err
		}
		list = append(list, m)
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
	answer, err := OpenAnswer(signed, p.Card.Signing)
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
	return true, x.keep(ctx, p, waiting[i], signed, answer)
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

// keep settles an entry of the outbox by the partner's answer.
func (x *Exchange) keep(ctx context.Context, p Partner, o Outgoing, signed seal.Envelope, answer Answer) error {
	m, err := ParseMessage(o.Message)
	if err != nil {
		return err
	}
	receipts, err := x.settles(answer, p, o, envelopeHash(m.Envelope.Payload))
	if err != nil {
		return err
	}
	raw, err := wire.Encode(signed)
	if err != nil {
		return err
	}
	s := Settled{ID: o.ID, At: x.now(), Answer: answer, Signed: raw, Receipts: receipts}
	if answer.Outcome == Refused {
		x.Log.Warn("message was refused", "partner", p.Name, "sequence", o.Sequence, "reason", answer.Reason)
	}
	if answer.Reason == ReasonUnsealed && p.CardHash != o.Card {
		if s.Again, err = x.again(o); err != nil {
			return err
		}
	}
	return x.Ports.Outbox.Answered(ctx, s)
}

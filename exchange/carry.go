package exchange

import (
	"context"

	"comity/fault"
	"comity/message"
	"comity/party"
	"comity/seal"
	"comity/wire"
)

// Carry gives the messages that wait for a partner's answer, oldest first and
// at most limit, sealed if they were not yet: for a link whose messages
// somebody carries. The same messages may go over the network as well.
func (x *Exchange) Carry(ctx context.Context, partner party.Name, limit int) ([]message.Message, error) {
	unlock, err := x.links.lock(ctx, "out "+string(partner))
	if err != nil {
		return nil, err
	}
	defer unlock()
	p, err := x.Ports.Links.Partner(ctx, partner)
	if err != nil {
		return nil, err
	}
	if !p.moves() {
		return nil, fault.New(fault.Frozen, "nothing goes over the link with %s: it is %s, or its ledger is behind", partner, p.State).
			Fix("comity partner list says what to do")
	}
	var list []message.Message
	after := int64(0)
	for bytes := maxCarried; len(list) < limit && bytes > 0; {
		w := Window{After: after, Limit: min(message.MaxRun, limit-len(list)), Parts: min(mostPace, limit-len(list)), Bytes: min(bytes, message.RunBytes)}
		waiting, err := x.Ports.Outbox.Unanswered(ctx, partner, w)
		if err != nil {
			return nil, err
		}
		if len(waiting) == 0 {
			break
		}
		if p, err = x.Ports.Links.Partner(ctx, partner); err != nil {
			return nil, err
		}
		run, err := x.sealed(ctx, p, waiting)
		if err != nil {
			return nil, err
		}
		for _, o := range run {
			bytes, after = bytes-len(o.Message), o.Sequence
			m, err := message.Parse(o.Message)
			if err != nil {
				return nil, err
			}
			list = append(list, m)
		}
	}
	return list, nil
}

// maxCarried is how many bytes of messages are carried at one time, but for the
// last of them.
const maxCarried = 64 << 20

// Settle keeps a partner's answer that came by courier. It tells whether a
// message was waiting for it: one that has its answer keeps that, whatever key
// the answer that came now is signed with.
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
	var claim message.Answer
	if err := wire.Decode(signed.Payload, &claim, message.AnswerLimits); err != nil {
		return false, err
	}
	waiting, err := x.Ports.Outbox.InFlight(ctx, partner, claim.Sequence)
	if fault.Is(err, fault.Withheld) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	keys, err := x.keysOf(ctx, p)
	if err != nil {
		return false, err
	}
	answer, err := x.openAnswer(signed, keys)
	if err != nil {
		return false, err
	}
	m, err := message.Parse(waiting.Message)
	if err != nil {
		return false, err
	}
	one, err := x.settlement(p, keys, waiting, m, signed, answer)
	if err != nil {
		return false, err
	}
	if err := x.Ports.Outbox.Answered(ctx, one); err != nil {
		return true, err
	}
	x.delivered(one)
	return true, nil
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
		e, err := seal.ParseEnvelope(b, message.AnswerLimits)
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, nil
}

// settlement checks a partner's answer to an entry of the outbox and gives what
// is to be kept of it.
func (x *Exchange) settlement(p Partner, keys []seal.VerifyKey, o Outgoing, m message.Message, signed seal.Envelope, answer message.Answer) (Settled, error) {
	receipts, err := x.settles(answer, p, keys, o, message.EnvelopeHash(m.Envelope.Payload))
	if err != nil {
		return Settled{}, err
	}
	raw, err := wire.Encode(signed)
	if err != nil {
		return Settled{}, err
	}
	s := Settled{ID: o.ID, At: x.now(), Answer: answer, Signed: raw, Receipts: receipts}
	if answer.Outcome == message.Refused {
		x.Log.Warn("message was refused", "partner", p.Name, "sequence", o.Sequence, "reason", answer.Reason)
	}
	if answer.Reason == message.ReasonUnsealed || answer.Reason == message.ReasonVersion {
		s.Again, err = x.again(o)
	}
	return s, err
}

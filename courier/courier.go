// Package courier moves the messages of a link as files, for a partner without a
// network. They are the same messages in the same chain, with the same answers,
// receipts and heads; a bundle that is lost, repeated or changed does no more harm
// than a bad line does. Answers must find their way back: what has none is carried
// again.
//
// Band 4. It may import exchange, witness's format and bands 1-3.
package courier

import (
	"context"
	"errors"
	"io"

	"comity/fault"
	"comity/message"
	"comity/party"
	"comity/seal"
	"comity/wire"
	"comity/witness"
)

// Links is what the courier asks of the exchange.
type Links interface {
	Carry(ctx context.Context, partner party.Name, limit int) ([]message.Message, error)
	Answers(ctx context.Context, partner party.Name, limit int) ([]seal.Envelope, error)
	Settle(ctx context.Context, partner party.Name, signed seal.Envelope) (bool, error)
	Receive(ctx context.Context, from party.Name, m message.Message) (seal.Envelope, error)
}

// Ledgers compares ledgers by what is carried.
type Ledgers interface {
	Say(ctx context.Context, partner party.Name) (seal.Envelope, error)
	Hear(ctx context.Context, from party.Name, heads seal.Envelope) error
}

// Courier packs and unpacks bundles.
type Courier struct {
	Node    party.Name
	Links   Links
	Ledgers Ledgers
}

// mostCarried is how many messages, and how many answers, one bundle takes.
const mostCarried = 1000

// Packed is what went into a bundle.
type Packed struct {
	Messages int `json:"messages"`
	Answers  int `json:"answers"`
}

// Unpacked is what a bundle brought.
type Unpacked struct {
	From     party.Name  `json:"from"`
	Accepted int         `json:"accepted"`
	Refused  int         `json:"refused"`
	Settled  int         `json:"settled"`          // messages of ours that are answered now
	Missed   message.Why `json:"missed,omitzero"`  // why a message was not received; those after it were left
	Expects  int64       `json:"expects,omitzero"` // of a gap: the position that must come first
}

// Pack writes what waits for a partner, the answers to what came from it, and
// how this node's ledger stands.
func (c *Courier) Pack(ctx context.Context, actor party.Actor, partner party.Name, w io.Writer) (Packed, error) {
	if err := actor.May(party.ActRun); err != nil {
		return Packed{}, err
	}
	messages, err := c.Links.Carry(ctx, partner, mostCarried)
	if err != nil {
		return Packed{}, err
	}
	answers, err := c.Links.Answers(ctx, partner, mostCarried)
	if err != nil {
		return Packed{}, err
	}
	heads, err := c.Ledgers.Say(ctx, partner)
	if err != nil {
		return Packed{}, err
	}
	parts, err := signedParts(partHeads, heads)
	if err != nil {
		return Packed{}, err
	}
	given, err := signedParts(partAnswer, answers...)
	if err != nil {
		return Packed{}, err
	}
	parts = append(parts, given...)
	for _, m := range messages {
		b, err := m.Frame()
		if err != nil {
			return Packed{}, err
		}
		parts = append(parts, part{partMessage, b})
	}
	return Packed{len(messages), len(answers)}, writeBundle(w, parts)
}

func signedParts(kind byte, list ...seal.Envelope) ([]part, error) {
	parts := make([]part, len(list))
	for i, e := range list {
		b, err := wire.Encode(e)
		if err != nil {
			return nil, err
		}
		parts[i] = part{kind, b}
	}
	return parts, nil
}

// Unpack takes a bundle in. Who it is from is what its heads say and their
// signature shows. Whatever was taken in before an error stays; the same
// bundle may be taken in again.
func (c *Courier) Unpack(ctx context.Context, actor party.Actor, r io.Reader) (Unpacked, error) {
	if err := actor.May(party.ActRun); err != nil {
		return Unpacked{}, err
	}
	b, u := &reader{r: r}, Unpacked{}
	first, _, err := b.next()
	if err == nil && first.kind != partHeads {
		err = fault.New(fault.Invalid, "the bundle does not begin with heads").Fix("see doc/spec/courier.md")
	}
	if err != nil {
		return u, err
	}
	if err := c.hear(ctx, first, &u); err != nil {
		return u, err
	}
	for {
		p, more, err := b.next()
		if more {
			err = c.take(ctx, p, &u)
		}
		if err != nil || !more || u.Missed != "" {
			return u, err
		}
	}
}

func (c *Courier) hear(ctx context.Context, p part, u *Unpacked) error {
	e, err := p.envelope()
	if err != nil {
		return err
	}
	from, to, err := witness.Sides(e)
	if err != nil {
		return err
	}
	if to != c.Node {
		return fault.New(fault.Invalid, "the bundle is for %s, and this is %s", to, c.Node)
	}
	if err := c.Ledgers.Hear(ctx, from, e); err != nil {
		return err
	}
	u.From = from // it is believed from here on
	return nil
}

func (c *Courier) take(ctx context.Context, p part, u *Unpacked) error {
	switch p.kind {
	case partAnswer:
		e, err := p.envelope()
		if err != nil {
			return err
		}
		settled, err := c.Links.Settle(ctx, u.From, e)
		if settled {
			u.Settled++
		}
		return err
	case partMessage:
		m, err := message.Parse(p.body)
		if err != nil {
			return err
		}
		return c.receive(ctx, m, u)
	}
	return fault.New(fault.Invalid, "the bundle has heads in two places").Fix("see doc/spec/courier.md")
}

func (c *Courier) receive(ctx context.Context, m message.Message, u *Unpacked) error {
	answer, err := c.Links.Receive(ctx, u.From, m)
	var missed *message.NotReceived
	if errors.As(err, &missed) {
		u.Missed, u.Expects = missed.Why, missed.Expect
		return nil
	}
	if err != nil {
		return err
	}
	outcome, err := message.OutcomeOf(answer)
	if outcome == message.Accepted {
		u.Accepted++
	} else {
		u.Refused++
	}
	return err
}

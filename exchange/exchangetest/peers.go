package exchangetest

import (
	"context"

	"comity/fault"
	"comity/message"
	"comity/seal"
)

// Down is a Peer that does not answer.
type Down struct{}

// Deliver fails.
func (Down) Deliver(context.Context, ...message.Message) ([]seal.Envelope, error) {
	return nil, fault.New(fault.Unreachable, "the partner's node does not answer")
}

// Compare fails.
func (Down) Compare(context.Context, seal.Envelope) (seal.Envelope, error) {
	return seal.Envelope{}, fault.New(fault.Unreachable, "the partner's node does not answer")
}

// PeerFunc is a Peer made of a function.
type PeerFunc func(ctx context.Context, m message.Message) (seal.Envelope, error)

// Deliver calls it for one message after the other.
func (f PeerFunc) Deliver(ctx context.Context, messages ...message.Message) (answers []seal.Envelope, err error) {
	for _, m := range messages {
		a, err := f(ctx, m)
		if err != nil {
			return answers, err
		}
		answers = append(answers, a)
	}
	return answers, nil
}

// RunFunc is a Peer made of a function that takes whole runs.
type RunFunc func(ctx context.Context, messages ...message.Message) ([]seal.Envelope, error)

// Deliver calls it.
func (f RunFunc) Deliver(ctx context.Context, messages ...message.Message) ([]seal.Envelope, error) {
	return f(ctx, messages...)
}

// Compare fails: the function speaks of messages only.
func (f RunFunc) Compare(ctx context.Context, heads seal.Envelope) (seal.Envelope, error) {
	return Down{}.Compare(ctx, heads)
}

// Compare fails: the function speaks of messages only.
func (f PeerFunc) Compare(ctx context.Context, heads seal.Envelope) (seal.Envelope, error) {
	return Down{}.Compare(ctx, heads)
}

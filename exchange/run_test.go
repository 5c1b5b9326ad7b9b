package exchange_test

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"comity/exchange"
	"comity/exchange/exchangetest"
	"comity/message"
	"comity/seal"
)

// messages seals n messages of one after the other.
func messages(t *testing.T, us, mx *exchangetest.Node, n int) []message.Message {
	t.Helper()
	for p := exchangetest.Must(us.Store.Partner(ctx, mx.Name))(t); p.Queued < n; p.Queued++ {
		released(t, us, toUIN(report(t, us)))
	}
	list, err := us.Carry(ctx, mx.Name, n)
	if err != nil || len(list) != n {
		t.Fatal(len(list), err)
	}
	return list
}

// Of a run, what comes before the first message that is not received is taken
// in and answered, and nothing of what comes after.
func TestReceiveRunStops(t *testing.T) {
	us, mx := exchangetest.Pair(t)
	list := messages(t, us, mx, 5)
	broken := append([]message.Message{}, list...)
	broken[2].Sealed = append(bytes.Clone(broken[2].Sealed), 'x')
	answers, err := mx.ReceiveRun(ctx, "us/dea", broken...)
	var missed *message.NotReceived
	if len(answers) != 2 || !errors.As(err, &missed) || missed.Why != message.WhyLength {
		t.Fatal(len(answers), err)
	}
	// The whole run again: the first two get the answers that they had.
	all := exchangetest.Must(mx.ReceiveRun(ctx, "us/dea", list...))(t)
	if len(all) != 5 || !bytes.Equal(all[1].Payload, answers[1].Payload) {
		t.Fatal(len(all))
	}
	for i, e := range all {
		a := exchangetest.Must(message.OpenAnswer(e, mx.Key.Public(), 0))(t)
		if a.Outcome != message.Accepted || a.Sequence != int64(i+1) {
			t.Errorf("answer %d: %+v", i, a)
		}
	}
	// One with a gap, and one in the middle that another was put in place of.
	more := messages(t, us, mx, 8)[5:]
	if answers, err = mx.ReceiveRun(ctx, "us/dea", more[1:]...); len(answers) != 0 || !errors.As(err, &missed) || missed.Expect != 6 {
		t.Fatal(len(answers), err)
	}
	if answers, err = mx.ReceiveRun(ctx, "us/dea", more[0], more[2]); len(answers) != 1 || !errors.As(err, &missed) || missed.Expect != 7 {
		t.Fatal(len(answers), err)
	}
}

// A partner that gives more answers than it was sent messages, or answers out
// of their order, settles nothing but what it answered well.
func TestRunAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		change func(list []seal.Envelope) []seal.Envelope
		left   int
	}{
		"all":      {func(l []seal.Envelope) []seal.Envelope { return l }, 0},
		"one more": {func(l []seal.Envelope) []seal.Envelope { return append(l, l[0]) }, 3},
		"swapped":  {func(l []seal.Envelope) []seal.Envelope { l[1], l[2] = l[2], l[1]; return l }, 2},
		"repeated": {func(l []seal.Envelope) []seal.Envelope { l[2] = l[0]; return l }, 1},
	} {
		us, mx := exchangetest.Pair(t)
		for range 3 {
			released(t, us, toUIN(report(t, us)))
		}
		us.Peers[mx.Name] = runs{exchangetest.Wire{From: us.Name, To: mx}, c.change}
		err := us.Flush(ctx)
		p := exchangetest.Must(us.Store.Partner(ctx, mx.Name))(t)
		if p.Queued != c.left || (err == nil) != (c.left == 0) {
			t.Errorf("%s: %d wait, %v", name, p.Queued, err)
		}
	}
}

// runs changes the answers to a run.
type runs struct {
	exchange.Peer
	change func([]seal.Envelope) []seal.Envelope
}

func (r runs) Deliver(c context.Context, messages ...message.Message) ([]seal.Envelope, error) {
	answers, err := r.Peer.Deliver(c, messages...)
	return r.change(answers), err
}

package peer_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"comity/message"
	"comity/party"
	"comity/seal"
)

// One partner holds no more of the node than its share at once: what is over
// is sent away to come again, and a place that is free again is given.
func TestOnePartnerHoldsOnlyItsShare(t *testing.T) {
	w := start(t, quick)
	answer := sign(t, w.server.key, message.AnswerType)
	inside, leave := make(chan struct{}, 16), make(chan struct{})
	w.receive = func(ctx context.Context, _ party.Name, _ message.Message) (seal.Envelope, error) {
		inside <- struct{}{}
		select {
		case <-leave:
		case <-ctx.Done():
		}
		return answer, nil
	}
	var sent sync.WaitGroup
	for range quick.PerPartner {
		c := w.dial(t, w.client, w.server.pin)
		m := w.message(t, 10)
		sent.Go(func() {
			if _, err := c.Deliver(context.Background(), m); err != nil {
				t.Error(err)
			}
		})
	}
	for range quick.PerPartner {
		select {
		case <-inside:
		case <-time.After(10 * time.Second):
			t.Fatal("the messages do not arrive")
		}
	}
	c := w.dial(t, w.client, w.server.pin)
	if _, err := c.Deliver(context.Background(), w.message(t, 10)); err == nil {
		t.Error("one more than its share was taken in")
	}
	if n := w.received.Load(); n != int64(quick.PerPartner) {
		t.Errorf("%d messages were taken in", n)
	}
	close(leave)
	sent.Wait()
	if _, err := c.Deliver(context.Background(), w.message(t, 10)); err != nil {
		t.Errorf("a place is free and not given: %v", err)
	}
}

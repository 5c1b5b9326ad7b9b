package exchange_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"comity/exchange"
	"comity/exchange/exchangetest"
	"comity/fault"
	"comity/message"
	"comity/seal"
)

// witnessed notes in which order runs are delivered, sealed and kept.
type witnessed struct {
	mu     sync.Mutex
	events []string
}

func (w *witnessed) note(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.events = append(w.events, fmt.Sprintf(format, args...))
}

func (w *witnessed) at(t *testing.T, event string) int {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	i := slices.Index(w.events, event)
	if i < 0 {
		t.Fatalf("%q never came to be: %q", event, w.events)
	}
	return i
}

func (w *witnessed) never(t *testing.T, event string) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if slices.Contains(w.events, event) {
		t.Errorf("%q: %q", event, w.events)
	}
}

// slowOutbox keeps answers late: not before the next run was handed over, as long as
// somebody waits for that.
type slowOutbox struct {
	exchange.Outbox
	w     *witnessed
	kept  int
	after func(n int)       // called before the answers to the n-th run are kept
	fails func(n int) error // nil, or gives the error of keeping them
}

func (s *slowOutbox) Answered(ctx context.Context, list ...exchange.Settled) error {
	s.kept++
	n := s.kept
	if s.after != nil {
		s.after(n)
	}
	if s.fails != nil {
		if err := s.fails(n); err != nil {
			s.w.note("keeping %d fails", n)
			return err
		}
	}
	s.w.note("kept %d", n)
	return s.Outbox.Answered(ctx, list...)
}

// flow is a pair with messages for so many whole runs, and what happens to them.
func flow(t *testing.T, runs int) (us, mx *exchangetest.Node, w *witnessed, box *slowOutbox, handed chan int) {
	us, mx = exchangetest.Pair(t)
	for range runs * message.MaxRun {
		released(t, us, toUIN(report(t, us)))
	}
	w, handed = &witnessed{}, make(chan int, 100)
	box = &slowOutbox{Outbox: us.Ports.Outbox, w: w}
	us.Ports.Outbox = box
	n := 0
	us.Peers[mx.Name] = exchangetest.RunFunc(func(ctx context.Context, list ...message.Message) ([]seal.Envelope, error) {
		n++
		w.note("run %d", n)
		handed <- n
		return exchangetest.Wire{From: us.Name, To: mx}.Deliver(ctx, list...)
	})
	return us, mx, w, box, handed
}

// While the answers to one run are kept the next is under way, and answers are kept in
// the order of their runs.
func TestNextRunGoesWhileAnswersAreKept(t *testing.T) {
	us, mx, w, box, handed := flow(t, 3)
	box.after = func(n int) {
		for n < 3 { // the answers to the last one have nothing to wait for
			select {
			case got := <-handed:
				if got > n {
					return
				}
			case <-time.After(10 * time.Second):
				w.note("the run after %d waits for its answers", n)
				return
			}
		}
	}
	flush(t, us)
	for n := 1; n < 3; n++ {
		if w.at(t, fmt.Sprint("run ", n+1)) > w.at(t, fmt.Sprint("kept ", n)) || w.at(t, fmt.Sprint("kept ", n)) > w.at(t, fmt.Sprint("kept ", n+1)) {
			t.Errorf("%q", w.events)
		}
	}
	if p := exchangetest.Must(us.Store.Partner(ctx, mx.Name))(t); p.Queued != 0 || us.Counts().Delivered != 3*message.MaxRun {
		t.Errorf("%d wait; %+v", p.Queued, us.Counts())
	}
}

// When answers cannot be kept no run goes after the one that is under way, and once
// they can nothing is lost or comes twice.
func TestUnkeptAnswersStopTheLink(t *testing.T) {
	us, mx, w, box, _ := flow(t, 4)
	box.fails = func(n int) error {
		if n == 1 {
			return fault.New(fault.Internal, "the disk is full")
		}
		return nil
	}
	wantKind(t, us.Flush(ctx), fault.Internal)
	w.at(t, "keeping 1 fails")
	w.never(t, "run 3")
	w.never(t, "kept 2")
	flush(t, us)
	if p := exchangetest.Must(us.Store.Partner(ctx, mx.Name))(t); p.Queued != 0 || p.Out.Sequence != int64(4*message.MaxRun) {
		t.Errorf("%d wait, the last position is %d", p.Queued, p.Out.Sequence)
	}
	if got := exchangetest.Must(mx.Store.Partner(ctx, us.Name))(t); got.In.Sequence != int64(4*message.MaxRun) {
		t.Errorf("%d were received", got.In.Sequence)
	}
}

// A link that is suspended while a run is under way sends no other.
func TestSuspendedMeanwhile(t *testing.T) {
	us, mx, w, _, _ := flow(t, 3)
	deliver := us.Peers[mx.Name]
	us.Peers[mx.Name] = exchangetest.RunFunc(func(ctx context.Context, list ...message.Message) ([]seal.Envelope, error) {
		answers, err := deliver.Deliver(ctx, list...)
		_, failed := us.Suspend(ctx, us.Staff.Actor("admin"), mx.Name, "a doubt")
		if failed != nil && !fault.Is(failed, fault.Stale) {
			t.Error(failed)
		}
		return answers, err
	})
	_ = us.Flush(ctx)
	w.at(t, "kept 1") // what was answered is answered
	w.never(t, "run 2")
	if p := exchangetest.Must(us.Store.Partner(ctx, mx.Name))(t); p.Queued != 2*message.MaxRun {
		t.Errorf("%d wait", p.Queued)
	}
}

// A queue of more runs than one delivery has goes whole, one run after the other.
func TestLongQueueGoesWhole(t *testing.T) {
	us, mx, _, _, _ := flow(t, 10)
	running, stop := context.WithCancel(ctx)
	done := make(chan error)
	go func() { done <- us.Run(running) }()
	for end := time.Now().Add(20 * time.Second); exchangetest.Must(us.Store.Partner(ctx, mx.Name))(t).Queued > 0; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it never ends")
		}
	}
	stop()
	<-done
	if n := us.Counts().Delivered; n != 10*message.MaxRun {
		t.Errorf("%d were delivered", n)
	}
}

// Messages that a partner refuses are no deliveries.
func TestRefusedIsNotDelivered(t *testing.T) {
	us, mx := exchangetest.Pair(t)
	released(t, us, toUIN(report(t, us)))
	us.Peers[mx.Name] = exchangetest.PeerFunc(func(c context.Context, m message.Message) (seal.Envelope, error) {
		e, err := mx.Receive(c, us.Name, m)
		if err != nil {
			return e, err
		}
		return resign(func(a *message.Answer) {
			a.Outcome, a.Reason, a.Receipt = message.Refused, message.ReasonMalformed, nil
		})(t, mx, answered(t, mx, e), e), nil
	})
	flush(t, us)
	if n := us.Counts(); n.Delivered != 0 {
		t.Errorf("%+v", n)
	}
}

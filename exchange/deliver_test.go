package exchange_test

import (
	"bytes"
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"comity/exchange"
	"comity/exchange/exchangetest"
	"comity/fault"
	"comity/intel"
	"comity/message"
	"comity/record"
	"comity/ref"
	"comity/seal"
	"comity/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A partner that was down gets everything once it is back, once and in order,
// and every attempt has the same bytes.
func TestDownThenBack(t *testing.T) {
	us, mx := exchangetest.Pair(t)
	i := report(t, us)
	var seen [][]byte
	us.Peers["mx/semar"] = exchangetest.PeerFunc(func(_ context.Context, m message.Message) (seal.Envelope, error) {
		seen = append(seen, exchangetest.Must(m.Frame())(t))
		return seal.Envelope{}, fault.New(fault.Unreachable, "down")
	})
	var want []ref.CutID
	for range 5 {
		want = append(want, released(t, us, toUIN(i)).Cuts[0].Cut.ID)
	}
	for range 3 {
		wantKind(t, us.Flush(ctx), fault.Unreachable)
	}
	if len(seen) != 3 || !bytes.Equal(seen[0], seen[1]) || !bytes.Equal(seen[0], seen[2]) {
		t.Fatalf("%d attempts, or other bytes", len(seen))
	}
	us.Peers["mx/semar"] = exchangetest.Wire{From: "us/dea", To: mx}
	flush(t, us)
	letters, _ := mx.Inbox(ctx, mx.Staff.Actor("ana-1"), ref.CutID{}, 0)
	if len(letters) != 5 {
		t.Fatalf("%d letters", len(letters))
	}
	for n, l := range letters {
		if l.Cut != want[4-n] || l.Version != 5-n {
			t.Fatalf("letter %d is version %d", n, l.Version)
		}
	}
}

// An answer that got lost is given again, and the message has one effect.
func TestAnswerLost(t *testing.T) {
	us, mx := exchangetest.Pair(t)
	i := report(t, us)
	released(t, us, toUIN(i))
	us.Peers["mx/semar"] = exchangetest.PeerFunc(func(ctx context.Context, m message.Message) (seal.Envelope, error) {
		_, _ = mx.Receive(ctx, "us/dea", m)
		return seal.Envelope{}, fault.New(fault.Unreachable, "the line broke")
	})
	wantKind(t, us.Flush(ctx), fault.Unreachable)
	us.Peers["mx/semar"] = exchangetest.Wire{From: "us/dea", To: mx}
	flush(t, us)
	if l, _ := mx.Inbox(ctx, mx.Staff.Actor("ana-1"), ref.CutID{}, 0); len(l) != 1 {
		t.Fatalf("%d letters", len(l))
	}
}

// Nothing leaves whose sealing could not be kept.
func TestNothingLeavesUnkept(t *testing.T) {
	us, mx := exchangetest.Pair(t)
	released(t, us, toUIN(report(t, us)))
	us.Store.Fail = errors.New("disk full")
	if us.Flush(ctx) == nil {
		t.Fatal("no error")
	}
	if len(mx.Store.Records) != 1 {
		t.Fatal("it left")
	}
	us.Store.Fail = nil
	flush(t, us)
}

// An answer that is not the partner's word on this very message settles
// nothing.
func TestLyingAnswers(t *testing.T) {
	for name, lie := range map[string]func(t *testing.T, mx *exchangetest.Node, a message.Answer, e seal.Envelope) seal.Envelope{
		"signed by somebody else": func(t *testing.T, _ *exchangetest.Node, _ message.Answer, e seal.Envelope) seal.Envelope {
			return exchangetest.Must(seal.Sign(message.AnswerType, e.Payload, newKey(t)))(t)
		},
		"of another type": func(t *testing.T, mx *exchangetest.Node, _ message.Answer, e seal.Envelope) seal.Envelope {
			return exchangetest.Must(seal.Sign(message.CardType, e.Payload, mx.Key))(t)
		},
		"not canonical": func(t *testing.T, mx *exchangetest.Node, _ message.Answer, e seal.Envelope) seal.Envelope {
			return exchangetest.Must(seal.Sign(message.AnswerType, append(e.Payload, ' '), mx.Key))(t)
		},
		"empty": func(*testing.T, *exchangetest.Node, message.Answer, seal.Envelope) seal.Envelope {
			return seal.Envelope{}
		},
		"another message":                   resign(func(a *message.Answer) { a.Message[0]++ }),
		"another position":                  resign(func(a *message.Answer) { a.Sequence++ }),
		"from somebody else":                resign(func(a *message.Answer) { a.From = "mx/gn" }),
		"to somebody else":                  resign(func(a *message.Answer) { a.To = "us/fbi" }),
		"no receipt":                        resign(func(a *message.Answer) { a.Receipt = nil }),
		"no time":                           resign(func(a *message.Answer) { a.At = wire.Time{} }),
		"another protocol":                  resign(func(a *message.Answer) { a.Protocol = 9 }),
		"no outcome":                        resign(func(a *message.Answer) { a.Outcome = "" }),
		"accepted, with a reason":           resign(func(a *message.Answer) { a.Reason = message.ReasonSize }),
		"refused without a reason":          resign(func(a *message.Answer) { a.Outcome, a.Receipt = message.Refused, nil }),
		"refused for another reason":        resign(func(a *message.Answer) { a.Outcome, a.Reason, a.Receipt = message.Refused, "mood", nil }),
		"refused, with a receipt":           resign(func(a *message.Answer) { a.Outcome, a.Reason = message.Refused, message.ReasonSize }),
		"receipt of another kind":           reclaim(func(r *record.Record) { r.Kind = record.ReadBy }),
		"receipt for another cut":           reclaim(func(r *record.Record) { r.Cut[0]++ }),
		"receipt for another hash":          reclaim(func(r *record.Record) { r.CutHash[0]++ }),
		"receipt for another message":       reclaim(func(r *record.Record) { r.Message[0]++ }),
		"receipt of another node":           reclaim(func(r *record.Record) { r.Node = "mx/gn" }),
		"receipt to another node":           reclaim(func(r *record.Record) { r.Other = "us/fbi" }),
		"receipt that is not in the ledger": resign(func(a *message.Answer) { r := *a.Receipt; r.Evidence.Index++; a.Receipt = &r }),
	} {
		t.Run(name, func(t *testing.T) {
			us, mx := exchangetest.Pair(t)
			i := report(t, us)
			released(t, us, toUIN(i))
			us.Peers["mx/semar"] = exchangetest.PeerFunc(func(ctx context.Context, m message.Message) (seal.Envelope, error) {
				e, err := mx.Receive(ctx, "us/dea", m)
				if err != nil {
					return e, err
				}
				return lie(t, mx, answered(t, mx, e), e), nil
			})
			if err := us.Flush(ctx); err == nil {
				t.Fatal("believed")
			}
			if l, _ := us.Trail(ctx, us.Staff.Actor("ana-1"), i.ID); l.Lines[0].Stage != exchange.Queued || len(l.Lines[0].Receipts) != 0 {
				t.Fatalf("%+v", l.Lines[0])
			}
			us.Peers["mx/semar"] = exchangetest.Wire{From: "us/dea", To: mx}
			flush(t, us)
		})
	}
}

func resign(change func(*message.Answer)) func(*testing.T, *exchangetest.Node, message.Answer, seal.Envelope) seal.Envelope {
	return func(t *testing.T, mx *exchangetest.Node, a message.Answer, _ seal.Envelope) seal.Envelope {
		change(&a)
		return exchangetest.Must(seal.Sign(message.AnswerType, exchangetest.Must(wire.Encode(a))(t), mx.Key))(t)
	}
}

func reclaim(change func(*record.Record)) func(*testing.T, *exchangetest.Node, message.Answer, seal.Envelope) seal.Envelope {
	return func(t *testing.T, mx *exchangetest.Node, a message.Answer, e seal.Envelope) seal.Envelope {
		r := exchangetest.Must(record.Parse(a.Receipt.Record.Payload))(t)
		change(&r)
		claim := mx.Claim(r)
		return resign(func(a *message.Answer) { a.Receipt = &claim })(t, mx, a, e)
	}
}

// Run delivers what is released while it runs, tries again for as long as it
// takes, and stops when told, leaving nothing behind.
func TestRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		us, mx := exchangetest.Pair(t)
		i := report(t, us)
		var attempts atomic.Int64
		var up atomic.Bool
		us.Peers["mx/semar"] = exchangetest.PeerFunc(func(ctx context.Context, m message.Message) (seal.Envelope, error) {
			attempts.Add(1)
			if !up.Load() {
				return seal.Envelope{}, fault.New(fault.Unreachable, "down")
			}
			return mx.Receive(ctx, "us/dea", m)
		})
		running, stop := context.WithCancel(ctx)
		done := make(chan error)
		go func() { done <- us.Run(running) }()
		synctest.Wait()
		released(t, us, toUIN(i))
		synctest.Wait()
		if n := attempts.Load(); n != 1 {
			t.Fatalf("%d attempts at once", n)
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		if n := attempts.Load(); n < 60 || n > 100 {
			t.Fatalf("%d attempts in an hour", n)
		}
		up.Store(true)
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if l, _ := mx.Inbox(ctx, mx.Staff.Actor("ana-1"), ref.CutID{}, 0); len(l) != 1 {
			t.Fatalf("%d letters", len(l))
		}
		// New work is delivered at once, in order.
		released(t, us, toUIN(i))
		released(t, us, toUIN(i))
		synctest.Wait()
		if l, _ := mx.Inbox(ctx, mx.Staff.Actor("ana-1"), ref.CutID{}, 0); len(l) != 3 || l[0].Version != 3 {
			t.Fatalf("%d letters", len(l))
		}
		stop()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	})
}

// A sign of life wakes a link that waits to try again.
func TestHeardFromWakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		us, mx := exchangetest.Pair(t)
		var up atomic.Bool
		us.Peers["mx/semar"] = exchangetest.PeerFunc(func(ctx context.Context, m message.Message) (seal.Envelope, error) {
			if !up.Load() {
				return seal.Envelope{}, fault.New(fault.Unreachable, "down")
			}
			return mx.Receive(ctx, "us/dea", m)
		})
		running, stop := context.WithCancel(ctx)
		done := make(chan error)
		go func() { done <- us.Run(running) }()
		released(t, us, toUIN(report(t, us)))
		time.Sleep(time.Hour)
		up.Store(true)
		back, _ := mx.Desk.Import(ctx, mx.Staff.Actor("ana-1"), draftTo("us/dea/mex"))
		a := exchange.Ask{Item: back.ID, To: []exchange.To{{Party: "us/dea/mex", Form: intel.Copy}}}
		released(t, mx, a)
		flush(t, mx)
		synctest.Wait()
		if l, _ := mx.Inbox(ctx, mx.Staff.Actor("ana-1"), ref.CutID{}, 0); len(l) != 1 {
			t.Fatal("not delivered at the first sign of life")
		}
		stop()
		<-done
	})
}

// Officers see since when what waits for a partner cannot be delivered, until it
// can.
func TestFailingShows(t *testing.T) {
	us, mx := exchangetest.Pair(t)
	since := func() wire.Time {
		t.Helper()
		return exchangetest.Must(us.Partners(ctx, us.Staff.Actor("admin")))(t)[0].Failing
	}
	released(t, us, toUIN(report(t, us)))
	us.Peers[mx.Name] = exchangetest.Down{}
	began := wire.At(us.Clock.Now())
	for range 3 {
		wantKind(t, us.Flush(ctx), fault.Unreachable)
		us.Clock.At = us.Clock.At.Add(time.Hour)
	}
	if since() != began {
		t.Errorf("it fails since %s, want %s", since(), began)
	}
	us.Peers[mx.Name] = exchangetest.Wire{From: us.Name, To: mx}
	flush(t, us)
	if !since().IsZero() {
		t.Errorf("it fails since %s and was delivered", since())
	}
}

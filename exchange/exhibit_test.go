package exchange_test

import (
	"bytes"
	"context"
	"slices"
	"testing"
	"time"

	"comity/exchange"
	"comity/exchange/exchangetest"
	"comity/fault"
	"comity/intel"
	"comity/message"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/release"
	"comity/seal"
	"comity/wire"
)

// file has so many bytes, no two of its parts alike.
func file(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i ^ i>>8 ^ i>>16)
	}
	return b
}

// pictured is a report whose first portion, for the unit, has files as
// exhibits; the third, for nobody, has one too.
func pictured(t *testing.T, n *exchangetest.Node, files ...[]byte) intel.Item {
	t.Helper()
	i := report(t, n)
	n.Desk.Change(i.ID, func(i *intel.Item) {
		for _, b := range files {
			i.Portions[0].Exhibits = append(i.Portions[0].Exhibits, n.Store.PutFile(i.ID, b))
		}
		i.Portions[2].Exhibits = []intel.Exhibit{n.Store.PutFile(i.ID, []byte("the source's face"))}
	})
	return i
}

// cutOf gives the cut of a release.
func cutOf(r exchange.Released) release.Cut { return r.Cuts[0].Cut }

// takeAll has an officer take an exhibit out, from end to end.
func takeAll(n *exchangetest.Node, officer party.Handle, cut ref.CutID, content ref.Hash) ([]byte, error) {
	var all []byte
	for from := 1; from > 0; {
		p, err := n.Exhibit(ctx, n.Staff.Actor(officer), cut.String(), content.String(), from)
		if err != nil {
			return nil, err
		}
		all, from = append(all, p.Bytes...), p.Next
	}
	return all, nil
}

// Files follow their cut in parts, arrive as they were, are given only to who has
// opened the cut, and each taking is on record and receipted.
func TestExhibitsWay(t *testing.T) {
	us, mx := exchangetest.Pair(t)
	large, small := file(3*intel.PartSize+5), []byte("x")
	r := released(t, us, toUIN(pictured(t, us, large, small)))
	c := cutOf(r)
	if p := exchangetest.Must(us.Store.Partner(ctx, mx.Name))(t); p.Queued != 1+4+1 || p.Parts != 4+1 {
		t.Fatalf("%d wait, of them %d parts", p.Queued, p.Parts)
	}
	flush(t, us)
	lince := mx.Staff.Actor("ana-1")
	if _, err := takeAll(mx, "ana-1", c.ID, ref.Content(large)); !fault.Is(err, fault.Unread) {
		t.Fatalf("taken before the cut was opened: %v", err)
	}
	opened := exchangetest.Must(mx.Read(ctx, lince, c.ID.String(), true))(t)
	if len(opened.Exhibits) != 2 || opened.Exhibits[0].Here != 4 || opened.Exhibits[0].Parts != 4 {
		t.Fatalf("%+v", opened.Exhibits)
	}
	for _, b := range [][]byte{large, small, large} {
		if got, err := takeAll(mx, "ana-1", c.ID, ref.Content(b)); err != nil || !bytes.Equal(got, b) {
			t.Fatalf("%d bytes, %v", len(got), err)
		}
	}
	flush(t, mx, us)
	trail := exchangetest.Must(us.Trail(ctx, us.Staff.Actor("rel-1"), r.Plan.Item))(t)
	l := trail.Lines[0]
	if l.Stage != exchange.WasRead || l.Exhibits != 2 || l.Parts != 5 || l.Taken != 5 {
		t.Fatalf("%+v", l)
	}
	taken := 0
	for _, r := range l.Receipts {
		if r.Took && r.Exhibit == 1 && r.Kind == record.ReadBy && r.Officer == "ana-1" {
			taken++
		}
	}
	if taken != 2 {
		t.Fatalf("%d takings are receipted, want 2: %+v", taken, l.Receipts)
	}
	if _, err := takeAll(mx, "ana-1", c.ID, ref.Content([]byte("the source's face"))); !fault.Is(err, fault.Withheld) {
		t.Fatalf("an exhibit of a portion that was withheld: %v", err)
	}
	for _, h := range []party.Handle{"ana-2", "admin", "rel-2"} {
		if _, err := takeAll(mx, h, c.ID, ref.Content(small)); err == nil {
			t.Errorf("%s took it", h)
		}
	}
}

// line is a Peer that is asked before each run, counted from 1, whether it holds.
type line struct {
	exchange.Peer
	before func(run int) error
	runs   int
}

func (l *line) Deliver(ctx context.Context, messages ...message.Message) ([]seal.Envelope, error) {
	l.runs++
	if err := l.before(l.runs); err != nil {
		return nil, err
	}
	return l.Peer.Deliver(ctx, messages...)
}

func breaks(now bool) error {
	if now {
		return fault.New(fault.Unreachable, "the line broke")
	}
	return nil
}

// A report that is released while a large exhibit is on its way goes before what
// is left of it, and parts share a run with what waits.
func TestExhibitStallsNothing(t *testing.T) {
	us, mx := exchangetest.Pair(t)
	large := file(40 * intel.PartSize)
	c := cutOf(released(t, us, toUIN(pictured(t, us, large))))
	var urgent release.Cut
	us.Peers[mx.Name] = &line{exchangetest.Wire{From: us.Name, To: mx}, func(run int) error {
		if run == 2 {
			urgent = cutOf(released(t, us, toUIN(report(t, us))))
		}
		return breaks(run > 3)
	}, 0}
	wantKind(t, us.Flush(ctx), fault.Unreachable)
	here := exchangetest.Must(mx.Store.CountReceived(ctx, c.ID, ref.Content(large)))(t)
	if _, err := mx.Store.Cut(ctx, urgent.ID.String()); err != nil || here >= 40 || here == 0 {
		t.Fatalf("%d of 40 parts are here and the urgent report is not: %v", here, err)
	}
	us.Peers[mx.Name] = exchangetest.Wire{From: us.Name, To: mx}
	flush(t, us)
	exchangetest.Must(mx.Read(ctx, mx.Staff.Actor("ana-1"), c.ID.String(), true))(t)
	if got, err := takeAll(mx, "ana-1", c.ID, ref.Content(large)); err != nil || !bytes.Equal(got, large) {
		t.Fatalf("%d bytes, %v", len(got), err)
	}
}

// An exhibit of which something is missing is not given, and says so.
func TestExhibitIncomplete(t *testing.T) {
	us, mx := exchangetest.Pair(t)
	large := file(20 * intel.PartSize)
	c := cutOf(released(t, us, toUIN(pictured(t, us, large))))
	us.Peers[mx.Name] = &line{exchangetest.Wire{From: us.Name, To: mx}, func(run int) error { return breaks(run > 2) }, 0}
	wantKind(t, us.Flush(ctx), fault.Unreachable)
	opened := exchangetest.Must(mx.Read(ctx, mx.Staff.Actor("ana-1"), c.ID.String(), true))(t)
	if a := opened.Exhibits[0]; a.Here == 0 || a.Here >= a.Parts {
		t.Fatalf("%+v", a)
	}
	before := len(mx.Store.Records)
	if _, err := takeAll(mx, "ana-1", c.ID, ref.Content(large)); !fault.Is(err, fault.Unreachable) {
		t.Fatalf("half an exhibit: %v", err)
	}
	if len(mx.Store.Records) != before {
		t.Error("a taking that was refused is on record as one")
	}
}

// partOf makes the forger's next message a part of an exhibit.
func (f *forger) partOf(p message.Part, attached []byte) {
	f.st.Kind, f.st.Body = message.PartStatement, exchangetest.Must(wire.Encode(p))(f.t)
	f.attach(attached)
}

func (f *forger) attach(attached []byte) {
	if len(attached) > 0 {
		f.st.Attached = ref.Content(attached)
	}
	f.plain = func(b []byte) []byte { return message.Attach(b, attached) }
}

// What a partner with its own keys can send as parts: nothing but the parts of
// exhibits that a cut of its own names, of their length, and no more than once.
func TestPartsRefused(t *testing.T) {
	whole := file(intel.PartSize + 7)
	x := intel.Exhibit{Content: ref.Content(whole), Size: int64(len(whole)), Media: "image/png"}
	other := file(9)
	for name, change := range map[string]func(f *forger, p message.Part){
		"of no cut":              func(f *forger, p message.Part) { p.Cut = ref.CutID{7}; f.partOf(p, whole[:intel.PartSize]) },
		"of a cut without an id": func(f *forger, p message.Part) { p.Cut = ref.CutID{}; f.partOf(p, whole[:intel.PartSize]) },
		"of another file":        func(f *forger, p message.Part) { p.Content = ref.Content(other); f.partOf(p, other) },
		"part 0":                 func(f *forger, p message.Part) { p.Part = 0; f.partOf(p, whole[:intel.PartSize]) },
		"part -1":                func(f *forger, p message.Part) { p.Part = -1; f.partOf(p, whole[:intel.PartSize]) },
		"part 3 of 2":            func(f *forger, p message.Part) { p.Part = 3; f.partOf(p, whole[intel.PartSize:]) },
		"too short":              func(f *forger, p message.Part) { f.partOf(p, whole[:intel.PartSize-1]) },
		"too long":               func(f *forger, p message.Part) { f.partOf(p, whole) },
		"the last, too long":     func(f *forger, p message.Part) { p.Part = 2; f.partOf(p, whole[intel.PartSize-1:]) },
		"nothing attached":       func(f *forger, p message.Part) { f.partOf(p, nil) },
		"other bytes attached": func(f *forger, p message.Part) {
			f.partOf(p, whole[:intel.PartSize])
			f.plain = func(b []byte) []byte { return message.Attach(b, make([]byte, intel.PartSize)) }
		},
		"attached and not named": func(f *forger, p message.Part) {
			f.partOf(p, whole[:intel.PartSize])
			f.st.Attached = ref.Hash{}
		},
		"a line end and nothing": func(f *forger, p message.Part) {
			f.partOf(p, nil)
			f.plain = func(b []byte) []byte { return append(b, '\n') }
		},
		"attached to a cut": func(f *forger, _ message.Part) { f.attach([]byte("x")) },
		"attached to receipts": func(f *forger, _ message.Part) {
			f.st.Kind, f.st.Body = message.ReceiptsStatement, []byte(`{"receipts":[]}`)
			f.attach([]byte("x"))
		},
		"a cut as a part": func(f *forger, _ message.Part) { f.st.Kind = message.PartStatement; f.attach([]byte("x")) },
		"for another unit": func(f *forger, p message.Part) {
			f.partOf(p, whole[:intel.PartSize])
			unit, _ := f.mx.Card.Unit("mx/semar/ops")
			f.st.Audience, f.st.Keys, f.to = []party.Name{unit.Name}, []ref.Hash{unit.Sealing.Fingerprint()}, []seal.Recipient{unit.Sealing}
		},
	} {
		t.Run(name, func(t *testing.T) {
			us, mx := exchangetest.Pair(t)
			f := forge(t, us, mx)
			f.st.Body = cutBody(t, func(c *release.Cut) { c.Portions[0].Exhibits = []intel.Exhibit{x} })
			c := exchangetest.Must(release.ParseCut(f.st.Body))(t)
			exchangetest.Must(mx.Receive(ctx, "us/dea", f.message()))(t)
			bad := forge(t, us, mx)
			change(bad, message.Part{Cut: c.ID, Content: x.Content, Part: 1})
			if a := answered(t, mx, exchangetest.Must(mx.Receive(ctx, "us/dea", bad.message()))(t)); a.Outcome != message.Refused || a.Reason != message.ReasonMalformed {
				t.Fatalf("%+v", a)
			}
			if n, _ := mx.Store.CountReceived(ctx, c.ID, x.Content); n != 0 {
				t.Fatal("a part was kept")
			}
			for n, b := range [][]byte{whole[:intel.PartSize], whole[intel.PartSize:]} {
				good := forge(t, us, mx)
				good.partOf(message.Part{Cut: c.ID, Content: x.Content, Part: n + 1}, b)
				if a := answered(t, mx, exchangetest.Must(mx.Receive(ctx, "us/dea", good.message()))(t)); a.Outcome != message.Accepted || a.Receipt != nil {
					t.Fatalf("the right part afterwards: %+v", a)
				}
			}
		})
	}
}

// Parts that are not of the file that their cut names make no exhibit, and the
// first ones stay whatever comes under their number later.
func TestPartsOfAnotherFile(t *testing.T) {
	us, mx := exchangetest.Pair(t)
	whole := file(2 * intel.PartSize)
	x := intel.Exhibit{Content: ref.Content(whole), Size: int64(len(whole)), Media: "image/png"}
	f := forge(t, us, mx)
	f.st.Body = cutBody(t, func(c *release.Cut) { c.Portions[0].Exhibits = []intel.Exhibit{x} })
	c := exchangetest.Must(release.ParseCut(f.st.Body))(t)
	exchangetest.Must(mx.Receive(ctx, "us/dea", f.message()))(t)
	exchangetest.Must(mx.Read(ctx, mx.Staff.Actor("ana-1"), c.ID.String(), true))(t)
	for _, p := range []struct {
		n int
		b []byte
	}{{1, whole[:intel.PartSize]}, {2, make([]byte, intel.PartSize)}, {2, whole[intel.PartSize:]}} {
		part := forge(t, us, mx)
		part.partOf(message.Part{Cut: c.ID, Content: x.Content, Part: p.n}, p.b)
		exchangetest.Must(mx.Receive(ctx, "us/dea", part.message()))(t)
	}
	if _, err := takeAll(mx, "ana-1", c.ID, x.Content); !fault.Is(err, fault.Forged) {
		t.Fatalf("a file that is not the one that was named: %v", err)
	}
}

// What a receipt says of an exhibit is believed of one that the cut has, and of
// no other; once the sender has destroyed the content, receipts still count.
func TestExhibitReceipts(t *testing.T) {
	us, mx := exchangetest.Pair(t)
	c := cutOf(released(t, us, toUIN(pictured(t, us, []byte("a file")))))
	flush(t, us)
	hash := exchangetest.Must(c.Hash())(t)
	claim := func(number int) message.Outcome {
		r := mx.Claim(record.Record{Kind: record.ReadBy, At: wire.At(mx.Clock.Now()), Node: "mx/semar", Unit: "mx/semar/uin", Officer: "ana-1", Other: "us/dea",
			Cut: c.ID, CutHash: hash, Form: intel.Copy, Scope: intel.Scope{Content: intel.Full, Contact: true}, Purpose: "joint case 7", Exhibit: number})
		e := exchangetest.Must(us.Receive(ctx, "mx/semar", receiptsFrom(t, mx, us, r)))(t)
		return exchangetest.Must(message.OpenAnswer(e, us.Key.Public(), 0))(t).Outcome
	}
	if claim(1) != message.Accepted {
		t.Error("a receipt for an exhibit was refused")
	}
	for _, n := range []int{2, -1} {
		if claim(n) != message.Refused {
			t.Errorf("a receipt for exhibit %d of one was taken", n)
		}
	}
	us.Store.Shell(c.ID)
	if claim(1) != message.Accepted {
		t.Error("a receipt for what is destroyed here was refused")
	}
}

// Where there is always something else to send, parts go along now and then.
func TestExhibitIsNotStarved(t *testing.T) {
	us, mx := exchangetest.Pair(t)
	large := file(3 * intel.PartSize)
	c := cutOf(released(t, us, toUIN(pictured(t, us, large))))
	us.Peers[mx.Name] = &line{exchangetest.Wire{From: us.Name, To: mx}, func(run int) error {
		released(t, us, toUIN(report(t, us)))
		return breaks(run > 40)
	}, 0}
	wantKind(t, us.Flush(ctx), fault.Unreachable)
	if here := exchangetest.Must(mx.Store.CountReceived(ctx, c.ID, ref.Content(large)))(t); here != 3 {
		t.Fatalf("%d of 3 parts came with 40 runs", here)
	}
}

// On a slow line fewer parts go at a time, on a fast one more.
func TestExhibitPace(t *testing.T) {
	for name, c := range map[string]struct {
		takes time.Duration
		want  []int
	}{
		"fast":   {time.Millisecond, []int{2, 4, 8, 16, 32, 32, 6}},
		"middle": {500 * time.Millisecond, []int{2, 2, 2, 2, 2, 2}},
		"slow":   {2 * time.Second, []int{2, 1, 1, 1, 1, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			us, mx := exchangetest.Pair(t)
			released(t, us, toUIN(pictured(t, us, file(100*intel.PartSize))))
			var got []int
			us.Peers[mx.Name] = exchangetest.RunFunc(func(ctx context.Context, list ...message.Message) ([]seal.Envelope, error) {
				got = append(got, len(list))
				us.Clock.At = us.Clock.At.Add(c.takes)
				if len(got) > len(c.want) {
					return nil, breaks(true)
				}
				return exchangetest.Wire{From: us.Name, To: mx}.Deliver(ctx, list...)
			})
			_ = us.Flush(ctx) // the line breaks after some runs, unless all has gone
			if got = got[1:min(len(got), len(c.want)+1)]; !slices.Equal(got, c.want) {
				t.Errorf("runs of %v parts, want %v", got, c.want)
			}
		})
	}
}

// What is gone of an exhibit stops neither the rest of it nor what comes after.
func TestExhibitGone(t *testing.T) {
	us, mx := exchangetest.Pair(t)
	large := file(3 * intel.PartSize)
	i := pictured(t, us, large)
	released(t, us, toUIN(i))
	us.Store.LoseFile(i.ID, ref.Content(large))
	for range 12 {
		released(t, us, toUIN(report(t, us)))
		flush(t, us)
	}
	if p := exchangetest.Must(us.Store.Partner(ctx, mx.Name))(t); p.Queued != 0 {
		t.Fatalf("%d wait", p.Queued)
	}
	if l, _ := mx.Inbox(ctx, mx.Staff.Actor("ana-1"), ref.CutID{}, 0); len(l) != 13 {
		t.Fatalf("%d letters", len(l))
	}
}

// A part never goes before its cut, whatever the link has been through: neither
// with a long queue, nor after it was down.
func TestPartsFollowTheirCut(t *testing.T) {
	us, mx := exchangetest.Pair(t)
	for range 10 { // runs without parts, so that it would be a part's turn
		released(t, us, toUIN(report(t, us)))
		flush(t, us)
	}
	us.Peers[mx.Name] = exchangetest.RunFunc(func(context.Context, ...message.Message) ([]seal.Envelope, error) { return nil, breaks(true) })
	for range 130 {
		released(t, us, toUIN(report(t, us)))
	}
	for range 9 {
		wantKind(t, us.Flush(ctx), fault.Unreachable)
	}
	large := file(3 * intel.PartSize)
	c := cutOf(released(t, us, toUIN(pictured(t, us, large))))
	us.Peers[mx.Name] = exchangetest.Wire{From: us.Name, To: mx}
	flush(t, us)
	exchangetest.Must(mx.Read(ctx, mx.Staff.Actor("ana-1"), c.ID.String(), true))(t)
	if got, err := takeAll(mx, "ana-1", c.ID, ref.Content(large)); err != nil || !bytes.Equal(got, large) {
		t.Fatalf("%d bytes, %v", len(got), err)
	}
}

// busyOutbox has reports released in the moment in which a queue is found empty.
type busyOutbox struct {
	exchange.Outbox
	found func()
}

func (b *busyOutbox) Unanswered(ctx context.Context, p party.Name, w exchange.Window) ([]exchange.Outgoing, error) {
	list, err := b.Outbox.Unanswered(ctx, p, w)
	if err == nil && len(list) == 0 && w.Parts == 0 && w.After == 0 && b.found != nil {
		found := b.found
		b.found = nil
		found()
	}
	return list, err
}

// A run with parts is no longer than a run may be, whatever is released while it is
// put together.
func TestRunWithPartsStaysARun(t *testing.T) {
	us, mx := exchangetest.Pair(t)
	released(t, us, toUIN(pictured(t, us, file(40*intel.PartSize))))
	flushed := 0
	us.Peers[mx.Name] = exchangetest.RunFunc(func(ctx context.Context, list ...message.Message) ([]seal.Envelope, error) {
		if flushed++; len(list) > message.MaxRun {
			t.Errorf("a run of %d messages", len(list))
		}
		return exchangetest.Wire{From: us.Name, To: mx}.Deliver(ctx, list...)
	})
	us.Ports.Outbox = &busyOutbox{us.Ports.Outbox, func() {
		for range message.MaxRun + 10 {
			released(t, us, toUIN(report(t, us)))
		}
	}}
	flush(t, us)
	if p := exchangetest.Must(us.Store.Partner(ctx, mx.Name))(t); p.Queued != 0 || flushed < 3 {
		t.Fatalf("%d wait after %d runs", p.Queued, flushed)
	}
}

package exchange_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"comity/exchange"
	"comity/exchange/exchangetest"
	"comity/fault"
	"comity/holdings"
	"comity/intel"
	"comity/party"
	"comity/record"
	"comity/ref"
)

var ctx = context.Background()

// report imports a report of three portions: one for the unit, one marked for
// it alone, one for nobody.
func report(t *testing.T, n *exchangetest.Node) intel.Item {
	t.Helper()
	uin := []party.Pattern{"mx/semar/uin"}
	i, err := n.Desk.Import(ctx, n.Staff.Actor("ana-1"), holdings.Draft{Title: "Two boats", Topic: "smuggling by sea", Purpose: "joint case 7",
		Portions: []intel.Portion{
			{Kind: intel.Fact, Text: "Two boats leave at night.", Marking: intel.Marking{Rel: uin}},
			{Kind: intel.Fact, Text: "The captain is known.", Substitute: "A person is known.", Hint: "a name", Marking: intel.Marking{Rel: uin, Caveats: []intel.Caveat{{Code: intel.NOACT}}}},
			{Kind: intel.Fact, Text: "The source is a clerk.", Marking: intel.Marking{}},
		}})
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func toUIN(i intel.Item) exchange.Ask {
	return exchange.Ask{Item: i.ID, To: []exchange.To{{Party: "mx/semar/uin", Form: intel.Copy, Except: map[int]intel.Form{2: intel.Substitute, 3: intel.Withheld}}}}
}

func draftTo(unit party.Pattern) holdings.Draft {
	return holdings.Draft{Title: "A note", Portions: []intel.Portion{{Kind: intel.Fact, Text: "Noted.", Marking: intel.Marking{Rel: []party.Pattern{unit}}}}}
}

func released(t *testing.T, n *exchangetest.Node, ask exchange.Ask) exchange.Released {
	t.Helper()
	ask.Again = true
	r, err := n.Release(ctx, n.Staff.Actor("rel-1"), ask, "")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func flush(t *testing.T, nodes ...*exchangetest.Node) {
	t.Helper()
	for _, n := range nodes {
		if err := n.Flush(ctx); err != nil {
			t.Fatal(err)
		}
	}
}

func wantKind(t *testing.T, err error, kind fault.Kind) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Fatalf("got %v (%v), want %v", err, fault.KindOf(err), kind)
	}
}

func kinds(t *testing.T, n *exchangetest.Node) []record.Kind {
	t.Helper()
	var list []record.Kind
	for _, b := range n.Store.Records {
		r, err := record.Parse(b)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, r.Kind)
	}
	return list
}

// A report goes out, arrives, is read, and every step is proved to whom it
// concerns.
func TestReportsWay(t *testing.T) {
	us, mx := exchangetest.Pair(t)
	mx.Laws = []string{"mx-guidelines-2021"}
	i := report(t, us)
	r := released(t, us, toUIN(i))
	if got := kinds(t, us); !slices.Contains(got, record.Disclose) {
		t.Fatalf("nothing disclosed on record: %v", got)
	}
	if l, err := mx.Inbox(ctx, mx.Staff.Actor("ana-1"), ref.CutID{}, 0); err != nil || len(l) != 0 {
		t.Fatalf("it was delivered before anything was delivered: %v %v", l, err)
	}
	flush(t, us)

	letters, err := mx.Inbox(ctx, mx.Staff.Actor("ana-1"), ref.CutID{}, 0)
	if err != nil || len(letters) != 1 {
		t.Fatalf("inbox: %v, %v", letters, err)
	}
	l := letters[0]
	if l.From != "us/dea/mex" || l.Title != "Two boats" || len(l.Forms) != 2 || len(l.Due) == 0 || !l.FirstRead.IsZero() {
		t.Fatalf("the letter is %+v", l)
	}
	if other, _ := mx.Inbox(ctx, mx.Staff.Actor("ana-2"), ref.CutID{}, 0); len(other) != 0 {
		t.Fatal("another unit sees the letter")
	}

	// Conditions first; then the text, with its reading on record.
	var unread *exchange.Unread
	if _, err := mx.Read(ctx, mx.Staff.Actor("ana-1"), l.Cut.Short(), false); !errors.As(err, &unread) || len(unread.Conditions) != 1 {
		t.Fatalf("read without acknowledging: %v", err)
	}
	o, err := mx.Read(ctx, mx.Staff.Actor("ana-1"), l.Cut.Short(), true)
	if err != nil {
		t.Fatal(err)
	}
	if o.Cut.Portions[0].Text != "Two boats leave at night." || o.Cut.Portions[1].Text != "A person is known." {
		t.Fatalf("opened %+v", o.Cut.Portions)
	}
	if rec, _, err := o.Record.Check("mx/semar", mx.Key.Public()); err != nil || rec.Kind != record.ReadBy || rec.Officer != "ana-1" {
		t.Fatalf("the reading's receipt: %+v %v", rec, err)
	}
	flush(t, mx)

	trail, err := us.Trail(ctx, us.Staff.Actor("auditor"), i.ID)
	if err != nil || len(trail.Lines) != 1 {
		t.Fatalf("trail: %v %v", trail, err)
	}
	line := trail.Lines[0]
	if line.Stage != exchange.WasRead || len(line.Receipts) != 2 || line.Receipts[1].Officer != "ana-1" || !line.Silent.IsZero() {
		t.Fatalf("line %+v", line)
	}
	file, err := us.Receipt(ctx, us.Staff.Actor("ana-1"), r.Cuts[0].Cut.ID, 1)
	if err != nil {
		t.Fatal(err)
	}
	receipt, err := record.ParseReceipt(file)
	if err != nil {
		t.Fatal(err)
	}
	if rec, _, err := receipt.Check("mx/semar", mx.Key.Public()); err != nil || rec.Kind != record.Deliver || rec.CutHash != r.Cuts[0].Hash || !rec.Item.IsZero() || !rec.Version.IsZero() {
		t.Fatalf("the receipt says %+v, %v", rec, err)
	}
}

// Any number of deliveries have one effect.
func TestReadAgainIsReceiptedAgain(t *testing.T) {
	us, mx := exchangetest.Pair(t)
	i := report(t, us)
	r := released(t, us, toUIN(i))
	flush(t, us)
	for range 2 {
		if _, err := mx.Read(ctx, mx.Staff.Actor("ana-1"), r.Cuts[0].Cut.ID.String(), true); err != nil {
			t.Fatal(err)
		}
	}
	flush(t, mx, us, mx, us)
	trail, _ := us.Trail(ctx, us.Staff.Actor("ana-1"), i.ID)
	if n := len(trail.Lines[0].Receipts); n != 3 {
		t.Fatalf("%d receipts, want delivery and two readings", n)
	}
	if p, _ := mx.Partners(ctx, mx.Staff.Actor("ana-1")); p[0].Queued != 0 || p[0].In.Sequence != 1 || p[0].Out.Sequence != 2 {
		t.Fatalf("receipts were receipted: %+v", p[0])
	}
}

// Nothing is shown whose reading could not be recorded.
func TestReadUnrecordedShowsNothing(t *testing.T) {
	us, mx := exchangetest.Pair(t)
	r := released(t, us, toUIN(report(t, us)))
	flush(t, us)
	mx.Store.Fail = errors.New("disk full")
	o, err := mx.Read(ctx, mx.Staff.Actor("ana-1"), r.Cuts[0].Cut.ID.String(), true)
	if err == nil || len(o.Cut.Portions) != 0 {
		t.Fatalf("shown without a record: %v %v", o, err)
	}
}

// What is not there and what is not the officer's answer alike.
func TestReadRefusals(t *testing.T) {
	us, mx := exchangetest.Pair(t)
	r := released(t, us, toUIN(report(t, us)))
	flush(t, us)
	id := r.Cuts[0].Cut.ID.String()
	var texts []string
	for _, c := range []struct{ name, id string }{{"ana-2", id}, {"ana-1", "00000000-0000-4000-8000-000000000000"}, {"ana-1", ""}, {"rel-2", id}} {
		_, err := mx.Read(ctx, mx.Staff.Actor(party.Handle(c.name)), c.id, true)
		wantKind(t, err, fault.Withheld)
		texts = append(texts, err.Error())
	}
	if len(slices.Compact(texts)) != 1 {
		t.Fatalf("the answers differ: %q", texts)
	}
	for _, who := range []party.Handle{"admin", "auditor", "sec-1"} {
		_, err := mx.Read(ctx, mx.Staff.Actor(who), id, true)
		wantKind(t, err, fault.Denied)
	}
	_, err := mx.Inbox(ctx, mx.Staff.Actor("admin"), ref.CutID{}, 0)
	wantKind(t, err, fault.Denied)
}

// Silence is set by the clock alone, first for delivery, then for reading.
func TestSilence(t *testing.T) {
	us, mx := exchangetest.Pair(t)
	i := report(t, us)
	r := released(t, us, toUIN(i))
	look := func() exchange.Line {
		t.Helper()
		trail, err := us.Trail(ctx, us.Staff.Actor("ana-1"), i.ID)
		if err != nil {
			t.Fatal(err)
		}
		return trail.Lines[0]
	}
	us.Clock.At = us.Clock.At.Add(exchange.DefaultSilence - time.Second)
	if l := look(); !l.Silent.IsZero() || l.Stage != exchange.Queued {
		t.Fatalf("silent too early: %+v", l)
	}
	us.Clock.At = us.Clock.At.Add(time.Second)
	if l := look(); l.Silent.IsZero() {
		t.Fatal("an undelivered cut is not silent")
	}
	flush(t, us)
	if l := look(); !l.Silent.IsZero() || l.Stage != exchange.Delivered {
		t.Fatalf("silent after an answer: %+v", l)
	}
	us.Clock.At = us.Clock.At.Add(exchange.DefaultSilence)
	if l := look(); l.Silent.IsZero() {
		t.Fatal("an unread cut is not silent")
	}
	if _, err := mx.Read(ctx, mx.Staff.Actor("ana-1"), r.Cuts[0].Cut.ID.String(), true); err != nil {
		t.Fatal(err)
	}
	flush(t, mx)
	if l := look(); !l.Silent.IsZero() || l.Stage != exchange.WasRead {
		t.Fatalf("silent after a reading: %+v", l)
	}
}

func TestTrailRefusals(t *testing.T) {
	us, _ := exchangetest.Pair(t)
	i := report(t, us)
	r := released(t, us, toUIN(i))
	flush(t, us)
	_, err := us.Trail(ctx, us.Staff.Actor("admin"), i.ID)
	wantKind(t, err, fault.Denied)
	stranger := us.Staff.Actor("ana-1")
	stranger.Unit = "us/dea/other"
	if trail, err := us.Trail(ctx, stranger, i.ID); err != nil || len(trail.Lines) != 0 {
		t.Fatalf("another unit's trail: %v %v", trail, err)
	}
	cut := r.Cuts[0].Cut.ID
	for _, c := range []struct {
		actor party.Actor
		cut   ref.CutID
		n     int
	}{{stranger, cut, 1}, {us.Staff.Actor("ana-1"), ref.CutID{1}, 1}, {us.Staff.Actor("ana-1"), cut, 0}, {us.Staff.Actor("ana-1"), cut, 9}} {
		_, err := us.Receipt(ctx, c.actor, c.cut, c.n)
		wantKind(t, err, fault.Withheld)
	}
}

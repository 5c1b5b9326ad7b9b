package recall_test

import (
	"context"
	"testing"

	"comity/exchange"
	"comity/exchange/exchangetest"
	"comity/fault"
	"comity/holdings"
	"comity/intel"
	"comity/message"
	"comity/party"
	"comity/recall"
	"comity/record"
	"comity/ref"
	"comity/seal"
)

var ctx = context.Background()

func wantKind(t *testing.T, err error, kind fault.Kind) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Fatalf("got %v (%v), want %v", err, fault.KindOf(err), kind)
	}
}

func start(t *testing.T) (us, mx *exchangetest.Node, r *recall.Recall, item intel.Item) {
	t.Helper()
	us, mx = exchangetest.Pair(t)
	both := []party.Pattern{"mx/semar/*"}
	item, err := us.Desk.Import(ctx, us.Staff.Actor("ana-1"), holdings.Draft{Title: "Two boats", Portions: []intel.Portion{
		{Kind: intel.Fact, Text: "Two boats leave at night.", Marking: intel.Marking{Rel: both, Caveats: []intel.Caveat{{Code: intel.NOFWD}}}},
		{Kind: intel.Fact, Text: "For one unit.", Marking: intel.Marking{Rel: []party.Pattern{"mx/semar/uin"}}},
		{Kind: intel.Fact, Text: "The source.", Marking: intel.Marking{}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return us, mx, recall.New(us.Exchange, us.Desk), item
}

func release(t *testing.T, us *exchangetest.Node, item ref.ItemID) {
	t.Helper()
	for unit, forms := range map[party.Name]map[int]intel.Form{"mx/semar/uin": {3: intel.Withheld}, "mx/semar/ops": {2: intel.Withheld, 3: intel.Withheld}} {
		ask := exchange.Ask{Item: item, To: []exchange.To{{Party: unit, Form: intel.Copy, Except: forms}}}
		if _, err := us.Release(ctx, us.Staff.Actor("rel-1"), ask, ""); err != nil {
			t.Fatal(err)
		}
	}
	if err := us.Flush(ctx); err != nil {
		t.Fatal(err)
	}
}

// A withdrawal reaches everyone who was sent the item, shows at the item
// there, and says no more than its reason.
func TestWithdraw(t *testing.T) {
	us, mx, r, item := start(t)
	release(t, us, item.ID)
	w, err := r.Withdraw(ctx, us.Staff.Actor("rel-1"), item.ID, intel.Recall, "The date was wrong.", "")
	if err != nil {
		t.Fatal(err)
	}
	if len(w.Released.Cuts) != 2 {
		t.Fatalf("%d cuts", len(w.Released.Cuts))
	}
	if err := us.Flush(ctx); err != nil {
		t.Fatal(err)
	}
	for _, who := range []party.Handle{"ana-1", "ana-2"} {
		letters, err := mx.Inbox(ctx, mx.Staff.Actor(who), ref.CutID{}, 0)
		if err != nil || len(letters) != 2 {
			t.Fatalf("%v %v", letters, err)
		}
		n, report := letters[0], letters[1]
		if n.Kind != intel.NoticeItem || n.About != report.Series || n.Title != "Recall" {
			t.Fatalf("notice %+v", n)
		}
		if len(report.Notices) != 1 || report.Notices[0].Cut != n.Cut || report.Notices[0].Kind != intel.Recall {
			t.Fatalf("%s: at the item: %+v", who, report.Notices)
		}
		o, err := mx.Read(ctx, mx.Staff.Actor(who), n.Cut.String(), true)
		if err != nil || o.Cut.Portions[0].Text != "The date was wrong." || !o.Cut.Portions[0].Marking.Has(intel.NOFWD) {
			t.Fatalf("%+v %v", o.Cut, err)
		}
	}
	var notices int
	for _, b := range mx.Store.Records {
		if rec, _ := record.Parse(b); rec.Kind == record.Notice && rec.Code == "recall" {
			notices++
		}
	}
	if notices != 2 {
		t.Fatalf("%d notices on record", notices)
	}
	trail, _ := us.Trail(ctx, us.Staff.Actor("ana-1"), item.ID)
	if len(trail.Lines) != 4 || trail.Lines[3].Notice != intel.Recall {
		t.Fatalf("trail %+v", trail.Lines)
	}
	// A second one goes to the two recipients again, not to the notice's.
	if w, err := r.Withdraw(ctx, us.Staff.Actor("rel-1"), item.ID, intel.Correction, "It was Tuesday.", ""); err != nil || len(w.Released.Cuts) != 2 {
		t.Fatal(err)
	}
}

// A notice about a series that is not known is answered like any other item,
// and attaches to nothing of another partner's.
func TestNoticeAboutSomebodyElses(t *testing.T) {
	us, mx, r, item := start(t)
	release(t, us, item.ID)
	gn := exchangetest.New(t, us.Clock, "mx/gn", "mx/gn/intel")
	exchangetest.Introduce(mx, gn)
	theirs, err := gn.Desk.Import(ctx, gn.Staff.Actor("ana-1"), holdings.Draft{Title: "Mine", Portions: []intel.Portion{{Kind: intel.Fact, Text: "x", Marking: intel.Marking{Rel: []party.Pattern{"mx/semar/uin"}}}}})
	if err != nil {
		t.Fatal(err)
	}
	ask := exchange.Ask{Item: theirs.ID, To: []exchange.To{{Party: "mx/semar/uin", Form: intel.Copy}}}
	if _, err := gn.Release(ctx, gn.Staff.Actor("rel-1"), ask, ""); err != nil {
		t.Fatal(err)
	}
	// gn claims a series that us/dea gave out, before it withdraws its own.
	mine, _ := us.Trail(ctx, us.Staff.Actor("ana-1"), item.ID)
	sent, _ := us.Store.SentCut(ctx, mine.Lines[0].Cut)
	gn.Store.Reseries(theirs.ID, sent.Cut.Series)
	if _, err := recall.New(gn.Exchange, gn.Desk).Withdraw(ctx, gn.Staff.Actor("rel-1"), theirs.ID, intel.Recall, "wrong", ""); err != nil {
		t.Fatal(err)
	}
	if err := gn.Flush(ctx); err != nil {
		t.Fatal(err)
	}
	for _, who := range []party.Handle{"ana-1", "ana-2"} {
		letters, _ := mx.Inbox(ctx, mx.Staff.Actor(who), ref.CutID{}, 0)
		for _, l := range letters {
			if l.From == "us/dea/mex" && len(l.Notices) != 0 {
				t.Fatal("a partner's notice stands at another partner's item")
			}
		}
	}
	_ = r
}

// A notice is as strict as what was sent, whatever the item says by now.
func TestWithdrawMarksAsSent(t *testing.T) {
	us, _, r, item := start(t)
	release(t, us, item.ID)
	us.Desk.Change(item.ID, func(i *intel.Item) { i.Portions = i.Portions[2:] })
	w, err := r.Withdraw(ctx, us.Staff.Actor("rel-1"), item.ID, intel.Recall, "wrong", "")
	if err != nil {
		t.Fatal(err)
	}
	if m := w.Notice.Portions[0].Marking; !m.Has(intel.NOFWD) {
		t.Fatalf("the notice of what went out under NOFWD is marked %s", intel.Banner(m, intel.Grading{}))
	}
}

// A unit that its agency has closed keeps nobody else from hearing of a
// recall, and stands on record.
func TestWithdrawLeavesOutWhoIsGone(t *testing.T) {
	us, mx, r, item := start(t)
	release(t, us, item.ID)
	rename := func(units ...party.Name) {
		t.Helper()
		c := mx.Card
		c.Units = nil
		for _, u := range units {
			k := exchangetest.Must(seal.NewSealingKey())(t)
			mx.Keys[u] = append(mx.Keys[u], k)
			c.Units = append(c.Units, message.CardUnit{Name: u, Sealing: k.Public()})
		}
		mx.Card = exchangetest.Must(message.MakeCard(c, &mx.Card))(t)
		mx.Signed = exchangetest.Must(message.SignCard(mx.Card, mx.Key))(t)
		exchangetest.Must(us.Pin(ctx, us.Staff.Actor("admin"), mx.Signed, true))(t)
	}
	rename("mx/semar/uin")
	w, err := r.Withdraw(ctx, us.Staff.Actor("rel-1"), item.ID, intel.Recall, "wrong", "")
	if err != nil {
		t.Fatal(err)
	}
	if len(w.Released.Cuts) != 1 || w.Released.Cuts[0].Recipient != "mx/semar/uin" || len(w.LeftOut) != 1 || w.LeftOut[0] != "mx/semar/ops" {
		t.Fatalf("%d cuts, left out %v", len(w.Released.Cuts), w.LeftOut)
	}
	var found []record.Record
	for _, b := range us.Store.Records {
		if rec, _ := record.Parse(b); rec.Kind == record.Notice {
			found = append(found, rec)
		}
	}
	if len(found) != 1 || found[0].Code != "unreachable" || found[0].Other != "mx/semar/ops" || found[0].Officer != "rel-1" || found[0].CutHash.IsZero() {
		t.Fatalf("on record: %+v", found)
	}
	rename("mx/semar/new")
	_, err = r.Withdraw(ctx, us.Staff.Actor("rel-1"), item.ID, intel.Recall, "wrong", "")
	wantKind(t, err, fault.Unreachable)
}

func TestWithdrawRefusals(t *testing.T) {
	us, _, r, item := start(t)
	rel := us.Staff.Actor("rel-1")
	_, err := r.Withdraw(ctx, rel, item.ID, intel.Recall, "never sent", "")
	wantKind(t, err, fault.Invalid)
	release(t, us, item.ID)
	for _, who := range []party.Handle{"ana-1", "sec-1", "admin", "auditor"} {
		_, err := r.Withdraw(ctx, us.Staff.Actor(who), item.ID, intel.Recall, "x", "")
		wantKind(t, err, fault.Denied)
	}
	_, err = r.Withdraw(ctx, rel, item.ID, "erase", "x", "")
	wantKind(t, err, fault.Invalid)
	_, err = r.Withdraw(ctx, rel, item.ID, intel.Recall, "", "")
	wantKind(t, err, fault.Invalid)
	_, err = r.Withdraw(ctx, rel, ref.ItemID{1}, intel.Recall, "x", "")
	wantKind(t, err, fault.Withheld)
	stranger := rel
	stranger.Unit = "us/dea/other"
	_, err = r.Withdraw(ctx, stranger, item.ID, intel.Recall, "x", "")
	wantKind(t, err, fault.Withheld)
	// The gate is the same: what the recipients must pass on may break a
	// promise.
	us.Desk.Change(item.ID, func(i *intel.Item) { i.Portions[0].Marking.NoContact = true })
	release(t, us, item.ID)
	us.Laws = []string{"mx-guidelines-2021"}
	before := len(us.Store.Records)
	_, err = r.Withdraw(ctx, rel, item.ID, intel.Recall, "x", "")
	wantKind(t, err, fault.Blocked)
	if len(us.Store.Records) != before {
		t.Fatal("something was sent")
	}
	_, err = r.Withdraw(ctx, rel, item.ID, intel.Recall, "x", "they must know")
	wantKind(t, err, fault.Unapproved)
}

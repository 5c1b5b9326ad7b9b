package casework_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"comity/casework"
	"comity/exchange"
	"comity/exchange/exchangetest"
	"comity/fault"
	"comity/holdings"
	"comity/intel"
	"comity/law"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/release"
)

var ctx = context.Background()

// world is us/dea, which sends, and mx/semar, which owes reports under a law.
type world struct {
	us, mx *exchangetest.Node
	cases  *casework.Casework
	item   intel.Item
	cut    ref.CutID
}

func send(t *testing.T, law string, marking intel.Marking) world {
	t.Helper()
	us, mx := exchangetest.Pair(t)
	mx.Laws = []string{law}
	w := world{us: us, mx: mx, cases: casework.New(mx.Store, mx.Exchange, mx.Desk, mx.Clock.Now)}
	marking.Rel = []party.Pattern{"mx/semar/uin"}
	var err error
	w.item, err = us.Desk.Import(ctx, us.Staff.Actor("ana-1"), holdings.Draft{Title: "Two boats", Topic: "smuggling by sea",
		Portions: []intel.Portion{{Kind: intel.Fact, Text: "Two boats leave at night.", Substitute: "Movements at sea.", Marking: marking}}})
	if err != nil {
		t.Fatal(err)
	}
	r, err := us.Release(ctx, us.Staff.Actor("rel-1"), exchange.Ask{Item: w.item.ID, To: []exchange.To{{Party: "mx/semar/uin", Form: intel.Substitute}}}, "")
	if err != nil {
		t.Fatal(err)
	}
	w.cut = r.Cuts[0].Cut.ID
	w.flush(t, us)
	return w
}

func (w world) flush(t *testing.T, nodes ...*exchangetest.Node) {
	t.Helper()
	for _, n := range nodes {
		if err := n.Flush(ctx); err != nil {
			t.Fatal(err)
		}
	}
}

func (w world) duties(t *testing.T, open bool) []casework.Owed {
	t.Helper()
	list, err := w.cases.Duties(ctx, w.mx.Staff.Actor("ana-1"), open, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	if list.Count != len(list.Duties) {
		t.Fatalf("%d duties are counted, of %d", list.Count, len(list.Duties))
	}
	return list.Duties
}

func (w world) duty(t *testing.T, to party.Name) casework.Owed {
	t.Helper()
	list := w.duties(t, true)
	i := slices.IndexFunc(list, func(o casework.Owed) bool { return o.Duty.Duty.To == to })
	if i < 0 {
		t.Fatalf("no duty to %s in %v", to, list)
	}
	return list[i]
}

func wantKind(t *testing.T, err error, kind fault.Kind) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Fatalf("got %v (%v), want %v", err, fault.KindOf(err), kind)
	}
}

// A duty to a party without a node is written out, no wider than its rule,
// and the receipt proves when.
func TestFileOnPaper(t *testing.T) {
	w := send(t, "mx-guidelines-2021", intel.Marking{Caveats: []intel.Caveat{{Code: intel.COND, Arg: "Burn after reading."}}})
	d := w.duty(t, "mx/sspc")
	if d.First.IsZero() || d.Overdue || d.Closed != nil {
		t.Fatalf("%+v", d)
	}
	f, err := w.cases.File(ctx, w.mx.Staff.Actor("ana-1"), d.ID.Short(), casework.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"boats", "sea.", "Burn", "Two"} {
		if strings.Contains(f.Letter, word) {
			t.Errorf("the letter tells %q: %s", word, f.Letter)
		}
	}
	if !strings.Contains(f.Letter, "us/dea") || !strings.Contains(f.Letter, "To: mx/sspc") || f.Late || f.Partner != "" {
		t.Fatalf("%+v", f)
	}
	r, _, err := f.Receipt.Check("mx/semar", w.mx.Key.Public())
	if err != nil || r.Kind != record.Discharged || r.Rule != d.Duty.Duty.Rule || r.Due != d.First || r.At.After(r.Due) || r.Code != "in_time" || r.Scope != d.Duty.Duty.Scope {
		t.Fatalf("%+v %v", r, err)
	}
	_, err = w.cases.File(ctx, w.mx.Staff.Actor("ana-1"), d.ID.Short(), casework.Options{})
	wantKind(t, err, fault.Stale)
	all := w.duties(t, false)
	i := slices.IndexFunc(all, func(o casework.Owed) bool { return o.ID == d.ID })
	if all[i].Discharged.IsZero() || len(all[i].Proof) == 0 || all[i].Late {
		t.Fatalf("%+v", all[i])
	}
	if parsed, err := record.ParseReceipt(all[i].Proof); err != nil || parsed.Record.PayloadType != record.PayloadType {
		t.Fatal("the proof is not a receipt file:", err)
	}
	// What was filed is given again, word for word.
	again, err := w.cases.Again(ctx, w.mx.Staff.Actor("ana-1"), d.ID.Short())
	if err != nil || again.Letter != f.Letter || again.At != f.At || string(again.Record) != string(f.Record) {
		t.Fatalf("%+v %v", again, err)
	}
}

// A duty to a partner goes out as an item, through the gate, although the
// marking forbids it; the promise is on record, and the originator is told if
// the card says so.
func TestFileToAPartner(t *testing.T) {
	for _, onward := range []bool{true, false} {
		w := send(t, "mx-guidelines-2021", intel.Marking{})
		sre := exchangetest.New(t, w.mx.Clock, "mx/sre", "mx/sre/registry", "mx/sre/other")
		exchangetest.Introduce(w.mx, sre)
		w.mx.Card.Onward = onward
		d := w.duty(t, "mx/sre")
		f, err := w.cases.File(ctx, w.mx.Staff.Actor("ana-1"), d.ID.String(), casework.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if f.Partner != "mx/sre" || f.Unit != "mx/sre/registry" || f.Released == nil {
			t.Fatalf("%+v", f)
		}
		w.flush(t, w.mx)
		letters, err := sre.Inbox(ctx, sre.Staff.Actor("ana-1"), ref.CutID{}, 0)
		if err != nil || len(letters) != 1 || letters[0].Kind != intel.ContactReport {
			t.Fatalf("%v %v", letters, err)
		}
		o, err := sre.Read(ctx, sre.Staff.Actor("ana-1"), letters[0].Cut.String(), true)
		if err != nil {
			t.Fatal(err)
		}
		if o.Cut.Filing == nil || o.Cut.Filing.Rule != d.Duty.Duty.Rule || strings.Contains(o.Cut.Portions[0].Text, "boats") || o.Cut.Topic != "" {
			t.Fatalf("%+v", o.Cut)
		}
		trail, err := w.us.Trail(ctx, w.us.Staff.Actor("ana-1"), w.item.ID)
		if err != nil {
			t.Fatal(err)
		}
		got := slices.ContainsFunc(trail.Lines[0].Receipts, func(r exchange.TrailReceipt) bool {
			return r.Kind == record.Onward && r.To == "mx/sre" && r.Rule == d.Duty.Duty.Rule && r.Officer == "" && r.Scope == d.Duty.Duty.Scope
		})
		if got != onward {
			t.Fatalf("onward %v: receipts %+v", onward, trail.Lines[0].Receipts)
		}
	}
}

// The gate never stops a filing; it records which promise the law overrode.
func TestFilingOverridesAPromise(t *testing.T) {
	us, mx := exchangetest.Pair(t)
	mx.Laws = []string{"mx-guidelines-2021"}
	sre := exchangetest.New(t, mx.Clock, "mx/sre", "mx/sre/registry")
	exchangetest.Introduce(mx, sre)
	w := world{us: us, mx: mx, cases: casework.New(mx.Store, mx.Exchange, mx.Desk, mx.Clock.Now)}
	item, err := us.Desk.Import(ctx, us.Staff.Actor("ana-1"), holdings.Draft{Title: "Two boats", Portions: []intel.Portion{{Kind: intel.Fact, Text: "Two boats.",
		Marking: intel.Marking{Rel: []party.Pattern{"mx/semar/uin"}, Not: []intel.Bar{{Parties: "mx/sre"}}}}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := us.Release(ctx, us.Staff.Actor("rel-1"), exchange.Ask{Item: item.ID, To: []exchange.To{{Party: "mx/semar/uin", Form: intel.Copy}}}, ""); err != nil {
		t.Fatal(err) // the sender's node does not know that pack
	}
	w.flush(t, us)
	if _, err := w.cases.File(ctx, mx.Staff.Actor("ana-1"), w.duty(t, "mx/sre").ID.String(), casework.Options{}); err != nil {
		t.Fatal(err)
	}
	for _, b := range mx.Store.Records {
		r, _ := record.Parse(b)
		if r.Kind == record.Override && r.Code == "filing" && r.Other == "mx/sre" && slices.ContainsFunc(r.Promises, func(p string) bool { return strings.Contains(p, "NOT:mx/sre") }) {
			return
		}
	}
	t.Fatal("the promise that the filing overrode is not on record")
}

// A wide draft repeats what was received, so nobody is shown it who was not
// shown that.
func TestWideDraftNeedsReading(t *testing.T) {
	w := send(t, "mx-statute-2020", intel.Marking{})
	d := w.duty(t, "mx/sre")
	if d.Closed == nil || slices.ContainsFunc(d.Draft.Fields, func(f release.DraftField) bool { return strings.Contains(f.Value, "sea.") }) {
		t.Fatalf("the draft gives away what nobody has read: %+v", d.Draft)
	}
	_, err := w.cases.File(ctx, w.mx.Staff.Actor("ana-1"), d.ID.String(), casework.Options{})
	wantKind(t, err, fault.Unread)
	if _, err := w.mx.Read(ctx, w.mx.Staff.Actor("rel-1"), w.cut.String(), true); err != nil {
		t.Fatal(err)
	}
	// What one officer has opened another has not.
	_, err = w.cases.File(ctx, w.mx.Staff.Actor("ana-1"), d.ID.String(), casework.Options{})
	wantKind(t, err, fault.Unread)
	if _, err := w.mx.Read(ctx, w.mx.Staff.Actor("ana-1"), w.cut.String(), true); err != nil {
		t.Fatal(err)
	}
	f, err := w.cases.File(ctx, w.mx.Staff.Actor("ana-1"), d.ID.String(), casework.Options{})
	if err != nil || !strings.Contains(f.Letter, "Movements at sea.") {
		t.Fatalf("%v %v", f.Letter, err)
	}
}

// What this node owes for its own sending concerns its own cut: the partner
// that got it learns nothing of the filing.
func TestFilingOfASending(t *testing.T) {
	us, mx := exchangetest.Pair(t)
	mx.Laws, mx.Card.Onward = []string{"mx-statute-2020"}, true
	w := world{us: us, mx: mx, cases: casework.New(mx.Store, mx.Exchange, mx.Desk, mx.Clock.Now)}
	item, err := mx.Desk.Import(ctx, mx.Staff.Actor("ana-1"), holdings.Draft{Title: "Ours", Portions: []intel.Portion{
		{Kind: intel.Fact, Text: "Our text.", Substitute: "Our summary.", Marking: intel.Marking{Rel: []party.Pattern{"us/dea/mex", "mx/**"}}}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := mx.Release(ctx, mx.Staff.Actor("rel-1"), exchange.Ask{Item: item.ID, To: []exchange.To{{Party: "us/dea/mex", Form: intel.Substitute}}}, ""); err != nil {
		t.Fatal(err)
	}
	w.flush(t, mx)
	d := w.duty(t, "mx/sspc")
	f, err := w.cases.File(ctx, mx.Staff.Actor("ana-1"), d.ID.String(), casework.Options{})
	if err != nil || d.Duty.Duty.Trigger != law.Send || !strings.Contains(f.Letter, "Our summary.") {
		t.Fatalf("%+v %v", f, err)
	}
	if _, waits, err := mx.Store.Next(ctx, "us/dea"); err != nil || waits {
		t.Fatal("the partner is told of it:", err)
	}
}

// However much a partner sends, the list of what is due stays one that can be
// shown, with every duty on it.
func TestDutiesFitAList(t *testing.T) {
	w := send(t, "mx-statute-2020", intel.Marking{})
	long := strings.Repeat("Movements at sea. ", 3000)
	for range 3 {
		draft := holdings.Draft{Title: "Much"}
		for range 60 {
			draft.Portions = append(draft.Portions, intel.Portion{Kind: intel.Fact, Text: "x", Substitute: strings.TrimSpace(long),
				Marking: intel.Marking{Rel: []party.Pattern{"mx/semar/uin"}}})
		}
		i, err := w.us.Desk.Import(ctx, w.us.Staff.Actor("ana-1"), draft)
		if err != nil {
			t.Fatal(err)
		}
		r, err := w.us.Release(ctx, w.us.Staff.Actor("rel-1"), exchange.Ask{Item: i.ID, To: []exchange.To{{Party: "mx/semar/uin", Form: intel.Substitute}}}, "")
		if err != nil {
			t.Fatal(err)
		}
		w.flush(t, w.us)
		if _, err := w.mx.Read(ctx, w.mx.Staff.Actor("ana-1"), r.Cuts[0].Cut.ID.String(), true); err != nil {
			t.Fatal(err)
		}
	}
	list, sum, whole := w.duties(t, true), 0, 0
	for _, o := range list {
		n := len(o.Draft.Text())
		if sum += n; n > 1<<20 {
			whole++
		} else if !fault.Is(o.Closed, fault.TooLarge) && !fault.Is(o.Closed, fault.Unread) {
			t.Fatalf("a draft is short and nothing says why: %+v", o.Closed)
		}
	}
	if len(list) != 8 || sum > 17<<20 || whole == 0 {
		t.Fatalf("%d duties, %d bytes of drafts, %d of them whole", len(list), sum, whole)
	}
}

// Late is late: filed all the same, and said.
func TestFiledLate(t *testing.T) {
	w := send(t, "mx-guidelines-2021", intel.Marking{})
	d := w.duty(t, "mx/sre")
	w.mx.Clock.At = d.First.Time()
	if w.duty(t, "mx/sre").Overdue {
		t.Fatal("overdue on the minute")
	}
	w.mx.Clock.At = w.mx.Clock.At.Add(time.Second)
	if !w.duty(t, "mx/sre").Overdue {
		t.Fatal("not overdue")
	}
	f, err := w.cases.File(ctx, w.mx.Staff.Actor("ana-1"), d.ID.String(), casework.Options{How: "by hand"})
	if err != nil || !f.Late {
		t.Fatalf("%+v %v", f, err)
	}
	r, _ := record.Parse(f.Record)
	if r.Code != "late" {
		t.Fatalf("%+v", r)
	}
}

func TestFileRefusals(t *testing.T) {
	w := send(t, "mx-guidelines-2021", intel.Marking{})
	id := w.duty(t, "mx/sre").ID.String()
	for who, kind := range map[party.Handle]fault.Kind{
		"ana-2": fault.Withheld, "rel-2": fault.Withheld, "sec-1": fault.Withheld, "admin": fault.Withheld, "auditor": fault.Withheld,
	} {
		_, err := w.cases.File(ctx, w.mx.Staff.Actor(who), id, casework.Options{})
		wantKind(t, err, kind)
		_, err = w.cases.Duty(ctx, w.mx.Staff.Actor(who), id)
		wantKind(t, err, kind)
	}
	for _, id := range []string{"", "00000000", "00000000-0000-4000-8000-000000000000"} {
		_, err := w.cases.File(ctx, w.mx.Staff.Actor("ana-1"), id, casework.Options{})
		wantKind(t, err, fault.Withheld)
	}
	_, err := w.cases.Duties(ctx, w.mx.Staff.Actor("admin"), true, 0, 9)
	wantKind(t, err, fault.Denied)
	if list, err := w.cases.Duties(ctx, w.mx.Staff.Actor("ana-2"), true, 0, 9); err != nil || len(list.Duties) != 0 || list.Count != 0 {
		t.Fatal("another unit's duties")
	}
}

// The gate takes a filing for what its draft says, and for nothing else.
func TestFilingSaysNoMore(t *testing.T) {
	w := send(t, "mx-guidelines-2021", intel.Marking{})
	sre := exchangetest.New(t, w.mx.Clock, "mx/sre", "mx/sre/registry")
	exchangetest.Introduce(w.mx, sre)
	d, actor := w.duty(t, "mx/sre").Duty, w.mx.Staff.Actor("ana-1")
	report, err := w.mx.ReportOf(ctx, actor, d, "mx/sre/registry")
	if err != nil {
		t.Fatal(err)
	}
	good := func() holdings.Draft {
		return holdings.Draft{Kind: intel.ContactReport, Title: report.Title, Portions: []intel.Portion{{Kind: intel.Fact, Text: report.Text, Marking: report.Marking}}}
	}
	for name, change := range map[string]func(*holdings.Draft){
		"another kind":   func(h *holdings.Draft) { h.Kind = intel.Report },
		"a longer title": func(h *holdings.Draft) { h.Title += ": Two boats" },
		"a topic":        func(h *holdings.Draft) { h.Topic = "boats" },
		"a purpose":      func(h *holdings.Draft) { h.Purpose = "boats" },
		"a longer text":  func(h *holdings.Draft) { h.Portions[0].Text += "\ntext: Two boats." },
		"a second part":  func(h *holdings.Draft) { h.Portions = append(h.Portions, h.Portions[0]) },
		"a statement": func(h *holdings.Draft) {
			h.Portions[0].Statements = []intel.Statement{{Entity: "e", Schema: "Person", Property: "name", Value: "X"}}
		},
		"a substitute": func(h *holdings.Draft) { h.Portions[0].Substitute = "x" },
		"a caveat's text": func(h *holdings.Draft) {
			h.Portions[0].Marking.Caveats = []intel.Caveat{{Code: intel.COND, Arg: "Two boats."}}
		},
	} {
		h := good()
		change(&h)
		i, err := w.mx.Desk.Import(ctx, actor, h)
		if err != nil {
			t.Fatal(name, err)
		}
		if _, _, err := w.mx.File(ctx, actor, i.ID, "mx/sre/registry", exchange.Filing{Duty: d}); !fault.Is(err, fault.Blocked) {
			t.Errorf("%s: %v", name, err)
		}
	}
	wide := d
	wide.Draft.Fields = slices.Clone(d.Draft.Fields)
	wide.Draft.Fields[0].Needs = intel.Scope{Content: intel.Full}
	i, _ := w.mx.Desk.Import(ctx, actor, good())
	_, _, err = w.mx.File(ctx, actor, i.ID, "mx/sre/registry", exchange.Filing{Duty: wide})
	wantKind(t, err, fault.Blocked)
	if _, _, err := w.mx.File(ctx, actor, i.ID, "mx/sre/registry", exchange.Filing{Duty: d}); err != nil {
		t.Fatal(err)
	}
	_, _, err = w.mx.File(ctx, actor, i.ID, "mx/sre/registry", exchange.Filing{Duty: d})
	wantKind(t, err, fault.Stale)
}

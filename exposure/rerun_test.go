package exposure_test

import (
	"slices"
	"testing"
	"time"

	"comity/exchange"
	"comity/exchange/exchangetest"
	"comity/exposure"
	"comity/fault"
	"comity/holdings"
	"comity/intel"
	"comity/party"
	"comity/record"
	"comity/release"
	"comity/rulebook"
)

func draft(caveats ...intel.Caveat) holdings.Draft {
	return holdings.Draft{Title: "Two boats", Portions: []intel.Portion{
		{Kind: intel.Fact, Text: "Two boats leave.", Marking: intel.Marking{Rel: []party.Pattern{"mx/**"}, Caveats: caveats}}}}
}

func (w *world) rerun(who party.Handle) exposure.Rerun {
	w.t.Helper()
	return exchangetest.Must(w.Rerun(ctx, w.us.Staff.Actor(who), exposure.Place{}, 0))(w.t)
}

func growth(t *testing.T, c exposure.Changed, n party.Name) exposure.Growth {
	t.Helper()
	for _, g := range c.More {
		if g.Way.Party == n {
			return g
		}
	}
	t.Fatalf("%s gained nothing: %+v", n, c.More)
	return exposure.Growth{}
}

// A pack that comes later gives new parties, wider scopes and certainty, each
// with the path of rules; one that goes takes them away.
func TestRerun(t *testing.T) {
	w := start(t)
	w.law("mx/sspc", "contact", "must", threeDays)
	may := w.law("mx/sre", "contact", "may", anyTime)
	sent := w.sent("mx/semar/uin")
	if r := w.rerun("sec-1"); len(r.Changed) != 0 || r.Open != 1 || r.Looked != 1 || len(r.Packs) != 2 || r.Next != (exposure.Place{}) {
		t.Fatalf("nothing changed: %+v", r)
	}
	w.pass(48 * time.Hour) // later by itself is no growth
	if r := w.rerun("sec-1"); len(r.Changed) != 0 {
		t.Fatalf("time passed: %+v", r)
	}
	w.law("mx/sre", "contact", "must", threeDays)             // surer
	w.law("mx/sspc", "summary+contact", "must", threeDays)    // wider
	w.law("mx/council", "exists", "standing_access", anyTime) // new
	r := w.rerun("sec-1")
	if len(r.Changed) != 1 || r.Changed[0].Release != sent.ID || !r.Changed[0].Grew() || !slices.Equal(r.Changed[0].Recipients, []party.Name{"mx/semar/uin"}) {
		t.Fatalf("%+v", r)
	}
	c := r.Changed[0]
	if g := growth(t, c, "mx/sspc"); g.Kind != exposure.Wider || g.Was != intel.Contact || g.Then != release.Sure || g.Way.Path[0].Rule != "xx-law-4/D1" {
		t.Errorf("%+v", g)
	}
	if g := growth(t, c, "mx/council"); g.Kind != exposure.Newly || g.Then != "" || !g.Was.IsNothing() || g.Way.Path[0].Rule != "xx-law-5/D1" {
		t.Errorf("%+v", g)
	}
	surer := slices.ContainsFunc(c.More, func(g exposure.Growth) bool {
		return g.Way.Party == "mx/sre" && g.Kind == exposure.Surer && g.Way.Path[0].Rule == "xx-law-3/D1" && g.Then == release.Possible
	})
	if !surer {
		t.Errorf("mx/sre: %+v", c.More)
	}
	if len(c.Less) != 0 || len(c.Unknown) != 0 {
		t.Errorf("less %+v, unknown %+v", c.Less, c.Unknown)
	}
	// What is set aside again is a loss to what was sent under it.
	w.pass(time.Second)
	w.sent("mx/semar/ops")
	for _, id := range []string{"xx-law-3", "xx-law-4", "xx-law-5", may.ID} {
		w.aside(id)
	}
	r = w.rerun("sec-1")
	if len(r.Changed) != 2 || r.Changed[0].Grew() || len(r.Changed[0].Less) != 1 || r.Changed[0].Less[0].Party != "mx/sre" || r.Changed[0].Less[0].Now != "" {
		t.Fatalf("%+v", r.Changed)
	}
	i := slices.IndexFunc(r.Changed[1].Less, func(l exposure.Loss) bool { return l.Party == "mx/sspc" })
	if i < 0 || r.Changed[1].Less[i].Was.Content != intel.Summary || r.Changed[1].Less[i].Is != intel.Contact || r.Changed[1].Grew() {
		t.Errorf("%+v", r.Changed[1])
	}
	// Once no pack covers them, nobody's duties are known.
	w.aside("xx-law-1")
	r = w.rerun("sec-1")
	if len(r.Changed) != 2 || !r.Changed[0].Grew() || !slices.ContainsFunc(r.Changed[0].Unknown, func(u release.Unknown) bool { return u.Party == "mx/semar/uin" }) {
		t.Errorf("%+v", r.Changed)
	}
}

func (w *world) aside(id string) {
	w.t.Helper()
	if err := w.shelf.Assess(ctx, w.us.Staff.Actor("sec-1"), rulebook.Assessment{ID: id, Reason: "no more"}); err != nil {
		w.t.Fatal(err)
	}
}

// A law that is not in force yet adds nothing, and from its first day on it
// does.
func TestRerunLawToCome(t *testing.T) {
	w := start(t)
	w.law("mx/sspc", "contact", "must", threeDays)
	w.sent("mx/semar/uin")
	w.lawFrom("2026-03-20", "mx/sre", "contact", "must", threeDays)
	if r := w.rerun("sec-1"); len(r.Changed) != 0 || len(r.Packs) != 1 {
		t.Fatalf("before its time: %+v", r)
	}
	w.pass(20 * 24 * time.Hour)
	if r := w.rerun("sec-1"); len(r.Changed) != 1 || growth(t, r.Changed[0], "mx/sre").Kind != exposure.Newly || len(r.Packs) != 2 {
		t.Fatalf("in force: %+v", r)
	}
}

// A portion that has expired is no news of the law; once all have, the release
// is open to nobody.
func TestRerunExpired(t *testing.T) {
	w := start(t)
	w.law("mx/sspc", "contact", "must", threeDays)
	d := draft()
	d.Portions = append(d.Portions, d.Portions[0])
	d.Portions[0].Marking.Expires, d.Portions[1].Marking.Expires = day(5), day(10)
	item := exchangetest.Must(w.desk.Import(ctx, w.us.Staff.Actor("ana-1"), d))(t)
	w.release(item.ID, "mx/semar/uin")
	for _, tt := range []struct{ days, open int }{{4, 1}, {2, 1}, {5, 0}} {
		w.pass(time.Duration(tt.days) * 24 * time.Hour)
		if r := w.rerun("sec-1"); r.Open != tt.open || len(r.Changed) != 0 {
			t.Errorf("%d days later: %+v", tt.days, r)
		}
	}
}

// A promise that broke when it was sent is no news; one that breaks today is,
// with its reason.
func TestRerunPromises(t *testing.T) {
	w := start(t)
	w.law("mx/sspc", "contact", "must", threeDays)
	sent := w.sent("mx/semar/uin")
	w.law("mx/sre", "full+contact", "compelled", anyTime)
	w.law("us/doj", "full+contact", "must", threeDays)
	r := w.rerun("sec-1")
	if len(r.Changed) != 1 || r.Changed[0].Release != sent.ID {
		t.Fatalf("%+v", r)
	}
	i := slices.IndexFunc(r.Changed[0].Broken, func(b exposure.Broken) bool { return b.Party == "us/doj" })
	if i < 0 {
		t.Fatalf("%+v", r.Changed[0].Broken)
	}
	b := r.Changed[0].Broken[i]
	if !b.Blocks || b.Portion != 1 || b.Why == "" || len(b.Path) != 1 || b.Path[0].Rule != "xx-law-3/D1" {
		t.Errorf("%+v", b)
	}
}

// A release is open for those who have nothing newer; what others have by way
// of those who do is not taken for lost.
func TestRerunOpenRecipients(t *testing.T) {
	w := start(t)
	w.law("mx/sspc", "contact", "must", threeDays)
	both := w.sent("mx/semar/uin", "mx/semar/ops")
	w.pass(time.Second)
	w.release(both.Plan.Item, "mx/semar/uin")
	r := w.rerun("sec-1")
	if r.Looked != 2 || r.Open != 2 || len(r.Changed) != 0 {
		t.Fatalf("%+v", r)
	}
	w.law("mx/sre", "contact", "must", threeDays)
	r = w.rerun("sec-1")
	if len(r.Changed) != 2 || !slices.Equal(r.Changed[0].Recipients, []party.Name{"mx/semar/ops"}) || !slices.Equal(r.Changed[1].Recipients, []party.Name{"mx/semar/uin"}) {
		t.Fatalf("%+v", r.Changed)
	}
	if g := growth(t, r.Changed[0], "mx/sre"); g.Way.Path[0].From != "mx/semar/ops" {
		t.Errorf("%+v", g)
	}
}

// A recall closes what it is about once somebody read it, and not before.
func TestRerunRecalled(t *testing.T) {
	w := start(t)
	w.law("mx/sspc", "contact", "must", threeDays)
	sent := w.sent("mx/semar/uin")
	note := draft()
	note.Kind, note.Notice = intel.NoticeItem, &intel.Notice{Kind: intel.Recall, About: sent.Plan.Item}
	item := exchangetest.Must(w.desk.Import(ctx, w.us.Staff.Actor("rel-1"), note))(t)
	recall := w.release(item.ID, "mx/semar/uin")
	if r := w.rerun("sec-1"); r.Open != 2 {
		t.Fatalf("%+v", r)
	}
	w.hears(recall.Cuts[0].Cut.ID, record.Record{Kind: record.ReadBy, Unit: "mx/semar/uin", Officer: "ana-1", Other: "us/dea"})
	w.law("mx/sre", "contact", "must", threeDays)
	if r := w.rerun("sec-1"); r.Open != 1 || len(r.Changed) != 1 || r.Changed[0].Release != recall.ID {
		t.Fatalf("%+v", r)
	}
}

// Pages look at every release once, whatever they hold.
func TestRerunPages(t *testing.T) {
	w := start(t)
	w.law("mx/sspc", "contact", "must", threeDays)
	for range 5 {
		w.sent("mx/semar/uin")
		w.pass(time.Minute)
	}
	w.law("mx/sre", "contact", "must", threeDays)
	looked, seen := 0, map[string]bool{}
	for after, pages := (exposure.Place{}), 0; ; pages++ {
		r := exchangetest.Must(w.Rerun(ctx, w.us.Staff.Actor("sec-1"), after, 2))(t)
		looked += r.Looked
		for _, c := range r.Changed {
			seen[c.Release.String()] = true
		}
		if after = r.Next; after == (exposure.Place{}) {
			if pages != 2 {
				t.Errorf("%d pages", pages+1)
			}
			break
		}
	}
	if looked != 5 || len(seen) != 5 {
		t.Errorf("%d looked at, %d changed", looked, len(seen))
	}
}

func TestRerunRefusals(t *testing.T) {
	w := start(t)
	w.law("mx/sspc", "contact", "must", threeDays)
	w.sent("mx/semar/uin")
	shut := exchangetest.Must(w.desk.Import(ctx, w.us.Staff.Actor("rel-2"), draft()))(t)
	ask := exchange.Ask{Item: shut.ID, To: []exchange.To{{Party: "mx/semar/ops", Form: intel.Copy}}}
	exchangetest.Must(w.us.Release(ctx, w.us.Staff.Actor("rel-2"), ask, ""))(t)
	w.law("mx/sre", "contact", "must", threeDays)
	for _, who := range []party.Handle{"ana-1", "ana-2", "auditor", "admin"} {
		_, err := w.Rerun(ctx, w.us.Staff.Actor(who), exposure.Place{}, 0)
		wantKind(t, err, fault.Denied)
	}
	for _, roles := range [][]party.Role{nil, {}, {"chief"}, {party.Analyst, party.Auditor}, {party.Admin, party.Auditor}, {party.Analyst, party.Admin}} {
		_, err := w.Rerun(ctx, party.Actor{Handle: "who", Unit: "us/dea/mex", Roles: roles}, exposure.Place{}, 0)
		wantKind(t, err, fault.Denied)
	}
	_, err := w.Rerun(ctx, w.us.Staff.Actor("sec-1"), exposure.Place{}, -1)
	wantKind(t, err, fault.Invalid)
	// Release officers see their own unit's, and of these what they may know of.
	for who, want := range map[party.Handle]int{"sec-1": 2, "sec-2": 2, "rel-1": 1, "rel-2": 1} {
		if r := w.rerun(who); len(r.Changed) != want || r.Open != want {
			t.Errorf("%s sees %d of %d", who, len(r.Changed), r.Open)
		}
	}
	mine := w.rerun("rel-2").Changed[0].Item
	if mine != shut.ID {
		t.Errorf("rel-2 sees %s", mine)
	}
	stranger := w.us.Staff.Actor("rel-1")
	stranger.Unit = "us/dea/other"
	if r := exchangetest.Must(w.Rerun(ctx, stranger, exposure.Place{}, 0))(t); len(r.Changed)+r.Open != 0 {
		t.Errorf("another unit sees %+v", r)
	}
}

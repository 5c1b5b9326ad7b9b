package exposure_test

import (
	"fmt"
	"testing"
	"time"

	"comity/exchange/exchangetest"
	"comity/exposure"
	"comity/fault"
	"comity/intel"
	"comity/law"
	"comity/party"
	"comity/record"
	"comity/release"
	"comity/wire"
)

// A member of a group has what reached it through the group, with the path; the
// recipient has its own, without one; an agency has its units'.
func TestOf(t *testing.T) {
	w := start(t)
	w.law("mx/council", "summary+contact", "must", threeDays)
	sent := w.sent("mx/semar/uin")
	r := w.of(exposure.Ask{Party: "mx/sre"})
	if r.Count != 1 || len(r.Exposed) != 1 || r.Next != 0 || r.Open.Releases != 1 || r.Open.Stranger || r.At != wire.At(w.clock.At) {
		t.Fatalf("%+v", r)
	}
	e := r.Exposed[0]
	if e.Release != sent.ID || e.Item != sent.Plan.Item || e.Version != 1 || e.Made != day(0) || len(e.Did) != 0 {
		t.Fatalf("%+v", e)
	}
	c := way(t, e, "mx/sre")
	if c.Reach != release.Sure || c.Scope != (intel.Scope{Content: intel.Summary, Contact: true}) || len(c.Portions) != 1 || c.Portions[0] != 1 ||
		c.From != day(0) || len(c.By) != 1 || c.By[0].At != day(3) || c.Force != law.Must || c.Status != law.InForce || c.Confidence != law.WordingRead {
		t.Fatalf("%+v", c)
	}
	if len(c.Path) != 2 || c.Path[0].Rule != "xx-law-1/D1" || c.Path[0].To != "mx/council" || c.Path[1].From != "mx/council" {
		t.Fatalf("path %+v", c.Path)
	}
	agency := w.of(exposure.Ask{Party: "mx/semar"}).Exposed[0]
	if c := way(t, agency, "mx/semar/uin"); len(c.Path) != 0 || c.Scope.Content != intel.Full || len(c.By) != 0 || c.Reach != release.Sure {
		t.Fatalf("%+v", c)
	}
	if c := way(t, agency, "mx/semar"); c.Reach != release.Possible {
		t.Fatalf("%+v", c)
	}
	if len(agency.Did) != 1 || agency.Did[0].Kind != record.Deliver || agency.Did[0].Unit != "mx/semar/uin" {
		t.Fatalf("%+v", agency.Did)
	}
}

// The time of a way ends with its deadline, and without one never.
func TestOfTime(t *testing.T) {
	w := start(t)
	w.law("mx/sre", "contact", "must", threeDays)
	w.law("mx/sspc", "full+contact", "may", anyTime)
	w.sent("mx/semar/uin")
	w.pass(100 * 24 * time.Hour)
	tests := []struct {
		party          party.Name
		since, until   wire.Time
		count, earlier int
	}{
		{"mx/sre", day(0), day(0), 1, 0},
		{"mx/sre", day(1), day(2), 1, 0},  // not told yet, perhaps
		{"mx/sre", day(5), day(20), 0, 1}, // it had it by then
		{"mx/sre", day(-9), day(-1), 0, 0},
		{"mx/sspc", day(50), day(60), 1, 0},
		{"mx/sspc", day(-9), day(-1), 0, 0},
		{"mx/semar/uin", day(50), day(60), 1, 1}, // a copy opens on any day; its delivery was before
		{"mx/semar/uin", day(0), day(0), 1, 0},
	}
	for _, tt := range tests {
		r := w.of(exposure.Ask{Party: tt.party, Since: tt.since, Until: tt.until})
		if r.Count != tt.count || r.Earlier != tt.earlier || len(r.Exposed) != tt.count {
			t.Errorf("%s from %s to %s: %d releases, %d earlier", tt.party, tt.since, tt.until, r.Count, r.Earlier)
		}
	}
	if r := w.of(exposure.Ask{Party: "mx/sre"}); r.Until != day(100) {
		t.Errorf("without an end it ends at %s", r.Until)
	}
}

// Pages give every release once, in the order of time.
func TestOfPages(t *testing.T) {
	w := start(t)
	w.law("mx/sre", "contact", "must", threeDays)
	var want []string
	for range 5 {
		want = append(want, w.sent("mx/semar/uin").ID.String())
		w.pass(time.Hour)
	}
	var got []string
	for from := 0; ; {
		r := w.of(exposure.Ask{Party: "mx/sre", From: from, Limit: 2})
		if r.Count != 5 || len(r.Exposed) > 2 {
			t.Fatalf("%d of %d", len(r.Exposed), r.Count)
		}
		for _, e := range r.Exposed {
			got = append(got, e.Release.String())
		}
		if from = r.Next; from == 0 {
			break
		}
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if r := w.of(exposure.Ask{Party: "mx/sre", From: 9}); len(r.Exposed) != 0 || r.Count != 5 || r.Next != 0 {
		t.Errorf("after the last: %+v", r)
	}
}

// Receipts count although no stored closure foresaw them; many of one kind
// hide none of another, and the same is told once.
func TestOfReceipts(t *testing.T) {
	w := start(t)
	sent := w.sent("mx/semar/uin")
	list := []record.Record{}
	for i := range 300 { // more than are read at a time
		list = append(list, record.Record{Kind: record.ReadBy, Unit: "mx/semar/uin", Officer: party.Handle(fmt.Sprintf("a%d", i)), Other: "us/dea"})
	}
	list[0].At = day(2)
	again := func(n int) record.Record {
		return record.Record{Kind: record.ReadBy, Unit: "mx/semar/uin", Officer: "a0", Other: "us/dea", At: day(n)}
	}
	list = append(list, record.Record{Kind: record.Onward, Unit: "mx/semar/uin", Other: "mx/cni/x", Rule: "a/b", Scope: intel.Contact},
		again(3), again(1), again(9)) // the last one after the time that is asked about
	w.pass(72 * time.Hour)
	w.hears(sent.Cuts[0].Cut.ID, list[:300]...)
	w.hears(sent.Cuts[0].Cut.ID, list[300:]...)
	e := w.of(exposure.Ask{Party: "mx"}).Exposed[0]
	kinds := map[record.Kind]int{}
	for _, d := range e.Did {
		kinds[d.Kind]++
		if d.Officer == "a0" && (d.Times != 3 || d.First != day(1) || d.Last != day(3)) {
			t.Errorf("the same officer's readings: %+v", d)
		}
	}
	if kinds[record.ReadBy] != 50 || kinds[record.Onward] != 1 || kinds[record.Deliver] != 1 || e.Unshown != 250 {
		t.Errorf("%v, %d not shown", kinds, e.Unshown)
	}
	cni := w.of(exposure.Ask{Party: "mx/cni"})
	if cni.Count != 1 || len(cni.Exposed[0].Could) != 0 || cni.Exposed[0].Did[0].To != "mx/cni/x" || !cni.Open.Stranger {
		t.Errorf("what nobody foresaw: %+v", cni)
	}
	if r := w.of(exposure.Ask{Party: "mx/cni", Since: day(4), Until: day(5)}); r.Count != 0 || r.Earlier != 1 {
		t.Errorf("%+v", r)
	}
}

// What is not covered is said: parties nobody knows the duties of, parties
// above, plans that cannot be read.
func TestOfUncovered(t *testing.T) {
	w := start(t)
	bad := w.sent("mx/semar/uin") // no pack: nobody's duties are known
	w.pass(time.Second)
	w.law("mx/sre", "contact", "must", threeDays)
	w.sent("mx/semar/uin")
	r := w.of(exposure.Ask{Party: "mx/sre/america"})
	if r.Count != 0 || r.Open.Above.Releases != 1 || len(r.Open.Above.Parties) != 1 || r.Open.Above.Parties[0] != "mx/sre" || !r.Open.Stranger {
		t.Errorf("above: %+v", r.Open)
	}
	if u := r.Open.Unknown; u.Releases != 1 || len(u.Parties) != 2 || u.Parties[0] != "mx/semar" || u.Parties[1] != "mx/semar/uin" {
		t.Errorf("unknown: %+v", u)
	}
	if len(r.Open.Uncounted) != 5 {
		t.Errorf("uncounted: %v", r.Open.Uncounted)
	}
	// A superior learns of it by the unit itself: that is no way to the unit.
	if r := w.of(exposure.Ask{Party: "mx/semar/uin"}); r.Open.Above.Releases != 0 {
		t.Errorf("%+v", r.Open.Above)
	}
	w.spoil(`UPDATE released SET plan = $1 WHERE id = $2`, []byte("nothing"), bad.ID[:])
	r = w.of(exposure.Ask{Party: "mx/semar/uin"})
	if r.Open.Unsound.Releases != 1 || r.Open.Unsound.Items[0] != bad.Plan.Item || r.Count != 2 || len(r.Exposed[0].Could) != 0 || len(r.Exposed[0].Did) != 1 {
		t.Errorf("unsound: %+v", r)
	}
}

func TestOfRefusals(t *testing.T) {
	w := start(t)
	w.law("mx/sre", "contact", "must", threeDays)
	w.sent("mx/semar/uin")
	good := exposure.Ask{Party: "mx/sre", Since: day(-1)}
	for _, who := range []party.Handle{"ana-1", "rel-1", "two-1", "ana-2", "rel-2", "admin"} {
		_, err := w.Of(ctx, w.us.Staff.Actor(who), good)
		wantKind(t, err, fault.Denied)
	}
	if _, err := w.Of(ctx, party.Actor{Handle: "nobody", Unit: "us/dea/mex"}, good); !fault.Is(err, fault.Denied) {
		t.Error(err)
	}
	for _, who := range []party.Handle{"sec-1", "sec-2", "auditor"} {
		exchangetest.Must(w.Of(ctx, w.us.Staff.Actor(who), good))(t)
	}
	for name, change := range map[string]func(*exposure.Ask){
		"no party":             func(a *exposure.Ask) { a.Party = "" },
		"no name":              func(a *exposure.Ask) { a.Party = "MX/SRE" },
		"a pattern":            func(a *exposure.Ask) { a.Party = "mx/**" },
		"nobody":               func(a *exposure.Ask) { a.Party = "nobody" },
		"a party nobody knows": func(a *exposure.Ask) { a.Party = "mx/sra" },
		"part of a name":       func(a *exposure.Ask) { a.Party = "mx/sr" },
		"a state nobody knows": func(a *exposure.Ask) { a.Party = "br" },
		"no beginning":         func(a *exposure.Ask) { a.Since = wire.Time{} },
		"it ends too early":    func(a *exposure.Ask) { a.Until = day(-2) },
		"it begins later":      func(a *exposure.Ask) { a.Since = day(1) },
		"a page before all":    func(a *exposure.Ask) { a.From = -1 },
		"a page of less":       func(a *exposure.Ask) { a.Limit = -1 },
	} {
		a := good
		change(&a)
		if _, err := w.Of(ctx, w.us.Staff.Actor("sec-1"), a); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

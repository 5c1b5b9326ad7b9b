package exchange_test

import (
	"testing"
	"time"

	"comity/exchange"
	"comity/exchange/exchangetest"
	"comity/fault"
	"comity/holdings"
	"comity/intel"
	"comity/message"
	"comity/party"
	"comity/record"
	"comity/wire"
)

// request releases a request of us/dea for an authorisation by mx/semar.
func request(t *testing.T, us *exchangetest.Node) exchange.SentCut {
	t.Helper()
	i := exchangetest.Must(us.Desk.Import(ctx, us.Staff.Actor("ana-1"), holdings.Draft{Kind: intel.Request, Title: "Two boats",
		Authorisation: &intel.Authorisation{Act: "send", To: []party.Name{"br/pf/cgi"}, Allow: []intel.Allowance{{Party: "br/pf/cgi", Scope: intel.Contact}}},
		Portions:      []intel.Portion{{Kind: intel.Fact, Text: "Two boats.", Marking: intel.Marking{Rel: []party.Pattern{"mx/semar/uin"}}}}}))(t)
	cut := released(t, us, exchange.Ask{Item: i.ID, To: []exchange.To{{Party: "mx/semar/uin", Form: intel.Copy}}}).Cuts[0]
	flush(t, us)
	return cut
}

// An answer to a request says yes or no, until when or why, and nothing else;
// by the partner that was asked, about what it was asked.
func TestVerdictsRefused(t *testing.T) {
	us, mx := exchangetest.Pair(t)
	cut := request(t, us)
	claim := func(kind record.Kind, change func(*record.Record)) record.Receipt {
		t.Helper()
		r := record.Record{Kind: kind, At: wire.At(mx.Clock.Now()), Node: mx.Name, Unit: "mx/semar/uin", Other: us.Name, Cut: cut.Cut.ID, CutHash: cut.Hash}
		if kind == record.Unauthorised {
			r.Code = "trust"
		}
		change(&r)
		return mx.Claim(r)
	}
	yes := func(change func(*record.Record)) record.Receipt { return claim(record.Authorise, change) }
	no := func(change func(*record.Record)) record.Receipt { return claim(record.Unauthorised, change) }
	for name, r := range map[string]record.Receipt{
		"by an officer":              yes(func(r *record.Record) { r.Officer = "ana-1" }),
		"by another's unit":          yes(func(r *record.Record) { r.Unit = "us/dea/mex" }),
		"to another":                 yes(func(r *record.Record) { r.Other = "gb/nca" }),
		"of another cut":             yes(func(r *record.Record) { r.Cut[0]++ }),
		"of other words":             yes(func(r *record.Record) { r.CutHash[0]++ }),
		"before it was asked":        yes(func(r *record.Record) { r.At = r.At.Add(-time.Hour) }),
		"from tomorrow":              yes(func(r *record.Record) { r.At = r.At.Add(24 * time.Hour) }),
		"with a scope":               yes(func(r *record.Record) { r.Scope = intel.Contact }),
		"with a form":                yes(func(r *record.Record) { r.Form = intel.Copy }),
		"with a rule":                yes(func(r *record.Record) { r.Rule = "x/y" }),
		"with a plan":                yes(func(r *record.Record) { r.Plan[0] = 1 }),
		"a yes with a reason":        yes(func(r *record.Record) { r.Code = "trust" }),
		"a no without a reason":      no(func(r *record.Record) { r.Code = "" }),
		"a no of no closed list":     no(func(r *record.Record) { r.Code = "we hold three more" }),
		"a no with an end":           no(func(r *record.Record) { r.Due = r.At.Add(time.Hour) }),
		"a delivery with an end":     claim(record.Deliver, func(r *record.Record) { r.Due = r.At.Add(time.Hour) }),
		"a delivery with a subject":  claim(record.Deliver, func(r *record.Record) { r.Subject[0] = 1 }),
		"a yes with a subject":       yes(func(r *record.Record) { r.Subject[0] = 1 }),
		"a yes that breaks promises": yes(func(r *record.Record) { r.Promises = []string{"1 NOFWD br/pf"} }),
	} {
		a := answered(t, us, exchangetest.Must(us.Receive(ctx, mx.Name, receiptsFrom(t, mx, us, r)))(t))
		if a.Reason != message.ReasonMalformed {
			t.Errorf("%s: answer %+v", name, a)
		}
	}
	good := yes(func(r *record.Record) { r.Due = r.At.Add(time.Hour) })
	a := answered(t, us, exchangetest.Must(us.Receive(ctx, mx.Name, receiptsFrom(t, mx, us, good, no(func(*record.Record) {}))))(t))
	if a.Outcome != message.Accepted {
		t.Errorf("the good ones: %+v", a)
	}
}

// What this node answers, its partners take; what makes no sense it does not
// answer.
func TestVerdict(t *testing.T) {
	us, mx := exchangetest.Pair(t)
	cut := request(t, us)
	ana, now := mx.Staff.Actor("ana-1"), wire.At(mx.Clock.Now())
	_, _, err := mx.Opened(ctx, ana, cut.Cut.ID.String())
	if !fault.Is(err, fault.Unread) {
		t.Fatalf("unopened, it is given: %v", err)
	}
	exchangetest.Must(mx.Read(ctx, ana, cut.Cut.ID.String(), true))(t)
	rc, hidden, err := mx.Opened(ctx, ana, cut.Cut.ID.String())
	if err != nil || len(hidden) > 0 || rc.Cut.Authorisation == nil {
		t.Fatalf("opened: %+v, %v, %v", rc, hidden, err)
	}
	for name, c := range map[string]struct {
		given bool
		until wire.Time
		code  string
	}{
		"a no without a reason":    {false, wire.Time{}, ""},
		"a no with words":          {false, wire.Time{}, "we do not like it"},
		"a yes with a reason":      {true, wire.Time{}, "trust"},
		"a yes until now":          {true, now, ""},
		"a yes that is over":       {true, now.Add(-time.Hour), ""},
		"a no of a strange reason": {false, now.Add(time.Hour), "x"},
	} {
		if _, err := mx.Verdict(ctx, ana, rc, c.given, c.until, c.code); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	v, err := mx.Verdict(ctx, ana, rc, true, now.Add(time.Hour), "")
	if err != nil || len(v.Records) < 2 || v.Proof().IsZero() {
		t.Fatalf("verdict %+v, %v", v, err)
	}
	r := exchangetest.Must(record.Parse(v.Records[0].Record))(t)
	if r.Kind != record.Authorise || r.Officer != "" || r.Due != now.Add(time.Hour) || r.Cut != cut.Cut.ID || exchange.ProofOf(v.Records[0].Record) != v.Proof() {
		t.Errorf("the asker is given %+v", r)
	}
	if own := exchangetest.Must(record.Parse(v.Records[1].Record))(t); own.Officer != "ana-1" || own.Subject != v.Proof() {
		t.Errorf("the node keeps %+v", own)
	}
}

package authorisation_test

import (
	"context"
	"testing"
	"time"

	"comity/authorisation"
	"comity/exchange"
	"comity/fault"
	"comity/holdings"
	"comity/intel"
	"comity/law"
	"comity/party"
	"comity/ref"
	"comity/release"
	"comity/wire"
)

var (
	ctx = context.Background()
	now = time.Date(2026, 11, 20, 15, 0, 0, 0, time.UTC)
	ana = party.Actor{Handle: "ana", Unit: "us/dea/desk", Roles: []party.Role{party.Analyst, party.Release}}
)

// fake is everything that the authorisations of us/dea work with: one request
// of mx/semar, and one cut that was sent to it.
type fake struct {
	authorisation.Store
	authorisation.Links
	request  release.Cut
	sent     exchange.SentCut
	item     intel.Item
	hidden   []int
	answered *authorisation.Answer
}

func (f *fake) ReceivedOne(context.Context, string) (authorisation.Received, error) {
	return authorisation.Received{ReceivedCut: f.received()}, nil
}

func (f *fake) received() exchange.ReceivedCut {
	return exchange.ReceivedCut{Cut: f.request, Partner: "mx/semar"}
}

func (f *fake) Opened(context.Context, party.Actor, string) (exchange.ReceivedCut, []int, error) {
	return f.received(), nil, nil
}

func (f *fake) SentCut(_ context.Context, id ref.CutID) (exchange.SentCut, error) {
	if id != f.sent.Cut.ID {
		return exchange.SentCut{}, fault.New(fault.Withheld, "no such cut")
	}
	return f.sent, nil
}

func (f *fake) Version(context.Context, party.Actor, ref.ItemID, int) (holdings.View, error) {
	return holdings.View{Item: f.item, Hidden: f.hidden}, nil
}

func (f *fake) Import(context.Context, party.Actor, holdings.Draft) (intel.Item, error) {
	return intel.Item{}, nil
}

func (f *fake) Prepared(context.Context, wire.Time, []string) (*release.Rules, error) {
	return release.Prepare(release.World{}), nil
}

func (f *fake) Verdict(_ context.Context, _ party.Actor, rc exchange.ReceivedCut, given bool, _ wire.Time, code string) (exchange.Verdict, error) {
	return exchange.Verdict{Cut: rc, Given: given, Code: code}, nil
}

func (f *fake) Answer(_ context.Context, _ exchange.Verdict, a authorisation.Answer, _ *authorisation.Answer) error {
	f.answered = &a
	return nil
}

func (f *fake) About(context.Context, party.Name, []string) ([]authorisation.Asked, error) {
	return nil, nil
}
func (f *fake) Recalled(context.Context, release.Question) error { return nil }
func (f *fake) Wake()                                            {}

// asked is a request about the second portion that us/dea sent; the first was
// withheld, so that it is the first of the cut.
func asked() (*fake, *authorisation.Authorisations) {
	m := intel.Marking{TLP: intel.TLPAmber, Caveats: []intel.Caveat{{Code: intel.NOFWD}}}
	f := &fake{
		item: intel.Item{ID: ref.ItemID{1}, Portions: []intel.Portion{{ID: ref.PortionID{1}, Text: "The source."}, {ID: ref.PortionID{2}, Text: "Pumps.", Marking: m}}},
		sent: exchange.SentCut{Partner: "mx/semar", Recipient: "mx/semar/uin", Item: ref.ItemID{1}, Version: 1, Forms: []intel.Form{intel.Withheld, intel.Copy},
			Cut: release.Cut{ID: ref.CutID{7}, Originator: "us/dea/desk", Portions: []release.CutPortion{{Text: "Pumps.", Marking: m}}}},
		request: release.Cut{ID: ref.CutID{9}, Kind: intel.Request, Originator: "mx/semar/uin", Audience: []party.Name{"us/dea/desk"}, Title: "T",
			Authorisation: &intel.Authorisation{Act: string(law.Send), To: []party.Name{"br/pf/cgi"}, Allow: []intel.Allowance{{Party: "br/pf/cgi"}}},
			Portions:      []release.CutPortion{{Text: "Somebody bought pumps.", Marking: m, Origins: []release.CutOrigin{{Cut: ref.CutID{7}, Portion: 1}}}}},
	}
	return f, authorisation.New(authorisation.Config{Node: "us/dea", Store: f, Links: f, Desk: f, Rules: f, Trails: f, Now: func() time.Time { return now }})
}

func TestWhatARequestIsMadeOf(t *testing.T) {
	_, a := asked()
	r, err := a.Read(ctx, ana, "9")
	if err != nil || len(r.Sources) != 1 || len(r.Sources[0]) != 1 {
		t.Fatalf("reading %+v (%v)", r, err)
	}
	if s := r.Sources[0][0]; s.Text != "Pumps." || s.Item != (ref.ItemID{1}) || s.Hidden {
		t.Errorf("the source is %+v", s)
	}
	if len(r.Plan.Rows) == 0 || r.Plan.Sender != "mx/semar/uin" {
		t.Errorf("who would see it: %+v", r.Plan)
	}
}

// A request can claim what it likes of where its text comes from. What does not
// hold is not given; refused it can be.
func TestRequestsThatAreNotGiven(t *testing.T) {
	for name, c := range map[string]struct {
		change func(f *fake)
		kind   fault.Kind
	}{
		"a cut that was never sent": {func(f *fake) { f.request.Portions[0].Origins[0].Cut = ref.CutID{8} }, fault.Invalid},
		"another partner's cut":     {func(f *fake) { f.sent.Partner = "br/pf" }, fault.Invalid},
		"a portion beyond it":       {func(f *fake) { f.request.Portions[0].Origins[0].Portion = 2 }, fault.Invalid},
		"hidden from the officer":   {func(f *fake) { f.hidden = []int{2} }, fault.Denied},
		"what another sent us": {func(f *fake) {
			f.item.Portions[1].Origins = []intel.Origin{{Cut: ref.CutID{5}, Portion: 1, From: "gb/nca/desk", To: []party.Name{"us/dea/desk"}, Marking: f.sent.Cut.Portions[0].Marking}}
		}, fault.Blocked},
	} {
		f, a := asked()
		c.change(f)
		if _, err := a.Answer(ctx, ana, "9", true, wire.Time{}, ""); !fault.Is(err, c.kind) {
			t.Errorf("%s: %v", name, err)
		}
		if f.answered != nil {
			t.Errorf("%s: it was given", name)
		}
		if _, err := a.Answer(ctx, ana, "9", false, wire.Time{}, "trust"); err != nil || f.answered == nil || f.answered.Given {
			t.Errorf("%s: it cannot be refused: %v", name, err)
		}
	}
	// Who would come to see it is judged as whom it goes to.
	for name, change := range map[string]func(f *fake){
		"by way of another": func(f *fake) {
			f.request.Authorisation.Allow = append(f.request.Authorisation.Allow, intel.Allowance{Party: "ru/svr/x", Scope: intel.Scope{Content: intel.Full, Contact: true}})
			f.item.Portions[1].Origins = []intel.Origin{{Cut: ref.CutID{5}, Portion: 1, From: "gb/nca/desk", To: []party.Name{"us/dea/desk", "br/pf/cgi"}, Marking: f.sent.Cut.Portions[0].Marking}}
		},
		"a bar": func(f *fake) { f.request.Portions[0].Marking.Not = []intel.Bar{{Parties: "br/pf"}} },
	} {
		f, a := asked()
		change(f)
		if _, err := a.Answer(ctx, ana, "9", true, wire.Time{}, ""); !fault.Is(err, fault.Blocked) {
			t.Errorf("%s: %v", name, err)
		}
	}
	f, a := asked()
	f.request.Authorisation.To = append(f.request.Authorisation.To, "us/dea/otra")
	f.request.Authorisation.Allow = append(f.request.Authorisation.Allow, intel.Allowance{Party: "us/dea/otra"})
	if _, err := a.Answer(ctx, ana, "9", true, wire.Time{}, ""); err != nil {
		t.Errorf("a unit of our own beside: %v", err)
	}
	f, a = asked()
	analyst := ana
	analyst.Roles = []party.Role{party.Analyst}
	if _, err := a.Answer(ctx, analyst, "9", true, wire.Time{}, ""); !fault.Is(err, fault.Denied) {
		t.Errorf("an analyst answers: %v", err)
	}
	other := ana
	other.Unit = "us/dea/other"
	if _, err := a.Answer(ctx, other, "9", true, wire.Time{}, ""); !fault.Is(err, fault.Withheld) {
		t.Errorf("another unit answers: %v", err)
	}
	if _, err := a.Answer(ctx, ana, "9", true, wire.Time{}, ""); err != nil || !f.answered.Given {
		t.Errorf("the sound one: %v", err)
	}
}

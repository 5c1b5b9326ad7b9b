package intel_test

import (
	"slices"
	"testing"

	"comity/intel"
	"comity/party"
	"comity/ref"
	"comity/wire"
)

func origin(t *testing.T, cut byte, banner string) intel.Origin {
	t.Helper()
	m, _, err := intel.ParseBanner(banner)
	if err != nil {
		t.Fatal(err)
	}
	return intel.Origin{Cut: ref.CutID{cut}, Portion: 1, From: "us/dea/cdmx", To: []party.Name{"mx/semar/uin"}, Marking: m}
}

func partlyReceived(t *testing.T) intel.Item {
	t.Helper()
	portion := func(id byte, from ...ref.PortionID) intel.Portion {
		return intel.Portion{ID: ref.PortionID{id}, Kind: intel.Fact, Text: "text", Marking: intel.Marking{TLP: intel.TLPClear}, DerivedFrom: from}
	}
	i := intel.Item{ID: ref.ItemID{1}, Kind: intel.Report, Version: 1, Originator: "mx/semar/uin", Author: "lince", Title: "T", Created: time0(t),
		Portions: []intel.Portion{portion(1), portion(2, ref.PortionID{1}), portion(3, ref.PortionID{2}), portion(4)}}
	i.Portions[0].Origins = []intel.Origin{origin(t, 7, "TLP:AMBER // NOFWD")}
	i.Portions[2].Origins = []intel.Origin{origin(t, 8, "TLP:GREEN // COMMUNITY:us/**"), origin(t, 7, "TLP:AMBER // NOFWD")}
	return i
}

func time0(t *testing.T) wire.Time {
	t.Helper()
	at, err := wire.ParseTime("2026-11-20T12:00:00Z")
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestOriginsGoDownTheWholeLineOfDescent(t *testing.T) {
	i := partlyReceived(t)
	if err := i.Validate(); err != nil {
		t.Fatal(err)
	}
	var got [][]byte
	for _, list := range i.Lineage() {
		var cuts []byte
		for _, o := range list {
			cuts = append(cuts, o.Cut[0])
		}
		got = append(got, cuts)
	}
	want := [][]byte{{7}, {7}, {8, 7}, nil}
	if !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("lineage is %v, not %v", got, want)
	}
	bound := i.Bound(func(int) []party.Name { return []party.Name{"ca/rcmp/o"} })
	for n, m := range []bool{true, true, true, false} {
		if has := bound.Portions[n].Marking.Has(intel.NOFWD); has != m {
			t.Errorf("portion %d: NOFWD is %v", n+1, has)
		}
	}
	if m := bound.Portions[2].Marking; m.TLP != intel.TLPAmber || !party.MatchAny(m.Rel, "ca/rcmp/o") {
		t.Errorf("portion 3 is %s", intel.Banner(m, intel.Grading{}))
	}
	if i.Portions[1].Marking.TLP != intel.TLPClear || len(i.Portions[2].Origins[0].Marking.Community) != 1 {
		t.Error("binding an item changed it")
	}
}

func TestOriginsThatAreRefused(t *testing.T) {
	for name, change := range map[string]func(p *intel.Portion){
		"no cut":        func(p *intel.Portion) { p.Origins[0].Cut = ref.CutID{} },
		"no portion":    func(p *intel.Portion) { p.Origins[0].Portion = 0 },
		"no sender":     func(p *intel.Portion) { p.Origins[0].From = "" },
		"nobody had it": func(p *intel.Portion) { p.Origins[0].To = nil },
		"twice":         func(p *intel.Portion) { p.Origins = append(p.Origins, p.Origins[0]) },
		"too many": func(p *intel.Portion) {
			for n := range 600 {
				o := p.Origins[0]
				o.Portion = n + 2
				p.Origins = append(p.Origins, o)
			}
		},
		"a bad marking": func(p *intel.Portion) { p.Origins[0].Marking.Rel = []party.Pattern{"no such"} },
	} {
		i := partlyReceived(t)
		change(&i.Portions[0])
		if err := i.Validate(); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func TestEditingTakesNoOriginAway(t *testing.T) {
	i := partlyReceived(t)
	again, err := intel.ParseDraft(intel.FormatDraft(i), i, nil)
	if err != nil {
		t.Fatal(err)
	}
	for n, p := range again.Portions {
		if len(p.Origins) != len(i.Portions[n].Origins) {
			t.Errorf("portion %d has %d origins after an edit", n+1, len(p.Origins))
		}
	}
}

func TestAuthorisationsAskedForThatAreRefused(t *testing.T) {
	for name, a := range map[string]intel.Authorisation{
		"no act":         {To: []party.Name{"ca/rcmp"}, Allow: []intel.Allowance{{Party: "ca/rcmp"}}},
		"a strange act":  {Act: "send\x07", To: []party.Name{"ca/rcmp"}, Allow: []intel.Allowance{{Party: "ca/rcmp"}}},
		"nobody":         {Act: "send"},
		"no party":       {Act: "send", Allow: []intel.Allowance{{Party: "No Party"}}},
		"twice":          {Act: "send", To: []party.Name{"ca/rcmp"}, Allow: []intel.Allowance{{Party: "ca/rcmp"}, {Party: "ca/rcmp"}}},
		"to another":     {Act: "send", To: []party.Name{"ca/csis"}, Allow: []intel.Allowance{{Party: "ca/rcmp"}}},
		"to nobody":      {Act: "send", Allow: []intel.Allowance{{Party: "ca/rcmp"}}},
		"hidden letters": {Act: "meet", Rule: "mx\u202e/x", To: []party.Name{"ca/rcmp"}, Allow: []intel.Allowance{{Party: "ca/rcmp"}}},
	} {
		i := partlyReceived(t)
		i.Kind, i.Authorisation = intel.Request, &a
		if err := i.Validate(); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	i := partlyReceived(t)
	i.Authorisation = &intel.Authorisation{Act: "send", To: []party.Name{"ca/rcmp"}, Allow: []intel.Allowance{{Party: "ca/rcmp"}}}
	if i.Validate() == nil {
		t.Error("a report asks for an authorisation")
	}
	i.Kind = intel.Request
	if err := i.Validate(); err != nil {
		t.Error(err)
	}
}

package exchange

import (
	"testing"

	"comity/intel"
	"comity/party"
	"comity/ref"
	"comity/release"
)

// An originator is told of what it let go, and of nothing beside it, unless
// this node says on its card that it tells all.
func TestPassings(t *testing.T) {
	origin := func(cut byte, from party.Name) []intel.Origin {
		return []intel.Origin{{Cut: ref.CutID{cut}, Portion: 1, From: from, To: []party.Name{"mx/semar/uin"}}}
	}
	i := intel.Item{Portions: []intel.Portion{
		{ID: ref.PortionID{1}, Origins: origin(1, "us/dea/desk")}, {ID: ref.PortionID{2}, Origins: origin(2, "us/dea/otra")}, {ID: ref.PortionID{3}},
		{ID: ref.PortionID{4}, DerivedFrom: []ref.PortionID{{1}}},
	}}
	to := []release.Recipient{
		{Party: "br/pf/cgi", Forms: []intel.Form{intel.Pointer, intel.Withheld, intel.Copy, intel.Copy}},
		{Party: "ca/rcmp/ops", Forms: []intel.Form{intel.Withheld, intel.Copy, intel.Copy, intel.Withheld}},
		{Party: "us/dea/desk", Forms: []intel.Form{intel.Copy, intel.Copy, intel.Copy, intel.Copy}},
	}
	p := release.Plan{Authorised: []release.Authorised{{By: "us/dea", To: []party.Name{"br/pf/cgi"}, Passages: []release.Passage{{Cut: ref.CutID{1}, Portion: 1}}}}}
	got := passings(i, to, func(o intel.Origin, n party.Name) bool { return authorised(p, o, n) })
	if len(got) != 1 || got[0] != (passing{ref.CutID{1}, "br/pf/cgi", intel.Copy}) {
		t.Errorf("by leave: %+v", got)
	}
	got = passings(i, to, func(intel.Origin, party.Name) bool { return true })
	if len(got) != 2 || got[1] != (passing{ref.CutID{2}, "ca/rcmp/ops", intel.Copy}) {
		t.Errorf("all of it: %+v", got)
	}
	for name, change := range map[string]func(a *release.Authorised){
		"another giver":   func(a *release.Authorised) { a.By = "us/fbi" },
		"a rule's":        func(a *release.Authorised) { a.Rule = "p/r" },
		"to another":      func(a *release.Authorised) { a.To = []party.Name{"ca/rcmp/ops"} },
		"another cut":     func(a *release.Authorised) { a.Passages[0].Cut = ref.CutID{2} },
		"another portion": func(a *release.Authorised) { a.Passages[0].Portion = 2 },
	} {
		a := p.Authorised[0]
		a.Passages = []release.Passage{a.Passages[0]}
		change(&a)
		if authorised(release.Plan{Authorised: []release.Authorised{a}}, i.Portions[0].Origins[0], "br/pf/cgi") {
			t.Errorf("%s: told", name)
		}
	}
}

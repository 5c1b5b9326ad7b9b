package exchange_test

import (
	"slices"
	"testing"

	"comity/exchange"
	"comity/intel"
	"comity/party"
)

// A text about marked portions is as strict as the strictest towards
// everybody else, and readable by those it goes to.
func TestReaddress(t *testing.T) {
	all := []intel.Marking{
		{TLP: intel.TLPGreen, Community: []party.Pattern{"**"}, Not: []intel.Bar{{Parties: "mx/sre"}, {Parties: "mx/gn"}}},
		{Rel: []party.Pattern{"mx/semar/uin"}, NoContact: true, Ceiling: intel.Pointer, Caveats: []intel.Caveat{
			{Code: intel.NOFWD}, {Code: intel.NOACT}, {Code: intel.ASKACT}, {Code: intel.EYES, Arg: "mx/semar/uin#ana"},
			{Code: intel.EMBARGO, Arg: "2099-01-01T00:00:00Z"}, {Code: intel.DISPLAY}}},
	}
	m := exchange.Readdress(all, "mx/sre", "mx/sre/registry", "mx/sre")
	if m.TLP != intel.TLPAmberStrict || !slices.Equal(m.Rel, []party.Pattern{"mx/sre", "mx/sre/registry"}) || m.Ceiling != intel.Withheld || !m.NoContact {
		t.Fatalf("%+v", m)
	}
	if len(m.Not) != 1 || m.Not[0].Parties != "mx/gn" {
		t.Fatalf("the recipient reads who is barred, itself among them, or too little: %+v", m.Not)
	}
	for code, stays := range map[intel.Code]bool{intel.NOFWD: true, intel.NOACT: true, intel.ASKACT: false, intel.EYES: false, intel.EMBARGO: false, intel.DISPLAY: false} {
		if m.Has(code) != stays {
			t.Errorf("%s: %v", code, m.Has(code))
		}
	}
	if red := exchange.Readdress([]intel.Marking{{TLP: intel.TLPRed}}, "mx/sre"); red.TLP != intel.TLPRed {
		t.Fatal("a notice about RED is no longer RED")
	}
}

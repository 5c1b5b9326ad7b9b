package intel_test

import (
	"slices"
	"strings"
	"testing"

	"comity/intel"
	"comity/party"
)

func contains(s, part string) bool { return strings.Contains(s, part) }

// TestUnknownCaveatBinds: acceptance test 13 of the doctrine: an imported
// caveat that nobody here knows is read as ORCON and NOFWD.
func TestUnknownCaveatBinds(t *testing.T) {
	m, _ := parse(t, "TLP:CLEAR // LIMDIS")
	for _, code := range intel.Known {
		if want := code == intel.ORCON || code == intel.NOFWD; m.Binds(code) != want {
			t.Errorf("LIMDIS binds as %s: %v", code, !want)
		}
		if m.Has(code) {
			t.Errorf("LIMDIS stands for %s", code)
		}
	}
	if !m.Binds("LIMDIS") || m.Binds("OTHER") {
		t.Error("a code binds as itself")
	}
}

func TestBinds(t *testing.T) {
	for _, c := range []struct {
		banner string
		binds  []intel.Code
	}{
		{"", nil},
		{"TLP:RED", nil},
		{"NOFWD", []intel.Code{intel.NOFWD}},
		{"ORCON", []intel.Code{intel.ORCON}},
		{"NOACT", []intel.Code{intel.NOACT, intel.ASKACT}},
		{"ASKACT", []intel.Code{intel.ASKACT}},
		{"COND:x // VERIFY", []intel.Code{intel.VERIFY, intel.COND}},
		{"DISPLAY // NOCOURT", []intel.Code{intel.NOCOURT, intel.DISPLAY}},
	} {
		m, _ := parse(t, c.banner)
		for _, code := range intel.Known {
			if m.Binds(code) != slices.Contains(c.binds, code) {
				t.Errorf("%q and %s: %v", c.banner, code, m.Binds(code))
			}
		}
	}
}

// TestConditions: a sentence for every caveat, each its own, and none without.
func TestConditions(t *testing.T) {
	m, _ := parse(t, "TLP:RED // ORCON // NOFWD // NOCOURT // EYES:mx#lince,us#fox // DISPLAY // PURPOSE:the trial of X // VERIFY // ASKACT // COND:ask María // EMBARGO:2026-01-31 // LIMDIS:two")
	got := m.Conditions()
	if len(got) != len(m.Caveats) || len(slices.Compact(slices.Sorted(slices.Values(got)))) != len(got) {
		t.Fatal(strings.Join(got, "\n"))
	}
	all := strings.Join(got, "\n")
	for _, want := range []string{"Condition: ask María", "the trial of X", "mx#lince, us#fox", "2026-01-31T00:00:00Z", "LIMDIS:two is not known here; it is read as ORCON and NOFWD", "proceedings"} {
		if !contains(all, want) {
			t.Errorf("%q is not said in\n%s", want, all)
		}
	}
	for _, code := range intel.Known {
		c := intel.Marking{Caveats: []intel.Caveat{{Code: code, Arg: "x"}}}.Conditions()
		if len(c) != 1 || contains(c[0], "not known here") {
			t.Errorf("%s: %v", code, c)
		}
	}
	if (intel.Marking{TLP: intel.TLPRed}).Conditions() != nil {
		t.Error("no caveat asks for no acknowledgement")
	}
}

func TestForEyesOf(t *testing.T) {
	lince, fox := party.Person{Unit: "mx/semar/uin", Handle: "lince"}, party.Person{Unit: "us/dea", Handle: "fox"}
	for _, c := range []struct {
		eyes       []string
		lince, fox bool
	}{
		{nil, true, true},
		{[]string{"mx/semar/uin#lince"}, true, false},
		{[]string{"mx/semar/uin#lince,us/dea#fox"}, true, true},
		{[]string{"mx/semar/uin#lince", "us/dea#fox"}, false, false},
		{[]string{"nobody"}, false, false},
		{[]string{""}, false, false},
		{[]string{"mx/semar/uin#lince2"}, false, false},
		{[]string{"mx/semar#lince"}, false, false},
		{[]string{"us/dea/x#fox"}, false, false},
		{[]string{"xus/dea#fox"}, false, false},
	} {
		var m intel.Marking
		for _, e := range c.eyes {
			m.Caveats = append(m.Caveats, intel.Caveat{Code: intel.EYES, Arg: e})
		}
		if m.ForEyesOf(lince) != c.lince || m.ForEyesOf(fox) != c.fox {
			t.Errorf("%v: %v %v", c.eyes, m.ForEyesOf(lince), m.ForEyesOf(fox))
		}
	}
}

package intel_test

import (
	"reflect"
	"slices"
	"testing"

	"comity/fault"
	"comity/intel"
	"comity/party"
)

// TestApply: elements one after another, and the banner that they make.
func TestApply(t *testing.T) {
	for name, c := range map[string]struct {
		elements []string
		want     string
	}{
		"wrong case is put right":       {[]string{"tlp:amber+strict", "rel:MX/SEMAR/UIN", "nofwd", "Admiralty:b2"}, "TLP:AMBER+STRICT // REL:mx/semar/uin // NOFWD // admiralty:B2"},
		"white reads as clear":          {[]string{"TLP:WHITE"}, "TLP:CLEAR"},
		"amber keeps clients":           {[]string{"CLIENTS:us/dea/*", "TLP:AMBER"}, "TLP:AMBER // CLIENTS:us/dea/*"},
		"another label drops the lists": {[]string{"TLP:GREEN", "COMMUNITY:us/**", "TLP:AMBER", "CLIENTS:us/dea", "TLP:RED"}, "TLP:RED"},
		"a list replaces":               {[]string{"REL:us/**", "REL:mx/semar/uin,mx/fgr"}, "REL:mx/semar/uin,mx/fgr"},
		"a bar is added":                {[]string{"NOT:mx/sedena", "NOT:mx/fgr:contact"}, "NOT:mx/sedena // NOT:mx/fgr:contact"},
		"a bar is replaced":             {[]string{"NOT:mx/sedena", "NOT:mx/fgr", "NOT:mx/sedena:exists+contact"}, "NOT:mx/sedena:exists+contact // NOT:mx/fgr"},
		"the doctrine's word of scope":  {[]string{"NOT:mx/sedena:fact_of_contact"}, "NOT:mx/sedena:contact"},
		"other services' codes":         {[]string{"H1", "h2", "H3:ask first", "OC"}, "NOCOURT // NOFWD // COND:ask first // ORCON"},
		"unknown codes are kept":        {[]string{"LIMDIS", "RELIDO:us"}, "LIMDIS // RELIDO:us"},
		"conditions add up":             {[]string{"COND:a", "COND:b", "COND:a"}, "COND:a // COND:b"},
		"one embargo":                   {[]string{"EMBARGO:2026-01-31", "EMBARGO:2026-02-01"}, "EMBARGO:2026-02-01T00:00:00Z"},
		"one list of eyes, sorted":      {[]string{"EYES:us/dea#fox", "EYES:us/dea#fox, mx/fgr#lince,us/dea#fox"}, "EYES:mx/fgr#lince,us/dea#fox"},
		"separators are quoted":         {[]string{`COND:see // below`}, `COND:"see // below"`},
		"quotes are read":               {[]string{`COND:"see \"x\" // y"`}, `COND:"see \"x\" // y"`},
		"times from a base":             {[]string{"TTL:30d", "REVIEW:2w", "EMBARGO:12h"}, "EMBARGO:2026-01-01T12:00:00Z // TTL:2026-01-31 // REVIEW:2026-01-15"},
		"contact":                       {[]string{"contact:no"}, "CONTACT:NO"},
		"contact again":                 {[]string{"CONTACT:NO", "CONTACT:YES"}, ""},
		"form":                          {[]string{"FORM:Pointer"}, "FORM:pointer"},
		"class":                         {[]string{"class:us:secret, uk:top secret,uk:official"}, "CLASS:uk:TOP SECRET,us:SECRET"},
		"grading short":                 {[]string{"adm:b2"}, "admiralty:B2"},
		"grading of another scheme":     {[]string{"adm:B2", "3x5x2:1a"}, "3x5x2:1A"},
		"grading doubted":               {[]string{"4x4:B4[indirect,none,doubtful]"}, "4x4:B4[indirect,none,doubtful]"},
		"grading native triple":         {[]string{"4x4:B4[indirect,none,unjudged]"}, "4x4:B4"},
		"take away": {[]string{"TLP:AMBER", "CLIENTS:us", "REL:us", "NOT:mx", "NOFWD", "COND:a", "FORM:room", "CONTACT:NO", "CLASS:uk:SECRET", "TTL:2026-02-01", "REVIEW:2026-02-01", "adm:A1",
			"-TLP", "-REL", "-NOT", "-NOFWD", "-COND", "-FORM", "-CONTACT", "-CLASS", "-TTL", "-REVIEW", "-ADM"}, ""},
		"take one of several away": {[]string{"NOT:mx", "NOT:us:contact", "-NOT:us", "COND:a", "COND:b", "-COND:a", "LIMDIS", "-LIMDIS"}, "NOT:mx // COND:b"},
	} {
		var p intel.Portion
		for _, e := range c.elements {
			if err := p.Apply(e, epoch); err != nil {
				t.Errorf("%s: %s: %v", name, e, err)
			}
		}
		if got := intel.Banner(p.Marking, p.Grading); got != c.want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// TestApplyRefuses: a broken element is refused with its kind and a hint, and
// changes nothing.
func TestApplyRefuses(t *testing.T) {
	start := intel.Portion{Text: "x"}
	for _, e := range []string{"TLP:AMBER", "CLIENTS:us/dea", "REL:us/**", "NOT:mx/sedena", "NOFWD", "COND:a", "admiralty:B2"} {
		if err := start.Apply(e); err != nil {
			t.Fatal(err)
		}
	}
	for _, e := range []string{"", "-", ":", ":x", "//", "TLP", "TLP:", "TLP:BLUE", "TLP:AMBER STRICT", "TLP:RED+STRICT", "TLP:WHITE+", "REL", "REL:", "REL:,", "REL:us,", "REL:USA.MEX",
		"REL:us/*/x", "REL:us,nobody", "REL:mx/méxico", "COMMUNITY:", "CLIENTS:-", "NOT", "NOT:", "NOT::contact", "NOT:mx:everything", "NOT:mx:none+contact", "NOT:mx:contact:x", "NOT:nobody",
		"NOFWD:x", "ORCON:x", "nofwdd", "LimDis", "limdis", "COND", "COND:", `COND:"`, `COND:"a" b`, `COND:""`, "COND:a\nb", "COND:a\x00", "COND:\u202Eabc", "COND:\xff", "PURPOSE", "EYES", "EYES:",
		"EYES:lince", "EYES:mx#", "EYES:mx/**#lince", "EYES:mx#lince,", "EYES:mx#lince,nobody", "EMBARGO", "EMBARGO:soon", "EMBARGO:12h", "TTL:", "TTL:30d", "TTL:0d", "TTL:-3d", "TTL:2026-13-01", "TTL:2026-02-30",
		"TTL:0001-01-01", "TTL:2026-01-31T08:00:00.5Z", "TTL:2026-01-31T08:00:00+01:00", "TTL:1", "TTL:d", "REVIEW:tomorrow", "FORM:withheld", "FORM:fax", "CONTACT:maybe", "CONTACT", "CLASS:SECRET", "CLASS:uk:",
		"CLASS::SECRET", "CLASS:uk:SEC/RET", "CLASS:u k:SECRET", "admiralty:", "admiralty", "admiralty:G1", "admiralty:B7", "admiralty:2B", "4x4:D1", "4x4:A5", "5x5x5:X1", "3x5x2:A1", "6x6:A1",
		"4x4:B4[indirect,none,certain]", "4x4:B4[]", "4x4:B4[indirect,none,doubtful", "4x4:A1[direct,unknown,certain]", "-REL:us", "-TLP:RED", "-NOACT", "-4x4", "-adm:B2", "-NOT:mx", "-COND:b", "-FORM", "-CONTACT", "-CLASS", "-TTL",
		"-REVIEW", "-COMMUNITY", "--NOFWD", "A", "1ABC", "A B", "ABCDEFGHIJKLMNOPQRSTUVWXYZ1234567", "A_B", "NOFWD NOCOURT", "TLP:RED // NOFWD"} {
		p := start
		before := intel.Banner(p.Marking, p.Grading)
		err := p.Apply(e)
		if k := fault.KindOf(err); err == nil || k != fault.Invalid && k != fault.TooLarge {
			t.Errorf("%q: %v, now %s", e, err, intel.Banner(p.Marking, p.Grading))
		}
		if !reflect.DeepEqual(p, start) || intel.Banner(start.Marking, start.Grading) != before {
			t.Errorf("%q was refused and changed %s into %s", e, before, intel.Banner(p.Marking, p.Grading))
		}
	}
}

// TestApplyLeavesCopiesAlone: markings are values; a change of one never
// reaches another that it was copied from.
func TestApplyLeavesCopiesAlone(t *testing.T) {
	var a intel.Portion
	for _, e := range []string{"REL:us", "NOT:mx", "NOT:us/dea:exists", "COND:a", "EMBARGO:2026-01-31", "EYES:mx#lince"} {
		if err := a.Apply(e); err != nil {
			t.Fatal(err)
		}
	}
	before := intel.Banner(a.Marking, a.Grading)
	for _, e := range []string{"NOT:mx:contact", "NOT:gt", "-NOT:mx", "COND:b", "-COND:a", "EMBARGO:2026-02-01", "EYES:us#fox", "REL:mx", "-EYES"} {
		b := a
		if err := b.Apply(e); err != nil {
			t.Fatal(err)
		}
		if got := intel.Banner(a.Marking, a.Grading); got != before {
			t.Fatalf("%s on a copy changed the original to %s", e, got)
		}
	}
}

func TestSetTakesNoGrading(t *testing.T) {
	var m intel.Marking
	for _, e := range []string{"admiralty:B2", "adm:B2", "4x4:B2", "5x5x5:B2", "3x5x2:1A"} {
		if err := m.Set(e); !fault.Is(err, fault.Invalid) {
			t.Error(e, err)
		}
	}
	if err := m.Set("rel:us/**"); err != nil || !slices.Equal(m.Rel, []party.Pattern{"us/**"}) {
		t.Error(m, err)
	}
	if err := m.Set("TTL:1d", epoch); err != nil || m.Expires.String() != "2026-01-02T00:00:00Z" {
		t.Error(m, err)
	}
}

// TestErrorsKeepContentBack: what an item says never stands in an error.
func TestErrorsKeepContentBack(t *testing.T) {
	for _, e := range []string{"NOFWD:the source is Juan", "COND:Juan\x00", `COND:"Juan`, "COND:" + string(make([]byte, 2000)) + "Juan"} {
		var p intel.Portion
		if err := p.Apply(e); err == nil || contains(err.Error(), "Juan") {
			t.Errorf("%v", err)
		}
	}
}

func FuzzApply(f *testing.F) {
	for _, s := range []string{"TLP:RED", "-TLP", "NOT:mx:contact", `COND:"x"`, "EYES:mx#ab", "TTL:3d", "adm:b2[unknown,unknown,certain]", "CLASS:uk:SECRET,us:S"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var p intel.Portion
		if p.Apply(s, epoch) != nil {
			if !reflect.DeepEqual(p, intel.Portion{}) {
				t.Fatalf("%q was refused and changed the portion", s)
			}
			return
		}
		line := intel.Banner(p.Marking, p.Grading)
		var q intel.Portion
		if line == "" {
			return
		}
		if err := q.Apply(line, epoch); err != nil || !reflect.DeepEqual(p, q) {
			t.Fatalf("%q gave %q, which gave %+v, %v", s, line, q, err)
		}
	})
}

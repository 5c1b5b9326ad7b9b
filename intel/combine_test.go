package intel_test

import (
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"comity/intel"
	"comity/party"
	"comity/ref"
)

// sees is a plain reading of the labels (FIRST TLP 2.0), written apart from
// the code: whether party n may see a portion that was sent to recipients.
func sees(m intel.Marking, n party.Name, recipients []party.Name) bool {
	if m.TLP == intel.TLPNone && len(m.Rel) == 0 {
		return false
	}
	if len(m.Rel) > 0 && !party.MatchAny(m.Rel, n) {
		return false
	}
	own := slices.ContainsFunc(recipients, func(r party.Name) bool { return n.Within(r.Agency()) })
	switch m.TLP {
	case intel.TLPGreen:
		return party.MatchAny(m.Community, n)
	case intel.TLPAmber:
		return own || party.MatchAny(m.Clients, n)
	case intel.TLPAmberStrict:
		return own
	case intel.TLPRed:
		return slices.Contains(recipients, n)
	}
	return true
}

// most is the most that the bars leave a party.
func most(m intel.Marking, n party.Name) intel.Scope {
	s := intel.Scope{Content: intel.FullSource, Contact: true}
	for _, b := range m.Not {
		if b.Parties.Match(n) {
			s = s.Meet(b.AtMost)
		}
	}
	return s
}

var someNames = []party.Name{"us", "us/dea", "us/dea/sod", "us/fbi", "mx", "mx/semar", "mx/semar/uin", "mx/sedena", "gt", "gt/pnc"}

func ceiling(m intel.Marking) intel.Form {
	if m.Ceiling == intel.Withheld {
		return intel.Copy
	}
	return m.Ceiling
}

// narrower fails if m is wider than n in any respect that the doctrine's
// section 8 combines.
func narrower(t *rapid.T, m, n intel.Marking) {
	recipients := rapid.SliceOfN(rapid.SampledFrom(someNames), 1, 3).Draw(t, "recipients")
	for _, name := range someNames {
		if sees(m, name, recipients) && !sees(n, name, recipients) {
			t.Fatalf("%s opens to %s what\n%s keeps from it", intel.Banner(m, intel.Grading{}), name, intel.Banner(n, intel.Grading{}))
		}
		if !most(m, name).AtMost(most(n, name)) {
			t.Fatalf("%v leaves %s more than %v", m.Not, name, n.Not)
		}
	}
	for _, p := range []party.Person{{Unit: "mx/semar/uin", Handle: "lince"}, {Unit: "us/dea/sod", Handle: "fox"}} {
		if m.ForEyesOf(p) && !n.ForEyesOf(p) {
			t.Fatalf("%v opens to %s", m.Caveats, p)
		}
	}
	for _, c := range n.Caveats {
		switch {
		case c.Code == intel.EYES || c.Code == intel.ASKACT:
			if !m.Binds(c.Code) {
				t.Fatalf("%v lost %v", m.Caveats, c)
			}
		case c.Code == intel.EMBARGO:
			i := slices.IndexFunc(m.Caveats, func(d intel.Caveat) bool { return d.Code == intel.EMBARGO })
			if i < 0 || m.Caveats[i].Arg < c.Arg {
				t.Fatalf("%v ends before %v", m.Caveats, c)
			}
		case !slices.Contains(m.Caveats, c):
			t.Fatalf("%v lost %v", m.Caveats, c)
		}
	}
	if ceiling(m) > ceiling(n) || n.NoContact && !m.NoContact || n.TLP.Strictness() > m.TLP.Strictness() {
		t.Fatalf("%s is wider than %s", intel.Banner(m, intel.Grading{}), intel.Banner(n, intel.Grading{}))
	}
	if !n.Expires.IsZero() && (m.Expires.IsZero() || m.Expires.After(n.Expires)) || !n.ReviewBy.IsZero() && (m.ReviewBy.IsZero() || m.ReviewBy.After(n.ReviewBy)) {
		t.Fatalf("%v, %v outlive %v, %v", m.Expires, m.ReviewBy, n.Expires, n.ReviewBy)
	}
	if n.Classification != "" && m.Classification == "" {
		t.Fatal("the classification is lost")
	}
}

func TestCombineIsNeverWider(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := marking(t), marking(t)
		m := intel.Combine(a, b)
		narrower(t, m, a)
		narrower(t, m, b)
	})
}

// TestCombineIsExact: for the audience it is not narrower than both together
// either, so that joining parts loses no reader who may see them all.
func TestCombineIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := marking(t), marking(t)
		m := intel.Combine(a, b)
		recipients := rapid.SliceOfN(rapid.SampledFrom(someNames), 1, 3).Draw(t, "recipients")
		for _, n := range someNames {
			// RED means the recipients by name; whoever combines with it is held to them.
			if sees(a, n, recipients) && sees(b, n, recipients) && !sees(m, n, recipients) {
				t.Fatalf("%s and %s let %s see, %s does not", intel.Banner(a, intel.Grading{}), intel.Banner(b, intel.Grading{}), n, intel.Banner(m, intel.Grading{}))
			}
		}
	})
}

func TestCombineLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := marking(t), marking(t), marking(t)
		if x, y := intel.Combine(a, b), intel.Combine(b, a); !reflect.DeepEqual(x, y) {
			t.Fatalf("order matters:\n%+v\n%+v", x, y)
		}
		left, right := intel.Combine(intel.Combine(a, b), c), intel.Combine(a, intel.Combine(b, c))
		narrower(t, left, right)
		narrower(t, right, left)
		once := intel.Combine(a, b)
		if twice := intel.Combine(once, once); !reflect.DeepEqual(once, twice) {
			t.Fatalf("twice is not once:\n%+v\n%+v", once, twice)
		}
		if line := intel.Banner(once, intel.Grading{}); line != "" {
			m, _, err := intel.ParseBanner(line)
			if err != nil || !reflect.DeepEqual(m, once) {
				t.Fatalf("%s does not read back: %v", line, err)
			}
		}
	})
}

func TestCombineTable(t *testing.T) {
	for _, c := range []struct{ a, b, want string }{
		{"TLP:CLEAR", "TLP:AMBER", "TLP:AMBER"},
		{"TLP:GREEN // COMMUNITY:us/**", "TLP:GREEN // COMMUNITY:us/dea/*,mx", "TLP:GREEN // COMMUNITY:us/dea/*"},
		{"TLP:GREEN // COMMUNITY:us/**", "TLP:GREEN // COMMUNITY:mx/**", "TLP:GREEN // COMMUNITY:nobody"},
		{"TLP:GREEN // COMMUNITY:us/**", "TLP:AMBER // CLIENTS:us/dea", "TLP:AMBER // CLIENTS:us/dea // REL:us/**"},
		{"TLP:AMBER // CLIENTS:us/dea", "TLP:AMBER // CLIENTS:us/fbi", "TLP:AMBER"},
		{"TLP:AMBER // CLIENTS:us/dea", "TLP:AMBER+STRICT", "TLP:AMBER+STRICT"},
		{"TLP:RED", "REL:us/**", "TLP:RED // REL:us/**"},
		{"REL:us/**", "REL:mx/**", "REL:nobody"},
		{"REL:nobody", "TLP:CLEAR", "TLP:CLEAR // REL:nobody"},
		{"", "TLP:CLEAR", "TLP:CLEAR // REL:nobody"},
		{"", "", ""},
		{"EYES:mx#ab,us#cd", "EYES:us#cd", "EYES:us#cd"},
		{"EYES:mx#ab", "EYES:us#cd", "EYES:nobody"},
		{"NOACT", "ASKACT", "NOACT"},
		{"EMBARGO:2026-01-31", "EMBARGO:2026-02-01", "EMBARGO:2026-02-01T00:00:00Z"},
		{"NOT:mx:exists+contact", "NOT:mx:full", "NOT:mx:exists"},
		{"FORM:substitute", "", "FORM:substitute"},
		{"FORM:copy", "FORM:pointer", "FORM:pointer"},
		{"CLASS:uk:SECRET", "CLASS:us:SECRET,uk:OFFICIAL", "CLASS:uk:SECRET,us:SECRET"},
		{"PURPOSE:a // LIMDIS", "PURPOSE:b // LIMDIS", "PURPOSE:a // PURPOSE:b // LIMDIS"},
	} {
		a, _ := parse(t, c.a)
		b, _ := parse(t, c.b)
		if got := intel.Banner(intel.Combine(a, b), intel.Grading{}); got != c.want {
			t.Errorf("%q and %q: %q, want %q", c.a, c.b, got, c.want)
		}
	}
}

// TestUnknownLabelIsStrictest: a label that cannot be read never loses to one
// that can.
func TestUnknownLabelIsStrictest(t *testing.T) {
	m := intel.Combine(intel.Marking{TLP: "PURPLE"}, intel.Marking{TLP: intel.TLPRed})
	if m.TLP != "PURPLE" {
		t.Error(m.TLP)
	}
}

// TestInherit: acceptance test 5 of the doctrine: a portion derived from an
// H2 one stays NOFWD until it is released, however far the descent.
func TestInherit(t *testing.T) {
	i := valid()
	i.Portions = append(i.Portions, intel.Portion{ID: portionID(2), Kind: intel.Judgement, Text: "Three.", DerivedFrom: []ref.PortionID{portionID(1)}})
	i.Portions[0].Marking, _ = parse(t, "TLP:AMBER // H2 // REL:us/**")
	i.Portions[1].Marking, _ = parse(t, "TLP:GREEN // COMMUNITY:us/dea/*")
	i.Portions[2].Marking, _ = parse(t, "TLP:CLEAR")
	before, _ := i.Hash()
	got := i.Inherit()
	if after, _ := i.Hash(); after != before {
		t.Fatal("Inherit changed the item that it was asked about")
	}
	for n, want := range []string{"TLP:AMBER // REL:us/** // NOFWD", "TLP:AMBER // REL:us/dea/* // NOFWD", "TLP:AMBER // REL:us/dea/* // NOFWD"} {
		if banner := intel.Banner(got.Portions[n].Marking, intel.Grading{}); banner != want {
			t.Errorf("portion %d: %s", n+1, banner)
		}
	}
	i.Portions[1].DerivedFrom = nil // released
	if got := i.Inherit(); got.Portions[1].Marking.Binds(intel.NOFWD) || got.Portions[2].Marking.Binds(intel.NOFWD) {
		t.Error("a released portion is still bound")
	}
}

// TestInheritHostile: sources that are absent close the portion, and circles
// end.
func TestInheritHostile(t *testing.T) {
	i := valid()
	i.Portions[0].Marking, _ = parse(t, "TLP:CLEAR // ORCON")
	i.Portions[1].Marking, _ = parse(t, "TLP:CLEAR")
	i.Portions[1].DerivedFrom = []ref.PortionID{portionID(77)}
	if got := intel.Banner(i.Inherit().Portions[1].Marking, intel.Grading{}); got != "TLP:CLEAR // REL:nobody" {
		t.Error(got)
	}
	i.Portions[0].DerivedFrom = []ref.PortionID{portionID(1), portionID(0)}
	i.Portions[1].DerivedFrom = []ref.PortionID{portionID(0)}
	for n, p := range i.Inherit().Portions {
		if !p.Marking.Binds(intel.ORCON) {
			t.Errorf("portion %d of a circle is free", n+1)
		}
	}
}

func TestInheritIsNeverWider(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		i := item(t)
		got := i.Inherit()
		at := make(map[ref.PortionID]intel.Portion)
		for _, p := range i.Portions {
			at[p.ID] = p
		}
		for n, p := range i.Portions {
			if len(p.DerivedFrom) == 0 {
				if !reflect.DeepEqual(got.Portions[n], p) {
					t.Fatalf("portion %d derives from nothing and changed", n+1)
				}
				continue
			}
			narrower(t, got.Portions[n].Marking, p.Marking)
			for _, id := range p.DerivedFrom {
				narrower(t, got.Portions[n].Marking, at[id].Marking)
			}
		}
	})
}

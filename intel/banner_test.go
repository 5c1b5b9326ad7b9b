package intel_test

import (
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"comity/fault"
	"comity/intel"
)

// TestBannerRoundTrip: every valid marking and grading has one line, which
// reads back to exactly the same.
func TestBannerRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, g := consistent(marking(t)), grading(t)
		line := intel.Banner(m, g)
		m2, g2, err := intel.ParseBanner(line)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if !reflect.DeepEqual(m, m2) || g != g2 {
			t.Fatalf("%s\n%+v %+v\n%+v %+v", line, m, g, m2, g2)
		}
		if again := intel.Banner(m2, g2); again != line {
			t.Fatalf("%s became %s", line, again)
		}
		if strings.ContainsAny(line, "\n\r") {
			t.Fatalf("%q is not one line", line)
		}
	})
}

// TestMarkingVectors reads the banner vectors: most of them are refused.
func TestMarkingVectors(t *testing.T) {
	var vectors []struct{ Name, Input, Outcome, Banner string }
	readVectors(t, "marking.json", &vectors)
	good, refused := 0, 0
	for _, v := range vectors {
		t.Run(v.Name, func(t *testing.T) {
			m, g, err := intel.ParseBanner(v.Input)
			if v.Outcome == "ok" {
				good++
				if err != nil || intel.Banner(m, g) != v.Banner {
					t.Fatalf("%q became %q: %v", v.Input, intel.Banner(m, g), err)
				}
				return
			}
			refused++
			if err == nil || fault.KindOf(err).String() != v.Outcome {
				t.Fatalf("%q became %q: %v", v.Input, intel.Banner(m, g), err)
			}
			if !reflect.DeepEqual(m, intel.Marking{}) || g != (intel.Grading{}) {
				t.Fatal("a refused banner left something behind")
			}
		})
	}
	if refused < 3*good {
		t.Errorf("%d refusals for %d successes: the vectors are too kind", refused, good)
	}
}

func readVectors(t *testing.T, name string, into any) {
	t.Helper()
	raw, err := os.ReadFile("../doc/spec/vectors/" + name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, into); err != nil {
		t.Fatal(err)
	}
}

// TestItemBanner: the banner of an item is the strictest of its parts, and an
// audience without a common party is shown as nobody, never left out.
func TestItemBanner(t *testing.T) {
	i := valid()
	for _, c := range []struct{ first, second, want string }{
		{"TLP:GREEN // COMMUNITY:us/**", "TLP:RED", "TLP:RED // REL:us/**"},
		{"TLP:AMBER // REL:us/**", "TLP:AMBER // REL:mx/**", "TLP:AMBER // REL:nobody"},
		{"TLP:CLEAR", "NOFWD", "TLP:CLEAR // REL:nobody // NOFWD"},
		{"", "", "REL:nobody"},
		{"REL:us/** // TTL:2026-03-01", "REL:us/dea // TTL:2026-02-01 // FORM:pointer", "REL:us/dea // FORM:pointer // TTL:2026-02-01"},
		{"TLP:RED // admiralty:B2", "TLP:RED // admiralty:B2", "TLP:RED"},
		{"CLASS:uk:SECRET", "CLASS:uk:TOP SECRET // TLP:RED", "CLASS:uk:TOP SECRET // TLP:RED // REL:nobody"},
	} {
		i.Portions[0].Marking, i.Portions[0].Grading = parse(t, c.first)
		i.Portions[1].Marking, i.Portions[1].Grading = parse(t, c.second)
		if got := i.Banner(); got != c.want {
			t.Errorf("%s and %s: %s", c.first, c.second, got)
		}
	}
	if (intel.Item{}).Banner() != "" {
		t.Error("an item without portions has a banner")
	}
}

func parse(t *testing.T, banner string) (intel.Marking, intel.Grading) {
	t.Helper()
	m, g, err := intel.ParseBanner(banner)
	if err != nil {
		t.Fatal(banner, err)
	}
	return m, g
}

func FuzzParseBanner(f *testing.F) {
	for _, s := range []string{"TLP:AMBER+STRICT // NOFWD // NOCOURT // REL:us/**,mx/semar // 4x4:B2 // ASKACT // TTL:2026-01-31",
		`COND:"a // b" // COND:c`, `COND:"`, "NOT:mx/sedena:contact // NOT:us", "admiralty:B2[unknown,none,doubtful]", " // ", "LIMDIS // EYES:mx#ab", "-TLP", "TTL:30d", "TLP:GREEN"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m, g, err := intel.ParseBanner(s, epoch)
		if err != nil {
			if fault.KindOf(err) == fault.Internal {
				t.Fatalf("%q: %v", s, err)
			}
			return
		}
		line := intel.Banner(m, g)
		m2, g2, err := intel.ParseBanner(line)
		if err != nil || !reflect.DeepEqual(m, m2) || g != g2 {
			t.Fatalf("%q gave %q, which gave %+v: %v", s, line, m2, err)
		}
	})
}

package intel_test

import (
	"testing"

	"comity/intel"
)

// TestClassification: the one form of a classification, sorted, and of two
// levels that a scheme orders only the higher.
func TestClassification(t *testing.T) {
	for in, want := range map[string]string{
		"uk:secret":              "uk:SECRET",
		"UK:Top Secret":          "uk:TOP SECRET",
		"us:SECRET,uk:SECRET":    "uk:SECRET,us:SECRET",
		"uk:SECRET, uk:OFFICIAL": "uk:SECRET",
		"uk:OFFICIAL-SENSITIVE,uk:SECRET,uk:UNCLASSIFIED": "uk:SECRET",
		"uk:SECRET,uk:SECRET":                             "uk:SECRET",
		"nato:COSMIC,nato:SECRET":                         "nato:COSMIC,nato:SECRET",
		"mx:RESERVADA":                                    "mx:RESERVADA",
	} {
		var m intel.Marking
		if err := m.Set("CLASS:" + in); err != nil || m.Classification != want {
			t.Errorf("%q became %q: %v", in, m.Classification, err)
		}
	}
}

// TestCombinedClassification: the higher where a scheme orders the two, and
// both where nobody can tell.
func TestCombinedClassification(t *testing.T) {
	for _, c := range []struct{ a, b, want string }{
		{"", "", ""},
		{"uk:SECRET", "", "uk:SECRET"},
		{"", "uk:SECRET", "uk:SECRET"},
		{"uk:SECRET", "uk:SECRET", "uk:SECRET"},
		{"uk:OFFICIAL", "uk:SECRET", "uk:SECRET"},
		{"uk:TOP SECRET", "us:SECRET", "uk:TOP SECRET,us:SECRET"},
		{"nato:COSMIC", "nato:SECRET", "nato:COSMIC,nato:SECRET"},
		{"nato:COSMIC,nato:SECRET", "nato:TOP SECRET", "nato:COSMIC,nato:TOP SECRET"},
		{"eu:RESTRICTED,us:SECRET", "eu:CONFIDENTIAL", "eu:CONFIDENTIAL,us:SECRET"},
	} {
		a, b := intel.Marking{Classification: c.a}, intel.Marking{Classification: c.b}
		for _, m := range []intel.Marking{intel.Combine(a, b), intel.Combine(b, a)} {
			if m.Classification != c.want {
				t.Errorf("%q and %q: %q", c.a, c.b, m.Classification)
			}
		}
	}
}

// TestClassificationIsNoAudience: a level opens a text to nobody and closes it
// to nobody.
func TestClassificationIsNoAudience(t *testing.T) {
	for _, level := range []string{"uk:UNCLASSIFIED", "uk:TOP SECRET", "us:SECRET,uk:SECRET"} {
		m := intel.Marking{Classification: level}
		if !m.Unmarked() || m.Conditions() != nil || m.Binds(intel.NOFWD) || m.Binds(intel.ORCON) {
			t.Errorf("%s was read as more than a level", level)
		}
	}
}

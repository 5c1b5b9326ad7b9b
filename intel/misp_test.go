package intel_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"comity/intel"
)

type taxonomy struct {
	Predicates []struct{ Value string }
	Values     []struct {
		Predicate string
		Entry     []struct{ Value string }
	}
}

func readTaxonomy(t *testing.T, name string) taxonomy {
	t.Helper()
	raw, err := os.ReadFile("../../shared/data/misp/taxonomies/" + name + ".json")
	if err != nil {
		t.Skip("the MISP taxonomies are not beside this repository; get them from github.com/MISP/misp-taxonomies")
	}
	var x taxonomy
	if err := json.Unmarshal(raw, &x); err != nil {
		t.Fatal(err)
	}
	return x
}

// TestAgainstMISPLabels: every label that MISP's taxonomy of the traffic
// light has is read here, but for those that FIRST never had.
func TestAgainstMISPLabels(t *testing.T) {
	own := map[string]bool{"unclear": true, "ex:chr": true}
	for _, p := range readTaxonomy(t, "tlp").Predicates {
		var m intel.Marking
		if err := m.Set("TLP:" + p.Value); (err == nil) == own[p.Value] {
			t.Errorf("tlp:%s: %v", p.Value, err)
		}
	}
}

// TestAgainstMISPAdmiralty: the Admiralty letters and figures are MISP's,
// without the community's G.
func TestAgainstMISPAdmiralty(t *testing.T) {
	for _, v := range readTaxonomy(t, "admiralty-scale").Values {
		for _, e := range v.Entry {
			code := strings.ToUpper(e.Value) + "1"
			if v.Predicate == "information-credibility" {
				code = "A" + e.Value
			}
			_, err := intel.ParseGrade(intel.Admiralty, code)
			if (err == nil) == (code == "G1") {
				t.Errorf("%s: %v", code, err)
			}
		}
	}
}

package mention_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"comity/intel"
	"comity/mention"
	"comity/ref"
)

// TestPhonesAsTheyAreWritten reads one number written in many ways inside a
// sentence. Those that are not the same may not become the same.
func TestPhonesAsTheyAreWritten(t *testing.T) {
	b, err := os.ReadFile(shared + "matching/phones/written-variants-a.tsv")
	if err != nil {
		t.Skip("the phones are not there: put them at ../shared/data/matching beside the repository")
	}
	same, found, labelled, wrong := 0, 0, 0, 0
	for line := range strings.SplitSeq(strings.TrimSpace(string(b)), "\n") {
		c := strings.Split(line, "\t")
		if len(c) < 4 || c[0] == "e164" {
			continue
		}
		o := mention.Options{Region: c[2]}
		bare := strings.Contains(in(t, "reached "+c[1]+" at noon", o, mention.Phone)+"|", "="+c[0]+"|")
		known := strings.Contains(in(t, "tel. "+c[1]+", noon", o, mention.Phone)+"|", "="+c[0]+"|")
		if c[3] == "0" {
			if bare || known {
				wrong++
			}
			continue
		}
		same++
		if bare {
			found++
		}
		if known {
			labelled++
		} else {
			t.Logf("not found behind a label: %q (%s, %s)", c[1], c[2], c[0])
		}
	}
	t.Logf("phones: %d written forms, found %d without a label and %d with one; %d others taken for the same", same, found, labelled, wrong)
	if ratio(found, same) < 0.90 || ratio(labelled, same) < 0.95 || wrong > 0 {
		t.Errorf("phones: found %d and %d of %d, %d wrong", found, labelled, same, wrong)
	}
}

// TestIdentifiersOfTheTreasury reads the documents of listed parties as a sentence
// would have them.
func TestIdentifiersOfTheTreasury(t *testing.T) {
	f, err := os.Open(shared + "ofac-sdn/identifiers-2022-12.tsv.gz")
	if err != nil {
		t.Skip("OFAC's identifiers are not there: put them at ../shared/data/ofac-sdn beside the repository")
	}
	defer func() { _ = f.Close() }()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	labels := map[string]struct {
		lead  string
		kind  mention.Kind
		least float64
	}{
		"curp": {"C.U.R.P. ", mention.Identity, .95}, "rfc": {"R.F.C. ", mention.Identity, .95}, "cedula": {"cédula No. ", mention.Identity, .9}, "nit": {"NIT ", mention.Identity, .9},
		"imo": {"IMO ", mention.Vessel, .9}, "mmsi": {"MMSI ", mention.Vessel, .9}, "crypto": {"", mention.Wallet, .8}, "email": {"", mention.Email, .95},
		"aircraft-tail": {"tail number ", mention.Aircraft, .5}, "passport": {"passport ", mention.Passport, .7}, "phone": {"tel. ", mention.Phone, .5}, "website": {"", mention.Web, .6},
	}
	all, found, sure := map[string]int{}, map[string]int{}, map[string]int{}
	s := bufio.NewScanner(z)
	for s.Scan() {
		c := strings.Split(s.Text(), "\t")
		l, ok := labels[c[1]]
		if !ok {
			continue
		}
		all[c[1]]++
		got := in(t, "seen with "+l.lead+c[2]+" in the house", mention.Options{}, l.kind)
		if got != "" {
			found[c[1]]++
		}
		if strings.HasPrefix(got, "!") {
			sure[c[1]]++
		}
	}
	for kind, n := range all {
		t.Logf("| %s | %d | %.2f | %.2f |", kind, n, ratio(found[kind], n), ratio(sure[kind], n))
		if ratio(found[kind], n) < labels[kind].least {
			t.Errorf("%s: %d of %d found", kind, found[kind], n)
		}
	}
}

// TestNamesOfTypesAreFollowTheMoneys looks every schema and property up in the model,
// and has a portion take each value as a statement.
func TestNamesOfTypesAreFollowTheMoneys(t *testing.T) {
	b, err := os.ReadFile(shared + "ftm/model-defaultModel.json")
	if err != nil {
		t.Skip("the model is not there: put it at ../shared/data/ftm beside the repository")
	}
	var model struct {
		Schemata map[string]struct {
			Extends    []string
			Properties map[string]json.RawMessage
		}
	}
	if err := json.Unmarshal(b, &model); err != nil {
		t.Fatal(err)
	}
	var has func(schema, property string) bool
	has = func(schema, property string) bool {
		s, ok := model.Schemata[schema]
		if _, here := s.Properties[property]; here || !ok {
			return ok
		}
		return slices.ContainsFunc(s.Extends, func(up string) bool { return has(up, property) })
	}
	seen := map[mention.Kind]bool{}
	for _, text := range []string{everything, allForms()} {
		found, err := mention.Find(text, mention.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range found {
			seen[m.Kind] = true
			if !has(m.Schema, m.Property) {
				t.Errorf("FollowTheMoney has no %s of a %s (%s)", m.Property, m.Schema, m.Why)
			}
			if m.Value == "" {
				continue
			}
			p := intel.Portion{ID: ref.PortionID{1}, Kind: intel.Fact, Text: "x", Statements: []intel.Statement{{Entity: "e1", Schema: m.Schema, Property: m.Property, Value: m.Value}}}
			if err := p.Validate(1); err != nil && strings.Contains(err.Error(), "statement") {
				t.Errorf("%q as a statement: %v", m.Value, err)
			}
		}
	}
	for _, k := range mention.Kinds {
		if !seen[k] {
			t.Errorf("no %s was tried", k)
		}
	}
}

package demo

import (
	"encoding/csv"
	"os"
	"strings"
	"testing"

	"comity/intel"
)

// Every sentence of the story's report about a listed person is a fact of the
// list, as the extract that the project carries has it.
func TestListedPersonIsQuotedFromTheList(t *testing.T) {
	f, err := os.Open("data/ofac-extract.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	_, texts, err := intel.FromText(report)
	if err != nil {
		t.Fatal(err)
	}
	named := 0
	for _, r := range rows[1:] {
		for _, text := range texts {
			plain := strings.Join(strings.Fields(text), " ")
			if !strings.Contains(plain, r[1]) {
				continue
			}
			named++
			want := "The list of Specially Designated Nationals of 28 December 2022 has an entry " + r[0] + ", " + r[1] + ", an " + r[2] +
				", under the programme " + r[3] + "; it gives the date of birth "
			rest, ok := strings.CutPrefix(plain, want)
			if !ok {
				t.Fatalf("the portion says something else of %s: %s", r[1], plain)
			}
			// What is left is made of the remarks, and of nothing else.
			facts := strings.NewReplacer("DOB ", "", "alt. ", "", "POB ", "").Replace(strings.TrimSuffix(r[4], "."))
			for _, fact := range strings.Split(facts, "; ") {
				if !strings.Contains(rest, fact) {
					t.Errorf("the list says %q", fact)
				}
				rest = strings.Replace(rest, fact, "", 1)
			}
			if rest != " (also  and ) and the place of birth ." {
				t.Errorf("beside the facts the portion says %q", rest)
			}
		}
	}
	if named != 1 {
		t.Errorf("%d listed persons are named", named)
	}
}

func TestScript(t *testing.T) {
	s, err := newScript("")
	if err != nil || len(s.texts) < 4 {
		t.Fatal(len(s.texts), err)
	}
	want := []intel.Form{intel.Copy, intel.Copy, intel.Pointer, intel.Pointer, intel.Withheld}
	for i, f := range want {
		if s.forms[i] != f {
			t.Errorf("portion %d goes as %s", i+1, s.forms[i])
		}
	}
}

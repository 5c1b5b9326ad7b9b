package ftm_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"comity/fault"
	"comity/ftm"
)

func TestCheck(t *testing.T) {
	for _, good := range [][3]string{{"Person", "name", "A"}, {"Person", "birthDate", "1966-07-17"}, {"Person", "birthDate", "1966"}, {"Person", "birthDate", "2024-02-29"},
		{"Membership", "startDate", "2011-05"}, {"Organization", "parent", "cjng"}, {"Vehicle", "registrationNumber", "ABC-1"}, {"Event", "date", "2024-07-26T10:00:00Z"},
		{"LegalEntity", "phone", "+52"}, {"Person", "notes", "x"}} {
		if err := ftm.Check(good[0], good[1], good[2]); err != nil {
			t.Errorf("%v: %v", good, err)
		}
	}
	for _, c := range []struct{ schema, property, value, says string }{
		{"Personn", "alias", "x", "Person,"}, {"person", "name", "x", "Person,"}, {"Person", "nonsense", "x", "did you mean"}, {"Person", "alais", "x", "alias"},
		{"Person", "vin", "x", "did you mean"}, {"Person", "birthDate", "yesterday", "2024-07-26"}, {"Person", "birthDate", "1980-02-31", "2024"},
		{"Person", "birthDate", "2023-02-29", "2024"}, {"Membership", "startDate", "2020-13", "2024"}, {"Membership", "startDate", "2020-00", "2024"},
		{"Membership", "endDate", "last-year", "2024"}, {"Membership", "endDate", "20", "2024"}, {"Membership", "endDate", "2020-1-1", "2024"}, {"", "name", "x", "did you mean"},
	} {
		err := ftm.Check(c.schema, c.property, c.value)
		if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s %s %s: %v", c.schema, c.property, c.value, err)
		}
	}
}

func TestIsAndNames(t *testing.T) {
	for name, got := range map[string]bool{"a person is a legal entity": ftm.Is("Person", "LegalEntity"), "a company is an organisation": ftm.Is("Company", "Organization"),
		"a member is named": ftm.Names("Membership", "member"), "a parent is named": ftm.Names("Organization", "parent"),
		"a person is no organisation": !ftm.Is("Person", "Organization"), "nothing is nothing": !ftm.Is("Nothing", "Nothing"), "a role is not named": !ftm.Names("Membership", "role")} {
		if !got {
			t.Error("not so: ", name)
		}
	}
}

// The names are those of the model that they were taken from.
func TestModel(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("..", "..", "shared", "data", "ftm", "model-defaultModel.json"))
	if err != nil {
		t.Skip("the model is not there: put it at ../shared/data/ftm beside the repository")
	}
	var m struct {
		Schemata map[string]struct {
			Extends    []string
			Properties map[string]struct {
				Type, Range string
				Stub        bool
			}
		}
	}
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatal(err)
	}
	var want []string
	for name, s := range m.Schemata {
		slices.Sort(s.Extends)
		block := []string{strings.Join(append([]string{name}, s.Extends...), " ")}
		for p, d := range s.Properties {
			if !d.Stub {
				block = append(block, strings.TrimRight("\t"+p+" "+d.Type+" "+d.Range, " "))
			}
		}
		slices.Sort(block[1:])
		want = append(want, strings.Join(block, "\n"))
	}
	slices.Sort(want)
	got, err := os.ReadFile("model.txt")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != strings.Join(want, "\n")+"\n" {
		t.Error("model.txt is another one")
	}
}

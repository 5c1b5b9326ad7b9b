package party_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"comity/fault"
	"comity/party"
)

// parse reads one text as what a vector says it is.
func parse(what, s string) (string, error) {
	switch what {
	case "name":
		n, err := party.ParseName(s)
		return string(n), err
	case "pattern":
		p, err := party.ParsePattern(s)
		return string(p), err
	case "handle":
		h, err := party.ParseHandle(s)
		return string(h), err
	default:
		p, err := party.ParsePerson(s)
		if err != nil {
			return "", err
		}
		return p.String(), nil
	}
}

// TestVectors: every text of the vectors is taken as it stands or refused.
func TestVectors(t *testing.T) {
	raw, err := os.ReadFile("../doc/spec/vectors/names.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []struct{ Name, What, Input, Outcome string }
	if err := json.Unmarshal(raw, &vectors); err != nil {
		t.Fatal(err)
	}
	good, refused := 0, 0
	for _, v := range vectors {
		t.Run(v.What+" "+v.Name, func(t *testing.T) {
			got, err := parse(v.What, v.Input)
			if v.Outcome == "ok" {
				good++
				if err != nil || got != v.Input {
					t.Fatalf("%q became %q: %v", v.Input, got, err)
				}
				return
			}
			refused++
			if fault.KindOf(err).String() != v.Outcome || err == nil {
				t.Fatalf("%q gave %q, %v; want %s", v.Input, got, err, v.Outcome)
			}
			if got != "" {
				t.Fatalf("a refused text left %q behind", got)
			}
		})
	}
	if refused < 2*good {
		t.Errorf("%d refusals for %d successes: the vectors are too kind", refused, good)
	}
}

func TestNameParts(t *testing.T) {
	for _, c := range []struct{ name, state, agency, parent party.Name }{
		{"mx", "mx", "mx", ""},
		{"mx/semar", "mx", "mx/semar", "mx"},
		{"mx/semar/uin", "mx", "mx/semar", "mx/semar"},
		{"a/b/c/d/e/f", "a", "a/b", "a/b/c/d/e"},
	} {
		if c.name.State() != c.state || c.name.Agency() != c.agency || c.name.Parent() != c.parent {
			t.Errorf("%s: %s, %s, %s", c.name, c.name.State(), c.name.Agency(), c.name.Parent())
		}
	}
}

func TestWithin(t *testing.T) {
	for _, c := range []struct {
		n, other party.Name
		want     bool
	}{
		{"mx/semar/uin", "mx/semar/uin", true},
		{"mx/semar/uin", "mx/semar", true},
		{"mx/semar/uin", "mx", true},
		{"mx", "mx/semar", false},
		{"mx/semarx", "mx/semar", false},
		{"mxx", "mx", false},
		{"mx-2/a", "mx", false},
		{"us/semar", "mx", false},
		{"mx/semar", "", false},
		{"", "", false},
		{"", "mx", false},
	} {
		if got := c.n.Within(c.other); got != c.want {
			t.Errorf("%q.Within(%q) = %v", c.n, c.other, got)
		}
	}
}

// TestDecodedNamesAreChecked: no name that ParseName refuses can be decoded.
func TestDecodedNamesAreChecked(t *testing.T) {
	var v struct {
		N party.Name
		P party.Pattern
		H party.Handle
	}
	for _, in := range []string{`{"N":"MX"}`, `{"N":"mx/*"}`, `{"N":"mx//a"}`, `{"P":"*"}`, `{"P":"mx/**/a"}`, `{"H":"X"}`, `{"H":"1a"}`, `{"H":"señor"}`, `{"N":"nobody"}`, `{"P":"nobody/**"}`} {
		if err := json.Unmarshal([]byte(in), &v); err == nil {
			t.Errorf("%s was decoded", in)
		}
	}
	if err := json.Unmarshal([]byte(`{"N":"mx/semar","P":"us/**","H":"lince"}`), &v); err != nil || v.P != "us/**" {
		t.Error(err)
	}
	if err := json.Unmarshal([]byte(`{"N":"","P":"","H":""}`), &v); err != nil || v.N != "" || v.P != "" || v.H != "" {
		t.Error("the empty text is the unset name", err)
	}
}

func anyName(t *rapid.T, label string) party.Name {
	// Few letters, so that names meet one another.
	return party.Name(strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "a-b"}), 1, 4).Draw(t, label), "/"))
}

func anyPattern(t *rapid.T, label string) party.Pattern {
	n := anyName(t, label)
	switch rapid.IntRange(0, 8).Draw(t, label+" reach") {
	case 0:
		return party.Everybody
	case 1:
		return party.Nobody
	case 2, 3, 4:
		return party.Pattern(n + "/**")
	case 5, 6:
		return party.Pattern(n + "/*")
	default:
		return party.Pattern(n)
	}
}

func TestMatchBelowIsWithin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, root := anyName(t, "name"), anyName(t, "root")
		if party.Pattern(root+"/**").Match(n) != n.Within(root) {
			t.Fatalf("%s/** and Within differ for %s", root, n)
		}
		if party.Pattern(root+"/*").Match(n) != (n.Parent() == root) {
			t.Fatalf("%s/* and Parent differ for %s", root, n)
		}
		if party.Pattern(root).Match(n) != (n == root) {
			t.Fatalf("%s and %s", root, n)
		}
	})
}

func FuzzParseName(f *testing.F) {
	for _, s := range []string{"mx", "mx/semar/uin", "", "/", "a//b", "A", "-", "nobody", "ñ", "a\x00", strings.Repeat("a", 97)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := party.ParseName(s)
		if err != nil {
			if n != "" {
				t.Fatalf("refused %q left %q", s, n)
			}
			return
		}
		if string(n) != s || len(s) > 96 || strings.ContainsAny(s, "*# :,\n") || n.State() == "" || !n.Within(n.Agency()) {
			t.Fatalf("%q was taken as %q", s, n)
		}
		if p, err := party.ParsePattern(s); err != nil || !p.Match(n) {
			t.Fatalf("the name %q is no pattern: %v", s, err)
		}
	})
}

func FuzzParsePattern(f *testing.F) {
	for _, s := range []string{"**", "*", "mx/*", "mx/**", "mx/***", "*/mx", "mx/**/a", "nobody", "mx", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := party.ParsePattern(s)
		if err != nil {
			return
		}
		if string(p) != s {
			t.Fatalf("%q became %q", s, p)
		}
		if n, ok := p.Exact(); ok != !strings.Contains(s, "*") && p != party.Nobody || ok && !p.Match(n) {
			t.Fatalf("%q is exactly %q, %v", s, n, ok)
		}
		if !p.Covers(p) || !party.Everybody.Covers(p) {
			t.Fatalf("%q is not covered", s)
		}
	})
}

func FuzzParseHandle(f *testing.F) {
	for _, s := range []string{"lince", "a", "", "A1", "1a", "a b", "a#b", strings.Repeat("a", 33)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		h, err := party.ParseHandle(s)
		if err == nil && (string(h) != s || len(s) < 2 || len(s) > 32 || strings.ContainsAny(s, "#,/ \n*")) {
			t.Fatalf("%q was taken as %q", s, h)
		}
	})
}

func FuzzParsePerson(f *testing.F) {
	for _, s := range []string{"mx/semar/uin#lince", "mx#ab", "#", "mx#", "#ab", "mx#a#b", "mx/*#ab", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if p, err := party.ParsePerson(s); err == nil && p.String() != s {
			t.Fatalf("%q became %q", s, p)
		}
	})
}

package packs_test

import (
	"os"
	"strings"
	"testing"

	"comity/law"
	"comity/packs"
	"comity/release"
)

// A pack that ships says of itself how well it is known, and shows by example
// what it means.
func TestShippedPacksCanBeJudged(t *testing.T) {
	names := packs.Names()
	if len(names) < 2 {
		t.Fatalf("only %d packs ship", len(names))
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			p := read(t, name)
			if p.ID != name || p.ReviewedBy != "" || p.Confidence == "" {
				t.Errorf("id %q, reviewed by %q, confidence %q", p.ID, p.ReviewedBy, p.Confidence)
			}
			if len(p.Examples) < 3 {
				t.Errorf("%d examples; a reader needs three", len(p.Examples))
			}
			if len(p.Notes) == 0 {
				t.Error("no notes: there is always something the language cannot say")
			}
			for _, r := range p.Rules {
				if len(r.Sources) == 0 {
					t.Errorf("rule %s names no source", r.ID)
				}
			}
		})
	}
}

// A rule that no example shows is a rule that nobody has checked.
func TestEveryShippedRuleIsShown(t *testing.T) {
	unseen := map[string]bool{ // acts that no situation of an example can pose yet
		"mx-guidelines-2021/MXL-2": true, "mx-statute-2020/MX-70b": true,
	}
	for _, name := range packs.Names() {
		p := read(t, name)
		shown := map[string]bool{}
		for _, e := range p.Examples {
			for _, x := range e.Expect {
				shown[x.Rule] = true
			}
		}
		for _, r := range p.Rules {
			if id := name + "/" + r.ID; !shown[r.ID] && !unseen[id] {
				t.Errorf("no example shows %s", id)
			}
		}
	}
}

func read(t *testing.T, name string) law.Pack {
	t.Helper()
	b, ok := packs.File(name)
	if !ok {
		t.Fatalf("the pack %s is not there", name)
	}
	p, problems := law.Parse(name+".yaml", b)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return p
}

// The pack that the guide shows is sound, and does what its examples say.
func TestTheGuidesPack(t *testing.T) {
	b, err := os.ReadFile("../doc/example-pack.yaml")
	if err != nil {
		t.Fatal(err)
	}
	p, problems := law.Parse("example-pack.yaml", b)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	outcomes, err := release.TryExamples(p)
	if err != nil || len(outcomes) != 3 {
		t.Fatalf("%d examples (%v)", len(outcomes), err)
	}
	for _, o := range outcomes {
		if !o.OK() {
			t.Errorf("%s: %v", o.Name, o.Want)
		}
	}
}

// What a pack that ships says in its own words has its Spanish, and nothing else does.
func TestPacksAreSaidInSpanish(t *testing.T) {
	b, err := os.ReadFile("es.txt")
	if err != nil {
		t.Fatal(err)
	}
	left := map[string]bool{}
	for line := range strings.Lines(string(b)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		english, text, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if !ok || text == "" || left[english] {
			t.Errorf("%q has no tab and Spanish, or stands there twice", line)
		}
		left[english] = true
	}
	want := func(name, english string) {
		t.Helper()
		if english == "" {
			return
		}
		if text, ok := packs.Said("es", english); !ok || text == english {
			t.Errorf("%s: %q has no Spanish in es.txt", name, english)
		}
		delete(left, strings.Join(strings.Fields(english), " "))
	}
	for _, name := range packs.Names() {
		p := read(t, name)
		want(name, p.Title)
		for _, one := range p.Parties {
			want(name, one.Title)
		}
		for _, r := range p.Rules {
			want(name, r.Title)
			want(name, r.Words)
			for _, e := range r.Exemptions {
				want(name, e.Note)
			}
		}
		for _, n := range p.Notes {
			want(name, n)
		}
	}
	for english := range left {
		t.Errorf("es.txt: no pack says %q", english)
	}
	if _, ok := packs.Said("es", "nothing of the kind"); ok {
		t.Error("what no pack says has a Spanish")
	}
	if _, ok := packs.Said("fr", "The community"); ok {
		t.Error("there is French")
	}
}

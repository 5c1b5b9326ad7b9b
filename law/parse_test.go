package law_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"comity/law"
	"comity/packs"
)

const sound = `id: xx-test-1
version: 1
title: A pack
jurisdiction: XX
status: in_force
effective: [2020-01-01, null]
reviewed_by: null
confidence: A
calendars: [{parties: [xx/**], zone: Europe/Berlin}]
covers: [xx/**]
sources:
  - {id: "1", text: "a gazette"}
parties:
  - {name: xx/a, title: A, kind: agency}
tags:
  - {tag: xx.servant, parties: [xx/**], except: [xx/court]}
rules:
  - id: R-1
    title: Report
    words: Tell A.
    duty_holder: {tag: xx.servant}
    trigger: {kinds: [receive], counterpart: {party: "**"}}
    recipients: [{party: xx/a}]
    deadline: {amount: 3, unit: day, calendar: ambiguous}
    scope: contact
    force: must
    sources: ["1"]
`

func TestSoundPackIsRead(t *testing.T) {
	p, problems := law.Parse("p.yaml", []byte(sound))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if r := p.Rules[0]; r.Confidence != law.WordingRead || r.Status != law.InForce || len(p.Calendars) != 1 {
		t.Fatalf("%+v", p)
	}
}

type vector struct{ Name, Input, Outcome, At, Says string }

func vectors(t testing.TB) []vector {
	t.Helper()
	b, err := os.ReadFile("../doc/spec/vectors/pack.json")
	if err != nil {
		t.Fatal(err)
	}
	var list []vector
	if err := json.Unmarshal(b, &list); err != nil || len(list) < 30 {
		t.Fatalf("%d vectors: %v", len(list), err)
	}
	return list
}

// Every mistake is told with the line and column where it stands and a hint.
func TestPackVectors(t *testing.T) {
	for _, c := range vectors(t) {
		t.Run(c.Name, func(t *testing.T) {
			_, problems := law.Parse("p.yaml", []byte(c.Input))
			if (len(problems) == 0) != (c.Outcome == "ok") {
				t.Fatalf("%d problems, want outcome %s", len(problems), c.Outcome)
			}
			all := problems.Error()
			if !strings.Contains(all, c.At) || !strings.Contains(all, c.Says) {
				t.Fatalf("want %q and %q in:\n%s", c.At, c.Says, all)
			}
			for _, p := range problems {
				if p.Hint == "" || p.Where == "" {
					t.Errorf("no place or no hint: %v", p)
				}
			}
		})
	}
}

func TestAllMistakesAreToldAtOnce(t *testing.T) {
	text := strings.NewReplacer("status: in_force", "status: valid", "scope: contact", "scope: gist", "covers: [xx/**]", "covers: []").Replace(sound)
	_, problems := law.Parse("p.yaml", []byte(text))
	if len(problems) != 3 {
		t.Fatalf("%d problems, want 3:\n%s", len(problems), problems.Error())
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(sound))
	for _, n := range packs.Names() {
		b, _ := packs.File(n)
		f.Add(b)
	}
	for _, v := range vectors(f) { // calendars, areas and examples among them
		f.Add([]byte(v.Input))
	}
	f.Add([]byte("a: &a [*a]"))
	f.Add([]byte("- - - -"))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, problems := law.Parse("f", b)
		if (len(problems) == 0) == (p.ID == "") {
			t.Fatalf("a pack %q with %d problems", p.ID, len(problems))
		}
		if len(problems) == 0 {
			if _, err := p.Hash(); err != nil {
				t.Fatal(err)
			}
		}
	})
}

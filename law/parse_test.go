package law_test

import (
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
utc_offset: "+01:00"
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
	if r := p.Rules[0]; r.Confidence != law.WordingRead || r.Status != law.InForce || p.UTCOffset != 60 {
		t.Fatalf("%+v", p)
	}
}

// Every mistake is told with the line and column where it stands and a hint.
func TestPackMistakesAreTold(t *testing.T) {
	for name, c := range map[string]struct{ old, new, at, says string }{
		"unknown key":             {"title: A pack", "titel: A pack", "p.yaml:3:1", "did you mean title?"},
		"missing key":             {"confidence: A\n", "", "p.yaml:1:1", `"confidence" is missing`},
		"twice":                   {"version: 1", "version: 1\nversion: 2", "p.yaml:", "version"},
		"bad status":              {"status: in_force", "status: valid", "p.yaml:5:9", "in_force, contested"},
		"bad id":                  {"id: xx-test-1", "id: XX", "p.yaml:1:5", "not a good name"},
		"dates swapped":           {"[2020-01-01, null]", "[2020-01-01, 2019-01-01]", "p.yaml:6:25", "end before it begins"},
		"no date":                 {"[2020-01-01, null]", "[soon, null]", "p.yaml:6:13", "not a time"},
		"one date":                {"[2020-01-01, null]", "[2020-01-01]", "p.yaml:6:12", "two dates"},
		"bad offset":              {`"+01:00"`, `"1h"`, "p.yaml:9:13", "-06:00"},
		"covers nobody":           {"covers: [xx/**]", "covers: []", "p.yaml:10:9", "empty"},
		"bad pattern":             {"covers: [xx/**]", "covers: [XX/**]", "p.yaml:10:10", "lower-case"},
		"undefined tag":           {"duty_holder: {tag: xx.servant}", "duty_holder: {tag: xx.nobody}", "p.yaml:21:24", "not defined"},
		"two holders":             {"duty_holder: {tag: xx.servant}", "duty_holder: {tag: xx.servant, party: xx/a}", "p.yaml:21:18", "one triggering state"},
		"no holder":               {"duty_holder: {tag: xx.servant}", "duty_holder: {}", "p.yaml:21:18", "one of them"},
		"two acts":                {"trigger: {kinds: [receive]", "trigger: {kinds: [receive], and: x", "p.yaml:22:38", "one triggering state"},
		"absence of an act":       {"trigger: {kinds: [receive]", "trigger: {kinds: [receive], unless: x", "p.yaml:22:41", "keep it as a note"},
		"unknown act":             {"kinds: [receive]", "kinds: [overhear]", "p.yaml:22:23", "receive, send, ask"},
		"no act":                  {"kinds: [receive]", "kinds: []", "p.yaml:22:22", "empty"},
		"recipient pattern":       {"[{party: xx/a}]", "[{party: xx/*}]", "p.yaml:23:26", "not the name"},
		"recipient tag":           {"[{party: xx/a}]", "[{tag: xx.servant}]", "p.yaml:23:19", "not known here"},
		"no recipients":           {"recipients: [{party: xx/a}]", "recipients: []", "p.yaml:23:17", "nobody"},
		"no calendar":             {", calendar: ambiguous", "", "p.yaml:24:15", "which days count"},
		"no amount":               {"amount: 3, ", "", "p.yaml:24:15", "amount"},
		"duty without a time":     {"    deadline: {amount: 3, unit: day, calendar: ambiguous}\n", "", "p.yaml:18:5", "no deadline"},
		"power with a time":       {"force: must", "force: may", "p.yaml:24:15", "only a duty"},
		"bad scope":               {"scope: contact", "scope: gist", "p.yaml:25:12", "scopes are"},
		"no scope":                {"scope: contact", "scope: none", "p.yaml:18:5", "passes nothing on"},
		"blockable duty":          {"force: must", "force: must\n    blockable_by_caveat: true", "p.yaml:18:5", "only remove a permission"},
		"source not listed":       {`sources: ["1"]`, `sources: ["9"]`, "p.yaml:27:15", "not listed"},
		"tab":                     {"    force: must", "\tforce: must", "p.yaml:2", "not YAML"},
		"alias":                   {"covers: [xx/**]", "covers: &c [xx/**]\nnotes: *c", "p.yaml:10", "aliases"},
		"two documents":           {"id: xx-test-1", "id: xx-test-1\n---\nid: b", "p.yaml:1", "second document"},
		"scalar for a mapping":    {"duty_holder: {tag: xx.servant}", "duty_holder: everyone", "p.yaml:21:18", "mapping"},
		"scalar for a list":       {"covers: [xx/**]", "covers: xx/**", "p.yaml:10:9", "list"},
		"number for text":         {"title: A pack", "title: []", "p.yaml:3:8", "text is expected"},
		"rule twice":              {"rules:", "rules:\n  - {id: R-1, title: a, words: b, duty_holder: {party: xx/a}, trigger: {kinds: [send]}, recipients: [{party: xx/b}], scope: full, force: may}", "p.yaml:", "stands here twice"},
		"members of an agency":    {"kind: agency}", "kind: agency, members: [xx/b]}", "p.yaml:14:5", "only a group"},
		"bad exemption":           {"    sources: [\"1\"]", "    exemptions: [{when: {party: xx/b}, effect: maybe, note: n}]", "p.yaml:27:", "exempt"},
		"deadline from elsewhere": {"calendar: ambiguous}", "calendar: ambiguous, from: discovery}", "p.yaml:24:", "from: trigger"},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(sound, c.old, c.new, 1)
			if text == sound {
				t.Fatal("the case changes nothing")
			}
			_, problems := law.Parse("p.yaml", []byte(text))
			if len(problems) == 0 {
				t.Fatal("accepted")
			}
			all := problems.Error()
			if !strings.Contains(all, c.at) || !strings.Contains(all, c.says) {
				t.Fatalf("want %q and %q in:\n%s", c.at, c.says, all)
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

package web_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"comity/console"
)

// manyParties is a pack by which what one unit gets reaches some sixty parties.
func manyParties() []byte {
	var b strings.Builder
	b.WriteString(`id: mx-many
version: 1
title: A land of many offices
jurisdiction: MX
status: in_force
effective: [2020-01-01, null]
reviewed_by: null
confidence: A
covers: ["mx/**"]
sources:
  - {id: "1", text: "made up"}
parties:
`)
	rules := []struct {
		id, prefix, holder, scope, force, deadline string
		n                                          int
	}{
		{"R1", "mx/fleet", "mx/semar/uin", "full", "standing_access", "", 14},
		{"R2", "mx/region", "mx/semar/uin", "contact", "must", "{amount: 5, unit: day, calendar: calendar, from: trigger}", 20},
		{"R3", "mx/court", "mx/semar/uin", "full", "compelled", "", 8},
		{"R4", "mx/office", "mx/region-1", "contact", "must", "{amount: 10, unit: day, calendar: calendar, from: trigger}", 12},
		{"R5", "mx/desk", "mx/region-2", "contact", "must", "{amount: 30, unit: day, calendar: calendar, from: trigger}", 8},
	}
	for _, r := range rules {
		for i := range r.n {
			fmt.Fprintf(&b, "  - {name: %s-%d, title: The %s number %d, kind: agency}\n", r.prefix, i+1, strings.TrimPrefix(r.prefix, "mx/"), i+1)
		}
	}
	b.WriteString("rules:\n")
	for _, r := range rules {
		fmt.Fprintf(&b, "  - id: %s\n    title: Rule %s\n    words: What %s learns reaches the %s.\n    duty_holder: {party: %s}\n    trigger: {kinds: [receive]}\n    recipients: [", r.id, r.id, r.holder, r.prefix, r.holder)
		for i := range r.n {
			if i > 0 {
				b.WriteString(", ")
			}
			fmt.Fprintf(&b, "{party: %s-%d}", r.prefix, i+1)
		}
		fmt.Fprintf(&b, "]\n    scope: %s\n    force: %s\n    sources: [\"1\"]\n", r.scope, r.force)
		if r.deadline != "" {
			b.WriteString("    deadline: " + r.deadline + "\n")
		}
	}
	return []byte(b.String())
}

// A plan that reaches sixty parties is told in few lines, with all of them in it.
func TestPlanOfMany(t *testing.T) {
	p := newPair(t)
	tell(p.us, "chief", console.AddPack{File: "many.yaml", Source: manyParties()})
	page := p.us.post("ana", "/items/"+p.plain+"/plan", url.Values{"to": {"mx/semar/uin"}, "act": {"plan"}}).Body.String()
	if n := strings.Count(page, "<tr"); n > 20 {
		t.Errorf("it is told in %d lines", n)
	}
	for _, want := range []string{"mx/fleet-14", "mx/region-20", "mx/court-8", "mx/office-12", "mx/desk-8", "<svg", "The fleet number 3"} {
		if !strings.Contains(page, want) {
			t.Errorf("the plan does not show %s", want)
		}
	}
	if n := strings.Count(page, `class="note bad"`) + strings.Count(page, `class="note warn"`); n > 12 {
		t.Errorf("there are %d notes", n)
	}
}

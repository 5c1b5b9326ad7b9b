package contact_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"comity/contact"
	"comity/fault"
	"comity/law"
	"comity/party"
	"comity/release"
	"comity/wire"
)

var lince = party.Actor{Handle: "lince", Unit: "mx/semar/uin", Roles: []party.Role{party.Analyst}}

// noRules is a node without packs.
type noRules struct{}

func (noRules) Prepared(context.Context, wire.Time, []string) (*release.Rules, error) {
	return release.Prepare(release.World{}), nil
}

// A contact says with whom, when, about what and what for; what it leaves out
// its reports could not say.
func TestContactsThatMakeNoSense(t *testing.T) {
	now := time.Date(2026, 11, 20, 15, 0, 0, 0, time.UTC)
	c := contact.New(contact.Config{Node: "mx/semar", Rules: noRules{}, Now: func() time.Time { return now }})
	sound := release.Contact{Kind: law.Meet, With: "us/dea/desk", At: wire.At(now), Topic: "pumps", Purpose: "a joint case"}
	p, err := c.Plan(context.Background(), lince, sound)
	if err != nil || p.Contact.Holder != lince.Unit || len(p.Needs) != 0 {
		t.Fatalf("the sound one: %+v, %v", p, err)
	}
	if len(p.Unknown) == 0 {
		t.Error("without packs nobody's duties are known, and the plan does not say so")
	}
	for name, change := range map[string]func(r *release.Contact){
		"no kind":             func(r *release.Contact) { r.Kind = "" },
		"a sending":           func(r *release.Contact) { r.Kind = law.Send },
		"with nobody":         func(r *release.Contact) { r.With = "" },
		"with one's own":      func(r *release.Contact) { r.With = "mx/semar/otra" },
		"at no time":          func(r *release.Contact) { r.At = wire.Time{} },
		"about nothing":       func(r *release.Contact) { r.Topic = " " },
		"for nothing":         func(r *release.Contact) { r.Purpose = "" },
		"a long topic":        func(r *release.Contact) { r.Topic = strings.Repeat("x", 201) },
		"a topic that turns":  func(r *release.Contact) { r.Topic = "a\u202eb" },
		"a purpose of lines":  func(r *release.Contact) { r.Purpose = "a\nb" },
		"an area there isn't": func(r *release.Contact) { r.Areas = append(r.Areas, "fishing") },
	} {
		bad := sound
		change(&bad)
		if _, err := c.Plan(context.Background(), lince, bad); !fault.Is(err, fault.Invalid) && !fault.Is(err, fault.TooLarge) {
			t.Errorf("%s: %v", name, err)
		}
	}
	auditor := lince
	auditor.Roles = []party.Role{party.Auditor}
	if _, err := c.Plan(context.Background(), auditor, sound); !fault.Is(err, fault.Denied) {
		t.Errorf("an auditor plans: %v", err)
	}
}

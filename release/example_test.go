package release_test

import (
	"testing"

	"comity/intel"
	"comity/law"
	"comity/packs"
	"comity/release"
)

// Every example of every pack that ships does what it says.
func TestShippedExamples(t *testing.T) {
	for _, name := range packs.Names() {
		p := shipped(t, name).Packs[0]
		outcomes, err := release.TryExamples(p)
		if err != nil || len(outcomes) < 3 {
			t.Errorf("%s: %d examples, %v", name, len(outcomes), err)
		}
		for _, o := range outcomes {
			for _, w := range o.Want {
				t.Errorf("%s, %s: %s", name, o.Name, w)
			}
		}
	}
}

// An example that says something else than the rules is found out.
func TestExamplesCanFail(t *testing.T) {
	p := shipped(t, "mx-guidelines-2021").Packs[0]
	good := p.Examples[0]
	for name, spoil := range map[string]func(*law.Example){
		"another scope": func(e *law.Example) { e.Expect[0].Scope.Content = intel.Full },
		"another party": func(e *law.Example) { e.Expect[0].Party = "mx/cni" },
		"another rule":  func(e *law.Example) { e.Expect[0].Rule = "MXL-9" },
		"another time":  func(e *law.Example) { e.Expect[0].By = e.Expect[0].By[:1] },
		"nobody learns": func(e *law.Example) { e.Nobody = []string{"mx/**"} },
		"another act":   func(e *law.Example) { e.Situation.To = "mx/fgr/seido" },
	} {
		e := good
		e.Expect = append([]law.Expected{}, good.Expect...)
		spoil(&e)
		p.Examples = []law.Example{e}
		if o, err := release.TryExamples(p); err != nil || o[0].OK() {
			t.Errorf("%s: it holds all the same (%v)", name, err)
		}
	}
}

// Acceptance test 1, the part about the platform: a copy sent to the navy can
// be looked at by others at will; a room leaves them nothing.
func TestAcceptance1Platform(t *testing.T) {
	w := shipped(t, "mx-platform-2025", "mx-guidelines-2021")
	i := item(t, "TLP:AMBER+STRICT // REL:mx/semar/uin")
	q := ask(i, uin, intel.Copy)
	p := decide(t, w, q)
	for _, n := range []string{"mx/cni", "mx/sspc", "mx/fgr"} {
		found := false
		for _, r := range p.Rows {
			found = found || string(r.Party) == n && r.Force == law.StandingAccess && r.Scope.Content == intel.Full && r.Reach == release.Sure
		}
		if !found {
			t.Errorf("%s can look into it", n)
		}
	}
	if !p.Blocked() {
		t.Error("standing access breaks the promise")
	}
	// In a room nothing of that is sure. That a superior orders a report, which
	// then stands in a joined system, is possible, and is shown as such.
	q.Recipients[0].Forms[0] = intel.Room
	p = decide(t, w, q)
	for _, r := range p.Rows {
		if r.Force == law.StandingAccess && (r.Reach == release.Sure || r.Path[0].Rule != release.Structure) {
			t.Errorf("%s sees %s of what is read in a room: %v", r.Party, r.Scope, r.Path)
		}
	}
	if p.Blocked() {
		t.Errorf("a room keeps the promise: %v", told(p))
	}
}

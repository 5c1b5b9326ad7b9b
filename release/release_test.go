package release_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"comity/intel"
	"comity/law"
	"comity/packs"
	"comity/party"
	"comity/ref"
	"comity/release"
	"comity/wire"
)

func shipped(t testing.TB, names ...string) release.World {
	t.Helper()
	var w release.World
	for _, n := range names {
		b, ok := packs.File(n)
		if !ok {
			t.Fatalf("no pack %s", n)
		}
		p, problems := law.Parse(n, b)
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		w.Packs = append(w.Packs, p)
	}
	return w
}

// pack reads a pack made of rules alone, for xx/** and everybody else.
func pack(t testing.TB, rules string) law.Pack {
	t.Helper()
	return packOf(t, "xx-test", rules)
}

func packOf(t testing.TB, id, rules string) law.Pack {
	t.Helper()
	parties := ""
	for _, m := range regexp.MustCompile(`recipients: \[\{party: ([^}]+)\}`).FindAllStringSubmatch(rules, -1) {
		parties += "  - {name: " + m[1] + ", title: T, kind: agency}\n"
	}
	text := "id: " + id + `
version: 1
title: Test
jurisdiction: XX
status: in_force
effective: [2020-01-01, null]
reviewed_by: null
confidence: A
covers: [xx/**, yy/**, us/**]
sources: []
parties:
  - {name: xx/club, title: Club, kind: group, members: [xx/m1, xx/m2]}
` + parties + "rules:\n" + rules
	p, problems := law.Parse(id+".yaml", []byte(text))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return p
}

func rule(id, holder, to, scope, force, more string) string {
	deadline := ""
	if force == "must" {
		deadline = ", deadline: {amount: 1, unit: hour}"
	}
	return "  - {id: " + id + ", title: t, words: w, duty_holder: {party: " + holder + "}, trigger: {kinds: [receive, read]" + more +
		"}, recipients: [{party: " + to + "}], scope: " + scope + ", force: " + force + deadline + "}\n"
}

const uin = party.Name("mx/semar/uin")

var now = wire.At(time.Date(2026, 11, 20, 15, 0, 0, 0, time.UTC)) // a Friday

// item makes an item with one portion per marking line.
func item(t testing.TB, banners ...string) intel.Item {
	t.Helper()
	i := intel.Item{ID: ref.ItemID{1}, Kind: intel.Report, Version: 1, Originator: "us/dea/desk", Author: "ana", Title: "Boats", Created: now,
		Topic: "boats", Purpose: "interdiction"}
	for n, b := range banners {
		m, g, err := intel.ParseBanner(b)
		if err != nil {
			t.Fatal(err)
		}
		i.Portions = append(i.Portions, intel.Portion{ID: ref.PortionID{byte(n + 1)}, Kind: intel.Fact, Text: "text", Marking: m, Grading: g,
			Substitute: "cleaned", Hint: ""})
	}
	return i
}

func ask(i intel.Item, to party.Name, forms ...intel.Form) release.Question {
	return release.Question{Item: i, Sender: i.Originator, Recipients: []release.Recipient{{Party: to, Forms: forms}}, At: now}
}

func decide(t testing.TB, w release.World, q release.Question) release.Plan {
	t.Helper()
	p, err := release.Decide(w, q)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// reach gives the rows of a party as text: "sure summary+contact [1] a/b>c/d".
func reach(p release.Plan, n party.Name) []string {
	var list []string
	for _, r := range p.Rows {
		if r.Party == n {
			s := string(r.Reach) + " " + r.Scope.String()
			for _, st := range r.Path {
				s += " " + st.Rule
			}
			list = append(list, s)
		}
	}
	return list
}

func one(t *testing.T, p release.Plan, n party.Name, want string) release.Row {
	t.Helper()
	got := reach(p, n)
	if len(got) != 1 || got[0] != want {
		t.Fatalf("%s: got %q, want %q", n, got, want)
	}
	for _, r := range p.Rows {
		if r.Party == n {
			return r
		}
	}
	panic("unreachable")
}

// Acceptance test 1, the part about the closure: under the guidelines the two
// ministries learn of the contact, both readings of the deadline are given;
// under the statute they get a summary.
func TestAcceptance1Closure(t *testing.T) {
	q := ask(item(t, "TLP:AMBER+STRICT // REL:mx/semar/uin"), uin, intel.Copy)
	guidelines := decide(t, shipped(t, "mx-guidelines-2021"), q)
	for _, n := range []party.Name{"mx/sre", "mx/sspc"} {
		r := one(t, guidelines, n, "sure contact mx-guidelines-2021/MXL-1")
		if len(r.Latest) != 2 || r.Latest[0].At.String() != "2026-11-23T15:00:00Z" || r.Latest[1].At.String() != "2026-11-25T15:00:00Z" {
			t.Errorf("deadlines %v", r.Latest)
		}
		if r.Status != law.Contested || r.Confidence != law.AccountRead {
			t.Errorf("%v %v", r.Status, r.Confidence)
		}
	}
	if guidelines.Blocked() {
		t.Errorf("the guidelines keep the promise: %v", guidelines.Conflicts)
	}
	statute := decide(t, shipped(t, "mx-statute-2020"), q)
	one(t, statute, "mx/sre", "sure summary+contact mx-statute-2020/MX-70a")
	one(t, statute, "mx/sspc", "sure summary+contact mx-statute-2020/MX-70a")
	if !statute.Blocked() {
		t.Error("a summary outside the organisation breaks AMBER+STRICT and REL")
	}
	both := decide(t, shipped(t, "mx-statute-2020", "mx-guidelines-2021"), q)
	one(t, both, "mx/sre", "sure summary+contact mx-statute-2020/MX-70a")
	if got := reach(both, "mx/semar"); len(got) != 1 || got[0] != "possible full+contact structure/chain-of-command" {
		t.Errorf("the chain of command: %q", got)
	}
}

// Acceptance test 4: a pointer to the same officer tells at most that it
// exists, beside the contact.
func TestAcceptance4Pointer(t *testing.T) {
	for _, name := range packs.Names() {
		p := decide(t, shipped(t, name), ask(item(t, "TLP:AMBER+STRICT // REL:mx/semar/uin"), uin, intel.Pointer))
		for _, r := range p.Rows {
			if r.Scope.Content > intel.Exists {
				t.Errorf("%s: %s sees %s", name, r.Party, r.Scope)
			}
		}
		if p.Packs[0].ID != "mx-platform-2025" && strings.HasPrefix(p.Packs[0].ID, "mx-") && len(reach(p, "mx/sre")) != 1 {
			t.Errorf("%s: the contact is reported all the same: %v", name, reach(p, "mx/sre"))
		}
	}
}

// Acceptance test 15: an expired pack changes new closures only; an old plan
// replays to the same bytes from the packs of its date.
func TestAcceptance15Expiry(t *testing.T) {
	w := shipped(t, "mx-guidelines-2021")
	q := ask(item(t, "TLP:AMBER+STRICT // REL:mx/semar/uin"), uin, intel.Copy)
	before := decide(t, w, q)
	stored, err := wire.Encode(before)
	if err != nil {
		t.Fatal(err)
	}
	w.Packs[0].Until = now.Add(24 * time.Hour)
	w.Packs[0].Version = 2
	old := shipped(t, "mx-guidelines-2021")
	again, err := wire.Encode(decide(t, old, q))
	if err != nil || string(again) != string(stored) {
		t.Fatal("the replay differs")
	}
	q.At = now.Add(48 * time.Hour)
	after := decide(t, w, q)
	if len(reach(after, "mx/sre")) != 0 {
		t.Error("an expired pack still counts")
	}
	if len(after.Unknown) != 3 { // the recipient, its agency, and the sender
		t.Errorf("nobody knows their duties now: %+v", after.Unknown)
	}
	if len(after.Packs) != 0 {
		t.Error("the plan names a pack that did not count")
	}
}

func TestUnknownIsNeverShownAsSafe(t *testing.T) {
	p := decide(t, release.World{}, ask(item(t, "TLP:CLEAR"), "br/pf/dcor", intel.Copy))
	var names []string
	for _, u := range p.Unknown {
		names = append(names, string(u.Party))
		if u.Why == "" {
			t.Errorf("%s: no reason", u.Party)
		}
	}
	if got := strings.Join(names, " "); got != "br/pf br/pf/dcor us/dea/desk" {
		t.Errorf("unknown: %s", got)
	}
	// The prosecutor is bound by an agreement that no pack holds.
	p = decide(t, shipped(t, "mx-guidelines-2021"), ask(item(t, "TLP:CLEAR"), "mx/fgr/seido", intel.Copy))
	found := false
	for _, u := range p.Unknown {
		found = found || u.Party == "mx/fgr/seido" && strings.Contains(u.Why, "separate exchange")
	}
	if !found || len(reach(p, "mx/sre")) != 0 {
		t.Errorf("the exemption must show as not known: %+v", p.Unknown)
	}
}

func TestClosure(t *testing.T) {
	for name, c := range map[string]struct {
		rules string
		form  intel.Form
		mark  string
		who   party.Name
		want  string // rows joined by " | "
	}{
		"a summary never grows back": {
			rule("A", "xx/u", "xx/a", "summary", "must", "") + rule("B", "xx/a", "xx/b", "full", "must", ""),
			intel.Copy, "TLP:CLEAR", "xx/b", "sure summary xx-test/A xx-test/B"},
		"contact passes on only by rules that name it": {
			rule("A", "xx/u", "xx/a", "full+contact", "must", "") + rule("B", "xx/a", "xx/b", "full", "must", ""),
			intel.Copy, "TLP:CLEAR", "xx/b", "sure full xx-test/A xx-test/B"},
		"a permission makes the rest possible": {
			rule("A", "xx/u", "xx/a", "full", "may", "") + rule("B", "xx/a", "xx/b", "full", "must", ""),
			intel.Copy, "TLP:CLEAR", "xx/b", "possible full xx-test/A xx-test/B"},
		"sure and possible stand side by side": {
			rule("A", "xx/u", "xx/a", "contact", "must", "") + rule("B", "xx/u", "xx/a", "full", "may", ""),
			intel.Copy, "TLP:CLEAR", "xx/a", "sure contact xx-test/A | possible full xx-test/B"},
		"circles end": {
			rule("A", "xx/u", "xx/a", "full", "must", "") + rule("B", "xx/a", "xx/b", "full", "must", "") + rule("C", "xx/b", "xx/a", "full", "must", ""),
			intel.Copy, "TLP:CLEAR", "xx/a", "sure full xx-test/A"},
		"ties break by rule": {
			rule("Z", "xx/u", "xx/a", "full", "must", "") + rule("B", "xx/u", "xx/a", "full", "must", ""),
			intel.Copy, "TLP:CLEAR", "xx/a", "sure full xx-test/B"},
		"members of a group learn what it learns": {
			rule("A", "xx/u", "xx/club", "contact", "must", ""),
			intel.Copy, "TLP:CLEAR", "xx/m2", "sure contact xx-test/A structure/member-of-group"},
		"a pointer passes on no more than that it exists": {
			rule("A", "xx/u", "xx/a", "full+contact", "must", ""),
			intel.Pointer, "TLP:CLEAR", "xx/a", "sure exists+contact xx-test/A"},
		"a room leaves nothing for standing access to copies": {
			rule("A", "xx/u", "xx/a", "full", "standing_access", ", forms: [copy, substitute]"),
			intel.Room, "TLP:CLEAR", "xx/a", ""},
		"standing access sees copies": {
			rule("A", "xx/u", "xx/a", "full", "standing_access", ", forms: [copy, substitute]"),
			intel.Copy, "TLP:CLEAR", "xx/a", "sure full xx-test/A"},
		"what binds an agency binds its units": {
			rule("A", "xx", "yy/a", "full", "must", ""),
			intel.Copy, "TLP:CLEAR", "yy/a", "sure full xx-test/A"},
		"and those directly below it": {
			strings.Replace(rule("A", "xx", "yy/a", "full", "must", ""), "{party: xx}", "{party: xx/*}", 1),
			intel.Copy, "TLP:CLEAR", "yy/a", "sure full xx-test/A"},
		"a unit's duty does not bind its neighbour": {
			rule("A", "xx/u2", "yy/a", "full", "must", ""),
			intel.Copy, "TLP:CLEAR", "yy/a", ""},
		"an exemption of the agency does not free its units": {
			strings.Replace(rule("A", "xx", "yy/a", "full", "must", ""), "scope: full", "exemptions: [{when: {party: xx}, effect: exempt, note: n}], scope: full", 1),
			intel.Copy, "TLP:CLEAR", "yy/a", "sure full xx-test/A"},
		"a counterpart agency means its units too": {
			rule("A", "xx/u", "yy/a", "full", "must", ", counterpart: {party: us/dea}"),
			intel.Copy, "TLP:CLEAR", "yy/a", "sure full xx-test/A"},
		"another counterpart does not trigger": {
			rule("A", "xx/u", "xx/a", "full", "must", ", counterpart: {party: us/fbi/**}"),
			intel.Copy, "TLP:CLEAR", "xx/a", ""},
		"a caveat removes a permission": {
			strings.Replace(rule("A", "xx/u", "xx/a", "full", "may", ""), "force: may", "force: may, blockable_by_caveat: true", 1),
			intel.Copy, "TLP:CLEAR // NOFWD", "xx/a", ""},
		"a caveat removes no duty": {
			rule("A", "xx/u", "xx/a", "full", "must", ""),
			intel.Copy, "TLP:CLEAR // NOFWD", "xx/a", "sure full xx-test/A"},
		"an unknown caveat closes like NOFWD": {
			strings.Replace(rule("A", "xx/u", "xx/a", "full", "may", ""), "force: may", "force: may, blockable_by_caveat: true", 1),
			intel.Copy, "TLP:CLEAR // FROBNICATE", "xx/a", ""},
		"a permission that no caveat can remove stays": {
			rule("A", "xx/u", "xx/a", "full", "may", ""),
			intel.Copy, "TLP:CLEAR // NOFWD", "xx/a", "possible full xx-test/A"},
	} {
		t.Run(name, func(t *testing.T) {
			w := release.World{Packs: []law.Pack{pack(t, c.rules)}}
			p := decide(t, w, ask(item(t, c.mark), "xx/u", c.form))
			if got := strings.Join(reach(p, c.who), " | "); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// The sender's own rules count too: what it must tell about sending.
func TestSenderSide(t *testing.T) {
	i := item(t, "TLP:CLEAR")
	i.Originator = "mx/semar/uin"
	p := decide(t, shipped(t, "mx-guidelines-2021"), ask(i, "us/dea/desk", intel.Copy))
	one(t, p, "mx/sre", "sure contact mx-guidelines-2021/MXL-1")
	if len(p.Duties) != 2 || p.Duties[0].Rule != "mx-guidelines-2021/MXL-1" || p.Duties[0].To != "mx/sre" {
		t.Errorf("duties %+v", p.Duties)
	}
	if got := reach(p, "mx/semar"); len(got) != 0 {
		t.Errorf("the sender's own chain of command is no news: %q", got)
	}
}

func TestQuestionsThatMakeNoSense(t *testing.T) {
	i := item(t, "TLP:CLEAR", "TLP:CLEAR")
	i.Portions[1].Substitute = ""
	for name, q := range map[string]release.Question{
		"no recipient":         {Item: i, Sender: i.Originator, At: now},
		"too few forms":        ask(i, uin, intel.Copy),
		"all withheld":         ask(i, uin, intel.Withheld, intel.Withheld),
		"substitute not there": ask(i, uin, intel.Copy, intel.Substitute),
		"own agency":           ask(i, "us/dea/other", intel.Copy, intel.Copy),
		"twice": {Item: i, Sender: i.Originator, At: now, Recipients: []release.Recipient{
			{Party: uin, Forms: []intel.Form{4, 4}}, {Party: uin, Forms: []intel.Form{1, 1}}}},
	} {
		if _, err := release.Decide(release.World{}, q); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestPlanIsTheSameInAnyOrderOfPacks(t *testing.T) {
	q := ask(item(t, "TLP:AMBER+STRICT", "TLP:GREEN // COMMUNITY:mx/**"), uin, intel.Copy, intel.Pointer)
	a := shipped(t, "mx-statute-2020", "mx-guidelines-2021")
	b := shipped(t, "mx-guidelines-2021", "mx-statute-2020")
	for range 20 {
		x, err := decide(t, a, q).Hash()
		if err != nil {
			t.Fatal(err)
		}
		if y, _ := decide(t, b, q).Hash(); x != y {
			t.Fatal("the order of packs changes the plan")
		}
	}
}

func TestSameLooksPastTheClockOnly(t *testing.T) {
	w := shipped(t, "mx-guidelines-2021")
	q := ask(item(t, "TLP:AMBER+STRICT // REL:mx/semar/uin"), uin, intel.Copy)
	p := decide(t, w, q)
	later := q
	later.At = now.Add(20 * time.Hour)
	if !p.Same(decide(t, w, later)) {
		t.Error("only the clock moved")
	}
	wider := q
	wider.Recipients = []release.Recipient{{Party: uin, Forms: []intel.Form{intel.Pointer}}}
	if p.Same(decide(t, w, wider)) {
		t.Error("another form is another plan")
	}
	if p.Same(decide(t, shipped(t, "mx-guidelines-2021", "mx-statute-2020"), q)) {
		t.Error("other packs are another plan")
	}
}

// A duty's time starts when its holder learns at the latest, and behind a step
// without a deadline there is none.
func TestDeadlinesAddUpAlongAPath(t *testing.T) {
	rules := rule("A", "xx/u", "xx/a", "full", "must", "") + rule("B", "xx/a", "xx/b", "full", "must", "") +
		rule("C", "xx/u", "xx/c", "full", "may", "") + rule("D", "xx/c", "xx/d", "full", "must", "")
	p := decide(t, release.World{Packs: []law.Pack{pack(t, rules)}}, ask(item(t, "TLP:CLEAR"), "xx/u", intel.Copy))
	for who, want := range map[party.Name]string{"xx/u": "", "xx/a": "2026-11-20T16:00:00Z", "xx/b": "2026-11-20T17:00:00Z", "xx/c": "", "xx/d": ""} {
		got := ""
		for _, r := range p.Rows {
			if r.Party == who && len(r.Latest) > 0 {
				got = r.Latest[0].At.String()
			}
		}
		if got != want {
			t.Errorf("%s is told by %q, want %q", who, got, want)
		}
	}
}

// A label that this node does not know is read as the strictest.
func TestUnknownLabelIsTheStrictest(t *testing.T) {
	i := item(t, "TLP:CLEAR")
	w := release.World{Packs: []law.Pack{pack(t, rule("A", "xx/u", "xx/a", "full", "must", ""))}}
	i.Portions[0].Marking.TLP = "ULTRAVIOLET"
	if p := decide(t, w, ask(i, "xx/u", intel.Copy)); !p.Blocked() {
		t.Errorf("an unknown label let it pass: %+v", p.Conflicts)
	}
}

// A stored plan replays to the same bytes with the packs of its date, whatever
// became of them since; the search starts from what was stored.
func TestStoredPlanReplays(t *testing.T) {
	w := shipped(t, "mx-statute-2020", "mx-guidelines-2021")
	q := ask(item(t, "TLP:AMBER+STRICT // REL:mx/semar/uin", "TLP:RED"), uin, intel.Copy, intel.Pointer)
	b, err := wire.Encode(decide(t, w, q))
	if err != nil {
		t.Fatal(err)
	}
	var stored release.Plan
	if err := wire.Decode(b, &stored, wire.Default); err != nil {
		t.Fatal(err)
	}
	again, err := release.Decide(w, release.Question{Item: q.Item, Sender: stored.Sender, Recipients: stored.Recipients, Never: stored.Never, At: stored.At, Automated: stored.Automated})
	if err != nil {
		t.Fatal(err)
	}
	if c, err := wire.Encode(again); err != nil || string(c) != string(b) {
		t.Errorf("the replay differs (%v)", err)
	}
}

// Acceptance test 3: TLP:RED to somebody whose duty tells a summary is a
// conflict; if the duty tells the contact alone, it is allowed, and shown.
func TestAcceptance3Red(t *testing.T) {
	red := ask(item(t, "TLP:RED"), uin, intel.Copy)
	if p := decide(t, shipped(t, "mx-statute-2020"), red); !p.Blocked() {
		t.Error("a summary is told of what is for the recipients alone")
	}
	p := decide(t, shipped(t, "mx-guidelines-2021"), red)
	if p.Blocked() {
		t.Errorf("the contact is tolerated: %v", told(p))
	}
	one(t, p, "mx/sre", "sure contact mx-guidelines-2021/MXL-1")
}

// Acceptance test 13, the part about the closure: a caveat that nobody here
// knows binds as ORCON and NOFWD, for every recipient there is.
func TestAcceptance13UnknownCaveat(t *testing.T) {
	w := shipped(t, "us-third-agency")
	open := decide(t, w, ask(fromMexico(t, "TLP:CLEAR"), "us/dea/desk", intel.Copy))
	closed := decide(t, w, ask(fromMexico(t, "TLP:CLEAR // FROBNICATE"), "us/dea/desk", intel.Copy))
	may := func(p release.Plan) (n int) {
		for _, r := range p.Rows {
			if r.Force == law.May {
				n++
			}
		}
		return n
	}
	if may(open) == 0 || may(closed) != 0 {
		t.Errorf("permissions: %d without a caveat, %d under one that is not known", may(open), may(closed))
	}
}

func fromMexico(t testing.TB, banner string) intel.Item {
	i := item(t, banner)
	i.Originator = uin
	return i
}

// Deadlines of a pack are counted by its holder's calendar, and the earlier
// reading comes first, in every pack that ships.
func TestReadingsStandInOrder(t *testing.T) {
	for _, name := range packs.Names() {
		w := shipped(t, name)
		for _, e := range w.Packs[0].Examples {
			s := e.Situation
			for _, r := range release.Prepare(w).Reach(release.Act{Kind: s.Kind, Holder: s.To, Counterpart: s.From, Form: intel.Copy, At: s.At}) {
				for i := 1; i < len(r.Latest); i++ {
					if r.Latest[i].At.Before(r.Latest[i-1].At) {
						t.Errorf("%s: %v", name, r.Latest)
					}
				}
			}
		}
	}
}

package release_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"comity/intel"
	"comity/law"
	"comity/party"
	"comity/ref"
	"comity/release"
)

const (
	dea  = party.Name("us/dea/cdmx")
	rcmp = party.Name("ca/rcmp/o-div")
)

// sentH2 is a portion of a DEA report as the navy's unit holds it: H2, not to
// be forwarded (doctrine, acceptance test 5).
func sentH2(t *testing.T) intel.Origin {
	t.Helper()
	m, _, err := intel.ParseBanner("TLP:AMBER+STRICT // REL:mx/semar/uin // NOFWD // ORCON")
	if err != nil {
		t.Fatal(err)
	}
	return intel.Origin{Cut: ref.CutID{7}, Portion: 2, From: dea, To: []party.Name{uin}, Marking: m}
}

// derived asks to send on, in other words, what came from the DEA. The author
// marks as wide as can be: it is no help.
func derived(t *testing.T) release.Question {
	t.Helper()
	return release.Question{Sender: uin, At: now, Recipients: []release.Recipient{{Party: rcmp, Forms: []intel.Form{intel.Copy}}},
		Item: intel.Item{ID: ref.ItemID{1}, Kind: intel.Report, Version: 1, Originator: uin, Title: "A buyer", Created: now,
			Portions: []intel.Portion{{ID: ref.PortionID{1}, Kind: intel.Fact, Text: "Somebody bought pumps.", Substitute: "A purchase.",
				Marking: intel.Marking{TLP: intel.TLPClear}, Origins: []intel.Origin{sentH2(t)}}}}}
}

// leave is what the DEA's yes to such a question gives.
func leave(q release.Question) release.Authorised {
	o := q.Item.Portions[0].Origins[0]
	asked := release.Cut{ID: ref.CutID{9}, Originator: uin, Title: q.Item.Title, Topic: q.Item.Topic, Purpose: q.Item.Purpose,
		Authorisation: &intel.Authorisation{Act: string(law.Send), To: []party.Name{rcmp}, Allow: []intel.Allowance{{Party: rcmp, Scope: intel.Scope{Content: intel.Full, Contact: true}}}},
		Portions:      []release.CutPortion{{Text: q.Item.Portions[0].Text, Origins: []release.CutOrigin{{Cut: o.Cut, Portion: o.Portion}}}}}
	a, _ := release.AuthorisedBy(asked, "us/dea", now.Add(-time.Hour), now.Add(time.Hour), ref.Hash{5})
	return a
}

func planned(t *testing.T, q release.Question, packs ...string) release.Plan {
	t.Helper()
	p, err := release.Decide(shipped(t, packs...), q)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestWhatAPartnerSentStaysBoundInOtherWords(t *testing.T) {
	p := planned(t, derived(t))
	if !p.Blocked() {
		t.Fatal("a portion derived from NOFWD // ORCON went to somebody else")
	}
	var promises []string
	for _, c := range p.Conflicts {
		if !c.Blocks {
			continue // its superiors can order it; that is warned of
		}
		promises = append(promises, c.Promise)
		if c.By != dea || c.Party != rcmp || !strings.Contains(c.Why, "us/dea/cdmx sent it") {
			t.Errorf("conflict %+v does not say whose promise it is", c)
		}
		if !slices.ContainsFunc(c.Remedies, func(r release.Remedy) bool { return r.Kind == release.Authorise }) {
			t.Errorf("%s has no remedy authorise: %v", c.Promise, c.Remedies)
		}
	}
	for _, want := range []string{"NOFWD of us/dea/cdmx", "ORCON of us/dea/cdmx", "TLP:AMBER+STRICT of us/dea/cdmx", "REL:mx/semar/uin of us/dea/cdmx"} {
		if !slices.Contains(promises, want) {
			t.Errorf("promises broken are %v, not %s", promises, want)
		}
	}
}

func TestAnAuthorisationLiftsWhatItSays(t *testing.T) {
	q := derived(t)
	q.Authorised = []release.Authorised{leave(q)}
	p := planned(t, q)
	if p.Blocked() {
		t.Fatalf("authorised by its originator, and blocked: %+v", p.Conflicts)
	}
	if len(p.Authorised) != 1 || p.Authorised[0].Proof.IsZero() {
		t.Errorf("the plan does not hold the authorisation: %+v", p.Authorised)
	}
	again, err := release.Decide(shipped(t), release.QuestionOf(p, q.Item))
	if err != nil {
		t.Fatal(err)
	}
	a, _ := p.Hash()
	if b, _ := again.Hash(); a != b {
		t.Error("a plan with an authorisation does not replay")
	}
}

func TestAnAuthorisationLiftsNothingElse(t *testing.T) {
	for name, change := range map[string]func(q *release.Question, a *release.Authorised){
		"nobody gave it":      func(q *release.Question, a *release.Authorised) { q.Authorised = nil },
		"another gave it":     func(q *release.Question, a *release.Authorised) { a.By = "us/fbi" },
		"it is over":          func(q *release.Question, a *release.Authorised) { a.Until = now.Add(-time.Minute) },
		"it is of tomorrow":   func(q *release.Question, a *release.Authorised) { a.Given = now.Add(time.Hour) },
		"for another sender":  func(q *release.Question, a *release.Authorised) { a.Holder = "mx/fgr/seido" },
		"under a rule":        func(q *release.Question, a *release.Authorised) { a.Rule = "mx-guidelines-2021/MXL-2" },
		"for a meeting":       func(q *release.Question, a *release.Authorised) { a.Act = string(law.Meet) },
		"of another cut":      func(q *release.Question, a *release.Authorised) { a.Passages[0].Cut = ref.CutID{8} },
		"of another portion":  func(q *release.Question, a *release.Authorised) { a.Passages[0].Portion = 1 },
		"for another party":   func(q *release.Question, a *release.Authorised) { a.Allow[0].Party = "ca/rcmp" },
		"for less":            func(q *release.Question, a *release.Authorised) { a.Allow[0].Scope.Content = intel.Summary },
		"the words changed":   func(q *release.Question, a *release.Authorised) { q.Item.Portions[0].Text = "Cano bought pumps." },
		"the topic changed":   func(q *release.Question, a *release.Authorised) { q.Item.Topic = "Cano" },
		"the purpose changed": func(q *release.Question, a *release.Authorised) { q.Item.Purpose = "Cano" },
		"the title changed":   func(q *release.Question, a *release.Authorised) { q.Item.Title = "Cano" },
		"a statement was added": func(q *release.Question, a *release.Authorised) {
			q.Item.Portions[0].Statements = []intel.Statement{{Entity: "p", Schema: "Person", Property: "name", Value: "Cano"}}
		},
		"other words go": func(q *release.Question, a *release.Authorised) { q.Recipients[0].Forms[0] = intel.Substitute },
		"another goes along": func(q *release.Question, a *release.Authorised) {
			q.Recipients = append(q.Recipients, release.Recipient{Party: "ca/cbsa/int", Forms: []intel.Form{intel.Copy}})
		},
		"through another portion": func(q *release.Question, a *release.Authorised) { second(q) },
		"a pointer to another portion": func(q *release.Question, a *release.Authorised) {
			q.Recipients[0].Forms[0], q.Item.Portions[0].Origins[0].Portion = intel.Pointer, 1
		},
		"a pointer with new words": func(q *release.Question, a *release.Authorised) {
			q.Recipients[0].Forms[0], q.Item.Portions[0].Hint = intel.Pointer, "Cano"
		},
	} {
		t.Run(name, func(t *testing.T) {
			q := derived(t)
			a := leave(q)
			q.Authorised = []release.Authorised{a}
			change(&q, &q.Authorised[0])
			p := planned(t, q)
			if !p.Blocked() {
				t.Error("it went")
			}
			partly := []string{"for another party", "by way of another", "for less", "another goes along", "through another portion"}
			if len(p.Authorised) > 0 && !slices.Contains(partly, name) {
				t.Errorf("the plan says that it is authorised: %+v", p.Authorised)
			}
		})
	}
}

// second adds a portion that derives from the first, in words that nobody
// authorised.
func second(q *release.Question) {
	if len(q.Item.Portions) > 1 {
		return
	}
	q.Item.Portions = append(slices.Clone(q.Item.Portions), intel.Portion{ID: ref.PortionID{2}, Kind: intel.Assessment, Text: "Cano means to flood a mine.",
		Marking: intel.Marking{TLP: intel.TLPClear}, DerivedFrom: []ref.PortionID{{1}}})
	q.Recipients = []release.Recipient{{Party: rcmp, Forms: []intel.Form{intel.Copy, intel.Copy}}}
}

func TestTheOriginatorMayHaveItsOwnWordsBack(t *testing.T) {
	q := derived(t)
	q.Recipients[0].Party = dea
	if p := planned(t, q, "mx-guidelines-2021"); p.Blocked() {
		t.Errorf("asking the originator is blocked by its own promise: %+v", p.Conflicts)
	}
}

// What was sent with a bar, an expiry or a ceiling keeps it: no authorisation
// to pass it on lifts those.
func TestAnAuthorisationLiftsNoBarNorExpiry(t *testing.T) {
	for _, element := range []string{"NOT:ca/rcmp", "TTL:2026-01-01", "FORM:pointer"} {
		q := derived(t)
		m, _, err := intel.ParseBanner("TLP:AMBER // NOFWD // " + element)
		if err != nil {
			t.Fatal(err)
		}
		q.Item.Portions[0].Origins[0].Marking = m
		q.Authorised = []release.Authorised{leave(q)}
		if !planned(t, q).Blocked() {
			t.Errorf("%s of the originator was lifted", element)
		}
	}
}

// The recipient of what was authorised is bound by the originator's caveats.
func TestTheOriginatorsCaveatsTravel(t *testing.T) {
	q := derived(t)
	c, err := release.MakeCut(q.Item, q.Recipients[0], ref.CutID{9}, release.Chain{Series: ref.SeriesID{8}}, nil, now)
	if err != nil {
		t.Fatal(err)
	}
	m := c.Portions[0].Marking
	if !m.Has(intel.NOFWD) || !m.Has(intel.ORCON) || m.TLP != intel.TLPAmberStrict || !party.MatchAny(m.Rel, rcmp) || party.MatchAny(m.Rel, uin) {
		t.Errorf("what crosses is marked %s", intel.Banner(m, intel.Grading{}))
	}
	if len(c.Portions[0].Origins) > 0 {
		t.Error("the cut names whence it comes")
	}
	q.Item.Kind, q.Item.Authorisation = intel.Request, &intel.Authorisation{Act: "send", To: []party.Name{rcmp}, Allow: []intel.Allowance{{Party: rcmp}}}
	other := sentH2(t)
	other.From, other.Cut = "us/fbi/ma", ref.CutID{6}
	q.Item.Portions[0].Origins = append(q.Item.Portions[0].Origins, other)
	c, err = release.MakeCut(q.Item, release.Recipient{Party: dea, Forms: []intel.Form{intel.Copy}}, ref.CutID{9}, release.Chain{Series: ref.SeriesID{8}}, nil, now)
	if err != nil {
		t.Fatal(err)
	}
	if o := c.Portions[0].Origins; len(o) != 1 || o[0].Cut != (ref.CutID{7}) {
		t.Errorf("the request names %v to the DEA", o)
	}
}

func TestThePlannerKeepsWhatPartnersPromised(t *testing.T) {
	q := derived(t)
	q.Item.Portions = append(q.Item.Portions, intel.Portion{ID: ref.PortionID{3}, Kind: intel.Fact, Text: "Our own.", Marking: intel.Marking{TLP: intel.TLPClear}})
	q.Recipients[0].Forms = []intel.Form{intel.Copy, intel.Copy}
	best, err := release.Prepare(shipped(t)).Best(q)
	if err != nil {
		t.Fatal(err)
	}
	if f := best.Plan.Recipients[0].Forms; f[0] != intel.Withheld || f[1] != intel.Copy {
		t.Errorf("the planner gives %v", f)
	}
	if len(best.Held) != 1 || !slices.ContainsFunc(best.Held[0].Unlock, func(s string) bool { return strings.Contains(s, "ask us/dea/cdmx to authorise it") }) {
		t.Errorf("it does not say what would unlock it: %+v", best.Held)
	}
	q.Authorised = []release.Authorised{leave(q)}
	if best, err = release.Prepare(shipped(t)).Best(q); err != nil {
		t.Fatal(err)
	}
	if f := best.Plan.Recipients[0].Forms; f[0] != intel.Copy || f[1] != intel.Copy {
		t.Errorf("authorised, the planner gives %v", f)
	}
}

// meeting is a contact of the navy's unit with the DEA.
func meeting(kind law.Trigger) release.Contact {
	return release.Contact{ID: ref.ContactID{3}, Kind: kind, Holder: uin, With: dea, At: now, Topic: "pumps", Purpose: "investigation"}
}

// granted is GANSEG's yes to it.
func granted(rule string) release.Authorised {
	return release.Authorised{By: "mx/ganseg", Rule: rule, Act: string(law.Meet), Holder: uin, When: now, Topic: "pumps", Purpose: "investigation", Given: now.Add(-48 * time.Hour), Proof: ref.Hash{5},
		Allow: []intel.Allowance{{Party: dea, Scope: intel.Contact, Subject: release.ContactSubject(ref.ContactID{3}, dea)}}}
}

// Acceptance test 2: a meeting in person needs GANSEG's leave; a telephone
// call does not, and both are reportable.
func TestMeetingInPersonNeedsAuthorisation(t *testing.T) {
	rules := release.Prepare(shipped(t, "mx-guidelines-2021"))
	plan := func(c release.Contact, in ...release.Authorised) release.ContactPlan {
		t.Helper()
		p, err := rules.Contact(c, in)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	p := plan(meeting(law.Meet))
	if w := p.Wanting(); len(w) != 1 || w[0].By != "mx/ganseg" || len(w[0].Told) != 6 || w[0].Scope != intel.Contact {
		t.Fatalf("a meeting in person wants %+v", w)
	}
	rule := p.Needs[0].Rule
	if p := plan(meeting(law.Call)); len(p.Needs) != 0 {
		t.Errorf("a telephone call wants %+v", p.Needs)
	}
	for _, kind := range release.ContactKinds {
		p := plan(meeting(kind))
		var told []party.Name
		for _, d := range p.Duties {
			told = append(told, d.To)
			if d.Scope != intel.Contact {
				t.Errorf("%s: the report to %s tells %s", kind, d.To, d.Scope)
			}
		}
		want := []party.Name{"mx/sre", "mx/sspc"}
		if kind == law.Meet {
			want = append(want, "mx/ganseg") // which was not asked, and so not told
		}
		if !slices.Equal(told, want) {
			t.Errorf("%s is reportable to %v", kind, told)
		}
		for _, want := range []party.Name{dea, "mx/sre", "mx/sspc"} {
			if !slices.ContainsFunc(p.Rows, func(r release.Row) bool { return r.Party == want && r.Scope == intel.Contact }) {
				t.Errorf("%s: %s does not stand among those who will know", kind, want)
			}
		}
	}
	if p := plan(meeting(law.Meet), granted(rule)); len(p.Wanting()) != 0 || p.Needs[0].Proof != (ref.Hash{5}) || len(p.Authorised) != 1 || len(p.Duties) != 2 {
		t.Errorf("GANSEG gave it, and wanting is %+v", p.Wanting())
	}
	moved := meeting(law.Meet)
	moved.At = now.Add(2 * time.Hour)
	if p := plan(moved, granted(rule)); len(p.Wanting()) != 0 {
		t.Error("a meeting moved by two hours wants it again")
	}
	for name, change := range map[string]func(a *release.Authorised){
		"another gave it": func(a *release.Authorised) { a.By = "mx/sre" },
		"another rule":    func(a *release.Authorised) { a.Rule = "mx-statute-2020/MX-70b" },
		"no rule":         func(a *release.Authorised) { a.Rule = "" },
		"another act":     func(a *release.Authorised) { a.Act = string(law.Call) },
		"another holder":  func(a *release.Authorised) { a.Holder = "mx/semar" },
		"another side":    func(a *release.Authorised) { a.Allow[0].Party = "us/fbi/ma" },
		"a sister unit":   func(a *release.Authorised) { a.Allow[0].Party = "us/dea/miami" },
		"another day":     func(a *release.Authorised) { a.When = now.Add(-24 * time.Hour) },
		"the day after":   func(a *release.Authorised) { a.When = now.Add(13 * time.Hour) },
		"given after":     func(a *release.Authorised) { a.Given = now.Add(time.Hour) },
		"for less":        func(a *release.Authorised) { a.Allow[0].Scope = intel.Scope{} },
		"another contact": func(a *release.Authorised) { a.Allow[0].Subject = release.ContactSubject(ref.ContactID{4}, dea) },
		"a sister's": func(a *release.Authorised) {
			a.Allow[0].Party, a.Allow[0].Subject = "us/dea", release.ContactSubject(ref.ContactID{3}, "us/dea/miami")
		},
		"no contact":       func(a *release.Authorised) { a.Allow[0].Subject = ref.Hash{} },
		"another matter":   func(a *release.Authorised) { a.Topic = "boats" },
		"another purpose":  func(a *release.Authorised) { a.Purpose = "a prosecution" },
		"it is over":       func(a *release.Authorised) { a.Until = now.Add(-time.Hour) },
		"nobody is named":  func(a *release.Authorised) { a.Allow = nil },
		"a foreign GANSEG": func(a *release.Authorised) { a.By = "us/ganseg" },
	} {
		a := granted(rule)
		change(&a)
		if p := plan(meeting(law.Meet), a); len(p.Wanting()) != 1 {
			t.Errorf("%s: the meeting is authorised", name)
		}
	}
	exempt := meeting(law.Meet)
	exempt.Holder = "mx/fgr/seido"
	if p := plan(exempt); !slices.ContainsFunc(p.Unknown, func(u release.Unknown) bool { return u.Party == exempt.Holder }) {
		t.Errorf("the prosecutor, bound by another rule: not known %+v", p.Unknown)
	}
}

// A rule may want a release authorised too: it waits, and nothing else does.
func TestAReleaseThatARuleWantsAuthorised(t *testing.T) {
	w := release.World{Packs: []law.Pack{pack(t, `  - id: ASK
    title: Asks first
    words: The unit asks before it sends abroad.
    duty_holder: {party: xx/u}
    trigger: {kinds: [send], counterpart: {party: us/**}}
    recipients: [{party: xx/boss}]
    deadline: {unit: without_delay}
    scope: contact
    force: must
    authorisation: {needed_when: {kinds: [send]}, by: xx/boss, request_scope: summary}
`)}}
	q := release.Question{Sender: "xx/u", At: now, Recipients: []release.Recipient{{Party: "us/a", Forms: []intel.Form{intel.Copy}}, {Party: "yy/b", Forms: []intel.Form{intel.Copy}}},
		Item: intel.Item{ID: ref.ItemID{1}, Kind: intel.Report, Version: 1, Originator: "xx/u", Title: "T",
			Portions: []intel.Portion{{ID: ref.PortionID{1}, Kind: intel.Fact, Text: "t", Marking: intel.Marking{TLP: intel.TLPClear}}}}}
	p, err := release.Decide(w, q)
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Conflicts) != 1 || p.Conflicts[0].By != "xx/boss" || p.Conflicts[0].Party != "us/a" || p.Conflicts[0].Rule != "xx-test/ASK" || !p.Blocked() {
		t.Fatalf("conflicts are %+v", p.Conflicts)
	}
	best, err := release.Prepare(w).Best(q)
	if err != nil || len(best.Dropped) != 1 || best.Dropped[0] != "us/a" || len(best.Plan.Recipients) != 1 {
		t.Fatalf("the planner drops %v, sends to %v (%v)", best.Dropped, best.Plan.Recipients, err)
	}
	if len(best.Held) == 0 || len(best.Held[0].Why) == 0 || !strings.HasPrefix(best.Held[0].Why[0].Promise, "authorisation by xx/boss") {
		t.Errorf("held is %+v", best.Held)
	}
	for _, r := range p.Conflicts[0].Remedies {
		if r.Kind != release.Authorise && r.Kind != release.Override {
			t.Errorf("%s is offered, and the rule wants it authorised all the same", r.Text)
		}
	}
	version, err := q.Item.Hash()
	if err != nil {
		t.Fatal(err)
	}
	full := intel.Scope{Content: intel.Full, Contact: true}
	for name, change := range map[string]func(q *release.Question, a *release.Authorised){
		"":                 func(q *release.Question, a *release.Authorised) {},
		"for less":         func(q *release.Question, a *release.Authorised) { a.Allow[0].Scope.Content = intel.Exists },
		"another version":  func(q *release.Question, a *release.Authorised) { q.Item.Portions[0].Text = "other" },
		"another item":     func(q *release.Question, a *release.Authorised) { q.Item.ID = ref.ItemID{2} },
		"no version":       func(q *release.Question, a *release.Authorised) { a.Allow[0].Subject = ref.Hash{} },
		"the bare version": func(q *release.Question, a *release.Authorised) { a.Allow[0].Subject = version },
		"another form": func(q *release.Question, a *release.Authorised) {
			a.Allow[0].Subject = intel.SubjectOf(version, "us/a", []intel.Form{intel.Pointer})
		},
		"another portion": func(q *release.Question, a *release.Authorised) {
			a.Allow[0].Subject = intel.SubjectOf(version, "us/a", []intel.Form{intel.Copy, intel.Withheld})
		},
		"it is over":      func(q *release.Question, a *release.Authorised) { a.Until = now.Add(-time.Hour) },
		"another sender":  func(q *release.Question, a *release.Authorised) { a.Holder = "xx/v" },
		"another rule":    func(q *release.Question, a *release.Authorised) { a.Rule = "xx-test/OTHER" },
		"another party":   func(q *release.Question, a *release.Authorised) { a.Allow[0].Party = "yy/b" },
		"another gave it": func(q *release.Question, a *release.Authorised) { a.By = "xx/clerk" },
	} {
		q := q
		q.Item.Portions = slices.Clone(q.Item.Portions)
		q.Authorised = []release.Authorised{{By: "xx/boss", Rule: "xx-test/ASK", Act: "send", Holder: "xx/u", Given: now.Add(-time.Hour),
			Allow: []intel.Allowance{{Party: "us/a", Scope: full, Subject: intel.SubjectOf(version, "us/a", []intel.Form{intel.Copy})}}, Proof: ref.Hash{1}}}
		change(&q, &q.Authorised[0])
		p, err := release.Decide(w, q)
		if err != nil || p.Blocked() != (name != "") || len(p.Authorised) != boolean(name == "") {
			t.Errorf("%q: blocked is %v, authorised %v (%v)", name, p.Blocked(), p.Authorised, err)
		}
	}
}

func boolean(b bool) int {
	if b {
		return 1
	}
	return 0
}

// What a rule wants authorised is authorised for all the forms of a recipient
// together: the planner keeps to that, and gives what Decide lets go.
func TestThePlannerUnderARulesLeave(t *testing.T) {
	w := release.World{Packs: []law.Pack{pack(t, `  - id: ASK
    title: Asks first
    words: The unit asks before it sends abroad.
    duty_holder: {party: xx/u}
    trigger: {kinds: [send], counterpart: {party: us/**}}
    recipients: [{party: xx/boss}]
    deadline: {unit: without_delay}
    scope: contact
    force: must
    authorisation: {needed_when: {kinds: [send]}, by: xx/boss}
`)}}
	portion := func(id byte) intel.Portion {
		return intel.Portion{ID: ref.PortionID{id}, Kind: intel.Fact, Text: "t", Marking: intel.Marking{TLP: intel.TLPClear}}
	}
	q := release.Question{Sender: "xx/u", At: now, Recipients: []release.Recipient{{Party: "us/a", Forms: []intel.Form{intel.Copy, intel.Copy}}, {Party: "yy/b", Forms: []intel.Form{intel.Copy, intel.Copy}}},
		Item: intel.Item{ID: ref.ItemID{1}, Kind: intel.Report, Version: 1, Originator: "xx/u", Title: "T", Portions: []intel.Portion{portion(1), portion(2)}}}
	version, err := q.Item.Hash()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		leave []intel.Form
		to    int
	}{{[]intel.Form{intel.Copy, intel.Copy}, 2}, {[]intel.Form{intel.Copy, intel.Withheld}, 1}} {
		q.Authorised = []release.Authorised{{By: "xx/boss", Rule: "xx-test/ASK", Act: "send", Holder: "xx/u", Given: now.Add(-time.Hour), Proof: ref.Hash{1}, To: []party.Name{"us/a"},
			Allow: []intel.Allowance{{Party: "us/a", Scope: intel.Scope{Content: intel.Full, Contact: true}, Subject: intel.SubjectOf(version, "us/a", c.leave)}}}}
		best, err := release.Prepare(w).Best(q)
		if err != nil || len(best.Plan.Recipients) != c.to || len(best.Dropped) != 2-c.to {
			t.Errorf("leave for %v: sends to %v, drops %v (%v)", c.leave, best.Plan.Recipients, best.Dropped, err)
		}
		if c.to == 1 && (len(best.Held) == 0 || !slices.ContainsFunc(best.Held[0].Unlock, func(s string) bool { return strings.Contains(s, "ask xx/boss") })) {
			t.Errorf("held is %+v", best.Held)
		}
	}
}

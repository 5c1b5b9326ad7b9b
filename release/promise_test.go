package release_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"comity/intel"
	"comity/law"
	"comity/packs"
	"comity/party"
	"comity/ref"
	"comity/release"
)

// told gives the conflicts as text: "1 TLP:RED xx/a blocks".
func told(p release.Plan) []string {
	var list []string
	for _, c := range p.Conflicts {
		word := "warns"
		if c.Blocks {
			word = "blocks"
		}
		list = append(list, fmt.Sprintf("%d %s %s %s", c.Portion, c.Promise, c.Party, word))
	}
	return list
}

// Each marking against a duty of the recipient to tell xx/a the whole text,
// in the agency yy: what breaks and what holds.
func TestPromises(t *testing.T) {
	must := rule("A", "yy/s/u", "xx/a", "full+contact", "must", "")
	contact := rule("A", "yy/s/u", "xx/a", "contact", "must", "")
	command := rule("A", "yy/s/u", "xx/a", "full", "command", "")
	compelled := rule("A", "yy/s/u", "xx/a", "full", "compelled", "")
	may := rule("A", "yy/s/u", "xx/a", "full", "may", "")
	for name, c := range map[string]struct {
		rules, mark string
		never       string
		form        intel.Form
		want        string
	}{
		"clear promises nothing":             {must, "TLP:CLEAR", "", intel.Copy, ""},
		"rel that names the other":           {must, "REL:yy/s/u,xx/a", "", intel.Copy, "1 REL:yy/s/u,xx/a yy/s warns"},
		"green community":                    {must, "TLP:GREEN // COMMUNITY:xx/**,yy/**", "", intel.Copy, ""},
		"amber client":                       {must, "TLP:AMBER // CLIENTS:xx/*", "", intel.Copy, ""},
		"bar that tolerates":                 {must, "TLP:CLEAR // NOT:xx/a:full+contact", "", intel.Copy, ""},
		"contact is tolerated":               {contact, "TLP:AMBER+STRICT // REL:yy/**", "", intel.Copy, ""},
		"compelled warns":                    {compelled, "TLP:AMBER+STRICT", "", intel.Copy, "1 TLP:AMBER+STRICT xx/a warns"},
		"red":                                {must, "TLP:RED", "", intel.Copy, "1 TLP:RED xx/a blocks 1 TLP:RED yy/s warns"},
		"amber strict":                       {must, "TLP:AMBER+STRICT", "", intel.Copy, "1 TLP:AMBER+STRICT xx/a blocks"},
		"amber without clients":              {must, "TLP:AMBER", "", intel.Copy, "1 TLP:AMBER xx/a blocks"},
		"green community without the other":  {must, "TLP:GREEN // COMMUNITY:yy/**", "", intel.Copy, "1 TLP:GREEN xx/a blocks"},
		"rel":                                {must, "REL:yy/**", "", intel.Copy, "1 REL:yy/** xx/a blocks"},
		"rel that leaves the recipient out":  {"", "REL:zz/**", "", intel.Copy, "1 REL:zz/** yy/s warns 1 REL:zz/** yy/s/u blocks"},
		"no audience means nobody":           {"", "NOCOURT", "", intel.Copy, "1 no audience yy/s warns 1 no audience yy/s/u blocks"},
		"nofwd":                              {must, "TLP:CLEAR // NOFWD", "", intel.Copy, "1 NOFWD xx/a blocks 1 NOFWD yy/s warns"},
		"orcon":                              {must, "TLP:CLEAR // ORCON", "", intel.Copy, "1 ORCON xx/a blocks 1 ORCON yy/s warns"},
		"unknown caveat":                     {must, "TLP:CLEAR // FROB", "", intel.Copy, "1 NOFWD xx/a blocks 1 NOFWD yy/s warns 1 ORCON xx/a blocks 1 ORCON yy/s warns"},
		"bar":                                {must, "TLP:CLEAR // NOT:xx/a", "", intel.Copy, "1 NOT:xx/a:none xx/a blocks"},
		"bar on the agency binds its units":  {must, "TLP:CLEAR // NOT:xx:contact", "", intel.Copy, "1 NOT:xx:contact xx/a blocks"},
		"bar on the commander":               {"", "TLP:CLEAR // NOT:yy/s:contact", "", intel.Copy, "1 NOT:yy/s:contact yy/s blocks 1 NOT:yy/s:contact yy/s/u blocks"},
		"bar below contact":                  {contact, "TLP:CLEAR // NOT:xx/a", "", intel.Copy, "1 NOT:xx/a:none xx/a blocks"},
		"contact=no":                         {contact, "TLP:AMBER+STRICT // CONTACT:NO", "", intel.Copy, "1 TLP:AMBER+STRICT xx/a blocks"},
		"command out of the agency blocks":   {command, "TLP:AMBER+STRICT", "", intel.Copy, "1 TLP:AMBER+STRICT xx/a blocks"},
		"a permission outside REL blocks":    {may, "REL:yy/**", "", intel.Copy, "1 REL:yy/** xx/a blocks"},
		"pointer still tells that it exists": {must, "TLP:AMBER+STRICT", "", intel.Pointer, "1 TLP:AMBER+STRICT xx/a blocks"},
		"never":                              {must, "TLP:CLEAR", "xx/a:contact", intel.Copy, "0 --never xx/a:contact xx/a blocks"},
		"never, satisfied":                   {contact, "TLP:CLEAR", "xx/a:contact", intel.Copy, ""},
		"ceiling":                            {"", "TLP:CLEAR // FORM:pointer", "", intel.Copy, "1 FORM:pointer yy/s/u blocks"},
		"ceiling kept":                       {"", "TLP:CLEAR // FORM:pointer", "", intel.Pointer, ""},
		"display":                            {"", "TLP:CLEAR // DISPLAY", "", intel.Copy, "1 DISPLAY yy/s/u blocks"},
		"display in a room":                  {"", "TLP:CLEAR // DISPLAY", "", intel.Room, ""},
		"expired":                            {"", "TLP:CLEAR // TTL:2026-11-01", "", intel.Copy, "1 TTL:2026-11-01T00:00:00Z yy/s/u blocks"},
		"embargo":                            {"", "TLP:CLEAR // EMBARGO:2026-12-01", "", intel.Copy, "1 EMBARGO:2026-12-01T00:00:00Z yy/s/u blocks"},
		"embargo over":                       {"", "TLP:CLEAR // EMBARGO:2026-11-01", "", intel.Copy, ""},
		"eyes of another unit":               {"", "TLP:CLEAR // EYES:zz/q#lince", "", intel.Copy, "1 EYES yy/s warns 1 EYES yy/s/u blocks"},
		"eyes of the unit":                   {"", "TLP:CLEAR // EYES:yy/s/u#lince", "", intel.Copy, "1 EYES yy/s warns"},
	} {
		t.Run(name, func(t *testing.T) {
			rules := c.rules
			if rules == "" {
				rules = rule("N", "zz/nobody", "zz/none", "full", "may", "")
			}
			q := ask(item(t, c.mark), "yy/s/u", c.form)
			if c.never != "" {
				bars, err := release.Bars([]string{c.never})
				if err != nil {
					t.Fatal(err)
				}
				q.Never = bars
			}
			p := decide(t, release.World{Packs: []law.Pack{pack(t, rules)}}, q)
			got := told(p)
			slices.Sort(got)
			if s := strings.Join(got, " "); s != c.want {
				t.Errorf("got  %q\nwant %q", s, c.want)
			}
			if p.Blocked() != strings.Contains(c.want, "blocks") {
				t.Error("Blocked says otherwise")
			}
			for _, x := range p.Conflicts {
				if x.Why == "" || x.Blocks && len(x.Remedies) == 0 || p.Rows[x.Row].Party != x.Party {
					t.Errorf("without a reason or a remedy: %+v", x)
				}
			}
		})
	}
}

// One rule more never lets a release pass: the way that only warns must not
// hide the way that stops it, whatever their names.
func TestWarningsHideNothing(t *testing.T) {
	may := rule("B", "yy/s/u", "xx/a", "full", "may", "")
	for name, c := range map[string]struct {
		more, mark string
		blocks     bool
	}{
		"alone":                         {"", "REL:yy/**", true},
		"compelled, sorting before":     {rule("A", "yy/s/u", "xx/a", "full", "compelled", ""), "REL:yy/**", true},
		"compelled, sorting after":      {rule("C", "yy/s/u", "xx/a", "full", "compelled", ""), "REL:yy/**", true},
		"compelled and wider":           {rule("A", "yy/s/u", "xx/a", "full+contact", "compelled", ""), "REL:yy/**", true},
		"behind a compelled step":       {rule("A", "yy/s/u", "xx/b", "full", "compelled", "") + rule("C", "xx/b", "xx/a", "full", "must", ""), "REL:yy/**", true},
		"only behind a compelled step":  {rule("A", "yy/s/u", "xx/b", "full", "compelled", "") + rule("C", "xx/b", "xx/c", "full", "must", ""), "REL:yy/**,xx/a", false},
		"the superior, by law as well":  {rule("A", "yy/s/u", "yy/s", "full", "may", ""), "REL:yy/s/u,xx/a", true},
		"the superior, by command only": {"", "REL:yy/s/u,xx/a", false},
		"a court at the superior":       {rule("A", "yy/s/u", "xx/c", "full+contact", "compelled", ""), "TLP:CLEAR // NOT:xx/c", false},
	} {
		p := decide(t, release.World{Packs: []law.Pack{pack(t, may+c.more)}}, ask(item(t, c.mark), "yy/s/u", intel.Copy))
		if p.Blocked() != c.blocks {
			t.Errorf("%s: blocked %v\n%v", name, p.Blocked(), told(p))
		}
	}
}

// What is judged is what is sent: a derived portion carries what it comes
// from, withheld or not.
func TestInheritedMarkingsAreJudged(t *testing.T) {
	w := shipped(t, "mx-guidelines-2021")
	for name, source := range map[string]string{
		"an audience elsewhere":  "TLP:RED // REL:us/fbi/x",
		"a bar on the recipient": "TLP:CLEAR // NOT:mx/semar",
		"eyes of another unit":   "TLP:CLEAR // EYES:us/fbi/x#jd",
		"display only":           "TLP:CLEAR // DISPLAY",
		"a ceiling":              "TLP:CLEAR // FORM:pointer",
		"not marked at all":      "NOCOURT",
	} {
		i := item(t, source, "TLP:AMBER // REL:mx/semar/uin")
		i.Portions[1].DerivedFrom = []ref.PortionID{i.Portions[0].ID}
		if p := decide(t, w, ask(i, uin, intel.Withheld, intel.Copy)); !p.Blocked() {
			t.Errorf("%s: the derived portion goes out free: %v", name, told(p))
		}
		i.Portions[1].DerivedFrom = nil
		if p := decide(t, w, ask(i, uin, intel.Withheld, intel.Copy)); p.Blocked() {
			t.Errorf("%s: a portion of its own is held back: %v", name, told(p))
		}
	}
}

// A withheld portion has no promise to break, and a form below copy breaks
// less.
func TestConflictsLookAtEachPortion(t *testing.T) {
	w := shipped(t, "mx-statute-2020")
	i := item(t, "TLP:CLEAR", "TLP:AMBER+STRICT // NOT:mx/sre:exists+contact", "TLP:RED")
	p := decide(t, w, ask(i, uin, intel.Copy, intel.Copy, intel.Withheld))
	for _, c := range p.Conflicts {
		if c.Portion != 2 {
			t.Errorf("portion %d breaks nothing: %+v", c.Portion, c)
		}
	}
	if !p.Blocked() {
		t.Error("portion 2 goes to the ministries as a summary")
	}
	p = decide(t, w, ask(i, uin, intel.Copy, intel.Pointer, intel.Withheld))
	for _, c := range p.Conflicts {
		if c.Blocks && c.Party != "mx/sspc" && c.Party != "mx/sre" {
			t.Errorf("%+v", c)
		}
		if c.Party == "mx/sre" && strings.HasPrefix(c.Promise, "NOT") {
			t.Errorf("the bar tolerates that it exists: %+v", c)
		}
	}
}

// A remedy is proposed only if asking again with it mends the conflict.
func TestRemediesHold(t *testing.T) {
	w := shipped(t, "mx-statute-2020")
	i := item(t, "TLP:CLEAR", "TLP:CLEAR // NOT:mx/sre:exists+contact")
	p := decide(t, w, ask(i, uin, intel.Copy, intel.Copy))
	if len(p.Conflicts) != 1 {
		t.Fatalf("%+v", p.Conflicts)
	}
	kinds := []release.RemedyKind{}
	for _, r := range p.Conflicts[0].Remedies {
		kinds = append(kinds, r.Kind)
	}
	// A substitute would still give the ministry a summary; a pointer holds.
	if !slices.Equal(kinds, []release.RemedyKind{release.AsPointer, release.TearOut, release.Override}) {
		t.Errorf("remedies %v", kinds)
	}
	i.Portions[1].Marking.Not[0].AtMost = intel.Contact
	p = decide(t, w, ask(i, uin, intel.Copy, intel.Copy))
	if got := p.Conflicts[0].Remedies[0].Kind; got != release.TearOut {
		t.Errorf("remedy %s", got)
	}
	// Tearing out the only portion leaves nothing to send: no remedy.
	i.Portions = i.Portions[1:]
	p = decide(t, w, ask(i, uin, intel.Copy))
	if got := p.Conflicts[0].Remedies[0].Kind; got != release.Override {
		t.Errorf("remedy %s", got)
	}
}

func facts() release.Facts {
	return release.Facts{Date: now, Kind: law.Receive, Nationality: "US", Agency: "us/dea", Topic: "T-topic", Purpose: "T-purpose",
		Holds: "T-exists", Title: "T-title", Markings: "T-marks", Size: 3, Summary: "T-summary", Text: "T-text"}
}

// Acceptance test 14: no draft holds a field above its rule's scope, for every
// rule of every pack that ships and for every scope there is.
func TestAcceptance14Drafts(t *testing.T) {
	above := map[string]intel.Scope{"T-topic": intel.Contact, "T-purpose": intel.Contact, "us/dea": intel.Contact, "T-exists": {Content: intel.Exists},
		"T-title": {Content: intel.Metadata}, "T-marks": {Content: intel.Metadata}, "T-summary": {Content: intel.Summary}, "T-text": {Content: intel.Full}}
	check := func(d release.Duty) {
		text := release.DraftFor(d, facts()).Text()
		for word, needs := range above {
			if has := strings.Contains(text, word); has != needs.AtMost(d.Scope) {
				t.Errorf("%s: scope %s, %q in the draft: %v", d.Rule, d.Scope, word, has)
			}
		}
	}
	for c := intel.None; c <= intel.FullSource; c++ {
		check(release.Duty{Rule: "made up", Scope: intel.Scope{Content: c}})
		check(release.Duty{Rule: "made up", Scope: intel.Scope{Content: c, Contact: true}})
	}
	duties := 0
	for _, name := range packs.Names() {
		w := shipped(t, name)
		for _, e := range w.Packs[0].Examples {
			for _, kind := range law.Triggers {
				for _, d := range release.Duties(w, release.Act{Kind: kind, Holder: e.Situation.To, Counterpart: e.Situation.From, Form: intel.Copy, At: e.Situation.At}, nil) {
					check(d)
					duties++
				}
			}
		}
	}
	if duties < 30 {
		t.Errorf("only %d duties were drafted", duties)
	}
}

func TestDuties(t *testing.T) {
	act := release.Act{Kind: law.Receive, Holder: uin, Counterpart: "us/dea/desk", Form: intel.Copy, At: now}
	owed := func(change func(*release.Act), names ...string) int {
		a := act
		change(&a)
		return len(release.Duties(shipped(t, names...), a, nil))
	}
	same := func(*release.Act) {}
	if n := owed(same, "mx-guidelines-2021"); n != 2 {
		t.Fatalf("%d duties, want one to each ministry", n)
	}
	for name, change := range map[string]func(*release.Act){
		"a counterpart at home":        func(a *release.Act) { a.Counterpart = "mx/semar/otra" },
		"a holder abroad":              func(a *release.Act) { a.Holder = "us/dea/desk" },
		"the exempt prosecutor":        func(a *release.Act) { a.Holder = "mx/fgr/seido" },
		"before the pack was in force": func(a *release.Act) { a.At = now.Add(-10 * 365 * 24 * 60 * 60 * 1e9) },
		"nobody on the other side":     func(a *release.Act) { a.Counterpart = "" },
	} {
		if n := owed(change, "mx-guidelines-2021"); n != 0 {
			t.Errorf("%s: %d duties", name, n)
		}
	}
	if n := owed(func(a *release.Act) { a.Holder = "mx/sre" }, "mx-guidelines-2021"); n != 1 {
		t.Errorf("a ministry does not report to itself: %d duties", n)
	}
	if n := owed(func(a *release.Act) { a.Holder = "mx/sre/america" }, "mx-guidelines-2021"); n != 2 {
		t.Errorf("a unit reports to its own ministry as well: %d duties", n)
	}
}

func TestBars(t *testing.T) {
	for _, bad := range []string{"", "MX", "mx/sre:", "mx/sre:gist", "mx//a", "mx/**/x", ":full", "mx/sre:full:x", "**x", "mx/sre :full"} {
		if bad == "mx/sre:" {
			continue // an empty scope is none
		}
		if _, err := release.Bars([]string{bad}); err == nil {
			t.Errorf("%q accepted", bad)
		}
	}
	b, err := release.Bars([]string{"mx/sre", "mx/**:contact"})
	if err != nil || b[0].AtMost != (intel.Scope{}) || b[1].AtMost != intel.Contact || b[1].Parties != party.Pattern("mx/**") {
		t.Errorf("%v %v", b, err)
	}
}

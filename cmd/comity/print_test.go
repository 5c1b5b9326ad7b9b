package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"comity/console"
	"comity/exchange"
	"comity/intel"
	"comity/law"
	"comity/party"
	"comity/ref"
	"comity/release"
	"comity/rulebook"
	"comity/wire"
	"comity/words"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares what is printed with a file.
func golden(t *testing.T, name string, print func(*printer)) {
	t.Helper()
	var out bytes.Buffer
	print(&printer{w: &out, width: plainWidth})
	for i, l := range strings.Split(out.String(), "\n") {
		if columns(l) > 100 {
			t.Errorf("line %d is %d columns wide: %s", i+1, columns(l), l)
		}
		if strings.HasSuffix(l, " ") {
			t.Errorf("line %d ends in a space", i+1)
		}
	}
	path := filepath.Join("testdata", "golden", name+".txt")
	if *update {
		if err := os.WriteFile(path, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if out.String() != string(want) {
		t.Errorf("printed something else than %s (go test -update, then look at the difference):\n%s", path, out.String())
	}
}

var sent = wire.At(time.Date(2026, 1, 30, 15, 0, 0, 0, time.UTC)) // a Friday

// under makes a plan of one report to one unit, whose law is a rule with a
// scope.
func under(pack string, scope intel.Scope, conflicts ...release.Conflict) console.PlanView {
	rule := pack + "/R-1"
	deadline := law.Deadline{Amount: 3, Unit: law.Day, Calendar: law.Ambiguous}
	full := intel.Scope{Content: intel.Full, Contact: true}
	step := []release.Step{{Rule: rule, From: "mx/semar/uin", To: "mx/sre"}}
	return console.PlanView{
		Hash: ref.Sum("test", []byte(pack)), Title: "Boats off Manzanillo",
		Titles: map[party.Name]string{"mx/sre": "Secretariat of Foreign Relations", "mx/semar/uin": "Naval Intelligence Unit"},
		Rules: []console.RuleView{{Rule: rule, Title: "Report every contact", Deadline: deadline, Scope: scope,
			Confidence: law.AccountRead, Status: law.Contested}},
		Plan: release.Plan{
			Version: 2, Sender: "us/dea/sod", At: sent, Packs: []law.Ref{{ID: pack, Version: 1}},
			Recipients: []release.Recipient{{Party: "mx/semar/uin", Forms: []intel.Form{intel.Copy, intel.Copy, intel.Pointer, intel.Withheld}}},
			Rows: []release.Row{
				{Party: "mx/semar/uin", Scope: full, Portions: []int{1, 2}, Reach: release.Sure, Earliest: sent},
				{Party: "mx/semar/uin", Scope: intel.Scope{Content: intel.Exists, Contact: true}, Portions: []int{3}, Reach: release.Sure, Earliest: sent},
				{Party: "mx/sre", Scope: scope, Portions: []int{1, 2}, Reach: release.Sure, Force: law.Must, Earliest: sent,
					Latest: deadline.From(sent, law.Clock{}), Path: step, Confidence: law.AccountRead, Status: law.Contested},
				{Party: "mx/semar", Scope: full, Portions: []int{1, 2}, Reach: release.Possible, Force: law.Command, Earliest: sent,
					Path:       []release.Step{{Rule: "structure/chain-of-command", From: "mx/semar/uin", To: "mx/semar"}},
					Confidence: law.Believed, Status: law.Unverified},
			},
			Conflicts: conflicts,
		},
	}
}

func broken(n int, promise string) release.Conflict {
	return release.Conflict{
		Portion: n, Promise: promise, Party: "mx/sre", Scope: intel.Scope{Content: intel.Summary, Contact: true},
		Tolerated: intel.Contact, Row: 2, Blocks: true, Why: "mx/semar/uin must tell mx/sre (summary+contact) under mx-statute/R-1",
		Remedies: []release.Remedy{{Kind: release.TearOut, Text: "tear out portion"}, {Kind: release.Override, Text: "send all the same, on record"}},
	}
}

func blockedPlan() console.PlanView {
	v := under("mx-statute", intel.Scope{Content: intel.Summary, Contact: true}, broken(1, "NOFWD"), broken(2, "NOFWD"), broken(2, "REL:mx/semar/uin"))
	warning := broken(0, "--never mx/semar")
	warning.Party, warning.Blocks, warning.Row, warning.Remedies, warning.Why = "mx/semar", false, 3, nil, "it can order it"
	v.Plan.Conflicts = append(v.Plan.Conflicts, warning)
	v.Plan.Unknown = []release.Unknown{{Party: "mx/fgr", Scope: intel.Contact, Why: "a separate agreement governs it, whose terms are not known here"}}
	v.Plan.Never = []intel.Bar{{Parties: "mx/semar", AtMost: intel.Contact}}
	v.Plan.Duties = []release.SenderDuty{{Rule: "us/R-9", To: "us/doj", Scope: intel.Contact, Due: []law.Due{{At: sent}}}}
	return v
}

// The plan is the face of the product: every part of it is told in words.
func TestPrintPlan(t *testing.T) {
	golden(t, "plan-blocked", func(p *printer) { printPlan(p, blockedPlan()) })
	v := under("mx-guidelines", intel.Contact)
	day := func(d int) wire.Time { return sent.Add(time.Duration(d) * 24 * time.Hour) }
	v.Idle = []console.IdlePack{
		{Pack: law.Ref{ID: "mx-statute-2020", Version: 1}, Why: rulebook.SetAside, By: "saul", Since: day(-20), Reason: "the guidelines narrow it"},
		{Pack: law.Ref{ID: "mx-guidelines", Version: 2}, Why: rulebook.Waiting, By: "chief", Since: day(-3)},
		{Pack: law.Ref{ID: "mx-old", Version: 1}, Why: rulebook.OutOfForce, Until: day(-400)},
		{Pack: law.Ref{ID: "mx-gone", Version: 1}, Why: rulebook.OutOfForce, Status: law.Repealed},
		{Pack: law.Ref{ID: "mx-new", Version: 1}, Why: rulebook.OutOfForce, From: day(40)},
	}
	golden(t, "plan-clear", func(p *printer) { printPlan(p, v) })
}

// No pack at all is said loudly, and an empty reach is never called safe.
func TestPrintPlanWithoutPacks(t *testing.T) {
	v := under("none", intel.Contact)
	v.Plan.Packs, v.Plan.Rows = nil, v.Plan.Rows[:2]
	v.Plan.Unknown = []release.Unknown{{Party: "mx/semar/uin", Scope: intel.Scope{Content: intel.Full, Contact: true}, Why: "no pack describes it"}}
	golden(t, "plan-unknown", func(p *printer) { printPlan(p, v) })
}

func TestPrintComparison(t *testing.T) {
	golden(t, "compare", func(p *printer) {
		printComparison(p, []console.PlanView{blockedPlan(), under("mx-guidelines", intel.Contact)})
	})
}

// A partner's text cannot move the cursor, colour a line, turn its direction
// or add lines to what is printed.
func TestHostileText(t *testing.T) {
	var out bytes.Buffer
	p := &printer{w: &out, width: plainWidth}
	v := under("x", intel.Contact)
	v.Title = "a\x1b[2Jb\rc\u202ed\x00e\u009bf\u3164g\nSURE: nobody"
	printPlan(p, v)
	p.raw(0, v.Title)
	p.block(0, v.Title)
	p.table(0, []string{v.Title, v.Title}, []string{"x", v.Title})
	p.labelled(0, planLabel, v.Title, v.Title)
	p.grid(0, [][]string{{"", v.Title, v.Title}})
	for _, bad := range []string{"\x1b", "\r", "\u202e", "\x00", "\u009b", "\u3164"} {
		if strings.Contains(out.String(), bad) {
			t.Errorf("%q came through", bad)
		}
	}
	if !strings.Contains(out.String(), "a?[2Jb?c?d?e?f?g SURE: nobody (") {
		t.Errorf("the title is not on one line, marked where it was cleaned:\n%s", out.String())
	}
}

// JSON and files that are shown carry nothing that a terminal obeys or hides,
// and JSON still says the same.
func TestHostileJSON(t *testing.T) {
	text := "a\x1b\u009b\u202e\u115f\u1160\u3164\uffa0\u2800\U000e0041\x7fñ\"\\\n"
	b, err := json.Marshal(map[string]string{"text": text})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	shown := &terminal{out: &out, screen: true}
	shown.json(b)
	var back map[string]string
	if err := json.Unmarshal(out.Bytes(), &back); err != nil || back["text"] != text {
		t.Errorf("%q came back as %q, %v", text, back["text"], err)
	}
	if err := shown.file([]byte(text)); err != nil {
		t.Fatal(err)
	}
	for _, r := range out.String() {
		if r != '\n' && !visible(r) {
			t.Errorf("%U came through", r)
		}
	}
	out.Reset()
	kept := &terminal{out: &out}
	if err := kept.file([]byte(text)); err != nil || out.String() != text {
		t.Errorf("a file that is kept was changed: %q, %v", out.String(), err)
	}
}

func TestNumbers(t *testing.T) {
	for want, in := range map[string][]int{"": nil, "1": {1}, "1, 2": {2, 1}, "1-3": {1, 2, 3, 3}, "1, 3-5, 9": {9, 1, 3, 4, 5}} {
		if got := words.Numbers(in); got != want {
			t.Errorf("words.Numbers(%v) = %q, want %q", in, got, want)
		}
	}
	for _, bad := range []string{"0", "-1", "a", "3-2", "1,,2", "99999999", "1-99999999"} {
		if _, err := portionNumbers([]string{bad}); err == nil {
			t.Errorf("portionNumbers(%q) was accepted", bad)
		}
	}
}

// A trail says how many receipts it leaves out, and where.
func TestTrailBetween(t *testing.T) {
	var out bytes.Buffer
	printReceipts(&printer{w: &out, width: plainWidth}, exchange.Line{Between: 7, Receipts: []exchange.TrailReceipt{{N: 1, Kind: "deliver", At: sent}, {N: 9, Kind: "read", At: sent}}})
	if lines := strings.Split(out.String(), "\n"); len(lines) < 3 || !strings.Contains(lines[1], "and 7 receipts between") {
		t.Error(out.String())
	}
}

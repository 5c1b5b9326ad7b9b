package release_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"comity/intel"
	"comity/law"
	"comity/party"
	"comity/release"
	"comity/wire"
)

// way is one walk through the rules, as the brute force keeps it: nothing is
// dropped, nothing is clever.
type way struct {
	at, counterpart party.Name
	trigger         law.Trigger
	form            intel.Form
	scope           intel.Scope
	sure            bool
	weight          int // 0 compelled somewhere, 1 commanded somewhere, 2 neither
	by              wire.Time
	bounded         bool
	steps           int
}

// outcome is what one way lets a party see.
type outcome struct {
	scope   intel.Scope
	sure    bool
	weight  int
	by      wire.Time
	bounded bool
}

func (a outcome) covers(b outcome) bool {
	later := a.bounded && (!b.bounded || !a.by.After(b.by)) || !a.bounded && !b.bounded
	return b.scope.AtMost(a.scope) && (a.sure || !b.sure) && a.weight >= b.weight && later
}

// walked enumerates every walk of up to max steps from both ends of the act
// and gives what each party can come to see, the best only.
func walked(pack law.Pack, q release.Question, closed bool, max int) map[party.Name][]outcome {
	r := q.Recipients[0]
	scope := intel.Scope{Content: r.Forms[0].Content(), Contact: true}
	trigger := law.Receive
	if r.Forms[0] == intel.Room {
		trigger = law.Read
	}
	todo := []way{
		{r.Party, q.Sender, trigger, r.Forms[0], scope, true, 2, q.At, true, 0},
		{q.Sender, r.Party, law.Send, r.Forms[0], scope, true, 2, q.At, true, 0},
	}
	seen := map[way]bool{}
	all := map[party.Name][]outcome{}
	for len(todo) > 0 {
		w := todo[0]
		todo = todo[1:]
		if seen[w] {
			continue
		}
		seen[w] = true
		all[w.at] = append(all[w.at], outcome{w.scope, w.sure, w.weight, w.by, w.bounded})
		if w.steps < max {
			todo = append(todo, onward(pack, q, closed, w)...)
		}
	}
	for n, list := range all {
		all[n] = best(list)
	}
	return all
}

func best(list []outcome) []outcome {
	var kept []outcome
	for i, o := range list {
		if !slices.ContainsFunc(list, func(p outcome) bool { return p.covers(o) && !o.covers(p) }) && slices.Index(list, o) == i {
			kept = append(kept, o)
		}
	}
	return kept
}

// onward takes every step from a way that anything allows.
func onward(pack law.Pack, q release.Question, closed bool, w way) []way {
	var next []way
	for _, p := range pack.Parties {
		if p.Name == w.at {
			for _, m := range p.Members {
				n := w
				n.at, n.steps = m, w.steps+1
				next = append(next, n)
			}
		}
	}
	if w.at != w.at.Agency() && w.at.Agency() != q.Sender.Agency() {
		next = append(next, way{w.at.Parent(), w.at, law.Receive, intel.Copy, w.scope, false, min(w.weight, 1), wire.Time{}, false, w.steps + 1})
	}
	for _, r := range pack.Rules {
		holder, _ := r.DutyHolder.Party.Exact()
		if !w.at.Within(holder) || !slices.Contains(r.Kinds, w.trigger) || len(r.Forms) > 0 && !slices.Contains(r.Forms, w.form) {
			continue
		}
		if c, ok := r.Counterpart.Party.Exact(); ok && !w.counterpart.Within(c) {
			continue
		}
		if len(r.Areas) > 0 && len(q.Item.Areas) > 0 && !slices.ContainsFunc(r.Areas, func(a intel.Area) bool { return slices.Contains(q.Item.Areas, a) }) {
			continue
		}
		if r.Blockable && closed {
			continue
		}
		for _, to := range r.Recipients {
			n := way{to, w.at, law.Receive, intel.Copy, w.scope.Meet(r.Scope), w.sure && r.Force.Sure(), w.weight, wire.Time{}, false, w.steps + 1}
			if n.scope.IsNothing() || to == w.at {
				continue
			}
			if r.Force == law.StandingAccess {
				n.trigger, n.form = law.Read, intel.Room
			}
			if r.Force == law.Compelled {
				n.weight = 0
			}
			if due := r.Deadline.From(w.by, law.Clock{}); w.bounded && len(due) > 0 {
				n.by, n.bounded = due[0].At, true
			}
			next = append(next, n)
		}
	}
	return next
}

// The closure equals a brute-force walk over everything, circles, groups,
// counterparts and areas included: every party, every best way, and nothing
// else.
func TestClosureIsExact(t *testing.T) {
	i := item(t, "TLP:CLEAR")
	rapid.Check(t, func(t *rapid.T) {
		pack := worldOf(t, "xx-test")
		for n := range pack.Rules {
			if rapid.Bool().Draw(t, "tests counterpart") {
				pack.Rules[n].Counterpart.Party = rapid.SampledFrom([]party.Pattern{"a", "a/a", "b", "us/dea/desk"}).Draw(t, "counterpart")
			}
			if rapid.Bool().Draw(t, "tests area") {
				pack.Rules[n].Areas = []intel.Area{rapid.SampledFrom([]intel.Area{intel.Drugs, intel.Money}).Draw(t, "area")}
			}
			if pack.Rules[n].Deadline.Unit == law.Day {
				pack.Rules[n].Deadline = law.Deadline{Amount: pack.Rules[n].Deadline.Amount, Unit: law.Hour}
			}
		}
		q := questionOf(t, i)
		q.Recipients = q.Recipients[:1]
		q.Item.Areas = rapid.SliceOfNDistinct(rapid.SampledFrom([]intel.Area{intel.Drugs, intel.Money, intel.Cyber}), 0, 2, rapid.ID).Draw(t, "areas")
		p, err := release.Decide(release.World{Packs: []law.Pack{pack}}, q)
		if err != nil {
			t.Fatal(err)
		}
		want := walked(pack, q, false, 8)
		delete(want, q.Sender)
		got := map[party.Name][]outcome{}
		for _, r := range p.Rows {
			got[r.Party] = append(got[r.Party], outcomeOf(t, pack, q, r))
		}
		for n := range want {
			if a, b := written(want[n]), written(got[n]); a != b {
				t.Fatalf("%s\nbrute force %s\nclosure     %s", n, a, b)
			}
		}
		for n := range got {
			if len(want[n]) == 0 {
				t.Fatalf("%s is shown and never reached", n)
			}
		}
	})
}

// outcomeOf reads a row, working its time and weight out anew from its path.
func outcomeOf(t *rapid.T, pack law.Pack, q release.Question, r release.Row) outcome {
	o := outcome{scope: r.Scope, sure: r.Reach == release.Sure, weight: 2, by: q.At, bounded: true}
	for _, s := range r.Path {
		switch {
		case s.Rule == release.Structure:
			o.weight, o.by, o.bounded = min(o.weight, 1), wire.Time{}, false
		case s.Rule == "structure/member-of-group":
		default:
			at := slices.IndexFunc(pack.Rules, func(x law.Rule) bool { return pack.ID+"/"+x.ID == s.Rule })
			if at < 0 {
				t.Fatalf("no rule %s", s.Rule)
			}
			if pack.Rules[at].Force == law.Compelled {
				o.weight = 0
			}
			due := pack.Rules[at].Deadline.From(o.by, law.Clock{})
			if o.bounded = o.bounded && len(due) > 0; o.bounded {
				o.by = due[0].At
			} else {
				o.by = wire.Time{}
			}
		}
	}
	if n := len(r.Latest); n > 0 && r.Latest[0].At != o.by {
		t.Fatalf("the row says by %s, its path says by %s", r.Latest[0].At, o.by)
	}
	return o
}

func written(list []outcome) string {
	words := make([]string, len(list))
	for i, o := range list {
		words[i] = fmt.Sprint(o.scope, o.sure, o.weight, o.by, o.bounded)
	}
	slices.Sort(words)
	return strings.Join(slices.Compact(words), "; ")
}

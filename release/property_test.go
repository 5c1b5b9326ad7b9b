package release_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"comity/intel"
	"comity/law"
	"comity/party"
	"comity/ref"
	"comity/release"
)

// worldOf draws a small world: eight agencies, rules between them at random,
// circles and a group included.
func worldOf(t *rapid.T, id string) law.Pack {
	names := []party.Name{"a/a", "a/b", "b/a", "b/b", "c/a", "c/b", "c/g", "d/a"}
	name := rapid.SampledFrom(names)
	p := law.Pack{ID: id, Version: 1, Title: "t", Status: law.InForce, From: now.Add(-1000), Confidence: law.WordingRead, Covers: []party.Pattern{"a/**", "b/**"},
		Parties: []party.Party{{Name: "c/g", Kind: party.Group, Members: []party.Name{"c/a", "b/b"}}}}
	for i := range rapid.IntRange(0, 10).Draw(t, "rules") {
		r := law.Rule{ID: fmt.Sprintf("R%d", i), DutyHolder: law.Who{Party: party.Pattern(name.Draw(t, "holder"))}, Recipients: []party.Name{name.Draw(t, "to")},
			Kinds: []law.Trigger{law.Receive, law.Read}, Force: rapid.SampledFrom(law.Forces).Draw(t, "force"),
			Scope:  intel.Scope{Content: intel.Content(rapid.IntRange(0, 5).Draw(t, "content")), Contact: rapid.Bool().Draw(t, "contact")},
			Status: law.InForce, Confidence: law.WordingRead, Deadline: law.Deadline{Unit: law.AnyTime}}
		if r.Force == law.Must {
			r.Deadline = law.Deadline{Amount: rapid.IntRange(1, 5).Draw(t, "days"), Unit: law.Day, Calendar: law.CalendarDays}
		}
		r.Blockable = r.Force == law.May && rapid.Bool().Draw(t, "blockable")
		if rapid.Bool().Draw(t, "tests form") {
			r.Forms = []intel.Form{intel.Copy, intel.Substitute}
		}
		p.Rules = append(p.Rules, r)
	}
	return p
}

func questionOf(t *rapid.T, i intel.Item) release.Question {
	q := release.Question{Item: i, Sender: i.Originator, At: now}
	for _, n := range rapid.SliceOfNDistinct(rapid.SampledFrom([]party.Name{"a/a", "a/b", "b/a", "c/g"}), 1, 3, rapid.ID).Draw(t, "to") {
		r := release.Recipient{Party: n}
		for range i.Portions {
			r.Forms = append(r.Forms, rapid.SampledFrom([]intel.Form{intel.Pointer, intel.Substitute, intel.Room, intel.Copy}).Draw(t, "form"))
		}
		q.Recipients = append(q.Recipients, r)
	}
	return q
}

var marked = []string{"TLP:CLEAR", "TLP:CLEAR // NOFWD"}

// known tells the most that a plan lets a party see of one portion.
func known(p release.Plan, n party.Name, portion int, sureOnly bool) intel.Scope {
	var s intel.Scope
	for _, r := range p.Rows {
		if r.Party != n || sureOnly && r.Reach != release.Sure {
			continue
		}
		got := r.Scope
		if !slices.Contains(r.Portions, portion) {
			got.Content = intel.None
		}
		s = s.Join(got)
	}
	return s
}

func everybody(plans ...release.Plan) []party.Name {
	var list []party.Name
	for _, p := range plans {
		for _, r := range p.Rows {
			if !slices.Contains(list, r.Party) {
				list = append(list, r.Party)
			}
		}
	}
	return list
}

// More rules never let anybody see less.
func TestClosureIsMonotoneInRules(t *testing.T) {
	i := item(t, marked...)
	rapid.Check(t, func(t *rapid.T) {
		full := worldOf(t, "xx-test")
		fewer := full
		fewer.Rules = slices.DeleteFunc(slices.Clone(full.Rules), func(law.Rule) bool { return rapid.Bool().Draw(t, "drop") })
		q := questionOf(t, i)
		big, err := release.Decide(release.World{Packs: []law.Pack{full}}, q)
		if err != nil {
			t.Fatal(err)
		}
		small, err := release.Decide(release.World{Packs: []law.Pack{fewer}}, q)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range everybody(small) {
			for portion := range marked {
				for _, sure := range []bool{true, false} {
					if !known(small, n, portion+1, sure).AtMost(known(big, n, portion+1, sure)) {
						t.Fatalf("%s sees less with more rules", n)
					}
				}
			}
		}
	})
}

// The closure of several recipients is the join of theirs alone.
func TestClosureDistributesOverRecipients(t *testing.T) {
	i := item(t, marked...)
	rapid.Check(t, func(t *rapid.T) {
		w := release.World{Packs: []law.Pack{worldOf(t, "xx-test")}}
		q := questionOf(t, i)
		whole, err := release.Decide(w, q)
		if err != nil {
			t.Fatal(err)
		}
		var alone []release.Plan
		for _, r := range q.Recipients {
			one := q
			one.Recipients = []release.Recipient{r}
			p, err := release.Decide(w, one)
			if err != nil {
				t.Fatal(err)
			}
			alone = append(alone, p)
		}
		for _, n := range everybody(append(alone, whole)...) {
			for portion := range marked {
				for _, sure := range []bool{true, false} {
					var joined intel.Scope
					for _, p := range alone {
						joined = joined.Join(known(p, n, portion+1, sure))
					}
					if got := known(whole, n, portion+1, sure); got != joined {
						t.Fatalf("%s: together %s, joined %s", n, got, joined)
					}
				}
			}
		}
	})
}

// Along every path each step passes on no more than its rule and the step
// before allow, and every path starts at a recipient or the sender and ends
// at the row's party.
func TestScopeNeverGrowsAlongAPath(t *testing.T) {
	i := item(t, marked...)
	rapid.Check(t, func(t *rapid.T) {
		pack := worldOf(t, "xx-test")
		q := questionOf(t, i)
		p, err := release.Decide(release.World{Packs: []law.Pack{pack}}, q)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range p.Rows {
			limit := intel.Scope{Content: intel.Full, Contact: true}
			at := party.Name("")
			for n, s := range r.Path {
				if n > 0 && s.From != at {
					t.Fatalf("the path breaks: %+v", r.Path)
				}
				at = s.To
				for _, rule := range pack.Rules {
					if s.Rule == pack.ID+"/"+rule.ID {
						limit = limit.Meet(rule.Scope)
						if rule.Force == law.May && rule.Blockable && slices.Contains(r.Portions, 2) {
							t.Fatalf("NOFWD on portion 2 takes the permission away: %+v", r)
						}
					}
				}
			}
			if !r.Scope.AtMost(limit) || len(r.Path) > 0 && at != r.Party {
				t.Fatalf("%s at the end of a path that allows %s: %+v", r.Scope, limit, r)
			}
		}
	})
}

// More rules never unblock a release.
func TestMoreRulesNeverUnblock(t *testing.T) {
	i := item(t, "REL:a/**", "TLP:AMBER+STRICT // NOT:b/a:contact")
	rapid.Check(t, func(t *rapid.T) {
		full := worldOf(t, "xx-test")
		fewer := full
		fewer.Rules = slices.DeleteFunc(slices.Clone(full.Rules), func(law.Rule) bool { return rapid.Bool().Draw(t, "drop") })
		q := questionOf(t, i)
		big, err := release.Decide(release.World{Packs: []law.Pack{full}}, q)
		if err != nil {
			t.Fatal(err)
		}
		small, err := release.Decide(release.World{Packs: []law.Pack{fewer}}, q)
		if err != nil {
			t.Fatal(err)
		}
		if small.Blocked() && !big.Blocked() {
			t.Fatalf("with more rules it passes: %+v", small.Conflicts)
		}
	})
}

// Whatever a portion derives from, a cut whose plan is not blocked carries
// markings that admit the unit it is for.
func TestWhatPassesAdmitsItsAudience(t *testing.T) {
	banners := []string{"TLP:CLEAR", "TLP:AMBER+STRICT // REL:a/a", "TLP:RED // REL:a/**", "REL:b/**", "TLP:CLEAR // NOT:a/a", "TLP:GREEN // COMMUNITY:a/**", "NOFWD"}
	rapid.Check(t, func(t *rapid.T) {
		var marks []string
		for range 3 {
			marks = append(marks, rapid.SampledFrom(banners).Draw(t, "banner"))
		}
		i := drawn(t, marks)
		for n := 1; n < len(i.Portions); n++ {
			for m := range n {
				if rapid.Bool().Draw(t, "derived") {
					i.Portions[n].DerivedFrom = append(i.Portions[n].DerivedFrom, i.Portions[m].ID)
				}
			}
		}
		r := release.Recipient{Party: "a/a"}
		for range i.Portions {
			r.Forms = append(r.Forms, rapid.SampledFrom([]intel.Form{intel.Withheld, intel.Copy}).Draw(t, "form"))
		}
		p, err := release.Decide(release.World{}, release.Question{Item: i, Sender: i.Originator, Recipients: []release.Recipient{r}, At: now})
		if err != nil || p.Blocked() {
			return // all withheld, or stopped
		}
		c, err := release.MakeCut(i, r, ref.CutID{9}, release.Chain{Series: ref.SeriesID{8}}, nil, now)
		if err != nil {
			t.Fatal(err)
		}
		for _, portion := range c.Portions {
			m := portion.Marking
			barred := slices.ContainsFunc(m.Not, func(b intel.Bar) bool { return b.Parties.Match("a/a") })
			if len(m.Rel) > 0 && !party.MatchAny(m.Rel, "a/a") || barred || m.Unmarked() {
				t.Fatalf("sent to a/a: %s", intel.Banner(m, portion.Grading))
			}
		}
	})
}

// drawn makes an item without a testing.T.
func drawn(t *rapid.T, banners []string) intel.Item {
	i := intel.Item{ID: ref.ItemID{1}, Kind: intel.Report, Version: 1, Originator: "us/dea/desk", Author: "ana", Title: "Boats", Created: now}
	for n, b := range banners {
		m, _, err := intel.ParseBanner(b)
		if err != nil {
			t.Fatal(err)
		}
		i.Portions = append(i.Portions, intel.Portion{ID: ref.PortionID{byte(n + 1)}, Kind: intel.Fact, Text: "text", Marking: m})
	}
	return i
}

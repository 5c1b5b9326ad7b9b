package main

import (
	"fmt"
	"slices"
	"strings"

	"comity/console"
	"comity/intel"
	"comity/party"
	"comity/release"
	"comity/words"
)

// printConflicts tells the broken promises. Many portions break the same
// promise in the same way; they are told once, with all their numbers.
func printConflicts(p *printer, v console.PlanView) {
	if len(v.Plan.Conflicts) == 0 {
		p.head(bold, "PROMISES: none would be broken, as far as the rules named above go")
		p.gap()
		return
	}
	blocking := 0
	for _, c := range v.Plan.Conflicts {
		if c.Blocks {
			blocking++
		}
	}
	s := red
	if blocking == 0 {
		s = yellow
	}
	p.head(s, "CONFLICTS: %s would be broken, %s; told by reason", words.Count(blocking, "promise", "promises"),
		words.Count(len(v.Plan.Conflicts)-blocking, "warning", "warnings"))
	for i, c := range clashes(v.Plan) {
		printClash(p, v, i+1, c)
	}
	p.gap()
}

// clash is all that one or more parties would see against promises, for the
// same reason.
type clash struct {
	parties   []party.Name
	blocks    bool
	promises  []promise
	scope     intel.Scope
	tolerated intel.Scope
	why       []string
	remedies  []remedy
}

// promise is an element of a marking and the portions that have it; no
// portion: the release as a whole.
type promise struct {
	words    string
	portions []int
}

// remedy is a way to mend a clash, and for which portions.
type remedy struct {
	kind     release.RemedyKind
	text     string
	portions []int
}

// clashes groups the conflicts of each party and reason, then the parties that
// break the same promises in the same way. The gravest come first.
func clashes(p release.Plan) []clash {
	var list []clash
	at := map[string]int{}
	for _, c := range p.Conflicts {
		key := fmt.Sprint(c.Party, c.Row, c.Blocks, c.Scope, c.Tolerated)
		i, found := at[key]
		if !found {
			i = len(list)
			at[key] = i
			list = append(list, clash{parties: []party.Name{c.Party}, blocks: c.Blocks, scope: c.Scope, tolerated: c.Tolerated, why: []string{c.Why}})
		}
		list[i].add(c)
	}
	list = joined(list)
	slices.SortStableFunc(list, func(a, b clash) int {
		switch {
		case a.blocks == b.blocks:
			return 0
		case a.blocks:
			return -1
		}
		return 1
	})
	return list
}

func (c *clash) add(one release.Conflict) {
	i := slices.IndexFunc(c.promises, func(p promise) bool { return p.words == one.Promise })
	if i < 0 {
		i = len(c.promises)
		c.promises = append(c.promises, promise{words: one.Promise})
	}
	c.promises[i].portions = append(c.promises[i].portions, portionOf(one)...)
	for _, r := range one.Remedies {
		j := slices.IndexFunc(c.remedies, func(have remedy) bool {
			return have.kind == r.Kind && (have.text == r.Text || ofPortion(r.Kind) && one.Portion != 0)
		})
		if j < 0 {
			j = len(c.remedies)
			c.remedies = append(c.remedies, remedy{kind: r.Kind, text: r.Text})
		}
		c.remedies[j].portions = append(c.remedies[j].portions, portionOf(one)...)
	}
}

// ofPortion tells the remedies that are about one portion each.
func ofPortion(kind release.RemedyKind) bool {
	return kind == release.TearOut || kind == release.AsSubstitute || kind == release.AsPointer
}

// joined puts together the parties of clashes that are alike in all else.
func joined(list []clash) []clash {
	var out []clash
	for _, c := range list {
		i := slices.IndexFunc(out, func(o clash) bool { return o.alike() == c.alike() })
		if i < 0 {
			out = append(out, c)
			continue
		}
		out[i].parties = append(out[i].parties, c.parties...)
		out[i].why = append(out[i].why, c.why...)
	}
	return out
}

func (c clash) alike() string {
	return fmt.Sprint(c.blocks, c.promises, c.scope, c.tolerated, c.remedies)
}

func printClash(p *printer, v console.PlanView, n int, c clash) {
	kind := "BROKEN by"
	if !c.blocks {
		kind = "warning:"
	}
	for i, name := range c.parties {
		label := fmt.Sprintf("%d. %s", n, kind)
		p.labelled(2, planLabel+3, first(i, label), named(v, name))
	}
	const indent, column = 5, planLabel
	for i, one := range c.promises {
		p.labelled(indent, column, first(i, "promises"), one.String())
	}
	p.labelled(indent, column, "allow", scopeShort(c.tolerated))
	p.labelled(indent, column, "but sees", scopeWords(c.scope, c.portions()))
	for i, why := range c.why {
		p.labelled(indent, column, first(i, "because"), why)
	}
	for i, r := range c.remedies {
		text := r.String()
		if r.kind == release.TearOut && takesAll(v.Plan, r.portions) {
			text += "; but then nothing is left to send"
		}
		p.labelled(indent, column, first(i, "mend it"), fmt.Sprintf("(%c) %s", 'a'+i%26, text))
	}
}

// takesAll reports whether nothing that a plan gives to anybody stays: each
// portion can be torn out alone, and not all of them together.
func takesAll(p release.Plan, portions []int) bool {
	for _, r := range p.Recipients {
		for i, f := range r.Forms {
			if f != intel.Withheld && !slices.Contains(portions, i+1) {
				return false
			}
		}
	}
	return true
}

// portions gives the numbers of all portions of the clash.
func (c clash) portions() []int {
	var all []int
	for _, one := range c.promises {
		all = append(all, one.portions...)
	}
	return slices.Compact(slices.Sorted(slices.Values(all)))
}

// String names the promise and where it stands.
func (p promise) String() string {
	if len(p.portions) == 0 {
		return p.words + " (the release as a whole)"
	}
	return p.words + " (" + words.Portions(p.portions) + ")"
}

// String says what to do, for all the portions at once, and how it is asked for.
func (r remedy) String() string {
	form, says := "", ""
	switch r.kind {
	case release.TearOut:
		form, says = "withheld", "leave out %s"
	case release.AsSubstitute:
		form, says = "substitute", "give %s as the author's cleaned wording only"
	case release.AsPointer:
		form, says = "pointer", "give %s as a pointer: that it exists, and whom to ask"
	default:
		return r.text
	}
	if len(r.portions) == 0 {
		return fmt.Sprintf(says, "all of it") + ": --form " + form
	}
	flag := strings.ReplaceAll(words.Numbers(r.portions), ", ", ",") + "=" + form
	return fmt.Sprintf(says, words.Portions(r.portions)) + ": --portion " + flag
}

func portionOf(c release.Conflict) []int {
	if c.Portion == 0 {
		return nil
	}
	return []int{c.Portion}
}

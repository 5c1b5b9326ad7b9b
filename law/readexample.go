package law

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"comity/fault"
	"comity/intel"
	"comity/party"
	"comity/wire"
)

const maxExamples = 200

// structural begins the ids of steps that no pack's rule makes: from a group
// to its members, and up a chain of command.
const structural = "structure/"

func (r *reader) examples(n *yaml.Node, p *Pack) {
	seen := map[string]bool{}
	r.each(n, func(c *yaml.Node) {
		e := r.example(c, p)
		if e.Name != "" && seen[e.Name] {
			r.fail(c, "give it a name of its own", "the example %q stands here twice", e.Name)
		}
		seen[e.Name] = true
		p.Examples = append(p.Examples, e)
	})
	if len(p.Examples) > maxExamples {
		r.fail(n, "keep those that a reader learns from", "there are more than %d examples", maxExamples)
	}
}

func (r *reader) example(n *yaml.Node, p *Pack) Example {
	var e Example
	r.fields(n, "name situation", map[string]func(*yaml.Node){
		"name":      func(v *yaml.Node) { e.Name = r.text(v, 200) },
		"situation": func(v *yaml.Node) { e.Situation = r.situation(v, p) },
		"expect":    func(v *yaml.Node) { r.each(v, func(c *yaml.Node) { e.Expect = append(e.Expect, r.expected(c, p)) }) },
		"nobody":    func(v *yaml.Node) { e.Nobody = r.nobody(v) },
	})
	if n.Kind == yaml.MappingNode && valueOf(n, "expect") == nil && valueOf(n, "nobody") == nil {
		r.fail(n, "add expect: with who comes to see something, or nobody: with who must not", "the example expects nothing")
	}
	return e
}

func (r *reader) situation(n *yaml.Node, p *Pack) Situation {
	var s Situation
	marked := valueOf(n, "marked")
	r.fields(n, "kind from to at", map[string]func(*yaml.Node){
		"kind":   func(v *yaml.Node) { s.Kind = oneOf(r, v, Triggers) },
		"from":   func(v *yaml.Node) { s.From = parsed(r, v, party.ParseName) },
		"to":     func(v *yaml.Node) { s.To = parsed(r, v, party.ParseName) },
		"form":   func(v *yaml.Node) { s.Form = parsed(r, v, intel.ParseForm) },
		"areas":  func(v *yaml.Node) { s.Areas = r.areas(v) },
		"marked": func(v *yaml.Node) { s.Marked = r.text(v, maxWords) },
		"at":     func(v *yaml.Node) { s.At = r.inForce(v, p) },
		"auto":   func(v *yaml.Node) { s.Auto = r.truth(v) },
	})
	if s.From != "" && s.From == s.To {
		r.fail(valueOf(n, "to"), "name the other side under from, and whose duties are asked for under to", "%q deals with itself", s.To)
	}
	if (s.Kind == Receive || s.Kind == Send) && valueOf(n, "form") == nil {
		r.fail(n, "add form: copy, or the form in which it passes", "it is not said in which form it passes")
	}
	if s.Marked != "" {
		if _, _, err := intel.ParseBanner(s.Marked, s.At); err != nil {
			e := fault.Safe(err)
			r.fail(marked, e.Hint, "%s", e.Text)
		}
	}
	return s
}

// inForce reads when the situation is; outside the pack's time it would show
// nothing.
func (r *reader) inForce(n *yaml.Node, p *Pack) wire.Time {
	at := parsed(r, n, wire.ParseTime)
	if !at.IsZero() && !p.From.IsZero() && p.Status != Repealed && !p.InForceAt(at) {
		r.fail(n, "choose a time within effective:", "the pack is not in force then")
	}
	return at
}

func (r *reader) expected(n *yaml.Node, p *Pack) Expected {
	var e Expected
	r.fields(n, "party scope rule", map[string]func(*yaml.Node){
		"party": func(v *yaml.Node) { e.Party = parsed(r, v, party.ParseName) },
		"scope": func(v *yaml.Node) { e.Scope = parsed(r, v, intel.ParseScope) },
		"rule":  func(v *yaml.Node) { e.Rule = r.text(v, 64) },
		"by": func(v *yaml.Node) {
			r.each(v, func(c *yaml.Node) { e.By = append(e.By, parsed(r, c, wire.ParseTime)) })
		},
	})
	if v := valueOf(n, "scope"); v != nil && strings.TrimSpace(v.Value) == intel.None.String() {
		r.fail(v, "list the party under nobody: instead", "whoever sees nothing is not expected")
	}
	r.expectedRule(n, p, &e)
	return e
}

// expectedRule checks that the rule is there and can have as many deadlines as
// are expected.
func (r *reader) expectedRule(n *yaml.Node, p *Pack, e *Expected) {
	named, by := valueOf(n, "rule"), valueOf(n, "by")
	if e.Rule == "" || named == nil {
		return
	}
	readings := 0
	if !strings.HasPrefix(e.Rule, structural) {
		i := slices.IndexFunc(p.Rules, func(rule Rule) bool { return rule.ID == e.Rule })
		if i < 0 {
			r.fail(named, "name a rule of this pack by its id, or structure/chain-of-command", "the pack has no rule %q", e.Rule)
			return
		}
		readings = p.Rules[i].Deadline.readings()
	}
	if by != nil && len(e.By) != readings {
		r.fail(by, "write one time for each reading of the deadline, the earlier first", "the rule %q has %d, and %d are given", e.Rule, readings, len(e.By))
	}
}

// readings tells how many instants a deadline comes to.
func (d Deadline) readings() int { return len(d.From(wire.Time{}, Clock{})) }

// nobody reads who must learn nothing. Not everybody: whoever is told would be
// among them.
func (r *reader) nobody(n *yaml.Node) []string {
	var list []string
	for _, p := range r.patterns(n) {
		list = append(list, string(p))
	}
	return list
}

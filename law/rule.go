package law

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"comity/intel"
	"comity/party"
)

func (r *reader) rules(n *yaml.Node, p *Pack) {
	seen := map[string]bool{}
	r.each(n, func(c *yaml.Node) {
		rule := r.rule(c, p)
		if seen[rule.ID] {
			r.fail(c, "give it an id of its own", "the rule %q stands here twice", rule.ID)
		}
		seen[rule.ID] = true
		p.Rules = append(p.Rules, rule)
	})
	if n.Kind == yaml.SequenceNode && (len(p.Rules) == 0 || len(p.Rules) > maxRules) {
		r.fail(n, "a pack has 1 to 500 rules", "there are %d rules", len(p.Rules))
	}
}

func (r *reader) rule(n *yaml.Node, p *Pack) Rule {
	rule := Rule{Confidence: p.Confidence, Status: p.Status}
	r.fields(n, "id title words duty_holder trigger recipients scope force", map[string]func(*yaml.Node){
		"id":                  func(v *yaml.Node) { rule.ID = r.matching(v, ruleID, "MXL-1") },
		"title":               func(v *yaml.Node) { rule.Title = r.text(v, 200) },
		"words":               func(v *yaml.Node) { rule.Words = r.text(v, maxWords) },
		"duty_holder":         func(v *yaml.Node) { r.dutyHolder(v, p, &rule) },
		"trigger":             func(v *yaml.Node) { r.trigger(v, p, &rule) },
		"recipients":          func(v *yaml.Node) { rule.Recipients = r.recipients(v, p) },
		"deadline":            func(v *yaml.Node) { rule.Deadline = r.deadline(v) },
		"scope":               func(v *yaml.Node) { rule.Scope = parsed(r, v, intel.ParseScope) },
		"force":               func(v *yaml.Node) { rule.Force = oneOf(r, v, Forces) },
		"blockable_by_caveat": func(v *yaml.Node) { rule.Blockable = r.truth(v) },
		"authorisation":       func(v *yaml.Node) { rule.Authorisation = r.authorisation(v, p) },
		"exemptions":          func(v *yaml.Node) { rule.Exemptions = r.exemptions(v, p) },
		"confidence":          func(v *yaml.Node) { rule.Confidence = oneOf(r, v, confidences) },
		"status":              func(v *yaml.Node) { rule.Status = oneOf(r, v, statuses) },
		"sources":             func(v *yaml.Node) { rule.Sources = r.cited(v, p) },
	})
	r.sensible(n, &rule)
	return rule
}

// sensible refuses what no field is wrong in alone.
func (r *reader) sensible(n *yaml.Node, rule *Rule) {
	if rule.Force == "" {
		return
	}
	deadline := valueOf(n, "deadline")
	switch {
	case rule.Force == Must && deadline == nil:
		r.fail(n, "add deadline: {unit: without_delay}, or what the law says", "the duty has no deadline")
	case rule.Force != Must && deadline != nil && rule.Deadline.Unit != AnyTime:
		r.fail(deadline, "remove it, or write force: must", "only a duty has a deadline")
	case rule.Force != Must && deadline == nil:
		rule.Deadline = Deadline{Unit: AnyTime}
	}
	if rule.Blockable && rule.Force != May {
		r.fail(n, "write force: may, or blockable_by_caveat: false", "a caveat can only remove a permission")
	}
	if v := valueOf(n, "scope"); v != nil && strings.TrimSpace(v.Value) == intel.None.String() {
		r.fail(n, "write scope: contact, or remove the rule", "the rule passes nothing on")
	}
}

// who reads {party: ...} or {tag: ...}; exactly one static test.
func (r *reader) who(n *yaml.Node, p *Pack, more map[string]func(*yaml.Node)) Who {
	var w Who
	known := map[string]func(*yaml.Node){
		"party": func(v *yaml.Node) { w.Party = parsed(r, v, party.ParsePattern) },
		"tag":   func(v *yaml.Node) { w.Tag = party.Tag(r.matching(v, tagID, "foreign.agent")); r.defined(v, p, w.Tag) },
	}
	// party_tag is the longer word for the same thing.
	known["party_tag"] = known["tag"]
	for k, f := range more {
		known[k] = f
	}
	r.fields(n, "", known)
	if n.Kind == yaml.MappingNode && (w.Party == "") == (w.Tag == "") {
		r.fail(n, "a rule has exactly one triggering state: write two rules for two kinds of party", "either party or tag is expected here, one of them")
	}
	return w
}

func (r *reader) defined(n *yaml.Node, p *Pack, tag party.Tag) {
	if tag != "" && !slices.ContainsFunc(p.Tags, func(t Tagged) bool { return t.Tag == tag }) {
		r.fail(n, "add it under tags: with the parties it stands for", "the tag %q is not defined in this pack", tag)
	}
}

func (r *reader) dutyHolder(n *yaml.Node, p *Pack, rule *Rule) {
	rule.DutyHolder = r.who(n, p, map[string]func(*yaml.Node){
		"person_level": func(v *yaml.Node) { rule.PersonLevel = r.truth(v) },
	})
}

func (r *reader) trigger(n *yaml.Node, p *Pack, rule *Rule) {
	r.fields(n, "kinds", map[string]func(*yaml.Node){
		"kinds":          func(v *yaml.Node) { rule.Kinds = r.triggers(v) },
		"counterpart":    func(v *yaml.Node) { rule.Counterpart = r.who(v, p, nil) },
		"spares_machine": func(v *yaml.Node) { rule.SparesMachine = r.truth(v) },
		"forms": func(v *yaml.Node) {
			r.each(v, func(c *yaml.Node) { rule.Forms = append(rule.Forms, parsed(r, c, intel.ParseForm)) })
		},
		"areas": func(v *yaml.Node) { rule.Areas = r.areas(v) },
		"unless": func(v *yaml.Node) {
			r.fail(v, "keep it as a note: a rule may not test the absence of another act", "a rule has exactly one triggering state")
		},
		"and": func(v *yaml.Node) {
			r.fail(v, "write two rules, or keep it as a note: a rule may not need two acts or parties", "a rule has exactly one triggering state")
		},
	})
}

func (r *reader) triggers(n *yaml.Node) []Trigger {
	var list []Trigger
	r.each(n, func(c *yaml.Node) {
		t := oneOf(r, c, Triggers)
		if t != "" && slices.Contains(list, t) {
			r.fail(c, "keep one of them", "%q stands here twice", t)
		}
		list = append(list, t)
	})
	if n.Kind == yaml.SequenceNode && len(list) == 0 {
		r.fail(n, "name at least one kind of act", "the list is empty")
	}
	return list
}

// areas reads fields of crime. An empty list would mean any, which is not what
// it looks like.
func (r *reader) areas(n *yaml.Node) []intel.Area {
	var list []intel.Area
	r.each(n, func(c *yaml.Node) {
		a := parsed(r, c, intel.ParseArea)
		if a != "" && slices.Contains(list, a) {
			r.fail(c, "keep one of them", "%q stands here twice", a)
		}
		list = append(list, a)
	})
	if n.Kind == yaml.SequenceNode && len(list) == 0 {
		r.fail(n, "leave the key out for whatever area, or name one: [drugs]", "the list is empty")
	}
	return list
}

// recipients reads exact names only: a duty to report to a class of parties
// would need a second party's state. Each must be one of the pack's parties,
// so that a slip of the pen does not quietly tell somebody else.
func (r *reader) recipients(n *yaml.Node, p *Pack) []party.Name {
	var list []party.Name
	r.each(n, func(c *yaml.Node) {
		r.fields(c, "party", map[string]func(*yaml.Node){
			"party": func(v *yaml.Node) {
				name := parsed(r, v, party.ParseName)
				switch {
				case name == "":
				case slices.Contains(list, name):
					r.fail(v, "keep one of them", "%q stands here twice", name)
				case !slices.ContainsFunc(p.Parties, func(have party.Party) bool { return have.Name == name }):
					r.fail(v, "add it under parties: with its title and kind", "%q is not one of the pack's parties", name)
				}
				list = append(list, name)
			},
		})
	})
	if n.Kind == yaml.SequenceNode && len(list) == 0 {
		r.fail(n, "name at least one: - {party: mx/sre}", "the rule passes on to nobody")
	}
	return list
}

func (r *reader) deadline(n *yaml.Node) Deadline {
	var d Deadline
	r.fields(n, "unit", map[string]func(*yaml.Node){
		"amount":   func(v *yaml.Node) { d.Amount = r.number(v, 1, 10_000) },
		"unit":     func(v *yaml.Node) { d.Unit = oneOf(r, v, Units) },
		"calendar": func(v *yaml.Node) { d.Calendar = oneOf(r, v, []Calendar{CalendarDays, WorkingDays, Ambiguous}) },
		"from": func(v *yaml.Node) {
			if s := r.text(v, 16); s != "" && s != "trigger" {
				r.fail(v, "write from: trigger", "deadlines run from the trigger only")
			}
		},
	})
	counted := d.Unit == Hour || d.Unit == Day
	if d.Unit != "" && counted != (d.Amount > 0) {
		r.fail(n, "hours and days have an amount, the other units none", "the amount does not fit the unit %s", d.Unit)
	}
	if d.Unit == Day && d.Calendar == "" {
		r.fail(n, "add calendar: calendar, working, or ambiguous if the law does not say", "it is not said which days count")
	}
	return d
}

// authorisation reads whose leave an act needs. Only acts that the gate sees
// can wait for one, and only a party that the pack knows can give it: a slip of
// the pen would else make a rule that is never asked about.
func (r *reader) authorisation(n *yaml.Node, p *Pack) *Authorisation {
	a := &Authorisation{RequestScope: intel.Contact}
	r.fields(n, "needed_when by", map[string]func(*yaml.Node){
		"needed_when": func(v *yaml.Node) {
			r.fields(v, "kinds", map[string]func(*yaml.Node){
				"kinds": func(k *yaml.Node) {
					a.Kinds = r.triggers(k)
					if i := slices.IndexFunc(a.Kinds, func(t Trigger) bool { return t != "" && !slices.Contains(Authorisable, t) }); i >= 0 {
						r.fail(k, "acts that can wait for leave are send, call and meet", "%q cannot be authorised beforehand", a.Kinds[i])
					}
				},
				"in_person": func(k *yaml.Node) { a.InPerson = r.truth(k) },
			})
			if a.InPerson && !slices.Contains(a.Kinds, Meet) {
				r.fail(v, "add meet to kinds, or write in_person: false", "only a meeting is in person")
			}
		},
		"by": func(v *yaml.Node) {
			a.By = parsed(r, v, party.ParseName)
			if a.By != "" && !slices.ContainsFunc(p.Parties, func(have party.Party) bool { return have.Name == a.By }) {
				r.fail(v, "add it under parties: with its title and kind", "%q is not one of the pack's parties", a.By)
			}
		},
		"request_scope": func(v *yaml.Node) {
			a.RequestScope = parsed(r, v, intel.ParseScope)
			if a.RequestScope.IsNothing() {
				r.fail(v, "write request_scope: contact, or what the law has the request tell", "asking tells something")
			}
		},
		"timing": func(v *yaml.Node) {
			if s := r.text(v, 16); s != "" && s != "before" {
				r.fail(v, "write timing: before", "an authorisation comes before the act")
			}
		},
	})
	return a
}

func (r *reader) exemptions(n *yaml.Node, p *Pack) []Exemption {
	var list []Exemption
	r.each(n, func(c *yaml.Node) {
		var e Exemption
		r.fields(c, "when effect note", map[string]func(*yaml.Node){
			"when":   func(v *yaml.Node) { e.When = r.who(v, p, nil) },
			"effect": func(v *yaml.Node) { e.Effect = oneOf(r, v, []string{Exempt, AlternativeRule}) },
			"note":   func(v *yaml.Node) { e.Note = r.text(v, maxWords) },
		})
		list = append(list, e)
	})
	return list
}

func (r *reader) cited(n *yaml.Node, p *Pack) []string {
	var list []string
	r.each(n, func(c *yaml.Node) {
		id := r.text(c, 16)
		if id != "" && !slices.ContainsFunc(p.Sources, func(s Source) bool { return s.ID == id }) {
			r.fail(c, "add it under sources:", "the source %q is not listed in this pack", id)
		}
		list = append(list, id)
	})
	return list
}

// The effects of an exemption.
const (
	Exempt          = "exempt"           // the rule does not bind the party
	AlternativeRule = "alternative_rule" // another rule binds it that this pack does not hold
)

package release

import (
	"cmp"
	"slices"
	"strings"

	"comity/intel"
	"comity/law"
	"comity/party"
)

// Duties tells what an act obliges its holder to report under the packs in
// force at its time: one duty for each rule and recipient. Powers and
// permissions oblige nobody. Whoever authorised the act was told of it by being
// asked; in lists what is in hand.
func Duties(w World, a Act, in []Authorised) []Duty {
	var packs []int
	for i := range w.Packs {
		if w.Packs[i].InForceAt(a.At) {
			packs = append(packs, i)
		}
	}
	slices.SortStableFunc(packs, func(i, j int) int {
		a, b := &w.Packs[i], &w.Packs[j]
		return cmp.Or(strings.Compare(a.ID, b.ID), cmp.Compare(a.Version, b.Version))
	})
	var list []Duty
	for _, i := range packs {
		first := len(list)
		list = append(list, owedUnder(&w.Packs[i], a, in)...)
		if len(list) == first {
			continue // hashing a pack costs more than all of this
		}
		if r, err := w.refOf(i); err == nil { // without it the duty is owed all the same
			for n := first; n < len(list); n++ {
				list[n].Pack = r
			}
		}
	}
	return list
}

func (w World) refOf(pack int) (law.Ref, error) {
	if len(w.Refs) == len(w.Packs) {
		return w.Refs[pack], nil
	}
	return w.Packs[pack].Ref()
}

func owedUnder(p *law.Pack, a Act, in []Authorised) []Duty {
	var list []Duty
	for i := range p.Rules {
		list = append(list, owed(p, &p.Rules[i], a, in)...)
	}
	return list
}

func owed(p *law.Pack, rule *law.Rule, a Act, in []Authorised) []Duty {
	if rule.Force != law.Must || rule.Status == law.Repealed || !obliges(p, rule, a) || exempt(p, rule, a.Holder) != nil {
		return nil
	}
	var list []Duty
	due := rule.Deadline.From(a.At, p.Clock(a.Holder))
	for _, to := range rule.Recipients {
		if a.Holder == to {
			continue // nobody reports to itself; a unit does report to its own agency
		}
		if w := rule.Authorisation; w != nil && w.By == to && slices.ContainsFunc(in, func(x Authorised) bool {
			return x.grants(Need{Rule: p.ID + "/" + rule.ID, By: w.By}, a)
		}) {
			continue // it was told by being asked, before the act
		}
		list = append(list, Duty{Rule: p.ID + "/" + rule.ID, Title: rule.Title, Holder: a.Holder, To: to, Scope: rule.Scope, Trigger: a.Kind,
			At: a.At, Due: due, Confidence: rule.Confidence, Status: rule.Status})
	}
	return list
}

// obliges reports whether an act triggers a rule.
func obliges(p *law.Pack, rule *law.Rule, a Act) bool {
	if a.Automated && rule.SparesMachine || !slices.Contains(rule.Kinds, a.Kind) || !inAreas(rule.Areas, a.Areas) ||
		len(rule.Forms) > 0 && !slices.Contains(rule.Forms, a.Form) {
		return false
	}
	return rule.DutyHolder.Binds(*p, a.Holder) && (rule.Counterpart == (law.Who{}) || rule.Counterpart.Binds(*p, a.Counterpart))
}

// senderDuties tells what the sender will owe for the release itself. It looks
// at the rules that bind the sender, and not at all there are.
func (b *book) senderDuties(q Question) []SenderDuty {
	var list []SenderDuty
	for _, r := range q.Recipients {
		for _, s := range b.holderDuties(sending(q, r), q.Authorised) {
			if !slices.ContainsFunc(list, func(o SenderDuty) bool { return o.Rule == s.Rule && o.To == s.To }) {
				list = append(list, s)
			}
		}
	}
	return list
}

// holderDuties tells what one act obliges its holder to report.
func (b *book) holderDuties(a Act, in []Authorised) []SenderDuty {
	var list []SenderDuty
	for _, x := range b.boundBy(a.Holder) {
		c := &b.rules[x.rule]
		for _, d := range owed(c.pack, c.rule, a, in) {
			list = append(list, SenderDuty{d.Rule, d.To, d.Scope, d.Due})
		}
	}
	return list
}

// boundBy gives the rules that bind a party.
func (b *book) boundBy(n party.Name) []binding {
	if i, ok := b.ids[n]; ok {
		return b.nodes[i].bound
	}
	return b.describe(n).bound
}

// FactsOf gathers what a draft could say of having received a cut. A draft
// takes from it only what its scope covers.
func FactsOf(c Cut, a Act) Facts {
	f := Facts{Date: a.At, Kind: a.Kind, Nationality: strings.ToUpper(string(a.Counterpart.State())), Agency: a.Counterpart.Agency(),
		Topic: c.Topic, Purpose: c.Purpose, Title: c.Title, Size: len(c.Portions)}
	if !c.Series.IsZero() {
		f.Holds = c.Series.String()
	}
	var summary, text, marks []string
	for _, p := range c.Portions {
		marks = append(marks, intel.Banner(p.Marking, p.Grading))
		if p.Form == intel.Copy {
			text = append(text, p.Text)
		} else if p.Text != "" {
			summary = append(summary, p.Text)
		}
	}
	f.Markings = strings.Join(slices.Compact(marks), "; ")
	f.Summary, f.Text = strings.Join(summary, "\n\n"), strings.Join(text, "\n\n")
	return f
}

// field says how a fact is told and the least scope that lets it be told
// (doctrine, section 9).
type field struct {
	name  string
	needs intel.Scope
	value func(Facts) string
}

var fields = []field{
	{"date", intel.Contact, func(f Facts) string { return f.Date.String() }},
	{"kind of contact", intel.Contact, func(f Facts) string { return contactKind(f.Kind) }},
	{"nationality", intel.Contact, func(f Facts) string { return f.Nationality }},
	{"agency", intel.Contact, func(f Facts) string { return string(f.Agency) }},
	{"topic", intel.Contact, func(f Facts) string { return f.Topic }},
	{"purpose", intel.Contact, func(f Facts) string { return f.Purpose }},
	{"held as", intel.Scope{Content: intel.Exists}, func(f Facts) string { return f.Holds }},
	{"title", intel.Scope{Content: intel.Metadata}, func(f Facts) string { return f.Title }},
	{"markings", intel.Scope{Content: intel.Metadata}, func(f Facts) string { return f.Markings }},
	{"summary", intel.Scope{Content: intel.Summary}, func(f Facts) string { return f.Summary }},
	{"text", intel.Scope{Content: intel.Full}, func(f Facts) string { return f.Text }},
}

func contactKind(t law.Trigger) string {
	return map[law.Trigger]string{law.Receive: "information received in writing", law.Send: "information sent in writing",
		law.Ask: "request made", law.Answer: "request answered", law.Query: "query", law.Read: "reading at the other side's node",
		law.Call: "telephone call", law.Meet: "meeting"}[t]
}

// DraftFor writes the report that a duty asks for: every fact that the rule's
// scope covers and not one more.
func DraftFor(d Duty, f Facts) Draft {
	draft := Draft{Rule: d.Rule, To: d.To, Scope: d.Scope}
	for _, x := range fields {
		if v := x.value(f); v != "" && x.needs.AtMost(d.Scope) {
			draft.Fields = append(draft.Fields, DraftField{x.name, x.needs, v})
		}
	}
	return draft
}

// Text gives the draft as the letter reads: one field a line.
func (d Draft) Text() string {
	var b strings.Builder
	for _, f := range d.Fields {
		b.WriteString(f.Name + ": " + strings.ReplaceAll(f.Value, "\n", "\n    ") + "\n")
	}
	return b.String()
}

// Bars turns --never arguments, parties:scope, into bars.
func Bars(args []string) ([]intel.Bar, error) {
	var list []intel.Bar
	for _, a := range args {
		who, scope, _ := strings.Cut(a, ":")
		pattern, err := party.ParsePattern(who)
		if err != nil {
			return nil, err
		}
		b := intel.Bar{Parties: pattern}
		if scope != "" {
			if b.AtMost, err = intel.ParseScope(scope); err != nil {
				return nil, err
			}
		}
		list = append(list, b)
	}
	return list, nil
}

package release

import (
	"fmt"
	"slices"
	"strings"

	"comity/intel"
	"comity/law"
	"comity/party"
	"comity/ref"
	"comity/wire"
)

// Outcome is what became of one example of a pack.
type Outcome struct {
	Name string   `json:"name"`
	Want []string `json:"want,omitempty"` // what the example says and the rules do not
	Rows []Row    `json:"rows"`           // what the rules make of it
}

// OK reports whether the rules do all that the example says.
func (o Outcome) OK() bool { return len(o.Want) == 0 }

// TryExamples runs the examples that a pack carries, by the pack alone.
func TryExamples(p law.Pack) ([]Outcome, error) {
	rules := Prepare(World{Packs: []law.Pack{p}})
	var list []Outcome
	for _, e := range p.Examples {
		rows, err := rules.situation(e.Situation)
		if err != nil {
			return nil, fmt.Errorf("example %q: %w", e.Name, err)
		}
		list = append(list, Outcome{Name: e.Name, Rows: rows, Want: missing(p.ID, e, rows)})
	}
	return list, nil
}

// situation tells who comes to see an act: of a release, both ends; of every
// other act, the party whose duties are asked for.
func (r *Rules) situation(s law.Situation) ([]Row, error) {
	if s.Kind != law.Receive && s.Kind != law.Send {
		return r.Reach(Act{Kind: s.Kind, Holder: s.To, Counterpart: s.From, Form: s.Form, At: s.At, Areas: s.Areas, Automated: s.Auto}), nil
	}
	from, to := s.From, s.To
	if s.Kind == law.Send {
		from, to = to, from
	}
	m := intel.Marking{TLP: intel.TLPClear}
	if s.Marked != "" {
		var err error
		if m, _, err = intel.ParseBanner(s.Marked); err != nil {
			return nil, err
		}
	}
	form := s.Form
	if form == intel.Withheld {
		form = intel.Copy
	}
	q := Question{Sender: from, Recipients: []Recipient{{to, []intel.Form{form}}}, At: s.At, Automated: s.Auto,
		Item: intel.Item{ID: ref.ItemID{1}, Kind: intel.Report, Version: 1, Originator: from, Title: "an example", Areas: s.Areas,
			Portions: []intel.Portion{{ID: ref.PortionID{1}, Kind: intel.Fact, Text: "text", Substitute: "cleaned", Marking: m}}}}
	p, err := r.Decide(q)
	return p.Rows, err
}

// Reach tells who comes to see an act that sends no item, through the party
// that it is an act of: a call, a meeting, a request. The holder's own row is
// left out.
func (r *Rules) Reach(a Act) []Row {
	b := r.at(a.At)
	run, q := newReach(b, a)
	run.run()
	t := newTable(b, q)
	t.add(run, []int{1})
	return t.rows()
}

// newReach begins the search for those who come to see an act.
func newReach(b *book, a Act) (*search, Question) {
	q := Question{Sender: a.Holder, At: a.At, Automated: a.Automated, Item: intel.Item{Areas: a.Areas, Portions: make([]intel.Portion, 1)}}
	run := newSearch(b, q, false)
	run.own = "" // the holder's superiors are news
	run.start(a.Holder, a.Counterpart, a.act(), a.scope(), a.At)
	return run, q
}

func (a Act) act() act { return actOf(a.Kind, uint8(a.Form)) }

func (a Act) scope() intel.Scope { return intel.Scope{Content: a.Form.Content(), Contact: true} }

// missing lists what an example says and the rows do not.
func missing(pack string, e law.Example, rows []Row) []string {
	var list []string
	for _, x := range e.Expect {
		if !slices.ContainsFunc(rows, func(r Row) bool { return r.meets(pack, x) }) {
			list = append(list, fmt.Sprintf("%s sees %s under %s%s; the rules give it %s", x.Party, x.Scope, x.Rule, byWords(x.By), seen(rows, x.Party)))
		}
	}
	for _, text := range e.Nobody {
		for _, r := range rows {
			if party.Pattern(text).Match(r.Party) {
				list = append(list, fmt.Sprintf("%s learns nothing; the rules give it %s", r.Party, seen(rows, r.Party)))
				break
			}
		}
	}
	return list
}

func (r Row) meets(pack string, x law.Expected) bool {
	if r.Party != x.Party || r.Scope != x.Scope {
		return false
	}
	rule := ""
	for _, s := range r.Path { // the last that is a rule: a group hands on to its members
		if s.Rule != member {
			rule = s.Rule
		}
	}
	if rule != pack+"/"+x.Rule && rule != x.Rule {
		return false
	}
	return len(x.By) == 0 || slices.EqualFunc(r.Latest, x.By, func(d law.Due, at wire.Time) bool { return d.At == at })
}

func byWords(by []wire.Time) string {
	if len(by) == 0 {
		return ""
	}
	words := make([]string, len(by))
	for i, t := range by {
		words[i] = t.String()
	}
	return " by " + strings.Join(words, " or ")
}

// seen tells what rows give a party.
func seen(rows []Row, n party.Name) string {
	var list []string
	for _, r := range rows {
		if r.Party != n {
			continue
		}
		text := r.Scope.String()
		if len(r.Path) > 0 {
			text += " under " + r.Path[len(r.Path)-1].Rule
		}
		var by []wire.Time
		for _, d := range r.Latest {
			by = append(by, d.At)
		}
		list = append(list, text+byWords(by))
	}
	if len(list) == 0 {
		return "nothing"
	}
	return strings.Join(list, ", ")
}

package console

import (
	"slices"

	"comity/intel"
	"comity/law"
	"comity/party"
	"comity/ref"
	"comity/release"
	"comity/rulebook"
	"comity/wire"
)

// PlanView is a plan with what a screen needs to tell it in words.
type PlanView struct {
	Plan   release.Plan          `json:"plan"`
	Hash   ref.Hash              `json:"hash"`
	Like   ref.Hash              `json:"like"`   // its likeness: what SendItem.Shown takes
	Title  string                `json:"title"`  // of the item
	Titles map[party.Name]string `json:"titles"` // of the parties that have one
	Rules  []RuleView            `json:"rules"`  // those on the paths
	Idle   []IdlePack            `json:"idle,omitempty"`

	// Exhibits go along with a copy of their portion: those that the officer may
	// see, of portions that somebody is to get as a copy.
	Exhibits []PlanExhibit `json:"exhibits,omitempty"`

	Strange []party.Name `json:"strange,omitempty"` // recipients that no partner's card names

	// Of a plan for the most that can be sent.
	Best    bool           `json:"best,omitzero"`
	Dropped []party.Name   `json:"dropped,omitempty"` // recipients that can be given nothing
	Held    []release.Held `json:"held,omitempty"`    // portions that fell below what was asked
	Nothing bool           `json:"nothing,omitzero"`  // nothing at all can be given: the plan is of what was asked
}

// PlanExhibit is an exhibit of a portion.
type PlanExhibit struct {
	Portion int      `json:"portion"`
	Content ref.Hash `json:"content"`
	Size    int64    `json:"size"`
	Media   string   `json:"media"`
}

// copied lists the exhibits of the portions that a plan gives as a copy. What is
// hidden from the officer has none in the officer's view.
func copied(p release.Plan, item intel.Item) []PlanExhibit {
	var list []PlanExhibit
	for i, portion := range item.Portions {
		if !slices.ContainsFunc(p.Recipients, func(r release.Recipient) bool { return i < len(r.Forms) && r.Forms[i] == intel.Copy }) {
			continue
		}
		for _, x := range portion.Exhibits {
			list = append(list, PlanExhibit{i + 1, x.Content, x.Size, x.Media})
		}
	}
	return list
}

// IdlePack is a pack that the node holds, that would bind or describe a party
// of the plan, and that has no say in it.
type IdlePack struct {
	Pack   law.Ref      `json:"pack"`
	Why    rulebook.Why `json:"why"`
	By     party.Handle `json:"by"`              // who added or assessed it
	Since  wire.Time    `json:"since"`           // when they did
	Reason string       `json:"reason,omitzero"` // of the assessment
	Status law.Status   `json:"status"`
	From   wire.Time    `json:"from"` // in force
	Until  wire.Time    `json:"until,omitzero"`
}

// idle tells which packs have no say in a plan although they concern a party of
// it: what does not count must be seen not to count.
func idle(p release.Plan, all []rulebook.Idle) []IdlePack {
	parties := []party.Name{p.Sender}
	for _, r := range p.Recipients {
		parties = append(parties, r.Party)
	}
	for _, r := range p.Rows {
		parties = append(parties, r.Party)
	}
	var list []IdlePack
	for _, i := range all {
		e := i.Entry
		used := i.Why != rulebook.OutOfForce && slices.Contains(p.Packs, e.Ref) // by a question that named it
		if !used && slices.ContainsFunc(parties, e.Pack.Concerns) {
			list = append(list, IdlePack{e.Ref, i.Why, e.By, e.Since, e.Reason, e.Pack.Status, e.Pack.From, e.Pack.Until})
		}
	}
	return list
}

// RuleView is a rule that a plan quotes.
type RuleView struct {
	Rule       string         `json:"rule"` // pack/rule
	Title      string         `json:"title"`
	Words      string         `json:"words"`
	Deadline   law.Deadline   `json:"deadline"`
	Scope      intel.Scope    `json:"scope"`
	Confidence law.Confidence `json:"confidence"`
	Status     law.Status     `json:"status"`
}

// Rule gives the view of a rule by its name.
func (v PlanView) Rule(name string) (RuleView, bool) {
	for _, r := range v.Rules {
		if r.Rule == name {
			return r, true
		}
	}
	return RuleView{}, false
}

// TitleOf gives what to call a party: its title, or nothing.
func (v PlanView) TitleOf(n party.Name) string { return v.Titles[n] }

// quoted collects the rules that a plan's paths and duties name.
func quoted(p release.Plan, packs []law.Pack) []RuleView {
	wanted := map[string]bool{}
	for _, row := range p.Rows {
		for _, s := range row.Path {
			wanted[s.Rule] = true
		}
	}
	for _, d := range p.Duties {
		wanted[d.Rule] = true
	}
	views := []RuleView{}
	for _, pack := range packs {
		for _, r := range pack.Rules {
			if name := pack.ID + "/" + r.ID; wanted[name] {
				views = append(views, RuleView{name, r.Title, r.Words, r.Deadline, r.Scope, r.Confidence, r.Status})
			}
		}
	}
	return views
}

// titled collects the titles of the parties that a plan names.
func titled(p release.Plan, d party.Directory) map[party.Name]string {
	titles := map[party.Name]string{}
	add := func(n party.Name) {
		if entry, found := d.Lookup(n); found && entry.Title != "" {
			titles[n] = entry.Title
		}
	}
	add(p.Sender)
	for _, r := range p.Recipients {
		add(r.Party)
	}
	for _, row := range p.Rows {
		add(row.Party)
		for _, s := range row.Path {
			add(s.From)
			add(s.To)
		}
	}
	for _, u := range p.Unknown {
		add(u.Party)
	}
	for _, d := range p.Duties {
		add(d.To)
	}
	return titles
}

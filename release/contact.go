package release

import (
	"slices"

	"comity/intel"
	"comity/law"
	"comity/party"
	"comity/ref"
	"comity/wire"
)

// Contact is an act between two parties that sends no item: a call, a meeting.
// What was said stands in reports; that it was said is what the law looks at.
type Contact struct {
	ID      ref.ContactID `json:"id,omitzero"` // none: a plan alone, for which nothing was asked yet
	Kind    law.Trigger   `json:"kind"`        // call or meet
	Holder  party.Name    `json:"holder"`
	With    party.Name    `json:"with"`
	At      wire.Time     `json:"at"`
	Topic   string        `json:"topic"`
	Purpose string        `json:"purpose"`
	Areas   []intel.Area  `json:"areas,omitempty"`
}

// ContactKinds lists the acts that a contact can be.
var ContactKinds = []law.Trigger{law.Call, law.Meet}

// Act gives the contact as an act that rules look at.
func (c Contact) Act() Act {
	return Act{Kind: c.Kind, Holder: c.Holder, Counterpart: c.With, At: c.At, Areas: c.Areas, Contact: c.ID}
}

// Facts gives what a report of the contact could say. No form of it tells what
// was said.
func (c Contact) Facts() Facts {
	return FactsOf(Cut{Topic: c.Topic, Purpose: c.Purpose}, c.Act())
}

// ContactPlan is the answer to a contact: who will come to know of it, whose
// authorisation it needs first, and what its holder must report afterwards.
// Its hash is what a second officer signs.
type ContactPlan struct {
	Contact    Contact      `json:"contact"`
	Packs      []law.Ref    `json:"packs"`
	Needs      []Need       `json:"needs,omitempty"`
	Authorised []Authorised `json:"authorised,omitempty"` // in hand, that meet a need
	Rows       []Row        `json:"rows"`
	Unknown    []Unknown    `json:"unknown,omitempty"`
	Duties     []SenderDuty `json:"duties,omitempty"`
}

// Hash names the plan.
func (p ContactPlan) Hash() (ref.Hash, error) { return wire.Sum("contact", p) }

// asked gives the rows of those who know of an act because leave for it is
// asked: the party that gives it, and if it is a group its members.
func asked(needs []Need, a Act) []Row {
	var list []Row
	for _, n := range needs {
		step := Step{Rule: n.Rule, From: n.Holder, To: n.By, Force: law.Must}
		row := Row{Party: n.By, Scope: n.Scope, Reach: Sure, Force: law.Must, Earliest: a.At, Path: []Step{step}, Confidence: n.Confidence, Status: n.Status}
		list = append(list, row)
		for _, m := range n.Told {
			row.Party, row.Path = m, []Step{step, {Rule: member, From: n.By, To: m}}
			list = append(list, row)
		}
	}
	return list
}

// Wanting lists the authorisations that are not in hand.
func (p ContactPlan) Wanting() []Need {
	return slices.DeleteFunc(slices.Clone(p.Needs), Need.Met)
}

// Contact answers who will come to know of a contact and what it needs.
func (r *Rules) Contact(c Contact, in []Authorised) (ContactPlan, error) {
	if r.err != nil {
		return ContactPlan{}, r.err
	}
	b, a := r.at(c.At), c.Act()
	// What was asked about is what was authorised: another matter on the same
	// day is another meeting.
	in = slices.DeleteFunc(slices.Clone(in), func(x Authorised) bool { return x.Topic != c.Topic || x.Purpose != c.Purpose })
	p := ContactPlan{Contact: c, Packs: b.refs, Needs: b.needs(a, in), Duties: b.holderDuties(a, in)}
	p.Authorised = slices.DeleteFunc(in, func(x Authorised) bool {
		return !slices.ContainsFunc(p.Needs, func(n Need) bool { return x.grants(n, a) })
	})
	run, q := newReach(b, a)
	run.start(c.With, c.Holder, a.act(), a.scope(), a.At) // both sides know of it
	run.run()
	t := newTable(b, q)
	t.add(run, nil)
	p.Rows = t.rows()
	for _, row := range asked(p.Needs, a) {
		if !slices.ContainsFunc(p.Rows, func(have Row) bool {
			return have.Party == row.Party && have.Reach == Sure && row.Scope.AtMost(have.Scope)
		}) {
			p.Rows = append(p.Rows, row)
		}
	}
	p.Unknown = newSolver(b).unknown(q, p.Rows, t.other)
	return p, nil
}

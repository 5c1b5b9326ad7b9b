package release

import (
	"comity/intel"
	"comity/law"
	"comity/party"
)

// solver answers one question and the variants of it by which remedies are
// tried. The closure from one recipient in one form is the same in all of
// them, so it is computed once.
type solver struct {
	world World
	packs []index
	known map[start]reach
}

// start is all that a closure hangs on within one question.
type start struct {
	recipient party.Name
	form      intel.Form
	closed    bool
}

// reach is a closure: rows without portions yet, and the parties bound by a
// rule that is not held here.
type reach struct {
	rows  []Row
	other map[party.Name]string
}

func newSolver(w World) *solver {
	return &solver{world: w, packs: indexed(w.Packs), known: map[start]reach{}}
}

func (s *solver) closure(q Question, to party.Name, c class) reach {
	key := start{to, c.form, c.closed}
	if have, ok := s.known[key]; ok {
		return have
	}
	run := newSearch(s.world, s.packs, q, c.closed)
	run.run(starts(q, to, c.form)...)
	have := reach{run.rows(q), run.other}
	s.known[key] = have
	return have
}

// found is what one question yields before remedies are looked for.
type found struct {
	rows      []Row
	unknown   []Unknown
	conflicts []Conflict
}

func (s *solver) findings(q Question) found {
	rows, other := s.rows(q)
	return found{rows: rows, unknown: unknown(s.world, q, rows, other), conflicts: conflicts(q, rows)}
}

// rows joins the closures of all recipients and classes of portions.
func (s *solver) rows(q Question) ([]Row, map[party.Name]string) {
	var rows []Row
	other := map[party.Name]string{}
	for _, r := range q.Recipients {
		for _, c := range classes(q.Item, r) {
			have := s.closure(q, r.Party, c)
			for _, row := range have.rows {
				if row.Scope.Content > intel.None {
					row.Portions = c.portions
				}
				rows = append(rows, row)
			}
			for n, why := range have.other {
				other[n] = why
			}
		}
	}
	return tidy(rows), other
}

// starts gives the two ends of the act: the recipient received, the sender
// sent. Both know of the contact.
func starts(q Question, to party.Name, form intel.Form) []reached {
	l := label{scope: intel.Scope{Content: form.Content(), Contact: true}, sure: true, earliest: q.At, by: q.At,
		confidence: law.WordingRead, status: law.InForce}
	trigger := law.Receive
	if form == intel.Room {
		trigger = law.Read
	}
	return []reached{
		{state{to, trigger, q.Sender, form}, l},
		{state{q.Sender, law.Send, to, form}, l},
	}
}

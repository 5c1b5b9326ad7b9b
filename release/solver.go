package release

import (
	"slices"

	"comity/intel"
	"comity/law"
	"comity/party"
)

// solver answers one question and the variants of it by which remedies are
// tried. The closure from one recipient in one form is the same in all of
// them, so it is computed once.
type solver struct {
	book  *book
	known map[start]*search
	shown []Row // of the question itself
}

// start is all that a closure hangs on within one question.
type start struct {
	recipient party.Name
	form      intel.Form
	closed    bool
}

func newSolver(b *book) *solver {
	return &solver{book: b, known: map[start]*search{}}
}

// closure follows the rules from both ends of the act: the recipient received,
// the sender sent. Both know of the contact.
func (s *solver) closure(q Question, to party.Name, form intel.Form, closed bool) *search {
	key := start{to, form, closed}
	if have, ok := s.known[key]; ok {
		return have
	}
	run := newSearch(s.book, q, closed)
	trigger := law.Receive
	if form == intel.Room {
		trigger = law.Read
	}
	scope := intel.Scope{Content: form.Content(), Contact: true}
	run.start(to, q.Sender, actOf(trigger, uint8(form)), scope, q.At)
	run.start(q.Sender, to, actOf(law.Send, uint8(form)), scope, q.At)
	run.run()
	s.known[key] = run
	return run
}

// found is what one question yields before remedies are looked for.
type found struct {
	rows      []Row
	unknown   []Unknown
	conflicts []Conflict
}

func (s *solver) findings(q Question) found {
	rows, other := s.rows(q)
	return found{rows: rows, unknown: s.unknown(q, rows, other), conflicts: append(conflicts(q, rows), s.unauthorised(q, rows)...)}
}

func (s *solver) unauthorised(q Question, rows []Row) []Conflict {
	var list []Conflict
	for _, r := range q.Recipients {
		list = append(list, s.book.unauthorised(q, r, rows)...)
	}
	return list
}

// rows joins the closures of all recipients and classes of portions.
func (s *solver) rows(q Question) ([]Row, map[party.Name]string) {
	t := newTable(s.book, q)
	for _, r := range q.Recipients {
		for _, c := range s.book.partition(q.Item, r) {
			t.add(s.closure(q, r.Party, c.form, c.closed), c.portions)
		}
	}
	return t.rows(), t.other
}

// class is a set of portions that every rule in force treats alike: equal in
// all that one of them tests.
type class struct {
	form     intel.Form
	closed   bool // the marking takes permissions away
	portions []int
}

func (b *book) partition(i intel.Item, r Recipient) []class {
	var list []class
	for n, form := range r.Forms {
		if form == intel.Withheld {
			continue
		}
		closed := b.closes && closesPermissions(i.Portions[n].Marking)
		at := slices.IndexFunc(list, func(c class) bool { return c.form == form && c.closed == closed })
		if at < 0 {
			at = len(list)
			list = append(list, class{form: form, closed: closed})
		}
		list[at].portions = append(list[at].portions, n+1)
	}
	return list
}

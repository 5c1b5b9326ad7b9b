package release

import (
	"slices"

	"comity/fault"
	"comity/intel"
	"comity/party"
	"comity/ref"
	"comity/wire"
)

// Decide answers who will come to see a release, why, and what it breaks. It
// depends on nothing but its arguments: the same world and question give the
// same plan, byte for byte. Whoever asks more than once makes the world ready
// with [Prepare] and asks [Rules.Decide].
func Decide(w World, q Question) (Plan, error) { return Prepare(w).Decide(q) }

// Decide is as [Decide].
func (r *Rules) Decide(q Question) (Plan, error) {
	q, err := r.ready(q)
	if err != nil {
		return Plan{}, err
	}
	return newSolver(r.at(q.At)).plan(q)
}

// Reached answers who will come to see a release, and nothing of what it
// breaks: for a question that somebody else faces.
func (r *Rules) Reached(q Question) (Plan, error) {
	q, err := r.ready(q)
	if err != nil {
		return Plan{}, err
	}
	s, q := newSolver(r.at(q.At)), q.settled()
	rows, other := s.rows(q)
	return Plan{Version: q.Item.Version, ItemHash: q.ItemHash, Sender: q.Sender, Recipients: q.Recipients, At: q.At, Packs: s.book.refs,
		Rows: rows, Unknown: s.unknown(q, rows, other)}, nil
}

// Broken answers which promises a release breaks, without remedies.
func (r *Rules) Broken(q Question) ([]Conflict, error) {
	q, err := r.ready(q)
	if err != nil {
		return nil, err
	}
	s, q := newSolver(r.at(q.At)), q.settled()
	return s.findings(q).conflicts, nil
}

// ready refuses questions that make no sense, and packs that cannot be named;
// it names the version that the question is about.
func (r *Rules) ready(q Question) (Question, error) {
	err := sensible(q)
	if err == nil {
		err = r.err
	}
	if err == nil && q.ItemHash.IsZero() {
		q.ItemHash, err = q.Item.Hash()
	}
	return q, err
}

// plan answers a question in full.
func (s *solver) plan(q Question) (Plan, error) {
	p := Plan{Item: q.Item.ID, Version: q.Item.Version, ItemHash: q.ItemHash, Sender: q.Sender, Recipients: q.Recipients, Never: q.Never,
		Others: q.Others, At: q.At, Automated: q.Automated, Packs: s.book.refs}
	// What is judged is what MakeCut will send: derived portions carry the
	// markings of what they come from, here or at a partner.
	q = q.settled()
	q.Authorised = s.book.used(q)
	p.Authorised = q.Authorised
	for _, r := range q.Recipients {
		p.Needs = append(p.Needs, s.book.needs(sending(q, r), q.Authorised)...)
	}
	f := s.findings(q)
	p.Rows, p.Unknown, p.Conflicts = f.rows, f.unknown, f.conflicts
	p.Duties = s.book.senderDuties(q)
	s.shown = f.rows
	mend := newMender(s, q)
	for i := range p.Conflicts {
		p.Conflicts[i].Remedies = mend.remedies(p.Conflicts[i])
	}
	return p, nil
}

// Same reports whether two plans find the same apart from the times: what a
// second officer approved is still what would be sent.
func (p Plan) Same(other Plan) bool {
	a, errA := p.Likeness()
	b, errB := other.Likeness()
	return errA == nil && errB == nil && a == b
}

// Likeness names what a plan finds, whenever it is made: it is that of every plan that
// is the same.
func (p Plan) Likeness() (ref.Hash, error) { return wire.Sum("plan.likeness", p.timeless()) }

func (p Plan) timeless() Plan {
	rows := slices.Clone(p.Rows)
	for i := range rows {
		rows[i].Earliest, rows[i].Latest = wire.Time{}, nil
	}
	p.Rows = rows
	duties := slices.Clone(p.Duties)
	for i := range duties {
		duties[i].Due = nil
	}
	p.Duties, p.At = duties, wire.Time{}
	// Whom one could have chosen instead, and what would mend a conflict, is
	// advice: it changes with every card that a partner sends.
	p.Others = nil
	p.Conflicts = slices.Clone(p.Conflicts)
	for i := range p.Conflicts {
		p.Conflicts[i].Remedies = nil
	}
	return p
}

func sensible(q Question) error {
	if len(q.Recipients) == 0 {
		return fault.New(fault.Invalid, "no recipient is named").Fix("name one with --to mx/semar/uin")
	}
	seen := map[party.Name]bool{}
	for _, r := range q.Recipients {
		if seen[r.Party] {
			return fault.New(fault.Invalid, "%s is named twice as a recipient", r.Party).Fix("give it one form per portion")
		}
		seen[r.Party] = true
		if len(r.Forms) != len(q.Item.Portions) {
			return fault.New(fault.Invalid, "%s has %d forms for %d portions", r.Party, len(r.Forms), len(q.Item.Portions))
		}
		if r.Party.Within(q.Sender.Agency()) {
			return fault.New(fault.Invalid, "%s belongs to the sender's own agency", r.Party).Fix("a release goes to a partner; at home the item is there already")
		}
		if highest(r.Forms) == intel.Withheld {
			return fault.New(fault.Invalid, "everything is withheld from %s", r.Party).Fix("give it some portion at least as a pointer, or leave it out")
		}
		for i, f := range r.Forms {
			if f == intel.Substitute && q.Item.Portions[i].Substitute == "" {
				return fault.New(fault.Invalid, "portion %d has no substitute wording", i+1).At("portion %d", i+1).
					Fix("write one with comity edit, or choose another form")
			}
		}
	}
	return nil
}

func highest(forms []intel.Form) intel.Form {
	return slices.Max(append([]intel.Form{intel.Withheld}, forms...))
}

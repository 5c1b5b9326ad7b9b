package release

import (
	"cmp"
	"slices"
	"strings"

	"comity/fault"
	"comity/intel"
	"comity/law"
	"comity/party"
	"comity/wire"
)

// Decide answers who will come to see a release, why, and what it breaks. It
// depends on nothing but its arguments: the same world and question give the
// same plan, byte for byte.
func Decide(w World, q Question) (Plan, error) {
	if err := sensible(q); err != nil {
		return Plan{}, err
	}
	w = inForce(w, q)
	p := Plan{Item: q.Item.ID, Version: q.Item.Version, Sender: q.Sender, Recipients: q.Recipients, Never: q.Never,
		At: q.At, Automated: q.Automated}
	var err error
	if p.ItemHash, err = q.Item.Hash(); err != nil {
		return Plan{}, err
	}
	// What is judged is what MakeCut will send: derived portions carry the
	// markings of what they come from.
	q.Item = q.Item.Inherit()
	for _, pack := range w.Packs {
		r, err := pack.Ref()
		if err != nil {
			return Plan{}, err
		}
		p.Packs = append(p.Packs, r)
	}
	solve := newSolver(w)
	f := solve.findings(q)
	p.Rows, p.Unknown, p.Conflicts = f.rows, f.unknown, f.conflicts
	p.Duties = senderDuties(w, q)
	mend := mender{solve, q, map[tried]string{}}
	for i := range p.Conflicts {
		p.Conflicts[i].Remedies = mend.remedies(p.Conflicts[i])
	}
	return p, nil
}

// Same reports whether two plans find the same apart from the times: what a
// second officer approved is still what would be sent.
func (p Plan) Same(other Plan) bool {
	a, errA := p.timeless().Hash()
	b, errB := other.timeless().Hash()
	return errA == nil && errB == nil && a == b
}

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
	return p
}

// inForce drops the packs that are out of force, and sorts the rest, so that
// the order in which packs were added changes nothing.
func inForce(w World, q Question) World {
	var packs []law.Pack
	var parties []party.Party
	for _, p := range w.Packs {
		if p.InForceAt(q.At) {
			packs = append(packs, p)
			parties = append(parties, p.Parties...)
		}
	}
	slices.SortFunc(packs, func(a, b law.Pack) int {
		return cmp.Or(strings.Compare(a.ID, b.ID), cmp.Compare(a.Version, b.Version))
	})
	return World{Packs: packs, Directory: merge(w.Directory, parties)}
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

// class is a set of portions that every rule treats alike: equal in all that
// a rule can test.
type class struct {
	form     intel.Form
	closed   bool // the marking takes permissions away
	portions []int
}

func classes(i intel.Item, r Recipient) []class {
	var list []class
	for n, form := range r.Forms {
		if form == intel.Withheld {
			continue
		}
		closed := closesPermissions(i.Portions[n].Marking)
		at := slices.IndexFunc(list, func(c class) bool { return c.form == form && c.closed == closed })
		if at < 0 {
			list = append(list, class{form: form, closed: closed})
			at = len(list) - 1
		}
		list[at].portions = append(list[at].portions, n+1)
	}
	return list
}

// rows turns the labels of one search into rows, the sender left out.
func (s *search) rows(q Question) []Row {
	var list []Row
	for st, labels := range s.labels {
		if st.party == q.Sender {
			continue
		}
		for _, l := range labels {
			r := Row{Party: st.party, Scope: l.scope, Reach: Possible, Force: l.force, Earliest: l.earliest, Latest: l.latest,
				Path: l.path, Confidence: l.confidence, Status: l.status}
			if l.sure {
				r.Reach = Sure
			}
			if len(l.path) == 0 {
				r.Latest, r.Confidence, r.Status = nil, "", ""
			}
			list = append(list, r)
		}
	}
	return list
}

// tidy merges rows that differ in their portions alone, drops those that
// another row covers, and sorts: sure first, then by party.
func tidy(rows []Row) []Row {
	slices.SortFunc(rows, compareRows)
	var merged []Row
	for _, r := range rows {
		if n := len(merged); n > 0 && sameButPortions(merged[n-1], r) {
			merged[n-1].Portions = union(merged[n-1].Portions, r.Portions)
			continue
		}
		merged = append(merged, r)
	}
	of := map[party.Name][]int{} // only rows of one party cover one another
	for i, r := range merged {
		of[r.Party] = append(of[r.Party], i)
	}
	var kept []Row
	for i, r := range merged {
		covered := slices.ContainsFunc(of[r.Party], func(j int) bool {
			o := merged[j]
			return i != j && o.coversRow(r) && (!r.coversRow(o) || j < i)
		})
		if !covered {
			kept = append(kept, r)
		}
	}
	return kept
}

func (r Row) coversRow(o Row) bool {
	if r.Party != o.Party || !o.Scope.AtMost(r.Scope) || r.Reach != Sure && o.Reach == Sure || gravity(r.Path) < gravity(o.Path) ||
		r.Earliest.After(o.Earliest) || len(r.Path) > 0 && !notLater(r.by(), o.by()) {
		return false
	}
	for _, n := range o.Portions {
		if !slices.Contains(r.Portions, n) {
			return false
		}
	}
	return true
}

// by gives the instant by which the row's path has run its course; zero if it
// has no deadline.
func (r Row) by() wire.Time {
	if len(r.Latest) == 0 {
		return wire.Time{}
	}
	return r.Latest[0].At
}

func compareRows(a, b Row) int {
	reach := map[Reach]int{Sure: 0, Possible: 1}
	return cmp.Or(cmp.Compare(reach[a.Reach], reach[b.Reach]), cmp.Compare(min(len(a.Path), 1), min(len(b.Path), 1)),
		strings.Compare(string(a.Party), string(b.Party)), cmp.Compare(b.Scope.Content, a.Scope.Content),
		comparePaths(a.Path, b.Path), strings.Compare(string(a.Force), string(b.Force)), slices.Compare(a.Portions, b.Portions))
}

func sameButPortions(a, b Row) bool {
	return a.Party == b.Party && a.Scope == b.Scope && a.Reach == b.Reach && a.Force == b.Force &&
		a.Earliest == b.Earliest && slices.Equal(a.Latest, b.Latest) && comparePaths(a.Path, b.Path) == 0
}

func union(a, b []int) []int {
	all := append(slices.Clone(a), b...)
	slices.Sort(all)
	return slices.Compact(all)
}

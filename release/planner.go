package release

import (
	"slices"

	"comity/intel"
	"comity/party"
)

// planner fills the cells of one question.
type planner struct {
	asked   Question // as it was put, with inherited markings
	now     Question // the recipients that remain, with the forms found so far
	solve   *solver
	dropped []party.Name

	wanted  map[party.Name][]intel.Form
	closed  []bool        // by portion: its marking takes permissions away
	uses    map[start]int // closures of what is given, by how many cells
	promise [][]promise   // by portion, as long as those who are given it are the same

	parties []party.Name // everybody that a closure has reached, by number
	number  map[party.Name]int32
	sums    map[start][]sum
	allowed map[string]*allowances
	verdict map[trial]bool
}

// sum is the most that one closure lets one party see, apart for what stops a
// release and what only a bar stops.
type sum struct {
	party             int32
	lawful, commanded intel.Scope
}

// allowances is what one promise allows each party, filled as parties appear.
type allowances struct {
	promise promise
	scopes  []intel.Scope
}

// trial is one promise against one closure.
type trial struct {
	start   start
	promise string
	content bool // the closure carries the promise's own portion
}

func newPlanner(b *book, q Question) *planner {
	q = q.settled()
	p := &planner{asked: q, now: q, solve: newSolver(b), wanted: map[party.Name][]intel.Form{},
		number: map[party.Name]int32{}, sums: map[start][]sum{}}
	for _, r := range q.Recipients {
		p.wanted[r.Party] = r.Forms
	}
	for _, portion := range q.Item.Portions {
		p.closed = append(p.closed, b.closes && closesPermissions(portion.Marking))
	}
	p.empty(q.Recipients)
	return p
}

// empty begins anew with nothing given to some recipients.
func (p *planner) empty(to []Recipient) {
	p.now.Recipients = make([]Recipient, len(to))
	for i, r := range to {
		p.now.Recipients[i] = Recipient{r.Party, make([]intel.Form, len(r.Forms))}
	}
	p.uses, p.promise = map[start]int{}, make([][]promise, len(p.now.Item.Portions))
	p.allowed, p.verdict = map[string]*allowances{}, map[trial]bool{}
}

// fill raises cells until none moves.
func (p *planner) fill() {
	for moved := true; moved; {
		moved = false
		for i := range p.now.Recipients {
			for n := range p.now.Item.Portions {
				moved = p.raise(i, n) || moved
			}
		}
	}
}

// raise gives a cell the fullest form that keeps every promise.
func (p *planner) raise(i, n int) bool {
	was := p.now.Recipients[i].Forms[n]
	most := p.wanted[p.now.Recipients[i].Party][n]
	for _, f := range ladder {
		if f > most || f <= was || f == intel.Substitute && p.now.Item.Portions[n].Substitute == "" {
			continue
		}
		first := p.set(i, n, f)
		if p.keeps(i, n, first) {
			return true
		}
		p.set(i, n, was)
	}
	return false
}

// set gives a cell a form, and tells whether that is the first cell of its
// closure.
func (p *planner) set(i, n int, f intel.Form) (first bool) {
	r := &p.now.Recipients[i]
	if was := r.Forms[n]; was != intel.Withheld {
		st := start{r.Party, was, p.closed[n]}
		if p.uses[st]--; p.uses[st] == 0 {
			delete(p.uses, st)
		}
	}
	r.Forms[n] = f
	p.promise[n] = nil
	if f == intel.Withheld {
		return false
	}
	st := start{r.Party, f, p.closed[n]}
	p.uses[st]++
	return p.uses[st] == 1
}

// promised gives the promises of a portion to those who are given it now.
func (p *planner) promised(n int) []promise {
	if p.promise[n] == nil && len(given(p.now, n+1)) > 0 {
		p.promise[n] = promises(p.now, n+1)
	}
	return p.promise[n]
}

// keeps reports whether every promise holds with a cell as it stands now. Only
// what the cell touches is tested: the promises of its own portion against
// every closure, and, if its closure is new, those of all other portions
// against the contact that it makes known.
func (p *planner) keeps(i, n int, first bool) bool {
	r := p.now.Recipients[i]
	own := start{r.Party, r.Forms[n], p.closed[n]}
	only := Question{Item: p.now.Item, Recipients: []Recipient{r}, At: p.now.At}
	if len(handling(only, n+1, nil)) > 0 {
		return false
	}
	for _, bar := range p.now.Never {
		if !p.holds(own, barred(0, "--never "+string(bar.Parties)+":"+bar.AtMost.String(), bar), true) {
			return false
		}
	}
	for _, pr := range p.promised(n) {
		for st := range p.uses {
			if !p.holds(st, pr, p.carries(st, n)) {
				return false
			}
		}
	}
	if !first {
		return true
	}
	for m := range p.now.Item.Portions {
		for _, pr := range p.promised(m) {
			if !p.holds(own, pr, p.carries(own, m)) {
				return false
			}
		}
	}
	return true
}

// authorised reports whether all that sending to a recipient needs is in hand:
// an authorisation is for all of its forms together, so that only what it was
// filled with can be judged.
func (p *planner) authorised(r Recipient) bool {
	return len(p.solve.book.unauthorised(p.asked, r, nil)) == 0
}

// carries reports whether a closure is of a portion.
func (p *planner) carries(st start, n int) bool {
	for _, r := range p.now.Recipients {
		if r.Party == st.recipient {
			return r.Forms[n] == st.form && p.closed[n] == st.closed
		}
	}
	return false
}

// holds tests a promise against all that a closure lets anybody see: content
// only if the closure carries the portion that the promise is about.
func (p *planner) holds(st start, pr promise, content bool) bool {
	key := trial{st, pr.key, content}
	if v, ok := p.verdict[key]; ok {
		return v
	}
	a, ok := p.allowed[pr.key]
	if !ok {
		a = &allowances{promise: pr}
		p.allowed[pr.key] = a
	}
	sums := p.sum(st)
	for n := len(a.scopes); n < len(p.parties); n++ {
		a.scopes = append(a.scopes, pr.allows(p.parties[n]))
	}
	v := true
	for _, s := range sums {
		seen := s.lawful
		if pr.bar {
			seen = seen.Join(s.commanded)
		}
		if !content {
			seen.Content = intel.None
		}
		if !seen.AtMost(a.scopes[s.party]) {
			v = false
			break
		}
	}
	p.verdict[key] = v
	return v
}

// sum gives the most that a closure lets each party see. That is enough: a
// promise breaks in a component if some way breaks it there.
func (p *planner) sum(st start) []sum {
	if have, ok := p.sums[st]; ok {
		return have
	}
	if !p.solve.book.formal && st.form != intel.Copy {
		// No rule tests the form: what is seen of less is what is seen of a
		// copy, cut down.
		list := slices.Clone(p.sum(start{st.recipient, intel.Copy, st.closed}))
		most := intel.Scope{Content: st.form.Content(), Contact: true}
		for i := range list {
			list[i].lawful, list[i].commanded = list[i].lawful.Meet(most), list[i].commanded.Meet(most)
		}
		p.sums[st] = list
		return list
	}
	run := p.solve.closure(p.now, st.recipient, st.form, st.closed)
	at := map[int32]int{}
	var list []sum
	for i := range run.labels {
		l := &run.labels[i]
		n := run.partyOf(int32(i))
		name := run.node(n).name
		if l.gone || l.weight == compelledWay || name == p.now.Sender {
			continue
		}
		k, ok := at[n]
		if !ok {
			k = len(list)
			at[n] = k
			list = append(list, sum{party: p.numbered(name)})
		}
		if l.weight == commandedWay {
			list[k].commanded = list[k].commanded.Join(l.scope)
		} else {
			list[k].lawful = list[k].lawful.Join(l.scope)
		}
	}
	p.sums[st] = list
	return list
}

func (p *planner) numbered(n party.Name) int32 {
	i, ok := p.number[n]
	if !ok {
		i = int32(len(p.parties))
		p.number[n] = i
		p.parties = append(p.parties, n)
	}
	return i
}

// drop takes out the recipients that are given nothing, or what lacks an
// authorisation. The rest is filled
// anew, because fewer recipients are a narrower audience.
func (p *planner) drop() bool {
	var gone []party.Name
	var rest []Recipient
	for _, r := range p.now.Recipients {
		if highest(r.Forms) == intel.Withheld || !p.authorised(r) {
			gone = append(gone, r.Party)
			continue
		}
		rest = append(rest, r)
	}
	if len(gone) == 0 {
		return false
	}
	p.dropped = append(p.dropped, gone...)
	p.empty(rest)
	return true
}

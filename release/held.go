package release

import (
	"fmt"
	"slices"
	"strings"

	"comity/fault"
	"comity/intel"
	"comity/law"
	"comity/party"
)

// nothing is the answer when no cell can be given at all.
func (p *planner) nothing() (Best, error) {
	err := fault.New(fault.Blocked, "nothing can be sent with every promise kept, not even that it exists")
	held := p.held()
	if len(held) > 0 && len(held[0].Why) > 0 {
		why := held[0].Why[0]
		err = err.Fix("portion %d: %s; the promise is %s", held[0].Portion, why.Why, why.Promise)
	}
	return Best{Held: held, Dropped: p.dropped}, err
}

// held explains each cell that fell below what was asked.
func (p *planner) held() []Held {
	var list []Held
	known := map[string]Held{} // portions that are marked and given alike have the same reasons
	for _, r := range p.asked.Recipients {
		for n, asked := range r.Forms {
			has := p.formOf(r.Party, n)
			if asked == intel.Withheld || has >= asked {
				continue
			}
			h := Held{Recipient: r.Party, Portion: n + 1, Asked: asked, Form: has, Tried: p.nextForm(n, has, asked)}
			portion := p.now.Item.Portions[n]
			key := fmt.Sprint(r.Party, asked, has, h.Tried, portion.Substitute != "", intel.Banner(portion.Marking, intel.Grading{}), given(p.now, n+1), p.now.lineage[n])
			like, ok := known[key]
			if !ok {
				like.Why = p.why(h)
				like.Unlock = p.unlock(h, like.Why)
				known[key] = like
			}
			h.Why, h.Unlock = like.Why, like.Unlock
			list = append(list, h)
		}
	}
	return list
}

func (p *planner) formOf(recipient party.Name, n int) intel.Form {
	for _, r := range p.now.Recipients {
		if r.Party == recipient {
			return r.Forms[n]
		}
	}
	return intel.Withheld
}

// nextForm is the lowest form above what a cell has, which its reasons are
// about.
func (p *planner) nextForm(n int, has, asked intel.Form) intel.Form {
	for _, f := range slices.Backward(ladder) {
		if f > has && f <= asked && (f != intel.Substitute || p.now.Item.Portions[n].Substitute != "") {
			return f
		}
	}
	return asked
}

// maxReasons is how many reasons are told of one cell.
const maxReasons = 5

// why tells what the next higher form of a cell would break. What stands
// against the recipient itself comes before what it must tell.
func (p *planner) why(h Held) []Reason {
	if h.Tried == intel.Room {
		return []Reason{{Promise: "room", Party: h.Recipient, Why: "this node cannot release rooms yet"}}
	}
	var list []Reason
	p.trying(h.Recipient, h.Portion-1, h.Tried, func(at int, _ bool) {
		n := h.Portion - 1
		r := p.now.Recipients[at]
		for _, c := range handling(Question{Item: p.now.Item, Recipients: []Recipient{r}, At: p.now.At}, h.Portion, nil) {
			list = append(list, Reason{Promise: c.Promise, Party: c.Party, Scope: c.Scope, Why: c.Why})
		}
		for _, c := range p.solve.book.unauthorised(p.now, r, nil) {
			list = append(list, Reason{Promise: c.Promise, Party: c.Party, Scope: c.Scope, Why: c.Why, By: c.By})
		}
		own := start{r.Party, r.Forms[n], p.closed[n]}
		tests := p.promised(n)
		for _, bar := range p.now.Never {
			tests = append(tests, barred(0, "--never "+string(bar.Parties)+":"+bar.AtMost.String(), bar))
		}
		for _, st := range p.given(own) {
			if len(list) > 0 {
				return // its own closure says enough
			}
			list = append(list, p.breaks(st, tests, func(promise) bool { return p.carries(st, n) })...)
		}
		if len(list) > 0 {
			return
		}
		for m := range p.now.Item.Portions { // it is another portion's promise
			list = append(list, p.breaks(own, p.promised(m), func(promise) bool { return p.carries(own, m) })...)
		}
	})
	for i := range list {
		if list[i].Portion == h.Portion {
			list[i].Portion = 0
		}
	}
	slices.SortStableFunc(list, func(a, b Reason) int { return boolean(a.Party != h.Recipient) - boolean(b.Party != h.Recipient) })
	return list[:min(len(list), maxReasons)]
}

// given lists the closures of everything that is given, in the order of the
// recipients, one of them first.
func (p *planner) given(first start) []start {
	list := []start{first}
	for _, r := range p.now.Recipients {
		for n, f := range r.Forms {
			if st := (start{r.Party, f, p.closed[n]}); f != intel.Withheld && !slices.Contains(list, st) {
				list = append(list, st)
			}
		}
	}
	return list
}

// breaks tells which promises a closure breaks: of each the first parties, as
// they were reached.
func (p *planner) breaks(st start, tests []promise, content func(promise) bool) []Reason {
	run := p.solve.closure(p.now, st.recipient, st.form, st.closed)
	w := writer{table: newTable(p.solve.book, p.now), dues: map[deadlineKey][]law.Due{}}
	var list []Reason
	for _, pr := range tests {
		if p.holds(st, pr, content(pr) || pr.portion == 0) {
			continue
		}
		told := map[party.Name]bool{p.now.Sender: true}
		for i := 0; i < len(run.labels) && len(told) <= maxReasons; i++ {
			l := &run.labels[i]
			name := run.node(run.partyOf(int32(i))).name
			scope := l.scope
			if !content(pr) && pr.portion != 0 {
				scope.Content = intel.None
			}
			if l.gone || l.weight == compelledWay || l.weight == commandedWay && !pr.bar || told[name] || scope.AtMost(pr.allows(name)) {
				continue
			}
			told[name] = true
			w.steps = make([]Step, 0, l.depth)
			var row Row
			w.row(&row, name, entry{run, int32(i), 0})
			list = append(list, Reason{Portion: pr.portion, Promise: pr.element, Party: name, Scope: scope, Why: why(pr, row, scope), By: pr.by})
		}
	}
	return list
}

// trying sets a cell for as long as a function runs, the recipient added if it
// had been dropped.
func (p *planner) trying(to party.Name, n int, f intel.Form, do func(at int, first bool)) {
	before := p.now.Recipients
	p.now.Recipients = slices.Clone(before)
	at := p.place(&p.now, to)
	was := p.now.Recipients[at].Forms[n]
	first := p.set(at, n, f)
	if len(p.now.Recipients) > len(before) { // a wider release: each knows of the contact
		clear(p.promise)
	}
	do(at, first)
	p.set(at, n, was)
	if len(p.now.Recipients) > len(before) {
		clear(p.promise)
	}
	p.now.Recipients = before
}

// place finds a recipient, or adds it with nothing given.
func (p *planner) place(q *Question, to party.Name) int {
	at := slices.IndexFunc(q.Recipients, func(r Recipient) bool { return r.Party == to })
	if at < 0 {
		at = len(q.Recipients)
		q.Recipients = append(q.Recipients, Recipient{to, make([]intel.Form, len(q.Item.Portions))})
	}
	return at
}

// could reports whether a cell can take a form with all else as it stands.
func (p *planner) could(to party.Name, n int, f intel.Form) (v bool) {
	p.trying(to, n, f, func(at int, first bool) { v = p.keeps(at, n, first) })
	return v
}

// unlock says what would let the cell be given more fully. What is said of a
// substitute and of other units has been tried.
func (p *planner) unlock(h Held, why []Reason) []string {
	var list []string
	n := h.Portion - 1
	if p.asked.Item.Portions[n].Substitute == "" && h.Form < intel.Substitute && h.Asked >= intel.Substitute && p.could(h.Recipient, n, intel.Substitute) {
		list = append(list, "write a substitute for it (comity edit): the cleaned wording could go")
	}
	if others := p.otherUnits(h); len(others) > 0 {
		list = append(list, "send it to another: "+strings.Join(others, ", "))
	}
	rules := map[string]bool{}
	for _, r := range why {
		_, rule, found := strings.Cut(r.Why, " under ")
		if found && r.By == "" && !rules[rule] && rule != Structure {
			rules[rule] = true
			list = append(list, "the node's lawyers find, on record, that "+rule+" does not bind here (comity pack assess)")
		}
	}
	asked := map[party.Name]bool{}
	for _, r := range why {
		if r.By != "" && !asked[r.By] {
			asked[r.By] = true
			list = append(list, askText(r.By))
		}
	}
	if len(why) > 0 && why[0].By == "" {
		list = append(list, loosen(why[0].Promise))
	}
	if len(why) > 0 {
		list = append(list, "send it all the same: comity release with --override, a second officer approves, all recorded")
	}
	return list
}

// loosen says how a promise is made less strict.
func loosen(promise string) string {
	if strings.HasPrefix(promise, "--never ") {
		return "ask without " + promise + ", or let it allow more"
	}
	return "the author takes " + promise + " off the marking, or lets it allow more (comity mark, comity edit)"
}

// freely reports whether no rule wants a sending to a unit authorised.
func (p *planner) freely(n party.Name) bool {
	return len(p.solve.book.needs(sending(p.asked, Recipient{Party: n}), nil)) == 0
}

// otherUnits tries units that the sender could choose instead for this cell.
func (p *planner) otherUnits(h Held) []string {
	var found []string
	for i, other := range p.asked.Others {
		if i == maxTriedOthers || len(found) == maxShownOthers {
			break
		}
		if !named(p.asked, other) && !other.Within(p.asked.Sender.Agency()) && p.could(other, h.Portion-1, h.Tried) && p.freely(other) {
			found = append(found, string(other))
		}
	}
	return found
}

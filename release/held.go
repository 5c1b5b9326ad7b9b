package release

import (
	"fmt"
	"slices"
	"strings"

	"comity/fault"
	"comity/intel"
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
			has := p.given(r.Party, n)
			if asked == intel.Withheld || has >= asked {
				continue
			}
			h := Held{Recipient: r.Party, Portion: n + 1, Asked: asked, Form: has, Tried: p.nextForm(n, has, asked)}
			portion := p.now.Item.Portions[n]
			key := fmt.Sprint(r.Party, asked, has, h.Tried, portion.Substitute != "", intel.Banner(portion.Marking, intel.Grading{}), given(p.now, n+1))
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

func (p *planner) given(recipient party.Name, n int) intel.Form {
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

// why asks again with the cell raised, and tells what that breaks.
func (p *planner) why(h Held) []Reason {
	if h.Tried == intel.Room {
		return []Reason{{Promise: "room", Party: h.Recipient, Why: "this node cannot release rooms yet"}}
	}
	try := p.with(h.Recipient, h.Portion-1, h.Tried, p.now)
	rows, _ := p.solve.rows(try)
	var list []Reason
	for _, c := range conflicts(try, rows) {
		if !c.Blocks {
			continue
		}
		r := Reason{Promise: c.Promise, Party: c.Party, Scope: c.Scope, Why: c.Why}
		if c.Portion != h.Portion {
			r.Portion = c.Portion
		}
		list = append(list, r)
	}
	// What stands against the recipient itself comes before what it must tell.
	slices.SortStableFunc(list, func(a, b Reason) int { return boolean(a.Party != h.Recipient) - boolean(b.Party != h.Recipient) })
	return list[:min(len(list), maxReasons)]
}

// with gives a question with one cell changed, the recipient added if it had
// been dropped.
func (p *planner) with(to party.Name, n int, f intel.Form, q Question) Question {
	recipients := make([]Recipient, 0, len(q.Recipients)+1)
	found := false
	for _, r := range q.Recipients {
		forms := slices.Clone(r.Forms)
		if r.Party == to {
			forms[n], found = f, true
		}
		if highest(forms) != intel.Withheld {
			recipients = append(recipients, Recipient{r.Party, forms})
		}
	}
	if !found {
		forms := make([]intel.Form, len(q.Item.Portions))
		forms[n] = f
		recipients = append(recipients, Recipient{to, forms})
	}
	q.Recipients = recipients
	return q
}

// unlock says what would let the cell be given more fully. What is said of a
// substitute has been tried.
func (p *planner) unlock(h Held, why []Reason) []string {
	var list []string
	n := h.Portion - 1
	if p.asked.Item.Portions[n].Substitute == "" && h.Form < intel.Substitute && h.Asked >= intel.Substitute && p.wouldHold(h, intel.Substitute) {
		list = append(list, "write a substitute for it (comity edit): the cleaned wording could go")
	}
	if others := p.otherUnits(h); len(others) > 0 {
		list = append(list, "send it to another: "+strings.Join(others, ", "))
	}
	rules := map[string]bool{}
	for _, r := range why {
		_, rule, found := strings.Cut(r.Why, " under ")
		if found && !rules[rule] && rule != Structure {
			rules[rule] = true
			list = append(list, fmt.Sprintf("%s: if it did not bind here, by an assessment of its pack or an exemption, the promise would not break on it", rule))
		}
	}
	if len(why) > 0 {
		list = append(list, fmt.Sprintf("the author marks it wider (%s)", why[0].Promise),
			"send it all the same: comity release with --override, a second officer approves, all recorded")
	}
	return list
}

// wouldHold tries a form for a cell with everything else as it stands.
func (p *planner) wouldHold(h Held, f intel.Form) bool {
	try := p.with(h.Recipient, h.Portion-1, f, p.now)
	try.Item.Portions = slices.Clone(try.Item.Portions)
	try.Item.Portions[h.Portion-1].Substitute = "to be written"
	return p.clear(try)
}

func (p *planner) clear(try Question) bool {
	if sensible(try) != nil {
		return false
	}
	rows, _ := p.solve.rows(try)
	return !slices.ContainsFunc(conflicts(try, rows), func(c Conflict) bool { return c.Blocks })
}

// otherUnits tries units that the sender could choose instead for this cell.
func (p *planner) otherUnits(h Held) []string {
	var found []string
	for i, other := range p.asked.Others {
		if i == maxTriedOthers || len(found) == maxShownOthers {
			break
		}
		if named(p.asked, other) {
			continue
		}
		try := p.with(other, h.Portion-1, h.Tried, p.with(h.Recipient, h.Portion-1, intel.Withheld, p.now))
		if p.clear(try) {
			found = append(found, string(other))
		}
	}
	return found
}

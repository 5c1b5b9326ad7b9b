package release

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"

	"comity/intel"
	"comity/law"
	"comity/party"
)

// table joins several closures into the rows of a plan. Rows are compared
// while they are still labels: only what stays is written out.
type table struct {
	book    *book
	q       Question
	other   map[party.Name]string // reached parties bound by a rule nobody here knows
	sets    []set
	slots   []int32              // by the rank of the party's name in the book: its place in parties, from 1
	strange map[party.Name]int32 // the same of parties that the book does not know
	parties []reachedParty
	entries []chained
}

// set is a set of portions.
type set struct {
	words    []uint64
	portions []int
}

// entry is a label with the portions that it speaks of.
type entry struct {
	search *search
	label  int32
	set    int32 // 0: none
}

func newTable(b *book, q Question) *table {
	return &table{book: b, q: q, other: map[party.Name]string{}, slots: make([]int32, len(b.nodes)),
		sets: []set{setOf(nil, len(q.Item.Portions))}}
}

func setOf(portions []int, size int) set {
	s := set{words: make([]uint64, size/64+1), portions: portions}
	for _, n := range portions {
		s.words[n/64] |= 1 << (n % 64)
	}
	return s
}

func (s set) within(o set) bool {
	for i, w := range s.words {
		if w&^o.words[i] != 0 {
			return false
		}
	}
	return true
}

func (s set) join(o set) set {
	j := set{words: slices.Clone(s.words)}
	for i, w := range o.words {
		j.words[i] |= w
	}
	for i, w := range j.words {
		for ; w != 0; w &= w - 1 {
			j.portions = append(j.portions, i*64+bits.TrailingZeros64(w))
		}
	}
	return j
}

// add takes the labels of a closure in, the sender's own left out.
func (t *table) add(s *search, portions []int) {
	portion := int32(len(t.sets))
	t.sets = append(t.sets, setOf(portions, len(t.q.Item.Portions)))
	if len(t.parties) == 0 {
		t.parties = make([]reachedParty, 0, len(s.labels))
		t.entries = make([]chained, 0, len(s.labels))
	}
	for i := range s.labels {
		l := &s.labels[i]
		if l.gone {
			continue
		}
		n := s.partyOf(int32(i))
		d := s.node(n)
		if d.name == t.q.Sender {
			continue
		}
		e := entry{s, int32(i), portion}
		if l.scope.Content == intel.None {
			e.set = 0
		}
		at := t.slot(d)
		t.entries = append(t.entries, chained{e, t.parties[at].last})
		t.parties[at].last = int32(len(t.entries))
		t.parties[at].count++
	}
	for n, why := range s.other {
		t.other[n] = why
	}
}

func (e entry) at() *label { return &e.search.labels[e.label] }

func (e entry) chosen() bool { return e.at().parent < 0 }

// reachedParty is a party with the ways in which it came to know.
type reachedParty struct {
	name    party.Name
	last    int32 // of its entries, from 1
	count   int32
	entries []entry // once they were gathered
}

// chained is an entry with the one of the same party before it, from 1.
type chained struct {
	entry
	before int32
}

// slot gives a party's place.
func (t *table) slot(d *node) int32 {
	if d.rank >= 0 {
		if t.slots[d.rank] == 0 {
			t.parties = append(t.parties, reachedParty{name: d.name})
			t.slots[d.rank] = int32(len(t.parties))
		}
		return t.slots[d.rank] - 1
	}
	at, ok := t.strange[d.name]
	if !ok {
		if t.strange == nil {
			t.strange = map[party.Name]int32{}
		}
		at = int32(len(t.parties))
		t.parties = append(t.parties, reachedParty{name: d.name})
		t.strange[d.name] = at
	}
	return at
}

// gather gives the places of all parties that were reached, by name, once each
// has its entries in the order in which they were added.
func (t *table) gather() []int32 {
	all := make([]entry, len(t.entries))
	for i := range t.parties {
		p := &t.parties[i]
		p.entries, all = all[:p.count:p.count], all[p.count:]
		for n, at := int(p.count)-1, p.last; at > 0; n, at = n-1, t.entries[at-1].before {
			p.entries[n] = t.entries[at-1].entry
		}
	}
	return t.inOrder()
}

// inOrder gives the parties by name. Those of the book need no sorting: their
// slots stand in the order of their names.
func (t *table) inOrder() []int32 {
	list := make([]int32, 0, len(t.parties))
	for _, at := range t.slots {
		if at > 0 {
			list = append(list, at-1)
		}
	}
	if len(t.strange) == 0 {
		return list
	}
	for _, at := range t.strange {
		list = append(list, at)
	}
	slices.SortFunc(list, func(a, b int32) int {
		return strings.Compare(string(t.parties[a].name), string(t.parties[b].name))
	})
	return list
}

// rows gives what stays: sure first, the chosen before the others, by party.
func (t *table) rows() []Row {
	order := t.gather()
	steps := 0
	var size [4]int
	for i := range t.parties {
		p := &t.parties[i]
		p.entries = t.tidy(p.entries)
		for _, e := range p.entries {
			steps += int(e.at().depth)
			size[e.part()]++
		}
	}
	w := writer{table: t, steps: make([]Step, 0, steps), dues: map[deadlineKey][]law.Due{}}
	list := make([]Row, size[0]+size[1]+size[2]+size[3])
	next := [4]int{0, size[0], size[0] + size[1], size[0] + size[1] + size[2]}
	for _, n := range order {
		p := &t.parties[n]
		for _, e := range p.entries {
			at := &next[e.part()]
			w.row(&list[*at], p.name, e)
			*at++
		}
	}
	if len(list) == 0 {
		return nil
	}
	return list
}

// part is where a row stands: sure before possible, the chosen before others.
func (e entry) part() int {
	at := 0
	if !e.at().sure {
		at = 2
	}
	if !e.chosen() {
		at++
	}
	return at
}

// tidy merges the entries of a party that differ in their portions alone, and
// drops those that another covers.
func (t *table) tidy(list []entry) []entry {
	if list = t.undominated(list); len(list) == 1 {
		return list
	}
	slices.SortFunc(list, t.compare)
	merged := list[:0:0]
	for _, e := range list {
		if n := len(merged); n > 0 && t.sameButPortions(merged[n-1], e) {
			if merged[n-1].set != e.set {
				t.sets = append(t.sets, t.sets[merged[n-1].set].join(t.sets[e.set]))
				merged[n-1].set = int32(len(t.sets) - 1)
			}
			continue
		}
		merged = append(merged, e)
	}
	rest := merged[:0:0]
	for i, e := range merged {
		covered := false
		for j, o := range merged {
			if i != j && t.covers(o, e) && (!t.covers(e, o) || j < i) {
				covered = true
				break
			}
		}
		if !covered {
			rest = append(rest, e)
		}
	}
	return rest
}

// undominated drops what another entry plainly covers, before anything is
// sorted. What covers each other stays: their paths decide.
func (t *table) undominated(list []entry) []entry {
	rest := list[:0]
	for _, e := range list {
		covered := false
		for i := 0; i < len(rest) && !covered; i++ {
			covered = t.covers(rest[i], e) && !t.covers(e, rest[i])
		}
		if covered {
			continue
		}
		kept := rest[:0]
		for _, o := range rest {
			if !t.covers(e, o) || t.covers(o, e) {
				kept = append(kept, o)
			}
		}
		rest = append(kept, e)
	}
	return rest
}

func (t *table) compare(a, b entry) int {
	x, y := a.at(), b.at()
	if x.sure != y.sure {
		if x.sure {
			return -1
		}
		return 1
	}
	return cmp.Or(cmp.Compare(min(x.depth, 1), min(y.depth, 1)), cmp.Compare(y.scope.Content, x.scope.Content),
		a.search.comparePaths(a.label, b.search, b.label), strings.Compare(string(forces[x.force]), string(forces[y.force])),
		cmp.Compare(boolean(x.scope.Contact), boolean(y.scope.Contact)), cmp.Compare(x.by, y.by),
		slices.Compare(t.sets[a.set].portions, t.sets[b.set].portions))
}

func boolean(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (t *table) sameButPortions(a, b entry) bool {
	x, y := a.at(), b.at()
	return x.scope == y.scope && x.sure == y.sure && x.force == y.force && x.by == y.by &&
		a.search.comparePaths(a.label, b.search, b.label) == 0
}

// covers: a chosen recipient's own row has no time by which it runs out.
func (t *table) covers(a, b entry) bool {
	x, y := a.at(), b.at()
	return y.scope.AtMost(x.scope) && (x.sure || !y.sure) && x.weight >= y.weight && (x.depth == 0 || x.by <= y.by) &&
		t.sets[b.set].within(t.sets[a.set])
}

// writer writes labels out as rows. The steps of all paths share one array,
// and deadlines that agree share their readings.
type writer struct {
	table *table
	steps []Step
	dues  map[deadlineKey][]law.Due
}

type deadlineKey struct {
	deadline int32   // by its number in the book
	holder   int32   // whose clock counts; -1 for hours, which need none
	search   *search // that numbers the holder
	from     int64
}

func (w *writer) row(r *Row, n party.Name, e entry) {
	l := e.at()
	*r = Row{Party: n, Scope: l.scope, Portions: w.table.sets[e.set].portions, Reach: Possible, Force: forces[l.force], Earliest: w.table.q.At}
	if l.sure {
		r.Reach = Sure
	}
	if l.depth == 0 {
		return
	}
	r.Confidence, r.Status = confidences[l.confidence], standings[l.status]
	r.Path = w.path(e.search, e.label)
	r.Latest = w.latest(e.search, e.label)
}

// path writes the steps that lead to a label.
func (w *writer) path(s *search, i int32) []Step {
	first, n := len(w.steps), int(s.labels[i].depth)
	w.steps = w.steps[:first+n]
	path := w.steps[first : first+n : first+n]
	for n--; s.labels[i].parent >= 0; n-- {
		l := &s.labels[i]
		path[n] = Step{Rule: s.book.ruleName(l.rule), From: s.node(s.partyOf(l.parent)).name, To: s.node(s.partyOf(i)).name}
		if l.rule != byMembership {
			path[n].Force = forces[l.force]
		}
		i = l.parent
	}
	return path
}

// latest gives the readings of the deadline of a label's last rule.
func (w *writer) latest(s *search, i int32) []law.Due {
	for s.labels[i].rule == byMembership {
		i = s.labels[i].parent
	}
	l := &s.labels[i]
	if l.rule < 0 || l.by == unbounded {
		return nil
	}
	from := s.labels[l.parent].by
	party := s.partyOf(l.parent)
	c := &s.book.rules[l.rule]
	key := deadlineKey{c.due, -1, nil, from}
	if u := c.deadline.Unit; u == law.Day || u == law.Month {
		key.holder, key.search = party, s
	}
	have, ok := w.dues[key]
	if !ok {
		holder := s.node(party)
		at := slices.IndexFunc(holder.bound, func(b binding) bool { return b.rule == l.rule })
		have = s.due(&holder.bound[at], from)
		w.dues[key] = have
	}
	return have
}

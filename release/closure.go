package release

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"comity/intel"
	"comity/law"
	"comity/party"
	"comity/wire"
)

// Structure is the rule id under which a superior's power over a unit of the
// same agency is shown. It is no law of any pack: who commands can order.
const Structure = "structure/chain-of-command"

// member is the rule id of the step from a group to one of its members.
const member = "structure/member-of-group"

// The acts behind the first step: whoever is told receives a copy, and whoever
// has standing access reads.
var (
	received   = actOf(law.Receive, uint8(intel.Copy))
	lookedInto = actOf(law.Read, uint8(intel.Room))
)

// state is how a party came to know: by which act, with which class of
// counterpart. A rule is triggered by exactly one, and that is what makes the
// closure of several recipients the join of theirs.
type state struct {
	party int32
	class int32
	act   act
}

// key names a state in one word.
func (s state) key() uint64 {
	return uint64(uint32(s.party))<<36 | uint64(uint32(s.class))<<8 | uint64(s.act)
}

// label is one way of reaching a state. Of the labels of a state only those
// are kept that no other covers.
type label struct {
	parent     int32 // label before; -1: where the search started
	next       int32 // another label of the same state; -1: none
	rule       int32 // of the last step; see byCommand and byMembership
	state      int32
	depth      int32
	by         int64 // by when the path has run its course, in Unix seconds; unbounded: never said
	scope      intel.Scope
	sure       bool
	gone       bool // another label covers it by now
	weight     uint8
	force      code // of the last step that was a rule
	confidence code
	status     code
}

// code stands for a word of the law in a label, which holds no pointers: there
// are thousands of them in one search.
type code uint8

// The words by their codes; confidences and statuses from the best to the
// worst, so that the worse of two is the greater.
var (
	forces      = append([]law.Force{""}, law.Forces...)
	confidences = []law.Confidence{law.WordingRead, law.AccountRead, law.Believed}
	standings   = []law.Status{law.InForce, law.Unverified, law.Contested, law.Repealed}
)

func codeOf[T comparable](words []T, w T) code { return code(max(0, slices.Index(words, w))) }

// The codes of what is no pack's rule.
var (
	commandForce   = codeOf(forces, law.Command)
	compelledForce = codeOf(forces, law.Compelled)
	believed       = codeOf(confidences, law.Believed)
	unverified     = codeOf(standings, law.Unverified)
)

// Steps that are no rule of a pack, as they stand in label.rule.
const (
	byCommand    = -1
	byMembership = -2
	byNobody     = -3 // the search started here
)

const unbounded = math.MaxInt64

// covers reports whether a tells everything b tells: no less scope, by no
// later time, no less sure, and stopping a release where b would stop it.
func (a *label) covers(b *label) bool {
	return b.scope.AtMost(a.scope) && (a.sure || !b.sure) && a.by <= b.by && a.weight >= b.weight
}

// How much a broken promise weighs, by the path that breaks it: as its
// lightest step. A way that weighs less must never hide one that weighs more,
// or one rule more could let a release pass.
const (
	compelledWay uint8 = iota // a court or an overseer compels it: warned of, always
	commandedWay              // inside an agency a superior orders it: stopped by a bar only
	lawfulWay                 // all else stops a release
)

// gravity tells how much a path weighs.
func gravity(path []Step) uint8 {
	least := lawfulWay
	for _, s := range path {
		least = min(least, s.weight())
	}
	return least
}

func (s Step) weight() uint8 {
	switch {
	case s.Force == law.Compelled:
		return compelledWay
	case s.Rule == Structure:
		return commandedWay
	default:
		return lawfulWay
	}
}

// search is one run of the closure: from one recipient in one form.
type search struct {
	book   *book
	areas  []intel.Area // that the item is about; none: any
	auto   bool
	closed bool       // the marking takes permissions away
	own    party.Name // the sender's agency: its own chain of command is no news

	more    []node // parties that the book does not know
	moreIDs map[party.Name]int32
	passes  [][]bool // of their classes, behind those of the book

	index  map[uint64]int32 // by the key of a state
	states []kept
	labels []label
	queue  []int32 // labels to follow, first in first out
	other  map[party.Name]string
}

// kept is a state with its first label; -1: none.
type kept struct {
	state state
	first int32
}

func newSearch(b *book, q Question, closed bool) *search {
	s := &search{book: b, areas: q.Item.Areas, auto: q.Automated, closed: closed, own: q.Sender.Agency()}
	s.room()
	return s
}

// room makes room for as much as the last search of the book found.
func (s *search) room() {
	n := int(s.book.last.Load())
	s.index = make(map[uint64]int32, n)
	s.states = make([]kept, 0, n)
	s.labels = make([]label, 0, n+n/4)
	s.queue = make([]int32, 0, n+n/4)
}

// id numbers a party, one that no pack names included.
func (s *search) id(n party.Name) int32 {
	if i, ok := s.book.ids[n]; ok {
		return i
	}
	if i, ok := s.moreIDs[n]; ok {
		return i
	}
	d := s.book.describe(n)
	passes := s.book.passing(n)
	if c, ok := s.book.classes[classKey(passes)]; ok {
		d.class = c
	} else {
		d.class = int32(len(s.book.passes) + len(s.passes))
		s.passes = append(s.passes, passes)
	}
	d.rank = -1
	i := int32(len(s.book.nodes) + len(s.more))
	if s.moreIDs == nil {
		s.moreIDs = map[party.Name]int32{}
	}
	s.moreIDs[n] = i
	s.more = append(s.more, d)
	at := len(s.more) - 1
	s.book.link(&d, s.id)
	s.more[at] = d
	return i
}

func (s *search) node(i int32) *node {
	if int(i) < len(s.book.nodes) {
		return &s.book.nodes[i]
	}
	return &s.more[int(i)-len(s.book.nodes)]
}

func (s *search) passing(class int32) []bool {
	if int(class) < len(s.book.passes) {
		return s.book.passes[class]
	}
	return s.passes[int(class)-len(s.book.passes)]
}

// start enters where the closure starts: a party, by which act, with whom.
func (s *search) start(n, counterpart party.Name, a act, scope intel.Scope, at wire.Time) {
	st := state{s.id(n), s.node(s.id(counterpart)).class, a}
	s.offer(st, label{parent: -1, rule: byNobody, by: at.Time().Unix(), scope: scope, sure: true, weight: lawfulWay})
}

// run follows every rule from the starting states until nothing new is
// learned. It ends because a path that goes round in a circle gains nothing:
// scope never grows along a path and time never runs back.
func (s *search) run() {
	for at := 0; at < len(s.queue); at++ {
		i := s.queue[at]
		if s.labels[i].gone {
			continue
		}
		s.expandGroup(i)
		s.expandCommand(i)
		s.expandRules(i)
	}
	s.book.last.Store(int64(len(s.states)))
}

// offer keeps a label unless a kept one covers it, and drops those that it
// covers. Of two that cover each other the smaller path stays, so that a
// replay gives the same path.
func (s *search) offer(st state, l label) {
	key := st.key()
	n, ok := s.index[key]
	if !ok {
		n = int32(len(s.states))
		s.index[key] = n
		s.states = append(s.states, kept{st, -1})
	}
	l.state = n
	// The new label gets its place first, so that paths can be compared.
	i := int32(len(s.labels))
	s.labels = append(s.labels, l)
	for have := s.states[n].first; have >= 0; have = s.labels[have].next {
		if s.labels[have].covers(&l) && (!l.covers(&s.labels[have]) || s.comparePaths(have, s, i) <= 0) {
			s.labels = s.labels[:i]
			return
		}
	}
	link := &s.states[n].first
	for have := *link; have >= 0; have = *link {
		if l.covers(&s.labels[have]) {
			s.labels[have].gone = true
			*link = s.labels[have].next
			continue
		}
		link = &s.labels[have].next
	}
	s.labels[i].next = s.states[n].first
	s.states[n].first = i
	s.queue = append(s.queue, i)
}

func (s *search) partyOf(i int32) int32 { return s.states[s.labels[i].state].state.party }

func (s *search) expandGroup(i int32) {
	st := s.states[s.labels[i].state].state
	for _, m := range s.node(st.party).members {
		l := s.labels[i]
		l.parent, l.rule, l.depth = i, byMembership, l.depth+1
		s.offer(state{m, st.class, st.act}, l)
	}
}

// expandCommand shows the chain of command inside an agency: whoever commands
// a unit can order to be told. The sender's own agency is left out.
func (s *search) expandCommand(i int32) {
	from := s.node(s.partyOf(i))
	if from.parent < 0 || from.agency == s.own {
		return
	}
	l := s.labels[i]
	l.parent, l.rule, l.depth, l.by = i, byCommand, l.depth+1, unbounded
	l.sure, l.force, l.weight = false, commandForce, min(l.weight, commandedWay)
	l.confidence, l.status = max(l.confidence, believed), max(l.status, unverified)
	s.offer(state{from.parent, from.class, received}, l)
}

func (s *search) expandRules(i int32) {
	st := s.states[s.labels[i].state].state
	bound := s.node(st.party).bound
	passes := s.passing(st.class)
	for n := range bound {
		c := &s.book.rules[bound[n].rule]
		if !s.triggered(c, st.act, passes) {
			continue
		}
		if bound[n].other != nil {
			if s.other == nil {
				s.other = map[party.Name]string{}
			}
			s.other[s.node(st.party).name] = bound[n].other.Note
			continue
		}
		if c.blockable && s.closed {
			continue
		}
		s.follow(i, &bound[n], c)
	}
}

// triggered tests what is not static: the act, the form, the other side, what
// the item is about.
func (s *search) triggered(c *compiled, a act, passes []bool) bool {
	return c.kinds&a.kind() != 0 && (c.forms == 0 || c.forms&a.form() != 0) &&
		(c.counterpart < 0 || passes[c.counterpart]) && !(s.auto && c.spares) && inAreas(c.areas, s.areas)
}

// inAreas reports whether a rule for some areas binds for an item about some.
// What is not said of the item is read as any.
func inAreas(rule, item []intel.Area) bool {
	if len(rule) == 0 || len(item) == 0 {
		return true
	}
	for _, a := range rule {
		if slices.Contains(item, a) {
			return true
		}
	}
	return false
}

// follow offers what a rule passes on to each of its recipients: never more
// than was known, never earlier.
func (s *search) follow(i int32, b *binding, c *compiled) {
	from, here := &s.labels[i], s.partyOf(i)
	scope := from.scope.Meet(c.scope)
	if scope.IsNothing() {
		return
	}
	l := label{parent: i, rule: b.rule, depth: from.depth + 1, by: s.runsOut(from.by, b, c), scope: scope, sure: from.sure && c.sure,
		weight: from.weight, force: c.force, confidence: max(from.confidence, c.confidence), status: max(from.status, c.status)}
	if c.force == compelledForce {
		l.weight = compelledWay
	}
	class := s.node(here).class
	for _, to := range c.to {
		if to != here {
			s.offer(state{to, class, c.next}, l)
		}
	}
}

// runsOut tells when the path has run its course behind a rule: a duty's time
// starts when its holder learns at the latest; behind a step without a
// deadline there is none.
func (s *search) runsOut(from int64, b *binding, c *compiled) int64 {
	d := c.deadline
	switch {
	case from == unbounded || d.Unit == law.AnyTime:
		return unbounded
	case d.Unit == law.Hour:
		return from + int64(d.Amount)*int64(time.Hour/time.Second)
	case d.Unit == law.Immediate:
		return from
	}
	if due := s.due(b, from); len(due) > 0 {
		return due[0].At.Time().Unix()
	}
	return unbounded
}

func (s *search) due(b *binding, from int64) []law.Due {
	return s.book.rules[b.rule].deadline.From(wire.At(time.Unix(from, 0)), b.clock)
}

// comparePaths orders the paths of two labels by length, then step by step
// from the start, so that ties break the same way in every replay.
func (s *search) comparePaths(a int32, t *search, b int32) int {
	if c := cmp.Compare(s.labels[a].depth, t.labels[b].depth); c != 0 {
		return c
	}
	return s.compareSteps(a, t, b)
}

func (s *search) compareSteps(a int32, t *search, b int32) int {
	x, y := &s.labels[a], &t.labels[b]
	if x.parent < 0 || s == t && a == b {
		return 0
	}
	if s != t || x.parent != y.parent {
		if c := s.compareSteps(x.parent, t, y.parent); c != 0 {
			return c
		}
	}
	if x.rule != y.rule {
		if c := strings.Compare(s.book.ruleName(x.rule), s.book.ruleName(y.rule)); c != 0 {
			return c
		}
	}
	if c := s.compareNames(s.partyOf(a), t, t.partyOf(b)); c != 0 {
		return c
	}
	return s.compareNames(s.partyOf(x.parent), t, t.partyOf(y.parent))
}

func (s *search) compareNames(a int32, t *search, b int32) int {
	x, y := s.node(a), t.node(b)
	if x.rank >= 0 && y.rank >= 0 {
		return cmp.Compare(x.rank, y.rank)
	}
	return strings.Compare(string(x.name), string(y.name))
}

func (b *book) ruleName(i int32) string {
	switch i {
	case byCommand:
		return Structure
	case byMembership:
		return member
	default:
		return b.rules[i].name
	}
}

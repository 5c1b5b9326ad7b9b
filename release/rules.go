package release

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"comity/intel"
	"comity/law"
	"comity/party"
	"comity/wire"
)

// Rules is a world made ready for questions: each rule stands under the
// parties that it binds. It is made once and asked often, also from several
// goroutines at a time.
type Rules struct {
	packs     []law.Pack // by id, then version
	refs      []law.Ref
	err       error // a pack that cannot be named
	directory party.Directory

	mu    sync.Mutex
	books map[string]*book // by which of the packs are in force
}

// Prepare makes a world ready. The order in which packs were added changes
// nothing.
func Prepare(w World) *Rules {
	r := &Rules{packs: slices.Clone(w.Packs), directory: w.Directory, books: map[string]*book{}}
	slices.SortStableFunc(r.packs, func(a, b law.Pack) int {
		return cmp.Or(strings.Compare(a.ID, b.ID), cmp.Compare(a.Version, b.Version))
	})
	for _, p := range r.packs {
		name, err := p.Ref()
		if err != nil && r.err == nil {
			r.err = err
		}
		r.refs = append(r.refs, name)
	}
	return r
}

// World gives what the rules were made of.
func (r *Rules) World() World { return World{Packs: r.packs, Directory: r.directory} }

// at gives the rules in force at an instant. Packs come into force and go out
// of it rarely, so few sets of them are ever asked for.
func (r *Rules) at(t wire.Time) *book {
	inForce := make([]byte, len(r.packs))
	for i, p := range r.packs {
		if p.InForceAt(t) {
			inForce[i] = 1
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if b, ok := r.books[string(inForce)]; ok {
		return b
	}
	b := newBook(r, inForce)
	r.books[string(inForce)] = b
	return b
}

// book is the rules in force at a time, compiled: names are numbers, and every
// static test of a rule has been made for every party known by name.
type book struct {
	packs     []law.Pack
	refs      []law.Ref
	directory party.Directory

	rules []compiled
	wide  []int32                // rules whose duty holder is a pattern or a tag
	exact map[party.Name][]int32 // the others, by their duty holder

	deadlines    []packDeadline // each once
	counterparts []counterpart  // what rules test of the other side, each once
	classes      map[string]int32
	passes       [][]bool // by class: which of the counterparts' tests hold

	last atomic.Int64 // how many states the last search found: room for the next

	ids    map[party.Name]int32
	nodes  []node
	closes bool // a rule is a permission that a caveat takes away
	formal bool // a rule tests the form
}

// compiled is a rule as the search reads it. What the search needs stands in
// one place: a rule out of thousands is seldom near the one before.
type compiled struct {
	kinds       uint16
	forms       uint8 // zero: whatever the form
	next        act   // how its recipients come to know
	spares      bool  // traffic that no person started
	blockable   bool  // a permission that a caveat takes away
	scope       intel.Scope
	counterpart int32 // index of the test; -1: whoever it is
	areas       []intel.Area
	to          []int32 // recipients
	deadline    law.Deadline
	due         int32 // number of the deadline, with the pack whose calendars count
	force       code
	sure        bool // what it moves arrives for certain
	confidence  code
	status      code

	pack *law.Pack
	rule *law.Rule
	name string // pack/rule
}

type counterpart struct {
	pack *law.Pack
	who  law.Who
}

// node is a party known by name, with what binds it.
type node struct {
	name    party.Name
	parent  int32 // the party above it inside its agency; -1: none
	agency  party.Name
	class   int32 // of parties that every rule takes for the same counterpart
	members []int32
	bound   []binding
	covered bool  // some pack describes its duties
	empty   bool  // a group whose members are not known
	rank    int32 // of the name among all that the book knows
}

// binding is a rule that binds a party.
type binding struct {
	rule  int32
	other *law.Exemption // bound by another rule instead, which is not held
	clock law.Clock      // by which its days are counted
}

// act is how a party came to know: the trigger and the form.
type act uint8

func actOf(t law.Trigger, formIndex uint8) act {
	return act(uint8(slices.Index(law.Triggers, t))<<3 | formIndex)
}

func (a act) kind() uint16 { return 1 << (a >> 3) }
func (a act) form() uint8  { return 1 << (a & 7) }

func newBook(r *Rules, inForce []byte) *book {
	b := &book{exact: map[party.Name][]int32{}, ids: map[party.Name]int32{}, classes: map[string]int32{}}
	var parties []party.Party
	for i, p := range r.packs {
		if inForce[i] == 1 {
			b.packs, b.refs = append(b.packs, p), append(b.refs, r.refs[i])
			parties = append(parties, p.Parties...)
		}
	}
	b.directory = merge(r.directory, parties)
	b.compileRules()
	b.enter()
	return b
}

func (b *book) compileRules() {
	for i := range b.packs {
		p := &b.packs[i]
		for j := range p.Rules {
			if p.Rules[j].Status != law.Repealed {
				b.compile(p, &p.Rules[j])
			}
		}
	}
}

func (b *book) compile(p *law.Pack, rule *law.Rule) {
	c := compiled{pack: p, rule: rule, name: p.ID + "/" + rule.ID, counterpart: b.test(p, rule.Counterpart), areas: rule.Areas,
		scope: rule.Scope, force: codeOf(forces, rule.Force), sure: rule.Force.Sure(), deadline: rule.Deadline,
		confidence: codeOf(confidences, rule.Confidence), status: codeOf(standings, rule.Status),
		spares: rule.SparesMachine, blockable: rule.Force == law.May && rule.Blockable, next: received}
	c.due = b.dueOf(p, rule.Deadline)
	for _, k := range rule.Kinds {
		c.kinds |= 1 << slices.Index(law.Triggers, k)
	}
	for _, f := range rule.Forms {
		c.forms |= 1 << f
	}
	if rule.Force == law.StandingAccess {
		c.next = lookedInto
	}
	b.closes, b.formal = b.closes || c.blockable, b.formal || c.forms != 0
	n := int32(len(b.rules))
	b.rules = append(b.rules, c)
	if holder, ok := rule.DutyHolder.Party.Exact(); ok && rule.DutyHolder.Tag == "" {
		b.exact[holder] = append(b.exact[holder], n)
	} else {
		b.wide = append(b.wide, n)
	}
}

// dueOf numbers a deadline of a pack.
func (b *book) dueOf(p *law.Pack, d law.Deadline) int32 {
	for i, have := range b.deadlines {
		if have.pack == p && have.deadline == d {
			return int32(i)
		}
	}
	b.deadlines = append(b.deadlines, packDeadline{p, d})
	return int32(len(b.deadlines) - 1)
}

type packDeadline struct {
	pack     *law.Pack
	deadline law.Deadline
}

// test numbers what a rule tests of the other side.
func (b *book) test(p *law.Pack, who law.Who) int32 {
	if who == (law.Who{}) {
		return -1
	}
	for i, c := range b.counterparts {
		if c.who == who && (c.pack == p || who.Tag == "") {
			return int32(i)
		}
	}
	b.counterparts = append(b.counterparts, counterpart{p, who})
	return int32(len(b.counterparts) - 1)
}

// enter numbers every party that a rule can lead to, and those above it.
func (b *book) enter() {
	known := map[party.Name]bool{}
	add := func(n party.Name) {
		for ; n != "" && !known[n]; n = n.Parent() {
			known[n] = true
		}
	}
	for _, n := range b.directory.Names() {
		add(n)
		for _, m := range b.directory.Members(n) {
			add(m)
		}
	}
	for i := range b.rules {
		for _, to := range b.rules[i].rule.Recipients {
			add(to)
		}
	}
	for n := range b.exact {
		add(n)
	}
	names := make([]party.Name, 0, len(known))
	for n := range known {
		names = append(names, n)
	}
	slices.Sort(names)
	for i, n := range names {
		b.ids[n] = int32(i)
	}
	b.nodes = make([]node, len(names))
	for i, n := range names {
		b.nodes[i] = b.describe(n)
		b.nodes[i].rank, b.nodes[i].class = int32(i), b.class(n)
	}
	for i := range b.nodes {
		b.link(&b.nodes[i], func(n party.Name) int32 { return b.ids[n] })
	}
	for i := range b.rules {
		for _, to := range b.rules[i].rule.Recipients {
			b.rules[i].to = append(b.rules[i].to, b.ids[to])
		}
	}
}

// describe makes every static test that concerns a party.
func (b *book) describe(n party.Name) node {
	d := node{name: n, parent: -1, agency: n.Agency()}
	p, ok := b.directory.Lookup(n)
	d.empty = ok && p.Kind == party.Group && len(p.Members) == 0
	d.covered = slices.ContainsFunc(b.packs, func(p law.Pack) bool { return p.CoversParty(n) })
	for _, i := range b.candidates(n) {
		c := &b.rules[i]
		if !c.rule.DutyHolder.Binds(*c.pack, n) {
			continue
		}
		e := exempt(c.pack, c.rule, n)
		if e != nil && e.Effect != law.AlternativeRule {
			continue
		}
		x := binding{rule: i, other: e}
		if u := c.deadline.Unit; u == law.Day || u == law.Month { // hours need no calendar
			x.clock = c.pack.Clock(n)
		}
		d.bound = append(d.bound, x)
	}
	return d
}

// link finds the parties that a party leads to without a rule.
func (b *book) link(d *node, id func(party.Name) int32) {
	if d.name != d.agency {
		d.parent = id(d.name.Parent())
	}
	for _, m := range b.directory.Members(d.name) {
		d.members = append(d.members, id(m))
	}
}

// candidates gives the rules that could bind a party, in the order of the
// packs: what binds an agency binds its units.
func (b *book) candidates(n party.Name) []int32 {
	list := slices.Clone(b.wide)
	for ; n != ""; n = n.Parent() {
		list = append(list, b.exact[n]...)
	}
	slices.Sort(list)
	return list
}

// class numbers the parties that no rule tells apart as the other side: the
// search need not tell them apart either.
func (b *book) class(n party.Name) int32 {
	passes := b.passing(n)
	key := classKey(passes)
	if c, ok := b.classes[key]; ok {
		return c
	}
	c := int32(len(b.passes))
	b.classes[key] = c
	b.passes = append(b.passes, passes)
	return c
}

func classKey(passes []bool) string {
	key := make([]byte, len(passes))
	for i, ok := range passes {
		if ok {
			key[i] = 1
		}
	}
	return string(key)
}

func (b *book) passing(n party.Name) []bool {
	passes := make([]bool, len(b.counterparts))
	for i, c := range b.counterparts {
		passes[i] = c.who.Binds(*c.pack, n)
	}
	return passes
}

func exempt(p *law.Pack, rule *law.Rule, n party.Name) *law.Exemption {
	for i := range rule.Exemptions {
		if rule.Exemptions[i].When.Matches(*p, n) {
			return &rule.Exemptions[i]
		}
	}
	return nil
}

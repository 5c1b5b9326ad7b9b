package release

import (
	"cmp"
	"slices"
	"strings"

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

// state is how a party came to know. A rule is triggered by exactly one, and
// that is what makes the closure of several recipients the join of theirs.
type state struct {
	party       party.Name
	trigger     law.Trigger
	counterpart party.Name
	form        intel.Form
}

// label is one way of reaching a state. Of the labels of a state only those
// are kept that no other covers.
type label struct {
	scope      intel.Scope
	sure       bool
	earliest   wire.Time
	latest     []law.Due // of the last step
	by         wire.Time // by when the path has run its course; zero: no bound
	force      law.Force // of the last step
	path       []Step
	confidence law.Confidence
	status     law.Status
}

// covers reports whether a tells everything b tells: no less scope, no later,
// no less sure, and stopping a release where b would stop it.
func (a label) covers(b label) bool {
	return b.scope.AtMost(a.scope) && (a.sure || !b.sure) && !a.earliest.After(b.earliest) && notLater(a.by, b.by) &&
		gravity(a.path) >= gravity(b.path)
}

// How much a broken promise weighs, by the path that breaks it. A way that
// weighs less must never hide one that weighs more, or one rule more could let
// a release pass.
const (
	compelledWay = iota // a court or an overseer compels it: warned of, always
	commandedWay        // inside an agency a superior orders it: stopped by a bar only
	lawfulWay           // all else stops a release
)

// gravity tells how much a path weighs: as its lightest step.
func gravity(path []Step) int {
	least := lawfulWay
	for _, s := range path {
		switch {
		case s.Force == law.Compelled:
			return compelledWay
		case s.Rule == Structure:
			least = commandedWay
		}
	}
	return least
}

func notLater(a, b wire.Time) bool {
	if b.IsZero() {
		return true
	}
	return !a.IsZero() && !a.After(b)
}

// search is one run of the closure: from one recipient in one form.
type search struct {
	world  World
	packs  []index
	at     wire.Time
	auto   bool
	closed bool       // the marking takes permissions away
	own    party.Name // the sender's agency: its own chain of command is no news
	labels map[state][]label
	queue  []reached
	other  map[party.Name]string // reached parties bound by a rule nobody here knows
}

type reached struct {
	state state
	label label
}

func newSearch(w World, packs []index, q Question, closed bool) *search {
	return &search{world: w, packs: packs, at: q.At, auto: q.Automated, closed: closed, own: q.Sender.Agency(),
		labels: map[state][]label{}, other: map[party.Name]string{}}
}

// run follows every rule from the starting states until nothing new is
// learned. It ends because a path that goes round in a circle gains nothing:
// scope never grows along a path and time never runs back.
func (s *search) run(starts ...reached) {
	for _, r := range starts {
		s.offer(r)
	}
	for len(s.queue) > 0 {
		next := s.queue[0]
		s.queue = s.queue[1:]
		if !s.current(next) {
			continue
		}
		s.expandGroup(next)
		s.expandCommand(next)
		for _, x := range s.packs {
			s.expandPack(next, x)
		}
	}
}

// offer keeps a label unless a kept one covers it, and drops those that it
// covers. Of two that cover each other the smaller path stays, so that a
// replay gives the same path.
func (s *search) offer(r reached) {
	kept := s.labels[r.state]
	for _, have := range kept {
		if have.covers(r.label) && (!r.label.covers(have) || comparePaths(have.path, r.label.path) <= 0) {
			return
		}
	}
	kept = slices.DeleteFunc(kept, func(have label) bool { return r.label.covers(have) })
	s.labels[r.state] = append(kept, r.label)
	s.queue = append(s.queue, r)
}

// current tells whether a queued label is still among the kept ones.
func (s *search) current(r reached) bool {
	return slices.ContainsFunc(s.labels[r.state], func(l label) bool {
		return comparePaths(l.path, r.label.path) == 0 && l.covers(r.label) && r.label.covers(l)
	})
}

// pass offers what a step passes on: never more than was known, never earlier.
func (s *search) pass(from reached, to state, step Step, scope intel.Scope, force law.Force, due []law.Due, c law.Confidence, st law.Status) {
	got := from.label.scope.Meet(scope)
	if got.IsNothing() || to.party == from.state.party {
		return
	}
	l := label{scope: got, sure: from.label.sure && force.Sure(), earliest: from.label.earliest,
		force: force, confidence: from.label.confidence.Worse(c), status: lessSettled(from.label.status, st),
		path: append(slices.Clone(from.label.path), step)}
	l.path[len(l.path)-1].Force = force
	if len(due) > 0 && !from.label.by.IsZero() {
		l.latest, l.by = due, due[0].At
	}
	s.offer(reached{to, l})
}

func (s *search) expandGroup(r reached) {
	for _, m := range s.world.Directory.Members(r.state.party) {
		to := r.state
		to.party = m
		l := r.label
		l.path = append(slices.Clone(l.path), Step{Rule: member, From: r.state.party, To: m})
		s.offer(reached{to, l})
	}
}

// expandCommand shows the chain of command inside an agency: whoever commands
// a unit can order to be told. The sender's own agency is left out.
func (s *search) expandCommand(r reached) {
	n := r.state.party
	if n == n.Agency() || n.Agency() == s.own {
		return
	}
	to := state{n.Parent(), law.Receive, n, intel.Copy}
	s.pass(r, to, Step{Rule: Structure, From: n, To: to.party}, intel.Scope{Content: intel.FullSource, Contact: true}, law.Command, nil, law.Believed, law.Unverified)
}

func (s *search) expandPack(r reached, x index) {
	p := x.pack
	for _, i := range x.rules(r.state.party) {
		rule := &p.Rules[i]
		if !triggered(p, rule, r.state, s.auto) || rule.Status == law.Repealed {
			continue
		}
		if e := exempt(p, rule, r.state.party); e != nil {
			if e.Effect == law.AlternativeRule {
				s.other[r.state.party] = e.Note
			}
			continue
		}
		if rule.Force == law.May && rule.Blockable && s.closed {
			continue
		}
		s.follow(r, p, rule)
	}
}

func (s *search) follow(r reached, p law.Pack, rule *law.Rule) {
	// A duty's time starts when its holder learns at the latest; behind a step
	// without a deadline there is none, and pass drops it.
	due := rule.Deadline.From(r.label.by, p.Clock(r.state.party))
	for _, to := range rule.Recipients {
		next := state{to, law.Receive, r.state.party, intel.Copy}
		if rule.Force == law.StandingAccess {
			next.trigger, next.form = law.Read, intel.Room
		}
		s.pass(r, next, Step{Rule: p.ID + "/" + rule.ID, From: r.state.party, To: to}, rule.Scope, rule.Force, due, rule.Confidence, rule.Status)
	}
}

func triggered(p law.Pack, rule *law.Rule, s state, auto bool) bool {
	if auto && rule.SparesMachine || !slices.Contains(rule.Kinds, s.trigger) || !rule.DutyHolder.Binds(p, s.party) {
		return false
	}
	if len(rule.Forms) > 0 && !slices.Contains(rule.Forms, s.form) {
		return false
	}
	return rule.Counterpart == (law.Who{}) || rule.Counterpart.Binds(p, s.counterpart)
}

func exempt(p law.Pack, rule *law.Rule, n party.Name) *law.Exemption {
	for i := range rule.Exemptions {
		if rule.Exemptions[i].When.Matches(p, n) {
			return &rule.Exemptions[i]
		}
	}
	return nil
}

var settled = []law.Status{law.InForce, law.Unverified, law.Contested, law.Repealed}

func lessSettled(a, b law.Status) law.Status {
	if slices.Index(settled, a) >= slices.Index(settled, b) {
		return a
	}
	return b
}

// comparePaths orders paths by length, then rule by rule, so that ties break
// the same way in every replay.
func comparePaths(a, b []Step) int {
	if c := cmp.Compare(len(a), len(b)); c != 0 {
		return c
	}
	for i := range a {
		if c := strings.Compare(a[i].Rule, b[i].Rule); c != 0 {
			return c
		}
		if c := strings.Compare(string(a[i].To), string(b[i].To)); c != 0 {
			return c
		}
		if c := strings.Compare(string(a[i].From), string(b[i].From)); c != 0 {
			return c
		}
	}
	return 0
}

package picture

import (
	"cmp"
	"slices"
	"strings"

	"comity/intel"
	"comity/law"
	"comity/party"
	"comity/release"
)

// style is how a line is drawn: by its force, or one of the two below.
type style string

// The lines that no force stands behind.
const (
	sent   style = "sent"   // the sender's own choice
	member style = "member" // from a group to its member
)

// way is how a party comes to see something: the last step of a row, or a step
// on the path of one.
type way struct {
	from   party.Name
	rule   string
	style  style
	grants []grant
	forms  []intel.Form // of a way that was chosen
	due    []law.Due
	reach  release.Reach
	status law.Status
	bare   bool // only known from the paths that lead over it
}

// grant is what comes along a way, of some portions.
type grant struct {
	scope    intel.Scope
	portions []int
}

// scope gives the most that comes along a way.
func (w way) scope() intel.Scope {
	var s intel.Scope
	for _, g := range w.grants {
		s = s.Join(g.scope)
	}
	return s
}

// breach is a promise that a party breaks by what it comes to see.
type breach struct {
	promise  string
	portions []int // none: the release as a whole
	blocks   bool
	why      string
}

// seen is one party of the plan with all that is drawn of it.
type seen struct {
	name     party.Name
	step     int // 0: the sender, 1: chosen or told by the sender, and so on
	chosen   bool
	unknown  []string // why its duties are not known
	breaches []breach
	ways     []way
	left     int // ways that are not drawn
}

func (s *seen) blocked() bool {
	return slices.ContainsFunc(s.breaches, func(b breach) bool { return b.blocks })
}

// maxWays is how many lines to one party are drawn; the others are counted.
const maxWays = 4

// cast collects the parties of a plan.
type cast struct {
	plan   release.Plan
	byName map[party.Name]*seen
}

func newCast(p release.Plan) *cast {
	c := &cast{plan: p, byName: map[party.Name]*seen{}}
	c.meet(p.Sender, 0)
	for _, r := range p.Recipients {
		c.choose(r)
	}
	for _, row := range p.Rows {
		c.row(row)
	}
	for _, d := range p.Duties {
		c.owed(d)
	}
	for _, row := range p.Rows {
		c.path(row)
	}
	for _, u := range p.Unknown {
		s := c.find(u.Party)
		s.unknown = append(s.unknown, u.Why)
	}
	for _, k := range p.Conflicts {
		c.find(k.Party).breach(k)
	}
	for _, s := range c.byName {
		s.choose()
	}
	return c
}

// choose keeps the strongest ways to a party: its own release first, then what
// is sure, then what shows most.
func (s *seen) choose() {
	slices.SortStableFunc(s.ways, func(a, b way) int { return slices.Compare(a.weight(), b.weight()) })
	s.left = max(0, len(s.ways)-maxWays)
	s.ways = s.ways[:len(s.ways)-s.left]
}

// weight orders ways, the strongest first.
func (w way) weight() []int {
	weight := []int{1, 1, -int(w.scope().Content)}
	if w.style == sent {
		weight[0] = 0
	}
	if w.reach == release.Sure {
		weight[1] = 0
	}
	return weight
}

// meet gives the party of a name, at most so many steps from the sender.
func (c *cast) meet(n party.Name, step int) *seen {
	s, ok := c.byName[n]
	if !ok {
		s = &seen{name: n, step: step}
		c.byName[n] = s
	}
	s.step = min(s.step, step)
	return s
}

// find gives the party of a name, wherever it stands; one that no row leads to
// is still shown.
func (c *cast) find(n party.Name) *seen {
	if s, ok := c.byName[n]; ok {
		return s
	}
	return c.meet(n, 1)
}

// choose enters a recipient. What it sees is told by its own rows.
func (c *cast) choose(r release.Recipient) {
	w := way{from: c.plan.Sender, style: sent, forms: r.Forms, reach: release.Sure}
	for _, row := range c.plan.Rows {
		if row.Party == r.Party && len(row.Path) == 0 {
			w.grants = append(w.grants, grant{row.Scope, row.Portions})
		}
	}
	if len(w.grants) == 0 { // withheld altogether, or a plan from elsewhere
		w.grants = []grant{{scope: intel.Scope{Content: most(r.Forms)}}}
	}
	s := c.meet(r.Party, 1)
	s.chosen = true
	s.ways = append(s.ways, w)
}

// most tells the most content that any of the forms shows.
func most(forms []intel.Form) intel.Content {
	content := intel.None
	for _, f := range forms {
		content = max(content, f.Content())
	}
	return content
}

// row enters the last step of a row.
func (c *cast) row(r release.Row) {
	if len(r.Path) == 0 {
		s := c.meet(r.Party, 1)
		if !s.chosen { // a plan from elsewhere; never left out
			s.chosen = true
			s.ways = append(s.ways, way{from: c.plan.Sender, style: sent, grants: []grant{{r.Scope, r.Portions}}, reach: r.Reach})
		}
		return
	}
	last := r.Path[len(r.Path)-1]
	s := c.meet(r.Party, c.first(r)+len(r.Path))
	w := way{from: last.From, rule: last.Rule, style: styleOf(last), due: r.Latest, reach: r.Reach, status: r.Status}
	i := slices.IndexFunc(s.ways, func(o way) bool { return o.same(w) })
	if i < 0 {
		i = len(s.ways)
		s.ways = append(s.ways, w)
	}
	s.ways[i].add(grant{r.Scope, r.Portions})
}

// first tells how far from the sender a row's path starts.
func (c *cast) first(r release.Row) int {
	if r.Path[0].From == c.plan.Sender {
		return 0
	}
	return 1
}

// owed enters what the sender must report, unless a row says it already.
func (c *cast) owed(d release.SenderDuty) {
	s := c.meet(d.To, 1)
	for i := range s.ways {
		if s.ways[i].from == c.plan.Sender && s.ways[i].rule == d.Rule {
			return
		}
	}
	s.ways = append(s.ways, way{from: c.plan.Sender, rule: d.Rule, style: style(law.Must), grants: []grant{{scope: d.Scope}}, due: d.Due, reach: release.Sure})
}

// path enters the steps that lead to a row's party, where no row of their own
// ends with them, so that no line starts out of nowhere.
func (c *cast) path(r release.Row) {
	for i, step := range r.Path[:max(len(r.Path)-1, 0)] {
		c.meet(step.From, c.first(r)+i)
		to := c.meet(step.To, c.first(r)+i+1)
		if have := slices.IndexFunc(to.ways, func(w way) bool { return w.from == step.From && w.rule == step.Rule }); have >= 0 {
			if to.ways[have].bare {
				to.ways[have].add(grant{r.Scope, r.Portions})
			}
			continue
		}
		to.ways = append(to.ways, way{from: step.From, rule: step.Rule, style: styleOf(step), grants: []grant{{r.Scope, r.Portions}}, reach: reachOf(r.Path[:i+1]), bare: true})
	}
}

// reachOf tells whether a path happens for certain: each of its steps must.
func reachOf(path []release.Step) release.Reach {
	for _, s := range path {
		if s.Force != "" && !s.Force.Sure() {
			return release.Possible
		}
	}
	return release.Sure
}

func styleOf(s release.Step) style {
	if s.Force == "" {
		return member
	}
	return style(s.Force)
}

// same tells whether two ways differ in no more than what comes along them, so
// that one line can stand for both.
func (w way) same(o way) bool {
	return w.from == o.from && w.rule == o.rule && w.style == o.style && w.reach == o.reach && w.status == o.status &&
		w.bare == o.bare && slices.Equal(w.forms, o.forms) && slices.Equal(w.due, o.due)
}

func (w way) alike(o way) bool { return w.same(o) && slices.EqualFunc(w.grants, o.grants, grant.same) }

func (g grant) same(o grant) bool { return g.scope == o.scope && slices.Equal(g.portions, o.portions) }

// add enters what comes along a way, once.
func (w *way) add(g grant) {
	if !slices.ContainsFunc(w.grants, g.same) {
		w.grants = append(w.grants, g)
	}
}

// breach enters a conflict, joining the portions of one promise.
func (s *seen) breach(k release.Conflict) {
	for i := range s.breaches {
		b := &s.breaches[i]
		if b.promise == k.Promise && b.blocks == k.Blocks && (k.Portion == 0) == (len(b.portions) == 0) {
			if k.Portion > 0 {
				b.portions = append(b.portions, k.Portion)
			}
			return
		}
	}
	b := breach{promise: k.Promise, blocks: k.Blocks, why: k.Why}
	if k.Portion > 0 {
		b.portions = []int{k.Portion}
	}
	s.breaches = append(s.breaches, b)
	slices.SortStableFunc(s.breaches, func(a, b breach) int { return cmp.Compare(rank(a), rank(b)) })
}

// rank puts what blocks before warnings.
func rank(b breach) int {
	if b.blocks {
		return 0
	}
	return 1
}

// like tells whether two parties are seen in the same way, so that one line
// can stand for both.
func (s *seen) like(o *seen) bool {
	return !s.chosen && !o.chosen && s.step > 0 && o.step > 0 && s.step == o.step && s.name.Agency() == o.name.Agency() && s.left == o.left &&
		slices.Equal(s.unknown, o.unknown) && slices.EqualFunc(s.ways, o.ways, way.alike) &&
		slices.EqualFunc(s.breaches, o.breaches, func(a, b breach) bool {
			return a.promise == b.promise && a.near(b)
		})
}

// sorted lists the parties by step and name.
func (c *cast) sorted() []*seen {
	list := make([]*seen, 0, len(c.byName))
	for _, s := range c.byName {
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b *seen) int {
		return cmp.Or(cmp.Compare(a.step, b.step), strings.Compare(string(a.name), string(b.name)))
	})
	return list
}

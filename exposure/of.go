package exposure

import (
	"context"
	"slices"

	"comity/fault"
	"comity/intel"
	"comity/law"
	"comity/party"
	"comity/ref"
	"comity/release"
	"comity/wire"
)

// Ask is a question about a party and all below it, between two instants.
type Ask struct {
	Party party.Name
	Since wire.Time
	Until wire.Time // zero: now
	From  int       // how many releases to leave out
	Limit int       // how many to show; zero: 50
}

// Report is what a party could have seen and did see.
type Report struct {
	Party       party.Name   `json:"party"`
	Since       wire.Time    `json:"since"`
	Until       wire.Time    `json:"until"`
	At          wire.Time    `json:"at"` // when it was asked
	Exposed     []Exposed    `json:"exposed"`
	Allowed     []Authorised `json:"allowed,omitempty"`     // leave given to pass on to it, the first 200
	AllowedLeft int          `json:"allowed_left,omitzero"` // more of it
	Count       int          `json:"count"`                 // releases in all
	Next        int          `json:"next,omitzero"`         // where to go on; zero at the end
	Earlier     int          `json:"earlier,omitzero"`      // ways and receipts that were over before Since
	Open        Uncertainty  `json:"open"`                  // what this does not cover
}

// Authorised is leave that this node gave a partner to pass on what it sent.
type Authorised struct {
	Request   ref.CutID         `json:"request"`
	By        party.Name        `json:"by"` // who asked, and passes it on
	Allow     []intel.Allowance `json:"allow"`
	Given     wire.Time         `json:"given"`               // first
	Until     wire.Time         `json:"until,omitzero"`      // of the newest answer
	TakenBack bool              `json:"taken_back,omitzero"` // the newest answer is a refusal
}

// Exposed is one release as far as the party is concerned.
type Exposed struct {
	Release ref.ReleaseID `json:"release"`
	Item    ref.ItemID    `json:"item"`
	Version int           `json:"version"`
	Made    wire.Time     `json:"made"`
	Could   []Could       `json:"could"`
	Left    int           `json:"left,omitzero"` // ways that are left out
	Did     []Did         `json:"did"`
	Unshown int           `json:"unshown,omitzero"` // receipts that are left out
}

// Could is one way by which a party could see something: a row of the closure
// that was stored with the release.
type Could struct {
	Party      party.Name     `json:"party"`
	Scope      intel.Scope    `json:"scope"`
	Portions   []int          `json:"portions,omitempty"`
	Reach      release.Reach  `json:"reach"`
	From       wire.Time      `json:"from"`
	By         []law.Due      `json:"by,omitempty"`   // empty: on any later day too
	Path       []release.Step `json:"path,omitempty"` // empty: it was chosen
	Force      law.Force      `json:"force,omitzero"` // of the last step
	Confidence law.Confidence `json:"confidence,omitzero"`
	Status     law.Status     `json:"status,omitzero"`
}

// Uncertainty is what an exposure does not cover. An empty one is never shown
// as safe.
type Uncertainty struct {
	Releases  int         `json:"releases"`          // looked at
	Unknown   Tally       `json:"unknown,omitzero"`  // parties reached whose duties were not known: they could have told it
	Above     Tally       `json:"above,omitzero"`    // reached parties that it is a part of, by a way that is not its own
	Unsound   Unsound     `json:"unsound,omitzero"`  // not to be relied on
	Stranger  bool        `json:"stranger,omitzero"` // nobody here knows a party of this name
	Uncounted []Uncounted `json:"uncounted"`
}

// Uncounted is a kind of exposure that no line speaks of.
type Uncounted string

// The kinds that are not counted yet.
const (
	KeyPossession  Uncounted = "key_possession"  // who held keys, and so what was sealed for others
	StandingAccess Uncounted = "standing_access" // looks into systems that no stored closure names
	Received       Uncounted = "received"        // what this node was sent by others
	Contacts       Uncounted = "contacts"        // calls and meetings, which send no item
	Papers         Uncounted = "papers"          // what was asked on paper
)

// Tally counts releases, and names some of the parties that they are counted
// for.
type Tally struct {
	Releases int          `json:"releases"`
	Parties  []party.Name `json:"parties"`
	More     int          `json:"more,omitzero"` // parties that are not named
}

// Bounds of one report.
const (
	defaultLimit = 50
	maxLimit     = 200
	maxWays      = 200 // of one release
	maxNamed     = 20
	maxAllowed   = 200
)

// Of tells what a party, and everything below it, could have seen of what this
// node sent, by the closures stored with the releases, and what it did see, by
// receipts. A way counts if the party could have come to see something by it
// between the two instants: from its beginning until its deadline, and without
// a deadline on any later day too. So a copy that was sent before counts.
func (x *Exposure) Of(ctx context.Context, actor party.Actor, a Ask) (Report, error) {
	if err := actor.May(party.ActExpose); err != nil {
		return Report{}, err
	}
	now := x.at()
	if err := a.settle(now); err != nil {
		return Report{}, err
	}
	s := scan{x: x, ask: a, unknown: map[party.Name]bool{}, above: map[party.Name]bool{}}
	s.report = Report{Party: a.Party, Since: a.Since, Until: a.Until, At: now, Exposed: []Exposed{},
		Open: Uncertainty{Uncounted: []Uncounted{KeyPossession, StandingAccess, Received, Contacts, Papers}}}
	// A duty can fall due, or a copy be opened, long after the release.
	err := x.each(ctx, Range{Until: a.Until}, func(m Made) (bool, error) { return true, s.look(ctx, m) })
	if err != nil {
		return Report{}, err
	}
	if err := s.allowed(ctx); err != nil {
		return Report{}, err
	}
	if s.report.Open.Stranger, err = x.stranger(ctx, a.Party, now); err != nil {
		return Report{}, err
	}
	return s.done()
}

// settle fills in what was left out, and refuses what makes no sense.
func (a *Ask) settle(now wire.Time) error {
	if _, err := party.ParseName(string(a.Party)); err != nil {
		return err
	}
	if a.Until.IsZero() {
		a.Until = now
	}
	switch {
	case a.Since.IsZero():
		return fault.New(fault.Invalid, "it is not said since when").Fix("give the first day: --since 2026-01-31")
	case a.Since.After(a.Until):
		return fault.New(fault.Invalid, "the time begins at %s, after its end at %s", a.Since, a.Until).
			Fix("--since is the earlier one; without --until it ends now")
	case a.From < 0 || a.Limit < 0:
		return fault.New(fault.Invalid, "a page cannot begin or end before the first release").Fix("leave --from out, or count from 0")
	}
	a.Limit = min(a.Limit, maxLimit)
	if a.Limit == 0 {
		a.Limit = defaultLimit
	}
	return nil
}

// stranger tells whether nobody here knows a party of a name: a slip of the
// pen would otherwise pass for a party that saw nothing.
func (x *Exposure) stranger(ctx context.Context, n party.Name, at wire.Time) (bool, error) {
	world, err := x.rules.World(ctx, at, nil)
	if err != nil {
		return false, err
	}
	return !slices.ContainsFunc(world.Directory.Names(), func(known party.Name) bool { return known.Within(n) }), nil
}

// scan makes a report, one release after the other.
type scan struct {
	x       *Exposure
	ask     Ask
	report  Report
	unknown map[party.Name]bool
	above   map[party.Name]bool
}

// look adds one release.
func (s *scan) look(ctx context.Context, m Made) error {
	s.report.Open.Releases++
	e := Exposed{Release: m.ID, Item: m.Item, Made: m.At, Could: []Could{}, Did: []Did{}}
	if !m.sound() {
		s.report.Open.Unsound.Add(m.Item)
	}
	if m.Plan != nil {
		e.Version = m.Plan.Version
		s.ways(&e, *m.Plan)
		s.notCovered(*m.Plan)
	}
	if err := s.receipts(ctx, &e); err != nil {
		return err
	}
	if len(e.Could)+len(e.Did) == 0 {
		return nil
	}
	slices.SortStableFunc(e.Did, func(a, b Did) int { return a.First.Time().Compare(b.First.Time()) })
	s.report.Count++
	if n := s.report.Count - s.ask.From; n > 0 && n <= s.ask.Limit {
		s.report.Exposed = append(s.report.Exposed, e)
	}
	return nil
}

// allowed adds the leave that was given to pass something on to the party: it
// could have come by any of it from then on, whatever was answered later.
func (s *scan) allowed(ctx context.Context) error {
	for offset := 0; ; offset += batch {
		page, err := s.x.past.Authorised(ctx, offset, batch)
		if err != nil {
			return err
		}
		for _, a := range page {
			a.Allow = slices.DeleteFunc(slices.Clone(a.Allow), func(w intel.Allowance) bool { return !w.Party.Within(s.ask.Party) })
			switch {
			case len(a.Allow) == 0 || a.Given.After(s.ask.Until):
			case len(s.report.Allowed) == maxAllowed:
				s.report.AllowedLeft++
			default:
				s.report.Allowed = append(s.report.Allowed, a)
			}
		}
		if len(page) < batch {
			return nil
		}
	}
}

// ways adds the rows of a closure that reach the party in time.
func (s *scan) ways(e *Exposed, p release.Plan) {
	for _, r := range p.Rows {
		if !r.Party.Within(s.ask.Party) || r.Earliest.After(s.ask.Until) {
			continue
		}
		if last := lastOf(r.Latest); !last.IsZero() && last.Before(s.ask.Since) {
			s.report.Earlier++
			continue
		}
		if len(e.Could) == maxWays {
			e.Left++
			continue
		}
		e.Could = append(e.Could, wayOf(r))
	}
	slices.SortStableFunc(e.Could, func(a, b Could) int { return a.From.Time().Compare(b.From.Time()) })
}

func wayOf(r release.Row) Could {
	return Could{Party: r.Party, Scope: r.Scope, Portions: r.Portions, Reach: r.Reach, From: r.Earliest, By: r.Latest,
		Path: r.Path, Force: r.Force, Confidence: r.Confidence, Status: r.Status}
}

// lastOf gives the latest reading of a deadline; zero if there is none.
func lastOf(due []law.Due) wire.Time {
	var t wire.Time
	for _, d := range due {
		if d.At.After(t) {
			t = d.At
		}
	}
	return t
}

// notCovered counts a release whose closure says itself that it may reach
// further.
func (s *scan) notCovered(p release.Plan) {
	open := false
	for _, u := range p.Unknown {
		// What the sender must tell is known at home.
		if u.Party != p.Sender {
			s.unknown[u.Party], open = true, true
		}
	}
	if open {
		s.report.Open.Unknown.Releases++
	}
	reached := false
	for _, r := range p.Rows {
		if r.Party != s.ask.Party && s.ask.Party.Within(r.Party) && !passedUp(r, s.ask.Party) {
			s.above[r.Party], reached = true, true
		}
	}
	if reached {
		s.report.Open.Above.Releases++
	}
}

// passedUp tells whether a row came about because the party itself knew.
func passedUp(r release.Row, n party.Name) bool {
	return slices.ContainsFunc(r.Path, func(s release.Step) bool { return s.From.Within(n) })
}

// done closes the report.
func (s *scan) done() (Report, error) {
	r := s.report
	r.Open.Unknown.name(s.unknown)
	r.Open.Above.name(s.above)
	if r.Open.Stranger && len(r.Allowed) == 0 && r.Count == 0 && r.Earlier == 0 && r.Open.Above.Releases == 0 {
		return Report{}, fault.New(fault.Invalid, "this node knows no party %s, and nothing that it sent reached one", s.ask.Party).
			Fix("comity partner list and comity pack show name the parties that it knows")
	}
	if shown := s.ask.From + len(r.Exposed); shown < r.Count {
		r.Next = shown
	}
	return r, nil
}

// name names the first parties of a set.
func (t *Tally) name(set map[party.Name]bool) {
	t.Parties = []party.Name{}
	for n := range set {
		t.Parties = append(t.Parties, n)
	}
	slices.Sort(t.Parties)
	if over := len(t.Parties) - maxNamed; over > 0 {
		t.Parties, t.More = t.Parties[:maxNamed], over
	}
}

package authorisation

import (
	"context"
	"slices"
	"strings"

	"comity/exchange"
	"comity/fault"
	"comity/holdings"
	"comity/intel"
	"comity/law"
	"comity/ledger"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/release"
	"comity/wire"
)

// How many requests are listed.
const maxListed = 100

// Asked lists what the officer's unit asked for, the newest first, without the
// texts.
func (a *Authorisations) Asked(ctx context.Context, actor party.Actor) ([]Asked, error) {
	if err := actor.May(party.ActPlan); err != nil {
		return nil, err
	}
	list, err := a.Store.Asked(ctx, actor.Unit, maxListed)
	for i := range list {
		if err == nil {
			list[i], err = a.open(ctx, actor, list[i])
		}
		list[i].Cut.Portions, list[i].Letter = nil, ""
	}
	return list, err
}

// open leaves out of a request what the officer may not read: it repeats what
// stands in an item, and is read under the rules of that.
func (a *Authorisations) open(ctx context.Context, actor party.Actor, asked Asked) (Asked, error) {
	ok, err := a.mayRead(ctx, actor, asked)
	if err != nil || ok {
		return asked, err
	}
	asked.Closed = true
	asked.Cut.Title, asked.Cut.Topic, asked.Cut.Purpose, asked.Cut.Portions, asked.Letter = "", "", "", nil, ""
	return asked, nil
}

func (a *Authorisations) mayRead(ctx context.Context, actor party.Actor, asked Asked) (bool, error) {
	if asked.Paper() {
		for _, m := range asked.Home {
			if !holdings.Decide(actor, holdings.Subject{Units: []party.Name{asked.Cut.Originator}, Marking: m}, a.now()).Allow {
				return false, nil
			}
		}
		return true, nil
	}
	request, ok, err := a.whole(ctx, actor, asked.Item, asked.Version)
	if err != nil || !ok || request.Authorisation == nil || request.Authorisation.Of.IsZero() {
		return ok, err
	}
	_, ok, err = a.whole(ctx, actor, request.Authorisation.Of, 0)
	return ok, err
}

// whole gives a version to an officer who may read all of it.
func (a *Authorisations) whole(ctx context.Context, actor party.Actor, id ref.ItemID, n int) (intel.Item, bool, error) {
	v, err := a.Desk.Version(ctx, actor, id, n)
	if fault.Is(err, fault.Withheld) {
		return intel.Item{}, false, nil
	}
	return v.Item, len(v.Hidden) == 0, err
}

// Received lists what partners ask the officer's unit for, the newest first.
// It holds no text: that is read like everything that came.
func (a *Authorisations) Received(ctx context.Context, actor party.Actor) ([]Received, error) {
	if err := actor.May(party.ActRead); err != nil {
		return nil, err
	}
	list, err := a.Store.Received(ctx, actor.Unit, maxListed)
	for i := range list {
		list[i].Cut.Portions, list[i].Cut.Title, list[i].Cut.Topic, list[i].Cut.Purpose = nil, "", "", ""
	}
	return list, err
}

// Show gives one request of the officer's unit, with the answer that it has.
func (a *Authorisations) Show(ctx context.Context, actor party.Actor, id string) (Asked, error) {
	if err := actor.May(party.ActPlan); err != nil {
		return Asked{}, err
	}
	asked, err := a.Store.AskedOne(ctx, id)
	if fault.Is(err, fault.Withheld) || err == nil && asked.Cut.Originator != actor.Unit {
		return Asked{}, absent()
	}
	if err != nil {
		return Asked{}, err
	}
	return a.open(ctx, actor, asked)
}

func absent() error {
	return fault.New(fault.Withheld, "no such authorisation is yours").Fix("comity authorise list shows those that are")
}

// Reading is a partner's request as whoever answers it sees it: who would come
// to see what, by the packs that count here, and where its texts come from.
type Reading struct {
	Received
	Plan    release.Plan
	Sources [][]Source // by portion of the request; a text stands at its first only
}

// Source is a portion that this node sent, from which a text was made.
type Source struct {
	Cut     ref.CutID
	Portion int
	To      party.Name // whom it was sent to
	Marking intel.Marking
	Item    ref.ItemID
	Hidden  bool // from this officer
	Text    string
	States  []intel.Statement
	lineage []intel.Origin // what other partners sent that it was made from itself
}

// Read gives a request to an officer who has opened it.
func (a *Authorisations) Read(ctx context.Context, actor party.Actor, id string) (Reading, error) {
	got, err := a.received(ctx, actor, id)
	if err != nil {
		return Reading{}, err
	}
	r := Reading{Received: got}
	if r.Sources, err = a.sources(ctx, actor, got); err != nil {
		return Reading{}, err
	}
	told := map[release.CutOrigin]bool{}
	for _, list := range r.Sources {
		for i, s := range list {
			if at := (release.CutOrigin{Cut: s.Cut, Portion: s.Portion}); told[at] {
				list[i].Text, list[i].States = "", nil
			} else {
				told[at] = true
			}
		}
	}
	if got.Cut.Authorisation.Act != string(law.Send) {
		return r, nil
	}
	rules, err := a.Rules.Prepared(ctx, a.now(), nil)
	if err != nil {
		return Reading{}, err
	}
	q := asWouldBeSent(got.Cut, a.now())
	for n := range q.Item.Portions { // who reaches whom hangs on no promise
		q.Item.Portions[n].Marking = intel.Marking{TLP: intel.TLPClear}
	}
	r.Plan, err = rules.Reached(q)
	return r, err
}

// asWouldBeSent puts the question that the asker faces, as far as the
// originator can know it.
func asWouldBeSent(c release.Cut, at wire.Time) release.Question {
	q := release.Question{Sender: c.Originator, At: at,
		Item: intel.Item{Kind: intel.Report, Version: 1, Originator: c.Originator, Title: c.Title, Topic: c.Topic, Purpose: c.Purpose, Areas: c.Areas, Created: c.Created}}
	forms := []intel.Form{}
	for i, p := range c.Portions {
		m := p.Marking
		m.TLP, m.Rel, m.Community = intel.TLPClear, nil, nil // whom it would go to is what is asked
		m.Caveats = slices.DeleteFunc(slices.Clone(m.Caveats), func(c intel.Caveat) bool {
			return c.Code == intel.NOFWD || c.Code == intel.ORCON || c.Code == intel.EYES
		})
		q.Item.Portions = append(q.Item.Portions, intel.Portion{ID: ref.PortionID{0: 1, 14: byte(i >> 8), 15: byte(i)}, Kind: p.Kind, Text: p.Text, Statements: p.Statements, Marking: m})
		forms = append(forms, intel.Copy)
	}
	for _, n := range c.Authorisation.To {
		q.Recipients = append(q.Recipients, release.Recipient{Party: n, Forms: forms})
	}
	return q
}

// sources finds what a request says that its texts come from, among what was
// sent to the very partner that asks; each cut and version is looked up once.
func (a *Authorisations) sources(ctx context.Context, actor party.Actor, got Received) ([][]Source, error) {
	f := finder{a: a, actor: actor, got: got, known: map[ref.CutID]sentCut{}}
	list := make([][]Source, len(got.Cut.Portions))
	for n, p := range got.Cut.Portions {
		for _, o := range p.Origins {
			s, err := f.find(ctx, o)
			if err != nil {
				return nil, err
			}
			list[n] = append(list[n], s)
		}
	}
	return list, nil
}

// finder looks for the sources of one request.
type finder struct {
	a     *Authorisations
	actor party.Actor
	got   Received
	known map[ref.CutID]sentCut
}

// sentCut is a cut that was sent, with the version that it was cut from as the
// officer may see it.
type sentCut struct {
	exchange.SentCut
	item    intel.Item
	hidden  []int
	lineage [][]intel.Origin
}

func (f *finder) find(ctx context.Context, o release.CutOrigin) (Source, error) {
	c, ok := f.known[o.Cut]
	if !ok {
		var err error
		if c, err = f.look(ctx, o.Cut); err != nil {
			return Source{}, err
		}
		f.known[o.Cut] = c
	}
	n := portionOf(c.Forms, o.Portion)
	if n == 0 || o.Portion > len(c.Cut.Portions) {
		return Source{}, f.forged(o.Cut)
	}
	p := c.Cut.Portions[o.Portion-1]
	s := Source{Cut: o.Cut, Portion: o.Portion, To: c.Recipient, Marking: p.Marking, Item: c.SentCut.Item, Hidden: true}
	if len(c.item.Portions) < n {
		return s, nil // another unit's, or all of it hidden
	}
	s.lineage = c.lineage[n-1]
	if s.Hidden = slices.Contains(c.hidden, n); !s.Hidden {
		s.Text, s.States = p.Text, p.Statements
	}
	return s, nil
}

func (f *finder) look(ctx context.Context, id ref.CutID) (sentCut, error) {
	sent, err := f.a.Trails.SentCut(ctx, id)
	if fault.Is(err, fault.Withheld) || err == nil && sent.Partner != f.got.Partner {
		return sentCut{}, f.forged(id)
	}
	if err != nil {
		return sentCut{}, err
	}
	c := sentCut{SentCut: sent}
	v, err := f.a.Desk.Version(ctx, f.actor, sent.Item, sent.Version)
	if fault.Is(err, fault.Withheld) {
		return c, nil
	}
	c.item, c.hidden, c.lineage = v.Item, v.Hidden, v.Item.Lineage()
	return c, err
}

func (f *finder) forged(cut ref.CutID) error {
	return fault.New(fault.Invalid, "the request says that its text comes from %s, which this node never sent to %s", cut.Short(), f.got.Partner).
		Fix("refuse it, and ask %s what it means", f.got.Partner)
}

// portionOf gives the number in the item of the nth portion of a cut: withheld
// ones have none there.
func portionOf(forms []intel.Form, n int) int {
	for i, f := range forms {
		if f != intel.Withheld {
			if n--; n == 0 {
				return i + 1
			}
		}
	}
	return 0
}

// mayGive refuses to let go on what this node holds only under another's
// promise: a partner's partner is bound as this node is.
func (a *Authorisations) mayGive(ctx context.Context, actor party.Actor, got Received) error {
	sources, err := a.sources(ctx, actor, got)
	if err != nil {
		return err
	}
	q := asWouldBeSent(got.Cut, a.now())
	q.Sender, q.Item.Originator = got.Cut.Audience[0], got.Cut.Audience[0]
	q.Recipients = a.wouldKnow(got.Cut, len(q.Item.Portions))
	for n, list := range sources {
		for _, s := range list {
			if s.Hidden {
				return fault.New(fault.Denied, "the request repeats what is hidden from you").Fix("an officer who may read portion %d of what was sent (%s) answers", s.Portion, s.Cut.Short())
			}
			for _, o := range s.lineage {
				if !slices.ContainsFunc(q.Item.Portions[n].Origins, o.Same) {
					q.Item.Portions[n].Origins = append(q.Item.Portions[n].Origins, o)
				}
			}
		}
	}
	if got.Cut.Authorisation.Act != string(law.Send) || len(q.Recipients) == 0 {
		return nil
	}
	if err := a.Links.Recalled(ctx, q); err != nil {
		return err
	}
	rules, err := a.Rules.Prepared(ctx, q.At, nil)
	if err != nil {
		return err
	}
	if q.Authorised, err = InHand(a.Store)(ctx, q.Sender, rules.Subjects(q)); err != nil {
		return err
	}
	broken, err := rules.Broken(q)
	if err != nil {
		return err
	}
	for _, c := range broken {
		switch {
		case !c.Blocks || c.Rule != "": // what our own law wants of our own sendings
		case c.By != "":
			return fault.New(fault.Blocked, "it was made of what %s sent, which does not let it go to %s", c.By, c.Party).
				Fix("refuse it; what %s authorises you to send there, you can send yourselves", c.By)
		default:
			return fault.New(fault.Blocked, "%s does not let it go to %s, and no authorisation lifts that", c.Promise, c.Party).Fix("refuse it")
		}
	}
	return nil
}

// wouldKnow gives everybody named in a request as recipients, each with as much
// as it would come to see: leave is for them all, however they come to it. Our
// own agency knows it.
func (a *Authorisations) wouldKnow(c release.Cut, portions int) []release.Recipient {
	var list []release.Recipient
	for _, w := range c.Authorisation.Allow {
		form := intel.Copy
		if w.Scope.Content <= intel.Metadata {
			form = intel.Pointer
		}
		if w.Party.Within(c.Audience[0].Agency()) || w.Scope.Content == intel.None && !slices.Contains(c.Authorisation.To, w.Party) {
			continue
		}
		r := release.Recipient{Party: w.Party, Forms: make([]intel.Form, portions)}
		for i := range r.Forms {
			r.Forms[i] = form
		}
		list = append(list, r)
	}
	return list
}

// received gives a request to the officer's unit, opened by the officer.
func (a *Authorisations) received(ctx context.Context, actor party.Actor, id string) (Received, error) {
	got, err := a.Store.ReceivedOne(ctx, id)
	if fault.Is(err, fault.Withheld) || err == nil && !slices.Contains(got.Cut.Audience, actor.Unit) {
		return Received{}, absent()
	}
	if err != nil {
		return Received{}, err
	}
	opened, hidden, err := a.Links.Opened(ctx, actor, got.Cut.ID.String())
	if err != nil {
		return Received{}, err
	}
	if len(hidden) > 0 {
		return Received{}, fault.New(fault.Denied, "part of the request is hidden from you").Fix("an officer who may read all of it answers")
	}
	got.ReceivedCut = opened
	return got, nil
}

// Answer gives or refuses what a partner asks for. An answer can be followed by
// another, which takes its place: what was given is taken back by refusing.
func (a *Authorisations) Answer(ctx context.Context, actor party.Actor, id string, given bool, until wire.Time, code string) (Received, error) {
	if err := actor.May(party.ActAuthorise); err != nil {
		return Received{}, err
	}
	got, err := a.received(ctx, actor, id)
	if err != nil {
		return Received{}, err
	}
	if given {
		if err := a.mayGive(ctx, actor, got); err != nil {
			return Received{}, err
		}
	}
	v, err := a.Links.Verdict(ctx, actor, got.ReceivedCut, given, until, code)
	if err != nil {
		return Received{}, err
	}
	answer := Answer{Given: v.Given, By: a.Node, At: v.At, Until: v.Until, Code: v.Code, Officer: actor.Handle, Proof: v.Proof()}
	if err := a.Store.Answer(ctx, v, answer, got.Answer); err != nil {
		return Received{}, err
	}
	a.Links.Wake()
	got.Answer = &answer
	return got, nil
}

// Paper is what a party answered on paper.
type Paper struct {
	Given     bool
	On        wire.Time // the paper's own date; zero: now
	Until     wire.Time // zero: no end
	Reference string    // its number and date, in one line
}

// Note keeps the answer of a party that answered on paper. Whoever wrote the
// request out cannot say what the answer was: a second officer vouches for it,
// with the paper's own number and date.
func (a *Authorisations) Note(ctx context.Context, actor party.Actor, id string, p Paper) (Asked, error) {
	if err := actor.May(party.ActApprove); err != nil {
		return Asked{}, err
	}
	asked, err := a.Show(ctx, actor, id)
	if p.On.Before(asked.At) && sameDay(p.On, asked.At) {
		p.On = asked.At // a paper bears a date and no hour
	}
	switch {
	case err != nil:
		return Asked{}, err
	case !asked.Paper():
		return Asked{}, fault.New(fault.Invalid, "%s answers with a receipt of its own", asked.Partner).Fix("comity authorise list shows its answer once it came")
	case asked.Officer == actor.Handle:
		return Asked{}, fault.New(fault.Denied, "%s wrote the request and cannot say what the answer was", actor.Handle).
			Fix("another officer of %s with the role release or security keeps it", actor.Unit)
	case p.Reference == "" || len(p.Reference) > intel.MaxTitle || !intel.Plain(p.Reference, false):
		return Asked{}, fault.New(fault.Invalid, "the paper is not named").Fix("give its number and date with --reference, in one line")
	case p.On.After(a.now()) || !p.On.IsZero() && p.On.Before(asked.At):
		return Asked{}, fault.New(fault.Invalid, "a paper of %s cannot answer what was asked on %s", p.On, asked.At).Fix("give the paper's own date with --on")
	case !p.Until.IsZero() && (!p.Given || !p.Until.After(p.On)):
		return Asked{}, fault.New(fault.Invalid, "it cannot hold until %s", p.Until).Fix("give a later time with what was given, or none")
	}
	answer := Answer{Given: p.Given, By: asked.Of, At: p.On, Until: p.Until, Officer: actor.Handle, Reference: p.Reference}
	if answer.At.IsZero() {
		answer.At = a.now()
	}
	r := record.Record{Kind: record.Authorise, At: a.now(), Unit: actor.Unit, Officer: actor.Handle, Other: asked.Of, Cut: asked.Cut.ID,
		CutHash: asked.Hash, Due: p.Until, Subject: ref.Sum("reference", []byte(p.Reference)), Code: onPaper}
	if !p.Given {
		r.Kind = record.Unauthorised
	}
	r.Node = a.Node
	b, err := r.Encode()
	if err != nil {
		return Asked{}, err
	}
	answer.Proof = exchange.ProofOf(b)
	e, err := a.entry(r)
	if err != nil {
		return Asked{}, err
	}
	asked.Answer = &answer
	return asked, a.Store.Note(ctx, asked.Cut.ID, answer, e)
}

// sameDay reports whether a date is that of an instant.
func sameDay(date, at wire.Time) bool {
	day, hour, _ := strings.Cut(date.String(), "T")
	return hour == "00:00:00Z" && strings.HasPrefix(at.String(), day)
}

// entry makes the ledger's entry for one record.
func (a *Authorisations) entry(r record.Record) ([]ledger.Entry, error) {
	r.Node = a.Node
	e, err := record.NewEntry(r, a.Random)
	return []ledger.Entry{e}, err
}

package authorisation

import (
	"context"
	"slices"
	"time"

	"comity/exchange"
	"comity/fault"
	"comity/intel"
	"comity/ledger"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/release"
	"comity/wire"
)

// How many requests are listed.
const maxListed = 200

// Asked lists what the officer's unit asked for, the newest first.
func (a *Authorisations) Asked(ctx context.Context, actor party.Actor) ([]Asked, error) {
	if err := actor.May(party.ActPlan); err != nil {
		return nil, err
	}
	return a.Store.Asked(ctx, actor.Unit, maxListed)
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
	return asked, err
}

func absent() error {
	return fault.New(fault.Withheld, "no such authorisation is yours").Fix("comity authorise list shows those that are")
}

// Wish is a partner's request as whoever answers it sees it: who would come to
// see what, by the packs that count here, and where its text comes from.
type Wish struct {
	Received
	Plan    release.Plan
	Sources [][]Source // by portion of the request
}

// Source is a portion that this node sent, from which a text was made.
type Source struct {
	Cut     ref.CutID
	Portion int
	To      party.Name // whom it was sent to
	Marking intel.Marking
	Text    string
	Item    ref.ItemID
}

// Wish gives a request to an officer who has opened it.
func (a *Authorisations) Wish(ctx context.Context, actor party.Actor, id string) (Wish, error) {
	got, err := a.received(ctx, actor, id)
	if err != nil {
		return Wish{}, err
	}
	w := Wish{Received: got}
	for _, p := range got.Cut.Portions {
		var list []Source
		for _, o := range p.Origins {
			s, err := a.source(ctx, got, o)
			if err != nil {
				return Wish{}, err
			}
			list = append(list, s)
		}
		w.Sources = append(w.Sources, list)
	}
	if got.Cut.Authorisation.Act != "send" {
		return w, nil
	}
	rules, err := a.Rules.Prepared(ctx, a.now(), nil)
	if err != nil {
		return Wish{}, err
	}
	w.Plan, err = rules.Decide(asWouldBeSent(got.Cut, a.now()))
	return w, err
}

// asWouldBeSent puts the question that the asker faces, as far as the
// originator can know it.
func asWouldBeSent(c release.Cut, at wire.Time) release.Question {
	q := release.Question{Sender: c.Originator, At: at,
		Item: intel.Item{Kind: intel.Report, Version: 1, Originator: c.Originator, Title: c.Title, Areas: c.Areas, Created: c.Created}}
	forms := []intel.Form{}
	for i, p := range c.Portions {
		m := p.Marking
		m.TLP, m.Rel, m.Community = intel.TLPClear, nil, nil // whom it would go to is what is asked
		m.Caveats = slices.DeleteFunc(slices.Clone(m.Caveats), func(c intel.Caveat) bool {
			return c.Code == intel.NOFWD || c.Code == intel.ORCON || c.Code == intel.EYES
		})
		q.Item.Portions = append(q.Item.Portions, intel.Portion{ID: ref.PortionID{0: 1, 14: byte(i >> 8), 15: byte(i)}, Kind: p.Kind, Text: p.Text, Marking: m})
		forms = append(forms, intel.Copy)
	}
	for _, n := range c.Authorisation.To {
		q.Recipients = append(q.Recipients, release.Recipient{Party: n, Forms: forms})
	}
	return q
}

// source finds what a request says its text comes from among what was sent to
// the very partner that asks.
func (a *Authorisations) source(ctx context.Context, got Received, o release.CutOrigin) (Source, error) {
	forged := fault.New(fault.Invalid, "the request says that its text comes from %s, which this node never sent to %s", o.Cut.Short(), got.Partner).
		Fix("refuse it, and ask %s what it means", got.Partner)
	sent, err := a.Trails.SentCut(ctx, o.Cut)
	if fault.Is(err, fault.Withheld) || err == nil && (sent.Partner != got.Partner || sent.Cut.Originator != got.Cut.Audience[0] || o.Portion > len(sent.Cut.Portions)) {
		return Source{}, forged
	}
	if err != nil {
		return Source{}, err
	}
	p := sent.Cut.Portions[o.Portion-1]
	return Source{Cut: o.Cut, Portion: o.Portion, To: sent.Recipient, Marking: p.Marking, Text: p.Text, Item: sent.Item}, nil
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
		for _, p := range got.Cut.Portions {
			for _, o := range p.Origins {
				if _, err := a.source(ctx, got, o); err != nil {
					return Received{}, err
				}
			}
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
	case p.On.After(a.now()) || !p.On.IsZero() && p.On.Before(asked.At.Add(-24*time.Hour)):
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

// entry makes the ledger's entry for one record.
func (a *Authorisations) entry(r record.Record) ([]ledger.Entry, error) {
	r.Node = a.Node
	b, err := r.Encode()
	if err != nil {
		return nil, err
	}
	e, err := ledger.NewEntry(b, a.Random)
	return []ledger.Entry{e}, err
}

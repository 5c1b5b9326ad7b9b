// Package authorisation asks for leave and gives it. What a partner sent stays
// the partner's: whoever wants to pass it on, in whatever words, asks its
// originator, and some laws want an act authorised by a party beforehand, a
// meeting for one. A request goes as an item, like everything that crosses; the
// answer comes as a receipt, which proves it to anybody; a party without a node
// is asked and answers on paper, and two officers vouch for that.
//
// The gate of package exchange and the contacts of package contact ask
// [InHand] for what was given. Nothing is sent by itself when an answer comes:
// an officer looks at the plan as it is then.
//
// Band 4: no HTTP and no SQL; it works through package exchange and imports no
// sibling of its own.
package authorisation

import (
	"context"
	"io"
	"time"

	"comity/exchange"
	"comity/holdings"
	"comity/intel"
	"comity/ledger"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/release"
	"comity/wire"
)

// Asked is an authorisation that this node asked for.
type Asked struct {
	Cut     release.Cut     `json:"cut"` // the request, as it was sent or written out
	Hash    ref.Hash        `json:"hash"`
	Of      party.Name      `json:"of"`      // who is asked: the unit that it was sent to, or on paper the party
	Partner party.Name      `json:"partner"` // the node that it was sent to; empty: on paper
	At      wire.Time       `json:"at"`
	Officer party.Handle    `json:"officer"`       // on paper: who wrote it out
	Letter  string          `json:"letter"`        // likewise
	Item    ref.ItemID      `json:"item,omitzero"` // the request, if it was sent
	Version int             `json:"version,omitzero"`
	Home    []intel.Marking `json:"home,omitempty"`  // on paper: what its portions are marked with here
	Closed  bool            `json:"closed,omitzero"` // the officer who asks may not read it: no text
	Answer  *Answer         `json:"answer"`          // the newest; nil: none yet
}

// Paper reports whether the authorisation is asked for on paper.
func (a Asked) Paper() bool { return a.Partner == "" }

// Answer is what was said to a request.
type Answer struct {
	Given     bool            `json:"given"`
	By        party.Name      `json:"by"` // the node, or on paper the party
	At        wire.Time       `json:"at"`
	Until     wire.Time       `json:"until,omitzero"` // zero: no end
	Code      string          `json:"code,omitzero"`  // of a refusal
	Officer   party.Handle    `json:"officer,omitzero"`
	Reference string          `json:"reference,omitzero"` // of a paper: its number and date
	Proof     ref.Hash        `json:"proof"`              // of the record
	Receipt   *record.Receipt `json:"receipt,omitempty"`  // of a partner
	Was       *Answer         `json:"was,omitempty"`      // of a refusal: what it took back, and held until then
}

// After gives an answer as it follows another: a refusal keeps what it takes
// back, because what was done under that was done under it.
func (a Answer) After(before *Answer) Answer {
	if before == nil || a.Given {
		return a
	}
	was := before
	if !before.Given {
		was = before.Was
	}
	if was == nil {
		return a
	}
	held := *was
	held.Receipt, held.Was = nil, nil
	if end := a.At.Add(-time.Second); held.Until.IsZero() || end.Before(held.Until) {
		held.Until = end
	}
	a.Was = &held
	return a
}

// Received is an authorisation that a partner asks this node for.
type Received struct {
	exchange.ReceivedCut
	Answer *Answer // the newest that was given; nil: none yet
}

// Store is the port that keeps requests and answers. Requests that are sent or
// received come into being with an [exchange.Commit] or [exchange.Arrival],
// answers of partners with an [exchange.Arrival]. Each method is one whole
// transaction. Ids may be given by their last 8 digits; fault.Withheld if there
// is none.
type Store interface {
	// About gives what was ever given to a unit about some subjects, oldest
	// first; what was taken back has an answer with Was.
	About(ctx context.Context, unit party.Name, subjects []string) ([]Asked, error)
	// Asked lists the newest requests of a unit.
	Asked(ctx context.Context, unit party.Name, limit int) ([]Asked, error)
	// AskedOne gives one of any unit, by the id of its cut.
	AskedOne(ctx context.Context, id string) (Asked, error)
	// Write keeps a request on paper.
	Write(ctx context.Context, a Asked, records []ledger.Entry) error
	// Note keeps the answer on paper to a request on paper, in place of one
	// before it; fault.Stale if the request is not on paper.
	Note(ctx context.Context, cut ref.CutID, a Answer, records []ledger.Entry) error
	// Received lists the newest requests to a unit.
	Received(ctx context.Context, unit party.Name, limit int) ([]Received, error)
	// ReceivedOne gives one to any unit, by the id of its cut.
	ReceivedOne(ctx context.Context, id string) (Received, error)
	// Answer keeps the answer to a partner's request with the receipt that
	// goes back; before is the answer that it follows, nil for the first;
	// fault.Stale if another came in between.
	Answer(ctx context.Context, v exchange.Verdict, a Answer, before *Answer) error
}

// Links is what authorisations ask of the exchange; *exchange.Exchange
// satisfies it.
type Links interface {
	Plan(ctx context.Context, actor party.Actor, ask exchange.Ask) (release.Plan, holdings.View, error)
	Release(ctx context.Context, actor party.Actor, ask exchange.Ask, reason string) (exchange.Released, error)
	Route(ctx context.Context, to party.Name) (exchange.Partner, party.Name, error)
	Verdict(ctx context.Context, actor party.Actor, rc exchange.ReceivedCut, given bool, until wire.Time, code string) (exchange.Verdict, error)
	Opened(ctx context.Context, actor party.Actor, cut string) (exchange.ReceivedCut, []int, error)
	Title(ctx context.Context, n party.Name) (string, error)
	Recalled(ctx context.Context, q release.Question) error
	Wake()
}

// Desk takes in items and shows them; *holdings.Desk satisfies it.
type Desk interface {
	Version(ctx context.Context, actor party.Actor, id ref.ItemID, n int) (holdings.View, error)
	Import(ctx context.Context, actor party.Actor, draft holdings.Draft) (intel.Item, error)
}

// Rules is what authorisations ask of the rulebook.
type Rules interface {
	Prepared(ctx context.Context, at wire.Time, only []string) (*release.Rules, error)
}

// Trails is what they ask of what was sent.
type Trails interface {
	SentCut(ctx context.Context, cut ref.CutID) (exchange.SentCut, error)
}

// Config is all that the authorisations of a node are made of.
type Config struct {
	Node   party.Name
	Store  Store
	Links  Links
	Desk   Desk
	Rules  Rules
	Trails Trails
	Now    func() time.Time
	Random io.Reader
}

// Authorisations are those that a node asks for and is asked for.
type Authorisations struct{ Config }

// New makes the authorisations of a node.
func New(c Config) *Authorisations { return &Authorisations{c} }

func (a *Authorisations) now() wire.Time { return wire.At(a.Now()) }

// InHand makes, of what a store keeps, what the gate asks for.
func InHand(s Store) exchange.InHand {
	return func(ctx context.Context, unit party.Name, about []string) ([]release.Authorised, error) {
		asked, err := s.About(ctx, unit, about)
		var list []release.Authorised
		for _, a := range asked {
			said := a.Answer
			if said != nil && !said.Given {
				said = said.Was // it held until it was taken back
			}
			if said == nil {
				continue
			}
			if in, ok := release.AuthorisedBy(a.Cut, said.By, said.At, said.Until, said.Proof); ok {
				list = append(list, in)
			}
		}
		return list, err
	}
}

package console

import (
	"context"
	"errors"
	"slices"

	"comity/authorisation"
	"comity/exchange"
	"comity/fault"
	"comity/intel"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/release"
	"comity/wire"
)

// DeriveItem makes an item of what partners sent, bound by what they promised
// of it.
type DeriveItem struct {
	Title string               `json:"title,omitzero"`
	From  []authorisation.From `json:"from"`
}

// Derived is the item that was made.
type Derived struct {
	ItemView
	Left int `json:"left,omitzero"` // exhibits of what it is made of: they are not taken over
}

// AskAuthorisation asks for all that a release needs, or a contact.
type AskAuthorisation struct {
	Ask     Ask    `json:"ask,omitzero"`
	Contact string `json:"contact,omitzero"` // the id, or its last digits; then Ask is not read
}

// ListAuthorisations asks what the unit asked for and was asked for.
type ListAuthorisations struct{}

// ShowAuthorisation asks for one: what the unit asked for, or what a partner
// asks for, which must have been read.
type ShowAuthorisation struct {
	ID string `json:"id"`
}

// AnswerAuthorisation gives or refuses what a partner asks for.
type AnswerAuthorisation struct {
	ID    string    `json:"id"`
	Given bool      `json:"given,omitzero"`
	Until wire.Time `json:"until,omitzero"`
	Code  string    `json:"code,omitzero"` // of a refusal
}

// NoteAuthorisation keeps what a party answered on paper.
type NoteAuthorisation struct {
	ID        string    `json:"id"`
	Given     bool      `json:"given,omitzero"`
	On        wire.Time `json:"on,omitzero"` // the paper's own date
	Until     wire.Time `json:"until,omitzero"`
	Reference string    `json:"reference"`
}

// Asked is a request of this node's unit as a screen shows it.
type Asked struct {
	ID      ref.CutID         `json:"id"`
	Of      party.Name        `json:"of"`
	Partner party.Name        `json:"partner,omitzero"` // empty: on paper
	Rule    string            `json:"rule,omitzero"`
	Act     string            `json:"act"`
	To      []party.Name      `json:"to"`
	Allow   []intel.Allowance `json:"allow"`
	When    wire.Time         `json:"when,omitzero"`
	Title   string            `json:"title"`
	At      wire.Time         `json:"at"`
	Officer party.Handle      `json:"officer,omitzero"`
	Letter  string            `json:"letter,omitzero"`
	Closed  bool              `json:"closed,omitzero"` // the officer may not read it
	Answer  *Answer           `json:"answer,omitempty"`
}

// Answer is what was said to a request.
type Answer struct {
	Given     bool            `json:"given,omitzero"`
	By        party.Name      `json:"by"`
	At        wire.Time       `json:"at"`
	Until     wire.Time       `json:"until,omitzero"`
	Code      string          `json:"code,omitzero"`
	Officer   party.Handle    `json:"officer,omitzero"`
	Reference string          `json:"reference,omitzero"`
	Proof     ref.Hash        `json:"proof"`
	Receipt   *record.Receipt `json:"receipt,omitempty"`
}

// Received is what a partner asks for.
type Received struct {
	ID     ref.CutID         `json:"id"`
	From   party.Name        `json:"from"`
	Act    string            `json:"act"`
	Rule   string            `json:"rule,omitzero"`
	To     []party.Name      `json:"to"`
	Allow  []intel.Allowance `json:"allow"`
	When   wire.Time         `json:"when,omitzero"`
	At     wire.Time         `json:"at"`
	Read   bool              `json:"read,omitzero"`
	Answer *Answer           `json:"answer,omitempty"`
}

// Authorisations are an answer: both lists, the newest first.
type Authorisations struct {
	Asked    []Asked    `json:"asked"`
	Received []Received `json:"received"`
	Still    []string   `json:"still,omitempty"` // promises of the unit's own that block the release all the same
}

// Authorisation is one of either list. Of what a partner asks for, the words and
// statements with where they come from, and who would come to see them.
type Authorisation struct {
	Asked    *Asked    `json:"asked,omitempty"`
	Received *Received `json:"received,omitempty"`
	Title    string    `json:"title,omitzero"`
	Passages []Passage `json:"passages,omitempty"`
	Plan     *PlanView `json:"plan,omitempty"`
}

// Passage is what a partner wants to pass on, beside what it was made from.
type Passage struct {
	Text       string            `json:"text"`
	Statements []intel.Statement `json:"statements,omitempty"`
	Sources    []PassageSource   `json:"sources,omitempty"`
}

// PassageSource is a portion that this node sent.
type PassageSource struct {
	Item       ref.ItemID        `json:"item"`
	Cut        ref.CutID         `json:"cut"`
	Portion    int               `json:"portion"`
	To         party.Name        `json:"to"`
	Banner     string            `json:"banner"`
	Hidden     bool              `json:"hidden,omitzero"` // from the officer who asks
	Text       string            `json:"text,omitzero"`   // at its first place only
	Statements []intel.Statement `json:"statements,omitempty"`
}

// Command names the command.
func (DeriveItem) Command() Name       { return deriveItem }
func (DeriveItem) answer() (r Derived) { return r }

// Command names the command.
func (AskAuthorisation) Command() Name              { return askAuthorisation }
func (AskAuthorisation) answer() (r Authorisations) { return r }

// Command names the command.
func (ListAuthorisations) Command() Name              { return listAuthorisations }
func (ListAuthorisations) answer() (r Authorisations) { return r }

// Command names the command.
func (ShowAuthorisation) Command() Name             { return showAuthorisation }
func (ShowAuthorisation) answer() (r Authorisation) { return r }

// Command names the command.
func (AnswerAuthorisation) Command() Name        { return answerAuthorisation }
func (AnswerAuthorisation) answer() (r Received) { return r }

// Command names the command.
func (NoteAuthorisation) Command() Name     { return noteAuthorisation }
func (NoteAuthorisation) answer() (r Asked) { return r }

func (d *Desk) deriveItem(ctx context.Context, actor party.Actor, c DeriveItem) (Derived, error) {
	i, err := d.Authorisations.Derive(ctx, actor, c.Title, c.From)
	if err != nil {
		return Derived{}, err
	}
	left, err := d.exhibitsOf(ctx, actor, c.From)
	if err != nil {
		return Derived{}, err
	}
	v, err := d.view(ctx, actor, i.ID, 0)
	return Derived{v, left}, err
}

// exhibitsOf counts the exhibits of portions that came, each file once, as far
// as the officer may see them.
func (d *Desk) exhibitsOf(ctx context.Context, actor party.Actor, from []authorisation.From) (int, error) {
	files := map[ref.Hash]bool{}
	for _, f := range from {
		rc, _, err := d.Exchange.Opened(ctx, actor, f.Cut)
		if err != nil {
			return 0, err
		}
		for n, p := range rc.Cut.Portions {
			if len(f.Portions) > 0 && !slices.Contains(f.Portions, n+1) {
				continue
			}
			for _, x := range p.Exhibits {
				files[x.Content] = true
			}
		}
	}
	return len(files), nil
}

func (d *Desk) askAuthorisation(ctx context.Context, actor party.Actor, c AskAuthorisation) (Authorisations, error) {
	var asked []authorisation.Asked
	var still []string
	var err error
	if c.Contact != "" {
		asked, err = d.askForContact(ctx, actor, c.Contact)
	} else {
		var ask exchange.Ask
		if ask, err = d.ask(ctx, actor, c.Ask); err == nil {
			asked, err = d.Authorisations.Ask(ctx, actor, ask)
		}
		if err == nil {
			still, err = d.still(ctx, actor, ask)
		}
	}
	r := Authorisations{Asked: []Asked{}, Received: []Received{}, Still: still}
	for _, a := range asked {
		r.Asked = append(r.Asked, askedView(a))
	}
	return r, d.explained(ctx, actor, err)
}

// still names what blocks a release that nobody else could authorise.
func (d *Desk) still(ctx context.Context, actor party.Actor, ask exchange.Ask) ([]string, error) {
	p, _, err := d.Exchange.Plan(ctx, actor, ask)
	var list []string
	for _, c := range p.Conflicts {
		if words := c.Promise + " against " + string(c.Party); c.Blocks && c.By == "" && !slices.Contains(list, words) {
			list = append(list, words)
		}
	}
	return list, err
}

// explained lets the refusal of a request that is itself blocked carry the plan
// that says why.
func (d *Desk) explained(ctx context.Context, actor party.Actor, err error) error {
	var blocked *exchange.Blocked
	if errors.As(err, &blocked) {
		return d.withPlan(ctx, actor, blocked.Plan, err)
	}
	return err
}

// askForContact asks for every authorisation that a contact lacks.
func (d *Desk) askForContact(ctx context.Context, actor party.Actor, id string) ([]authorisation.Asked, error) {
	e, err := d.Contacts.Contact(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	wanting, err := d.Contacts.Wanting(ctx, e)
	if err != nil {
		return nil, err
	}
	var list []authorisation.Asked
	for _, n := range wanting {
		a, err := d.Authorisations.AskContact(ctx, actor, e.Plan.Contact, n)
		if err != nil {
			return list, err
		}
		list = append(list, a)
	}
	if len(list) == 0 {
		return nil, fault.New(fault.Invalid, "this contact needs nobody's authorisation, or has it").Fix("comity contact enter %s enters it", e.ID.Short())
	}
	return list, nil
}

func (d *Desk) listAuthorisations(ctx context.Context, actor party.Actor, _ ListAuthorisations) (Authorisations, error) {
	r := Authorisations{Asked: []Asked{}, Received: []Received{}}
	asked, err := d.Authorisations.Asked(ctx, actor)
	if err != nil {
		return r, err
	}
	for _, a := range asked {
		v := askedView(a)
		v.Letter, v.Answer = "", slim(v.Answer)
		r.Asked = append(r.Asked, v)
	}
	if actor.May(party.ActRead) != nil {
		return r, nil
	}
	received, err := d.Authorisations.Received(ctx, actor)
	for _, g := range received {
		r.Received = append(r.Received, receivedView(g))
	}
	return r, err
}

// slim leaves the receipt out of an answer in a list.
func slim(a *Answer) *Answer {
	if a != nil {
		a.Receipt = nil
	}
	return a
}

func (d *Desk) showAuthorisation(ctx context.Context, actor party.Actor, c ShowAuthorisation) (Authorisation, error) {
	a, err := d.Authorisations.Show(ctx, actor, c.ID)
	if err == nil {
		v := askedView(a)
		return Authorisation{Asked: &v, Title: a.Cut.Title, Passages: passages(a.Cut, nil)}, nil
	}
	if !fault.Is(err, fault.Withheld) || actor.May(party.ActRead) != nil {
		return Authorisation{}, err
	}
	w, err := d.Authorisations.Read(ctx, actor, c.ID)
	if err != nil {
		return Authorisation{}, err
	}
	got := receivedView(w.Received)
	v := Authorisation{Received: &got, Title: w.Cut.Title, Passages: passages(w.Cut, w.Sources)}
	if len(w.Plan.Rows) == 0 {
		return v, nil
	}
	plan, err := d.bareView(ctx, w.Plan)
	plan.Title = w.Cut.Title
	v.Plan = &plan
	return v, err
}

func passages(c release.Cut, sources [][]authorisation.Source) []Passage {
	var list []Passage
	for i, p := range c.Portions {
		one := Passage{Text: p.Text, Statements: p.Statements}
		if i < len(sources) {
			for _, s := range sources[i] {
				one.Sources = append(one.Sources, PassageSource{s.Item, s.Cut, s.Portion, s.To, intel.Banner(s.Marking, intel.Grading{}), s.Hidden, s.Text, s.States})
			}
		}
		list = append(list, one)
	}
	return list
}

func (d *Desk) answerAuthorisation(ctx context.Context, actor party.Actor, c AnswerAuthorisation) (Received, error) {
	got, err := d.Authorisations.Answer(ctx, actor, c.ID, c.Given, c.Until, c.Code)
	if err != nil {
		return Received{}, err
	}
	return receivedView(got), nil
}

func (d *Desk) noteAuthorisation(ctx context.Context, actor party.Actor, c NoteAuthorisation) (Asked, error) {
	a, err := d.Authorisations.Note(ctx, actor, c.ID, authorisation.Paper{Given: c.Given, On: c.On, Until: c.Until, Reference: c.Reference})
	if err != nil {
		return Asked{}, err
	}
	return askedView(a), nil
}

func askedView(a authorisation.Asked) Asked {
	w := a.Cut.Authorisation
	return Asked{ID: a.Cut.ID, Of: a.Of, Partner: a.Partner, Rule: w.Rule, Act: w.Act, To: w.To, Allow: w.Allow, When: w.When, Title: a.Cut.Title,
		At: a.At, Officer: a.Officer, Letter: a.Letter, Closed: a.Closed, Answer: answerView(a.Answer)}
}

func receivedView(r authorisation.Received) Received {
	w := r.Cut.Authorisation
	return Received{ID: r.Cut.ID, From: r.Cut.Originator, Act: w.Act, Rule: w.Rule, To: w.To, Allow: w.Allow, When: w.When, At: r.At,
		Read: !r.FirstRead.IsZero(), Answer: answerView(r.Answer)}
}

func answerView(a *authorisation.Answer) *Answer {
	if a == nil {
		return nil
	}
	return &Answer{a.Given, a.By, a.At, a.Until, a.Code, a.Officer, a.Reference, a.Proof, a.Receipt}
}

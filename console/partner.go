package console

import (
	"context"

	"comity/exchange"
	"comity/fault"
	"comity/message"
	"comity/party"
	"comity/ref"
	"comity/wire"
)

// ShowCard asks for the node's own signed card.
type ShowCard struct{}

// InspectCard reads a partner's card and changes nothing.
type InspectCard struct {
	Card []byte `json:"card"`
}

// AddPartner pins a partner's card. Confirmed is the officer's word that both
// rows of words were compared with the partner by another way.
type AddPartner struct {
	Card      []byte `json:"card"`
	Confirmed bool   `json:"confirmed,omitzero"`
}

// ListPartners asks for the partners and their links.
type ListPartners struct{}

// SetLink suspends or resumes the link with a partner.
type SetLink struct {
	Partner party.Name         `json:"partner"`
	State   exchange.LinkState `json:"state"` // active or suspended
	Reason  string             `json:"reason,omitzero"`
}

// OwnCard is the node's card as partners are given it, and its words.
type OwnCard struct {
	Card   message.Card `json:"card"`
	Words  []string     `json:"words"`
	Signed []byte       `json:"signed"`
}

// Introduction is what pinning a card would mean.
type Introduction struct {
	Card   message.Card `json:"card"`
	Ours   []string     `json:"ours"`
	Theirs []string     `json:"theirs"`
	Known  bool         `json:"known"` // it follows the card that is pinned
}

// Link is a partner, and where the link with it stands.
type Link struct {
	Name     party.Name         `json:"name"`
	Units    []party.Name       `json:"units"`
	Card     ref.Hash           `json:"card"`
	Serial   int                `json:"serial"`
	State    exchange.LinkState `json:"state"`
	Since    wire.Time          `json:"since"`
	Sent     int64              `json:"sent"`     // last position sealed to it
	Received int64              `json:"received"` // last position consumed from it
	Queued   int                `json:"queued"`
	Parts    int                `json:"parts,omitzero"` // of them parts of exhibits
	Heard    wire.Time          `json:"heard,omitzero"`
	Packs    []string           `json:"packs"` // that its card declares
	Onward   bool               `json:"onward"`

	Why     string    `json:"why,omitzero"`     // of a frozen link
	Failing wire.Time `json:"failing,omitzero"` // since when what waits for it cannot be delivered

	Missed exchange.Missed `json:"missed,omitzero"` // what came and was not received within a day

	Behind wire.Time    `json:"behind,omitzero"` // since when it says that its ledger is behind: nothing goes over the link
	Theirs *Witnessed   `json:"theirs,omitzero"` // the partner's ledger, as this node holds it; none yet: it was never shown
	Ours   *Witnessed   `json:"ours,omitzero"`   // this node's ledger, as the partner holds it and has cosigned it
	Told   []party.Name `json:"told,omitempty"`  // other partners that are told of its heads, and it of theirs
}

// Links are an answer.
type Links struct {
	Links []Link `json:"links"`
}

// Command names the command.
func (ShowCard) Command() Name       { return showCard }
func (ShowCard) answer() (r OwnCard) { return r }

// Command names the command.
func (InspectCard) Command() Name            { return inspectCard }
func (InspectCard) answer() (r Introduction) { return r }

// Command names the command.
func (AddPartner) Command() Name     { return addPartner }
func (AddPartner) answer() (r Links) { return r }

// Command names the command.
func (ListPartners) Command() Name     { return listPartners }
func (ListPartners) answer() (r Links) { return r }

// Command names the command.
func (SetLink) Command() Name     { return setLink }
func (SetLink) answer() (r Links) { return r }

func (d *Desk) showCard(context.Context, party.Actor, ShowCard) (OwnCard, error) {
	signed := d.Card()
	card, err := message.ParseCard(signed)
	if err != nil {
		return OwnCard{}, err
	}
	words, err := card.Words()
	return OwnCard{card, words, signed}, err
}

func (d *Desk) inspectCard(ctx context.Context, actor party.Actor, c InspectCard) (Introduction, error) {
	i, err := d.Exchange.Introduce(ctx, actor, c.Card)
	return Introduction{i.Card, i.Ours, i.Theirs, i.Known}, err
}

func (d *Desk) addPartner(ctx context.Context, actor party.Actor, c AddPartner) (Links, error) {
	p, err := d.Exchange.Pin(ctx, actor, c.Card, c.Confirmed)
	return Links{[]Link{linkOf(p)}}, err
}

func (d *Desk) listPartners(ctx context.Context, actor party.Actor, _ ListPartners) (Links, error) {
	all, err := d.Exchange.Partners(ctx, actor)
	l := Links{[]Link{}}
	for _, p := range all {
		l.Links = append(l.Links, linkOf(p))
	}
	if err != nil {
		return l, err
	}
	return l, d.witnessed(ctx, actor, l.Links)
}

func (d *Desk) setLink(ctx context.Context, actor party.Actor, c SetLink) (Links, error) {
	var p exchange.Partner
	var err error
	switch c.State {
	case exchange.Suspended:
		p, err = d.Exchange.Suspend(ctx, actor, c.Partner, c.Reason)
	case exchange.Active:
		p, err = d.Exchange.Resume(ctx, actor, c.Partner, c.Reason)
	default:
		err = fault.New(fault.Invalid, "a link is suspended or resumed, not made %s", clip(string(c.State)))
	}
	return Links{[]Link{linkOf(p)}}, err
}

func linkOf(p exchange.Partner) Link {
	l := Link{
		Name: p.Name, Card: p.CardHash, Serial: p.Card.Serial, State: p.State, Since: p.Since, Sent: p.Out.Sequence,
		Received: p.In.Sequence, Queued: p.Queued, Parts: p.Parts, Failing: p.Failing, Heard: p.Heard, Onward: p.Card.Onward, Why: p.Why, Behind: p.Behind, Missed: p.Missed,
	}
	for _, u := range p.Card.Units {
		l.Units = append(l.Units, u.Name)
	}
	for _, r := range p.Card.Packs {
		l.Packs = append(l.Packs, r.ID)
	}
	return l
}

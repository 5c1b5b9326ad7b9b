package console

import (
	"context"
	"slices"

	"comity/exchange"
	"comity/law"
	"comity/message"
	"comity/party"
	"comity/wire"
)

// CardState is the node's own card as partners should have it. Every card
// after the first must be given to them anew.
type CardState struct {
	Serial  int       `json:"serial"`
	Created wire.Time `json:"created"`
}

// unknown lists those of some units whose duties no pack that counts here
// describes. Silence about them would pass for having none.
func (d *Desk) unknown(ctx context.Context, units ...party.Name) ([]party.Name, error) {
	world, err := d.Rules.World(ctx, wire.At(d.Now()), nil)
	if err != nil {
		return nil, err
	}
	var list []party.Name
	for _, u := range units {
		if !slices.ContainsFunc(world.Packs, func(p law.Pack) bool { return p.CoversParty(u) }) {
			list = append(list, u)
		}
	}
	return list, nil
}

// own gives the node's units and its card as it stands.
func (d *Desk) own() ([]party.Name, CardState, error) {
	card, err := message.ParseCard(d.Card())
	if err != nil {
		return nil, CardState{}, err
	}
	var units []party.Name
	for _, u := range card.Units {
		units = append(units, u.Name)
	}
	return units, CardState{card.Serial, card.Created}, nil
}

// Halt is a link that does not move: what is sent over it waits.
type Halt struct {
	Partner party.Name         `json:"partner"`
	State   exchange.LinkState `json:"state"`
}

// halted lists the links with certain partners that do not move.
func (d *Desk) halted(ctx context.Context, actor party.Actor, with func(party.Name) bool) ([]Halt, error) {
	partners, err := d.Exchange.Introduced(ctx, actor)
	if err != nil {
		return nil, err
	}
	var list []Halt
	for _, p := range partners {
		if p.State != exchange.Active && with(p.Name) {
			list = append(list, Halt{p.Name, p.State})
		}
	}
	return list, nil
}

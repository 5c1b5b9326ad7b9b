package main

import (
	"fmt"
	"os"

	"comity/console"
	"comity/fault"
	"comity/message"
	"comity/node"
	"comity/party"
)

type cardCmd struct {
	Serial int  `help:"An earlier card: partners take cards one by one." placeholder:"N"`
	Words  bool `help:"Print its words instead, to be read out to the partner."`
}

// Help is shown below the usage.
func (cardCmd) Help() string {
	return `A card is public. It says who the node is, where it is found and which keys it has.

    comity card > us-dea.card.json`
}

// Run prints the card. It is a file of the home, so no key is needed.
func (c *cardCmd) Run(s *session) error {
	if err := s.home().Check(); err != nil {
		return err
	}
	path := s.home().Card()
	if c.Serial > 0 {
		path = s.home().CardOf(c.Serial)
	}
	signed, err := os.ReadFile(path)
	if err != nil {
		return fault.New(fault.Invalid, "there is no card %d", c.Serial).Fix("comity card without --serial prints the newest").Because(err)
	}
	card, err := message.ParseCard(signed)
	if err != nil {
		return err
	}
	if config, err := node.ReadConfig(s.home().Config()); err == nil && c.Serial == 0 && node.Outdated(card, config) {
		s.term.errors().line(0, "note: the configuration says something else than this card; the next start of the node makes a new one")
	}
	if c.Serial == 0 && card.Serial > 1 {
		s.term.errors().line(0, "note: %s", newCard(console.CardState{Serial: card.Serial, Created: card.Created}))
	}
	if !c.Words {
		_, _ = fmt.Fprintf(s.term.out, "%s\n", signed)
		return nil
	}
	words, err := card.Words()
	if err != nil {
		return err
	}
	return show(s, spelt{card.Name, card.Serial, words}, func(p *printer, r spelt) {
		printWords(p, fmt.Sprintf("Card %d of %s reads", r.Serial, r.Name), r.Words)
	})
}

// spelt is what card --words prints.
type spelt struct {
	Name   party.Name `json:"name"`
	Serial int        `json:"serial"`
	Words  []string   `json:"words"`
}

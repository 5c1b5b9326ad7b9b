package main

import (
	"fmt"

	"comity/message"
	"comity/node"
	"comity/party"
)

type initCmd struct {
	Name     string   `arg:"" help:"The agency: STATE/AGENCY, such as us/dea."`
	Unit     []string `help:"A unit of it, such as us/dea/sod; may be repeated." required:"" placeholder:"UNIT"`
	Listen   string   `help:"HOST:PORT to listen on for partners; without it messages go by courier only." placeholder:"ADDR"`
	Endpoint []string `help:"Where partners find the node: https://HOST:PORT. The default is the address listened on." placeholder:"URL"`
	Desk     string   `help:"Handle of the duty desk, for the card." placeholder:"HANDLE"`
	Onward   bool     `help:"Give originators a receipt when a duty passes something on."`
}

// Help is shown below the usage.
func (initCmd) Help() string {
	return `The node's keys are locked with a passphrase, asked for twice, or with the key
file of --unlock, which is made if it does not exist. Keep it apart from backups.

    comity init us/dea --unit us/dea/sod --listen 127.0.0.1:7443`
}

// Run makes the node.
func (c *initCmd) Run(s *session) error {
	config, err := c.config()
	if err != nil {
		return err
	}
	if err := node.Vacant(s.Home); err != nil {
		return err
	}
	lock, err := s.newLock(s.Unlock, "passphrase of the node")
	if err != nil {
		return err
	}
	home, card, err := node.Init(s.Home, node.InitOptions{Config: config, Lock: lock})
	if err != nil {
		return err
	}
	words, err := card.Words()
	if err != nil {
		return err
	}
	return show(s, initialised{string(home), card, words}, printInit)
}

func (c *initCmd) config() (node.Config, error) {
	config := node.Config{Listen: c.Listen, Endpoints: c.Endpoint, Onward: c.Onward, LogLevel: "info"}
	var err error
	if config.Name, err = party.ParseName(c.Name); err != nil {
		return config, err
	}
	for _, u := range c.Unit {
		unit, err := party.ParseName(u)
		if err != nil {
			return config, err
		}
		config.Units = append(config.Units, unit)
	}
	if c.Desk != "" {
		if config.Desk, err = party.ParseHandle(c.Desk); err != nil {
			return config, err
		}
	}
	if c.Listen != "" && len(c.Endpoint) == 0 {
		config.Endpoints = []string{"https://" + c.Listen}
	}
	return config, nil
}

// initialised is what init prints.
type initialised struct {
	Home  string       `json:"home"`
	Card  message.Card `json:"card"`
	Words []string     `json:"words"`
}

func printInit(p *printer, r initialised) {
	p.line(0, "The node %s is made in %s.", r.Card.Name, r.Home)
	p.gap()
	printWords(p, "Its card reads", r.Words)
	p.gap()
	p.line(0, "Next: add the first officer, who runs the node:")
	p.line(2, "comity officer add HANDLE --unit %s --role admin", r.Card.Units[0].Name)
}

// printWords shows the words that are compared out of band.
func printWords(p *printer, label string, words []string) {
	p.line(0, "%s:", label)
	for i := 0; i < len(words); i += 4 {
		text := ""
		for _, w := range words[i:min(i+4, len(words))] {
			text += fmt.Sprintf("%-12s", w)
		}
		p.raw(4, text)
	}
}

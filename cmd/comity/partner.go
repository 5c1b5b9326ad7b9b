package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"

	"comity/console"
	"comity/exchange"
	"comity/fault"
	"comity/party"
	"comity/words"
)

type partnerCmd struct {
	Add     partnerAddCmd     `cmd:"" help:"Introduce a partner by its card, or take its next card."`
	List    partnerListCmd    `cmd:"" help:"List the partners and how the links with them stand."`
	Suspend partnerSuspendCmd `cmd:"" help:"Freeze the link with a partner."`
	Resume  partnerResumeCmd  `cmd:"" help:"Let the link move again."`
}

type partnerAddCmd struct {
	File string `arg:"" help:"The partner's card; - reads it from the input."`
	Yes  bool   `help:"Both rows of words were compared with the partner by another way, and they match."`
}

// Help is shown below the usage.
func (partnerAddCmd) Help() string {
	return `A first card is believed only after the words were compared: call the partner on a
number that you know, read yours out, and hear theirs. A later card must be signed by
the key that was pinned then, and needs no words.`
}

// Run shows the words, asks, and pins the card.
func (c *partnerAddCmd) Run(s *session) error {
	card, err := readInput(s, c.File, exchange.MaxCard)
	if err != nil {
		return err
	}
	card = bytes.TrimRight(card, "\r\n")
	intro, err := do(s, console.InspectCard{Card: card})
	if err != nil {
		return err
	}
	if !s.JSON {
		printIntroduction(s.term.printer(), intro)
	}
	confirmed := intro.Known || c.Yes || s.term.agree("Did you compare both rows with the partner by another way, and do they match?")
	if !confirmed {
		return fault.New(fault.Unapproved, "nothing was pinned: the words were not confirmed").
			Fix("compare them with %s over the telephone or in person, then answer yes or add --yes", intro.Card.Name)
	}
	return ask(s, console.AddPartner{Card: card, Confirmed: confirmed}, func(p *printer, r console.Links) {
		l := r.Links[0]
		p.line(0, "Card %d of %s is pinned. Its units: %s.", l.Serial, l.Name, unitNames(l.Units))
	})
}

func printIntroduction(p *printer, i console.Introduction) {
	p.line(0, "This is card %d of %s, with the units %s.", i.Card.Serial, i.Card.Name, cardUnits(i.Card))
	for _, e := range i.Card.Endpoints {
		p.line(2, "found at %s", e)
	}
	if i.Known {
		p.line(0, "It is signed by the key that you pinned.")
		return
	}
	p.gap()
	printWords(p, "Their card reads", i.Theirs)
	printWords(p, "Your card reads", i.Ours)
	p.gap()
}

func cardUnits(c exchange.Card) string {
	var names []party.Name
	for _, u := range c.Units {
		names = append(names, u.Name)
	}
	return unitNames(names)
}

func unitNames(units []party.Name) string {
	names := make([]string, len(units))
	for i, u := range units {
		names[i] = string(u)
	}
	return strings.Join(names, ", ")
}

type partnerListCmd struct{}

// Run lists the links.
func (partnerListCmd) Run(s *session) error {
	return ask(s, console.ListPartners{}, printLinks)
}

func printLinks(p *printer, r console.Links) {
	if len(r.Links) == 0 {
		p.line(0, "No partner was introduced yet. Give yours with comity card, and take theirs with comity partner add FILE.")
		return
	}
	for _, l := range r.Links {
		p.line(0, "%s", l.Name)
		p.labelled(2, planLabel, "units", unitNames(l.Units))
		p.labelled(2, planLabel, "link", fmt.Sprintf("%s since %s", l.State, shown(l.Since)))
		p.labelled(2, planLabel, "traffic", fmt.Sprintf("%d sent, %d received, %d waiting for an answer; last heard %s", l.Sent, l.Received, l.Queued, shown(l.Heard)))
		p.labelled(2, planLabel, "card", fmt.Sprintf("%d (%s)", l.Serial, l.Card.Short()))
		p.labelled(2, planLabel, "rules", orDash(strings.Join(l.Packs, ", "))+" by its own word")
	}
}

type partnerSuspendCmd struct {
	Name   string `arg:"" help:"The partner's node."`
	Reason string `help:"Why; its hash goes into the ledger." placeholder:"TEXT"`
}

// Run suspends the link.
func (c *partnerSuspendCmd) Run(s *session) error {
	return setLink(s, c.Name, exchange.Suspended, c.Reason)
}

type partnerResumeCmd struct {
	Name   string `arg:"" help:"The partner's node."`
	Reason string `help:"Why; required of a link that is frozen for two histories." placeholder:"TEXT"`
}

// Run resumes the link.
func (c *partnerResumeCmd) Run(s *session) error {
	return setLink(s, c.Name, exchange.Active, c.Reason)
}

func setLink(s *session, name string, state exchange.LinkState, reason string) error {
	n, err := party.ParseName(name)
	if err != nil {
		return err
	}
	return ask(s, console.SetLink{Partner: n, State: state, Reason: reason}, func(p *printer, r console.Links) {
		l := r.Links[0]
		p.line(0, "The link with %s is %s; %s in its outbox.", l.Name, l.State, words.Count(l.Queued, "message waits", "messages wait"))
	})
}

// readInput reads a file, or the input for -, up to a limit.
func readInput(s *session, file string, most int) ([]byte, error) {
	in := io.ReadCloser(s.term.in)
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return nil, fault.New(fault.Invalid, "%s cannot be read: %s", file, reason(err)).Because(err)
		}
		defer func() { _ = f.Close() }()
		in = f
	}
	b, err := io.ReadAll(io.LimitReader(in, int64(most)+1))
	if err != nil {
		return nil, fault.New(fault.Invalid, "%s cannot be read: %s", file, reason(err)).Because(err)
	}
	if len(b) > most {
		return nil, fault.New(fault.TooLarge, "%s has more than %d bytes", file, most)
	}
	return b, nil
}

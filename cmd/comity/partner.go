package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"comity/console"
	"comity/exchange"
	"comity/fault"
	"comity/message"
	"comity/party"
	"comity/words"
)

type partnerCmd struct {
	Add     partnerAddCmd     `cmd:"" help:"Introduce a partner by its card, or take its next card."`
	List    partnerListCmd    `cmd:"" help:"List the partners and how the links with them stand."`
	Suspend partnerSuspendCmd `cmd:"" help:"Freeze the link with a partner."`
	Resume  partnerResumeCmd  `cmd:"" help:"Let the link move again."`

	Acquaint partnerAcquaintCmd `cmd:"" help:"Have two partners told of each other's ledger heads, so that neither can be shown another history."`
	Evidence partnerEvidenceCmd `cmd:"" help:"Show, or save, what was kept when the link was frozen."`
}

type partnerAddCmd struct {
	File string `arg:"" help:"The partner's card; - reads it from the input."`
	Yes  bool   `help:"Both rows of words were compared with the partner by another way, and they match."`
}

// Help is shown below the usage.
func (partnerAddCmd) Help() string {
	return `A first card is believed only after the words were compared: call the partner on a
number that you know, read yours out, and hear theirs. A later card must be signed by
the key that was pinned then, and needs no words.

    comity partner add mx-semar.card.json`
}

// Run shows the words, asks, and pins the card.
func (c *partnerAddCmd) Run(s *session) error {
	card, err := readInput(s, c.File, message.MaxCard)
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

func cardUnits(c message.Card) string {
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

// Help is shown below the usage.
func (partnerListCmd) Help() string {
	return `How much crossed each link, what waits on it, why it does not move if it does not, and how
far each side has seen the other's ledger.

    comity partner list`
}

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
		if l.State == exchange.Frozen {
			p.styled(red, 2+planLabel, "!! %s: comity partner evidence %s", frozenWhy(l.Why), l.Name)
		}
		if !l.Behind.IsZero() {
			p.styled(red, 2+planLabel, "!! IT SAYS THAT ITS LEDGER IS BEHIND what it has signed, since %s. Nothing goes over the link: ask its officers.", shown(l.Behind))
		}
		if !l.Failing.IsZero() {
			p.styled(red, 2+planLabel, "!! WHAT WAITS FOR IT CANNOT BE DELIVERED since %s. It is tried again; the node's log says why.", shown(l.Failing))
		}
		waiting := fmt.Sprintf("%d waiting for an answer", l.Queued)
		if l.Parts > 0 {
			waiting += fmt.Sprintf(" (%s)", words.Count(l.Parts, "part of an exhibit", "parts of exhibits"))
		}
		p.labelled(2, planLabel, "traffic", fmt.Sprintf("%d sent, %d received, %s; last heard %s", l.Sent, l.Received, waiting, shown(l.Heard)))
		if l.Missed.Count > 0 {
			p.styled(yellow, 2+planLabel, "! %s not received within a day, the last at %s: %s", words.Count(l.Missed.Count, "message was", "messages were"),
				shown(l.Missed.Last), missedWhy(l.Missed.Why))
		}
		p.labelled(2, planLabel, "card", fmt.Sprintf("%d (%s)", l.Serial, l.Card.Short()))
		p.labelled(2, planLabel, "rules", orDash(strings.Join(l.Packs, ", "))+" by its own word")
		printWitnessed(p, l)
	}
}

// missedWhy says why a message was not received.
func missedWhy(why string) string {
	switch message.Why(why) {
	case message.WhyGap:
		return "others before it are missing, which it is asked for"
	case message.WhyLink:
		return "the link did not move"
	case message.WhyFork:
		return "another message holds its place"
	}
	return "it does not hold (" + why + ")"
}

// frozenWhy says why a link is frozen.
func frozenWhy(why string) string {
	if why == exchange.FrozenFork {
		return "IT SIGNED TWO HISTORIES OF ITS LEDGER"
	}
	return "IT SIGNED TWO MESSAGES FOR ONE POSITION"
}

// printWitnessed says how the two ledgers stand with one another.
func printWitnessed(p *printer, l console.Link) {
	theirs, ours := "its ledger was not shown yet", "our ledger was not cosigned there yet"
	if l.Theirs != nil {
		theirs = fmt.Sprintf("%s of its ledger, checked %s", words.Count(int(l.Theirs.Size), "record", "records"), shown(l.Theirs.At))
		if l.Theirs.Open > 0 {
			theirs += fmt.Sprintf("; %s under heads that it has not shown to belong to it yet", words.Count(l.Theirs.Open, "receipt or message stands", "receipts or messages stand"))
		}
	}
	if l.Ours != nil {
		ours = fmt.Sprintf("our ledger cosigned there at %s, %s", words.Count(int(l.Ours.Size), "record", "records"), shown(l.Ours.At))
	}
	p.labelled(2, planLabel, "theirs", theirs)
	p.labelled(2, planLabel, "ours", ours)
	if len(l.Told) > 0 {
		p.labelled(2, planLabel, "told of", "the heads of "+unitNames(l.Told)+", and they of its heads")
	}
}

type partnerAcquaintCmd struct {
	A   string `arg:"" help:"A partner's node."`
	B   string `arg:"" help:"Another's."`
	End bool   `help:"Tell them no more."`
}

// Help is shown below the usage.
func (partnerAcquaintCmd) Help() string {
	return `A node that shows two partners two histories of its ledger is found out once they
compare. This tells each of the two that the other is a partner of yours. Nothing of what
was exchanged is told: how many records the other has made, and a hash.

    comity partner acquaint mx/semar co/pnc`
}

// Run acquaints two partners.
func (c *partnerAcquaintCmd) Run(s *session) error {
	a, err := party.ParseName(c.A)
	if err != nil {
		return err
	}
	b, err := party.ParseName(c.B)
	if err != nil {
		return err
	}
	return ask(s, console.AcquaintPartners{A: a, B: b, End: c.End}, func(p *printer, r console.Acquainted) {
		if len(r.Pairs) == 0 {
			p.line(0, "No partners are told of each other's ledgers.")
		}
		for _, pair := range r.Pairs {
			p.line(0, "%s and %s are told of each other's ledgers.", pair[0], pair[1])
		}
	})
}

type partnerEvidenceCmd struct {
	Name string `arg:"" help:"The partner's node."`
	Out  string `help:"Folder to save it to." type:"path" placeholder:"DIR"`
}

// Help is shown below the usage.
func (partnerEvidenceCmd) Help() string {
	return `Why a link is frozen can be shown to anybody: the pieces are signed by the partner itself.

    comity partner evidence mx/semar
    comity partner evidence mx/semar --out evidence`
}

// Run shows the evidence.
func (c *partnerEvidenceCmd) Run(s *session) error {
	n, err := party.ParseName(c.Name)
	if err != nil {
		return err
	}
	if c.Out == "" {
		return ask(s, console.ShowEvidence{Partner: n}, func(p *printer, r console.Evidence) {
			if len(r.Evidence) == 0 {
				p.line(0, "There is none: the link with %s was never frozen.", n)
			}
			for i, e := range r.Evidence {
				p.line(0, "%d  %s  %s  %s, %d bytes", i+1, shown(e.At), e.Why, e.Name, len(e.Body))
			}
			if len(r.Evidence) > 0 {
				p.line(0, "Save it with --out DIR; orx-verify --fork shows anybody who has the card of %s that it holds.", n)
			}
		})
	}
	r, err := do(s, console.ShowEvidence{Partner: n})
	if err != nil {
		return err
	}
	if err := saveEvidence(c.Out, r); err != nil {
		return err
	}
	p := s.term.printer()
	p.line(0, "%s and the card of %s are in %s.", words.Count(len(r.Evidence), "piece of evidence", "pieces of evidence"), n, c.Out)
	p.line(0, "Anybody can check them: orx-verify --card %s --fork %s", filepath.Join(c.Out, "card.json"), c.Out)
	return nil
}

// saveEvidence writes each piece to a file of its own, numbered in order.
func saveEvidence(dir string, r console.Evidence) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fault.New(fault.Invalid, "the folder %s cannot be made", dir).Because(err)
	}
	files := map[string][]byte{"card.json": r.Card}
	for i, e := range r.Evidence {
		if e.Name == exchange.EvidenceCard {
			files["card.json"] = e.Body // as it was then
		}
		if !filepath.IsLocal(e.Name) || e.Name != filepath.Base(e.Name) {
			return fault.New(fault.Forged, "the node named a file %q", e.Name)
		}
		files[fmt.Sprintf("%02d-%s-%s", i+1, e.Why, e.Name)] = e.Body
	}
	for name, b := range files {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			return fault.New(fault.Internal, "%s cannot be written: %s", filepath.Join(dir, name), reason(err)).Because(err)
		}
	}
	return nil
}

type partnerSuspendCmd struct {
	Name   string `arg:"" help:"The partner's node."`
	Reason string `help:"Why; its hash goes into the ledger." placeholder:"TEXT"`
}

// Help is shown below the usage.
func (partnerSuspendCmd) Help() string {
	return `Nothing goes or comes over the link until it is resumed; what is released meanwhile waits.
For an administrator or a security officer.

    comity partner suspend mx/semar --reason "orders of 3 May"`
}

// Run suspends the link.
func (c *partnerSuspendCmd) Run(s *session) error {
	return setLink(s, c.Name, exchange.Suspended, c.Reason)
}

type partnerResumeCmd struct {
	Name   string `arg:"" help:"The partner's node."`
	Reason string `help:"Why; required of a link that is frozen for two histories." placeholder:"TEXT"`
}

// Help is shown below the usage.
func (partnerResumeCmd) Help() string {
	return `What waited goes on. A link that is frozen because of two histories is resumed by a security
officer alone, with the reason: the explanation that the partner gave.

    comity partner resume mx/semar
    comity partner resume mx/semar --reason "their disk died on 3 May, as they said"`
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

package main

import (
	"fmt"

	"comity/console"
	"comity/party"
)

// printUnknownDuties is loud on purpose, as a plan is: where no rule is known,
// silence is not safety.
func printUnknownDuties(p *printer, units []party.Name) {
	if len(units) == 0 {
		return
	}
	p.head(red, "!! DUTIES NOT KNOWN of %s.", unitNames(units))
	p.styled(red, 0, "!! No pack that counts here describes what %s must report: nothing received or sent raises a duty, "+
		"and that does not mean that there is none. An admin adds a pack with comity pack add FILE.", itOrThey(units))
}

func itOrThey(units []party.Name) string {
	if len(units) == 1 {
		return "this unit"
	}
	return "these units"
}

// newCard tells what becomes of a card that is not the node's first.
func newCard(c console.CardState) string {
	return fmt.Sprintf("Partners take card %d over the link, with the next exchange. Give it by hand (comity card > FILE) to those whose link does "+
		"not move or goes by courier, and to new ones. Words that were written down before are those of another card: comity card --words.", c.Serial)
}

// printPackEffect tells what a pack that was added or assessed means for this
// node itself.
func printPackEffect(p *printer, r console.Packs) {
	if len(r.Own) > 0 && len(r.Counting) > 0 {
		p.line(0, "It describes duties of %s: those of what comes and goes from now on. What came or was sent earlier raised no duty under it; "+
			"look there yourself whether something must be reported.", unitNames(r.Own))
	}
	printUnknownDuties(p, r.Unknown)
	if r.Card != nil {
		p.line(0, "The node made a new card. %s", newCard(*r.Card))
	}
}

// printHalted tells over which links nothing moves.
func printHalted(p *printer, halted []console.Halt) {
	for _, h := range halted {
		p.styled(yellow, 0, "THE LINK with %s is %s: what was not delivered goes when it is resumed (comity partner resume %s).", h.Partner, h.State, h.Partner)
	}
}

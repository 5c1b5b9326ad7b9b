package main

import (
	"comity/console"
	"comity/intel"
)

type withdrawCmd struct {
	Item       string `arg:"" help:"The item that was sent."`
	Recall     bool   `help:"Ask everybody who got it to destroy it." xor:"kind" required:""`
	Correction bool   `help:"Tell everybody who got it what was wrong." xor:"kind" required:""`
	Reason     string `help:"What the recipients read." required:"" placeholder:"TEXT"`
	Override   string `help:"Send it although it breaks a promise: the reason, which a second officer approves." placeholder:"REASON"`
}

// Help is shown below the usage.
func (withdrawCmd) Help() string {
	return `The notice goes to everybody on the item's trail and shows there at the item. It asks;
what the other side does about it is an obligation, not a fact.

    comity withdraw 81d07c44 --recall --reason "the source was wrong"
    comity withdraw 81d07c44 --correction --reason "read Mazatlan for Manzanillo"`
}

// Run sends the notice.
func (c *withdrawCmd) Run(s *session) error {
	s.sends = true
	kind := intel.Correction
	if c.Recall {
		kind = intel.Recall
	}
	return ask(s, console.WithdrawItem{Item: c.Item, Kind: kind, Reason: c.Reason, Override: c.Override}, func(p *printer, r console.Withdrawn) {
		p.line(0, "The %s is on its way, as item %s:", kind, r.Notice.Short())
		for _, cut := range r.Sent.Cuts {
			p.line(2, "%s  to %s at %s", cut.Cut.Short(), cut.Recipient, cut.Partner)
		}
		for _, n := range r.LeftOut {
			p.line(2, "NOT to %s: no partner has that unit any more; tell its agency by another way", n)
		}
	})
}

package main

import (
	"cmp"
	"fmt"

	"comity/console"
	"comity/exchange"
	"comity/fault"
	"comity/words"
)

type releaseCmd struct {
	Item string `arg:"" optional:"" help:"The item; not with --plan."`
	asking
	Override string `help:"Send it although it breaks a promise: the reason, which a second officer approves." placeholder:"REASON"`
	Plan     string `help:"Send a plan that was approved." placeholder:"HASH"`
	Again    bool   `help:"Send a version once more that the recipient was sent in these forms."`
}

// Help is shown below the usage.
func (releaseCmd) Help() string {
	return `The plan is made anew. If it breaks a promise nothing is sent (exit code 3); with
--override it is kept for a second officer (exit code 4), who runs comity approve HASH,
and then sent with --plan HASH.

    comity release 81d07c44 --to mx/semar/uin --form copy --portion 3=pointer --portion 4=withheld
    comity release 81d07c44 --to mx/semar/uin --form copy --override "lives are at risk tonight"
    comity release --plan 4be1c09a77d2`
}

// Run sends.
func (c *releaseCmd) Run(s *session) error {
	s.sends = true
	if c.Plan != "" {
		if c.Item != "" || len(c.To) > 0 || c.Override != "" {
			return fault.New(fault.Invalid, "an approved plan says all there is to say").Fix("give --plan HASH alone")
		}
		return ask(s, console.SendPlan{Plan: c.Plan}, printSent)
	}
	if c.Item == "" {
		return fault.New(fault.Invalid, "no item is named").Fix("comity release ITEM --to UNIT --form FORM, or comity release --plan HASH")
	}
	q, err := c.command(c.Item)
	if err != nil {
		return err
	}
	q.Again = c.Again
	return ask(s, console.SendItem{Ask: q, Override: c.Override}, printSent)
}

// printSent tells what goes out.
func printSent(p *printer, r console.Sent) {
	delivery := "; delivery goes on by itself."
	if len(r.Halted) > 0 {
		delivery = "."
	}
	p.line(0, "Released under plan %s. The ledger holds the record%s", r.Plan.Hash.Short(), delivery)
	printHalted(p, r.Halted)
	for _, c := range r.Cuts {
		p.labelled(2, 12, c.Cut.Short(), fmt.Sprintf("to %s at %s, version %d: %s", c.Recipient, c.Partner, c.Version, words.Forms(c.Forms, words.Numbers)))
		printFollowing(p, c)
	}
	printDissents(p, r.Dissents)
	p.line(0, "Follow it with comity trail %s.", r.Plan.Plan.Item.Short())
	printSenderDuties(p, r.Plan)
}

// printFollowing says what goes behind a cut.
func printFollowing(p *printer, c console.SentCut) {
	var size int64
	for _, f := range c.Exhibits {
		size += f.Size
	}
	if size > 0 {
		p.labelled(2, 12, "", fmt.Sprintf("behind it, in parts: %s, %s", words.Count(len(c.Exhibits), "exhibit", "exhibits"), words.Bytes(size)))
	}
}

// printWaiting lists the plans that wait.
func printWaiting(p *printer, r console.WaitingList) {
	if len(r.Plans) == 0 {
		p.line(0, "No plan of your unit waits.")
		return
	}
	for _, l := range r.Plans {
		state := "waits for a second officer"
		if l.Approved {
			state = fmt.Sprintf("approved; %s sends it with comity release --plan %s", l.Maker, l.Hash.Short())
		}
		if l.Dissents > 0 {
			state += ", " + words.Count(l.Dissents, "dissent", "dissents")
		}
		p.head(bold, "%s  item %s to %s", l.Hash.Short(), l.Item.Short(), words.Names(l.To))
		p.labelled(2, planLabel, "title", cmp.Or(l.Title, "not shown to you"))
		p.labelled(2, planLabel, "made", fmt.Sprintf("by %s, %s", l.Maker, shown(l.At)))
		p.labelled(2, planLabel, "state", state)
	}
}

// printDissents shows who is against a plan, and why.
func printDissents(p *printer, list []exchange.Dissent) {
	for _, d := range list {
		p.styled(red, 0, "%s of %s DISSENTS (%s), because:", d.Officer, d.Unit, shown(d.At))
		p.block(4, d.Reason)
	}
}

type approveCmd struct {
	Plan string `arg:"" optional:"" help:"The plan's hash, or its first twelve digits; without it, the plans that wait are listed."`
	Yes  bool   `help:"You have read the plan and the reason, and approve."`

	Proof string `help:"Save what officers answered to the plan, with the proof that the ledger holds it, into this folder." type:"path" placeholder:"DIR"`

	Dissent string `help:"You do not approve: why. It stops nobody else, whoever approves or sends is shown it, and it stays on record." placeholder:"REASON"`
}

// Help is shown below the usage.
func (approveCmd) Help() string {
	return `Your approval, or dissent, is a signature by your own key over the plan and the reason for
it. Nobody approves a plan that they made. In the pages your passkey signs.

    comity approve
    comity approve 4be1c09a77d2
    comity approve 4be1c09a77d2 --dissent "the unit was looked into last year"
    comity approve 4be1c09a77d2 --proof answers

What --proof saves is checked offline, by anybody, with
  orx-verify --card answers/us-dea.card.json answers/*.approval.json`
}

// Run shows the plan, asks, and signs.
func (c *approveCmd) Run(s *session) error {
	if c.Plan == "" {
		if c.Dissent != "" || c.Yes || c.Proof != "" {
			return fault.New(fault.Invalid, "no plan is named").Fix("comity approve lists those that wait")
		}
		return ask(s, console.ListWaiting{}, printWaiting)
	}
	if c.Proof != "" {
		return c.prove(s)
	}
	w, err := do(s, console.ShowPlan{Plan: c.Plan})
	if err != nil {
		return err
	}
	by, err := s.officer()
	if err != nil {
		return err
	}
	if c.Dissent != "" {
		return c.dissent(s, by, w)
	}
	if w.Maker == by.Handle {
		return fault.New(fault.Denied, "%s made this plan and cannot approve it", w.Maker).Fix("another officer of %s with the role release or security approves", w.Unit)
	}
	if !s.JSON {
		p := s.term.printer()
		printPlan(p, w.Plan)
		p.gap()
		p.line(0, "%s of %s asks to send it all the same, because:", w.Maker, w.Unit)
		p.block(4, w.Reason)
		printDissents(p, w.Dissents)
		p.gap()
	}
	if !c.Yes && !s.term.agree("Do you approve?") {
		return fault.New(fault.Unapproved, "nothing was approved").Fix("answer yes, or add --yes once you have read the plan")
	}
	signed, err := console.SignApproval(by, w)
	if err != nil {
		return err
	}
	return ask(s, signed, func(p *printer, r console.Waiting) {
		p.line(0, "Approved. %s, or another release officer, sends it with comity release --plan %s.", r.Maker, r.Plan.Hash.Short())
	})
}

// dissent signs a dissent from the plan.
func (c *approveCmd) dissent(s *session, by console.Signer, w console.Waiting) error {
	signed, err := console.SignDissent(by, w, c.Dissent)
	if err != nil {
		return err
	}
	return ask(s, signed, func(p *printer, r console.Waiting) {
		p.line(0, "Your dissent from plan %s is on record; whoever approves or sends it sees it.", r.Plan.Hash.Short())
	})
}

// prove saves what officers answered to the plan.
func (c *approveCmd) prove(s *session) error {
	if c.Dissent != "" || c.Yes {
		return fault.New(fault.Invalid, "--proof answers nothing").Fix("give it alone")
	}
	r, err := do(s, console.ProveApproval{Plan: c.Plan})
	if err != nil {
		return err
	}
	if len(r.Approvals) == 0 {
		return fault.New(fault.Unapproved, "no officer has answered the plan yet").Fix("comity approve %s answers it", c.Plan)
	}
	if err := saveAll(c.Proof, append(r.Approvals, r.Card)); err != nil {
		return err
	}
	return show(s, r, func(p *printer, r console.Proofs) {
		p.line(0, "%s saved in %s.", words.Count(len(r.Approvals), "answer is", "answers are"), c.Proof)
	})
}

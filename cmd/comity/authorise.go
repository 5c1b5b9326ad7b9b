package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"comity/console"
	"comity/fault"
	"comity/intel"
	"comity/party"
	"comity/release"
	"comity/wire"
	"comity/words"
)

type authoriseCmd struct {
	Ask    authoriseAskCmd    `cmd:"" help:"Ask for all that a release or a contact needs."`
	List   authoriseListCmd   `cmd:"" help:"List what your unit asked for, and what it is asked for."`
	Show   authoriseShowCmd   `cmd:"" help:"Show one: the words, where they come from, who would come to see them."`
	Give   authoriseGiveCmd   `cmd:"" help:"Authorise what a partner asks for."`
	Refuse authoriseRefuseCmd `cmd:"" help:"Refuse what a partner asks for, or take back what was given."`
	Note   authoriseNoteCmd   `cmd:"" help:"Keep what a party without a node answered on paper."`
}

type authoriseAskCmd struct {
	Item string `arg:"" optional:"" help:"The item; not with --contact."`
	asking
	Contact string `help:"Ask for what this contact needs." placeholder:"ID"`
}

// Help is shown below the usage.
func (authoriseAskCmd) Help() string {
	return `Give the flags that you would give to comity release. Each originator is asked for the
very words that would go, and is told to whom; each party that a rule names is told what the
rule lets it know. A request is sent like every item; a party without a node is asked on
paper: the letter is printed. Asking is not having: release again once the answer came.

    comity authorise ask 81d07c44 --to br/pf/cgi --form copy
    comity authorise ask --contact 5c2f81d0`
}

// Run asks.
func (c *authoriseAskCmd) Run(s *session) error {
	s.sends = true
	if c.Contact != "" {
		if c.Item != "" || len(c.To) > 0 {
			return fault.New(fault.Invalid, "a contact says all there is to say").Fix("give --contact ID alone")
		}
		return ask(s, console.AskAuthorisation{Contact: c.Contact}, printAsked)
	}
	if c.Item == "" {
		return fault.New(fault.Invalid, "nothing is named").Fix("comity authorise ask ITEM --to UNIT --form FORM, or --contact ID")
	}
	q, err := c.command(c.Item)
	if err != nil {
		return err
	}
	return ask(s, console.AskAuthorisation{Ask: q}, printAsked)
}

func printAsked(p *printer, r console.Authorisations) {
	for _, a := range r.Asked {
		if a.Partner == "" {
			p.head(bold, "%s  asked %s on paper. Hand this letter over; another officer keeps the answer:", a.ID.Short(), a.Of)
			p.gap()
			p.block(4, a.Letter)
			p.gap()
			p.line(2, "comity authorise note %s --given --reference \"its number and date\" (or --refused)", a.ID.Short())
			continue
		}
		p.head(bold, "%s  asked %s, at %s", a.ID.Short(), a.Of, a.Partner)
		printWish(p, a.Act, a.Rule, a.To, a.Allow, a.When)
		p.line(2, "comity authorise list shows the answer once it came.")
	}
	for _, still := range r.Still {
		p.styled(yellow, 0, "Even if it is given, your own marking stands in the way: %s. Mark it wider (comity mark), or lower the form.", still)
	}
	p.line(0, "Asking is a contact too: comity duties lists what it makes due.")
}

// printWish tells what an authorisation is asked for.
func printWish(p *printer, act, rule string, to []party.Name, allow []intel.Allowance, when wire.Time) {
	p.labelled(2, planLabel, "for", actWords(act)+" "+words.Names(to))
	if !when.IsZero() {
		p.labelled(2, planLabel, "at", shown(when))
	}
	if rule != "" {
		p.labelled(2, planLabel, "rule", rule)
	}
	if act != "send" {
		return
	}
	for i, w := range allow {
		p.labelled(2, planLabel, first(i, "sees"), fmt.Sprintf("%s: %s", w.Party, scopeShort(w.Scope)))
	}
}

func actWords(act string) string {
	switch act {
	case "send":
		return "sending it to"
	case "meet":
		return "a meeting in person with"
	case "call":
		return "a call with"
	default:
		return act
	}
}

type authoriseListCmd struct{}

// Help is shown below the usage.
func (authoriseListCmd) Help() string {
	return `What you are asked for comes first, with what to do next.

    comity authorise list`
}

// Run lists both sides.
func (authoriseListCmd) Run(s *session) error {
	return ask(s, console.ListAuthorisations{}, func(p *printer, r console.Authorisations) {
		if len(r.Asked)+len(r.Received) == 0 {
			p.line(0, "Your unit asked for no authorisation and is asked for none.")
			return
		}
		for _, g := range r.Received {
			p.head(bold, "%s  %s asks you%s", g.ID.Short(), g.From, answerWords(g.Answer, ""))
			printWish(p, g.Act, g.Rule, g.To, g.Allow, g.When)
			if g.Answer == nil && g.Read {
				p.line(2, "comity authorise show %s; then give or refuse", g.ID.Short())
			} else if !g.Read {
				p.line(2, "comity read %s --acknowledge first: the reading is recorded, and its conditions bind you", g.ID.Short())
			}
		}
		for _, a := range r.Asked {
			p.head(bold, "%s  you asked %s on %s%s", a.ID.Short(), a.Of, shown(a.At), answerWords(a.Answer, ": no answer yet"))
			p.labelled(2, planLabel, "about", a.Title)
			printWish(p, a.Act, a.Rule, a.To, a.Allow, a.When)
		}
	})
}

// answerWords tells how a request was answered.
func answerWords(a *console.Answer, none string) string {
	if a == nil {
		return none
	}
	text := ": GIVEN " + shown(a.At)
	if !a.Given {
		text = ": REFUSED " + shown(a.At)
	}
	if a.Code != "" {
		text += " (" + strings.ReplaceAll(a.Code, "_", " ") + ")"
	}
	if !a.Until.IsZero() {
		text += ", until " + shown(a.Until)
	}
	if a.Reference != "" {
		text += fmt.Sprintf(", on paper (%s, kept by %s)", a.Reference, a.Officer)
	}
	return text
}

type authoriseShowCmd struct {
	ID      string `arg:"" help:"What you asked for, or what a partner asks you for."`
	Receipt string `help:"Write the partner's receipt, which proves its answer, into this file for orx-verify." type:"path" placeholder:"FILE"`
}

// Help is shown below the usage.
func (authoriseShowCmd) Help() string {
	return `Read what a partner asks for first (comity read): then its words are shown beside yours that
they were made from, with who would come to see them.

    comity authorise show 7f30a2bb
    comity authorise show 7f30a2bb --receipt answer.receipt.json`
}

// Run shows one.
func (c *authoriseShowCmd) Run(s *session) error {
	r, err := do(s, console.ShowAuthorisation{ID: c.ID})
	if err != nil {
		return err
	}
	if c.Receipt != "" {
		if r.Asked == nil || r.Asked.Answer == nil || r.Asked.Answer.Receipt == nil {
			return fault.New(fault.Invalid, "no receipt came for it").Fix("a partner's answer is proved by one; an answer on paper is not")
		}
		b, err := r.Asked.Answer.Receipt.Encode()
		if err != nil {
			return err
		}
		if err := createFile(c.Receipt, b); err != nil {
			return err
		}
	}
	return show(s, r, printAuthorisation)
}

func printAuthorisation(p *printer, r console.Authorisation) {
	switch {
	case r.Asked != nil:
		a := r.Asked
		p.head(bold, "%s  you asked %s on %s%s", a.ID.Short(), a.Of, shown(a.At), answerWords(a.Answer, ": no answer yet"))
		printWish(p, a.Act, a.Rule, a.To, a.Allow, a.When)
		if a.Answer != nil {
			p.labelled(2, planLabel, "proof", "record "+a.Answer.Proof.Short())
		}
	case r.Received != nil:
		g := r.Received
		p.head(bold, "%s  %s asks you%s", g.ID.Short(), g.From, answerWords(g.Answer, ""))
		printWish(p, g.Act, g.Rule, g.To, g.Allow, g.When)
	}
	if r.Asked != nil && r.Asked.Letter != "" {
		p.gap()
		p.block(4, r.Asked.Letter)
		return
	}
	p.gap()
	if r.Asked != nil && r.Asked.Closed {
		p.line(0, "It repeats what you may not read.")
		return
	}
	p.head(bold, "THE WORDS: %s", r.Title)
	for i, one := range r.Passages {
		printPassage(p, i+1, one)
	}
	if r.Plan != nil {
		p.gap()
		p.head(bold, "IF YOU GIVE IT, by the packs that count here:")
		printReach(p, *r.Plan, release.Sure, "SURE: these parties will come to see it", string(r.Plan.Plan.Sender)+" would send it")
		printReach(p, *r.Plan, release.Possible, "POSSIBLE: these parties could come to see it", "")
		printUnknown(p, *r.Plan)
	}
}

// printPassage shows a text beside what it was made from. What it states is as
// much a part of it as its words, and what its source does not state is marked.
func printPassage(p *printer, n int, one console.Passage) {
	p.line(2, "[%d]", n)
	p.block(6, one.Text)
	for _, st := range one.Statements {
		mark := ""
		if len(one.Sources) > 0 && !slices.ContainsFunc(one.Sources, func(s console.PassageSource) bool { return slices.Contains(s.Statements, st) }) {
			mark = "  (NOT in what you sent)"
		}
		p.line(6, "statement: %s (%s) %s = %s%s", st.Entity, st.Schema, st.Property, st.Value, mark)
	}
	for _, s := range one.Sources {
		p.line(6, "made of portion %d of what you sent to %s (%s), marked %s:", s.Portion, s.To, s.Cut.Short(), s.Banner)
		switch {
		case s.Hidden:
			p.line(10, "(hidden from you: an officer who may read it answers)")
		case s.Text == "" && len(s.Statements) == 0:
			p.line(10, "(as above)")
		}
		p.block(10, s.Text)
		for _, st := range s.Statements {
			p.line(10, "statement: %s (%s) %s = %s", st.Entity, st.Schema, st.Property, st.Value)
		}
	}
}

type authoriseGiveCmd struct {
	ID    string `arg:"" help:"The partner's request."`
	Until string `help:"Until when it holds: a date, or 30d. Without an end if not said." placeholder:"WHEN"`
}

// Help is shown below the usage.
func (authoriseGiveCmd) Help() string {
	return `The answer goes back as a receipt from your node's ledger, which names your unit and not
you. It covers the words that were asked about, for those named, and nothing else. Refusing
later takes it back for what was not sent by then.

    comity authorise give 7f30a2bb --until 30d`
}

// Run gives.
func (c *authoriseGiveCmd) Run(s *session) error {
	s.sends = true
	q := console.AnswerAuthorisation{ID: c.ID, Given: true}
	var err error
	if q.Until, err = when(c.Until); err != nil {
		return fault.Safe(err).At("--until")
	}
	return ask(s, q, printAnswered)
}

// when reads a time, a date, or so long from now; the last moment of a date.
func when(text string) (wire.Time, error) {
	if text == "" {
		return wire.Time{}, nil
	}
	if len(text) == len(time.DateOnly) {
		return endOf(text)
	}
	return intel.ParseWhen(text, wire.At(time.Now()))
}

type authoriseRefuseCmd struct {
	ID     string `arg:"" help:"The partner's request."`
	Reason string `help:"A word of a closed list: harms_investigation, third_party_origin, trust, ..." default:"refused_unstated" placeholder:"WORD"`
}

// Help is shown below the usage.
func (authoriseRefuseCmd) Help() string {
	return `The partner is told the word and no more. What was sent before stays sent.

    comity authorise refuse 7f30a2bb
    comity authorise refuse 7f30a2bb --reason harms_investigation`
}

// Run refuses.
func (c *authoriseRefuseCmd) Run(s *session) error {
	s.sends = true
	return ask(s, console.AnswerAuthorisation{ID: c.ID, Code: c.Reason}, printAnswered)
}

func printAnswered(p *printer, r console.Received) {
	p.line(0, "%s%s. The answer goes to %s, with proof.", r.ID.Short(), answerWords(r.Answer, ""), r.From)
}

type authoriseNoteCmd struct {
	ID        string `arg:"" help:"The request on paper."`
	Given     bool   `help:"It was given." xor:"answer" required:""`
	Refused   bool   `help:"It was refused." xor:"answer" required:""`
	Reference string `help:"The paper's own number and date." required:"" placeholder:"TEXT"`
	On        string `help:"The paper's date, if it is not today's." placeholder:"WHEN"`
	Until     string `help:"Until when it holds, if it says so." placeholder:"WHEN"`
}

// Help is shown below the usage.
func (authoriseNoteCmd) Help() string {
	return `Whoever wrote the request cannot say what the answer was: another officer of the unit
vouches for the paper. A later note takes the place of the one before.

    comity authorise note 7f30a2bb --given --reference "CGI 114/2026 of 3 May"`
}

// Run keeps the answer.
func (c *authoriseNoteCmd) Run(s *session) error {
	q := console.NoteAuthorisation{ID: c.ID, Given: c.Given, Reference: c.Reference}
	var err error
	if q.Until, err = when(c.Until); err != nil {
		return fault.Safe(err).At("--until")
	}
	if c.On != "" {
		if q.On, err = wire.ParseTime(c.On); err != nil {
			return fault.Safe(err).At("--on")
		}
	}
	return ask(s, q, func(p *printer, a console.Asked) {
		p.line(0, "%s%s.", a.ID.Short(), answerWords(a.Answer, ""))
	})
}

package main

import (
	"fmt"
	"strings"
	"time"

	"comity/console"
	"comity/contact"
	"comity/fault"
	"comity/intel"
	"comity/law"
	"comity/party"
	"comity/release"
	"comity/wire"
	"comity/words"
)

type contactCmd struct {
	Plan    contactPlanCmd    `cmd:"" help:"See who will come to know of a contact, and what it needs."`
	Enter   contactEnterCmd   `cmd:"" help:"Enter a contact: one to come is cleared, one that took place makes its reports due."`
	Approve contactApproveCmd `cmd:"" help:"Sign another officer's contact that lacks an authorisation."`
	List    contactListCmd    `cmd:"" help:"List your unit's contacts."`
	Show    contactShowCmd    `cmd:"" help:"Show one contact with its plan."`
	Cancel  contactCancelCmd  `cmd:"" help:"End a contact that did not take place and will not."`
}

// contactFlags say what a contact is.
type contactFlags struct {
	With    string `help:"The other side." placeholder:"PARTY"`
	When    string `help:"When: a time (UTC), or 3d from now." placeholder:"WHEN"`
	Topic   string `help:"The matter in a few words; reports of the contact say it." placeholder:"TEXT"`
	Purpose string `help:"What for; reports of the contact say it." placeholder:"TEXT"`
	Areas   string `help:"Fields of crime, with commas between." placeholder:"AREAS"`
}

// contact spells the flags as a contact.
func (f *contactFlags) contact(kind string) (release.Contact, error) {
	c := release.Contact{Kind: law.Trigger(kind), Topic: f.Topic, Purpose: f.Purpose}
	var err error
	if c.With, err = party.ParseName(f.With); err != nil {
		return c, fault.Safe(err).At("--with")
	}
	if f.When == "" {
		return c, fault.New(fault.Invalid, "it is not said when").Fix("give --when 2026-12-01T10:00:00Z, or --when 3d")
	}
	if c.At, err = instant(f.When); err != nil {
		return c, fault.Safe(err).At("--when")
	}
	c.Areas, err = intel.ParseAreas(f.Areas)
	return c, err
}

// instant reads a time, or so long from now. A date alone is none: leave for a
// meeting is for that meeting, and not for midnight of its day.
func instant(text string) (wire.Time, error) {
	if len(text) == len(time.DateOnly) {
		return wire.Time{}, fault.New(fault.Invalid, "%q is a day, and not a time", text).Fix("write %sT10:00:00Z", text)
	}
	return intel.ParseWhen(text, wire.At(time.Now()))
}

type contactPlanCmd struct {
	Kind string `arg:"" enum:"call,meet" help:"call or meet."`
	contactFlags
}

// Help is shown below the usage.
func (contactPlanCmd) Help() string {
	return `A plan changes nothing. Exit code 3 says that an authorisation is wanting.

    comity contact plan meet --with us/dea/cdmx --when 3d --topic pumps --purpose "a joint case"`
}

// Run plans.
func (c *contactPlanCmd) Run(s *session) error {
	what, err := c.contact(c.Kind)
	if err != nil {
		return err
	}
	v, err := do(s, console.PlanContact{Contact: what})
	if err != nil {
		return err
	}
	if err := show(s, v, printContact); err != nil {
		return err
	}
	if len(v.Wanting) > 0 {
		return blocked{}
	}
	return nil
}

type contactEnterCmd struct {
	What string `arg:"" help:"call, meet, or the id of a contact that waits or was cleared."`
	contactFlags
	Override string `help:"It lacks an authorisation: why it goes or went without. One to come needs a second officer." placeholder:"REASON"`
}

// Help is shown below the usage.
func (contactEnterCmd) Help() string {
	return `A contact to come that wants an authorisation is refused without it (exit code 3) and kept
as planned. One that took place is taken once it says why it went without: its reports are due.

    comity contact enter call --with us/dea/cdmx --when 2026-11-20T15:00:00Z --topic pumps --purpose "a joint case"
    comity contact enter 5c2f81d0`
}

// Run enters.
func (c *contactEnterCmd) Run(s *session) error {
	q := console.EnterContact{Override: c.Override}
	var err error
	switch {
	case c.What == string(law.Call) || c.What == string(law.Meet):
		q.Contact, err = c.contact(c.What)
	case c.With != "" || c.Topic != "" || c.Purpose != "" || c.Areas != "":
		return fault.New(fault.Invalid, "a contact that was planned says already what it is").Fix("give its id, and --when if it took place at another time")
	default:
		q.ID = c.What
		if c.When != "" {
			q.At, err = instant(c.When)
		}
	}
	if err != nil {
		return err
	}
	return ask(s, q, printContact)
}

type contactListCmd struct{}

// Help is shown below the usage.
func (contactListCmd) Help() string {
	return `Those that wait, were cleared, took place or were cancelled.

    comity contact list`
}

// Run lists.
func (contactListCmd) Run(s *session) error {
	return ask(s, console.ListContacts{}, func(p *printer, r console.ContactList) {
		if len(r.Contacts) == 0 {
			p.line(0, "Your unit planned and entered no contact.")
			return
		}
		for _, v := range r.Contacts {
			p.head(bold, "%s  %s", v.ID.Short(), contactLine(v.Plan.Contact))
			p.labelled(2, planLabel, "state", contactState(v))
		}
	})
}

type contactShowCmd struct {
	ID string `arg:"" help:"The contact."`
}

// Help is shown below the usage.
func (contactShowCmd) Help() string {
	return `Who comes to know of it, whose leave it needs, and which reports it makes due.

    comity contact show 5c2f81d0`
}

// Run shows a contact.
func (c *contactShowCmd) Run(s *session) error {
	return ask(s, console.ShowContact{ID: c.ID}, printContact)
}

type contactCancelCmd struct {
	ID string `arg:"" help:"The contact."`
}

// Help is shown below the usage.
func (contactCancelCmd) Help() string {
	return `It stays on record as cancelled, and makes no report due.

    comity contact cancel 5c2f81d0`
}

// Run cancels.
func (c *contactCancelCmd) Run(s *session) error {
	return ask(s, console.CancelContact{ID: c.ID}, func(p *printer, v console.ContactView) {
		p.line(0, "The contact %s is cancelled, on record.", v.ID.Short())
	})
}

type contactApproveCmd struct {
	ID  string `arg:"" help:"The contact."`
	Yes bool   `help:"You have read the contact and the reason, and approve."`
}

// Help is shown below the usage.
func (contactApproveCmd) Help() string {
	return `Your approval is a signature by your own key. Nobody approves a contact that they planned.

    comity contact approve 5c2f81d0`
}

// Run shows the contact, asks, and signs.
func (c *contactApproveCmd) Run(s *session) error {
	list, err := do(s, console.ShowContact{ID: c.ID})
	if err != nil {
		return err
	}
	if !s.JSON {
		p := s.term.printer()
		printContact(p, list)
		p.line(0, "%s asks for it all the same, because:", list.Officer)
		p.block(4, list.Reason)
		p.gap()
	}
	if !c.Yes && !s.term.agree("Do you approve?") {
		return fault.New(fault.Unapproved, "nothing was approved").Fix("answer yes, or add --yes once you have read it")
	}
	by, err := s.officer()
	if err != nil {
		return err
	}
	signed, err := console.SignContact(by, list)
	if err != nil {
		return err
	}
	return ask(s, signed, func(p *printer, v console.ContactView) {
		p.line(0, "Approved. %s clears it with comity contact enter %s.", v.Officer, v.ID.Short())
	})
}

func contactLine(c release.Contact) string {
	kind := map[law.Trigger]string{law.Call: "call", law.Meet: "meeting in person"}[c.Kind]
	return fmt.Sprintf("%s with %s, %s: %s", kind, c.With, shown(c.At), c.Topic)
}

func contactState(v console.ContactView) string {
	wanting := ""
	if len(v.Wanting) > 0 {
		wanting = ", without the authorisation of " + joinWanting(v.Wanting)
	}
	switch {
	case v.State == contact.Entered && len(v.Plan.Duties) == 0:
		return "took place; no report that the rules known here demand is due" + wanting
	case v.State == contact.Entered:
		return "took place; its reports are due (comity duties)" + wanting
	case v.State == contact.Cancelled:
		return "cancelled: it did not take place"
	case v.State == contact.Cleared && len(v.Wanting) > len(v.Plan.Wanting()):
		return "WAS cleared, and its authorisation was taken back since: it may not take place" + wanting
	case v.State == contact.Cleared:
		return "cleared; enter it once it took place" + wanting
	case v.Approved:
		return "approved by a second officer; enter it"
	case v.Reason != "":
		return "waits for a second officer" + wanting
	case len(v.Wanting) == 0:
		return "planned; nothing is wanting now: enter it"
	}
	return "planned" + wanting
}

// printContact tells a contact's plan.
func printContact(p *printer, v console.ContactView) {
	if v.State == "" {
		p.head(bold, "CONTACT: %s", contactLine(v.Plan.Contact))
	} else {
		p.head(bold, "CONTACT %s: %s", v.ID.Short(), contactLine(v.Plan.Contact))
		p.labelled(2, planLabel, "state", contactState(v))
	}
	p.labelled(2, planLabel, "purpose", v.Plan.Contact.Purpose)
	p.labelled(2, planLabel, "rules", packNames(v.Plan.Packs))
	p.gap()
	printNeeds(p, v.Plan.Needs)
	as := console.PlanView{Plan: release.Plan{Rows: v.Plan.Rows, Unknown: v.Plan.Unknown, Duties: v.Plan.Duties}, Titles: v.Titles, Rules: v.Rules}
	printReach(p, as, release.Sure, "SURE: these parties will come to know of it", "it is the other side")
	printReach(p, as, release.Possible, "POSSIBLE: these parties could come to know of it", "it is the other side")
	printUnknown(p, as)
	if len(v.Plan.Duties) > 0 {
		p.head(bold, "YOUR OWN DUTIES: once it took place, you must report")
		printOwn(p, as)
	}
	printContactVerdict(p, v)
}

// printContactVerdict is the one line to remember, and the next step.
func printContactVerdict(p *printer, v console.ContactView) {
	switch {
	case v.State == contact.Entered || v.State == contact.Cleared || v.State == contact.Cancelled:
	case len(v.Wanting) == 0 && v.State == "":
		p.head(green, "MAY TAKE PLACE: nobody's authorisation is wanting, as far as the rules named above go.")
	case len(v.Wanting) == 0:
		p.head(green, "MAY TAKE PLACE: comity contact enter %s clears it.", v.ID.Short())
	case v.State == "":
		p.head(red, "BLOCKED while it is to come: %s must authorise it first. comity contact enter keeps it as planned and says how to ask.", joinWanting(v.Wanting))
	default:
		p.head(red, "BLOCKED while it is to come: %s must authorise it first: comity authorise ask --contact %s", joinWanting(v.Wanting), v.ID.Short())
	}
}

func joinWanting(list []release.Need) string {
	var words []string
	for _, n := range list {
		words = append(words, string(n.By))
	}
	return strings.Join(words, ", ")
}

// printAuthorised tells which authorisations a plan goes under.
func printAuthorised(p *printer, list []release.Authorised) {
	if len(list) == 0 {
		return
	}
	p.head(bold, "AUTHORISED")
	for _, a := range list {
		text := "by " + string(a.By) + " on " + shown(a.Given)
		if !a.Until.IsZero() {
			text += ", until " + shown(a.Until)
		}
		p.labelled(2, planLabel+4, a.Proof.Short(), text)
		for _, w := range a.Allow {
			p.labelled(2, planLabel+4, "", fmt.Sprintf("%s may see: %s", w.Party, scopeShort(w.Scope)))
		}
	}
	p.gap()
}

// printNeeds tells whose authorisation rules want, and what asking tells.
func printNeeds(p *printer, list []release.Need) {
	for _, n := range list {
		s, state := red, "NOT IN HAND"
		if n.Met() {
			s, state = green, "in hand (record "+n.Proof.Short()+")"
		}
		p.head(s, "AUTHORISATION of %s: %s", n.By, state)
		p.labelled(2, planLabel, "rule", n.Rule)
		p.labelled(2, planLabel, "standing", standing(n.Status, n.Confidence))
		told := "it"
		if len(n.Told) > 0 {
			told = "it and its members " + words.Names(n.Told)
		}
		p.labelled(2, planLabel, "asking", "tells "+told+": "+scopeWords(n.Scope, nil))
		p.gap()
	}
}

package nodetest

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"comity/authorisation"
	"comity/console"
	"comity/law"
	"comity/party"
	"comity/release"
	"comity/wire"
)

// leaveText is a pack with one rule: who sends abroad has it authorised first.
const leaveText = `id: leave-first
version: 1
title: Leave first
jurisdiction: MX
status: in_force
effective: [2021-01-15, null]
reviewed_by: null
confidence: A
covers: ["%[1]s/**"]
sources:
  - {id: "1", text: the scenario}
parties:
  - {name: %[3]s, title: Asked, kind: agency}
rules:
  - id: L1
    title: Leave before sending
    words: Whoever sends something has it authorised first.
    duty_holder: {party: "%[1]s/**"}
    trigger:
      kinds: [send]
      counterpart: {party: "br/**"}
    recipients:
      - {party: %[3]s}
    sources: ["1"]
    scope: contact
    force: must
    deadline: {unit: without_delay}
    authorisation: {needed_when: {kinds: [send]}, by: %[3]s, request_scope: %[2]s}
`

func (w *World) addLeave(at party.Name, scope, by string) error {
	d := &desk{w, w.nodes[at], w.officers["admin@"+string(at)]}
	_, err := ask(d, console.AddPack{File: "leave-first.yaml", Source: fmt.Appendf(nil, leaveText, at, scope, by)})
	return err
}

// cutOf gives the id of the last cut of a title.
func (d *desk) cutOf(title string) (string, error) {
	list, err := d.letters()
	if err != nil {
		return "", err
	}
	id := title
	for _, l := range list {
		if strings.ReplaceAll(l.Title, " ", "_") == title {
			id = l.Cut.String()
		}
	}
	return id, nil
}

// derive reads LABEL CUTTITLE [PORTIONS].
func (d *desk) derive(rest string) error {
	words := append(strings.Fields(rest), "")
	from := authorisation.From{}
	var err error
	if from.Cut, err = d.cutOf(words[1]); err != nil {
		return err
	}
	if words[2] != "" {
		for _, n := range strings.Split(words[2], ",") {
			from.Portions = append(from.Portions, number(n))
		}
	}
	v, err := ask(d, console.DeriveItem{Title: words[0], From: []authorisation.From{from}})
	d.w.items[words[0]] = v.View.Item.ID
	return err
}

// askLeave reads LABEL UNIT FORMS, or contact: the last one planned.
func (d *desk) askLeave(rest string) error {
	c := console.AskAuthorisation{}
	if rest == "contact" {
		c.Contact = d.w.contact
	} else {
		a, _, err := d.question(rest)
		if err != nil {
			return err
		}
		c.Ask = a
	}
	r, err := ask(d, c)
	d.remember(err)
	d.sayAsked(r.Asked)
	return err
}

func (d *desk) sayAsked(list []console.Asked) {
	var b strings.Builder
	for _, a := range list {
		d.w.asked = a.ID.String()
		fmt.Fprintf(&b, "asked %s %s %s to=%v allow=%v partner=%s", a.Of, a.Act, a.Rule, a.To, a.Allow, a.Partner)
		if a.Answer != nil {
			fmt.Fprintf(&b, " given=%v by=%s code=%s", a.Answer.Given, a.Answer.By, a.Answer.Code)
		}
		b.WriteString(" about " + a.Title + "\n" + a.Letter + "\n")
	}
	d.w.said = b.String()
}

// asked lists what was asked for.
func (d *desk) asked(string) error {
	r, err := ask(d, console.ListAuthorisations{})
	d.sayAsked(r.Asked)
	return err
}

// askedShow shows the last request.
func (d *desk) askedShow(string) error {
	v, err := ask(d, console.ShowAuthorisation{ID: d.w.asked})
	b, failed := wire.Encode(v)
	d.w.said = string(b)
	return errors.Join(err, failed)
}

// wanted tells what the newest request of a partner wants, as it is shown.
func (d *desk) wanted(string) error {
	id, err := d.newestWish()
	if err != nil {
		return err
	}
	v, err := ask(d, console.ShowAuthorisation{ID: id})
	if err != nil {
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s to=%v allow=%v\n", v.Received.From, v.Received.Act, v.Received.To, v.Received.Allow)
	for _, p := range v.Passages {
		fmt.Fprintf(&b, "says %s\n", p.Text)
		for _, st := range p.Statements {
			fmt.Fprintf(&b, "states %s\n", st.Value)
		}
		for _, s := range p.Sources {
			fmt.Fprintf(&b, "from %d %s hidden=%v: %s\n", s.Portion, s.Banner, s.Hidden, s.Text)
		}
	}
	if v.Plan != nil {
		for _, r := range v.Plan.Plan.Rows {
			fmt.Fprintf(&b, "%s %s %s\n", r.Reach, r.Party, r.Scope)
		}
	}
	d.w.said = b.String()
	return nil
}

func (d *desk) newestWish() (string, error) {
	r, err := ask(d, console.ListAuthorisations{})
	if err != nil {
		return "", err
	}
	if len(r.Received) > 0 {
		d.w.wish = r.Received[0].ID.String()
	}
	return d.w.wish, nil // what another may answer
}

// answer reads given [DURATION], or refused CODE: to the newest request.
func (d *desk) answer(rest string) error {
	id, err := d.newestWish()
	if err != nil {
		return err
	}
	words := append(strings.Fields(rest), "")
	c := console.AnswerAuthorisation{ID: id, Given: words[0] == "given"}
	if c.Given && words[1] != "" {
		long, err := time.ParseDuration(words[1])
		if err != nil {
			return err
		}
		c.Until = wire.At(d.w.clock().Add(long))
	} else {
		c.Code = words[1]
	}
	_, err = ask(d, c)
	return err
}

// note reads given|refused REFERENCE: of the last request on paper.
func (d *desk) note(rest string) error {
	what, reference, _ := strings.Cut(rest, " ")
	a, err := ask(d, console.NoteAuthorisation{ID: d.w.asked, Given: what == "given", Reference: reference})
	if err == nil {
		d.sayAsked([]console.Asked{a})
	}
	return err
}

// contact reads plan|enter call|meet UNIT DURATION TOPIC [override REASON]: so
// long from now, or before now if it is negative; or again [REASON], the last one.
func (d *desk) contact(rest string) error {
	rest, override, _ := strings.Cut(rest, " override ")
	words := strings.SplitN(rest, " ", 5)
	c := console.EnterContact{ID: d.w.contact, Override: override}
	if words[0] == "list" {
		list, err := ask(d, console.ListContacts{})
		d.w.said = ""
		for _, v := range list.Contacts {
			d.w.said += fmt.Sprintf("%s wanting=%d\n", v.State, len(v.Wanting))
		}
		return err
	}
	if words[0] == "cancel" {
		v, err := ask(d, console.CancelContact{ID: d.w.contact})
		d.sayContact(v)
		return err
	}
	if words[0] != "again" {
		long, err := time.ParseDuration(words[3])
		if err != nil {
			return err
		}
		c.ID, c.Contact = "", release.Contact{Kind: law.Trigger(words[1]), With: party.Name(words[2]), At: wire.At(d.w.clock().Add(long)), Topic: words[4], Purpose: "a joint case"}
	}
	var v console.ContactView
	var err error
	if words[0] == "plan" {
		v, err = ask(d, console.PlanContact{Contact: c.Contact})
	} else {
		v, err = ask(d, c)
	}
	d.sayContact(v)
	if list, failed := ask(d, console.ListContacts{}); failed == nil && len(list.Contacts) > 0 {
		d.w.contact = list.Contacts[0].ID.String()
	}
	return err
}

func (d *desk) sayContact(v console.ContactView) {
	var b strings.Builder
	fmt.Fprintf(&b, "state=%s approved=%v\n", v.State, v.Approved)
	for _, n := range v.Plan.Needs {
		fmt.Fprintf(&b, "needs %s %s met=%v told=%v\n", n.By, n.Rule, n.Met(), n.Told)
	}
	for _, r := range v.Plan.Rows {
		fmt.Fprintf(&b, "%s %s %s\n", r.Reach, r.Party, r.Scope)
	}
	for _, x := range v.Plan.Duties {
		fmt.Fprintf(&b, "duty %s to %s %s\n", x.Rule, x.To, x.Scope)
	}
	d.w.said = b.String()
}

// approveContact signs the last contact planned.
func (d *desk) approveContact(string) error {
	v, err := ask(d, console.ShowContact{ID: d.w.contact})
	if err != nil {
		return err
	}
	c, err := console.SignContact(d.by, v)
	if err != nil {
		return err
	}
	_, err = ask(d, c)
	return err
}

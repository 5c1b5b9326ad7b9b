package nodetest

import (
	"context"
	"fmt"
	"strings"

	"comity/console"
	"comity/exchange"
	"comity/intel"
	"comity/packs"
	"comity/party"
	"comity/release"
)

// officer takes the step of one officer. A label names an item at its
// originator and is its title, so that the other side knows it by the same.
//
//	import R1 text | text | text
//	edit R1 old => new                       a word of the draft file
//	mark R1 1,3 TLP:RED // NOFWD
//	plan R1 UNIT FORMS | release R1 UNIT FORMS [never BAR] [override REASON]
//	approve LAST | dissent REASON | send LAST   the plan that waits
//	inbox R1 R2                              what came, oldest first; then: says, silent
//	read R1 [acknowledged]                   then: says, silent
//	attach R1 PORTION WORD SIZE              a file that repeats a word
//	exhibit [own] R1 WORD SIZE               takes it out, of what came or of one's item
//	parts R1 TAKEN ALL                       of the exhibits of its last cut
//	trail R1 delivered|read|queued|refused   the stage of its last cut
//	trail R1 onward mx/sre                   a receipt of that kind
//	trail R1 reads 2 | trail R1 silent | trail R1 notice recall
//	wrong-clock R1 2                         so many receipts are of a clock that cannot be right
//	duties 2 | file 1
//	withdraw R1 recall REASON                then: says who is left out
//	destroy R1 order | destroy-received R1 recalled
//	destroyed R1 recalled                    a receipt says so
//	assess PACK counts|reference REASON | suspend NODE | resume NODE
//	exposure mx/sre [SINCE [UNTIL]]          then: says, silent
//	replay R1 holds | replay R1 differs | rerun
//	derive D1 TITLE [1,2]                    makes an item of a cut that came
//	ask D1 UNIT FORMS | ask contact | asked  for authorisations; then: says, silent
//	wanted | answer given [1h] | answer refused CODE | note given|refused REFERENCE
//	contact plan|enter call|meet UNIT 24h TOPIC [override REASON] | contact again|cancel | approve-contact
//	search WORDS | show R1 | export R1       then: says, silent
//	evidence NODE                            kept of a frozen link; then: says, silent
//	acquaint NODE NODE [end] | override-ledger REASON
//	held F1 TITLE                            labels an item of the officer's list
//
// FORMS is one form for each portion, by their first letters: cswp is copy,
// substitute, withheld, pointer.
func (w *World) officer(who, rest string) error {
	verb, rest, _ := strings.Cut(rest, " ")
	steps := map[string]func(*desk, string) error{
		"import": (*desk).importItem, "edit": (*desk).edit, "mark": (*desk).mark, "plan": (*desk).plan, "release": (*desk).release,
		"approve": (*desk).approve, "dissent": (*desk).dissent, "send": (*desk).send, "inbox": (*desk).inbox, "read": (*desk).read, "trail": (*desk).trail, "wrong-clock": (*desk).wrongClock,
		"attach": (*desk).attach, "exhibit": (*desk).exhibit, "parts": (*desk).parts,
		"duties": (*desk).duties, "file": (*desk).file, "withdraw": (*desk).withdraw, "assess": (*desk).assess,
		"suspend": (*desk).suspend, "resume": (*desk).resume, "search": (*desk).search,
		"show": (*desk).show, "export": (*desk).export, "held": (*desk).held,
		"derive": (*desk).derive, "ask": (*desk).askLeave, "asked": (*desk).asked, "asked-show": (*desk).askedShow, "wanted": (*desk).wanted, "answer": (*desk).answer, "note": (*desk).note,
		"contact": (*desk).contact, "approve-contact": (*desk).approveContact,
		"destroy": (*desk).destroy, "destroyed": (*desk).destroyed, "destroy-received": (*desk).destroyReceived, "evidence": (*desk).evidence, "acquaint": (*desk).acquaint, "override-ledger": (*desk).overrideLedger,
		"exposure": (*desk).exposure, "replay": (*desk).replay, "rerun": (*desk).rerun,
	}
	step, ok := steps[verb]
	if !ok {
		return fmt.Errorf("no such step")
	}
	_, at, _ := strings.Cut(who, "@")
	by, ok := w.officers[who]
	if !ok {
		return fmt.Errorf("no such officer")
	}
	return step(&desk{w, w.nodes[party.Name(at)], by}, rest)
}

// desk is one officer at one node.
type desk struct {
	w  *World
	m  *member
	by console.Signer
}

func ask[R any](d *desk, c console.Asking[R]) (R, error) {
	return console.Call(context.Background(), d.m.node, d.by, c)
}

func (w *World) addPack(at party.Name, id string) error {
	b, ok := packs.File(id)
	if !ok {
		return fmt.Errorf("no pack %s ships", id)
	}
	d := &desk{w, w.nodes[at], w.officers["admin@"+string(at)]}
	_, err := ask(d, console.AddPack{File: id + ".yaml", Source: b})
	return err
}

// ruleText is a pack with one rule: what a node's units receive they report.
const ruleText = `id: one-duty
version: 1
title: One duty
jurisdiction: MX
status: in_force
effective: [2021-01-15, null]
reviewed_by: null
confidence: A
calendars: [{parties: ["%[1]s/**"], zone: America/Mexico_City}]
covers: ["%[1]s/**"]
sources:
  - {id: "1", text: the scenario}
parties:
  - {name: %[3]s, title: Told, kind: agency}
rules:
  - id: D1
    title: Report what was received
    words: Whoever receives something reports it within three days.
    duty_holder: {party: "%[1]s/**"}
    trigger:
      kinds: [receive, send]
    recipients:
      - {party: %[3]s}
    sources: ["1"]
    scope: %[2]s
    force: must
    deadline: {amount: 3, unit: day, calendar: calendar, from: trigger}
`

func (w *World) addRule(at party.Name, scope, to string) error {
	d := &desk{w, w.nodes[at], w.officers["admin@"+string(at)]}
	_, err := ask(d, console.AddPack{File: "one-duty.yaml", Source: fmt.Appendf(nil, ruleText, at, scope, to)})
	return err
}

func (d *desk) importItem(rest string) error {
	label, text, _ := strings.Cut(rest, " ")
	body := "# " + label + "\n\n" + strings.ReplaceAll(text, " | ", "\n\n") + "\n"
	v, err := ask(d, console.ImportItem{File: "scenario", Text: []byte(body), Topic: "topic of " + label, Purpose: "a joint case"})
	d.w.items[label] = v.View.Item.ID
	return err
}

func (d *desk) id(label string) string {
	if id, ok := d.w.items[label]; ok {
		return id.String()
	}
	return label
}

func (d *desk) edit(rest string) error {
	label, change, _ := strings.Cut(rest, " ")
	from, to, _ := strings.Cut(change, " => ")
	draft, err := ask(d, console.DraftItem{Item: d.id(label)})
	if err != nil {
		return err
	}
	text := strings.ReplaceAll(string(draft.Text), from, to)
	_, err = ask(d, console.EditItem{Item: draft.Item, Version: draft.Version, File: "draft", Text: []byte(text)})
	return err
}

func (d *desk) mark(rest string) error {
	words := strings.SplitN(rest, " ", 3)
	c := console.MarkItem{Item: d.id(words[0]), Elements: strings.Split(words[2], " // ")}
	if words[1] != "all" {
		for _, n := range strings.Split(words[1], ",") {
			c.Portions = append(c.Portions, number(n))
		}
	}
	_, err := ask(d, c)
	return err
}

// question reads LABEL UNIT FORMS [never BAR] [override REASON].
func (d *desk) question(rest string) (console.Ask, string, error) {
	rest, override, _ := strings.Cut(rest, " override ")
	rest, never, _ := strings.Cut(rest, " never ")
	words := strings.Fields(rest)
	a := console.Ask{Item: d.id(words[0])}
	to := console.Recipient{Party: party.Name(words[1])}
	for n, letter := range words[2] {
		form, ok := map[rune]intel.Form{'c': intel.Copy, 's': intel.Substitute, 'p': intel.Pointer, 'w': intel.Withheld}[letter]
		if !ok {
			return a, "", fmt.Errorf("forms are written with c, s, p and w")
		}
		to.Except = append(to.Except, console.Except{Portion: n + 1, Form: form})
	}
	a.To = []console.Recipient{to}
	if never != "" {
		bars, err := release.Bars(strings.Fields(never))
		if err != nil {
			return a, "", err
		}
		a.Never = bars
	}
	return a, override, nil
}

func (d *desk) plan(rest string) error {
	a, _, err := d.question(rest)
	if err != nil {
		return err
	}
	p, err := ask(d, console.PlanItem{Ask: a})
	if err != nil {
		return err
	}
	var b strings.Builder
	for _, r := range p.Plans[0].Plan.Rows {
		fmt.Fprintf(&b, "%s %s %s", r.Reach, r.Party, r.Scope)
		for _, s := range r.Path {
			b.WriteString(" " + s.Rule)
		}
		b.WriteByte('\n')
	}
	for _, u := range p.Plans[0].Plan.Unknown {
		fmt.Fprintf(&b, "unknown %s\n", u.Party)
	}
	for _, c := range p.Plans[0].Plan.Conflicts {
		fmt.Fprintf(&b, "breaks %d %s %s blocks=%v\n", c.Portion, c.Promise, c.Party, c.Blocks)
		for _, r := range c.Remedies {
			fmt.Fprintf(&b, "  remedy %s\n", r.Kind)
		}
	}
	for _, a := range p.Plans[0].Plan.Authorised {
		fmt.Fprintf(&b, "authorised by %s\n", a.By)
	}
	d.w.said = b.String()
	return nil
}

func (d *desk) release(rest string) error {
	a, override, err := d.question(rest)
	if err != nil {
		return err
	}
	_, err = ask(d, console.SendItem{Ask: a, Override: override})
	d.remember(err)
	return err
}

func (d *desk) withdraw(rest string) error {
	words := strings.SplitN(rest, " ", 3)
	r, err := ask(d, console.WithdrawItem{Item: d.id(words[0]), Kind: intel.NoticeKind(words[1]), Reason: words[2]})
	d.w.said = fmt.Sprintf("left out: %v", r.LeftOut)
	d.remember(err)
	return err
}

func (d *desk) assess(rest string) error {
	words := strings.SplitN(rest, " ", 3)
	_, err := ask(d, console.AssessPack{ID: words[0], Counts: words[1] == "counts", Reason: words[2]})
	return err
}

func (d *desk) suspend(rest string) error { return d.link(rest, exchange.Suspended) }
func (d *desk) resume(rest string) error  { return d.link(rest, exchange.Active) }

func (d *desk) link(partner string, s exchange.LinkState) error {
	_, err := ask(d, console.SetLink{Partner: party.Name(partner), State: s, Reason: "the scenario says so"})
	return err
}

func (d *desk) search(rest string) error {
	hits, err := ask(d, console.SearchItems{Words: rest})
	d.w.said = ""
	for _, h := range hits.Hits {
		d.w.said += fmt.Sprintf("%+v\n", h)
	}
	return err
}

package main

import (
	"strings"

	"comity/console"
	"comity/fault"
	"comity/intel"
	"comity/party"
	"comity/release"
	"comity/wire"
)

// asking are the flags that plan and release have in common.
type asking struct {
	To      []string `help:"A recipient: UNIT, or UNIT=FORM where it differs from --form. May be repeated." placeholder:"UNIT"`
	Form    string   `help:"The form of every portion: copy, substitute, pointer or withheld. Nothing is sent in a form that you did not name." placeholder:"FORM"`
	Portion []string `help:"A portion's own form: N=FORM, N-M=FORM, or UNIT:N=FORM for one recipient." sep:"none" placeholder:"N=FORM"`
	Never   []string `help:"PARTY or PARTY:SCOPE: a promise of this release alone." sep:"none" placeholder:"BAR"`
	Best    bool     `help:"The most that can be sent with every promise kept; the forms, or copy, are the most that is wanted."`
}

// command spells the flags as a question.
func (a *asking) command(item string) (console.Ask, error) {
	c := console.Ask{Item: item, Best: a.Best}
	if len(a.To) == 0 {
		return c, fault.New(fault.Invalid, "nobody is named to send it to").Fix("name a unit: --to mx/semar/uin")
	}
	form, err := intel.Withheld, error(nil)
	if a.Best {
		form = intel.Copy
	}
	if a.Form != "" {
		if form, err = intel.ParseForm(a.Form); err != nil {
			return c, err
		}
	}
	for _, text := range a.To {
		r := console.Recipient{Form: form}
		name, own, has := strings.Cut(text, "=")
		if r.Party, err = party.ParseName(name); err != nil {
			return c, err
		}
		if has {
			if r.Form, err = intel.ParseForm(own); err != nil {
				return c, err
			}
		} else if a.Form == "" && !a.Best {
			// A default would send the source with the rest.
			return c, fault.New(fault.Invalid, "it is not said in which form %s gets the portions", r.Party).
				Fix("say --form copy for all of them, and --portion 3=pointer --portion 4=withheld for those that differ")
		}
		c.To = append(c.To, r)
	}
	for _, text := range a.Portion {
		if err := except(c.To, text); err != nil {
			return c, err
		}
	}
	c.Never, err = release.Bars(a.Never)
	return c, err
}

// except reads [UNIT:]N[-M]=FORM.
func except(to []console.Recipient, text string) error {
	which, formText, found := strings.Cut(text, "=")
	if !found {
		return fault.New(fault.Invalid, "%q says no form", text).Fix("write --portion 3=pointer, or --portion mx/semar/uin:3=pointer")
	}
	form, err := intel.ParseForm(formText)
	if err != nil {
		return err
	}
	unit, numbersText, one := strings.Cut(which, ":")
	if !one {
		unit, numbersText = "", which
	}
	numbers, err := portionNumbers([]string{numbersText})
	if err != nil {
		return err
	}
	matched := false
	for i := range to {
		if unit != "" && string(to[i].Party) != unit {
			continue
		}
		matched = true
		for _, n := range numbers {
			to[i].Except = append(to[i].Except, console.Except{Portion: n, Form: form})
		}
	}
	if !matched {
		return fault.New(fault.Invalid, "%s is none of the recipients", unit).Fix("name it with --to %s first", unit)
	}
	return nil
}

type planCmd struct {
	Item string `arg:"" optional:"" help:"The item; not with --batch."`
	asking
	Packs   []string `help:"Count these packs instead of those that count here: A,B. Repeated with --compare, each is a set." sep:"none" placeholder:"A,B"`
	At      string   `help:"As if it were sent at this date or time (UTC)." placeholder:"DATE"`
	SVG     string   `name:"svg" help:"Also draw it into this file." type:"path" placeholder:"FILE"`
	Batch   string   `help:"Answer one question a line of this file (- reads the input), in JSON, with one line each." placeholder:"FILE"`
	Compare bool     `help:"Set two or more sets of packs side by side; --packs A,B alone compares A with B."`
}

// Help is shown below the usage.
func (planCmd) Help() string {
	return `A plan changes nothing and is not sent to anybody. Exit code 3 says that a promise
would be broken.

    comity plan 81d07c44 --to mx/semar/uin --form copy --portion 3=pointer --portion 4=withheld
    comity plan 81d07c44 --to mx/semar/uin --best --svg who.svg
    comity plan 81d07c44 --to mx/semar/uin --form copy --packs mx-statute-2020,mx-guidelines-2021 --compare
    comity plan --batch questions.jsonl

A line of --batch is {"item":"81d07c44","to":[{"party":"mx/semar/uin","form":"copy","portions":{"3":"pointer"}}],
"never":["mx/sre:contact"],"packs":["mx-statute-2020"],"at":"2026-12-01","best":false}; all but item and to may be
left out.`
}

// Run plans.
func (c *planCmd) Run(s *session) error {
	if c.Batch != "" {
		if c.Item != "" || len(c.To) > 0 || c.SVG != "" || c.Compare || c.Best {
			return fault.New(fault.Invalid, "with --batch every question says for itself what it asks").Fix("give --batch FILE alone")
		}
		return planBatch(s, c.Batch)
	}
	if c.Item == "" {
		return fault.New(fault.Invalid, "no item is named").Fix("comity plan ITEM --to UNIT --form FORM, or comity plan --batch FILE; comity plan --help tells more")
	}
	if c.SVG != "" && c.Compare {
		return fault.New(fault.Invalid, "a picture is of one plan").Fix("leave out --svg or --compare")
	}
	ask, err := c.command(c.Item)
	if err != nil {
		return err
	}
	q := console.PlanItem{Ask: ask}
	if c.At != "" {
		if q.At, err = wire.ParseTime(c.At); err != nil {
			return err
		}
	}
	if q.Packs, err = c.sets(); err != nil {
		return err
	}
	r, err := do(s, q)
	if err != nil {
		return err
	}
	if c.SVG != "" {
		if err := draw(c.SVG, r.Plans[0]); err != nil {
			return err
		}
	}
	if err := show(s, r, func(p *printer, r console.Plans) {
		if c.Compare {
			printComparison(p, r.Plans)
			return
		}
		printPlan(p, r.Plans[0])
		if c.SVG != "" {
			p.line(0, "Drawn in %s.", c.SVG)
		}
	}); err != nil {
		return err
	}
	if !c.Compare && r.Plans[0].Plan.Blocked() {
		return blocked{}
	}
	return nil
}

// sets parts the packs into the sets that are planned with.
func (c *planCmd) sets() ([][]string, error) {
	var sets [][]string
	for _, text := range c.Packs {
		var set []string
		for id := range strings.SplitSeq(text, ",") {
			if id = strings.TrimSpace(id); id != "" {
				set = append(set, id)
			}
		}
		sets = append(sets, set)
	}
	switch {
	case !c.Compare && len(sets) > 1:
		return nil, fault.New(fault.Invalid, "several sets of packs need --compare").Fix("or give one set: --packs A,B")
	case !c.Compare:
		return sets, nil
	case len(sets) == 1 && len(sets[0]) > 1:
		each := make([][]string, len(sets[0]))
		for i, id := range sets[0] {
			each[i] = []string{id}
		}
		return each, nil
	case len(sets) < 2:
		return nil, fault.New(fault.Invalid, "there is nothing to compare").Fix("give two sets: --packs A --packs B, or --packs A,B")
	}
	return sets, nil
}

// blocked is the exit of a plan that breaks a promise: the plan itself has
// said everything.
type blocked struct{}

func (blocked) Error() string { return "the release would break a promise" }

package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"comity/console"
	"comity/fault"
	"comity/holdings"
	"comity/intake/bring"
	"comity/ref"
	"comity/words"
)

// outcome is what became of one file of many, as it is printed.
type outcome struct {
	File     string              `json:"file"`
	Item     ref.ItemID          `json:"item,omitzero"`
	Title    string              `json:"title,omitzero"`
	Portions int                 `json:"portions,omitzero"`
	Aside    int                 `json:"aside,omitzero"`
	Exhibits int                 `json:"exhibits,omitzero"`
	Machine  bool                `json:"machine,omitzero"`
	Notes    []string            `json:"notes,omitempty"` // what was not taken in, and what to look at
	Alike    []holdings.Likeness `json:"alike,omitempty"`
	Error    string              `json:"error,omitzero"` // why it was not imported
	Fix      string              `json:"fix,omitzero"`

	known bool // it was imported before
}

// many imports documents one after the other: what cannot be read stays out and is
// named, and the others are imported all the same.
func (i importer) many(files []string) error {
	progress := newProgress(i.s.term, len(files))
	var list []outcome
	for _, f := range files {
		progress.step(f)
		more, err := i.outcomes(f)
		if err != nil {
			progress.end()
			return errors.Join(show(i.s, list, i.printOutcomes), err) // what was done is done
		}
		list = append(list, more...)
	}
	progress.end()
	return errors.Join(show(i.s, list, i.printOutcomes), failed(list))
}

// outcomes imports one document, and those that came with it. An error is one that
// the others would meet as well.
func (i importer) outcomes(file string) ([]outcome, error) {
	d, err := i.readIn(file)
	if err == nil && !i.c.Look {
		err = i.bring(&d)
	}
	if i.s.ctx.Err() != nil {
		return nil, i.s.ctx.Err()
	}
	if stops(err) {
		return nil, err
	}
	d.File = file
	list := []outcome{outcomeOf(d, err)}
	if err == nil && !i.c.Look {
		for _, a := range i.bringAttached(d) {
			a.File = file + ": " + a.File
			list = append(list, outcomeOf(a.Document, a.Err))
		}
	}
	return list, nil
}

// stops tells an error of the node, which every other document would meet.
func stops(err error) bool {
	var f *console.Failure
	return errors.As(err, &f) && slices.Contains([]string{fault.Locked.String(), fault.Denied.String(), fault.Unreachable.String()}, f.Kind)
}

func outcomeOf(d bring.Document, err error) outcome {
	if err != nil {
		e := fault.Safe(err)
		return outcome{File: clean(d.File), Item: d.View.View.Item.ID, Error: clean(e.Text), Fix: clean(e.Hint), known: e.Kind == fault.Stale && d.View.View.Item.ID.IsZero()}
	}
	return outcome{File: clean(d.File), Item: d.View.View.Item.ID, Title: d.Draft.Title, Portions: len(d.Draft.Portions), Aside: len(d.Draft.Aside),
		Exhibits: d.Files, Machine: d.Read.Machine, Notes: d.Read.Notes, Alike: d.View.Alike}
}

func (i importer) printOutcomes(p *printer, list []outcome) {
	rows := [][]string{{"ITEM", "PORTIONS", "ASIDE", "EXHIBITS", "FILE"}}
	for _, o := range list {
		if o.Error == "" {
			id := "-"
			if !o.Item.IsZero() {
				id = o.Item.Short()
			}
			rows = append(rows, []string{id, fmt.Sprint(o.Portions), fmt.Sprint(o.Aside), fmt.Sprint(o.Exhibits), o.File + note(o)})
		}
	}
	if len(rows) > 1 {
		p.table(0, rows...)
		p.gap()
	}
	for _, o := range list {
		for _, n := range o.Notes {
			p.styled(yellow, 0, "%s: %s", o.File, n)
		}
		for _, l := range o.Alike {
			p.styled(yellow, 0, "%s is much the same as %s: %s (about %d%%)", o.File, l.Item.Short(), l.Title, l.Percent)
		}
	}
	for _, o := range list {
		if o.Error != "" {
			p.styled(yellow, 0, "%s: %s", o.File, o.Error)
			p.line(2, "%s", o.Fix)
		}
	}
	done := "imported"
	if i.c.Look {
		done = "readable; nothing was imported"
	}
	p.line(0, "%d of %s %s.", len(rows)-1, words.Count(len(list), "document", "documents"), done)
}

// note says beside a file what to look at.
func note(o outcome) string {
	var notes []string
	if o.Machine {
		notes = append(notes, "read by machine")
	}
	if len(o.Alike) > 0 {
		notes = append(notes, "much the same as another")
	}
	if len(o.Notes) > 0 {
		notes = append(notes, "see below")
	}
	if len(notes) == 0 {
		return ""
	}
	return " (" + strings.Join(notes, ", ") + ")"
}

// failed is the error if documents stayed out that were not there before.
func failed(list []outcome) error {
	n := 0
	for _, o := range list {
		if o.Error != "" && !o.known {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	return fault.New(fault.Invalid, "%s not imported", words.Count(n, "document was", "documents were")).Fix("each is named above with what to do")
}

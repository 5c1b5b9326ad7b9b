package main

import (
	"errors"
	"fmt"
	"strings"

	"comity/console"
	"comity/fault"
	"comity/holdings"
	"comity/intake"
	"comity/intake/bring"
	"comity/intel"
	"comity/words"
)

// one imports one document and shows what became of it.
func (i importer) one(file string) error {
	d, err := i.readIn(file)
	if err != nil {
		return err
	}
	if i.c.Look {
		return i.look(d)
	}
	if err := i.bring(&d); err != nil {
		return err
	}
	attached := i.bringAttached(d)
	var wrong []outcome
	for _, a := range attached {
		wrong = append(wrong, outcomeOf(a.Document, a.Err))
	}
	return errors.Join(show(i.s, withAttached{d.View, wrong}, func(p *printer, r withAttached) {
		printItem(p, console.ItemView{View: r.View, Banner: r.Banner})
		p.gap()
		printImported(p, d)
		for _, a := range attached {
			printAttached(p, a)
		}
		p.line(0, "Next: comity mark %s 1 --tlp amber+strict --rel UNIT --grade B2", r.View.Item.ID.Short())
	}), failed(wrong))
}

// withAttached is an import with what came of the documents attached to it.
type withAttached struct {
	console.ImportedView
	Attached []outcome `json:"attached,omitempty"`
}

// desk has the commands of an import done for the officer at the terminal.
func (i importer) desk() bring.Desk {
	return bring.Desk{
		Import: func(c console.ImportDocument) (console.ImportedView, error) { return do(i.s, c) },
		Upload: func(c console.UploadParts) (console.Uploaded, error) { return do(i.s, c) },
		Attach: func(c console.AttachExhibits) (console.ItemView, error) { return do(i.s, c) },
	}
}

// about is what is said of a document on the command line.
func (i importer) about() bring.About {
	return bring.About{Title: i.c.Title, Kind: intel.Kind(i.c.Kind), Topic: i.c.Topic, Areas: i.areas, Purpose: i.c.Purpose, Basis: i.c.Basis, Again: i.c.Again, Pages: i.pages}
}

// bring makes the item and its exhibits.
func (i importer) bring(d *bring.Document) error { return i.desk().Bring(d, i.about()) }

// bringAttached makes items of the documents that came with a mail.
func (i importer) bringAttached(mail bring.Document) []bring.Companion {
	keep := i.bring
	if i.c.Look {
		keep = nil
	}
	return bring.Companions(mail, func(f intake.File) (bring.Document, error) { return i.understood(f.Name, f.Content, nil) }, keep)
}

func printAttached(p *printer, a bring.Companion) {
	if a.Err != nil {
		e := fault.Safe(a.Err)
		p.styled(yellow, 0, "Attached was %s, which is not imported: %s. %s", a.File, e.Text, capital(e.Hint))
		return
	}
	p.line(0, "Attached was %s, which is %s now: %s", a.File, a.View.View.Item.ID.Short(), a.Draft.Title)
}

// printImported says whence an item came, what was set aside, and what is alike.
func printImported(p *printer, d bring.Document) {
	printSource(p, d.Source())
	if n := len(d.Draft.Aside); n > 0 {
		p.line(0, "%s set aside (%s): comity aside %s shows and takes back.", words.Count(n, "text was", "texts were"), asideKinds(d.Draft.Aside), d.View.View.Item.ID.Short())
	}
	for _, l := range d.View.Alike {
		p.styled(yellow, 0, "Much the same as %s: %s (about %d%% of the words in the same runs).", l.Item.Short(), l.Title, l.Percent)
	}
}

// printSource says whence an item came.
func printSource(p *printer, s holdings.Source) {
	p.line(0, "From: %s", whenceCame(s))
	if s.Machine {
		p.styled(yellow, 0, "A machine has read the text off pictures of pages: check names and numbers against them.")
	}
	for _, n := range s.Notes {
		p.styled(yellow, 0, "%s", n)
	}
}

// whenceCame says it in one line.
func whenceCame(s holdings.Source) string {
	from := []string{s.Format}
	for _, f := range []string{s.File, s.Address, s.Byline, s.Date} {
		if f != "" {
			from = append(from, f)
		}
	}
	if s.Machine {
		from = append(from, "read by machine")
	}
	return strings.Join(from, ", ")
}

// asideKinds counts what was set aside by its reasons.
func asideKinds(list []intake.SetAside) string {
	count := map[intake.Aside]int{}
	for _, a := range list {
		count[a.Why]++
	}
	var said []string
	for _, why := range intake.Asides {
		if count[why] > 0 {
			said = append(said, fmt.Sprintf("%s %d", why, count[why]))
		}
	}
	return strings.Join(said, ", ")
}

// look shows what would become of a document.
func (i importer) look(d bring.Document) error {
	if i.s.JSON {
		return show(i.s, d.Read, nil)
	}
	p := i.s.term.printer()
	p.head(bold, "%s", d.Draft.Title)
	printSource(p, d.Source())
	aside := d.Draft.Aside
	for n := 0; n <= len(d.Draft.Portions); n++ {
		for len(aside) > 0 && aside[0].After == n {
			p.gap()
			p.styled(yellow, 2, "set aside, %s:", aside[0].Why)
			p.block(6, aside[0].Text)
			aside = aside[1:]
		}
		if n == len(d.Draft.Portions) {
			break
		}
		p.gap()
		p.line(2, "[%d]", n+1)
		p.block(6, d.Draft.Portions[n].Text)
		for _, x := range d.Draft.Portions[n].Pictures {
			p.line(6, "picture: %s (%s)", x.Caption, x.Credit)
		}
	}
	for _, f := range d.Attached {
		p.gap()
		p.line(2, "attached: %s, %s", f.Name, words.Bytes(int64(len(f.Content))))
	}
	p.gap()
	p.line(0, "Nothing was imported. %s, %s set aside.", words.Count(len(d.Draft.Portions), "portion", "portions"), words.Count(len(d.Draft.Aside), "text", "texts"))
	return nil
}

// Package bring makes items of documents that were read: of each the portions, whence
// it came and what was set aside, with its pictures as exhibits. It is the one way in
// for documents, whoever hands them over - the command line or the pages - and has the
// commands done by them, so that it acts in nobody's name.
//
// Band 5. It may import console and intake, and bands 1-4.
package bring

import (
	"path/filepath"
	"slices"
	"strings"

	"comity/console"
	"comity/fault"
	"comity/holdings"
	"comity/intake"
	"comity/intake/reader"
	"comity/intel"
	"comity/ref"
	"comity/words"
)

// Desk has the commands of an import done.
type Desk struct {
	Import func(console.ImportDocument) (console.ImportedView, error)
	Upload func(console.UploadParts) (console.Uploaded, error)
	Attach func(console.AttachExhibits) (console.ItemView, error)
}

// About is what is said of a document beside what it says itself.
type About struct {
	Title   string // empty: the document's, or that of its file
	Kind    intel.Kind
	Topic   string
	Areas   []intel.Area
	Purpose string
	Basis   string
	Again   bool   // also if the same document was imported before
	Pages   [2]int // only these; zero: all
}

// Document is one on its way.
type Document struct {
	File     string
	Content  ref.Hash
	Read     intake.Document
	Draft    intake.Draft
	Attached []intake.File // to a mail

	View  console.ImportedView
	Files int // exhibits
}

// Of makes a draft of what was read of a file. Where the file has no title either it
// is refused.
func Of(file string, content []byte, r reader.Reading, a About) (Document, error) {
	if err := hasPages(r.Document, a.Pages); err != nil {
		return Document{}, err
	}
	d := Document{File: file, Content: ref.Content(content), Read: onPages(r.Document, a.Pages), Attached: r.Attached}
	var err error
	if d.Draft, err = d.Read.Draft(); err != nil {
		return Document{}, err
	}
	if d.Draft.Title == "" {
		d.Draft.Title = titleOf(file)
	}
	if a.Title != "" {
		d.Draft.Title = a.Title
	}
	if d.Draft.Title == "" {
		return Document{}, fault.New(fault.Invalid, "the document has no title, and no heading to take one from").
			Fix("give it a title (--title TEXT at the command line), or begin the file with a line # TITLE")
	}
	return d, nil
}

// hasPages refuses a range of pages of a document that has none, or not those.
func hasPages(d intake.Document, pages [2]int) error {
	if pages[0] == 0 {
		return nil
	}
	last := 0
	for _, b := range d.Blocks {
		last = max(last, b.Page)
	}
	switch {
	case last == 0:
		return fault.New(fault.Invalid, "a document of this kind (%s) has no pages", d.Format).Fix("leave --pages out")
	case pages[0] > last:
		return fault.New(fault.Invalid, "it has %s", words.Count(last, "page", "pages")).Fix("give pages from 1 to %d", last)
	}
	return nil
}

// onPages leaves out what stands on other pages.
func onPages(d intake.Document, pages [2]int) intake.Document {
	if pages[0] > 0 {
		d.Blocks = slices.DeleteFunc(slices.Clone(d.Blocks), func(b intake.Block) bool { return b.Page < pages[0] || b.Page > pages[1] })
	}
	return d
}

// titleOf gives a title to a document that has none: that of its file.
func titleOf(file string) string {
	if file == "-" {
		return ""
	}
	base := filepath.Base(file)
	title := strings.TrimSpace(strings.TrimSuffix(base, filepath.Ext(base)))
	if len(title) > intel.MaxTitle || !intel.Plain(title, false) {
		return ""
	}
	return title
}

// Bring makes the item and its exhibits.
func (desk Desk) Bring(d *Document, a About) error {
	c := console.ImportDocument{Title: d.Draft.Title, Source: d.Source(), Kind: a.Kind, Topic: a.Topic, Areas: a.Areas,
		Purpose: a.Purpose, Basis: a.Basis, Again: a.Again}
	for _, p := range d.Draft.Portions {
		c.Texts = append(c.Texts, p.Text)
	}
	for _, a := range d.Draft.Aside {
		c.Aside = append(c.Aside, holdings.AsideText{Text: a.Text, Why: string(a.Why), After: a.After})
	}
	var err error
	if d.View, err = desk.Import(c); err != nil {
		return err
	}
	return desk.files(d)
}

// Source says whence a document came.
func (d Document) Source() holdings.Source {
	s := holdings.Source{Format: string(d.Read.Format), Byline: d.Read.Byline, Date: d.Read.Date, Address: d.Read.Source,
		Language: d.Read.Language, Machine: d.Read.Machine, Notes: d.Read.Notes, Content: d.Content}
	if base := filepath.Base(d.File); d.File != "-" && intel.Plain(base, false) {
		s.File = base
	}
	return s
}

// Untitled is the same of a document that came with another.
func (a About) Untitled() About {
	a.Title, a.Pages = "", [2]int{}
	return a
}

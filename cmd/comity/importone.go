package main

import (
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"

	"comity/console"
	"comity/fault"
	"comity/holdings"
	"comity/intake"
	"comity/intel"
	"comity/ref"
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
		wrong = append(wrong, outcomeOf(a.imported, a.err))
	}
	return errors.Join(show(i.s, withAttached{d.view, wrong}, func(p *printer, r withAttached) {
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

// bring makes the item and its exhibits.
func (i importer) bring(d *imported) error {
	c := console.ImportDocument{Title: d.draft.Title, Source: source(*d), Kind: intel.Kind(i.c.Kind), Topic: i.c.Topic, Areas: i.areas,
		Purpose: i.c.Purpose, Basis: i.c.Basis, Again: i.c.Again}
	for _, p := range d.draft.Portions {
		c.Texts = append(c.Texts, p.Text)
	}
	for _, a := range d.draft.Aside {
		c.Aside = append(c.Aside, holdings.AsideText{Text: a.Text, Why: string(a.Why), After: a.After})
	}
	var err error
	if d.view, err = do(i.s, c); err != nil {
		return err
	}
	return i.bringFiles(d)
}

// source says whence a document came.
func source(d imported) holdings.Source {
	s := holdings.Source{Format: string(d.document.Format), Byline: d.document.Byline, Date: d.document.Date, Address: d.document.Source,
		Language: d.document.Language, Machine: d.document.Machine, Notes: d.document.Notes, Content: d.content}
	if base := filepath.Base(d.file); d.file != "-" && intel.Plain(base, false) {
		s.File = base
	}
	return s
}

// enclosure is a file that goes with a document, and the portion that it belongs to.
type enclosure struct {
	portion         int // from 1
	file            intake.File
	caption, credit string
}

// bringFiles attaches the pictures of a document to their portions, and to the last
// portion what came with a mail and is no document.
func (i importer) bringFiles(d *imported) error {
	item := d.view.View.Item.ID.String()
	list, left := d.enclosures()
	if left > 0 {
		d.document.Notes = append(d.document.Notes, words.Count(left, "file is", "files are")+" left out: they are empty, too large, or more than an item takes.")
	}
	var placed []holdings.Placed
	for _, e := range list {
		x, err := i.upload(item, e.file.Content, e.caption, e.credit, placed)
		if err != nil {
			return halfway(err, *d)
		}
		placed = append(placed, holdings.Placed{Portion: e.portion, Exhibit: x})
	}
	if d.files = len(placed); d.files == 0 {
		return nil
	}
	r, err := do(i.s, console.AttachExhibits{Item: item, Exhibits: placed})
	if err != nil {
		return halfway(err, *d)
	}
	d.view.View, d.view.Banner = r.View, r.Banner
	return nil
}

// enclosures lists what is attached, each file once in a portion, and counts what an
// item cannot take.
func (d imported) enclosures() (list []enclosure, left int) {
	type at struct {
		portion int
		content ref.Hash
	}
	seen, files, total := map[at]bool{}, map[ref.Hash]bool{}, 0
	inPortion := map[int]int{}
	add := func(portion int, f intake.File, caption, credit string) {
		k := at{portion, ref.Content(f.Content)}
		size := len(f.Content)
		if files[k.content] {
			size = 0
		}
		switch {
		case seen[k]:
			return
		case len(f.Content) == 0 || len(f.Content) > intel.MaxExhibit || inPortion[portion] == intel.MaxExhibits || total+size > intel.MaxAllExhibits ||
			!files[k.content] && len(files) == intel.MaxFiles:
			left++
			return
		}
		seen[k], files[k.content] = true, true
		inPortion[portion]++
		total += size
		list = append(list, enclosure{portion, f, caption, credit})
	}
	for n, p := range d.draft.Portions {
		for _, picture := range p.Pictures {
			add(n+1, d.document.Files[picture.File-1], picture.Caption, picture.Credit)
		}
	}
	for _, f := range d.attached {
		if !isDocument(f) {
			add(len(d.draft.Portions), f, attachmentName(f), "")
		}
	}
	return list, left
}

// halfway says of a failure that the item is there all the same.
func halfway(err error, d imported) error {
	e := fault.Safe(err)
	return fault.New(e.Kind, "%s", e.Text).At("%s, which is the item %s now, without its files", clean(d.file), d.view.View.Item.ID.Short()).
		Fix("attach them by hand: comity attach %s FILE --portion N", d.view.View.Item.ID.Short())
}

// upload hands a file over, unless it was a moment ago.
func (i importer) upload(item string, content []byte, caption, credit string, before []holdings.Placed) (intel.Exhibit, error) {
	media, _, _ := strings.Cut(http.DetectContentType(content), ";")
	x := intel.Exhibit{Content: ref.Content(content), Size: int64(len(content)), Media: media, Caption: caption, Credit: credit}
	if slices.ContainsFunc(before, func(p holdings.Placed) bool { return p.Exhibit.Content == x.Content }) {
		return x, nil
	}
	from := 1
	for piece := range slices.Chunk(content, uploadParts*intel.PartSize) {
		if _, err := do(i.s, console.UploadParts{Item: item, Exhibit: x, From: from, Bytes: piece}); err != nil {
			return x, err
		}
		from += uploadParts
	}
	return x, nil
}

// documentEndings are the endings of what is imported as an item of its own when it
// came with a mail.
var documentEndings = []string{".txt", ".md", ".html", ".htm", ".pdf", ".docx", ".eml"}

func isDocument(f intake.File) bool {
	return slices.Contains(documentEndings, strings.ToLower(filepath.Ext(f.Name)))
}

func attachmentName(f intake.File) string {
	if len(f.Name) > intel.MaxCaption || !intel.Plain(f.Name, false) {
		return ""
	}
	return f.Name
}

// attachment is what became of a document that came with a mail.
type attachment struct {
	imported
	err error
}

// Bounds of what comes with a mail.
const (
	mostNested   = 3 // mails inside one another
	mostAttached = 100
)

// bringAttached makes items of the documents that came with a mail, and with mails in
// it, as far as they can be read.
func (i importer) bringAttached(mail imported) []attachment {
	var list []attachment
	i.attachedTo(mail, mostNested, &list)
	return list
}

func (i importer) attachedTo(mail imported, depth int, list *[]attachment) {
	for _, f := range mail.attached {
		if !isDocument(f) {
			continue
		}
		a := attachment{imported: imported{file: f.Name}}
		switch {
		case depth == 0 || len(*list) == mostAttached:
			a.err = fault.New(fault.TooLarge, "it is too deep in mails inside one another, or one of too many").Fix("save it as a file, and import that")
		case len(f.Content) == 0:
			a.err = fault.New(fault.Invalid, "it is empty").Fix("ask the sender for it")
		default:
			if a.imported, a.err = i.understood(f.Name, f.Content, nil); a.err == nil && !i.c.Look {
				a.err = i.bring(&a.imported)
			}
		}
		a.file = f.Name
		*list = append(*list, a)
		i.attachedTo(a.imported, depth-1, list)
	}
}

func printAttached(p *printer, a attachment) {
	if a.err != nil {
		e := fault.Safe(a.err)
		p.styled(yellow, 0, "Attached was %s, which is not imported: %s. %s", a.file, e.Text, capital(e.Hint))
		return
	}
	p.line(0, "Attached was %s, which is %s now: %s", a.file, a.view.View.Item.ID.Short(), a.draft.Title)
}

// printImported says whence an item came, what was set aside, and what is alike.
func printImported(p *printer, d imported) {
	printSource(p, source(d))
	if n := len(d.draft.Aside); n > 0 {
		p.line(0, "%s set aside (%s): comity aside %s shows and takes back.", words.Count(n, "text was", "texts were"), asideKinds(d.draft.Aside), d.view.View.Item.ID.Short())
	}
	for _, l := range d.view.Alike {
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
func (i importer) look(d imported) error {
	if i.s.JSON {
		return show(i.s, d.document, nil)
	}
	p := i.s.term.printer()
	p.head(bold, "%s", d.draft.Title)
	printSource(p, source(d))
	aside := d.draft.Aside
	for n := 0; n <= len(d.draft.Portions); n++ {
		for len(aside) > 0 && aside[0].After == n {
			p.gap()
			p.styled(yellow, 2, "set aside, %s:", aside[0].Why)
			p.block(6, aside[0].Text)
			aside = aside[1:]
		}
		if n == len(d.draft.Portions) {
			break
		}
		p.gap()
		p.line(2, "[%d]", n+1)
		p.block(6, d.draft.Portions[n].Text)
		for _, x := range d.draft.Portions[n].Pictures {
			p.line(6, "picture: %s (%s)", x.Caption, x.Credit)
		}
	}
	for _, f := range d.attached {
		p.gap()
		p.line(2, "attached: %s, %s", f.Name, words.Bytes(int64(len(f.Content))))
	}
	p.gap()
	p.line(0, "Nothing was imported. %s, %s set aside.", words.Count(len(d.draft.Portions), "portion", "portions"), words.Count(len(d.draft.Aside), "text", "texts"))
	return nil
}

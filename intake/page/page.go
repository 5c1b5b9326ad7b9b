// Package page reads a news page as a browser saved it: what it says, in order, with
// its pictures and their captions, and what stood around it set aside.
//
// A page is whatever anybody wrote. So the tree is built here over the tokens of
// golang.org/x/net/html, in time and memory in proportion to the bytes, rather than
// by the parsing rules of browsers, by which 20 kilobytes make a million elements;
// nothing is fetched, no style sheet or script is run.
//
// Band 5: it may import intake, furniture, prose, clip and what they import. It
// reads no files: pictures that were saved beside a page are asked for by name.
package page

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"comity/fault"
	"comity/intake"
	"comity/intake/clip"
	"comity/intake/prose"
)

// Limits beside those of intake.
const (
	maxNodes    = 1 << 20 // elements and runs of text
	maxAttrs    = 256     // of one element; more are ignored
	maxPictures = 500     // that are kept
	maxScripts  = 20      // of linked data that are read
	maxScript   = 1 << 20 // bytes of one
)

// Read reads a page in HTML, or a document in simple XML such as a bill. files gives
// the bytes of a picture by the name or address that the page has for it, and may be
// nil. The errors are faults of kind TooLarge, where it is over a limit of intake,
// and Invalid, where there is no text.
func Read(b []byte, files func(name string) ([]byte, bool)) (intake.Document, error) {
	if len(b) > intake.MaxFile {
		return intake.Document{}, large("the page has %d bytes; at most %d are taken", len(b), intake.MaxFile).Fix("save only the text of the page")
	}
	text, notes := decode(b)
	t, err := build(text)
	if err != nil {
		return intake.Document{}, err
	}
	if t.elements == 0 || t.known == 0 && !t.xml && !strings.HasPrefix(strings.TrimSpace(text), "<") {
		return clip.Read([]byte(text)) // an address in angle brackets is no element
	}
	r := &reader{tree: t, notes: notes, files: files}
	return r.document()
}

func large(format string, args ...any) *fault.Error {
	return fault.New(fault.TooLarge, format, args...)
}

// reader is what is known of a page while it is read.
type reader struct {
	*tree
	files  func(string) ([]byte, bool)
	notes  []string
	meta   meta
	main   *node  // what holds the text of the page
	strong bool   // the page says itself that main does
	shown  string // the line that is its title, where no heading is
	title  *node  // the heading that is its title
	doc    intake.Document

	named    map[string]int // pictures that have been met, by name: their place in doc.Files
	pictures int
	bytes    int // of the pictures that came along
	hidden   int // words that the page hides
	clipped  bool
	lined    bool // ends of lines are ends of lines, as in a text
}

func (r *reader) document() (intake.Document, error) {
	r.named = map[string]int{}
	r.meta = readMeta(r.tree)
	r.lined = r.tree.typed()
	measure(r.root)
	r.title = r.pickTitle()
	r.name()
	r.pickMain()
	r.doc = intake.Document{Format: intake.HTML}
	blocks := r.blocks()
	r.fill(blocks)
	r.dropUnused(blocks)
	if err := r.settle(blocks); err != nil {
		return intake.Document{}, err
	}
	if len(r.doc.Blocks) == 0 {
		return intake.Document{}, fault.New(fault.Invalid, "the page has no text").
			Fix("a page that scripts fill is saved empty: copy its text, or print it to PDF")
	}
	r.note()
	return r.doc, nil
}

// settle makes the document's blocks of those that were read.
func (r *reader) settle(blocks []*block) error {
	out := make([]intake.Block, 0, len(blocks))
	for _, b := range blocks {
		out = append(out, intake.Block{Kind: b.kind, Text: b.text, Aside: b.aside, Pictures: b.pictures})
	}
	var err error
	r.doc.Blocks, err = prose.Settle(out)
	return err
}

// dropUnused drops the files of pictures that no block has: those of teasers.
func (r *reader) dropUnused(blocks []*block) {
	place := make([]int, len(r.doc.Files)+1)
	var kept []intake.File
	for _, b := range blocks {
		for i, p := range b.pictures {
			if p.File > 0 && place[p.File] == 0 {
				kept = append(kept, r.doc.Files[p.File-1])
				place[p.File] = len(kept)
			}
			b.pictures[i].File = place[p.File]
		}
	}
	r.doc.Files = kept
}

// note says what the analyst should know.
func (r *reader) note() {
	if r.hidden > 0 {
		r.notes = append(r.notes, "The page hides "+count(r.hidden, "word")+" from its readers; what could be more than a label is set aside.")
	}
	if r.reorders {
		r.notes = append(r.notes, "Marks that make letters stand elsewhere than they are written were taken out.")
	}
	if r.clipped {
		r.notes = append(r.notes, "A caption is longer than one may be: it was shortened at its picture, and all of it is set aside.")
	}
	if r.pictures > maxPictures {
		r.notes = append(r.notes, "The page has "+count(r.pictures, "picture")+"; the first "+count(maxPictures, "picture")+" were kept.")
	}
	if n := missing(r.doc.Blocks); n > 0 {
		r.notes = append(r.notes, "Pictures were not saved with the page ("+strconv.Itoa(n)+"): what is written under them is set aside.")
	}
	if !says(r.doc.Blocks) {
		r.notes = append(r.notes, "All of the page looks like what stands around a text: take back what belongs to it.")
	}
	r.doc.Notes = r.notes
}

// missing counts the pictures whose bytes did not come along. Those of a mail are
// found by whoever reads it.
func missing(blocks []intake.Block) int {
	n := 0
	for _, b := range blocks {
		for _, p := range b.Pictures {
			if p.File == 0 && !strings.HasPrefix(strings.ToLower(p.Name), "cid:") {
				n++
			}
		}
	}
	return n
}

// fill takes what the page says of itself.
func (r *reader) fill(blocks []*block) {
	m := r.meta
	switch {
	case r.title != nil:
		r.doc.Title = titleLine(r.title.said())
	case r.shown != "":
		r.doc.Title = titleLine(r.shown)
	default:
		r.doc.Title = titleLine(m.bestTitle())
	}
	r.doc.Source, r.doc.Language = m.source, m.language
	r.doc.Date, r.doc.Byline = m.date, m.byline
	for _, b := range blocks {
		if b.aside != intake.Byline {
			continue
		}
		if r.doc.Date == "" {
			r.doc.Date = dateOf(b.text)
		} else if shown := dateOf(whenWritten(b.text)); dayBeside(shown, r.doc.Date) {
			r.doc.Date = shown
		}
		if r.doc.Byline == "" && !b.title {
			r.doc.Byline = first(bylineOf(b.plain), b.author())
		}
	}
}

// revised matches what says when a text was changed.
var revised = regexp.MustCompile(`(?is)(?:last )?(?:updated|modified|actualiza|modifica).*`)

// whenWritten gives what a line says of when a text was written.
func whenWritten(s string) string { return revised.ReplaceAllString(s, "") }

// dayBeside reports whether the day that a page shows lies right before or after the
// one that it gives machines in UTC: it is the day where the page was written then.
func dayBeside(shown, machine string) bool {
	t, err := time.Parse(time.RFC3339, machine)
	if _, ahead := t.Zone(); err != nil || ahead != 0 {
		return false
	}
	day, err := time.Parse(time.DateOnly, shown)
	apart := t.Truncate(24 * time.Hour).Sub(day)
	return err == nil && (apart == 24*time.Hour || apart == -24*time.Hour)
}

// said gives all text of an element as one line.
func (n *node) said() string {
	var b strings.Builder
	n.say(&b)
	return prose.Line(b.String())
}

func (n *node) say(b *strings.Builder) {
	if n.tag == "" {
		b.WriteString(n.text)
		return
	}
	if n.hidden || silent[n.tag] {
		return
	}
	if n.tag == "br" || blocky[n.tag] {
		b.WriteByte(' ')
	}
	for _, k := range n.kids {
		k.say(b)
	}
	if blocky[n.tag] {
		b.WriteByte(' ')
	}
}

// says reports whether anything is not set aside.
func says(blocks []intake.Block) bool {
	for _, b := range blocks {
		if b.Aside == "" && b.Text != "" {
			return true
		}
	}
	return false
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}

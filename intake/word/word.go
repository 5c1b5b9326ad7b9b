// Package word reads the files of word processors in Office Open XML (DOCX): headings,
// paragraphs, lists, tables, quotations and notes, and the pictures with their
// captions. Insertions that are tracked are taken, deletions are not; comments and
// hidden text are left out, and a note says so. Nothing outside the file is fetched,
// no macro is run, no file is written.
//
// The forms are those of ISO/IEC 29500-1 (WordprocessingML). Names of elements are
// told without their name spaces, so that the strict and the transitional form are
// read alike.
//
// Band 5, pure values: it may import intake, intake/prose, intel and fault.
package word

import (
	"bytes"
	"slices"

	"comity/fault"
	"comity/intake"
	"comity/intake/prose"
)

// Read reads one file. What is no DOCX, is damaged or locked, or is over a limit is
// refused with what to do; so is the older binary form (DOC).
func Read(b []byte) (intake.Document, error) {
	if err := check(b); err != nil {
		return intake.Document{}, err
	}
	p, err := open(b)
	if err != nil {
		return intake.Document{}, err
	}
	r := &reader{pack: p, doc: intake.Document{Format: intake.Word}, pictures: map[string]int{}, counters: map[string]*[levels]int{}}
	if err := r.read(); err != nil {
		return intake.Document{}, err
	}
	return r.doc, nil
}

var oldForm = []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") // of compound files, [MS-CFB] 2.2

// check refuses what is no file of this form before any of it is unpacked.
func check(b []byte) error {
	switch {
	case len(b) == 0:
		return fault.New(fault.Invalid, "the Word file is empty").Fix("fetch it again")
	case len(b) > intake.MaxFile:
		return fault.New(fault.TooLarge, "the Word file has %d bytes; at most %d are taken", len(b), intake.MaxFile).Fix("split it, or save it without its pictures")
	case bytes.HasPrefix(b, oldForm) && bytes.Contains(b, utf16("EncryptedPackage")):
		return fault.New(fault.Unsupported, "the Word file is locked with a password").Fix("open it with the password, and save it without one")
	case bytes.HasPrefix(b, oldForm):
		return fault.New(fault.Unsupported, "the file is a Word file of the form before 2007 (DOC), which is not read").Fix("open it in a word processor, and save it as DOCX or PDF")
	case !bytes.HasPrefix(b, []byte("PK")):
		return fault.New(fault.Invalid, "the file is no Word file").Fix("look what it is, and name it so")
	}
	return nil
}

func utf16(s string) []byte {
	var out []byte
	for _, c := range []byte(s) {
		out = append(out, c, 0)
	}
	return out
}

func damaged() *fault.Error {
	return fault.New(fault.Invalid, "the Word file is damaged").Fix("fetch it again; if it opens in a word processor, save it from there anew")
}

// reader is a document that is being read.
type reader struct {
	pack      *pack
	doc       intake.Document
	styles    styles
	lists     numbering
	counters  map[string]*[levels]int // of each list, where its counting stands
	relations map[string]relation     // of the part that is being read
	pictures  map[string]int          // places in doc.Files of parts that are pictures
	bytes     int                     // of the pictures that were taken

	blocks   []intake.Block
	captions []bool // of each block: it is a paragraph in the style of captions
	pending  []item // entries of a list that goes on
	boxes    [][]node
	carried  string // a paragraph whose end was deleted: it goes on with the next
	titled   string // the paragraph in the style of titles
	titleAt  int
	running  []string // lines of the heads and feet of pages

	footnotes, endnotes []string // ids, in the order in which the text refers to them
	tracked             map[string]bool
	changes, hidden     int
	outside, unshown    int // pictures that lie elsewhere, or are no raster pictures
}

func (r *reader) read() error {
	r.tracked = map[string]bool{}
	main, err := r.pack.mainPart()
	if err != nil {
		return err
	}
	all, err := r.pack.relationsOf(main)
	if err != nil {
		return err
	}
	r.relations = all
	if err := r.readStyles(); err != nil {
		return err
	}
	if err := r.readNumbering(); err != nil {
		return err
	}
	found := false
	err = r.pack.children(main, "body", func(n node) error {
		found = true
		return r.block(n)
	})
	if err != nil {
		return err
	}
	r.endList()
	r.flush()
	if !found && len(r.blocks) == 0 {
		return fault.New(fault.Invalid, "there is no text in the Word file").Fix("open it in a word processor to see what it holds")
	}
	for _, part := range []func() error{r.readNotes, r.readRunning, r.readDescription} {
		if err := part(); err != nil {
			return err
		}
	}
	return r.finish()
}

// finish gives captions to pictures, and says what was left out.
func (r *reader) finish() error {
	r.takeCaptions()
	r.notes()
	blocks, err := prose.Settle(r.blocks)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(blocks, func(b intake.Block) bool { return b.Aside != intake.Running }) {
		return fault.New(fault.Invalid, "there is no text in the Word file").Fix("open it in a word processor to see what it holds")
	}
	r.doc.Blocks = blocks
	return nil
}

func (r *reader) put(b intake.Block) {
	if b.Text == "" && len(b.Pictures) == 0 {
		return
	}
	r.blocks, r.captions = append(r.blocks, b), append(r.captions, false)
}

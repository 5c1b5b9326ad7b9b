// Package clip reads text and Markdown that was copied from a page, or written as
// such: its blocks are parted as [comity/intel.FromText] parts them, and what was
// copied along with the text is set aside. It is careful: only a line that is
// furniture as a whole is, never a sentence that holds such words.
//
// Band 5, pure values: it may import intake, furniture, prose and what they import.
package clip

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"comity/fault"
	"comity/intake"
	"comity/intake/prose"
)

// Read reads a text in UTF-8, or in UTF-16 with a byte order mark; other bytes are
// read as Windows-1252, with a note. A head in YAML gives title, date and source. The
// errors are faults: TooLarge over a limit of intake, Invalid where there is no text.
func Read(b []byte) (intake.Document, error) {
	if len(b) > intake.MaxFile {
		return intake.Document{}, fault.New(fault.TooLarge, "the text has %d bytes; at most %d are taken", len(b), intake.MaxFile).
			Fix("split it into several files")
	}
	text, notes := decode(b)
	doc := intake.Document{Format: intake.Text, Notes: notes}
	text = takeHead(&doc, strings.TrimPrefix(text, "\uFEFF"))
	reorders := strings.ContainsAny(text, reordering)
	c := &copied{doc: &doc, pieces: pieces(prose.Clean(text))}
	if len(c.pieces) > intake.MaxBlocks {
		return intake.Document{}, fault.New(fault.TooLarge, "the text has more than %d paragraphs", intake.MaxBlocks).Fix("split it into several files")
	}
	if c.markdown() {
		doc.Format = intake.Markdown
	}
	c.classify()
	var err error
	if doc.Blocks, err = prose.Settle(c.blocks()); err != nil {
		return intake.Document{}, err
	}
	if len(doc.Blocks) == 0 {
		return intake.Document{}, fault.New(fault.Invalid, "there is no text").Fix("a document has at least one paragraph")
	}
	if n := pictures(doc.Blocks); n > 0 {
		doc.Notes = append(doc.Notes, "Pictures did not come along with the text ("+strconv.Itoa(n)+"): what is written under them is set aside.")
	}
	if reorders {
		doc.Notes = append(doc.Notes, "Marks that make letters stand elsewhere than they are written were taken out.")
	}
	return doc, nil
}

// pictures counts those of a text; none of them comes along.
func pictures(blocks []intake.Block) int {
	n := 0
	for _, b := range blocks {
		n += len(b.Pictures)
	}
	return n
}

// reordering are the marks of the bidirectional algorithm that an honest text hardly
// needs (UAX #9).
const reordering = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"

func decode(b []byte) (text string, notes []string) {
	if bytes.HasPrefix(b, []byte("\xff\xfe")) || bytes.HasPrefix(b, []byte("\xfe\xff")) {
		out, _, err := transform.Bytes(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder(), b)
		if err == nil {
			return string(out), nil
		}
	}
	if utf8.Valid(b) {
		return string(b), nil
	}
	out, err := charmap.Windows1252.NewDecoder().Bytes(b)
	if err != nil {
		out = bytes.ToValidUTF8(b, []byte("\uFFFD"))
	}
	return string(out), []string{"The text is not in UTF-8; it was read as Windows-1252, so letters with accents may be wrong."}
}

// copied is a text while it is being read.
type copied struct {
	doc    *intake.Document
	pieces []*piece
}

// markdown reports whether anything in the text is marked as Markdown marks it.
func (c *copied) markdown() bool {
	if c.doc.Format == intake.Markdown {
		return true
	}
	for _, p := range c.pieces {
		if p.kind == intake.Heading || p.kind == intake.Code || p.kind == intake.Quote || len(p.pictures) > 0 || p.linked {
			return true
		}
	}
	return false
}

// blocks makes the document's blocks. Pictures stand on what they follow.
func (c *copied) blocks() []intake.Block {
	var out []intake.Block
	var early []intake.Picture
	last, led := -1, false // led: the last is a paragraph that leads up to a list
	for _, p := range c.pieces {
		pictures := append([]intake.Picture(nil), p.pictures...)
		if p.aside == "" && p.text() != "" {
			pictures, early = append(early, pictures...), nil
			if p.kind == intake.List && led { // what parted them is set aside
				out[last].Text += "\n\n" + p.text()
				out[last].Pictures = append(out[last].Pictures, pictures...)
				continue
			}
			out = append(out, intake.Block{Kind: p.kind, Text: p.text(), Pictures: pictures})
			last, led = len(out)-1, p.kind == intake.Paragraph && p.lists()
			continue
		}
		if p.text() != "" && !p.toldByPicture() {
			out = append(out, intake.Block{Kind: p.kind, Text: p.text(), Aside: p.aside})
		}
		switch {
		case p.aside != "" && p.aside != intake.Caption:
		case last < 0:
			early = append(early, pictures...)
		default:
			out[last].Pictures = append(out[last].Pictures, pictures...)
		}
	}
	if last < 0 && len(early) > 0 {
		out = append(out, intake.Block{Kind: intake.Paragraph, Pictures: early})
	}
	return out
}

// toldByPicture reports whether all that a caption says stands with its picture,
// which did not come along: then it is set aside there, once.
func (p *piece) toldByPicture() bool {
	return p.aside == intake.Caption && len(p.pictures) == 1 && !strings.HasSuffix(p.pictures[0].Caption, "…") && !strings.HasSuffix(p.pictures[0].Credit, "…")
}

// words counts the words of a text.
func words(s string) int { return len(strings.Fields(s)) }

// classify says which pieces are furniture.
func (c *copied) classify() {
	c.splitOut()
	for _, p := range c.pieces {
		if p.aside == "" {
			p.aside = p.byWords()
		}
	}
	c.leadCaption()
	c.initials()
	c.weak()
	c.captions()
	c.teasers()
	c.initials()
	c.threads()
	c.top()
}

package pdf

import (
	"bytes"
	"context"
	"image/png"
	"math"
	"slices"
	"strings"
	"unicode"

	"github.com/klippa-app/go-pdfium/requests"

	"comity/fault"
	"comity/intake"
	"comity/intake/prose"
)

// fewWords is below how many words a page with a picture over much of it is taken for
// a picture of a page: stamps and heads that were put on it later are words, too.
const fewWords = 25

// recognise finds the pages that are pictures of pages, and has their text
// recognised. If nobody can, a document all of whose pages are pictures is refused;
// of another, a note says which pages are missing.
func (f *file) recognise(ctx context.Context, pages []*page, o Options, d *intake.Document) error {
	var scans, besides []*page
	written := 0 // pages with a text of their own
	for _, p := range pages {
		switch {
		case len(p.words) >= fewWords:
			written++
		default:
			scan, picture := f.pictured(p)
			switch {
			case scan:
				scans = append(scans, p)
			case len(p.words) > 0:
				written++
				if picture {
					besides = append(besides, p)
				}
			}
		}
	}
	if len(besides) > 0 && o.Recognise != nil {
		if err := f.recogniseBeside(ctx, besides, o, d); err != nil {
			return err
		}
	} else if len(besides) > 0 {
		d.Notes = append(d.Notes, sentence("has hardly any text besides a picture, which was not read", "have hardly any text besides pictures, which were not read", besides))
	}
	if written == 0 && len(scans) == 0 {
		return fault.New(fault.Invalid, "there is no text in the PDF file").Fix("look at it in a viewer, and type what it says")
	}
	if len(scans) == 0 {
		return nil
	}
	if o.Recognise == nil {
		if written*5 < len(scans) || written == 0 {
			return scanned()
		}
		d.Notes = append(d.Notes, sentence("of the document is a picture without a text layer, and was not read", "of the document are pictures without a text layer, and were not read", scans))
		return nil
	}
	for _, p := range scans {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err := f.recognisePage(p, o); err != nil {
			return err
		}
		d.Machine = d.Machine || p.recognised != ""
	}
	if written == 0 && !anyRecognised(scans) {
		return fault.New(fault.Unsupported, "the PDF file is scanned, and no text was recognised in its pages").Fix("type what it says")
	}
	d.Notes = append(d.Notes, sentence("is a picture; a machine recognised its text, which may be wrong in names and numbers", "are pictures; a machine recognised their text, which may be wrong in names and numbers", scans))
	return nil
}

func anyRecognised(pages []*page) bool {
	return slices.ContainsFunc(pages, func(p *page) bool { return p.recognised != "" })
}

// recogniseBeside has the pictures read that stand on pages with a few words of their
// own. Those words are sure, so of the recognised text only what they do not say is
// kept.
func (f *file) recogniseBeside(ctx context.Context, pages []*page, o Options, d *intake.Document) error {
	var read []*page
	for _, p := range pages {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err := f.recognisePage(p, o); err != nil {
			return err
		}
		own := wordsOf(p.words)
		var kept []string
		for text := range strings.SplitSeq(paragraphBreaks(p.recognised), "\n\n") {
			if text = strings.TrimSpace(text); text != "" && !mostlySaid(text, own) {
				kept = append(kept, text)
			}
		}
		if p.recognised, p.beside = strings.Join(kept, "\n\n"), true; p.recognised != "" {
			read, d.Machine = append(read, p), true
		}
	}
	if len(read) > 0 {
		d.Notes = append(d.Notes, sentence("has a picture; a machine recognised the text in it, which may be wrong in names and numbers", "have pictures; a machine recognised the text in them, which may be wrong in names and numbers", read))
	}
	return nil
}

// wordsOf gives words as they are compared.
func wordsOf(words []word) map[string]bool {
	out := map[string]bool{}
	for _, w := range words {
		out[bare(w.text)] = true
	}
	return out
}

// bare gives a word without marks and capital letters.
func bare(s string) string {
	return strings.ToLower(strings.TrimFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) }))
}

// mostlySaid reports whether most words of a text are among others: a machine that
// recognises them misreads one or the other.
func mostlySaid(text string, among map[string]bool) bool {
	all, there := 0, 0
	for w := range strings.FieldsSeq(text) {
		if w = bare(w); w == "" {
			continue
		}
		if all++; among[w] {
			there++
		}
	}
	return there*10 >= all*7
}

// stamps gives the lines that were put on the picture of a page, such as a court's,
// so far as the text recognised in it does not have them.
func (p *page) stamps() []string {
	among := map[string]bool{}
	for w := range strings.FieldsSeq(p.recognised) {
		among[bare(w)] = true
	}
	var out []string
	for _, l := range linesOf(p.words, p.index) {
		if text := prose.Paragraph(l.text()); text != "" && !mostlySaid(text, among) {
			out = append(out, text)
		}
	}
	return out
}

func scanned() *fault.Error {
	return fault.New(fault.Unsupported, "the PDF file is scanned: its pages are pictures and have no text layer").
		Fix("install tesseract on the node, so that the text is recognised, or type what it says")
}

// pictured tells whether a page is a picture of a page, because pictures cover much
// of it or nothing else is on it, and whether there is a picture at all.
func (f *file) pictured(p *page) (scan, picture bool) {
	box, turns, err := f.box(p.index)
	if err != nil {
		return false, false
	}
	covered := 0.0
	for _, r := range f.backdropOf(p.index, box, turns).pictures {
		covered += r.meets(p.size).area()
	}
	return covered > 0.4*p.size.area() || len(p.words) == 0 && covered > 0.02*p.size.area(), covered > 0
}

// recognisePage renders a page and has its text recognised.
func (f *file) recognisePage(p *page, o Options) error {
	dpi := fineness
	if most := math.Sqrt(maxPixels * 72 * 72 / p.size.area()); most < float64(dpi) {
		dpi = int(most)
	}
	if dpi < 20 {
		return fault.New(fault.TooLarge, "the page is a picture too large to be recognised").At("page %d", p.index+1).Fix("print it to a PDF file with pages of paper's size")
	}
	got, err := f.engine.RenderPageInDPI(&requests.RenderPageInDPI{Page: f.at(p.index), DPI: dpi, ImageFormat: requests.RenderImageFormatGrayscale})
	if err != nil {
		return damaged().At("page %d", p.index+1).Because(err)
	}
	defer got.Cleanup()
	var b bytes.Buffer
	if err := png.Encode(&b, got.Result.RenderedImage); err != nil {
		return fault.New(fault.Internal, "the page cannot be rendered").At("page %d", p.index+1).Because(err)
	}
	text, err := o.Recognise(b.Bytes(), dpi)
	if err != nil {
		return err
	}
	p.recognised = strings.TrimSpace(text)
	return nil
}

// notesOf says what of the pages could not be seen or read.
func notesOf(pages []*page) []string {
	var hidden, layered, unmapped []*page
	words := 0
	for _, p := range pages {
		if p.hidden > 0 {
			hidden, words = append(hidden, p), words+p.hidden
		}
		if p.layer > 0 {
			layered = append(layered, p)
		}
		if p.unmapped*20 > p.letters && p.unmapped > 5 {
			unmapped = append(unmapped, p)
		}
	}
	var out []string
	if len(hidden) > 0 {
		out = append(out, sentence("has", "have", hidden))
		out[0] = strings.TrimSuffix(out[0], ".") + " words that nobody sees there (" + itoa(words) + " in all: white on white, outside the page, or not drawn); they were left out."
	}
	if len(layered) > 0 {
		out = append(out, sentence("is a picture with a text layer that a machine recognised, which may be wrong in names and numbers", "are pictures with a text layer that a machine recognised, which may be wrong in names and numbers", layered))
	}
	if len(unmapped) > 0 {
		out = append(out, sentence("has letters of which the file does not say what they are; compare it with the document", "have letters of which the file does not say what they are; compare them with the document", unmapped))
	}
	return out
}

// sentence says something of pages: "Page 3 is ...", "Pages 3, 5-8 are ...".
func sentence(ofOne, ofMany string, pages []*page) string {
	if len(pages) == 1 {
		return "Page " + itoa(pages[0].index+1) + " " + ofOne + "."
	}
	var runs []string
	for i := 0; i < len(pages); {
		j := i
		for j+1 < len(pages) && pages[j+1].index == pages[j].index+1 {
			j++
		}
		run := itoa(pages[i].index + 1)
		if j > i {
			run += "-" + itoa(pages[j].index+1)
		}
		runs = append(runs, run)
		i = j + 1
	}
	if len(runs) > 20 {
		runs = append(runs[:20], "and others")
	}
	return "Pages " + strings.Join(runs, ", ") + " " + ofMany + "."
}

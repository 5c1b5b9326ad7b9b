package pdf

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/responses"

	"comity/fault"
)

// page is what stands on one page: words with their places, as it is shown.
type page struct {
	index      int // from 0
	size       rect
	letters    int
	words      []word
	hidden     int             // words that nobody sees on the page
	unmapped   int             // letters of which the file does not say what they are
	layer      int             // words that lie unseen over a picture: somebody's machine recognised them
	recognised string          // the text that was recognised in its picture
	heads      map[string]bool // words of what stands on every page
	beside     bool            // that stands beside its own words, and not in their place
}

// word is a run of letters without a space.
type word struct {
	rect
	text   string
	base   float64 // where its letters stand
	size   float64 // of its font, as shown
	bold   bool
	tilted bool // it does not run from left to right
	glued  bool // no space stands before it
	raised bool // it stands above the line, as the number of a footnote does
}

// page reads the words of a page.
func (f *file) page(index int) (*page, error) {
	box, turns, err := f.box(index)
	if err != nil {
		return nil, err
	}
	p := &page{index: index, size: rect{0, 0, box.width(), box.height()}}
	if turns%2 == 1 {
		p.size = rect{0, 0, box.height(), box.width()}
	}
	loaded, err := f.engine.FPDFText_LoadPage(&requests.FPDFText_LoadPage{Page: f.at(index)})
	if err != nil {
		return nil, damaged().At("page %d", index+1).Because(err)
	}
	text := loaded.TextPage
	defer f.engine.FPDFText_ClosePage(&requests.FPDFText_ClosePage{TextPage: text}) //nolint:errcheck // the engine ends with the file
	count, err := f.engine.FPDFText_CountChars(&requests.FPDFText_CountChars{TextPage: text})
	if err != nil {
		return nil, damaged().At("page %d", index+1).Because(err)
	}
	if count.Count > maxOnPage {
		return nil, fault.New(fault.TooLarge, "the page has %d letters; at most %d are read", count.Count, maxOnPage).
			At("page %d", index+1).Fix("leave the page out")
	}
	got, err := f.engine.GetPageTextStructured(&requests.GetPageTextStructured{Page: f.at(index), Mode: requests.GetPageTextStructuredModeChars})
	if err != nil {
		return nil, damaged().At("page %d", index+1).Because(err)
	}
	p.letters = len(got.Chars)
	r := wordReader{f: f, p: p, text: text, box: box, turns: turns}
	r.read(got.Chars)
	return p, nil
}

// wordReader gathers the letters of a page to words.
type wordReader struct {
	f     *file
	p     *page
	text  references.FPDF_TEXTPAGE
	box   rect
	turns int

	now      word // and, between words, the last one
	nominal  float64
	scale    float64 // from the nominal size to the one that is shown
	begun    int
	letters  strings.Builder
	hidden   hiding
	apart    bool // a space stood before what comes next
	backdrop *backdrop
}

func (r *wordReader) read(chars []*responses.GetPageTextStructuredChar) {
	r.apart = true
	for i, c := range chars {
		letter, _ := utf8.DecodeRuneInString(c.Text)
		at := c.PointPosition
		area := rect{at.Left, at.Bottom, at.Right, at.Top}.turned(r.box, r.turns)
		switch {
		case c.Text == "" || letter == utf8.RuneError:
			r.p.unmapped++
			r.end(true)
			continue
		case letter == '\u0002' || letter == '\u00ad': // PDFium's sign for a hyphen at a line's end, and how word processors write one
			c.Text = "-"
		case unicode.IsSpace(letter) || unicode.IsControl(letter):
			r.end(true)
			continue
		}
		if r.letters.Len() > 0 && r.leaves(letter, area) {
			r.end(false)
		}
		if r.letters.Len() == 0 {
			r.begin(i, area, c.Angle)
		}
		r.now.rect = r.now.rect.with(area)
		r.letters.WriteString(ligatures.Replace(c.Text))
	}
	r.end(true)
}

var ligatures = strings.NewReplacer("ﬀ", "ff", "ﬁ", "fi", "ﬂ", "fl", "ﬃ", "ffi", "ﬄ", "ffl", "ﬅ", "st", "ﬆ", "st")

// leaves tells a letter that does not go on with the word.
func (r *wordReader) leaves(letter rune, a rect) bool {
	w := r.now
	if w.tilted {
		return false
	}
	size := max(w.size, 1)
	if a.x0-w.x1 > 0.6*size || a.x1 < w.x0-size || a.y1 < w.y0-0.3*size || a.y0 > w.y1+0.3*size {
		return true
	}
	if a.y0 < w.base-0.15*size && unicode.IsUpper(letter) && strings.Trim(r.letters.String(), "0123456789") == "" {
		return true // the number of a footnote stands above its first line
	}
	up := unicode.IsDigit(letter) && a.y0 > w.base+0.18*size && a.height() < 0.65*size
	return up != w.raised && unicode.IsDigit(letter) || w.raised && !unicode.IsDigit(letter)
}

// begin starts a word at a letter, and asks for the look of it. Each question costs
// many calls into the program, so what a word that goes on with the line before it
// shares with the last one is not asked again: where it stands, and how its size is
// scaled. Whether it is bold is asked now and then, whether it is seen for each word.
func (r *wordReader) begin(i int, area rect, angle float64) {
	e, last := r.f.engine, r.now
	r.now = word{rect: area, base: area.y0, size: max(area.height(), 1), glued: !r.apart, bold: last.bold}
	goesOn := false
	if s, err := e.FPDFText_GetFontSize(&requests.FPDFText_GetFontSize{TextPage: r.text, Index: i}); err == nil {
		goesOn = s.FontSize == r.nominal && last.size > 0 && abs(area.y0-last.base) < 0.3*last.size && area.x0 > last.x0
		r.nominal = s.FontSize
		if !goesOn {
			r.scale = 1
			if m, err := e.FPDFText_GetMatrix(&requests.FPDFText_GetMatrix{TextPage: r.text, Index: i}); err == nil {
				r.scale = math.Hypot(float64(m.Matrix.C), float64(m.Matrix.D))
			}
		}
		r.now.size = s.FontSize * r.scale
	}
	if !(r.now.size > 0 && r.now.size < MaxSide) {
		r.now.size = max(area.height(), 1)
	}
	r.now.base = last.base
	if !goesOn {
		r.now.base = area.y0
		if o, err := e.FPDFText_GetCharOrigin(&requests.FPDFText_GetCharOrigin{TextPage: r.text, Index: i}); err == nil {
			r.now.base = rect{o.X, o.Y, o.X, o.Y}.turned(r.box, r.turns).y0
		}
	}
	if r.begun++; !goesOn || r.begun%4 == 0 {
		r.now.bold = r.bold(i)
	}
	r.now.tilted = tilted(angle, r.turns)
	r.now.raised = r.above(area)
	r.hidden = r.hiding(i)
}

func (r *wordReader) bold(i int) bool {
	info, err := r.f.engine.FPDFText_GetFontInfo(&requests.FPDFText_GetFontInfo{TextPage: r.text, Index: i})
	if err != nil {
		return false
	}
	name := strings.ToLower(info.FontName)
	return strings.Contains(name, "bold") || strings.Contains(name, "black") || strings.Contains(name, "heavy") ||
		info.Flags&forceBold != 0
}

const forceBold = 1 << 18 // of a font's flags, ISO 32000-1, 9.8.2

// above tells letters that are smaller than the word before them and stand higher.
func (r *wordReader) above(a rect) bool {
	n := len(r.p.words)
	return n > 0 && raisedBeside(r.now, r.p.words[n-1]) && math.Abs(a.x0-r.p.words[n-1].x1) < r.p.words[n-1].size
}

func raisedBeside(w, of word) bool {
	return w.size < 0.85*of.size && w.base > of.base+0.1*of.size && w.base < of.base+of.size
}

// tilted tells whether letters stand upright on a page that is shown turned.
func tilted(angle float64, turns int) bool {
	off := func(want float64) bool {
		d := math.Mod(math.Abs(angle-want), 2*math.Pi)
		return min(d, 2*math.Pi-d) > 0.15
	}
	quarter := float64(turns) * math.Pi / 2
	return off(quarter) && off(-quarter)
}

// end puts the word with the others.
func (r *wordReader) end(space bool) {
	w := r.now
	w.text = r.letters.String()
	r.letters.Reset()
	if w.text == "" {
		r.apart = r.apart || space
		return
	}
	r.apart = space
	if w.raised && strings.Trim(w.text, "0123456789") != "" {
		w.raised = false // 1st, 2nd
	}
	if r.hidden == unseen && r.pictureUnder(w.rect) {
		r.p.layer++
		r.hidden = seen
	}
	if x, y := w.middle(); !r.p.size.holds(x, y) || r.hidden == unseen || w.size < 1.5 ||
		r.hidden == white && !r.somethingUnder(w.rect) {
		r.p.hidden++
		return
	}
	r.p.words = append(r.p.words, w)
}

// hiding says how letters may be kept from being seen.
type hiding int

const (
	seen   hiding = iota
	white         // on something dark, or on white paper
	unseen        // not drawn at all
)

func (r *wordReader) hiding(i int) hiding {
	e := r.f.engine
	if c, err := e.FPDFText_GetFillColor(&requests.FPDFText_GetFillColor{TextPage: r.text, Index: i}); err == nil {
		if c.A < 8 {
			return unseen
		}
		if c.R > 247 && c.G > 247 && c.B > 247 {
			return white
		}
	}
	o, err := e.FPDFText_GetTextObject(&requests.FPDFText_GetTextObject{TextPage: r.text, Index: i})
	if err != nil {
		return seen
	}
	m, err := e.FPDFTextObj_GetTextRenderMode(&requests.FPDFTextObj_GetTextRenderMode{PageObject: o.TextObject})
	if err == nil && m.TextRenderMode == enums.FPDF_TEXTRENDERMODE_INVISIBLE {
		return unseen
	}
	return seen
}

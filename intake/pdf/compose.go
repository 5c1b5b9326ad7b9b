package pdf

import (
	"strconv"
	"strings"
	"unicode"

	"comity/fault"
	"comity/intake"
	"comity/intake/prose"
	"comity/intel"
)

func itoa(n int) string { return strconv.Itoa(n) }

// composer makes blocks of paragraphs, in reading order.
type composer struct {
	known *vocabulary
	body  float64 // the size of most letters
	bold  bool    // most letters are
	margins
	blocks []intake.Block
	looks  []look // of each block
	list   []prose.Entry
	levels []float64 // how far the entries of the list are indented, the outermost first
}

// look keeps of a paragraph what its block does not tell.
type look struct {
	size  float64
	open  bool // its last sentence does not end
	waits bool // its last word waits for another
	large bool
	page  int
}

// compose makes the document of its pages.
func compose(pages []*page, d intake.Document) (intake.Document, error) {
	running := takeRunning(pages)
	if marks := prose.Handling(marksOf(pages, running)); marks != "" {
		d.Notes = append(d.Notes, marks)
	}
	lines := make([][]line, len(pages))
	for i, p := range pages {
		lines[i] = linesOf(p.words, p.index)
	}
	for _, b := range running {
		pages[b.Page-1].heads = withWords(pages[b.Page-1].heads, b.Text)
	}
	c := &composer{known: vocabularyOf(lines), body: bodySize(lines), bold: mostlyBold(lines), margins: marginsOf(pages)}
	for _, p := range pages {
		c.page(p)
		for len(running) > 0 && running[0].Page == p.index+1 {
			c.put(running[0], look{})
			running = running[1:]
		}
	}
	d.Notes = append(d.Notes, notesOf(pages)...)
	for _, p := range pages {
		d.Machine = d.Machine || p.layer > 0
	}
	c.title(&d)
	var err error
	d.Blocks, err = prose.Settle(c.blocks)
	if err == nil && !anyText(d.Blocks) {
		err = fault.New(fault.Invalid, "there is no text in the PDF file").Fix("look at it in a viewer, and type what it says")
	}
	if err != nil {
		return intake.Document{}, err
	}
	return d, nil
}

func anyText(blocks []intake.Block) bool {
	for _, b := range blocks {
		if b.Aside != intake.Running && b.Text != "" {
			return true
		}
	}
	return false
}

func mostlyBold(pages [][]line) bool {
	bold, all := 0, 0
	for _, lines := range pages {
		for _, l := range lines {
			all++
			if l.bold {
				bold++
			}
		}
	}
	return bold*2 > all
}

func (c *composer) put(b intake.Block, l look) {
	if b.Text == "" {
		return
	}
	c.blocks, c.looks = append(c.blocks, b), append(c.looks, l)
}

// page adds the blocks of a page.
func (c *composer) page(p *page) {
	if p.recognised != "" && !p.beside {
		for _, text := range p.stamps() {
			c.put(intake.Block{Kind: intake.Paragraph, Text: text, Aside: intake.Running, Page: p.index + 1}, look{})
		}
	} else {
		c.written(p)
	}
	for text := range strings.SplitSeq(paragraphBreaks(p.recognised), "\n\n") {
		text = prose.Paragraph(strings.Join(strings.Fields(text), " "))
		if len(p.heads) > 0 && mostlySaid(text, p.heads) {
			continue // the stamp of every page, which the file itself spells out
		}
		c.put(intake.Block{Kind: intake.Paragraph, Text: text, Page: p.index + 1}, look{})
	}
}

func withWords(set map[string]bool, text string) map[string]bool {
	if set == nil {
		set = map[string]bool{}
	}
	for w := range strings.FieldsSeq(text) {
		set[bare(w)] = true
	}
	return set
}

// written adds the blocks of a page's own words.
func (c *composer) written(p *page) {
	for _, r := range regionsOf(p, c.margins) {
		for _, para := range paragraphsOf(r) {
			c.paragraph(para, p.index+1)
		}
		c.endList(p.index + 1)
	}
}

// paragraphBreaks gives a text whose paragraphs are parted by one empty line.
func paragraphBreaks(s string) string {
	var b strings.Builder
	for line := range strings.SplitSeq(prose.Clean(s), "\n") {
		b.WriteString(strings.TrimSpace(line) + "\n")
	}
	return b.String()
}

func (c *composer) paragraph(p paragraph, page int) {
	if p.table != nil {
		c.endList(page)
		c.put(intake.Block{Kind: intake.Table, Text: prose.Table(p.table), Page: page}, look{page: page})
		return
	}
	text := p.text(c.known)
	l := look{size: p.first().size, open: !endsSentence(p.last()), waits: inSentence(p.last()), large: p.first().size > 1.12*c.body, page: page}
	switch {
	case c.isHeading(p, text):
		c.endList(page)
		if p.entry != "" {
			text = p.entry + " " + text
		}
		if !c.headingGoesOn(p, l, text) {
			c.put(intake.Block{Kind: intake.Heading, Text: prose.Heading(text), Page: page}, l)
		}
	case isBullet(p.entry):
		c.list = append(c.list, prose.Entry{Depth: c.depth(p.first().x0), Text: text})
	case p.entry != "":
		c.endList(page)
		c.put(intake.Block{Kind: intake.Paragraph, Text: prose.Paragraph(p.entry + " " + text), Page: page}, l)
	case len(c.list) == 0 && c.goesOn(p, text):
	default:
		c.endList(page)
		c.put(intake.Block{Kind: intake.Paragraph, Text: prose.Paragraph(text), Page: page}, l)
	}
}

func isBullet(entry string) bool {
	return entry == "o" || entry != "" && strings.Contains(bullets, entry) && len([]rune(entry)) == 1
}

// depth tells how many lists an entry at x lies inside.
func (c *composer) depth(x float64) int {
	for len(c.levels) > 0 && x < c.levels[len(c.levels)-1]-3 {
		c.levels = c.levels[:len(c.levels)-1]
	}
	if len(c.levels) == 0 || x > c.levels[len(c.levels)-1]+3 {
		c.levels = append(c.levels, x)
	}
	return len(c.levels) - 1
}

func (c *composer) endList(page int) {
	if len(c.list) > 0 {
		c.put(intake.Block{Kind: intake.List, Text: prose.List(c.list), Page: page}, look{page: page})
	}
	c.list, c.levels = nil, nil
}

// goesOn adds a paragraph to the one that it continues: the last of the column or
// page before, if that one's sentence is open and this begins in small letters, or its last word
// waits for another.
// Footnotes and what runs along the page may lie between.
func (c *composer) goesOn(p paragraph, text string) bool {
	first := strings.TrimLeft(text, "([“\"‘'")
	if first == "" {
		return false
	}
	small := unicode.IsLower([]rune(first)[0])
	for i := len(c.blocks) - 1; i >= 0 && i >= len(c.blocks)-12; i-- {
		b, l := &c.blocks[i], c.looks[i]
		if b.Aside != "" || l.size < 0.93*p.first().size && b.Kind == intake.Paragraph {
			continue
		}
		if b.Kind != intake.Paragraph || !(small && l.open || l.waits) || abs(l.size-p.first().size) > 0.06*l.size || len(b.Text)+len(text) > intel.MaxText {
			return false
		}
		stem, how := c.known.join(b.Text, text)
		switch how {
		case joinWhole:
			b.Text = stem + text
		case joinHyphen:
			b.Text += text
		default:
			b.Text += " " + text
		}
		b.Text = prose.Paragraph(b.Text)
		c.looks[i].open, c.looks[i].waits = !endsSentence(p.last()), inSentence(p.last())
		return true
	}
	return false
}

// isHeading tells a short paragraph in larger letters, or in bold or capital ones
// that end no sentence.
func (c *composer) isHeading(p paragraph, text string) bool {
	if len(p.lines) > 3 || len(text) > 200 || isBullet(p.entry) || strings.HasPrefix(p.entry, "[") || !hasLetter(text) || strings.Contains(text, " … ") {
		return false
	}
	size := p.first().size
	switch {
	case size > 1.12*c.body:
		return true
	case size < 0.95*c.body || strings.HasSuffix(text, ".") || strings.HasSuffix(text, ",") || strings.HasSuffix(text, ";"):
		return false
	case !c.bold && allBold(p):
		return true
	}
	return len(p.lines) <= 2 && capitals(text) && p.above != 0
}

func allBold(p paragraph) bool {
	for _, l := range p.lines {
		if !l.bold {
			return false
		}
	}
	return true
}

// capitals tells words all of whose letters are capital.
func capitals(s string) bool {
	n := 0
	for _, r := range s {
		switch {
		case unicode.IsLower(r):
			return false
		case unicode.IsUpper(r):
			n++
		}
	}
	return n >= 4
}

// headingGoesOn adds a line to the heading right above it in the same letters.
func (c *composer) headingGoesOn(p paragraph, l look, text string) bool {
	i := len(c.blocks) - 1
	if i < 0 || c.blocks[i].Kind != intake.Heading || !l.large || c.looks[i].page != l.page || c.looks[i].size != l.size || p.above > 1.6 || p.above == 0 || p.entry != "" ||
		len(c.blocks[i].Text)+len(text) > 200 {
		return false
	}
	c.blocks[i].Text += " " + prose.Line(text)
	return true
}

// title takes the title from the largest letters of the first page, if the file's
// own description has none. Its block, or the one that repeats the description, is
// set aside as taken.
func (c *composer) title(d *intake.Document) {
	best := -1
	for i, b := range c.blocks {
		if b.Page != c.blocks[0].Page && b.Aside == "" {
			break
		}
		if b.Kind != intake.Heading || b.Aside != "" {
			continue
		}
		if best < 0 || c.looks[i].size > 1.05*c.looks[best].size {
			best = i
		}
	}
	if best < 0 {
		return
	}
	words := strings.TrimPrefix(c.blocks[best].Text, "## ")
	switch {
	case d.Title == "" && len(words) <= intel.MaxTitle:
		d.Title = words
	case !strings.EqualFold(d.Title, words):
		return
	}
	c.blocks[best].Aside = intake.Byline
}

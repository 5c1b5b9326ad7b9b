package clip

import (
	"regexp"
	"strings"

	"comity/intake"
	"comity/intake/furniture"
	"comity/intake/prose"
	"comity/intel"
)

// A long paragraph is text by its length alone.
const long = 25 // words

// splitOut parts lines that are furniture from the text in whose paragraph they were
// copied.
func (c *copied) splitOut() {
	var out []*piece
	for _, p := range c.pieces {
		out = append(out, p.split()...)
	}
	c.pieces = out
}

func (p *piece) split() []*piece {
	if p.kind != intake.Paragraph || len(p.lines) == 1 || p.leads() {
		return []*piece{p}
	}
	var out []*piece
	for i, line := range p.lines {
		why := p.lineIs(i)
		if n := len(out) - 1; why == "" && n >= 0 && out[n].aside != "" {
			why = furniture.Weak(line)
		}
		if n := len(out) - 1; n < 0 || out[n].aside != why {
			out = append(out, &piece{kind: intake.Paragraph, linked: p.linked, aside: why})
		}
		last := out[len(out)-1]
		last.lines = append(last.lines, line)
	}
	out[0].pictures = p.pictures
	return out
}

// lineIs tells what a line of a paragraph is that stands alone.
func (p *piece) lineIs(i int) intake.Aside {
	why := furniture.Line(p.lines[i])
	if why != "" && !p.standsAlone(i) {
		return ""
	}
	return why
}

// standsAlone tells a line that is no end of a sentence which was broken over lines:
// what stands before it has ended, or is short, and it does not end as a sentence.
func (p *piece) standsAlone(i int) bool {
	line := strings.TrimSpace(p.lines[i])
	if underPicture.MatchString(line) {
		return true // no sentence ends so
	}
	if strings.HasSuffix(line, ".") && words(line) < 4 {
		return false
	}
	if i == 0 || furniture.Line(p.lines[i-1]) != "" || furniture.Weak(p.lines[i-1]) != "" {
		return true
	}
	before := strings.TrimSpace(p.lines[i-1])
	begins := strings.ToLower(line[:1]) != line[:1] || line[0] >= '0' && line[0] <= '9' && strings.HasSuffix(line, ":")
	return ends(before) || len(before) < 45 && begins || credits(before)
}

func ends(s string) bool {
	s = strings.TrimRight(s, `"”’»)] `)
	return strings.HasSuffix(s, ".") || strings.HasSuffix(s, "!") || strings.HasSuffix(s, "?") || strings.HasSuffix(s, ":") || strings.HasSuffix(s, "…")
}

// byWords tells a piece of whose lines each is furniture.
func (p *piece) byWords() intake.Aside {
	if p.kind == intake.Quote || p.kind == intake.Code || p.kind == intake.Table {
		return ""
	}
	var why intake.Aside
	for line := range strings.SplitSeq(p.plain(), "\n") {
		is := furniture.Line(line)
		if is == "" {
			if is = furniture.Weak(line); is == "" || p.kind != intake.List && why == "" {
				return ""
			}
		} else if why == "" || p.kind == intake.List {
			why = is
		}
	}
	if p.kind == intake.List && (len(p.lines) < 2 || entryMark(p.lines[0]) != "" && strings.ContainsAny(entryMark(p.lines[0]), "0123456789")) {
		return "" // a document may list such words
	}
	if p.kind == intake.Heading && (why == intake.Navigation || why == intake.Controls || why == intake.Site) {
		return ""
	}
	return why
}

// weak sets aside what is furniture only beside other furniture.
func (c *copied) weak() {
	hours := 0
	for _, p := range c.pieces {
		if furniture.Clock(p.plain()) {
			hours++
		}
	}
	pass := func(at, step int) {
		beside := false
		for ; at >= 0 && at < len(c.pieces); at += step {
			p := c.pieces[at]
			if p.aside == "" && beside && p.kind == intake.Paragraph && allWeak(p.plain()) && !(hours > 2 && furniture.Clock(p.plain())) {
				p.aside = furniture.Weak(strings.SplitN(p.plain(), "\n", 2)[0])
			}
			beside = p.aside != ""
		}
	}
	pass(0, 1)
	pass(len(c.pieces)-1, -1)
}

func allWeak(s string) bool {
	for line := range strings.SplitSeq(s, "\n") {
		if furniture.Weak(line) == "" && furniture.Line(line) == "" {
			return false
		}
	}
	return true
}

// underPicture are the buttons that stand under a picture's caption.
var underPicture = regexp.MustCompile(`(?i)^(?:(?:hide|toggle|show) caption|ocultar (?:pie de foto|leyenda)|mostrar pie de foto)\W*$`)

// maxCaptionWords is how long a caption is that is taken for one.
const maxCaptionWords = 70

// captions sets aside what stands before the buttons under a picture, and credits
// that stand alone.
func (c *copied) captions() {
	for i, p := range c.pieces {
		switch {
		case p.aside == intake.Controls && underPicture.MatchString(p.plain()):
			c.captionAbove(i)
		case p.aside == "" && p.kind == intake.Paragraph && len(p.lines) == 1 && credits(p.plain()):
			c.credit(i)
		case p.aside == "" && p.kind == intake.Paragraph && words(p.plain()) <= maxCaptionWords:
			p.credited()
		}
	}
}

// credited takes a paragraph as a caption that ends with a credit as only pictures
// have one: a label, or the maker and the agency in brackets.
func (p *piece) credited() {
	line := furniture.Unfolded(prose.Line(p.plain()))
	caption, credit := furniture.Credit(line)
	if n := len(p.lines) - 1; n > 0 && credits(p.lines[n]) {
		caption, credit = captionOf(p)
		line = caption + ":" + credit
	}
	if caption == "" || credit == "" {
		return
	}
	tail := line[len(caption):]
	if !strings.Contains(tail, ":") && !(strings.ContainsAny(tail, "/") && strings.HasSuffix(tail, ")")) && !strings.Contains(strings.ToLower(tail), "photo by") {
		return
	}
	p.aside = intake.Caption
	p.pictures = append(p.pictures, intake.Picture{Caption: prose.Clip(caption, intel.MaxCaption), Credit: prose.Clip(credit, intel.MaxCaption)})
}

// credits tells a line that is the credit of a picture.
func credits(line string) bool {
	line = strings.TrimSpace(line)
	_, ok := furniture.CreditLine(line)
	return ok && words(line) <= 12 && (strings.ContainsAny(line, ":/(") || strings.Contains(line, " via ") || strings.HasPrefix(line, "Photo ") || strings.HasPrefix(line, "Foto "))
}

// credit keeps a credit that stands alone; one that repeats the last is only set
// aside.
func (c *copied) credit(i int) {
	p := c.pieces[i]
	p.aside = intake.Caption
	credit, _ := furniture.CreditLine(p.plain())
	for j := i - 1; j >= 0 && j >= i-4; j-- {
		for _, had := range c.pieces[j].pictures {
			if had.Credit == credit {
				return
			}
		}
	}
	p.pictures = append(p.pictures, intake.Picture{Credit: prose.Clip(credit, intel.MaxCaption)})
}

// captionAbove finds the caption and the credit above a button.
func (c *copied) captionAbove(i int) {
	j := i - 1
	for j >= 0 && j > i-4 && c.pieces[j].aside == intake.Controls {
		j--
	}
	if j < 0 || c.pieces[j].kind != intake.Paragraph || words(c.pieces[j].plain()) > maxCaptionWords {
		return
	}
	under := c.pieces[j]
	if under.aside == intake.Caption {
		if len(under.pictures) == 1 && under.pictures[0].Caption == "" && j > 0 && c.captionPiece(j-1) {
			above := c.pieces[j-1]
			above.aside = intake.Caption
			under.pictures[0].Caption = prose.Clip(above.plain(), intel.MaxCaption)
		}
		return
	}
	if under.aside != "" {
		return
	}
	caption, credit := captionOf(under)
	if caption == "" && j > 0 && c.captionPiece(j-1) {
		c.pieces[j-1].aside = intake.Caption
		caption = c.pieces[j-1].plain()
	}
	under.aside = intake.Caption
	under.pictures = append(under.pictures, intake.Picture{Caption: prose.Clip(caption, intel.MaxCaption), Credit: prose.Clip(credit, intel.MaxCaption)})
}

// captionPiece tells a piece that can be the caption above its credit.
func (c *copied) captionPiece(i int) bool {
	p := c.pieces[i]
	return p.aside == "" && p.kind == intake.Paragraph && words(p.plain()) <= maxCaptionWords
}

// captionOf parts a piece into caption and credit: the last line if it is short and
// ends without a stop, or what the words show.
func captionOf(p *piece) (caption, credit string) {
	all := strings.Split(p.plain(), "\n")
	last := all[len(all)-1]
	for len(all) > 1 && furniture.Line(last) != "" { // "(Read More)" is a button
		all = all[:len(all)-1]
		last = all[len(all)-1]
	}
	if furniture.Line(last) != "" {
		return "", ""
	}
	if line, ok := furniture.CreditLine(last); ok {
		return prose.Line(strings.Join(all[:len(all)-1], " ")), line
	}
	if words(last) <= 8 && !ends(last) && len(all) > 1 {
		return prose.Line(strings.Join(all[:len(all)-1], " ")), last
	}
	if words(last) <= 6 && !ends(last) {
		return "", last
	}
	return furniture.Credit(prose.Line(p.plain()))
}

// teasers sets aside the titles of other documents below a line that announces them.
func (c *copied) teasers() {
	left, topics := 0, false
	for i, p := range c.pieces {
		if p.aside == "" && p.kind != intake.List && furniture.Weak(p.plain()) == intake.Related {
			if n := c.next(i); n > 0 && n <= i+2 && isTeaser(c.pieces[n]) {
				p.aside = intake.Related
			}
		}
		if p.aside == intake.Related && furniture.Topics(p.plain()) {
			left, topics = 1, true
			continue
		}
		if yes, many := furniture.Teases(p.plain()); p.aside == intake.Related && (yes || furniture.Weak(p.plain()) == intake.Related) {
			if left, topics = 1, false; many || !yes {
				left = 10
			}
			continue
		}
		if p.aside != "" || left == 0 {
			continue
		}
		if topics && p.kind == intake.List && areTopics(p) {
			p.aside = intake.Related
			left--
			continue
		}
		if p.kind != intake.Paragraph && p.kind != intake.List || !isHeadlines(p) {
			left = 0
			continue
		}
		p.aside = intake.Related
		left--
	}
}

// isTeaser tells headlines of other documents from what a document itself says below
// "Más información": no telephone, no address.
func isTeaser(p *piece) bool {
	if p.kind != intake.Paragraph && p.kind != intake.List || !isHeadlines(p) {
		return false
	}
	for line := range strings.SplitSeq(p.plain(), "\n") {
		if words(line) < 4 || strings.ContainsAny(line, "@") || strings.Contains(line, "://") || strings.Contains(line, "www.") || phone.MatchString(line) {
			return false
		}
	}
	return true
}

var phone = regexp.MustCompile(`\d[\d ()-]{6,}\d`)

// areTopics tells a list of a few words each.
func areTopics(p *piece) bool {
	for line := range strings.SplitSeq(p.plain(), "\n") {
		if words(line) > 4 || ends(line) {
			return false
		}
	}
	return true
}

// isHeadlines tells lines that are titles: a few words, no end of a sentence.
func isHeadlines(p *piece) bool {
	for line := range strings.SplitSeq(p.plain(), "\n") {
		if n := words(line); n < 3 || n > 20 || ends(line) {
			return false
		}
	}
	return true
}

// threads sets aside readers' comments, from a line that counts them, below the text.
func (c *copied) threads() {
	var blocks []string
	for _, p := range c.pieces {
		blocks = append(blocks, p.plain())
	}
	said := 0
	for i, p := range c.pieces {
		if p.aside == "" {
			said += words(p.plain())
		}
		if p.aside != intake.Comments || said < 2*long {
			continue
		}
		for _, q := range c.pieces[i:furniture.Thread(blocks, i)] {
			if q.aside == "" {
				q.aside = intake.Comments
			}
		}
	}
}

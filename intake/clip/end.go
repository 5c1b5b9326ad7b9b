package clip

import (
	"strings"

	"comity/intake"
	"comity/intake/furniture"
	"comity/intake/prose"
	"comity/intel"
)

// leadCaption takes the first line as the caption of a picture, where it ends with a
// credit in brackets and a headline follows: what is copied from its top begins so.
func (c *copied) leadCaption() {
	at := c.next(-1)
	if at < 0 || c.pieces[at].kind != intake.Paragraph {
		return
	}
	p := c.pieces[at]
	caption, credit := bracketed(p.lines[0])
	if credit == "" || words(caption) < 4 {
		return
	}
	if len(p.lines) > 1 {
		below := &piece{kind: intake.Paragraph, lines: p.lines[1:], linked: p.linked}
		if !isHeadline(below.lines[0]) {
			return
		}
		p.lines = p.lines[:1:1]
		c.pieces = append(c.pieces[:at+1], append([]*piece{below}, c.pieces[at+1:]...)...)
	} else if n := c.next(at); n < 0 || c.pieces[n].kind == intake.Paragraph && !isHeadline(c.pieces[n].lines[0]) {
		return
	}
	p.aside = intake.Caption
	p.pictures = append(p.pictures, intake.Picture{Caption: prose.Clip(caption, intel.MaxCaption), Credit: prose.Clip(credit, intel.MaxCaption)})
}

// next gives the next piece behind one that is not set aside, -1 if none is.
func (c *copied) next(at int) int {
	for at++; at < len(c.pieces); at++ {
		if c.pieces[at].aside == "" {
			return at
		}
	}
	return -1
}

// isHeadline tells a line that can be a headline: some words, and no end of a
// sentence.
func isHeadline(line string) bool {
	return words(line) >= 3 && words(line) <= long && !ends(line)
}

// bracketed parts a caption from the credit that stands in brackets behind it.
func bracketed(line string) (caption, credit string) {
	line = prose.Line(line)
	open := strings.LastIndexByte(line, '(')
	if open <= 0 || !strings.HasSuffix(strings.TrimRight(line, "."), ")") {
		return "", ""
	}
	inside := strings.TrimSpace(strings.TrimRight(line[open+1:], ".) "))
	if known, ok := furniture.CreditLine(inside); ok {
		return strings.TrimSpace(line[:open]), known
	}
	before, after, slashed := strings.Cut(inside, "/")
	label, name, _ := strings.Cut(inside, " ")
	switch strings.ToLower(label) {
	case "foto", "photo", "fotos", "photos", "imagen", "image", "cortesía", "courtesy":
		if name != "" {
			return strings.TrimSpace(line[:open]), name
		}
	case "especial", "archivo", "cuartoscuro":
		if name == "" {
			return strings.TrimSpace(line[:open]), inside
		}
	}
	if slashed && furniture.Person(before) && words(after) > 0 && words(after) <= 5 && strings.ToLower(strings.TrimSpace(after)[:1]) != strings.TrimSpace(after)[:1] {
		return strings.TrimSpace(line[:open]), inside
	}
	return "", ""
}

// initials sets aside the initials of who wrote a text, which stand alone below its
// last sentence. Capital ones are some only on a page: in a paper they can be a word.
func (c *copied) initials() {
	for i := len(c.pieces) - 1; i > 0; i-- {
		p := c.pieces[i]
		if p.aside != "" {
			continue
		}
		if p.kind == intake.Paragraph {
			last := strings.TrimSpace(p.lines[len(p.lines)-1])
			sure := c.isPage() || strings.ToUpper(last) != last
			switch {
			case !sure || !furniture.Initials(last):
			case len(p.lines) == 1 && c.textAbove(i):
				p.aside = intake.Byline
				return
			case len(p.lines) > 1 && ends(p.lines[len(p.lines)-2]) && words(p.plain()) >= long:
				n := len(p.lines) - 1
				signed := &piece{kind: intake.Paragraph, lines: p.lines[n:], aside: intake.Byline}
				p.lines = p.lines[:n:n]
				c.pieces = append(c.pieces[:i+1], append([]*piece{signed}, c.pieces[i+1:]...)...)
				return
			}
		}
		if words(p.plain()) >= long {
			return // here the text ends
		}
	}
}

// textAbove reports whether the text right above a piece ends a sentence, and is no
// heading.
func (c *copied) textAbove(i int) bool {
	for i--; i >= 0; i-- {
		if p := c.pieces[i]; p.aside == "" {
			return p.kind == intake.Paragraph && words(p.plain()) >= 8 && ends(p.lines[len(p.lines)-1]) || p.kind == intake.Quote
		}
	}
	return false
}

package clip

import (
	"regexp"
	"slices"
	"strings"

	"comity/intake"
	"comity/intake/furniture"
	"comity/intake/prose"
	"comity/intel"
)

// near is how many pieces at the top can hold the title and what stands by it.
const near = 15

// top takes the title, and what stands by it. In a text that shows that it was
// copied from a page, the title is the line above those of names and dates, else the
// first; the lines above it are the page's, and those of names and dates are set
// aside. In any other text only a heading is a title, and all else stays.
func (c *copied) top() {
	if c.isPage() {
		c.splitTop()
	}
	for i, p := range c.pieces {
		if p.aside == "" && p.kind == intake.Heading && (c.doc.Title == "" && i < near || prose.Line(p.plain()) == c.doc.Title) {
			c.title(p)
		}
	}
	c.names()
	if !c.isPage() {
		return
	}
	c.poster()
	if at := c.titleLine(); at >= 0 {
		c.title(c.pieces[at])
		c.above(at)
	}
}

// poster takes the name with which a blog signs a post below it.
func (c *copied) poster() {
	for _, p := range c.pieces {
		if p.aside != intake.Byline || c.doc.Byline != "" {
			continue
		}
		for line := range strings.SplitSeq(p.plain(), "\n") {
			if name, ok := furniture.Posted(line); ok {
				c.doc.Byline = first(c.doc.Byline, prose.Clip(name, maxByline))
			}
		}
	}
}

// title takes a piece as the title, where there is none.
func (c *copied) title(p *piece) {
	line := prose.Line(p.plain())
	if c.doc.Title == "" && len(line) <= intel.MaxTitle {
		c.doc.Title = line
	}
	if line == c.doc.Title {
		p.aside = intake.Byline
	}
}

// splitTop parts lines of names and dates at the top from the lines around them.
func (c *copied) splitTop() {
	var out []*piece
	for i, p := range c.pieces {
		if i < near && p.aside == "" && p.kind == intake.Paragraph {
			if head, text := p.headed(); head != nil {
				for at, line := range head {
					one := &piece{kind: intake.Paragraph, lines: []string{line}, linked: p.linked}
					if at == 0 {
						one.pictures = p.pictures
					}
					out = append(out, one)
				}
				out = append(out, text)
				continue
			}
		}
		if i >= near || p.aside != "" || p.kind != intake.Paragraph || len(p.lines) == 1 || words(p.plain()) > 3*long || !p.hasNames() {
			out = append(out, p)
			continue
		}
		for at, line := range p.lines {
			one := &piece{kind: intake.Paragraph, lines: []string{line}, linked: p.linked}
			if at == 0 {
				one.pictures = p.pictures
			}
			out = append(out, one)
		}
	}
	c.pieces = out
	c.splitTitle()
}

// headed parts the lines of names and dates, and those above them, from a long line
// of text that follows them at once; nil if there are none.
func (p *piece) headed() (head []string, text *piece) {
	named := 0
	for i, line := range p.lines[:min(len(p.lines), 8)] {
		switch {
		case words(line) >= long:
			if named == 0 || named < i {
				return nil, nil
			}
			return p.lines[:i:i], &piece{kind: intake.Paragraph, lines: p.lines[i:], linked: p.linked}
		case ends(line) || isEntry(line):
			return nil, nil
		case namesOf(line) != "" || dateOf(line) != "" || furniture.Office(line):
			named = i + 1
		}
	}
	return nil, nil
}

// splitTitle parts the last line above the names and the date from those before it,
// which name the site and the section.
func (c *copied) splitTitle() {
	for i, p := range c.pieces[:min(len(c.pieces), near)] {
		if len(p.lines) != 1 || namesOf(p.lines[0]) == "" && dateOf(p.lines[0]) == "" {
			continue
		}
		if i == 0 {
			return
		}
		above := c.pieces[i-1]
		if n := len(above.lines) - 1; above.kind == intake.Paragraph && above.aside == "" && n > 0 && ends(above.lines[n]) && isHeadline(above.lines[n-1]) && words(above.plain()) <= 2*long {
			var parts []*piece // the title, with a sentence below it
			if n > 1 {
				parts = append(parts, &piece{kind: intake.Paragraph, lines: above.lines[: n-1 : n-1], linked: above.linked})
			}
			parts = append(parts, &piece{kind: intake.Paragraph, lines: above.lines[n-1 : n : n], linked: above.linked}, &piece{kind: intake.Paragraph, lines: above.lines[n:], linked: above.linked})
			parts[0].pictures = above.pictures
			c.pieces = slices.Replace(c.pieces, i-1, i, parts...)
			return
		}
		if last := len(above.lines) - 1; above.kind == intake.Paragraph && above.aside == "" && last > 0 && words(above.plain()) <= long {
			title := &piece{kind: intake.Paragraph, lines: above.lines[last:], linked: above.linked}
			above.lines = above.lines[:last:last]
			c.pieces = slices.Insert(c.pieces, i, title)
		}
		return
	}
}

// hasNames reports whether a piece has a line of names or a date, and no other line
// that is more than a title.
func (p *piece) hasNames() bool {
	has := false
	for _, line := range p.lines {
		if words(line) > long || ends(line) {
			return false
		}
		has = has || namesOf(line) != "" || dateOf(line) != ""
	}
	return has
}

// isPage reports whether the text has what only pages have.
func (c *copied) isPage() bool {
	n := 0
	for _, p := range c.pieces {
		if p.aside != "" {
			n++
		}
	}
	return n >= 2 || n == 1 && c.isSigned()
}

// isSigned reports whether a name and a date stand at the top, each in a line that is
// nothing else.
func (c *copied) isSigned() bool {
	named, dated := false, false
	for _, p := range c.pieces[:min(len(c.pieces), near)] {
		for _, line := range p.lines[:min(len(p.lines), 8)] {
			if words(line) > 12 || p.kind != intake.Paragraph {
				continue
			}
			named, dated = named || namesOf(line) != "", dated || dateOf(line) != ""
		}
	}
	return named && dated
}

// names takes the names and the date at the top; on a page they are set aside.
func (c *copied) names() {
	page, seen, seenName := c.isPage(), 0, false
	for i, p := range c.pieces {
		if p.aside != "" || p.kind != intake.Paragraph {
			continue
		}
		if seen++; seen > 10 || words(p.plain()) > 2*long {
			return
		}
		all := true
		for n, line := range strings.Split(p.plain(), "\n") {
			name, date := namesOf(line), dateOf(line)
			if page && name == "" && n == 0 && c.doc.Byline == "" && c.standsAsName(i) {
				name = line
			}
			c.doc.Byline = first(c.doc.Byline, prose.Clip(name, maxByline))
			c.doc.Date = first(c.doc.Date, date)
			all = all && (name != "" || date != "" || furniture.Office(line) && (n > 0 || seenName))
		}
		seenName = all
		if all && page {
			p.aside = intake.Byline
		}
	}
}

// standsAsName reports whether the first line of a piece is a name by where it
// stands: a headline is above, and below it an office, a date or the text.
func (c *copied) standsAsName(i int) bool {
	p := c.pieces[i]
	if !furniture.Person(p.lines[0]) || len(p.lines) > 4 {
		return false
	}
	above := i - 1
	for above >= 0 && c.pieces[above].aside != "" && c.pieces[above].aside != intake.Byline {
		above--
	}
	if above < 0 || !c.pieces[above].isTitle() && c.pieces[above].kind != intake.Heading || words(c.pieces[above].plain()) < 4 {
		return false
	}
	if len(p.lines) > 1 {
		return furniture.Office(p.lines[1]) || dateOf(p.lines[1]) != ""
	}
	n := c.next(i)
	return n > 0 && (words(c.pieces[n].plain()) >= long || furniture.Office(c.pieces[n].lines[0]) || dateOf(c.pieces[n].lines[0]) != "")
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// byline matches a line that names who wrote a text.
var byline = regexp.MustCompile(`^(?:By|BY|by|Por|POR|Written by|Escrito por|Texto:?)\s+(\p{Lu}[\p{L}\p{M}.'’ ,&-]{2,120})$`)

// namesOf gives the names of a line that is nothing else.
func namesOf(line string) string {
	if m := byline.FindStringSubmatch(strings.TrimSpace(line)); m != nil && words(line) <= 12 && !strings.HasSuffix(m[1], ".") {
		return m[1]
	}
	if name, ok := furniture.Signed(line); ok {
		return name
	}
	if m := behindDate.FindStringSubmatch(line); m != nil && dateOf(line) != "" {
		return m[1]
	}
	return ""
}

// behindDate matches names at the end of a line with a date.
var behindDate = regexp.MustCompile(`[0-9],? (?:by|By|por|Por) (\p{Lu}[\p{L}\p{M}.'’ -]{2,120})$`)

// dateOf gives the date of a line that is hardly anything else.
func dateOf(line string) string {
	date, ok := furniture.Date(line)
	if !ok || words(line) > 12 || strings.HasSuffix(line, ".") && words(line) > 5 {
		return ""
	}
	return date
}

// titleLine finds the piece that is the title: of one line, which does not end as a
// sentence; -1 if the title is known, or none is.
func (c *copied) titleLine() int {
	if c.doc.Title != "" {
		return -1
	}
	last := -1
	for i, p := range c.pieces[:min(len(c.pieces), near)] {
		switch {
		case p.aside == intake.Byline && last >= 0:
			return last
		case p.aside != "":
		case p.isTitle():
			last = i
		case words(p.plain()) >= long:
			return c.firstTitle(i)
		}
	}
	return -1
}

// firstTitle gives the first piece before the text that can be a title.
func (c *copied) firstTitle(before int) int {
	for i, p := range c.pieces[:before] {
		if p.aside == "" {
			if p.isTitle() {
				return i
			}
			return -1
		}
	}
	return -1
}

func (p *piece) isTitle() bool {
	line := p.plain()
	return p.kind == intake.Paragraph && len(p.lines) == 1 && words(line) >= 3 && words(line) <= long && len(line) <= intel.MaxTitle && !strings.HasSuffix(line, ".")
}

// above sets aside the short lines above a title: what the page leads with.
func (c *copied) above(at int) {
	for _, p := range c.pieces[:at] {
		if p.aside != "" || p.kind != intake.Paragraph && p.kind != intake.List {
			continue
		}
		short := true
		for line := range strings.SplitSeq(p.plain(), "\n") {
			short = short && words(line) <= 4 && !ends(line)
		}
		if short {
			p.aside = intake.Navigation
		}
	}
}

package main

import (
	"fmt"
	"io"
	"strings"
	"unicode"
)

// printer writes plain text for people. Whatever it is given may come from a
// partner: control characters, escape sequences, letters that are blank and
// marks that turn the direction of text are shown as a question mark, so that
// no text can move the cursor, hide a line or pass itself off as another.
type printer struct {
	w      io.Writer
	width  int  // columns to stay within
	colour bool // never needed to understand anything
}

const plainWidth = 90

// style is an escape sequence around a text; it carries no meaning of its own.
type style string

const (
	plain  style = ""
	bold   style = "1"
	red    style = "1;31"
	yellow style = "33"
	green  style = "32"
)

// line writes one line; long ones are wrapped, and continued at the indent.
func (p *printer) line(indent int, format string, args ...any) {
	p.styled(plain, indent, format, args...)
}

// gap writes an empty line.
func (p *printer) gap() { _, _ = io.WriteString(p.w, "\n") }

// head writes a heading.
func (p *printer) head(s style, format string, args ...any) {
	p.styled(s, 0, format, args...)
}

func (p *printer) styled(s style, indent int, format string, args ...any) {
	text := clean(fmt.Sprintf(format, args...))
	for _, l := range wrap(text, p.width-indent) {
		if p.colour && s != plain {
			l = "\x1b[" + string(s) + "m" + l + "\x1b[0m"
		}
		_, _ = io.WriteString(p.w, strings.TrimRight(strings.Repeat(" ", indent)+l, " ")+"\n")
	}
}

// labelled writes a label in a column of its own and the text beside it.
func (p *printer) labelled(indent, column int, label, text string) {
	for i, l := range wrap(clean(text), p.width-indent-column) {
		if i > 0 {
			label = ""
		}
		_, _ = fmt.Fprintf(p.w, "%s%s%s\n", strings.Repeat(" ", indent), pad(clean(label), column), l)
	}
}

// block writes a text of several lines as it stands, each wrapped.
func (p *printer) block(indent int, text string) {
	for l := range strings.Lines(text) {
		p.line(indent, "%s", strings.TrimRight(l, "\r\n"))
	}
}

// table writes rows of cells in columns as wide as their widest cell; the
// last column is wrapped. The first row is the heading.
func (p *printer) table(indent int, rows ...[]string) {
	widths := []int{}
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			if i < len(row)-1 {
				widths[i] = max(widths[i], columns(clean(cell))+2)
			}
		}
	}
	for _, row := range rows {
		p.row(indent, widths, row)
	}
}

func (p *printer) row(indent int, widths []int, row []string) {
	used := indent
	b := strings.Builder{}
	b.WriteString(strings.Repeat(" ", indent))
	for i, cell := range row[:len(row)-1] {
		b.WriteString(pad(clean(cell), widths[i]))
		used += widths[i]
	}
	lines := wrap(clean(row[len(row)-1]), max(p.width-used, 20))
	b.WriteString(strings.Join(lines, "\n"+strings.Repeat(" ", used)))
	for l := range strings.Lines(b.String()) {
		_, _ = io.WriteString(p.w, strings.TrimRight(l, " \n")+"\n")
	}
}

// pad fills a text up to a width.
func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(width-columns(s), 0))
}

// columns is how wide a text stands on a screen, near enough: marks that
// combine take no place.
func columns(s string) int {
	n := 0
	for _, r := range s {
		if !unicode.Is(unicode.Mn, r) {
			n++
		}
	}
	return n
}

// wrap breaks a text between words. A word longer than the width stands whole
// on a line of its own, because it may be an id to be copied. Spaces that
// lead the text stay.
func wrap(text string, width int) []string {
	lead := text[:len(text)-len(strings.TrimLeft(text, " "))]
	words := strings.Fields(text)
	if len(words) == 0 {
		return []string{""}
	}
	lines := []string{lead + words[0]}
	for _, w := range words[1:] {
		last := &lines[len(lines)-1]
		if columns(*last)+1+columns(w) <= width {
			*last += " " + w
			continue
		}
		lines = append(lines, lead+w)
	}
	return lines
}

// raw writes a line as it is, cleaned but never wrapped: errors are searched
// for and copied.
func (p *printer) raw(indent int, text string) {
	_, _ = io.WriteString(p.w, strings.TrimRight(strings.Repeat(" ", indent)+clean(text), " ")+"\n")
}

// splitLines parts a text of several lines.
func splitLines(s string) []string {
	return strings.Split(strings.TrimRight(s, "\n"), "\n")
}

package clip

import (
	"regexp"
	"strings"

	"comity/intake"
	"comity/intake/prose"
	"comity/intel"
)

// piece is a block of the text, or lines of one that are not of one sort.
type piece struct {
	kind     intake.Kind
	lines    []string
	aside    intake.Aside
	pictures []intake.Picture
	linked   bool // links were reduced to their words
}

// pieces parts a text as intel.FromText does: a property test holds the two
// together.
func pieces(text string) []*piece {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " \t")
	}
	var out []*piece
	for n := 0; n < len(lines); {
		if blank(lines[n]) || isRule(lines[n]) {
			n++
			continue
		}
		if isHeading(lines[n]) {
			out = append(out, reduced(&piece{kind: intake.Heading, lines: lines[n : n+1]}))
			n++
			continue
		}
		end := blockEnd(lines, n)
		out = append(out, led(reduced(&piece{kind: kindOf(lines[n:end]), lines: lines[n:end:end]})))
		n = end
	}
	return out
}

// blockEnd finds the line behind the block that starts at n.
func blockEnd(lines []string, n int) int {
	list, start, open := isEntry(lines[n]), n, ""
	for ; n < len(lines); n++ {
		line := lines[n]
		if f := fenceOf(line); open != "" || f != "" {
			open = nextFence(open, f, line)
			continue
		}
		if n == start {
			continue
		}
		list = list || isEntry(line)
		switch {
		case isUnderline(line) && n == start+1 && !list:
			return n + 1
		case isHeading(line):
			return n
		case blank(line):
			next := nextText(lines, n)
			if !list || next == len(lines) || !isEntry(lines[next]) && !isIndented(lines[next]) {
				return n
			}
			n = next - 1
		}
	}
	for n > start+1 && blank(lines[n-1]) {
		n--
	}
	return n
}

func nextFence(open, f, line string) string {
	switch {
	case open == "":
		return f
	case f != "" && strings.HasPrefix(f, open) && strings.Trim(strings.TrimSpace(line), open[:1]) == "":
		return ""
	}
	return open
}

func nextText(lines []string, n int) int {
	for n < len(lines) && blank(lines[n]) {
		n++
	}
	return n
}

func blank(line string) bool { return strings.TrimSpace(line) == "" }

func isHeading(line string) bool {
	n := len(line) - len(strings.TrimLeft(line, "#"))
	return n >= 1 && n <= 6 && len(line) > n && (line[n] == ' ' || line[n] == '\t') && strings.Trim(line, "# \t\u00a0\u3000") != ""
}

func isUnderline(line string) bool {
	return len(line) >= 2 && (strings.Trim(line, "=") == "" || strings.Trim(line, "-") == "")
}

func isRule(line string) bool {
	s := strings.ReplaceAll(line, " ", "")
	return len(s) >= 3 && (strings.Trim(s, "-") == "" || strings.Trim(s, "*") == "" || strings.Trim(s, "_") == "")
}

func fenceOf(line string) string {
	s := strings.TrimLeft(line, " ")
	for _, mark := range []string{"`", "~"} {
		if n := len(s) - len(strings.TrimLeft(s, mark)); n >= 3 {
			return s[:n]
		}
	}
	return ""
}

func isEntry(line string) bool { return entryMark(line) != "" }

// entry matches the mark of an entry of a list.
var entry = regexp.MustCompile(`^ *(?:[-*+]|[0-9]{1,9}[.)]) `)

func entryMark(line string) string { return entry.FindString(line) }

func isIndented(line string) bool {
	return strings.HasPrefix(line, "  ") || strings.HasPrefix(line, "\t")
}

func kindOf(lines []string) intake.Kind {
	switch {
	case len(lines) == 2 && isUnderline(lines[1]):
		return intake.Heading
	case fenceOf(lines[0]) != "":
		return intake.Code
	case strings.HasPrefix(strings.TrimLeft(lines[0], " "), ">"):
		return intake.Quote
	case isTable(lines):
		return intake.Table
	}
	if isEntry(lines[0]) {
		return intake.List
	}
	return intake.Paragraph
}

// leads tells a paragraph that leads up to a list or a fence in the same block.
func (p *piece) leads() bool { return p.lead() < len(p.lines) }

// lead gives how many lines stand before the first entry or fence.
func (p *piece) lead() int {
	for i, line := range p.lines {
		if isEntry(line) || fenceOf(line) != "" {
			return i
		}
	}
	return len(p.lines)
}

// lists reports whether a piece holds an entry of a list outside its fences.
func (p *piece) lists() bool {
	open := ""
	for _, line := range p.lines {
		if f := fenceOf(line); open != "" || f != "" {
			open = nextFence(open, f, line)
		} else if isEntry(line) {
			return true
		}
	}
	return false
}

// led drops lines before a list or a fence that say nothing: what is below them
// stands alone then.
func led(p *piece) *piece {
	at := p.lead()
	if p.kind == intake.Paragraph && at < len(p.lines) && prose.Paragraph(strings.Join(p.lines[:at], "\n")) == "" {
		p.lines = p.lines[at:]
		for len(p.lines) > 1 && (blank(p.lines[0]) || isRule(p.lines[0])) {
			p.lines = p.lines[1:]
		}
		if p.kind = kindOf(p.lines); isRule(p.lines[0]) {
			p.lines[0] = ""
		}
	}
	return p
}

// tableLine matches the line below the heads of a table in Markdown.
var tableLine = regexp.MustCompile(`^ *\|?(?: *:?-{2,}:? *\|)+(?: *:?-{2,}:? *)?$`)

func isTable(lines []string) bool {
	return len(lines) > 1 && strings.Contains(lines[0], "|") && tableLine.MatchString(lines[1])
}

var (
	link  = regexp.MustCompile(`(!?)\[([^\[\]]*)\]\(<?((?:https?://|mailto:|www\.|[./#]|[\w-]+[./])[^\s()<>]*(?:\([^\s()<>]*\)[^\s()<>]*)*)>?(?:\s+"[^"]*")?\)`)
	plain = regexp.MustCompile("[`~]{3,}")
)

// reduced takes the addresses of links out of a piece, and the pictures.
func reduced(p *piece) *piece {
	text := strings.Join(p.lines, "\n")
	if p.kind == intake.Code || !strings.Contains(text, "](") || plain.MatchString(text) {
		return p
	}
	p.linked = link.MatchString(text)
	text = link.ReplaceAllStringFunc(text, func(s string) string {
		m := link.FindStringSubmatch(s)
		if m[1] == "" {
			return m[2]
		}
		p.pictures = append(p.pictures, intake.Picture{Name: prose.Clip(m[3], 2000), Caption: prose.Clip(m[2], intel.MaxCaption)})
		return ""
	})
	p.lines = strings.Split(text, "\n")
	return p
}

// text gives a piece as the text of a block, without spaces around it.
func (p *piece) text() string { return strings.TrimSpace(p.written()) }

func (p *piece) written() string {
	text := strings.Join(p.lines, "\n")
	switch p.kind {
	case intake.Paragraph:
		at := p.lead()
		if at == len(p.lines) {
			return prose.Paragraph(text)
		}
		below := piece{lines: p.lines[at:]}
		return prose.Paragraph(strings.Join(p.lines[:at], "\n")) + "\n" + strings.TrimRight(below.closed(), " \n")
	case intake.Heading:
		if len(p.lines) == 2 {
			return prose.Heading(p.lines[0])
		}
		return strings.TrimSpace(strings.Join(strings.Fields(text), " "))
	case intake.Table:
		return p.table()
	case intake.Code:
		return p.code()
	case intake.Quote:
		return p.quote()
	}
	return p.code()
}

// table gives the rows of a table in Markdown.
func (p *piece) table() string {
	var rows [][]string
	for i, line := range p.lines {
		if i != 1 {
			rows = append(rows, strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|"))
		}
	}
	return prose.Table(rows)
}

// code gives a fenced block, or a list that holds one.
func (p *piece) code() string { return strings.TrimSpace(p.closed()) }

// closed closes a fence that the text leaves open.
func (p *piece) closed() string {
	open := fenceOf(p.lines[0])
	state := ""
	for _, line := range p.lines {
		if f := fenceOf(line); state != "" || f != "" {
			state = nextFence(state, f, line)
		}
	}
	text := strings.TrimRight(strings.Join(p.lines, "\n"), " \n")
	if state != "" {
		text += "\n" + strings.TrimSpace(max(state, open))
	}
	return text
}

// quote gives every line the mark of a quotation: in Markdown a line that goes on
// with a quotation need not have it.
func (p *piece) quote() string {
	var out []string
	for _, line := range p.lines {
		if line = strings.TrimSpace(line); !strings.HasPrefix(line, ">") {
			line = strings.TrimRight("> "+line, " ")
		}
		out = append(out, line)
	}
	return strings.TrimSpace(strings.Join(out, "\n"))
}

// plain gives the words of a piece without marks.
func (p *piece) plain() string {
	var out []string
	for i, line := range p.lines {
		if p.kind == intake.Heading {
			if i == 1 {
				break
			}
			line = strings.Trim(line, "# \t")
		}
		out = append(out, strings.TrimSpace(strings.TrimPrefix(line, entryMark(line))))
	}
	return strings.Join(out, "\n")
}

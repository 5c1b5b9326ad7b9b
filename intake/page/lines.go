package page

import (
	"strings"
	"unicode"

	"comity/intake"
	"comity/intake/prose"
)

// pre reads text whose lines stand as they are. Old papers are set so as a whole:
// where it is most of the page, or reads as prose, it becomes paragraphs, with what
// stands in columns left as it is; any other stays whole.
func (f *flow) pre(n *node) {
	f.flush()
	var raw strings.Builder
	n.sayLines(&raw)
	text := strings.Trim(prose.Clean(raw.String()), "\n")
	around := f.at
	f.at = n
	defer func() { f.at = around }()
	paper := 2*n.size.text > f.r.root.size.text && isLanguage(text, 15)
	if !paper && !(isLanguage(text, 50) && !inColumns(text)) {
		f.add(&block{kind: intake.Code}, fence(text), text)
		return
	}
	for _, part := range paragraphs(text) {
		if inColumns(part) {
			f.add(&block{kind: intake.Code}, fence(part), part)
			continue
		}
		f.add(&block{kind: intake.Paragraph}, prose.Paragraph(part), part)
	}
}

// paragraphs parts text at empty lines, and where the margin begins a paragraph
// without one: its first line stands in, the lines around it do not.
func paragraphs(text string) []string {
	var out []string
	for part := range strings.SplitSeq(blankLines(text), "\n\n") {
		if inColumns(part) {
			out = append(out, part)
			continue
		}
		var lines []string
		for line := range strings.SplitSeq(part, "\n") {
			if n := len(lines); n > 0 && margin(line) > 0 && margin(line) <= 8 && margin(lines[n-1]) == 0 {
				out, lines = append(out, strings.Join(lines, "\n")), nil
			}
			lines = append(lines, line)
		}
		out = append(out, strings.Join(lines, "\n"))
	}
	return out
}

// margin is how many spaces a line begins with; less than two are none.
func margin(line string) int {
	line = strings.ReplaceAll(line, "\t", "    ")
	n := len(line) - len(strings.TrimLeft(line, " "))
	if n < 2 {
		return 0
	}
	return n
}

// sayLines gives text with its spaces and lines.
func (n *node) sayLines(b *strings.Builder) {
	switch {
	case n.tag == "":
		if !n.hidden {
			b.WriteString(n.text)
		}
	case n.tag == "br":
		b.WriteByte('\n')
	case n.hidden || silent[n.tag]:
	default:
		for _, k := range n.kids {
			k.sayLines(b)
		}
		if blocky[n.tag] && n.tag != "pre" {
			b.WriteByte('\n')
		}
	}
}

// blankLines makes lines of nothing but spaces empty, and several one.
func blankLines(s string) string {
	var out []string
	for line := range strings.SplitSeq(s, "\n") {
		line = strings.TrimRight(line, " \t\u00a0")
		if line == "" && (len(out) == 0 || out[len(out)-1] == "") {
			continue
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

// isLanguage tells text from code: it has some length, and is nearly all letters, so
// many of them for each mark as code has.
func isLanguage(s string, letters int) bool {
	if len(strings.Fields(s)) < 40 {
		return false
	}
	said, marks := 0, 0
	for line := range strings.SplitSeq(s, "\n") {
		if strings.Trim(line, " _-=*") == "" {
			continue // it draws a rule
		}
		for _, r := range line {
			switch {
			case unicode.IsLetter(r):
				said++
			case strings.ContainsRune("{}<>=;|\\_+*#", r):
				marks++
			}
		}
	}
	return marks*letters < said
}

// inColumns tells lines that wide gaps part into cells.
func inColumns(s string) bool {
	gaps, lines := 0, 0
	for line := range strings.SplitSeq(s, "\n") {
		line = strings.TrimSpace(line)
		if line != "" {
			lines++
		}
		if strings.Contains(line, "   ") {
			gaps++
		}
	}
	return gaps*4 >= lines && gaps > 0
}

// fence writes lines as a fenced block; its fence is longer than any in it.
func fence(code string) string {
	var out []string
	longest := 2
	for line := range strings.SplitSeq(code, "\n") {
		line = strings.TrimRight(line, " \t\u00a0")
		out = append(out, line)
		if n := len(line) - len(strings.TrimLeft(strings.TrimLeft(line, " "), "`")); strings.HasPrefix(strings.TrimLeft(line, " "), "`") {
			longest = max(longest, n)
		}
	}
	mark := strings.Repeat("`", longest+1)
	return mark + "\n" + strings.Join(out, "\n") + "\n" + mark
}

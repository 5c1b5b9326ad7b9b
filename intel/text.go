package intel

import (
	"strings"
)

// FromText reads a text or Markdown file in UTF-8 as the title and the texts
// of an item's portions. Paragraphs become portions; lists, block quotes and
// fenced blocks stay whole, and a heading stays with what it heads. The first
// heading is the title, or there is none. Numbers and marks in the text, like
// [2] or (U), are left where they are. A byte order mark and line ends of any
// system are read. What is no text, or over a limit, is refused with its line.
func FromText(b []byte) (title string, texts []string, err error) {
	if len(b) > MaxItem {
		return "", nil, large("the text has %d bytes; at most %d are taken", len(b), MaxItem).Fix("split it into several files")
	}
	lines := textLines(b)
	for n, line := range lines {
		if r, ok := strange(line); ok {
			return "", nil, strangeAt(n+1, r)
		}
	}
	var blocks []block
	for _, bl := range splitBlocks(lines) {
		if bl.heading != "" && title == "" {
			if e := checkLine("title", bl.heading, MaxTitle); e != nil {
				return "", nil, e.At("line %d", bl.line).Fix("shorten the first heading; it becomes the title")
			}
			title = bl.heading
			continue
		}
		blocks = append(blocks, bl)
	}
	for i, bl := range joinHeadings(blocks) {
		if i == MaxPortions {
			return "", nil, large("the text has more than %d portions", MaxPortions).At("line %d", bl.line).Fix("split it into several files")
		}
		if len(bl.text) > MaxText {
			return "", nil, large("the paragraph has %d bytes; at most %d are taken", len(bl.text), MaxText).
				At("line %d", bl.line).Fix("part it with an empty line")
		}
		texts = append(texts, bl.text)
	}
	if len(texts) == 0 {
		return "", nil, bad("there is no text").Fix("an item has at least one paragraph")
	}
	return title, texts, nil
}

// textLines reads the line ends of any system; a page break is the start of a
// line.
func textLines(b []byte) []string {
	s := strings.TrimPrefix(string(b), "\uFEFF")
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.ReplaceAll(s, "\r", "\n")
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(strings.TrimLeft(lines[i], "\f"), " \t\f")
	}
	return lines
}

func strangeAt(line int, r rune) error {
	what := "a control character"
	switch {
	case r == 0:
		what = "a NUL byte"
	case r == '\uFFFD':
		what = "bytes that are not UTF-8"
	}
	return bad("the line holds %s (%U)", what, r).At("line %d", line).Fix("save the file as UTF-8 text")
}

// block is a run of lines that stays whole.
type block struct {
	line    int    // of its first line, from 1
	text    string // as it stands
	heading string // the words, if it is a heading
}

// splitBlocks parts lines into blocks.
func splitBlocks(lines []string) []block {
	var out []block
	for n := 0; n < len(lines); {
		if blank(lines[n]) || isRule(lines[n]) {
			n++
			continue
		}
		if h, ok := atxHeading(lines[n]); ok {
			out = append(out, block{n + 1, lines[n], h})
			n++
			continue
		}
		end := blockEnd(lines, n)
		bl := block{line: n + 1, text: strings.Join(lines[n:end], "\n")}
		if end-n == 2 && isUnderline(lines[n+1]) {
			bl.heading = strings.TrimSpace(lines[n])
		}
		out = append(out, bl)
		n = end
	}
	return out
}

// blockEnd finds the line behind the block that starts at n: a fence runs to
// its end, a list over the empty lines between its entries, the rest to the
// next empty line or heading.
func blockEnd(lines []string, n int) int {
	list, start := isEntry(lines[n]), n
	fence := ""
	for ; n < len(lines); n++ {
		line := lines[n]
		switch f := fenceOf(line); {
		case fence != "":
			if f != "" && strings.HasPrefix(f, fence) && strings.TrimLeft(strings.TrimSpace(line), fence[:1]) == "" {
				fence = ""
			}
			continue
		case f != "":
			fence = f
			continue
		}
		if n == start {
			continue
		}
		list = list || isEntry(line) // below a line that leads up to it
		if isUnderline(line) && n == start+1 && !list {
			return n + 1
		}
		if _, ok := atxHeading(line); ok {
			return n
		}
		if blank(line) {
			next := n
			for next < len(lines) && blank(lines[next]) {
				next++
			}
			if !list || next == len(lines) || !isEntry(lines[next]) && !isIndented(lines[next]) {
				return n
			}
			n = next - 1
		}
	}
	return trimBlank(lines, start, n)
}

// trimBlank gives the end without the empty lines before it: a fence that is
// never closed runs to the end of the file.
func trimBlank(lines []string, start, end int) int {
	for end > start+1 && blank(lines[end-1]) {
		end--
	}
	return end
}

func atxHeading(line string) (string, bool) {
	rest := strings.TrimLeft(line, "#")
	depth := len(line) - len(rest)
	if depth < 1 || depth > 6 || !strings.HasPrefix(rest, " ") && !strings.HasPrefix(rest, "\t") {
		return "", false
	}
	words := strings.TrimSpace(rest)
	if open := strings.TrimRight(words, "#"); strings.HasSuffix(open, " ") || open == "" {
		words = strings.TrimSpace(open) // closing marks stand apart from the words: C# is a word
	}
	return words, words != ""
}

// isUnderline tells the second line of a heading written over two lines.
func isUnderline(line string) bool {
	return len(line) >= 2 && (strings.Trim(line, "=") == "" || strings.Trim(line, "-") == "")
}

// isRule tells a line that only parts what stands above from what is below.
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

// isEntry tells the first line of an entry of a list: - * + or 1. 1)
func isEntry(line string) bool {
	s := strings.TrimLeft(line, " ")
	if len(s) > 1 && strings.ContainsRune("-*+", rune(s[0])) && s[1] == ' ' {
		return true
	}
	digits := len(s) - len(strings.TrimLeft(s, "0123456789"))
	return digits > 0 && digits <= 9 && len(s) > digits+1 && (s[digits] == '.' || s[digits] == ')') && s[digits+1] == ' '
}

func isIndented(line string) bool {
	return strings.HasPrefix(line, "  ") || strings.HasPrefix(line, "\t")
}

// joinHeadings puts each heading with the block below it.
func joinHeadings(blocks []block) []block {
	var out []block
	for _, bl := range blocks {
		if n := len(out) - 1; n >= 0 && out[n].heading != "" {
			out[n].text += "\n\n" + bl.text
			out[n].heading = bl.heading
			continue
		}
		out = append(out, bl)
	}
	return out
}

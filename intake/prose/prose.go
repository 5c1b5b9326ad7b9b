// Package prose puts words that come from anybody into the text of blocks: without
// what hides or reorders letters, and so that intel.FromText reads the same blocks
// again. A paragraph that happens to begin like a list, a heading or a fence stays
// a paragraph.
//
// Band 5, pure values: it may import intake, intel and fault.
package prose

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"comity/intel"
)

// noBreak stands where a plain space would make a marker of Markdown of what is
// none: to the eye it is the same space.
const noBreak = "\u00a0"

// Line gives a text as one line of plain words, with one space between them.
func Line(s string) string { return strings.Join(strings.Fields(Clean(s)), " ") }

// Clip gives a line of at most most bytes; what was cut off shows as an ellipsis.
func Clip(s string, most int) string {
	if s = Line(s); len(s) <= most {
		return s
	}
	const mark = "…"
	end := max(0, most-len(mark))
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return strings.TrimSpace(s[:end]) + mark
}

// Clean takes out what no block's text may hold: control characters, marks that
// reorder or hide letters, and bytes that are no text. Line ends of any system
// become \n, and other white space becomes a space.
func Clean(s string) string {
	if plainASCII(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	last := ' '
	for i, r := range s {
		switch {
		case r == '\r':
			if !strings.HasPrefix(s[i:], "\r\n") {
				b.WriteByte('\n')
			}
		case r == '\u2028' || r == '\u2029' || r == '\u0085' || r == '\v' || r == '\f':
			b.WriteByte('\n')
		case r == '\n' || r == '\t':
			b.WriteRune(r)
		case r == '\u00ad', r == utf8.RuneError && badByte(s[i:]):
		case r == '\u200c' || r == '\u200d':
			if last >= '\u0590' { // scripts and emoji that join letters need it; in Latin it only hides
				b.WriteRune(r)
			}
		case r < 0x7f && r >= ' ':
			b.WriteByte(byte(r))
		case unicode.Is(unicode.Zs, r) && r != '\u00a0':
			b.WriteByte(' ')
		case intel.Plain(string(r), false):
			b.WriteRune(r)
		}
		last = r
	}
	return b.String()
}

func badByte(s string) bool {
	_, size := utf8.DecodeRuneInString(s)
	return size == 1
}

func plainASCII(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= 0x7f || c < ' ' && c != '\n' && c != '\t' {
			return false
		}
	}
	return true
}

// Paragraph gives a text as a paragraph: its lines stay, empty ones and those that
// only draw a rule go.
func Paragraph(s string) string {
	return strings.Join(lines(s), "\n")
}

// Heading gives words as a heading, or nothing if there are none.
func Heading(s string) string {
	words := Line(s)
	if strings.Trim(words, "# ") == "" {
		return ""
	}
	return "## " + words
}

// Quote gives a text as a quotation; an empty line parts its paragraphs.
func Quote(s string) string {
	var out []string
	for line := range strings.SplitSeq(Clean(s), "\n") {
		line = strings.TrimRight("> "+strings.Join(strings.Fields(line), " "), " ")
		if line == ">" && (len(out) == 0 || out[len(out)-1] == ">") {
			continue
		}
		out = append(out, line)
	}
	for len(out) > 0 && out[len(out)-1] == ">" {
		out = out[:len(out)-1]
	}
	return strings.Join(out, "\n")
}

// Row gives the line of a table's row, or nothing if all its cells are empty.
func Row(cells []string) string {
	words, some := make([]string, len(cells)), false
	for i, c := range cells {
		words[i] = Line(c)
		some = some || words[i] != ""
	}
	if !some {
		return ""
	}
	return strings.TrimSpace(strings.Join(words, " | "))
}

// Table gives the text of a table, or nothing if all is empty.
func Table(rows [][]string) string {
	var out []string
	for _, cells := range rows {
		out = append(out, lines(Row(cells))...)
	}
	return strings.Join(out, "\n")
}

// Entry is one entry of a list.
type Entry struct {
	Depth  int    // how many lists it lies inside; 0 for the outermost, and at most one more than the entry before
	Number int    // from 1; 0: a bullet
	Text   string // its lines stay, those below the first are indented
}

// maxIndent is the depth below which entries of a list are no longer indented.
const maxIndent = 9

// List gives the text of a list, or nothing if all entries are empty.
func List(entries []Entry) string {
	var out []string
	deepest := 0
	for _, e := range entries {
		depth := max(0, min(e.Depth, deepest, maxIndent))
		for i, line := range lines(e.Text) {
			mark := "  "
			if i == 0 {
				mark = Marker(e.Number)
			}
			out = append(out, strings.Repeat("  ", depth)+mark+line)
			deepest = depth + 1
		}
	}
	return strings.Join(out, "\n")
}

// Marker gives what stands before an entry of a list: a dash, or its number.
func Marker(number int) string {
	if number < 1 || number > 999_999_999 {
		return "- "
	}
	return strconv.Itoa(number) + ". "
}

// lines gives the lines of a text that say something, each guarded.
func lines(s string) []string {
	var out []string
	for line := range strings.SplitSeq(Clean(s), "\n") {
		line = strings.TrimSpace(strings.ReplaceAll(line, "\t", " "))
		if line != "" && !onlyDraws(line) {
			out = append(out, guard(line))
		}
	}
	return out
}

// onlyDraws tells a line that shows a rule and says nothing.
func onlyDraws(line string) bool {
	s := strings.ReplaceAll(line, " ", "")
	return len(s) >= 2 && (strings.Trim(s, "-") == "" || strings.Trim(s, "=") == "" || strings.Trim(s, "*") == "" || strings.Trim(s, "_") == "")
}

// guard keeps a line from being read as the start of something else. These are the
// starts that intel.FromText knows.
func guard(line string) string {
	if strings.HasPrefix(line, "```") || strings.HasPrefix(line, "~~~") {
		return `\` + line
	}
	mark := len(line) - len(strings.TrimLeft(line, "#"))
	if mark == 0 || mark > 6 {
		mark = entryMark(line)
	}
	if mark > 0 && mark < len(line) && line[mark] == ' ' {
		return line[:mark] + noBreak + strings.TrimLeft(line[mark:], " ")
	}
	return line
}

// entryMark gives the length of what begins an entry of a list, 0 if none does.
func entryMark(line string) int {
	if strings.ContainsRune("-*+", rune(line[0])) {
		return 1
	}
	digits := len(line) - len(strings.TrimLeft(line, "0123456789"))
	if digits > 0 && digits < len(line) && (line[digits] == '.' || line[digits] == ')') {
		return digits + 1
	}
	return 0
}

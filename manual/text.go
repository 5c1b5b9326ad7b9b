package manual

import (
	"regexp"
	"slices"
	"strings"
)

// block is a paragraph of a help text, or lines that stand as they are.
type block struct {
	text  string   // a paragraph, on one line
	lines []string // set literally, without the indent
}

// indent is what sets a literal line of a help text apart.
const indent = "    "

// blocks parts a help text: paragraphs at the margin, which are filled anew, and
// indented lines, which are not.
func blocks(s string) []block {
	var all []block
	fresh := true
	for _, l := range strings.Split(strings.ReplaceAll(s, "\t", indent), "\n") {
		l = strings.TrimRight(l, " ")
		if l == "" {
			fresh = true
			continue
		}
		literal := strings.HasPrefix(l, indent)
		n := len(all) - 1
		switch {
		case literal && (n < 0 || all[n].lines == nil || fresh):
			all = append(all, block{lines: []string{l[len(indent):]}})
		case literal:
			all[n].lines = append(all[n].lines, l[len(indent):])
		case n < 0 || all[n].lines != nil || fresh:
			all = append(all, block{text: l})
		default:
			all[n].text += " " + l
		}
		fresh = false
	}
	return all
}

// examples parts blocks into those that tell and those that only show how the
// program is called. A paragraph that ends in a colon keeps what follows it.
func examples(program string, all []block) (told []block, shown []string) {
	for i, b := range all {
		calls := len(b.lines) > 0 && !slices.ContainsFunc(b.lines, func(l string) bool { return !strings.HasPrefix(l, program+" ") })
		if calls && (i == 0 || !strings.HasSuffix(all[i-1].text, ":")) {
			shown = append(shown, b.lines...)
			continue
		}
		told = append(told, b)
	}
	return told, shown
}

var exitCode = regexp.MustCompile(`[Ee]xit code (\d+)`)

// sentence is the first sentence of a text, without its full stop.
func sentence(s string) string {
	words := strings.Fields(s)
	for i, w := range words {
		if endsSentence(w) {
			words = words[:i+1]
			break
		}
	}
	s = strings.Join(words, " ")
	if strings.HasSuffix(s, "..") {
		return s
	}
	return strings.TrimSuffix(s, ".")
}

// lower begins with a small letter, as the line of a page's name does, but for
// abbreviations.
func lower(s string) string {
	if len(s) > 1 && s[1] >= 'a' && s[1] <= 'z' {
		return strings.ToLower(s[:1]) + s[1:]
	}
	return s
}

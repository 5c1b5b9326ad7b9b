package manual

import (
	"fmt"
	"strings"
	"unicode"
)

// Roff is a language of commands: whatever comes from the model is escaped, so
// that none of it is taken for one. The signs that are named are those which
// groff would set as a typographer's, and which nobody could paste into a shell.
var signs = map[rune]string{
	'\\': `\e`, '-': `\-`, '\'': `\(aq`, '`': `\(ga`, '^': `\(ha`, '~': `\(ti`, '"': `\(dq`,
}

// escaped gives text that is set as it stands, wherever it stands.
func escaped(s string) string {
	var b strings.Builder
	for i, r := range s {
		switch sign := signs[r]; {
		case sign != "":
			b.WriteString(sign)
		case i == 0 && r == '.':
			b.WriteString(`\&.`)
		case r > unicode.MaxASCII:
			fmt.Fprintf(&b, `\[u%04X]`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// word is escaped as one argument of a macro. Short ones could be the name of
// another macro, or a sign that closes the line.
func word(s string) string {
	e := escaped(s)
	if len(s) <= 3 && !strings.HasPrefix(e, `\`) {
		e = `\&` + e
	}
	if strings.ContainsAny(e, " \t") {
		return `"` + e + `"`
	}
	return e
}

// roff collects a page.
type roff struct{ strings.Builder }

// do writes a line with a macro; its arguments are escaped already.
func (r *roff) do(macro string, args ...string) {
	r.WriteString("." + strings.Join(append([]string{macro}, args...), " ") + "\n")
}

// widest is how long a line of the source may be: mandoc finds fault with more
// than 80 bytes.
const widest = 78

// prose writes text that is filled, each sentence on lines of its own.
func (r *roff) prose(s string) {
	line := ""
	end := func() {
		if line != "" {
			r.WriteString(line + "\n")
		}
		line = ""
	}
	for _, w := range strings.Fields(s) {
		if line != "" && len(line)+1+len(escaped(w)) > widest {
			end()
		}
		if line == "" {
			line = escaped(w)
		} else {
			line += " " + strings.TrimPrefix(escaped(w), `\&`)
		}
		if endsSentence(w) {
			end()
		}
	}
	end()
}

// endsSentence tells a word that man would take for the end of a sentence.
func endsSentence(w string) bool {
	w = strings.TrimRight(w, `)]'"`)
	return w != "" && strings.ContainsRune(".!?", rune(w[len(w)-1]))
}

// literal writes lines as they stand.
func (r *roff) literal(lines []string) {
	r.do("Bd", "-literal", "-offset", "indent")
	for _, l := range lines {
		r.WriteString(escaped(l) + "\n")
	}
	r.do("Ed")
}

// list writes entries, each with what is set before it.
func (r *roff) list(width string, entries []entry) {
	if len(entries) == 0 {
		return
	}
	r.do("Bl", "-tag", "-width", width)
	for _, e := range entries {
		r.do("It", e.head)
		r.prose(e.text)
	}
	r.do("El")
}

// entry is one thing of a list: its head is roff, its text is not.
type entry struct{ head, text string }

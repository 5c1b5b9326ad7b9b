package intel

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"comity/fault"
	"comity/wire"
)

// Limits of an item. What is over one of them is refused, never cut short.
var (
	// MaxItem is the most bytes of an item's canonical encoding.
	MaxItem = wire.Default.Bytes
)

// Limits of the parts of an item, in bytes or in number.
const (
	MaxPortions   = 500
	MaxText       = 64 << 10 // of a portion, and of its substitute
	MaxTitle      = 200
	MaxTopic      = 200
	MaxPurpose    = 200
	MaxBasis      = 1000
	MaxHint       = 200
	MaxCaption    = 500  // of an exhibit; the credit too
	MaxValue      = 1000 // of a statement
	MaxStatements = 200  // of a portion
	MaxExhibits   = 50   // of a portion
	MaxPatterns   = 64   // of one list of parties in a marking
	MaxCaveats    = 32
	MaxCaveat     = 1000 // of a caveat's text
	MaxPersons    = 64   // of EYES
)

// Fault makers: short, because every rule of this package needs one. The
// texts name fields and limits and never hold what an item says.
func bad(format string, args ...any) *fault.Error { return fault.New(fault.Invalid, format, args...) }

func large(format string, args ...any) *fault.Error {
	return fault.New(fault.TooLarge, format, args...)
}

// checkLine refuses what may not stand in a text of one line: control
// characters, line and paragraph separators, and the marks that reorder
// letters on a screen, with which a hostile title could read otherwise than
// it is written.
func checkLine(what, s string, most int) *fault.Error {
	switch {
	case len(s) > most:
		return large("the %s has %d bytes; at most %d are taken", what, len(s), most)
	case !utf8.ValidString(s):
		return bad("the %s is not UTF-8", what)
	case strings.TrimSpace(s) != s:
		return bad("the %s begins or ends with a space", what)
	}
	for _, r := range s {
		if unicode.IsControl(r) || reorders(r) || r == '\u2028' || r == '\u2029' {
			return bad("the %s holds the character %U", what, r).Fix("keep it to one line of plain text")
		}
	}
	return nil
}

// checkText refuses what may not stand in the text of a portion. Its first
// and last line say something, so that one text has one form in a file.
func checkText(what, s string, most int) *fault.Error {
	if len(s) > most {
		return large("the %s has %d bytes; at most %d are taken", what, len(s), most).Fix("split the portion")
	}
	for n, line := range strings.Split(s, "\n") {
		if r, ok := strange(line); ok {
			return bad("line %d of the %s holds the character %U", n+1, what, r).Fix("take it out")
		}
	}
	if s != strings.TrimSpace(s) && (blank(firstLine(s)) || blank(lastLine(s))) {
		return bad("the %s begins or ends with an empty line", what)
	}
	return nil
}

// strange finds the first character of a line that no text may hold; bytes
// that are not UTF-8 show as U+FFFD.
func strange(line string) (rune, bool) {
	for i, r := range line {
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(line[i:]); size == 1 {
				return r, true
			}
		}
		if unicode.IsControl(r) && r != '\t' || overrides(r) {
			return r, true
		}
	}
	return 0, false
}

// overrides tells the two marks that force letters against their own
// direction; no language needs them.
func overrides(r rune) bool { return r == '\u202D' || r == '\u202E' }

func reorders(r rune) bool { return r >= '\u202A' && r <= '\u202E' || r >= '\u2066' && r <= '\u2069' }

func blank(line string) bool { return strings.TrimSpace(line) == "" }

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

func lastLine(s string) string { return s[strings.LastIndexByte(s, '\n')+1:] }

func clip(s string) string {
	if len(s) > 48 {
		return s[:48] + "..."
	}
	return s
}

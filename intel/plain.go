package intel

import (
	"unicode"
	"unicode/utf8"
)

// Plain reports whether a text shows as what it is: valid UTF-8 without
// control characters, marks that reorder letters, or characters that show as
// nothing, all of which make a reader see something else than was signed. With
// lines, line feeds and tabs may stand in it.
func Plain(s string, lines bool) bool {
	_, found := FirstHidden(s, lines)
	return !found
}

// FirstHidden finds the first character that keeps a text from being plain,
// so that an error can name it; bytes that are not UTF-8 are U+FFFD.
func FirstHidden(s string, lines bool) (rune, bool) {
	if !utf8.ValidString(s) {
		return utf8.RuneError, true
	}
	for _, r := range s {
		if r >= ' ' && r < 0x7f {
			continue // most of what is ever written
		}
		if !(lines && (r == '\n' || r == '\t')) && !shows(r) {
			return r, true
		}
	}
	return 0, false
}

// shows tells the runes that a reader sees, or whose absence hides nothing.
func shows(r rune) bool {
	switch r {
	case '\u00ad', '\u200c', '\u200d':
		return true // soft hyphen and the joiners that scripts need
	case '\u115f', '\u1160', '\u3164', '\uffa0':
		return false // Hangul fillers: letters that are blank
	}
	return !unicode.IsControl(r) && !unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co)
}

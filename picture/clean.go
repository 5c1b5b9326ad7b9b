package picture

import (
	"strings"
	"unicode"

	"comity/party"
)

// maxRunes is how much of a partner's text is kept at all.
const maxRunes = 400

// scripts are the writings that are drawn. What stands outside of them shows
// as a question mark: there are signs wider than a whole box, and signs that
// show as nothing.
var scripts = []*unicode.RangeTable{
	unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Armenian, unicode.Georgian, unicode.Hebrew, unicode.Arabic, unicode.Devanagari,
	unicode.Thai, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul,
}

// clean makes partner-supplied text safe to draw: no control characters, no
// marks that turn the direction of the text around them, nothing invisible,
// no towers of accents, and an end.
func clean(s string) string {
	var b strings.Builder
	marks, kept := 0, 0
	for _, r := range s {
		if kept++; kept > maxRunes {
			b.WriteString("…")
			break
		}
		if unicode.Is(unicode.Mn, r) {
			if marks++; marks > 2 {
				continue
			}
		} else {
			marks = 0
		}
		b.WriteRune(shown(r))
	}
	return strings.TrimSpace(b.String())
}

// called gives what a party is called in the picture: its name, and never
// nothing.
func called(n party.Name) string {
	if s := clean(string(n)); s != "" {
		return s
	}
	return "(?)"
}

// shown gives the rune that is drawn for one of the text.
func shown(r rune) rune {
	switch {
	case r >= ' ' && r <= '~':
		return r
	case r == '\t' || r == '\n' || r == '\r' || r == '\u00a0':
		return ' '
	case strings.ContainsRune("\u2013\u2014\u2018\u2019\u201c\u201d\u2026\u20ac\u00b7\u00ab\u00bb\u00b0\u00a7\u00bf\u00a1\u2116", r):
		return r
	case blank(r) || presentation(r) || !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r):
		return '?'
	case unicode.In(r, scripts...) || r >= 0x300 && r <= 0x36f:
		return r
	default:
		return '?'
	}
}

// blank reports letters that fonts show as nothing: the Hangul fillers.
func blank(r rune) bool { return r == '\u115f' || r == '\u1160' || r == '\u3164' || r == '\uffa0' }

// presentation reports the forms that are kept for old text only, among them
// whole sentences drawn as one sign.
func presentation(r rune) bool { return r >= 0xf900 && r <= 0xfeff }

// escaper writes text so that XML reads it as text.
var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;")

package listed

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// words is a text in words, with the folded form of each.
type words struct {
	all    []word
	folded []byte
}

func (w words) fold(x word) string { return string(w.folded[x.from:x.to]) }

// word is a run of letters and digits, or the initials S.A. as one.
type word struct {
	start, end int    // bytes of the text
	from, to   int32  // bytes of the folded text
	hash       uint64 // of the folded form
	capital    bool   // it begins with a capital or a digit
	particle   bool   // it does not count between others
	ends       bool   // no name runs on behind it
}

// split parts a text into words.
func split(text string) words {
	w := words{all: make([]word, 0, len(text)/6+1), folded: make([]byte, 0, len(text)+8)}
	joined := "" // between the initials of the last word
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if !isWordRune(r) {
			i += size
			continue
		}
		next := word{start: i, from: int32(len(w.folded)), capital: unicode.IsUpper(r) || unicode.IsTitle(r) || unicode.IsDigit(r)}
		runes := 0
		i, runes = w.take(text, i)
		next.end, next.to = i, int32(len(w.folded))
		if next.to == next.from {
			continue // marks alone
		}
		if n := len(w.all); n > 0 {
			last := &w.all[n-1]
			gap := text[last.end:next.start]
			if runes == 1 && initials(w.fold(*last), gap, joined) {
				last.end, last.to, joined = next.end, next.to, gap
				w.finish(last)
				continue
			}
			last.ends = parts(gap, int(last.to-last.from))
		}
		joined = ""
		w.finish(&next)
		w.all = append(w.all, next)
	}
	return w
}

// take folds one word and gives where it ends. An apostrophe inside it is left
// out: O'Brien is OBrien.
func (w *words) take(text string, i int) (end, runes int) {
	for i < len(text) {
		r, size := utf8.DecodeRuneInString(text[i:])
		if !isWordRune(r) {
			after, _ := utf8.DecodeRuneInString(text[i+size:])
			if r != '\'' && r != '’' || !unicode.IsLetter(after) || possessive(text[i+size:]) {
				break
			}
			i += size
			continue
		}
		w.folded = appendFolded(w.folded, r)
		runes++
		i += size
	}
	return i, runes
}

// possessive tells the s behind an apostrophe: Zambada's is Zambada.
func possessive(rest string) bool {
	if rest[0] != 's' && rest[0] != 'S' {
		return false
	}
	r, _ := utf8.DecodeRuneInString(rest[1:])
	return !isWordRune(r)
}

func (w *words) finish(x *word) {
	s := w.folded[x.from:x.to]
	x.hash = hashOf(s)
	x.particle = particles[string(s)]
}

// initials tells whether a single letter goes on with the letters before it.
func initials(before, gap, joined string) bool {
	switch {
	case joined != "":
		return gap == joined
	case utf8.RuneCountInString(before) != 1:
		return false
	}
	return gap == "." || gap == ". "
}

// parts tells whether what stands between two words ends a name: an empty line,
// the end of a sentence or of an entry of a list, or much of anything. The dot of
// an abbreviation ends none.
func parts(gap string, letters int) bool {
	if len(gap) > 12 || strings.Count(gap, "\n") > 1 || strings.Count(gap, ",") > 1 {
		return true
	}
	return strings.ContainsAny(gap, ";!?") || strings.Contains(gap, ".") && letters > 4
}

func isWordRune(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
	}
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r))
}

// particles are the small words between the parts of a name in Spanish, English,
// Portuguese, Italian, German, Dutch and Arabic.
var particles = set("de del la las los el da do dos das di du des van von der den ten ter bin bint ibn al y of the")

func set(words string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}

// whole are letters that no decomposition makes plain.
var whole = map[rune]string{'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'đ': "d", 'ð': "d", 'ł': "l", 'ı': "i", 'þ': "th", 'ħ': "h"}

// appendFolded appends a letter without case and accent (NFKD without its marks).
func appendFolded(b []byte, r rune) []byte {
	if r < utf8.RuneSelf {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return append(b, byte(r))
	}
	if unicode.Is(unicode.Mn, r) {
		return b
	}
	if s, ok := whole[unicode.ToLower(r)]; ok {
		return append(b, s...)
	}
	var one [utf8.UTFMax]byte
	parts := norm.NFKD.Properties(one[:utf8.EncodeRune(one[:], r)]).Decomposition()
	if parts == nil {
		return utf8.AppendRune(b, unicode.ToLower(r))
	}
	for len(parts) > 0 {
		p, size := utf8.DecodeRune(parts)
		if isWordRune(p) && !unicode.Is(unicode.Mn, p) {
			b = utf8.AppendRune(b, unicode.ToLower(p))
		}
		parts = parts[size:]
	}
	return b
}

// Fold gives a text in lower case without accents.
func Fold(s string) string {
	b := make([]byte, 0, len(s))
	for _, r := range s {
		b = appendFolded(b, r)
	}
	return string(b)
}

// plain gives the letters and digits of an identifier, folded.
func plain(s string) string {
	b := make([]byte, 0, len(s))
	for _, r := range s {
		if isWordRune(r) {
			b = appendFolded(b, r)
		}
	}
	return string(b)
}

// hashOf is FNV-1a, 64 bits.
func hashOf(b []byte) uint64 {
	h := uint64(14695981039346656037)
	for _, c := range b {
		h = (h ^ uint64(c)) * 1099511628211
	}
	return h
}

// identifierHash keeps identifiers apart from names.
func identifierHash(plain string) uint64 { return mix(1, hashOf([]byte(plain))) }

package mention

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"comity/mention/listed"
)

// token is a word of the text as names are read from it: with the hyphens and
// apostrophes inside it, or initials with their dots.
type token struct {
	start, end int
	fold       string
	key        string // the folded form as the gazetteer has it
	capital    bool
	upper      bool // all capitals, two letters or more
	initial    bool // one capital with a dot
	shout      bool // in a line without small letters, where capitals say nothing
	heading    bool // in a line that has a capital on most words
	gap        gap  // before it
	opens      bool // it begins a sentence or a line of its own
}

// gap is what stands before a word.
type gap uint8

const (
	apart gap = iota // anything else
	space
	comma
	quote // space and a quotation mark
	paren // space and an opening bracket
)

// wrapped is how long a line is, in bytes, for its end to be no more than a space:
// shorter ones are headings and entries of lists.
const wrapped = 45

// tokens parts the text into words.
func (f *finder) tokens() []token {
	var all []token
	for i := 0; i < len(f.text); {
		r, size := utf8.DecodeRuneInString(f.text[i:])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			i += size
			continue
		}
		t := token{start: i, end: f.wordEnd(i), capital: unicode.IsUpper(r)}
		f.dots(&t)
		s := f.text[t.start:t.end]
		t.fold = listed.Fold(s)
		t.key = placeKey(t.fold)
		t.upper = len(s) > 1 && strings.ToUpper(s) == s && strings.ToLower(s) != s
		last := token{}
		if n := len(all); n > 0 {
			last = all[n-1]
		}
		t.gap, t.opens = f.between(last, t)
		all = append(all, t)
		i = t.end
		for _, own := range []string{"'s", "’s", "'S", "’S"} {
			if strings.HasPrefix(f.text[i:], own) {
				i += len(own)
				break
			}
		}
	}
	f.markShouting(all)
	return all
}

// wordEnd finds the end of a word. The s of a possessive is not part of it.
func (f *finder) wordEnd(i int) int {
	for i < len(f.text) {
		r, size := utf8.DecodeRuneInString(f.text[i:])
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r) {
			i += size
			continue
		}
		next, nextSize := utf8.DecodeRuneInString(f.text[i+size:])
		inner := r == '-' || r == '\'' || r == '’' || r == '‑'
		if !inner || !unicode.IsLetter(next) && !(r == '-' && unicode.IsDigit(next)) {
			break
		}
		if r != '-' && (next == 's' || next == 'S') {
			if after, _ := utf8.DecodeRuneInString(f.text[i+size+nextSize:]); !unicode.IsLetter(after) {
				break
			}
		}
		i += size
	}
	return i
}

// dots takes the dots of initials in: J. and U.S. and S.A.
func (f *finder) dots(t *token) {
	if s := f.text[t.start:t.end]; utf8.RuneCountInString(s) > 1 || !t.capital {
		return
	}
	i := t.end
	for i < len(f.text) && f.text[i] == '.' {
		t.end, t.initial = i+1, i == t.end
		r, size := utf8.DecodeRuneInString(f.text[i+1:])
		after, _ := utf8.DecodeRuneInString(f.text[i+1+size:])
		if !unicode.IsUpper(r) || after != '.' {
			break
		}
		i += 1 + size
	}
	if strings.Count(f.text[t.start:t.end], ".") > 1 {
		t.initial = false
	}
}

// abbreviations end with a dot that ends no sentence.
var abbreviations = set("mr mrs ms dr sr sra srta jr lt gen col capt maj sgt cpl adm sen rep gov st mt ft lic ing arq gral cmdte cap cnel tte prof hon rev no nos vs dept inc co corp ltd av blvd gob mtro mtra u s")

func (f *finder) between(last, t token) (gap, bool) {
	if last.fold == "" && last.end == 0 {
		return apart, true
	}
	s := f.text[last.end:t.start]
	if abbreviations[last.fold] {
		s = strings.TrimPrefix(s, ".")
	}
	if own := strings.TrimPrefix(strings.Replace(s, "’", "'", 1), "'s"); titles[last.fold] && len(own) < len(s)-1 && strings.TrimSpace(own) == "" {
		s = own // the Sheriff's Department
	}
	if n := strings.Count(s, "\n"); n > 1 || n == 1 && last.capital && !f.isWrapped(last.end) {
		return apart, true
	}
	switch trimmed := strings.TrimSpace(s); {
	case trimmed == "" && strings.ContainsAny(s, "\t") || trimmed == "" && strings.Contains(s, "   ") && !strings.Contains(s, "\n"):
		return apart, true // columns
	case trimmed == "" && s != "":
		return space, false
	case trimmed == ",":
		return comma, false
	case strings.Trim(trimmed, `"“”'‘’«*_`) == "" && strings.TrimLeft(s, " \n\t") != s:
		return quote, false
	case trimmed == "(" || trimmed == "([":
		return paren, false
	default:
		return apart, strings.ContainsAny(trimmed, ".!?:;-–—*#>|•“\"\\[")
	}
}

// isWrapped tells whether the line that a place stands in is so long that its end
// is that of the paper.
func (f *finder) isWrapped(at int) bool {
	from := strings.LastIndexByte(f.text[:at], '\n') + 1
	to := strings.IndexByte(f.text[at:], '\n')
	return to >= 0 && len(strings.TrimSpace(f.text[from:at+to])) >= wrapped
}

// markShouting finds lines of three words or more in capitals alone, and those that
// stand by themselves and have a capital on most words.
func (f *finder) markShouting(all []token) {
	for i := 0; i < len(all); {
		j, upper, capitals, small := i, 0, 0, 0
		for j < len(all) && (j == i || !strings.Contains(f.text[all[j-1].end:all[j].start], "\n")) {
			s := f.text[all[j].start:all[j].end]
			switch {
			case strings.ToUpper(s) == s:
				upper++
				capitals++
			case all[j].capital:
				capitals++
			case !openers[all[j].fold] && !ofWords[all[j].fold]:
				small++
			}
			j++
		}
		shout := upper == j-i && upper >= 3
		heading := j-i >= 5 && small*4 <= capitals && f.alone(all, i, j)
		for k := i; k < j; k++ {
			all[k].shout, all[k].heading = shout, heading
		}
		i = j
	}
}

// alone tells whether a line is a paragraph of its own that ends like no sentence.
func (f *finder) alone(all []token, i, j int) bool {
	if i == 0 && j == len(all) {
		return false // there is nothing that it heads
	}
	before, after := "\n\n", "\n\n"
	if i > 0 {
		before = f.text[all[i-1].end:all[i].start]
	}
	if j < len(all) {
		after = f.text[all[j-1].end:all[j].start]
	}
	return strings.Count(before, "\n") > 1 && strings.Count(after, "\n") > 1 && !strings.ContainsAny(after, ".;:")
}

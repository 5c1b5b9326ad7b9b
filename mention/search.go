package mention

import (
	"cmp"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode"
)

// expression is a regular expression that is tried only where it may match: around
// the letters that every match of it has in it, or around digits if it has those.
// That saves most of the cost: an expression that begins with a word boundary is
// slow, and in most texts most expressions find nothing.
type expression struct {
	*regexp.Regexp
	cues  []string // in small letters; every match has one of them in it
	digit bool     // every match has a digit in it
	where func(*finder) [][2]int
}

// expr compiles an expression and reads from it what a match needs (after the
// prefilters of RE2).
func expr(s string) *expression {
	e := &expression{Regexp: regexp.MustCompile(s)}
	tree, err := syntax.Parse(s, syntax.Perl)
	if err != nil {
		return e
	}
	e.digit = needsDigit(tree)
	if cues := needed(tree); shortest(cues) >= 3 || shortest(cues) > 0 && !e.digit {
		e.cues = cues
	}
	return e
}

// exprIn compiles an expression that is tried where it is told to be.
func exprIn(where func(*finder) [][2]int, s string) *expression {
	return &expression{Regexp: regexp.MustCompile(s), where: where}
}

// Stretches around letters and digits, in bytes; a match lies within them. They
// go on to the next white space, so what has none in it may be longer.
const (
	beforeCue, behindCue = 64, 160
	besideDigit          = 40
)

// search finds all matches with their groups, as [regexp.Regexp.FindAllStringSubmatchIndex]
// does in the whole text.
func (f *finder) search(e *expression) (all [][]int) {
	for _, at := range f.stretches(e) {
		for _, m := range e.FindAllStringSubmatchIndex(f.text[at[0]:at[1]], -1) {
			for g := range m {
				if m[g] >= 0 {
					m[g] += at[0]
				}
			}
			all = append(all, m)
		}
	}
	return all
}

func (f *finder) stretches(e *expression) [][2]int {
	switch {
	case f.whole:
	case e.where != nil:
		return e.where(f)
	case e.cues != nil:
		return f.cued(beforeCue, behindCue, e.cues...)
	case e.digit:
		return f.digits
	}
	return [][2]int{{0, len(f.text)}}
}

// cued gives the stretches around some letters.
func (f *finder) cued(before, behind int, cues ...string) [][2]int {
	var at [][2]int
	for _, cue := range cues {
		for i := 0; ; {
			n := strings.Index(f.lower[i:], cue)
			if n < 0 {
				break
			}
			at = append(at, [2]int{i + n, i + n + len(cue)})
			i += n + len(cue)
		}
	}
	slices.SortFunc(at, func(a, b [2]int) int { return cmp.Compare(a[0], b[0]) })
	return f.widened(at, before, behind)
}

// runs gives the stretches around runs of some bytes that are so long at least.
func (f *finder) runs(least, before, behind int, holds func(c byte) bool) [][2]int {
	var at [][2]int
	for i := 0; i < len(f.text); i++ {
		from := i
		for i < len(f.text) && holds(f.text[i]) {
			i++
		}
		if i-from >= least {
			at = append(at, [2]int{from, i})
		}
	}
	return f.widened(at, before, behind)
}

// widened makes stretches wider, to white space or the ends of the text, where a word
// boundary is what it is in the whole text; those that meet are one.
func (f *finder) widened(at [][2]int, before, behind int) [][2]int {
	out := at[:0]
	for _, x := range at {
		from, to := max(0, x[0]-before), min(len(f.text), x[1]+behind)
		if n := len(out); n > 0 && from <= out[n-1][1] {
			if to <= out[n-1][1] {
				continue
			}
			from = out[n-1][0]
			out = out[:n-1]
		} else {
			for from > 0 && !isBlank(f.text[from-1]) {
				from--
			}
			if n > 0 && from <= out[n-1][1] {
				from = out[n-1][0]
				out = out[:n-1]
			}
		}
		for to < len(f.text) && !isBlank(f.text[to]) {
			to++
		}
		out = append(out, [2]int{from, to})
	}
	return out
}

// with leaves the stretches that have one of some strings in them.
func with(text string, at [][2]int, any ...string) (kept [][2]int) {
	for _, x := range at {
		if slices.ContainsFunc(any, func(s string) bool { return strings.Contains(text[x[0]:x[1]], s) }) {
			kept = append(kept, x)
		}
	}
	return kept
}

func isBlank(c byte) bool { return c == ' ' || c == '\n' || c == '\t' }

func isPlain(c byte) bool {
	return isDigit(c) || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// lowered gives a text with the capitals of ASCII made small, byte by byte.
func lowered(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// needed gives strings of which every match has one in it, or none if it does not
// know. Of the parts of a sequence it takes the one whose strings are longest.
func needed(re *syntax.Regexp) []string {
	switch re.Op {
	case syntax.OpLiteral:
		return plainest(re.Rune)
	case syntax.OpCapture, syntax.OpPlus:
		return needed(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min > 0 {
			return needed(re.Sub[0])
		}
	case syntax.OpAlternate:
		var all []string
		for _, sub := range re.Sub {
			s := needed(sub)
			if s == nil {
				return nil
			}
			all = append(all, s...)
		}
		return all
	case syntax.OpConcat:
		var best []string
		for _, sub := range re.Sub {
			if s := needed(sub); shortest(s) > shortest(best) || shortest(s) == shortest(best) && len(s) < len(best) {
				best = s
			}
		}
		return best
	}
	return nil
}

// plainest gives the longest run of ASCII in a literal, in small letters.
func plainest(literal []rune) []string {
	best, run := "", ""
	for _, r := range literal {
		if r = unicode.ToLower(r); r > unicode.MaxASCII {
			run = ""
			continue
		}
		if run += string(r); len(run) > len(best) {
			best = run
		}
	}
	if best == "" {
		return nil
	}
	return []string{best}
}

func shortest(all []string) int {
	if len(all) == 0 {
		return 0
	}
	return len(slices.MinFunc(all, func(a, b string) int { return cmp.Compare(len(a), len(b)) }))
}

// needsDigit tells whether every match has a digit in it.
func needsDigit(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpLiteral:
		return slices.ContainsFunc(re.Rune, func(r rune) bool { return r >= '0' && r <= '9' })
	case syntax.OpCharClass:
		for i := 0; i < len(re.Rune); i += 2 {
			if re.Rune[i] < '0' || re.Rune[i+1] > '9' {
				return false
			}
		}
		return len(re.Rune) > 0
	case syntax.OpCapture, syntax.OpPlus:
		return needsDigit(re.Sub[0])
	case syntax.OpRepeat:
		return re.Min > 0 && needsDigit(re.Sub[0])
	case syntax.OpAlternate:
		return !slices.ContainsFunc(re.Sub, func(sub *syntax.Regexp) bool { return !needsDigit(sub) })
	case syntax.OpConcat:
		return slices.ContainsFunc(re.Sub, needsDigit)
	}
	return false
}

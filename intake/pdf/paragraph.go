package pdf

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// paragraph is a run of lines that belong together.
type paragraph struct {
	lines  []line
	entry  string // what begins an entry of a list: a bullet, or a number with its point
	indent float64
	table  [][]string
	above  float64 // the space above it, in heights of its letters
	column rect
}

func (p paragraph) first() line { return p.lines[0] }
func (p paragraph) last() line  { return p.lines[len(p.lines)-1] }

// paragraphsOf parts the lines of a column where a paragraph begins: after a larger
// gap than lines have, where the letters change, where the line is indented, where
// an entry of a list begins, and after a line that ends although the next word would
// have had room in it.
func paragraphsOf(r region) []paragraph {
	column, leading := r.column, leadingOf(r.lines)
	lines := r.lines
	var out []paragraph
	for i := 0; i < len(lines); {
		if rows := tableAt(lines[i:]); len(rows) > 0 {
			out = append(out, paragraph{lines: lines[i : i+len(rows)], table: rows, column: column})
			i += len(rows)
			continue
		}
		l := lines[i]
		if n := len(out) - 1; n >= 0 && out[n].table == nil && !begins(out[n], l, column, leading) {
			out[n].lines = append(out[n].lines, l)
		} else {
			p := paragraph{lines: []line{l}, entry: entryOf(l), indent: l.x0 - column.x0, column: column}
			if i > 0 {
				p.above = (lines[i-1].base - l.base) / max(l.size, 1)
			}
			out = append(out, p)
		}
		i++
	}
	return out
}

// leadingOf gives the distance that most lines have from the one above, in heights
// of their letters.
func leadingOf(r []line) float64 {
	counts := map[float64]int{}
	for i := 1; i < len(r); i++ {
		if d := (r[i-1].base - r[i].base) / max(r[i].size, 1); d > 0.8 && d < 3 {
			counts[float64(int(d*20+0.5))/20]++
		}
	}
	if len(counts) == 0 {
		return 1.2
	}
	best, most := 0.0, -1
	for d, n := range counts {
		if n > most || n == most && d < best {
			best, most = d, n
		}
	}
	return best
}

// begins tells whether a line begins a paragraph below the one before it.
func begins(p paragraph, l line, column rect, leading float64) bool {
	last := p.last()
	gap := (last.base - l.base) / max(min(l.size, last.size), 1)
	switch {
	case gap > leading*1.28+0.05 || gap < 0.3:
		return true
	case abs(l.size-last.size) > 0.12*last.size:
		return true
	case l.bold != last.bold && (l.bold || len(p.lines) == 1 && roomLeft(last, l, column)):
		return true
	case entryOf(l) != "" && (p.entry != "" || roomLeft(last, l, column) || l.x0 > p.first().x0+0.5*l.size):
		return true
	}
	if centred(last, column) != centred(l, column) && roomLeft(last, l, column) {
		return true
	}
	if p.entry != "" { // its lines hang
		return l.x0 < p.first().x0+0.3*l.size && endsSentence(last) && roomLeft(last, l, column)
	}
	if len(p.lines) > 1 && l.x0 > last.x0+0.8*l.size && !centred(l, column) {
		return true
	}
	if len(p.lines) == 1 && l.x0 > last.x0+0.8*l.size && endsSentence(last) {
		return true
	}
	short := max(last.width(), l.width()) < column.width()/2 // no line's end is the column's: names below one another
	return (short || roomLeft(last, l, column)) && (endsSentence(last) || beginsUpper(l) && !inSentence(last))
}

// roomLeft tells whether the next line's first word would have had room; a number in
// brackets is not left behind by the word that it numbers.
func roomLeft(l, next line, column rect) bool {
	first := next.words[0].width()
	if len(next.words) > 1 && enumerat.MatchString(next.words[0].text) {
		first = next.words[1].x1 - next.x0
	}
	return l.x1+first+0.6*l.size < column.x1
}

func centred(l line, column rect) bool {
	left, right := l.x0-column.x0, column.x1-l.x1
	return left > 2*l.size && right > 2*l.size && abs(left-right) < 2*l.size
}

// endsSentence tells a line after which a sentence may begin.
func endsSentence(l line) bool {
	text := strings.TrimRight(l.text(), ")]”\"’»' ")
	return text == "" || strings.ContainsAny(text[len(text)-1:], ".:;!?") || strings.HasSuffix(l.text(), "]")
}

// inSentence tells a line whose last word waits for another.
func inSentence(l line) bool {
	text := l.text()
	last := text[strings.LastIndexByte(text, ' ')+1:]
	return strings.HasSuffix(text, ",") || strings.HasSuffix(text, "-") || joiners[strings.ToLower(last)]
}

// joiners are words that end no line of their own, in English and Spanish.
var joiners = map[string]bool{"the": true, "of": true, "and": true, "or": true, "to": true, "in": true, "for": true, "a": true, "an": true,
	"by": true, "with": true, "on": true, "at": true, "de": true, "la": true, "el": true, "los": true, "las": true, "y": true, "o": true,
	"en": true, "del": true, "por": true, "para": true, "con": true, "que": true, "un": true, "una": true, "al": true}

func beginsUpper(l line) bool {
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(l.text(), "([“\"‘«¿¡'"))
	return unicode.IsUpper(r) || unicode.IsDigit(r)
}

var (
	bullets  = "•‣◦▪▫●○■□◆◇➢➤►▶–—·*-\uf0b7\uf0a7\uf0d8\uf0fc\uf076\uf02d"
	enumerat = regexp.MustCompile(`^(?:\(?[0-9]{1,3}[.)]|\(?[a-zA-Z][.)]|\(?[ivxIVX]{1,5}[.)]|[0-9]{1,2}(?:\.[0-9]{1,2}){1,3}\.?)$`)
)

// entryOf gives what begins an entry of a list, if something does.
func entryOf(l line) string {
	first := l.words[0].text
	if len(l.words) < 2 {
		return ""
	}
	if r, size := utf8.DecodeRuneInString(first); size == len(first) && strings.ContainsRune(bullets, r) {
		return first
	}
	if first == "o" && l.words[1].x0-l.words[0].x1 > 0.6*l.size {
		return first // the round bullet of a word processor's second level
	}
	if l.words[0].raised {
		return "[" + first + "]"
	}
	if enumerat.MatchString(first) {
		return first
	}
	return ""
}

// tableAt gives the rows of a table that begins at the first line: at least three
// lines with as many cells, each of which lies over or under that of the next row.
func tableAt(r []line) [][]string {
	var rows [][]string
	var before [][]word
	for _, l := range r {
		cells := l.cells()
		if len(cells) < 2 || len(cells) == 2 && entryOf(l) != "" && len(cells[0]) == 1 || before != nil && !aligned(before, cells) {
			break
		}
		var row []string
		for _, c := range cells {
			row = append(row, strings.TrimSpace(leaders.ReplaceAllString(textOf(c), " … ")))
		}
		rows, before = append(rows, row), cells
	}
	if len(rows) < 3 {
		return nil
	}
	return rows
}

func aligned(a, b [][]word) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if min(edgeOf(a[i]), edgeOf(b[i])) < max(a[i][0].x0, b[i][0].x0) {
			return false
		}
	}
	return true
}

func edgeOf(cell []word) float64 { return cell[len(cell)-1].x1 }

// text joins the lines of a paragraph; words that a line's end has parted are joined
// where that is sure.
func (p paragraph) text(known *vocabulary) string {
	var b strings.Builder
	for i, l := range p.lines {
		words := l.words
		if i == 0 && p.entry != "" {
			words = words[1:]
		}
		t := textOf(words)
		if i == 0 {
			b.WriteString(t)
			continue
		}
		before := b.String()
		switch stem, how := known.join(before, t); how {
		case joinWhole:
			b.Reset()
			b.WriteString(stem)
		case joinHyphen:
		default:
			b.WriteByte(' ')
		}
		b.WriteString(t)
	}
	return leaders.ReplaceAllString(b.String(), " … ")
}

// leaders are the points that lead the eye from an entry of a table of contents to
// its page.
var leaders = regexp.MustCompile(`(?:\s*\.){4,}\s*`)

// vocabulary is the words that stand whole somewhere in the document, in lower case,
// with the hyphens inside them.
type vocabulary struct {
	words  map[string]bool
	parted int // ends of lines at which words are known to be parted
	joined int // ends of lines at which hyphens are known to be of compounds
}

func vocabularyOf(pages [][]line) *vocabulary {
	v := &vocabulary{words: map[string]bool{}}
	for _, lines := range pages {
		for _, l := range lines {
			for i, w := range l.words {
				text := strings.ToLower(strings.TrimFunc(w.text, func(r rune) bool { return !unicode.IsLetter(r) && r != '-' }))
				if i < len(l.words)-1 || !strings.HasSuffix(text, "-") {
					v.words[strings.Trim(text, "-")] = true
				}
			}
		}
	}
	for _, lines := range pages {
		for i := 1; i < len(lines); i++ {
			if head, tail, ok := halves(lines[i-1].text(), lines[i].text()); ok {
				switch {
				case v.words[head+"-"+tail]:
					v.joined++
				case v.words[head+tail]:
					v.parted++
				}
			}
		}
	}
	return v
}

// halves gives the letters before a hyphen at the end of a line and those with which
// the next begins, if these are small.
func halves(before, next string) (head, tail string, ok bool) {
	stem, hyphen := strings.CutSuffix(before, "-")
	r, _ := utf8.DecodeRuneInString(next)
	end, _ := utf8.DecodeLastRuneInString(stem)
	if !hyphen || !unicode.IsLetter(end) || !unicode.IsLower(r) {
		return "", "", false
	}
	start := strings.LastIndexFunc(stem, func(r rune) bool { return !unicode.IsLetter(r) && r != '-' })
	if start >= 0 {
		_, size := utf8.DecodeRuneInString(stem[start:])
		start += size
	}
	head, tail = strings.ToLower(stem[max(start, 0):]), strings.ToLower(next)
	if i := strings.IndexFunc(tail, func(r rune) bool { return !unicode.IsLetter(r) }); i >= 0 {
		tail = tail[:i]
	}
	return head, tail, true
}

type joining int

const (
	joinSpace joining = iota
	joinHyphen
	joinWhole
)

// parted tells how a line goes on with the next: as one word without the hyphen if
// the document has that word elsewhere and has no such compound, or if its lines are
// known to part words and the halves are no words of their own; with the hyphen if
// not. What files say of hyphens is no help: word processors mark those of compounds
// as those of line's ends, and the reverse.
func (v *vocabulary) join(before, next string) (stem string, how joining) {
	stem, hyphen := strings.CutSuffix(before, "-")
	if !hyphen {
		return before, joinSpace
	}
	if head, tail, ok := halves(before, next); ok {
		known, compound := v.words[head+tail], v.words[head+"-"+tail]
		hyphenates := v.parted >= 2 && v.parted > 2*v.joined
		if !compound && (known || hyphenates && !(v.words[head] && v.words[tail]) && !strings.Contains(head, "-")) {
			return stem, joinWhole
		}
		return before, joinHyphen
	}
	end, _ := utf8.DecodeLastRuneInString(stem)
	if end == ' ' || end == '-' || stem == "" {
		return before, joinSpace // a dash
	}
	return before, joinHyphen
}

// bodySize gives the size of most letters.
func bodySize(pages [][]line) float64 {
	counts := map[float64]int{}
	for _, lines := range pages {
		for _, l := range lines {
			for _, w := range l.words {
				counts[roundSize(w.size)] += len(w.text)
			}
		}
	}
	return mostOf(counts)
}

package pdf

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// line is a run of words that stand beside one another.
type line struct {
	rect
	words []word
	base  float64
	size  float64 // of most of its letters
	bold  bool    // all of it
	page  int     // from 0
	notes bool    // its letters are smaller than most of the document's
}

// linesOf puts words that stand at one height into lines, from the top of the page.
func linesOf(words []word, page int) []line {
	words = slices.Clone(words)
	slices.SortStableFunc(words, func(a, b word) int { return cmp.Compare(b.base, a.base) })
	var rows [][]word
	for _, w := range words {
		if i := rowOf(rows, w); i >= 0 {
			rows[i] = append(rows[i], w)
		} else {
			rows = append(rows, []word{w})
		}
	}
	var out []line
	for _, row := range rows {
		if !onlyDraws(row) {
			out = append(out, lineOf(row, page))
		}
	}
	slices.SortStableFunc(out, func(a, b line) int { return cmp.Compare(b.base, a.base) })
	return out
}

// onlyDraws tells a row that shows a rule and says nothing.
func onlyDraws(row []word) bool {
	for _, w := range row {
		if strings.Trim(w.text, "_-=–—*") != "" {
			return false
		}
	}
	return len(row) > 1 || len(row[0].text) > 2
}

// rowOf finds the row that a word stands in: the one whose letters share at least
// half of their height with the word's. Rows come from the top, so the last few are
// enough.
func rowOf(rows [][]word, w word) int {
	for i := len(rows) - 1; i >= 0 && i >= len(rows)-4; i-- {
		for _, o := range rows[i] {
			low, high := max(w.base, o.base), min(w.base+0.7*w.size, o.base+0.7*o.size)
			if high-low >= 0.5*0.7*min(w.size, o.size) && (w.size < 2*o.size && o.size < 2*w.size || w.raised) {
				return i
			}
			if o.size >= w.size {
				break // the row's tall letters decide
			}
		}
	}
	return -1
}

// lineOf makes a line of the words of a row, in the order in which they are read.
func lineOf(row []word, page int) line {
	slices.SortStableFunc(row, func(a, b word) int { return cmp.Compare(a.x0, b.x0) })
	if toTheLeft(row) {
		slices.Reverse(row)
	}
	if len(row) > 1 && raisedBeside(row[0], row[1]) && strings.Trim(row[0].text, "0123456789") == "" {
		row[0].raised = true
	}
	l := line{rect: row[0].rect, words: row, page: page, bold: true}
	bySize := map[float64]int{}
	for _, w := range row {
		l.rect = l.rect.with(w.rect)
		bySize[roundSize(w.size)] += len(w.text)
		l.bold = l.bold && (w.bold || !hasLetter(w.text))
	}
	l.size = mostOf(bySize)
	l.base = row[0].base
	for _, w := range row {
		if roundSize(w.size) == l.size {
			l.base = w.base
			break
		}
	}
	return l
}

func roundSize(s float64) float64 { return float64(int(s*4+0.5)) / 4 }

// mostOf gives the key with the highest count; of equals, the larger key.
func mostOf(counts map[float64]int) float64 {
	best, most := 0.0, -1
	for k, n := range counts {
		if n > most || n == most && k > best {
			best, most = k, n
		}
	}
	return best
}

func hasLetter(s string) bool { return strings.IndexFunc(s, unicode.IsLetter) >= 0 }

// toTheLeft tells words of a script that runs from right to left.
func toTheLeft(row []word) bool {
	left, all := 0, 0
	for _, w := range row {
		for _, r := range w.text {
			if unicode.IsLetter(r) {
				all++
				if unicode.In(r, unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana, unicode.Nko) {
					left++
				}
			}
		}
	}
	return left*2 > all
}

// text gives the words of a line with a space where one stood. The number of a
// footnote is set in brackets: "2019" with a small 1 beside it is no later year.
func (l line) text() string { return textOf(l.words) }

func textOf(words []word) string {
	var b strings.Builder
	for i, w := range words {
		t := w.text
		if w.raised {
			t = "[" + t + "]"
		}
		if i > 0 && apart(words[i-1], w) {
			b.WriteByte(' ')
		}
		b.WriteString(t)
	}
	return b.String()
}

// apart tells words between which a space stands.
func apart(before, w word) bool {
	gap, size := abs(w.x0-before.x1), max(w.size, before.size)
	switch {
	case w.raised:
		return gap > 0.3*before.size
	case before.raised && strings.IndexAny(w.text, ";,.:)!?") == 0:
		return false
	}
	return !w.glued || gap > 0.25*size
}

func abs(f float64) float64 { return max(f, -f) }

// cells parts a line at gaps that are wider than any space between words.
func (l line) cells() [][]word { return l.cellsAt(1.6) }

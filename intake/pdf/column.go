package pdf

import (
	"slices"
)

// region is a run of lines of one column, from the top.
type region struct {
	lines  []line
	column rect // how far its lines may run
}

// regionsOf puts the words of a page into columns, in reading order: where a gap
// runs down between two columns of text, the left one comes before the right one;
// what spans both stands between. The gap is found from how many lines cover each
// point of the page's width, as in the projection profiles of layout analysis
// (Nagy, Seth and Viswanathan, "A prototype document image analysis system for
// technical journals", 1992), but on lines of words instead of dots.
func regionsOf(p *page, m margins) []region {
	lines := linesOf(p.words, p.index)
	if len(lines) == 0 {
		return nil
	}
	return split(lines, m.of(p, lines), 0)
}

// margins are where most lines of the pages of one width end on the right.
type margins map[int]float64

func marginsOf(pages []*page) margins {
	ends := map[int][]float64{}
	for _, p := range pages {
		for _, l := range linesOf(p.words, p.index) {
			ends[int(p.size.x1)] = append(ends[int(p.size.x1)], l.x1)
		}
	}
	m := margins{}
	for width, list := range ends {
		slices.Sort(list)
		m[width] = list[len(list)*95/100]
	}
	return m
}

func (m margins) of(p *page, lines []line) rect {
	r := boundsOf(lines)
	r.x1 = m[int(p.size.x1)]
	return r
}

// maxSplits is how often columns are parted into columns.
const maxSplits = 3

func split(lines []line, column rect, depth int) []region {
	if depth == maxSplits || len(lines) < 4 {
		return []region{{lines, column}}
	}
	gap, ok := gapOf(lines)
	if !ok {
		return []region{{lines, column}}
	}
	var out []region
	for start := 0; start < len(lines); {
		end := start
		across := crosses(lines[start], gap)
		for end < len(lines) && crosses(lines[end], gap) == across {
			end++
		}
		part := lines[start:end]
		if left, right := sides(part, gap); !across && areColumns(left, right) {
			out = append(out, split(left, boundsOf(left), depth+1)...)
			out = append(out, split(right, boundsOf(right), depth+1)...)
		} else {
			out = append(out, region{part, column})
		}
		start = end
	}
	return joinRegions(out)
}

// joinRegions joins neighbours that are of one column.
func joinRegions(list []region) []region {
	var out []region
	for _, r := range list {
		if n := len(out) - 1; n >= 0 && out[n].column == r.column {
			out[n].lines = append(slices.Clone(out[n].lines), r.lines...)
			continue
		}
		out = append(out, r)
	}
	return out
}

func boundsOf(lines []line) rect {
	r := lines[0].rect
	for _, l := range lines[1:] {
		r = r.with(l.rect)
	}
	return r
}

// gapOf finds where the fewest lines stand, in the middle half of the width.
func gapOf(lines []line) (x float64, ok bool) {
	all := boundsOf(lines)
	width := int(all.width())
	if width < 100 || width > MaxSide {
		return 0, false
	}
	covered := make([]int, width+2)
	for _, l := range lines {
		for _, cell := range l.cellsAt(1.0) {
			from, to := int(cell[0].x0-all.x0), int(cell[len(cell)-1].x1-all.x0)
			for i := max(0, min(from, width)); i <= max(0, min(to, width)); i++ {
				covered[i]++
			}
		}
	}
	from, to := width/5, width-width/5
	least := slices.Min(covered[from:to])
	if least*2 > len(lines) {
		return 0, false
	}
	best, start := 0, -1
	for i := from; i <= to; i++ {
		if i < to && covered[i] == least {
			if start < 0 {
				start = i
			}
			continue
		}
		if start >= 0 && i-start > best {
			best, x = i-start, all.x0+float64(start+i)/2
		}
		start = -1
	}
	return x, best >= 3
}

// cellsAt parts a line at gaps of so many times its size.
func (l line) cellsAt(times float64) [][]word {
	var out [][]word
	start := 0
	for i := 1; i <= len(l.words); i++ {
		if i == len(l.words) || l.words[i].x0-l.words[i-1].x1 > times*l.size {
			out = append(out, l.words[start:i])
			start = i
		}
	}
	return out
}

// crosses tells a line that has a word, or a narrow space, at x.
func crosses(l line, x float64) bool {
	for _, cell := range l.cellsAt(0.7) {
		if a, b := cell[0].x0, cell[len(cell)-1].x1; min(a, b) < x && max(a, b) > x {
			return true
		}
	}
	return false
}

// sides gives the lines on the left and on the right of x.
func sides(part []line, x float64) (left, right []line) {
	var l, r []word
	for _, p := range part {
		for _, w := range p.words {
			if w.x0 < x {
				l = append(l, w)
			} else {
				r = append(r, w)
			}
		}
	}
	return linesOf(l, part[0].page), linesOf(r, part[0].page)
}

// areColumns tells columns of running text from the cells of a table and from the
// numbers before paragraphs: on both sides most words stand in lines of several words
// that are about as long as the column is wide. Formulas make short lines of their
// own, and count for little.
func areColumns(sides ...[]line) bool {
	for _, lines := range sides {
		if len(lines) < 4 {
			return false
		}
		all, long, inLong, words := boundsOf(lines), 0, 0, 0
		for _, l := range lines {
			words += len(l.words)
			if l.width() > 0.6*all.width() {
				long++
				inLong += len(l.words)
			}
		}
		if long < 3 || inLong*3 < words*2 || inLong < 3*long {
			return false
		}
	}
	return true
}

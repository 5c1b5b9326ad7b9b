package web

import (
	"slices"
	"unicode"
)

// piece is a run of words of two texts: of both, or of one of them only.
type piece struct {
	Text     string
	In, Gone bool // of the second only, of the first only
}

// mostEdits bounds how long the way from one text to another is looked for; texts
// that are further apart are shown whole, one after the other.
const mostEdits = 1200

// difference gives the way from one text to another, by words.
func difference(before, after string) []piece {
	a, b := wordsOf(before), wordsOf(after)
	start := 0
	for start < len(a) && start < len(b) && a[start] == b[start] {
		start++
	}
	end := 0
	for end < len(a)-start && end < len(b)-start && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	var list []piece
	list = same(list, a[:start])
	list = append(list, between(a[start:len(a)-end], b[start:len(b)-end])...)
	return joined(same(list, a[len(a)-end:]))
}

func same(list []piece, words []string) []piece {
	for _, w := range words {
		list = append(list, piece{Text: w})
	}
	return list
}

// between is the shortest way by the method of Myers (1986), if it is short enough.
func between(a, b []string) []piece {
	n, m := len(a), len(b)
	limit := min(n+m, mostEdits)
	v := make([]int, 2*limit+3) // v[limit+1+k]: how far in a, on the diagonal k
	at := func(k int) int { return limit + 1 + k }
	var trace [][]int // what v was before each round, from diagonal -d-1 to d+1
	for d := 0; d <= limit; d++ {
		trace = append(trace, slices.Clone(v[at(-d-1):at(d+1)+1]))
		for k := -d; k <= d; k += 2 {
			x := v[at(k-1)] + 1
			if down(v, at(0), d, k) {
				x = v[at(k+1)]
			}
			for x < n && x-k < m && a[x] == b[x-k] {
				x++
			}
			v[at(k)] = x
			if x >= n && x-k >= m {
				return back(a, b, trace)
			}
		}
	}
	return apart(a, b)
}

// down tells whether the way came to diagonal k in round d by a word of the second.
func down(v []int, zero, d, k int) bool {
	return k == -d || k != d && v[zero+k-1] < v[zero+k+1]
}

// back goes the way from its end.
func back(a, b []string, trace [][]int) []piece {
	var list []piece
	x, y := len(a), len(b)
	for d := len(trace) - 1; d >= 0; d-- {
		v, k := trace[d], x-y
		from := k - 1
		if down(v, d+1, d, k) {
			from = k + 1
		}
		fromX := v[d+1+from]
		for x > fromX && y > fromX-from {
			list = append(list, piece{Text: a[x-1]})
			x, y = x-1, y-1
		}
		switch {
		case d == 0:
		case x == fromX:
			list = append(list, piece{Text: b[y-1], In: true})
		default:
			list = append(list, piece{Text: a[x-1], Gone: true})
		}
		x, y = fromX, fromX-from
	}
	slices.Reverse(list)
	return list
}

func apart(a, b []string) []piece {
	var list []piece
	for _, w := range a {
		list = append(list, piece{Text: w, Gone: true})
	}
	for _, w := range b {
		list = append(list, piece{Text: w, In: true})
	}
	return list
}

// joined makes runs of the pieces.
func joined(list []piece) []piece {
	var out []piece
	for _, p := range list {
		if n := len(out); n > 0 && out[n-1].In == p.In && out[n-1].Gone == p.Gone {
			out[n-1].Text += p.Text
			continue
		}
		out = append(out, p)
	}
	return out
}

// wordsOf parts a text into words, spaces and signs.
func wordsOf(text string) []string {
	var list []string
	var run []rune
	kind := 0
	for _, r := range text {
		k := 3
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
			k = 1
		case unicode.IsSpace(r) && r != '\n':
			k = 2
		}
		if len(run) > 0 && (k != kind || k == 3) {
			list, run = append(list, string(run)), run[:0]
		}
		run, kind = append(run, r), k
	}
	if len(run) > 0 {
		list = append(list, string(run))
	}
	return list
}

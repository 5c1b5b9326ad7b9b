package pdf

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"comity/intake"
	"comity/intake/prose"
)

// edges is how many lines at the top and at the bottom of a page may be its head and
// its foot.
const edges = 4

// takeRunning takes the heads and feet that stand on most pages out of the lines of
// the pages, and gives them as blocks. Pages of books have one head on the left and
// one on the right, so a third of the pages is enough where there are many.
func takeRunning(pages []*page) []intake.Block {
	heads, feet := newEdges(), newEdges()
	lines := make([][]line, len(pages))
	for i, p := range pages {
		lines[i] = linesOf(upright(p.words), p.index)
		heads.count(edge(lines[i], false), p.index)
		feet.count(edge(lines[i], true), p.index)
	}
	var out []intake.Block
	for i, p := range pages {
		taken := heads.take(edge(lines[i], false), len(pages), p.index)
		for _, l := range feet.take(edge(lines[i], true), len(pages), p.index) {
			if x, y := l.middle(); !slices.ContainsFunc(taken, func(head line) bool { return head.holds(x, y) }) {
				taken = append(taken, l) // on a page of few lines one is near both edges
			}
		}
		if len(taken) >= len(lines[i]) && len(p.words) > 15 {
			taken = nil // pages that say the same are no heads
		}
		for _, l := range taken {
			if text := prose.Paragraph(l.text()); text != "" {
				out = append(out, intake.Block{Kind: intake.Paragraph, Text: text, Aside: intake.Running, Page: p.index + 1})
			}
		}
		out = append(out, tiltedOf(p)...)
		p.words = without(p.words, taken)
	}
	return out
}

// marksOf gives the lines in which a document may say how it is to be handled: its
// heads and feet, and the outermost line of each page, since one page has no head
// that could be told by another.
func marksOf(pages []*page, running []intake.Block) []string {
	var out []string
	for _, b := range running {
		out = append(out, b.Text)
	}
	for _, p := range pages {
		all := strings.Split(strings.TrimSpace(p.recognised), "\n")
		if lines := linesOf(upright(p.words), p.index); len(lines) > 0 {
			all = append(all, lines[0].text(), lines[len(lines)-1].text())
		}
		out = append(out, all[0])
		out = append(out, all[max(len(all)-2, 0):]...)
	}
	return out
}

// upright gives the words that run from left to right.
func upright(words []word) []word {
	var out []word
	for _, w := range words {
		if !w.tilted {
			out = append(out, w)
		}
	}
	return out
}

// tiltedOf gives what stands askew on a page, such as a stamp along its margin.
func tiltedOf(p *page) []intake.Block {
	var words []string
	for _, w := range p.words {
		if w.tilted {
			words = append(words, w.text)
		}
	}
	text := prose.Paragraph(strings.Join(words, " "))
	if text == "" {
		return nil
	}
	return []intake.Block{{Kind: intake.Paragraph, Text: text, Aside: intake.Running, Page: p.index + 1}}
}

func without(words []word, lines []line) []word {
	var out []word
	for _, w := range words {
		if w.tilted || inside(lines, w) {
			continue
		}
		out = append(out, w)
	}
	return out
}

func inside(lines []line, w word) bool {
	for _, l := range lines {
		x, y := w.middle()
		if l.holds(x, y) {
			return true
		}
	}
	return false
}

// edge gives the outermost lines of a page, the outermost first.
func edge(lines []line, bottom bool) []line {
	var out []line
	for i := range min(edges, len(lines)) {
		if bottom {
			i = len(lines) - 1 - i
		}
		out = append(out, lines[i])
	}
	return out
}

// edgeLines is what is known of the heads, or of the feet, of all pages.
type edgeLines struct {
	on      map[string]int // on how many pages a line stands
	numbers map[int]int    // how far numbers in outermost lines are ahead of the page's place
}

func newEdges() edgeLines { return edgeLines{map[string]int{}, map[int]int{}} }

// count counts lines that may be a head or a foot, once for a page.
func (e edgeLines) count(lines []line, index int) {
	once := map[string]bool{}
	for i, l := range lines {
		if k := likeness(l); !once[k] {
			once[k] = true
			e.on[k]++
		}
		if n, ok := numberIn(l); i == 0 && ok {
			e.numbers[n-index]++
		}
	}
}

var numbers = regexp.MustCompile(`[0-9]+|\b[ivxlc]+\b`)

// likeness is the same for a line that stands on each page at one height with
// another number.
func likeness(l line) string {
	words := numbers.ReplaceAllString(strings.ToLower(strings.Join(strings.Fields(l.text()), " ")), "#")
	return strings.Trim(words, "-–— ") + "@" + itoa(int(math.Round(l.base))/12)
}

// numberIn gives the number with which a line begins or ends.
func numberIn(l line) (int, bool) {
	for _, w := range []word{l.words[len(l.words)-1], l.words[0]} {
		if n, err := strconv.Atoi(strings.Trim(w.text, "-–—|[]()")); err == nil && n >= 0 && n < 10*MaxPages {
			return n, true
		}
	}
	return 0, false
}

// take gives the lines, from the outermost, that stand on most pages. One line that
// does not may lie between them, such as a date.
func (e edgeLines) take(lines []line, pages, index int) []line {
	var out []line
	missed := 0
	for i, l := range lines {
		switch {
		case e.isRunning(l, i, pages, index):
			out = append(out, l)
		case missed == 1:
			return out
		default:
			missed++
		}
	}
	return out
}

var (
	pageNumber = regexp.MustCompile(`^(?i:page|página|pág\.?|p\.)?[\s\-–—|\[(]*([0-9]{1,4})[\s\-–—|\])]*(?:(?i:of|de|/)\s*[0-9]{1,4})?$`)
	roman      = regexp.MustCompile(`^[\-–— ]*[ivxlc]{1,6}[\-–— ]*$`)
)

// isRunning tells a line that stands on most of the pages, or that has its page's
// number. Pages of books have one head on the left and one on the right, so a third
// of many pages is enough; two pages may begin alike by chance, but not with the same
// many words. Where pages are numbered, the outermost line that has the number is the
// head whatever else it says: the chapter's name is another in each chapter.
func (e edgeLines) isRunning(l line, place, pages, index int) bool {
	on, text := e.on[likeness(l)], strings.TrimSpace(l.text())
	n, numbered := numberIn(l)
	if place == 0 && numbered {
		if same := e.numbers[n-index]; same >= 3 && same*5 > pages*2 && len(l.words) <= 15 {
			return true
		}
	}
	if m := pageNumber.FindStringSubmatch(text); m != nil && (m[1] == itoa(index+1) || on >= 2 && on*3 >= pages) {
		return true
	}
	switch {
	case pages < 2:
		return false
	case place == 0 && pages > 3 && roman.MatchString(text):
		return true
	case pages == 2:
		return on == 2 && len(l.words) >= 4
	case pages < 6:
		return on >= 2 && on*2 > pages
	}
	return on*3 >= pages
}

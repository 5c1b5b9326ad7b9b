package word

import (
	"strconv"
	"strings"
)

// levels is how many levels a list has.
const levels = 9

// level is how one level of a list is numbered.
type level struct {
	format string // bullet, decimal, lowerLetter, ...
	text   string // such as "%1.%2)"
	start  int
}

// numbering holds the lists by their ids.
type numbering struct {
	abstract map[string]*[levels]level
	lists    map[string]string // the abstract one of each
	starts   map[string]map[int]int
}

func (r *reader) readNumbering() error {
	r.lists = numbering{abstract: map[string]*[levels]level{}, lists: map[string]string{}, starts: map[string]map[int]int{}}
	return r.pack.children(r.related("numbering"), "numbering", func(n node) error {
		switch n.name {
		case "abstractNum":
			var all [levels]level
			for i := range n.nodes {
				if l := &n.nodes[i]; l.name == "lvl" && number(l.attr("ilvl")) < levels {
					all[number(l.attr("ilvl"))] = level{l.valAt("numFmt"), l.valAt("lvlText"), number(l.valAt("start"))}
				}
			}
			r.lists.abstract[n.attr("abstractNumId")] = &all
		case "num":
			id := n.attr("numId")
			r.lists.lists[id] = n.valAt("abstractNumId")
			for i := range n.nodes {
				if o := &n.nodes[i]; o.name == "lvlOverride" && o.child("startOverride") != nil {
					if r.lists.starts[id] == nil {
						r.lists.starts[id] = map[int]int{}
					}
					r.lists.starts[id][number(o.attr("ilvl"))] = number(o.valAt("startOverride"))
				}
			}
		}
		return nil
	})
}

// count goes on counting in a list, and gives what stands before the paragraph:
// nothing before a bullet.
func (r *reader) count(list string, depth int) (label string, bullet bool) {
	if depth >= levels {
		depth = levels - 1
	}
	all := r.lists.abstract[r.lists.lists[list]]
	if all == nil {
		return "", true
	}
	key := r.lists.lists[list]
	if len(r.lists.starts[list]) > 0 {
		key = "=" + list // it counts for itself
	}
	c := r.counters[key]
	if c == nil {
		c = &[levels]int{}
		for i := range c {
			c[i] = all[i].start - 1
			if s, ok := r.lists.starts[list][i]; ok {
				c[i] = s - 1
			}
		}
		r.counters[key] = c
	}
	c[depth]++
	for i := depth + 1; i < levels; i++ {
		c[i] = all[i].start - 1
	}
	switch l := all[depth]; l.format {
	case "bullet", "none", "":
		return "", true
	default:
		return labelOf(l.text, all, c), false
	}
}

// labelOf fills the numbers into a text such as "%1.%2)".
func labelOf(text string, all *[levels]level, c *[levels]int) string {
	var b strings.Builder
	for i := 0; i < len(text) && b.Len() < 100; i++ {
		if text[i] == '%' && i+1 < len(text) && text[i+1] >= '1' && text[i+1] <= '9' {
			n := int(text[i+1] - '1')
			b.WriteString(written(max(c[n], all[n].start), all[n].format))
			i++
			continue
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

// written gives a number in a format; in one that is not known, in digits.
func written(n int, format string) string {
	switch format {
	case "lowerLetter":
		return strings.ToLower(inLetters(n))
	case "upperLetter":
		return inLetters(n)
	case "lowerRoman":
		return strings.ToLower(inRoman(n))
	case "upperRoman":
		return inRoman(n)
	case "decimalZero":
		if n < 10 {
			return "0" + strconv.Itoa(n)
		}
	}
	return strconv.Itoa(n)
}

// inLetters gives A to Z, then AA to ZZ, as word processors do.
func inLetters(n int) string {
	if n < 1 || n > 26*20 {
		return strconv.Itoa(n)
	}
	return strings.Repeat(string(rune('A'+(n-1)%26)), (n-1)/26+1)
}

func inRoman(n int) string {
	if n < 1 || n > 3999 {
		return strconv.Itoa(n)
	}
	var b strings.Builder
	for _, d := range []struct {
		n int
		s string
	}{{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"}} {
		for n >= d.n {
			b.WriteString(d.s)
			n -= d.n
		}
	}
	return b.String()
}

package page

import (
	"strconv"
	"strings"
	"unicode"

	"comity/intake"
	"comity/intake/prose"
)

func saying(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

// heading reads a heading; with pictures or too much text in it, it is none.
func (f *flow) heading(n *node) {
	f.flush()
	if f.nested > nesting || n.size.text > 5*longHeading {
		f.element(&node{tag: "div", kids: n.kids, up: n, size: n.size})
		return
	}
	g := f.inner(n)
	var said []string
	b := &block{kind: intake.Heading}
	for _, k := range g.out {
		if k.aside != f.aside && k.aside != "" || k.text == "" {
			continue
		}
		said = append(said, k.plain)
		b.links += k.links
		b.count += k.count
	}
	if f.link > 0 {
		b.links, b.count = len(strings.Join(said, " ")), 1
	}
	words := prose.Line(strings.Join(said, " "))
	around := f.at
	f.at = n
	if len(words) > longHeading {
		b.kind = intake.Paragraph
		f.add(b, prose.Paragraph(words), words)
	} else {
		f.add(b, prose.Heading(words), words)
	}
	f.at = around
	f.rest(g)
	if n == f.r.title && f.nested == 0 && f.zone == before {
		f.zone = inside
	}
}

// longHeading is the most bytes of a heading: what is longer is a paragraph in large
// letters.
const longHeading = 200

// rest keeps what an inner flow has beside its text: what is set aside, and pictures.
func (f *flow) rest(g *flow) {
	for _, k := range g.out {
		switch {
		case k.aside != f.aside && k.aside != "":
			f.out = append(f.out, k)
		case k.text == "" && len(k.pictures) > 0:
			f.out = append(f.out, k)
		}
	}
	f.shown = g.shown
}

// list reads a list. One whose entries hold headings or pictures with text, or are
// long, is the page's way to lay blocks out.
func (f *flow) list(n *node) {
	f.flush()
	if f.nested > nesting || laysOut(n) {
		around := f.at
		f.at = n
		for _, k := range n.kids {
			f.visit(k)
			f.flush()
		}
		f.at = around
		return
	}
	b := &block{kind: intake.List}
	var plain []string
	number := startOf(n)
	var asides []*flow
	for _, k := range n.kids {
		if k.tag == "" && !says1(k.text) {
			continue
		}
		if k.tag != "" && k.tag != "li" && f.r.skips(k) {
			continue
		}
		g := f.entry(k)
		entries := f.entries(g, mark(n, k, &number), b, &plain)
		b.entries = append(b.entries, entries...)
		asides = append(asides, g)
	}
	around := f.at
	f.at = n
	f.add(b, prose.List(b.entries), strings.Join(plain, "\n"))
	f.at = around
	for _, g := range asides {
		f.rest(g)
	}
}

// entry reads what one child of a list holds.
func (f *flow) entry(k *node) *flow {
	if k.tag == "li" && !k.hidden && (k.aside == "" || f.aside != "") {
		g := f.inner(k)
		return g
	}
	return f.inner(&node{tag: "li", kids: []*node{k}, up: k.up})
}

// skips tells children of a list that show nothing.
func (r *reader) skips(n *node) bool { return silent[n.tag] }

// entries makes entries of the blocks of one: its first text begins it, what follows
// stands below, and inner lists lie one deeper.
func (f *flow) entries(g *flow, m entryMark, b *block, plain *[]string) []prose.Entry {
	own := prose.Entry{Number: m.number}
	var text []string
	var inner []prose.Entry
	for _, k := range g.out {
		if k.aside != f.aside && k.aside != "" || k.text == "" {
			continue
		}
		b.links += k.links
		b.count += k.count
		*plain = append(*plain, k.plain)
		if k.kind == intake.List && len(k.entries) > 0 {
			for _, e := range k.entries {
				e.Depth++
				inner = append(inner, e)
			}
			continue
		}
		if len(inner) > 0 { // text behind an inner list stays behind it
			inner = append(inner, prose.Entry{Depth: 1, Text: k.plain})
			continue
		}
		text = append(text, k.lines())
	}
	own.Text = strings.Join(text, "\n")
	if own.Text == "" {
		for i := range inner {
			inner[i].Depth--
		}
		return inner
	}
	own.Text = m.letter + own.Text
	return append([]prose.Entry{own}, inner...)
}

// lines gives the text of a block inside another: a heading has no mark there, nor
// code a fence.
func (b *block) lines() string {
	if b.kind == intake.Heading || b.kind == intake.Code {
		return b.plain
	}
	return b.text
}

// entryMark is what stands before an entry: a number, or a letter.
type entryMark struct {
	number int
	letter string
}

func startOf(n *node) int {
	if s, err := strconv.Atoi(n.get("start")); err == nil && s > 0 && s < 1_000_000 {
		return s
	}
	return 1
}

// mark gives the mark of an entry, and counts on.
func mark(list, entry *node, number *int) entryMark {
	if list.tag != "ol" || entry.tag != "li" {
		return entryMark{}
	}
	if v, err := strconv.Atoi(entry.get("value")); err == nil && v > 0 && v < 1_000_000 {
		*number = v
	}
	at := *number
	*number++
	switch list.get("type") {
	case "a", "A":
		letter := string(rune('a' + (at-1)%26))
		if list.get("type") == "A" {
			letter = strings.ToUpper(letter)
		}
		return entryMark{letter: letter + ") "}
	case "i":
		return entryMark{letter: strings.ToLower(roman(at)) + ") "}
	case "I":
		return entryMark{letter: roman(at) + ") "}
	}
	return entryMark{number: at}
}

// roman writes a number below 400 in Roman figures, others as they are.
func roman(n int) string {
	if n < 1 || n >= 400 {
		return strconv.Itoa(n)
	}
	out := ""
	for _, d := range []struct {
		n int
		s string
	}{{100, "C"}, {90, "XC"}, {50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"}} {
		for n >= d.n {
			out += d.s
			n -= d.n
		}
	}
	return out
}

// laysOut tells a list by which a page lays out blocks.
func laysOut(n *node) bool {
	items := 0
	for _, k := range n.kids {
		if k.tag == "li" {
			items++
		}
	}
	if items == 0 || n.size.text > items*800 {
		return true
	}
	return n.find(func(k *node) bool {
		switch k.tag {
		case "h1", "h2", "h3", "h4", "h5", "h6", "figure", "table", "article", "section", "blockquote":
			return !k.hidden
		}
		return false
	}) != nil
}

// terms reads a list of terms with what is said of each below it.
func (f *flow) terms(n *node) {
	f.flush()
	if f.nested > nesting || n.find(is("h1", "h2", "h3", "figure", "table", "dt")) == nil || n.find(is("h1", "h2", "h3", "figure", "table")) != nil {
		f.element(&node{tag: "div", kids: n.kids, up: n, size: n.size})
		return
	}
	b := &block{kind: intake.List}
	var plain []string
	var asides []*flow
	for _, k := range n.kids {
		if k.tag == "" && !says1(k.text) || silent[k.tag] {
			continue
		}
		g := f.inner(&node{tag: "li", kids: []*node{k}, up: n})
		entries := f.entries(g, entryMark{}, b, &plain)
		if last := len(b.entries) - 1; k.tag == "dd" && last >= 0 && len(entries) == 1 {
			b.entries[last].Text += "\n" + entries[0].Text
		} else {
			b.entries = append(b.entries, entries...)
		}
		asides = append(asides, g)
	}
	f.add(b, prose.List(b.entries), strings.Join(plain, "\n"))
	for _, g := range asides {
		f.rest(g)
	}
}

// quote reads a quotation and keeps it whole. Old pages indent with the element: one
// that holds most of the text, or headings, is no quotation.
func (f *flow) quote(n *node) {
	f.flush()
	most := n.size.prose*2 > f.r.main.size.prose && n.size.prose > 1500
	if f.nested > nesting || most || n.find(is("h1", "h2", "h3", "figure", "table")) != nil {
		f.element(&node{tag: "div", kids: n.kids, up: n, size: n.size})
		return
	}
	g := f.inner(n)
	b := &block{kind: intake.Quote}
	var text, plain []string
	for _, k := range g.out {
		if k.aside != f.aside && k.aside != "" || k.text == "" {
			continue
		}
		text = append(text, k.lines())
		plain = append(plain, k.plain)
		b.links += k.links
	}
	around := f.at
	f.at = n
	f.add(b, prose.Quote(strings.Join(text, "\n\n")), strings.Join(plain, "\n"))
	f.at = around
	f.rest(g)
}

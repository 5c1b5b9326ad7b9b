package page

import (
	"strings"

	"comity/intake"
	"comity/intake/prose"
)

// table reads a table of data as one block, and goes through one by which the page
// is laid out.
func (f *flow) table(n *node) {
	f.flush()
	if f.r.isTableFigure(n) {
		f.figure(n)
		return
	}
	if f.nested > nesting || !f.r.isData(n) {
		f.element(&node{tag: "div", kids: n.kids, up: n, size: n.size, attr: map[string]string{}})
		return
	}
	b := &block{kind: intake.Table}
	var rows [][]string
	var plain []string
	var asides []*flow
	for _, row := range rowsOf(n) {
		var cells []string
		if row.tag == "caption" {
			f.caption(row)
			continue
		}
		for _, cell := range row.kids {
			if cell.tag != "td" && cell.tag != "th" || cell.hidden {
				continue
			}
			g := f.inner(cell)
			s := g.line()
			cells = append(cells, strings.ReplaceAll(s, "|", "/"))
			for _, k := range g.out {
				b.links += k.links
			}
			asides = append(asides, g)
		}
		rows = append(rows, cells)
		plain = append(plain, strings.Join(cells, " "))
	}
	f.add(b, prose.Table(rows), strings.Join(plain, "\n"))
	for _, g := range asides {
		f.rest(g)
	}
}

// caption reads the words over a table.
func (f *flow) caption(n *node) {
	f.kids(n)
	f.flush()
}

// line gives the text of a flow as one line.
func (f *flow) line() string {
	var out []string
	for _, k := range f.out {
		if k.text != "" && (k.aside == f.aside || k.aside == "") {
			out = append(out, k.plain)
		}
	}
	return prose.Line(strings.Join(out, " "))
}

// rowsOf gives the caption and the rows of a table, not those of tables inside it.
func rowsOf(n *node) []*node {
	var out []*node
	for _, k := range n.kids {
		if k.hidden {
			continue
		}
		switch k.tag {
		case "tr", "caption":
			out = append(out, k)
		case "thead", "tbody", "tfoot":
			out = append(out, rowsOf(k)...)
		}
	}
	return out
}

// isData tells a table of data: at least two rows and columns, cells of a few words,
// nothing in them that a page is built of, and not mostly links.
func (r *reader) isData(n *node) bool {
	role := n.get("role")
	if role == "presentation" || role == "none" || r.main.within(n) && r.main != r.root || r.title != nil && r.title.within(n) || n.size.links*10 > n.size.text*6 {
		return false
	}
	rows := rowsOf(n)
	if n.holdsStray() {
		return false
	}
	wide, heads := 0, false
	for _, row := range rows {
		filled := 0
		for _, cell := range row.kids {
			heads = heads || cell.tag == "th"
			if cell.tag == "td" || cell.tag == "th" {
				if cell.size.text > 600 || !cell.isPlainCell() {
					return false
				}
				if cell.size.text > 0 {
					filled++
				}
			}
		}
		if filled > 1 {
			wide++
		}
	}
	return wide >= 2 && wide*2 >= len(rows) || heads && wide >= 1 && len(rows) > 1
}

// holdsStray reports whether text stands in a table beside its cells.
func (n *node) holdsStray() bool {
	for _, k := range n.kids {
		switch k.tag {
		case "thead", "tbody", "tfoot", "tr":
			if n.tag == "tr" && k.size.text > 0 || k.holdsStray() {
				return true
			}
		case "td", "th":
			if n.tag != "tr" && k.size.text > 0 {
				return true
			}
		case "caption":
		default:
			if k.size.text > 0 {
				return true
			}
		}
	}
	return false
}

// isPlainCell reports whether a cell holds words rather than parts of a page.
func (n *node) isPlainCell() bool {
	return n.find(is("table", "h1", "h2", "h3", "h4", "figure", "article", "form", "blockquote", "nav")) == nil
}

// isTableFigure tells an old page's way to set a picture with its caption into the
// text: a small table with one picture and a few words.
func (r *reader) isTableFigure(n *node) bool {
	if n.images != 1 || n.size.text < 10 || n.size.text > 500 || n.size.links*2 > n.size.text || r.title != nil && r.title.within(n) || r.main.within(n) {
		return false
	}
	cells := 0
	n.each(func(k *node) {
		if k.tag == "td" || k.tag == "th" {
			cells++
		}
	})
	return cells <= 4 && cells > 0 && n.find(is("table", "h1", "h2", "h3", "form")) == n
}

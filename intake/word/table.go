package word

import (
	"strings"

	"comity/intake"
	"comity/intake/prose"
)

// longCell is above how many bytes a cell holds a text of its own: then the table
// only lays out the page.
const longCell = 2000

// table reads a table as rows of cells; one that only lays out the page, as the
// blocks that its cells hold.
func (r *reader) table(n node) error {
	outer, outerCaptions := r.blocks, r.captions
	var rows [][]string
	var all []intake.Block
	wide, long := 0, false
	for _, row := range rowsOf(n.nodes) {
		if d := row.at("trPr", "del"); d != nil {
			r.change(*d)
			continue
		}
		var cells []string
		for _, cell := range cellsOf(row.nodes) {
			r.blocks, r.captions = nil, nil
			if err := r.blocksOf(cell.nodes); err != nil {
				return err
			}
			text := cellText(r.blocks)
			if m := cell.at("tcPr", "vMerge"); m != nil && m.val() != "restart" {
				text = ""
			}
			long = long || len(text) > longCell
			cells, all = append(cells, text), append(all, r.blocks...)
		}
		wide = max(wide, len(cells))
		rows = append(rows, cells)
	}
	r.blocks, r.captions = outer, outerCaptions
	if wide < 2 || long {
		for _, b := range all {
			r.put(b)
		}
		return nil
	}
	b := intake.Block{Kind: intake.Table, Text: prose.Table(rows)}
	for _, inner := range all {
		b.Pictures = append(b.Pictures, inner.Pictures...)
	}
	r.put(b)
	return nil
}

// rowsOf gives the rows of a table, also those inside wrappers.
func rowsOf(nodes []node) []node { return inside(nodes, "tr") }

func cellsOf(nodes []node) []node { return inside(nodes, "tc") }

func inside(nodes []node, name string) []node {
	var out []node
	for _, n := range nodes {
		switch n.name {
		case name:
			out = append(out, n)
		case "sdt", "sdtContent", "customXml", "ins", "moveTo", "AlternateContent", "Choice":
			out = append(out, inside(n.nodes, name)...)
		}
	}
	return out
}

// cellText gives the blocks of a cell on one line.
func cellText(blocks []intake.Block) string {
	var out []string
	for _, b := range blocks {
		text := b.Text
		switch b.Kind {
		case intake.Heading:
			text = strings.TrimPrefix(text, "## ")
		case intake.Quote:
			text = strings.ReplaceAll("\n"+text, "\n>", "\n")
		case intake.List:
			text = strings.ReplaceAll("\n"+text, "\n- ", "; ")[1:]
		case intake.Table:
			text = strings.ReplaceAll(text, "\n", "; ")
		}
		out = append(out, prose.Line(text))
	}
	return strings.TrimSpace(strings.Join(out, " "))
}

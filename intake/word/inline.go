package word

import (
	"strconv"
	"strings"

	"comity/intake"
)

// run is what is read of the words of a paragraph.
type run struct {
	text     strings.Builder
	pictures []intake.Picture
	boxes    [][]node // text boxes that hang on it
	hidden   bool     // its style hides it
	field    int      // how many codes of fields are open
}

// maxReferences is how many references to notes are numbered.
const maxReferences = 10_000

// inline reads what a paragraph or a part of one holds.
func (r *reader) inline(nodes []node, out *run) {
	for _, n := range nodes {
		switch n.name {
		case "pPr", "rPr", "Fallback", "instrText", "delText", "delInstrText", "rt", "commentReference", "annotationRef", "footnoteRef", "endnoteRef", "softHyphen", "sdtPr", "smartTagPr":
		case "del", "moveFrom":
			r.change(n)
		case "ins", "moveTo":
			r.change(n)
			r.inline(n.nodes, out)
		case "r":
			r.run(n, out)
		case "fldChar":
			switch n.attr("fldCharType") {
			case "begin":
				out.field++
			case "separate", "end":
				out.field = max(0, out.field-1)
			}
		case "t":
			if out.field == 0 {
				out.text.WriteString(n.text)
			}
		case "tab", "ptab":
			out.text.WriteByte('\t')
		case "br", "cr":
			out.text.WriteByte('\n')
		case "noBreakHyphen":
			out.text.WriteByte('-')
		case "sym":
			out.text.WriteString(symbol(n.attr("char")))
		case "footnoteReference":
			out.text.WriteString("[" + reference(&r.footnotes, n.attr("id"), strconv.Itoa) + "]")
		case "endnoteReference":
			out.text.WriteString("[" + reference(&r.endnotes, n.attr("id"), func(i int) string { return strings.ToLower(inRoman(i)) }) + "]")
		case "drawing", "pict", "object":
			r.drawing(n, out)
		default: // hyperlink, smartTag, sdt, fldSimple, AlternateContent, ruby, bdo, ...
			r.inline(n.nodes, out)
		}
	}
}

// run reads words of one look, unless they are hidden.
func (r *reader) run(n node, out *run) {
	look := n.child("rPr")
	hidden := out.hidden || look.onAt("vanish") || r.styles.hides(look.valAt("rStyle"))
	if v := look.child("vanish"); v != nil && !v.on() {
		hidden = false
	}
	if hidden {
		for _, c := range n.nodes {
			if c.name == "t" && strings.TrimSpace(c.text) != "" {
				r.hidden++
			}
		}
		return
	}
	r.inline(n.nodes, out)
}

// reference gives the number of a note, counted in the order in which the text refers
// to them.
func reference(list *[]string, id string, written func(int) string) string {
	for i, known := range *list {
		if known == id {
			return written(i + 1)
		}
	}
	if len(*list) < maxReferences {
		*list = append(*list, id)
	}
	return written(len(*list))
}

// symbol gives a character that is named by its code. Those of fonts of symbols stand
// in the private area, and are bullets and arrows mostly.
func symbol(code string) string {
	n, err := strconv.ParseUint(code, 16, 32)
	switch {
	case err != nil || n > 0x10ffff:
		return ""
	case n >= 0xf000 && n <= 0xf0ff:
		return map[uint64]string{0xf0b7: "•", 0xf0a7: "▪", 0xf0e0: "→", 0xf0fc: "✓", 0xf0d8: "➢"}[n]
	}
	return string(rune(n))
}

// change counts a tracked change and whose it is.
func (r *reader) change(n node) {
	r.changes++
	if who := n.attr("author"); len(r.tracked) < 1000 {
		r.tracked[who] = true
	}
}

// drawing takes the pictures and the text boxes of a drawing. What it says of them
// stands beside them or above.
func (r *reader) drawing(n node, out *run) { r.shape(n, "", out) }

func (r *reader) shape(n node, alt string, out *run) {
	switch n.name {
	case "Fallback":
		return
	case "txbxContent":
		out.boxes = append(out.boxes, n.nodes)
		return
	case "blip", "imagedata":
		id := n.attr("embed")
		for _, name := range []string{"link", "id"} {
			if id == "" {
				id = n.attr(name)
			}
		}
		r.picture(id, alt, out)
		return
	}
	if s := n.attr("alt"); s != "" {
		alt = s
	}
	for _, said := range []*node{n.child("docPr"), n.at("nvPicPr", "cNvPr")} {
		if said != nil && said.attr("descr") != "" && alt == "" {
			alt = said.attr("descr")
		}
	}
	for _, c := range n.nodes {
		r.shape(c, alt, out)
	}
}

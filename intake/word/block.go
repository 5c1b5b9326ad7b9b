package word

import (
	"regexp"
	"strconv"
	"strings"

	"comity/intake"
	"comity/intake/prose"
)

// block reads one child of a body, a cell, a text box or a note.
func (r *reader) block(n node) error {
	switch n.name {
	case "p":
		return r.paragraph(n)
	case "tbl":
		r.flush()
		r.endList()
		return r.table(n)
	case "del", "moveFrom":
		r.change(n)
		return nil
	case "ins", "moveTo":
		r.change(n)
	case "sectPr", "pPr", "tcPr", "sdtPr", "sdtEndPr", "Fallback", "tblPr", "trPr":
		return nil
	}
	for _, c := range n.nodes { // sdt, sdtContent, customXml, AlternateContent, Choice, ins
		if err := r.block(c); err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) blocksOf(nodes []node) error {
	for _, n := range nodes {
		if err := r.block(n); err != nil {
			return err
		}
	}
	r.flush()
	r.endList()
	return nil
}

// item is an entry of a list that goes on, or a paragraph that is numbered.
type item struct {
	depth int
	label string // "" for a bullet
	text  string
	pics  []intake.Picture
}

// paragraph reads a paragraph and puts it where its style belongs.
func (r *reader) paragraph(n node) error {
	var run run
	properties := n.child("pPr")
	styleID := properties.valAt("pStyle")
	run.hidden = r.styles.hides(styleID)
	if properties.at("rPr", "ins") != nil {
		r.change(*properties.at("rPr", "ins"))
	}
	r.inline(n.nodes, &run)
	text := r.carried + run.text.String()
	r.carried = ""
	if d := properties.at("rPr", "del"); d != nil { // its end is deleted: it goes on with the next
		r.change(*d)
		r.carried = text
		r.boxes = append(r.boxes, run.boxes...)
		return nil
	}
	r.placed(styleID, properties, text, run.pictures)
	r.boxes = append(r.boxes, run.boxes...)
	return r.openBoxes()
}

// openBoxes reads the text boxes that hang on the last paragraph.
func (r *reader) openBoxes() error {
	for len(r.boxes) > 0 {
		box := r.boxes[0]
		r.boxes = r.boxes[1:]
		r.endList()
		if err := r.blocksOf(box); err != nil {
			return err
		}
	}
	return nil
}

// flush gives a paragraph whose end was deleted and that nothing follows.
func (r *reader) flush() {
	if text := prose.Paragraph(r.carried); text != "" {
		r.endList()
		r.put(intake.Block{Kind: intake.Paragraph, Text: text})
	}
	r.carried = ""
}

// placed puts the text of a paragraph where its style belongs.
func (r *reader) placed(styleID string, properties *node, text string, pictures []intake.Picture) {
	list, depth := properties.valAt("numPr", "numId"), number(properties.valAt("numPr", "ilvl"))
	if list == "" {
		list, depth = r.styles.list(styleID)
	}
	label, bullet := "", false
	if list != "" && list != "0" && prose.Paragraph(text) != "" {
		label, bullet = r.count(list, depth)
	}
	heading := outlineOf(properties)
	if heading == 0 {
		heading = r.styles.heading(styleID)
	}
	b := intake.Block{Kind: intake.Paragraph, Text: prose.Paragraph(text), Pictures: pictures}
	switch {
	case r.styles.named(styleID, "title", "título", "titel"):
		b.Kind, b.Text = intake.Heading, prose.Heading(text)
		if r.titled == "" && b.Text != "" {
			r.titled, r.titleAt = prose.Line(text), len(r.blocks)
		}
	case heading > 0 && prose.Heading(text) != "":
		b.Kind, b.Text = intake.Heading, prose.Heading(label+" "+text)
	case r.styles.named(styleID, "caption", "descripción", "epígrafe", "beschriftung"):
		r.endList()
		r.put(b)
		if b.Text != "" {
			r.captions[len(r.captions)-1] = true
		}
		return
	case r.styles.named(styleID, "quote", "intense quote", "block text", "cita", "cita destacada", "quotations"):
		b.Kind, b.Text = intake.Quote, prose.Quote(text)
		r.joinQuote(b)
		return
	case strings.HasPrefix(r.styles[styleID].name, "toc ") && b.Text != "":
		b.Aside = intake.Navigation
	case (bullet || label != "") && b.Text != "":
		r.pending = append(r.pending, item{min(depth, levels), label, text, pictures})
		return
	}
	r.endList()
	r.put(b)
}

// joinQuote joins paragraphs of one quotation.
func (r *reader) joinQuote(b intake.Block) {
	r.endList()
	if n := len(r.blocks) - 1; n >= 0 && r.blocks[n].Kind == intake.Quote && b.Text != "" && r.blocks[n].Aside == "" {
		r.blocks[n].Text += "\n>\n" + b.Text
		r.blocks[n].Pictures = append(r.blocks[n].Pictures, b.Pictures...)
		return
	}
	r.put(b)
}

// longEntry is above how many bytes the text of a numbered paragraph makes it one of
// its own: a report's numbered paragraphs are graded and marked one by one.
const longEntry = 400

var plainNumber = regexp.MustCompile(`^([0-9]{1,9})\.$`)

// endList puts the entries of the list that went on: as a list, or as paragraphs with
// their numbers where they are long.
func (r *reader) endList() {
	items := r.pending
	r.pending = nil
	var list []prose.Entry
	var pictures []intake.Picture
	put := func() {
		r.put(intake.Block{Kind: intake.List, Text: prose.List(list), Pictures: pictures})
		list, pictures = nil, nil
	}
	long := false
	for _, it := range items {
		long = long || it.label != "" && len(it.text) > longEntry
	}
	for _, it := range items {
		if long && it.label != "" {
			put()
			r.put(intake.Block{Kind: intake.Paragraph, Text: prose.Paragraph(it.label + " " + it.text), Pictures: it.pics})
			continue
		}
		e := prose.Entry{Depth: it.depth, Text: it.text}
		if m := plainNumber.FindStringSubmatch(it.label); m != nil {
			e.Number, _ = strconv.Atoi(m[1])
		} else if it.label != "" {
			e.Text = it.label + " " + it.text
		}
		list, pictures = append(list, e), append(pictures, it.pics...)
	}
	put()
}

package word

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"comity/intake"
	"comity/intake/prose"
)

// readNotes puts the footnotes and endnotes at the end, in the order in which the
// text refers to them.
func (r *reader) readNotes() error {
	if err := r.notesFrom("footnotes", &r.footnotes, strconv.Itoa); err != nil {
		return err
	}
	return r.notesFrom("endnotes", &r.endnotes, func(i int) string { return strings.ToLower(inRoman(i)) })
}

func (r *reader) notesFrom(kind string, ids *[]string, written func(int) string) error {
	part := r.related(kind)
	if part == "" || len(*ids) == 0 {
		return nil
	}
	texts := map[string][]intake.Block{}
	err := r.from(part, kind, func(n node) error {
		id := n.attr("id")
		if t := n.attr("type"); t != "" && t != "normal" || !slices.Contains(*ids, id) {
			return nil
		}
		blocks, err := r.apart(n.nodes)
		texts[id] = blocks
		return err
	})
	if err != nil {
		return err
	}
	for i, id := range *ids {
		for j, b := range texts[id] {
			if j == 0 {
				b.Kind, b.Text = intake.Paragraph, prose.Paragraph("["+written(i+1)+"] "+strings.TrimLeft(strings.TrimPrefix(b.Text, "## "), "-> "))
			}
			r.put(b)
		}
	}
	return nil
}

// from reads another part, with that part's own relations.
func (r *reader) from(part, of string, each func(node) error) error {
	own, err := r.pack.relationsOf(part)
	if err != nil {
		return err
	}
	main := r.relations
	r.relations = own
	defer func() { r.relations = main }()
	return r.pack.children(part, of, each)
}

// apart reads blocks that are not put with the others.
func (r *reader) apart(nodes []node) ([]intake.Block, error) {
	blocks, captions := r.blocks, r.captions
	r.blocks, r.captions = nil, nil
	err := r.blocksOf(nodes)
	out := r.blocks
	r.blocks, r.captions = blocks, captions
	return out, err
}

// readRunning sets aside what the heads and feet of pages say, each text once.
func (r *reader) readRunning() error {
	seen := map[string]bool{}
	for _, kind := range []string{"header", "footer"} {
		var parts []string
		for _, rel := range r.relations {
			if rel.kind == kind && !rel.outside {
				parts = append(parts, rel.target)
			}
		}
		slices.Sort(parts)
		for _, part := range parts {
			var blocks []intake.Block
			err := r.from(part, map[string]string{"header": "hdr", "footer": "ftr"}[kind], func(n node) error {
				some, err := r.apart([]node{n})
				blocks = append(blocks, some...)
				return err
			})
			if err != nil {
				return err
			}
			for _, b := range blocks {
				if b.Text != "" && !seen[b.Text] {
					seen[b.Text] = true
					r.running = append(r.running, strings.Split(strings.TrimPrefix(b.Text, "## "), "\n")...)
					r.put(intake.Block{Kind: b.Kind, Text: b.Text, Aside: intake.Running})
				}
			}
		}
	}
	return nil
}

// readDescription takes title, author and date from the file's own description, and
// the title from the text if there is none.
func (r *reader) readDescription() error {
	all, err := r.pack.relationsOf("")
	if err != nil {
		return err
	}
	core := "docProps/core.xml"
	for _, rel := range all {
		if rel.kind == "core-properties" && !rel.outside {
			core = rel.target
		}
	}
	got := map[string]string{}
	err = r.pack.children(core, "coreProperties", func(n node) error {
		got[n.name] = n.text
		return nil
	})
	if err != nil {
		return err
	}
	r.doc.Title, r.doc.Byline = prose.Title(got["title"]), prose.Name(got["creator"])
	for _, s := range []string{got["created"], got["modified"]} {
		if t, err := time.Parse(time.RFC3339, strings.TrimSpace(s)); err == nil && r.doc.Date == "" && t.Year() > 1980 && t.Year() < 2200 {
			r.doc.Date = t.Format(time.RFC3339)
		}
	}
	if l := got["language"]; languageTag.MatchString(l) {
		r.doc.Language = l
	}
	r.takeTitle()
	return nil
}

// takeTitle sets the paragraph aside that is the title: the one in the style of
// titles, or the first if it is a heading.
func (r *reader) takeTitle() {
	at, words := r.titleAt, r.titled
	if words == "" {
		at = slices.IndexFunc(r.blocks, func(b intake.Block) bool { return b.Text != "" && b.Aside == "" })
		if at < 0 || r.blocks[at].Kind != intake.Heading {
			return
		}
		words = strings.TrimPrefix(r.blocks[at].Text, "## ")
	}
	if at >= len(r.blocks) || len(r.blocks[at].Pictures) > 0 {
		return
	}
	if r.titled != "" || r.doc.Title == "" { // what stands in the text is what readers see
		if t := prose.Title(words); t != "" {
			r.doc.Title = t
		}
	}
	if strings.EqualFold(r.doc.Title, words) {
		r.blocks[at].Aside = intake.Byline
	}
}

// notes says what was left out.
func (r *reader) notes() {
	note := func(format string, args ...any) { r.doc.Notes = append(r.doc.Notes, fmt.Sprintf(format, args...)) }
	if marks := prose.Handling(r.running); marks != "" {
		note("%s", marks)
	}
	if r.changes > 0 {
		who := "one author"
		if len(r.tracked) > 1 {
			who = fmt.Sprintf("%d authors", len(r.tracked))
		}
		note("The document has tracked changes by %s: what was inserted was taken, what was deleted was not.", who)
	}
	if n := r.comments(); n == 1 {
		note("The document has a comment, which was left out.")
	} else if n > 1 {
		note("The document has %d comments, which were left out.", n)
	}
	if r.hidden > 0 {
		note("The document has hidden text, which was left out.")
	}
	if r.pack.has("word/vbaProject.bin") {
		note("The document has macros, which were left out.")
	}
	if r.outside > 0 {
		note("Pictures of the document lie outside the file (%d), and were not fetched.", r.outside)
	}
	if r.unshown > 0 {
		note("Pictures of the document were left out (%d): only PNG, JPEG, GIF, WebP, BMP and TIFF are taken.", r.unshown)
	}
	embedded := 0
	for name := range r.pack.parts {
		if strings.HasPrefix(name, "word/embeddings/") {
			embedded++
		}
	}
	if embedded > 0 {
		note("Files are embedded in the document (%d), and were left out.", embedded)
	}
}

func (r *reader) comments() int {
	n := 0
	_ = r.pack.children(r.related("comments"), "comments", func(c node) error { // a part that is damaged holds none that could be counted
		if c.name == "comment" {
			n++
		}
		return nil
	})
	return n
}

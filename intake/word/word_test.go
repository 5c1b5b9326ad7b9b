package word_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"comity/fault"
	"comity/intake"
	"comity/intake/prose/prosetest"
	"comity/intake/word"
)

func mustRead(t *testing.T, v vector) intake.Document {
	t.Helper()
	d, err := word.Read(v.bytes())
	if err != nil {
		t.Fatal(err)
	}
	prosetest.Sound(t, d)
	return d
}

func told(d intake.Document) []string {
	var out []string
	for _, b := range d.Blocks {
		s := string(b.Kind)
		if b.Aside != "" {
			s += "/" + string(b.Aside)
		}
		for _, p := range b.Pictures {
			s += fmt.Sprintf(" [%d %s]", p.File, p.Caption)
		}
		out = append(out, s+": "+b.Text)
	}
	return out
}

func expect(t *testing.T, d intake.Document, want ...string) {
	t.Helper()
	got := told(d)
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || got[i] != want[i] {
			t.Fatalf("the blocks are\n%s\nnot\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

func TestBlocks(t *testing.T) {
	d := mustRead(t, vector{body: p("Title", "Ships of Tampico") + p("", "One & two.") + p("H1", "What was seen") + p("Own", "At night") +
		p("Loop", "Three") + p("Q", "He said so.") + p("Q", "Twice.") + p("T1", "At night 2") + p("", "") +
		para("", r("a")+`<w:r><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/><w:t>d</w:t><w:sym w:font="Symbol" w:char="F0B7"/></w:r>`) +
		para("", `<w:hyperlink r:id="x1">`+r("our site")+`</w:hyperlink>`+r(" and more")) +
		para("", `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>HYPERLINK "http://x"</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>`+r("shown")+`<w:r><w:fldChar w:fldCharType="end"/></w:r>`)})
	expect(t, d, "heading/byline: ## Ships of Tampico", "paragraph: One & two.", "heading: ## What was seen", "heading: ## At night", "paragraph: Three",
		"quote: > He said so.\n>\n> Twice.", "paragraph/navigation: At night 2", "paragraph: a b\nc-d•", "paragraph: our site and more", "paragraph: shown")
	if d.Title != "Ships of Tampico" || d.Language != "es-MX" || d.Format != intake.Word || len(d.Notes) > 0 {
		t.Errorf("%q %q %q %q", d.Title, d.Language, d.Format, d.Notes)
	}
}

func TestLists(t *testing.T) {
	long := strings.Repeat("A numbered paragraph of a report is marked by itself. ", 10)
	d := mustRead(t, vector{body: listed("1", "0", "a") + listed("1", "1", "b") + listed("1", "1", "c") + listed("1", "0", "d") + p("", "Between.") +
		listed("2", "0", "one") + listed("2", "0", "two") + p("", "Between.") + listed("2", "0", "three") + listed("2", "1", "deep") + listed("2", "0", "more") + listed("2", "1", "deep") + p("", "Between.") +
		listed("3", "0", "seven") + p("", "Between.") + listed("2", "0", long) + listed("2", "0", "five") + listed("0", "0", "no list") + listed("9", "0", "unknown")})
	long = strings.TrimSpace(long)
	expect(t, d, "list: - a\n  - (a) b\n  - (b) c\n- d", "paragraph: Between.", "list: 1. one\n2. two", "paragraph: Between.", "list: 3. three\n  - 3.I deep\n4. more\n  - 4.I deep", "paragraph: Between.",
		"list: 7. seven", "paragraph: Between.", "paragraph: 5.\u00a0"+long, "paragraph: 6.\u00a0five", "paragraph: no list", "list: - unknown")
}

func TestTables(t *testing.T) {
	cell := func(s string) string { return `<w:tc><w:tcPr/>` + s + `</w:tc>` }
	row := func(cells ...string) string { return `<w:tr>` + strings.Join(cells, "") + `</w:tr>` }
	d := mustRead(t, vector{body: `<w:tbl><w:tblPr/>` + row(cell(p("", "Ship")), cell(p("", "Seen"))) +
		row(cell(p("", "Aurora")+p("", "(red)")), cell(listed("1", "0", "a")+listed("1", "0", "b"))) +
		`<w:tr><w:trPr><w:del w:author="x"/></w:trPr>` + cell(p("", "gone")) + cell(p("", "gone")) + `</w:tr>` +
		row(`<w:tc><w:tcPr><w:vMerge/></w:tcPr>`+p("", "x")+`</w:tc>`, cell(`<w:tbl>`+row(cell(p("", "i")), cell(p("", "j")))+`</w:tbl>`+p("", ""))) + `</w:tbl>` +
		`<w:tbl>` + row(cell(p("H1", "A frame")+p("", "only lays out."))) + `</w:tbl>`})
	expect(t, d, "table: Ship | Seen\nAurora (red) | a; b\n| i | j", "heading: ## A frame", "paragraph: only lays out.")
}

func TestNotesAndBoxes(t *testing.T) {
	d := mustRead(t, vector{
		body: para("", r("Seen")+`<w:r><w:endnoteReference w:id="5"/></w:r>`+r(" in 2019")+`<w:r><w:footnoteReference w:id="3"/></w:r>`+r(" by")+`<w:r><w:footnoteReference w:id="2"/></w:r>`) +
			para("", r("Anchor")+`<w:r><mc:AlternateContent><mc:Choice><w:drawing><wps:txbx><w:txbxContent>`+p("", "In a box.")+`</w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox><w:txbxContent>`+p("", "In a box.")+`</w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>`),
		parts: map[string]string{
			"word/footnotes.xml": head + `<w:footnotes ` + spaces + `><w:footnote w:type="separator" w:id="0">` + p("", "-") + `</w:footnote><w:footnote w:id="2">` + para("", `<w:r><w:footnoteRef/></w:r>`+r(" Second.")) + `</w:footnote><w:footnote w:id="3">` + p("", "First.") + p("", "More.") + `</w:footnote></w:footnotes>`,
			"word/endnotes.xml":  head + `<w:endnotes ` + spaces + `><w:endnote w:id="5">` + p("", "At the end.") + `</w:endnote></w:endnotes>`,
			"word/header1.xml":   head + `<w:hdr ` + spaces + `>` + p("", "SECRET") + p("", "SECRET") + `</w:hdr>`,
		}})
	expect(t, d, "paragraph: Seen[i] in 2019[1] by[2]", "paragraph: Anchor", "paragraph: In a box.", "paragraph: [1] First.", "paragraph: More.", "paragraph: [2] Second.",
		"paragraph: [i] At the end.", "paragraph/running: SECRET")
	if len(d.Notes) != 1 || d.Notes[0] != "The header says: SECRET" {
		t.Errorf("notes %q", d.Notes)
	}
}

func TestMarksOfHandling(t *testing.T) {
	for in, want := range map[string]string{
		p("", "Harbour police of Tampico") + p("", "LES // DO NOT FORWARD"): "The header says: LES // DO NOT FORWARD",
		p("", "Harbour police of Tampico"):                                  "",
	} {
		d := mustRead(t, vector{body: p("", "The confidential source saw them. LES"), parts: map[string]string{"word/header1.xml": head + `<w:hdr ` + spaces + `>` + in + `</w:hdr>`}})
		if got := strings.Join(d.Notes, "\n"); got != want {
			t.Errorf("notes %q, not %q", got, want)
		}
	}
}

func TestWhatIsTrackedHiddenOrSaidBesides(t *testing.T) {
	d := mustRead(t, vector{
		body: para("", r("The ship ")+`<w:ins w:author="Ana">`+r("never ")+`</w:ins><w:del w:author="Luis"><w:r><w:delText>always </w:delText></w:r></w:del><w:moveFrom w:author="Ana">`+r("gone")+`</w:moveFrom>`+r("sailed")+
			`<w:r><w:rPr><w:vanish/></w:rPr><w:t>secretly</w:t></w:r><w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>.</w:t></w:r><w:r><w:commentReference w:id="1"/></w:r>`) +
			p("Hide", "hidden by its style") +
			para(`<w:rPr><w:del w:author="Ana"/></w:rPr>`, r("First half ")) + p("", "and second.") + `<w:del w:author="Ana">` + p("", "gone") + `</w:del>` + para(`<w:rPr><w:del w:author="Ana"/></w:rPr>`, r("Last.")),
		parts: map[string]string{"word/comments.xml": head + `<w:comments ` + spaces + `><w:comment w:id="1">` + p("", "Really?") + `</w:comment><w:comment/></w:comments>`,
			"word/vbaProject.bin": "x", "word/embeddings/a.xlsx": "x"}})
	expect(t, d, "paragraph: The ship never sailed.", "paragraph: First half and second.", "paragraph: Last.")
	want := []string{"The document has tracked changes by 2 authors: what was inserted was taken, what was deleted was not.", "The document has 2 comments, which were left out.",
		"The document has hidden text, which was left out.", "The document has macros, which were left out.", "Files are embedded in the document (1), and were left out."}
	if strings.Join(d.Notes, "\n") != strings.Join(want, "\n") {
		t.Errorf("the notes are\n%s", strings.Join(d.Notes, "\n"))
	}
}

func TestPictures(t *testing.T) {
	d := mustRead(t, vector{
		body: p("", "Text.") + para("", drawn("p1", "A ship")) + p("Cap", "Figure 1: the Aurora") + para("", drawn("p1", "A ship")+r("beside")) +
			para("", drawn("p2", "")+drawn("x1", "")+drawn("p9", "")) + para("", `<w:r><w:pict><v:shape alt="Old"><v:imagedata r:id="p1"/></v:shape></w:pict></w:r>`) + p("Cap", "Table 1") + p("", "End.") +
			para("", drawn("p1", "A picture containing water. Description automatically generated")),
		parts: map[string]string{"word/media/image1.png": pngBytes, "word/media/image2.emf": "\x01\x00\x00\x00"}})
	expect(t, d, "paragraph: Text.", "paragraph [1 Figure 1: the Aurora]: ", "paragraph/caption: Figure 1: the Aurora", "paragraph [1 A ship]: beside", "paragraph [1 Table 1]: ", "paragraph/caption: Table 1", "paragraph: End.", "paragraph [1 ]: ")
	if len(d.Files) != 1 || d.Files[0].Name != "image1.png" || d.Files[0].Media != "image/png" || string(d.Files[0].Content) != pngBytes {
		t.Errorf("the files are %v", d.Files)
	}
	if len(d.Notes) != 2 || !strings.Contains(d.Notes[0], "outside the file (1)") || !strings.Contains(d.Notes[1], "left out (1)") {
		t.Errorf("the notes are %q", d.Notes)
	}
}

func TestDescriptions(t *testing.T) {
	core := func(s string) map[string]string {
		return map[string]string{"docProps/core.xml": head + `<cp:coreProperties xmlns:cp="c" xmlns:dc="d" xmlns:dcterms="t">` + s + `</cp:coreProperties>`}
	}
	d := mustRead(t, vector{body: p("", "Text."), parts: core(`<dc:title>Ships of Tampico</dc:title><dc:creator>Ana Ruiz</dc:creator><dcterms:created>2019-05-02T17:50:59Z</dcterms:created>`)})
	if d.Title != "Ships of Tampico" || d.Byline != "Ana Ruiz" || d.Date != "2019-05-02T17:50:59Z" {
		t.Errorf("%q %q %q", d.Title, d.Byline, d.Date)
	}
	d = mustRead(t, vector{body: p("H1", "Seen in Tampico") + p("", "Text."), parts: core(`<dc:title>report.docx</dc:title><dc:creator>aruiz</dc:creator><dcterms:created>soon</dcterms:created><dcterms:modified>2019-05-02T17:50:59+02:00</dcterms:modified>`)})
	if d.Title != "Seen in Tampico" || d.Byline != "" || d.Date != "2019-05-02T17:50:59+02:00" {
		t.Errorf("%q %q %q", d.Title, d.Byline, d.Date)
	}
	expect(t, d, "heading/byline: ## Seen in Tampico", "paragraph: Text.")
}

func TestRefuses(t *testing.T) {
	good := vector{body: p("", "Text.")}
	with := func(name, s string) []byte {
		return vector{body: p("", "Text."), parts: map[string]string{name: s}}.bytes()
	}
	doc := head + `<w:document ` + spaces + `><w:body>%s</w:body></w:document>`
	many := vector{body: p("", "x"), parts: map[string]string{}}
	for i := range 5001 {
		many.parts[fmt.Sprint("word/media/", i)] = ""
	}
	for name, c := range map[string]struct {
		b    []byte
		kind fault.Kind
		says string
	}{
		"empty":          {nil, fault.Invalid, "empty"},
		"too large":      {append([]byte("PK"), make([]byte, intake.MaxFile)...), fault.TooLarge, "bytes"},
		"a picture":      {[]byte(pngBytes), fault.Invalid, "no Word file"},
		"old":            {[]byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and so on"), fault.Unsupported, "before 2007 (DOC)"},
		"locked":         {[]byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00"), fault.Unsupported, "password"},
		"cut short":      {good.bytes()[:500], fault.Invalid, "damaged"},
		"no text":        {vector{}.bytes(), fault.Invalid, "no text"},
		"only a picture": {archive("word/media/image1.png", pngBytes), fault.Invalid, "no Word file"},
		"a workbook":     {archive("xl/workbook.xml", "<workbook/>"), fault.Unsupported, "another program"},
		"OpenDocument":   {archive("mimetype", "x", "content.xml", "<x/>"), fault.Unsupported, "OpenDocument"},
		"no XML":         {with("word/document.xml", "<w:document><w:body><w:p>"), fault.Invalid, "damaged"},
		"crossed":        {with("word/document.xml", "<w:document><w:body><w:p><w:r></w:p></w:r></w:body></w:document>"), fault.Invalid, "damaged"},
		"entities":       {with("word/document.xml", `<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><w:document><w:body><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:body></w:document>`), fault.Invalid, "entities"},
		"an entity":      {with("word/document.xml", `<w:document><w:body><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:body></w:document>`), fault.Invalid, "damaged"},
		"deep":           {with("word/document.xml", fmt.Sprintf(doc, strings.Repeat("<w:sdt>", 300)+strings.Repeat("</w:sdt>", 300))), fault.TooLarge, "deep"},
		"deep tables":    {with("word/document.xml", fmt.Sprintf(doc, strings.Repeat("<w:tbl><w:tr><w:tc>", 100)+strings.Repeat("</w:tc></w:tr></w:tbl>", 100))), fault.TooLarge, "deep"},
		"bomb":           {with("word/document.xml", fmt.Sprintf(doc, strings.Repeat(" ", 40<<20))), fault.TooLarge, "unpacks to more"},
		"bomb besides":   {with("word/styles.xml", strings.Repeat("<w:style/>", 4<<20)), fault.TooLarge, "unpacks to more"},
		"many parts":     {many.bytes(), fault.TooLarge, "parts; at most"},
		"leads out":      {with("../../etc/passwd", "x"), fault.Invalid, "leads out"},
		"leads out too":  {with(`word\..\x`, "x"), fault.Invalid, "leads out"},
		"absolute":       {with("/word/x", "x"), fault.Invalid, "leads out"},
		"twice":          {archive("word/document.xml", "<a/>", "WORD/document.xml", "<b/>"), fault.Invalid, "two parts"},
		"many blocks":    {vector{body: strings.Repeat("<w:p><w:r><w:t>x</w:t></w:r></w:p>", intake.MaxBlocks+1)}.bytes(), fault.TooLarge, "paragraphs"},
	} {
		_, err := word.Read(c.b)
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != c.kind || !strings.Contains(err.Error(), c.says) || f.Hint == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func archive(parts ...string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		w, _ := z.Create(parts[i])
		w.Write([]byte(parts[i+1]))
	}
	z.Close()
	return b.Bytes()
}

// A part that says it is smaller than it is, is refused.
func TestSizesThatLie(t *testing.T) {
	b := vector{body: p("", strings.Repeat("Text. ", 100))}.bytes()
	for i := 0; i+28 < len(b); i++ {
		if bytes.HasPrefix(b[i:], []byte("PK\x01\x02")) {
			copy(b[i+24:], []byte{9, 0, 0, 0})
		}
	}
	if _, err := word.Read(b); !fault.Is(err, fault.Invalid) {
		t.Errorf("gave %v", err)
	}
}

func TestHostileWords(t *testing.T) {
	d := mustRead(t, vector{body: p("", "# a\u202egpj.exe\u200b") + p("H1", "###") + p("", "- x") + p("", "```") + p("", "---") + listed("1", "0", "- \n# x"),
		parts: map[string]string{"docProps/core.xml": `<c xmlns="x"><coreProperties><title>A` + "\u202e" + `B C</title></coreProperties></c>`}})
	expect(t, d, "paragraph: #\u00a0agpj.exe", "paragraph: ###", "paragraph: -\u00a0x", "paragraph: \\```", "list: - -\n  #\u00a0x")
}

func TestAnOldFile(t *testing.T) {
	b, err := os.ReadFile("../../../shared/data/narratives/court/opinion_doc.doc")
	if err != nil {
		t.Skip("the file opinion_doc.doc is not there: put the narratives at ../shared/data beside the repository")
	}
	if _, err := word.Read(b); !fault.Is(err, fault.Unsupported) || !strings.Contains(err.Error(), "save it as DOCX or PDF") {
		t.Errorf("gave %v", err)
	}
}

// Whatever stands in whatever order, the blocks are read as they were made.
func TestAnyOrder(t *testing.T) {
	words := rapid.SampledFrom([]string{"", "a", "# b", "- c", "1. d", "```", "---", "=\n==", " ", "\u202e", "> e", strings.Repeat("long ", 100)})
	rapid.Check(t, func(t *rapid.T) {
		var body strings.Builder
		for range rapid.IntRange(1, 12).Draw(t, "blocks") {
			text := words.Draw(t, "words")
			body.WriteString(rapid.SampledFrom([]string{
				p("", text), p("H1", text), p("Q", text), p("Title", text), p("Cap", text), p("T1", text), listed("1", "0", text), listed("1", "7", text), listed("2", "0", text), listed("2", "1", text),
				para("", r(text)+drawn("p1", text)), para(`<w:rPr><w:del w:author="x"/></w:rPr>`, r(text)), `<w:tbl><w:tr><w:tc>` + p("", text) + `</w:tc><w:tc>` + listed("2", "0", text) + `</w:tc></w:tr></w:tbl>`,
				para("", r(text)+`<w:r><w:footnoteReference w:id="3"/></w:r>`),
			}).Draw(t, "block"))
		}
		v := vector{body: body.String(), parts: map[string]string{"word/media/image1.png": pngBytes,
			"word/footnotes.xml": head + `<w:footnotes ` + spaces + `><w:footnote w:id="3">` + listed("1", "0", "- note") + `</w:footnote></w:footnotes>`}}
		d, err := word.Read(v.bytes())
		if err == nil {
			prosetest.Sound(t, d)
		} else if !fault.Is(err, fault.Invalid) {
			t.Fatal(err)
		}
	})
}

func FuzzRead(f *testing.F) {
	f.Add(p("Title", "Ships")+listed("2", "1", "x")+p("Q", "y"), "")
	f.Add(`<w:tbl><w:tr><w:tc>`+p("", "a")+`</w:tc></w:tr></w:tbl>`+para("", drawn("p1", "x")), "<a/>")
	f.Add(`<w:p><w:ins><w:r><w:footnoteReference w:id="3"/></w:r></w:ins></w:p>`, `<w:footnotes><w:footnote w:id="3"><w:p><w:r><w:t>n</w:t></w:r></w:p></w:footnote></w:footnotes>`)
	f.Add("<!DOCTYPE x>", "<!ENTITY x>")
	f.Fuzz(func(t *testing.T, body, notes string) {
		d, err := word.Read(vector{body: body, parts: map[string]string{"word/footnotes.xml": notes, "word/media/image1.png": pngBytes, "word/numbering.xml": notes}}.bytes())
		if err != nil && fault.KindOf(err) == fault.Internal {
			t.Errorf("gave %v", err)
		}
		if err == nil {
			prosetest.Sound(t, d)
		}
	})
}

// FuzzBytes reads archives that are broken in any way.
func FuzzBytes(f *testing.F) {
	f.Add(vector{body: p("", "Text.")}.bytes())
	f.Add([]byte("PK\x05\x06" + strings.Repeat("\x00", 18)))
	f.Fuzz(func(t *testing.T, b []byte) {
		if d, err := word.Read(b); err == nil {
			prosetest.Sound(t, d)
		} else if fault.KindOf(err) == fault.Internal {
			t.Errorf("gave %v", err)
		}
	})
}

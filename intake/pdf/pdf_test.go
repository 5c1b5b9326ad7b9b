package pdf_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/png"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"comity/fault"
	"comity/intake"
	"comity/intake/pdf"
	"comity/intake/prose/prosetest"
)

// reader is compiled once for all tests.
var reader = sync.OnceValues(func() (*pdf.Reader, error) { return pdf.Open(context.Background(), "") })

func read(t testing.TB, b []byte, o pdf.Options) (intake.Document, error) {
	t.Helper()
	r, err := reader()
	if err != nil {
		t.Fatal(err)
	}
	d, err := r.Read(context.Background(), b, o)
	if err == nil {
		prosetest.Sound(t, d)
	}
	return d, err
}

func mustRead(t *testing.T, b []byte) intake.Document {
	t.Helper()
	d, err := read(t, b, pdf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// told gives the texts of blocks, with what they are and why they are set aside.
func told(d intake.Document) []string {
	var out []string
	for _, b := range d.Blocks {
		s := string(b.Kind)
		if b.Aside != "" {
			s += "/" + string(b.Aside)
		}
		out = append(out, fmt.Sprintf("%d %s: %s", b.Page, s, b.Text))
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

const (
	ships = "The first ship sailed from the port of Tampico on the night of the third of May with a cargo of scrap metal, and it was seen by two fishermen who know the coast well."
	crews = "The second crew was paid in cash by a man whom nobody had met before, and they were told to wait for a call that came in the early hours of the next morning."
	ports = "Both vessels were reported to the harbour master, who wrote their names into his book and went home without telling anybody what he had seen in the dark."
)

func TestParagraphsHeadingsAndLists(t *testing.T) {
	d := mustRead(t, vector{pages: []string{
		say("B", 20, 72, 720, "Ships of Tampico") +
			say("F", 11, 72, 680, wrap(ships, 80)...) +
			say("F", 11, 72, 620, wrap(crews, 80)...) +
			say("B", 11, 72, 560, "What was seen") +
			say("F", 11, 72, 540, "• the name of the ship was painted over, and the flag was one that nobody on", "  the coast had seen before;", "• no lights.") +
			say("F", 11, 72, 480, wrap(ports, 80)...),
	}}.bytes())
	expect(t, d,
		"1 heading/byline: ## Ships of Tampico", "1 paragraph: "+ships, "1 paragraph: "+crews, "1 heading: ## What was seen",
		"1 list: - the name of the ship was painted over, and the flag was one that nobody on the coast had seen before;\n- no lights.",
		"1 paragraph: "+ports)
	if d.Title != "Ships of Tampico" || d.Format != intake.PDF || d.Machine || len(d.Notes) > 0 {
		t.Errorf("title %q, format %q, machine %v, notes %q", d.Title, d.Format, d.Machine, d.Notes)
	}
}

func TestFirstLinesThatAreIndentedBeginParagraphs(t *testing.T) {
	var content string
	y := 700.0
	for _, p := range []string{ships, crews, ports} {
		for i, l := range wrap(p, 80) {
			x := 72.0
			if i == 0 {
				x += 18
			}
			content += say("F", 11, x, y, l)
			y -= 13.2
		}
	}
	expect(t, mustRead(t, vector{pages: []string{content}}.bytes()), "1 paragraph: "+ships, "1 paragraph: "+crews, "1 paragraph: "+ports)
}

func TestColumns(t *testing.T) {
	wide := "This summary runs over the whole width of the page, above both of its columns, and says what they say in fewer words."
	d := mustRead(t, vector{pages: []string{
		say("B", 18, 200, 740, "Two columns") + say("F", 10, 72, 710, wrap(wide, 90)...) +
			// written line by line across, as some programs do
			columns(650, wrap(ships+" "+crews, 40), wrap(ports+" "+ships, 40)),
	}}.bytes())
	expect(t, d, "1 heading/byline: ## Two columns", "1 paragraph: "+wide, "1 paragraph: "+ships+" "+crews, "1 paragraph: "+ports+" "+ships)
}

func columns(y float64, left, right []string) string {
	var b strings.Builder
	for i := range max(len(left), len(right)) {
		if i < len(left) {
			b.WriteString(say("F", 10, 72, y-12*float64(i), left[i]))
		}
		if i < len(right) {
			b.WriteString(say("F", 10, 320, y-12*float64(i), right[i]))
		}
	}
	return b.String()
}

func TestTables(t *testing.T) {
	var content string
	for i, row := range [][3]string{{"Ship", "Flag", "Seen"}, {"Aurora", "Panama", "3 May"}, {"Esperanza", "Belize", "4 May"}, {"Luna", "none", "9 May"}} {
		for j, cell := range row {
			content += say("F", 11, 72+150*float64(j), 700-16*float64(i), cell)
		}
	}
	d := mustRead(t, vector{pages: []string{content + say("F", 11, 72, 600, wrap(ships, 80)...)}}.bytes())
	expect(t, d, "1 table: Ship | Flag | Seen\nAurora | Panama | 3 May\nEsperanza | Belize | 4 May\nLuna | none | 9 May", "1 paragraph: "+ships)
}

func TestWhatStandsOnEveryPageIsSetAside(t *testing.T) {
	var pages []string
	texts := []string{ships, crews, ports, ships}
	for i, text := range texts {
		pages = append(pages, say("F", 9, 72, 760, "HARBOUR POLICE - FOR OFFICIAL USE")+say("F", 11, 72, 700, wrap(text, 80)...)+
			say("F", 9, 300, 40, fmt.Sprintf("Page %d of 4", i+1)))
	}
	d := mustRead(t, vector{pages: pages}.bytes())
	if len(d.Notes) != 1 || d.Notes[0] != "The header says: HARBOUR POLICE - FOR OFFICIAL USE" {
		t.Errorf("notes %q", d.Notes)
	}
	running := 0
	for _, b := range d.Blocks {
		switch b.Aside {
		case intake.Running:
			running++
		case "":
			if b.Text != texts[b.Page-1] {
				t.Errorf("page %d says %q", b.Page, b.Text)
			}
		}
	}
	if running != 8 {
		t.Errorf("%d heads and feet of 8 were set aside: %q", running, told(d))
	}
}

// A page alone has a head, too, and a scan has one in its picture.
func TestMarksOfHandling(t *testing.T) {
	page := say("F", 9, 72, 760, "LES // DO NOT FORWARD") + say("F", 11, 72, 700, wrap(ships, 80)...)
	if d := mustRead(t, vector{pages: []string{page}}.bytes()); len(d.Notes) != 1 || d.Notes[0] != "The header says: LES // DO NOT FORWARD" {
		t.Errorf("one page: %q", d.Notes)
	}
	page = say("F", 11, 72, 700, wrap(ships+" They were told in secret, CUI, and in the dark: "+ships, 80)...)
	if d := mustRead(t, vector{pages: []string{page}}.bytes()); len(d.Notes) != 0 {
		t.Errorf("no head: %q", d.Notes)
	}
	d, err := read(t, vector{pages: []string{picture}}.bytes(), pdf.Options{Recognise: func([]byte, int) (string, error) { return "TLP:RED\n\nThe ship.\n\nCONFIDENCIAL\n", nil }})
	if err != nil || !slices.Contains(d.Notes, "The header says: TLP:RED; CONFIDENCIAL") {
		t.Errorf("a scan: %q, %v", d.Notes, err)
	}
}

// Heads differ between the chapters of a book, or between its left and right pages.
func TestHeadsOfBooks(t *testing.T) {
	chapters := []string{"Arrivals", "Arrivals", "Cargo", "Cargo", "Crews", "Papers"}
	for name, head := range map[string]func(i int) string{
		"chapters": func(i int) string { return fmt.Sprintf("Part %s: %s  %d", string(rune('A'+i/2)), chapters[i], i+7) },
		"sides":    func(i int) string { return []string{"The harbour of Tampico", "What the police saw there"}[i%2] },
	} {
		var pages []string
		for i := range chapters {
			text := fmt.Sprintf("On day %d of the month %s", i, ships)
			pages = append(pages, say("F", 11, 72, 760, head(i))+say("F", 11, 72, 700-20*float64(i), wrap(text, 80)...))
		}
		heads := 0
		d := mustRead(t, vector{pages: pages}.bytes())
		for _, b := range d.Blocks {
			if b.Aside == intake.Running {
				heads++
			}
		}
		if heads != 6 || len(d.Blocks) != 12 {
			t.Errorf("%s: %d heads of 6 were set aside: %q", name, heads, told(d))
		}
	}
}

func TestParagraphsGoOnOverPagesAndFootnotes(t *testing.T) {
	lines := wrap(ships, 70)
	d := mustRead(t, vector{pages: []string{
		say("F", 11, 72, 200, wrap(crews, 80)...) + say("F", 11, 72, 140, lines[:2]...) +
			"BT /F 7 Tf 72 83 Td (1) Tj /F 9 Tf 5 -3 Td (A note below the text, in small letters.) Tj ET\n",
		say("F", 11, 72, 700, lines[2:]...) + "BT /F 11 Tf 72 640 Td (It was seen in 2019) Tj /F 6 Tf 5 Ts (1) Tj 0 Ts /F 11 Tf ( by many.) Tj ET\n",
	}}.bytes())
	expect(t, d, "1 paragraph: "+crews, "1 paragraph: "+ships, "1 paragraph: [1] A note below the text, in small letters.", "2 paragraph: It was seen in 2019[1] by many.")
}

func TestHyphens(t *testing.T) {
	d := mustRead(t, vector{pages: []string{say("F", 11, 72, 700,
		"The investigation into the long-term plans of the group went on while the investi-",
		"gation of the bank rested. It was a long-",
		"term matter, and the vessel-",
		"owner said so to José Núñez.")}}.bytes())
	expect(t, d, "1 paragraph: The investigation into the long-term plans of the group went on while the investigation of the bank rested. "+
		"It was a long-term matter, and the vessel-owner said so to José Núñez.")
}

// A document whose lines part words parts those, too, that it does not have elsewhere.
func TestHyphensOfDocumentsThatPartWords(t *testing.T) {
	d := mustRead(t, vector{pages: []string{say("F", 11, 72, 700,
		"The investigation of the harbour went on at the time when another investi-",
		"gation had ended. The harbour was closed in the night, and nobody saw the har-",
		"bour master leave the office of the port, where he had been with his sec-",
		"retary.")}}.bytes())
	expect(t, d, "1 paragraph: The investigation of the harbour went on at the time when another investigation had ended. "+
		"The harbour was closed in the night, and nobody saw the harbour master leave the office of the port, where he had been with his secretary.")
}

func TestTurnedPages(t *testing.T) {
	d := mustRead(t, vector{rotate: 90, media: "0 0 792 612", pages: []string{
		"0 1 -1 0 792 0 cm\n" + say("F", 11, 72, 700, wrap(ships, 80)...) + say("F", 11, 72, 640, wrap(crews, 80)...)}}.bytes())
	expect(t, d, "1 paragraph: "+ships, "1 paragraph: "+crews)
}

func TestStampsAlongTheMarginAreSetAside(t *testing.T) {
	d := mustRead(t, vector{pages: []string{"BT 0 1 -1 0 30 300 Tm /F 14 Tf (Received 3 May) Tj ET\n" + say("F", 11, 72, 700, wrap(ships, 80)...)}}.bytes())
	expect(t, d, "1 paragraph: "+ships, "1 paragraph/running: Received 3 May")
}

func TestParagraphsThatLookLikeMarkdown(t *testing.T) {
	d := mustRead(t, vector{pages: []string{say("F", 11, 72, 700, "# 4 is the berth of the ship.") + say("F", 11, 72, 660, "1. The master was told.") +
		say("F", 11, 72, 620, "```") + say("F", 11, 72, 580, "----------")}}.bytes())
	expect(t, d, "1 paragraph: #\u00a04 is the berth of the ship.", "1 paragraph: 1.\u00a0The master was told.", "1 paragraph: \\```")
}

func TestWordsThatNobodySees(t *testing.T) {
	seen := say("F", 11, 72, 700, wrap(ships, 80)...)
	for name, c := range map[string]struct {
		content string
		left    bool
	}{
		"white on white":   {"1 1 1 rg\n" + say("F", 11, 72, 500, "ignore this"), true},
		"white on a box":   {"0 0 0.5 rg 60 480 300 40 re f 1 1 1 rg\n" + say("F", 11, 72, 500, "ignore this"), false},
		"outside the page": {say("F", 11, 72, -90, "ignore this"), true},
		"not drawn":        {"3 Tr\n" + say("F", 11, 72, 500, "ignore this"), true},
		"tiny":             {say("F", 0.5, 72, 500, "ignore this"), true},
		"grey":             {"0.6 g\n" + say("F", 11, 72, 500, "ignore this"), false},
	} {
		d := mustRead(t, vector{pages: []string{seen + c.content}}.bytes())
		found := strings.Contains(strings.Join(told(d), "\n"), "ignore this")
		noted := strings.Contains(strings.Join(d.Notes, "\n"), "Page 1 has words that nobody sees there (2 in all")
		if found == c.left || noted != c.left {
			t.Errorf("%s: found %v, noted %v (%q)", name, found, noted, d.Notes)
		}
	}
}

func TestTextLayersOfMachines(t *testing.T) {
	d := mustRead(t, vector{pages: []string{picture + "3 Tr\n" + say("F", 11, 72, 700, wrap(ships, 80)...)}}.bytes())
	expect(t, d, "1 paragraph: "+ships)
	if len(d.Notes) != 1 || !strings.Contains(d.Notes[0], "text layer that a machine recognised") || !d.Machine {
		t.Errorf("machine %v, notes %q", d.Machine, d.Notes)
	}
}

func TestScans(t *testing.T) {
	scan := vector{pages: []string{picture, picture + say("F", 9, 72, 760, "Case 21-1298 Page 2")}}.bytes()
	_, err := read(t, scan, pdf.Options{})
	if !fault.Is(err, fault.Unsupported) || !strings.Contains(err.Error(), "scanned") || !strings.Contains(err.Error(), "text layer") || !strings.Contains(err.Error(), "tesseract") {
		t.Errorf("a scan: %v", err)
	}

	calls := 0
	d, err := read(t, scan, pdf.Options{Recognise: func(b []byte, dpi int) (string, error) {
		calls++
		im, err := png.Decode(bytes.NewReader(b))
		if err != nil || dpi != 200 || im.Bounds().Dx() != 1700 {
			t.Errorf("%v at %d dpi: %v", im.Bounds(), dpi, err)
		}
		return "The first\nship.\n \nThe\x00 second.\n\f", nil
	}})
	if err != nil || calls != 2 || !d.Machine || len(d.Notes) != 1 || !strings.Contains(d.Notes[0], "Pages 1-2 are pictures") {
		t.Fatalf("%d calls, machine %v, notes %q: %v", calls, d.Machine, d.Notes, err)
	}
	expect(t, d, "1 paragraph: The first ship.", "1 paragraph: The second.", "2 paragraph/running: Case 21-1298 Page 2", "2 paragraph: The first ship.", "2 paragraph: The second.")

	d, err = read(t, scan, pdf.Options{Recognise: func([]byte, int) (string, error) { return "Case 21-1298 Page 2\n\nThe ship.", nil }})
	if err != nil {
		t.Fatal(err)
	}
	expect(t, d, "1 paragraph: Case 21-1298 Page 2", "1 paragraph: The ship.", "2 paragraph: Case 21-1298 Page 2", "2 paragraph: The ship.")

	broken := errors.New("broken")
	if _, err = read(t, scan, pdf.Options{Recognise: func([]byte, int) (string, error) { return "", broken }}); !errors.Is(err, broken) {
		t.Errorf("whoever recognises fails: %v", err)
	}
	if _, err = read(t, scan, pdf.Options{Recognise: func([]byte, int) (string, error) { return " \n", nil }}); !fault.Is(err, fault.Unsupported) {
		t.Errorf("nothing is recognised: %v", err)
	}
}

// What is stamped on every page of a scan is set aside once, as the file spells it.
func TestStampsOfScans(t *testing.T) {
	var pages []string
	for i := range 3 {
		pages = append(pages, picture+say("F", 9, 72, 760, fmt.Sprintf("Case 21-1298 filed in May Page %d", i+1)))
	}
	d, err := read(t, vector{pages: pages}.bytes(), pdf.Options{Recognise: func([]byte, int) (string, error) { return "Case 21-1299 filed in May Page\n\nThe ship sailed.", nil }})
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for i := range 3 {
		want = append(want, fmt.Sprintf("%d paragraph: The ship sailed.", i+1), fmt.Sprintf("%d paragraph/running: Case 21-1298 filed in May Page %d", i+1, i+1))
	}
	expect(t, d, want...)
}

// A small picture beside a few words is read, too; the words stay as they are.
func TestPicturesBesideAFewWords(t *testing.T) {
	b := vector{pages: []string{"q 150 0 0 60 72 500 cm /P Do Q\n" + say("F", 11, 72, 700, "Case 21-1298 filed in May")}}.bytes()
	d, err := read(t, b, pdf.Options{Recognise: func([]byte, int) (string, error) { return "Case 21-1299 filed in May\n\nUNITED", nil }})
	if err != nil || !d.Machine || len(d.Notes) != 1 || !strings.Contains(d.Notes[0], "Page 1 has a picture; a machine recognised") {
		t.Fatalf("machine %v, notes %q, %v", d.Machine, d.Notes, err)
	}
	expect(t, d, "1 paragraph: Case 21-1298 filed in May", "1 paragraph: UNITED")

	d, err = read(t, b, pdf.Options{Recognise: func([]byte, int) (string, error) { return "Case 21-1298 filed in May", nil }})
	if err != nil || d.Machine || len(d.Notes) != 0 {
		t.Errorf("nothing more in it: machine %v, notes %q, %v", d.Machine, d.Notes, err)
	}
}

// A page as large as PDF allows is rendered with fewer dots.
func TestLargeScansAreRenderedWithinBounds(t *testing.T) {
	big := vector{media: "0 0 14000 14000", pages: []string{"q 14000 0 0 14000 0 0 cm /P Do Q\n"}}.bytes()
	_, err := read(t, big, pdf.Options{Recognise: func(b []byte, dpi int) (string, error) {
		c, err := png.DecodeConfig(bytes.NewReader(b))
		if err != nil || c.Width*c.Height > 13<<20 {
			t.Errorf("%d by %d dots: %v", c.Width, c.Height, err)
		}
		return "One.", nil
	}})
	if !fault.Is(err, fault.TooLarge) {
		t.Errorf("17 dots to the inch recognise nothing: %v", err)
	}
}

func TestSomePagesAreScans(t *testing.T) {
	text := say("F", 11, 72, 700, wrap(ships, 80)...)
	d := mustRead(t, vector{pages: []string{text, picture, text}}.bytes())
	if len(d.Notes) != 1 || !strings.HasPrefix(d.Notes[0], "Page 2 of the document is a picture without a text layer") {
		t.Errorf("notes %q", d.Notes)
	}
}

func TestDescriptions(t *testing.T) {
	text := say("B", 20, 72, 740, "The largest words") + say("F", 11, 72, 700, wrap(ships, 80)...)
	for name, c := range map[string]struct{ info, title, byline, date string }{
		"plausible":    {"/Title (Ships of Tampico) /Author (Ana Ruiz) /CreationDate (D:20190502175059+02'00')", "Ships of Tampico", "Ana Ruiz", "2019-05-02T17:50:59+02:00"},
		"a file":       {"/Title (Microsoft Word - x.doc) /Author (aruiz) /CreationDate (D:20190502)", "The largest words", "", "2019-05-02"},
		"an extension": {"/Title (ships_final.indd) /CreationDate (yesterday)", "The largest words", "", ""},
		"hostile":      {"/Title <FEFF202E00530068006900700073002000610020> /Author (A\\000 \\033[2J B C D E)", "Ships a", "A ˙[2J B C D E", ""},
		"no zone":      {"/CreationDate (D:20190502175059Z00'00')", "The largest words", "", "2019-05-02T17:50:59Z"},
		"a time alone": {"/CreationDate (D:20190502175059)", "The largest words", "", "2019-05-02"},
		"before PDF":   {"/CreationDate (D:00010101000000Z)", "The largest words", "", ""},
	} {
		d := mustRead(t, vector{pages: []string{text}, info: c.info}.bytes())
		if d.Title != c.title || d.Byline != c.byline || d.Date != c.date {
			t.Errorf("%s: %q, %q, %q", name, d.Title, d.Byline, d.Date)
		}
	}
	x := `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="r"><rdf:Description xmlns:dc="d" xmlns:xmp="p"><dc:title><rdf:Alt><rdf:li>Ships of Tampico</rdf:li></rdf:Alt></dc:title>` +
		`<dc:creator><rdf:Seq><rdf:li>Ana Ruiz</rdf:li></rdf:Seq></dc:creator><xmp:CreateDate>2019-05-02T17:50:59-06:00</xmp:CreateDate></rdf:Description></rdf:RDF></x:xmpmeta>`
	d := mustRead(t, vector{pages: []string{text}, catalog: "/Metadata 201 0 R", streams: map[int][2]string{201: {"/Type /Metadata /Subtype /XML", x}}}.bytes())
	if d.Title != "Ships of Tampico" || d.Byline != "Ana Ruiz" || d.Date != "2019-05-02T17:50:59-06:00" {
		t.Errorf("XMP: %q, %q, %q", d.Title, d.Byline, d.Date)
	}
}

func TestAttachmentsAreNamedAndLeft(t *testing.T) {
	d := mustRead(t, vector{pages: []string{say("F", 11, 72, 700, wrap(ships, 80)...)},
		catalog: "/Names << /EmbeddedFiles << /Names [(a) 100 0 R] >> >>",
		objects: map[int]string{100: "<< /Type /Filespec /F (list.xlsx) /UF (list.xlsx) /EF << /F 201 0 R >> >>"},
		streams: map[int][2]string{201: {"/Type /EmbeddedFile", "x"}}}.bytes())
	if len(d.Notes) != 1 || d.Notes[0] != "Files are attached to the document and were left in it: list.xlsx." || len(d.Files) > 0 {
		t.Errorf("notes %q, %d files", d.Notes, len(d.Files))
	}
}

func TestRefuses(t *testing.T) {
	text := say("F", 11, 72, 700, wrap(ships, 80)...)
	whole := vector{pages: []string{text}}.bytes()
	many := vector{pages: []string{text}, kids: strings.Repeat("10 0 R ", pdf.MaxPages+1)}
	for name, c := range map[string]struct {
		b    []byte
		kind fault.Kind
		says string
	}{
		"empty":          {nil, fault.Invalid, "empty"},
		"no PDF":         {[]byte("PK\x03\x04 and so on"), fault.Invalid, "no PDF file"},
		"only the start": {[]byte("%PDF-1.7\n"), fault.Invalid, "damaged"},
		"cut short":      {whole[:len(whole)/4], fault.Invalid, ""},
		"too large":      {append([]byte("%PDF-1.7\n"), make([]byte, intake.MaxFile)...), fault.TooLarge, "bytes"},
		"no pages":       {vector{}.bytes(), fault.Invalid, ""},
		"no text":        {vector{pages: []string{"", "0 0 10 10 re f"}}.bytes(), fault.Invalid, "no text"},
		"loop in tree":   {vector{pages: []string{text}, kids: "2 0 R 2 0 R"}.bytes(), fault.Invalid, ""},
		"too many pages": {bytes.Replace(many.bytes(), []byte("/Count 1 "), fmt.Appendf(nil, "/Count %d ", pdf.MaxPages+1), 1), fault.TooLarge, "pages"},
		"giant page":     {vector{pages: []string{text}, media: "0 0 9000000 9000000"}.bytes(), fault.TooLarge, "larger than 200 inches"},
		"locked": {vector{pages: []string{text}, trailer: "/ID [<00> <00>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O (" + strings.Repeat("o", 32) + ") /U (" + strings.Repeat("u", 32) + ") >>"}.bytes(),
			fault.Unsupported, "password"},
		"unknown lock": {vector{pages: []string{text}, trailer: "/ID [<00> <00>] /Encrypt << /Filter /Unheard /V 9 >>"}.bytes(), fault.Unsupported, "encrypted"},
	} {
		_, err := read(t, c.b, pdf.Options{})
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != c.kind || !strings.Contains(err.Error(), c.says) || f.Hint == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestGivesUpWhenTold(t *testing.T) {
	r, err := reader()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	// a page that draws itself for as long as anybody waits
	forever := vector{pages: []string{picture}, streams: map[int][2]string{
		201: {"/Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources << /XObject << /A 202 0 R >> >>", strings.Repeat("/A Do\n", 3000)},
		202: {"/Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources << /XObject << /A 203 0 R >> >>", strings.Repeat("/A Do\n", 3000)},
		203: {"/Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources << /XObject << /A 204 0 R >> >>", strings.Repeat("/A Do\n", 3000)},
		204: {"/Type /XObject /Subtype /Form /BBox [0 0 612 792]", strings.Repeat("0 0 600 700 re f\n", 3000)},
		200: {"/Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources << /XObject << /A 201 0 R >> >>", strings.Repeat("/A Do\n", 3000)},
	}}.bytes()
	if _, err := r.Read(ctx, forever, pdf.Options{}); !fault.Is(err, fault.TooLarge) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("gave %v", err)
	}
	mustRead(t, vector{pages: []string{say("F", 11, 72, 700, wrap(ships, 80)...)}}.bytes()) // and reads the next
}

// narrative gives a real file that lies beside the repository.
func narrative(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile("../../../shared/data/narratives/" + name)
	if err != nil {
		t.Skipf("the file %s is not there: put the narratives at ../shared/data beside the repository", name)
	}
	return b
}

func TestARealReport(t *testing.T) {
	d := mustRead(t, narrative(t, "legal/ofac-compliance-framework-2019.pdf"))
	if d.Title != "A Framework for OFAC Compliance Commitments" || d.Date != "2019-05-02T13:50:59-04:00" {
		t.Errorf("title %q, date %q", d.Title, d.Date)
	}
	var text []string
	pages, feet := map[int]bool{}, 0
	for _, b := range d.Blocks {
		pages[b.Page] = true
		if b.Aside == intake.Running {
			feet++
		} else if b.Aside == "" {
			text = append(text, b.Text)
		}
	}
	if len(pages) != 12 || feet != 11 {
		t.Errorf("%d pages of 12, %d feet of 11", len(pages), feet)
	}
	for _, s := range text {
		if len(s) <= 3 {
			t.Errorf("%q is no text", s)
		}
	}
	all := strings.Join(text, "\n\n")
	at := 0
	for _, s := range []string{
		"The U.S. Department of the Treasury’s Office of Foreign Assets Control (OFAC) administers and enforces U.S. economic",
		"reassess and enhance their respective SCPs, when and as appropriate.\n\n## MANAGEMENT COMMITMENT\n\nSenior Management’s commitment to,",
		"sanctions compliance officer[1];", "C. Sufficient control functions exist",
		"solutions whenever possible.\n\n## RISK ASSESSMENT\n\nRisks in sanctions compliance are",
		"## INTERNAL CONTROLS\n\nAn effective SCP should include internal controls,",
		"## TESTING AND AUDITING\n\nAudits assess the effectiveness of current processes", "## TRAINING\n\nAn effective training program",
		"available to all applicable personnel.\n\n## Root Causes of OFAC Sanctions Compliance Program Breakdowns or Deficiencies Based on Assessment of Prior OFAC Administrative Actions\n\nSince its",
		"\n\n## IX. Utilizing Non-Standard Payment or Commercial Practices\n\n", "\n\n## X. Individual Liability\n\nIn several instances,",
		"U.S.-owned or controlled entities", "but against the individuals as well.",
	} {
		i := strings.Index(all[at:], s)
		if i < 0 {
			t.Fatalf("%q does not come where it should", s)
		}
		at += i
	}
}

func TestARealScan(t *testing.T) {
	_, err := read(t, narrative(t, "court/opinion_pdf_image_based.pdf"), pdf.Options{})
	if !fault.Is(err, fault.Unsupported) || !strings.Contains(err.Error(), "scanned") {
		t.Errorf("gave %v", err)
	}
	d := mustRead(t, narrative(t, "court/ocr_pdf_test.pdf"))
	if len(d.Notes) != 1 || !strings.Contains(d.Notes[0], "hardly any text besides a picture") {
		t.Errorf("notes %q", d.Notes)
	}
}

func TestARealOrder(t *testing.T) {
	d := mustRead(t, narrative(t, "court/gov.uscourts.ca1.12-2209.00106475093.0.pdf"))
	all := strings.Join(told(d), "\n")
	for _, s := range []string{"1 heading/byline: ## United States Court of Appeals", "1 paragraph/running: Case: 12-2209", "2 paragraph/running: Case: 12-2209",
		"2 paragraph: The time for filing the appellant briefs is extended until March 8, 2013."} {
		if !strings.Contains(all, s) {
			t.Errorf("%q is missing in\n%s", s, all)
		}
	}
}

func FuzzRead(f *testing.F) {
	if _, err := reader(); err != nil { // before the clock of the first input runs
		f.Fatal(err)
	}
	for _, v := range []vector{
		{pages: []string{say("F", 11, 72, 700, wrap(ships, 80)...)}},
		{pages: []string{picture, say("B", 20, 72, 740, "Ships")}, info: "/Title (x) /CreationDate (D:2019)"},
		{pages: []string{columns(650, wrap(ships+" "+crews, 40), wrap(ports+" "+ships, 40))}, rotate: 270},
		{pages: []string{"3 Tr 1 1 1 rg\n" + say("F", 0, 72, 700, "x")}, kids: "2 0 R"},
		{media: "0 0 -1 1e9"}, {trailer: "/Encrypt << /Filter /Standard >>"},
	} {
		f.Add(v.bytes())
	}
	f.Add([]byte("%PDF-1.4"))
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := read(t, b, pdf.Options{Recognise: func([]byte, int) (string, error) { return "One.", nil }})
		if err != nil && fault.KindOf(err) == fault.Internal {
			t.Errorf("gave %v", err)
		}
		if err == nil && len(d.Blocks) == 0 {
			t.Error("there is no block, and no error")
		}
	})
}

package clip_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"comity/fault"
	"comity/intake"
	"comity/intake/clip"
	"comity/intake/prose/prosetest"
	"comity/intel"
)

// narratives gives the files of the shared data, or skips.
func narratives(t *testing.T, patterns ...string) []string {
	t.Helper()
	dir, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != "/"; dir = filepath.Dir(dir) {
		at := filepath.Join(dir, "shared/data/narratives")
		if _, err := os.Stat(at); err != nil {
			continue
		}
		var out []string
		for _, p := range patterns {
			list, err := filepath.Glob(filepath.Join(at, p))
			if err != nil || len(list) == 0 {
				t.Fatalf("no file like %s in the narratives (%v)", p, err)
			}
			out = append(out, list...)
		}
		return out
	}
	t.Skip("the narratives are not there: put them at ../shared/data/narratives beside the repository")
	return nil
}

// TestNothingOfPapersIsSetAside: documents of governments have no furniture, and a
// reader that finds some hides what they say. Titles are the exception.
func TestNothingOfPapersIsSetAside(t *testing.T) {
	for _, name := range narratives(t, "whitehouse/*.md", "congressional-record/*.md", "agency-excerpts/*.txt", "es/*.*", "court/*.txt", "legal/*.html") {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		d, err := clip.Read(b)
		if err != nil {
			t.Errorf("%s: %v", filepath.Base(name), err)
			continue
		}
		prosetest.Sound(t, d)
		for _, bl := range d.Blocks {
			if bl.Aside != "" && !(bl.Aside == intake.Byline && bl.Kind == intake.Heading) {
				t.Errorf("%s: set aside as %s: %q", filepath.Base(name), bl.Aside, bl.Text)
			}
		}
		if strings.HasSuffix(name, ".md") && d.Title == "" {
			t.Errorf("%s has no title", filepath.Base(name))
		}
		if strings.Contains(name, "whitehouse") && (d.Date == "" || d.Source == "" || d.Format != intake.Markdown) {
			t.Errorf("%s: date %q, source %q, format %q", filepath.Base(name), d.Date, d.Source, d.Format)
		}
	}
}

// TestPartsAsItems: what is read of a text is what intel.FromText reads of it, with
// each heading by itself.
func TestPartsAsItems(t *testing.T) {
	pieces := []string{"Word", "# Head", "- entry", "1. entry", "> quote", "```", "~~~~", "  indented", "", "", "", "---x", "\ttab", "[2] x", "(U) y", "#", "Head"}
	rapid.Check(t, func(t *rapid.T) {
		lines := []string{"# The title", ""}
		for range rapid.IntRange(1, 20).Draw(t, "lines") {
			piece := rapid.SampledFrom(pieces).Draw(t, "piece")
			if strings.TrimSpace(piece) != "" && strings.Trim(piece, "=`~-* ") != "" {
				piece += " of the long and sad story that they told us."
			}
			if strings.HasPrefix(piece, "Head") {
				piece += "\n===="
			}
			lines = append(lines, piece)
		}
		in := strings.Join(lines, "\n")
		_, want, err := intel.FromText([]byte(in))
		if err != nil {
			return
		}
		d, err := clip.Read([]byte(in))
		if err != nil {
			t.Fatalf("%q: %v", in, err)
		}
		prosetest.Sound(t, d)
		var got []string
		heading := false
		for _, b := range d.Blocks {
			if b.Aside != "" {
				continue
			}
			if heading {
				got[len(got)-1] += "\n" + b.Text
			} else {
				got = append(got, b.Text)
			}
			heading = b.Kind == intake.Heading
		}
		if a, b := squash(got), squash(want); a != b {
			t.Fatalf("%q is read as\n%q\nnot as\n%q", in, a, b)
		}
	})
}

// squash sets texts beside one another without spaces and lines that only draw;
// neighbouring lists are one.
func squash(texts []string) string {
	var out []string
	for _, s := range texts {
		s = strings.NewReplacer("\u00a0", " ", "\\", "", "> ", "").Replace(s)
		var words []string
		for line := range strings.SplitSeq(s, "\n") {
			if strings.Trim(line, "=-*_ `~>#") != "" {
				words = append(words, strings.Fields(strings.TrimLeft(line, "# "))...)
			}
		}
		if len(words) > 0 {
			out = append(out, strings.Join(words, " "))
		}
	}
	return strings.Join(out, "|")
}

func TestRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		in   string
		kind fault.Kind
	}{
		"nothing":    {"", fault.Invalid},
		"spaces":     {" \n\t\n", fault.Invalid},
		"many":       {strings.Repeat("a\n\n", intake.MaxBlocks+1), fault.TooLarge},
		"large file": {strings.Repeat("a", intake.MaxFile+1), fault.TooLarge},
	} {
		if _, err := clip.Read([]byte(c.in)); !fault.Is(err, c.kind) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestHead(t *testing.T) {
	d, err := clip.Read([]byte("---\ntitle: \"Two\\_lines \\\n  of it\"\ndate: '2024-07-26'\nsource_url: https://example.org/a\nauthor: [Ana Ruiz, Luis Paz]\nlang: es_MX\n---\n\nEl texto.\n"))
	if err == nil && (d.Title != "Two\u00a0lines of it" && d.Title != "Two lines of it" || d.Date != "2024-07-26" || d.Source != "https://example.org/a" || d.Byline != "Ana Ruiz, Luis Paz" || d.Language != "es-MX" || len(d.Blocks) != 1) {
		t.Errorf("%+v", d)
	}
	for name, in := range map[string]string{
		"a rule, then text": "---\nThe text: all of it.\nMore\n---\nEnd.\n",
		"not closed":        "---\ntitle: x\n\nText.\n",
		"hostile aliases":   "---\na: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n---\nText.\n",
		"javascript":        "---\nsource: javascript:alert(1)\n---\nText.\n",
	} {
		d, err := clip.Read([]byte(in))
		if err != nil || d.Source != "" {
			t.Errorf("%s: %v %+v", name, err, d)
		}
	}
}

// TestCareful: sentences that hold words of furniture stay, and so do names of
// places that a document lists.
func TestCareful(t *testing.T) {
	for _, s := range []string{
		"Share this with the duty desk.",
		"The group sold through\n\n- Facebook\n- Twitter\n- WhatsApp\n\nand paid in cash.",
		"Facebook, Twitter and WhatsApp",
		"Related: the police said that nine men were held.",
		"He asked for an advertisement\nin the paper and to print\ncomments.",
		"Comments on the draft are due by 3 May.",
		"12 shares of the company were sold.",
		"The witness said that he would email.\nPrint was not his trade.",
		"Los comentarios del fiscal fueron breves.",
		"Publicidad engañosa es un delito.",
		"Copyright law protects the author.",
		"Suscríbete fue la palabra que usó el testigo.",
		"Read more books, he said: they will help you.",
		"FBI",
		"RM",
		"Más información\n\nTres buques salieron del puerto esa noche.",
		"72 hours\n\n2:14",
		"10:30\n\nThe source left.\n\n10:42\n\nHe came back.\n\n11:05\n\nHe slept.",
		"Suggested topics for the meeting were the port and the wall.",
		"Our standards: nobody leaves before noon.",
		"The harbour office (Photo room)\n\nThe men went in at nine",
		"- Crime\n- Ports",
		"By the time they came, he was gone.",
		"1. Print",
		"> Advertisement",
		"## Related stories of the two families\n\nThey met in 1990.",
	} {
		in := "# The raid\n\nOne long paragraph of the report that says what had happened in the town that day and who was there to see it.\n\n" + s + "\n\nAnother paragraph.\n"
		d, err := clip.Read([]byte(in))
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range d.Blocks {
			if b.Aside != "" && b.Text != "# The raid" {
				t.Errorf("%q: set aside as %s: %q", s, b.Aside, b.Text)
			}
		}
	}
}

func TestFurnitureIsSetAside(t *testing.T) {
	for s, want := range map[string]intake.Aside{
		"Hide caption": intake.Controls, "Toggle caption": intake.Controls, "0 Comments": intake.Comments, "Comments (12)": intake.Comments,
		"Share this": intake.Sharing, "1.2K shares": intake.Sharing, "Facebook Twitter": intake.Sharing, "Share on Facebook": intake.Sharing, "Print": intake.Sharing, "Email": intake.Sharing,
		"Read more: Nine held after the raid": intake.Related, "Related: Nine held after the raid": intake.Related,
		"Advertisement": intake.Advertising, "Skip to content": intake.Navigation, "© 2024 The Daily. All rights reserved.": intake.Site,
		"Compartir": intake.Sharing, "Comentarios": intake.Comments, "3 comentarios": intake.Comments, "Publicidad": intake.Advertising, "Te puede interesar": intake.Related,
		"Lee también: Caen nueve en Tampico": intake.Related, "Suscríbete": intake.Site, "Suscríbete a nuestro boletín": intake.Site, "Ocultar pie de foto": intake.Controls,
		"La nota continúa después de la publicidad": intake.Advertising, "38 me gusta": intake.Reactions, "Skip to main content": intake.Navigation,
		"We use cookies to improve your experience. By continuing you accept our use of cookies.": intake.Site,
		"Share on Facebook\nTwitter\nWhatsApp\nCopy link":                                         intake.Sharing, "- Share\n- Print\n- Email": intake.Sharing,
		"Photo: Luis Paz": intake.Caption, "(AP Photo/Ana Ruiz)": intake.Caption, "Foto: Cuartoscuro": intake.Caption, "Jorge Duenes/Reuters": intake.Caption,
	} {
		in := "One long paragraph of the report that says what had happened in the town that day and who was there to see it.\n\n" + s + "\n\nAnother paragraph of the report that says what had happened in the town that day and who was there to see it.\n"
		d, err := clip.Read([]byte(in))
		if want == intake.Caption { // it stands with its picture alone
			if err != nil || len(d.Blocks) != 2 || len(d.Blocks[0].Pictures) != 1 || len(d.Notes) != 1 {
				t.Errorf("%q: %v %+v", s, err, d)
			}
			continue
		}
		asides := slices.DeleteFunc(d.Blocks, func(b intake.Block) bool { return b.Aside == "" })
		if err != nil || len(asides) != 1 || asides[0].Aside != want {
			t.Errorf("%q: %v %+v", s, err, d.Blocks)
		}
	}
}

// TestCopiedPages: what stands at the top and at the end of copies, with one long text
// between, and what they say of themselves.
func TestCopiedPages(t *testing.T) {
	const text = "Elementos de la Secretaría de Marina detuvieron a nueve personas durante un operativo en la terminal de carga, donde aseguraron tres contenedores con sustancias químicas y dos lanchas."
	for name, c := range map[string]struct {
		top, end, title, byline, date string
		left                          []string // besides the text
	}{
		"caption first":      {"Vista de la terminal de Manzanillo, Colima (Foto Cuartoscuro)\n\nDetienen a nueve en Manzanillo\n\nEscuchar nota", "Compartir", "Detienen a nueve en Manzanillo", "", "", nil},
		"caption at once":    {"Vista de la terminal de Manzanillo, Colima (Ana Ruiz / El Puerto)\nDetienen a nueve en Manzanillo\n\nEscuchar nota", "Compartir", "Detienen a nueve en Manzanillo", "", "", nil},
		"no caption":         {"Detienen a nueve hombres en Manzanillo (Colima)\n\nMarina asegura tres contenedores\n\nEscuchar nota", "Compartir", "Detienen a nueve hombres en Manzanillo (Colima)", "", "", []string{"Marina asegura tres contenedores"}},
		"lone name":          {"Detienen a nueve en Manzanillo\n\nAna Ruiz Beltrán\n\nEscuchar nota", "Compartir", "Detienen a nueve en Manzanillo", "Ana Ruiz Beltrán", "", nil},
		"name and office":    {"Detienen a nueve en Manzanillo\n\nAna Ruiz\nCorresponsal\nViernes 3 de mayo de 2024, p. 14\n\nEscuchar nota", "Compartir", "Detienen a nueve en Manzanillo", "Ana Ruiz", "2024-05-03", nil},
		"one paragraph":      {"Detienen a nueve en Manzanillo\nAna Ruiz / Corresponsal", "Compartir\n\njcm", "Detienen a nueve en Manzanillo", "Ana Ruiz", "", nil},
		"initials":           {"Detienen a nueve en Manzanillo\n\nEscuchar nota", "RM\n\nCompartir", "Detienen a nueve en Manzanillo", "", "", nil},
		"initials at once":   {"Detienen a nueve en Manzanillo\n\nEscuchar nota", text + "\nrdmd/cr\n\nCompartir", "Detienen a nueve en Manzanillo", "", "", []string{text}},
		"more":               {"Detienen a nueve en Manzanillo\n\nEscuchar nota", "Más información\n\nEU ofrece 15 mdd por información\n\nHallan segundo laboratorio en Jalisco\n\nCompartir", "Detienen a nueve en Manzanillo", "", "", nil},
		"more by telephone":  {"Detienen a nueve en Manzanillo\n\nEscuchar nota", "Más información\n\nOficina de prensa de Marina 55 5624 6500\n\nCompartir", "Detienen a nueve en Manzanillo", "", "", []string{"Más información", "Oficina de prensa de Marina 55 5624 6500"}},
		"most read":          {"Detienen a nueve en Manzanillo\n\nEscuchar nota", "Most read\n\n1. Strike at ports ends\n2. Oil falls as supply grows", "Detienen a nueve en Manzanillo", "", "", nil},
		"signed and dated":   {"NACIONAL\n\nDetienen a nueve en Manzanillo\nLa fiscalía dijo que son del sur del estado.\n\nPor La Redacción\n\njueves, 2 de mayo de 2024 · 18:40", "Comentarios", "Detienen a nueve en Manzanillo", "La Redacción", "2024-05-02", []string{"La fiscalía dijo que son del sur del estado."}},
		"a blog":             {"jueves, 2 de mayo de 2024\n\nDetienen a nueve en Manzanillo", "Posted by Sol Naciente at 9:14 PM\n12 comments:", "Detienen a nueve en Manzanillo", "Sol Naciente", "2024-05-02", nil},
		"unfolded caption":   {"Detienen a nueve en Manzanillo\n\nEscuchar nota", "Agents at the gate. (AP Photo/Jane Rosen)Read More\n\nCompartir", "Detienen a nueve en Manzanillo", "", "", nil},
		"hours":              {"Detienen a nueve en Manzanillo\n\nEscuchar nota", "Compartir\n\n10:30\n\nLlegan más marinos.\n\nCompartir\n\n10:42\n\nSale un camión.\n\n11:05\n\nCierran el puerto.", "Detienen a nueve en Manzanillo", "", "", []string{"10:30", "Llegan más marinos.", "10:42", "Sale un camión.", "11:05", "Cierran el puerto."}},
		"topics":             {"Detienen a nueve en Manzanillo\n\nEscuchar nota", "Suggested Topics:\n\n- Crime\n- Ports", "Detienen a nueve en Manzanillo", "", "", nil},
		"weather and player": {"72°\n\nDetienen a nueve en Manzanillo\n\n0:00\n2:14", "Copy Link copied\nEmail\nFacebook\nX\nReddit", "Detienen a nueve en Manzanillo", "", "", nil},
		"a list of sharing":  {"Detienen a nueve en Manzanillo\n\nEscuchar nota", "- Copy Link copied\n- Email\n- Facebook\n- X\n- Reddit", "Detienen a nueve en Manzanillo", "", "", nil},
	} {
		in := c.top + "\n" + text + "\n\n" + c.end + "\n"
		if name != "one paragraph" {
			in = c.top + "\n\n" + text + "\n\n" + c.end + "\n"
		}
		d, err := clip.Read([]byte(in))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		prosetest.Sound(t, d)
		var left []string
		for _, b := range d.Blocks {
			if b.Aside == "" {
				left = append(left, b.Text)
			}
		}
		at := slices.Index(left, text)
		if at >= 0 {
			left = slices.Delete(left, at, at+1)
		}
		if at < 0 || d.Title != c.title || d.Byline != c.byline || d.Date != c.date || !slices.Equal(left, c.left) && len(left)+len(c.left) > 0 {
			t.Errorf("%s: %q by %q on %q, left %q", name, d.Title, d.Byline, d.Date, left)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"# T\n\nOne.\n\n- a\n  - b\n", "---\ntitle: x\n---\nText\nHide caption\n", "```\na\n", "| a | b |\n|---|---|\n| c | d |\n", "\xff\xfea\x00", "One [two](https://x.org/a_(b)) ![p](p.jpg)\n", "\u202eA\u200b\n===\n", "> a\nb\n\n> c\n", "Te puede interesar\n\nUna nota\n\n3 comentarios\n\nAna dice:\n\nNo.\n", "~~~~\n~~~\n\n```"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := clip.Read(b)
		if err != nil {
			if fault.KindOf(err) == fault.Internal {
				t.Fatal(err)
			}
			return
		}
		prosetest.Sound(t, d)
	})
}

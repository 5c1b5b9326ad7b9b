package prose_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"comity/fault"
	"comity/intake"
	"comity/intake/prose"
	"comity/intake/prose/prosetest"
	"comity/intel"
)

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"plain\ttext":              "plain\ttext",
		"a\r\nb\rc\u2028d\u0085e":  "a\nb\nc\nd\ne",
		"abc\u202egpj.exe":         "abcgpj.exe",
		"pa\u200by\u2060pal\ufeff": "paypal",
		"co\u00adoperate":          "cooperate",
		"pay\u200dpal":             "paypal",
		"می\u200cخواهم":            "می\u200cخواهم",
		"a\x00b\x1b[2J\xffc":       "ab[2Jc",
		"1\u2003000\u00a0km":       "1 000\u00a0km",
		"\ue000x\u3164":            "x",
		"Culiacán José Núñez 日本":   "Culiacán José Núñez 日本",
	} {
		if got := prose.Clean(in); got != want {
			t.Errorf("%q became %q, not %q", in, got, want)
		}
	}
}

func TestParagraphsAreNotMisread(t *testing.T) {
	for in, want := range map[string]string{
		"# ships":            "#\u00a0ships",
		"#ships":             "#ships",
		"- 5 degrees":        "-\u00a05 degrees",
		"1. The appellant":   "1.\u00a0The appellant",
		"12) The appellant":  "12)\u00a0The appellant",
		"1.5 tons":           "1.5 tons",
		"```":                "\\```",
		"One.\n---\n\n\nTwo": "One.\nTwo",
		"  a\tb ":            "a b",
		"***":                "",
		"Ships\n=====":       "Ships",
	} {
		if got := prose.Paragraph(in); got != want {
			t.Errorf("%q became %q, not %q", in, got, want)
		}
	}
}

func TestForms(t *testing.T) {
	list := prose.List([]prose.Entry{{Text: "a\nmore"}, {Depth: 1, Number: 2, Text: "b"}, {Text: ""}, {Number: 3, Text: "- c"}})
	if want := "- a\n  more\n  2. b\n3. -\u00a0c"; list != want {
		t.Errorf("the list is %q", list)
	}
	if got := prose.Quote("\na\n\n\n b  c\n\n"); got != "> a\n>\n> b c" {
		t.Errorf("the quotation is %q", got)
	}
	if got := prose.Table([][]string{{"Name", "Port\nof call"}, {"", ""}, {"- A", "B"}}); got != "Name | Port of call\n-\u00a0A | B" {
		t.Errorf("the table is %q", got)
	}
	if prose.Heading(" ## ") != "" || prose.Heading(" Ships\nof Tampico") != "## Ships of Tampico" {
		t.Error("headings")
	}
	if got := prose.Clip("Núñez", 6); got != "Nú…" {
		t.Errorf("clipped to %q", got)
	}
}

func TestWhatProgramsWriteIsNoTitle(t *testing.T) {
	for _, s := range []string{"", "x", "Microsoft Word - x.doc", "report.docx", "Untitled-2", "document1", "scan_0001", "C:\\reports\\x", strings.Repeat("long ", 100)} {
		if got := prose.Title(s); got != "" {
			t.Errorf("%q gave %q", s, got)
		}
	}
	if prose.Title(" Ships\nof\u202e Tampico") != "Ships of Tampico" || prose.Name("aruiz") != "" || prose.Name("Microsoft Office User") != "" || prose.Name("Ruiz, Ana") != "Ruiz, Ana" {
		t.Error("titles and names")
	}
}

func TestSettle(t *testing.T) {
	p := func(k intake.Kind, s string, a intake.Aside) intake.Block {
		return intake.Block{Kind: k, Text: s, Aside: a}
	}
	got, err := prose.Settle([]intake.Block{
		p(intake.List, "- a", ""), p(intake.Paragraph, "3", intake.Running), p(intake.Paragraph, "", ""), p(intake.List, "- b", ""),
		p(intake.Paragraph, "c", ""), p(intake.List, "- d", ""),
	})
	if err != nil || len(got) != 4 || got[0].Text != "- a\n- b" || got[3].Text != "- d" {
		t.Errorf("%v %v", got, err)
	}
	long := strings.Repeat("One ship sailed. ", 10_000)
	if got, err = prose.Settle([]intake.Block{p(intake.Paragraph, strings.TrimSpace(long), "")}); err != nil || len(got) != 3 {
		t.Fatalf("%d pieces, %v", len(got), err)
	}
	for _, b := range got {
		if len(b.Text) > intel.MaxText || !strings.HasSuffix(b.Text, ".") {
			t.Errorf("a piece has %d bytes and ends with %q", len(b.Text), b.Text[len(b.Text)-5:])
		}
	}
	many := make([]intake.Block, intake.MaxBlocks+1)
	for i := range many {
		many[i] = p(intake.Paragraph, "x", "")
	}
	if _, err = prose.Settle(many); !fault.Is(err, fault.TooLarge) {
		t.Errorf("too many blocks: %v", err)
	}
}

// words are such as a hostile or merely unlucky document holds.
var words = rapid.SampledFrom([]string{"a", "B.", "#", "##", "-", "*", "+", "1.", "2)", "```", "~~~", "--", "---", "==", "===", "* * *", ">", "|", "\t", "  ",
	"\n", "\n\n", "\r", "\u00a0", "\u2028", "\u202e", "\u200b", "\x00", "\xff", "\uFFFD", "ñ", "日本", "\f", "_", "___", "\\"})

func text(t *rapid.T) string {
	return strings.Join(rapid.SliceOfN(words, 0, 12).Draw(t, "words"), rapid.SampledFrom([]string{"", " "}).Draw(t, "between"))
}

// Whatever the words are, the blocks are read as they were made.
func TestBlocksAreReadAsTheyAre(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var blocks []intake.Block
		for range rapid.IntRange(1, 8).Draw(t, "blocks") {
			switch k := rapid.SampledFrom([]intake.Kind{intake.Heading, intake.Paragraph, intake.List, intake.Quote, intake.Table}).Draw(t, "kind"); k {
			case intake.Heading:
				blocks = append(blocks, intake.Block{Kind: k, Text: prose.Heading(text(t))})
			case intake.Paragraph:
				blocks = append(blocks, intake.Block{Kind: k, Text: prose.Paragraph(text(t))})
			case intake.Quote:
				blocks = append(blocks, intake.Block{Kind: k, Text: prose.Quote(text(t))})
			case intake.Table:
				blocks = append(blocks, intake.Block{Kind: k, Text: prose.Table([][]string{{text(t), text(t)}, {text(t)}})})
			default:
				entries := []prose.Entry{{Text: text(t)}, {Depth: rapid.IntRange(-1, 300).Draw(t, "depth"), Number: rapid.IntRange(0, 3).Draw(t, "number"), Text: text(t)}}
				blocks = append(blocks, intake.Block{Kind: k, Text: prose.List(entries)})
			}
		}
		settled, err := prose.Settle(blocks)
		if err != nil {
			t.Fatal(err)
		}
		prosetest.Sound(t, intake.Document{Blocks: settled})
	})
}

func FuzzParagraph(f *testing.F) {
	for _, s := range []string{"# a", "- a\n\n  b", "```\na", "a\n---", "1. a\r\n2. b", "\u202ea\x00", "> a", "***"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		blocks, err := prose.Settle([]intake.Block{
			{Kind: intake.Paragraph, Text: prose.Paragraph(s)}, {Kind: intake.Quote, Text: prose.Quote(s)},
			{Kind: intake.Heading, Text: prose.Heading(s)}, {Kind: intake.List, Text: prose.List([]prose.Entry{{Text: s}})},
			{Kind: intake.Paragraph, Text: prose.Paragraph(s)},
		})
		if err != nil {
			t.Fatal(err)
		}
		prosetest.Sound(t, intake.Document{Blocks: blocks})
	})
}

func TestRaster(t *testing.T) {
	for b, want := range map[string]string{"\x89PNG\r\n\x1a\nx": "image/png", "\xff\xd8\xff\xe0": "image/jpeg", "GIF89a": "image/gif", "RIFF....WEBPx": "image/webp", "II*\x00": "image/tiff",
		"": "", "<svg/>": "", "RIFF....WAVEx": "", "\x01\x00\x00\x00": ""} {
		if got := prose.Raster([]byte(b)); got != want {
			t.Errorf("%q gave %q, not %q", b, got, want)
		}
	}
}

func TestHandling(t *testing.T) {
	for in, marked := range map[string]bool{
		"LES // DO NOT FORWARD": true, "LAW ENFORCEMENT SENSITIVE": true, "Law Enforcement Sensitive": true, "TLP:AMBER+STRICT": true, "TLP: RED": true, "CONFIDENCIAL": true, "Confidencial": true, "RESERVADO": true,
		"INFORMACIÓN RESERVADA": true, "U//FOUO": true, "CUI": true, "CUI//SP-PROPIN": true, "SECRET": true, "SECRET//NOFORN": true, "TOP SECRET": true, "HARBOUR POLICE - FOR OFFICIAL USE": true, "UNCLASSIFIED": true, "(U//LES) Bulletin 14": true, "LES": true,
		"UNITED STATES SECRET SERVICE": false, "SECRETARÍA DE MARINA": false, "SE LES INFORMA": false, "The confidential source": false, "Page 3 of 9": false, "Port of Tampico": false, "CUIDADO": false, "A secret meeting": false, "LESS": false, "": false,
	} {
		if got := prose.Handling([]string{"Page 1", in}); (got != "") != marked || marked && got != "The header says: "+in {
			t.Errorf("%q: %q", in, got)
		}
	}
	if got := prose.Handling([]string{"CUI", strings.Repeat("SECRETO á", 40), "CUI", "TLP:RED"}); len(got) > 200 || strings.Count(got, "CUI") != 1 {
		t.Errorf("%d bytes: %q", len(got), got)
	}
}

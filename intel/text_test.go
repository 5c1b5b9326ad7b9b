package intel_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"comity/fault"
	"comity/intel"
)

func TestFromText(t *testing.T) {
	for name, c := range map[string]struct {
		in, title string
		texts     []string
	}{
		"paragraphs":           {"One.\nStill one.\n\n\nTwo.\n", "", []string{"One.\nStill one.", "Two."}},
		"heading":              {"# Ships of Tampico\n\nOne.", "Ships of Tampico", []string{"One."}},
		"heading, closed":      {"## Ships ##\nOne.", "Ships", []string{"One."}},
		"heading on two lines": {"Ships\n=====\nOne.", "Ships", []string{"One."}},
		"a word with a sign":   {"# On C#\n\nOne.", "On C#", []string{"One."}},
		"hashtag is text":      {"#ships\n\nOne.", "", []string{"#ships", "One."}},
		"second heading":       {"# A\n\nOne.\n\n## B\n\nTwo.\n\n## C\n", "A", []string{"One.", "## B\n\nTwo.", "## C"}},
		"headings in a row":    {"# A\n\n## B\n### C\nTwo.", "A", []string{"## B\n\n### C\n\nTwo."}},
		"list":                 {"- a\n\n- b\n  more\n\n  still b\n\nAfter.", "", []string{"- a\n\n- b\n  more\n\n  still b", "After."}},
		"numbered list":        {"1. a\n2. b\n\n3) c\n\nAfter.", "", []string{"1. a\n2. b\n\n3) c", "After."}},
		"list below a line":    {"These:\n- a\n- b\n\nAfter.", "", []string{"These:\n- a\n- b", "After."}},
		"quote":                {"> a\n> b\n\nAfter.", "", []string{"> a\n> b", "After."}},
		"fence":                {"```\na\n\n# b\n```\n\nAfter.", "", []string{"```\na\n\n# b\n```", "After."}},
		"fence never closed":   {"~~~\na\n\nb\n\n", "", []string{"~~~\na\n\nb"}},
		"numbers and marks":    {"[2] One.\n\n(U) Two.\n\n3. Three.", "", []string{"[2] One.", "(U) Two.", "3. Three."}},
		"rules part":           {"One.\n\n---\n\nTwo.\n\n* * *\n", "", []string{"One.", "Two."}},
		"line ends":            {"\uFEFF# T\r\n\r\nOne.\r\nMore.\r\rTwo.", "T", []string{"One.\nMore.", "Two."}},
		"page break":           {"One.\n\n\fTwo.\n\f\nThree.", "", []string{"One.", "Two.", "Three."}},
		"spaces at line ends":  {"One.  \n\t\nTwo.\t", "", []string{"One.", "Two."}},
		"other scripts":        {"# Señor 日本\n\nالنص", "Señor 日本", []string{"النص"}},
	} {
		title, texts, err := intel.FromText([]byte(c.in))
		if err != nil || title != c.title || !slices.Equal(texts, c.texts) {
			t.Errorf("%s: %q %q %v", name, title, texts, err)
		}
	}
}

func TestFromTextRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		in    string
		kind  fault.Kind
		where string
	}{
		"empty":             {"", fault.Invalid, ""},
		"spaces":            {" \n\t\n", fault.Invalid, ""},
		"byte order mark":   {"\uFEFF", fault.Invalid, ""},
		"only a heading":    {"# Title\n", fault.Invalid, ""},
		"only rules":        {"---\n\n***\n", fault.Invalid, ""},
		"NUL":               {"One.\n\nTw\x00o.", fault.Invalid, "line 3"},
		"not UTF-8":         {"One.\nTw\xffo.", fault.Invalid, "line 2"},
		"UTF-16":            {"\xff\xfeO\x00n\x00e\x00", fault.Invalid, "line 1"},
		"cut-off rune":      {"One.\xe2\x82", fault.Invalid, "line 1"},
		"surrogate":         {"\xed\xa0\x80", fault.Invalid, "line 1"},
		"escape":            {"\x1b[31mred", fault.Invalid, "line 1"},
		"override":          {"One.\r\n\r\n\u202Eowt", fault.Invalid, "line 3"},
		"next line":         {"One.\u0085Two.", fault.Invalid, "line 1"},
		"page break inside": {"One.\fTwo.", fault.Invalid, "line 1"},
		"long title":        {"\n# " + strings.Repeat("a", 201) + "\n\nOne.", fault.TooLarge, "line 2"},
		"title reorders":    {"# a\u2066b\n\nOne.", fault.Invalid, "line 1"},
		"long paragraph":    {"One.\n\n" + strings.Repeat("word ", 14000), fault.TooLarge, "line 3"},
		"many portions":     {strings.Repeat("a\n\n", 501), fault.TooLarge, "line 1001"},
		"long file":         {strings.Repeat("a\n\n", 2<<20), fault.TooLarge, ""},
	} {
		title, texts, err := intel.FromText([]byte(c.in))
		if !fault.Is(err, c.kind) || !strings.HasPrefix(err.Error(), c.where) {
			t.Errorf("%s: %v", name, err)
		}
		if title != "" || texts != nil {
			t.Errorf("%s left %q %q behind", name, title, texts)
		}
	}
	if _, texts, err := intel.FromText([]byte(strings.Repeat("a\n\n", 500))); err != nil || len(texts) != 500 {
		t.Error("500 portions are within the limit", err)
	}
}

// TestFromTextLosesNothing: every word of a text is in the title or in a
// portion, in order, and every portion is one that an item may have.
func TestFromTextLosesNothing(t *testing.T) {
	pieces := []string{"word", "# head", "- entry", "1. entry", "> quote", "```", "~~~~", "  indented", "====", "", "", "", "---x", "| a | b |", "\ttab", "[2] x", "(U) y", "#", "\uFEFFx"}
	rapid.Check(t, func(t *rapid.T) {
		n := 0
		var lines []string
		for range rapid.IntRange(1, 20).Draw(t, "lines") {
			n++
			piece := rapid.SampledFrom(pieces).Draw(t, "piece")
			if strings.TrimSpace(piece) != "" && strings.Trim(piece, "=`~") != "" {
				piece += fmt.Sprint(" w", n)
			}
			lines = append(lines, piece)
		}
		in := strings.Join(lines, "\n")
		title, texts, err := intel.FromText([]byte(in))
		if err != nil {
			return
		}
		out := strings.Join(texts, "\n")
		for k := 1; k <= n; k++ {
			w := fmt.Sprintf(" w%d", k)
			has := func(s string) bool { return slices.Contains(strings.Fields(s), strings.TrimSpace(w)) }
			if has(in) != (has(out) || has(title)) {
				t.Fatalf("%q lost %q: %q %q", in, w, title, texts)
			}
		}
		checkTexts(t, title, texts)
	})
}

type failer interface{ Fatalf(string, ...any) }

// checkTexts: what FromText gives can be stored as it is.
func checkTexts(t failer, title string, texts []string) {
	i := valid()
	i.Portions = nil
	for n, text := range texts {
		i.Portions = append(i.Portions, intel.Portion{ID: portionID(n), Kind: intel.Fact, Text: text})
	}
	if title != "" {
		i.Title = title
	}
	if err := i.Validate(); err != nil {
		t.Fatalf("%q %q: %v", title, texts, err)
	}
}

func FuzzFromText(f *testing.F) {
	for _, s := range []string{"# T\n\nOne.\n\n- a\n- b", "a\r\nb\rc", "```\n\n", "\uFEFF", "x\n===\n", "> q", "\f", "1) a\n\n   b", "#\n", "---\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		title, texts, err := intel.FromText(b)
		if err != nil {
			if fault.KindOf(err) == fault.Internal {
				t.Fatal(err)
			}
			return
		}
		if !utf8.Valid(b) {
			t.Fatalf("%q is no UTF-8 and was taken", b)
		}
		checkTexts(t, title, texts)
	})
}

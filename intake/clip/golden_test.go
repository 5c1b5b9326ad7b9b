package clip_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"comity/intake"
	"comity/intake/clip"
	"comity/intake/prose/prosetest"
)

var update = flag.Bool("update", false, "write what is read now into the golden files")

// TestCopies reads texts as they come when pages are copied. Beside each stands what
// is to be read of it.
func TestCopies(t *testing.T) {
	texts, _ := filepath.Glob("testdata/*.txt")
	marked, _ := filepath.Glob("testdata/*.md")
	if len(texts) < 5 || len(marked) < 1 {
		t.Fatal("the copies are not there")
	}
	for _, name := range append(texts, marked...) {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		d, err := clip.Read(b)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		prosetest.Sound(t, d)
		golden := strings.TrimSuffix(name, filepath.Ext(name)) + ".golden"
		got := show(d)
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s is read as\n%s\nnot as %s says (-update writes it)", name, got, golden)
		}
	}
}

// show writes a document for people to compare.
func show(d intake.Document) string {
	var b strings.Builder
	fmt.Fprintf(&b, "format: %s\ntitle: %s\nbyline: %s\ndate: %s\nsource: %s\n", d.Format, d.Title, d.Byline, d.Date, d.Source)
	for _, n := range d.Notes {
		fmt.Fprintf(&b, "note: %s\n", n)
	}
	for _, bl := range d.Blocks {
		why := "TEXT"
		if bl.Aside != "" {
			why = string(bl.Aside)
		}
		fmt.Fprintf(&b, "\n[%s, %s]\n%s\n", why, bl.Kind, strings.ReplaceAll(bl.Text, "\u00a0", "␣"))
		for _, p := range bl.Pictures {
			fmt.Fprintf(&b, "(picture %s, caption: %s, credit: %s)\n", p.Name, p.Caption, p.Credit)
		}
	}
	return b.String()
}

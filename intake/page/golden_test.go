package page_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"comity/intake"
	"comity/intake/page"
	"comity/intake/prose/prosetest"
)

var update = flag.Bool("update", false, "write what is read now into the golden files")

// beside gives the files that were saved with a page.
func beside(name string) ([]byte, bool) {
	b, err := os.ReadFile(filepath.Join("testdata", name))
	return b, err == nil
}

// TestPages reads pages of many makes. Beside each stands what is to be read of it.
func TestPages(t *testing.T) {
	list, err := filepath.Glob("testdata/*.html")
	if err != nil || len(list) < 12 {
		t.Fatalf("%d pages: %v", len(list), err)
	}
	for _, name := range list {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		d, err := page.Read(b, beside)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		prosetest.Sound(t, d)
		golden := strings.TrimSuffix(name, ".html") + ".golden"
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
			t.Errorf("%s is read otherwise than %s says (-update writes it): %s", name, golden, difference(got, string(want)))
		}
	}
}

// difference gives the first line in which two texts differ.
func difference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return fmt.Sprintf("line %d is %q, not %q", i+1, g[i], w[i])
		}
	}
	return fmt.Sprintf("%d lines, not %d", len(g), len(w))
}

// show writes a document for people to compare.
func show(d intake.Document) string {
	var b strings.Builder
	fmt.Fprintf(&b, "title: %s\nbyline: %s\ndate: %s\nsource: %s\nlanguage: %s\n", d.Title, d.Byline, d.Date, d.Source, d.Language)
	for i, f := range d.Files {
		fmt.Fprintf(&b, "file %d: %s, %s, %d bytes\n", i+1, f.Name, f.Media, len(f.Content))
	}
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
			fmt.Fprintf(&b, "(picture %s, file %d, caption: %s, credit: %s)\n", p.Name, p.File, p.Caption, p.Credit)
		}
	}
	return b.String()
}

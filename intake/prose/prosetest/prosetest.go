// Package prosetest checks documents that readers of formats made.
//
// Band 6, for tests only.
package prosetest

import (
	"slices"
	"strings"

	"comity/fault"
	"comity/intake"
	"comity/intel"
)

// TB is what it needs of a test, so that properties can use it, too.
type TB interface {
	Helper()
	Errorf(format string, args ...any)
}

// Sound checks what holds for every document, whatever it was made of: its texts
// hide nothing, and intel.FromText reads its blocks as they are.
func Sound(t TB, d intake.Document) {
	t.Helper()
	for i, b := range d.Blocks {
		if r, hidden := intel.FirstHidden(b.Text, true); hidden {
			t.Errorf("block %d holds %U", i, r)
		}
		if b.Text == "" && len(b.Pictures) == 0 || strings.TrimSpace(b.Text) != b.Text {
			t.Errorf("block %d begins or ends with a space: %q", i, b.Text)
		}
		for _, p := range b.Pictures {
			if p.File < 0 || p.File > len(d.Files) {
				t.Errorf("block %d names file %d of %d", i, p.File, len(d.Files))
			}
			oneLine(t, "name", p.Name)
			oneLine(t, "caption", p.Caption)
			oneLine(t, "credit", p.Credit)
		}
	}
	for _, s := range append([]string{d.Title, d.Byline, d.Date, d.Source, d.Language}, d.Notes...) {
		oneLine(t, "line", s)
	}
	for _, f := range d.Files {
		oneLine(t, "name of a file", f.Name)
		oneLine(t, "media", f.Media)
		if strings.ContainsAny(f.Name, `/\`) || f.Name == "" || f.Name == "." || f.Name == ".." {
			t.Errorf("the file's name is %q", f.Name)
		}
	}
	sameBlocks(t, d)
}

func oneLine(t TB, what, s string) {
	t.Helper()
	if !intel.Plain(s, false) || strings.TrimSpace(s) != s {
		t.Errorf("the %s is no plain line: %q", what, s)
	}
}

// sameBlocks reads the document's text as an officer's file would be read. There
// the first heading is the title, and a heading stays with what it heads.
func sameBlocks(t TB, d intake.Document) {
	t.Helper()
	var all, want []string
	title, under := false, false
	for _, b := range d.Blocks {
		if b.Aside != "" || b.Text == "" {
			continue
		}
		all = append(all, b.Text)
		heading := b.Kind == intake.Heading
		switch {
		case heading && !title:
			title = true
			continue
		case under:
			want[len(want)-1] += "\n\n" + b.Text
		default:
			want = append(want, b.Text)
		}
		under = heading
	}
	_, got, err := intel.FromText([]byte(strings.Join(all, "\n\n")))
	if fault.Is(err, fault.TooLarge) || len(want) == 0 {
		return // the first heading, or all of it, is longer than an item may be
	}
	if err != nil {
		t.Errorf("its text is refused: %v", err)
		return
	}
	if i := firstDifference(got, want); i >= 0 {
		t.Errorf("%d blocks are read as %d; block %d is read as\n%q\nnot\n%q", len(want), len(got), i, at(got, i), at(want, i))
	}
}

func firstDifference(a, b []string) int {
	if slices.Equal(a, b) {
		return -1
	}
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	return i
}

func at(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return ""
}

package saying_test

import (
	_ "embed"
	"os"
	"slices"
	"strings"
	"testing"

	"comity/fault"
	"comity/saying"
)

// heard are the packages whose faults an officer can meet in the pages. What comes
// from a document's file is read for the pages too.
var heard = strings.Fields(`console exchange holdings release rulebook door staff intake intake/reader intake/page intake/clip
	intake/pdf intake/word intake/mail intake/prose offer store store/sqlite intel law party authorisation contact casework recall
	record message exposure web seal ref ftm`)

// TestEveryFaultIsSaid reads the sources: each format of a fault has its Spanish, or
// stands in missing.txt, which only ever shrinks.
func TestEveryFaultIsSaid(t *testing.T) {
	t.Chdir("..")
	spoken := spokenIn(t, heard)
	table, missing := file(t, "saying/es.txt"), file(t, "saying/missing.txt")
	said := map[string]bool{}
	for _, line := range table {
		english, spanish, tab := strings.Cut(line, "\t")
		switch {
		case !tab || spanish == "" || said[english]:
			t.Errorf("es.txt: %q has no tab and Spanish, or stands there twice", line)
		case saying.Verbs(english) != saying.Verbs(spanish):
			t.Errorf("es.txt: %q and %q are filled with different things", english, spanish)
		case spoken.formats[english] == "" && !spoken.words[english]:
			t.Errorf("es.txt: no code says %q", english)
		}
		said[english] = true
	}
	for format, where := range spoken.formats {
		if !said[format] && !slices.Contains(missing, format) {
			t.Errorf("%s: %q has no Spanish in saying/es.txt", where, format)
		}
	}
	for _, format := range missing {
		if said[format] || spoken.formats[format] == "" {
			t.Errorf("missing.txt: %q is not missing any more", format)
		}
	}
	if len(spoken.formats) < 500 {
		t.Errorf("only %d formats were found: the test looks in the wrong place", len(spoken.formats))
	}
	if p := os.Getenv("SAY_MISSING"); p != "" { // writes what is missing, for who translates
		list(t, p, spoken.formats, said)
	}
}

// file gives the lines of a file but comments and empty ones.
func file(t *testing.T, name string) []string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for line := range strings.Lines(string(b)) {
		if line = strings.TrimRight(line, "\r\n"); line != "" && !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	return lines
}

func list(t *testing.T, path string, formats map[string]string, said map[string]bool) {
	t.Helper()
	var lines []string
	for format, where := range formats {
		if !said[format] {
			lines = append(lines, where+"\t"+format+"\n")
		}
	}
	slices.Sort(lines)
	if err := os.WriteFile(path, []byte(strings.Join(lines, "")), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestFaultIsSaidInSpanishOrWhollyInEnglish(t *testing.T) {
	es := saying.In("es")
	err := fault.New(fault.Denied, "%s may not %s", "vera", "send items").Fix("this needs the role %s", "release")
	text, hint, ok := es.Fault(err)
	if !ok || text != "vera no puede enviar informes" || hint != "para esto se necesita la función de difusión" {
		t.Errorf("%q %q %v", text, hint, ok)
	}
	if err.Error() != "vera may not send items (this needs the role release)" {
		t.Error("the English changed:", err)
	}
	if _, _, ok := es.Fault(fault.New(fault.Denied, "%s may not %s", "vera", "send items").Fix("unheard of")); ok {
		t.Error("half a fault was said in each language")
	}
	if _, _, ok := saying.In("en").Fault(err); ok {
		t.Error("English is not translated")
	}
}

// TestWhatWasChangedIsNotSaidAsItWas: a text that was changed after it was made is
// told as it was changed.
func TestWhatWasChangedIsNotSaidAsItWas(t *testing.T) {
	err := fault.New(fault.Denied, "%s may not %s", "vera", "send items")
	err.Text = "on Sunday: " + err.Text
	if text, _, ok := saying.In("es").Fault(err); ok {
		t.Error(text)
	}
}

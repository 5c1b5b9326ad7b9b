package mention_test

import (
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"unicode/utf8"

	"comity/mention"
	"comity/mention/listed"
)

const shared = "../../shared/data/"

// narrative reads a text of the collection, without the head of its file and, of
// long ones, as far as it was read by hand.
func narrative(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile(shared + "narratives/" + strings.Replace(name, "--", "/", 1))
	if err != nil {
		t.Skipf("the narratives are not there: put them at ../shared/data/narratives beside the repository")
	}
	s := string(b)
	if rest, ok := strings.CutPrefix(s, "---\n"); ok {
		if _, body, ok := strings.Cut(rest, "---\n"); ok {
			s = body
		}
	}
	if strings.HasPrefix(name, "court--") && len(s) > 5000 {
		s = s[:5000]
	}
	return s
}

// unseen are the narratives whose lists were made before anything was tried on
// them, and that nothing was fitted to.
var unseen = map[string]bool{
	"agency-excerpts--2020-10-16_usao-cdca-sdca_socal-seizures.txt":                                              true,
	"agency-excerpts--2021-07-02_ice-hsi_operation-without-a-trace.txt":                                          true,
	"whitehouse--2023-11-17_readout-of-president-joe-bidens-meeting-with-president-andres-manuel-lopez-obrad.md": true,
	"congressional-record--2008-06-05_mr-poe_news-from-the-second-front_e2304f.md":                               true,
	"court--opinion_text.txt": true,
	"es--whitehouse_2022-06-10_declaracion-sobre-migracion-y-proteccion-de-los-angeles.md": true,
}

type tally struct{ right, wrong, missed int }

func (c tally) precision() float64 { return ratio(c.right, c.right+c.wrong) }
func (c tally) recall() float64    { return ratio(c.right, c.right+c.missed) }

func ratio(a, b int) float64 {
	if b == 0 {
		return 1
	}
	return float64(a) / float64(b)
}

// floors are what the narratives gave when this was written, less a little.
var floors = map[mention.Kind][2]float64{
	mention.Person: {.87, .87}, mention.Alias: {.95, .95}, mention.Organization: {.87, .87}, mention.Place: {.98, .95},
	mention.Date: {.97, .97}, mention.Web: {.95, .95}, "all": {.94, .92},
}

// TestNarratives compares what is found with lists made by hand. Each name counts
// once for a text. Lines with a question mark may be found or not.
func TestNarratives(t *testing.T) {
	files, _ := filepath.Glob("testdata/expected/*.tsv")
	if len(files) < 10 {
		t.Fatal("the lists made by hand are not there")
	}
	all, fresh := map[mention.Kind]tally{}, map[mention.Kind]tally{}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".tsv")
		for kind, c := range compare(t, name, file) {
			all[kind] = sum(all[kind], c)
			if unseen[name] {
				fresh[kind] = sum(fresh[kind], c)
			}
		}
	}
	t.Log("| kind | wanted | precision | recall | unseen: wanted | precision | recall |")
	for _, kind := range append(mention.Kinds, "all") {
		a, f := all[kind], fresh[kind]
		if a.right+a.wrong+a.missed == 0 {
			continue
		}
		t.Logf("| %s | %d | %.2f | %.2f | %d | %.2f | %.2f |", kind, a.right+a.missed, a.precision(), a.recall(), f.right+f.missed, f.precision(), f.recall())
		if least := floors[kind]; a.precision() < least[0] || a.recall() < least[1] {
			t.Errorf("%s: precision %.2f and recall %.2f are below %.2f and %.2f", kind, a.precision(), a.recall(), least[0], least[1])
		}
	}
}

func sum(a, b tally) tally { return tally{a.right + b.right, a.wrong + b.wrong, a.missed + b.missed} }

func compare(t *testing.T, name, file string) map[mention.Kind]tally {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	wanted, optional := map[string]bool{}, map[string]bool{}
	for line := range strings.SplitSeq(strings.TrimSpace(string(b)), "\n") {
		if rest, ok := strings.CutPrefix(line, "?"); ok {
			optional[foldLine(rest)] = true
			continue
		}
		wanted[foldLine(line)] = true
	}
	found, err := mention.Find(narrative(t, name), mention.Options{Language: "en"})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{}
	for _, m := range found {
		got[foldLine(string(m.Kind)+"|"+m.Text)] = true
	}
	out := map[mention.Kind]tally{}
	count := func(key string, c tally) {
		kind := mention.Kind(strings.SplitN(key, "|", 2)[0])
		out[kind], out["all"] = sum(out[kind], c), sum(out["all"], c)
	}
	var notes []string
	for key := range got {
		switch {
		case wanted[key]:
			count(key, tally{right: 1})
		case !optional[key]:
			count(key, tally{wrong: 1})
			notes = append(notes, "wrong  "+key)
		}
	}
	for key := range wanted {
		if !got[key] {
			count(key, tally{missed: 1})
			notes = append(notes, "missed "+key)
		}
	}
	if testing.Verbose() && (!unseen[name] || os.Getenv("SHOW_UNSEEN") != "") {
		sort.Strings(notes)
		t.Logf("%s\n\t%s", name, strings.Join(notes, "\n\t"))
	}
	return out
}

func foldLine(s string) string { return listed.Fold(strings.Join(strings.Fields(s), " ")) }

// TestAllNarratives reads everything there is: nothing breaks, and what is found
// lies where it says.
func TestAllNarratives(t *testing.T) {
	files, _ := filepath.Glob(shared + "narratives/*/*")
	if len(files) == 0 {
		t.Skip("the narratives are not there: put them at ../shared/data/narratives beside the repository")
	}
	for n, file := range files {
		if strings.HasSuffix(file, ".gz") {
			continue // no text
		}
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.ToValidUTF8(string(b), "?")
		if len(text) > mention.MaxText {
			text = strings.ToValidUTF8(text[:mention.MaxText], "")
		}
		found, err := mention.Find(text, mention.Options{Region: []string{"", "MX", "US"}[n%3]})
		if err != nil {
			t.Fatal(file, err)
		}
		if err := sound(text, found); err != nil {
			t.Fatal(file, err)
		}
	}
}

// sound tells what must hold of mentions in any text, and does not.
func sound(text string, found []mention.Mention) error {
	last := map[mention.Kind]int{}
	for n, m := range found {
		switch {
		case m.Start < 0 || m.End > len(text) || m.Start >= m.End:
			return fmt.Errorf("mention %d lies from %d to %d of %d", n, m.Start, m.End, len(text))
		case m.Text != text[m.Start:m.End] || !utf8.ValidString(m.Text):
			return fmt.Errorf("mention %d: the text is not what stands there", n)
		case m.Start < last[m.Kind]:
			return fmt.Errorf("mention %d overlaps another %s", n, m.Kind)
		case m.Of >= len(found) || m.Of == n || m.Of < -1 || m.Of >= 0 && found[m.Of].Kind != mention.Person:
			return fmt.Errorf("mention %d belongs to %d", n, m.Of)
		case m.Schema == "" || m.Property == "" || m.Why == "":
			return fmt.Errorf("mention %d does not say what it is: %+v", n, m)
		}
		last[m.Kind] = m.End
	}
	return nil
}

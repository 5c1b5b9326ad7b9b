package walk_test

import (
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"comity/party"
)

// changing is what differs between any two nodes: ids, hashes, times, and the words
// of a card.
var changing = []struct {
	what *regexp.Regexp
	with string
}{
	{regexp.MustCompile(`\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b`), "ID"},
	{regexp.MustCompile(`\b[0-9a-f]{8,64}\b`), "HASH"},
	{regexp.MustCompile(`[A-Za-z]{3} \d{4}-\d\d-\d\d \d\d:\d\d UTC`), "WHEN"},
	{regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z`), "TIME"},
	{regexp.MustCompile(`<p class="mono">[a-z ]+</p>`), "WORDS"},
	{regexp.MustCompile(`\bcomity-\d+=`), "COOKIE"},
}

// counters are what the design tells everybody of the node as a whole: how long its
// ledger is, and how many messages a link has carried.
var counters = map[string]*regexp.Regexp{
	"/status":   regexp.MustCompile(`\d+ records|>\d+</td>`),
	"/partners": regexp.MustCompile(`>\d+( ·|<)|\d+ sent[^<]*|sent \d+[^<]*`),
}

// bare is an answer without what differs between any two nodes.
func bare(path string, w *httptest.ResponseRecorder) string {
	text := answer(w)
	for _, c := range changing {
		text = c.what.ReplaceAllString(text, c.with)
	}
	if c := counters[path]; c != nil {
		text = c.ReplaceAllString(text, "COUNT")
	}
	return text
}

// TestHiddenIsNowhere compares what an officer is shown on two nodes, of which one
// holds things that are for other eyes and the other has never had them: in the same
// bytes.
func TestHiddenIsNowhere(t *testing.T) {
	t.Parallel()
	with, without := newWorld(t, true), newWorld(t, false)
	type page struct {
		path string
		form url.Values
	}
	pages := []page{{path: "/home"}, {path: "/items"}, {path: "/inbox"}, {path: "/search"}, {path: "/trails"}, {path: "/partners"}, {path: "/packs"}, {path: "/status"},
		{path: "/sessions"}, {path: "/waiting"}, {path: "/duties"}, {path: "/duties?all=yes"},
		{path: "/entities"}, {"/entities", form("name", "Name")},
		{"/search", form("words", "zqx")}, {"/search", form("words", "title")}, {"/search", form("words", "boats night")}, {"/search", form("words", "navigation menu")},
		{"/search", form("words", "html")}, {"/search", form("words", "picture")}, {"/search", form("words", "name")},
	}
	for _, k := range append(slices.Clone(kinds), kind{name: "theireyes", hidden: true}) {
		if k.hidden { // by each word of its own, without the last letters
			for _, where := range []string{"title", "text", "statement", "caption", "file", "topic"} {
				word := wordOf(k.name + " " + where)
				pages = append(pages, page{"/search", form("words", word[:len(word)-1])})
			}
		}
	}
	for _, name := range []string{"eyes statement", "mixed second statement", "theireyes statement", "other statement"} {
		pages = append(pages, page{"/entities", form("name", "Name "+wordOf(name))}, page{"/entities", form("name", wordOf(name))})
	}
	compared, differ := 0, 0
	for n, s := range []*side{with.us, with.mx} {
		twin := []*side{without.us, without.mx}[n]
		for _, who := range append([]party.Handle{""}, s.order...) {
			if who == s.order[1] {
				continue // they are for the author's eyes
			}
			for _, p := range pages {
				if toldAnyway(who, p.path) {
					continue
				}
				method := "GET"
				if p.form != nil {
					method = "POST"
				}
				a := bare(p.path, s.ask(call{who: who, method: method, path: p.path, form: p.form}))
				b := bare(p.path, twin.ask(call{who: who, method: method, path: p.path, form: p.form}))
				if compared++; a != b {
					differ++
					t.Errorf("%s %s %v shows %s something that it hides: %s", method, p.path, p.form, who, firstDifference(a, b))
				}
			}
		}
	}
	t.Logf("%d pages were compared", compared)
	author := with.us.get("xana", "/items")
	if bare("/items", author) == bare("/items", without.us.get("xana", "/items")) {
		t.Error("the author is shown nothing more: nothing is hidden")
	}
}

// toldAnyway are pages that tell of what is for other eyes, by decision: that a report is
// due, to the unit that owes it, and that a plan waits, to who approves and reads
// nothing.
func toldAnyway(who party.Handle, path string) bool {
	switch {
	case strings.HasPrefix(path, "/duties"), path == "/status":
		return slices.Contains([]party.Handle{"mnina", "mrob", "mduty"}, who)
	case path == "/waiting":
		return who == "xsec"
	}
	return false
}

func firstDifference(a, b string) string {
	la, lb := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range la {
		if i >= len(lb) || la[i] != lb[i] {
			other := "nothing"
			if i < len(lb) {
				other = lb[i]
			}
			return "\n" + la[i] + "\nand without it\n" + other
		}
	}
	return "it is shorter"
}

package web_test

import (
	"fmt"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"comity/console"
	"comity/demo"
	"comity/web"
	"comity/web/browser"
	"comity/web/browser/browsertest"
)

// browsed is a page as the browser is led to it.
type browsed struct {
	Name  string
	Side  string
	Who   string
	Path  string
	Steps []map[string]string
	Holds string
}

// browse leads a window through the pages, and tells whatever is wrong with them.
// COMITY_SCREENS names a folder for pictures, COMITY_ONLY the pages that are looked
// at, by a regular expression.
func browse(t *testing.T, b *browser.Browser, look browser.Look, pages []browsed, sides map[string]string) {
	t.Helper()
	w, err := b.Window(look)
	must(t, err)
	only := regexp.MustCompile(os.Getenv("COMITY_ONLY"))
	for _, p := range pages {
		if !only.MatchString(p.Name) {
			continue
		}
		name := fmt.Sprintf("%s-%s-%s-%d", p.Name, look.Language, look.Theme, look.Width)
		must(t, w.Forget())
		if p.Who != "" {
			must(t, w.Keep(browser.Cookie{Name: "comity", Value: p.Who, Domain: "127.0.0.1", Path: "/"}))
		}
		tab, err := w.Tab()
		must(t, err)
		if err := visit(tab, sides[p.Side]+p.Path, p.Steps); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, said := range looked(t, tab, p.Holds) {
			t.Errorf("%s: %s", name, said)
		}
		if dir := os.Getenv("COMITY_SCREENS"); dir != "" && !look.NoScript {
			shot, err := tab.Shot()
			must(t, err)
			must(t, os.WriteFile(filepath.Join(dir, name+".png"), shot, 0o600))
		}
		must(t, tab.Close())
	}
	must(t, w.Close())
}

// visit goes to a page and does what has to be done there.
func visit(tab *browser.Tab, address string, steps []map[string]string) error {
	if err := tab.Go(address); err != nil {
		return err
	}
	for _, s := range steps {
		var err error
		switch {
		case s["check"] != "":
			err = tab.Press(s["check"])
		case s["fill"] != "":
			err = tab.Fill(s["fill"], s["with"])
		case s["press"] != "":
			err = tab.Turn(s["press"])
		case s["open"] != "":
			for more := true; more && err == nil; {
				if more, err = tab.Has(s["open"]); more && err == nil {
					err = tab.Press(s["open"])
				}
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// looked tells what is wrong with a page that is shown.
func looked(t *testing.T, tab *browser.Tab, holds string) []string {
	t.Helper()
	wrong := tab.Trouble()
	var body string
	must(t, tab.Eval("document.documentElement.outerHTML", &body))
	if !strings.Contains(body, holds) {
		wrong = append(wrong, "does not hold "+holds)
	}
	over, err := tab.TooWide()
	must(t, err)
	if over > 1 {
		wrong = append(wrong, fmt.Sprintf("is %d pixels too wide", over))
	}
	return wrong
}

// The pages in a real browser: nothing that it complains of, no dialog from hostile
// strings, nothing wider than the window; in both languages, light and dark, wide and
// narrow.
func TestInBrowser(t *testing.T) {
	b := browsertest.Open(t)
	p := newPair(t)
	us, mx := httptest.NewServer(p.us.pages), httptest.NewServer(p.mx.pages)
	defer us.Close()
	defer mx.Close()
	fresh := p.us.write("A boat without a name", "One boat.")
	tell(p.us, "ana", console.MarkItem{Item: fresh, Elements: []string{"TLP:AMBER+STRICT", "REL:mx/semar/uin"}})
	plan := []map[string]string{{"check": `input[value="mx/semar/uin"]`}, {"press": `button[value="plan"]`}}
	page := p.us.upload("ana", "/import", map[string]string{"topic": "boats"}, file{"file", "page.html", saved}, file{"beside", "ship.png", "\x89PNG\r\n\x1a\n" + strings.Repeat("picture", 9)})
	if page.Code != 200 {
		t.Fatal(text(page.Body.String()))
	}
	imported := tell(p.us, "ana", console.ListItems{Limit: 1}).Items[0].ID.String()
	meet := "/items/" + p.us.write("What two officers write", "One boat.", "Two boats.") + "/edit"
	mine := with(fields(t, p.us.get("nina", meet).Body.String()), "p.0.text", "One boat, says nina.", "act", "save")
	theirs := with(fields(t, p.us.get("ana", meet).Body.String()), "p.0.text", "One boat left, says ana.", "p.0.tlp", "AMBER", "act", "save")
	p.us.post("ana", meet, theirs)
	p.us.post("nina", meet, mine)
	p.us.post("nina", "/items/"+p.nasty+"/remarks", url.Values{"kind": {"opinion"}, "stance": {"DISAGREE"}, "use": {"USEFUL"}, "text": {"The engines are of another make."}})
	names := p.us.write("Who called", "Mr. Aurelio Vantongeren Quiroz called +52 55 1234 5678 from the Hotel Emporio in Veracruz.")
	remark := tell(p.us, "ana", console.ListItems{Limit: 2}).Items[1].ID.String()
	pages := []browsed{
		{"ledger", "us", "rev", "/ledger", nil, ""}, {"verified", "us", "rev", "/ledger", []map[string]string{{"press": "main form button.main"}, {"open": "details:not([open]) > summary"}}, "<dl"},
		{"records", "us", "rev", "/ledger/records", nil, ""}, {"users", "us", "chief", "/users", []map[string]string{{"open": "details:not([open]) > summary"}}, "nina"},
		{"settings", "us", "ana", "/settings", []map[string]string{{"open": "details:not([open]) > summary"}}, ""},
		{"entities", "us", "ana", "/entities", nil, ""}, {"entity", "us", "ana", "/entities", []map[string]string{{"fill": "main input[name=name]", "with": "e1"}, {"press": "main button.main"}}, "<table"},
		{"offers", "us", "ana", "/items/" + names + "/entities", nil, "<table"},
		{"remark", "us", "ana", "/items/" + remark, nil, ""},
		{"write", "us", "ana", "/items/new", nil, ""}, {"edit", "us", "ana", "/items/" + p.plain + "/edit", []map[string]string{{"open": "details:not([open]) > summary"}}, "admiralty:B2"},
		{"nastyedit", "us", "ana", "/items/" + p.nasty + "/edit", []map[string]string{{"open": "details:not([open]) > summary"}}, ""},
		{"added", "us", "ana", "/items/" + p.plain + "/edit", []map[string]string{{"press": `button[value^="add "]`}}, ""},
		{"wrong", "us", "ana", "/items/" + p.plain + "/edit", []map[string]string{{"fill": `input[name="p.1.rel"]`, "with": "mx/"}, {"press": "button.main"}}, "aria-invalid"},
		{"meeting", "us", "nina", meet, nil, "<del>"},
		{"kept", "us", "ana", "/items", nil, "/unsaved/"},
		{"versions", "us", "ana", "/items/" + p.plain + "/versions?from=1&to=3", nil, ""},
		{"changed", "us", "ana", strings.TrimSuffix(meet, "edit") + "versions", nil, "<ins>"},
		{"import", "us", "ana", "/import", nil, ""}, {"aside", "us", "ana", "/items/" + imported + "/aside", nil, "Home"},
		{"imported", "us", "ana", "/items/" + imported, []map[string]string{{"open": "details:not([open]) > summary"}}, ""},
		{"signin", "us", "", "/", nil, ""}, {"enter", "us", "", "/enter", nil, ""},
		{"items", "us", "ana", "/items", nil, "Fast boats"}, {"item", "us", "ana", "/items/" + p.plain, nil, ""},
		{"nasty", "us", "ana", "/items/" + p.nasty, []map[string]string{{"open": "details:not([open]) > summary"}}, ""},
		{"planning", "us", "ana", "/items/" + p.plain + "/plan", nil, ""},
		{"plan", "us", "ana", "/items/" + p.plain + "/plan", plan, "NOT:mx/sre"},
		{"best", "us", "ana", "/items/" + p.plain + "/plan", []map[string]string{plan[0], {"press": `button[value="best"]`}}, ""},
		{"mended", "us", "ana", "/items/" + p.plain + "/plan", append(plan, map[string]string{"press": `button[value^="remedy tear"]`}), ""},
		{"nastyplan", "us", "ana", "/items/" + p.nasty + "/plan", plan, ""},
		{"trail", "us", "ana", "/items/" + p.sent + "/trail", nil, ""},
		{"inbox", "mx", "ana", "/inbox", nil, ""},
		{"opened", "mx", "ana", "/inbox", []map[string]string{{"press": `form[action="/inbox/` + p.came + `"] button`}}, "Container 77"},
		{"conditions", "mx", "nina", "/inbox", []map[string]string{{"press": `form[action="/inbox/` + p.warning + `"] button`}}, ""},
		{"duties", "mx", "ana", "/duties", nil, ""},
		{"trails", "us", "rev", "/trails", nil, ""}, {"filed", "mx", "ana", "/duties?all=yes", []map[string]string{{"press": `form[action$="/file"] button`}}, "Contact report"},
		{"search", "us", "ana", "/search", []map[string]string{{"fill": "input[name=words]", "with": "engines"}, {"press": "main button"}}, "four engines"},
		{"waiting", "us", "ana", "/waiting", nil, ""}, {"partners", "us", "chief", "/partners", nil, ""},
		{"packs", "us", "rev", "/packs", nil, ""}, {"pack", "us", "ana", "/packs/mx-guidelines-2021/1", nil, ""},
		{"status", "us", "chief", "/status", nil, ""}, {"sessions", "us", "ana", "/sessions", nil, ""},
		{"sent", "us", "ana", "/items/" + fresh + "/plan", []map[string]string{plan[0], plan[1], {"press": `button[formaction$="/release"]`}}, ""},
		{"placed", "us", "ana", "/items/" + p.plain + "/plan", []map[string]string{plan[0], plan[1], {"fill": "textarea", "with": "lives at stake"}, {"press": `button[formaction$="/release"]`}}, ""},
		{"waits", "us", "ana", "/waiting", nil, ""},
		{"await", "us", "bea", "/waiting", []map[string]string{{"press": `main a[href^="/waiting/"]`}}, "<svg"},
		{"absent", "us", "ana", "/nothing", nil, ""},
	}
	p.us.enter("us/dea", "bea", "release")
	sides := map[string]string{"us": us.URL, "mx": mx.URL}
	looks := []browser.Look{{Language: "es", Theme: "dark", Width: browser.Phone}} // in English, at a desk, the screens of the demonstration are looked at
	if os.Getenv("COMITY_SCREENS") != "" {
		looks = browser.Looks()
	}
	for _, look := range append(looks, browser.Look{Language: "en", Theme: "light", Width: browser.Desktop, NoScript: true}) { // all but the way in works without script
		browse(t, b, look, pages, sides)
	}
}

// The demonstration takes a picture of every page, and axe is held to those: a route
// that no screen of it shows was forgotten there.
func TestScreensShowEveryPage(t *testing.T) {
	there := map[string]bool{"/": true} // whatever is not there
	for _, r := range web.Routes() {
		there[r.Method+" "+r.Path] = true
	}
	shown := map[string]bool{}
	for _, s := range demo.Screens() {
		if shown[s.Route] = true; !there[s.Route] {
			t.Errorf("the screen %s is of a route %s, which is not there", s.Name, s.Route)
		}
	}
	for r := range there {
		if _, none := demo.Pageless[r]; none == shown[r] {
			t.Errorf("%s stands in demo/screens.go neither as a screen nor without a page, or as both", r)
		}
	}
}

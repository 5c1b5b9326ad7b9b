package walk_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"comity/console"
	"comity/web"
	"comity/web/browser"
	"comity/web/browser/browsertest"
)

// stir moves over, focuses and starts whatever a page has, and tells what is there of
// what the hostile texts would leave behind.
const stir = `(() => {
	for (const e of document.querySelectorAll("*")) for (const what of ["mouseover", "pointerover", "focus", "toggle", "error", "load"]) e.dispatchEvent(new Event(what));
	for (const d of document.querySelectorAll("details")) d.open = true;
	const acts = [...document.querySelectorAll("*")].filter((e) => [...e.attributes].some((a) => a.name.startsWith("on") || a.name === "style"));
	return [typeof window.pwned, window.length, acts.length, document.querySelectorAll("iframe,object,embed,img,base,meta[http-equiv],style,script:not([src])").length].join(" ");
})()`

// TestHostileTextsInBrowser: in a real browser they say nothing, load nothing, and
// leave nothing behind; the browser's own guard has nothing to stop.
func TestHostileTextsInBrowser(t *testing.T) {
	t.Parallel()
	b := browsertest.Open(t)
	w := newWall(t, true)
	window := browsertest.Window(t, b, browser.Look{})
	tab := got(window.Tab())(t)
	var name string
	must(t, tab.Eval("navigator.userAgent", &name))
	servers := map[*side]string{}
	for _, s := range []*side{w.us, w.mx} {
		server := httptest.NewServer(s.pages)
		t.Cleanup(server.Close)
		servers[s] = server.URL
	}
	var at *side
	for n, v := range sampled(w) {
		s, c := v.side(w), v.call(w)
		if at != s {
			_, secret, _ := strings.Cut(tell(s, c.who, console.InviteOfficer{Handle: c.who}).Link, "#")
			in := enterAs(t, s, s.node.Desk().Door, secret, name)
			must(t, window.Keep(browser.Cookie{Name: web.CookieName(s.node.Pages(), false), Value: in.Token, Domain: "127.0.0.1", Path: "/", HTTPOnly: true, SameSite: "Strict"}))
			at = s
		}
		if err := open(tab, servers[s], c); err != nil {
			t.Fatalf("%s: %v", v.name, err)
		}
		var left string
		must(t, tab.Eval(stir, &left))
		if left != "undefined 0 0 0" {
			t.Errorf("%s (%d): the page has %s", v.name, n, left)
		}
		var text string
		must(t, tab.Eval("document.body.innerText", &text))
		for _, i := range v.holds {
			if !strings.Contains(text, w.texts[i].mark) {
				t.Errorf("%s does not show %.60q", v.name, w.texts[i].text)
			}
		}
		for _, said := range tab.Trouble() {
			t.Errorf("%s: the browser complains: %s", v.name, said)
		}
		asked, _ := tab.Asked()
		for _, r := range asked {
			if !strings.HasPrefix(r.URL, servers[w.us]+"/") && !strings.HasPrefix(r.URL, servers[w.mx]+"/") {
				t.Errorf("%s has loaded %s", v.name, r.URL)
			}
		}
	}
	t.Logf("%d pages were opened", len(sampled(w)))
	trap(t, tab)
	must(t, window.Close())
}

// trap shows the browser a page that does take a text for more, so that what finds
// nothing above is known to find something.
func trap(t *testing.T, tab *browser.Tab) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, `<p>x<svg onload=pwned=1></svg><script>alert(1)</script>`)
	}))
	defer server.Close()
	must(t, tab.Go(server.URL))
	var left string
	must(t, tab.Eval(stir, &left))
	if left != "number 0 1 1" || len(tab.Trouble()) == 0 {
		t.Errorf("nothing is found where something is: %s", left)
	}
}

// open asks for a page as the form of another page of ours does.
func open(tab *browser.Tab, at string, c call) error {
	if c.method == "GET" {
		return tab.Go(at + c.path)
	}
	if err := tab.Go(at + "/packs"); err != nil {
		return err
	}
	fields, err := json.Marshal(c.form)
	if err != nil {
		return err
	}
	return tab.Turns(func() error {
		return tab.Eval(fmt.Sprintf(`(() => { const f = document.createElement("form"); f.method = "post"; f.action = %q;
			for (const [name, values] of Object.entries(%s)) for (const value of values) { const i = document.createElement("input"); i.type = "hidden"; i.name = name; i.value = value; f.append(i); }
			document.body.append(f); f.submit(); })()`, c.path, fields), nil)
	})
}

// sampled are the pages on which all texts stand, and some of each other kind; first
// those of the one side.
func sampled(w *wall) []visited {
	var list []visited
	for _, s := range []*side{w.us, w.mx} {
		count := map[string]int{}
		for _, v := range pagesOf(w) {
			kind := strings.TrimRight(v.name, "0123456789")
			if v.side(w) != s || strings.HasPrefix(v.name, "a path") || strings.HasSuffix(kind, "of item ") && count[kind] >= 5 || kind == "the letter " && count[kind] >= 2 {
				continue
			}
			count[kind]++
			list = append(list, v)
		}
	}
	return list
}

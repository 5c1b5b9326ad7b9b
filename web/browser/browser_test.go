package browser_test

import (
	"bytes"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"comity/fault"
	"comity/web/browser"
	"comity/web/browser/browsertest"
)

const small = `<!doctype html><html lang="en"><title>x</title><meta name="viewport" content="width=device-width"><body><h1>One</h1>
<form method="post" action="/two"><label>Name <input name="name" value="old"></label><select name="s"><option>a<option>b</select>
<button id="b">Send it</button></form><p id="js">off</p><a href="/bad">bad</a>
<script>document.getElementById("js").textContent = "on " + matchMedia("(prefers-color-scheme: dark)").matches</script></body></html>`

func site(t *testing.T) *httptest.Server {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		switch r.URL.Path {
		case "/two":
			_, _ = w.Write([]byte(`<!doctype html><html lang="en"><title>y</title><p>` + r.FormValue("name") + r.FormValue("s") + r.Header.Get("Accept-Language") + `</p></html>`))
		case "/files":
			_, _ = w.Write([]byte(`<!doctype html><html lang="en"><title>f</title><input type="file"><p id="z">here</p><script>
				const told = (f) => document.getElementById("z").textContent += " " + f.name;
				document.querySelector("input").addEventListener("change", (e) => [...e.target.files].forEach(told));
				document.addEventListener("dragover", (e) => e.preventDefault());
				document.addEventListener("drop", (e) => { e.preventDefault(); [...e.dataTransfer.files].forEach(told); });</script></html>`))
		case "/bad":
			_, _ = w.Write([]byte(`<!doctype html><html lang="en"><title>z</title><p style="width:5000px">w</p><script>alert("h"); console.error("e"); throw new Error("t")</script></html>`))
		default:
			_, _ = w.Write([]byte(small))
		}
	}))
	t.Cleanup(s.Close)
	return s
}

func opened(t *testing.T, look browser.Look) *browser.Tab {
	t.Helper()
	tab, err := browsertest.Window(t, browsertest.Open(t), look).Tab()
	must(t, err)
	return tab
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func shows(t *testing.T, tab *browser.Tab, css, want string) {
	t.Helper()
	got, err := tab.Text(css)
	if err != nil || got != want {
		t.Errorf("%s shows %q and not %q (%v)", css, got, want, err)
	}
}

// A form is filled and sent, with the mouse and by keyboard, and a page that does
// what it should not is noticed.
func TestHand(t *testing.T) {
	s, tab := site(t), opened(t, browser.Look{Language: "es", Theme: "dark", Width: browser.Phone})
	must(t, tab.Go(s.URL))
	shows(t, tab, "#js", "on true")
	must(t, tab.Fill("input", "Ñandú "))
	must(t, tab.Choose("select", "b"))
	must(t, tab.Turn("button", "Send"))
	shows(t, tab, "p", "Ñandú bes")
	must(t, tab.Go(s.URL))
	if err := tab.Choose("select", "c"); err == nil {
		t.Error("what is not there was chosen")
	}
	must(t, tab.Reach("input"))
	must(t, tab.Key("Control+a"))
	must(t, tab.Type("typed "))
	must(t, tab.Reach("button"))
	must(t, tab.Turns(func() error { return tab.Key("Enter") }))
	shows(t, tab, "p", "typed aes")
	if trouble := tab.Trouble(); len(trouble) > 0 {
		t.Error(trouble)
	}
	must(t, tab.Go(s.URL+"/bad"))
	if got := strings.Join(tab.Trouble(), "\n"); !strings.Contains(got, "dialog: h") || !strings.Contains(got, `"e"`) || !strings.Contains(got, "Error: t") {
		t.Errorf("noticed was %s", got)
	}
	if over, err := tab.TooWide(); err != nil || over < 1000 {
		t.Error(over, err)
	}
	if asked, n := tab.Asked(); len(asked) < 5 || n < 1000 {
		t.Error(asked, n)
	}
	b, err := tab.Shot()
	must(t, err)
	if m, err := png.Decode(bytes.NewReader(b)); err != nil || m.Bounds().Dx() < 1000 {
		t.Error(err)
	}
}

// Files are chosen, and dropped.
func TestFiles(t *testing.T) {
	s, tab := site(t), opened(t, browser.Look{})
	must(t, tab.Go(s.URL+"/files"))
	dir := t.TempDir()
	for _, name := range []string{"a.txt", "b.txt"} {
		must(t, os.WriteFile(filepath.Join(dir, name), []byte(name), 0o600))
	}
	must(t, tab.Attach("input", filepath.Join(dir, "a.txt")))
	must(t, tab.Drop("#z", filepath.Join(dir, "b.txt"), filepath.Join(dir, "a.txt")))
	must(t, tab.Await(`document.getElementById("z").textContent.endsWith("b.txt a.txt")`))
	shows(t, tab, "#z", "here a.txt b.txt a.txt")
}

// Without script a page is read and pressed all the same.
func TestNoScript(t *testing.T) {
	s, tab := site(t), opened(t, browser.Look{NoScript: true})
	must(t, tab.Go(s.URL))
	shows(t, tab, "#js", "off")
	must(t, tab.Turn("button"))
	shows(t, tab, "p", "oldaen")
}

// An address that nobody answers at, and a browser that is not there, say so.
func TestAbsent(t *testing.T) {
	tab := opened(t, browser.Look{})
	if err := tab.Go("http://127.0.0.1:1/"); err == nil || !strings.Contains(err.Error(), "ERR_") {
		t.Error(err)
	}
	t.Setenv("COMITY_CHROMIUM", "/nonexistent/chromium")
	if _, err := browser.Open(t.Context()); !fault.Is(err, fault.Unsupported) || !strings.Contains(err.Error(), "apt-get install chromium") {
		t.Error(err)
	}
}

// Axe finds what is wrong, and nothing on a page that is right.
func TestAxe(t *testing.T) {
	script := browsertest.Axe(t)
	s, tab := site(t), opened(t, browser.Look{})
	must(t, tab.Go(s.URL+"/two?name=x"))
	if faults, err := tab.Axe(script); err != nil || len(faults) > 0 {
		t.Error(faults, err)
	}
	must(t, tab.Go(s.URL))
	if faults, err := tab.Axe(script); err != nil || !strings.Contains(strings.Join(faults, "\n"), "select-name: ") {
		t.Error(faults, err)
	}
}

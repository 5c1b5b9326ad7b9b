// Package browsertest sits tests before a browser. Where there is none they are left
// out, and say why; where COMITY_BROWSER is set, as in CI, they fail.
//
// Band 6, for tests alone.
package browsertest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"comity/web/browser"
)

// Open gives a browser until the test ends.
func Open(t testing.TB) *browser.Browser {
	t.Helper()
	Need(t)
	b, err := browser.Open(t.Context())
	must(t, err)
	t.Cleanup(b.Close)
	return b
}

// Need leaves the test out where there is no browser.
func Need(t testing.TB) {
	t.Helper()
	if _, err := browser.Found(); err != nil {
		without(t, err.Error())
	}
}

// Axe gives the script that holds a page against WCAG.
func Axe(t testing.TB) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root(t), "web/browser/axe/node_modules/axe-core/axe.min.js"))
	if err != nil {
		without(t, "axe-core is not there: make browser has npm fetch it")
	}
	return string(b)
}

// root is the folder of the module that is tested. A test runs in the folder of its
// package; where its files lie, a program built with -trimpath does not know.
func root(t testing.TB) string {
	t.Helper()
	at, err := os.Getwd()
	must(t, err)
	for ; ; at = filepath.Dir(at) {
		if _, err := os.Stat(filepath.Join(at, "go.mod")); err == nil || at == filepath.Dir(at) {
			return at
		}
	}
}

func without(t testing.TB, why string) {
	t.Helper()
	if os.Getenv("COMITY_BROWSER") != "" {
		t.Fatal(why)
	}
	t.Skip(why)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Reader is somebody before a tab. Whatever they cannot do fails the test.
type Reader struct {
	t   testing.TB
	Tab *browser.Tab
}

// Sit opens a tab in a window. What the browser complains of there fails the test
// when it ends.
func Sit(t testing.TB, w *browser.Window) *Reader {
	t.Helper()
	tab, err := w.Tab()
	must(t, err)
	r := &Reader{t, tab}
	t.Cleanup(func() {
		for _, said := range tab.Trouble() {
			t.Errorf("the browser complains: %s", said)
		}
	})
	return r
}

// Window opens one with a look.
func Window(t testing.TB, b *browser.Browser, look browser.Look) *browser.Window {
	t.Helper()
	w, err := b.Window(look)
	must(t, err)
	return w
}

// Enter comes in by a one-time link, with a passkey that this makes.
func Enter(t testing.TB, w *browser.Window, link string) *Reader {
	t.Helper()
	r := Sit(t, w)
	must(t, r.Tab.Passkeys())
	r.Go(link)
	r.Turn("main button")
	return r
}

// Go opens an address.
func (r *Reader) Go(address string) { r.t.Helper(); must(r.t, r.Tab.Go(address)) }

// Turn presses what leads to another page.
func (r *Reader) Turn(css string, words ...string) {
	r.t.Helper()
	must(r.t, r.Tab.Turn(css, words...))
}

// Press presses what does not.
func (r *Reader) Press(css string, words ...string) {
	r.t.Helper()
	must(r.t, r.Tab.Press(css, words...))
}

// Fill puts a text into a field.
func (r *Reader) Fill(css, text string) { r.t.Helper(); must(r.t, r.Tab.Fill(css, text)) }

// Key presses keys, one after the other.
func (r *Reader) Key(names ...string) {
	r.t.Helper()
	for _, n := range names {
		must(r.t, r.Tab.Key(n))
	}
}

// Reach goes on with Tab until the focus is there.
func (r *Reader) Reach(css string, words ...string) {
	r.t.Helper()
	must(r.t, r.Tab.Reach(css, words...))
}

// Enters presses Enter where the focus is, which leads to another page.
func (r *Reader) Enters() {
	r.t.Helper()
	must(r.t, r.Tab.Turns(func() error { return r.Tab.Key("Enter") }))
}

// Text is what the page shows.
func (r *Reader) Text() string {
	r.t.Helper()
	text, err := r.Tab.Text("main")
	must(r.t, err)
	return text
}

// Shows holds that the page shows all of the words.
func (r *Reader) Shows(words ...string) {
	r.t.Helper()
	text := r.Text()
	for _, w := range words {
		if !strings.Contains(text, w) {
			r.t.Fatalf("the page does not show %q: %s", w, text)
		}
	}
}

// Hides holds that the page shows none of the words.
func (r *Reader) Hides(words ...string) {
	r.t.Helper()
	text := r.Text()
	for _, w := range words {
		if strings.Contains(text, w) {
			r.t.Errorf("the page shows %q: %s", w, text)
		}
	}
}

// At holds where the page is.
func (r *Reader) At(path string) {
	r.t.Helper()
	if got, err := r.Tab.Path(); err != nil || got != path {
		r.t.Fatalf("the page is at %s and not at %s (%v)", got, path, err)
	}
}

// Fits holds that nothing of the page is wider than the window.
func (r *Reader) Fits() {
	r.t.Helper()
	over, err := r.Tab.TooWide()
	must(r.t, err)
	if over > 1 {
		path, _ := r.Tab.Path()
		r.t.Errorf("%s is %d pixels too wide", path, over)
	}
}

// Until goes to an address again and again, until it shows all of the words: what
// comes from another node takes a moment.
func (r *Reader) Until(address string, words ...string) {
	r.t.Helper()
	for end := time.Now().Add(30 * time.Second); ; {
		r.Go(address)
		text, shown := r.Text(), true
		for _, w := range words {
			shown = shown && strings.Contains(text, w)
		}
		if shown {
			return
		}
		if time.Now().After(end) {
			r.t.Fatalf("%s does not come to show %q: %s", address, words, text)
		}
	}
}

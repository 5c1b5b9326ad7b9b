package web_test

import (
	"encoding/json"
	"net"
	"strings"
	"testing"

	"comity/console"
	"comity/web/browser"
)

// An officer comes in by a one-time link, with a browser and a passkey, through the
// door of a real node; leaves, and signs in again. The link's secret stays in the
// browser, and lets nobody in twice.
func TestPasskeyInBrowser(t *testing.T) {
	b := opened(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	pages := l.Addr().String()
	must(t, l.Close())
	s := newSideWith(t, "us/dea", "us/dea/desk", pages)
	s.serve()
	link := tell(s, "ana", console.InviteOfficer{Handle: "ana"}).Link
	w, err := b.Window(browser.Look{Language: "es"})
	must(t, err)
	tab, err := w.Tab()
	must(t, err)
	must(t, tab.Passkeys())

	must(t, tab.Go(link))
	must(t, tab.Turn("button", "Crear"))
	at(t, tab, "/inbox")
	if text, err := tab.Text("header"); err != nil || !strings.Contains(text, "ana") {
		t.Errorf("the page does not name the officer: %s", text)
	}
	cookies, err := w.Cookies()
	must(t, err)
	if len(cookies) != 1 || !cookies[0].HTTPOnly || cookies[0].SameSite != "Strict" {
		t.Errorf("cookies %+v", cookies)
	}
	_, secret, _ := strings.Cut(link, "#")
	asked, _ := tab.Asked()
	for _, r := range asked {
		// What a browser navigates to is told with its fragment, which it sends to nobody.
		told, err := json.Marshal(r.Headers)
		must(t, err)
		if before, _, _ := strings.Cut(r.URL, "#"); strings.Contains(before+string(told), secret) {
			t.Errorf("the secret stands in an address or a header: %+v", r)
		}
	}

	must(t, tab.Go(s.node.Pages()+"/sessions"))
	must(t, tab.Turn("button", "Salir"))
	must(t, tab.Go(s.node.Pages()+"/inbox"))
	at(t, tab, "/")
	must(t, tab.Turn("main button", "Entrar"))
	at(t, tab, "/inbox")

	must(t, w.Forget())
	must(t, tab.Go("about:blank"))
	must(t, tab.Go(link))
	must(t, tab.Press("main button", "Crear"))
	must(t, tab.Await("!document.getElementById('said').hidden"))
	if trouble := tab.Trouble(); len(trouble) > 0 {
		t.Error(trouble)
	}
}

// at holds where a page is.
func at(t *testing.T, tab *browser.Tab, want string) {
	t.Helper()
	if got, err := tab.Path(); err != nil || got != want {
		t.Fatalf("the page is at %s and not at %s (%v)", got, want, err)
	}
}

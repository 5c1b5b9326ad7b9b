package web_test

import (
	"encoding/json"
	"net"
	"strings"
	"testing"

	"comity/console"
	"comity/web/browser"
	"comity/web/browser/browsertest"
)

// An officer comes in by a one-time link, with a browser and a passkey, through the
// door of a real node; leaves, and signs in again. The link's secret stays in the
// browser, and lets nobody in twice.
func TestPasskeyInBrowser(t *testing.T) {
	b := browsertest.Open(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	pages := l.Addr().String()
	must(t, l.Close())
	s := newSideWith(t, "us/dea", "us/dea/desk", pages)
	s.serve()
	link := tell(s, "ana", console.InviteOfficer{Handle: "ana"}).Link
	w := browsertest.Window(t, b, browser.Look{Language: "es"})
	ana := browsertest.Enter(t, w, link)
	ana.At("/inbox")
	if text, err := ana.Tab.Text("header"); err != nil || !strings.Contains(text, "ana") {
		t.Errorf("the page does not name the officer: %s", text)
	}
	cookies, err := w.Cookies()
	must(t, err)
	if len(cookies) != 1 || !cookies[0].HTTPOnly || cookies[0].SameSite != "Strict" {
		t.Errorf("cookies %+v", cookies)
	}
	_, secret, _ := strings.Cut(link, "#")
	asked, _ := ana.Tab.Asked()
	for _, r := range asked {
		// What a browser navigates to is told with its fragment, which it sends to nobody.
		told, err := json.Marshal(r.Headers)
		must(t, err)
		if before, _, _ := strings.Cut(r.URL, "#"); strings.Contains(before+string(told), secret) {
			t.Errorf("the secret stands in an address or a header: %+v", r)
		}
	}

	ana.Go(s.node.Pages() + "/sessions")
	ana.Turn("button", "Salir")
	ana.Go(s.node.Pages() + "/inbox")
	ana.At("/")
	ana.Turn("main button", "Entrar")
	ana.At("/inbox")

	must(t, w.Forget())
	ana.Go("about:blank")
	ana.Go(link)
	ana.Press("main button", "Crear")
	must(t, ana.Tab.Await("!document.getElementById('said').hidden"))
	ana.Shows("Este enlace no vale")
}

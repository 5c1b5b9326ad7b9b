package demo_test

import (
	"os"
	"path/filepath"
	"testing"

	"comity/web/browser"
	"comity/web/browser/browsertest"
)

// page is a saved page, with what is no part of the text around it.
const page = `<!doctype html><html lang="en"><head><title>Ice plant burns at Maruata - Coast Courier</title></head><body>
<nav><a href="/">Home</a> <a href="/news">News</a></nav><article><h1>Ice plant burns at Maruata</h1>
<p>The ice plant at Maruata burned down on Sunday night, two hours after a fuel truck had left it; nobody was hurt, and nobody called the fire brigade.</p>
<p>Fishermen say that the plant had three diesel tanks and sold no ice since July, although trucks came and went every second night.</p></article>
<footer>Subscribe to our newsletter</footer></body></html>`

// imports has a document fall onto the page, marks what was made of it, sends it, and
// sees the receipt of the other side's reading.
func imports(t *testing.T, l *left) {
	b := browsertest.Open(t)
	// Links work once: these officers have not come in yet.
	bea := browsertest.Enter(t, browsertest.Window(t, b, browser.Look{}), l.link(t, "bea"))
	garza := browsertest.Enter(t, browsertest.Window(t, b, browser.Look{}), l.link(t, "garza"))
	file := filepath.Join(t.TempDir(), "courier.html")
	must(t, os.WriteFile(file, []byte(page), 0o600))
	bea.Turn("nav a", "Items")
	bea.Turn(`main a[href="/import"]`)
	must(t, bea.Tab.Drop("[data-zone]", file))
	must(t, bea.Tab.Await(`document.getElementById("dropped").textContent.includes("courier.html")`))
	bea.Fill("input[name=topic]", "maritime smuggling")
	bea.Fill("input[name=purpose]", "joint interdiction")
	bea.Turn("main form button.main")
	bea.Shows("Ice plant burns at Maruata")
	bea.Turn(`main a[href$="/edit"]`)
	for _, part := range []string{"p.0.", "p.1."} {
		must(t, bea.Tab.Choose(`select[name="`+part+`tlp"]`, "AMBER+STRICT"))
		bea.Fill(`input[name="`+part+`rel"]`, "mx/semar/uin")
	}
	bea.Turn(`main button[value="save"]`)
	bea.Turn(`main a[href$="/plan"]`)
	bea.Press(`input[value="mx/semar/uin"]`)
	bea.Turn(`button[value="plan"]`)
	bea.Hides("Blocked")
	bea.Turn(`button[formaction$="/release"]`)
	bea.Shows("Released")

	_, mx := l.origins(t)
	garza.Until(mx+"/inbox", "Ice plant burns")
	garza.Turn("main li:first-child button")
	garza.Shows("three diesel tanks")
	garza.Hides("newsletter")
	bea.Turn("nav a", "Items")
	bea.Turn("main a", "Ice plant burns")
	bea.Turn(`main a[href$="/trail"]`)
	path, err := bea.Tab.Path()
	must(t, err)
	us, _ := l.origins(t)
	bea.Until(us+path, "read", "garza", "cosigned")
}

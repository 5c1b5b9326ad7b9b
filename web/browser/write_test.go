package browser_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"comity/console"
	"comity/web/browser"
	"comity/web/browser/browsertest"
)

// An officer writes with the keyboard alone. What was typed is kept by itself, is there
// again when the page was closed, and is saved by Ctrl+S.
func TestAnOfficerWritesByKeyboardAlone(t *testing.T) {
	b := browsertest.Open(t)
	us, _, _ := pair(t)
	ana := us.enter(b, "ana", browser.Look{})
	ana.Go(us.url("/items"))
	ana.Reach("a", "New report")
	must(t, ana.Tab.Turns(func() error { return ana.Tab.Key("Enter") }))
	must(t, ana.Tab.Await(`document.activeElement.name === "title"`))
	must(t, ana.Tab.Type("A boat without a name"))
	ana.Reach(`textarea[name="p.0.text"]`)
	must(t, ana.Tab.Type("One boat lies at the pier."))
	ana.Reach(`input[name="p.0.rel"]`)
	must(t, ana.Tab.Type("mx/semar/uin"))
	must(t, ana.Tab.Await(`document.getElementById("kept").textContent.startsWith("Kept at")`))
	must(t, ana.Tab.Turns(func() error { return ana.Tab.Key("Control+Enter") })) // a portion more
	must(t, ana.Tab.Await(`document.activeElement.name === "p.1.text"`))
	must(t, ana.Tab.Type("Its crew is gone."))
	must(t, ana.Tab.Await(`document.getElementById("kept").textContent.startsWith("Kept at")`))

	ana.Go(us.url("/items")) // as if the browser had been closed
	ana.Shows("Not saved yet", "A boat without a name")
	ana.Turn("main a", "A boat without a name")
	var typed string
	must(t, ana.Tab.Eval(`document.querySelector('[name="p.1.text"]').value`, &typed))
	if typed != "Its crew is gone." {
		t.Errorf("it is there as %q", typed)
	}
	ana.Reach(`textarea[name="p.1.text"]`)
	must(t, ana.Tab.Turns(func() error { return ana.Tab.Key("Control+s") }))
	ana.Shows("A boat without a name", "One boat lies at the pier.", "REL:mx/semar/uin", "version 1")
	ana.Go(us.url("/items"))
	ana.Hides("Not saved yet")
}

// What two officers write at once is brought together on the screen, and saved.
func TestTwoOfficersWriteAtOnce(t *testing.T) {
	b := browsertest.Open(t)
	us, _, report := pair(t)
	ana, bea := us.enter(b, "ana", browser.Look{}), us.enter(b, "bea", browser.Look{})
	ana.Go(us.url("/items/" + report + "/edit"))
	bea.Go(us.url("/items/" + report + "/edit"))
	ana.Fill(`textarea[name="p.0.text"]`, "Four boats left the bay.")
	bea.Fill(`textarea[name="p.0.text"]`, "Five boats left the bay.")
	ana.Turn("button.main")
	bea.Turn("button.main")
	bea.Shows("ana saved version", "Both of you changed this portion", "Four boats left the bay.")
	bea.Turn("button.main")
	bea.Shows("Five boats left the bay.")
	bea.Go(us.url("/items/" + report + "/versions"))
	bea.Shows("Five", "Four")
}

// A second officer looks at a plan that breaks a promise, and approves exactly that
// with a passkey; then it is sent.
func TestTheSecondOfficerApproves(t *testing.T) {
	b := browsertest.Open(t)
	us, mx, report := pair(t)
	ana, bea := us.enter(b, "ana", browser.Look{}), us.enter(b, "bea", browser.Look{})
	ana.Go(us.url("/items/" + report + "/plan"))
	ana.Press(toUnit)
	ana.Turn(`button[value="plan"]`)
	ana.Turn(`button[value^="remedy tear 3"]`)
	ana.Fill("textarea[name=reason]", "Lives are at stake.")
	ana.Turn(`button[formaction$="/release"]`)
	plan := tell(us, "ana", console.ListWaiting{}).Plans[0].Hash.String()
	ana.Go(us.url("/waiting/" + plan))
	ana.Shows("Lives are at stake.", "Another officer answers it")
	bea.Turn("nav a", "Waiting")
	bea.Turn("main a", "Look at it and answer")
	bea.Shows("Lives are at stake.", "NOT:mx/sspc")
	bea.Turn("main button", "Approve it with my passkey")
	bea.Shows("Approved by bea")
	bea.Hides("Send it") // who approves does not send it, too
	ana.Go(us.url("/waiting/" + plan))
	ana.Shows("Approved by bea")
	ana.Turn("main button", "Send it")
	ana.Shows("Released")
	lince := mx.enter(b, "lince", browser.Look{})
	lince.Until(mx.url("/inbox"), "Fast boats")
}

// An officer adds a passkey by showing one, names it, and does not take the last one
// away by a slip.
func TestPasskeysOfOnesOwn(t *testing.T) {
	b := browsertest.Open(t)
	us, _, _ := pair(t)
	ana := us.enter(b, "ana", browser.Look{})
	ana.Turn("header a", "Settings")
	ana.Shows("Your passkeys", "Your sessions")
	ana.Press("main summary", "Rename or take away")
	ana.Press("main button", "Take it away")
	must(t, ana.Tab.Await(`document.querySelector("[data-said]:not([hidden])") !== null`))
	ana.Shows("last passkey")
	ana.Fill(`form[action="/passkeys/name"] input[name=name]`, "The desk")
	ana.Turn("main button", "Rename")
	ana.Shows("The desk")
}

// A document falls onto the page of a node that reads none: what to do is said.
func TestADocumentIsDropped(t *testing.T) {
	b := browsertest.Open(t)
	us, _, _ := pair(t)
	ana := us.enter(b, "ana", browser.Look{})
	name := filepath.Join(t.TempDir(), "boats.txt")
	must(t, os.WriteFile(name, []byte("# Boats\n\nOne boat.\n"), 0o600))
	ana.Go(us.url("/import"))
	must(t, ana.Tab.Drop("h1", name))
	must(t, ana.Tab.Await(`document.getElementById("dropped").textContent.includes("boats.txt")`))
	ana.Turn("main button.main")
	if !strings.Contains(ana.Text(), "comity import FILE") {
		t.Errorf("it says %s", ana.Text())
	}
}

package browser_test

import (
	"strings"
	"testing"

	"comity/console"
	"comity/intel"
	"comity/web/browser"
	"comity/web/browser/browsertest"
)

const toUnit = `input[value="mx/semar/uin"]`

// mend asks who will see the report if all of it goes, finds that it is refused, and
// presses what mends it.
func mend(r *browsertest.Reader) {
	r.Press(toUnit)
	r.Turn(`button[value="plan"]`)
	r.Turn(`button[value^="remedy tear 2"]`)
	r.Turn(`button[value^="remedy tear 3"]`)
}

// From the sender's list to the receipt on its trail, through the other side's inbox
// and conditions.
func TestAReportIsShared(t *testing.T) {
	b := browsertest.Open(t)
	us, mx, report := pair(t)
	ana, lince := us.enter(b, "ana", browser.Look{}), mx.enter(b, "lince", browser.Look{})
	ana.Turn("nav a", "Items")
	ana.Turn("main a", "Fast boats off Salina Cruz")
	ana.Turn("main a", "Plan a release")
	mend(ana)
	ana.Shows("Not stopped")
	ana.Turn(`button[formaction$="/release"]`)
	ana.Shows("Released")

	lince.Until(mx.url("/inbox"), "Fast boats", "not read", "Tell mx/sre")
	lince.Turn("main li button")
	lince.Shows("It must not be passed on")
	lince.Hides("Three boats")
	lince.Turn("main button", "I accept")
	lince.Shows("Three boats with four engines", "a receipt goes to us/dea/desk")
	lince.Hides("Tovar", "R-2214", "withheld")
	lince.Turn("nav a", "Inbox")
	lince.Hides("not read")

	ana.Until(us.url("/items/"+report+"/trail"), "delivered", "read", "lince", "cosigned")
}

// What would break a promise is refused, and says whose and why; the officer presses
// what mends it, and sees the picture change.
func TestTheWrongWayIsRefused(t *testing.T) {
	b := browsertest.Open(t)
	us, _, report := pair(t)
	ana := us.enter(b, "ana", browser.Look{})
	ana.Go(us.url("/items/" + report + "/plan"))
	ana.Turn(`button[value="plan"]`)
	ana.Shows("Choose at least one recipient")
	ana.Press(toUnit)
	ana.Turn(`button[value="plan"]`)
	ana.Shows("Blocked", "Broken by mx/sspc", "NOT:mx/sspc", "mx-guidelines-2021/MXL-1", "Broken by mx/semar/uin", "REL:us/dea/desk")
	if text, err := ana.Tab.Text(".picture"); err != nil || !strings.Contains(text, "BARRED") {
		t.Errorf("the picture bars nobody: %s", text)
	}
	ana.Turn(`button[value^="remedy tear 2"]`)
	ana.Shows("Blocked", "Broken by mx/semar/uin")
	ana.Hides("Broken by mx/sspc")
	ana.Turn(`button[value^="remedy tear 3"]`)
	ana.Hides("Broken by", "Blocked")
	if text, err := ana.Tab.Text(".picture"); err != nil || strings.Contains(text, "BARRED (") {
		t.Errorf("the picture still bars somebody: %s", text)
	}

	ana.Go(us.url("/items/" + report + "/plan"))
	ana.Press(toUnit)
	ana.Turn(`button[value="best"]`)
	ana.Shows("The most that can be sent with every promise kept", "2 choices fell short")
	ana.Hides("Blocked")
}

// A plan that breaks a promise goes nowhere until a second officer has approved it.
func TestASecondOfficerApproves(t *testing.T) {
	b := browsertest.Open(t)
	us, mx, report := pair(t)
	ana, bea := us.enter(b, "ana", browser.Look{}), us.enter(b, "bea", browser.Look{})
	ana.Go(us.url("/items/" + report + "/plan"))
	ana.Press(toUnit)
	ana.Turn(`button[value="plan"]`)
	ana.Fill("main textarea", "Lives are at stake.")
	ana.Turn("button", "Put it before a second officer")
	ana.Shows("It waits for a second officer")
	ana.Turn("nav a", "Waiting")
	ana.Shows("waits for a second officer")

	bea.Go(us.url("/waiting"))
	bea.Shows("ana", "mx/semar/uin")
	bea.Turn("main li a.title")
	bea.Shows("Lives are at stake.", "Your answer", "Who will see it")
	bea.Turn("button", "Approve it with my passkey")
	bea.Shows("Approved by bea")

	ana.Turn("nav a", "Waiting")
	ana.Shows("approved")
	ana.Turn("main button", "Send it")
	ana.Shows("Released")
	lince := mx.enter(b, "lince", browser.Look{})
	lince.Until(mx.url("/inbox"), "Fast boats")
}

// What came makes duties, which are filed with one press, as narrow as the rule; the
// sender sees that it was passed on, and what.
func TestADutyIsFiled(t *testing.T) {
	b := browsertest.Open(t)
	us, mx, report := pair(t)
	tell(us, "ana", console.SendItem{Ask: console.Ask{Item: report, To: []console.Recipient{{Party: "mx/semar/uin", Form: intel.Copy,
		Except: []console.Except{{Portion: 2, Form: intel.Withheld}, {Portion: 3, Form: intel.Withheld}}}}}})
	lince := mx.enter(b, "lince", browser.Look{})
	lince.Until(mx.url("/duties"), "2 duties", "Tell mx/sre", "Tell mx/sspc")
	lince.Turn(`main form[action$="/file"] button`)
	lince.Shows("The report is filed", "us/dea")
	lince.Hides("Three boats", "Tovar")
	lince.Turn("nav a", "Duties")
	lince.Shows("1 duty")
	ana := us.enter(b, "ana", browser.Look{})
	ana.Until(us.url("/items/"+report+"/trail"), "passed on", "the contact only")
}

// Everything in Spanish, from the link to the release.
func TestSpanish(t *testing.T) {
	b := browsertest.Open(t)
	us, mx, report := pair(t)
	spanish := browser.Look{Language: "es"}
	ana := us.enter(b, "ana", spanish)
	ana.At("/inbox")
	ana.Shows("Bandeja")
	ana.Go(us.url("/items/" + report + "/plan"))
	ana.Press(toUnit)
	ana.Turn("main button", "¿Quién lo verá?")
	ana.Shows("Detenido", "Rota por mx/sspc", "REL:us/dea/desk")
	ana.Turn("main button", "Lo más que puedo compartir")
	ana.Hides("Detenido")
	ana.Turn(`button[formaction$="/release"]`)
	lince := mx.enter(b, "lince", spanish)
	lince.Until(mx.url("/inbox"), "sin leer", "Informar a mx/sre")
	// Whoever asks for English gets it, and keeps it.
	lince.Turn("header button", "English")
	lince.Shows("Inbox", "not read")
	lince.Turn("nav a", "Duties")
	lince.Shows("2 duties")
}

// The whole use without a mouse.
func TestByKeyboard(t *testing.T) {
	b := browsertest.Open(t)
	us, _, _ := pair(t)
	ana := browsertest.Sit(t, browsertest.Window(t, b, browser.Look{}))
	must(t, ana.Tab.Passkeys())
	ana.Go(us.link("ana"))
	ana.Reach("main button")
	ana.Enters()
	ana.At("/inbox")
	ana.Key("Tab")
	ana.Reach(".skip") // the first stop leads past the navigation
	ana.Reach("nav a", "Items")
	ana.Enters()
	ana.Reach("main a", "Fast boats")
	ana.Enters()
	ana.Reach("main a", "Plan a release")
	ana.Enters()
	ana.Reach(toUnit)
	ana.Key("Space")
	ana.Reach(`button[value="plan"]`)
	ana.Enters()
	ana.Shows("Blocked")
	ana.Reach("main summary", "path and rule")
	ana.Key("Enter")
	ana.Shows("MXL-1]")
	ana.Reach(`button[value^="remedy tear 2"]`)
	ana.Enters()
	ana.Reach(`button[value^="remedy tear 3"]`)
	ana.Key("Space")
	must(t, ana.Tab.Await(`document.readyState === "complete" && !document.querySelector('button[value^="remedy tear 3"]')`))
	ana.Reach(`button[formaction$="/release"]`)
	ana.Enters()
	ana.Shows("Released")
}

// On a telephone nothing is wider than its screen, and all of it can be pressed.
func TestOnATelephone(t *testing.T) {
	b := browsertest.Open(t)
	us, mx, report := pair(t)
	phone := browser.Look{Width: browser.Phone}
	ana := us.enter(b, "ana", phone)
	ana.Fits()
	ana.Turn("nav a", "Items")
	ana.Fits()
	ana.Turn("main a", "Fast boats")
	ana.Fits()
	ana.Turn("main a", "Plan a release")
	ana.Fits()
	mend(ana)
	ana.Fits()
	ana.Turn(`button[formaction$="/release"]`)
	ana.Fits()
	lince := mx.enter(b, "lince", phone)
	lince.Until(mx.url("/inbox"), "Fast boats")
	lince.Fits()
	lince.Turn("main li button")
	lince.Fits()
	lince.Turn("main button", "I accept")
	lince.Fits()
	ana.Until(us.url("/items/"+report+"/trail"), "lince")
	ana.Fits()
}

// Who has come in reads, plans, mends and releases without script.
func TestWithoutScript(t *testing.T) {
	b := browsertest.Open(t)
	us, mx, _ := pair(t)
	ana, lince := scriptless(t, b, us, "ana"), scriptless(t, b, mx, "lince")
	ana.Go(us.url("/home"))
	ana.At("/inbox")
	ana.Turn("nav a", "Items")
	ana.Turn("main a", "Fast boats")
	ana.Turn("main a", "Plan a release")
	mend(ana)
	ana.Turn(`button[formaction$="/release"]`)
	ana.Shows("Released")
	lince.Until(mx.url("/inbox"), "Fast boats")
	lince.Turn("main li button")
	lince.Turn("main button", "I accept")
	lince.Shows("Three boats")
	lince.Go(mx.url("/duties"))
	lince.Turn(`main form[action$="/file"] button`)
	lince.Shows("The report is filed")
	// The way in says what it wants.
	stranger := browsertest.Sit(t, browsertest.Window(t, b, browser.Look{NoScript: true}))
	stranger.Go(us.url("/inbox"))
	stranger.At("/")
	stranger.Shows("script")
}

// scriptless sits an officer who has come in elsewhere before a browser whose scripts
// are off.
func scriptless(t *testing.T, b *browser.Browser, s *side, who string) *browsertest.Reader {
	t.Helper()
	in := browsertest.Window(t, b, browser.Look{})
	browsertest.Enter(t, in, s.link(handle(who)))
	cookies, err := in.Cookies()
	must(t, err)
	off := browsertest.Window(t, b, browser.Look{NoScript: true})
	must(t, off.Keep(cookies...))
	return browsertest.Sit(t, off)
}

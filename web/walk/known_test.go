package walk_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"comity/party"
)

// A report that falls due on what came for one officer's eyes is the whole unit's to
// file; its topic and purpose are not the whole unit's to read.
func TestDraftsKeepWhatIsForOtherEyes(t *testing.T) {
	w := newWorld(t, true)
	for _, who := range []party.Handle{"mnina", "mrob", "mduty"} {
		page := w.mx.get(who, "/duties").Body.String()
		for _, where := range []string{"theireyes topic", "theireyes purpose"} {
			if strings.Contains(page, wordOf(where)) {
				t.Errorf("%s reads %s in the draft of a report", who, where)
			}
		}
	}
}

// A plan of an item that an officer who reads may not know of is not listed to them,
// and answers like none. Who approves and reads nothing is told of it.
func TestPlansOfWhatIsForOtherEyes(t *testing.T) {
	w := newWorld(t, true)
	for _, p := range w.plans {
		if !strings.Contains(w.us.get("xsec", "/waiting").Body.String(), p.id[:8]) {
			t.Errorf("the plan of %s is not listed to xsec", p.name)
		}
		for _, who := range []party.Handle{"xrob", "xrev"} {
			if !slices.Contains(p.seers, who) && strings.Contains(w.us.get(who, "/waiting").Body.String(), p.id[:8]) {
				t.Errorf("the plan of %s is listed to %s", p.name, who)
			}
			if a := w.us.post(who, "/waiting/"+p.id+"/send", nil); !slices.Contains(p.seers, who) && a.Code != http.StatusNotFound && a.Code != http.StatusForbidden {
				t.Errorf("the plan of %s gave %s %d", p.name, who, a.Code)
			}
		}
	}
}

// A browser that comes by a link of another site does not send the cookie of a session.
// What it is led to must not take the cookie from it.
func TestALinkFromElsewhereSignsNobodyOut(t *testing.T) {
	w := newWorld(t, false)
	for _, path := range []string{"/items", "/home", "/nothing", "/assets/a/b"} {
		if a := w.us.get("", path); len(a.Result().Cookies()) > 0 {
			t.Errorf("%s sets %v", path, a.Result().Cookies())
		}
	}
	if a := w.us.get("xana", "/assets/a/b"); len(a.Result().Cookies()) > 0 {
		t.Errorf("an asset that is not there signs an officer out: %v", a.Result().Cookies())
	}
}

// A remark is about something that its officer may know of.
func TestRemarksAreAboutWhatIsThere(t *testing.T) {
	w := newWorld(t, true)
	for _, id := range []string{nothing("cut"), w.cuts[0].id} {
		if a := w.mx.post("msid", "/inbox/"+id+"/remarks", form("kind", "note", "text", "x")); a.Code != http.StatusNotFound {
			t.Errorf("a remark about %s gave %d", id, a.Code)
		}
	}
}

// Bytes that are no text are somebody's mistake or try, and not the node's failure.
func TestBytesThatAreNoText(t *testing.T) {
	w := newWorld(t, true)
	for _, c := range badText {
		if a := w.us.ask(c); a.Code >= 500 {
			t.Errorf("%s %s %v gave %d", c.method, c.path, c.form, a.Code)
		}
	}
}

// badText are requests with bytes that are no text.
var badText = []call{
	{who: "xana", method: "POST", path: "/waiting/%ff%fe/send"},
	{who: "xana", method: "GET", path: "/packs/%ff/1"},
	{who: "xana", method: "POST", path: "/search", form: form("words", "\xff\xfe")},
	{who: "xana", method: "POST", path: "/search", form: form("words", "boats \xc0\x80")},
	{who: "xana", method: "POST", path: "/sessions/end", form: form("id", "\xff")},
	{who: "xana", method: "POST", path: "/tongue", form: form("back", "/\xff", "tongue", "\xff")},
	{who: "xana", method: "GET", path: "/items?after=%ff"},
	{who: "xana", method: "GET", path: "/trails?item=%ff"},
	{who: "xana", method: "GET", path: "/%ff"},
}

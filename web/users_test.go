package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"comity/console"
)

// json posts what a script says.
func (s *side) json(who, path, body string) *httptest.ResponseRecorder {
	return s.send1(who, path, "application/json", []byte(body), "same-origin")
}

// The ledger is for who verifies it: its head, its witnesses, and whether it holds.
func TestLedgerPages(t *testing.T) {
	p := newPair(t)
	for who, want := range map[string]int{"ana": 403, "nina": 403, "rev": 200, "chief": 200} {
		for _, path := range []string{"/ledger", "/ledger/records"} {
			if w := p.us.get(who, path); w.Code != want {
				t.Errorf("%s for %s gave %d", path, who, w.Code)
			}
		}
		if w := p.us.post(who, "/ledger/verify", nil); w.Code != want || want == 200 && !strings.Contains(w.Body.String(), "All of it holds") {
			t.Errorf("verifying by %s gave %d: %s", who, w.Code, text(w.Body.String()))
		}
	}
	page := p.us.get("rev", "/ledger").Body.String()
	if !strings.Contains(page, "mx/semar") || !strings.Contains(page, "orx") {
		t.Errorf("the ledger is %s", text(page))
	}
	page = p.us.get("rev", "/ledger/records?from=0").Body.String()
	if !strings.Contains(page, "key changed") || strings.Contains(page, "Fast boats") || strings.Contains(page, "four engines") {
		t.Errorf("the records are %s", text(page))
	}
	harmless(t, "records", p.us.get("chief", "/ledger/records").Body.String())
	for _, bad := range []string{"x", "-1", "1e3"} {
		if w := p.us.get("rev", "/ledger/records?from="+bad); w.Code != http.StatusNotFound {
			t.Errorf("from %s gave %d", bad, w.Code)
		}
	}
}

// Officers are listed for officers; who is in, and the ways in, are for an admin.
func TestUsers(t *testing.T) {
	p := newPair(t)
	for _, who := range []string{"ana", "rev", "chief"} {
		w := p.us.get(who, "/users")
		if w.Code != 200 || !strings.Contains(w.Body.String(), "nina") {
			t.Errorf("the list for %s gave %d", who, w.Code)
		}
		if shows := strings.Contains(w.Body.String(), "Who of your unit is in"); shows != (who == "chief") {
			t.Errorf("%s is shown who is in: %v", who, shows)
		}
		harmless(t, "users", w.Body.String())
	}
	for path, f := range map[string]url.Values{"/users/nina/shut": {"sure": {"yes"}}, "/users/nina/readmit": {}, "/users/nina/readmit/refuse": {"id": {"x"}}, "/users/nina/end": {"id": {"s9"}}} {
		for _, who := range []string{"ana", "rev"} {
			if w := p.us.post(who, path, f); w.Code != http.StatusForbidden {
				t.Errorf("%s by %s gave %d", path, who, w.Code)
			}
		}
		if w := p.us.post("chief", strings.Replace(path, "nina", "No-Body!", 1), f); w.Code >= 500 || w.Code < 300 {
			t.Errorf("%s of nobody gave %d", path, w.Code)
		}
	}
	if w := p.us.post("chief", "/users/nina/shut", nil); w.Code != http.StatusBadRequest {
		t.Errorf("shutting without meaning it gave %d", w.Code)
	}
	if w := p.us.post("chief", "/users/nina/end", url.Values{"id": {"s9"}}); w.Code != http.StatusSeeOther {
		t.Errorf("ending a session gave %d", w.Code)
	}
}

// What is shown a passkey for is asked in JSON by the script of the page, and refused
// in words.
func TestProving(t *testing.T) {
	p := newPair(t)
	us := p.us
	if w := us.json("ana", "/passkeys/add/begin", `{}`); w.Code != 200 || !strings.Contains(w.Body.String(), `"id":"c1"`) {
		t.Errorf("adding gave %d: %s", w.Code, w.Body)
	}
	if w := us.json("ana", "/passkeys/add/continue", `{"ceremony":"c1","response":{}}`); w.Code != 200 {
		t.Errorf("going on gave %d: %s", w.Code, w.Body)
	}
	if w := us.json("ana", "/passkeys/add/continue", `{"ceremony":"c2","response":{}}`); w.Code != 403 || !strings.Contains(w.Body.String(), "words") {
		t.Errorf("a wrong one gave %d: %s", w.Code, w.Body)
	}
	if w := us.json("ana", "/passkeys/add/finish", `{"ceremony":"c1","name":"desk","response":{}}`); w.Code != 200 || !strings.Contains(w.Body.String(), "/settings") {
		t.Errorf("the end gave %d: %s", w.Code, w.Body)
	}
	if w := us.json("ana", "/passkeys/drop/begin", `{"id":"x"}`); w.Code != 409 || !strings.Contains(w.Body.String(), "last passkey") {
		t.Errorf("the last gave %d: %s", w.Code, w.Body)
	}
	if w := us.json("ana", "/passkeys/drop/begin", `{"id":"x","last":"yes"}`); w.Code != 200 {
		t.Errorf("the last, meant, gave %d: %s", w.Code, w.Body)
	}
	if w := us.json("ana", "/passkeys/drop/finish", `{"ceremony":"c1","response":{}}`); w.Code != 200 {
		t.Errorf("dropping gave %d: %s", w.Code, w.Body)
	}
	if w := us.post("ana", "/passkeys/name", url.Values{"id": {"x"}, "name": {"new"}}); w.Code != 303 || strings.Join(us.ended, ",") != "added desk,dropped,named new" {
		t.Errorf("naming gave %d: %v", w.Code, us.ended)
	}
	for _, path := range []string{"/passkeys/add/begin", "/passkeys/add/continue", "/passkeys/add/finish", "/passkeys/drop/begin", "/passkeys/drop/finish", "/waiting/answer/begin", "/waiting/answer/finish", "/readmissions/begin", "/readmissions/finish"} {
		if w := us.post("ana", path, url.Values{"x": {"y"}}); w.Code != http.StatusUnsupportedMediaType {
			t.Errorf("a form at %s gave %d", path, w.Code)
		}
		if w := us.json("ana", path, `{`); w.Code != http.StatusBadRequest {
			t.Errorf("broken JSON at %s gave %d", path, w.Code)
		}
		if w := us.json("", path, `{}`); w.Code != http.StatusSeeOther {
			t.Errorf("a stranger at %s gave %d", path, w.Code)
		}
		if w := us.json("ana", path, `{"words":"`+strings.Repeat("x", 80<<10)+`"}`); w.Code != http.StatusBadRequest {
			t.Errorf("much at %s gave %d", path, w.Code)
		}
	}
	for _, body := range []string{`{"plan":"x"}`, `{"plan":"` + hashOf("x").String() + `","answer":"approve"}`} {
		for _, who := range []string{"ana", "rev", "chief"} {
			if w := us.json(who, "/waiting/answer/begin", body); w.Code < 400 || w.Code >= 500 {
				t.Errorf("%s: %s gave %d: %s", who, body, w.Code, w.Body)
			}
		}
	}
	harmless(t, "settings", us.get("ana", "/settings").Body.String())
	if page := us.get("rev", "/settings").Body.String(); !strings.Contains(page, "h1") || !strings.Contains(page, "Your sessions") {
		t.Errorf("the settings are %s", text(page))
	}
}

// A plan that waits is shown to who may answer it, with why, and not to others.
func TestAwaiting(t *testing.T) {
	p := newPair(t)
	form := url.Values{"to": {"mx/semar/uin"}, "act": {"plan"}}
	p.us.post("ana", "/items/"+p.plain+"/plan", form)
	form.Set("reason", "lives <b>at stake")
	p.us.post("ana", "/items/"+p.plain+"/release", form)
	plans := tell(p.us, "ana", console.ListWaiting{}).Plans
	if len(plans) != 1 {
		t.Fatalf("%d plans wait", len(plans))
	}
	path := "/waiting/" + plans[0].Hash.String()
	page := p.us.get("ana", path).Body.String()
	for _, want := range []string{"lives &lt;b&gt;at stake", "NOT:mx/sspc:none", "<svg", "comity approve"} {
		if !strings.Contains(page, want) {
			t.Errorf("the plan does not show %q: %s", want, text(page))
		}
	}
	if strings.Contains(page, "data-prove") {
		t.Error("its maker is offered to approve it")
	}
	harmless(t, "await", page)
	p.us.enter("us/dea", "bea", "release")
	if page := p.us.get("bea", path).Body.String(); strings.Count(page, "data-prove") != 2 {
		t.Errorf("a second officer is offered %s", text(page))
	}
	for who, want := range map[string]int{"nina": 403, "rev": 403, "chief": 403} {
		if w := p.us.get(who, path); w.Code != want && w.Code != 404 {
			t.Errorf("%s was given %d", who, w.Code)
		}
	}
	if w := p.mx.get("ana", path); w.Code != http.StatusNotFound {
		t.Errorf("another side was given %d", w.Code)
	}
	for _, bad := range []string{"x", hashOf("x").String(), plans[0].Hash.Short()} {
		if w := p.us.get("ana", "/waiting/"+bad); w.Code != http.StatusNotFound {
			t.Errorf("%s gave %d", bad, w.Code)
		}
	}
}

package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"comity/console"
)

// Each page is rendered over real nodes, for those who may see it and for those who
// may not.
func TestPages(t *testing.T) {
	p := newPair(t)
	plan := url.Values{"to": {"mx/semar/uin"}, "act": {"plan"}}
	for _, tt := range []struct {
		side         *side
		method, path string
		form         url.Values
		ana, nina    int
		rev, chief   int
		holds        string // by ana
	}{
		{p.us, "GET", "/home", nil, 303, 303, 303, 303, ""},
		{p.us, "GET", "/items", nil, 200, 200, 403, 403, "Fast boats"},
		{p.us, "GET", "/items/" + p.plain, nil, 200, 200, 404, 404, "names the buyer"},
		{p.us, "GET", "/items/" + p.nasty, nil, 200, 200, 404, 404, "set aside"},
		{p.us, "GET", "/items/" + p.sent + "/trail", nil, 200, 200, 200, 404, "mx/semar/uin"},
		{p.us, "GET", "/items/" + p.plain + "/plan", nil, 200, 200, 403, 403, "mx/semar/uin"},
		{p.us, "POST", "/items/" + p.plain + "/plan", plan, 200, 200, 403, 403, "Blocked"},
		{p.us, "GET", "/inbox", nil, 200, 200, 403, 403, "Nothing came"},
		{p.mx, "GET", "/inbox", nil, 200, 200, 403, 403, "A container"},
		{p.mx, "POST", "/inbox/" + p.came, nil, 200, 200, 403, 403, "Container 77"},
		{p.mx, "POST", "/inbox/" + p.warning, nil, 200, 200, 403, 403, "I accept"},
		{p.mx, "GET", "/duties", nil, 200, 200, 403, 403, "Tell"},
		{p.us, "GET", "/trails", nil, 200, 200, 200, 403, "by its id"},
		{p.us, "GET", "/trails?item=" + p.sent, nil, 303, 303, 303, 403, ""},
		{p.us, "GET", "/trails?item=x", nil, 404, 404, 404, 403, ""},
		{p.us, "GET", "/search", nil, 200, 200, 200, 200, "All these words"},
		{p.us, "POST", "/search", url.Values{"words": {"engines"}}, 200, 200, 403, 403, "four engines"},
		{p.us, "GET", "/waiting", nil, 200, 403, 403, 403, "No plan waits"},
		{p.us, "GET", "/partners", nil, 200, 200, 200, 200, "mx/semar"},
		{p.us, "GET", "/packs", nil, 200, 200, 200, 200, "mx-guidelines-2021"},
		{p.us, "GET", "/packs/mx-guidelines-2021/1", nil, 200, 200, 200, 200, "mx-guidelines-2021"},
		{p.us, "GET", "/status", nil, 200, 200, 200, 200, "Ledger"},
		{p.us, "GET", "/sessions", nil, 200, 200, 200, 200, "Firefox"},
		{p.us, "GET", "/packs/none/1", nil, 404, 404, 404, 404, ""},
		{p.us, "GET", "/nothing", nil, 404, 404, 404, 404, ""},
	} {
		for who, want := range map[string]int{"ana": tt.ana, "nina": tt.nina, "rev": tt.rev, "chief": tt.chief} {
			w := tt.side.ask(who, tt.method, tt.path, tt.form)
			if w.Code != want {
				t.Errorf("%s %s as %s gave %d and not %d: %s", tt.method, tt.path, who, w.Code, want, text(w.Body.String()))
			}
			if who == "ana" && !strings.Contains(w.Body.String(), tt.holds) {
				t.Errorf("%s %s does not hold %q: %s", tt.method, tt.path, tt.holds, text(w.Body.String()))
			}
		}
		if w := tt.side.ask("", tt.method, tt.path, tt.form); w.Code != 303 || w.Header().Get("Location") != "/" || strings.Contains(w.Body.String(), "mx/") {
			t.Errorf("%s %s gave a stranger %d, %s", tt.method, tt.path, w.Code, w.Header().Get("Location"))
		}
	}
}

// Each recipient has forms of its own, and another can take its place with them.
func TestPlanForSeveral(t *testing.T) {
	p := newPair(t)
	path := "/items/" + p.plain + "/plan"
	form := url.Values{"to": {"mx/semar/uin"}, "also": {"mx/fgr/unit, mx/semar/uin"}, "f..1": {"pointer"}, "f.mx/fgr/unit.2": {"withheld"}, "act": {"plan"}, "never": {"mx/sspc:contact"}}
	page := p.us.post("ana", path, form).Body.String()
	for _, want := range []string{`name="to" value="mx/fgr/unit" checked`, `name="to" value="mx/semar/uin" checked`, `name="f.mx/fgr/unit.3"`, "It can be planned, not sent", `value="mx/sspc:contact"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not hold %s: %s", want, text(page))
		}
	}
	if n := strings.Count(page, `<option value="pointer" selected>`); n != 2 {
		t.Errorf("%d forms are pointers, and not that of portion 1 for both", n)
	}
	if n := strings.Count(page, `<option value="withheld" selected>`); n != 1 {
		t.Errorf("%d forms are withheld, and not that of one recipient", n)
	}
	form.Set("act", "remedy other_recipient mx/fgr/unit mx/sre/desk")
	page = p.us.post("ana", path, form).Body.String()
	if strings.Contains(page, `value="mx/fgr/unit"`) || !strings.Contains(page, `name="to" value="mx/sre/desk" checked`) || strings.Count(page, `<option value="withheld" selected>`) != 1 {
		t.Errorf("the other did not take its place: %s", text(page))
	}
	for n := range 70 {
		form.Add("to", fmt.Sprintf("mx/x%d/u", n))
	}
	if w := p.us.post("ana", path, form); w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("70 recipients gave %d", w.Code)
	}
}

// A duty is filed in one press, once, by who may.
func TestFiling(t *testing.T) {
	p := newPair(t)
	due := tell(p.mx, "ana", console.ListDuties{}).Duties
	if len(due) == 0 {
		t.Fatal("nothing is due")
	}
	path := "/duties/" + due[0].ID.String() + "/file"
	if w := p.mx.post("rev", path, nil); w.Code != http.StatusNotFound && w.Code != http.StatusForbidden {
		t.Errorf("an auditor's filing gave %d", w.Code)
	}
	if w := p.mx.post("nina", path, nil); w.Code != 200 || !strings.Contains(w.Body.String(), "The report is filed") {
		t.Errorf("filing gave %d: %s", w.Code, text(w.Body.String()))
	}
	if left := tell(p.mx, "ana", console.ListDuties{}).Count; left != len(due)-1 {
		t.Errorf("%d duties are left of %d", left, len(due))
	}
	if w := p.mx.post("ana", path, url.Values{"again": {"yes"}}); w.Code != 200 || !strings.Contains(w.Body.String(), "The letter") {
		t.Errorf("the letter gave %d: %s", w.Code, text(w.Body.String()))
	}
	if w := p.mx.get("ana", "/duties?all=yes"); !strings.Contains(w.Body.String(), "Show the letter") {
		t.Errorf("what was filed is not listed: %s", text(w.Body.String()))
	}
	for _, bad := range []string{"/duties/x/file", "/duties/00000000-0000-4000-8000-000000000001/file"} {
		if w := p.mx.post("ana", bad, nil); w.Code != http.StatusNotFound {
			t.Errorf("%s gave %d", bad, w.Code)
		}
	}
}

// What is not there, what is withheld and what was never made answer in the same
// bytes.
func TestWithheldIsAbsent(t *testing.T) {
	p := newPair(t)
	at := func(path string) string {
		w := p.mx.get("ana", path)
		if w.Code != http.StatusNotFound {
			t.Errorf("%s gave %d", path, w.Code)
		}
		return w.Body.String()
	}
	want := at("/no/such/page")
	for _, path := range []string{"/items/" + p.plain, "/items/" + p.plain + "/trail", "/items/" + p.plain + "/plan", "/items/00000000", "/items/x", "/items?after=x", "/packs/a/1", "/packs/mx-guidelines-2021/7"} {
		if at(path) != want {
			t.Errorf("%s is told from a page that is not there", path)
		}
	}
}

// From plan to release: only what was seen is sent, and what is blocked is not.
func TestPlanAndRelease(t *testing.T) {
	p := newPair(t)
	path := "/items/" + p.plain
	form := url.Values{"to": {"mx/semar/uin"}}
	with := func(act string) url.Values {
		f := url.Values{}
		for k, v := range form {
			f[k] = v
		}
		f.Set("act", act)
		return f
	}
	// Nothing is sent that was not looked at.
	if w := p.us.post("ana", path+"/release", form); w.Code != 200 || !strings.Contains(w.Body.String(), "Nothing was sent") {
		t.Fatalf("a plan that nobody saw gave %d: %s", w.Code, text(w.Body.String()))
	}
	w := p.us.post("ana", path+"/plan", with("plan"))
	for _, want := range []string{"Blocked", "NOT:mx/sre:contact", "<svg", "remedy tear 2", "Put it before a second officer"} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("the plan does not hold %q: %s", want, text(w.Body.String()))
		}
	}
	if w := p.us.post("ana", path+"/release", form); w.Code != 200 || !strings.Contains(w.Body.String(), "A promise would be broken") {
		t.Errorf("a blocked release gave %d: %s", w.Code, text(w.Body.String()))
	}
	if w := p.us.post("nina", path+"/plan", with("plan")); strings.Contains(w.Body.String(), "/release") {
		t.Error("an analyst is offered to release")
	}
	if w := p.us.post("nina", path+"/release", form); strings.Contains(w.Body.String(), "Released") {
		t.Error("an analyst has released")
	}
	// Most I can share.
	if w := p.us.post("ana", path+"/plan", with("best")); !strings.Contains(w.Body.String(), "best") && w.Code != 200 {
		t.Errorf("best gave %d: %s", w.Code, text(w.Body.String()))
	}
	// A remedy changes the picture and the forms.
	w = p.us.post("ana", path+"/plan", with("remedy tear 2"))
	if strings.Contains(w.Body.String(), "Blocked:") || !strings.Contains(w.Body.String(), `<option value="withheld" selected>`) {
		t.Fatalf("the remedy did not mend it: %s", text(w.Body.String()))
	}
	form.Set("f.mx/semar/uin.2", "withheld")
	if w := p.us.post("ana", path+"/release", form); !strings.Contains(w.Body.String(), "<h1>Released</h1>") {
		t.Fatalf("the release gave %d: %s", w.Code, text(w.Body.String()))
	}
	// Over a broken promise it goes before a second officer.
	delete(form, "f.mx/semar/uin.2")
	other := "/items/" + p.us.write("Another", "One.")
	p.us.post("ana", other+"/plan", with("plan"))
	form.Set("reason", "lives at stake")
	if w := p.us.post("ana", other+"/release", form); !strings.Contains(w.Body.String(), "comity approve ") {
		t.Errorf("an override gave %d: %s", w.Code, text(w.Body.String()))
	}
	if w := p.us.get("ana", "/waiting"); !strings.Contains(w.Body.String(), "waits for a second officer") {
		t.Errorf("what waits is not listed: %s", text(w.Body.String()))
	}
	for _, bad := range []string{"remedy tear 9", "remedy tear x", "remedy nothing 1", "remedy other_recipient a b", "remedy "} {
		if w := p.us.post("ana", path+"/plan", with(bad)); w.Code != 400 {
			t.Errorf("%q gave %d", bad, w.Code)
		}
	}
}

// Of a form that is not one, or is too long, no field counts, whatever comes first in it.
func TestFormsAreReadWhole(t *testing.T) {
	p := newPair(t)
	for body, want := range map[string]int{
		"words=boats&x=%zz": http.StatusBadRequest, "words=boats;x": http.StatusBadRequest, "words=boats&x=" + strings.Repeat("a", 4<<20): http.StatusRequestEntityTooLarge,
		"words=boats": http.StatusOK,
	} {
		r := httptest.NewRequest("POST", "/search", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.AddCookie(&http.Cookie{Name: "comity", Value: "ana"})
		w := httptest.NewRecorder()
		p.us.pages.ServeHTTP(w, r)
		if w.Code != want || want != http.StatusOK && strings.Contains(w.Body.String(), "Fast boats") {
			t.Errorf("%.30q gave %d, not %d", body, w.Code, want)
		}
	}
}

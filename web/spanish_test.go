package web_test

import (
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// inSpanish asks for a page as a browser that speaks Spanish does.
func (s *side) inSpanish(who, method, path string, form url.Values) string {
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Accept-Language", "es-MX")
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.AddCookie(&http.Cookie{Name: "comity", Value: who})
	w := httptest.NewRecorder()
	s.pages.ServeHTTP(w, r)
	return w.Body.String()
}

var (
	tagOrTip = regexp.MustCompile(`<[^>]*>`)
	// english are words that no Spanish text of ours has, as words of their own.
	english = regexp.MustCompile(`\b(?i:the|must|of|party|parties|portion|portions|summary|unknown|sender|recipient|warning|barred|legend|under|may|told|tell|you|rule|rules|learns|send|known|step)\b`)
)

// A plan is told in Spanish to who reads Spanish: the page, the picture, the reasons and
// what would help. What stays English says that it is.
func TestPlansAreToldInSpanish(t *testing.T) {
	p := newPair(t)
	for _, form := range []url.Values{
		{"to": {"mx/semar/uin"}, "act": {"plan"}},
		{"to": {"mx/semar/uin"}, "act": {"best"}},
		{"to": {"mx/semar/uin"}, "also": {"fr/dgse/x"}, "act": {"plan"}},
	} {
		page := p.us.inSpanish("ana", "POST", "/items/"+p.plain+"/plan", form)
		at := strings.Index(page, "<svg")
		if at < 0 {
			t.Fatalf("%v draws nothing: %s", form, page)
		}
		drawing := page[at : at+strings.Index(page[at:], "</svg>")]
		for _, text := range strings.Split(tagOrTip.ReplaceAllString(drawing, "\n"), "\n") {
			if found := english.FindString(html.UnescapeString(text)); found != "" {
				t.Errorf("%v: the drawing says %q: %s", form, text, found)
			}
		}
		if strings.Contains(page, `<span lang="en">`) {
			t.Errorf("%v: a reason stays English: %s", form, page[strings.Index(page, `<span lang="en">`):][:200])
		}
		if !strings.Contains(page, `<span lang="es">`) {
			t.Errorf("%v: the plan gives no reason", form)
		}
	}
}

// The packs that ship are shown in Spanish, word for word; a node's own pack is shown as
// it was written.
func TestPacksAreShownInSpanish(t *testing.T) {
	p := newPair(t)
	page := p.us.inSpanish("ana", "GET", "/packs/mx-guidelines-2021/1", nil)
	if !strings.Contains(page, "México, lineamientos sobre servidores públicos") || !strings.Contains(page, "Autorización del grupo de seguridad antes de una reunión en persona") {
		t.Errorf("the pack is not told in Spanish: %s", page)
	}
	page = page[max(0, strings.Index(page, "<main")):]
	if at := strings.Index(page, `lang="en"`); at >= 0 {
		t.Errorf("something stays English: %s", page[at:][:200])
	}
	if in := p.us.get("ana", "/packs/mx-guidelines-2021/1").Body.String(); !strings.Contains(in, "Leave of the security group before a meeting in person") {
		t.Error("in English the pack is told otherwise")
	}
}

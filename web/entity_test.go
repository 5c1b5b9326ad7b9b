package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"comity/console"
)

// What a text names is offered, confirmed, listed and shown with every source.
func TestEntities(t *testing.T) {
	p := newPair(t)
	id := p.us.write("A buyer of pumps", "Mr. Aurelio Vantongeren Quiroz called +52 55 1234 5678 twice.", "Nothing else.")
	page := p.us.get("ana", "/items/"+id+"/entities").Body.String()
	of := regexp.MustCompile(`name="of" value="([^"]+)"`).FindStringSubmatch(page)
	picks := regexp.MustCompile(`name="n" value="(\d+)"`).FindAllStringSubmatch(page, -1)
	if of == nil || len(picks) == 0 || !strings.Contains(page, "Vantongeren") {
		t.Fatalf("offered is %s", text(page))
	}
	f := url.Values{"of": {of[1]}}
	for _, n := range picks {
		f.Add("n", n[1])
		f.Set("as."+n[1], "p-buyer")
	}
	if w := p.us.post("ana", "/items/"+id+"/entities", f); w.Code != http.StatusSeeOther {
		t.Fatalf("confirming gave %d: %s", w.Code, text(w.Body.String()))
	}
	page = p.us.get("ana", "/entities").Body.String()
	if !strings.Contains(page, `value="p-buyer"`) || !strings.Contains(page, "Vantongeren") {
		t.Errorf("the list is %s", text(page))
	}
	harmless(t, "entities", page)
	w := p.us.post("ana", "/entities", url.Values{"name": {"p-buyer"}})
	if w.Code != 200 || !strings.Contains(w.Body.String(), "/items/"+id) || !strings.Contains(w.Body.String(), "525512345678") {
		t.Errorf("the entity gave %d: %s", w.Code, text(w.Body.String()))
	}
	if w := p.us.post("ana", "/entities", url.Values{"name": {"nobody-at-all"}}); w.Code != 200 || !strings.Contains(w.Body.String(), "No statement that you may read") {
		t.Errorf("nobody gave %d: %s", w.Code, text(w.Body.String()))
	}
	harmless(t, "entity", p.us.post("ana", "/entities", url.Values{"name": {"h5"}}).Body.String())
	harmless(t, "offers", p.us.get("ana", "/items/"+p.nasty+"/entities").Body.String())
	// What is hidden is not listed, and counts nowhere.
	tell(p.us, "ana", console.MarkItem{Item: id, Portions: []int{1}, Elements: []string{"EYES:us/dea/desk#ana"}})
	for _, page := range []string{p.us.get("nina", "/entities").Body.String(), p.us.post("nina", "/entities", url.Values{"name": {"p-buyer"}}).Body.String(), p.us.get("nina", "/items/"+id+"/entities").Body.String()} {
		if strings.Contains(page, "Vantongeren") {
			t.Errorf("what is hidden shows: %s", text(page))
		}
	}
	// Refused.
	for who, want := range map[string]int{"rev": 403, "chief": 403} {
		if w := p.us.get(who, "/entities"); w.Code != want {
			t.Errorf("the list for %s gave %d", who, w.Code)
		}
		if w := p.us.post(who, "/entities", url.Values{"name": {"p-buyer"}}); w.Code != want {
			t.Errorf("the entity for %s gave %d", who, w.Code)
		}
		if w := p.us.get(who, "/items/"+id+"/entities"); w.Code != http.StatusNotFound {
			t.Errorf("the offers for %s gave %d", who, w.Code)
		}
		if w := p.us.post(who, "/items/"+id+"/entities", f); w.Code < 400 {
			t.Errorf("confirming by %s gave %d", who, w.Code)
		}
	}
	if w := p.mx.get("ana", "/items/"+id+"/entities"); w.Code != http.StatusNotFound {
		t.Errorf("another side's offers gave %d", w.Code)
	}
	if w := p.us.get("ana", "/entities?after=x"); w.Code != http.StatusNotFound {
		t.Errorf("a bad place gave %d", w.Code)
	}
	for name, bad := range map[string]url.Values{"old": {"of": {"x"}, "n": {"1"}}, "nothing": {"of": of[1:]}, "number": {"of": of[1:], "n": {"99"}}, "word": {"of": of[1:], "n": {"x"}}, "entity": {"of": of[1:], "n": {picks[0][1]}, "as." + picks[0][1]: {"two words"}}} {
		if w := p.us.post("ana", "/items/"+id+"/entities", bad); w.Code < 400 || w.Code >= 500 {
			t.Errorf("%s gave %d", name, w.Code)
		}
	}
}

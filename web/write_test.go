package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"comity/console"
	"comity/holdings"
	"comity/ref"
)

// fields gives what the form of the editor on a page would send.
func fields(t *testing.T, page string) url.Values {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	must(t, err)
	f := url.Values{}
	for form := range doc.Descendants() {
		if form.Type != html.ElementNode || form.Data != "form" || attr(form, "data-writing") == nil {
			continue
		}
		for n := range form.Descendants() {
			name := attr(n, "name")
			if n.Type != html.ElementNode || name == nil {
				continue
			}
			switch typ := attr(n, "type"); n.Data {
			case "input":
				if typ != nil && *typ == "checkbox" && attr(n, "checked") == nil {
					continue
				}
				if v := attr(n, "value"); v != nil {
					f.Add(*name, *v)
				}
			case "textarea":
				if n.FirstChild != nil {
					f.Add(*name, n.FirstChild.Data)
				} else {
					f.Add(*name, "")
				}
			case "select":
				for o := range n.Descendants() {
					if o.Data == "option" && attr(o, "selected") != nil {
						f.Set(*name, *attr(o, "value"))
					}
				}
			}
		}
	}
	if f.Get("n") == "" {
		t.Fatalf("there is no form of the editor: %s", text(page))
	}
	return f
}

func attr(n *html.Node, key string) *string {
	for _, a := range n.Attr {
		if a.Key == key {
			return &a.Val
		}
	}
	return nil
}

func with(f url.Values, pairs ...string) url.Values {
	out := url.Values{}
	for k, v := range f {
		out[k] = v
	}
	for i := 0; i < len(pairs); i += 2 {
		out.Set(pairs[i], pairs[i+1])
	}
	return out
}

// A report from the empty sheet to its second version, without script.
func TestWriting(t *testing.T) {
	s := newSide(t, "us/dea", "us/dea/desk")
	defer func() { must(t, s.node.Close()) }()
	if w := s.get("ana", "/items"); !strings.Contains(w.Body.String(), "Write a report, or import") {
		t.Errorf("an empty desk says %s", text(w.Body.String()))
	}
	f := fields(t, s.get("ana", "/items/new").Body.String())
	f = with(f, "title", "Boats", "topic", "boats", "p.0.text", "Three boats.", "p.0.tlp", "AMBER+STRICT", "p.0.rel", "mx/semar/uin", "p.0.not", "mx/sre:contact, mx/sspc", "p.0.grade", "b2", "act", "add 1")
	f.Add("p.0.flag", "NOFWD")
	f.Add("area", "drugs")
	page := s.post("ana", "/items/new", f).Body.String()
	f = fields(t, page)
	if f.Get("n") != "2" || f.Get("p.1.rel") != "mx/semar/uin" || f.Get("p.1.flag") != "NOFWD" || f.Get("p.1.grade") != "" || f.Get("title") != "Boats" || f.Get("area") != "drugs" || f.Get("p.0.not") != "mx/sre:contact, mx/sspc" {
		t.Fatalf("a portion more gave %v", f)
	}
	// It survives a closed browser, for its author alone.
	if w := s.get("ana", "/items"); !strings.Contains(w.Body.String(), "/items/new?sheet="+f.Get("sheet")) {
		t.Errorf("what is kept is not listed: %s", text(w.Body.String()))
	}
	if w := s.get("nina", "/items"); strings.Contains(w.Body.String(), "sheet=") {
		t.Error("another officer is shown what is not saved")
	}
	if w := s.get("nina", "/items/new?sheet="+f.Get("sheet")); w.Code != http.StatusNotFound {
		t.Errorf("another officer's sheet gave %d", w.Code)
	}
	f = fields(t, s.get("ana", "/items/new?sheet="+f.Get("sheet")).Body.String())
	f = with(f, "p.1.text", "A source says so.", "p.1.sub", "It is said.", "p.1.more", "COND:\"burn // it\"\nEYES:us/dea/desk#ana", "act", "up 1")
	f = fields(t, s.post("ana", "/items/new", f).Body.String())
	if f.Get("p.0.text") != "A source says so." || f.Get("p.1.text") != "Three boats." {
		t.Fatalf("moving gave %v", f)
	}
	// A mistake is shown, and nothing is lost.
	w := s.post("ana", "/items/new", with(f, "p.0.ttl", "never", "act", "save"))
	if w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), `aria-invalid="true"`) || fields(t, w.Body.String()).Get("p.0.ttl") != "never" {
		t.Fatalf("a mistake gave %d: %s", w.Code, text(w.Body.String()))
	}
	if f := fields(t, s.get("ana", "/items/new?sheet="+f.Get("sheet")).Body.String()); f.Get("p.0.ttl") != "never" {
		t.Error("what could not be saved is not kept")
	}
	w = s.post("ana", "/items/new", with(f, "act", "save"))
	at := w.Header().Get("Location")
	if w.Code != http.StatusSeeOther || !strings.HasPrefix(at, "/items/") {
		t.Fatalf("saving gave %d: %s", w.Code, text(w.Body.String()))
	}
	if w := s.get("ana", "/items"); strings.Contains(w.Body.String(), "sheet=") {
		t.Error("what is saved is still listed as not saved")
	}
	item := tell(s, "ana", console.ShowItem{Item: strings.TrimPrefix(at, "/items/")}).View.Item
	if p := item.Portions[1]; p.Grading.String() != "admiralty:B2" || len(p.Marking.Not) != 2 || len(p.Marking.Caveats) != 1 || item.Portions[0].Substitute != "It is said." {
		t.Fatalf("it became %+v", item)
	}
	// Another officer moves what is hidden, and cannot touch it.
	page = s.get("nina", at+"/edit").Body.String()
	if strings.Contains(page, "A source says so") || !strings.Contains(page, "hidden from you") {
		t.Errorf("the editor shows what is hidden: %s", text(page))
	}
	f = with(fields(t, page), "p.1.text", "Four boats.", "act", "save")
	if w := s.post("nina", at+"/edit", f); w.Code != http.StatusSeeOther {
		t.Fatalf("editing gave %d: %s", w.Code, text(w.Body.String()))
	}
	page = s.get("ana", at+"/versions").Body.String()
	if !strings.Contains(page, "<del>Three</del><ins>Four</ins> boats.") || !strings.Contains(page, "1 portion is unchanged") {
		t.Errorf("the difference is %s", text(page))
	}
	if page := s.get("nina", at+"/versions?from=1&to=2").Body.String(); strings.Contains(page, "source says") {
		t.Errorf("the difference shows what is hidden: %s", text(page))
	}
	for path, want := range map[string]int{"/versions?from=1&to=9": 404, "/versions?from=x": 404, "/versions?before=-1": 404, "/versions?from=1&to=1": 200} {
		if w := s.get("ana", at+path); w.Code != want {
			t.Errorf("%s gave %d", path, w.Code)
		}
	}
}

// What two officers write at once: nothing is lost, and both are shown.
func TestMeeting(t *testing.T) {
	s := newSide(t, "us/dea", "us/dea/desk")
	defer func() { must(t, s.node.Close()) }()
	id := s.write("Boats", "One.", "Two.", "Three.", "Four.")
	path := "/items/" + id + "/edit"
	mine := with(fields(t, s.get("ana", path).Body.String()), "p.0.text", "One, says ana.", "p.2.text", "Three, says ana.", "p.3.text", "Four, says ana.")
	theirs := with(fields(t, s.get("nina", path).Body.String()), "title", "Fast boats", "p.0.text", "One, says nina.", "p.0.tlp", "RED", "p.1.text", "Two, says nina.", "act", "out 3")
	theirs = with(fields(t, s.post("nina", path, theirs).Body.String()), "act", "add 1")
	theirs = with(fields(t, s.post("nina", path, theirs).Body.String()), "p.1.text", "New, says nina.", "act", "save")
	if w := s.post("nina", path, theirs); w.Code != http.StatusSeeOther {
		t.Fatalf("nina's version gave %d: %s", w.Code, text(w.Body.String()))
	}
	w := s.post("ana", path, with(mine, "act", "save"))
	if w.Code != http.StatusConflict {
		t.Fatalf("ana's gave %d: %s", w.Code, text(w.Body.String()))
	}
	page := w.Body.String()
	for _, want := range []string{"nina saved version 2", "One, says nina.", "<ins><code>TLP:RED</code>", "removed this portion while you changed it", "Added meanwhile"} {
		if want == "<ins><code>TLP:RED</code>" {
			want = "<del><code>TLP:RED</code></del>" // theirs, and not in hers
		}
		if !strings.Contains(page, want) {
			t.Errorf("the page does not hold %q: %s", want, text(page))
		}
	}
	// A closed browser changes nothing of it.
	again := fields(t, s.get("ana", path).Body.String())
	f := fields(t, page)
	if again.Encode() != f.Encode() {
		t.Errorf("opened again it is %v and not %v", again, f)
	}
	var got []string
	for _, n := range []string{"0", "1", "2", "3", "4"} {
		got = append(got, f.Get("p."+n+".text"))
	}
	if strings.Join(got, "|") != "One, says ana.|New, says nina.|Two, says nina.|Three, says ana.|Four, says ana." || f.Get("title") != "Fast boats" || f.Get("version") != "2" {
		t.Fatalf("brought together: %q, %s", got, f.Get("title"))
	}
	if w := s.post("ana", path, with(f, "act", "save")); w.Code != http.StatusSeeOther {
		t.Fatalf("saving both gave %d: %s", w.Code, text(w.Body.String()))
	}
	if v := tell(s, "ana", console.ShowItem{Item: id}).View.Item; v.Version != 3 || len(v.Portions) != 5 || v.Portions[0].Text != "One, says ana." {
		t.Errorf("version 3 is %+v", v)
	}
}

// The script of the page keeps what is typed, and is told of other versions.
func TestKeeping(t *testing.T) {
	s := newSide(t, "us/dea", "us/dea/desk")
	defer func() { must(t, s.node.Close()) }()
	id := s.write("Boats", "One.")
	f := with(fields(t, s.get("ana", "/items/"+id+"/edit").Body.String()), "p.0.text", "One, half", "act", "keep")
	keep := func(f url.Values) *httptest.ResponseRecorder {
		r := httptest.NewRequest("POST", "/items/"+id+"/edit", strings.NewReader(f.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Accept", "application/json")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.AddCookie(&http.Cookie{Name: "comity", Value: "ana"})
		w := httptest.NewRecorder()
		s.pages.ServeHTTP(w, r)
		return w
	}
	if w := keep(f); w.Code != 200 || !strings.Contains(w.Body.String(), `"latest":1`) {
		t.Fatalf("keeping gave %d: %s", w.Code, w.Body)
	}
	tell(s, "nina", console.MarkItem{Item: id, Elements: []string{"TLP:RED"}})
	if w := keep(f); w.Code != 200 || !strings.Contains(w.Body.String(), `"latest":2`) {
		t.Fatalf("keeping gave %d: %s", w.Code, w.Body)
	}
	if w := keep(with(f, "p.0.text", strings.Repeat("x", 7<<20))); w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("too much gave %d: %s", w.Code, w.Body)
	}
	if w := s.post("ana", "/items/"+id+"/edit", with(f, "p.0.text", strings.Repeat("x", 17<<20))); w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("much too much gave %d", w.Code)
	}
	if w := s.post("ana", "/unsaved/"+id+"/drop", nil); w.Code != http.StatusSeeOther {
		t.Errorf("dropping gave %d", w.Code)
	}
	if f := fields(t, s.get("ana", "/items/"+id+"/edit").Body.String()); f.Get("p.0.text") != "One." {
		t.Errorf("what was dropped is there: %v", f)
	}
}

// Nobody writes who may not, or what is not theirs; broken forms do nothing.
func TestWritingIsRefused(t *testing.T) {
	p := newPair(t)
	edit := "/items/" + p.plain + "/edit"
	f := fields(t, p.us.get("ana", edit).Body.String())
	for _, who := range []string{"rev", "chief"} {
		for path, want := range map[string]int{"/items/new": 403, edit: 403, "/items/" + p.plain + "/versions": 404} {
			if w := p.us.get(who, path); w.Code != want {
				t.Errorf("%s of %s gave %d", path, who, w.Code)
			}
		}
		for _, path := range []string{"/items/new", edit, "/unsaved/" + p.plain + "/drop"} {
			if w := p.us.post(who, path, with(f, "act", "save")); w.Code != 403 {
				t.Errorf("%s by %s gave %d", path, who, w.Code)
			}
		}
	}
	// The other side's officer, and an item that is none.
	for _, path := range []string{edit, "/items/" + p.plain + "/versions", "/items/x/edit", "/items/00000000-0000-4000-8000-000000000001/edit", "/items/new?sheet=x", "/items/new?sheet=" + p.plain} {
		if w := p.mx.get("ana", path); w.Code != http.StatusNotFound {
			t.Errorf("%s gave %d", path, w.Code)
		}
	}
	if w := p.mx.post("ana", edit, with(f, "act", "save")); w.Code != http.StatusNotFound {
		t.Errorf("the other side's edit gave %d", w.Code)
	}
	for name, bad := range map[string]url.Values{
		"act": with(f, "act", "sing"), "number": with(f, "n", "9999", "act", "save"), "no number": with(f, "n", "", "act", "save"), "place": with(f, "act", "up 9"),
		"id": with(f, "p.0.id", "x", "act", "save"), "version": with(f, "version", "7", "act", "save"), "area": with(f, "area", "art", "act", "save"),
		"twice": with(f, "p.0.id", f.Get("p.1.id"), "act", "save"), "kind": with(f, "p.0.kind", "guess", "act", "save"), "exhibit": with(f, "p.0.x", "zz", "act", "save"),
		"stranger's exhibit": with(f, "p.0.x", hashOf("x").String(), "act", "save"), "title": with(f, "title", "", "act", "save"), "bad text": with(f, "p.0.text", "a\x00b", "act", "save"),
	} {
		if w := p.us.post("ana", edit, bad); w.Code != http.StatusBadRequest {
			t.Errorf("%s gave %d: %s", name, w.Code, text(w.Body.String()))
		}
	}
	if v := tell(p.us, "ana", console.ShowItem{Item: p.plain}).View.Item.Version; v != 3 {
		t.Errorf("a broken form made version %d", v)
	}
	sheet := fields(t, p.us.get("ana", "/items/new").Body.String())
	if w := p.us.post("ana", "/items/new", with(sheet, "sheet", p.plain, "p.0.text", "x", "act", "keep")); w.Code != http.StatusNotFound {
		t.Errorf("a sheet with an item's id gave %d", w.Code)
	}
	harmless(t, "editor", p.us.get("ana", "/items/"+p.nasty+"/edit").Body.String())
	tell(p.us, "ana", console.MarkItem{Item: p.nasty, Elements: []string{"NOACT"}})
	harmless(t, "versions", p.us.get("ana", "/items/"+p.nasty+"/versions?from=1&to=4").Body.String())
}

// The editor gives back what it was given, for whatever a marking can say.
func TestEditorChangesNothing(t *testing.T) {
	p := newPair(t)
	for _, id := range []string{p.plain, p.nasty, p.sent} {
		before := tell(p.us, "ana", console.ShowItem{Item: id}).View
		f := fields(t, p.us.get("ana", "/items/"+id+"/edit").Body.String())
		if w := p.us.post("ana", "/items/"+id+"/edit", with(f, "act", "save")); w.Code != http.StatusSeeOther {
			t.Fatalf("saving %s gave %d: %s", id, w.Code, text(w.Body.String()))
		}
		after := tell(p.us, "ana", console.ShowItem{Item: id}).View
		a, b := before.Item, after.Item
		a.Version, a.Prev, a.Salt, a.Author, a.Created = b.Version, b.Prev, b.Salt, b.Author, b.Created
		if ha, hb := must1(a.Hash()), must1(b.Hash()); ha != hb {
			t.Errorf("%s became %+v\nand was %+v", id, holdings.WritingOf(after), holdings.WritingOf(before))
		}
	}
}

func must1(h ref.Hash, err error) ref.Hash {
	if err != nil {
		panic(err)
	}
	return h
}

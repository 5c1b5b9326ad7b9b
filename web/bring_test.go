package web_test

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"comity/console"
	"comity/fault"
	"comity/intake"
	"comity/intake/clip"
	"comity/intake/page"
	"comity/intake/reader"
)

// inProcess reads documents as a process of its own would.
type inProcess struct{}

func (inProcess) Read(_ context.Context, in reader.Input) (r reader.Reading, err error) {
	switch {
	case strings.HasSuffix(in.Name, ".bad"):
		return r, fault.New(fault.Unsupported, "the document is none that is read here")
	case strings.HasSuffix(in.Name, ".html"):
		r.Document, err = page.Read(in.Content, func(name string) ([]byte, bool) {
			for _, f := range in.Beside {
				if strings.HasSuffix(name, f.Name) {
					return f.Content, true
				}
			}
			return nil, false
		})
	default:
		r.Document, err = clip.Read(in.Content)
	}
	if strings.HasSuffix(in.Name, ".mail.txt") {
		r.Attached = []intake.File{{Name: "inside.txt", Content: []byte("# Inside\n\nWhat came with it.\n")}, {Name: "broken.txt"}, {Name: "ship.bin", Content: []byte("bytes")}}
	}
	return r, err
}

// file is one of a form: field, name and bytes.
type file struct{ field, name, content string }

func (s *side) upload(who, path string, fields map[string]string, files ...file) *httptest.ResponseRecorder {
	s.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for k, v := range fields {
		must(s.t, m.WriteField(k, v))
	}
	for _, f := range files {
		w, err := m.CreateFormFile(f.field, f.name)
		must(s.t, err)
		_, err = w.Write([]byte(f.content))
		must(s.t, err)
	}
	must(s.t, m.Close())
	return s.send1(who, path, m.FormDataContentType(), b.Bytes(), "same-origin")
}

func (s *side) send1(who, path, media string, body []byte, site string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", path, bytes.NewReader(body))
	r.Header.Set("Accept-Language", "en")
	r.Header.Set("Content-Type", media)
	r.Header.Set("Sec-Fetch-Site", site)
	if who != "" {
		r.AddCookie(&http.Cookie{Name: "comity", Value: who})
	}
	w := httptest.NewRecorder()
	s.pages.ServeHTTP(w, r)
	return w
}

const saved = `<!doctype html><html><head><title>Boats off the coast</title></head><body><nav><a href="/">Home</a> <a href="/world">World</a></nav>
<article><h1>Boats off the coast</h1><p>Three boats with four engines each left the bay at night, and nobody has seen them since then.</p>
<figure><img src="page_files/ship.png" alt=""><figcaption>The ship at anchor</figcaption></figure>
<p>The harbour master says that they will come back within the week, and that he has told the navy.</p></article>
<section class="comments"><h2>Comments</h2><p>First!</p></section></body></html>`

// A page of the web comes in with its picture; what stood around it is set aside, and
// can be taken back.
func TestImporting(t *testing.T) {
	s := newSide(t, "us/dea", "us/dea/desk")
	defer func() { must(t, s.node.Close()) }()
	png := "\x89PNG\r\n\x1a\n" + strings.Repeat("picture", 9)
	w := s.upload("ana", "/import", map[string]string{"topic": "boats", "kind": "report"}, file{"file", `C:\saved\page.html`, saved}, file{"beside", "ship.png", png})
	if w.Code != 200 || !strings.Contains(text(w.Body.String()), "Imported: Boats off the coast") {
		t.Fatalf("importing gave %d: %s", w.Code, text(w.Body.String()))
	}
	id := tell(s, "ana", console.ListItems{}).Items[0].ID.String()
	v := tell(s, "ana", console.ShowItem{Item: id})
	if len(v.View.Item.Portions) != 2 || len(v.View.Item.Portions[0].Exhibits) != 1 || v.View.Item.Portions[0].Exhibits[0].Caption != "The ship at anchor" || v.Source.File != "page.html" || v.View.Item.Topic != "boats" {
		t.Fatalf("it became %+v, %+v", v.View.Item, v.Source)
	}
	page := s.get("ana", "/items/"+id+"/aside").Body.String()
	if !strings.Contains(page, "Home") || !strings.Contains(page, ">navigation<") {
		t.Fatalf("set aside is %s", text(page))
	}
	if w := s.post("ana", "/items/"+id+"/aside", map[string][]string{"n": {"1"}}); w.Code != http.StatusSeeOther {
		t.Fatalf("taking back gave %d: %s", w.Code, text(w.Body.String()))
	}
	if page := s.get("nina", "/items/"+id+"/aside").Body.String(); !strings.Contains(page, "taken back") {
		t.Errorf("what was taken back is %s", text(page))
	}
	for _, n := range []string{"1", "99", "x", ""} {
		if w := s.post("ana", "/items/"+id+"/aside", map[string][]string{"n": {n}}); w.Code < 400 {
			t.Errorf("taking back %q gave %d", n, w.Code)
		}
	}
	// The same document is known, until it is wanted again.
	w = s.upload("ana", "/import", nil, file{"file", "page.html", saved})
	if w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), `name="again"`) {
		t.Errorf("the same again gave %d: %s", w.Code, text(w.Body.String()))
	}
	if w = s.upload("ana", "/import", map[string]string{"again": "yes", "title": "Once more"}, file{"file", "page.html", saved}); w.Code != 200 || !strings.Contains(w.Body.String(), "Much the same") {
		t.Errorf("again gave %d: %s", w.Code, text(w.Body.String()))
	}
	// What came with a mail.
	w = s.upload("ana", "/import", nil, file{"file", "letter.mail.txt", "# A letter\n\nSee what is attached.\n"})
	if w.Code != 200 || !strings.Contains(w.Body.String(), "Inside") || !strings.Contains(w.Body.String(), "not imported") || !strings.Contains(w.Body.String(), "1 file came") {
		t.Errorf("a mail gave %d: %s", w.Code, text(w.Body.String()))
	}
}

// What is handed in is bounded, and by who may.
func TestImportIsRefused(t *testing.T) {
	p := newPair(t)
	good := file{"file", "a.txt", "# A\n\nOne.\n"}
	for _, who := range []string{"rev", "chief"} {
		if w := p.us.get(who, "/import"); w.Code != http.StatusForbidden {
			t.Errorf("the form for %s gave %d", who, w.Code)
		}
		for path, want := range map[string]int{"/import": 403, "/items/" + p.plain + "/attach": 403} {
			if w := p.us.upload(who, path, map[string]string{"portion": "1"}, good); w.Code != want {
				t.Errorf("%s by %s gave %d", path, who, w.Code)
			}
		}
		if w := p.us.get(who, "/items/"+p.nasty+"/aside"); w.Code != http.StatusNotFound {
			t.Errorf("set aside for %s gave %d", who, w.Code)
		}
		if w := p.us.post(who, "/items/"+p.nasty+"/aside", map[string][]string{"n": {"1"}}); w.Code < 400 {
			t.Errorf("taking back by %s gave %d", who, w.Code)
		}
	}
	for name, tt := range map[string]struct {
		want  int
		files []file
	}{
		"nothing": {400, nil}, "empty": {400, []file{{"file", "a.txt", ""}}}, "unread": {400, []file{{"file", "a.bad", "x"}}}, "no text": {400, []file{{"file", "a.txt", "\n"}}},
		"large": {413, []file{{"file", "a.txt", strings.Repeat("x", intake.MaxFile+1)}}},
	} {
		if w := p.us.upload("ana", "/import", nil, tt.files...); w.Code != tt.want {
			t.Errorf("%s gave %d: %s", name, w.Code, text(w.Body.String()))
		}
	}
	for media, body := range map[string]string{"multipart/form-data; boundary=x": "--y\r\n", "application/x-www-form-urlencoded": "file=x", "multipart/form-data": "x", "multipart/form-data; boundary=z": "--z\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\ncut"} {
		if w := p.us.send1("ana", "/import", media, []byte(body), "same-origin"); w.Code != http.StatusBadRequest {
			t.Errorf("%s gave %d", media, w.Code)
		}
	}
	if w := p.us.send1("ana", "/import", "multipart/form-data; boundary=x", nil, "cross-site"); w.Code != http.StatusForbidden {
		t.Errorf("another site's form gave %d", w.Code)
	}
	if w := p.us.upload("", "/import", nil, good); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/" {
		t.Errorf("a stranger's document gave %d", w.Code)
	}
	// A file for a portion.
	at := "/items/" + p.plain + "/attach"
	for _, n := range []string{"", "x", "0", "9"} {
		if w := p.us.upload("ana", at, map[string]string{"portion": n}, good); w.Code != http.StatusBadRequest {
			t.Errorf("a file for portion %q gave %d", n, w.Code)
		}
	}
	if w := p.mx.upload("ana", at, map[string]string{"portion": "1"}, good); w.Code != http.StatusNotFound {
		t.Errorf("a file for another side's item gave %d", w.Code)
	}
	w := p.us.upload("ana", at, map[string]string{"portion": "2", "caption": "A <b>ship</b>", "credit": "Harbour"}, file{"file", "../../x.html", "<script>alert(1)</script>"})
	if x := tell(p.us, "ana", console.ShowItem{Item: p.plain}).View.Item.Portions[1].Exhibits; w.Code != http.StatusSeeOther || len(x) != 1 || x[0].Caption != "A <b>ship</b>" {
		t.Errorf("a file gave %d: %v", w.Code, x)
	}
	harmless(t, "aside", p.us.get("ana", "/items/"+p.nasty+"/aside").Body.String())
	w = p.us.upload("ana", "/import", map[string]string{"title": hostile[0]}, file{"file", hostile[1] + ".txt", "# " + hostile[2] + "\n\n" + hostile[3]})
	harmless(t, "imported", w.Body.String())
}

package web_test

import (
	"archive/zip"
	"bytes"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"comity/console"
	"comity/intel"
	"comity/ref"
)

// A file is taken out as bytes under a name of ours, by who may read it, and on
// record.
func TestTaking(t *testing.T) {
	p := newPair(t)
	hash := hashOf("picture").String()
	ours, theirs := "/items/"+p.nasty+"/exhibits/"+hash, "/inbox/"+p.warning+"/exhibits/"+hash
	file := func(w *httptest.ResponseRecorder, holds string) {
		t.Helper()
		h := w.Header()
		if w.Code != 200 || w.Body.String() != holds || h.Get("Content-Type") != "application/octet-stream" || !strings.HasPrefix(h.Get("Content-Disposition"), `attachment; filename="exhibit-`) ||
			h.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(h.Get("Content-Security-Policy"), "sandbox") || strings.Contains(h.Get("Content-Disposition"), "caption") {
			t.Errorf("it gave %d %v: %s", w.Code, h, w.Body)
		}
	}
	if page := p.us.get("ana", "/items/"+p.nasty).Body.String(); !strings.Contains(page, `action="`+ours+`"`) {
		t.Errorf("the page offers no file: %s", text(page))
	}
	file(p.us.post("ana", ours, nil), "picture")
	for who, want := range map[string]int{"rev": 404, "chief": 404} {
		if w := p.us.post(who, ours, nil); w.Code != want {
			t.Errorf("%s was given %d", who, w.Code)
		}
	}
	if w := p.mx.post("ana", ours, nil); w.Code != http.StatusNotFound {
		t.Errorf("another side's officer was given %d", w.Code)
	}
	if w := p.mx.post("ana", theirs, nil); w.Code == 200 {
		t.Error("what was not opened is given")
	}
	p.mx.post("ana", "/inbox/"+p.warning, url.Values{"accept": {"yes"}})
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) { // the file comes behind the message
		w := p.mx.post("ana", theirs, nil)
		if w.Code == 200 {
			file(w, "picture")
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("what came gave %d: %s", w.Code, text(w.Body.String()))
		}
	}
	for _, who := range []string{"rev", "chief"} {
		if w := p.mx.post(who, theirs, nil); w.Code != http.StatusForbidden && w.Code != http.StatusNotFound {
			t.Errorf("%s was given what came: %d", who, w.Code)
		}
	}
	for _, bad := range []string{"/items/" + p.nasty + "/exhibits/x", "/items/" + p.nasty + "/exhibits/" + hashOf("other").String(), "/items/" + p.nasty + "/exhibits/" + hash[:12], "/inbox/x/exhibits/" + hash, "/inbox/" + p.came + "/exhibits/" + hash} {
		if w := p.us.post("ana", bad, nil); w.Code != http.StatusNotFound {
			t.Errorf("%s gave %d", bad, w.Code)
		}
	}
	if w := p.us.get("ana", ours); w.Code == 200 {
		t.Error("a link takes a file out")
	}
}

// The receipts of a trail, with what checks them.
func TestTakingReceipts(t *testing.T) {
	p := newPair(t)
	path := "/items/" + p.sent + "/receipts"
	p.mx.post("ana", "/inbox/"+p.came, nil)
	for deadline := time.Now().Add(20 * time.Second); !strings.Contains(p.us.get("ana", "/items/"+p.sent+"/trail").Body.String(), path); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("no receipt came")
		}
	}
	for _, who := range []string{"ana", "nina", "rev"} {
		w := p.us.post(who, path, nil)
		z, err := zip.NewReader(bytes.NewReader(w.Body.Bytes()), int64(w.Body.Len()))
		if w.Code != 200 || err != nil {
			t.Fatalf("%s was given %d, %v: %s", who, w.Code, err, text(w.Body.String()))
		}
		var names []string
		for _, f := range z.File {
			names = append(names, f.Name)
		}
		all := strings.Join(names, " ")
		if !strings.Contains(all, ".receipt.json") || !strings.Contains(all, "mx-semar.card.json") || !strings.Contains(all, "README.txt") || strings.Contains(all, "/") {
			t.Errorf("%s was given %s", who, all)
		}
	}
	for who, want := range map[string]int{"chief": 404} {
		if w := p.us.post(who, path, nil); w.Code != want {
			t.Errorf("%s was given %d", who, w.Code)
		}
	}
	if w := p.mx.post("ana", path, nil); w.Code != http.StatusNotFound {
		t.Errorf("another side was given %d", w.Code)
	}
	if w := p.us.post("ana", "/items/"+p.plain+"/receipts", nil); w.Code != http.StatusNotFound {
		t.Errorf("an item without receipts gave %d", w.Code)
	}
}

// Notes and opinions are items that say what they are about, here and at whoever sent
// it.
func TestRemarks(t *testing.T) {
	p := newPair(t)
	w := p.us.post("nina", "/items/"+p.plain+"/remarks", url.Values{"kind": {"opinion"}, "stance": {"DISAGREE"}, "use": {"USEFUL"}, "text": {"The <b>engines</b> are old."}})
	at := w.Header().Get("Location")
	if w.Code != http.StatusSeeOther || !strings.HasPrefix(at, "/items/") {
		t.Fatalf("an opinion gave %d: %s", w.Code, text(w.Body.String()))
	}
	page := p.us.get("ana", "/items/"+p.plain).Body.String()
	for _, want := range []string{"disagrees", "useful", "The &lt;b&gt;engines&lt;/b&gt; are old.", at} {
		if !strings.Contains(page, want) {
			t.Errorf("the item does not show %q: %s", want, text(page))
		}
	}
	harmless(t, "remarks", page)
	page = p.us.get("ana", at).Body.String()
	if !strings.Contains(page, `href="/items/`+p.plain+`"`) || !strings.Contains(page, "Opinion on "+p.plain[len(p.plain)-8:]) && !strings.Contains(page, "opinion on "+p.plain[len(p.plain)-8:]) || !strings.Contains(page, at+"/plan") {
		t.Errorf("the opinion is %s", text(page))
	}
	if v := tell(p.us, "ana", console.ShowItem{Item: strings.TrimPrefix(at, "/items/")}).View.Item; v.Kind != intel.Opinion || v.Banner() != "REL:nobody" {
		t.Errorf("it is a %s, for %s", v.Kind, v.Banner())
	}
	// What one may not read does not show.
	tell(p.us, "nina", console.MarkItem{Item: strings.TrimPrefix(at, "/items/"), Elements: []string{"EYES:us/dea/desk#nina"}})
	if page := p.us.get("ana", "/items/"+p.plain).Body.String(); strings.Contains(page, "disagrees</span>") {
		t.Errorf("what is hidden shows: %s", text(page))
	}
	// On what came, and back at its sender.
	p.mx.post("ana", "/inbox/"+p.came, nil)
	w = p.mx.post("ana", "/inbox/"+p.came+"/remarks", url.Values{"kind": {"opinion"}, "stance": {"AGREE"}, "text": {"We saw it, too."}})
	if w.Code != http.StatusSeeOther {
		t.Fatalf("an opinion on what came gave %d: %s", w.Code, text(w.Body.String()))
	}
	opinion := strings.TrimPrefix(w.Header().Get("Location"), "/items/")
	if page := p.mx.post("ana", "/inbox/"+p.came, nil).Body.String(); !strings.Contains(page, "We saw it, too.") {
		t.Errorf("what came does not show it: %s", text(page))
	}
	tell(p.mx, "ana", console.MarkItem{Item: opinion, Elements: []string{"TLP:GREEN", "COMMUNITY:us/**,mx/**"}})
	tell(p.mx, "ana", console.SendItem{Ask: console.Ask{Item: opinion, To: []console.Recipient{{Party: "us/dea/desk", Form: intel.Copy}}}, Override: ""})
	var cut ref.CutID
	for deadline := time.Now().Add(20 * time.Second); cut.IsZero(); time.Sleep(50 * time.Millisecond) {
		for _, l := range tell(p.us, "ana", console.ListInbox{}).Letters {
			if l.Kind == intel.Opinion {
				cut = l.Cut
			}
		}
		if time.Now().After(deadline) {
			t.Fatal("the opinion did not come")
		}
	}
	if page := p.us.get("ana", "/items/"+p.sent).Body.String(); strings.Contains(page, "We saw it") {
		t.Error("what was not opened shows")
	}
	p.us.post("ana", "/inbox/"+cut.String(), nil)
	if page := p.us.get("ana", "/items/"+p.sent).Body.String(); !strings.Contains(page, "We saw it, too.") || !strings.Contains(page, "mx/semar/uin") {
		t.Errorf("the sender does not see it: %s", text(page))
	}
	// Refused.
	say := url.Values{"kind": {"note"}, "text": {"x"}}
	for who, want := range map[string]int{"rev": 403, "chief": 403} {
		if w := p.us.post(who, "/items/"+p.plain+"/remarks", say); w.Code != want {
			t.Errorf("a note by %s gave %d", who, w.Code)
		}
	}
	if w := p.mx.post("ana", "/items/"+p.plain+"/remarks", say); w.Code != http.StatusNotFound {
		t.Errorf("a note on another side's item gave %d", w.Code)
	}
	for name, bad := range map[string]url.Values{"kind": {"kind": {"report"}, "text": {"x"}}, "stance": {"kind": {"note"}, "stance": {"MAYBE"}}, "nothing": {"kind": {"note"}}, "use": {"kind": {"note"}, "use": {"AGREE"}}} {
		if w := p.us.post("ana", "/items/"+p.plain+"/remarks", bad); w.Code != http.StatusBadRequest {
			t.Errorf("%s gave %d", name, w.Code)
		}
	}
	if w := p.us.post("ana", "/items/"+p.plain+"/remarks", url.Values{"kind": {"note"}, "text": {strings.Repeat("x", 2<<20)}}); w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("a long note gave %d", w.Code)
	}
}

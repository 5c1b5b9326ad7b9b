package web_test

import (
	"maps"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"comity/intake"
	"comity/intel"
	"comity/law"
	"comity/mention"
	"comity/party"
	"comity/web"
)

// lists are the closed lists whose values pages put into words, by the first part
// of their keys.
var lists = map[string][]string{
	"role":       texts(party.Roles),
	"weekday":    {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"},
	"nav":        {"inbox", "items", "search", "entities", "waiting", "duties", "trails", "partners", "packs", "ledger", "users", "status"},
	"error":      append(kinds(), "foreign"),
	"error.do":   append(kinds(), "foreign"),
	"kind":       texts([]intel.Kind{intel.Report, intel.Request, intel.Answer, intel.Note, intel.Opinion, intel.Case, intel.Task, intel.Operation, intel.Outcome, intel.ContactReport, intel.NoticeItem}),
	"notice":     texts([]intel.NoticeKind{intel.Correction, intel.Recall}),
	"portion":    texts([]intel.PortionKind{intel.Fact, intel.Assessment, intel.Judgement, intel.Question}),
	"form":       {"withheld", "pointer", "substitute", "room", "copy"},
	"area":       areas(),
	"stage":      {"queued", "refused", "delivered", "read", "destroyed"},
	"link":       {"active", "suspended", "frozen"},
	"idle":       {"set_aside", "waiting", "out_of_force"},
	"verdict":    {"blocked", "unknown", "warned", "free"},
	"remedy":     {"other_recipient", "pointer", "substitute", "tear"},
	"force":      texts([]law.Force{law.Must, law.StandingAccess, law.Command, law.May, law.Compelled}),
	"sees":       {"exists", "metadata", "summary", "full", "full+source"},
	"scope":      {"none", "exists", "metadata", "summary", "full", "full+source"},
	"trigger":    texts([]law.Trigger{law.Receive, law.Send, law.Ask, law.Answer, law.Query, law.Read, law.Call, law.Meet}),
	"calendar":   {"calendar", "working", "ambiguous"},
	"deadline":   {"hour.one", "hour.many", "day.one", "day.many", "month.one", "month.many", "immediate", "without_delay", "any_time"},
	"lawstatus":  texts([]law.Status{law.InForce, law.Contested, law.Unverified, law.Repealed}),
	"confidence": {"A", "B", "C"},
	"draft":      {"date", "kind of contact", "nationality", "agency", "topic", "purpose", "held as", "title", "markings", "summary", "text"},
	"missed":     {"link", "frame", "signature", "address", "length", "hash", "gap", "fork"},
	"head":       {"title", "topic", "areas", "purpose", "basis"},
	"caveat":     {"NOFWD", "ORCON", "NOCOURT", "NOACT", "ASKACT", "VERIFY", "DISPLAY"},
	"stance":     texts(intel.Stances),
	"use":        texts(intel.Uses),
	"mention":    texts(mention.Kinds),
	"why":        texts(intake.Asides),
	"change":     {"added", "gone", "changed", "moved"},
	"record":     {"collect", "alter", "disclose", "override", "contact", "authorise", "authorise_refuse", "deliver", "read", "onward", "destroy", "refuse", "obligation_due", "obligation_discharged", "notice", "pack_change", "key_change", "cooperation_suspended", "cooperation_resumed", "acquaint", "consult"},
}

func kinds() []string {
	return strings.Fields("internal invalid withheld denied blocked unapproved stale locked forged unreachable frozen unsupported too_large expired unread")
}

func areas() []string {
	return strings.Fields("drugs firearms people migrants money terrorism corruption cyber violence fugitives goods other")
}

func texts[S ~string](list []S) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}

var (
	saying   = regexp.MustCompile(`(?:\bt|\.say\(|say\() ?\(?"([a-z][a-z.+_]*)"`)
	counting = regexp.MustCompile(`(?:\bn |\.count\()"([a-z][a-z.]*)"`)
	noting   = regexp.MustCompile(`Note(?:, at)? = "([a-z.]+)"`)
	choosing = regexp.MustCompile(`word "([a-z.]+)"`)
)

// wanted finds every key that pages and code ask for.
func wanted(t *testing.T) map[string]bool {
	t.Helper()
	keys := map[string]bool{}
	pages, _ := filepath.Glob("pages/*.html")
	code, _ := filepath.Glob("*.go")
	for _, f := range append(pages, code...) {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		b, err := os.ReadFile(f)
		must(t, err)
		for _, re := range []*regexp.Regexp{saying, noting} {
			for _, m := range re.FindAllSubmatch(b, -1) {
				keys[string(m[1])] = true
			}
		}
		for _, m := range counting.FindAllSubmatch(b, -1) {
			keys[string(m[1])+".one"], keys[string(m[1])+".many"] = true, true
		}
		for _, m := range choosing.FindAllSubmatch(b, -1) {
			if lists[string(m[1])] == nil {
				t.Errorf("%s puts values of %q into words, and the test knows no such list", f, m[1])
			}
		}
	}
	for list, values := range lists {
		for _, v := range values {
			keys[list+"."+v] = true
		}
	}
	delete(keys, "sees.") // a list
	delete(keys, "deadline..one")
	delete(keys, "deadline..many")
	return keys
}

// The languages have the same keys, which are those that are used, with the same
// places for what is put in.
func TestTongues(t *testing.T) {
	keys := wanted(t)
	if len(keys) < 200 {
		t.Fatalf("only %d keys were found: the test looks in the wrong place", len(keys))
	}
	places := regexp.MustCompile(`%[a-z]`)
	for _, code := range []string{"en", "es"} {
		says := web.Says(code)
		for key := range keys {
			if says[key] == "" {
				t.Errorf("%s lacks %s", code, key)
			}
		}
		for _, key := range slices.Sorted(maps.Keys(says)) {
			if !keys[key] {
				t.Errorf("%s has %s, which nothing uses", code, key)
			}
			if a, b := places.FindAllString(says[key], -1), places.FindAllString(web.Says("en")[key], -1); !slices.Equal(a, b) {
				t.Errorf("%s: %s puts in %v and not %v", code, key, a, b)
			}
		}
	}
}

// The language is the browser's, until one is chosen.
func TestLanguage(t *testing.T) {
	s := newSide(t, "us/dea", "us/dea/desk")
	defer func() { must(t, s.node.Close()) }()
	for accept, want := range map[string]string{"": "en", "es-MX,es;q=0.9,en;q=0.5": "es", "de": "en", "fr, es;q=0.3": "es", "x\"><": "en"} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Accept-Language", accept)
		w := httptest.NewRecorder()
		s.pages.ServeHTTP(w, r)
		if got := w.Header().Get("Content-Language"); got != want || !strings.Contains(w.Body.String(), `<html lang="`+want+`">`) {
			t.Errorf("%q gave %s", accept, got)
		}
	}
	w := s.post("", "/tongue", map[string][]string{"tongue": {"es"}, "back": {"/enter"}})
	if w.Code != 303 || w.Header().Get("Location") != "/enter" || len(w.Result().Cookies()) != 1 {
		t.Errorf("the switch gave %d to %s", w.Code, w.Header().Get("Location"))
	}
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Accept-Language", "en")
	for _, c := range w.Result().Cookies() {
		r.AddCookie(c)
	}
	w = httptest.NewRecorder()
	s.pages.ServeHTTP(w, r)
	if w.Header().Get("Content-Language") != "es" {
		t.Error("the choice is not kept")
	}
}

package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"comity/web"
)

// Every route but the way in is shut to strangers, and every answer has the
// headers.
func TestEveryRouteIsGuarded(t *testing.T) {
	s := newSide(t, "us/dea", "us/dea/desk")
	defer func() { must(t, s.node.Close()) }()
	open := map[string]bool{"GET /{$}": true, "GET /enter": true, "POST /enter/begin": true, "POST /enter/finish": true, "POST /signin/begin": true, "POST /signin/finish": true, "POST /tongue": true, "GET /assets/{file}": true}
	for _, r := range web.Routes() {
		if r.Open != open[r.Method+" "+r.Path] {
			t.Errorf("%s %s is open: %v", r.Method, r.Path, r.Open)
		}
		path := strings.NewReplacer("{$}", "", "{item}", "x", "{exhibit}", "x", "{receipt}", "x", "{handle}", "x", "{cut}", "x", "{plan}", "x", "{duty}", "x", "{pack}", "x", "{version}", "1", "{file}", "comity.css").Replace(r.Path)
		for _, who := range []string{"", "mallory"} {
			w := s.ask(who, r.Method, path, map[string]url.Values{"POST": {}}[r.Method])
			if !r.Open && (w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/") {
				t.Errorf("%s %s gave a stranger %d", r.Method, path, w.Code)
			}
			for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer"} {
				if got := w.Header().Get(name); got != want {
					t.Errorf("%s %s: %s is %q", r.Method, path, name, got)
				}
			}
			csp := w.Header().Get("Content-Security-Policy")
			if !strings.HasPrefix(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") || strings.Contains(csp, "*") {
				t.Errorf("%s %s has the policy %q", r.Method, path, csp)
			}
		}
		if r.Method == "POST" {
			q := httptest.NewRequest("POST", path, strings.NewReader("to=x"))
			q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			q.Header.Set("Sec-Fetch-Site", "cross-site")
			q.AddCookie(&http.Cookie{Name: "comity", Value: "ana"})
			w := httptest.NewRecorder()
			s.pages.ServeHTTP(w, q)
			if w.Code != http.StatusForbidden {
				t.Errorf("%s from another site gave %d", path, w.Code)
			}
		}
	}
}

// The cookie of a session is for this host, and no script reads it.
func TestCookie(t *testing.T) {
	s := newSide(t, "us/dea", "us/dea/desk")
	defer func() { must(t, s.node.Close()) }()
	for _, secure := range []bool{false, true} {
		pages := web.NewWith(web.Config{Desk: s.node.Desk(), Now: time.Now, Secure: secure, Origin: "https://desk.example"}, s)
		finish := func(body, media string) *httptest.ResponseRecorder {
			q := httptest.NewRequest("POST", "/signin/finish", strings.NewReader(body))
			q.Header.Set("Content-Type", media)
			q.Header.Set("Sec-Fetch-Site", "same-origin")
			w := httptest.NewRecorder()
			pages.ServeHTTP(w, q)
			return w
		}
		w := finish(`{"id":"c1","response":{}}`, "application/json")
		cookies := w.Result().Cookies()
		if w.Code != 200 || len(cookies) != 1 {
			t.Fatalf("signing in gave %d: %s", w.Code, w.Body)
		}
		c := cookies[0]
		if !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Secure != secure || c.Path != "/" || c.Domain != "" || secure != strings.HasPrefix(c.Name, "__Host-") {
			t.Errorf("the cookie is %v", c)
		}
		if hsts := w.Header().Get("Strict-Transport-Security"); (hsts != "") != secure {
			t.Errorf("the header is %q", hsts)
		}
		for body, media := range map[string]string{`{"id":"c2","response":{}}`: "application/json", `{"id":"c1","response":{} }`: "text/plain", `{`: "application/json"} {
			if w := finish(body, media); w.Code < 400 || len(w.Result().Cookies()) > 0 {
				t.Errorf("%s gave %d", body, w.Code)
			}
		}
	}
}

// Leaving and ending take the session to the door.
func TestLeave(t *testing.T) {
	s := newSide(t, "us/dea", "us/dea/desk")
	defer func() { must(t, s.node.Close()) }()
	s.post("ana", "/leave", nil)
	s.post("ana", "/sessions/end", url.Values{"id": {"s2"}})
	w := s.post("ana", "/sessions/end", url.Values{"id": {"s-ana"}})
	if strings.Join(s.ended, " ") != "ana s2 s-ana" || w.Header().Get("Location") != "/" {
		t.Errorf("ended %v, %s", s.ended, w.Header().Get("Location"))
	}
}

// A first load stays under 150 KB, without compression.
func TestFirstLoadIsSmall(t *testing.T) {
	s := newSide(t, "us/dea", "us/dea/desk")
	defer func() { must(t, s.node.Close()) }()
	n := s.get("", "/").Body.Len()
	for _, f := range []string{"comity.css", "time.js", "passkey.js", "key.js", "mark.svg"} {
		w := s.get("", "/assets/"+f)
		if w.Code != 200 || w.Header().Get("Content-Type") == "" {
			t.Errorf("%s gave %d", f, w.Code)
		}
		n += w.Body.Len()
	}
	if n > 150<<10 {
		t.Errorf("the first load is %d bytes", n)
	}
	t.Logf("the first load is %d bytes", n)
}

// The switch of languages leads back to pages of this node and nowhere else.
func TestSwitchStaysHere(t *testing.T) {
	for back, want := range map[string]string{"/items?after=x": "/items?after=x", "//evil.example": "/", "https://evil.example": "/", `/\evil.example`: "/", "": "/", "/\r\nx": "/", "/\t/evil.example": "/"} {
		if got := web.Ours(back); got != want {
			t.Errorf("%q leads to %q", back, got)
		}
	}
}

// Browsers do not tell cookies apart by port: of two nodes on one host each has a name
// of its own for the cookie of a session.
func TestCookieNames(t *testing.T) {
	for _, tt := range []struct {
		origin string
		secure bool
		want   string
	}{
		{"http://localhost:8080", false, "comity-8080"},
		{"http://localhost:8081", false, "comity-8081"},
		{"http://[::1]:8081", false, "comity-8081"},
		{"http://desk.example", false, "comity"},
		{"https://desk.example", true, "__Host-comity"},
		{"https://desk.example:8443", true, "__Host-comity-8443"},
		{"", false, "comity"},
		{"://", true, "__Host-comity"},
	} {
		if got := web.CookieName(tt.origin, tt.secure); got != tt.want {
			t.Errorf("%q: %q, not %q", tt.origin, got, tt.want)
		}
	}
}

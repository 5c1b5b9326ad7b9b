package walk_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"comity/console"
	"comity/party"
	"comity/web"
)

// posts are all routes that change something, about things that are there and that
// their officer may act on.
func (w *world) posts(s *side) []call {
	var list []call
	for _, pattern := range web.Patterns() {
		method, path, _ := strings.Cut(pattern, " ")
		if method != "POST" {
			continue
		}
		r, _ := expected(pattern)
		one := call{who: s.order[1], method: method, path: path, open: r.open}
		for _, t := range w.things(s, r.about) {
			if slices.Contains(t.seers, one.who) {
				one.path = filled(path, t.id)
			}
		}
		for _, f := range slices.Concat(r.forms, r.deeds) {
			one.form = f
			list = append(list, one)
		}
	}
	return list
}

// from are the origins of other sites, as browsers tell them: by one header, by the
// other, or by both.
func from(s *side) map[string]http.Header {
	here := s.node.Pages()
	all := map[string]http.Header{
		"cross-site": {"Sec-Fetch-Site": {"cross-site"}, "Origin": nil}, "same-site": {"Sec-Fetch-Site": {"same-site"}, "Origin": nil},
		"of its own making": {"Sec-Fetch-Site": {"SAME-ORIGIN"}, "Origin": nil}, "two": {"Sec-Fetch-Site": {"cross-site", "same-origin"}, "Origin": {"https://elsewhere.example", here}},
		"empty and foreign": {"Sec-Fetch-Site": {""}, "Origin": {"https://elsewhere.example"}},
	}
	port := here[strings.LastIndex(here, ":"):]
	for _, o := range []string{"https://elsewhere.example", "null", "http://localhost", "http://localhost:1", "http://localhost.elsewhere.example" + port, "http://elsewhere.example" + port, "http://127.0.0.1" + port,
		here + ".elsewhere.example", "http://localhost" + port + "@elsewhere.example", "http://sub.localhost" + port, "file://", "chrome-extension://abc", "http://[::1]" + port, "javascript:1", "%00", "//", "data:text/html,x"} {
		all["Origin "+o] = http.Header{"Origin": {o}, "Sec-Fetch-Site": nil}
		all["both "+o] = http.Header{"Origin": {o}, "Sec-Fetch-Site": {"cross-site"}}
	}
	return all
}

// TestOtherSitesChangeNothing: no form of another site is taken, whoever's browser
// sends it, by any route.
func TestOtherSitesChangeNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	before := w.whole()
	for _, s := range []*side{w.us, w.mx} {
		calls := w.posts(s)
		for name, head := range from(s) {
			for _, c := range calls {
				c.header = head.Clone()
				was := s.mark()
				a := s.ask(c)
				if a.Code != http.StatusForbidden || len(a.Result().Cookies()) > 0 || a.Header().Get("Location") != "" {
					t.Errorf("%s %s from %s gave %d", c.method, c.path, name, a.Code)
				}
				armoured(t, c.path, a)
				if s.mark() != was {
					t.Fatalf("%s %s from %s has changed something", c.method, c.path, name)
				}
			}
		}
		if s.get(s.order[1], "/sessions").Code != http.StatusOK {
			t.Error("another site has ended a session")
		}
	}
	if w.whole() != before {
		t.Error("another site has changed something")
	}
}

// A form that says nothing of where it comes from comes from no browser of today.
func TestFormsSayWhereTheyComeFrom(t *testing.T) {
	w := newWorld(t, false)
	for _, c := range w.posts(w.us) {
		c.header = http.Header{"Origin": nil, "Sec-Fetch-Site": nil}
		if a := w.us.ask(c); a.Code != http.StatusForbidden {
			t.Errorf("%s %s gave %d", c.method, c.path, a.Code)
		}
	}
}

// TestOtherMethods: a route answers to its own method and to no other, nor to one that
// is told in a header or a field.
func TestOtherMethods(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	s := w.mx
	before := w.whole()
	has := map[string]bool{}
	for _, pattern := range web.Patterns() {
		has[pattern] = true
	}
	for _, pattern := range web.Patterns() {
		method, path, _ := strings.Cut(pattern, " ")
		r, _ := expected(pattern)
		at := filled(path, nothing(r.about))
		for _, one := range w.things(s, r.about) {
			if slices.Contains(one.seers, "mana") {
				at = filled(path, one.id)
			}
		}
		for _, m := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get", "post"} {
			if m == method || m == "HEAD" && has["GET "+path] || has[m+" "+path] {
				continue
			}
			was := s.mark()
			a := s.ask(call{who: "mana", method: m, path: at, header: http.Header{"Sec-Fetch-Site": {"same-origin"}, "Origin": {s.node.Pages()},
				"X-Http-Method-Override": {method}, "X-Method-Override": {method}}, form: form("_method", method)})
			if strings.HasPrefix(path, "/assets/") && a.Header().Get("Location") == "/" {
				continue // nobody is asked who they are there
			}
			if a.Code != http.StatusNotFound && a.Code != http.StatusMethodNotAllowed && a.Code != http.StatusForbidden && a.Code != http.StatusBadRequest {
				t.Errorf("%s %s gave %d", m, at, a.Code)
			}
			armoured(t, m+" "+at, a)
			if s.mark() != was {
				t.Errorf("%s %s is on record", m, at)
			}
		}
	}
	if w.whole() != before {
		t.Error("another method has changed something")
	}
}

// TestLookingChangesNothing: what is asked for by a link changes nothing, but that who
// follows a trail is on record.
func TestLookingChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	for _, s := range []*side{w.us, w.mx} {
		for _, pattern := range web.Patterns() {
			method, path, _ := strings.Cut(pattern, " ")
			if method != "GET" || strings.HasSuffix(path, "/trail") {
				continue
			}
			r, _ := expected(pattern)
			list := append([]thing{{id: nothing(r.about)}}, w.things(s, r.about)...)
			for _, one := range list {
				for _, m := range []string{"GET", "HEAD"} {
					was := s.mark()
					s.ask(call{who: s.order[1], method: m, path: filled(path, one.id)})
					if s.mark() != was {
						t.Errorf("%s %s is on record", m, path)
					}
				}
			}
		}
	}
}

// TestBadBodies: bodies that are too large, broken or of another kind are refused or
// read as empty, and nothing of the node fails by them.
func TestBadBodies(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	s := w.us
	fields := url.Values{}
	for n := range 20_000 {
		fields.Add(fmt.Sprint("f.", n), "copy")
	}
	sends := map[string]struct{ media, body string }{
		"huge":               {"application/x-www-form-urlencoded", "words=" + strings.Repeat("a", 3<<20)},
		"many fields":        {"application/x-www-form-urlencoded", fields.Encode()},
		"many of one":        {"application/x-www-form-urlencoded", strings.Repeat("to=mx/semar/uin&", 50_000)},
		"many remedies":      {"application/x-www-form-urlencoded", "to=mx/semar/uin&act=remedy+tear+" + strings.Repeat("1,", 100_000) + "1"},
		"a long never":       {"application/x-www-form-urlencoded", "to=mx/semar/uin&act=plan&never=" + strings.Repeat("mx/a:none+", 20_000)},
		"bad escapes":        {"application/x-www-form-urlencoded", "words=%zz&to=%&act=%1"},
		"semicolons":         {"application/x-www-form-urlencoded", "to=mx/semar/uin;act=plan"},
		"a bad multipart":    {"multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"words\"\r\n\r\nboats"},
		"no boundary":        {"multipart/form-data", "--x"},
		"many parts":         {"multipart/form-data; boundary=x", strings.Repeat("--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n", 3000) + "--x--"},
		"a file":             {"multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"words\"; filename=\"../../x\"\r\n\r\n" + strings.Repeat("a", 1<<20) + "\r\n--x--"},
		"JSON":               {"application/json", `{"words":"boats","to":["mx/semar/uin"]}`},
		"deep JSON":          {"application/json", strings.Repeat("[", 30_000)},
		"text":               {"text/plain", "words=boats"},
		"no kind":            {"", "words=boats"},
		"a kind of no sense": {"application/x-www-form-urlencoded; charset=\x7f", "words=boats"},
		"XML":                {"text/xml", `<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>`},
	}
	each := slices.CompactFunc(w.posts(s), func(a, b call) bool { return a.path == b.path })
	for name, send := range sends {
		for _, c := range each {
			if strings.HasSuffix(c.path, "/leave") {
				continue
			}
			for _, who := range []party.Handle{"", "xana", "xrev"} {
				c.who, c.body, c.header = who, send.body, http.Header{"Content-Type": {send.media}}
				a := s.ask(c)
				if a.Code >= 500 {
					t.Errorf("%s to %s as %q gave %d", name, c.path, who, a.Code)
				}
				armoured(t, c.path, a)
				if who == "" && !c.open && (a.Code != http.StatusSeeOther || a.Header().Get("Location") != "/") {
					t.Errorf("%s to %s gave a stranger %d", name, c.path, a.Code)
				}
			}
		}
	}
	if n := len(tell(s, "xana", console.ReadTrail{Item: w.items[s][0].id}).Trail.Lines); n != 0 {
		t.Error("a body of no sense has sent something")
	}
}

// TestStrangePaths: no spelling of a path leads anywhere but where it leads when it is
// spelt plainly, and to a stranger all are shut.
func TestStrangePaths(t *testing.T) {
	t.Parallel()
	w := newWorld(t, true)
	s := w.us
	e := newEye(t, w, s)
	var eyes string
	for _, one := range w.items[s] {
		if one.name == "eyes" {
			eyes = one.id
		}
	}
	paths := []string{"//items", "/./items", "/items/", "/items//", "/items/.", "/items/..", "/items/../items/" + eyes, "/items/%2e%2e/items/" + eyes, "/assets/../items/" + eyes, "/assets/%2e%2e%2fitems%2f" + eyes,
		"/assets/..%2f..%2fweb.go", "/assets/....//items", "/assets/%252e%252e%252fitems", "/assets/comity.css/../../items/" + eyes, "/assets/comity.css%00.html", "/assets/COMITY.CSS", "/assets/", "/assets",
		"/items%2f" + eyes, "/items/" + eyes + "%2ftrail", "/items/" + eyes + "/", "/items/" + eyes + "//trail", "/items/" + eyes + ";a=b", "/items/" + eyes + "/trail/..", "/Items/" + eyes, "/ITEMS", "/items/" + eyes + "?version=1&version=2",
		"/enter/../items", "/enter/..%2fitems/" + eyes, "/enter/%2e%2e/items", "/enter;/items", "/signin/begin/../../items", "/tongue/../items", "/%69tems", "/items\\", "/\\items", "/%5citems", "/%2fitems", "/items%00", "/items%0a", "/items%20", "/items%09",
		"/.git/config", "/.env", "/debug/pprof/", "/metrics", "/health/live", "/web/router.go", "/home/../status", "/packs/../items/" + eyes, "/packs/x/1/../../../items", "/favicon.ico", "/robots.txt", "/.well-known/security.txt",
		"/" + strings.Repeat("a/", 2000), "/" + strings.Repeat("../", 500) + "items", "/items/" + strings.Repeat("%2e%2e%2f", 100) + "etc/passwd"}
	for _, p := range paths {
		for _, who := range append([]party.Handle{""}, s.order...) {
			c := call{who: who, method: "GET", path: p}
			a := s.ask(c)
			e.look(c, a)
			armoured(t, p, a)
			if a.Code >= 500 {
				t.Errorf("%.80s gave %d", p, a.Code)
			}
			if to := a.Header().Get("Location"); to != "" {
				here(t, s, p, to)
			}
			if who == "" && a.Code == http.StatusOK {
				t.Errorf("%.80s is open to strangers", p)
			}
		}
	}
}

// here holds a Location to this very site, as browsers read it.
func here(t *testing.T, s *side, asked, to string) {
	t.Helper()
	base, _ := url.Parse(s.node.Pages() + "/x/y")
	u, err := base.Parse(strings.ReplaceAll(strings.TrimSpace(to), `\`, "/"))
	if err != nil {
		u, err = base.Parse(strings.ReplaceAll(to, "%", "%25"))
	}
	if err != nil || u.Scheme+"://"+u.Host != s.node.Pages() || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, `/\`) || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\r\n\t\x00") {
		t.Errorf("%.80q leads to %q", asked, to)
	}
}

// TestNoWayOut: nothing that is asked for leads to another site, or puts a header into
// the answer.
func TestNoWayOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	s := w.us
	session := web.CookieName(s.node.Pages(), false)
	plain, odd, bad := corpus(t)
	tries := []string{"//elsewhere.example", "///elsewhere.example", "/\\elsewhere.example", "/\\/elsewhere.example", "\\\\elsewhere.example", "https://elsewhere.example", "https:elsewhere.example", "http:/elsewhere.example", "/%2felsewhere.example", "/%5celsewhere.example",
		"/%09/elsewhere.example", "/\t/elsewhere.example", "/\n/elsewhere.example", "/\r/elsewhere.example", "/\x00/elsewhere.example", "/.//elsewhere.example", "/..//elsewhere.example", "/./\\elsewhere.example", "/;@elsewhere.example", "@elsewhere.example", ".elsewhere.example",
		"/items\r\nSet-Cookie: comity=x", "/items%0d%0aSet-Cookie:%20comity=x", "/items\u560d\u560aSet-Cookie: x", "/items\u0085x", "/items\u2028x", "javascript:alert(1)", "data:text/html,x", "/ /elsewhere.example", "/\u00a0/elsewhere.example", "//localhost:1@elsewhere.example", "/\ufeff/elsewhere.example",
		" //elsewhere.example", "\x01//elsewhere.example", "/items?x=//elsewhere.example", "/items#//elsewhere.example", "?x", "#x", "", "/..", "/../..//elsewhere.example/%2f..", "/x/..//elsewhere.example", "/\u2215elsewhere.example", "/\uff0felsewhere.example", "/.\\.\\/elsewhere.example"}
	for _, p := range slices.Concat(plain, odd, bad) {
		tries = append(tries, p.text, "/"+p.text)
	}
	for _, try := range tries {
		if len(try) > 4000 {
			continue
		}
		calls := []call{
			{who: "xana", method: "POST", path: "/tongue", form: form("tongue", "es", "back", try)},
			{method: "POST", path: "/tongue", form: form("tongue", try, "back", try)},
			{who: "xana", method: "GET", path: "/trails?item=" + url.QueryEscape(try)},
			{method: "GET", path: "/home?back=" + url.QueryEscape(try)},
			{who: "xana", method: "POST", path: "/leave?back=" + url.QueryEscape(try), header: http.Header{"Cookie": {session + "=none"}}},
			{who: "xana", method: "GET", path: "/" + url.PathEscape(try)},
		}
		for _, c := range calls {
			a := s.ask(c)
			for k, values := range a.Result().Header {
				if strings.ContainsAny(strings.Join(values, ""), "\r\n\x00") {
					t.Errorf("%q puts %s: %q into the answer", try, k, values)
				}
			}
			for _, cookie := range a.Result().Cookies() {
				if cookie.Name != "comity-tongue" && cookie.Name != session || cookie.Name == session && cookie.Value != "" || cookie.Name == "comity-tongue" && cookie.Value != "es" {
					t.Errorf("%q sets the cookie %v", try, cookie)
				}
			}
			if to := a.Header().Get("Location"); to != "" {
				here(t, s, try, to)
			}
		}
	}
}

// TestSlowBodies: who never sends the body that was promised keeps nobody else from an
// answer.
func TestSlowBodies(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	server := httptest.NewUnstartedServer(w.us.pages)
	server.Config.ReadTimeout = 500 * time.Millisecond
	server.Start()
	defer server.Close()
	var open []net.Conn
	for range 50 {
		c, err := net.Dial("tcp", server.Listener.Addr().String())
		must(t, err)
		open = append(open, c)
		fmt.Fprintf(c, "POST /search HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000000\r\nCookie: comity=%s\r\nSec-Fetch-Site: same-origin\r\nUser-Agent: %s\r\n\r\nwords=", w.us.officers["xana"].token, agent)
	}
	r, err := http.Get(server.URL + "/")
	must(t, err)
	_, _ = io.Copy(io.Discard, r.Body)
	_ = r.Body.Close()
	if r.StatusCode != http.StatusOK {
		t.Errorf("beside slow ones the answer is %d", r.StatusCode)
	}
	for _, c := range open {
		a, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err == nil && a.StatusCode >= 500 {
			t.Errorf("a slow body gave %d", a.StatusCode)
		}
		if a != nil {
			_ = a.Body.Close()
		}
		_ = c.Close()
	}
	http.DefaultClient.CloseIdleConnections()
}

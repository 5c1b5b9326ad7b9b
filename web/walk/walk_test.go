package walk_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"comity/console"
	"comity/party"
	"comity/web"
)

// eye looks at every answer for words that who asked may not see.
type eye struct {
	t       *testing.T
	allowed map[party.Handle]map[string]bool
	names   map[string]string
	seen    map[string]bool
	granted int
	refused int
	leaks   map[string]bool
}

func newEye(t *testing.T, w *world, s *side) *eye {
	e := &eye{t: t, allowed: map[party.Handle]map[string]bool{"": {}}, names: map[string]string{}, seen: map[string]bool{}, leaks: map[string]bool{}}
	for h := range s.officers {
		e.allowed[h] = map[string]bool{}
	}
	for _, x := range w.secrets[s] {
		e.names[x.word] = x.of
		for _, h := range x.seers {
			e.allowed[h][x.word] = true
		}
	}
	return e
}

var anyWord = regexp.MustCompile(`zqx[a-z]*`)

// answer is all that an answer says.
func answer(w *httptest.ResponseRecorder) string {
	var b strings.Builder
	fmt.Fprintln(&b, w.Code)
	_ = w.Result().Header.Write(&b)
	b.Write(w.Body.Bytes())
	return b.String()
}

// base64s are long runs of letters that say nothing, in which any short word may stand.
var roots = regexp.MustCompile(`[A-Za-z0-9+/=_-]{24,}`)

var base64s = regexp.MustCompile(`[A-Za-z0-9+/=_-]{60,}`)

// unpacked gives what the files of an archive say.
func unpacked(t *testing.T, b []byte) string {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return string(b)
	}
	var all strings.Builder
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		all.WriteString(f.Name + "\n" + base64s.ReplaceAllString(string(content), "") + "\n")
	}
	return all.String()
}

// look holds an answer against what somebody may see; echoed is what they said
// themselves.
func (e *eye) look(c call, w *httptest.ResponseRecorder) {
	armoured(e.t, c.path, w)
	text := strings.ToLower(answer(w))
	if w.Header().Get("Content-Disposition") != "" {
		text = strings.ToLower(unpacked(e.t, w.Body.Bytes()))
	}
	if strings.HasPrefix(c.path, "/ledger") { // whose roots and keys are any letters
		text = strings.ToLower(roots.ReplaceAllString(answer(w), ""))
	}
	for _, word := range anyWord.FindAllString(text, -1) {
		if !e.planted(word) || strings.Contains(c.form.Encode()+c.path, word) {
			continue
		}
		ok := e.allowed[c.who][word]
		for known := range e.allowed[c.who] {
			ok = ok || strings.HasPrefix(known, word) // an excerpt may end within it
		}
		if ok {
			e.seen[word] = true
			continue
		}
		of, where := e.names[word], strings.Join(strings.Split(c.path, "/")[:2], "/")
		key := fmt.Sprintf("%s %s to %s: %s", c.method, where, c.who, of) // told once
		if !e.leaks[key] {
			e.leaks[key] = true
			e.t.Errorf("%s %s tells %s %q, of %q", c.method, c.path, c.who, word, of)
		}
	}
	if w.Code >= 500 {
		e.t.Errorf("%s %s of %s gave %d", c.method, c.path, c.who, w.Code)
	}
}

// planted tells whether the word is one that was put somewhere, with more behind it or
// cut short: any other is an accident of keys and hashes.
func (e *eye) planted(word string) bool {
	for name := range e.names {
		if strings.HasPrefix(word, name) || len(word) > len("zqx")+1 && strings.HasPrefix(name, word) {
			return true
		}
	}
	return false
}

// nothing is the name of what is not there, in the form of what is.
func nothing(about string) string {
	switch about {
	case "plan":
		return strings.Repeat("0", 64)
	case "pack":
		return "mx-guidelines-2021/77"
	case "file", "file that came":
		return nothing("item") + "/exhibits/" + strings.Repeat("1", 64)
	}
	return "00000000-0000-7000-8000-000000000001"
}

// guesses are names of nothing, or of nothing that this route is about.
func guesses(w *world, s *side, about string, mine []thing) []string {
	list := []string{nothing(about), "00000000-0000-0000-0000-000000000000", "x", "0", "-1", "%00", "%20", "*", "..;", "%2e%2e", "%2e%2e%2fpacks",
		"'%20OR%201=1--", strings.Repeat("a", 5000), "%7b%7d", "null", "undefined", "1e3", "0x10", "NaN", "%ff%fe"}
	for _, t := range mine {
		list = append(list, neighbour(t.id), t.id+".json")
	}
	if len(mine) > 0 {
		list = append(list, "%7B"+mine[0].id+"%7D", "urn:uuid:"+mine[0].id, mine[0].id+"%0a", "%20"+mine[0].id, mine[0].id+"%20", strings.ReplaceAll(mine[0].id, "-", ""), mine[0].id[len(mine[0].id)-12:], mine[0].id+"%00")
	}
	for _, other := range append(append(append(slices.Clone(w.items[w.us]), w.items[w.mx]...), w.cuts...), w.duties...) {
		if about == "sheet" {
			break // the walk itself has written on items and kept it
		}
		if !slices.ContainsFunc(mine, func(t thing) bool { return t.id == other.id }) {
			list = append(list, other.id)
		}
	}
	list = slices.DeleteFunc(list, func(id string) bool {
		return slices.ContainsFunc(mine, func(t thing) bool { return t.id == id })
	})
	return list
}

// neighbour is an id that differs in one digit.
func neighbour(id string) string {
	b := []byte(id)
	last := &b[len(b)-1]
	if *last == '0' {
		*last = '1'
	} else {
		*last = '0'
	}
	return string(b)
}

// things are what a route can be asked about, with who may know of it.
func (w *world) things(s *side, about string) []thing {
	switch about {
	case "item":
		return w.items[s]
	case "whole": // for who may read all that it ever said
		var list []thing
		for _, t := range w.items[s] {
			if t.name == "mixed" || t.name == "narrowed" {
				t.seers = []party.Handle{"xana"}
			}
			list = append(list, t)
		}
		return list
	case "trail":
		var list []thing
		for _, t := range w.items[s] {
			for _, h := range s.order {
				if o := s.officers[h]; !isOut(h) && (o.Has(party.Auditor) || o.Has(party.Security)) {
					t.seers = append(slices.Clone(t.seers), h)
				}
			}
			list = append(list, t)
		}
		return list
	case "cut":
		if s == w.mx {
			return w.cuts
		}
	case "duty":
		if s == w.mx {
			return w.duties
		}
	case "plan":
		if s == w.us {
			return w.plans
		}
	case "file":
		return w.files[s]
	case "file that came":
		if s == w.mx {
			return w.came
		}
	case "sent": // has receipts
		var list []thing
		for _, t := range w.things(s, "trail") {
			if slices.ContainsFunc(sends, func(p posted) bool { return p.name == t.name }) {
				list = append(list, t)
			}
		}
		return list
	case "sheet":
		if s == w.us {
			return w.sheets
		}
	case "pack":
		return []thing{{"pack", "mx-guidelines-2021/1", everybody(s)}}
	case "asset":
		return []thing{{"style", "comity.css", append(everybody(s), "")}}
	}
	return nil
}

func everybody(s *side) []party.Handle {
	return slices.DeleteFunc(slices.Clone(s.order), isOut)
}

// filled puts the name of a thing into the pattern of a path.
func filled(pattern, id string) string {
	pattern = strings.Replace(pattern, "{pack}/{version}", id, 1)
	pattern = regexp.MustCompile(`\{\w+\}/exhibits/\{exhibit\}`).ReplaceAllLiteralString(pattern, id)
	return regexp.MustCompile(`\{[^}]*\}`).ReplaceAllStringFunc(pattern, func(p string) string {
		if p == "{$}" {
			return ""
		}
		return id
	})
}

func (r rule) may(o *officer) bool {
	for _, a := range r.acts {
		if o.May(a) == nil {
			return true
		}
	}
	return len(r.acts) == 0
}

// calls are all requests to a route about one thing.
func (r rule) calls(who party.Handle, method, path string) []call {
	list := []call{}
	if method == "GET" {
		for _, q := range append([]string{""}, r.query...) {
			list = append(list, call{who: who, method: method, path: path + q})
		}
	}
	for _, f := range r.forms {
		c := call{who: who, method: method, path: path, form: f, body: r.body}
		if r.media != "" {
			c.header = http.Header{"Content-Type": {r.media}}
		}
		list = append(list, c)
	}
	return list
}

// mark is what a refused request leaves as it was.
func (s *side) mark() string {
	n := got(s.node.Desk().Ledger.Size())(s.t)
	return fmt.Sprint(n)
}

// whole is the same, with more in it.
func (w *world) whole() string {
	var b strings.Builder
	for _, s := range []*side{w.us, w.mx} {
		for _, unit := range []party.Handle{s.order[1], s.order[5]} {
			items := tell(s, unit, console.ListItems{Limit: 500}).Items
			duties := tell(s, unit, console.ListDuties{All: true, Limit: 500})
			plans := tell(s, unit, console.ListWaiting{}).Plans
			fmt.Fprintln(&b, items, len(duties.Duties), plans)
			for _, d := range duties.Duties {
				fmt.Fprintln(&b, d.ID, d.Discharged)
			}
		}
		for _, l := range tell(s, s.order[0], console.ListPartners{}).Links {
			fmt.Fprintln(&b, l.Name, l.State) // what was opened has sent its receipts
		}
		fmt.Fprintln(&b, tell(s, s.order[0], console.ListOfficers{}))
	}
	return b.String()
}

// TestWalk asks for every route, as everybody, about everything, on both sides.
func TestWalk(t *testing.T) {
	t.Parallel()
	w := newWorld(t, true)
	for name := range table {
		if !slices.Contains(web.Patterns(), name) {
			t.Errorf("there is no route %s", name)
		}
	}
	before := w.whole()
	for _, s := range []*side{w.us, w.mx} {
		e := newEye(t, w, s)
		for _, pattern := range web.Patterns() {
			r, ok := expected(pattern)
			if !ok {
				t.Errorf("nothing is expected of %s: say in the table who may use it", pattern)
				continue
			}
			if r.session {
				continue
			}
			if pattern == "GET /items/new" {
				for _, sheet := range w.sheets {
					r.query = append(slices.Clone(r.query), "?sheet="+sheet.id)
				}
			}
			method, path, _ := strings.Cut(pattern, " ")
			for _, who := range append([]party.Handle{""}, s.order...) {
				w.walk(e, s, r, who, method, path)
			}
		}
		w.control(e, s)
		t.Logf("%s: %d requests were granted, %d refused", s.node.Config().Name, e.granted, e.refused)
		if e.refused < 10*e.granted {
			t.Errorf("%d refusals for %d grants do not try the pages hard enough", e.refused, e.granted)
		}
	}
	if after := w.whole(); after != before {
		t.Errorf("the walk has changed something: %s\nand before\n%s", after, before)
	}
}

// walk asks one route as one officer: first about what is not there, whose answer is
// the one about what is not for them.
func (w *world) walk(e *eye, s *side, r rule, who party.Handle, method, path string) {
	o := s.officers[who]
	inside := o != nil && !o.out
	list := w.things(s, r.about)
	if r.about == "" {
		list = []thing{{"", "", everybody(s)}}
	}
	nothing := map[string]string{} // by what is sent along
	if r.about != "" && r.about != "asset" {
		for _, id := range guesses(w, s, r.about, list) {
			if strings.HasPrefix(r.about, "file") && !strings.Contains(id, "/exhibits/") {
				id += "/exhibits/" + strings.Repeat("1", 64)
			}
			tried := r
			tried.forms = append(slices.Clone(r.forms), r.deeds...)
			for n, c := range tried.calls(who, method, filled(path, id)) {
				if n >= 3 && len(nothing) == len(tried.calls(who, method, "")) {
					break // the first one is asked for in all ways
				}
				was := s.mark()
				a := s.ask(c)
				e.look(c, a)
				e.refused++
				if a.Code < 300 || a.Code > 404 && !(strings.HasPrefix(r.about, "file") && a.Code == http.StatusGone) {
					e.t.Errorf("%s %.80s of %s gave %d", c.method, c.path, who, a.Code)
				}
				absent, said := nothing[c.sent()]
				if !said {
					absent = answer(a)
					nothing[c.sent()] = absent
				}
				if now := answer(a); now != absent && (!inside || r.may(o) && !(r.about == "plan" && a.Code == http.StatusBadRequest) && !((r.about == "sheet" || strings.HasSuffix(path, "/remarks")) && a.Code == http.StatusNotFound) && !(strings.HasPrefix(r.about, "file") && a.Code == http.StatusGone)) {
					e.t.Errorf("%s %.80s %v of %s is told from what is not there: %.300s\nand\n%.300s", c.method, c.path, c.form, who, now, absent)
				}
				if is := s.mark(); is != was && r.about != "sent" { // that somebody looked for receipts is
					e.t.Errorf("%s %.80s of %s, which is not there, is on record", c.method, c.path, who)
				}
			}
		}
	}
	for _, one := range list {
		sees := slices.Contains(one.seers, who) || r.open
		may := inside && r.may(o) && sees || r.open
		asked := r
		if !may {
			asked.forms = append(slices.Clone(r.forms), r.deeds...)
		}
		for _, c := range asked.calls(who, method, filled(path, one.id)) {
			was := s.mark()
			a := s.ask(c)
			e.look(c, a)
			absent := nothing[c.sent()]
			switch {
			case !inside && !r.open:
				e.refused++
				if a.Code != http.StatusSeeOther || a.Header().Get("Location") != "/" {
					e.t.Errorf("%s %s gave %d to %q, who is not in", c.method, c.path, a.Code, who)
				}
			case inside && !r.may(o):
				e.refused++
				if a.Code != http.StatusForbidden && a.Code != http.StatusNotFound {
					e.t.Errorf("%s %s gave %d to %s, whose role it is not", c.method, c.path, a.Code, who)
				}
				if absent != "" && answer(a) != absent {
					e.t.Errorf("%s %s tells %s, whose role it is not, that %s is there", c.method, c.path, who, one.name)
				}
			case inside && !sees:
				e.refused++
				if answer(a) != absent {
					e.t.Errorf("%s %s tells %s that %q is there: %.300s", c.method, c.path, who, one.name, answer(a))
				}
			default:
				e.granted++
				if c.query() == "" && a.Code == http.StatusNotFound {
					e.t.Errorf("%s %s keeps %q from %s", c.method, c.path, one.name, who)
				}
				if r.changes {
					continue
				}
			}
			if is := s.mark(); is != was {
				e.t.Errorf("%s %s of %s is on record", c.method, c.path, who)
			}
		}
	}
}

// sent is what goes along with a path.
func (c call) sent() string { return c.query() + "&" + c.form.Encode() }

func (c call) query() string { _, q, _ := strings.Cut(c.path, "?"); return q }

// unshown are places that no page shows yet, to anybody.
var unshown = []string{" reason", " file content"}

// control checks that what may be seen is seen: a walk that finds no word would find
// no leak either.
func (w *world) control(e *eye, s *side) {
	missing := 0
	for _, x := range w.secrets[s] {
		if len(x.seers) > 0 && !e.seen[x.word] && !slices.ContainsFunc(unshown, func(u string) bool { return strings.HasSuffix(x.of, u) }) {
			missing++
			e.t.Errorf("nobody has seen %q, which %v may see", x.of, x.seers)
		}
	}
	if len(e.seen) == 0 {
		e.t.Errorf("no page shows any word")
	}
	e.t.Logf("%s: %d words were seen by who may see them, %d not", s.node.Config().Name, len(e.seen), missing)
}

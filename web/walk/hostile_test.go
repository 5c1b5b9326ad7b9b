package walk_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"

	"comity/console"
	"comity/door"
	"comity/exchange"
	"comity/fault"
	"comity/holdings"
	"comity/intel"
	"comity/packs"
	"comity/party"
	"comity/ref"
)

// wall is two nodes with hostile texts in every place that takes a text, or with plain
// words in the same places.
type wall struct {
	t      testing.TB
	nasty  bool
	us, mx *side
	texts  []payload
	items  []string // one for each text, and before them the one with all of them
	cuts   []string // that came of them
	duties []string
}

func newWall(t testing.TB, nasty bool) *wall {
	t.Helper()
	w := &wall{t: t, nasty: nasty}
	w.texts, _, _ = corpus(t)
	w.us = newSide(t, "us/dea", "us/dea/desk", "us/dea/sod", "x")
	w.mx = newSide(t, "mx/semar", "mx/semar/uin", "mx/semar/pol", "m")
	w.laws()
	tell(w.us, "xchief", console.AddPartner{Card: w.mx.node.SignedCard(), Confirmed: true})
	tell(w.mx, "mchief", console.AddPartner{Card: w.us.node.SignedCard(), Confirmed: true})
	w.us.serve()
	w.mx.serve()
	w.all()
	for n := range w.texts {
		w.one(n)
	}
	must(t, w.us.node.Exchange().Flush(context.Background()))
	w.arrived()
	tell(w.us, "xsec", console.SetLink{Partner: "mx/semar", State: exchange.Suspended, Reason: w.say(12, 400)})
	w.us.letIn()
	w.mx.letIn()
	return w
}

// say gives a text for a place that takes so many bytes.
func (w *wall) say(n, most int) string {
	return w.texts[n%len(w.texts)].hold(most, w.nasty)
}

// laws adds a pack whose every text is hostile: its lawyer is somebody else.
func (w *wall) laws() {
	quoted := func(n, most int) string { return string(got(json.Marshal(w.say(n, most)))(w.t)) }
	source, _ := packs.File("isac-tlp")
	var out []string
	for line := range strings.Lines(string(source)) {
		switch {
		case strings.HasPrefix(line, "title:"):
			line = "title: " + quoted(2, 100) + "\n"
		case strings.HasPrefix(line, "id:"):
			line = "id: walked\n"
		}
		out = append(out, line)
	}
	if _, err := console.Call(context.Background(), w.us.node, w.us.officers["xchief"].signer, console.AddPack{File: "walked.yaml", Source: []byte(strings.Join(out, ""))}); err != nil {
		w.t.Fatalf("the pack was not taken: %v", err)
	}
	tell(w.us, "xsec", console.AssessPack{ID: "walked", Version: 1, Counts: false, Reason: w.say(9, 200)})
}

var ana = party.Handle("xana")

// all is an item with every text as a portion, and around it.
func (w *wall) all() {
	ctx, desk, actor := context.Background(), w.us.node.Desk().Holdings, w.us.officers[ana].Actor
	d := holdings.Draft{Title: "All of them"}
	for n := range w.texts {
		d.Portions = append(d.Portions, intel.Portion{Text: w.say(n, intel.MaxText), Substitute: w.say(n, 4000), Hint: w.say(n, intel.MaxHint),
			Statements: []intel.Statement{{Entity: "e1", Schema: "Person", Property: "name", Value: w.say(n, intel.MaxValue)}}})
	}
	item := got(desk.Import(ctx, actor, d))(w.t)
	var placed []holdings.Placed
	for n := range w.texts {
		content := []byte(fmt.Sprint("file ", n))
		x := intel.Exhibit{Content: ref.Content(content), Size: int64(len(content)), Media: "text/html", Caption: w.say(n, intel.MaxCaption), Credit: w.say(n, intel.MaxCaption)}
		must(w.t, desk.Upload(ctx, actor, item.ID, x, 1, content))
		placed = append(placed, holdings.Placed{Portion: n + 1, Exhibit: x})
	}
	_, err := desk.Attach(ctx, actor, item.ID, placed...)
	must(w.t, err)
	w.send(item.ID, []string{"TLP:AMBER+STRICT", toMX})
}

// one is an item with one text in every place that an item has one of.
func (w *wall) one(n int) {
	ctx, desk, actor := context.Background(), w.us.node.Desk().Holdings, w.us.officers[ana].Actor
	item := got(desk.Import(ctx, actor, holdings.Draft{Title: w.say(n, intel.MaxTitle), Topic: w.say(n, intel.MaxTopic), Purpose: w.say(n, intel.MaxPurpose), Basis: w.say(n, intel.MaxBasis),
		Texts: []string{"Plain text."},
		Origin: &holdings.Origin{
			Source: holdings.Source{File: strings.ReplaceAll(w.say(n, 200), "/", ":"), Format: "html", Byline: w.say(n, 900), Date: w.say(n, 900), Address: w.say(n, 900), Language: w.say(n, 60), Notes: []string{w.say(n, 900)}},
			Aside:  []holdings.AsideText{{Text: w.say(n, 5000), Why: w.say(n, 32)[:min(32, len(w.say(n, 32)))]}},
		}}))(w.t)
	caveat := intel.Marking{Caveats: []intel.Caveat{{Code: intel.COND, Arg: w.say(n, intel.MaxCaveat)}, {Code: intel.PURPOSE, Arg: w.say(n, intel.MaxCaveat)}}}
	elements := []string{"TLP:AMBER+STRICT", toMX}
	for _, c := range caveat.Caveats {
		elements = append(elements, intel.Banner(intel.Marking{Caveats: []intel.Caveat{c}}, intel.Grading{}))
	}
	w.send(item.ID, elements)
}

func (w *wall) send(id ref.ItemID, elements []string) {
	w.t.Helper()
	_, err := w.us.node.Desk().Holdings.Mark(context.Background(), w.us.officers[ana].Actor, id, nil, elements)
	if err != nil {
		w.t.Fatalf("%v: %q", err, elements)
	}
	tell(w.us, ana, console.SendItem{Ask: console.Ask{Item: id.String(), To: []console.Recipient{{Party: "mx/semar/uin", Form: intel.Copy}}}})
	w.items = append(w.items, id.String())
}

// arrived finds what came, in the order in which it was sent.
func (w *wall) arrived() {
	var after ref.CutID
	for {
		list := tell(w.mx, "mana", console.ListInbox{After: after, Limit: 100}).Letters
		for _, l := range list {
			w.cuts = append(w.cuts, l.Cut.String())
			after = l.Cut
		}
		if len(list) < 100 {
			break
		}
	}
	slices.Reverse(w.cuts)
	if len(w.cuts) != len(w.items) {
		w.t.Fatalf("%d of %d items came", len(w.cuts), len(w.items))
	}
	for n, d := range tell(w.mx, "mana", console.ListDuties{Limit: 500}).Duties {
		if n < len(w.texts) {
			w.duties = append(w.duties, d.ID.String())
			tell(w.mx, "mana", console.FileDuty{Duty: d.ID.String(), How: w.say(n, 200), Paper: true})
		}
	}
}

// visited is a page of a wall: how it is asked for, and which text must stand in it as
// a text; -1: none in particular.
type visited struct {
	side  func(*wall) *side
	name  string
	call  func(*wall) call
	holds []int
}

func atUS(w *wall) *side { return w.us }
func atMX(w *wall) *side { return w.mx }

func page(s func(*wall) *side, name, path string, holds ...int) visited {
	return visited{s, name, func(w *wall) call {
		who := ana
		if s(w) == w.mx {
			who = "mana"
		}
		return call{who: who, method: "GET", path: path}
	}, holds}
}

// pagesOf are all pages that show a text of others.
func pagesOf(w *wall) []visited {
	var list []visited
	post := func(s func(*wall) *side, name string, path func(*wall) string, f func(*wall) url.Values, holds ...int) {
		list = append(list, visited{s, name, func(w *wall) call {
			c := page(s, "", path(w)).call(w)
			c.method, c.form = "POST", f(w)
			return c
		}, holds})
	}
	get := func(s func(*wall) *side, name string, path func(*wall) string, holds ...int) {
		list = append(list, visited{s, name, func(w *wall) call { return page(s, "", path(w)).call(w) }, holds})
	}
	fixed := func(f url.Values) func(*wall) url.Values { return func(*wall) url.Values { return f } }
	plan := form("to", "mx/semar/uin", "act", "plan")
	for n := range w.items {
		item := func(w *wall) string { return "/items/" + w.items[n] }
		cut := func(w *wall) string { return "/inbox/" + w.cuts[n] }
		text := []int{n - 1}
		if n == 0 {
			text = nil
			for i := range w.texts {
				text = append(text, i)
			}
		}
		name := fmt.Sprint("of item ", n)
		get(atUS, name, item, text...)
		post(atUS, "the plan "+name, func(w *wall) string { return item(w) + "/plan" }, fixed(plan), text...)
		if n%6 == 0 {
			get(atUS, "the editor "+name, func(w *wall) string { return item(w) + "/edit" })
			get(atUS, "the versions "+name, func(w *wall) string { return item(w) + "/versions?from=1&to=2" })
			if n > 0 {
				get(atUS, "what was set aside "+name, func(w *wall) string { return item(w) + "/aside" }, n-1)
			}
		}
		if n%20 == 0 {
			get(atUS, "the trail "+name, func(w *wall) string { return item(w) + "/trail" })
			get(atUS, "a query "+name, func(w *wall) string { return "/duties?all=" + url.QueryEscape(w.say(n, 1000)) })
		}
		post(atMX, "what came "+name, cut, fixed(form("accept", "yes")), text...)
		if n > 0 {
			post(atMX, "the conditions "+name, cut, fixed(form()), text...)
			i := n - 1
			echoed := func(w *wall) string {
				if !w.nasty {
					return "?? PLAIN WORDS " + w.texts[i].mark // which are no name of a party, as the others are none
				}
				return w.say(i, 1000)
			}
			if len(w.texts[i].text) < 1000 { // of longer ones not all words are searched for
				post(atUS, "search "+name, func(*wall) string { return "/search" }, func(w *wall) url.Values { return form("words", "zznothing "+w.say(i, 1000)) })
			}
			if n%3 > 0 {
				continue
			}
			get(atUS, "a path "+name, func(w *wall) string { return "/" + url.PathEscape(echoed(w)) })
			post(atUS, "bars "+name, func(w *wall) string { return item(w) + "/plan" }, func(w *wall) url.Values {
				return form("to", "mx/semar/uin", "never", echoed(w), "act", echoed(w))
			})
			post(atUS, "a form "+name, func(w *wall) string { return item(w) + "/plan" }, func(w *wall) url.Values {
				return form("to", "mx/semar/uin", "f..1", echoed(w))
			})
			post(atUS, "others "+name, func(w *wall) string { return item(w) + "/plan" }, func(w *wall) url.Values { return form("also", echoed(w)) })
		}
	}
	for n := range w.duties {
		post(atMX, fmt.Sprint("the letter ", n), func(w *wall) string { return "/duties/" + w.duties[n] + "/file" }, fixed(form("again", "yes")))
	}
	for from := 0; from < len(w.duties); from += 50 {
		get(atMX, "what is due", func(*wall) string { return fmt.Sprintf("/duties?all=yes&from=%d", from) })
	}
	for n := range w.items {
		if n%50 == 0 && n > 0 {
			get(atUS, "the items", func(w *wall) string { return "/items?after=" + w.items[n] })
			get(atMX, "the inbox", func(w *wall) string { return "/inbox?after=" + w.cuts[n] })
		}
	}
	get(atUS, "the items", func(*wall) string { return "/items" })
	get(atMX, "the inbox", func(*wall) string { return "/inbox" })
	get(atUS, "the partners", func(*wall) string { return "/partners" })
	get(atUS, "the packs", func(*wall) string { return "/packs" }, 2)
	get(atUS, "the pack", func(*wall) string { return "/packs/walked/1" }, 2, 9)
	get(atUS, "waiting", func(*wall) string { return "/waiting" })
	post(atUS, "found", func(*wall) string { return "/search" }, fixed(form("words", "plain text")))
	return list
}

// TestHostileTexts: whatever the texts are, the pages have the elements and attributes
// that plain words give, and the texts stand in them as texts.
func TestHostileTexts(t *testing.T) {
	t.Parallel()
	nasty, plain := newWall(t, true), newWall(t, false)
	list := pagesOf(nasty)
	for _, v := range list {
		c := v.call(nasty)
		got, want := v.side(nasty).ask(c), v.side(plain).ask(v.call(plain))
		armoured(t, v.name, got)
		inert(t, v.name, got.Body.String())
		if got.Code != want.Code {
			t.Errorf("%s: %d, and with plain words %d", v.name, got.Code, want.Code)
			continue
		}
		if a, b := skeleton(got.Body.String()), skeleton(want.Body.String()); a != b {
			t.Errorf("%s: %s", v.name, firstDifference(a, b))
		}
		shown := words(got.Body.String())
		for _, n := range v.holds {
			if !strings.Contains(shown, nasty.texts[n].mark) {
				t.Errorf("%s does not hold %q", v.name, nasty.texts[n].text[:min(60, len(nasty.texts[n].text))])
			}
		}
	}
	t.Logf("%d pages with %d texts", len(list), len(nasty.texts))
	refusals(t, plain.us)
	strangers(t, nasty.us)
}

// armoured holds an answer to the headers that every one has.
func armoured(t *testing.T, name string, w *httptest.ResponseRecorder) {
	t.Helper()
	csp := w.Header().Get("Content-Security-Policy")
	if strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment") { // nothing of it is ever shown
		if !strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "sandbox") || w.Header().Get("Content-Type") != "application/octet-stream" || w.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: a download is given as %v", name, w.Header())
		}
		return
	}
	for _, want := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"} {
		if !strings.Contains(csp, want) {
			t.Errorf("%s: the policy lacks %s", name, want)
		}
	}
	if strings.Contains(csp, "unsafe") || strings.Contains(csp, "*") || strings.Contains(csp, "http") || strings.Contains(csp, "data:") {
		t.Errorf("%s: the policy is %s", name, csp)
	}
	for k, v := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin"} {
		if w.Header().Get(k) != v {
			t.Errorf("%s: %s is %q", name, k, w.Header().Get(k))
		}
	}
	switch media := w.Header().Get("Content-Type"); {
	case strings.HasPrefix(media, "text/html; charset=utf-8"), media == "application/json", media == "text/plain; charset=utf-8":
	case w.Code >= 300 && w.Code < 400:
	case strings.HasPrefix(name, "/assets/"): // our own
	default:
		if !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment") || media != "application/octet-stream" {
			t.Errorf("%s: %s is no page, and not given as a download", name, media)
		}
	}
}

// inert finds in a page what could act, by whatever way it came, as browsers with and
// without script read it.
func inert(t *testing.T, name, page string) {
	t.Helper()
	for _, script := range []bool{true, false} {
		doc, err := html.ParseWithOptions(strings.NewReader(page), html.ParseOptionEnableScripting(script))
		must(t, err)
		for n := range doc.Descendants() {
			switch {
			case n.Type == html.CommentNode:
				t.Errorf("%s: a comment %.60q", name, n.Data)
			case n.Type != html.ElementNode:
				continue
			case slices.Contains([]string{"style", "iframe", "object", "embed", "base", "img", "image", "math", "foreignobject", "animate", "set", "use", "template", "video", "audio", "frame", "marquee"}, n.Data),
				n.Data == "script" && n.FirstChild != nil:
				t.Errorf("%s: an element %s", name, n.Data)
			}
			for _, a := range n.Attr {
				v := strings.ToLower(strings.TrimSpace(a.Val))
				switch {
				case strings.HasPrefix(a.Key, "on"), slices.Contains([]string{"style", "srcdoc", "http-equiv", "ping", "srcset", "background", "target", "download"}, a.Key):
					t.Errorf("%s: an attribute %s=%.60q", name, a.Key, a.Val)
				case slices.Contains([]string{"href", "src", "action", "formaction", "xlink:href", "data", "poster", "cite"}, a.Key) &&
					(!strings.HasPrefix(v, "/") && !strings.HasPrefix(v, "?") && !strings.HasPrefix(v, "#") || strings.HasPrefix(v, "//") || strings.HasPrefix(v, `/\`)):
					t.Errorf("%s: %s leads to %.60q", name, a.Key, a.Val)
				}
			}
		}
	}
}

// free are attributes whose values are texts, or follow from how long one is.
var free = []string{"value", "aria-label", "title", "content", "d", "x", "y", "width", "height", "viewbox", "viewBox", "transform", "cx", "cy", "datetime"}

// skeleton is a page without its texts.
func skeleton(page string) string {
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return err.Error()
	}
	var b strings.Builder
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		b.WriteString(n.Data)
		for _, a := range n.Attr {
			v := a.Val
			if slices.Contains(free, a.Key) {
				v = ""
			}
			for _, c := range changing {
				v = c.what.ReplaceAllString(v, c.with)
			}
			fmt.Fprintf(&b, " %s=%q", a.Key, v)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func words(page string) string {
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return page
	}
	var b strings.Builder
	for n := range doc.Descendants() {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
	}
	return b.String()
}

// refusals: texts that do not show as what they are come into no item, and the error
// that says so does not bring them along.
func refusals(t *testing.T, s *side) {
	t.Helper()
	_, odd, bad := corpus(t)
	oddities(t, s, odd)
	for _, p := range bad {
		for where, d := range map[string]holdings.Draft{
			"title":     {Title: p.text, Texts: []string{"x"}},
			"text":      {Title: "x", Texts: []string{p.text}},
			"topic":     {Title: "x", Topic: p.text, Texts: []string{"x"}},
			"purpose":   {Title: "x", Purpose: p.text, Texts: []string{"x"}},
			"basis":     {Title: "x", Basis: p.text, Texts: []string{"x"}},
			"file":      {Title: "x", Texts: []string{"x"}, Origin: &holdings.Origin{Source: holdings.Source{File: p.text}}},
			"byline":    {Title: "x", Texts: []string{"x"}, Origin: &holdings.Origin{Source: holdings.Source{Byline: p.text}}},
			"aside":     {Title: "x", Texts: []string{"x"}, Origin: &holdings.Origin{Aside: []holdings.AsideText{{Text: p.text, Why: "x"}}}},
			"hint":      {Title: "x", Portions: []intel.Portion{{Text: "x", Hint: p.text}}},
			"statement": {Title: "x", Portions: []intel.Portion{{Text: "x", Statements: []intel.Statement{{Entity: "e", Schema: "Person", Property: "name", Value: p.text}}}}},
			"schema":    {Title: "x", Portions: []intel.Portion{{Text: "x", Statements: []intel.Statement{{Entity: "e", Schema: p.text, Property: "name", Value: "x"}}}}},
			"condition": {Title: "x", Portions: []intel.Portion{{Text: "x", Marking: intel.Marking{Caveats: []intel.Caveat{{Code: intel.COND, Arg: p.text}}}}}},
			"caveat":    {Title: "x", Portions: []intel.Portion{{Text: "x", Marking: intel.Marking{Caveats: []intel.Caveat{{Code: intel.Code(p.text)}}}}}},
			"native":    {Title: "x", Portions: []intel.Portion{{Text: "x", Marking: intel.Marking{Classification: p.text}}}},
		} {
			if where == "text" && !strings.ContainsFunc(p.text, unicode.IsControl) && utf8.ValidString(p.text) && !strings.ContainsAny(p.text, "\u202d\u202e") {
				continue // paragraphs may hold marks that end with them
			}
			if _, err := s.node.Desk().Holdings.Import(context.Background(), s.officers[ana].Actor, d); err == nil {
				t.Errorf("%q was taken as %s", p.text, where)
			} else if said := fault.Safe(err).Text + fault.Safe(err).Hint; !visible(said) {
				t.Errorf("the refusal of %q as %s repeats it: %q", p.text, where, fault.Safe(err).Text)
			}
		}
	}
}

// oddities: what an item takes at home and no cut carries shows nothing but itself.
func oddities(t *testing.T, s *side, odd []payload) {
	for _, p := range odd {
		item := got(s.node.Desk().Holdings.Import(context.Background(), s.officers[ana].Actor, holdings.Draft{Title: p.text, Topic: p.text, Texts: []string{p.text}}))(t)
		a := s.get(ana, "/items/"+item.ID.String())
		armoured(t, p.text, a)
		inert(t, p.text, a.Body.String())
		if b := s.post(ana, "/items/"+item.ID.String()+"/plan", form("to", "mx/semar/uin", "act", "plan")); b.Code != http.StatusOK {
			t.Errorf("the plan of %q gave %d", p.text, b.Code)
		} else {
			inert(t, p.text, b.Body.String())
		}
	}
}

// strangers: what anybody may send along without being let in is no element of a page
// either.
func strangers(t *testing.T, s *side) {
	plain, odd, bad := corpus(t)
	want := skeleton(s.get("", "/").Body.String())
	for _, p := range slices.Concat(plain, odd, bad) {
		if len(p.text) > 4000 {
			continue
		}
		line := strings.Map(func(r rune) rune {
			if r < ' ' || r == 0x7f {
				return '?'
			}
			return r
		}, p.text)
		for name, c := range map[string]call{
			"the tongue's cookie": {method: "GET", path: "/", header: http.Header{"Cookie": {"comity-tongue=" + line}}},
			"the session":         {method: "GET", path: "/", header: http.Header{"Cookie": {"comity=" + line}}},
			"the languages":       {method: "GET", path: "/", header: http.Header{"Accept-Language": {line}}},
			"the browser":         {method: "GET", path: "/", header: http.Header{"User-Agent": {line}}},
			"the query":           {method: "GET", path: "/?x=" + url.QueryEscape(p.text)},
			"the enter page":      {method: "GET", path: "/enter?secret=" + url.QueryEscape(p.text)},
			"an unknown page":     {method: "GET", path: "/" + url.PathEscape(p.text)},
			"an asset":            {method: "GET", path: "/assets/" + url.PathEscape(p.text)},
			"a referrer":          {method: "GET", path: "/", header: http.Header{"Referer": {line}, "X-Forwarded-For": {line}, "X-Forwarded-Host": {line}, "X-Original-Url": {"/items"}}},
		} {
			a := s.ask(c)
			armoured(t, name, a)
			inert(t, name, a.Body.String())
			if strings.HasPrefix(c.path, "/?") || c.path == "/" {
				if got := skeleton(a.Body.String()); got != want {
					t.Errorf("%s %.60q: %s", name, p.text, firstDifference(got, want))
				}
			}
			if a.Code >= 500 {
				t.Errorf("%s %.60q gave %d", name, p.text, a.Code)
			}
		}
	}
}

// TestBrowsersNames: what a browser calls itself is shown to its officer alone, and as
// a text.
func TestBrowsersNames(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	s := w.us
	plain, _, _ := corpus(t)
	for _, p := range plain[:12] {
		if len(p.text) > 200 {
			continue
		}
		name := p.hold(250, true)
		ctx, d := context.Background(), s.node.Desk().Door
		_, secret, _ := strings.Cut(tell(s, "xnina", console.InviteOfficer{Handle: "xnina"}).Link, "#")
		in := enterAs(t, s, d, secret, name)
		s.officers["xnina"].token = in.Token
		a := s.ask(call{who: "xnina", method: "GET", path: "/sessions", header: http.Header{"User-Agent": {name}}})
		if a.Code != http.StatusOK || !strings.Contains(words(a.Body.String()), p.mark) {
			t.Errorf("%q: %d", name, a.Code)
		}
		armoured(t, name, a)
		inert(t, name, a.Body.String())
		must(t, d.Leave(ctx, in.Token))
	}
}

func enterAs(t *testing.T, s *side, d *door.Door, secret, name string) door.Session {
	t.Helper()
	ctx := context.Background()
	begun := got(d.BeginKey(ctx, secret))(t)
	answer := got(newDevice(s).Make(begun.Options))(t)
	return got(d.FinishKey(ctx, begun.ID, answer, door.Place{Address: "192.0.2.1", Agent: name}))(t)
}

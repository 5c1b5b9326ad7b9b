package web_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"comity/web"
)

// text gives the words of a page.
func text(page string) string {
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return page
	}
	var b strings.Builder
	for n := range doc.Descendants() {
		if n.Type == html.TextNode {
			b.WriteString(strings.TrimSpace(n.Data) + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// known are the elements and attributes that our own templates make. What comes
// from elsewhere adds none.
var (
	knownElements = strings.Fields(`html head meta title link script body a header nav ul ol li main div section article h1 h2 h3 p form input button label span code bdi b br
		dl dt dd details summary figure figcaption table thead tbody tr th td time select option fieldset legend textarea noscript
		svg g desc rect path circle text datalist ins del pre output`)
	knownAttributes = strings.Fields(`lang charset name content rel href src defer class id method action value tabindex aria-label aria-current role hidden disabled type maxlength required autocomplete
		for selected checked open dir datetime scope data-of data-ceremony data-begin data-finish data-unable data-stopped data-failed data-refused data-wait data-nosecret formaction rows
		autofocus accesskey list spellcheck aria-invalid aria-labelledby enctype multiple data-writing data-kept data-typing data-large data-met data-drop data-zone data-reading data-files accept data-slow data-said data-prove data-continue rowspan
		xmlns width height viewbox viewBox font-family font-size font-weight fill stroke stroke-width stroke-dasharray stroke-linejoin stroke-linecap transform x y rx cx cy r d opacity fill-opacity`)
)

// harmless finds whatever of a page could act.
func harmless(t *testing.T, path, page string) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range doc.Descendants() {
		if n.Type == html.CommentNode {
			t.Errorf("%s holds a comment: %s", path, n.Data)
		}
		if n.Type == html.TextNode && strings.ContainsAny(n.Data, "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u200f") && !contained(n) {
			t.Errorf("%s lets the direction of %q out", path, n.Data)
		}
		if n.Type != html.ElementNode {
			continue
		}
		if !slices.Contains(knownElements, n.Data) {
			t.Errorf("%s holds an element %s", path, n.Data)
		}
		if n.Data == "script" && n.FirstChild != nil {
			t.Errorf("%s holds an inline script", path)
		}
		for _, a := range n.Attr {
			if !slices.Contains(knownAttributes, a.Key) {
				t.Errorf("%s holds an attribute %s=%q of %s", path, a.Key, a.Val, n.Data)
			}
			if slices.Contains([]string{"href", "src", "action", "formaction"}, a.Key) && !strings.HasPrefix(a.Val, "/") && !strings.HasPrefix(a.Val, "#") && !strings.HasPrefix(a.Val, "?") || strings.HasPrefix(a.Val, "//") {
				t.Errorf("%s leads to %q", path, a.Val)
			}
		}
	}
}

// contained tells whether a text stands where its direction changes nothing around
// it.
func contained(n *html.Node) bool {
	for p := range n.Ancestors() {
		if slices.Contains([]string{"bdi", "title", "desc", "text", "code", "textarea"}, p.Data) {
			return true
		}
		for _, a := range p.Attr {
			if a.Key == "dir" || a.Key == "class" && a.Val == "marks" {
				return true
			}
		}
	}
	return false
}

// Hostile strings in titles, texts, captions, credits, statements, names of files,
// conditions and names of browsers are text and nothing else.
func TestHostileStrings(t *testing.T) {
	p := newPair(t)
	opened := p.mx.post("ana", "/inbox/"+p.warning, url.Values{"accept": {"yes"}}).Body.String()
	for name, tt := range map[string]struct {
		page  string
		holds []string
	}{
		"item":       {p.us.get("ana", "/items/"+p.nasty).Body.String(), []string{"h1", "h2", "h3", "h4", "h5", "h6", "h7", "h8", "h9", "caption", "credit", "aside", "byline", "topic", "hc"}},
		"items":      {p.us.get("ana", "/items").Body.String(), []string{"h1", "h2"}},
		"plan":       {p.us.post("ana", "/items/"+p.nasty+"/plan", url.Values{"to": {"mx/semar/uin"}, "act": {"plan"}}).Body.String(), []string{"h1", "<svg"}},
		"inbox":      {p.mx.get("ana", "/inbox").Body.String(), []string{"h1", "h2", "hc"}},
		"conditions": {p.mx.post("nina", "/inbox/"+p.warning, nil).Body.String(), []string{"hc"}},
		"opened":     {opened, []string{"h1", "h2", "h3", "h4", "h5", "h6", "h7", "h8", "h9", "caption", "credit"}},
		"search":     {p.us.post("ana", "/search", url.Values{"words": {`h8`}}).Body.String(), []string{"h8"}},
		"searched":   {p.us.post("ana", "/search", url.Values{"words": {`"><script>alert(1)</script>`}}).Body.String(), []string{"script"}},
		"sessions":   {p.us.get("ana", "/sessions").Body.String(), []string{"h1", "h10"}},
		"never":      {p.us.post("ana", "/items/"+p.plain+"/plan", url.Values{"never": {`"><script>`}, "to": {"mx/semar/uin"}}).Body.String(), nil},
		"also":       {p.us.post("ana", "/items/"+p.plain+"/plan", url.Values{"also": {`"><script>`}}).Body.String(), nil},
		"tongue":     {p.us.get("ana", `/items?after="><script>alert(1)</script>`).Body.String(), nil},
		"duties":     {p.mx.get("ana", "/duties").Body.String(), []string{"h3"}},
	} {
		harmless(t, name, tt.page)
		for _, want := range tt.holds {
			if !strings.Contains(tt.page, want) {
				t.Errorf("%s does not hold %s: %s", name, want, text(tt.page))
			}
		}
	}
	if strings.Contains(opened, `class="tlp tlp-clear"`) {
		t.Error("a condition in a partner's words passes for a traffic light")
	}
}

// The elements of a banner end where they end.
func TestElements(t *testing.T) {
	for banner, want := range map[string][]string{
		"":                                    nil,
		"TLP:RED":                             {"TLP:RED"},
		"TLP:RED // NOFWD":                    {"TLP:RED", "NOFWD"},
		`COND:"a // TLP:CLEAR // b" // NOFWD`: {`COND:"a // TLP:CLEAR // b"`, "NOFWD"},
		`COND:"a \" // TLP:CLEAR" // NOFWD`:   {`COND:"a \" // TLP:CLEAR"`, "NOFWD"},
		`COND:5" pipe // NOFWD`:               {`COND:5" pipe`, "NOFWD"},
		`COND:"open // TLP:CLEAR`:             {`COND:"open // TLP:CLEAR`},
	} {
		if got := web.Elements(banner); !slices.Equal(got, want) {
			t.Errorf("%s gave %q", banner, got)
		}
	}
}

// A drawing that could act is not shown.
func TestDrawingsAreHeldAgainstTheLists(t *testing.T) {
	for svg, good := range map[string]bool{
		`<svg xmlns="http://www.w3.org/2000/svg"><g><title>a</title><rect x="1" fill="#fff"/></g></svg>`: true,
		`<svg><script>alert(1)</script></svg>`:          false,
		`<svg onload="alert(1)"></svg>`:                 false,
		`<svg><a href="javascript:alert(1)"></a></svg>`: false,
		`<svg><rect style="fill:red"/></svg>`:           false,
		`<svg><rect fill="URL(#x)"/></svg>`:             false,
		`<svg><!-- x --></svg>`:                         false,
		`<!DOCTYPE svg [<!ENTITY x "y">]><svg></svg>`:   false,
		`<svg><foreignObject/></svg>`:                   false,
		`<svg>`:                                         false,
	} {
		if err := web.Harmless([]byte(svg)); (err == nil) != good {
			t.Errorf("%s gave %v", svg, err)
		}
	}
}

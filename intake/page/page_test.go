package page_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
	"pgregory.net/rapid"

	"comity/fault"
	"comity/intake"
	"comity/intake/page"
	"comity/intake/prose/prosetest"
	"comity/intel"
)

// read reads a page that must be readable.
func read(t interface{ Fatalf(string, ...any) }, s string) intake.Document {
	d, err := page.Read([]byte(s), nil)
	if err != nil {
		t.Fatalf("%.200q: %v", s, err)
	}
	return d
}

// texts gives what is not set aside.
func texts(d intake.Document) []string {
	var out []string
	for _, b := range d.Blocks {
		if b.Aside == "" && b.Text != "" {
			out = append(out, b.Text)
		}
	}
	return out
}

func TestText(t *testing.T) {
	const p = "This is one paragraph of the text, long enough to be one."
	for name, c := range map[string]struct {
		in   string
		want []string
	}{
		"spaces":             {"<p>a \n\t b&nbsp;&nbsp;c</p>", []string{"a b c"}},
		"words in pieces":    {"<p>re<b>tri</b>eve <i>it</i>, now</p>", []string{"retrieve it, now"}},
		"line break":         {"<p>a<br>b</p>", []string{"a\nb"}},
		"two line breaks":    {"<p>one<br><br>two</p>", []string{"one", "two"}},
		"unclosed":           {"<p>one<p>two<li>three", []string{"one", "two", "three"}},
		"blocks in words":    {"one<div>two</div>three", []string{"one", "two", "three"}},
		"heading":            {"<h2>Ships <a name=x>of</a><br>Tampico</h2><p>" + p, []string{"## Ships of Tampico", p}},
		"numbered":           {"<ol start=3><li>c<li value=7>g<li>h</ol>", []string{"3. c\n7. g\n8. h"}},
		"list in a list":     {"<ul><li>a<ul><li>b<ol><li>c</ol></ul><li>d</ul>", []string{"- a\n  - b\n    1. c\n- d"}},
		"paragraphs in list": {"<ul><li><p>a</p><p>b</p><li>c</ul>", []string{"- a\n  b\n- c"}},
		"letters":            {"<ol type=i><li>a<li>b</ol>", []string{"- i) a\n- ii) b"}},
		"quotation":          {"<blockquote>a<p>b</blockquote>", []string{"> a\n>\n> b"}},
		"list in quotation":  {"<blockquote><p>a</p><ul><li>b</ul></blockquote>", []string{"> a\n>\n> - b"}},
		"table":              {"<table><tr><th>a<th>b<tr><td>c<td>d|e<tr><td><td>f</table>", []string{"a | b\nc | d/e\n| f"}},
		"layout table":       {"<table><tr><td><p>" + p + "<td><p>" + p + "</table>", []string{p, p}},
		"code":               {"<pre>a  b\n```\n  c</pre>", []string{"````\na  b\n```\n  c\n````"}},
		"code in a text":     {"<p>" + p + "<pre>func a() {\n\n  b()\n}\n\nfunc c() {\n  d()\n}</pre><p>" + p, []string{p, "```\nfunc a() {\n\n  b()\n}\n\nfunc c() {\n  d()\n}\n```", p}},
		"a typed page":       {"<b>" + p + "</b>\n\n" + p + "\n\n" + p + "\n\n" + p, []string{p, p, p, p}},
		"typed in one":       {"<html><body><div>" + p + "\n\n" + p + "\n\n" + p + "\n\n" + p + "</div></body></html>", []string{p, p, p, p}},
		"words in lines":     {"<div>one <b>two</b>\nthree <b>four</b>\nfive <b>six</b>\nseven <i>eight</i>\nnine</div>", []string{"one two three four five six seven eight nine"}},
		"spread sources":     {"<div>\n\n" + p + "\nMore\n\n</div>\n\n<div>\n\n" + p + "\n\n</div>\n\n", []string{p + " More", p}},
		"code with lines":    {"<p>" + p + "\nMore</p><pre><code>a;\n\nb;\n\nc;\n\nd;\n\ne;\n\nf;\n\ng;</code></pre>", []string{p + " More", "```\na;\n\nb;\n\nc;\n\nd;\n\ne;\n\nf;\n\ng;\n```"}},
		"a typed text":       {p + "\n\nSee <https://x.org/a>.\n\n" + p, []string{p, "See <https://x.org/a>.", p}},
		"apart by style":     {"<p><time><span>May 2, 2024</span><span>9:14 PM UTC</span><span>Updated 2 days ago</span></time></p>", []string{"May 2, 2024 9:14 PM UTC Updated 2 days ago"}},
		"a time in words":    {"<p>At<time>9:14</time>PM he left.</p>", []string{"At 9:14 PM he left."}},
		"one word in pieces": {"<p><span>T</span><span>he</span> <b>re</b><i>inforced</i> <span>Mc</span>Donald <span>S</span><span>OS</span></p>", []string{"The reinforced McDonald SOS"}},
		"powers":             {"<p>10<sup>6</sup> H<sub>2</sub>O 1<sup>st</sup></p>", []string{"10⁶ H₂O 1st"}},
		"quoted words":       {"<p>the <q>uncle</q>, he said</p>", []string{"the “uncle”, he said"}},
		"terms":              {"<dl><dt>a<dd>b<dt>c<dd>d</dl>", []string{"- a\n  b\n- c\n  d"}},
		"misread":            {"<p># a<p>- b<p>1. c<p>2) d<p>+ e<p>* f", []string{"#\u00a0a", "-\u00a0b", "1.\u00a0c", "2)\u00a0d", "+\u00a0e", "*\u00a0f"}},
		"underlined":         {"<p>a<br>====<p>b<br>---", []string{"a", "b"}},
		"cell ends":          {"<table><tr><td><b>one<td>two<tr><td>three</b><td>four</table>", []string{"one | two\nthree | four"}},
		"xhtml":              {"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><body><script src='x'/><p>one <a name='x'/>two</p></body></html>", []string{"one two"}},
		"drawing left open":  {"<p>one</p><svg><text>drawn<p>two</p>", []string{"one", "two"}},
		"comment":            {"<p>one<!-- <p>no -->two</p>", []string{"onetwo"}},
		"entities":           {"<p>&lt;p&gt; &amp;amp; &eacute; &#8212;", []string{"<p> &amp; é —"}},
		"bidi":               {"<p>a&#x202e;b\u2066c\u200bd", []string{"abcd"}},
		"joiners":            {"<p>می\u200cخواهم a\u200cb", []string{"می\u200cخواهم ab"}},
	} {
		if got := texts(read(t, c.in)); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, not %q", name, got, c.want)
		}
	}
}

func TestCharacterSets(t *testing.T) {
	for name, in := range map[string]string{
		"utf-8":        "<p>Núñez",
		"mark":         "\xef\xbb\xbf<p>Núñez",
		"windows-1252": "<p>N\xfa\xf1ez",
		"latin-1":      "<meta charset=iso-8859-1><p>N\xfa\xf1ez",
		"http-equiv":   `<meta http-equiv="Content-Type" content="text/html; charset=windows-1252"><p>N` + "\xfa\xf1ez",
		"utf-16 le":    "\xff\xfe<\x00p\x00>\x00N\x00\xfa\x00\xf1\x00e\x00z\x00",
		"utf-16 be":    "\xfe\xff\x00<\x00p\x00>\x00N\x00\xfa\x00\xf1\x00e\x00z",
		"no mark be":   "\x00<\x00p\x00>\x00N\x00\xfa\x00\xf1\x00e\x00z",
		"old name":     "<meta charset=gbk><p>Núñez",
		"no mark":      "<\x00p\x00>\x00N\x00\xfa\x00\xf1\x00e\x00z\x00",
		"lies":         "<meta charset=utf-16><p>Núñez",
	} {
		if got := texts(read(t, in)); !slices.Equal(got, []string{"Núñez"}) {
			t.Errorf("%s: %q", name, got)
		}
	}
	d := read(t, "<meta charset=utf-8><p>N\xfaez of the port")
	if got := texts(d); !slices.Equal(got, []string{"N\uFFFDez of the port"}) || len(d.Notes) != 1 {
		t.Errorf("%q %q", got, d.Notes)
	}
}

// TestHidden: no text that a reader of the page does not see is text of the document.
func TestHidden(t *testing.T) {
	const secret = "the secret words that the page hides from all who read it"
	for name, in := range map[string]string{
		"attribute":       "<div hidden>" + secret + "</div>",
		"display":         "<p style='color:red; DISPLAY : none'>" + secret,
		"visibility":      "<span style='visibility:hidden'>" + secret + "</span>",
		"size":            "<span style='font-size:0px'>" + secret + "</span>",
		"opacity":         "<span style='opacity:0'>" + secret + "</span>",
		"moved":           "<div style='position:absolute;left:-9999px'>" + secret + "</div>",
		"colour":          "<p style='color:#fff;background:#fff'>" + secret,
		"flat":            "<div style='height:0;overflow:hidden'>" + secret + "</div>",
		"class":           "<p class='sr-only'>" + secret,
		"sheet":           "<style>p{a:b} .zz,#q { display:none }</style><p class='a zz'>" + secret,
		"sheet by id":     "<style>#q{visibility:hidden}</style><p id=q>" + secret,
		"template":        "<template><p>" + secret + "</template>",
		"script":          "<script>" + secret + "</script>",
		"frame":           "<iframe>" + secret + "</iframe>",
		"text area":       "<textarea>" + secret + "</textarea>",
		"option":          "<select><option>" + secret + "</select>",
		"object":          "<object><p>" + secret + "</object>",
		"dialog":          "<dialog>" + secret + "</dialog>",
		"without scripts": "<noscript><p>" + secret + "</noscript>",
		"goes on":         "<p><b hidden>x</p><p>" + secret + "</p></b>",
		"comment":         "<!--" + secret + "-->",
		"attribute text":  "<p title='" + secret + "' data-x='" + secret + "'>",
		"in a list":       "<ul><li>a<li hidden>" + secret + "</ul>",
		"in a heading":    "<h2>a <span style='display:none'>" + secret + "</span></h2>",
		"in a quotation":  "<blockquote>a <p hidden>" + secret + "</p></blockquote>",
		"in a table":      "<table><tr><td>a<td>b<tr><td hidden>" + secret + "<td>d<tr><td>e<td>f</table>",
		"in a caption":    "<figure><img src=a.jpg><figcaption>a<span hidden>" + secret + "</span></figcaption></figure>",
		"in code":         "<pre>a <span hidden>" + secret + "</span></pre>",
		"in a power":      "<p>a<sup style='display:none'>" + secret + "</sup>",
		"in the title":    "<h1>The title<span hidden>" + secret + "</span></h1>",
	} {
		d := read(t, "<body><p>The text that everybody who opens the page can read at once.</p>"+in)
		prosetest.Sound(t, d)
		if strings.Contains(strings.Join(texts(d), " ")+d.Title+d.Byline, "secret") {
			t.Errorf("%s: the secret is in the text: %q", name, texts(d))
		}
		for _, b := range d.Blocks {
			for _, p := range b.Pictures {
				if strings.Contains(p.Caption+p.Credit, "secret") {
					t.Errorf("%s: the secret is in a caption", name)
				}
			}
			if strings.Contains(b.Text, "secret") && len(d.Notes) == 0 && name != "without scripts" {
				t.Errorf("%s: no note says so", name)
			}
		}
	}
	if d := read(t, "<p>a</p><div class='hidden md:block'>shown on screens</div><p aria-hidden=true>shown to eyes"); len(texts(d)) != 3 {
		t.Errorf("%q", texts(d))
	}
}

// TestAsides: each sort of furniture by its name or element alone, with words that
// say nothing of it, inside the text.
func TestAsides(t *testing.T) {
	const p = "<p>This is one paragraph of the text, long enough to be taken for one by anybody who reads it.</p>"
	for in, want := range map[string]intake.Aside{
		"<nav>One two three</nav>":                                intake.Navigation,
		"<div class=breadcrumbs>One two three</div>":              intake.Navigation,
		"<div role=search>One two three</div>":                    intake.Navigation,
		"<div class=share-bar>One two three</div>":                intake.Sharing,
		"<div class=ReactionBar-reactions>One two three</div>":    intake.Reactions,
		"<section id=comments>One two three</section>":            intake.Comments,
		"<form><textarea></textarea>One two three</form>":         intake.Comments,
		"<div id=ad-slot-3>One two three</div>":                   intake.Advertising,
		"<div class=related>One two three and a word more.</div>": intake.Related,
		"<aside>One two three and a word more.</aside>":           intake.Related,
		"<div class=newsletter>One two three</div>":               intake.Site,
		"<div class=video-player>One two three</div>":             intake.Controls,
		"<button>One two three</button>":                          intake.Controls,
		"<div class=byline>One two three</div>":                   intake.Byline,
		"<figure><img src=data:image/gif;base64,R0lGODlhQABAAAAA" + strings.Repeat("A", 400) + "><figcaption>One two three</figcaption></figure>": intake.Caption,
		"<p>Hide caption</p>":       intake.Controls,
		"<p>Te puede interesar</p>": intake.Related,
		"<div class='content with-sidebar no-comments'>One two three</div>": "",
		"<div class=css-1ad2ad>One two three</div>":                         "",
		"<p>Share this <a href=/x>report</a> with nobody.</p>":              "",
		"<p>One <span class=share-price>two</span> three.</p>":              "",
		"<aside class=pullquote>One two three</aside>":                      "",
	} {
		d := read(t, "<title>The title of the page</title><article><h1>The title of the page</h1>"+p+in+p+"</article>")
		found := false
		for _, b := range d.Blocks[1:] {
			if !strings.Contains(b.Text, "This is one paragraph") {
				found = true
				if b.Aside != want {
					t.Errorf("%s is %q, not %q", in, b.Aside, want)
				}
			}
		}
		if !found {
			t.Errorf("%s is lost", in)
		}
	}
}

func TestMeta(t *testing.T) {
	const body = "<body><article><h1>The title of it</h1><p>One paragraph of the text, which has enough words to be taken for text by anybody.</p></article>"
	for name, c := range map[string]struct{ head, title, date, byline, source, language string }{
		"nothing":          {"", "The title of it", "", "", "", ""},
		"linked data":      {`<script type="application/ld+json">[{"@type":["NewsArticle"],"headline":"The title of it","datePublished":"2024-01-02T23:30:00-06:00","author":{"name":["Ana Ruiz"]},"url":"https://x.org/a","inLanguage":"es"}]</script>`, "The title of it", "2024-01-02T23:30:00-06:00", "Ana Ruiz", "https://x.org/a", "es"},
		"no linked data":   {`<script type="application/ld+json">{"@type":"NewsArticle","headline":</script><meta name=author content="Ana Ruiz">`, "The title of it", "", "Ana Ruiz", "", ""},
		"shown wins":       {`<meta property="og:title" content="You will not believe this">`, "The title of it", "", "", "", ""},
		"day":              {`<meta name="DC.date.issued" content="2 de enero de 2024"><meta property="og:locale" content="es_MX">`, "The title of it", "2024-01-02", "", "", "es-MX"},
		"no time zone":     {`<meta property="article:published_time" content="2024-01-02T23:30:00">`, "The title of it", "2024-01-02", "", "", ""},
		"canonical":        {`<link rel=canonical href="https://x.org/a?b=c"><meta property="og:url" content="https://y.org/">`, "The title of it", "", "", "https://x.org/a?b=c", ""},
		"hostile address":  {`<link rel=canonical href="javascript:alert(1)"><meta property="og:url" content="https://user:pw@x.org/">`, "The title of it", "", "", "", ""},
		"profile":          {`<meta property="article:author" content="https://facebook.example/ana">`, "The title of it", "", "", "", ""},
		"hostile language": {`<html lang="<script>"><meta property="og:locale" content="xx-\u202e">`, "The title of it", "", "", "", ""},
	} {
		d := read(t, "<html><head>"+c.head+"</head>"+body)
		prosetest.Sound(t, d)
		if d.Title != c.title || d.Date != c.date || d.Byline != c.byline || d.Source != c.source || d.Language != c.language {
			t.Errorf("%s: %q %q %q %q %q", name, d.Title, d.Date, d.Byline, d.Source, d.Language)
		}
	}
	for in, want := range map[string]string{
		`<abbr class="published" title="2011-03-01T20:15:00-06:00">8:15 PM</abbr>`:        "2011-03-01T20:15:00-06:00",
		`<abbr itemprop="datePublished" title="2011-03-01T20:15:00-06:00">8:15 PM</abbr>`: "2011-03-01T20:15:00-06:00",
		`<h2 class="date-header"><span>martes, 1 de marzo de 2011</span></h2>`:            "2011-03-01",
		`<h2>1 March 2011</h2>`: "", // a chronicle has such headings
	} {
		if d := read(t, strings.Replace(body, "</article>", in+"<p>One more paragraph of the text, which has enough words to be taken for text.</p></article>", 1)); d.Date != want {
			t.Errorf("%s: %q", in, d.Date)
		}
	}
	for in, want := range map[string]string{"Juan Pérez / Corresponsal": "Juan Pérez", "Juan Pérez / Tampico": ""} {
		if d := read(t, strings.Replace(body, "<p>", "<p>"+in+"</p><p>", 1)); d.Byline != want || (len(texts(d)) == 1) != (want != "") {
			t.Errorf("%s: by %q, %q", in, d.Byline, texts(d))
		}
	}
	for in, want := range map[string]string{
		"2024-05-03T01:14:00Z|May 2, 2024":         "2024-05-02",
		"2024-05-03T01:14:00Z|May 3, 2024":         "2024-05-03T01:14:00Z",
		"2024-05-03T01:14:00Z|Updated May 4, 2024": "2024-05-03T01:14:00Z",
		"2024-05-03T01:14:00Z|May 5, 2024":         "2024-05-03T01:14:00Z",
		"2024-05-03T01:14:00-06:00|May 2, 2024":    "2024-05-03T01:14:00-06:00",
		"2024-05-03T00:00:00Z|May 2, 2024":         "2024-05-03",
	} {
		machine, shown, _ := strings.Cut(in, "|")
		if d := read(t, `<meta property="article:published_time" content="`+machine+`">`+strings.Replace(body, "<p>", "<p>"+shown+"</p><p>", 1)); d.Date != want {
			t.Errorf("%s: %q", in, d.Date)
		}
	}
	for in, want := range map[string]string{
		"<title>Nine held after the raid | The Daily</title><p>text":                                                 "Nine held after the raid",
		"<title>Nine held - after the raid</title><p>text":                                                           "Nine held - after the raid",
		"<meta property=og:site_name content='The Daily'><title>Nine held – The Daily</title><h1>The Daily</h1>text": "Nine held",
		"<title>" + strings.Repeat("é", 200) + "</title><p>text":                                                     strings.Repeat("é", 98) + "…",
		"<title>a\u202eb\nc</title><p>text":                                                                          "ab c",
	} {
		if d := read(t, in); d.Title != want {
			t.Errorf("%q: the title is %q", in, d.Title)
		}
	}
}

func TestPictures(t *testing.T) {
	const text = "<p>The text that everybody who opens the page can read at once.</p>"
	for name, c := range map[string]struct{ in, want string }{
		"lazy":           {`<img src="blank.gif" data-src="a.jpg" alt="one two three">`, "a.jpg|one two three|"},
		"set":            {`<img srcset="s.jpg 300w, l.jpg 1200w">`, "l.jpg||"},
		"source":         {`<picture><source srcset="l.webp 2x"><img></picture>`, "l.webp||"},
		"figure":         {`<figure><img src=a.jpg alt="one two three"><figcaption>The port. (AP Photo/Ana Ruiz)</figcaption></figure>`, "a.jpg|The port.|AP Photo/Ana Ruiz"},
		"credit class":   {`<figure><img src=a.jpg><figcaption>The port <span class=photo-credit>Photo: Ana Ruiz</span></figcaption></figure>`, "a.jpg|The port|Ana Ruiz"},
		"Spanish":        {`<div class=imagen><img src=a.jpg><span class=pie-foto>El puerto. Foto: Cuartoscuro</span></div>`, "a.jpg|El puerto.|Cuartoscuro"},
		"tracking":       {`<img src=a.jpg width=1 height=1>`, ""},
		"icon":           {`<img src=a.jpg class="site-logo"><img src=b.png width=16 height=16>`, ""},
		"out of folder":  {`<img src="../../a.jpg"><img src="file:///a.jpg"><img src="C:\a.jpg"><img src="/etc/a.jpg">`, ""},
		"scripted":       {`<img src="javascript:alert(1)"><img src="data:text/html,a">`, ""},
		"twice":          {`<img src=a.jpg><img src=a.jpg>`, "a.jpg||"},
		"in a teaser":    {`<a href="/x"><img src=a.jpg>Another story of today</a>`, ""},
		"two in figure":  {`<figure><img src=a.jpg><img src=b.jpg><figcaption>Both.</figcaption></figure>`, "a.jpg|Both.|;b.jpg||"},
		"long":           {`<figure><img src=a.jpg><figcaption>` + strings.Repeat("word ", 150) + `</figcaption></figure>`, "a.jpg|" + strings.TrimSpace(strings.Repeat("word ", 150))[:497] + "…|"},
		"in advertising": {`<div class=advertisement><img src=a.jpg></div>`, ""},
	} {
		d := read(t, text+c.in+text)
		prosetest.Sound(t, d)
		var got []string
		for _, b := range d.Blocks {
			for _, p := range b.Pictures {
				got = append(got, p.Name+"|"+p.Caption+"|"+p.Credit)
			}
		}
		if s := strings.Join(got, ";"); s != c.want {
			t.Errorf("%s: %q, not %q", name, s, c.want)
		}
	}
}

// Hours of a text that runs on stay beside buttons; the length of a film does not.
func TestHoursBesideButtons(t *testing.T) {
	const p = "<p>This is one paragraph of the text, long enough to be taken for one by anybody who reads it.</p>"
	for hours, want := range map[int]int{1: 1, 3: 6} {
		d := read(t, "<article><h1>The title of it</h1>"+strings.Repeat("<button>Share</button><p>10:30</p>"+p, hours)+"</article>")
		if got := texts(d); len(got) != want {
			t.Errorf("%d hours: %q", hours, got)
		}
	}
}

// A page that shows a picture and no text is its caption, once.
func TestOnlyPictures(t *testing.T) {
	d := read(t, "<title>The port</title><figure><img src=a.jpg><figcaption>The port at night.</figcaption></figure>")
	if got := texts(d); !slices.Equal(got, []string{"The port at night."}) || len(d.Blocks) != 1 || len(d.Blocks[0].Pictures) != 1 || d.Blocks[0].Pictures[0].Caption != "" {
		t.Errorf("%+v", d.Blocks)
	}
}

// TestFilesAreAskedFor: only for names below the page's folder, and never for what
// is no picture.
func TestFilesAreAskedFor(t *testing.T) {
	asked := map[string]bool{}
	gif := "GIF89a\x40\x00\x40\x00" + strings.Repeat("\x00", 90)
	d, err := page.Read([]byte(`<p>text<img src="a_files/b%20c.gif"><img src="../up.gif"><img src="a/../../up.gif"><img src="%2e%2e/up.gif"><img src="/abs.gif"><img src="file:x"><img src="a.html"><img src="cid:1@x"><img src="data:image/gif;base64,R0lGODlhQABAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA`+strings.Repeat("A", 400)+`">`),
		func(name string) ([]byte, bool) {
			asked[name] = true
			switch name {
			case "a_files/b c.gif", "cid:1@x":
				return []byte(gif), true
			case "a.html":
				return []byte("<html>"), true
			}
			return nil, false
		})
	if err != nil {
		t.Fatal(err)
	}
	prosetest.Sound(t, d)
	for name := range asked {
		if !slices.Contains([]string{"a_files/b%20c.gif", "a_files/b c.gif", "a.html", "cid:1@x", "%2e%2e/up.gif"}, name) {
			t.Errorf("%q was asked for", name)
		}
	}
	if len(d.Files) != 2 || d.Files[0].Name != "b c.gif" || d.Files[0].Media != "image/gif" {
		t.Errorf("%d files: %+v", len(d.Files), d.Blocks)
	}
}

func TestRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		in   string
		kind fault.Kind
	}{
		"nothing":      {"", fault.Invalid},
		"only scripts": {"<html><script>a()</script></html>", fault.Invalid},
		"deep":         {strings.Repeat("<div>", intake.MaxDepth+10) + "a", fault.TooLarge},
		"deep words":   {strings.Repeat("<b>", intake.MaxDepth+10) + "a", fault.TooLarge},
		"paragraphs":   {strings.Repeat("<p>word", intake.MaxBlocks+1), fault.TooLarge},
		"elements":     {strings.Repeat("<b></b>", 1<<20+1), fault.TooLarge},
		"large":        {strings.Repeat("a", intake.MaxFile+1), fault.TooLarge},
	} {
		if _, err := page.Read([]byte(c.in), nil); !fault.Is(err, c.kind) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestHostileEnds: inputs that cost much in proportion to their size with a careless
// reader. They must end, within the time of the whole test; what they are read as
// does not matter.
func TestHostileEnds(t *testing.T) {
	n := 100_000
	var attrs, formats strings.Builder
	for i := range n {
		fmt.Fprintf(&attrs, " a%d=b", i)
	}
	for i := range 250 {
		fmt.Fprintf(&formats, "<b a=%d>", i)
	}
	nested := func(tag string, depth int) string { return strings.Repeat("<"+tag+">", depth) }
	for name, in := range map[string]string{
		"reconstructed":  formats.String() + "</p>" + strings.Repeat("<p>x", n),
		"attributes":     "<p" + attrs.String() + ">x",
		"end tags":       nested("div", 250) + strings.Repeat("</b>x", n),
		"quotations":     nested("blockquote", 200) + strings.Repeat("x<br>", n),
		"lists":          nested("ul><li", 120) + strings.Repeat("x<br>", n),
		"tables":         nested("table><tr><td", 80) + strings.Repeat("x<br>", n),
		"headings":       nested("h1><div", 120) + strings.Repeat("x ", n),
		"figures":        nested("figure", 200) + strings.Repeat("<img src=x.jpg>y", n),
		"named":          nested("div class=caption", 200) + "<img src=x.jpg>" + strings.Repeat("y ", n),
		"shares":         nested("span class=share", 200) + strings.Repeat("y ", n),
		"times":          nested("div class=comments", 200) + strings.Repeat("<time datetime=x></time>", n/10),
		"entities":       "<p>" + strings.Repeat("&amp;&#x202e;&bogus", n),
		"srcset":         "<p>x<img srcset='" + strings.Repeat("a 1w,", n) + "'>",
		"sheets":         "<style>" + strings.Repeat("@x{", n) + strings.Repeat(".a{display:none}", n) + "</style><p>x",
		"open comment":   "<p>x<!--" + strings.Repeat("-->--!", n) + strings.Repeat("<!--", n),
		"open tag":       "<p>x" + strings.Repeat("<a ", n),
		"linked data":    `<script type="application/ld+json">` + strings.Repeat("[", n) + "</script><p>x",
		"graph":          `<script type="application/ld+json">` + strings.Repeat(`{"@graph":[`, 5000) + strings.Repeat("]}", 5000) + "</script><p>x",
		"numbers":        strings.Repeat("<div class=num>1<p>", 200) + strings.Repeat("x ", n),
		"teasers":        strings.Repeat("<h3><a href=/x>y z</a></h3><img src=q>", 1500),
		"comments":       strings.Repeat("<p>3 comments</p><p>Ana says:</p>", 2000),
		"drawings":       strings.Repeat("<svg><p>", n),
		"breaks":         "<p>" + strings.Repeat("x<br>", n),
		"hidden nesting": nested("b hidden", 200) + strings.Repeat("<p>x</p>", n/50),
		"long word":      "<p>" + strings.Repeat("x", 5*n),
	} {
		if d, err := page.Read([]byte(in), nil); err == nil {
			prosetest.Sound(t, d)
		} else if fault.KindOf(err) == fault.Internal {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestNothingIsLost: on a page of any shape every word that shows is in a block, and
// none stands in two, whatever of it is set aside; and the text is read again as it
// is.
func TestNothingIsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := 0
		in := "<title>w</title>" + grow(t, &n, 0)
		if n == 0 {
			return
		}
		d := read(t, in)
		prosetest.Sound(t, d)
		found := map[string]int{}
		for _, b := range d.Blocks {
			said := b.Text
			for _, p := range b.Pictures { // whose captions stand with them alone
				if !strings.HasSuffix(p.Caption, "…") {
					said += " " + p.Caption + " " + p.Credit
				}
			}
			for _, w := range word.FindAllString(said, -1) {
				found[w]++
			}
		}
		for i := range n {
			if w := fmt.Sprintf("q%dq", i); found[w] != 1 {
				t.Fatalf("%s stands %d times in the blocks of %s:\n%s", w, found[w], in, show(d))
			}
		}
	})
}

var word = regexp.MustCompile(`q\d+q`)

// grow makes part of a page.
func grow(t *rapid.T, n *int, depth int) string {
	var b strings.Builder
	for range rapid.IntRange(1, 4).Draw(t, "parts") {
		kind := rapid.SampledFrom([]string{"text", "text", "p", "p", "div", "span", "b", "a", "ul", "ol", "li", "blockquote", "table", "td", "tr", "th", "h1", "h2", "h3", "figure", "figcaption", "pre", "dl", "dt", "dd", "nav", "aside", "article", "main", "section", "header", "footer", "q", "sup", "button", "form", "br", "img", "caption", "center", "font", "details", "unclosed", "stray"}).Draw(t, "kind")
		if depth > 4 {
			kind = "text"
		}
		switch kind {
		case "text":
			long := strings.Repeat("and so on ", rapid.SampledFrom([]int{0, 0, 1, 9}).Draw(t, "long"))
			fmt.Fprintf(&b, " q%dq %s", *n, rapid.SampledFrom([]string{"", long, long + ".", "Share this", "# ", "- ", "1. "}).Draw(t, "more"))
			*n++
		case "br", "img":
			b.WriteString("<" + kind + " src=a.jpg>")
		case "unclosed":
			b.WriteString("<" + rapid.SampledFrom([]string{"div", "b", "p", "li", "td", "table", "ul", "a href=/x", "font"}).Draw(t, "open") + ">" + grow(t, n, depth+1))
		case "stray":
			b.WriteString("</" + rapid.SampledFrom([]string{"div", "b", "p", "li", "td", "table", "ul", "a", "article"}).Draw(t, "shut") + ">")
		default:
			attr := rapid.SampledFrom([]string{"", "", "", " class=related", " class=share", " class=caption", " class=byline", " class=comments", " class=ad", " href=/x", " class='credit'", " class=entry-content", " style='display:block'"}).Draw(t, "attr")
			b.WriteString("<" + kind + attr + ">" + grow(t, n, depth+1) + "</" + kind + ">")
		}
	}
	return b.String()
}

func narratives(t testing.TB, pattern string) []string {
	t.Helper()
	dir, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != "/"; dir = filepath.Dir(dir) {
		if list, _ := filepath.Glob(filepath.Join(dir, "shared/data/narratives", pattern)); len(list) > 0 {
			return list
		}
	}
	t.Skip("the narratives are not there: put them at ../shared/data/narratives beside the repository")
	return nil
}

// TestNothingOfPapersIsSetAside: papers of courts and bills have hardly any
// furniture; what is set aside of them is named here.
func TestNothingOfPapersIsSetAside(t *testing.T) {
	for _, pattern := range []string{"court/*.html", "legal/*.html", "legal/*.xml"} {
		for _, name := range narratives(t, pattern) {
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			d, err := page.Read(b, nil)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			prosetest.Sound(t, d)
			for _, bl := range d.Blocks {
				if bl.Aside != "" && !strings.Contains(bl.Text, "Transformed by Public.Resource.Org") {
					t.Errorf("%s: set aside as %s: %.80q", filepath.Base(name), bl.Aside, bl.Text)
				}
			}
		}
	}
}

func TestLongParagraphIsParted(t *testing.T) {
	d := read(t, "<p>"+strings.Repeat("word ", 30_000))
	if len(d.Blocks) < 2 {
		t.Error("a paragraph of 150 kB is one block")
	}
	for _, b := range d.Blocks {
		if len(b.Text) > intel.MaxText {
			t.Errorf("a block has %d bytes", len(b.Text))
		}
	}
}

func FuzzRead(f *testing.F) {
	list, _ := filepath.Glob("testdata/*.html")
	for _, name := range list {
		if b, err := os.ReadFile(name); err == nil {
			f.Add(b)
		}
	}
	for _, s := range []string{"<p>a", "<ul><li>a<ul><li>b", "<table><tr><td>a<td>b<tr><td>c<td>d", "<?xml version='1.0'?><bill><section><num>1</num><heading>a</heading>b</section></bill>", "<blockquote>a<pre>b\n```", "<svg><p>a</svg>", "\xff\xfe<\x00p\x00", "<b hidden><p>a</b>b", "<img src='data:image/gif;base64,R0lGODlh'>a", "<style>.a{display:none}</style><p class=a>b"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := page.Read(b, nil)
		if err != nil {
			if fault.KindOf(err) == fault.Internal {
				t.Fatal(err)
			}
			return
		}
		prosetest.Sound(t, d)
	})
}

// BenchmarkRead reads a page, and beside it only parses the same bytes; the second
// figure is how many times the parse it takes.
func BenchmarkRead(b *testing.B) {
	raw, err := os.ReadFile("testdata/wordpress.html")
	if err != nil {
		b.Fatal(err)
	}
	// A page of news has some hundred kilobytes.
	body := strings.Repeat(string(raw[strings.Index(string(raw), "<div class=\"entry-content\">"):strings.Index(string(raw), "<footer class=\"entry-footer\">")]), 60)
	large := []byte(strings.Replace(string(raw), "<footer class=\"entry-footer\">", body+"<footer class=\"entry-footer\">", 1))
	b.SetBytes(int64(len(large)))
	b.ReportAllocs()
	var parsing time.Duration
	for range b.N {
		if _, err := page.Read(large, nil); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		start := time.Now()
		if _, err := html.Parse(bytes.NewReader(large)); err != nil {
			b.Fatal(err)
		}
		parsing += time.Since(start)
		b.StartTimer()
	}
	b.StopTimer()
	b.ReportMetric(float64(b.Elapsed())/float64(parsing), "parses")
}

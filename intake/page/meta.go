package page

import (
	"net/url"
	"regexp"
	"strings"

	"comity/intake/furniture"
	"comity/intake/prose"
	"comity/intel"
)

// meta is what a page says of itself, in its head and in data for machines.
type meta struct {
	titles   []string // in the order in which they are trusted
	site     string   // the name of the site
	date     string
	byline   string
	source   string
	language string
}

const (
	maxByline  = 200
	maxAddress = 2000
)

// readMeta gathers what the page says of itself. Of two statements the first is
// taken: linked data, then Open Graph, then the metas of the head, then the marks
// on what is shown.
func readMeta(t *tree) meta {
	m := meta{}
	h := headers{meta: map[string]string{}}
	t.root.each(h.visit)
	data := articleIn(t.scripts)
	m.site = h.meta["og:site_name"]
	m.titles = notEmpty(data.headline, h.meta["og:title"], h.meta["twitter:title"], h.meta["dc.title"], h.meta["citation_title"], h.title)
	m.date = firstDate(append([]string{data.published}, h.dates()...)...)
	m.byline = firstByline(append(append([]string{data.author}, h.all("author", "article:author", "dc.creator", "sailthru.author", "parsely-author", "citation_author", "byl")...), h.author)...)
	m.source = firstAddress(h.canonical, h.meta["og:url"], data.address, h.savedFrom(t.comments))
	m.language = firstLanguage(h.lang, h.meta["content-language"], data.language, h.meta["og:locale"], h.meta["language"], h.meta["dc.language"])
	return m
}

// headers are the facts of a page's head, and those that are marked in its body.
type headers struct {
	meta      map[string]string // by name in small letters; the first of each
	title     string
	canonical string
	lang      string
	times     []string // of elements that are marked as the time of publication
	otherTime string   // of the first <time>
	author    string
	looked    int // elements of which it was asked where they stand
}

// maxLooked bounds how many are asked: each answer climbs the whole tree.
const maxLooked = 500

// stands reports whether an element stands in what is no furniture.
func (h *headers) stands(n *node) bool {
	h.looked++
	return h.looked <= maxLooked && !inFurniture(n)
}

func (h *headers) visit(n *node) {
	switch n.tag {
	case "html", "bill", "resolution", "pubdoc":
		h.lang = first(h.lang, n.get("lang"), n.get("xml:lang"))
	case "title":
		if h.title == "" && (n.up == nil || n.up.tag != "svg") {
			h.title = n.rawText()
		}
	case "dc:title":
		h.keep("dc.title", n.rawText())
	case "dc:language":
		h.keep("dc.language", n.rawText())
	case "meta":
		h.keep(first(n.get("property"), n.get("name"), n.get("http-equiv"), n.get("itemprop")), n.get("content"))
	case "link":
		if strings.EqualFold(n.get("rel"), "canonical") {
			h.canonical = first(h.canonical, n.get("href"))
		}
	case "time":
		h.visitTime(n)
	}
	if strings.Contains(n.get("itemprop"), "datePublished") && n.tag != "meta" {
		h.times = append(h.times, first(n.get("datetime"), n.get("content"), n.get("title"), n.rawText()))
	} else if n.tag == "abbr" && words(n.get("class"))["published"] && h.stands(n) { // hAtom, as Blogger writes it
		h.times = append(h.times, n.get("title"))
	}
	if h.author == "" && words(n.get("class"))["fn"] && h.stands(n) && n.inVcard() {
		h.author = n.said()
	}
	if h.author == "" && n.tag != "meta" && n.tag != "link" && (n.get("rel") == "author" || n.get("itemprop") == "author") {
		h.author = n.said()
	}
}

// inVcard tells the name of a person in a card of theirs (hCard), as blogs mark who
// wrote a post.
func (n *node) inVcard() bool {
	for up := n.up; up != nil; up = up.up {
		if words(up.get("class"))["vcard"] {
			return true
		}
	}
	return false
}

func (h *headers) visitTime(n *node) {
	if !n.has("datetime") || n.hidden || h.otherTime != "" && !n.has("pubdate") || !h.stands(n) {
		return
	}
	if n.has("pubdate") {
		h.times = append(h.times, n.get("datetime"))
	}
	h.otherTime = first(h.otherTime, n.get("datetime"))
}

// inFurniture reports whether an element lies in what a page calls furniture that
// has dates of other documents.
func inFurniture(n *node) bool {
	for ; n != nil; n = n.up {
		switch furniture.Name(n.names()) {
		case "comments", "related", "advertising", "navigation":
			return n.tag != "body" && n.tag != "html"
		}
		if n.tag == "aside" || n.tag == "nav" || n.tag == "footer" {
			return true
		}
	}
	return false
}

func (h *headers) keep(name, value string) {
	name = strings.ToLower(name)
	if _, there := h.meta[name]; !there && name != "" && value != "" && len(h.meta) < 1000 {
		h.meta[name] = value
	}
}

func (h *headers) all(names ...string) []string {
	var out []string
	for _, n := range names {
		out = append(out, h.meta[n])
	}
	return out
}

func (h *headers) dates() []string {
	out := h.all("article:published_time", "og:published_time", "datepublished", "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "dc.date.issued", "dcterms.created", "dcterms.date", "dc.date", "publish-date", "publication_date", "publishdate", "pubdate", "pdate", "citation_publication_date", "article.published", "date")
	return append(append(out, h.times...), h.otherTime)
}

var savedFrom = regexp.MustCompile(`saved from url=\(\d+\)(\S+)`)

// savedFrom gives the address that a browser writes into a page that it saves.
func (h *headers) savedFrom(comments []string) string {
	for _, c := range comments {
		if m := savedFrom.FindStringSubmatch(c); m != nil {
			return m[1]
		}
	}
	return ""
}

// rawText gives the text of an element that shows nothing itself.
func (n *node) rawText() string {
	var b strings.Builder
	for _, k := range n.kids {
		if k.tag == "" {
			b.WriteString(k.text)
		}
	}
	return prose.Line(b.String())
}

func first(list ...string) string {
	for _, s := range list {
		if s = strings.TrimSpace(s); s != "" {
			return s
		}
	}
	return ""
}

func notEmpty(list ...string) []string {
	var out []string
	for _, s := range list {
		if s = prose.Line(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

func firstDate(list ...string) string {
	for _, s := range list {
		if date, ok := furniture.Date(s); ok {
			return date
		}
	}
	return ""
}

// dateOf reads the date in a line that stands by a title.
func dateOf(s string) string {
	for line := range strings.SplitSeq(s, "\n") {
		if date, ok := furniture.Date(line); ok {
			return date
		}
	}
	return ""
}

func firstByline(list ...string) string {
	for _, s := range list {
		if s = cleanByline(s); s != "" {
			return s
		}
	}
	return ""
}

// written matches what stands before the names of writers.
var written = regexp.MustCompile(`(?i)^(?:by|por|de|written by|posted by|published by|publicad[oa] por|story by|reported by|escrito por|autor(?:a|es)?|author|texto|redacción de)[:\s]+(\S.*)$`)

// cleanByline gives the names alone; an address is no name.
func cleanByline(s string) string {
	if s = prose.Line(s); strings.Contains(s, "://") || strings.HasPrefix(s, "@") || !strings.ContainsFunc(s, isLetter) {
		return ""
	}
	if m := written.FindStringSubmatch(s); m != nil {
		s = m[1]
	}
	s = strings.TrimRight(behindNames.ReplaceAllString(s, ""), " ,;")
	return prose.Clip(s, maxByline)
}

// behindNames matches what stands behind the names in the same line: when, mostly.
var behindNames = regexp.MustCompile(`(?i)\s*(?:[|·•–—]|\s(?:updated|published|posted|actualizad[oa]|publicad[oa])\b|,?\s\d{1,2}(?:\s|/)|,?\s(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\p{L}*\.? \d{1,2},).*$`)

// bylineOf reads the names in a line that was set aside as a byline.
func bylineOf(s string) string {
	for line := range strings.SplitSeq(s, "\n") {
		line = strings.TrimSpace(line)
		if m := written.FindStringSubmatch(line); m != nil && len(strings.Fields(m[1])) <= 12 {
			return cleanByline(m[1])
		}
		if name, ok := furniture.Signed(line); ok {
			return cleanByline(name)
		}
	}
	return ""
}

// author gives the names in a short block that the page calls a byline.
func (b *block) author() string {
	if b.from == nil || len(strings.Fields(b.plain)) > 6 || strings.ContainsAny(b.plain, "0123456789:") {
		return ""
	}
	for n, far := b.from, 0; n != nil && far < 4; n, far = n.up, far+1 {
		if names := strings.ToLower(n.attr["class"]); strings.Contains(names, "byline") || strings.Contains(names, "author") || strings.Contains(names, "autor") {
			return cleanByline(b.plain)
		}
	}
	return ""
}

func isLetter(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r > 0x7f }

func firstAddress(list ...string) string {
	for _, s := range list {
		if s = strings.TrimSpace(s); len(s) > maxAddress || !intel.Plain(s, false) || strings.ContainsAny(s, " <>\"") {
			continue
		}
		if u, err := url.Parse(s); err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil {
			return s
		}
	}
	return ""
}

var languageTag = regexp.MustCompile(`^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}$`)

func firstLanguage(list ...string) string {
	for _, s := range list {
		s, _, _ = strings.Cut(strings.ReplaceAll(strings.TrimSpace(s), "_", "-"), ",")
		if languageTag.MatchString(s) {
			return strings.ToLower(s[:min(len(s), 3)]) + s[min(len(s), 3):]
		}
	}
	return ""
}

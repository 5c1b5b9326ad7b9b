package page

import (
	"slices"
	"strings"

	"comity/intake"
)

// node is an element, or a run of text if it has no tag.
type node struct {
	tag  string // in small letters
	text string
	attr map[string]string
	kids []*node
	up   *node

	hidden bool         // from readers, by what the page says of this element
	aside  intake.Aside // why all of it is set aside
	size                // what it holds
	images int          // pictures that show in it
}

// size says how much text an element holds, in bytes without spaces around words.
type size struct {
	text  int // all of it that shows
	links int // what of that is links
	prose int // what of it stands in paragraphs of some length
	count int // of links
}

// get gives an attribute without spaces around it.
func (n *node) get(key string) string { return strings.TrimSpace(n.attr[key]) }

func (n *node) has(key string) bool { _, ok := n.attr[key]; return ok }

// names gives what the page calls an element.
func (n *node) names() string {
	s := n.attr["class"] + " " + n.attr["id"] + " " + n.attr["role"] + " " + n.attr["itemprop"] + " " +
		n.attr["data-testid"] + " " + n.attr["data-component"] + " " + n.attr["data-module"] + " " + n.attr["data-type"]
	if label := n.attr["aria-label"]; len(label) < 40 {
		s += " " + label
	}
	if strings.Contains(n.tag, "-") {
		s += " " + n.tag
	}
	return s
}

// find gives the first element below n, or n, of which ask is true.
func (n *node) find(ask func(*node) bool) *node {
	if n.tag != "" && ask(n) {
		return n
	}
	for _, k := range n.kids {
		if k.tag != "" {
			if m := k.find(ask); m != nil {
				return m
			}
		}
	}
	return nil
}

// each visits n and the elements below it, in order.
func (n *node) each(visit func(*node)) {
	visit(n)
	for _, k := range n.kids {
		if k.tag != "" {
			k.each(visit)
		}
	}
}

// within reports whether n lies in m, or is m.
func (n *node) within(m *node) bool {
	for ; n != nil; n = n.up {
		if n == m {
			return true
		}
	}
	return false
}

func is(tags ...string) func(*node) bool {
	return func(n *node) bool { return slices.Contains(tags, n.tag) }
}

func words(s string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(s) {
		out[w] = true
	}
	return out
}

// Sorts of elements, as the HTML standard and its style sheet for browsers have them.
var (
	void   = words("area base br col embed hr img input link meta param source track wbr amp-img-void basefont bgsound frame keygen")
	silent = words("script style template head iframe object embed applet input select option optgroup textarea svg math canvas map audio video noembed noframes frame frameset link meta base param source track datalist progress meter title amp-ad amp-embed amp-iframe amp-analytics amp-pixel amp-audio amp-video amp-youtube amp-state amp-consent amp-sticky-ad")
	blocky = words(`address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6
		header hgroup hr html legend li listing main menu nav ol optgroup option p plaintext pre search section summary table tbody td tfoot th thead tr ul xmp
		button amp-sidebar amp-carousel amp-accordion noscript`)
	// ofHTML are names of elements by which a page shows that it is one.
	ofHTML     = words("html head body title meta link style script p div span br hr a img b i u em strong font center table tr td th ul ol li dl dt dd h1 h2 h3 h4 h5 h6 pre blockquote article main section header footer nav aside figure form button sup sub small code time abbr cite q address picture source noscript iframe svg tt big")
	formatting = words("a b big code em font i nobr s small strike strong tt u")
	// closesP are the start tags that end an open paragraph.
	closesP = words(`address article aside blockquote center details dialog dir div dl dd dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header
		hgroup hr li listing main menu nav ol p plaintext pre search section summary table ul xmp`)
	// walls stop the search for an open element.
	walls   = words("html table td th caption applet marquee object template")
	heading = words("h1 h2 h3 h4 h5 h6")
	// breakout are the start tags that end a drawing inside which they stand.
	breakout = words("b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li listing menu meta nobr ol p pre ruby s small span strong strike sub sup table tt u ul var")
)

package page

import (
	"strings"

	"comity/intake"
	"comity/intake/furniture"
)

// least is how many bytes of text that is no link make a paragraph of an element.
const least = 60

// measure says of every element how much text it holds. It gives the text and links
// that flow on in the element around it.
func measure(n *node) (flow, links int) {
	if n.tag == "" {
		if !n.hidden {
			flow = len(strings.TrimSpace(n.text))
		}
		n.size.text = flow
		return flow, 0
	}
	if n.hidden || silent[n.tag] {
		return 0, 0
	}
	if n.tag == "img" || n.tag == "amp-img" {
		n.images = 1
	}
	for _, k := range n.kids {
		f, l := measure(k)
		flow, links = flow+f, links+l
		n.size.text += k.size.text
		n.size.links += k.size.links
		n.size.prose += k.size.prose
		n.size.count += k.size.count
		n.images += k.images
	}
	if n.tag == "a" && n.has("href") && !strings.HasPrefix(n.get("href"), "#") {
		n.size.links, links = n.size.text, flow
		n.size.count = 1
	}
	if !blocky[n.tag] {
		return flow, links
	}
	if flow-links >= least && links*2 < flow {
		n.size.prose += flow - links
	}
	return 0, 0
}

// name says which elements are furniture, by what the page calls them. A name does
// not count where the element holds most of the page: pages name their body after
// what it has beside the text. It does not count either where the title lies in it.
func (r *reader) name() {
	body := r.root.size.prose
	var visit func(n *node, around intake.Aside)
	visit = func(n *node, around intake.Aside) {
		n.aside = around
		if around == "" && !n.hidden {
			n.aside = r.nameOf(n, body)
		}
		for _, k := range n.kids {
			if k.tag != "" {
				visit(k, n.aside)
			}
		}
	}
	visit(r.root, "")
}

func (r *reader) nameOf(n *node, body int) intake.Aside {
	if n.tag == "html" || n.tag == "body" || n.tag == "main" || n.tag == "#root" || r.tree.xml {
		return ""
	}
	why := furniture.Name(n.names())
	if why == "" || n.tag == "nav" || n.tag == "amp-sidebar" {
		why = byTag(n)
	}
	if why == "" || r.title != nil && r.title.within(n) {
		return ""
	}
	switch {
	case why == intake.Comments:
		if n.size.prose*2 > body && body-n.size.prose < 300 {
			return ""
		}
	case why == intake.Byline && n.size.text > 300:
		return ""
	case n.size.prose*3 > body && n.size.prose > 200:
		return ""
	case why != intake.Related && why != intake.Comments && n.size.prose > 600 && n.size.prose*10 > body:
		return "" // so much text is more than a button
	case isPullQuote(n) || n.amidText():
		return ""
	}
	return why
}

// amidText reports whether an element stands among the words of a paragraph, and says
// itself nothing that only furniture does.
func (n *node) amidText() bool {
	if blocky[n.tag] {
		return false
	}
	for up := n.up; up != nil; up = up.up {
		if blocky[up.tag] {
			return isText(up.tag) && up.size.text > n.size.text &&
				(n.size.text > 400 || furniture.Line(n.said()) == "" && furniture.Weak(n.said()) == "")
		}
	}
	return false
}

// byTag tells furniture by the element alone.
func byTag(n *node) intake.Aside {
	switch n.tag {
	case "nav", "amp-sidebar":
		return intake.Navigation
	case "aside":
		if n.find(is("blockquote")) != nil {
			return ""
		}
		return intake.Related
	case "footer":
		if !n.inside("article", "blockquote", "figure", "section") {
			return intake.Site
		}
	case "header":
		if !n.inside("article", "main", "section") {
			return intake.Navigation
		}
	case "form":
		return formOf(n)
	}
	return ""
}

// formOf tells what a form is for; one that holds text is a page's way to be one.
func formOf(n *node) intake.Aside {
	if n.size.prose > 200 {
		return ""
	}
	switch {
	case n.find(is("textarea")) != nil:
		return intake.Comments
	case n.find(func(k *node) bool { return k.tag == "input" && strings.EqualFold(k.get("type"), "search") }) != nil:
		return intake.Navigation
	}
	return intake.Site
}

// isPullQuote tells a quotation that is set apart, whatever else its names say.
func isPullQuote(n *node) bool {
	s := strings.ToLower(n.attr["class"])
	return strings.Contains(s, "pullquote") || strings.Contains(s, "pull-quote") || strings.Contains(s, "blockquote")
}

// bodyNames are what pages call the element that holds an article's text.
var bodyNames = words("articlebody article-body entry-content post-content story-body storytext story-text article-content article__body article-text td-post-content post-body content-body nota-cuerpo cuerpo-nota cuerpo articulo-cuerpo texto-nota news-body body-content field-name-body")

// pickMain finds what holds the text. It is strong if the page says so: the deepest
// of article, main, articleBody and the common names that holds most of the prose.
// Else it is the lowest element in which nearly all of the prose lies.
func (r *reader) pickMain() {
	total := r.clean(r.root)
	r.main = r.root
	if r.tree.xml {
		return
	}
	for _, ask := range []func(*node) bool{
		is("article"), is("main"), func(n *node) bool { return n.get("role") == "main" || n.get("role") == "article" },
		func(n *node) bool { return strings.EqualFold(n.get("itemprop"), "articleBody") }, hasBodyName,
	} {
		if n := r.most(ask, total); n != nil {
			r.main, r.strong = n, true
			return
		}
	}
	r.main = r.lowest(total)
}

func hasBodyName(n *node) bool {
	for c := range strings.FieldsSeq(strings.ToLower(n.attr["class"] + " " + n.attr["id"])) {
		if bodyNames[c] {
			return true
		}
	}
	return false
}

// clean is how much prose an element holds that is in no furniture; it is kept in
// the element's size.
func (r *reader) clean(n *node) int {
	if n.aside != "" || n.hidden {
		n.size.prose = 0
		return 0
	}
	taken := 0
	for _, k := range n.kids {
		if k.tag != "" {
			before := k.size.prose
			taken += before - r.clean(k)
		}
	}
	n.size.prose -= taken
	return n.size.prose
}

// most gives the smallest of the elements of a sort that holds three fifths of the
// prose.
func (r *reader) most(ask func(*node) bool, total int) *node {
	var found *node
	r.root.each(func(n *node) {
		if n.aside == "" && !n.hidden && ask(n) && n.size.prose*5 >= total*3 && total > 0 {
			found = n // those that come later lie inside, or hold as much by chance
		}
	})
	return found
}

// lowest goes down from the body as long as one element holds nearly all.
func (r *reader) lowest(total int) *node {
	n := r.root
	for {
		var next *node
		for _, k := range n.kids {
			if k.tag != "" && blocky[k.tag] && k.size.prose*20 >= total*17 && total > 0 && !isText(k.tag) {
				next = k
			}
		}
		if next == nil || next.tag == "#root" {
			return n
		}
		n = next
	}
}

// isText tells elements that are text themselves, and what lists and tables are
// made of: nothing of them is all of a page.
func isText(tag string) bool {
	switch tag {
	case "p", "pre", "ul", "ol", "dl", "li", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "figure":
		return true
	}
	return false
}

package page

import (
	"strings"

	"golang.org/x/net/html"

	"comity/intake"
	"comity/intake/prose"
)

// tree is a page as it was parsed.
type tree struct {
	root     *node
	elements int      // that the page has
	known    int      // of them, those of HTML
	apart    int      // of them, those that part text as paragraphs do
	blank    int      // empty lines amid its text
	scripts  []string // of linked data
	comments []string // the first few
	styles   styles   // what its own style sheets hide
	reorders bool     // marks stood in it that reorder letters
	xml      bool     // it is XML that is no page
}

// builder makes a tree of tokens. It follows the HTML standard ("tree construction")
// in what that means for text: which elements end without an end tag, and what an
// end tag ends. It does not move or repeat elements, as that does; what that would
// change is only whether text is hidden, which ghosts and note keep on the safe side.
type builder struct {
	tree
	z      *html.Tokenizer
	stack  []*node
	nodes  int
	xhtml  bool     // "/>" ends an element
	ghosts []string // hidden elements that hide on behind the end of what they stand in
}

// build parses a page.
func build(text string) (*tree, error) {
	b := &builder{z: html.NewTokenizer(strings.NewReader(text)), tree: tree{root: &node{tag: "#root"}}}
	b.stack = []*node{b.root}
	b.xhtml = strings.HasPrefix(strings.TrimSpace(text[:min(len(text), 200)]), "<?xml")
	b.tree.xml = b.xhtml && !strings.Contains(strings.ToLower(text[:min(len(text), 4000)]), "<html")
	b.z.AllowCDATA(b.tree.xml)
	for {
		switch b.z.Next() {
		case html.ErrorToken:
			b.hideByStyle()
			return &b.tree, nil
		case html.TextToken:
			b.addText(string(b.z.Text()))
		case html.CommentToken:
			if len(b.comments) < 20 {
				words := b.z.Text()
				b.comments = append(b.comments, string(words[:min(len(words), 300)]))
			}
		case html.StartTagToken:
			b.start(false)
		case html.SelfClosingTagToken:
			b.start(true)
		case html.EndTagToken:
			name, _ := b.z.TagName()
			b.end(string(name))
		}
		if b.nodes > maxNodes {
			return nil, large("the page has more than %d elements", maxNodes).Fix("save only the text of the page")
		}
		if len(b.stack) > intake.MaxDepth {
			return nil, large("elements of the page lie more than %d deep inside one another", intake.MaxDepth).Fix("copy its text instead")
		}
	}
}

func (b *builder) top() *node { return b.stack[len(b.stack)-1] }

func (b *builder) addText(s string) {
	if s == "" {
		return
	}
	b.reorders = b.reorders || strings.ContainsAny(s, reordering)
	top := b.top()
	switch top.tag {
	case "script":
		if len(b.scripts) < maxScripts && len(s) <= maxScript && strings.EqualFold(top.get("type"), "application/ld+json") {
			b.scripts = append(b.scripts, s)
		}
		return
	case "style":
		b.styles.read(s)
		return
	}
	n := &node{text: prose.Clean(s), up: top, hidden: len(b.ghosts) > 0}
	top.kids = append(top.kids, n)
	if !silent[top.tag] && !b.inPre() {
		b.blank += blanks(n)
	}
	b.nodes++
}

func (b *builder) inPre() bool {
	for _, open := range b.stack {
		if open.tag == "pre" || open.tag == "listing" || open.tag == "xmp" || open.tag == "plaintext" {
			return true
		}
	}
	return false
}

// blanks counts the empty lines between the words of a text, and before the first if
// a word in another element stands there.
func blanks(n *node) int {
	s := n.text
	if strings.TrimSpace(s) == "" {
		return 0
	}
	if before := n.before(); before == nil || blocky[before.tag] || void[before.tag] || silent[before.tag] {
		s = strings.TrimLeft(s, " \t\r\n")
	}
	s = strings.TrimRight(s, " \t\r\n")
	_, s, more := strings.Cut(s, "\n") // the first line goes on with another
	if !more {
		return 0
	}
	count, empty := 0, false
	for line := range strings.SplitSeq(s, "\n") {
		is := strings.TrimSpace(line) == ""
		if is && !empty {
			count++
		}
		empty = is
	}
	return count
}

// typed tells a text that somebody saved as a page: empty lines part its paragraphs,
// and hardly an element does.
func (t *tree) typed() bool { return !t.xml && t.blank > 1 && t.blank > 2*t.apart }

// before gives what was put into the same element before the last.
func (n *node) before() *node {
	if at := len(n.up.kids) - 2; at >= 0 && n.up.kids[at].tag != "" {
		return n.up.kids[at]
	}
	return nil
}

// reordering are the marks of the bidirectional algorithm that an honest page
// hardly needs (UAX #9).
const reordering = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"

func (b *builder) start(closed bool) {
	name, more := b.z.TagName()
	n := &node{tag: string(name)}
	b.elements++
	if ofHTML[n.tag] {
		b.known++
	}
	if blocky[n.tag] && n.tag != "body" && n.tag != "html" || n.tag == "br" {
		b.apart++
	}
	for more && len(n.attr) < maxAttrs {
		var k, v []byte
		k, v, more = b.z.TagAttr()
		if n.attr == nil {
			n.attr = map[string]string{}
		}
		if _, twice := n.attr[string(k)]; !twice {
			n.attr[string(k)] = string(v)
		}
	}
	if b.tree.xml {
		b.z.NextIsNotRawText()
	} else if n.tag == "noscript" || closed && b.xhtml || b.inDrawing() {
		b.z.NextIsNotRawText()
	}
	if !b.tree.xml && !b.enter(n) {
		return
	}
	n.hidden = hides(n) || len(b.ghosts) > 0 && void[n.tag]
	n.up = b.top()
	n.up.kids = append(n.up.kids, n)
	b.nodes++
	if !b.tree.xml && void[n.tag] || closed && (b.xhtml || b.inDrawing()) {
		return
	}
	b.stack = append(b.stack, n)
}

// enter ends what a start tag ends, and reports whether an element begins.
func (b *builder) enter(n *node) bool {
	switch n.tag {
	case "html", "body", "head":
		b.merge(n)
		return b.first(n.tag)
	case "frameset":
		return false
	case "image":
		n.tag = "img"
	}
	if b.inDrawing() && breakout[n.tag] {
		b.popTo("svg", "math")
	}
	if closesP[n.tag] {
		b.close("p", words("button"))
	}
	switch n.tag {
	case "li":
		b.close("li", words("ul ol menu dir"))
	case "dd", "dt":
		b.close("dd", words("dl"))
		b.close("dt", words("dl"))
	case "h1", "h2", "h3", "h4", "h5", "h6":
		if heading[b.top().tag] {
			b.pop()
		}
	case "option", "optgroup":
		b.close("option", words("select"))
	case "a", "button", "nobr":
		b.close(n.tag, blocky)
	case "td", "th":
		b.closeCell()
	case "tr":
		b.closeCell()
		b.closeIn("tr", "table")
	case "tbody", "thead", "tfoot", "caption", "colgroup":
		b.closeCell()
		for _, t := range []string{"tr", "tbody", "thead", "tfoot", "caption"} {
			b.closeIn(t, "table")
		}
	}
	return true
}

// merge keeps the attributes of a second <html> or <body>.
func (b *builder) merge(n *node) {
	for _, open := range b.stack {
		if open.tag == n.tag {
			for k, v := range n.attr {
				if open.attr == nil {
					open.attr = map[string]string{}
				}
				if _, there := open.attr[k]; !there {
					open.attr[k] = v
				}
			}
		}
	}
}

// first tells whether none of this tag was met, and ends the head before the body.
func (b *builder) first(tag string) bool {
	for _, open := range b.stack {
		if open.tag == tag {
			return false
		}
	}
	if tag == "body" {
		b.closeIn("head", "html")
	}
	return true
}

func (b *builder) inDrawing() bool {
	for i := len(b.stack) - 1; i > 0; i-- {
		switch b.stack[i].tag {
		case "svg", "math":
			return true
		case "foreignobject", "desc", "title", "annotation-xml", "mtext":
			return false
		}
	}
	return false
}

// pop ends the innermost element without its end tag: if it hides text, and is of
// the sort that goes on in the next paragraph, it hides on there.
func (b *builder) pop() {
	n := b.top()
	if n.hidden && formatting[n.tag] && len(b.ghosts) < 16 {
		b.ghosts = append(b.ghosts, n.tag)
	}
	b.stack = b.stack[:len(b.stack)-1]
}

// popTo ends elements up to and with the innermost of these tags.
func (b *builder) popTo(tags ...string) {
	for len(b.stack) > 1 {
		tag := b.top().tag
		b.pop()
		for _, t := range tags {
			if t == tag {
				return
			}
		}
	}
}

// close ends the innermost element of a tag if it is open and no wall stands between.
func (b *builder) close(tag string, more map[string]bool) {
	for i := len(b.stack) - 1; i > 0; i-- {
		switch t := b.stack[i].tag; {
		case t == tag:
			for len(b.stack) > i {
				b.pop()
			}
			return
		case walls[t] || more[t]:
			return
		}
	}
}

// closeIn ends the innermost element of a tag inside the innermost of another.
func (b *builder) closeIn(tag, in string) {
	for i := len(b.stack) - 1; i > 0; i-- {
		switch b.stack[i].tag {
		case tag:
			for len(b.stack) > i {
				b.pop()
			}
			return
		case in:
			return
		}
	}
}

func (b *builder) closeCell() {
	b.closeIn("td", "table")
	b.closeIn("th", "table")
}

// end ends what an end tag ends.
func (b *builder) end(tag string) {
	if tag == "br" && !b.tree.xml {
		b.top().kids = append(b.top().kids, &node{tag: "br", up: b.top()})
		b.nodes++
		return
	}
	if tag == "html" || tag == "body" {
		return // what follows belongs to it all the same
	}
	for i := len(b.stack) - 1; i > 0; i-- {
		open := b.stack[i].tag
		if open == tag || heading[tag] && heading[open] {
			for len(b.stack) > i+1 {
				b.pop()
			}
			b.stack = b.stack[:i]
			return
		}
		if !b.tree.xml && (b.stops(tag, open)) {
			break
		}
	}
	if n := len(b.ghosts); n > 0 && b.ghosts[n-1] == tag {
		b.ghosts = b.ghosts[:n-1]
	}
}

// stops tells whether an end tag does not reach beyond an open element: none reaches
// out of a cell but those of tables, and those of words do not end a block.
func (b *builder) stops(tag, open string) bool {
	switch tag {
	case "table", "tr", "tbody", "thead", "tfoot":
		return open == "table"
	case "td", "th", "caption":
		return open == "table"
	}
	return walls[open] || !blocky[tag] && blocky[open] && tag != "head"
}

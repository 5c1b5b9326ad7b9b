package page

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"comity/intake"
	"comity/intake/furniture"
	"comity/intake/prose"
)

// block is a block of the document while it is being read, with what tells whether
// it is furniture.
type block struct {
	kind     intake.Kind
	text     string // as a portion has it
	plain    string // the words alone
	aside    intake.Aside
	pictures []intake.Picture
	entries  []prose.Entry // of a list

	title bool  // it is the page's title
	from  *node // the element that it was made of
	links int   // bytes of the text that are links
	count int   // of links
	zone  zone
	under *block // of a caption: the picture that it was found below
	told  bool   // of a caption: its picture says all of it
}

// zone says where a block stands on the page.
type zone uint8

const (
	before zone = iota // the title and what holds the text
	inside
	after
)

// nesting is how many lists and quotations are kept inside one another; what lies
// deeper is kept as paragraphs of the innermost.
const nesting = 8

// flow walks elements in order and makes blocks of them.
type flow struct {
	r      *reader
	out    []*block
	aside  intake.Aside
	zone   zone
	nested int

	buf    strings.Builder // the text of the paragraph under way
	space  bool            // one is due before the next word
	lines  int             // line breaks since the last word
	link   int             // how many links lie around
	linked int             // bytes of the paragraph that are links
	count  int             // its links
	at     *node           // the block element in which it stands
	number string          // of the paragraph to come
	shown  *node           // what holds the picture that came last
}

// blocks reads all blocks of the page and says what is furniture.
func (r *reader) blocks() []*block {
	f := &flow{r: r, at: r.root}
	if r.main == r.root {
		f.zone = inside
	}
	if r.tree.xml {
		f.xml(r.root)
	} else {
		f.visit(r.root)
	}
	f.flush()
	return r.place(r.classify(f.out))
}

// inner makes a flow for what is to become one block, or part of one.
func (f *flow) inner(n *node) *flow {
	g := &flow{r: f.r, aside: f.aside, zone: f.zone, nested: f.nested + 1, at: n}
	for _, k := range n.kids {
		g.visit(k)
	}
	g.flush()
	return g
}

func (f *flow) visit(n *node) {
	if n.tag == "" {
		if n.hidden {
			f.r.hidden += len(strings.Fields(n.text))
			return
		}
		f.words(n.text)
		return
	}
	switch {
	case n.hidden:
		f.unseen(n)
	case silent[n.tag]:
	case n == f.r.main && f.nested == 0:
		f.flush()
		f.zone = inside
		f.enter(n)
		f.flush()
		f.zone = after
	case n.aside != "" && f.aside == "":
		f.setAside(n)
	default:
		f.enter(n)
	}
}

// setAside reads an element all of which is furniture.
func (f *flow) setAside(n *node) {
	f.flush()
	f.aside = n.aside
	f.enter(n)
	f.flush()
	f.aside = ""
}

// unseen keeps what a hidden element could say, set aside, and the picture that a
// page has for readers without scripts.
func (f *flow) unseen(n *node) {
	if n.tag == "noscript" && f.shown != n.up {
		n.each(func(k *node) {
			if k.tag == "img" {
				f.picture(k)
			}
		})
	}
	if s := f.r.hiddenText(n); s != "" {
		f.flush()
		f.out = append(f.out, &block{kind: intake.Paragraph, text: prose.Paragraph(s), plain: s, aside: f.hiddenAs(n), from: n, zone: f.zone})
	}
}

func (f *flow) kids(n *node) {
	before := ""
	apart := n.holdsOnlyElements()
	for _, k := range n.kids {
		switch {
		case k.tag == "a" && before == "a":
			f.space = true // menus are parted by their style
		case k.tag == "time" || before == "time", apart && before != "" && k.tag != "":
			f.space = f.space || f.meets(k)
		}
		f.visit(k)
		before = k.tag
	}
}

// holdsOnlyElements tells a short element whose words stand in elements of their own,
// each of which a page's style may part from the next.
func (n *node) holdsOnlyElements() bool {
	if n.size.text > 200 || len(n.kids) < 2 {
		return false
	}
	for _, k := range n.kids {
		if k.tag == "" && strings.TrimSpace(k.text) != "" || blocky[k.tag] {
			return false
		}
	}
	return true
}

// meets tells words that would run together and are none: a figure or a capital
// letter stands behind the end of a word, as in "2024" and "9:14", "UTC" and
// "Updated". What stands before is more than the large first letter of a text.
func (f *flow) meets(k *node) bool {
	s := f.buf.String()
	s = s[max(len(s)-64, 0):]
	word := s[strings.LastIndexAny(s, " \n\u00a0")+1:]
	last, _ := utf8.DecodeLastRuneInString(word)
	first := k.begins()
	return saying(last) && utf8.RuneCountInString(word) > 1 && (unicode.IsUpper(first) || unicode.IsDigit(first))
}

// begins gives the first letter of an element's text, or what stands in its place.
func (n *node) begins() rune {
	for n.tag != "" {
		at := slices.IndexFunc(n.kids, func(k *node) bool { return k.size.text > 0 })
		if at < 0 {
			return 0
		}
		n = n.kids[at]
	}
	first, _ := utf8.DecodeRuneInString(n.text)
	return first
}

// hiddenAs says why a hidden text is set aside: as what the page calls it, else as
// hidden.
func (f *flow) hiddenAs(n *node) intake.Aside {
	if why := furniture.Name(n.names()); why != "" && why != intake.Byline {
		return why
	}
	return intake.Hidden
}

// enter reads an element by what it is.
func (f *flow) enter(n *node) {
	switch n.tag {
	case "br":
		f.lineBreak()
	case "hr":
		f.flush()
	case "img", "amp-img":
		f.picture(n)
	case "q":
		f.words("“")
		f.kids(n)
		f.close("”")
	case "sup", "sub":
		f.script(n)
	case "a":
		f.anchor(n)
	case "button", "summary":
		f.button(n)
	case "h1", "h2", "h3", "h4", "h5", "h6":
		f.heading(n)
	case "ul", "ol", "menu", "dir":
		f.list(n)
	case "dl":
		f.terms(n)
	case "blockquote":
		f.quote(n)
	case "table":
		f.table(n)
	case "pre", "listing", "xmp", "plaintext":
		f.pre(n)
	default:
		f.element(n)
	}
}

// element reads an element that only holds others: a block parts the text around
// it, anything else does not.
func (f *flow) element(n *node) {
	if f.r.isFigure(n) {
		f.figure(n)
		return
	}
	if isPullQuote(n) && n.size.text < 1000 && n.find(is("blockquote")) == nil && blocky[n.tag] {
		f.quote(n)
		return
	}
	if !blocky[n.tag] && !shown.MatchString(strings.ToLower(n.get("style"))) {
		f.kids(n)
		return
	}
	f.before(n)
	around := f.at
	f.at = n
	f.kids(n)
	f.flush()
	f.at = around
}

// before ends the paragraph under way, or keeps it as the number of the one that
// begins: old pages number paragraphs in an element of their own.
func (f *flow) before(n *node) {
	s := strings.TrimSpace(f.buf.String())
	if n.tag == "p" && s != "" && len(s) <= 6 && strings.Trim(s, "0123456789.()[]¶§ ") == "" && strings.Contains(f.at.attr["class"], "num") {
		f.reset()
		f.number = s
		return
	}
	f.flush()
}

func (f *flow) anchor(n *node) {
	if !n.has("href") || f.r.samePage(n.get("href")) {
		f.kids(n)
		return
	}
	f.link++
	f.count++
	f.kids(n)
	f.link--
}

// samePage tells a link that leads to another place on the page.
func (r *reader) samePage(href string) bool {
	address, _, _ := strings.Cut(href, "#")
	address, _, _ = strings.Cut(address, "?")
	return address == "" || r.meta.source != "" && strings.TrimRight(address, "/") == strings.TrimRight(r.meta.source, "/")
}

// button reads a button: it is a control, unless it stands in a sentence.
func (f *flow) button(n *node) {
	if n.tag == "summary" || f.at.tag == "p" && f.buf.Len() > 0 || n.size.prose > 0 {
		f.element(n)
		return
	}
	f.flush()
	if f.aside != "" {
		f.element(n)
		return
	}
	f.aside = intake.Controls
	f.element(n)
	f.flush()
	f.aside = ""
}

// superscripts and subscripts are the characters for figures that stand high or low,
// where without them 10 to the sixth would read as 106.
var (
	superscripts = strings.NewReplacer("0", "⁰", "1", "¹", "2", "²", "3", "³", "4", "⁴", "5", "⁵", "6", "⁶", "7", "⁷", "8", "⁸", "9", "⁹", "-", "⁻", "+", "⁺", "−", "⁻")
	subscripts   = strings.NewReplacer("0", "₀", "1", "₁", "2", "₂", "3", "₃", "4", "₄", "5", "₅", "6", "₆", "7", "₇", "8", "₈", "9", "₉", "-", "₋", "+", "₊", "−", "₋")
)

func (f *flow) script(n *node) {
	s := ""
	if n.size.text <= 12 {
		s = n.said()
	}
	switch {
	case s == "" || strings.Trim(s, "0123456789+-−") != "":
		f.kids(n)
	case n.find(is("a")) != nil || f.link > 0:
		f.words(" [" + s + "]") // the number of a note
	case n.tag == "sub":
		f.close(subscripts.Replace(s))
	default:
		f.close(superscripts.Replace(s))
	}
}

// words adds text with its spaces collapsed as a browser shows them.
func (f *flow) words(s string) {
	for len(s) > 0 {
		at := strings.IndexAny(s, " \n\t\u00a0")
		if at < 0 {
			at = len(s)
		}
		if at > 0 {
			f.word(s[:at])
		}
		for at < len(s) && (s[at] == ' ' || s[at] == '\n' || s[at] == '\t') {
			if s[at] == '\n' && f.r.lined {
				f.lineBreak()
			}
			at++
			f.space = true
		}
		if strings.HasPrefix(s[at:], "\u00a0") {
			at += len("\u00a0")
			f.space = true
		}
		s = s[at:]
	}
}

func (f *flow) word(w string) {
	f.breakLine()
	if f.space && f.buf.Len() > 0 && !f.atLineStart() {
		f.buf.WriteByte(' ')
	}
	f.space = false
	f.buf.WriteString(w)
	if f.link > 0 {
		f.linked += len(w)
	}
}

// close adds text directly behind the last word.
func (f *flow) close(s string) {
	f.space = false
	f.word(s)
}

func (f *flow) atLineStart() bool {
	return strings.HasSuffix(f.buf.String(), "\n")
}

func (f *flow) lineBreak() {
	f.lines++
	f.space = false
}

// breakLine writes the line breaks that are due: one is a line of a paragraph, more
// are what old pages have between paragraphs.
func (f *flow) breakLine() {
	switch {
	case f.lines == 0 || f.buf.Len() == 0:
	case f.lines == 1:
		f.buf.WriteByte('\n')
	default:
		f.flush()
	}
	f.lines = 0
}

func (f *flow) reset() {
	f.buf.Reset()
	f.space, f.lines, f.linked, f.count = false, 0, 0, 0
}

// flush ends the paragraph under way.
func (f *flow) flush() {
	s := f.buf.String()
	b := &block{kind: intake.Paragraph, links: f.linked, count: f.count}
	f.reset()
	if f.number != "" && s != "" {
		s = f.number + " " + s
		f.number = ""
	}
	f.add(b, prose.Paragraph(s), s)
}

// add puts a block down, unless it says nothing.
func (f *flow) add(b *block, text, plain string) {
	if text == "" || !says1(plain) {
		if f.r.tree.xml && text != "" && len(f.out) > 0 { // the full stop behind a quoted paragraph
			last := f.out[len(f.out)-1]
			last.text, last.plain = last.text+text, last.plain+text
		}
		return
	}
	b.text, b.plain = text, strings.TrimSpace(plain)
	b.aside, b.zone, b.from = f.aside, f.zone, f.at
	f.out = append(f.out, b)
}

// says1 tells text that holds a letter or a figure, or is more than a mark that
// parts links.
func says1(s string) bool {
	return strings.ContainsFunc(s, saying) || len(strings.TrimSpace(s)) > 12
}

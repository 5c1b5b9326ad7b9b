package page

import (
	"regexp"
	"strings"

	"comity/intake/prose"
)

// hiding matches declarations of a style that keep text from a reader's eyes: not
// shown, no size, no colour, or moved off the screen.
var hiding = regexp.MustCompile(`(?:^|[;{\s])(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0?\.?0*\s*(?:[;!}]|$)|font-size\s*:\s*0?\.?0*(?:px|em|rem|pt|%)?\s*(?:[;!}]|$)|color\s*:\s*transparent|text-indent\s*:\s*-\d{3,}|(?:left|top|right|margin-left|margin-top)\s*:\s*-\d{4,}|clip\s*:\s*rect\(\s*[01](?:px)?[ ,]|clip-path\s*:\s*inset\(\s*(?:50|100)%|transform\s*:\s*scale\(\s*0\s*\)|content-visibility\s*:\s*hidden)`)

var (
	flat   = regexp.MustCompile(`(?:^|[;\s])(?:max-)?(?:height|width)\s*:\s*[01]?(?:px)?\s*(?:[;!}]|$)`)
	colour = regexp.MustCompile(`(?:^|[;\s])color\s*:\s*([#\w]+)`)
	ground = regexp.MustCompile(`(?:^|[;\s])background(?:-color)?\s*:\s*([#\w]+)`)
	shown  = regexp.MustCompile(`(?:^|[;{\s])display\s*:\s*(?:block|flex|grid|list-item)`)
)

// hidingNames are classes by which pages hide what only machines read out.
var hidingNames = words("sr-only visually-hidden visuallyhidden screen-reader-text screen-reader-only u-hidden is-hidden d-none hide-visually a11y-hidden offscreen off-screen element-invisible assistive-text hidden-text accessibility-hidden")

// hides reports whether an element keeps what it holds from a reader.
func hides(n *node) bool {
	if n.tag == "noscript" || n.tag == "dialog" && !n.has("open") || n.has("hidden") && n.tag != "a" {
		return true
	}
	if style := n.get("style"); style != "" && hiddenStyle(style) {
		return true
	}
	classes := n.attr["class"]
	for c := range strings.FieldsSeq(strings.ToLower(classes)) {
		if hidingNames[c] && !strings.Contains(classes, "focusable") && !shownElsewhere(classes) {
			return true
		}
		if c == "hidden" && !shownElsewhere(classes) {
			return true
		}
	}
	return false
}

// shownElsewhere tells classes that show on larger screens what they hide on small
// ones: "hidden md:block", "d-none d-md-block".
func shownElsewhere(classes string) bool {
	for _, s := range []string{":block", ":flex", ":inline", ":grid", "-block", "-flex", "-inline"} {
		if strings.Contains(classes, s) {
			return true
		}
	}
	return false
}

func hiddenStyle(style string) bool {
	if len(style) > 4000 {
		style = style[:4000]
	}
	style = strings.ToLower(style)
	if hiding.MatchString(style) {
		return true
	}
	if flat.MatchString(style) && strings.Contains(style, "overflow") && strings.Contains(style, "hidden") {
		return true
	}
	c, g := colour.FindStringSubmatch(style), ground.FindStringSubmatch(style)
	return c != nil && g != nil && c[1] == g[1]
}

// styles are the simple selectors (.class, #id) that the page's own style sheets
// hide for every reader.
type styles map[string]bool

const maxSheet = 1 << 20

// read finds the rules of a sheet that hide, outside of @media and the like.
func (s *styles) read(sheet string) {
	if len(sheet) > maxSheet {
		return
	}
	for sheet != "" && len(*s) < 2000 {
		open := strings.IndexByte(sheet, '{')
		if open < 0 {
			return
		}
		selector := strings.TrimSpace(sheet[:open])
		sheet = sheet[open+1:]
		if at := strings.LastIndexByte(selector, '@'); at >= 0 && !strings.Contains(selector[at:], ";") {
			sheet = afterBlock(sheet)
			continue
		}
		shut := strings.IndexByte(sheet, '}')
		if shut < 0 {
			return
		}
		if hiddenStyle(sheet[:shut]) {
			s.add(selector)
		}
		sheet = sheet[shut+1:]
	}
}

func (s *styles) add(selectors string) {
	if at := strings.LastIndex(selectors, "*/"); at >= 0 {
		selectors = selectors[at+2:]
	}
	for one := range strings.SplitSeq(selectors, ",") {
		one = strings.TrimSpace(one)
		if len(one) < 2 || len(one) > 80 || one[0] != '.' && one[0] != '#' || strings.ContainsAny(one[1:], " .#:>+~[*") {
			continue
		}
		if *s == nil {
			*s = styles{}
		}
		(*s)[one] = true
	}
}

// afterBlock gives what follows the block whose opening brace was read.
func afterBlock(sheet string) string {
	depth := 1
	for i := range len(sheet) {
		switch sheet[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return sheet[i+1:]
			}
		}
	}
	return ""
}

// hideByStyle marks the elements that the page's style sheets hide.
func (b *builder) hideByStyle() {
	if len(b.styles) == 0 {
		return
	}
	b.root.each(func(n *node) {
		if id := n.get("id"); id != "" && b.styles["#"+id] {
			n.hidden = true
		}
		for c := range strings.FieldsSeq(n.attr["class"]) {
			if b.styles["."+c] {
				n.hidden = true
			}
		}
		if n.hidden && shown.MatchString(strings.ToLower(n.get("style"))) {
			n.hidden = hides(n)
		}
	})
}

// hiddenText gives the text of a hidden element where it could be more than a label,
// and counts its words.
func (r *reader) hiddenText(n *node) string {
	s := n.shownIfShown()
	words := len(strings.Fields(s))
	if n.tag != "noscript" {
		r.hidden += words
	}
	if words < 8 {
		return ""
	}
	return s
}

// shownIfShown gives all text of an element, hidden or not.
func (n *node) shownIfShown() string {
	var b strings.Builder
	var say func(*node)
	say = func(n *node) {
		if n.tag == "" {
			b.WriteString(n.text)
		} else if !silent[n.tag] {
			for _, k := range n.kids {
				say(k)
			}
			b.WriteByte(' ')
		}
	}
	say(n)
	return prose.Line(b.String())
}

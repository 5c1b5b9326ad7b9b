package word

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// style is how paragraphs that name it look, so far as it matters.
type style struct {
	name    string // in lower case
	base    string
	outline int // 1 for headings of the first order; 0: no heading
	list    string
	level   int
	hidden  bool
}

type styles map[string]style

// languageTag is what a language is taken for.
var languageTag = regexp.MustCompile(`^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8}){0,3}$`)

func (r *reader) readStyles() error {
	r.styles = styles{}
	return r.pack.children(r.related("styles"), "styles", func(n node) error {
		switch n.name {
		case "docDefaults":
			if l := n.at("rPrDefault", "rPr", "lang"); l != nil && languageTag.MatchString(l.val()) {
				r.doc.Language = l.val()
			}
		case "style":
			r.styles[n.attr("styleId")] = style{
				name:    strings.ToLower(n.valAt("name")),
				base:    n.valAt("basedOn"),
				outline: outlineOf(n.child("pPr")),
				list:    n.valAt("pPr", "numPr", "numId"),
				level:   number(n.valAt("pPr", "numPr", "ilvl")),
				hidden:  n.onAt("rPr", "vanish"),
			}
		}
		return nil
	})
}

// outlineOf gives the order of a heading, 0 if it is none.
func outlineOf(properties *node) int {
	if l := properties.child("outlineLvl"); l != nil {
		if n := number(l.val()); n < 9 {
			return n + 1
		}
	}
	return 0
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > 1<<30 {
		return 0
	}
	return n
}

// related gives the name of the part that the text is related to in some way, "" if
// none is.
func (r *reader) related(kind string) string {
	for _, rel := range r.relations {
		if rel.kind == kind && !rel.outside {
			return rel.target
		}
	}
	return ""
}

// chain gives a style and those it is based on.
func (s styles) chain(id string) []style {
	var out []style
	for range 20 {
		st, ok := s[id]
		if !ok {
			break
		}
		out = append(out, st)
		id = st.base
	}
	return out
}

var headingName = regexp.MustCompile(`^(?:heading|überschrift|título|titre|titolo|encabezado) ([1-9])$`)

// heading gives the order of a heading in a style.
func (s styles) heading(id string) int {
	for _, st := range s.chain(id) {
		if m := headingName.FindStringSubmatch(st.name); m != nil {
			return number(m[1])
		}
		if st.outline > 0 {
			return st.outline
		}
	}
	return 0
}

// named tells whether a style, or one that it is based on, has one of the names.
func (s styles) named(id string, names ...string) bool {
	return slices.ContainsFunc(s.chain(id), func(st style) bool { return slices.Contains(names, st.name) })
}

// list gives the list that a style puts paragraphs into.
func (s styles) list(id string) (list string, level int) {
	for _, st := range s.chain(id) {
		if st.list != "" {
			return st.list, st.level
		}
	}
	return "", 0
}

func (s styles) hides(id string) bool {
	return slices.ContainsFunc(s.chain(id), func(st style) bool { return st.hidden })
}

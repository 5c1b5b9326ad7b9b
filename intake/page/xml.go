package page

import (
	"strings"

	"comity/intake"
)

// xml reads a document in XML as text. Which elements are blocks follows from the
// document alone: an element is one unless text stands beside it, and a number or a
// heading begins the paragraph of what it numbers or heads (bills in USLM and the
// older DTD of the House are so).
func (f *flow) xml(n *node) { f.xmlKids(n, false) }

func (f *flow) xmlKids(n *node, inText bool) {
	inText = inText || n.mixed()
	for _, k := range n.kids {
		switch {
		case k.tag == "":
			f.words(k.text)
		case xmlData[k.tag]:
		case xmlInline[k.tag] || inText && !k.isNumbered():
			f.xmlKids(k, inText)
		case k.tag == "heading" || k.tag == "header":
			f.xml(k)
			f.xmlHeading()
		default:
			f.xmlBlock(k)
		}
	}
}

// xmlData are elements that say something of the document and are no text of it.
var xmlData = words("meta metadata dublincore")

// xmlInline are elements that begin the paragraph in which they stand.
var xmlInline = words("num enum chapeau content text after-quoted-block")

func (f *flow) xmlBlock(n *node) {
	f.flush()
	around := f.at
	f.at = n
	f.xml(n)
	f.flush()
	f.at = around
}

// xmlHeading makes a heading of a section's number and heading; those of what lies
// deeper run on into its text.
func (f *flow) xmlHeading() {
	switch f.at.tag {
	case "section", "title", "chapter", "part", "subtitle", "division", "article":
	default:
		f.close(" ")
		return
	}
	s := strings.TrimSpace(f.buf.String())
	f.reset()
	if s != "" && len(s) <= longHeading {
		f.add(&block{kind: intake.Heading}, "## "+strings.Join(strings.Fields(s), " "), s)
	} else {
		f.add(&block{kind: intake.Paragraph}, s, s)
	}
}

// isNumbered reports whether an element begins with its number, which makes a
// paragraph of it wherever it stands.
func (n *node) isNumbered() bool {
	for _, k := range n.kids {
		if k.tag == "num" || k.tag == "enum" {
			return true
		}
	}
	return false
}

// mixed reports whether text stands directly in an element.
func (n *node) mixed() bool {
	for _, k := range n.kids {
		if k.tag == "" && strings.TrimSpace(k.text) != "" {
			return true
		}
	}
	return false
}

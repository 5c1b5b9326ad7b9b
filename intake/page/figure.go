package page

import (
	"strings"

	"comity/intake"
	"comity/intake/furniture"
	"comity/intake/prose"
	"comity/intel"
)

// An element with more text, or more pictures, is no figure.
const (
	maxUnder   = 10_000 // bytes
	maxGallery = 60
)

// isFigure tells an element that holds a picture and what is written under it, and
// nothing else: a figure, or one whose names say so.
func (r *reader) isFigure(n *node) bool {
	if n.tag == "figure" {
		return n.size.text <= maxUnder && n.images <= maxGallery && n.find(is("blockquote", "table", "pre", "ul", "ol")) == nil && !nestsFigures(n)
	}
	if n.images != 1 || n.size.text < 3 || n.size.text > 2500 || !blocky[n.tag] && n.tag != "span" || n.tag == "td" && n.size.text > 1000 {
		return false
	}
	if r.title != nil && r.title.within(n) || n == r.main || r.main.within(n) {
		return false
	}
	named := n.captioned(false)
	return named > 0 && n.size.text-named <= 25
}

func nestsFigures(n *node) bool {
	inner := n.find(func(k *node) bool { return k.tag == "figure" && k != n })
	return inner != nil
}

// captioned gives how many bytes of an element's text stand in what is named a
// caption, a credit or a control.
func (n *node) captioned(in bool) int {
	if n.tag == "" {
		if in && !n.hidden {
			return n.size.text
		}
		return 0
	}
	if n.hidden || silent[n.tag] {
		return 0
	}
	if !in {
		caption, credit := furniture.Captions(n.attr["class"] + " " + n.attr["id"] + " " + n.tag)
		in = (caption || credit) && n.find(is("img", "amp-img")) == nil
	}
	total := 0
	for _, k := range n.kids {
		total += k.captioned(in)
	}
	return total
}

// under is what is written under a picture.
type under struct {
	caption, credit strings.Builder
	controls        []string
}

// figure reads a figure: its pictures, and what is written under them.
func (f *flow) figure(n *node) {
	f.flush()
	u := &under{}
	u.read(n, false)
	caption, credit := u.parts()
	var list []*node
	n.each(func(k *node) {
		if k.tag == "img" || k.tag == "amp-img" {
			list = append(list, k)
		}
	})
	first := true
	for _, img := range list {
		if img.unseen() && !(first && img.inside("noscript")) || !first && img.inside("noscript", "picture") {
			continue
		}
		p, ok := f.r.pictureOf(img, f.ignores(), first && caption != "")
		if !ok {
			continue
		}
		if first {
			p.Caption, p.Credit = f.r.fit(caption), f.r.fit(credit)
			if p.Caption == "" {
				p.Caption = f.r.fit(altOf(img))
			}
			first = false
		}
		f.out = append(f.out, &block{pictures: []intake.Picture{p}, aside: f.aside, zone: f.zone, from: n})
		f.shown = img.up
	}
	f.putUnder(n, u, caption, credit)
}

// putUnder keeps what was under a picture, set aside.
func (f *flow) putUnder(n *node, u *under, caption, credit string) {
	around, aside := f.at, f.aside
	f.at = n
	if f.aside == "" {
		f.aside = intake.Caption
	}
	text := strings.TrimSpace(caption + "\n" + credit)
	f.add(&block{kind: intake.Paragraph}, prose.Paragraph(text), text)
	if aside == "" {
		f.aside = intake.Controls
	}
	for _, s := range u.controls {
		f.add(&block{kind: intake.Paragraph}, prose.Paragraph(s), s)
	}
	f.at, f.aside = around, aside
}

// read gathers what is written under a picture; what is named a credit is one.
func (u *under) read(n *node, credit bool) {
	if n.tag == "" {
		if n.hidden {
			return
		}
		if credit {
			u.credit.WriteString(n.text)
		} else {
			u.caption.WriteString(n.text)
		}
		return
	}
	if n.hidden || silent[n.tag] {
		return
	}
	if n.size.text <= 60 && n.size.text > 0 {
		if s := n.said(); n.tag == "button" || furniture.Line(s) == intake.Controls || furniture.Line(s) == intake.Sharing {
			u.controls = append(u.controls, s)
			return
		}
	}
	if !credit && n.tag != "figure" {
		c, named := furniture.Captions(n.attr["class"] + " " + n.attr["itemprop"])
		credit = named && !c || strings.Contains(n.get("itemprop"), "copyright") || strings.Contains(n.get("itemprop"), "creditText") || n.tag == "cite" || n.tag == "small" && furnitureCredit(n)
	}
	u.space(n)
	for _, k := range n.kids {
		u.read(k, credit)
	}
	u.space(n)
}

func furnitureCredit(n *node) bool {
	_, ok := furniture.CreditLine(n.said())
	return ok && n.size.text < 200
}

// space parts the words of blocks.
func (u *under) space(n *node) {
	if blocky[n.tag] || n.tag == "br" || n.tag == "span" {
		u.caption.WriteByte(' ')
		u.credit.WriteByte(' ')
	}
}

// parts gives the caption and the credit as lines. A credit that the page does not
// mark is looked for at the caption's end; one that stands twice is taken once.
func (u *under) parts() (caption, credit string) {
	caption, credit = prose.Line(u.caption.String()), prose.Line(u.credit.String())
	if half := len(credit) / 2; half > 3 && len(credit)%2 == 1 && credit[:half] == credit[half+1:] {
		credit = credit[:half]
	}
	if credit == "" {
		return furniture.Credit(caption)
	}
	if line, ok := furniture.CreditLine(credit); ok {
		credit = line
	} else if rest, line := furniture.Credit(credit); line != "" && rest == "" {
		credit = line
	}
	credit = strings.Trim(credit, " |/()[]–—-")
	rest, inText := furniture.Credit(caption)
	if inText != "" && (strings.Contains(credit, inText) || strings.Contains(inText, credit)) {
		caption = rest
	}
	return caption, credit
}

// fit gives a line that a picture can have.
func (r *reader) fit(s string) string {
	s = prose.Line(s)
	if len(s) > intel.MaxCaption {
		r.clipped = true
	}
	return prose.Clip(s, intel.MaxCaption)
}

// altOf gives what a page writes for readers who do not see a picture, where that is
// more than a name.
func altOf(img *node) string {
	alt := prose.Line(img.get("alt"))
	if len(strings.Fields(alt)) < 3 || strings.Contains(alt, "://") {
		return ""
	}
	return alt
}

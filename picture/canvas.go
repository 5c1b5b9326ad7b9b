package picture

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// rect is an area of the picture, in pixels.
type rect struct{ x, y, w, h float64 }

// canvas collects the SVG. It takes attributes from this package only; what
// comes from elsewhere goes through text and hover, which escape it. Where
// texts and lines lie is kept, so that tests can see that none overlap.
type canvas struct {
	buf   bytes.Buffer
	texts []rect
	lines []rect
	top   float64 // how far down the group lies that is being drawn
}

func num(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

func (c *canvas) rect(r rect, attributes string) {
	fmt.Fprintf(&c.buf, `<rect x="%s" y="%s" width="%s" height="%s" %s/>`+"\n", num(r.x), num(r.y), num(r.w), num(r.h), attributes)
}

func (c *canvas) path(d, attributes string) {
	fmt.Fprintf(&c.buf, `<path d="%s" %s/>`+"\n", d, attributes)
}

// line draws from one point to another, along an axis.
func (c *canvas) line(x1, y1, x2, y2, width float64, attributes string) {
	c.path(move(x1, y1)+line(x2, y2), fmt.Sprintf(`fill="none" stroke-width="%s" %s`, num(width), attributes))
	c.lines = append(c.lines, rect{min(x1, x2) - width/2, c.top + min(y1, y2) - width/2, max(x1, x2) - min(x1, x2) + width, max(y1, y2) - min(y1, y2) + width})
}

func (c *canvas) dot(x, y, radius float64, attributes string) {
	fmt.Fprintf(&c.buf, `<circle cx="%s" cy="%s" r="%s" %s/>`+"\n", num(x), num(y), num(radius), attributes)
}

// text sets a text with its left end at x and its baseline at y.
func (c *canvas) text(x, y float64, f font, fill, s string) {
	if s == "" {
		return
	}
	weight := ""
	if f.bold {
		weight = ` font-weight="bold"`
	}
	fmt.Fprintf(&c.buf, `<text x="%s" y="%s" font-size="%d"%s fill="%s">%s</text>`+"\n", num(x), num(y), f.size, weight, fill, escaper.Replace(s))
	c.texts = append(c.texts, rect{x, c.top + y - float64(f.size)*0.8, float64(f.width(s)), float64(f.size)})
}

// open starts a group that says a text when pointed at; done ends it.
func (c *canvas) open(hover string) {
	fmt.Fprintf(&c.buf, "<g><title>%s</title>\n", escaper.Replace(hover))
}

func (c *canvas) done() { c.buf.WriteString("</g>\n") }

func move(x, y float64) string { return "M" + num(x) + " " + num(y) }
func line(x, y float64) string { return "L" + num(x) + " " + num(y) }

// hatch gives the slanting lines that fill an area.
func hatch(r rect) string {
	const gap = 9
	var b strings.Builder
	for k := float64(gap); k < r.w+r.h; k += gap {
		b.WriteString(move(r.x+max(0, k-r.h), r.y+min(k, r.h)) + line(r.x+min(k, r.w), r.y+max(0, k-r.w)))
	}
	return b.String()
}

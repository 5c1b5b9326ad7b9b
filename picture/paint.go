package picture

import (
	"fmt"
	"strings"

	"comity/release"
)

// Measures of the whole, in pixels.
const (
	margin   = 24.0
	minWidth = 940.0
)

// The colours. They only add to what width, pattern, mark and words say.
const (
	black  = "#111111"
	white  = "#ffffff"
	grey   = "#5a5a5a"
	red    = "#8f1414"
	amber  = "#7a4b00"
	sunken = "#f1f2f4"
)

// paint draws everything: head and legend on top, then the columns.
func (p *picture) paint() {
	c := &p.canvas
	p.width = max(p.width, p.ghostRight())
	y := p.head(margin)
	y = p.legend(y)
	top := y + unit
	bottom := top + 2*unit
	for _, col := range p.columns {
		bottom = max(bottom, top+2*unit+col.bottom)
	}
	body := c.buf.String()
	c.buf.Reset()
	p.root(bottom + margin)
	c.buf.WriteString(body)
	c.top = top + 2*unit
	fmt.Fprintf(&c.buf, `<g transform="translate(0 %s)">`+"\n", num(c.top))
	for _, col := range p.columns {
		p.heading(col)
		p.frames(col)
	}
	for i, col := range p.columns {
		if i > 0 {
			p.lanes(p.columns[i-1], col)
		}
	}
	for _, col := range p.columns {
		for _, k := range col.all() {
			p.card(k)
		}
	}
	p.ghost()
	c.buf.WriteString("</g>\n</svg>\n")
}

// root opens the document: what it is in words, and white paper.
func (p *picture) root(height float64) {
	c := &p.canvas
	fmt.Fprintf(&c.buf, `<svg xmlns="http://www.w3.org/2000/svg" width="%s" height="%s" viewBox="0 0 %s %s" role="img" font-family="Arial, Helvetica, 'Liberation Sans', sans-serif">`+"\n",
		num(p.width), num(height), num(p.width), num(height))
	fmt.Fprintf(&c.buf, "<title>%s</title>\n<desc>%s</desc>\n", escaper.Replace(p.say("Who will see it: %s", p.itemTitle())), escaper.Replace(p.description()))
	c.rect(rect{0, 0, p.width, height}, `fill="#ffffff"`)
}

// heading says what the boxes of a column have in common.
func (p *picture) heading(col *column) {
	text := ""
	switch col.step {
	case 0:
		text = p.word("WHO SENDS")
	case 1:
		text = p.word("STEP 1: learns it from the sender")
	default:
		text = p.say("STEP %d: learns it from step %d", col.step, col.step-1)
	}
	p.canvas.text(col.x, -unit, wordFont, grey, text)
}

func (p *picture) frames(col *column) {
	c := &p.canvas
	for _, s := range col.states {
		c.rect(s.at, `rx="8" fill="`+sunken+`" stroke="#9a9da3" stroke-width="1"`)
		frameLabels(c, s, s.at.x+statePad)
		for _, a := range s.inner {
			if a.bare {
				continue
			}
			c.rect(a.at, `rx="5" fill="#ffffff" stroke="#9a9da3" stroke-width="1"`)
			frameLabels(c, a, a.at.x+agencyPad)
		}
	}
}

func frameLabels(c *canvas, f *frame, x float64) {
	for i, l := range f.labels {
		c.text(x, f.at.y+unit*float64(i)+18, l.font, grey, l.text)
	}
}

// lanes draws how the lines find from their sources to a column, thin and
// plain: what a line means stands on its last stretch.
func (p *picture) lanes(from, col *column) {
	c := &p.canvas
	right := from.x + colWidth
	edge := right - statePad - agencyPad
	for _, l := range col.lanes {
		x := right + laneRim + laneGap*float64(l.slot)
		c.line(edge, l.start, x, l.start, 1.5, `stroke="`+grey+`"`)
		if l.top < l.bottom {
			c.line(x, l.top, x, l.bottom, 1.5, `stroke="`+grey+`"`)
		}
		for _, end := range l.ends {
			c.line(x, end, col.x-stubWidth, end, 1.5, `stroke="`+grey+`"`)
			c.dot(x, end, 2.5, `fill="`+grey+`"`)
		}
	}
}

func (p *picture) card(k *card) {
	c := &p.canvas
	c.open(p.hover(k))
	p.border(k)
	if len(k.who[0].unknown) > 0 {
		c.rect(k.plate(), `fill="#ffffff"`)
	}
	for i, e := range k.rows {
		y := k.at.y + unit*float64(i) + 18.5
		c.text(k.at.x+cardPad, y, e.font, e.fill, e.text)
	}
	marks(c, k)
	c.done()
	for _, s := range k.stubs {
		p.drawStub(k, s)
	}
}

// plate is the white ground of the text of a hatched box.
func (k *card) plate() rect {
	w := 0
	for _, e := range k.rows {
		w = max(w, e.font.width(e.text))
	}
	return rect{k.at.x + cardPad - 3, k.at.y + 6.5, float64(w) + 6, unit*float64(len(k.rows)) + 2}
}

// border draws a box so that nobody can take one kind for another.
func (p *picture) border(k *card) {
	c, s, r := &p.canvas, k.who[0], k.at
	switch {
	case len(s.unknown) > 0:
		c.rect(r, `fill="#ffffff"`)
		c.path(hatch(r), `fill="none" stroke="#c9a15c" stroke-width="1.5"`)
	case s.step == 0 && len(s.breaches) == 0:
		c.rect(r, `rx="3" fill="#222a35"`)
		return
	case s.chosen:
		c.rect(r, `fill="#e2e8f0"`)
	default:
		c.rect(r, `fill="#ffffff"`)
	}
	switch {
	case s.blocked():
		c.rect(inset(r, 1.5), `fill="none" stroke="`+red+`" stroke-width="4"`)
		c.rect(inset(r, -3.5), `fill="none" stroke="`+red+`" stroke-width="2"`)
	case len(s.unknown) > 0:
		c.rect(inset(r, 1.5), `fill="none" stroke="`+amber+`" stroke-width="4"`)
	case s.chosen:
		c.rect(inset(r, 1), `fill="none" stroke="`+black+`" stroke-width="2.5"`)
	default:
		c.rect(inset(r, 0.5), `fill="none" stroke="`+black+`" stroke-width="1"`)
	}
}

func inset(r rect, by float64) rect { return rect{r.x + by, r.y + by, r.w - 2*by, r.h - 2*by} }

// marks draws the signs at the right of a box.
func marks(c *canvas, k *card) {
	x, y := k.at.x+k.at.w-18, k.at.y+18
	s := k.who[0]
	switch {
	case s.blocked():
		cross(c, x, y)
		y += 26
	case len(s.breaches) > 0:
		triangle(c, x, y)
		y += 26
	}
	if len(s.unknown) > 0 {
		query(c, x, y)
	}
}

func cross(c *canvas, x, y float64) {
	c.dot(x, y, 11, `fill="`+red+`"`)
	c.path(move(x-5, y-5)+line(x+5, y+5)+move(x+5, y-5)+line(x-5, y+5), `fill="none" stroke="#ffffff" stroke-width="3.5"`)
}

func triangle(c *canvas, x, y float64) {
	c.path(move(x, y-10)+line(x+11, y+9)+line(x-11, y+9)+"Z", `fill="#ffffff" stroke="`+black+`" stroke-width="1.5"`)
	c.path(move(x, y-4)+line(x, y+3)+move(x, y+4.5)+line(x, y+6.5), `fill="none" stroke="`+black+`" stroke-width="2"`)
}

func query(c *canvas, x, y float64) {
	c.dot(x, y, 11, `fill="#ffffff" stroke="`+amber+`" stroke-width="2.5"`)
	c.path(move(x-4, y-3)+"C"+num(x-4)+" "+num(y-8.5)+" "+num(x+4)+" "+num(y-8.5)+" "+num(x+4)+" "+num(y-3.5)+
		"C"+num(x+4)+" "+num(y-0.5)+" "+num(x)+" "+num(y-0.5)+" "+num(x)+" "+num(y+3)+move(x, y+4.5)+line(x, y+7), `fill="none" stroke="`+black+`" stroke-width="2.2"`)
}

// drawStub draws the last stretch of a line with its words.
func (p *picture) drawStub(k *card, s stub) {
	c := &p.canvas
	x, y := k.at.x-statePad-agencyPad-stubWidth, k.at.y+s.y
	c.open(p.hoverWay(s.way))
	for i, l := range s.above {
		c.text(x+stubPad, y-11-unit*float64(len(s.above)-1-i), l.font, black, l.text)
	}
	for i, l := range s.below {
		c.text(x+stubPad, y+18.5+unit*float64(i), l.font, grey, l.text)
	}
	if s.jump {
		c.dot(x+3, y, 3, `fill="#ffffff" stroke="`+black+`" stroke-width="1.5"`)
		x += 6
	}
	p.arrow(x, k.at.x, y, s.way)
	c.done()
}

// arrow draws a line with its style from one x to another.
func (p *picture) arrow(x1, x2, y float64, w way) {
	c := &p.canvas
	scope := w.scope()
	width := thickness(scope.Content)
	attributes := `stroke="` + black + `"`
	if d := dashes(w.style); d != "" {
		attributes += ` stroke-dasharray="` + d + `"`
	}
	c.line(x1, y, x2-12, y, width, attributes)
	if w.style == sent {
		c.dot(x1+6, y, 6, `fill="`+black+`"`)
	}
	if w.style == member {
		ticks(c, x1, x2-16, y)
	}
	if scope.Contact {
		diamond(c, x1+(x2-x1)*0.55, y)
	}
	head := `fill="` + black + `"`
	if w.reach == release.Possible {
		head = `fill="#ffffff" stroke="` + black + `" stroke-width="1.5"`
	}
	c.path(move(x2-14, y-7)+line(x2-2, y)+line(x2-14, y+7)+"Z", head)
}

func ticks(c *canvas, x1, x2, y float64) {
	d := ""
	for x := x1 + 8; x < x2; x += 12 {
		d += move(x, y-6) + line(x, y+6)
	}
	c.path(d, `fill="none" stroke="`+black+`" stroke-width="1.5"`)
}

func diamond(c *canvas, x, y float64) {
	c.path(move(x-7, y)+line(x, y-7)+line(x+7, y)+line(x, y+7)+"Z", `fill="#ffffff" stroke="`+black+`" stroke-width="1.5"`)
}

// hoverWay tells a line in full.
func (p *picture) hoverWay(w way) string {
	text := called(w.from) + ": "
	for i, t := range p.timeWords(w) {
		if i > 0 {
			text += " "
		}
		text += t
	}
	text += "\n" + strings.Join(p.wayWords(w), "\n")
	if r := p.ruleWords(w); r != "" {
		text += "\n" + r
	}
	return text
}

package picture

// ghostGap is the room between the last column and the box behind it.
const ghostGap = 40.0

// ghostRight tells how far right the box reaches that stands where nobody is
// shown.
func (p *picture) ghostRight() float64 {
	if !p.nobody() {
		return 0
	}
	last := p.columns[len(p.columns)-1]
	return last.x + colWidth + ghostGap + cardWidth + margin
}

// ghost stands behind the last boxes where no rule leads further. An empty
// space would look like safety.
func (p *picture) ghost() {
	if !p.nobody() {
		return
	}
	c := &p.canvas
	last := p.columns[len(p.columns)-1]
	x := last.x + colWidth + ghostGap
	safe := p.unknown() == 0 && len(p.view.Plan.Packs) > 0
	title, text := "DUTIES NOT KNOWN", "Whom these parties tell is not known. That nobody is drawn here does not mean that nobody will see it."
	if safe {
		title, text = "NO RULE LEADS FURTHER", "Beyond these parties nobody is told, as far as the rules named above go."
	}
	room := int(cardWidth - 2*cardPad - 6)
	lines := textFont.wrap(p.word(text), room, 0)
	r := rect{x, 0, cardWidth, unit * float64(len(lines)+3)}
	c.rect(r, `fill="#ffffff"`)
	if safe {
		c.rect(inset(r, 0.5), `fill="none" stroke="`+black+`" stroke-width="1"`)
	} else {
		c.path(hatch(r), `fill="none" stroke="#c9a15c" stroke-width="1.5"`)
		c.rect(inset(r, 1.5), `fill="none" stroke="`+amber+`" stroke-width="4" stroke-dasharray="12 6"`)
	}
	c.rect(inset(r, cardPad), `fill="#ffffff"`)
	c.text(x+cardPad+3, 26, nameFont, black, p.word(title))
	for i, l := range lines {
		c.text(x+cardPad+3, 44+unit*float64(i), textFont, black, l)
	}
}

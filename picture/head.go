package picture

import "strings"

// head draws what the picture is of and what to make of it, and gives where
// the next part begins.
func (p *picture) head(y float64) float64 {
	c, plan := &p.canvas, p.view.Plan
	room := int(p.width - 2*margin)
	c.open(p.say("Who will see it: %s", p.itemTitle()))
	c.text(margin, y+18, headFont, black, p.word("Who will see it"))
	y += 42
	for _, l := range strongFont.wrap(p.itemTitle(), room, 2) {
		c.text(margin, y, strongFont, black, l)
		y += 20
	}
	c.done()
	from := called(plan.Sender)
	if t := p.title(plan.Sender); t != "" {
		from += " - " + t
	}
	y = p.lines(y, textFont, p.say("version %d, planned by %s for %s. All times are UTC.", plan.Version, from, p.instant(plan.At)))
	y = p.lines(y, textFont, p.say("Rules that count: %s", p.packs()))
	if len(p.view.Idle) > 0 {
		y = p.lines(y, textFont, p.say("Rules that do NOT count here, and would concern a party of this: %s", clean(strings.Join(p.view.Idle, ", "))))
	}
	return p.verdict(y)
}

// itemTitle gives what to call the item.
func (p *picture) itemTitle() string {
	if t := clean(p.view.Title); t != "" {
		return t
	}
	return p.word("(title hidden from you)")
}

func (p *picture) lines(y float64, f font, s string) float64 {
	for _, l := range f.wrap(s, int(p.width-2*margin), 0) {
		p.canvas.text(margin, y, f, black, l)
		y += 17
	}
	return y
}

func (p *picture) packs() string {
	if len(p.view.Plan.Packs) == 0 {
		return p.word("NONE: no rule pack counts here, so nobody's duties are known")
	}
	var names []string
	for _, r := range p.view.Plan.Packs {
		names = append(names, p.say("%s (version %d)", clean(r.ID), r.Version))
	}
	return strings.Join(names, ", ")
}

// verdict draws the one thing to remember, and loudly what is not known.
func (p *picture) verdict(y float64) float64 {
	y += 2
	blocked := p.view.Plan.Blocked()
	y = p.banner(y, p.verdictWords(), blocked, false)
	if text := p.alarm(); text != "" {
		y = p.banner(y, text+" "+p.word("This picture does NOT show whom they tell."), false, true)
	}
	return y
}

// alarm says of how many parties the duties are not known.
func (p *picture) alarm() string {
	n := p.unknown()
	switch {
	case len(p.view.Plan.Packs) == 0:
		return p.word("NOBODY'S DUTIES ARE KNOWN: no rule pack counts here.")
	case n > 0:
		return p.say("DUTIES NOT KNOWN of %s, hatched below.", p.view.Tongue.Count(n, "party", "parties"))
	default:
		return ""
	}
}

// banner draws a sentence across the page, in the border of its kind.
func (p *picture) banner(y float64, s string, blocked, unknown bool) float64 {
	c := &p.canvas
	left := 14.0
	if blocked || unknown {
		left = 40
	}
	lines := strongFont.wrap(s, int(p.width-2*margin-left-14), 0)
	r := rect{margin, y, p.width - 2*margin, 18*float64(len(lines)) + 16}
	c.rect(r, `fill="#ffffff"`)
	switch {
	case blocked:
		c.rect(inset(r, 1), `fill="none" stroke="`+red+`" stroke-width="2"`)
		c.rect(inset(r, 5), `fill="none" stroke="`+red+`" stroke-width="3"`)
		cross(c, r.x+22, r.y+r.h/2)
	case unknown:
		c.path(hatch(r), `fill="none" stroke="#c9a15c" stroke-width="1.5"`)
		c.rect(inset(r, 2), `fill="none" stroke="`+amber+`" stroke-width="4"`)
		query(c, r.x+22, r.y+r.h/2)
	default:
		c.rect(inset(r, 0.5), `fill="none" stroke="`+black+`" stroke-width="1"`)
	}
	for i, l := range lines {
		at := r.y + 21 + 18*float64(i)
		if unknown {
			c.rect(rect{r.x + left - 3, at - 14, float64(strongFont.width(l)) + 6, 18}, `fill="#ffffff"`)
		}
		c.text(r.x+left, at, strongFont, black, l)
	}
	return r.y + r.h + 10
}

// verdictWords says whether the plan may be sent.
func (p *picture) verdictWords() string {
	reach, n := p.view.Tongue.Reach(p.view.Plan), p.unknown()
	switch {
	case p.view.Plan.Blocked():
		return p.say("BLOCKED. %s.", reach)
	case n > 0 || len(p.view.Plan.Packs) == 0:
		return p.say("NOT STOPPED, and NOT KNOWN TO BE SAFE. %s.", reach)
	case len(p.view.Plan.Conflicts) > 0:
		return p.say("MAY BE SENT, with the warnings below. %s.", reach)
	default:
		return p.say("MAY BE SENT. %s.", reach)
	}
}

// description is the picture in one paragraph, for those who cannot see it.
func (p *picture) description() string {
	text := p.verdictWords()
	var barred, unknown []string
	for _, s := range p.cast.sorted() {
		if s.blocked() {
			barred = append(barred, called(s.name))
		}
		if len(s.unknown) > 0 {
			unknown = append(unknown, called(s.name))
		}
	}
	if len(barred) > 0 {
		text += " " + p.say("Barred by a promise: %s.", strings.Join(barred, ", "))
	}
	if len(unknown) > 0 {
		text += " " + p.say("Duties not known: %s.", strings.Join(unknown, ", "))
	}
	return text
}

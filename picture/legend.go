package picture

import (
	"slices"

	"comity/intel"
	"comity/law"
	"comity/release"
)

// Measures of the legend, in pixels.
const (
	sampleWidth = 64.0
	legendRow   = 30.0
)

// sample is one line of the legend: what it looks like, and what it means.
type sample struct {
	draw func(c *canvas, x, y float64)
	text string
}

// legend explains what occurs in this picture, and nothing else.
func (p *picture) legend(y float64) float64 {
	c := &p.canvas
	all := slices.Concat(p.styleSamples(), p.scopeSamples(), p.boxSamples())
	head := p.word("LEGEND")
	left := max(margin+70, margin+24+float64(wordFont.width(head)))
	x, row := left, y+legendRow/2+4
	c.text(margin+12, row+4, wordFont, black, head)
	var placed []func()
	for _, s := range all {
		w := sampleWidth + 10 + float64(textFont.width(s.text))
		if x+w > p.width-margin-10 && x > left {
			x, row = left, row+legendRow
		}
		at, line := x, row
		placed = append(placed, func() {
			s.draw(c, at, line)
			c.text(at+sampleWidth+8, line+4, textFont, black, s.text)
		})
		x += w + 26
	}
	for _, f := range placed {
		f()
	}
	bottom := row + legendRow/2 + 4
	c.rect(rect{margin + 0.5, y + 0.5, p.width - 2*margin - 1, bottom - y}, `rx="6" fill="none" stroke="#9a9da3" stroke-width="1"`)
	return bottom + 12
}

// ways lists all lines that are drawn.
func (p *picture) ways() []way {
	var out []way
	for _, s := range p.cast.sorted() {
		out = append(out, s.ways...)
	}
	return out
}

func (p *picture) has(f func(way) bool) bool { return slices.ContainsFunc(p.ways(), f) }

// styleSamples tells the forces apart.
func (p *picture) styleSamples() []sample {
	var out []sample
	styles := []style{sent}
	for _, f := range law.Forces {
		styles = append(styles, style(f))
	}
	for _, s := range append(styles, member) {
		if s == sent || p.has(func(w way) bool { return w.style == s }) {
			out = append(out, p.lineSample(example(s, intel.Scope{Content: intel.Summary}), p.word(legendWords[s])))
		}
	}
	if p.has(func(w way) bool { return w.reach == release.Possible }) {
		out = append(out, p.lineSample(way{style: style(law.Must), grants: []grant{{scope: intel.Scope{Content: intel.Exists}}}, reach: release.Possible}, p.word("hollow tip: possible, not sure")))
	}
	return out
}

var legendWords = map[style]string{
	sent:                      "you send it",
	style(law.Must):           "must be told",
	style(law.StandingAccess): "can look at it at will",
	style(law.Command):        "can order it handed over",
	style(law.May):            "may be told",
	style(law.Compelled):      "can compel it: court, oversight",
	member:                    "member of a group that learns it",
}

// scopeSamples tells the widths apart.
func (p *picture) scopeSamples() []sample {
	var out []sample
	for content := intel.None; content <= intel.FullSource; content++ {
		s := intel.Scope{Content: content, Contact: content == intel.None}
		if p.has(func(w way) bool { return w.scope().Content == content }) {
			out = append(out, p.lineSample(example(style(law.Must), s), p.word(widthWords[content])))
		}
	}
	if p.has(func(w way) bool { return w.scope().Contact && w.scope().Content > intel.None }) {
		out = append(out, p.lineSample(example(style(law.Must), intel.Scope{Content: intel.Summary, Contact: true}), p.word("diamond: also learns of the contact")))
	}
	return out
}

var widthWords = map[intel.Content]string{
	intel.None:       "contact alone: that you were in touch",
	intel.Exists:     "that it exists",
	intel.Metadata:   "title and markings",
	intel.Summary:    "summary",
	intel.Full:       "full text",
	intel.FullSource: "full text and source",
}

func example(s style, scope intel.Scope) way {
	return way{style: s, grants: []grant{{scope: scope}}, reach: release.Sure}
}

func (p *picture) lineSample(w way, text string) sample {
	return sample{func(_ *canvas, x, y float64) { p.arrow(x, x+sampleWidth, y, w) }, text}
}

// boxSamples tells the kinds of box apart.
func (p *picture) boxSamples() []sample {
	list := p.cast.sorted()
	var out []sample
	add := func(occurs bool, s *seen, text string) {
		if occurs {
			out = append(out, sample{func(_ *canvas, x, y float64) { p.swatch(x, y, s) }, p.word(text)})
		}
	}
	some := slices.ContainsFunc[[]*seen]
	add(true, &seen{step: 1, chosen: true}, "chosen recipient")
	add(some(list, (*seen).blocked), &seen{step: 1, breaches: []breach{{blocks: true}}}, "BARRED: a promise breaks")
	add(some(list, func(s *seen) bool { return len(s.breaches) > 0 && !s.blocked() }), &seen{step: 1, breaches: []breach{{}}}, "warning, does not stop it")
	add(some(list, func(s *seen) bool { return len(s.unknown) > 0 }), &seen{step: 1, unknown: []string{""}}, "DUTIES NOT KNOWN")
	if p.leaps() {
		out = append(out, sample{func(c *canvas, x, y float64) {
			c.dot(x+3, y, 3, `fill="#ffffff" stroke="`+black+`" stroke-width="1.5"`)
			p.arrow(x+6, x+sampleWidth, y, example(style(law.Must), intel.Scope{Content: intel.Exists}))
		}, p.word("starts elsewhere: the words say from whom")})
	}
	return out
}

// leaps tells whether some line starts elsewhere than where it is drawn.
func (p *picture) leaps() bool {
	for _, col := range p.columns {
		for _, k := range col.all() {
			if slices.ContainsFunc(k.stubs, func(s stub) bool { return s.jump }) {
				return true
			}
		}
	}
	return false
}

func (p *picture) swatch(x, y float64, s *seen) {
	k := &card{who: []*seen{s}, at: rect{x + 4, y - 11, sampleWidth - 8, 22}}
	p.border(k)
	if s.blocked() || len(s.breaches) > 0 || len(s.unknown) > 0 {
		k.at = rect{x + 4 - sampleWidth/2 + 22, y - 18, sampleWidth - 8, 22}
		marks(&p.canvas, k)
	}
}

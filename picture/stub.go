package picture

import (
	"comity/intel"
	"comity/law"
)

// Measures of the lines into a box, in pixels.
const (
	stubWidth = 272.0
	stubPad   = 6.0
)

// stub is the last stretch of a line into a box, with its words: above it how
// and by when, below it what is seen and under which rule.
type stub struct {
	way   way
	above []label
	below []label
	y     float64 // of the line, from the top of the box
	jump  bool    // the line starts out of reach, and says from whom
}

type label struct {
	text string
	font font
}

// stub sets the words of a line.
func (p *picture) stub(w way) stub {
	s := stub{way: w, jump: p.jumps(w)}
	if s.jump {
		s.write(&s.above, p.say("from %s:", called(w.from)), textFont, 0)
	}
	for i, t := range p.timeWords(w) {
		f := wordFont
		if i > 0 {
			f = textFont
		}
		s.write(&s.above, t, f, 2)
	}
	for _, t := range p.wayWords(w) {
		s.write(&s.below, t, textFont, 3)
	}
	s.write(&s.below, p.ruleWords(w), textFont, 2)
	return s
}

// wayWords says what comes along a line.
func (p *picture) wayWords(w way) []string {
	if len(w.forms) > 0 {
		return []string{p.view.Tongue.Forms(w.forms, p.view.Tongue.Portions)}
	}
	var out []string
	for _, g := range w.grants {
		text := p.scopeWords(g.scope, g.portions)
		if w.bare {
			text = p.say("at least: %s", text)
		}
		out = append(out, text)
	}
	return out
}

func (s *stub) write(to *[]label, text string, f font, lines int) {
	for _, l := range f.wrap(text, int(stubWidth-2*stubPad-4), lines) {
		*to = append(*to, label{l, f})
	}
}

// placeStubs stacks the lines into a box and gives the height they take.
func (c *card) placeStubs() float64 {
	y := 0.0
	for i := range c.stubs {
		s := &c.stubs[i]
		if i > 0 {
			y += unit
		}
		s.y = y + unit*(float64(len(s.above))+0.5)
		y += unit * float64(len(s.above)+len(s.below)+1)
	}
	return y
}

// thickness is the width of a line by how much is seen along it. Contact
// alone is a hair.
func thickness(c intel.Content) float64 {
	switch c {
	case intel.None:
		return 1
	case intel.Exists:
		return 2
	case intel.Metadata:
		return 3
	case intel.Summary:
		return 4.5
	case intel.Full:
		return 6.5
	default:
		return 8.5
	}
}

// dashes is the pattern of a line by its force.
func dashes(s style) string {
	switch s {
	case sent, member, style(law.Must):
		return ""
	case style(law.StandingAccess):
		return "22 5"
	case style(law.Command):
		return "15 4 3 4"
	case style(law.May):
		return "8 6"
	default:
		return "2.5 4"
	}
}

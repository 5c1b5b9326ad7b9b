package picture

import (
	"slices"
	"strings"

	"comity/party"
)

// Measures, in pixels. Everything lies on a grid of one text line, so that
// lines into a box (on the grid and a half) and lines out of it (on the grid)
// never lie on one another.
const (
	unit      = 15.0
	cardWidth = 240.0
	cardPad   = 9.0
	markRoom  = 28.0 // for the signs at the right of a box
)

// maxAlike is how many parties of one agency that are told alike are listed by
// name in a box; the others are counted.
const maxAlike = 12

// card is a box: one party, or several of one agency that are seen alike.
type card struct {
	who    []*seen
	folded []*seen // counted, not listed
	rows   []entry
	stubs  []stub
	ports  map[party.Name]float64 // where lines out of the box start, from its top
	at     rect
	key    float64 // where the lines into it come from
}

// entry is one line of text in a box.
type entry struct {
	text string
	font font
	fill string
}

// cards makes the boxes of one step: alike parties share one, but for those
// that lines lead on from once there are too many to list.
func (p *picture) cards(list []*seen) []*card {
	var out []*card
	byAgency := map[party.Name][]*card{}
	for _, s := range list {
		agency := s.name.Agency()
		i := slices.IndexFunc(byAgency[agency], func(c *card) bool { return c.who[0].like(s) })
		if i < 0 {
			c := &card{who: []*seen{s}}
			byAgency[agency] = append(byAgency[agency], c)
			out = append(out, c)
			continue
		}
		byAgency[agency][i].add(s, p.sources[s.name])
	}
	for _, c := range out {
		p.fill(c)
	}
	return out
}

// add puts a party into the box of those it is like. Nobody whose duties are
// not known, who breaks a promise or who passes on is ever counted only.
func (c *card) add(s *seen, source bool) {
	if len(c.who) < maxAlike || source || len(s.unknown) > 0 || len(s.breaches) > 0 {
		c.who = append(c.who, s)
		return
	}
	c.folded = append(c.folded, s)
}

// fill sets the texts of a box and its measure.
func (p *picture) fill(c *card) {
	s := c.who[0]
	c.ports = map[party.Name]float64{}
	room := int(cardWidth - 2*cardPad)
	if len(s.unknown) > 0 || len(s.breaches) > 0 {
		room -= markRoom
	}
	if tag := p.tag(s); tag != "" {
		c.write(tag, wordFont, ink(s), room, 1)
	}
	for _, w := range c.who {
		c.ports[w.name] = unit * float64(len(c.rows)+1)
		p.name(c, w, room)
	}
	if n := len(c.folded); n > 0 {
		c.write(p.say("+%s of %s, told alike", p.view.Tongue.Count(n, "more unit", "more units"), called(s.name.Agency())), wordFont, ink(s), room, 0)
	}
	p.status(c, s, room)
	height := unit * float64(len(c.rows)+1)
	for _, w := range s.ways {
		c.stubs = append(c.stubs, p.stub(w))
	}
	if s.left > 0 && len(c.stubs) > 0 {
		last := &c.stubs[len(c.stubs)-1]
		last.below = append(last.below, label{p.say("+%s: see the plan in words", p.view.Tongue.Count(s.left, "more way", "more ways")), wordFont})
	}
	c.at = rect{w: cardWidth, h: max(height, c.placeStubs())}
}

// tag says who a party is in this release.
func (p *picture) tag(s *seen) string {
	switch {
	case s.name == p.view.Plan.Sender:
		return p.word("SENDER")
	case s.chosen:
		return p.word("CHOSEN RECIPIENT")
	default:
		return ""
	}
}

// name writes a party's name in full, and its title.
func (p *picture) name(c *card, s *seen, room int) {
	c.write(called(s.name), nameFont, ink(s), room, 0)
	lines := 2
	if len(c.who) > 1 {
		lines = 1
	}
	c.write(p.title(s.name), textFont, ink(s), room, lines)
}

// status says what the officer must not overlook.
func (p *picture) status(c *card, s *seen, room int) {
	if len(s.unknown) > 0 {
		c.write(p.word("DUTIES NOT KNOWN"), wordFont, black, room, 1)
		for _, why := range s.unknown {
			c.write(clean(p.view.Tongue.Sentence(why)), textFont, black, room, 3)
		}
	}
	for i, b := range s.breaches {
		if i == maxBreaches {
			c.write(p.say("+%s: see the plan in words", p.view.Tongue.Count(len(s.breaches)-i, "more promise", "more promises")), wordFont, black, room, 0)
			break
		}
		text := p.breachWords(b)
		if i > 0 && s.breaches[i-1].near(b) {
			text = p.say("and %s", clean(b.promise))
		}
		c.write(text, wordFont, breachInk(b), room, 4)
	}
}

// maxBreaches is how many promises one box tells; the others are counted.
const maxBreaches = 4

// near tells whether two promises break for the same portions with the same
// outcome.
func (b breach) near(o breach) bool {
	return b.blocks == o.blocks && slices.Equal(b.portions, o.portions)
}

// breachWords names the promise that is broken.
func (p *picture) breachWords(b breach) string {
	where := ""
	if len(b.portions) > 0 {
		where = " (" + p.view.Tongue.Portions(b.portions) + ")"
	}
	if b.blocks {
		return p.say("BARRED%s by %s", where, clean(b.promise))
	}
	return p.say("warning%s: %s", where, clean(b.promise))
}

func breachInk(b breach) string {
	if b.blocks {
		return red
	}
	return black
}

// ink is what a box is written in: the sender's is dark.
func ink(s *seen) string {
	if s.step == 0 && len(s.unknown) == 0 && len(s.breaches) == 0 {
		return white
	}
	return black
}

func (c *card) write(s string, f font, fill string, room, lines int) {
	for _, l := range f.wrap(s, room, lines) {
		c.rows = append(c.rows, entry{text: l, font: f, fill: fill})
	}
}

// hover tells a box in full.
func (p *picture) hover(c *card) string {
	var lines []string
	for _, s := range slices.Concat(c.who, c.folded) {
		line := called(s.name)
		if t := p.title(s.name); t != "" {
			line += " - " + t
		}
		lines = append(lines, line)
	}
	for _, why := range c.who[0].unknown {
		lines = append(lines, p.say("DUTIES NOT KNOWN: %s", clean(p.view.Tongue.Sentence(why))))
	}
	for _, b := range c.who[0].breaches {
		lines = append(lines, p.breachWords(b)+": "+clean(p.view.Tongue.Sentence(b.why)))
	}
	return strings.Join(lines, "\n")
}

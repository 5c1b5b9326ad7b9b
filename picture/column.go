package picture

import (
	"cmp"
	"slices"
	"strings"

	"comity/party"
)

// Measures of the frames around the boxes of a state and of an agency.
const (
	statePad  = 9.0
	agencyPad = 8.0
	colWidth  = cardWidth + 2*(statePad+agencyPad)
)

// column is one step away from the sender: its boxes by state and agency.
type column struct {
	step   int
	states []*frame
	x      float64
	bottom float64
	lanes  []lane // of the lines from the column before
}

// frame is drawn around the boxes of a state or of an agency.
type frame struct {
	name   party.Name
	labels []label
	cards  []*card
	inner  []*frame // the agencies of a state
	at     rect
	key    float64
	bare   bool // an agency that is itself the only box needs no frame
}

// column groups the boxes of one step. Each lies as near as may be to where
// its lines come from; ties go by name.
func (p *picture) column(step int, list []*seen) *column {
	col := &column{step: step}
	for _, c := range p.cards(list) {
		c.key = p.pull(c)
		name := c.who[0].name
		state := inFrame(&col.states, name.State())
		agency := inFrame(&state.inner, name.Agency())
		agency.cards = append(agency.cards, c)
	}
	for _, s := range col.states {
		for _, a := range s.inner {
			sortCards(a)
			a.bare = len(a.cards) == 1 && len(a.cards[0].who) == 1 && a.cards[0].who[0].name == a.name
			p.entitle(a)
		}
		sortFrames(s.inner)
		s.key = meanKey(s.inner)
		p.entitle(s)
	}
	sortFrames(col.states)
	return col
}

func inFrame(list *[]*frame, n party.Name) *frame {
	for _, f := range *list {
		if f.name == n {
			return f
		}
	}
	f := &frame{name: n}
	*list = append(*list, f)
	return f
}

// afar is where boxes lie that no drawn line leads to: at the bottom.
const afar = 1e6

// pull gives the mean height of where a box's lines come from.
func (p *picture) pull(c *card) float64 {
	sum, n := 0.0, 0
	for _, s := range c.stubs {
		if y, ok := p.out[s.way.from]; ok && !s.jump {
			sum += y
			n++
		}
	}
	if n == 0 {
		return afar
	}
	return sum / float64(n)
}

func sortCards(a *frame) {
	slices.SortStableFunc(a.cards, func(x, y *card) int {
		return cmp.Or(cmp.Compare(x.key, y.key), strings.Compare(string(x.who[0].name), string(y.who[0].name)))
	})
	sum := 0.0
	for _, c := range a.cards {
		sum += c.key
	}
	a.key = sum / float64(len(a.cards))
}

func sortFrames(list []*frame) {
	slices.SortStableFunc(list, func(a, b *frame) int {
		return cmp.Or(cmp.Compare(a.key, b.key), strings.Compare(string(a.name), string(b.name)))
	})
}

func meanKey(list []*frame) float64 {
	sum := 0.0
	for _, f := range list {
		sum += f.key
	}
	return sum / float64(len(list))
}

// entitle sets the label of a frame: its name, and its title if it has one.
func (p *picture) entitle(f *frame) {
	room := int(cardWidth)
	for _, l := range nameFont.wrap(called(f.name), room, 0) {
		f.labels = append(f.labels, label{l, nameFont})
	}
	if t := p.title(f.name); t != "" {
		f.labels = append(f.labels, label{textFont.fit(t, room), textFont})
	}
}

// place lays a column out downwards and tells where lines out of it start.
func (p *picture) place(col *column) {
	y := 0.0
	for _, s := range col.states {
		s.at = rect{y: y, w: colWidth}
		y += unit * float64(len(s.labels)+1)
		for _, a := range s.inner {
			y = p.placeAgency(a, y)
		}
		s.at.h = y - s.at.y
		y += unit
	}
	col.bottom = y
}

// placeAgency lays out the boxes of an agency and gives where the next begins.
func (p *picture) placeAgency(a *frame, y float64) float64 {
	a.at = rect{y: y, w: cardWidth + 2*agencyPad}
	if !a.bare {
		y += unit * float64(len(a.labels)+1)
	}
	for _, c := range a.cards {
		c.at.y = y
		for n, port := range c.ports {
			p.out[n] = y + port
		}
		y += c.at.h + unit
	}
	a.at.h = y - a.at.y
	if a.bare {
		return y
	}
	return y + unit
}

// move sets how far right the frames and boxes of a column lie.
func (col *column) move() {
	for _, s := range col.states {
		s.at.x = col.x
		for _, a := range s.inner {
			a.at.x = col.x + statePad
			for _, c := range a.cards {
				c.at.x = a.at.x + agencyPad
			}
		}
	}
}

// all lists the boxes of a column from the top.
func (col *column) all() []*card {
	var out []*card
	for _, s := range col.states {
		for _, a := range s.inner {
			out = append(out, a.cards...)
		}
	}
	return out
}

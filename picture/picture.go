// Package picture draws a plan for the officer who decides: the sender and
// its recipients at the left, then step by step everybody who comes to see
// something, by state and agency, each line with its deadline. It shows
// nothing that the plan does not say, and leaves nobody out silently.
//
// The drawing is an SVG without script, style sheet or reference. Nothing in
// it hangs on colour alone: it can be printed in grey.
//
// Pure: no clock, no I/O, no context. It may import release, law, intel,
// party, words and band 1.
package picture

import (
	"slices"

	"comity/fault"
	"comity/law"
	"comity/party"
	"comity/release"
	"comity/words"
)

// View is a plan with what a picture of it needs.
type View struct {
	Plan      release.Plan
	Title     string                  // of the item; empty: hidden from whoever looks
	Titles    map[party.Name]string   // of the parties that have one
	Deadlines map[string]law.Deadline // by rule, as steps name them; may be left out
	Idle      []string                // packs that would concern a party of the plan and do not count
	Tongue    words.Tongue            // that it is told in
}

// maxParties is how many parties are drawn; a plan with more is read in words.
const maxParties = 1500

// picture is a drawing in the making.
type picture struct {
	view    View
	cast    *cast
	sources map[party.Name]bool    // parties that lines lead on from
	out     map[party.Name]float64 // where lines out of a party start
	step    int                    // of the column in the making
	columns []*column
	canvas  canvas
	width   float64
}

// SVG draws a plan. The same view gives the same bytes. A plan of more than
// 1,500 parties is refused rather than drawn in part.
func SVG(v View) ([]byte, error) {
	p, err := draw(v)
	if err != nil {
		return nil, err
	}
	return p.canvas.buf.Bytes(), nil
}

func draw(v View) (*picture, error) {
	p := &picture{view: v, cast: newCast(v.Plan), sources: map[party.Name]bool{}, out: map[party.Name]float64{}}
	if n := len(p.cast.byName); n > maxParties {
		return nil, fault.New(fault.TooLarge, "%d parties are too many for a picture", n).Fix("read the plan in words")
	}
	list := p.cast.sorted()
	for _, s := range list {
		for _, w := range s.ways {
			p.sources[w.from] = true
		}
	}
	p.layOut(list)
	p.paint()
	return p, nil
}

// layOut finds the place of everything, column by column from the left.
func (p *picture) layOut(list []*seen) {
	x := margin
	for len(list) > 0 {
		p.step = list[0].step
		n := slices.IndexFunc(list, func(s *seen) bool { return s.step != p.step })
		if n < 0 {
			n = len(list)
		}
		col := p.column(p.step, list[:n])
		list = list[n:]
		p.place(col)
		if p.step > 0 {
			x += p.route(col) + stubWidth
		}
		col.x = x
		col.move()
		p.columns = append(p.columns, col)
		x += colWidth
	}
	p.width = max(x+margin, minWidth)
}

// say fills a format in the language of the picture.
func (p *picture) say(format string, args ...any) string { return p.view.Tongue.Say(format, args...) }

// word gives a fixed text in it.
func (p *picture) word(english string) string { return p.view.Tongue.Word(english) }

// title gives a party's title, safe to draw.
func (p *picture) title(n party.Name) string { return clean(p.view.Titles[n]) }

// nobody tells whether no rule of a pack leads anywhere: that a superior can
// give orders and a group has members is known without one.
func (p *picture) nobody() bool {
	byRule := func(s release.Step) bool { return s.Rule != release.Structure && s.Force != "" }
	return !slices.ContainsFunc(p.view.Plan.Rows, func(r release.Row) bool { return slices.ContainsFunc(r.Path, byRule) })
}

// unknown counts the parties whose duties are not known.
func (p *picture) unknown() int {
	n := 0
	for _, s := range p.cast.byName {
		if len(s.unknown) > 0 {
			n++
		}
	}
	return n
}

package main

import (
	"fmt"
	"slices"

	"comity/console"
	"comity/intel"
)

// printItem shows an item with its portions; what is hidden from the officer
// is named as hidden and nothing more.
func printItem(p *printer, r console.ItemView) {
	i := r.View.Item
	p.head(bold, "%s", i.Title)
	p.labelled(2, planLabel, "item", fmt.Sprintf("%s  %s, version %d", i.ID.Short(), i.Kind, i.Version))
	p.labelled(2, planLabel, "by", fmt.Sprintf("%s of %s, %s", i.Author, i.Originator, shown(i.Created)))
	for _, f := range [][2]string{{"topic", i.Topic}, {"areas", intel.JoinAreas(i.Areas)}, {"purpose", i.Purpose}, {"basis", i.Basis}} {
		if f[1] != "" {
			p.labelled(2, planLabel, f[0], f[1])
		}
	}
	p.labelled(2, planLabel, "banner", orNobody(r.Banner))
	if r.Source != nil {
		p.labelled(2, planLabel, "source", whenceCame(*r.Source))
	}
	for n, portion := range i.Portions {
		p.gap()
		printPortion(p, n+1, portion, slices.Contains(r.View.Hidden, n+1))
	}
}

// orNobody says what an empty banner means.
func orNobody(banner string) string {
	if banner == "" {
		return "(no marking: for nobody outside this node)"
	}
	return banner
}

func printPortion(p *printer, n int, portion intel.Portion, hidden bool) {
	p.line(2, "[%d] %s  %s", n, portion.Kind, orNobody(intel.Banner(portion.Marking, portion.Grading)))
	if hidden {
		p.line(6, "(hidden from you)")
		return
	}
	p.block(6, portion.Text)
	for _, c := range portion.Marking.Caveats {
		if !slices.Contains(intel.Known, c.Code) {
			p.styled(yellow, 6, "%s is a caveat that is not known here: it is read as ORCON and NOFWD together", c.Code)
		}
	}
	if portion.Substitute != "" {
		p.line(6, "substitute: %s", portion.Substitute)
	}
	for _, o := range portion.Origins {
		p.line(6, "from what %s sent (%s, portion %d), bound by: %s", o.From, o.Cut.Short(), o.Portion, orNobody(intel.Banner(o.Marking, intel.Grading{})))
	}
	if portion.Hint != "" {
		p.line(6, "a pointer says: %s", portion.Hint)
	}
	for _, st := range portion.Statements {
		p.line(6, "statement: %s (%s) %s = %s", st.Entity, st.Schema, st.Property, st.Value)
	}
	for _, x := range portion.Exhibits {
		printExhibit(p, 6, x)
	}
}

package main

import (
	"slices"

	"comity/exchange"
	"comity/intel"
)

// printCutPortions shows each portion in the form in which it came.
func printCutPortions(p *printer, o exchange.Opened) {
	for i, portion := range o.Cut.Portions {
		p.gap()
		p.line(2, "[%d] %s, as a %s  %s", i+1, kindOr(portion.Kind), portion.Form, orNobody(intel.Banner(portion.Marking, portion.Grading)))
		switch {
		case slices.Contains(o.Hidden, i+1):
			p.line(6, "(hidden from you)")
		case portion.Form == intel.Pointer && portion.Text == "":
			p.line(6, "(something exists here; ask %s)", o.Cut.Originator)
		default:
			p.block(6, portion.Text)
		}
		for _, st := range portion.Statements {
			p.line(6, "statement: %s (%s) %s = %s", st.Entity, st.Schema, st.Property, st.Value)
		}
		for _, x := range portion.Exhibits {
			printExhibit(p, 6, x)
			printHere(p, o, x)
		}
	}
}

// printHere says how much of an exhibit has come.
func printHere(p *printer, o exchange.Opened, x intel.Exhibit) {
	for _, a := range o.Exhibits {
		if a.Content != x.Content {
			continue
		}
		if a.Here < a.Parts {
			p.styled(yellow, 8, "%d of its %d parts have come; the others are on their way", a.Here, a.Parts)
		} else {
			p.line(8, "comity exhibit --received %s %s --out FILE", o.Cut.ID.Short(), x.Content.Short())
		}
	}
}

func kindOr(k intel.PortionKind) string {
	if k == "" {
		return "portion"
	}
	return string(k)
}

package web

import (
	"bytes"
	"encoding/xml"
	"errors"
	"html/template"
	"io"
	"slices"
	"strings"

	"comity/console"
	"comity/fault"
	"comity/law"
	"comity/picture"
	"comity/words"
)

// drawn gives the picture of a plan as a part of the page, or nothing if it is
// too large to draw. The drawing is ours, with every text escaped; it is held
// against what a drawing may be all the same before it stands in a page.
func drawn(v console.PlanView, t words.Tongue) template.HTML {
	deadlines := map[string]law.Deadline{}
	for _, r := range v.Rules {
		deadlines[r.Rule] = r.Deadline
	}
	var idle []string
	for _, i := range v.Idle {
		idle = append(idle, t.Say("%s (version %d)", i.Pack.ID, i.Pack.Version))
	}
	b, err := picture.SVG(picture.View{Plan: v.Plan, Title: v.Title, Titles: v.Titles, Deadlines: deadlines, Idle: idle, Tongue: t})
	if err != nil || harmless(b) != nil {
		return ""
	}
	return template.HTML(b) //nolint:gosec // held against the lists below
}

// What a drawing may hold: no script, style, link, image or handler of events.
var (
	drawnElements   = []string{"svg", "g", "title", "desc", "rect", "path", "circle", "text"}
	drawnAttributes = []string{"xmlns", "width", "height", "viewBox", "role", "font-family", "font-size", "font-weight", "font-style", "fill", "fill-opacity",
		"stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "opacity", "transform", "x", "y", "rx", "ry", "cx", "cy", "r", "d", "text-anchor"}
)

// harmless holds a drawing against the lists.
func harmless(svg []byte) error {
	d := xml.NewDecoder(bytes.NewReader(svg))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.StartElement:
			if !slices.Contains(drawnElements, t.Name.Local) {
				return fault.New(fault.Internal, "a drawing holds an element %s", t.Name.Local)
			}
			for _, a := range t.Attr {
				if !slices.Contains(drawnAttributes, a.Name.Local) || strings.Contains(strings.ToLower(a.Value), "url(") {
					return fault.New(fault.Internal, "a drawing holds an attribute %s", a.Name.Local)
				}
			}
		case xml.EndElement, xml.CharData:
		default:
			return fault.New(fault.Internal, "a drawing holds more than elements and texts")
		}
	}
}

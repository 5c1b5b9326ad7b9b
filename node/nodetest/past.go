package nodetest

import (
	"fmt"
	"strings"

	"comity/console"
	"comity/party"
	"comity/wire"
)

// exposure reads PARTY [SINCE [UNTIL]].
func (d *desk) exposure(rest string) error {
	words := append(strings.Fields(rest), "", "")
	c := console.ShowExposure{Party: party.Name(words[0])}
	var err error
	if words[1] == "" {
		words[1] = "2026-01-01"
	}
	if c.Since, err = wire.ParseTime(words[1]); err != nil {
		return err
	}
	if words[2] != "" {
		if c.Until, err = wire.ParseTime(words[2]); err != nil {
			return err
		}
	}
	r, err := ask(d, c)
	if err != nil {
		return err
	}
	var b strings.Builder
	for _, e := range r.Report.Exposed {
		fmt.Fprintf(&b, "%s version %d\n", d.label(e.Item.String()), e.Version)
		for _, w := range e.Could {
			fmt.Fprintf(&b, "could %s %s %s", w.Reach, w.Party, w.Scope)
			for _, s := range w.Path {
				b.WriteString(" " + s.Rule)
			}
			fmt.Fprintf(&b, " from=%s status=%s\n", w.From, w.Status)
		}
		for _, s := range e.Did {
			fmt.Fprintf(&b, "did %s %s", s.Kind, s.Unit)
			if s.Officer != "" {
				b.WriteString("#" + string(s.Officer))
			}
			if s.To != "" {
				fmt.Fprintf(&b, " to %s %s %s", s.To, s.Scope, s.Rule)
			}
			fmt.Fprintf(&b, " times=%d\n", s.Times)
		}
	}
	o := r.Report.Open
	fmt.Fprintf(&b, "releases=%d earlier=%d unknown=%v above=%v stranger=%v", r.Report.Count, r.Report.Earlier, o.Unknown.Parties, o.Above.Parties, o.Stranger)
	d.w.said = b.String()
	return nil
}

// label gives what a scenario calls an item.
func (d *desk) label(id string) string {
	for label, known := range d.w.items {
		if known.String() == id {
			return label
		}
	}
	return id
}

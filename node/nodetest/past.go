package nodetest

import (
	"fmt"
	"strings"

	"comity/console"
	"comity/exposure"
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
	for _, a := range r.Report.Allowed {
		fmt.Fprintf(&b, "allowed %s to %v back=%v\n", a.By, a.Allow, a.TakenBack)
	}
	o := r.Report.Open
	fmt.Fprintf(&b, "releases=%d earlier=%d unknown=%v above=%v stranger=%v", r.Report.Count, r.Report.Earlier, o.Unknown.Parties, o.Above.Parties, o.Stranger)
	d.w.said = b.String()
	return nil
}

// replay works out the plans of an item's releases: replay R1 holds.
func (d *desk) replay(rest string) error {
	words := append(strings.Fields(rest), "")
	r, err := ask(d, console.ReplayItem{Item: d.id(words[0])})
	if err != nil {
		return err
	}
	b, err := wire.Encode(r.Again)
	if d.w.said = string(b); r.Holds != (words[1] == "holds") {
		return fmt.Errorf("holds=%v: %s", r.Holds, b)
	}
	return err
}

// rerun asks about every open release with today's packs, in pages of one.
func (d *desk) rerun(string) error {
	var b strings.Builder
	looked, open, changed := 0, 0, 0
	for c := (console.RerunPacks{Limit: 1}); ; {
		r, err := ask(d, c)
		if err != nil {
			return err
		}
		looked, open, changed = looked+r.Rerun.Looked, open+r.Rerun.Open, changed+len(r.Rerun.Changed)
		for _, one := range r.Rerun.Changed {
			d.sayChanged(&b, one)
		}
		if c.After = r.Rerun.Next; c.After.ID.IsZero() {
			break
		}
	}
	fmt.Fprintf(&b, "looked=%d open=%d changed=%d", looked, open, changed)
	d.w.said = b.String()
	return nil
}

func (d *desk) sayChanged(b *strings.Builder, c exposure.Changed) {
	fmt.Fprintf(b, "%s version %d grew=%v to %v\n", d.label(c.Item.String()), c.Version, c.Grew(), c.Recipients)
	for _, g := range c.More {
		fmt.Fprintf(b, "%s %s %s %s", g.Kind, g.Way.Party, g.Way.Reach, g.Way.Scope)
		for _, s := range g.Way.Path {
			b.WriteString(" " + s.Rule)
		}
		fmt.Fprintf(b, " was=%s\n", g.Was)
	}
	for _, x := range c.Broken {
		fmt.Fprintf(b, "breaks %d %s %s blocks=%v\n", x.Portion, x.Promise, x.Party, x.Blocks)
	}
	for _, u := range c.Unknown {
		fmt.Fprintf(b, "unknown %s\n", u.Party)
	}
	for _, l := range c.Less {
		fmt.Fprintf(b, "less %s %s %s\n", l.Party, l.Was, l.Is)
	}
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

package holdings

import (
	"context"
	"slices"
	"strings"

	"comity/fault"
	"comity/intel"
	"comity/party"
	"comity/ref"
	"comity/wire"
)

// Writing is an item as its author writes it, field by field: what a form holds,
// right or wrong. What it does not name - statements, sources, what partners sent -
// stays as it is.
type Writing struct {
	Kind     intel.Kind   `json:"kind,omitzero"` // of a new item; that of another stays
	Title    string       `json:"title,omitzero"`
	Topic    string       `json:"topic,omitzero"`
	Areas    []intel.Area `json:"areas,omitempty"`
	Purpose  string       `json:"purpose,omitzero"`
	Basis    string       `json:"basis,omitzero"`
	Portions []Written    `json:"portions"`
}

// Written is a portion of it. One without an id is new.
type Written struct {
	ID         ref.PortionID     `json:"id,omitzero"`
	Kind       intel.PortionKind `json:"kind,omitzero"`
	Marks      []string          `json:"marks,omitempty"` // elements of its marking and grading (doc/spec/marking.md)
	Text       string            `json:"text,omitzero"`
	Substitute string            `json:"substitute,omitzero"`
	Hint       string            `json:"hint,omitzero"`
	Exhibits   []Described       `json:"exhibits,omitempty"` // those that stay
}

// Described is an exhibit of the item with what is said of it.
type Described struct {
	Content ref.Hash `json:"content"`
	Caption string   `json:"caption,omitzero"`
	Credit  string   `json:"credit,omitzero"`
}

// WritingOf gives an item as its author would write it. Of the portions that are
// hidden nothing but their place is there.
func WritingOf(v View) Writing {
	i := v.Item
	w := Writing{Kind: i.Kind, Title: i.Title, Topic: i.Topic, Areas: i.Areas, Purpose: i.Purpose, Basis: i.Basis, Portions: []Written{}}
	for n, p := range i.Portions {
		if slices.Contains(v.Hidden, n+1) {
			w.Portions = append(w.Portions, Written{ID: p.ID})
			continue
		}
		one := Written{ID: p.ID, Kind: p.Kind, Marks: intel.Elements(p.Marking, p.Grading), Text: p.Text, Substitute: p.Substitute, Hint: p.Hint}
		for _, x := range p.Exhibits {
			one.Exhibits = append(one.Exhibits, Described{x.Content, x.Caption, x.Credit})
		}
		w.Portions = append(w.Portions, one)
	}
	return w
}

// Begin makes an item of what an officer has written, as [Desk.Import] does.
func (d *Desk) Begin(ctx context.Context, actor party.Actor, w Writing) (intel.Item, error) {
	draft := Draft{Kind: w.Kind, Title: strings.TrimSpace(w.Title), Topic: strings.TrimSpace(w.Topic), Areas: w.Areas,
		Purpose: strings.TrimSpace(w.Purpose), Basis: strings.TrimSpace(w.Basis)}
	if !writable(w.Kind) {
		return intel.Item{}, fault.New(fault.Invalid, "an item of the kind %q is not written by hand", string(w.Kind)).At("kind").
			Fix("it comes of an act of its own, such as comity withdraw or comity contact")
	}
	for n, one := range w.Portions {
		var p intel.Portion
		if !one.ID.IsZero() || len(one.Exhibits) > 0 {
			return intel.Item{}, fault.New(fault.Invalid, "a new item has new portions, and files are attached once it is there").At("portion %d", n+1)
		}
		if err := one.onto(&p, intel.Item{}, wire.At(d.now())); err != nil {
			return intel.Item{}, within(err, n+1)
		}
		draft.Portions = append(draft.Portions, p)
	}
	return d.Import(ctx, actor, draft)
}

// writable tells the kinds of item that an officer begins; the others come of acts
// of their own, which say what they are about.
func writable(k intel.Kind) bool {
	return slices.Contains(intel.Kinds, k) && k != intel.NoticeItem && k != intel.ContactReport
}

// Rewrite makes the next version of an item of what an officer has written of the
// version named: fault.Stale if that is no longer the latest.
func (d *Desk) Rewrite(ctx context.Context, actor party.Actor, id ref.ItemID, version int, w Writing) (intel.Item, error) {
	if err := actor.May(party.ActWrite); err != nil {
		return intel.Item{}, err
	}
	_, v, err := d.open(ctx, actor, id, 0)
	if err != nil {
		return intel.Item{}, err
	}
	edited := v.Item
	edited.Version = version
	edited.Title, edited.Topic, edited.Areas = strings.TrimSpace(w.Title), strings.TrimSpace(w.Topic), w.Areas
	edited.Purpose, edited.Basis, edited.Portions = strings.TrimSpace(w.Purpose), strings.TrimSpace(w.Basis), nil
	for n, one := range w.Portions {
		p, err := one.in(v, wire.At(d.now()))
		if err != nil {
			return intel.Item{}, within(err, n+1)
		}
		edited.Portions = append(edited.Portions, p)
	}
	return d.Put(ctx, actor, edited)
}

// in gives the portion as it stands in the item once it is written so: one that is
// hidden as it is shown, blank.
func (w Written) in(v View, now wire.Time) (intel.Portion, error) {
	var p intel.Portion
	if !w.ID.IsZero() {
		n := slices.IndexFunc(v.Item.Portions, func(p intel.Portion) bool { return p.ID == w.ID })
		if n < 0 { // Put says what is wrong with it
			p.ID = w.ID
		} else {
			p = v.Item.Portions[n]
		}
		if slices.Contains(v.Hidden, n+1) {
			return p, nil
		}
	}
	return p, w.onto(&p, v.Item, now)
}

// onto puts what is written into a portion.
func (w Written) onto(p *intel.Portion, of intel.Item, now wire.Time) error {
	marking, grading, err := intel.ParseElements(w.Marks, now)
	if err != nil {
		return err
	}
	p.Kind, p.Marking, p.Grading = w.Kind, marking, grading
	p.Text, p.Substitute, p.Hint, p.Exhibits = body(w.Text), body(w.Substitute), strings.TrimSpace(w.Hint), nil
	for _, x := range w.Exhibits {
		file, ok := fileOf(of, x.Content)
		if !ok {
			return fault.New(fault.Invalid, "it names an exhibit that the item does not have").Fix("attach the file itself")
		}
		file.Caption, file.Credit = strings.TrimSpace(x.Caption), strings.TrimSpace(x.Credit)
		p.Exhibits = append(p.Exhibits, file)
	}
	return nil
}

// body takes the empty lines around a text off, and the line ends of browsers.
func body(text string) string {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	empty := func(s string) bool { return strings.TrimSpace(s) == "" }
	for len(lines) > 0 && empty(lines[0]) {
		lines = lines[1:]
	}
	for len(lines) > 0 && empty(lines[len(lines)-1]) {
		lines = lines[:len(lines)-1]
	}
	return strings.Join(lines, "\n")
}

func fileOf(i intel.Item, content ref.Hash) (intel.Exhibit, bool) {
	for _, p := range i.Portions {
		for _, x := range p.Exhibits {
			if x.Content == content {
				return x, true
			}
		}
	}
	return intel.Exhibit{}, false
}

// within says in which portion a fault lies.
func within(err error, portion int) error {
	e := fault.Safe(err)
	if e.Kind == fault.Internal {
		return err
	}
	where := "marking"
	if e.Where != "" {
		where = e.Where
	}
	return e.At("portion %d, %s", portion, where)
}

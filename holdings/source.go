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

// Source is whence an item was imported. It stays at this node with the item, and
// is destroyed with it: nothing of it crosses but what the author writes into a
// portion.
type Source struct {
	File     string       `json:"file,omitzero"`   // its name, without folders
	Format   string       `json:"format,omitzero"` // such as html or pdf
	Byline   string       `json:"byline,omitzero"` // as the document says; so are the next ones
	Date     string       `json:"date,omitzero"`
	Address  string       `json:"address,omitzero"`
	Language string       `json:"language,omitzero"`
	Machine  bool         `json:"machine,omitzero"` // a machine has read the text off pictures
	Notes    []string     `json:"notes,omitempty"`  // what was not taken in
	Content  ref.Hash     `json:"content,omitzero"` // of the file
	At       wire.Time    `json:"at"`
	By       party.Handle `json:"by"`
	Aside    []SetAside   `json:"aside,omitempty"`
}

// Said gives what is said of whence it came, to be searched.
func (s Source) Said() string {
	return strings.Join([]string{s.File, s.Byline, s.Date, s.Address}, "\n")
}

// SetAside is a text of the document that was not made a portion: navigation,
// buttons, comments. It would stand after a portion; zero: before all of them.
type SetAside struct {
	ID    ref.PortionID `json:"id"` // that the portion will have, if it is taken back
	Text  string        `json:"text"`
	Why   string        `json:"why"`
	After ref.PortionID `json:"after,omitzero"`
}

// Limits of a source.
const (
	MaxAside = 2000
	maxNotes = 50
)

// Origin is what is said of the source of a draft.
type Origin struct {
	Source
	Aside []AsideText
}

// AsideText is a text that was set aside after so many texts of the draft.
type AsideText struct {
	Text  string `json:"text"`
	Why   string `json:"why"`
	After int    `json:"after,omitzero"`
}

// source makes the source of an item of what is said of its draft.
func (d *Desk) source(actor party.Actor, item intel.Item, o Origin) (*Source, error) {
	if err := o.validate(len(item.Portions)); err != nil {
		return nil, err
	}
	s := o.Source
	s.At, s.By, s.Aside = item.Created, actor.Handle, nil
	for _, a := range o.Aside {
		one := SetAside{Text: a.Text, Why: a.Why}
		if err := mint(d, &one.ID); err != nil {
			return nil, err
		}
		if a.After > 0 {
			one.After = item.Portions[a.After-1].ID
		}
		s.Aside = append(s.Aside, one)
	}
	return &s, nil
}

// validate refuses what no portion could hold, and what is too much.
func (o Origin) validate(portions int) error {
	if len(o.Aside) > MaxAside || len(o.Notes) > maxNotes {
		return fault.New(fault.TooLarge, "more was set aside than %d texts, or noted than %d", MaxAside, maxNotes)
	}
	for _, line := range append([]string{o.File, o.Format, o.Byline, o.Date, o.Address, o.Language}, o.Notes...) {
		if len(line) > intel.MaxBasis || !intel.Plain(line, false) {
			return fault.New(fault.Invalid, "what is said of the source is longer than %d bytes, or no plain line", intel.MaxBasis).At("source")
		}
	}
	for n, a := range o.Aside {
		switch {
		case a.After < 0 || a.After > portions:
			return fault.New(fault.Invalid, "it stands after no portion of the draft").At("set aside %d", n+1)
		case a.Text == "" || len(a.Text) > intel.MaxText || !intel.Plain(a.Text, true):
			return fault.New(fault.Invalid, "it is empty, longer than %d bytes, or no plain text", intel.MaxText).At("set aside %d", n+1)
		case len(a.Why) > 32 || !intel.Plain(a.Why, false):
			return fault.New(fault.Invalid, "the reason is no word").At("set aside %d", n+1)
		}
	}
	return nil
}

// Imported is what an officer may know of an item's source. What was set aside is
// shown with whether it was taken back.
type Imported struct {
	Source Source `json:"source"`
	Taken  []int  `json:"taken,omitempty"` // numbers in Aside, from 1, that are portions now
}

// Source gives whence an item was imported, to an officer who may read all of all its
// versions: what was set aside has no marking of its own. fault.Withheld if it was written
// here.
func (d *Desk) Source(ctx context.Context, actor party.Actor, id ref.ItemID) (Imported, error) {
	_, v, err := d.open(ctx, actor, id, 0)
	if err != nil {
		return Imported{}, err
	}
	return d.imported(ctx, actor, v)
}

// whole tells whether an officer may read all of an item that the officer sees, and
// always might: a portion that was kept from the officer and is gone now is still in
// what was set aside, in the sketch of the item, and in the hash of its document.
func (d *Desk) whole(ctx context.Context, actor party.Actor, v View) (bool, error) {
	if len(v.Hidden) > 0 {
		return false, nil
	}
	for n := v.Item.Version - 1; n >= 1; n-- {
		before, err := d.Version(ctx, actor, v.Item.ID, n)
		if fault.Is(err, fault.Withheld) || err == nil && len(before.Hidden) > 0 {
			return false, nil
		}
		if err != nil {
			return false, err
		}
	}
	return true, nil
}

func (d *Desk) imported(ctx context.Context, actor party.Actor, v View) (Imported, error) {
	s, err := d.store.Source(ctx, v.Item.ID)
	whole := err == nil
	if err == nil { // most items were written here: their versions need no look
		whole, err = d.whole(ctx, actor, v)
	}
	if err != nil && !fault.Is(err, fault.Withheld) {
		return Imported{}, err
	}
	if !whole {
		return Imported{}, fault.New(fault.Withheld, "%s was written here and not imported, or you may not read all that it ever said", v.Item.ID.Short())
	}
	in := Imported{Source: s}
	for n, a := range s.Aside {
		if slices.ContainsFunc(v.Item.Portions, func(p intel.Portion) bool { return p.ID == a.ID }) {
			in.Taken = append(in.Taken, n+1)
		}
	}
	return in, nil
}

// TakeBack makes portions, in the next version of the item, of what was set aside
// when it was imported, by its numbers from 1: each where it stood.
func (d *Desk) TakeBack(ctx context.Context, actor party.Actor, id ref.ItemID, numbers []int) (intel.Item, error) {
	held, v, err := d.change(ctx, actor, id)
	if err != nil {
		return intel.Item{}, err
	}
	in, err := d.imported(ctx, actor, v)
	if err != nil {
		return intel.Item{}, err
	}
	numbers = slices.Compact(slices.Sorted(slices.Values(numbers)))
	if len(numbers) == 0 {
		return intel.Item{}, fault.New(fault.Invalid, "no number was given").Fix("comity aside %s lists what was set aside", id.Short())
	}
	portions := slices.Clone(held.Item.Portions)
	for _, n := range numbers {
		switch {
		case n < 1 || n > len(in.Source.Aside):
			return intel.Item{}, fault.New(fault.Invalid, "nothing was set aside under the number %d", n).Fix("they go from 1 to %d", len(in.Source.Aside))
		case slices.Contains(in.Taken, n):
			return intel.Item{}, fault.New(fault.Stale, "number %d was taken back before", n)
		}
		portions = slices.Insert(portions, in.place(portions, n), in.Source.Aside[n-1].portion())
	}
	return d.next(ctx, actor, held, func(i *intel.Item) { i.Portions = portions })
}

// portion makes one of a text that was set aside. What readers of the page have
// written is an opinion, whatever it says.
func (a SetAside) portion() intel.Portion {
	p := intel.Portion{ID: a.ID, Kind: intel.Fact, Text: a.Text}
	if a.Why == asideComments {
		p.Kind = intel.Judgement
	}
	return p
}

// asideComments is why the comments of readers are set aside (see package intake).
const asideComments = "comments"

// place finds where a text that was set aside would stand: behind the portion that
// it stood behind, and behind what stood there before it and was taken back; at
// the end, if that portion is gone.
func (in Imported) place(portions []intel.Portion, n int) int {
	one := in.Source.Aside[n-1]
	at := 0
	if !one.After.IsZero() {
		at = 1 + slices.IndexFunc(portions, func(p intel.Portion) bool { return p.ID == one.After })
		if at == 0 {
			return len(portions)
		}
	}
	for at < len(portions) && slices.ContainsFunc(in.Source.Aside[:n-1], func(a SetAside) bool { return a.ID == portions[at].ID }) {
		at++
	}
	return at
}

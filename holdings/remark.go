package holdings

import (
	"context"
	"slices"

	"comity/fault"
	"comity/intel"
	"comity/party"
	"comity/ref"
	"comity/wire"
)

// Remarked is a note or an opinion on something, as the officer may read it.
type Remarked struct {
	Item   ref.ItemID   `json:"item,omitzero"` // or
	Cut    ref.CutID    `json:"cut,omitzero"`  // that came
	Kind   intel.Kind   `json:"kind"`
	From   party.Name   `json:"from"`
	Author party.Handle `json:"author,omitzero"`
	At     wire.Time    `json:"at"`
	About  string       `json:"about"`
	Stance intel.Stance `json:"stance,omitzero"`
	Use    intel.Use    `json:"use,omitzero"`
	Text   string       `json:"text"`
}

// mostRemarks is how many are told of one thing.
const mostRemarks = 100

// Remarks lists the notes and opinions that are about one of these: eight digits of
// an id each (see intel.Remark). They are found and read like anything else.
func (d *Desk) Remarks(ctx context.Context, actor party.Actor, about ...string) ([]Remarked, error) {
	if err := actor.May(party.ActRead); err != nil {
		return nil, err
	}
	list := []Remarked{}
	for _, id := range about {
		terms, err := split(id)
		if err != nil || len(terms) != 1 {
			return nil, fault.New(fault.Invalid, "%q are no digits of an id", id)
		}
		s := d.searcher(actor, terms)
		err = s.each(ctx, func(p Passage) (bool, error) {
			r, err := s.remark(ctx, p)
			if err == nil && r.About == id {
				list = append(list, r)
			}
			return len(list) < mostRemarks, err
		})
		if err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(list, func(a, b Remarked) int { return b.At.Time().Compare(a.At.Time()) })
	return list, nil
}

// Came tells whether a cut came that the officer may know of, read or not: if not,
// fault.Withheld.
func (d *Desk) Came(ctx context.Context, actor party.Actor, id ref.CutID) error {
	cut, err := d.store.Received(ctx, id)
	if err != nil && !fault.Is(err, fault.Withheld) {
		return err
	}
	if _, _, ok := ViewCut(actor, cut, wire.At(d.now())); err != nil || !ok {
		return fault.New(fault.Withheld, "nothing like that came for you").Fix("comity inbox shows what came")
	}
	return nil
}

// remark reads a passage as one; about nothing: it is none.
func (s searcher) remark(ctx context.Context, p Passage) (Remarked, error) {
	if p.Number != 1 {
		return Remarked{}, nil
	}
	if p.Item.IsZero() {
		c, err := s.cut(ctx, p)
		if err != nil || c == nil || !isRemark(c.cut.Kind) {
			return Remarked{}, err
		}
		r := Remarked{Cut: p.Cut, Kind: c.cut.Kind, From: c.cut.Originator, At: c.cut.Created}
		return r.of(c.cut.Portions[0].Text), nil
	}
	v, err := s.item(ctx, p)
	if err != nil || v == nil || !isRemark(v.Item.Kind) {
		return Remarked{}, err
	}
	r := Remarked{Item: p.Item, Kind: v.Item.Kind, From: v.Item.Originator, Author: v.Item.Author, At: v.Item.Created}
	return r.of(v.Item.Portions[0].Text), nil
}

func isRemark(k intel.Kind) bool { return k == intel.Note || k == intel.Opinion }

func (r Remarked) of(text string) Remarked {
	line, rest, ok := intel.ParseRemark(text)
	if !ok {
		return Remarked{}
	}
	r.About, r.Stance, r.Use, r.Text = line.About, line.Stance, line.Use, rest
	return r
}

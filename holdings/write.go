package holdings

import (
	"context"
	"slices"

	"comity/fault"
	"comity/intel"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/wire"
)

// Draft is an item before the node has taken it in: what its author writes.
// Ids, owner, author and times are set by the desk.
type Draft struct {
	Kind          intel.Kind // empty: a report
	Title         string
	Topic         string
	Areas         []intel.Area
	Purpose       string
	Basis         string
	Portions      []intel.Portion      // ids are minted anew; a portion without a kind is a fact
	Texts         []string             // more portions, of facts, with these texts
	Authorisation *intel.Authorisation // of a request for one
	Notice        *intel.Notice        // of a notice: about an item that the author may see
	Origin        *Origin              // of what is imported from a document
	Again         bool                 // also if the same document was imported before
}

// Import takes a draft into the holdings of the officer's unit, as version 1
// of a new item, and records it.
func (d *Desk) Import(ctx context.Context, actor party.Actor, draft Draft) (intel.Item, error) {
	if err := actor.May(party.ActWrite); err != nil {
		return intel.Item{}, err
	}
	if draft.Notice != nil {
		if _, err := d.Item(ctx, actor, draft.Notice.About); err != nil {
			return intel.Item{}, err
		}
	}
	item, err := d.first(actor, draft)
	if err != nil {
		return intel.Item{}, err
	}
	var source *Source
	if draft.Origin != nil {
		if source, err = d.source(actor, item, *draft.Origin); err != nil {
			return intel.Item{}, err
		}
		if err := d.unknown(ctx, actor, source.Content, draft.Again); err != nil {
			return intel.Item{}, err
		}
	}
	kept, err := d.keep(ctx, actor, record.Collect, item, nil, source)
	return kept.Item, err
}

// first makes version 1 of a draft.
func (d *Desk) first(actor party.Actor, draft Draft) (intel.Item, error) {
	item := intel.Item{
		Kind: draft.Kind, Version: 1, Originator: actor.Unit, Author: actor.Handle,
		Title: draft.Title, Topic: draft.Topic, Areas: draft.Areas, Purpose: draft.Purpose, Basis: draft.Basis,
		Created: wire.At(d.now()), Notice: draft.Notice, Authorisation: draft.Authorisation, Portions: []intel.Portion{},
	}
	if err := mint(d, &item.ID); err != nil {
		return intel.Item{}, err
	}
	if item.Kind == "" {
		item.Kind = intel.Report
	}
	item.Portions = append(item.Portions, draft.Portions...)
	for _, text := range draft.Texts {
		item.Portions = append(item.Portions, intel.Portion{Text: text})
	}
	minted := make(map[ref.PortionID]ref.PortionID, len(item.Portions))
	for i := range item.Portions {
		p := &item.Portions[i]
		before := p.ID
		if err := mint(d, &p.ID); err != nil {
			return intel.Item{}, err
		}
		if !before.IsZero() {
			minted[before] = p.ID
		}
		if p.Kind == "" {
			p.Kind = intel.Fact
		}
	}
	return item, descend(item.Portions, minted)
}

// descend renames the sources of portions to the ids that they were given. A
// source that is not in the draft is refused: it would be an id of another
// item, taken from outside.
func descend(portions []intel.Portion, minted map[ref.PortionID]ref.PortionID) error {
	for i, p := range portions {
		sources := make([]ref.PortionID, len(p.DerivedFrom))
		for n, s := range p.DerivedFrom {
			id, ok := minted[s]
			if !ok {
				return fault.New(fault.Invalid, "it derives from a portion that is not in the item").At("portion %d, derived_from", i+1)
			}
			sources[n] = id
		}
		if len(sources) > 0 {
			portions[i].DerivedFrom = sources
		}
	}
	return nil
}

// keep validates, records and stores a version; before is the version that
// it follows, nil for the first, and source whence the first was imported.
func (d *Desk) keep(ctx context.Context, actor party.Actor, kind record.Kind, item intel.Item, before *Held, source *Source) (Held, error) {
	var err error
	if item.Salt, err = d.salt(); err != nil {
		return Held{}, err
	}
	item.Derived = item.Derived || slices.ContainsFunc(item.Portions, func(p intel.Portion) bool { return len(p.Origins) > 0 })
	if err := item.Validate(); err != nil {
		return Held{}, err
	}
	hash, err := item.Hash()
	if err != nil {
		return Held{}, err
	}
	authors := make(map[ref.PortionID]party.Handle, len(item.Portions))
	for _, p := range item.Portions {
		authors[p.ID] = actor.Handle
		if before != nil && before.Authors[p.ID] != "" {
			authors[p.ID] = before.Authors[p.ID]
		}
	}
	e, err := d.entry(kind, actor, item.Created, item.ID, hash)
	if err != nil {
		return Held{}, err
	}
	h := Held{Item: item, Hash: hash, Authors: authors, Source: source}
	if err := d.store.Keep(ctx, h, e); err != nil {
		return Held{}, err
	}
	return h, nil
}

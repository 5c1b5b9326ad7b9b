package holdings

import (
	"context"
	"slices"
	"strings"

	"comity/party"
	"comity/wire"
)

// NamedEntity is a line about an entity that items name.
type NamedEntity struct {
	Name       string     `json:"name"`
	From       party.Name `json:"from"` // the unit whose name it is
	Schemas    []string   `json:"schemas"`
	Called     []string   `json:"called,omitempty"`
	Statements int        `json:"statements"`
	Items      int        `json:"items"` // of those that were looked at
}

// Entities lists what items of the officer's unit name, as the officer may read them:
// from the items after a cursor, the newest first, at most limit of them. It gives the
// cursor to go on from; zero is the end.
func (d *Desk) Entities(ctx context.Context, actor party.Actor, after Cursor, limit int) ([]NamedEntity, Cursor, error) {
	if err := actor.May(party.ActRead); err != nil {
		return nil, Cursor{}, err
	}
	limit = bounded(limit)
	page, err := d.store.List(ctx, actor.Unit, after, limit)
	if err != nil {
		return nil, Cursor{}, err
	}
	list, at := []NamedEntity{}, map[entityKey]int{}
	for _, h := range page {
		after = h.Item.ID
		v, ok := view(actor, h, wire.At(d.now()))
		if !ok || h.Destroyed {
			continue
		}
		seen := map[entityKey]bool{}
		for _, s := range stated(v) {
			k := keyOf(s)
			n, known := at[k]
			if !known {
				n, at[k] = len(list), len(list)
				list = append(list, NamedEntity{Name: k.name, From: k.from, Schemas: []string{}})
			}
			list[n].add(s, !seen[k])
			seen[k] = true
		}
	}
	if len(page) < limit {
		after = Cursor{}
	}
	slices.SortStableFunc(list, func(a, b NamedEntity) int {
		return strings.Compare(strings.ToLower(a.Label()), strings.ToLower(b.Label()))
	})
	return list, after, nil
}

// Label is what it is called, or its name among statements.
func (e NamedEntity) Label() string {
	if len(e.Called) > 0 {
		return e.Called[0]
	}
	return e.Name
}

func (e *NamedEntity) add(s Sourced, fresh bool) {
	e.Statements++
	if fresh {
		e.Items++
	}
	if !slices.Contains(e.Schemas, s.Statement.Schema) {
		e.Schemas = append(e.Schemas, s.Statement.Schema)
	}
	if slices.Contains(nameProperties, s.Statement.Property) && !slices.Contains(e.Called, s.Statement.Value) {
		e.Called = append(e.Called, s.Statement.Value)
	}
}

// stated gives the statements of the portions that are shown.
func stated(v View) []Sourced {
	var list []Sourced
	for n, p := range v.Item.Portions {
		from := v.Item.Originator
		if len(p.Origins) > 0 {
			from = p.Origins[0].From // it is what a partner calls so
		}
		for _, st := range p.Statements {
			list = append(list, Sourced{Statement: st, Item: v.Item.ID, Title: v.Item.Title, From: from, At: v.Item.Created, Portion: n + 1, Marking: p.Marking, Grading: p.Grading})
		}
	}
	return list
}

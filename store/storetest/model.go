package storetest

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"comity/fault"
	"comity/holdings"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/store"
)

// testModel plays random acts on the store and on a map, and wants the same
// answers from both. Every play has units of its own.
func testModel(t *testing.T, open Opener) {
	db := open(t)
	play := 0
	rapid.Check(t, func(rt *rapid.T) {
		play++
		m := model{
			t: t, db: db, items: map[ref.ItemID][]holdings.Held{}, before: size(t, db),
			units: []party.Name{party.Name(fmt.Sprintf("us/a%d", play)), party.Name(fmt.Sprintf("us/b%d", play))},
		}
		rt.Repeat(map[string]func(*rapid.T){"import": m.imports, "alter": m.alter, "read": m.read, "": m.check})
	})
	Audit(t, db)
}

// model is what the store should hold.
type model struct {
	t       *testing.T
	db      *store.DB
	units   []party.Name
	items   map[ref.ItemID][]holdings.Held
	before  int64 // records
	records int64
}

// any draws a version, not always the latest, of some item.
func (m *model) any(rt *rapid.T) holdings.Held {
	if len(m.items) == 0 {
		rt.Skip()
	}
	ids := slices.SortedFunc(maps.Keys(m.items), func(a, b ref.ItemID) int { return slices.Compare(a[:], b[:]) })
	return rapid.SampledFrom(m.items[rapid.SampledFrom(ids).Draw(rt, "item")]).Draw(rt, "version")
}

func (m *model) imports(rt *rapid.T) {
	n := rapid.IntRange(1, 4).Draw(rt, "portions")
	h := written(m.t, rapid.SampledFrom(m.units).Draw(rt, "unit"), "T", slices.Repeat([]string{"text"}, n)...)
	must(m.t, m.db.Holdings().Keep(ctx, h, entry(m.t, record.Collect)))
	m.items[h.Item.ID], m.records = []holdings.Held{h}, m.records+1
}

func (m *model) alter(rt *rapid.T) {
	h := m.any(rt)
	next := after(m.t, h, "bob", fmt.Sprint("v", h.Item.Version+1))
	err := m.db.Holdings().Keep(ctx, next, entry(m.t, record.Alter))
	if h.Item.Version != len(m.items[h.Item.ID]) {
		refused(m.t, fault.Stale, err)
		return
	}
	must(m.t, err)
	m.items[h.Item.ID], m.records = append(m.items[h.Item.ID], next), m.records+1
}

func (m *model) read(rt *rapid.T) {
	h := m.any(rt)
	got, err := m.db.Holdings().Version(ctx, h.Item.ID, h.Item.Version)
	must(m.t, err)
	if hash, _ := got.Item.Hash(); hash != h.Hash {
		rt.Fatalf("version %d is not what was kept", h.Item.Version)
	}
}

func (m *model) check(rt *rapid.T) {
	for _, u := range m.units {
		got, err := m.db.Holdings().List(ctx, u, ref.ItemID{}, 1<<20)
		must(m.t, err)
		for _, h := range got {
			versions := m.items[h.Item.ID]
			if len(versions) == 0 || versions[len(versions)-1].Hash != h.Hash || h.Item.Originator != u {
				rt.Fatalf("%s lists %+v", u, h.Item)
			}
		}
		want := 0
		for _, versions := range m.items {
			if versions[0].Item.Originator == u {
				want++
			}
		}
		if len(got) != want {
			rt.Fatalf("%s has %d items, not %d", u, len(got), want)
		}
	}
	if n := size(m.t, m.db) - m.before; n != m.records {
		rt.Fatalf("%d records, not %d", n, m.records)
	}
}

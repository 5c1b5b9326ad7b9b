package holdings_test

import (
	"slices"
	"testing"

	"comity/fault"
	"comity/holdings"
	"comity/intel"
	"comity/party"
	"comity/ref"
)

func said(portion int, entity, schema, property, value string) holdings.Said {
	return holdings.Said{Portion: portion, Statement: intel.Statement{Entity: entity, Schema: schema, Property: property, Value: value}}
}

// boss is an item of ann's that speaks of one person in portion 1, and of a
// membership in portion 2.
func boss(t *testing.T, h *house, by party.Actor) intel.Item {
	t.Helper()
	item, err := h.Import(ctx, by, holdings.Draft{Title: "Who is who", Texts: []string{"He is known by two names.", "He leads them."}})
	must(t, err)
	item, err = h.Say(ctx, by, item.ID, 0, []holdings.Said{said(1, "mencho", "Person", "name", "Nemesio Oseguera Cervantes"), said(1, "mencho", "Person", "alias", "El Mencho"),
		said(1, "mencho", "Person", "phone", "+523312345678"), said(2, "mencho-cjng", "Membership", "member", "mencho"), said(2, "mencho-cjng", "Membership", "role", "leader")})
	must(t, err)
	return item
}

// An entity is found by any of its names and by its numbers, and shows all that is
// said of it with where it is said; an older version says nothing any more.
func TestEntity(t *testing.T) {
	h := open(t)
	item := boss(t, h, ann)
	other, err := h.Import(ctx, bob, holdings.Draft{Title: "Seen again", Texts: []string{"He was in Guadalajara."}})
	must(t, err)
	_, err = h.Say(ctx, bob, other.ID, 0, []holdings.Said{said(1, "mencho", "Person", "address", "Guadalajara"), said(1, "somebody", "Person", "name", "Rubén Oseguera")})
	must(t, err)
	for _, name := range []string{"mencho", "El Mencho", "oseguera cervantes", "Nemesio OSEGUERA Cervantes", "+52 33 1234 5678", "+523312345678"} {
		list, err := h.Entity(ctx, ann, name)
		if name == "+52 33 1234 5678" {
			refused(t, fault.Withheld, err) // numbers are compared as they stand in statements
			continue
		}
		must(t, err)
		if len(list) != 1 || list[0].Name != "mencho" || len(list[0].Statements) != 4 || len(list[0].Named) != 2 ||
			!slices.Equal(list[0].Called, []string{"Nemesio Oseguera Cervantes", "El Mencho"}) {
			t.Errorf("%q: %+v", name, list)
		}
	}
	list, err := h.Entity(ctx, ann, "oseguera")
	must(t, err)
	if len(list) != 2 {
		t.Errorf("a name that two have: %+v", list)
	}
	s := list[slices.IndexFunc(list, func(e holdings.Entity) bool { return e.Name == "mencho" })].Statements[0]
	if s.Item != item.ID || s.Portion != 1 || s.Title != "Who is who" || s.From != ann.Unit {
		t.Errorf("the source is %+v", s)
	}
	item.Portions[0].Statements = nil
	_, err = h.Put(ctx, ann, item)
	must(t, err)
	list, err = h.Entity(ctx, ann, "mencho")
	must(t, err)
	if len(list) != 1 || len(list[0].Statements) != 1 || list[0].Statements[0].Item != other.ID {
		t.Errorf("after it was taken out: %+v", list)
	}
}

// What an officer may not read says nothing of an entity, neither that it is there
// nor how much is said.
func TestEntityIsWithheld(t *testing.T) {
	h := open(t)
	item := boss(t, h, ann)
	_, err := h.Mark(ctx, ann, item.ID, []int{2}, []string{"EYES:us/dea/ccf#ann"})
	must(t, err)
	list, err := h.Entity(ctx, bob, "mencho")
	must(t, err)
	if len(list) != 1 || len(list[0].Statements) != 3 || len(list[0].Named) != 0 {
		t.Errorf("bob sees %+v", list)
	}
	_, err = h.Mark(ctx, ann, item.ID, []int{1}, []string{"EYES:us/dea/ccf#ann"})
	must(t, err)
	for name, ask := range map[string]func() error{
		"hidden from bob":       func() error { _, err := h.Entity(ctx, bob, "mencho"); return err },
		"by its number":         func() error { _, err := h.Entity(ctx, bob, "+523312345678"); return err },
		"by the relation":       func() error { _, err := h.Entity(ctx, bob, "mencho-cjng"); return err },
		"another unit":          func() error { _, err := h.Entity(ctx, cid, "mencho"); return err },
		"nobody of the name":    func() error { _, err := h.Entity(ctx, ann, "nobody"); return err },
		"words of another kind": func() error { _, err := h.Entity(ctx, ann, "leads them"); return err },
	} {
		if err := ask(); !fault.Is(err, fault.Withheld) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, terms := range map[string]string{"statement": "523312345678", "relation": "mencho-cjng"} {
		if hits, err := h.Search(ctx, bob, terms, 0); err != nil || len(hits) != 0 {
			t.Errorf("a search finds the hidden %s: %+v, %v", name, hits, err)
		}
	}
}

// Statements are refused whole: for a portion that there is not or that is hidden,
// under no name, of no type, or said already.
func TestSayRefuses(t *testing.T) {
	h := open(t)
	item := boss(t, h, ann)
	hidden := boss(t, h, ann)
	_, err := h.Mark(ctx, ann, hidden.ID, []int{2}, []string{"EYES:us/dea/ccf#ann"})
	must(t, err)
	good := said(1, "a", "Person", "name", "A")
	for name, c := range map[string]struct {
		kind fault.Kind
		by   party.Actor
		id   ref.ItemID
		said []holdings.Said
	}{
		"no portion":     {fault.Invalid, ann, item.ID, []holdings.Said{good, said(0, "a", "Person", "name", "A")}},
		"too high":       {fault.Invalid, ann, item.ID, []holdings.Said{good, said(3, "a", "Person", "name", "A")}},
		"hidden":         {fault.Denied, bob, hidden.ID, []holdings.Said{good, said(2, "a", "Person", "name", "A")}},
		"another unit's": {fault.Withheld, cid, item.ID, []holdings.Said{good}},
		"no entity":      {fault.Invalid, ann, item.ID, []holdings.Said{good, said(1, "", "Person", "name", "A")}},
		"spaces":         {fault.Invalid, ann, item.ID, []holdings.Said{good, said(1, "a b", "Person", "name", "A")}},
		"no type":        {fault.Invalid, ann, item.ID, []holdings.Said{good, said(1, "a", "person", "name", "A")}},
		"no value":       {fault.Invalid, ann, item.ID, []holdings.Said{good, said(1, "a", "Person", "name", "")}},
		"no such type":   {fault.Invalid, ann, item.ID, []holdings.Said{good, said(1, "a", "Personn", "name", "A")}},
		"not its own":    {fault.Invalid, ann, item.ID, []holdings.Said{good, said(1, "a", "Person", "vin", "A")}},
		"no date":        {fault.Invalid, ann, item.ID, []holdings.Said{good, said(1, "a", "Person", "birthDate", "1980-02-31")}},
		"in itself":      {fault.Invalid, ann, item.ID, []holdings.Said{good, said(1, "a", "Organization", "parent", "a")}},
		"two lines":      {fault.Invalid, ann, item.ID, []holdings.Said{good, said(1, "a", "Person", "name", "A\nB")}},
		"nothing":        {fault.Stale, ann, item.ID, nil},
		"known":          {fault.Stale, ann, item.ID, []holdings.Said{said(1, "mencho", "Person", "alias", "El Mencho")}},
	} {
		if _, err := h.Say(ctx, c.by, c.id, 0, c.said); !fault.Is(err, c.kind) {
			t.Errorf("%s: %v, want %v", name, err, c.kind)
		}
	}
	if v, err := h.Item(ctx, ann, item.ID); err != nil || v.Item.Version != item.Version {
		t.Errorf("version %d, %v", v.Item.Version, err)
	}
}

// What a partner calls an entity, or calls by no word at all, stays the partner's and
// takes nothing of ours away: ours comes first, however many others there are.
func TestEntitiesOfOthers(t *testing.T) {
	h := open(t)
	ours := boss(t, h, ann)
	var cut ref.CutID
	copy(cut[:], ours.ID[:])
	derived, err := h.Import(ctx, ann, holdings.Draft{Title: "From elsewhere", Portions: []intel.Portion{{Text: "They say so.",
		Origins:    []intel.Origin{{From: "mx/semar/uin", To: []party.Name{"us/dea/ccf"}, Cut: cut, Portion: 1}},
		Statements: []intel.Statement{{Entity: "mencho", Schema: "Person", Property: "passportNumber", Value: "FORGED-99"}, {Entity: "...", Schema: "Person", Property: "alias", Value: "El Mencho"}}}}})
	must(t, err)
	list, err := h.Entity(ctx, ann, "El Mencho")
	must(t, err)
	if len(list) != 2 || list[0].Name != "mencho" || list[0].From != ann.Unit || list[1].Name != "..." || list[1].From != "mx/semar/uin" {
		t.Fatalf("%+v", list)
	}
	for _, s := range list[0].Statements {
		if s.Item == derived.ID || s.Statement.Value == "FORGED-99" {
			t.Errorf("ours has taken in %+v", s)
		}
	}
	_, err = h.Say(ctx, ann, ours.ID, ours.Version-1, []holdings.Said{said(1, "a", "Person", "name", "A")})
	refused(t, fault.Stale, err)
}

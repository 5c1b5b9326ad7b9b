package holdings

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"comity/fault"
	"comity/ftm"
	"comity/intel"
	"comity/party"
	"comity/ref"
	"comity/vault"
	"comity/wire"
)

// Sourced is a statement with where it stands: what it says is marked and graded as
// its portion is.
type Sourced struct {
	Statement intel.Statement `json:"statement"`
	Item      ref.ItemID      `json:"item,omitzero"` // or
	Cut       ref.CutID       `json:"cut,omitzero"`
	Title     string          `json:"title"` // of the item or cut
	From      party.Name      `json:"from"`  // the unit that wrote it
	At        wire.Time       `json:"at"`    // of the version
	Portion   int             `json:"portion"`
	Marking   intel.Marking   `json:"marking"`
	Grading   intel.Grading   `json:"grading,omitzero"`
}

// Entity is what an officer may see of one entity: nothing but the statements that
// the officer may read, each with its source. An entity is its author's: what two
// units call by one name need not be one.
type Entity struct {
	Name       string     `json:"name"` // as its statements name it
	From       party.Name `json:"from"` // the unit whose name it is
	Schemas    []string   `json:"schemas"`
	Called     []string   `json:"called,omitempty"` // values of name, alias and the like
	Statements []Sourced  `json:"statements"`
	Named      []Sourced  `json:"named,omitempty"` // what is said of others that name it: of a membership, also its role and dates
}

// Bounds of what is told of entities.
const (
	mostEntities   = 10 // of one unit, but for the officer's own
	mostStatements = 2000
)

// nameProperties are the properties of FollowTheMoney that say what something is
// called.
var nameProperties = []string{"name", "alias", "weakAlias", "previousName", "firstName", "lastName", "callSign"}

// Entity finds the entities that have a name, or a number, an address or anything
// else of this value, among the statements that the officer may read, with all that
// is said of each.
func (d *Desk) Entity(ctx context.Context, actor party.Actor, name string) ([]Entity, error) {
	if err := actor.May(party.ActRead); err != nil {
		return nil, err
	}
	terms, err := split(name)
	if err != nil {
		return nil, err
	}
	found, err := d.statements(ctx, actor, terms)
	if err != nil {
		return nil, err
	}
	entities := map[entityKey]bool{}
	for _, s := range found {
		entities[keyOf(s)] = true
	}
	var keys []entityKey
	of := map[party.Name]int{}
	for _, s := range found {
		k := keyOf(s)
		names := entities[entityKey{s.From, s.Statement.Value}] // another one: it is about that
		if !names && means(s.Statement, name) && !slices.Contains(keys, k) {
			if of[k.from]++; of[k.from] <= mostEntities || k.from == actor.Unit {
				keys = append(keys, k)
			}
		}
	}
	slices.SortStableFunc(keys, func(a, b entityKey) int { return cmp.Compare(others(a, actor), others(b, actor)) })
	if len(keys) == 0 {
		return nil, fault.New(fault.Withheld, "no statement that you may read is about this").
			Fix("comity search finds words in texts; comity entity find offers what a text names")
	}
	var list []Entity
	for _, k := range keys {
		e, err := d.entity(ctx, actor, k, found)
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, nil
}

// entityKey tells entities apart: each unit names its own.
type entityKey struct {
	from party.Name
	name string
}

func keyOf(s Sourced) entityKey { return entityKey{s.From, s.Statement.Entity} }

// means tells whether a statement is about what has a name or a value.
func means(s intel.Statement, name string) bool {
	want := vault.Words(name)
	return slices.Equal(vault.Words(s.Entity), want) || slices.Equal(vault.Words(s.Value), want) ||
		slices.Contains(nameProperties, s.Property) && contains(vault.Words(s.Value), want)
}

// contains tells whether all of some words stand among others, in any order.
func contains(all, some []string) bool {
	return len(some) > 0 && !slices.ContainsFunc(some, func(w string) bool { return !slices.Contains(all, w) })
}

// others puts the entities of partners behind those of the officer's own unit.
func others(k entityKey, actor party.Actor) int {
	if k.from == actor.Unit {
		return 0
	}
	return 1
}

// entity gathers what is said of one entity; found is what is known already.
func (d *Desk) entity(ctx context.Context, actor party.Actor, k entityKey, found []Sourced) (Entity, error) {
	e := Entity{Name: k.name, From: k.from, Schemas: []string{}, Statements: []Sourced{}}
	if terms, err := split(k.name); err == nil { // a partner may call one by no word at all
		if found, err = d.statements(ctx, actor, terms); err != nil {
			return e, err
		}
	}
	relations := map[entityKey]bool{}
	for _, s := range found {
		if s.From == k.from && s.Statement.Value == k.name && keyOf(s) != k {
			relations[keyOf(s)] = true
		}
	}
	for _, s := range found {
		if keyOf(s) == k {
			e.add(s)
		}
		if relations[keyOf(s)] {
			e.Named = append(e.Named, s)
		}
	}
	slices.SortStableFunc(e.Statements, func(a, b Sourced) int {
		return cmp.Or(cmp.Compare(order(a), order(b)), strings.Compare(a.Statement.Property, b.Statement.Property), strings.Compare(a.Statement.Value, b.Statement.Value))
	})
	slices.Sort(e.Schemas)
	return e, nil
}

// order puts what something is called first.
func order(s Sourced) int {
	if i := slices.Index(nameProperties, s.Statement.Property); i >= 0 {
		return i
	}
	return len(nameProperties)
}

func (e *Entity) add(s Sourced) {
	e.Statements = append(e.Statements, s)
	if !slices.Contains(e.Schemas, s.Statement.Schema) {
		e.Schemas = append(e.Schemas, s.Statement.Schema)
	}
	if slices.Contains(nameProperties, s.Statement.Property) && !slices.Contains(e.Called, s.Statement.Value) {
		e.Called = append(e.Called, s.Statement.Value)
	}
}

// statements gives the statements of the portions in which all the words stand and
// that the officer may read, by the same way as a search does.
func (d *Desk) statements(ctx context.Context, actor party.Actor, terms []string) ([]Sourced, error) {
	s, list := d.searcher(actor, terms), []Sourced{}
	err := s.through(ctx, d.store.Stated, func(p Passage) (bool, error) {
		if p.Number < 1 {
			return true, nil
		}
		more, err := s.sourced(ctx, p)
		list = append(list, more...)
		return len(list) < mostStatements, err
	})
	return list, err
}

// sourced gives the statements of one portion.
func (s searcher) sourced(ctx context.Context, p Passage) (list []Sourced, err error) {
	if !p.Item.IsZero() {
		v, err := s.item(ctx, p)
		if err != nil || v == nil {
			return nil, err
		}
		portion := v.Item.Portions[p.Number-1]
		from := v.Item.Originator
		if len(portion.Origins) > 0 {
			from = portion.Origins[0].From // it is what a partner calls so
		}
		for _, st := range portion.Statements {
			list = append(list, Sourced{Statement: st, Item: p.Item, Title: v.Item.Title, From: from, At: v.Item.Created, Portion: p.Number,
				Marking: portion.Marking, Grading: portion.Grading})
		}
		return list, nil
	}
	c, err := s.cut(ctx, p)
	if err != nil || c == nil {
		return nil, err
	}
	portion := c.cut.Portions[p.Number-1]
	for _, st := range portion.Statements {
		list = append(list, Sourced{Statement: st, Cut: p.Cut, Title: c.cut.Title, From: c.cut.Originator, At: c.cut.Created, Portion: p.Number,
			Marking: portion.Marking, Grading: portion.Grading})
	}
	return list, nil
}

// Say adds statements to portions of an item, by their numbers, in its next version.
// Version is the one that the numbers are of; 0: whichever is the latest.
func (d *Desk) Say(ctx context.Context, actor party.Actor, id ref.ItemID, version int, said []Said) (intel.Item, error) {
	held, v, err := d.change(ctx, actor, id)
	if err != nil {
		return intel.Item{}, err
	}
	if version != 0 && version != held.Item.Version {
		return intel.Item{}, fault.New(fault.Stale, "the numbers are of version %d, and the latest is %d", version, held.Item.Version).
			Fix("look at the portions anew")
	}
	bound, err := d.history(ctx, actor, held)
	if err != nil {
		return intel.Item{}, err
	}
	edited := slices.Clone(v.Item.Portions)
	added := 0
	for n, s := range said {
		if err := checked(s.Statement); err != nil {
			return intel.Item{}, err.At("statement %d", n+1)
		}
		switch {
		case s.Portion < 1 || s.Portion > len(edited):
			return intel.Item{}, fault.New(fault.Invalid, "the item has no portion %d", s.Portion).Fix("its portions are numbered from 1 to %d", len(edited))
		case slices.Contains(v.Hidden, s.Portion):
			return intel.Item{}, untouchable(s.Portion)
		}
		p := &edited[s.Portion-1]
		if !slices.Contains(p.Statements, s.Statement) {
			p.Statements, added = append(slices.Clone(p.Statements), s.Statement), added+1
		}
	}
	if added == 0 {
		return intel.Item{}, fault.New(fault.Stale, "the portions say all of this already")
	}
	portions, err := d.merge(held, v, bound, edited)
	if err != nil {
		return intel.Item{}, err
	}
	return d.next(ctx, actor, held, func(i *intel.Item) { i.Portions = portions })
}

// checked refuses what FollowTheMoney has no words for, and an entity that is said to
// be in itself.
func checked(s intel.Statement) *fault.Error {
	if err := ftm.Check(s.Schema, s.Property, s.Value); err != nil {
		return fault.Safe(err)
	}
	if ftm.Names(s.Schema, s.Property) && s.Value == s.Entity {
		return fault.New(fault.Invalid, "%s names the entity itself", s.Property).Fix("name the other one")
	}
	return nil
}

// Said is a statement for a portion, counted from 1.
type Said struct {
	Portion   int             `json:"portion"`
	Statement intel.Statement `json:"statement"`
}

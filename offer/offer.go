// Package offer offers an analyst what the text of an item may name - persons,
// organisations, places, numbers - by their form and by the lists of names that the
// node keeps, and makes statements of what the analyst confirms. Nothing that it
// finds counts until then.
//
// Band 4: no HTTP and no SQL; it may import holdings and mention, and bands 1-3.
package offer

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"comity/fault"
	"comity/holdings"
	"comity/intel"
	"comity/mention"
	"comity/mention/listed"
	"comity/party"
	"comity/ref"
	"comity/vault"
	"comity/wire"
)

// Items is what it asks of the node's holdings.
type Items interface {
	Item(ctx context.Context, actor party.Actor, id ref.ItemID) (holdings.View, error)
	Say(ctx context.Context, actor party.Actor, id ref.ItemID, version int, said []holdings.Said) (intel.Item, error)
}

// Config is all that the service is made of.
type Config struct {
	Node  party.Name // numbers without a country's code are read as its state's
	Items Items
	Store Store
	Now   func() time.Time
}

// Service offers and confirms. It is safe for concurrent use.
type Service struct {
	Config

	reading sync.Mutex // held while a list is read
	mu      sync.Mutex
	lists   map[party.Name][]*listed.List // of units, as they were kept last
	changes int
	handing map[party.Handle]*handed
}

// New makes the service.
func New(c Config) *Service {
	return &Service{Config: c, lists: map[party.Name][]*listed.List{}, handing: map[party.Handle]*handed{}}
}

// Offer is what some portions may name, with the statement that it would make of each
// of them.
type Offer struct {
	Number    int             `json:"number"`   // among all of the version
	Portions  []int           `json:"portions"` // from 1
	Kind      mention.Kind    `json:"kind"`
	Text      string          `json:"text"` // as it stands in the first
	Statement intel.Statement `json:"statement"`
	Why       string          `json:"why"`
	Sure      bool            `json:"sure,omitzero"`
	Ambiguous bool            `json:"ambiguous,omitzero"` // it has another common meaning
	Listed    []string        `json:"listed,omitempty"`   // entries of lists that name it
	Stated    bool            `json:"stated,omitzero"`    // all the portions say so already
}

// Offers is what an item may name, as it stands in a version. Name names exactly
// these: numbers mean something else once the version, a list or what the officer may
// read is another one.
type Offers struct {
	Item    ref.ItemID `json:"item"`
	Version int        `json:"version"`
	Offers  []Offer    `json:"offers"`
	Name    string     `json:"name"`
}

// Find offers what the portions that the officer may read name, each thing once:
// persons and organisations first, then numbers, places and dates at the end.
func (s *Service) Find(ctx context.Context, actor party.Actor, id ref.ItemID) (Offers, error) {
	if err := actor.May(party.ActRead); err != nil {
		return Offers{}, err
	}
	v, err := s.Items.Item(ctx, actor, id)
	if err != nil {
		return Offers{}, err
	}
	lists, err := s.all(ctx, actor.Unit)
	if err != nil {
		return Offers{}, err
	}
	out := Offers{Item: id, Version: v.Item.Version, Offers: []Offer{}}
	for n, p := range v.Item.Portions {
		if ctx.Err() != nil {
			return Offers{}, ctx.Err()
		}
		if slices.Contains(v.Hidden, n+1) {
			continue
		}
		found, err := mention.Find(p.Text, mention.Options{Lists: lists, Region: regions[s.Node.State()]})
		if err != nil {
			return Offers{}, err
		}
		out.add(n+1, p, found)
	}
	slices.SortStableFunc(out.Offers, func(a, b Offer) int { return cmp.Compare(rank(a.Kind), rank(b.Kind)) })
	for i := range out.Offers {
		out.Offers[i].Number = i + 1
	}
	hash, err := wire.Sum("offers", out)
	out.Name = hash.Short()
	return out, err
}

// rank tells in which order kinds are offered.
func rank(k mention.Kind) int {
	switch k {
	case mention.Person, mention.Alias:
		return 0
	case mention.Organization:
		return 1
	case mention.Place:
		return 3
	case mention.Date:
		return 4
	}
	return 2
}

// regions are the countries as numbers of theirs are read.
var regions = map[party.Name]string{"mx": "MX", "us": "US", "gt": "GT", "co": "CO"}

// add offers the mentions in one portion.
func (o *Offers) add(portion int, p intel.Portion, found []mention.Mention) {
	entities := make([]string, len(found))
	for i, m := range found {
		entities[i] = entityOf(m)
	}
	for i, m := range found {
		if m.Of >= 0 && m.Of < len(found) {
			entities[i] = entities[m.Of]
		}
		if m.Value == "" || m.Schema == "" || m.Property == "" {
			continue
		}
		one := Offer{Portions: []int{portion}, Kind: m.Kind, Text: m.Text, Why: m.Why, Sure: m.Sure, Ambiguous: m.Ambiguous, Listed: entries(m),
			Statement: intel.Statement{Entity: entities[i], Schema: m.Schema, Property: m.Property, Value: m.Value}}
		one.Stated = slices.ContainsFunc(p.Statements, func(st intel.Statement) bool {
			return st.Schema == one.Statement.Schema && st.Property == one.Statement.Property && st.Value == one.Statement.Value
		})
		o.join(one)
	}
}

// join adds an offer, or its portion to the same one.
func (o *Offers) join(one Offer) {
	i := slices.IndexFunc(o.Offers, func(b Offer) bool { return b.Statement == one.Statement })
	if i < 0 {
		o.Offers = append(o.Offers, one)
		return
	}
	have := &o.Offers[i]
	if !slices.Contains(have.Portions, one.Portions[0]) {
		have.Portions = append(have.Portions, one.Portions...)
		have.Stated = have.Stated && one.Stated
	}
	have.Sure, have.Ambiguous = have.Sure || one.Sure, have.Ambiguous && one.Ambiguous
}

// entries names the entries of lists that a mention stands for.
func entries(m mention.Mention) (list []string) {
	for _, e := range m.Listed {
		if said := e.List + " " + e.ID; !slices.Contains(list, said) {
			list = append(list, said)
		}
	}
	return list
}

// Bounds of an entity's name.
const mostEntity = 60

// entityOf names the entity of a mention by its value, so that the same name is the
// same entity in all that the unit writes, until an analyst says otherwise. A number
// is told apart from a name by its kind.
//
// What a list names is named by the list's own name of it, in whatever language and
// by whatever alias the text does.
func entityOf(m mention.Mention) string {
	name := m.Value
	if len(m.Listed) > 0 && m.Listed[0].Main != "" && !slices.ContainsFunc(m.Listed, func(e listed.Entry) bool { return e.ID != m.Listed[0].ID }) {
		name = m.Listed[0].Main
	}
	folded := strings.ReplaceAll(listed.Fold(name), " ", "-")
	if isName(m.Kind) {
		folded = strings.Join(vault.Words(name), "-") // a list may write "LAST, First"
	}
	slug := strings.Trim(strings.Map(func(r rune) rune {
		if r == '-' || r == '.' || r == '+' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, folded), "-")
	if slug != folded || len(slug) > mostEntity {
		// Names that differ in what is left out, or cut off, are names of others.
		slug = strings.Trim(slug[:min(len(slug), mostEntity)]+"-"+ref.Sum("mention", []byte(listed.Fold(name))).String()[:8], "-")
	}
	if isName(m.Kind) {
		return slug
	}
	return string(m.Kind) + "-" + slug
}

// isName tells kinds that are called by a name from those that are numbers.
func isName(k mention.Kind) bool {
	return slices.Contains([]mention.Kind{mention.Person, mention.Alias, mention.Organization, mention.Place}, k)
}

// Pick is an offer that an analyst confirms, by its number; Entity, if it is not
// empty, is what the entity is to be called, such as that of another one which is
// the same.
type Pick struct {
	Number int    `json:"number"`
	Entity string `json:"entity,omitzero"`
}

// Confirm makes statements of what an analyst picks among offers, by their name.
func (s *Service) Confirm(ctx context.Context, actor party.Actor, id ref.ItemID, name string, picks []Pick) (intel.Item, error) {
	if err := actor.May(party.ActWrite); err != nil {
		return intel.Item{}, err
	}
	offers, err := s.Find(ctx, actor, id)
	if err != nil {
		return intel.Item{}, err
	}
	if name != offers.Name {
		return intel.Item{}, fault.New(fault.Stale, "the item, or a list, has changed since these were offered").
			Fix("look at the offers anew: their numbers may have changed")
	}
	var said []holdings.Said
	for _, p := range picks {
		if p.Number < 1 || p.Number > len(offers.Offers) {
			return intel.Item{}, fault.New(fault.Invalid, "there is no offer %d", p.Number).Fix("they are numbered from 1 to %d", len(offers.Offers))
		}
		said = append(said, offers.Offers[p.Number-1].said(p.Entity)...)
	}
	if len(said) == 0 {
		return intel.Item{}, fault.New(fault.Invalid, "nothing was picked").Fix("give numbers of offers")
	}
	return s.Items.Say(ctx, actor, id, offers.Version, said)
}

// said is what an offer has its portions say. Which list names it stays here: a
// statement goes with a copy of its portion.
func (o Offer) said(entity string) []holdings.Said {
	st := o.Statement
	if entity != "" {
		st.Entity = entity
	}
	var list []holdings.Said
	for _, p := range o.Portions {
		list = append(list, holdings.Said{Portion: p, Statement: st})
	}
	return list
}

package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"comity/console"
	"comity/fault"
	"comity/ftm"
	"comity/holdings"
	"comity/intel"
	"comity/mention"
	"comity/offer"
	"comity/words"
)

type entityCmd struct {
	Find    entityFindCmd    `cmd:"" help:"Offer the persons, organisations, places and numbers that an item's text names."`
	Confirm entityConfirmCmd `cmd:"" help:"Make statements of some of what was offered."`
	Say     entitySayCmd     `cmd:"" help:"Add a statement to a portion."`
	Relate  entityRelateCmd  `cmd:"" help:"Say that one is part of another, is also known as, or has a role, and when."`
	Show    entityShowCmd    `cmd:"" help:"Show every statement about an entity that you may read, with its source."`
}

type entityFindCmd struct {
	Item string   `arg:"" help:"The item."`
	Kind []string `help:"Only these kinds: person, organization, place, date, phone, account..." placeholder:"KIND,KIND"`
}

// Help is shown below the usage.
func (entityFindCmd) Help() string {
	return `Names are found by their form, in English and Spanish, and by the lists that the node keeps
(comity list); numbers by their form and their check digits. Nothing counts until you
confirm it. What a list or a check digit names is marked *, what has another common meaning ?.

    comity entity find 81d07c44
    comity entity find 81d07c44 --kind person,phone`
}

// Run lists what may be named.
func (c *entityFindCmd) Run(s *session) error {
	kinds := make([]mention.Kind, len(c.Kind))
	for i, k := range c.Kind {
		if kinds[i] = mention.Kind(k); !slices.Contains(mention.Kinds, kinds[i]) {
			return fault.New(fault.Invalid, "there is no kind of mention %q", k).Fix("kinds are %s", listedWords(mention.Kinds))
		}
	}
	r, err := do(s, console.FindEntities{Item: c.Item})
	if err != nil {
		return err
	}
	if len(kinds) > 0 {
		r.Offers = slices.DeleteFunc(r.Offers, func(o offer.Offer) bool { return !slices.Contains(kinds, o.Kind) })
	}
	return show(s, r, printOffers)
}

func printOffers(p *printer, r offer.Offers) {
	if len(r.Offers) == 0 {
		p.line(0, "Nothing was found that could be an entity.")
		return
	}
	rows := [][]string{{"NUMBER", "KIND", "VALUE", "WHERE AND WHY"}}
	for _, o := range r.Offers {
		rows = append(rows, []string{fmt.Sprintf("%d%s", o.Number, certainty(o)), string(o.Kind), short(o.Statement.Value, 34), offered(o)})
	}
	p.table(0, rows...)
	p.gap()
	p.line(0, "Next: comity entity confirm %s NUMBERS --of %s", r.Item.Short(), r.Name)
}

func certainty(o offer.Offer) string {
	switch {
	case o.Sure:
		return "*"
	case o.Ambiguous:
		return "?"
	}
	return ""
}

// offered says in which portions and why something is offered, and whose other name
// it is.
func offered(o offer.Offer) string {
	said := numbers(o.Portions) + ": "
	switch {
	case len(o.Listed) > 0:
		said += "listed by " + plainList(o.Listed)
	default:
		said += o.Why
	}
	if o.Kind == mention.Alias {
		said += ", of " + o.Statement.Entity
	}
	if o.Stated {
		said += " (stated)"
	}
	return said
}

// numbers writes a list of portions.
func numbers(list []int) string {
	text := "portion "
	if len(list) > 1 {
		text = "portions "
	}
	for i, n := range list {
		if i == mostNumbers {
			return text + fmt.Sprintf(" and %d more", len(list)-i)
		}
		if i > 0 {
			text += ", "
		}
		text += strconv.Itoa(n)
	}
	return text
}

const mostNumbers = 8

type entityConfirmCmd struct {
	Item    string   `arg:"" help:"The item."`
	Numbers []string `arg:"" help:"Numbers of offers, ranges like 3-7, or all for those marked * ; NUMBER=ENTITY says which entity it is."`
	Of      string   `help:"Which offers, as comity entity find names them: their numbers change with the item and with lists." required:"" placeholder:"NAME"`
}

// Help is shown below the usage.
func (entityConfirmCmd) Help() string {
	return `Each becomes a statement of its portion, in FollowTheMoney's names, under the portion's
marking. With = two offers are said to be one entity.

    comity entity confirm 81d07c44 1,3-5 --of 9ac5b5a4d210
    comity entity confirm 81d07c44 2=nemesio-oseguera-cervantes --of 9ac5b5a4d210`
}

// Run confirms.
func (c *entityConfirmCmd) Run(s *session) error {
	offers, err := do(s, console.FindEntities{Item: c.Item})
	if err != nil {
		return err
	}
	picks, err := picks(c.Numbers, offers.Offers)
	if err != nil {
		return err
	}
	return ask(s, console.ConfirmEntities{Item: c.Item, Of: c.Of, Picks: picks}, printStated)
}

// picks reads which offers are meant.
func picks(texts []string, offers []offer.Offer) ([]offer.Pick, error) {
	var list []offer.Pick
	for _, text := range texts {
		for _, one := range strings.Split(text, ",") {
			more, err := pick(strings.TrimSpace(one), offers)
			if err != nil {
				return nil, err
			}
			list = append(list, more...)
		}
	}
	return list, nil
}

func pick(text string, offers []offer.Offer) (list []offer.Pick, err error) {
	if text == "all" {
		for _, o := range offers {
			if o.Sure && !o.Stated {
				list = append(list, offer.Pick{Number: o.Number})
			}
		}
		if len(list) == 0 {
			err = fault.New(fault.Invalid, "no offer is marked *").Fix("give numbers")
		}
		return list, err
	}
	number, entity, _ := strings.Cut(text, "=")
	from, to, ranged := strings.Cut(number, "-")
	if !ranged {
		to = from
	}
	a, errA := strconv.Atoi(from)
	b, errB := strconv.Atoi(to)
	if errA != nil || errB != nil || a < 1 || b < a || b > len(offers) {
		return nil, fault.New(fault.Invalid, "%q does not name offers", text).Fix("they are numbered from 1 to %d; write 1,3-5 or 2=ENTITY", len(offers))
	}
	for n := a; n <= b; n++ {
		list = append(list, offer.Pick{Number: n, Entity: entity})
	}
	return list, nil
}

type entitySayCmd struct {
	Item     string `arg:"" help:"The item."`
	Portion  int    `arg:"" help:"The number of the portion that says it."`
	Entity   string `arg:"" help:"The entity's name, without spaces."`
	Schema   string `arg:"" help:"Its type, in FollowTheMoney's names: Person, Organization, Vehicle, BankAccount..."`
	Property string `arg:"" help:"The property: name, alias, phone, registrationNumber..."`
	Value    string `arg:"" help:"The value."`
}

// Help is shown below the usage.
func (entitySayCmd) Help() string {
	return `The statement is marked and graded as its portion is, and goes with a copy of it.

    comity entity say 81d07c44 2 nemesio-oseguera-cervantes Person alias "El Mencho"`
}

// Run adds the statement.
func (c *entitySayCmd) Run(s *session) error {
	said := holdings.Said{Portion: c.Portion, Statement: intel.Statement{Entity: c.Entity, Schema: c.Schema, Property: c.Property, Value: c.Value}}
	return ask(s, console.SayOfEntities{Item: c.Item, Said: []holdings.Said{said}}, printStated)
}

type entityRelateCmd struct {
	Item    string `arg:"" help:"The item."`
	Portion int    `arg:"" help:"The number of the portion that says it."`
	Entity  string `arg:"" help:"The entity."`
	PartOf  string `help:"The organisation that it is a part or a member of." placeholder:"ENTITY"`
	AKA     string `name:"aka" help:"Another name of it." placeholder:"NAME"`
	Role    string `help:"Its role there, with --part-of." placeholder:"TEXT"`
	From    string `help:"Since when." placeholder:"DATE"`
	To      string `help:"Until when." placeholder:"DATE"`
	Schema  string `help:"The entity's type, if nothing is said of it yet." placeholder:"TYPE"`
}

// Help is shown below the usage.
func (entityRelateCmd) Help() string {
	return `A person is a member, and an organisation a part, of an organisation. In FollowTheMoney's
names this is a Membership, or for an organisation its parent.

    comity entity relate 81d07c44 2 nemesio-oseguera-cervantes --part-of cjng --role leader --from 2011
    comity entity relate 81d07c44 2 los-cuinis --schema Organization --part-of cjng
    comity entity relate 81d07c44 2 nemesio-oseguera-cervantes --aka "El Mencho"`
}

// Run adds the statements.
func (c *entityRelateCmd) Run(s *session) error {
	if c.Schema == "" {
		if err := c.known(s); err != nil {
			return err
		}
	}
	said, err := c.said()
	if err != nil {
		return err
	}
	return ask(s, console.SayOfEntities{Item: c.Item, Said: said}, printStated)
}

// known takes the entity's type from what is said of it already.
func (c *entityRelateCmd) known(s *session) error {
	r, err := do(s, console.ShowEntity{Name: c.Entity})
	if err != nil && !fault.Is(err, fault.Withheld) {
		return err
	}
	for _, e := range r.Entities {
		if e.Name != c.Entity {
			continue
		}
		for _, schema := range e.Schemas {
			if c.Schema == "" || ftm.Is(schema, c.Schema) { // the narrowest
				c.Schema = schema
			}
		}
	}
	if c.Schema == "" {
		return fault.New(fault.Invalid, "nothing is said yet of %s", clean(c.Entity)).Fix("say what it is: --schema Person, Organization, Company, Vessel...")
	}
	return nil
}

// printStated shows what an item says of entities, portion by portion.
func printStated(p *printer, r console.ItemView) {
	i := r.View.Item
	p.head(bold, "%s", i.Title)
	p.labelled(2, planLabel, "item", fmt.Sprintf("%s, version %d", i.ID.Short(), i.Version))
	for n, portion := range i.Portions {
		if len(portion.Statements) > 0 {
			p.line(2, "[%d] says:", n+1)
		}
		for _, st := range portion.Statements {
			p.line(6, "%s (%s) %s = %s", st.Entity, st.Schema, st.Property, st.Value)
		}
	}
	p.gap()
	p.line(0, "comity edit %s takes statements out again.", i.ID.Short())
}

// said puts a relation into statements.
func (c *entityRelateCmd) said() (list []holdings.Said, err error) {
	add := func(entity, schema, property, value string) {
		if value != "" {
			list = append(list, holdings.Said{Portion: c.Portion, Statement: intel.Statement{Entity: entity, Schema: schema, Property: property, Value: value}})
		}
	}
	add(c.Entity, c.Schema, "alias", c.AKA)
	switch {
	case c.PartOf == "" && (c.Role != "" || c.From != "" || c.To != ""):
		return nil, fault.New(fault.Invalid, "a role and its dates are in an organisation").Fix("say which: --part-of ENTITY")
	case c.PartOf == "" && c.AKA == "":
		return nil, fault.New(fault.Invalid, "nothing is said of %s", c.Entity).Fix("give --part-of, or --aka")
	case c.PartOf == "":
		return list, nil
	case c.From != "" && c.To != "" && c.To[:min(len(c.To), len(c.From))] < c.From[:min(len(c.To), len(c.From))]:
		return nil, fault.New(fault.Invalid, "it ends before it begins").Fix("--from is the earlier date")
	case ftm.Is(c.Schema, "Organization") && c.Role == "" && c.From == "" && c.To == "":
		add(c.Entity, c.Schema, "parent", c.PartOf)
		return list, nil
	}
	membership := c.Entity + "." + c.PartOf
	add(membership, "Membership", "member", c.Entity)
	add(membership, "Membership", "organization", c.PartOf)
	add(membership, "Membership", "role", c.Role)
	add(membership, "Membership", "startDate", c.From)
	add(membership, "Membership", "endDate", c.To)
	return list, nil
}

type entityShowCmd struct {
	Name string `arg:"" help:"A name, an alias, a number, or the entity's own name."`
}

// Help is shown below the usage.
func (entityShowCmd) Help() string {
	return `What one unit calls by a name need not be what another one does: they are shown apart.

    comity entity show "El Mencho"
    comity entity show +523312345678`
}

// Run shows the entities.
func (c *entityShowCmd) Run(s *session) error {
	return ask(s, console.ShowEntity{Name: c.Name}, printEntities)
}

func printEntities(p *printer, r console.Entities) {
	for n, e := range r.Entities {
		if n > 0 {
			p.gap()
		}
		title := e.Name
		if len(e.Called) > 0 {
			title = e.Called[0]
		}
		p.head(bold, "%s", title)
		p.labelled(2, planLabel, "entity", fmt.Sprintf("%s  %s, as %s calls it", e.Name, plainList(e.Schemas), e.From))
		if len(e.Called) > 1 {
			p.labelled(2, planLabel, "also", plainList(e.Called[1:]))
		}
		printSourced(p, e.Statements)
		printRelations(p, e)
	}
	p.gap()
	p.line(0, "%s.", words.Count(len(r.Entities), "entity", "entities"))
}

// printSourced shows statements, those of one portion together, with whence they are.
func printSourced(p *printer, list []holdings.Sourced) {
	for len(list) > 0 {
		first, rest := list[0], []holdings.Sourced{}
		for _, s := range list {
			if s.Item != first.Item || s.Cut != first.Cut || s.Portion != first.Portion {
				rest = append(rest, s)
				continue
			}
			p.line(2, "%s = %s", s.Statement.Property, s.Statement.Value)
		}
		p.line(6, "%s", whence(first))
		list = rest
	}
}

// whence says where a statement stands, and under which marking.
func whence(s holdings.Sourced) string {
	id := s.Item.Short()
	if s.Item.IsZero() {
		id = "received " + s.Cut.Short()
	}
	return fmt.Sprintf("%s, portion %d: %s (%s, %s)  %s", id, s.Portion, s.Title, s.From, shown(s.At), orNobody(intel.Banner(s.Marking, s.Grading)))
}

// printRelations shows what is said of others that name the entity: of a membership
// in one line.
func printRelations(p *printer, e holdings.Entity) {
	var names []string
	of := map[string][]holdings.Sourced{}
	for _, s := range e.Named {
		if of[s.Statement.Entity] == nil {
			names = append(names, s.Statement.Entity)
		}
		of[s.Statement.Entity] = append(of[s.Statement.Entity], s)
	}
	for _, n := range names {
		p.line(2, "%s", related(e.Name, of[n]))
		p.line(6, "%s", whence(of[n][0]))
	}
}

// related puts what is said of another entity into words.
func related(name string, said []holdings.Sourced) string {
	has := map[string]string{}
	for _, s := range said {
		has[s.Statement.Property] = s.Statement.Value
	}
	text := ""
	switch {
	case said[0].Statement.Schema == "Membership" && has["member"] == name:
		text = "member of " + orDash(has["organization"])
	case said[0].Statement.Schema == "Membership":
		text = "has the member " + orDash(has["member"])
	default:
		for _, s := range said {
			if s.Statement.Value == name {
				return fmt.Sprintf("%s (%s) names it as its %s", s.Statement.Entity, s.Statement.Schema, s.Statement.Property)
			}
		}
	}
	for _, f := range [][2]string{{"role", ", "}, {"startDate", ", since "}, {"endDate", ", until "}} {
		if has[f[0]] != "" {
			text += f[1] + has[f[0]]
		}
	}
	return text
}

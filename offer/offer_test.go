package offer_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"comity/fault"
	"comity/holdings"
	"comity/intel"
	"comity/mention"
	"comity/mention/ofac"
	"comity/offer"
	"comity/party"
	"comity/ref"
	"comity/store"
	"comity/store/sqlite"
	"comity/store/storetest"
)

var ctx = context.Background()

func officer(handle party.Handle, unit party.Name, roles ...party.Role) party.Actor {
	return party.Actor{Handle: handle, Unit: unit, Roles: roles}
}

var (
	ann     = officer("ann", "us/dea/ccf", party.Analyst)
	bob     = officer("bob", "us/dea/ccf", party.Analyst)
	cid     = officer("cid", "us/dea/other", party.Analyst)
	auditor = officer("aud", "us/dea/ccf", party.Auditor)
	admin   = officer("adm", "us/dea/ccf", party.Admin)
)

// house is a service over a real store.
type house struct {
	*offer.Service
	desk *holdings.Desk
	db   *store.DB
	now  time.Time
}

func open(t *testing.T) *house {
	t.Helper()
	h := &house{now: time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)}
	now := func() time.Time { return h.now }
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "node.db"), store.Options{Vault: storetest.Vault(), Sign: storetest.Signer(), Now: now})
	must(t, err)
	t.Cleanup(func() { must(t, db.Close()) })
	h.db, h.desk = db, holdings.New(db.Holdings(), storetest.Node, now, storetest.Random(3))
	h.Service = offer.New(offer.Config{Node: "mx/semar", Items: h.desk, Store: db.Lists(), Now: now})
	return h
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func refused(t testing.TB, kind fault.Kind, err error) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Fatalf("got %v, want a refusal: %v", err, kind)
	}
}

func (h *house) item(t *testing.T, texts ...string) ref.ItemID {
	t.Helper()
	item, err := h.desk.Import(ctx, ann, holdings.Draft{Title: "Who is who", Texts: texts})
	must(t, err)
	return item.ID
}

// named finds the offer of a value.
func named(t *testing.T, o offer.Offers, value string) offer.Offer {
	t.Helper()
	i := slices.IndexFunc(o.Offers, func(one offer.Offer) bool { return one.Statement.Value == value })
	if i < 0 {
		t.Fatalf("%s is not offered: %+v", value, o.Offers)
	}
	return o.Offers[i]
}

// keep adds a list by pieces.
func (h *house) keep(by party.Actor, name, file string) (offer.Kept, error) {
	half := len(file) / 2
	if _, err := h.Hand(ctx, by, name, 0, []byte(file[:half]), false); err != nil {
		return offer.Kept{}, err
	}
	return h.Hand(ctx, by, name, half, []byte(file[half:]), true)
}

// What a text names is offered once in each portion, numbers as the node's own
// country writes them; what is confirmed is a statement of that portion and of no
// other, and is offered as stated from then on.
func TestFindAndConfirm(t *testing.T) {
	h := open(t)
	id := h.item(t, "Nemesio Oseguera Cervantes, alias \"El Mencho\", calls from 33 1234 5678. Nemesio Oseguera Cervantes lives in Jalisco.", "Write to boss@example.org, or call 33 1234 5678.")
	o, err := h.Find(ctx, ann, id)
	must(t, err)
	person, alias, phone, mail := named(t, o, "Nemesio Oseguera Cervantes"), named(t, o, "El Mencho"), named(t, o, "+523312345678"), named(t, o, "boss@example.org")
	if n := slices.IndexFunc(o.Offers, func(x offer.Offer) bool { return x.Statement == person.Statement && x.Number != person.Number }); n >= 0 {
		t.Error("the person is offered twice")
	}
	if !slices.IsSortedFunc(o.Offers, func(a, b offer.Offer) int { return a.Number - b.Number }) || o.Offers[0].Number != 1 || person.Number > phone.Number {
		t.Errorf("they are numbered %+v", o.Offers)
	}
	if !person.Sure || len(person.Listed) == 0 || !strings.HasPrefix(person.Listed[0], ofac.Name) || person.Kind != mention.Person {
		t.Errorf("the person: %+v", person)
	}
	if alias.Statement.Entity != person.Statement.Entity || alias.Statement.Property != "alias" {
		t.Errorf("the alias is %+v, the person %+v", alias.Statement, person.Statement)
	}
	if !slices.Equal(mail.Portions, []int{2}) || phone.Statement.Property != "phone" || !slices.Equal(phone.Portions, []int{1, 2}) {
		t.Errorf("%+v, %+v", mail, phone)
	}
	item, err := h.Confirm(ctx, ann, id, o.Name, []offer.Pick{{Number: person.Number}, {Number: alias.Number}, {Number: phone.Number, Entity: person.Statement.Entity}})
	must(t, err)
	if item.Version != 2 || len(item.Portions[1].Statements) != 1 || item.Portions[1].Statements[0].Property != "phone" {
		t.Fatalf("version %d, %+v", item.Version, item.Portions[1].Statements)
	}
	for _, want := range []intel.Statement{person.Statement, alias.Statement, {Entity: person.Statement.Entity, Schema: phone.Statement.Schema, Property: "phone", Value: "+523312345678"}} {
		if !slices.Contains(item.Portions[0].Statements, want) {
			t.Errorf("it does not say %+v, but %+v", want, item.Portions[0].Statements)
		}
	}
	if slices.ContainsFunc(item.Portions[0].Statements, func(st intel.Statement) bool { return strings.Contains(st.Value, "OFAC") }) {
		t.Error("the list that names it would leave with the portion")
	}
	again, err := h.Find(ctx, ann, id)
	must(t, err)
	if !named(t, again, "El Mencho").Stated || named(t, again, "boss@example.org").Stated {
		t.Error("what is stated is not told from what is not")
	}
	list, err := h.desk.Entity(ctx, ann, "El Mencho")
	must(t, err)
	if len(list) != 1 || list[0].Name != person.Statement.Entity || !slices.ContainsFunc(list[0].Statements, func(s holdings.Sourced) bool { return s.Statement.Property == "phone" }) {
		t.Errorf("the entity is %+v", list)
	}
}

// Nothing of a portion that is not the officer's is offered; nobody confirms what
// is not there, of another version, or of another unit's item.
func TestOffersAreWithheld(t *testing.T) {
	h := open(t)
	id := h.item(t, "Call 33 1234 5678.", "Call 55 1234 5678.")
	_, err := h.desk.Mark(ctx, ann, id, []int{2}, []string{"EYES:us/dea/ccf#ann"})
	must(t, err)
	all, err := h.Find(ctx, ann, id)
	must(t, err)
	shown, err := h.Find(ctx, bob, id)
	must(t, err)
	if len(all.Offers) != 2 || len(shown.Offers) != 1 || !slices.Equal(shown.Offers[0].Portions, []int{1}) {
		t.Fatalf("ann is offered %+v, bob %+v", all.Offers, shown.Offers)
	}
	confirm := func(by party.Actor, of offer.Offers, picks ...offer.Pick) error {
		_, err := h.Confirm(ctx, by, id, of.Name, picks)
		return err
	}
	_, err = h.keep(bob, "watch", watch)
	must(t, err)
	listed, err := h.Find(ctx, ann, h.item(t, "Alba Ruiz Ortega called."))
	must(t, err)
	find := func(by party.Actor) error { _, err := h.Find(ctx, by, id); return err }
	for name, c := range map[string]struct {
		kind fault.Kind
		err  error
	}{
		"another unit finds":     {fault.Withheld, find(cid)},
		"another unit confirms":  {fault.Withheld, confirm(cid, all, offer.Pick{Number: 1})},
		"an administrator finds": {fault.Denied, find(admin)},
		"an auditor confirms":    {fault.Denied, confirm(auditor, all, offer.Pick{Number: 1})},
		"a hidden one":           {fault.Invalid, confirm(bob, shown, offer.Pick{Number: 2})},
		"number 0":               {fault.Invalid, confirm(ann, all, offer.Pick{})},
		"a number too high":      {fault.Invalid, confirm(ann, all, offer.Pick{Number: 3})},
		"one good and one bad":   {fault.Invalid, confirm(ann, all, offer.Pick{Number: 1}, offer.Pick{Number: 9})},
		"nothing":                {fault.Invalid, confirm(ann, all)},
		"offers of another":      {fault.Stale, confirm(ann, shown, offer.Pick{Number: 1})},
		"offers of another item": {fault.Stale, confirm(ann, listed, offer.Pick{Number: 1})},
		"an entity of two words": {fault.Invalid, confirm(ann, all, offer.Pick{Number: 1, Entity: "two words"})},
	} {
		if !fault.Is(c.err, c.kind) {
			t.Errorf("%s: %v, want %v", name, c.err, c.kind)
		}
	}
	if v, err := h.desk.Item(ctx, ann, id); err != nil || v.Item.Version != 2 || len(v.Item.Portions[0].Statements) != 0 {
		t.Errorf("something was stated: %+v, %v", v.Item.Portions, err)
	}
}

const watch = "id,name,schema\nw1,Alba Ruiz Ortega,Person\nw2,Boats of the Pacific,Company\n"

// A list is looked through from when it is added until it is removed, also by a
// service that is started later; one of the same name takes its place.
func TestLists(t *testing.T) {
	h := open(t)
	id := h.item(t, "We met Alba Ruiz Ortega and Berta Luna Prado.")
	listed := func(s *offer.Service, value string) []string {
		t.Helper()
		o, err := s.Find(ctx, ann, id)
		must(t, err)
		return named(t, o, value).Listed
	}
	if l := listed(h.Service, "Alba Ruiz Ortega"); len(l) != 0 {
		t.Fatalf("listed before: %v", l)
	}
	k, err := h.keep(ann, "watch", watch)
	must(t, err)
	if k.Entries != 2 || k.By != "ann" || k.Name != "watch" {
		t.Errorf("%+v", k)
	}
	later := offer.New(offer.Config{Node: "mx/semar", Items: h.desk, Store: h.db.Lists(), Now: func() time.Time { return h.now }})
	for _, s := range []*offer.Service{h.Service, later} {
		if l := listed(s, "Alba Ruiz Ortega"); !slices.Equal(l, []string{"watch w1"}) {
			t.Errorf("listed: %v", l)
		}
	}
	_, err = h.keep(bob, "watch", "id,name,schema\nw9,Berta Luna Prado,Person\n")
	must(t, err)
	if a, b := listed(h.Service, "Alba Ruiz Ortega"), listed(h.Service, "Berta Luna Prado"); len(a) != 0 || !slices.Equal(b, []string{"watch w9"}) {
		t.Errorf("after it was replaced: %v, %v", a, b)
	}
	lists, err := h.Lists(ctx, ann)
	must(t, err)
	if len(lists) != 2 || lists[0].Name != ofac.Name || !lists[0].At.IsZero() || lists[1].Name != "watch" || lists[1].Entries != 1 {
		t.Errorf("%+v", lists)
	}
	must(t, h.Remove(ctx, ann, "watch"))
	if l := listed(h.Service, "Berta Luna Prado"); len(l) != 0 {
		t.Errorf("listed after it was removed: %v", l)
	}
	refused(t, fault.Withheld, h.Remove(ctx, ann, "watch"))
}

// An alias before the name is that person's.
func TestAliasBeforeTheName(t *testing.T) {
	h := open(t)
	o, err := h.Find(ctx, ann, h.item(t, "Llegaron Pedro Sánchez, \"El Cholo\" y con \"La Güera\" Lucía Ramos."))
	must(t, err)
	if a, b := named(t, o, "La Güera"), named(t, o, "Lucía Ramos"); a.Statement.Entity != b.Statement.Entity || a.Kind != mention.Alias {
		t.Errorf("%+v, %+v", a, b)
	}
}

// What a list names by several names, in whatever language, is one entity.
func TestListedIsOneEntity(t *testing.T) {
	h := open(t)
	_, err := h.keep(ann, "watch", "id,name,alias,schema\ng1,Pacific Boat Ring,Anillo de Lanchas del Pacífico,Organization\n")
	must(t, err)
	id := h.item(t, "The Pacific Boat Ring is known.", "El Anillo de Lanchas del Pacífico es conocido.")
	o, err := h.Find(ctx, ann, id)
	must(t, err)
	a, b := named(t, o, "Pacific Boat Ring"), named(t, o, "Anillo de Lanchas del Pacífico")
	_, err = h.keep(ann, "turned", "id,name,schema\nt1,\"RUIZ ORTEGA, Alba\",Person\n")
	must(t, err)
	turned, err := h.Find(ctx, ann, h.item(t, "We met Alba Ruiz Ortega."))
	must(t, err)
	if e := named(t, turned, "Alba Ruiz Ortega").Statement.Entity; e != "ruiz-ortega-alba" {
		t.Errorf("the entity is %q", e)
	}
	if a.Statement.Entity != "pacific-boat-ring" || b.Statement.Entity != a.Statement.Entity {
		t.Errorf("%q and %q", a.Statement.Entity, b.Statement.Entity)
	}
}

// A list is its unit's: another one neither sees it, nor removes it, nor learns by its
// own texts who is on it.
func TestListsAreAUnits(t *testing.T) {
	h := open(t)
	_, err := h.keep(ann, "watch", watch)
	must(t, err)
	item, err := h.desk.Import(ctx, cid, holdings.Draft{Title: "Who", Texts: []string{"We met Alba Ruiz Ortega."}})
	must(t, err)
	o, err := h.Find(ctx, cid, item.ID)
	must(t, err)
	if l := named(t, o, "Alba Ruiz Ortega").Listed; len(l) != 0 {
		t.Errorf("another unit learns of %v", l)
	}
	if l, err := h.Lists(ctx, cid); err != nil || len(l) != 1 {
		t.Errorf("another unit sees %+v, %v", l, err)
	}
	refused(t, fault.Withheld, h.Remove(ctx, cid, "watch"))
	_, err = h.keep(cid, "watch", "id,name,schema\nc1,Berta Luna Prado,Person\n") // its own, of the same name
	must(t, err)
	mine, err := h.Find(ctx, bob, h.item(t, "We met Alba Ruiz Ortega."))
	must(t, err)
	if l := named(t, mine, "Alba Ruiz Ortega").Listed; !slices.Equal(l, []string{"watch w1"}) {
		t.Errorf("our own list is %v", l)
	}
}

// Offers have another name once a list has changed what the numbers mean.
func TestOffersChangeWithLists(t *testing.T) {
	h := open(t)
	id := h.item(t, "We met Alba Ruiz Ortega.")
	before, err := h.Find(ctx, ann, id)
	must(t, err)
	_, err = h.keep(ann, "watch", watch)
	must(t, err)
	_, err = h.Confirm(ctx, ann, id, before.Name, []offer.Pick{{Number: 1}})
	refused(t, fault.Stale, err)
	after, err := h.Find(ctx, ann, id)
	must(t, err)
	_, err = h.Confirm(ctx, ann, id, after.Name, []offer.Pick{{Number: 1}})
	must(t, err)
}

// Whose names are written in other letters are not all one entity.
func TestStrangersAreNotOne(t *testing.T) {
	h := open(t)
	_, err := h.keep(ann, "watch", "id,name,schema\na,Иван Петров,Person\nb,Олег Сидоров,Person\nc,Olga Петрова,Person\n")
	must(t, err)
	o, err := h.Find(ctx, ann, h.item(t, "Иван Петров, Олег Сидоров, Olga Петрова."))
	must(t, err)
	seen := map[string]string{}
	for _, one := range o.Offers {
		if other, ok := seen[one.Statement.Entity]; ok || len(one.Statement.Entity) < 8 {
			t.Errorf("%s and %s are both %q", other, one.Statement.Value, one.Statement.Entity)
		}
		seen[one.Statement.Entity] = one.Statement.Value
	}
	if len(seen) != 3 {
		t.Errorf("%+v", o.Offers)
	}
}

// Each way of writing a list is told by its first line.
func TestListFormats(t *testing.T) {
	for name, file := range map[string]string{
		"headings":       watch,
		"a mark before":  "\ufeff" + watch,
		"ofac":           "1234,\"RUIZ ORTEGA, Alba\",\"individual\",\"SDNTK\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n",
		"followthemoney": `{"id":"e1","schema":"Person","properties":{"name":["Alba Ruiz Ortega"]}}` + "\n",
	} {
		h := open(t)
		id := h.item(t, "We met Alba Ruiz Ortega.")
		if _, err := h.keep(ann, "watch", file); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		o, err := h.Find(ctx, ann, id)
		must(t, err)
		if !slices.ContainsFunc(o.Offers, func(x offer.Offer) bool { return len(x.Listed) == 1 && strings.HasPrefix(x.Listed[0], "watch ") }) {
			t.Errorf("%s: %+v", name, o.Offers)
		}
	}
}

// A list is refused whole, and what was kept before stays.
func TestListsAreRefused(t *testing.T) {
	h := open(t)
	_, err := h.keep(ann, "watch", watch)
	must(t, err)
	hand := func(by party.Actor, name string, from int, piece string, last bool) error {
		_, err := h.Hand(ctx, by, name, from, []byte(piece), last)
		return err
	}
	keep := func(by party.Actor, name, file string) error { _, err := h.keep(by, name, file); return err }
	lists := func(by party.Actor) error { _, err := h.Lists(ctx, by); return err }
	for name, c := range map[string]struct {
		kind fault.Kind
		err  error
	}{
		"an auditor adds":       {fault.Denied, keep(auditor, "watch", watch)},
		"an administrator adds": {fault.Denied, keep(admin, "watch", watch)},
		"an auditor removes":    {fault.Denied, h.Remove(ctx, auditor, "watch")},
		"an administrator asks": {fault.Denied, lists(admin)},
		"no name":               {fault.Invalid, keep(ann, "", watch)},
		"a name of two words":   {fault.Invalid, keep(ann, "a b", watch)},
		"a name that moves":     {fault.Invalid, keep(ann, "../watch", watch)},
		"no list":               {fault.Invalid, keep(ann, "watch", "nothing that is a list\n")},
		"half a line":           {fault.Invalid, keep(ann, "watch", "{\"id\":\"e1\",\"schema\":")},
		"a piece in the middle": {fault.Stale, hand(ann, "watch", 7, "x", true)},
		"another's pieces": {fault.Stale, func() error {
			must(t, hand(ann, "mine", 0, watch, false))
			return hand(bob, "mine", len(watch), "x", true)
		}()},
		"pieces of another list":  {fault.Stale, hand(ann, "other", len(watch), "x", true)},
		"a piece that was before": {fault.Stale, hand(ann, "mine", 3, "x", true)},
	} {
		if !fault.Is(c.err, c.kind) {
			t.Errorf("%s: %v, want %v", name, c.err, c.kind)
		}
	}
	got, err := h.Lists(ctx, ann)
	must(t, err)
	if len(got) != 2 || got[1].Entries != 2 {
		t.Errorf("%+v", got)
	}
}

// Few hand over lists at a time, and whoever leaves off is forgotten after an hour;
// the node keeps so many lists and no more.
func TestListsAreBounded(t *testing.T) {
	h := open(t)
	begin := func(n int) error {
		_, err := h.Hand(ctx, officer(party.Handle(fmt.Sprint("o", n)), "us/dea/ccf", party.Analyst), "watch", 0, []byte("x"), false)
		return err
	}
	for n := range 2 {
		must(t, begin(n))
	}
	refused(t, fault.TooLarge, begin(4))
	must(t, begin(1)) // anew
	h.now = h.now.Add(2 * time.Hour)
	must(t, begin(4))
	for n := range 16 {
		_, err := h.keep(ann, fmt.Sprint("list-", n), watch)
		must(t, err)
	}
	_, err := h.keep(ann, "one-more", watch)
	refused(t, fault.TooLarge, err)
	_, err = h.keep(ann, "list-7", watch) // in the place of another
	must(t, err)
}

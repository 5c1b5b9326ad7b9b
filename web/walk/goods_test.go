package walk_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"comity/console"
	"comity/holdings"
	"comity/intel"
	"comity/party"
	"comity/ref"
)

// secret is a word that stands in one place of one thing, and who may come to see
// it, by the rules and not by what the pages do.
type secret struct {
	word  string
	of    string // which thing, and where in it
	seers []party.Handle
}

// thing is something that a page can be asked about by its id.
type thing struct {
	name  string
	id    string
	seers []party.Handle // who may know that it is there
}

// world is two nodes that know each other, with things of every marking on both
// sides and a secret word in every place of each.
type world struct {
	t       testing.TB
	us, mx  *side
	hidden  bool // also what is kept from most officers of the unit
	items   map[*side][]thing
	cuts    []thing // at mx
	plans   []thing // at us, that wait
	duties  []thing // at mx
	sheets  []thing // at us, written and not saved
	files   map[*side][]thing
	came    []thing // files, at mx
	secrets map[*side][]secret
}

// wordOf makes the secret word of a place: the same in every world, in letters that
// no escaping changes and no page has by itself.
func wordOf(of string) string {
	sum := ref.Content([]byte(of)).String()
	return "zqx" + strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return 'g' + r - '0'
		}
		return r
	}, sum[len(sum)-12:])
}

// place gives the word of a place, and remembers who may see it at a side.
func (w *world) place(s *side, of string, seers []party.Handle) string {
	w.secrets[s] = append(w.secrets[s], secret{wordOf(of), of, seers})
	return wordOf(of)
}

// readers are those of a unit whose roles read. Administrators, auditors and security
// officers read no intelligence, and who is out reads nothing.
func readers(s *side, unit party.Name) []party.Handle {
	var list []party.Handle
	for _, h := range s.order {
		o := s.officers[h]
		if o.Unit == unit && (o.Has(party.Analyst) || o.Has(party.Release)) && !isOut(h) {
			list = append(list, h)
		}
	}
	return list
}

func isOut(h party.Handle) bool {
	return strings.HasSuffix(string(h), "gone") || strings.HasSuffix(string(h), "shut")
}

// kind is a marking with who may read at home what bears it.
type kind struct {
	name     string
	elements []string
	author   bool // only who wrote it may read it
	hidden   bool // left out of the world without hidden things
}

const (
	toMX    = "REL:mx/semar/uin"
	tomorow = "2099-01-01T00:00:00Z"
)

// kinds are all the markings and caveats that there are. None of them but the last
// four keeps a text from its own unit.
var kinds = []kind{
	{"unmarked", nil, false, false},
	{"clear", []string{"TLP:CLEAR"}, false, false},
	{"green", []string{"TLP:GREEN", "COMMUNITY:us/**,mx/**"}, false, false},
	{"amber", []string{"TLP:AMBER", "CLIENTS:us/dea/*", toMX}, false, false},
	{"strict", []string{"TLP:AMBER+STRICT", toMX, "CLASS:us:SECRET", "admiralty:B2"}, false, false},
	{"red", []string{"TLP:RED", toMX}, false, false},
	{"noforn", []string{"REL:us/**"}, false, false},
	{"nobody", []string{"REL:nobody"}, false, false},
	{"orcon", []string{toMX, "ORCON", "NOFWD"}, false, false},
	{"court", []string{toMX, "NOCOURT", "VERIFY", "NOACT"}, false, false},
	{"display", []string{toMX, "DISPLAY", "FORM:pointer"}, false, false},
	{"bars", []string{toMX, "NOT:mx/sedena", "CONTACT:NO"}, false, false},
	{"strange", []string{toMX, "UNHEARD.OF"}, false, false},
	{"review", []string{toMX, "REVIEW:2098-01-31", "ASKACT"}, false, false},
	{"eyes", []string{toMX, "EYES:us/dea/desk#xana"}, true, true},
	{"eyesnobody", []string{toMX, "EYES:nobody"}, true, true},
	{"embargo", []string{toMX, "EMBARGO:" + tomorow}, true, true},
	{"expired", []string{toMX, "TTL:1h"}, true, true},
}

func newWorld(t testing.TB, hidden bool) *world {
	t.Helper()
	w := &world{t: t, hidden: hidden, items: map[*side][]thing{}, files: map[*side][]thing{}, secrets: map[*side][]secret{}}
	w.us = newSide(t, "us/dea", "us/dea/desk", "us/dea/sod", "x")
	w.mx = newSide(t, "mx/semar", "mx/semar/uin", "mx/semar/pol", "m")
	tell(w.us, "xchief", console.AddPartner{Card: w.mx.node.SignedCard(), Confirmed: true})
	tell(w.mx, "mchief", console.AddPartner{Card: w.us.node.SignedCard(), Confirmed: true})
	w.us.serve()
	w.mx.serve()
	for _, k := range kinds {
		if hidden || !k.hidden {
			w.ofKind(k)
		}
	}
	w.mixed()
	w.narrowed()
	w.destroyed()
	w.ofOther()
	w.send()
	w.waiting()
	w.unsaved()
	w.read()
	for _, s := range []*side{w.us, w.mx} {
		s.ahead.Add(3 * 3600) // what lives an hour is over, and no session has begun
		s.letIn()
	}
	w.name()
	return w
}

// full makes a draft with a secret word in every place that an item has.
func (w *world) full(s *side, name string, seers []party.Handle) holdings.Draft {
	p := func(where string) string { return w.place(s, name+" "+where, seers) }
	return holdings.Draft{Title: "Title " + p("title"), Topic: "topic " + p("topic"), Purpose: "purpose " + p("purpose"), Basis: "basis " + p("basis"),
		Portions: []intel.Portion{w.portion(s, name, seers)}, Origin: w.origin(s, name, seers)}
}

func (w *world) portion(s *side, name string, seers []party.Handle) intel.Portion {
	p := func(where string) string { return w.place(s, name+" "+where, seers) }
	return intel.Portion{Text: "Boats at night " + p("text") + ".", Substitute: "Movements " + p("substitute"), Hint: "hint " + p("hint"),
		Statements: []intel.Statement{{Entity: "e" + p("entity"), Schema: "Person", Property: "name", Value: "Name " + p("statement")}}}
}

// origin is whence an item was imported.
func (w *world) origin(s *side, name string, seers []party.Handle) *holdings.Origin {
	p := func(where string) string { return w.place(s, name+" "+where, seers) }
	return &holdings.Origin{
		Source: holdings.Source{File: p("file") + ".html", Format: "html", Byline: "By " + p("byline"), Date: "2026-01-02", Address: "https://example.org/" + p("address"),
			Language: "en", Notes: []string{"Note " + p("note")}, Content: ref.Content([]byte(name))},
		Aside: []holdings.AsideText{{Text: "Menu " + p("aside"), Why: "navigation", After: 1}},
	}
}

// write brings a draft in, with an exhibit of its first portion, and marks it.
func (w *world) write(s *side, who party.Handle, name string, seers []party.Handle, d holdings.Draft, elements []string) ref.ItemID {
	w.t.Helper()
	ctx, desk, actor := context.Background(), s.node.Desk().Holdings, s.officers[who].Actor
	item := got(desk.Import(ctx, actor, d))(w.t)
	content := []byte("a picture " + w.place(s, name+" file content", seers))
	x := intel.Exhibit{Content: ref.Content(content), Size: int64(len(content)), Media: "image/png",
		Caption: "caption " + w.place(s, name+" caption", seers), Credit: "credit " + w.place(s, name+" credit", seers)}
	must(w.t, desk.Upload(ctx, actor, item.ID, x, 1, content))
	_, err := desk.Attach(ctx, actor, item.ID, holdings.Placed{Portion: 1, Exhibit: x})
	must(w.t, err)
	w.files[s] = append(w.files[s], thing{"the file of " + name, item.ID.String() + "/exhibits/" + x.Content.String(), seers})
	if len(elements) > 0 {
		_, err = desk.Mark(ctx, actor, item.ID, nil, elements)
		must(w.t, err)
	}
	return item.ID
}

func (w *world) keep(s *side, name string, id ref.ItemID, seers []party.Handle) {
	for i, f := range w.files[s] {
		if strings.HasPrefix(f.id, id.String()) {
			w.files[s][i].seers = seers
		}
	}
	w.items[s] = append(w.items[s], thing{name, id.String(), seers})
}

func (w *world) ofKind(k kind) {
	seers := readers(w.us, w.us.desk)
	if k.author {
		seers = []party.Handle{"xana"}
	}
	id := w.write(w.us, "xana", k.name, seers, w.full(w.us, k.name, seers), k.elements)
	w.keep(w.us, k.name, id, seers)
}

// mixed is an item of which the unit may read one portion and its author all: the
// second is for the author's eyes, and the third was made of the second.
func (w *world) mixed() {
	all, author := readers(w.us, w.us.desk), []party.Handle{"xana"}
	d := holdings.Draft{Title: "Title " + w.place(w.us, "mixed title", all), Portions: []intel.Portion{w.portion(w.us, "mixed", all)},
		Origin: w.origin(w.us, "mixed", author)} // whence it came is for who may read all of it
	second, derived := w.portion(w.us, "mixed second", author), w.portion(w.us, "mixed third", author)
	second.ID[15], second.Marking = 1, intel.Marking{Caveats: []intel.Caveat{{Code: intel.EYES, Arg: "us/dea/desk#xana"}}}
	derived.DerivedFrom = []ref.PortionID{second.ID}
	d.Portions = append(d.Portions, second, derived)
	w.keep(w.us, "mixed", w.write(w.us, "xana", "mixed", all, d, nil), all)
}

// narrowed is an item that was open, was then edited and kept for its author: what
// its first version says has become the author's too.
func (w *world) narrowed() {
	all, author := readers(w.us, w.us.desk), []party.Handle{"xana"}
	d := holdings.Draft{Title: "Title " + w.place(w.us, "narrowed title", all), Origin: w.origin(w.us, "narrowed", author),
		Portions: []intel.Portion{w.portion(w.us, "narrowed", all), w.portion(w.us, "narrowed second", author)}}
	id := w.write(w.us, "xana", "narrowed", all, d, nil)
	_, err := w.us.node.Desk().Holdings.Mark(context.Background(), w.us.officers["xana"].Actor, id, []int{2}, []string{"EYES:us/dea/desk#xana"})
	must(w.t, err)
	w.keep(w.us, "narrowed", id, all)
}

func (w *world) destroyed() {
	id := w.write(w.us, "xana", "destroyed", nil, w.full(w.us, "destroyed", nil), []string{toMX})
	tell(w.us, "xana", console.DestroyContent{Item: id.String(), Reason: "error"})
	w.keep(w.us, "destroyed", id, readers(w.us, w.us.desk)) // its trail stays
}

// ofOther are items of the other units of both nodes, and one that the partner wrote
// and never sent.
func (w *world) ofOther() {
	seers := readers(w.us, w.us.other)
	w.keep(w.us, "of the other unit", w.write(w.us, "xsid", "other", seers, w.full(w.us, "other", seers), []string{"TLP:CLEAR"}), seers)
	seers = readers(w.mx, w.mx.desk)
	w.keep(w.mx, "of the partner", w.write(w.mx, "mana", "theirs", seers, w.full(w.mx, "theirs", seers), []string{"TLP:CLEAR"}), seers)
}

// posted is something that goes to the partner: the forms of its portions, and who
// over there may read it.
type posted struct {
	name     string
	to       party.Name
	forms    []intel.Form
	elements []string
	author   bool // over there, only mana
	hidden   bool
	after    func(w *world, id ref.ItemID)
}

// sends are the ways in which something comes to the partner.
var sends = []posted{
	{"copy", "mx/semar/uin", []intel.Form{intel.Copy}, nil, false, false, nil},
	{"summary", "mx/semar/uin", []intel.Form{intel.Substitute}, nil, false, false, nil},
	{"pointer", "mx/semar/uin", []intel.Form{intel.Pointer}, nil, false, false, nil},
	{"part", "mx/semar/uin", []intel.Form{intel.Copy, intel.Withheld}, nil, false, false, nil},
	{"condition", "mx/semar/uin", []intel.Form{intel.Copy}, []string{"COND:only with leave"}, false, false, nil},
	{"theireyes", "mx/semar/uin", []intel.Form{intel.Copy}, []string{"EYES:mx/semar/uin#mana,us/dea/desk#xana"}, true, true, nil},
	{"recalled", "mx/semar/uin", []intel.Form{intel.Copy}, nil, false, false, (*world).recall},
	{"gone", "mx/semar/uin", []intel.Form{intel.Copy}, nil, false, false, (*world).recall},
	{"police", "mx/semar/pol", []intel.Form{intel.Copy}, nil, false, false, nil},
}

// crosses tells whether a place of a portion crosses in a form.
func crosses(f intel.Form, where string) bool {
	switch where {
	case "text", "entity", "statement", "caption", "credit", "file content":
		return f == intel.Copy
	case "substitute":
		return f == intel.Substitute
	case "hint":
		return f == intel.Pointer
	}
	return false
}

var ofPortion = []string{"text", "substitute", "hint", "entity", "statement", "caption", "credit", "file content"}

func (w *world) send() {
	for _, p := range sends {
		if p.hidden && !w.hidden {
			continue
		}
		home := readers(w.us, w.us.desk)
		if p.author {
			home = []party.Handle{"xana"}
		}
		d := w.full(w.us, p.name, home)
		for n := range p.forms[1:] {
			d.Portions = append(d.Portions, w.portion(w.us, p.name+" "+string(rune('b'+n)), home))
		}
		id := w.write(w.us, "xana", p.name, home, d, append([]string{"TLP:AMBER+STRICT", "REL:" + string(p.to)}, p.elements...))
		w.keep(w.us, p.name, id, home)
		w.arrives(p)
		to := console.Recipient{Party: p.to, Form: p.forms[0]}
		for n, f := range p.forms {
			to.Except = append(to.Except, console.Except{Portion: n + 1, Form: f})
		}
		tell(w.us, "xana", console.SendItem{Ask: console.Ask{Item: id.String(), To: []console.Recipient{to}}})
		if p.after != nil {
			w.flush()
			p.after(w, id)
		}
	}
	w.flush()
}

// arrives says who over there may see what of it. All that did not cross is nobody's.
func (w *world) arrives(p posted) {
	seers := readers(w.mx, p.to)
	if p.author {
		seers = []party.Handle{"mana"}
	}
	add := func(where string, crosses bool) {
		if p.name == "gone" && where != "purpose" { // the recall was for the same purpose, and is there
			crosses = false
		}
		if crosses {
			w.place(w.mx, p.name+" "+where, seers)
		} else {
			w.place(w.mx, p.name+" "+where, nil)
		}
	}
	text := slices.ContainsFunc(p.forms, func(f intel.Form) bool { return f >= intel.Substitute })
	add("title", text)
	add("topic", true) // reports of the contact tell it, and what it is for
	add("purpose", true)
	for _, where := range []string{"basis", "file", "byline", "address", "note", "aside"} {
		add(where, false)
	}
	for n, f := range p.forms {
		name := p.name
		if n > 0 {
			name += " " + string(rune('a'+n))
		}
		if p.name == "gone" {
			seers = nil
		}
		for _, where := range ofPortion {
			if n > 0 && !slices.Contains([]string{"text", "substitute", "hint", "entity", "statement"}, where) {
				continue
			}
			w.secrets[w.mx] = append(w.secrets[w.mx], secret{wordOf(name + " " + where), "received " + name + " " + where, map[bool][]party.Handle{true: seers}[crosses(f, where)]})
		}
	}
}

func (w *world) recall(id ref.ItemID) {
	tell(w.us, "xana", console.WithdrawItem{Item: id.String(), Kind: intel.Recall, Reason: "It was wrong."})
}

// flush delivers all that waits, both ways.
func (w *world) flush() {
	w.t.Helper()
	ctx := context.Background()
	for range 2 {
		must(w.t, w.us.node.Exchange().Flush(ctx))
		must(w.t, w.mx.node.Exchange().Flush(ctx))
	}
}

// waiting puts plans before a second officer: of an open item, and of one that is for
// its author's eyes.
func (w *world) waiting() {
	put := func(name string, elements []string, seers []party.Handle) {
		all := readers(w.us, w.us.desk)
		if seers != nil {
			all = seers
		}
		id := w.write(w.us, "xana", name, all, w.full(w.us, name, all), append([]string{"TLP:RED", "REL:us/**"}, elements...))
		w.keep(w.us, name, id, all)
		// Whoever may approve or send it for the unit is told why: of what is for other
		// eyes those alone who read nothing.
		deciders := []party.Handle{"xana", "xrob", "xsec"}
		if seers != nil {
			deciders = append(slices.Clone(seers), "xsec")
		}
		reason := "lives at stake " + w.place(w.us, name+" reason", deciders)
		_, err := console.Call(context.Background(), w.us.node, w.us.officers["xana"].signer, console.SendItem{Override: reason,
			Ask: console.Ask{Item: id.String(), To: []console.Recipient{{Party: "mx/semar/uin", Form: intel.Copy}}}})
		if err == nil {
			w.t.Fatal("a broken promise was sent")
		}
		for _, p := range tell(w.us, "xana", console.ListWaiting{}).Plans {
			if p.Item == id {
				w.plans = append(w.plans, thing{name, p.Hash.String(), deciders})
			}
		}
	}
	put("placed", nil, nil)
	if w.hidden {
		put("placedeyes", []string{"EYES:us/dea/desk#xana"}, []party.Handle{"xana"})
	}
}

// unsaved keeps what an officer writes and has not saved: of an item and of a new one.
// It is that officer's alone.
func (w *world) unsaved() {
	mine := []party.Handle{"xana"}
	keep := func(name string, id ref.ItemID, version int) {
		tell(w.us, "xana", console.KeepUnsaved{Item: id, Version: version, Writing: holdings.Writing{Kind: intel.Report, Title: "Unsaved " + w.place(w.us, name+" title", mine),
			Portions: []holdings.Written{{Kind: intel.Fact, Text: "Unsaved " + w.place(w.us, name+" text", mine)}}}})
	}
	sheet := tell(w.us, "xana", console.OpenSheet{}).Item
	keep("sheet", sheet, 0)
	w.sheets = append(w.sheets, thing{"sheet", sheet.String(), mine})
	for _, one := range w.items[w.us] {
		if one.name == "clear" {
			v := tell(w.us, "xana", console.ShowItem{Item: one.id}).View.Item
			keep("rewriting", v.ID, v.Version)
		}
	}
}

// read has what came opened by some over there, destroyed where it was recalled, and
// finds the duties that it made.
func (w *world) read() {
	for _, who := range []party.Handle{"mana", "msid"} {
		for _, l := range tell(w.mx, who, console.ListInbox{}).Letters {
			if l.Kind != intel.NoticeItem {
				tell(w.mx, who, console.ReadCut{Cut: l.Cut.String(), Acknowledge: true})
			}
		}
	}
	w.t.Helper()
	for _, l := range tell(w.mx, "mana", console.ListInbox{}).Letters {
		if strings.Contains(l.Title, wordOf("gone title")) {
			for _, d := range tell(w.mx, "mana", console.ListDuties{Limit: 500}).Duties {
				if d.Cut == l.Cut {
					tell(w.mx, "mana", console.FileDuty{Duty: d.ID.String()})
				}
			}
			tell(w.mx, "mana", console.DestroyContent{Cut: l.Cut.String(), Reason: "recalled"})
		}
	}
	w.flush()
}

// name finds the ids of what came and of what is due.
func (w *world) name() {
	for _, who := range []party.Handle{"mana", "msid"} {
		for _, l := range tell(w.mx, who, console.ListInbox{Limit: 500}).Letters {
			seers := readers(w.mx, l.To)
			if strings.Contains(l.Title, wordOf("theireyes title")) {
				seers = []party.Handle{"mana"}
			}
			for _, p := range sends {
				if p.forms[0] == intel.Copy && strings.Contains(l.Title, wordOf(p.name+" title")) {
					content := ref.Content([]byte("a picture " + wordOf(p.name+" file content")))
					w.came = append(w.came, thing{"the file that came with " + p.name, l.Cut.String() + "/exhibits/" + content.String(), seers})
				}
			}
			w.cuts = append(w.cuts, thing{"cut " + string(l.Kind) + " " + l.Title, l.Cut.String(), seers})
		}
		for _, d := range tell(w.mx, who, console.ListDuties{All: true, Limit: 500}).Duties {
			w.duties = append(w.duties, thing{"duty", d.ID.String(), readers(w.mx, d.Duty.Holder)})
		}
	}
	if len(w.cuts) < 8 || len(w.duties) == 0 || len(w.plans) == 0 {
		w.t.Fatalf("%d cuts came, %d duties, %d plans wait", len(w.cuts), len(w.duties), len(w.plans))
	}
}

package web

import (
	"slices"
	"strconv"
	"strings"

	"comity/console"
	"comity/exchange"
	"comity/fault"
	"comity/holdings"
	"comity/intel"
	"comity/party"
	"comity/ref"
)

// perPage is how many lines a list shows at once.
const perPage = 50

type itemsPage struct {
	Items []holdings.Listed
	Next  ref.ItemID
	First bool // of the pages

	Unsaved  []holdings.Unsaved
	MayWrite bool
}

func (v *visit) items() error {
	c := console.ListItems{Limit: perPage}
	if s := v.r.URL.Query().Get("after"); s != "" {
		if err := c.After.UnmarshalText([]byte(s)); err != nil {
			return absent()
		}
	}
	list, err := ask(v, c)
	if err != nil {
		return err
	}
	page := itemsPage{Items: list.Items, Next: list.Next, First: c.After.IsZero(), MayWrite: v.actor.May(party.ActWrite) == nil}
	if page.First && page.MayWrite {
		unsaved, err := ask(v, console.ListUnsaved{})
		if err != nil {
			return err
		}
		page.Unsaved = unsaved.Unsaved
	}
	return v.render("items", "items", page)
}

// itemPage is one item as the officer may read it.
type itemPage struct {
	console.ItemView
	Source   *holdings.Imported
	MayPlan  bool
	MayTrail bool
	MayWrite bool // the version that is shown is the latest, and the officer writes
	Latest   bool
	About    *aboutPart
	Remarks  remarksPart
	Hidden   []int
}

func (v *visit) item() error {
	id, err := v.itemID()
	if err != nil {
		return err
	}
	version := 0
	if s := v.r.URL.Query().Get("version"); s != "" {
		if version, err = strconv.Atoi(s); err != nil || version < 1 {
			return absent()
		}
	}
	view, err := ask(v, console.ShowItem{Item: id, Version: version})
	if err != nil {
		return err
	}
	page := itemPage{ItemView: view, Hidden: view.View.Hidden, MayPlan: v.actor.May(party.ActPlan) == nil, MayTrail: v.actor.May(party.ActTrail) == nil}
	page.Latest = version == 0
	page.About = v.about(view.View.Item, view.View.Hidden)
	if page.Remarks, err = v.remarks(console.ListRemarks{Item: id}, "/items/"+id+"/remarks"); err != nil {
		return err
	}
	page.MayWrite = v.actor.May(party.ActWrite) == nil && version == 0 && view.View.Item.Authorisation == nil
	source, err := ask(v, console.ShowSource{Item: id})
	switch {
	case err == nil && (source.Source.File != "" || !source.Source.At.IsZero()):
		page.Source = &source
	case err != nil && !fault.Is(err, fault.Withheld) && !fault.Is(err, fault.Denied):
		return err
	}
	return v.render("item", "items", page)
}

// itemID reads which item a path names: by the whole id only, so that nobody
// learns by trying what ends in four digits.
func (v *visit) itemID() (string, error) {
	var id ref.ItemID
	if err := id.UnmarshalText([]byte(v.r.PathValue("item"))); err != nil || id.IsZero() {
		return "", absent()
	}
	return id.String(), nil
}

// portion is a portion with its number, as templates show it.
type portion struct {
	N      int
	Hidden bool
	intel.Portion
}

// Portions numbers the portions of the page.
func (p itemPage) Portions() []portion { return numbered(p.View.Item.Portions, p.View.Hidden) }

func numbered(all []intel.Portion, hidden []int) []portion {
	list := make([]portion, len(all))
	for i, p := range all {
		list[i] = portion{N: i + 1, Portion: p}
	}
	for _, n := range hidden {
		if n >= 1 && n <= len(list) {
			list[n-1].Hidden = true
		}
	}
	return list
}

type searchPage struct {
	Words string
	Asked bool
	Hits  []holdings.Hit
}

// search looks for words. They come in the body of the request: what an officer
// looks for has no place in addresses, which are kept and logged.
func (v *visit) search() error {
	page := searchPage{Words: v.r.PostFormValue("words")}
	if v.r.Method != "POST" || page.Words == "" {
		return v.render("search", "search", page)
	}
	hits, err := ask(v, console.SearchItems{Words: page.Words, Limit: perPage})
	if err != nil {
		return err
	}
	page.Asked, page.Hits = true, hits.Hits
	return v.render("search", "search", page)
}

// trails lets who follows trails, and reads no items, name one.
func (v *visit) trails() error {
	if err := v.actor.May(party.ActTrail); err != nil {
		return err
	}
	text := strings.TrimSpace(v.r.URL.Query().Get("item"))
	if text == "" {
		return v.render("trails", "trails", nil)
	}
	var id ref.ItemID
	if err := id.UnmarshalText([]byte(text)); err != nil || id.IsZero() {
		return absent()
	}
	return v.away("/items/" + id.String() + "/trail")
}

type trailPage struct {
	ID string
	console.Trail
}

func (v *visit) trail() error {
	id, err := v.itemID()
	if err != nil {
		return err
	}
	t, err := ask(v, console.ReadTrail{Item: id})
	if err != nil {
		return err
	}
	return v.render("trail", "items", trailPage{id, t})
}

// Proofs tells whether there is a receipt to take out.
func (p trailPage) Proofs() bool {
	return slices.ContainsFunc(p.Trail.Trail.Lines, func(l exchange.Line) bool { return len(l.Receipts) > 0 })
}

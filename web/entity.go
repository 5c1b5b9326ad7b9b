package web

import (
	"strconv"
	"strings"

	"comity/console"
	"comity/fault"
	"comity/holdings"
	"comity/offer"
	"comity/party"
	"comity/ref"
)

// entitiesPage lists what the newest items name, and looks for more.
type entitiesPage struct {
	Name  string
	Asked bool
	List  []holdings.NamedEntity
	Found []holdings.Entity
	Next  ref.ItemID
	First bool
}

func (v *visit) entities() error {
	c := console.ListEntities{Limit: perPage}
	if s := v.r.URL.Query().Get("after"); s != "" {
		if err := c.After.UnmarshalText([]byte(s)); err != nil {
			return absent()
		}
	}
	list, err := ask(v, c)
	if err != nil {
		return err
	}
	return v.render("entities", "entities", entitiesPage{List: list.Entities, Next: list.Next, First: c.After.IsZero()})
}

// entity shows all that the officer may read of what has a name. The name comes in
// the body of the request: whom an officer looks for has no place in addresses.
func (v *visit) entity() error {
	if err := v.actor.May(party.ActRead); err != nil {
		return err
	}
	page := entitiesPage{Name: strings.TrimSpace(plain(v.r.PostFormValue("name"))), Asked: true}
	if page.Name == "" {
		return v.away("/entities")
	}
	found, err := ask(v, console.ShowEntity{Name: page.Name})
	if err != nil && !fault.Is(err, fault.Withheld) {
		return err
	}
	page.Found = found.Entities
	return v.render("entity", "entities", page)
}

// sources groups what is said by where it stands.
func sources(list []holdings.Sourced) []sourceGroup {
	var groups []sourceGroup
	for _, s := range list {
		n := -1
		for i, g := range groups {
			if g.Statement == s.Statement {
				n = i
			}
		}
		if n < 0 {
			n = len(groups)
			groups = append(groups, sourceGroup{Sourced: s})
		}
		groups[n].Where = append(groups[n].Where, s)
	}
	return groups
}

// sourceGroup is one statement with every place where it stands.
type sourceGroup struct {
	holdings.Sourced
	Where []holdings.Sourced
}

// offersPage offers what a text may name, to be confirmed.
type offersPage struct {
	offer.Offers
	Title    string
	MayWrite bool
	Left     int // that are not said yet
}

func (v *visit) offers() error {
	id, err := v.itemID()
	if err != nil {
		return err
	}
	item, err := ask(v, console.ShowItem{Item: id})
	if err != nil {
		return err
	}
	o, err := ask(v, console.FindEntities{Item: id})
	if err != nil {
		return err
	}
	page := offersPage{Offers: o, Title: item.View.Item.Title, MayWrite: v.actor.May(party.ActWrite) == nil && item.View.Item.Authorisation == nil}
	for _, one := range o.Offers {
		if !one.Stated {
			page.Left++
		}
	}
	return v.render("offers", "items", page)
}

// confirm makes statements of what an officer has picked.
func (v *visit) confirm() error {
	id, err := v.itemID()
	if err != nil {
		return err
	}
	c := console.ConfirmEntities{Item: id, Of: v.r.PostForm.Get("of")}
	for _, s := range v.r.PostForm["n"] {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			return absent()
		}
		c.Picks = append(c.Picks, offer.Pick{Number: n, Entity: line(v.r.PostForm, "as."+s)})
	}
	if _, err := ask(v, c); err != nil {
		return err
	}
	return v.away("/items/" + id)
}

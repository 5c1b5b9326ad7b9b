package web

import (
	"strconv"

	"comity/console"
	"comity/fault"
	"comity/holdings"
	"comity/intel"
	"comity/party"
	"comity/ref"
)

// asidePage lists what was set aside when an item was imported.
type asidePage struct {
	ID      ref.ItemID
	Title   string
	Asides  []aside
	Left    int // that can be taken back
	MayTake bool
}

// aside is a text that was set aside, and the portion that it would stand behind.
type aside struct {
	N, Behind int
	Taken     bool
	holdings.SetAside
}

func (v *visit) aside() error {
	id, err := v.itemID()
	if err != nil {
		return err
	}
	view, err := ask(v, console.ShowItem{Item: id})
	if err != nil {
		return err
	}
	// What was written here has no source, and of one whose versions the officer may not
	// all read nothing is told: to both nothing was set aside.
	source, err := ask(v, console.ShowSource{Item: id})
	if err != nil && !fault.Is(err, fault.Withheld) {
		return err
	}
	page := asidePage{ID: view.View.Item.ID, Title: view.View.Item.Title, MayTake: v.actor.May(party.ActWrite) == nil}
	page.Asides = asides(source, view.View.Item)
	for _, a := range page.Asides {
		if !a.Taken {
			page.Left++
		}
	}
	return v.render("aside", "items", page)
}

// asides numbers what was set aside.
func asides(in holdings.Imported, i intel.Item) []aside {
	var list []aside
	for n, a := range in.Source.Aside {
		one := aside{N: n + 1, SetAside: a}
		for _, taken := range in.Taken {
			one.Taken = one.Taken || taken == n+1
		}
		for k, p := range i.Portions {
			if p.ID == a.After {
				one.Behind = k + 1
			}
		}
		list = append(list, one)
	}
	return list
}

// takeBack makes portions of what was set aside.
func (v *visit) takeBack() error {
	item, _, err := v.editable()
	if err != nil {
		return err
	}
	id := item.String()
	c := console.TakeBack{Item: id}
	for _, s := range v.r.PostForm["n"] {
		n, err := strconv.Atoi(s)
		if err != nil {
			return absent()
		}
		c.Numbers = append(c.Numbers, n)
	}
	if _, err := ask(v, console.ShowSource{Item: id}); err != nil {
		return err // before anything is said of the form
	}
	if len(c.Numbers) == 0 {
		return fault.New(fault.Invalid, "nothing is ticked").Fix("tick what is to be a portion")
	}
	if _, err := ask(v, c); err != nil {
		return err
	}
	return v.away("/items/" + id)
}

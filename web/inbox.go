package web

import (
	"errors"

	"comity/console"
	"comity/exchange"
	"comity/fault"
	"comity/intel"
	"comity/party"
	"comity/ref"
	"comity/release"
)

type inboxPage struct {
	Letters []exchange.Letter
	Unknown []party.Name
	Next    ref.CutID
	First   bool
}

// inbox lists what came. The list is no reading: it shows no text, and no receipt
// goes back.
func (v *visit) inbox() error {
	c := console.ListInbox{Limit: perPage}
	if s := v.r.URL.Query().Get("after"); s != "" {
		if err := c.After.UnmarshalText([]byte(s)); err != nil {
			return absent()
		}
	}
	l, err := ask(v, c)
	if err != nil {
		return err
	}
	page := inboxPage{Letters: l.Letters, Unknown: l.Unknown, First: c.After.IsZero()}
	if n := len(l.Letters); n == perPage {
		page.Next = l.Letters[n-1].Cut
	}
	return v.render("inbox", "inbox", page)
}

// conditionsPage asks whether an officer accepts what the originator demands.
type conditionsPage struct {
	Cut        string
	Conditions []string
}

// openedPage is what came, as the officer may read it.
type openedPage struct {
	exchange.Opened
	Unknown []party.Name
	Remarks remarksPart
}

// open opens what came. It is recorded and the sender is told, so that it is asked
// for by a form and never by following a link.
func (v *visit) open() error {
	var id ref.CutID
	if err := id.UnmarshalText([]byte(v.r.PathValue("cut"))); err != nil || id.IsZero() {
		return absent()
	}
	o, err := ask(v, console.ReadCut{Cut: id.String(), Acknowledge: v.r.PostFormValue("accept") == "yes"})
	var f *console.Failure
	if fault.Is(err, fault.Unread) && errors.As(err, &f) && len(f.Conditions) > 0 {
		return v.render("conditions", "inbox", conditionsPage{id.String(), f.Conditions})
	}
	if err != nil {
		return err
	}
	page := openedPage{Opened: o.Opened, Unknown: o.Unknown}
	if page.Remarks, err = v.remarks(console.ListRemarks{Cut: id}, "/inbox/"+id.String()+"/remarks"); err != nil {
		return err
	}
	return v.render("opened", "inbox", page)
}

// came is a portion of what came, with its number.
type came struct {
	N      int
	Hidden bool
	release.CutPortion
}

// Portions numbers the portions of the page.
func (p openedPage) Portions() []came {
	list := make([]came, len(p.Cut.Portions))
	for i, one := range p.Cut.Portions {
		list[i] = came{N: i + 1, CutPortion: one}
	}
	for _, n := range p.Opened.Hidden {
		if n >= 1 && n <= len(list) {
			list[n-1].Hidden = true
		}
	}
	return list
}

// Here tells how much of an exhibit has come: so many of so many parts.
func (p openedPage) Here(x intel.Exhibit) exchange.ArrivedExhibit {
	for _, a := range p.Opened.Exhibits {
		if a.Content == x.Content {
			return a
		}
	}
	return exchange.ArrivedExhibit{Parts: x.Parts()}
}

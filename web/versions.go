package web

import (
	"slices"
	"strconv"

	"comity/console"
	"comity/fault"
	"comity/holdings"
	"comity/intel"
)

// versionsPage lists the versions of an item, and shows what is between two.
type versionsPage struct {
	ID       string
	Title    string
	Versions []holdings.VersionLine
	Next     int
	From, To int
	Compared bool
	Heads    []changedLine
	Portions []changedPortion
	Same     int // portions in which nothing changed
}

// changedLine is a field above the portions.
type changedLine struct {
	Field  string
	Pieces []piece
}

// changedPortion is what became of a portion. State is added, gone, changed or
// moved; N its number in the later version, Was in the earlier one.
type changedPortion struct {
	State      string
	N, Was     int
	Hidden     bool
	Text       []piece
	Substitute []piece
	Hint       []piece
	KindWas    intel.PortionKind
	Kind       intel.PortionKind
	Marks      []markApart
	Exhibits   []changedExhibit
	Statements int // more or fewer
}

// Fewer is how many statements were taken away.
func (c changedPortion) Fewer() int { return -c.Statements }

// changedExhibit is a file that was attached, taken out or described anew.
type changedExhibit struct {
	State   string
	Short   string
	Caption []piece
	Credit  []piece
}

func (v *visit) versions() error {
	id, err := v.itemID()
	if err != nil {
		return err
	}
	page := versionsPage{ID: id}
	q := v.r.URL.Query()
	before, err := numberOf(q.Get("before"))
	if err != nil {
		return err
	}
	if page.From, err = numberOf(q.Get("from")); err != nil {
		return err
	}
	if page.To, err = numberOf(q.Get("to")); err != nil {
		return err
	}
	list, err := ask(v, console.ListVersions{Item: id, From: before, Limit: 20})
	if err != nil {
		return err
	}
	page.Versions = list.Versions
	if n := len(list.Versions); n > 0 {
		page.Title = list.Versions[0].Title
		page.Next = list.Versions[n-1].Version - 1
		if page.To == 0 && page.From == 0 && n > 1 {
			page.From, page.To = list.Versions[1].Version, list.Versions[0].Version
		}
	}
	if page.From > 0 && page.To > 0 {
		if err := v.compare(&page); err != nil {
			return err
		}
	}
	return v.render("versions", "items", page)
}

// numberOf reads a number of a version; none is 0.
func numberOf(s string) (int, error) {
	if s == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > 1<<30 {
		return 0, fault.New(fault.Withheld, "there is no such version")
	}
	return n, nil
}

func (v *visit) compare(page *versionsPage) error {
	page.From, page.To = min(page.From, page.To), max(page.From, page.To)
	a, err := ask(v, console.ShowItem{Item: page.ID, Version: page.From})
	if err != nil {
		return err
	}
	b, err := ask(v, console.ShowItem{Item: page.ID, Version: page.To})
	if err != nil {
		return err
	}
	page.Compared = true
	page.between(a.View, b.View)
	return nil
}

// between says what is between two versions, as the officer may see them.
func (page *versionsPage) between(a, b holdings.View) {
	was, is := holdings.WritingOf(a), holdings.WritingOf(b)
	for _, f := range []struct{ name, a, b string }{
		{"title", was.Title, is.Title}, {"topic", was.Topic, is.Topic}, {"areas", intel.JoinAreas(was.Areas), intel.JoinAreas(is.Areas)},
		{"purpose", was.Purpose, is.Purpose}, {"basis", was.Basis, is.Basis},
	} {
		if f.a != f.b {
			page.Heads = append(page.Heads, changedLine{f.name, difference(f.a, f.b)})
		}
	}
	rank := ranks(was, is)
	for n := range is.Portions {
		k := slices.IndexFunc(was.Portions, func(p holdings.Written) bool { return p.ID == is.Portions[n].ID })
		c := changed(a, b, was, is, k, n)
		if c.State == "" && rank[n] {
			c.State = "moved"
		}
		if c.State == "" {
			page.Same++
			continue
		}
		page.Portions = append(page.Portions, c)
	}
	for k, p := range was.Portions {
		if !has(is, p.ID) {
			page.Portions = append(page.Portions, changedPortion{State: "gone", Was: k + 1, Hidden: slices.Contains(a.Hidden, k+1), Text: difference(p.Text, ""), KindWas: p.Kind})
		}
	}
}

// ranks tells which portions of the later version have changed places: those that
// stand behind one that they stood before.
func ranks(was, is holdings.Writing) map[int]bool {
	moved, top := map[int]bool{}, -1
	for n, p := range is.Portions {
		k := slices.IndexFunc(was.Portions, func(q holdings.Written) bool { return q.ID == p.ID })
		if k < 0 {
			continue
		}
		if k < top {
			moved[n] = true
		}
		top = max(top, k)
	}
	return moved
}

// changed compares portion n of the later version with portion k of the earlier one.
func changed(a, b holdings.View, was, is holdings.Writing, k, n int) changedPortion {
	c := changedPortion{N: n + 1, Was: k + 1, Kind: is.Portions[n].Kind, Hidden: slices.Contains(b.Hidden, n+1)}
	if k < 0 {
		c.State = "added"
		c.Text, c.Marks = difference("", is.Portions[n].Text), marksApart(nil, is.Portions[n].Marks)
		return c
	}
	if c.Hidden || slices.Contains(a.Hidden, k+1) {
		c.Hidden = true
		return c
	}
	p, q := was.Portions[k], is.Portions[n]
	if p.Text != q.Text {
		c.State, c.Text = "changed", difference(p.Text, q.Text)
	}
	if p.Substitute != q.Substitute {
		c.State, c.Substitute = "changed", difference(p.Substitute, q.Substitute)
	}
	if p.Hint != q.Hint {
		c.State, c.Hint = "changed", difference(p.Hint, q.Hint)
	}
	if c.Marks = marksApart(p.Marks, q.Marks); len(c.Marks) > 0 {
		c.State = "changed"
	}
	if p.Kind != q.Kind {
		c.State, c.KindWas = "changed", p.Kind
	}
	if c.Exhibits = changedExhibits(p.Exhibits, q.Exhibits); len(c.Exhibits) > 0 {
		c.State = "changed"
	}
	if c.Statements = len(b.Item.Portions[n].Statements) - len(a.Item.Portions[k].Statements); c.Statements != 0 {
		c.State = "changed"
	}
	return c
}

func changedExhibits(a, b []holdings.Described) []changedExhibit {
	var list []changedExhibit
	of := func(all []holdings.Described, x holdings.Described) int {
		return slices.IndexFunc(all, func(y holdings.Described) bool { return y.Content == x.Content })
	}
	for _, x := range b {
		k := of(a, x)
		switch {
		case k < 0:
			list = append(list, changedExhibit{State: "added", Short: x.Content.Short(), Caption: difference("", x.Caption), Credit: difference("", x.Credit)})
		case a[k] != x:
			list = append(list, changedExhibit{State: "changed", Short: x.Content.Short(), Caption: difference(a[k].Caption, x.Caption), Credit: difference(a[k].Credit, x.Credit)})
		}
	}
	for _, x := range a {
		if of(b, x) < 0 {
			list = append(list, changedExhibit{State: "gone", Short: x.Content.Short(), Caption: difference(x.Caption, "")})
		}
	}
	return list
}

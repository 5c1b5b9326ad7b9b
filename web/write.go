package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"comity/console"
	"comity/fault"
	"comity/holdings"
	"comity/intel"
	"comity/party"
	"comity/ref"
	"comity/wire"
)

// maxWriting is how large the form of the editor may be: the largest item, with
// every letter of its texts escaped.
const maxWriting = 16 << 20

// writePage is the editor.
type writePage struct {
	New     bool
	ID      ref.ItemID // or the sheet of a new item
	Version int
	Writing holdings.Writing
	Parts   []sheetPart
	Heads   []otherHead
	Units   []party.Name
	Note    string // key of a message above the form
	Failure *failure
	Kept    wire.Time // when what is shown was kept, and not saved
	Met     int       // the version that somebody saved meanwhile
	By      party.Handle
}

// sheetPart is a portion in the form.
type sheetPart struct {
	N, I       int
	Hidden     bool
	New        bool
	Here       bool // to go on at
	Wrong      bool
	Added      bool
	Back       bool
	Alone      bool
	Theirs     *holdings.Written
	Difference []piece // from theirs to what stands here
	MarksApart []markApart
	Marks      marks
	Statements int
	From       []int // portions that it derives from
	Exhibits   []sheetExhibit
	holdings.Written
}

// sheetExhibit is a file of a portion in the form.
type sheetExhibit struct {
	intel.Exhibit
	Caption, Credit string
}

// Kinds are the kinds of item that can be begun.
func (writePage) Kinds() []intel.Kind {
	return slices.DeleteFunc(slices.Clone(intel.Kinds), func(k intel.Kind) bool { return k == intel.NoticeItem || k == intel.ContactReport })
}

// The other choices of the form.
func (writePage) Areas() []intel.Area               { return intel.Areas }
func (writePage) PortionKinds() []intel.PortionKind { return intel.PortionKinds }
func (writePage) Lights() []string                  { return lights }
func (writePage) Flags() []string                   { return flags }
func (writePage) Forms() []string                   { return forms }

// Fresh tells whether a new sheet begins with its title.
func (p writePage) Fresh() bool {
	return p.New && p.Writing.Title == "" && !slices.ContainsFunc(p.Parts, func(s sheetPart) bool { return s.Here })
}

// Has tells whether an area is chosen.
func (p writePage) Has(a intel.Area) bool { return slices.Contains(p.Writing.Areas, a) }

// Flagged tells whether a caveat is chosen.
func (p sheetPart) Flagged(f string) bool { return slices.Contains(p.Marks.Flags, f) }

// Path is where the form goes.
func (p writePage) Path() string {
	if p.New {
		return "/items/new"
	}
	return "/items/" + p.ID.String() + "/edit"
}

// begin shows an empty sheet, or one that was kept.
func (v *visit) begin() error {
	if err := v.actor.May(party.ActWrite); err != nil {
		return err
	}
	page := writePage{New: true, Writing: holdings.Writing{Kind: intel.Report, Portions: []holdings.Written{{Kind: intel.Fact}}}}
	if s := v.r.URL.Query().Get("sheet"); s != "" {
		var err error
		if page.ID, err = sheetID(s); err != nil {
			return err
		}
		u, err := ask(v, console.ShowUnsaved{Item: page.ID})
		if err != nil {
			return err
		}
		page.Writing, page.Kept = u.Writing, u.At
		return v.sheet(page, holdings.View{}, -1)
	}
	if k := intel.Kind(v.r.URL.Query().Get("kind")); slices.Contains(page.Kinds(), k) {
		page.Writing.Kind = k
	}
	sheet, err := ask(v, console.OpenSheet{})
	if err != nil {
		return err
	}
	page.ID = sheet.Item
	return v.sheet(page, holdings.View{}, -1)
}

func sheetID(s string) (id ref.ItemID, err error) {
	if err := id.UnmarshalText([]byte(s)); err != nil || id.IsZero() {
		return id, absent()
	}
	return id, nil
}

// edit shows an item in the editor, with what its officer has not saved yet.
func (v *visit) edit() error {
	id, view, err := v.editable()
	if err != nil {
		return err
	}
	page := writePage{ID: id, Version: view.Item.Version, Writing: holdings.WritingOf(view)}
	u, err := ask(v, console.ShowUnsaved{Item: id})
	switch {
	case fault.Is(err, fault.Withheld):
		return v.sheet(page, view, -1)
	case err != nil:
		return err
	}
	page.Writing, page.Version, page.Kept = u.Writing, u.Version, u.At
	if u.Version != view.Item.Version {
		return v.meet(page, view)
	}
	return v.sheet(page, view, -1)
}

// editable gives the item of the path to who may write.
func (v *visit) editable() (ref.ItemID, holdings.View, error) {
	if err := v.actor.May(party.ActWrite); err != nil {
		return ref.ItemID{}, holdings.View{}, err
	}
	text, err := v.itemID()
	if err != nil {
		return ref.ItemID{}, holdings.View{}, err
	}
	item, err := ask(v, console.ShowItem{Item: text})
	return item.View.Item.ID, item.View, err
}

// write takes the form of a new item.
func (v *visit) write() error {
	if err := v.actor.May(party.ActWrite); err != nil {
		return err
	}
	id, err := sheetID(v.r.PostForm.Get("sheet"))
	if err != nil {
		return err
	}
	return v.written(writePage{New: true, ID: id}, holdings.View{})
}

// rewrite takes the form of an item that is there.
func (v *visit) rewrite() error {
	id, view, err := v.editable()
	if err != nil {
		return err
	}
	version, err := strconv.Atoi(v.r.PostForm.Get("version"))
	if err != nil || version < 1 || version > view.Item.Version {
		return fault.New(fault.Invalid, "the form is not one of this page").Fix("open the page anew")
	}
	return v.written(writePage{ID: id, Version: version}, view)
}

// written does what a button of the form says. Whatever it is, what was typed is
// kept first.
func (v *visit) written(page writePage, view holdings.View) error {
	var err error
	if page.Writing, err = readWriting(v.r.PostForm); err != nil {
		return err
	}
	act := v.r.PostForm.Get("act")
	at, shifted := shift(&page.Writing, act)
	if act != "save" && !shifted && act != "keep" {
		return fault.New(fault.Invalid, "the form is not one of this page").Fix("open the page anew")
	}
	if act != "save" {
		u, err := ask(v, console.KeepUnsaved{Item: page.ID, Version: page.Version, Writing: page.Writing})
		if v.r.Header.Get("Accept") == "application/json" {
			return v.keptFor(u, view, err)
		}
		if err != nil {
			return v.writeFailed(page, view, err)
		}
		page.Kept = u.At
		if act == "keep" {
			page.Note, at = "write.note.kept", -1
		}
		return v.sheet(page, view, at)
	}
	if !page.New && page.Version != view.Item.Version {
		if _, err := ask(v, console.KeepUnsaved{Item: page.ID, Version: page.Version, Writing: page.Writing}); err != nil {
			return v.writeFailed(page, view, err)
		}
		return v.meet(page, view)
	}
	saved, err := ask(v, console.WriteItem{Item: page.ID, Version: page.Version, Writing: page.Writing})
	if err != nil {
		return v.writeFailed(page, view, err)
	}
	return v.away("/items/" + saved.View.Item.ID.String())
}

// keptFor tells the script of the page that what was typed is kept.
func (v *visit) keptFor(u holdings.Unsaved, view holdings.View, err error) error {
	if err != nil {
		if fault.KindOf(err) == fault.Internal {
			v.Log.ErrorContext(v.r.Context(), "what was typed cannot be kept", "err", err)
		}
		v.refuse(statuses[fault.KindOf(err)], "failed")
		return nil
	}
	v.tell(http.StatusOK, struct {
		At     string `json:"at"`
		Latest int    `json:"latest"`
	}{u.At.Time().UTC().Format(time.RFC3339), view.Item.Version})
	return nil
}

// writeFailed shows an error above the form, which keeps what was typed.
func (v *visit) writeFailed(page writePage, view holdings.View, err error) error {
	kind := fault.KindOf(err)
	if kind == fault.Internal || kind == fault.Withheld || kind == fault.Denied && page.New {
		return err
	}
	if kind == fault.Stale && !page.New { // somebody was faster by a moment
		now, err := ask(v, console.ShowItem{Item: page.ID.String()})
		if err == nil && now.View.Item.Version != page.Version {
			return v.meet(page, now.View)
		}
	}
	// What cannot be saved is kept; that it was is no news beside the error.
	if u, err := ask(v, console.KeepUnsaved{Item: page.ID, Version: page.Version, Writing: page.Writing}); err == nil {
		page.Kept = u.At
	}
	f := v.tongue.failureOf(err)
	page.Failure = &f
	return v.sheetStatus(statuses[kind], page, view, wrongPortion(f.Where))
}

// wrongPortion reads which portion an error is about, from 0.
func wrongPortion(where string) int {
	rest, ok := strings.CutPrefix(where, "portion ")
	if !ok {
		return -1
	}
	number, _, _ := strings.Cut(rest, ",")
	n, err := strconv.Atoi(number)
	if err != nil {
		return -1
	}
	return n - 1
}

// meet shows what was typed over an older version beside the latest one.
func (v *visit) meet(page writePage, latest holdings.View) error {
	base, err := ask(v, console.ShowItem{Item: page.ID.String(), Version: page.Version})
	if err != nil {
		return err
	}
	r := rebase(holdings.WritingOf(base.View), holdings.WritingOf(latest), page.Writing)
	page.Writing, page.Heads = r.Writing, r.Heads
	page.Version, page.Met, page.By = latest.Item.Version, latest.Item.Version, latest.Item.Author
	v.fillSheet(&page, latest, -1)
	for i := range page.Parts {
		p := &page.Parts[i]
		p.Added, p.Back, p.Alone = r.Added[i], r.Back[i], r.Alone[i]
		if theirs, ok := r.Theirs[i]; ok {
			p.Theirs, p.Difference = &theirs, difference(theirs.Text, p.Text)
			p.MarksApart = marksApart(theirs.Marks, p.Written.Marks)
		}
	}
	status := http.StatusConflict
	if v.r.Method == http.MethodGet {
		status = http.StatusOK
	}
	v.renderStatus(status, "write", "items", page)
	return nil
}

// sheet shows the form.
func (v *visit) sheet(page writePage, view holdings.View, at int) error {
	return v.sheetStatus(http.StatusOK, page, view, at)
}

func (v *visit) sheetStatus(status int, page writePage, view holdings.View, at int) error {
	v.fillSheet(&page, view, at)
	v.renderStatus(status, "write", "items", page)
	return nil
}

// fillSheet puts what is written into the fields; at is the portion to go on at.
func (v *visit) fillSheet(page *writePage, view holdings.View, at int) {
	if links, err := ask(v, console.ListPartners{}); err == nil { // a help only
		for _, l := range links.Links {
			page.Units = append(page.Units, l.Units...)
		}
	}
	for i, w := range page.Writing.Portions {
		p := sheetPart{N: i + 1, I: i, New: w.ID.IsZero(), Here: i == at, Wrong: i == at && page.Failure != nil, Written: w, Marks: marksOf(w.Marks)}
		n := slices.IndexFunc(view.Item.Portions, func(q intel.Portion) bool { return q.ID == w.ID })
		if n >= 0 {
			p.Hidden = slices.Contains(view.Hidden, n+1)
			p.Statements = len(view.Item.Portions[n].Statements)
			for _, from := range view.Item.Portions[n].DerivedFrom {
				if k := slices.IndexFunc(page.Writing.Portions, func(q holdings.Written) bool { return q.ID == from }); k >= 0 {
					p.From = append(p.From, k+1)
				}
			}
		}
		for _, x := range w.Exhibits {
			p.Exhibits = append(p.Exhibits, sheetExhibit{described(view.Item, x.Content), x.Caption, x.Credit})
		}
		page.Parts = append(page.Parts, p)
	}
}

// described finds a file of an item.
func described(i intel.Item, content ref.Hash) intel.Exhibit {
	for _, p := range i.Portions {
		for _, x := range p.Exhibits {
			if x.Content == content {
				return x
			}
		}
	}
	return intel.Exhibit{Content: content}
}

// dropUnsaved forgets what an officer has typed and not saved.
func (v *visit) dropUnsaved() error {
	id, err := v.itemID()
	if err != nil {
		return err
	}
	sheet, err := sheetID(id)
	if err != nil {
		return err
	}
	if _, err := ask(v, console.ShowUnsaved{Item: sheet}); err != nil {
		return err
	}
	if _, err := ask(v, console.DropUnsaved{Item: sheet}); err != nil {
		return err
	}
	return v.away("/items")
}

package web

import (
	"unicode"
	"unicode/utf8"

	"comity/console"
	"comity/holdings"
	"comity/intel"
	"comity/party"
	"comity/ref"
)

// remarksPart is the notes and opinions on something, and the form for more.
type remarksPart struct {
	Path string // of the form; empty: the officer writes none
	List []holdings.Remarked
}

// Kinds, Stances and Uses are the choices of the form.
func (remarksPart) Kinds() []intel.Kind     { return []intel.Kind{intel.Note, intel.Opinion} }
func (remarksPart) Stances() []intel.Stance { return intel.Stances }
func (remarksPart) Uses() []intel.Use       { return intel.Uses }

func (v *visit) remarks(c console.ListRemarks, path string) (remarksPart, error) {
	var part remarksPart
	list, err := ask(v, c)
	if err != nil {
		return part, err
	}
	part.List = list.Remarks
	if v.actor.May(party.ActWrite) == nil {
		part.Path = path
	}
	return part, nil
}

// remark writes a note or an opinion on an item.
func (v *visit) remark() error {
	id, err := v.itemID()
	if err != nil {
		return err
	}
	return v.remarked(console.WriteRemark{Item: id}, id[len(id)-8:])
}

// remarkReceived writes one on what came.
func (v *visit) remarkReceived() error {
	var id ref.CutID
	if err := id.UnmarshalText([]byte(v.r.PathValue("cut"))); err != nil || id.IsZero() {
		return absent()
	}
	return v.remarked(console.WriteRemark{Cut: id}, id.Short())
}

// remarked keeps it as an item of its own and leads to that.
func (v *visit) remarked(c console.WriteRemark, about string) error {
	if err := v.actor.May(party.ActWrite); err != nil {
		return err
	}
	f := v.r.PostForm
	c.Kind, c.Stance, c.Use, c.Text = intel.Kind(f.Get("kind")), intel.Stance(f.Get("stance")), intel.Use(f.Get("use")), text(f, "text")
	c.Title = capital(v.tongue.say("remark.headline", v.tongue.word("kind", string(c.Kind)), about))
	if title := line(f, "title"); title != "" {
		c.Title = title
	}
	written, err := ask(v, c)
	if err != nil {
		return err
	}
	return v.away("/items/" + written.View.Item.ID.String())
}

// capital begins a line with a capital letter.
func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

// aboutPart is what a note or an opinion says that it is about.
type aboutPart struct {
	intel.Remark
	Item  ref.ItemID // if the officer may see it
	Title string
}

// about reads it off an item; nil: it is about nothing in particular.
func (v *visit) about(i intel.Item, hidden []int) *aboutPart {
	if i.Kind != intel.Note && i.Kind != intel.Opinion || len(i.Portions) == 0 || len(hidden) > 0 && hidden[0] == 1 {
		return nil
	}
	r, _, ok := intel.ParseRemark(i.Portions[0].Text)
	if !ok {
		return nil
	}
	part := aboutPart{Remark: r}
	if of, err := ask(v, console.ShowItem{Item: r.About}); err == nil {
		part.Item, part.Title = of.View.Item.ID, of.View.Item.Title
	}
	return &part
}

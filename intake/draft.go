package intake

import (
	"strings"

	"comity/fault"
	"comity/intel"
)

// Draft is what an item is made of: portions, and what was set aside, each in the
// order in which it stood.
type Draft struct {
	Title    string
	Portions []Portion
	Aside    []SetAside

	early []Picture // that stand before the first portion
}

// Portion is the text of a portion with the pictures that belong to it.
type Portion struct {
	Text     string
	Pictures []Picture // whose bytes came along
}

// SetAside is a text that is no portion, and where it would stand.
type SetAside struct {
	Text  string
	Why   Aside
	After int // so many portions
}

// Draft makes portions of the blocks: a heading stays with what it heads, and what
// was set aside is kept beside them. A caption whose picture did not come along is
// set aside too: without the picture it says nothing that anybody could check.
func (d Document) Draft() (Draft, error) {
	out := Draft{Title: d.Title}
	heads := "" // headings that wait for what they head
	for _, b := range d.Blocks {
		switch {
		case b.Aside == Byline && strings.TrimSpace(strings.TrimLeft(b.Text, "#")) == d.Title:
			// It is the title, and nothing else.
		case b.Aside != "":
			out.aside(b.Text, b.Aside)
		case b.Kind == Heading:
			heads = joined(heads, b.Text)
		case b.Text != "":
			if err := out.add(joined(heads, b.Text), b.Page); err != nil {
				return Draft{}, err
			}
			heads = ""
		}
		for _, p := range b.Pictures {
			out.picture(p)
		}
	}
	if heads != "" {
		if err := out.add(heads, 0); err != nil {
			return Draft{}, err
		}
	}
	if len(out.Portions) == 0 {
		return Draft{}, fault.New(fault.Invalid, "there is no text in it that an item could be made of").Fix("an item has at least one paragraph")
	}
	return out, nil
}

func joined(above, text string) string {
	if above == "" {
		return text
	}
	return above + "\n\n" + text
}

// add makes a portion.
func (d *Draft) add(text string, page int) error {
	if len(d.Portions) == intel.MaxPortions {
		e := fault.New(fault.TooLarge, "it has more than %d paragraphs, and an item takes no more", intel.MaxPortions)
		if page > 0 {
			return e.At("page %d", page).Fix("import it in pieces, such as --pages 1-%d", max(page-1, 1))
		}
		return e.Fix("split it into several files")
	}
	d.Portions = append(d.Portions, Portion{Text: text, Pictures: d.early})
	d.early = nil
	return nil
}

// picture puts a picture with the portion before it, or with the first one to come.
func (d *Draft) picture(p Picture) {
	if p.File == 0 {
		d.aside(captioned(p), Caption)
		return
	}
	if len(d.Portions) > 0 {
		last := &d.Portions[len(d.Portions)-1]
		last.Pictures = append(last.Pictures, p)
		return
	}
	d.early = append(d.early, p)
}

func (d *Draft) aside(text string, why Aside) {
	if strings.TrimSpace(text) != "" {
		d.Aside = append(d.Aside, SetAside{text, why, len(d.Portions)})
	}
}

// captioned puts a caption and its credit in words.
func captioned(p Picture) string {
	switch {
	case p.Caption == "":
		return p.Credit
	case p.Credit == "":
		return p.Caption
	}
	return p.Caption + " (" + p.Credit + ")"
}

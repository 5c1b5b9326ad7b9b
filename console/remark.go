package console

import (
	"context"

	"comity/fault"
	"comity/holdings"
	"comity/intel"
	"comity/party"
	"comity/ref"
)

// WriteRemark writes a note or an opinion on an item, or on what came: an item of
// its own, without a marking, to be marked and planned like any other.
type WriteRemark struct {
	Item   string       `json:"item,omitzero"` // or
	Cut    ref.CutID    `json:"cut,omitzero"`
	Kind   intel.Kind   `json:"kind"`
	Title  string       `json:"title"`
	Stance intel.Stance `json:"stance,omitzero"`
	Use    intel.Use    `json:"use,omitzero"`
	Text   string       `json:"text,omitzero"`
}

// ListRemarks asks for the notes and opinions on an item, those of partners on what
// was sent of it among them; or on what came.
type ListRemarks struct {
	Item string    `json:"item,omitzero"` // or
	Cut  ref.CutID `json:"cut,omitzero"`
}

// Remarks are the answer, the newest first.
type Remarks struct {
	Remarks []holdings.Remarked `json:"remarks"`
}

// Command names the command.
func (WriteRemark) Command() Name        { return writeRemark }
func (WriteRemark) answer() (r ItemView) { return r }

// Command names the command.
func (ListRemarks) Command() Name       { return listRemarks }
func (ListRemarks) answer() (r Remarks) { return r }

func (d *Desk) writeRemark(ctx context.Context, actor party.Actor, c WriteRemark) (ItemView, error) {
	about, err := d.about(ctx, actor, c.Item, c.Cut)
	if err != nil {
		return ItemView{}, err
	}
	if c.Kind != intel.Note && c.Kind != intel.Opinion {
		return ItemView{}, fault.New(fault.Invalid, "a remark is a note or an opinion").At("kind")
	}
	r := intel.Remark{About: about, Stance: c.Stance, Use: c.Use}
	if back, _, ok := intel.ParseRemark(r.Line()); !ok || back != r {
		return ItemView{}, fault.New(fault.Invalid, "an opinion agrees or disagrees, and calls it useful or useless").At("stance")
	}
	if c.Text == "" && c.Stance == "" && c.Use == "" {
		return ItemView{}, fault.New(fault.Invalid, "the remark says nothing").At("text").Fix("write something, or choose what you hold of it")
	}
	text := r.Line()
	if c.Text != "" {
		text += "\n\n" + c.Text
	}
	kind := intel.Judgement
	if c.Kind == intel.Note {
		kind = intel.Fact
	}
	item, err := d.Holdings.Begin(ctx, actor, holdings.Writing{Kind: c.Kind, Title: c.Title, Portions: []holdings.Written{{Kind: kind, Text: text}}})
	if err != nil {
		return ItemView{}, err
	}
	return d.view(ctx, actor, item.ID, 0)
}

// about gives the digits by which remarks name something that the officer may know
// of.
func (d *Desk) about(ctx context.Context, actor party.Actor, item string, cut ref.CutID) (string, error) {
	if !cut.IsZero() {
		return cut.Short(), d.Holdings.Came(ctx, actor, cut)
	}
	id, err := d.Holdings.Resolve(ctx, actor, item)
	return id.Short(), err
}

// mostCuts is how many cuts of an item are looked at for what partners say of them.
const mostCuts = 20

func (d *Desk) listRemarks(ctx context.Context, actor party.Actor, c ListRemarks) (Remarks, error) {
	first, err := d.about(ctx, actor, c.Item, c.Cut)
	if err != nil {
		return Remarks{}, err
	}
	about := []string{first}
	if c.Cut.IsZero() && actor.May(party.ActTrail) == nil {
		id, err := d.Holdings.Resolve(ctx, actor, c.Item)
		if err != nil {
			return Remarks{}, err
		}
		t, err := d.Exchange.Trail(ctx, actor, id)
		if err != nil {
			return Remarks{}, err
		}
		for _, l := range t.Lines[:min(len(t.Lines), mostCuts)] {
			about = append(about, l.Cut.Short())
		}
	}
	list, err := d.Holdings.Remarks(ctx, actor, about...)
	return Remarks{list}, err
}

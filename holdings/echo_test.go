package holdings_test

import (
	"strings"
	"testing"

	"comity/fault"
	"comity/holdings"
	"comity/intel"
	"comity/party"
	"comity/ref"
)

// received gives a portion that was made from what the DEA sent.
func received(cut byte, text string) intel.Portion {
	return intel.Portion{Kind: intel.Fact, Text: text, Marking: intel.Marking{TLP: intel.TLPClear}, Origins: []intel.Origin{{Cut: ref.CutID{cut}, Portion: 1, From: "us/dea/desk",
		To: []party.Name{"mx/semar/uin"}, Marking: intel.Marking{TLP: intel.TLPRed, Caveats: []intel.Caveat{{Code: intel.NOFWD}}}}}}
}

// What is made of a bound portion stays bound, whichever way an edit takes it.
func TestNoEditWashesAnOriginOff(t *testing.T) {
	const secret = "a man called Cano bought ten pumps in cash on Friday"
	for name, edit := range map[string]func(i *intel.Item){
		"another portion's text": func(i *intel.Item) { i.Portions[1].Text = "We hear that " + secret + "." },
		"other case and dots":    func(i *intel.Item) { i.Portions[1].Text = strings.ToUpper("A man called CANO, bought: ten pumps") },
		"as a substitute":        func(i *intel.Item) { i.Portions[1].Substitute = secret },
		"as a hint":              func(i *intel.Item) { i.Portions[1].Hint = "Cano bought ten pumps in cash" },
		"a new portion beside":   func(i *intel.Item) { i.Portions = append(i.Portions, intel.Portion{Kind: intel.Fact, Text: secret}) },
		"the id taken off":       func(i *intel.Item) { i.Portions[0].ID = ref.PortionID{} },
		"in place of it":         func(i *intel.Item) { i.Portions[0] = intel.Portion{Kind: intel.Fact, Text: "Pumps were sold."} },
		"its own words changed":  func(i *intel.Item) { i.Portions[0].Text = "Pumps were sold." },
		"with emphasis inside":   func(i *intel.Item) { i.Portions[1].Text = "a m*a*n cal**led** Cano bought ten pumps" },
		"other words beside": func(i *intel.Item) {
			i.Portions[0].Text = "somebody paid for a lot of machines"
			i.Portions = append(i.Portions, intel.Portion{Kind: intel.Fact, Text: "Somebody paid for a lot of machines."})
		},
		"the origins written away": func(i *intel.Item) { i.Portions[0].Origins = nil },
	} {
		t.Run(name, func(t *testing.T) {
			d := open(t)
			i, err := d.Import(ctx, ann, holdings.Draft{Title: "T", Portions: []intel.Portion{received(7, secret), {Kind: intel.Fact, Text: "The weather was fine."}}})
			if err != nil {
				t.Fatal(err)
			}
			edit(&i)
			if i, err = d.Put(ctx, ann, i); err != nil {
				t.Fatal(err)
			}
			bound := 0
			for _, p := range i.Portions {
				if len(p.Origins) > 0 && p.Origins[0].Cut == (ref.CutID{7}) {
					bound++
				}
			}
			want := 1
			if strings.Contains(name, "portion") || strings.HasPrefix(name, "as") || name == "other case and dots" || strings.HasPrefix(name, "with") || name == "other words beside" {
				want = 2
			}
			if bound != want {
				t.Errorf("%d portions are bound, not %d: %+v", bound, want, i.Portions)
			}
		})
	}
}

// What is said of an exhibit, and the exhibit, are bound as a text is.
func TestNoExhibitWashesAnOriginOff(t *testing.T) {
	const secret = "a man called Cano bought ten pumps in cash on Friday"
	picture := file(40)
	for name, edit := range map[string]func(h *house, i intel.Item) (intel.Item, error){
		"words as a caption":     func(h *house, i intel.Item) (intel.Item, error) { return attach(h, ann, i.ID, 2, file(9), secret) },
		"the file attached anew": func(h *house, i intel.Item) (intel.Item, error) { return attach(h, ann, i.ID, 2, picture, "") },
		"the file moved": func(h *house, i intel.Item) (intel.Item, error) {
			i.Portions[0].Exhibits, i.Portions[1].Exhibits = nil, i.Portions[0].Exhibits
			return h.Put(ctx, ann, i)
		},
		"a caption edited": func(h *house, i intel.Item) (intel.Item, error) {
			i, err := attach(h, ann, i.ID, 2, file(9), "")
			must(t, err)
			i.Portions[1].Exhibits[0].Credit = "They say: " + secret
			return h.Put(ctx, ann, i)
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := open(t)
			i, err := h.Import(ctx, ann, holdings.Draft{Title: "T", Portions: []intel.Portion{received(7, secret), {Kind: intel.Fact, Text: "The weather was fine."}}})
			must(t, err)
			i, err = attach(h, ann, i.ID, 1, picture, "A picture of the pumps")
			must(t, err)
			if len(i.Portions[1].Origins) != 0 {
				t.Fatalf("%+v", i.Portions[1])
			}
			i, err = edit(h, i)
			must(t, err)
			if o := i.Portions[1].Origins; len(o) != 1 || o[0].Cut != (ref.CutID{7}) {
				t.Errorf("the portion is bound by %+v", o)
			}
		})
	}
}

// A line of descent taken away leaves behind where it led, and a portion that
// has nothing to do with what came stays free.
func TestDescentTakenAway(t *testing.T) {
	d := open(t)
	i, err := d.Import(ctx, ann, holdings.Draft{Title: "T", Portions: []intel.Portion{received(7, "a man called Cano bought ten pumps"), {Kind: intel.Fact, Text: "Own words."}}})
	if err != nil {
		t.Fatal(err)
	}
	i.Portions[1].Text, i.Portions[1].DerivedFrom = "So we think.", []ref.PortionID{i.Portions[0].ID}
	if i, err = d.Put(ctx, ann, i); err != nil {
		t.Fatal(err)
	}
	i.Portions[1].DerivedFrom = nil
	i.Portions = append(i.Portions, intel.Portion{Kind: intel.Fact, Text: "A man bought bread in the market on Friday."})
	if i, err = d.Put(ctx, ann, i); err != nil {
		t.Fatal(err)
	}
	if len(i.Portions[1].Origins) != 1 {
		t.Error("taking the line of descent away freed the portion")
	}
	if len(i.Portions[2].Origins) != 0 {
		t.Errorf("a text of its own is bound: %+v", i.Portions[2].Origins)
	}
}

// Nor do several edits, one after the other.
func TestNoRowOfEditsWashesAnOriginOff(t *testing.T) {
	const secret = "a man called Cano bought ten pumps in cash on Friday"
	for name, edits := range map[string][]func(i *intel.Item){
		"put elsewhere once it was overwritten": {
			func(i *intel.Item) { i.Portions[0].Text = "Nothing." },
			func(i *intel.Item) { i.Portions[1].Text = secret },
		},
		"put back once it was taken out": {
			func(i *intel.Item) { i.Portions = i.Portions[1:] },
			func(i *intel.Item) { i.Portions = append(i.Portions, intel.Portion{Kind: intel.Fact, Text: secret}) },
		},
		"by its own wording of before": {
			func(i *intel.Item) { i.Portions[0].Text = "Somebody paid for a lot of machines." },
			func(i *intel.Item) { i.Portions = i.Portions[1:] },
			func(i *intel.Item) { i.Portions[0].Text = "They say somebody paid for a lot of machines." },
		},
	} {
		d := open(t)
		i, err := d.Import(ctx, ann, holdings.Draft{Title: "T", Portions: []intel.Portion{received(7, secret), {Kind: intel.Fact, Text: "The weather was fine."}}})
		must(t, err)
		for _, edit := range edits {
			edit(&i)
			i, err = d.Put(ctx, ann, i)
			must(t, err)
		}
		last := i.Portions[len(i.Portions)-1]
		if len(last.Origins) != 1 {
			t.Errorf("%s: %+v is free", name, last)
		}
	}
}

// What was asked stands as it was asked.
func TestRequestsAreNotEdited(t *testing.T) {
	d := open(t)
	i, err := d.Import(ctx, ann, holdings.Draft{Kind: intel.Request, Title: "T", Portions: []intel.Portion{received(7, "text of three words")},
		Authorisation: &intel.Authorisation{Act: "send", To: []party.Name{"br/pf"}, Allow: []intel.Allowance{{Party: "br/pf"}}}})
	must(t, err)
	i.Portions[0].Text = "other"
	_, err = d.Put(ctx, ann, i)
	refused(t, fault.Denied, err)
	_, err = d.Mark(ctx, ann, i.ID, nil, []string{"TLP:RED"})
	refused(t, fault.Denied, err)
}

package holdings_test

import (
	"slices"
	"testing"

	"comity/fault"
	"comity/holdings"
	"comity/intel"
)

// What is written field by field becomes an item, and its next version.
func TestWriting(t *testing.T) {
	h := open(t)
	item, err := h.Begin(ctx, ann, holdings.Writing{Kind: intel.Report, Title: " Boats ", Portions: []holdings.Written{
		{Kind: intel.Fact, Text: "\r\none\r\ntwo\n\n", Marks: []string{"TLP:AMBER", "REL:mx/semar/uin", "NOFWD", "admiralty:B2"}},
		{Kind: intel.Assessment, Text: "three", Substitute: "less", Hint: "ask us", Marks: []string{"EYES:us/dea/ccf#ann"}},
	}})
	must(t, err)
	if item.Title != "Boats" || item.Portions[0].Text != "one\ntwo" || item.Portions[0].Grading.String() != "admiralty:B2" || item.Portions[1].Substitute != "less" {
		t.Fatalf("it became %+v", item)
	}
	v, err := h.Item(ctx, bob, item.ID)
	must(t, err)
	w := holdings.WritingOf(v)
	if !slices.Equal(v.Hidden, []int{2}) || w.Portions[1].Text != "" || w.Portions[1].Marks != nil {
		t.Fatalf("what is hidden is in %+v", w)
	}
	// Whoever is not shown a portion can move it, and loses nothing of it.
	w.Portions = []holdings.Written{w.Portions[1], w.Portions[0], {Kind: intel.Judgement, Text: "new"}}
	w.Portions[1].Text = "one, better"
	w.Portions[0].Text = "a guess" // which is not looked at
	_, err = h.Rewrite(ctx, bob, item.ID, 1, w)
	must(t, err)
	v, err = h.Item(ctx, ann, item.ID)
	must(t, err)
	if v.Item.Version != 2 || v.Item.Portions[0].Text != "three" || v.Item.Portions[1].Text != "one, better" || v.Item.Portions[2].Kind != intel.Judgement {
		t.Fatalf("version 2 is %+v", v.Item)
	}
	_, err = h.Rewrite(ctx, ann, item.ID, 1, holdings.WritingOf(v))
	refused(t, fault.Stale, err)
	for name, bad := range map[string]holdings.Written{
		"mark":    {Kind: intel.Fact, Text: "x", Marks: []string{"TLP:PINK"}},
		"twice":   {Kind: intel.Fact, Text: "x", Marks: []string{"NOFWD", "NOFWD"}},
		"kind":    {Kind: "guess", Text: "x"},
		"empty":   {Kind: intel.Fact},
		"exhibit": {Kind: intel.Fact, Text: "x", Exhibits: []holdings.Described{{Caption: "x"}}},
	} {
		w := holdings.WritingOf(v)
		w.Portions = append(w.Portions, bad)
		if _, err = h.Rewrite(ctx, ann, item.ID, 2, w); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s gave %v", name, err)
		}
	}
	_, err = h.Begin(ctx, ann, holdings.Writing{Kind: intel.NoticeItem, Title: "x", Portions: []holdings.Written{{Kind: intel.Fact, Text: "x"}}})
	refused(t, fault.Invalid, err)
	_, err = h.Begin(ctx, auditor, holdings.Writing{Kind: intel.Report, Title: "x", Portions: []holdings.Written{{Kind: intel.Fact, Text: "x"}}})
	refused(t, fault.Denied, err)
	_, err = h.Rewrite(ctx, cid, item.ID, 2, holdings.Writing{})
	refused(t, fault.Withheld, err)
}

// What is not saved yet is its officer's own, and goes with the item.
func TestUnsaved(t *testing.T) {
	h := open(t)
	item := imported(t, h, "")
	v, err := h.Item(ctx, bob, item.ID)
	must(t, err)
	w := holdings.WritingOf(v)
	w.Portions[1].Text = "two, bob says"
	w.Portions[0].Marks = []string{"TLP:nonsense"}
	records := h.records(t)
	_, err = h.KeepUnsaved(ctx, bob, item.ID, 1, w)
	must(t, err)
	if h.records(t) != records {
		t.Error("keeping what is not saved is on record")
	}
	u, err := h.Unsaved(ctx, bob, item.ID)
	must(t, err)
	if u.Version != 1 || u.Writing.Portions[1].Text != "two, bob says" || u.Writing.Portions[0].Marks[0] != "TLP:nonsense" {
		t.Fatalf("kept as %+v", u)
	}
	_, err = h.Unsaved(ctx, ann, item.ID)
	refused(t, fault.Withheld, err)
	sheet, err := h.Sheet(bob)
	must(t, err)
	_, err = h.KeepUnsaved(ctx, bob, sheet, 0, holdings.Writing{Title: "new"})
	must(t, err)
	all, err := h.AllUnsaved(ctx, bob)
	must(t, err)
	if len(all) != 2 {
		t.Fatalf("%d are kept", len(all))
	}
	// What is hidden meanwhile is not shown, typed or not.
	_, err = h.Mark(ctx, ann, item.ID, []int{2}, []string{"EYES:us/dea/ccf#ann"})
	must(t, err)
	u, err = h.Unsaved(ctx, bob, item.ID)
	must(t, err)
	if u.Writing.Portions[1].Text != "" || u.Writing.Portions[0].Text != "one" {
		t.Fatalf("shown as %+v", u.Writing.Portions)
	}
	// Nobody else's item, nor one that is there under the name of a new one.
	_, err = h.KeepUnsaved(ctx, cid, item.ID, 1, w)
	refused(t, fault.Withheld, err)
	_, err = h.KeepUnsaved(ctx, cid, item.ID, 0, w)
	refused(t, fault.Withheld, err)
	_, err = h.KeepUnsaved(ctx, auditor, sheet, 0, w)
	refused(t, fault.Denied, err)
	_, err = h.Sheet(admin)
	refused(t, fault.Denied, err)
	must(t, h.DropUnsaved(ctx, bob, sheet))
	all, err = h.AllUnsaved(ctx, bob)
	must(t, err)
	if len(all) != 1 || all[0].Item != item.ID {
		t.Fatalf("left are %+v", all)
	}
	w.Portions[0].Text = string(make([]byte, 7<<20))
	_, err = h.KeepUnsaved(ctx, bob, item.ID, 1, w)
	refused(t, fault.TooLarge, err)
}

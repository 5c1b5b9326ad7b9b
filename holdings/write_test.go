package holdings_test

import (
	"slices"
	"testing"

	"comity/fault"
	"comity/holdings"
	"comity/intel"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/wire"
)

func TestImportSetsWhatTheNodeKnows(t *testing.T) {
	h := open(t)
	mine := ref.PortionID{1}
	item, err := h.Import(ctx, ann, holdings.Draft{Title: "Boats", Purpose: "case 7", Texts: []string{"last"},
		Portions: []intel.Portion{{ID: mine, Text: "first"}, {Text: "from it", Kind: intel.Assessment, DerivedFrom: []ref.PortionID{mine}}}})
	must(t, err)
	p := item.Portions
	if item.Version != 1 || item.Originator != ann.Unit || item.Author != "ann" || item.Kind != intel.Report || item.Created != wire.At(start) || len(p) != 3 {
		t.Fatalf("imported %+v", item)
	}
	if p[0].ID == mine || p[1].DerivedFrom[0] != p[0].ID || p[2].Text != "last" || p[2].Kind != intel.Fact {
		t.Fatalf("portions are %+v", p)
	}
	entries, err := h.db.Ledger().Entries(ctx, 0, 10)
	must(t, err)
	var r record.Record
	must(t, wire.Decode(entries[0].Record, &r, wire.Default))
	hash, err := item.Hash()
	must(t, err)
	if len(entries) != 1 || r.Kind != record.Collect || r.Item != item.ID || r.Version != hash || r.Officer != "ann" || r.Purpose != "" {
		t.Fatalf("recorded %+v", r)
	}
}

func TestImportRefusals(t *testing.T) {
	h := open(t)
	theirs, err := h.Import(ctx, cid, holdings.Draft{Title: "Theirs", Texts: []string{"x"}})
	must(t, err)
	before := h.records(t)
	good := holdings.Draft{Title: "T", Texts: []string{"x"}}
	for _, a := range []party.Actor{admin, auditor, guard, {}} {
		_, err := h.Import(ctx, a, good)
		refused(t, fault.Denied, err)
	}
	for name, c := range map[string]struct {
		draft holdings.Draft
		kind  fault.Kind
	}{
		"no title":                      {holdings.Draft{Texts: []string{"x"}}, fault.Invalid},
		"no portion":                    {holdings.Draft{Title: "T"}, fault.Invalid},
		"no such kind":                  {holdings.Draft{Title: "T", Kind: "gossip", Texts: []string{"x"}}, fault.Invalid},
		"derived from another's":        {holdings.Draft{Title: "T", Portions: []intel.Portion{{Text: "x", DerivedFrom: []ref.PortionID{theirs.Portions[0].ID}}}}, fault.Invalid},
		"notice about another unit's":   {holdings.Draft{Title: "T", Kind: intel.NoticeItem, Notice: &intel.Notice{Kind: intel.Recall, About: theirs.ID}}, fault.Withheld},
		"notice about what is not":      {holdings.Draft{Title: "T", Kind: intel.NoticeItem, Notice: &intel.Notice{Kind: intel.Recall, About: ref.ItemID{7}}}, fault.Withheld},
		"a marking that makes no sense": {holdings.Draft{Title: "T", Portions: []intel.Portion{{Text: "x", Marking: intel.Marking{TLP: "MAUVE"}}}}, fault.Invalid},
	} {
		_, err := h.Import(ctx, ann, c.draft)
		if !fault.Is(err, c.kind) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := h.records(t); n != before {
		t.Errorf("refusals left %d records", n-before)
	}
}

func TestPut(t *testing.T) {
	h := open(t)
	first := imported(t, h, "")
	edit := first
	edit.Title, edit.Originator, edit.Author, edit.Kind = "Ships", "us/dea/other", "cid", intel.Note
	edit.Portions = []intel.Portion{first.Portions[2], first.Portions[0], {Kind: intel.Fact, Text: "new"}}
	second, err := h.Put(ctx, bob, edit)
	must(t, err)
	hash, err := first.Hash()
	must(t, err)
	if second.Version != 2 || second.Prev != hash || second.Author != "bob" || second.Originator != ann.Unit || second.Kind != intel.Report ||
		second.Title != "Ships" || second.Portions[2].ID.IsZero() || second.Portions[0].Text != "three" {
		t.Fatalf("version 2 is %+v", second)
	}
	_, err = h.Put(ctx, ann, edit)
	refused(t, fault.Stale, err)
	for name, c := range map[string]struct {
		actor  party.Actor
		change func(*intel.Item)
		kind   fault.Kind
	}{
		"another unit":         {cid, func(*intel.Item) {}, fault.Withheld},
		"an admin":             {admin, func(*intel.Item) {}, fault.Denied},
		"an auditor":           {auditor, func(*intel.Item) {}, fault.Denied},
		"no such item":         {ann, func(i *intel.Item) { i.ID = ref.ItemID{5} }, fault.Withheld},
		"a version ahead":      {ann, func(i *intel.Item) { i.Version = 3 }, fault.Stale},
		"a foreign portion":    {ann, func(i *intel.Item) { i.Portions[0].ID = ref.PortionID{5} }, fault.Invalid},
		"a portion twice":      {ann, func(i *intel.Item) { i.Portions = append(i.Portions, i.Portions[0]) }, fault.Invalid},
		"one dropped before":   {ann, func(i *intel.Item) { i.Portions[0] = first.Portions[1] }, fault.Invalid},
		"derived from nowhere": {ann, func(i *intel.Item) { i.Portions[0].DerivedFrom = []ref.PortionID{{5}} }, fault.Invalid},
		"nothing left":         {ann, func(i *intel.Item) { i.Portions = nil }, fault.Invalid},
	} {
		bad := second
		bad.Portions = slices.Clone(second.Portions)
		c.change(&bad)
		_, err := h.Put(ctx, c.actor, bad)
		if !fault.Is(err, c.kind) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := h.records(t); n != 2 {
		t.Errorf("%d records of two versions", n)
	}
}

// TestPutKeepsHiddenPortions: what an editor may not read goes through the
// edit untouched, and can be neither changed nor dropped.
func TestPutKeepsHiddenPortions(t *testing.T) {
	h := open(t)
	item := imported(t, h, "us/dea/ccf#ann")
	v, err := h.Item(ctx, bob, item.ID)
	must(t, err)
	edit := v.Item
	edit.Portions = slices.Clone(v.Item.Portions)
	edit.Portions[0].Text = "one, better"
	for name, change := range map[string]func(*intel.Item){
		"text":     func(i *intel.Item) { i.Portions[1].Text = "mine" },
		"marking":  func(i *intel.Item) { i.Portions[1].Marking = intel.Marking{} },
		"grading":  func(i *intel.Item) { i.Portions[1].Grading.Belief = "certain" },
		"kind":     func(i *intel.Item) { i.Portions[1].Kind = intel.Judgement },
		"hint":     func(i *intel.Item) { i.Portions[1].Hint = "it is about boats" },
		"descent":  func(i *intel.Item) { i.Portions[1].DerivedFrom = []ref.PortionID{i.Portions[0].ID} },
		"dropped":  func(i *intel.Item) { i.Portions = slices.Delete(i.Portions, 1, 2) },
		"replaced": func(i *intel.Item) { i.Portions[1] = intel.Portion{Kind: intel.Fact, Text: "mine"} },
	} {
		bad := edit
		bad.Portions = slices.Clone(edit.Portions)
		change(&bad)
		_, err := h.Put(ctx, bob, bad)
		if !fault.Is(err, fault.Denied) {
			t.Errorf("%s: %v", name, err)
		}
	}
	saved, err := h.Put(ctx, bob, edit)
	must(t, err)
	got, err := h.Item(ctx, ann, item.ID)
	must(t, err)
	if got.Item.Portions[1].Text != "two secret" || got.Item.Portions[0].Text != "one, better" || len(got.Hidden) != 0 {
		t.Fatalf("after the edit ann sees %+v", got)
	}
	// Being the author of the last version opens nothing.
	if v, err = h.Item(ctx, bob, item.ID); err != nil || saved.Author != "bob" || !slices.Equal(v.Hidden, []int{2}) || v.Item.Portions[1].Text != "" {
		t.Fatalf("after the edit bob sees %+v, %v", v, err)
	}
}

// TestWhatPutReturnsHidesToo: the answer to an edit is no way around.
func TestWhatPutReturnsHidesToo(t *testing.T) {
	h := open(t)
	item := imported(t, h, "us/dea/ccf#ann")
	v, err := h.Item(ctx, bob, item.ID)
	must(t, err)
	saved, err := h.Put(ctx, bob, v.Item)
	must(t, err)
	marked, err := h.Mark(ctx, bob, item.ID, []int{1}, []string{"NOFWD"})
	must(t, err)
	for _, i := range []intel.Item{saved, marked} {
		if i.Portions[1].Text != "" {
			t.Errorf("the answer shows %q", i.Portions[1].Text)
		}
	}
}

func TestMark(t *testing.T) {
	h := open(t)
	item := imported(t, h, "")
	marked, err := h.Mark(ctx, bob, item.ID, nil, []string{"TLP:AMBER+STRICT", "REL:mx/semar/uin", "NOFWD"})
	must(t, err)
	for _, p := range marked.Portions {
		if p.Marking.TLP != intel.TLPAmberStrict || len(p.Marking.Rel) != 1 || len(p.Marking.Caveats) != 1 {
			t.Fatalf("portion is marked %+v", p.Marking)
		}
	}
	before := h.records(t)
	for name, c := range map[string]struct {
		actor    party.Actor
		portions []int
		elements []string
		kind     fault.Kind
	}{
		"another unit": {cid, nil, []string{"NOFWD"}, fault.Withheld}, "an admin": {admin, nil, []string{"NOFWD"}, fault.Denied},
		"no element": {ann, nil, nil, fault.Invalid}, "no such element": {ann, nil, []string{"TLP:MAUVE"}, fault.Invalid},
		"portion 0": {ann, []int{0}, []string{"NOFWD"}, fault.Invalid}, "portion 4": {ann, []int{1, 4}, []string{"NOFWD"}, fault.Invalid},
		"negative": {ann, []int{-1}, []string{"NOFWD"}, fault.Invalid}, "one bad of two": {ann, nil, []string{"NOFWD", "what"}, fault.Invalid},
	} {
		_, err := h.Mark(ctx, c.actor, item.ID, c.portions, c.elements)
		if !fault.Is(err, c.kind) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := h.records(t); n != before {
		t.Errorf("refusals left %d records", n-before)
	}
	eyes := imported(t, h, "us/dea/ccf#ann")
	for _, portions := range [][]int{nil, {2}, {1, 2}} {
		_, err := h.Mark(ctx, bob, eyes.ID, portions, []string{"-EYES"})
		refused(t, fault.Denied, err)
	}
}

package holdings_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"comity/fault"
	"comity/holdings"
	"comity/intel"
	"comity/party"
	"comity/ref"
)

// page is a draft of a saved page: two paragraphs, and furniture before, between
// and behind them.
func page(content string) holdings.Draft {
	return holdings.Draft{Title: "Boats", Texts: []string{"Three boats left the port at night.", "Nobody has seen them since."}, Origin: &holdings.Origin{
		Source: holdings.Source{File: "boats.html", Format: "html", Byline: "A. Reporter", Content: ref.Content([]byte(content))},
		Aside: []holdings.AsideText{{Text: "Home | World", Why: "navigation"}, {Text: "Skip", Why: "navigation"}, {Text: "Hide caption", Why: "controls", After: 1},
			{Text: "0 Comments", Why: "comments", After: 2}},
	}}
}

func portionTexts(i intel.Item) (list []string) {
	for _, p := range i.Portions {
		list = append(list, p.Text)
	}
	return list
}

// What was set aside is taken back where it stood, in whatever order it is.
func TestTakeBack(t *testing.T) {
	h := open(t)
	item, err := h.Import(ctx, ann, page("a"))
	must(t, err)
	in, err := h.Source(ctx, ann, item.ID)
	must(t, err)
	if s := in.Source; s.Byline != "A. Reporter" || s.By != ann.Handle || s.At != item.Created || len(s.Aside) != 4 || len(in.Taken) != 0 {
		t.Fatalf("%+v", in)
	}
	for _, numbers := range [][]int{{3}, {2, 4}, {1}} {
		if item, err = h.TakeBack(ctx, ann, item.ID, numbers); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"Home | World", "Skip", "Three boats left the port at night.", "Hide caption", "Nobody has seen them since.", "0 Comments"}
	if got := portionTexts(item); !slices.Equal(got, want) || item.Version != 4 {
		t.Fatalf("version %d: %q", item.Version, got)
	}
	in, err = h.Source(ctx, ann, item.ID)
	must(t, err)
	if !slices.Equal(in.Taken, []int{1, 2, 3, 4}) {
		t.Errorf("taken: %v", in.Taken)
	}
}

// What stood behind a portion that is gone goes to the end.
func TestTakeBackBehindWhatIsGone(t *testing.T) {
	h := open(t)
	item, err := h.Import(ctx, ann, page("a"))
	must(t, err)
	item.Portions = item.Portions[1:]
	item, err = h.Put(ctx, ann, item)
	must(t, err)
	item, err = h.TakeBack(ctx, ann, item.ID, []int{3})
	must(t, err)
	if got := portionTexts(item); len(got) != 2 || got[1] != "Hide caption" {
		t.Errorf("%q", got)
	}
}

// Whence an item came and what was set aside is for whoever may read all of it, and
// nobody takes back what is not there, or twice.
func TestSourceIsWithheld(t *testing.T) {
	h := open(t)
	item, err := h.Import(ctx, ann, page("a"))
	must(t, err)
	written, err := h.Import(ctx, ann, holdings.Draft{Title: "Written", Texts: []string{"here"}})
	must(t, err)
	hidden, err := h.Import(ctx, ann, page("b"))
	must(t, err)
	_, err = h.Mark(ctx, ann, hidden.ID, []int{2}, []string{"EYES:us/dea/ccf#ann"})
	must(t, err)
	_, err = h.TakeBack(ctx, ann, item.ID, []int{1})
	must(t, err)
	source := func(by party.Actor, id ref.ItemID) error { _, err := h.Source(ctx, by, id); return err }
	take := func(by party.Actor, id ref.ItemID, n ...int) error { _, err := h.TakeBack(ctx, by, id, n); return err }
	for name, c := range map[string]struct {
		kind fault.Kind
		err  error
	}{
		"another unit's":             {fault.Withheld, source(cid, item.ID)},
		"another unit's taken back":  {fault.Withheld, take(cid, item.ID, 2)},
		"written here":               {fault.Withheld, source(ann, written.ID)},
		"taken back of what is ours": {fault.Withheld, take(ann, written.ID, 1)},
		"with a hidden portion":      {fault.Withheld, source(bob, hidden.ID)},
		"taken back beside hidden":   {fault.Withheld, take(bob, hidden.ID, 1)},
		"no number":                  {fault.Invalid, take(ann, item.ID)},
		"number 0":                   {fault.Invalid, take(ann, item.ID, 0)},
		"a number too high":          {fault.Invalid, take(ann, item.ID, 5)},
		"a second time":              {fault.Stale, take(ann, item.ID, 1)},
		"one of two a second time":   {fault.Stale, take(ann, item.ID, 1, 2)},
	} {
		if !fault.Is(c.err, c.kind) {
			t.Errorf("%s: %v, want %v", name, c.err, c.kind)
		}
	}
	if err := source(ann, hidden.ID); err != nil {
		t.Error(err)
	}
}

// What is said of a source is refused whole if some of it could not be shown.
func TestOriginIsRefused(t *testing.T) {
	h := open(t)
	for name, change := range map[string]func(*holdings.Origin){
		"a line end in the byline": func(o *holdings.Origin) { o.Byline = "a\nb" },
		"a mark that turns text":   func(o *holdings.Origin) { o.Address = "https://\u202egro.elpmaxe" },
		"a long note":              func(o *holdings.Origin) { o.Notes = []string{strings.Repeat("x", intel.MaxBasis+1)} },
		"many notes":               func(o *holdings.Origin) { o.Notes = make([]string, 51) },
		"much aside":               func(o *holdings.Origin) { o.Aside = make([]holdings.AsideText, holdings.MaxAside+1) },
		"an empty one":             func(o *holdings.Origin) { o.Aside[0].Text = "" },
		"a control character":      func(o *holdings.Origin) { o.Aside[0].Text = "a\x1b[2J" },
		"a long one":               func(o *holdings.Origin) { o.Aside[0].Text = strings.Repeat("x", intel.MaxText+1) },
		"after no portion":         func(o *holdings.Origin) { o.Aside[0].After = 3 },
		"before the start":         func(o *holdings.Origin) { o.Aside[0].After = -1 },
		"no reason but a story":    func(o *holdings.Origin) { o.Aside[0].Why = strings.Repeat("x", 33) },
	} {
		d := page(name)
		change(d.Origin)
		if _, err := h.Import(ctx, ann, d); !fault.Is(err, fault.Invalid) && !fault.Is(err, fault.TooLarge) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if l, _, err := h.List(ctx, ann, holdings.Cursor{}, 0); err != nil || len(l) != 0 {
		t.Errorf("%d items were kept (%v)", len(l), err)
	}
}

// The same document is named, to whoever may know of its item, and taken again when
// that is meant.
func TestSameDocument(t *testing.T) {
	h := open(t)
	first, err := h.Import(ctx, ann, page("a"))
	must(t, err)
	_, err = h.Import(ctx, ann, page("a"))
	refused(t, fault.Stale, err)
	if !strings.Contains(err.Error(), first.ID.Short()) {
		t.Errorf("%v does not name the item", err)
	}
	again := page("a")
	again.Again = true
	_, err = h.Import(ctx, ann, again)
	must(t, err)
	_, err = h.Import(ctx, ann, page("another"))
	must(t, err)
	_, err = h.Import(ctx, cid, page("a")) // another unit knows nothing of it
	must(t, err)
	own, err := h.Import(ctx, ann, page("c"))
	must(t, err)
	_, err = h.Mark(ctx, ann, own.ID, nil, []string{"EYES:us/dea/ccf#ann"})
	must(t, err)
	_, err = h.Import(ctx, bob, page("c")) // nor does whom it is hidden from
	must(t, err)
}

// Items that say much the same are pointed out: not others, not another unit's, and
// none with something hidden.
func TestAlike(t *testing.T) {
	h := open(t)
	draft := func(n int, change string) holdings.Draft {
		d := holdings.Draft{Title: fmt.Sprint("notice ", n), Origin: &holdings.Origin{Source: holdings.Source{Content: ref.Content(fmt.Append(nil, n))}}}
		for i := range 20 {
			d.Texts = append(d.Texts, fmt.Sprintf("Paragraph %d of the yearly notice says again what paragraph %d of it said before, about %d ports.", i, i, i*i))
		}
		d.Texts[7] = change
		return d
	}
	last, err := h.Import(ctx, ann, draft(1, "In that year it was a storm."))
	must(t, err)
	_, err = h.Import(ctx, cid, draft(2, "The other unit's own."))
	must(t, err)
	secret, err := h.Import(ctx, ann, draft(3, "For few eyes."))
	must(t, err)
	_, err = h.Mark(ctx, ann, secret.ID, []int{8}, []string{"EYES:us/dea/ccf#ann"})
	must(t, err)
	_, err = h.Import(ctx, ann, page("something else"))
	must(t, err)
	next, err := h.Import(ctx, bob, draft(4, "In this year it was a drought."))
	must(t, err)
	got, err := h.Alike(ctx, bob, next.ID)
	must(t, err)
	if len(got) != 1 || got[0].Item != last.ID || got[0].Percent < 70 || got[0].Percent > 100 || got[0].Title != "notice 1" {
		t.Errorf("%+v", got)
	}
	if got, err := h.Alike(ctx, ann, next.ID); err != nil || len(got) != 2 {
		t.Errorf("who sees both sees %+v (%v)", got, err)
	}
	_, err = h.Alike(ctx, cid, next.ID)
	refused(t, fault.Withheld, err)
	must(t, h.Destroy(ctx, officer("ann", "us/dea/ccf", party.Release), last.ID, "retention"))
	if got, err := h.Alike(ctx, bob, next.ID); err != nil || len(got) != 0 {
		t.Errorf("after it was destroyed: %+v (%v)", got, err)
	}
	if _, err := h.Import(ctx, ann, draft(1, "In that year it was a storm.")); err != nil {
		t.Errorf("what is destroyed is not named any more: %v", err)
	}
}

// A portion that was kept from an officer and is gone is still kept from the officer:
// not by what was set aside, nor by a document that is known, nor by what is alike.
func TestWhatWasHiddenStaysHidden(t *testing.T) {
	h := open(t)
	item, err := h.Import(ctx, ann, page("a"))
	must(t, err)
	item, err = h.TakeBack(ctx, ann, item.ID, []int{4})
	must(t, err)
	item, err = h.Mark(ctx, ann, item.ID, []int{3}, []string{"EYES:us/dea/ccf#ann"})
	must(t, err)
	item.Portions = item.Portions[:2]
	_, err = h.Put(ctx, ann, item)
	must(t, err)
	_, err = h.Source(ctx, bob, item.ID)
	refused(t, fault.Withheld, err)
	_, err = h.TakeBack(ctx, bob, item.ID, []int{4})
	refused(t, fault.Withheld, err)
	if hits, err := h.Search(ctx, bob, "Reporter", 0); err != nil || len(hits) != 0 {
		t.Errorf("the byline is found: %+v, %v", hits, err)
	}
	if hits, err := h.Search(ctx, ann, "Reporter", 0); err != nil || len(hits) != 1 || hits[0].Portion != holdings.OfSource {
		t.Errorf("ann finds %+v, %v", hits, err)
	}
	own, err := h.Import(ctx, bob, page("a")) // nobody tells that it was imported before
	must(t, err)
	if l, err := h.Alike(ctx, bob, own.ID); err != nil || len(l) != 0 {
		t.Errorf("alike: %+v, %v", l, err)
	}
}

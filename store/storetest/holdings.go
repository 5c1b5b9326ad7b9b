package storetest

import (
	"fmt"
	"testing"

	"comity/fault"
	"comity/holdings"
	"comity/intel"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/store"
)

// written makes version 1 of an item with a portion for each text.
func written(t testing.TB, unit party.Name, title string, texts ...string) holdings.Held {
	t.Helper()
	item := intel.Item{Kind: intel.Report, Version: 1, Originator: unit, Author: "ann", Title: title, Created: at(0)}
	mint(t, &item.ID)
	for _, text := range texts {
		p := intel.Portion{Kind: intel.Fact, Text: text}
		mint(t, &p.ID)
		item.Portions = append(item.Portions, p)
	}
	return sealed(t, item)
}

// sealed names an item's version and says that ann wrote all of it.
func sealed(t testing.TB, item intel.Item) holdings.Held {
	t.Helper()
	h, err := item.Hash()
	must(t, err)
	authors := map[ref.PortionID]party.Handle{}
	for _, p := range item.Portions {
		authors[p.ID] = item.Author
	}
	return holdings.Held{Item: item, Hash: h, Authors: authors}
}

// after makes the next version of an item, with other texts.
func after(t testing.TB, h holdings.Held, author party.Handle, texts ...string) holdings.Held {
	t.Helper()
	item := h.Item
	item.Version, item.Prev, item.Author = h.Item.Version+1, h.Hash, author
	item.Portions = nil
	for i, text := range texts {
		p := intel.Portion{Kind: intel.Fact, Text: text}
		if i < len(h.Item.Portions) {
			p.ID = h.Item.Portions[i].ID
		} else {
			mint(t, &p.ID)
		}
		item.Portions = append(item.Portions, p)
	}
	return sealed(t, item)
}

func testHoldings(t *testing.T, open Opener) {
	t.Run("versions", func(t *testing.T) { testVersions(t, open(t)) })
	t.Run("source", func(t *testing.T) { testSource(t, open(t)) })
	t.Run("list and match", func(t *testing.T) { testList(t, open(t)) })
	t.Run("search", func(t *testing.T) { testSearch(t, open(t)) })
	t.Run("search of much", func(t *testing.T) { testSearchOfMuch(t, open(t)) })
}

// Passages come newest first, page by page, and what others have takes nobody's place.
func testSearchOfMuch(t *testing.T, db *store.DB) {
	s := db.Holdings()
	texts := make([]string, 1000)
	for i := range texts {
		texts[i] = "launch " + fmt.Sprint(i)
	}
	old := written(t, "us/dea/ccf", "Old", "launch")
	must(t, s.Keep(ctx, old))
	much := written(t, "us/dea/other", "Much", texts...)
	must(t, s.Keep(ctx, much))
	newest := written(t, "us/dea/other", "Newest", "a launch was seen by the pier")
	must(t, s.Keep(ctx, newest))
	if list, err := s.Search(ctx, "us/dea/ccf", "ann", []string{"launch"}, 0, 10); err != nil || len(list) != 1 || list[0].Item != old.Item.ID {
		t.Errorf("one unit's are hidden by another's: %v, %v", list, err)
	}
	var all []holdings.Passage
	for offset := 0; ; offset += 300 {
		list, err := s.Search(ctx, "us/dea/other", "ann", []string{"launch"}, offset, 300)
		must(t, err)
		all = append(all, list...)
		if len(list) < 300 {
			break
		}
	}
	if len(all) != 1001 || all[0].Item != newest.Item.ID || all[1] != (holdings.Passage{Item: much.Item.ID, Number: 1000}) || all[1000].Number != 1 {
		t.Errorf("of %d passages %+v come first", len(all), all[:min(3, len(all))])
	}
}

func testVersions(t *testing.T, db *store.DB) {
	s := db.Holdings()
	v1 := written(t, "us/dea/ccf", "First", "one", "two")
	_, err := s.Version(ctx, v1.Item.ID, 0)
	refused(t, fault.Withheld, err)
	must(t, s.Keep(ctx, v1, entry(t, record.Collect)))
	refused(t, fault.Stale, s.Keep(ctx, v1, entry(t, record.Collect)))
	v2 := after(t, v1, "bob", "one, better", "two", "three")
	must(t, s.Keep(ctx, v2, entry(t, record.Alter)))
	refused(t, fault.Stale, s.Keep(ctx, after(t, v1, "bob", "late"), entry(t, record.Alter)))
	moved := after(t, v2, "bob", "x")
	moved.Item.Originator = "us/dea/other"
	refused(t, fault.Stale, s.Keep(ctx, moved, entry(t, record.Alter)))
	forged := after(t, v2, "bob", "x")
	forged.Item.Prev = v1.Hash
	refused(t, fault.Stale, s.Keep(ctx, forged, entry(t, record.Alter)))
	thief := written(t, "us/dea/other", "Thief", "x")
	thief.Item.Portions[0].ID = v1.Item.Portions[0].ID
	refused(t, fault.Invalid, s.Keep(ctx, thief, entry(t, record.Collect)))
	if n := size(t, db); n != 2 {
		t.Fatalf("%d records", n)
	}

	got, err := s.Version(ctx, v1.Item.ID, 0)
	must(t, err)
	if h, _ := got.Item.Hash(); h != v2.Hash || got.Hash != v2.Hash || got.Later != nil {
		t.Fatalf("the latest is %+v", got)
	}
	a := got.Authors
	if a[v1.Item.Portions[0].ID] != "ann" || a[v2.Item.Portions[2].ID] != "bob" || len(a) != 3 {
		t.Fatalf("authors are %v: who brought a portion in never changes", a)
	}
	got, err = s.Version(ctx, v1.Item.ID, 1)
	must(t, err)
	if got.Hash != v1.Hash || len(got.Later) != 3 || got.Later[0].Text != "one, better" {
		t.Fatalf("version 1 is %+v", got)
	}
	v3 := after(t, v2, "bob", "one, best")
	must(t, s.Keep(ctx, v3, entry(t, record.Alter)))
	got, err = s.Version(ctx, v1.Item.ID, 1)
	must(t, err)
	if len(got.Later) != 3 || got.Later[0].Text != "one, best" || got.Later[2].Text != "three" {
		t.Fatalf("after version 1 come %+v: the last form of each portion, dropped ones too", got.Later)
	}
	for _, n := range []int{4, -1} {
		_, err = s.Version(ctx, v1.Item.ID, n)
		refused(t, fault.Withheld, err)
	}
	must(t, s.Record(ctx, entry(t, record.Consult)))
	if n := size(t, db); n != 4 {
		t.Fatalf("%d records", n)
	}
}

func testList(t *testing.T, db *store.DB) {
	s := db.Holdings()
	var mine []ref.ItemID
	for i := range 7 {
		h := written(t, "us/dea/ccf", fmt.Sprint("Item ", i), "text")
		must(t, s.Keep(ctx, h))
		mine = append(mine, h.Item.ID)
	}
	other := written(t, "us/dea/other", "Other", "text")
	must(t, s.Keep(ctx, other))
	seen := map[ref.ItemID]bool{}
	var last ref.ItemID
	for {
		page, err := s.List(ctx, "us/dea/ccf", last, 3)
		must(t, err)
		for _, h := range page {
			if seen[h.Item.ID] || !last.IsZero() && h.Item.ID.String() >= last.String() || len(h.Authors) != 1 {
				t.Fatalf("%v comes after %v", h.Item.ID, last)
			}
			last = h.Item.ID
			seen[last] = true
		}
		if len(page) < 3 {
			break
		}
	}
	if len(seen) != len(mine) || seen[other.Item.ID] {
		t.Fatalf("listed %d of %d", len(seen), len(mine))
	}
	for unit, want := range map[party.Name]int{"us/dea/other": 1, "": 1, "us/dea/ccf": 0} {
		for _, text := range []string{other.Item.ID.String(), other.Item.ID.Short()} {
			ids, err := s.Matching(ctx, unit, text, 10)
			must(t, err)
			if len(ids) != want || want == 1 && ids[0] != other.Item.ID {
				t.Fatalf("%q in %q matches %v", text, unit, ids)
			}
		}
	}
	for _, bad := range []string{"", "abc", "xyzw", "%%%%", "____", other.Item.ID.String() + "0"} {
		_, err := s.Matching(ctx, "", bad, 10)
		refused(t, fault.Invalid, err)
	}
}

func testSearch(t *testing.T, db *store.DB) {
	s := db.Holdings()
	find := func(unit party.Name, words ...string) []holdings.Passage {
		t.Helper()
		list, err := s.Search(ctx, unit, "ann", words, 0, 10)
		must(t, err)
		return list
	}
	v1 := written(t, "us/dea/ccf", "Puerto", "Culiacán: José Núñez seen", "plate 482-A")
	must(t, s.Keep(ctx, v1))
	must(t, s.Keep(ctx, written(t, "us/dea/other", "Other", "Culiacan too")))
	got := find("us/dea/ccf", "culiacan", "nunez")
	if len(got) != 1 || got[0] != (holdings.Passage{Item: v1.Item.ID, Number: 1}) {
		t.Fatalf("found %+v", got)
	}
	if got := find("us/dea/ccf", "puer"); len(got) != 1 || got[0].Number != 0 {
		t.Fatalf("found %+v for the beginning of the title", got)
	}
	if got := find("", "culiacan"); len(got) != 0 {
		t.Fatalf("no unit finds %+v", got)
	}
	for _, hostile := range []string{`"`, `OR`, `NOT`, `*`, `body:x`, `a" OR "`, `NEAR(a b)`, `'; DROP TABLE item; --`, "\x00"} {
		if _, err := s.Search(ctx, "us/dea/ccf", "ann", []string{hostile}, 0, 10); err != nil {
			t.Errorf("%q: %v (%v)", hostile, err, cause(err))
		}
	}
	said := written(t, "us/dea/ccf", "Said", "culiacan says", "culiacan is silent")
	said.Item.Portions[0].Statements = []intel.Statement{{Entity: "x", Schema: "Person", Property: "name", Value: "Nadie"}}
	must(t, s.Keep(ctx, said))
	for word, want := range map[string]int{"culiacan": 1, "nadie": 1, "silent": 0} {
		list, err := s.Stated(ctx, "us/dea/ccf", "ann", []string{word}, 0, 10)
		if err != nil || len(list) != want || want == 1 && list[0] != (holdings.Passage{Item: said.Item.ID, Number: 1}) {
			t.Errorf("%s is found among statements at %+v (%v)", word, list, err)
		}
	}
	must(t, s.Destroy(ctx, said.Item.ID))
	must(t, s.Keep(ctx, after(t, v1, "ann", "rewritten")))
	if got := find("us/dea/ccf", "culiacan"); len(got) != 0 {
		t.Fatalf("an old version is found: %+v", got)
	}
	if got := find("us/dea/ccf", "rewritten"); len(got) != 1 {
		t.Fatalf("the new version is not found")
	}
	for i := range 5 {
		must(t, s.Keep(ctx, written(t, "us/dea/ccf", "x", fmt.Sprint("common ", i))))
	}
	seen := map[holdings.Passage]bool{}
	for offset := 0; offset < 6; offset += 2 {
		list, err := s.Search(ctx, "us/dea/ccf", "ann", []string{"common"}, offset, 2)
		must(t, err)
		for _, p := range list {
			seen[p] = true
		}
	}
	if len(seen) != 5 {
		t.Fatalf("pages give %d of 5", len(seen))
	}
}

// testSource: whence an item came is kept with its first version, found by its words
// and its document, and gone with its content.
func testSource(t *testing.T, db *store.DB) {
	const unit, text = "us/dea/ccf", "Three fast boats left the port of Manzanillo at night, and nobody has seen them since that day in March."
	h := written(t, unit, "Boats", text)
	h.Source = &holdings.Source{File: "boats.html", Byline: "Ana Reportera", Content: hash("document"), At: at(0), By: "ann", Aside: []holdings.SetAside{{Text: "Home", Why: "navigation"}}}
	must(t, db.Holdings().Keep(ctx, h))
	plain := written(t, unit, "Plain", text)
	must(t, db.Holdings().Keep(ctx, plain))
	got, err := db.Holdings().Source(ctx, h.Item.ID)
	must(t, err)
	if got.Byline != "Ana Reportera" || len(got.Aside) != 1 || got.Content != hash("document") {
		t.Errorf("%+v", got)
	}
	_, err = db.Holdings().Source(ctx, plain.Item.ID)
	refused(t, fault.Withheld, err)
	originals := func(unit party.Name, document string) int {
		t.Helper()
		ids, err := db.Holdings().Originals(ctx, unit, hash(document))
		must(t, err)
		return len(ids)
	}
	alike := func(texts ...string) []holdings.Alike {
		t.Helper()
		list, err := db.Holdings().Alike(ctx, unit, texts, 9)
		must(t, err)
		return list
	}
	named := func(word string) int {
		t.Helper()
		found, err := db.Holdings().Search(ctx, unit, "ann", []string{word}, 0, 9)
		must(t, err)
		n := 0
		for _, p := range found {
			if p.Item == h.Item.ID && p.Number == holdings.OfSource {
				n++
			}
		}
		return n
	}
	if originals(unit, "document") != 1 || originals(unit, "another") != 0 || originals("us/dea/other", "document") != 0 {
		t.Error("the document is not found, or by whom it should not be")
	}
	if l := alike(text); len(l) != 1 || l[0].Item != h.Item.ID || l[0].Share < 0.9 {
		t.Errorf("alike: %+v", l)
	}
	if l := alike("Something else altogether is written here, and it has as many words as the other one has."); len(l) != 0 {
		t.Errorf("alike: %+v", l)
	}
	if l := alike("too few"); len(l) != 0 {
		t.Errorf("alike: %+v", l)
	}
	must(t, db.Holdings().Keep(ctx, after(t, h, "ann", "Another text.")))
	if named("reportera") != 1 {
		t.Error("the byline is not found once the item was edited")
	}
	must(t, db.Holdings().Destroy(ctx, h.Item.ID))
	_, err = db.Holdings().Source(ctx, h.Item.ID)
	refused(t, fault.Withheld, err)
	if originals(unit, "document") != 0 || len(alike(text)) != 0 || named("reportera") != 0 {
		t.Error("something of the source has outlived the content")
	}
}

package storetest

import (
	"reflect"
	"testing"

	"comity/fault"
	"comity/holdings"
	"comity/party"
	"comity/record"
)

func testUnsaved(t *testing.T, open Opener) {
	db := open(t)
	s := db.Holdings()
	item := written(t, "us/dea/ccf", "First", "one")
	must(t, s.Keep(ctx, item, entry(t, record.Collect)))
	other := written(t, "us/dea/ccf", "Second", "one")
	text := func(by party.Handle, of holdings.Held, hour int, title string) holdings.Unsaved {
		return holdings.Unsaved{Item: of.Item.ID, Version: 1, By: by, At: at(hour), Writing: holdings.Writing{Title: title, Portions: []holdings.Written{{Text: "x"}}}}
	}
	must(t, s.KeepUnsaved(ctx, text("ann", item, 1, "a")))
	must(t, s.KeepUnsaved(ctx, text("ann", item, 2, "b")))
	must(t, s.KeepUnsaved(ctx, text("ann", other, 3, "c")))
	must(t, s.KeepUnsaved(ctx, text("bob", item, 4, "d")))
	got, err := s.Unsaved(ctx, "ann", item.Item.ID)
	must(t, err)
	if !reflect.DeepEqual(got, text("ann", item, 2, "b")) {
		t.Fatalf("kept as %+v", got)
	}
	list, err := s.AllUnsaved(ctx, "ann")
	must(t, err)
	if len(list) != 2 || list[0].Writing.Title != "c" {
		t.Fatalf("kept are %+v", list)
	}
	must(t, s.DropUnsaved(ctx, "ann", other.Item.ID))
	must(t, s.DropUnsaved(ctx, "ann", other.Item.ID))
	_, err = s.Unsaved(ctx, "ann", other.Item.ID)
	refused(t, fault.Withheld, err)

	// It goes with the content of its item.
	must(t, s.Destroy(ctx, item.Item.ID, entry(t, record.Destroy)))
	_, err = s.Unsaved(ctx, "bob", item.Item.ID)
	refused(t, fault.Withheld, err)
	list, err = s.AllUnsaved(ctx, "ann")
	must(t, err)
	if len(list) != 0 {
		t.Fatalf("left are %+v", list)
	}
	refused(t, fault.Stale, s.KeepUnsaved(ctx, text("ann", item, 5, "e")))
}

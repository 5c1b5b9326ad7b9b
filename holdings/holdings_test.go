package holdings_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"comity/fault"
	"comity/holdings"
	"comity/intel"
	"comity/party"
	"comity/store"
	"comity/store/sqlite"
	"comity/store/storetest"
)

var (
	start = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	ctx   = context.Background()
)

func officer(handle party.Handle, unit party.Name, roles ...party.Role) party.Actor {
	return party.Actor{Handle: handle, Unit: unit, Roles: roles}
}

var (
	ann     = officer("ann", "us/dea/ccf", party.Analyst)
	bob     = officer("bob", "us/dea/ccf", party.Analyst)
	cid     = officer("cid", "us/dea/other", party.Analyst)
	auditor = officer("aud", "us/dea/ccf", party.Auditor)
	admin   = officer("adm", "us/dea/ccf", party.Admin)
	guard   = officer("sec", "us/dea/ccf", party.Security)
)

// house is a desk over a real store, with a clock that can be moved.
type house struct {
	*holdings.Desk
	db  *store.DB
	now time.Time
}

func open(t *testing.T) *house {
	t.Helper()
	h := &house{now: start}
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "node.db"),
		store.Options{Vault: storetest.Vault(), Sign: storetest.Signer(), Now: func() time.Time { return h.now }})
	must(t, err)
	t.Cleanup(func() { must(t, db.Close()) })
	h.db = db
	h.Desk = holdings.New(db.Holdings(), storetest.Node, func() time.Time { return h.now }, storetest.Random(3))
	return h
}

func (h *house) records(t *testing.T) int64 {
	t.Helper()
	n, err := h.db.Ledger().Size()
	must(t, err)
	return n
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func refused(t testing.TB, kind fault.Kind, err error) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Fatalf("got %v, want a refusal: %v", err, kind)
	}
}

// imported is an item of ann's with the texts one, two and three; the second
// is for ann's eyes and those that eyes names.
func imported(t *testing.T, h *house, eyes string) intel.Item {
	t.Helper()
	item, err := h.Import(ctx, ann, holdings.Draft{Title: "Boats", Texts: []string{"one", "two secret", "three"}})
	must(t, err)
	if eyes != "" {
		item, err = h.Mark(ctx, ann, item.ID, []int{2}, []string{"EYES:" + eyes})
		must(t, err)
	}
	return item
}

// A whole id is taken as it stands; anything less is looked up, and found only by
// whom it is for.
func TestMeant(t *testing.T) {
	h := open(t)
	item := imported(t, h, "")
	tail := item.ID.String()[28:]
	for _, text := range []string{item.ID.String(), tail} {
		if id, err := h.Meant(ctx, ann, text); err != nil || id != item.ID {
			t.Errorf("%q: %v, %v", text, id, err)
		}
	}
	_, err := h.Meant(ctx, cid, tail)
	refused(t, fault.Withheld, err)
	_, err = h.Meant(ctx, ann, "zz"+tail)
	refused(t, fault.Invalid, err)
}

package storetest

import (
	"sync"
	"testing"

	"comity/fault"
	"comity/party"
	"comity/record"
	"comity/seal"
	"comity/staff"
)

func person(t testing.TB, handle party.Handle, roles ...party.Role) staff.Officer {
	t.Helper()
	k, err := seal.NewSigningKey(chance)
	must(t, err)
	return staff.Officer{Handle: handle, Unit: "us/dea/ccf", Roles: roles, Key: k.Public(), Added: at(0)}
}

func testStaff(t *testing.T, open Opener) {
	db := open(t)
	s := db.Staff()
	boss, ann := person(t, "boss", party.Admin), person(t, "ann", party.Analyst)
	_, err := s.Officer(ctx, "boss")
	refused(t, fault.Withheld, err)
	must(t, s.Enlist(ctx, boss, true, entry(t, record.KeyChange)))
	refused(t, fault.Stale, s.Enlist(ctx, person(t, "other", party.Admin), true, entry(t, record.KeyChange)))
	must(t, s.Enlist(ctx, ann, false, entry(t, record.KeyChange)))
	refused(t, fault.Stale, s.Enlist(ctx, person(t, "ann", party.Admin), false, entry(t, record.KeyChange)))
	twin := person(t, "twin", party.Analyst)
	twin.Key = ann.Key
	refused(t, fault.Stale, s.Enlist(ctx, twin, false, entry(t, record.KeyChange)))
	if n := size(t, db); n != 2 {
		t.Fatalf("%d records, of which refused acts left some", n)
	}
	got, err := s.Holder(ctx, ann.Key)
	must(t, err)
	if got.Handle != "ann" || got.Key != ann.Key || got.Unit != ann.Unit || got.Added != ann.Added || len(got.Roles) != 1 {
		t.Fatalf("stored %+v as %+v", ann, got)
	}
	_, err = s.Holder(ctx, twin.Key)
	must(t, err)
	_, err = s.Holder(ctx, person(t, "nobody", party.Admin).Key)
	refused(t, fault.Withheld, err)

	must(t, s.Dismiss(ctx, "ann", at(1), entry(t, record.KeyChange)))
	refused(t, fault.Withheld, s.Dismiss(ctx, "ann", at(1), entry(t, record.KeyChange)))
	refused(t, fault.Withheld, s.Dismiss(ctx, "nobody", at(1), entry(t, record.KeyChange)))
	refused(t, fault.Denied, s.Dismiss(ctx, "boss", at(1), entry(t, record.KeyChange)))
	refused(t, fault.Stale, s.Enlist(ctx, ann, false))
	list, err := s.Officers(ctx)
	must(t, err)
	if len(list) != 2 || list[0].Handle != "ann" || list[0].Removed != at(1) || !list[1].Current() {
		t.Fatalf("officers are %+v", list)
	}
	t.Run("of two admins who remove each other one stays", func(t *testing.T) { testLastAdmin(t, open(t).Staff()) })
}

func testLastAdmin(t *testing.T, s staff.Store) {
	must(t, s.Enlist(ctx, person(t, "one", party.Admin), true))
	must(t, s.Enlist(ctx, person(t, "two", party.Admin), false))
	var wg sync.WaitGroup
	errs := make([]error, 2)
	for i, h := range []party.Handle{"one", "two"} {
		wg.Go(func() { errs[i] = s.Dismiss(ctx, h, at(1)) })
	}
	wg.Wait()
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Fatalf("got %v and %v", errs[0], errs[1])
	}
}

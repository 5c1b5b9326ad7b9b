package storetest

import (
	"errors"
	"testing"

	"comity/fault"
	"comity/party"
	"comity/record"
	"comity/seal"
	"comity/staff"
)

func person(t testing.TB, handle party.Handle) staff.Entry {
	t.Helper()
	k, err := seal.NewSigningKey(chance)
	must(t, err)
	return staff.Entry{Handle: handle, Key: k.Public(), Statement: []byte("of " + handle)}
}

func anything([]staff.Entry) error { return nil }

func testStaff(t *testing.T, open Opener) {
	db := open(t)
	s := db.Staff()
	boss, ann := person(t, "boss"), person(t, "ann")
	_, err := s.Officer(ctx, "boss")
	refused(t, fault.Withheld, err)
	must(t, s.Enlist(ctx, boss, anything, entry(t, record.KeyChange)))
	must(t, s.Enlist(ctx, ann, anything, entry(t, record.KeyChange)))
	refused(t, fault.Stale, s.Enlist(ctx, person(t, "ann"), anything, entry(t, record.KeyChange)))
	twin := person(t, "twin")
	twin.Key = ann.Key
	refused(t, fault.Stale, s.Enlist(ctx, twin, anything, entry(t, record.KeyChange)))
	got, err := s.Holder(ctx, ann.Key)
	must(t, err)
	if got.Handle != "ann" || got.Key != ann.Key || string(got.Statement) != "of ann" {
		t.Fatalf("stored %+v as %+v", ann, got)
	}
	_, err = s.Holder(ctx, person(t, "nobody").Key)
	refused(t, fault.Withheld, err)

	now := ann
	now.Statement = []byte("gone")
	must(t, s.Change(ctx, now, ann.Statement, anything, entry(t, record.KeyChange)))
	refused(t, fault.Stale, s.Change(ctx, now, ann.Statement, anything, entry(t, record.KeyChange)))
	other := now
	other.Key = boss.Key
	refused(t, fault.Stale, s.Change(ctx, other, now.Statement, anything, entry(t, record.KeyChange)))
	testRule(t, s)
	if n := size(t, db); n != 3 {
		t.Fatalf("%d records, of which refused acts left some", n)
	}
	list, err := s.Officers(ctx)
	must(t, err)
	if len(list) != 2 || list[0].Handle != "ann" || string(list[0].Statement) != "gone" || list[1].Handle != "boss" {
		t.Fatalf("officers are %+v", list)
	}
}

// testRule: a rule sees what a change would leave behind, and can undo it.
func testRule(t *testing.T, s staff.Store) {
	no := errors.New("no")
	seen := 0
	rule := func(after []staff.Entry) error { seen = len(after); return no }
	err := s.Enlist(ctx, person(t, "third"), rule, entry(t, record.KeyChange))
	if !errors.Is(err, no) || seen != 3 {
		t.Fatalf("%v, of %d", err, seen)
	}
	_, err = s.Officer(ctx, "third")
	refused(t, fault.Withheld, err)
	boss, err := s.Officer(ctx, "boss")
	must(t, err)
	boss.Statement = []byte("undone")
	rule = func(after []staff.Entry) error {
		if string(after[1].Statement) != "undone" {
			t.Errorf("the rule sees %q", after[1].Statement)
		}
		return no
	}
	if err := s.Change(ctx, boss, []byte("of boss"), rule); !errors.Is(err, no) {
		t.Fatal(err)
	}
}

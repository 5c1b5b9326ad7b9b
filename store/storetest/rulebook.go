package storetest

import (
	"testing"

	"comity/fault"
	"comity/law"
	"comity/record"
	"comity/rulebook"
)

func pack(t testing.TB, id string, version int) (rulebook.Standing, law.Pack) {
	t.Helper()
	p := law.Pack{ID: id, Version: version, Title: "A pack", Jurisdiction: "mx", Status: law.InForce, From: at(0), Confidence: law.WordingRead}
	name, err := p.Ref()
	must(t, err)
	return rulebook.Standing{Ref: name, Counts: true, By: "boss", Since: at(0)}, p
}

func testRulebook(t *testing.T, open Opener) {
	db := open(t)
	s := db.Rulebook()
	for _, v := range []int{1, 3} {
		st, p := pack(t, "mx-statute", v)
		must(t, s.Shelve(ctx, st, p, []byte("id: mx-statute"), entry(t, record.PackChange)))
		refused(t, fault.Stale, s.Shelve(ctx, st, p, nil, entry(t, record.PackChange)))
	}
	st2, p2 := pack(t, "mx-statute", 2)
	refused(t, fault.Stale, s.Shelve(ctx, st2, p2, nil, entry(t, record.PackChange)))
	other, po := pack(t, "us-rule", 1)
	must(t, s.Shelve(ctx, other, po, nil, entry(t, record.PackChange)))

	got, source, err := s.Pack(ctx, "mx-statute", 3)
	must(t, err)
	if h, _ := got.Ref(); h.Version != 3 || string(source) != "id: mx-statute" {
		t.Fatalf("got %+v from %q", got, source)
	}
	_, _, err = s.Pack(ctx, "mx-statute", 2)
	refused(t, fault.Withheld, err)

	st3, _ := pack(t, "mx-statute", 3)
	st3.Counts, st3.Reason, st3.By, st3.Since = false, "repealed", "sec", at(5)
	must(t, s.Assess(ctx, st3, []int{3}, entry(t, record.PackChange)))
	refused(t, fault.Stale, s.Assess(ctx, st2, []int{2}, entry(t, record.PackChange)))
	unknown, _ := pack(t, "none", 1)
	refused(t, fault.Stale, s.Assess(ctx, unknown, []int{1}, entry(t, record.PackChange)))
	list, err := s.Standings(ctx)
	must(t, err)
	if len(list) != 3 || list[1] != st3 || !list[0].Counts || list[0].Ref.Version != 1 || list[2] != other {
		t.Fatalf("standings are %+v", list)
	}
	must(t, s.Assess(ctx, st3, []int{1, 3}))
	if list, err = s.Standings(ctx); err != nil || list[0].Counts || list[0].Reason != "repealed" || !list[2].Counts {
		t.Fatalf("standings are %+v, %v", list, err)
	}
	if n := size(t, db); n != 4 {
		t.Fatalf("%d records", n)
	}
}

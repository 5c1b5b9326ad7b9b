package staff_test

import (
	"slices"
	"sync"
	"testing"

	"comity/fault"
	"comity/party"
	"comity/record"
	"comity/seal"
	"comity/staff"
	"comity/wire"
)

// enters tells whether the holder of a key is let in.
func enters(t *testing.T, r *staff.Roster, k seal.SigningKey) bool {
	t.Helper()
	e, err := seal.Sign("x", []byte("act"), k)
	must(t, err)
	_, _, err = r.Authenticate(ctx, e, "x")
	if err != nil && !fault.Is(err, fault.Denied) { // who waits is told so
		refused(t, fault.Forged, err)
	}
	return err == nil
}

// guarded is a roster with boss and the security officer saul.
func guarded(t *testing.T) (*staff.Roster, party.Actor) {
	t.Helper()
	r, _, _ := manned(t)
	saul, _ := person(t, "saul", party.Security)
	must(t, r.Add(ctx, boss, saul))
	return r, saul.Actor()
}

func shown(t *testing.T, r *staff.Roster, h party.Handle) staff.Officer {
	t.Helper()
	o, err := r.Officer(ctx, h)
	must(t, err)
	return o
}

// TestAdminAloneAddsNobodyWhoReads: once there is a security officer, who
// reads, sends or guards waits for one.
func TestAdminAloneAddsNobodyWhoReads(t *testing.T) {
	r, db, _ := manned(t)
	early, earlyKey := person(t, "early", party.Analyst)
	must(t, r.Add(ctx, boss, early))
	if !enters(t, r, earlyKey) {
		t.Error("while the node is set up an analyst waits")
	}
	sec, secKey := person(t, "saul", party.Security)
	must(t, r.Add(ctx, boss, sec))
	if ok, err := r.Guarded(ctx); err != nil || !ok || !enters(t, r, secKey) {
		t.Errorf("the first security officer: %v, %v", ok, err)
	}
	for _, role := range []party.Role{party.Analyst, party.Release, party.Security} {
		o, k := person(t, party.Handle("new."+string(role)), role)
		must(t, r.Add(ctx, boss, o))
		seen := shown(t, r, o.Handle)
		if enters(t, r, k) || !seen.Waiting || seen.Current() {
			t.Errorf("an admin alone made a %s: %+v", role, seen)
		}
		for _, by := range []party.Actor{boss, early.Actor(), o.Actor(), {}} {
			if by.Has(party.Security) {
				continue // it waits, and so signs nothing
			}
			refused(t, fault.Denied, r.Confirm(ctx, by, seen))
		}
		must(t, r.Confirm(ctx, sec.Actor(), seen))
		if !enters(t, r, k) {
			t.Errorf("a confirmed %s is not let in", role)
		}
		refused(t, fault.Stale, r.Confirm(ctx, sec.Actor(), seen))
	}
	for _, role := range []party.Role{party.Auditor, party.Admin} {
		o, k := person(t, party.Handle("new."+string(role)), role)
		must(t, r.Add(ctx, boss, o))
		if !enters(t, r, k) {
			t.Errorf("a new %s waits", role)
		}
	}
	codes := map[string]int{}
	entries, err := db.Ledger().Entries(ctx, 0, 99)
	must(t, err)
	for _, e := range entries {
		var rec record.Record
		must(t, wire.Decode(e.Record, &rec, wire.Default))
		codes[rec.Code]++
	}
	if codes["officer_added"] != 8 || codes["confirmed"] != 3 {
		t.Errorf("recorded %v", codes)
	}
}

// TestConfirmWhatWasShown: a confirmation is for the handle, unit, roles and
// key that the security officer saw.
func TestConfirmWhatWasShown(t *testing.T) {
	r, saul := guarded(t)
	ann, k := person(t, "ann", party.Analyst)
	must(t, r.Add(ctx, boss, ann))
	for name, change := range map[string]func(*staff.Officer){
		"key":   func(o *staff.Officer) { o.Key = key(t).Public() },
		"unit":  func(o *staff.Officer) { o.Unit = "us/dea/other" },
		"roles": func(o *staff.Officer) { o.Roles = []party.Role{party.Analyst, party.Release} },
	} {
		seen := shown(t, r, "ann")
		change(&seen)
		if err := r.Confirm(ctx, saul, seen); !fault.Is(err, fault.Stale) {
			t.Errorf("with another %s: %v", name, err)
		}
	}
	refused(t, fault.Withheld, r.Confirm(ctx, saul, staff.Officer{Handle: "nobody"}))
	must(t, r.Remove(ctx, saul, "ann"))
	refused(t, fault.Stale, r.Confirm(ctx, saul, ann))
	if enters(t, r, k) {
		t.Error("who was turned down is let in")
	}
}

// TestRemoveSecurity: an admin cannot get rid of the second pair of eyes.
func TestRemoveSecurity(t *testing.T) {
	r, saul := guarded(t)
	refused(t, fault.Denied, r.Remove(ctx, boss, "saul"))
	refused(t, fault.Denied, r.Remove(ctx, saul, "saul"))
	refused(t, fault.Denied, r.Remove(ctx, saul, "boss"))
	sol, k := person(t, "sol", party.Security)
	must(t, r.Add(ctx, boss, sol))
	must(t, r.Confirm(ctx, saul, shown(t, r, "sol")))
	refused(t, fault.Denied, r.Remove(ctx, boss, "sol"))
	must(t, r.Remove(ctx, saul, "sol"))
	if enters(t, r, k) {
		t.Error("a removed security officer is let in")
	}
	second, _ := person(t, "second", party.Admin)
	must(t, r.Add(ctx, boss, second))
	refused(t, fault.Denied, r.Remove(ctx, boss, "boss"))
	must(t, r.Remove(ctx, second.Actor(), "boss"))
}

// TestOfTwoOneStays: two who remove each other at once do not leave the node
// without anybody.
func TestOfTwoOneStays(t *testing.T) {
	for _, role := range []party.Role{party.Admin, party.Security} {
		r, saul := guarded(t)
		by := map[party.Role]party.Actor{party.Admin: boss, party.Security: saul}[role]
		other, _ := person(t, "other", role)
		must(t, r.Add(ctx, boss, other))
		if role == party.Security {
			must(t, r.Confirm(ctx, saul, shown(t, r, "other")))
		}
		var wg sync.WaitGroup
		errs := make([]error, 2)
		wg.Go(func() { errs[0] = r.Remove(ctx, by, "other") })
		wg.Go(func() { errs[1] = r.Remove(ctx, other.Actor(), by.Handle) })
		wg.Wait()
		list, err := r.Officers(ctx, boss)
		must(t, err)
		left := slices.ContainsFunc(list, func(o staff.Officer) bool { return o.Current() && o.Actor().Has(role) })
		if !left || (errs[0] == nil) == (errs[1] == nil) {
			t.Errorf("%s: %v, %v", role, errs[0], errs[1])
		}
	}
}

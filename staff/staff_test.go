package staff_test

import (
	"context"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"comity/fault"
	"comity/party"
	"comity/record"
	"comity/seal"
	"comity/staff"
	"comity/store"
	"comity/store/sqlite"
	"comity/store/storetest"
	"comity/wire"
)

const unit party.Name = "us/dea/ccf"

var (
	ctx    = context.Background()
	random = storetest.Random(4)
	boss   = party.Actor{Handle: "boss", Unit: unit, Roles: []party.Role{party.Admin}}
)

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

func key(t testing.TB) seal.SigningKey {
	t.Helper()
	k, err := seal.NewSigningKey(random)
	must(t, err)
	return k
}

func person(t testing.TB, handle party.Handle, roles ...party.Role) (staff.Officer, seal.SigningKey) {
	k := key(t)
	return staff.Officer{Handle: handle, Unit: unit, Roles: roles, Key: k.Public()}, k
}

// empty is a roster without officers; manned has boss in it.
func empty(t testing.TB) (*staff.Roster, *store.DB) {
	t.Helper()
	db, err := sqlite.Open(ctx, filepath.Join(t.TempDir(), "node.db"), store.Options{Vault: storetest.Vault(), Sign: storetest.Signer()})
	must(t, err)
	t.Cleanup(func() { must(t, db.Close()) })
	units := func() []party.Name { return []party.Name{unit, "us/dea/other"} }
	return staff.New(staff.Config{Store: db.Staff(), Node: storetest.Node, Units: units, Key: storetest.Key(),
		Now: func() time.Time { return storetest.Now }, Random: random}), db
}

func manned(t testing.TB) (*staff.Roster, *store.DB, seal.SigningKey) {
	t.Helper()
	r, db := empty(t)
	o, k := person(t, "boss", party.Admin)
	must(t, r.Add(ctx, party.Actor{}, o))
	return r, db, k
}

func TestTheFirstOfficerIsAnAdmin(t *testing.T) {
	r, _ := empty(t)
	for _, roles := range [][]party.Role{{party.Analyst}, {party.Security, party.Auditor}, {party.Release}, nil} {
		o, _ := person(t, "first", roles...)
		refused(t, fault.Invalid, r.Add(ctx, boss, o))
	}
	o, _ := person(t, "first", party.Admin, party.Admin)
	must(t, r.Add(ctx, party.Actor{}, o))
	got, err := r.Officer(ctx, "first")
	must(t, err)
	if got.Added != wire.At(storetest.Now) || !got.Current() || !slices.Equal(got.Roles, []party.Role{party.Admin}) {
		t.Fatalf("the first officer is %+v", got)
	}
	other, _ := person(t, "other", party.Admin)
	refused(t, fault.Denied, r.Add(ctx, party.Actor{}, other))
}

func TestAddRefusals(t *testing.T) {
	r, db, _ := manned(t)
	ann, _ := person(t, "ann", party.Analyst)
	must(t, r.Add(ctx, boss, ann))
	change := func(f func(*staff.Officer)) staff.Officer {
		o, _ := person(t, "new", party.Analyst)
		f(&o)
		return o
	}
	for name, c := range map[string]struct {
		actor   party.Actor
		officer staff.Officer
		kind    fault.Kind
	}{
		"by an analyst":     {ann.Actor(), change(func(*staff.Officer) {}), fault.Denied},
		"by nobody":         {party.Actor{}, change(func(*staff.Officer) {}), fault.Denied},
		"by security":       {party.Actor{Handle: "s", Unit: unit, Roles: []party.Role{party.Security}}, change(func(*staff.Officer) {}), fault.Denied},
		"the handle again":  {boss, change(func(o *staff.Officer) { o.Handle = "ann" }), fault.Stale},
		"the key again":     {boss, change(func(o *staff.Officer) { o.Key = ann.Key }), fault.Stale},
		"the boss's handle": {boss, change(func(o *staff.Officer) { o.Handle, o.Roles = "boss", []party.Role{party.Admin} }), fault.Stale},
		"no key":            {boss, change(func(o *staff.Officer) { o.Key = seal.VerifyKey{} }), fault.Invalid},
		"no role":           {boss, change(func(o *staff.Officer) { o.Roles = nil }), fault.Invalid},
		"no such role":      {boss, change(func(o *staff.Officer) { o.Roles = []party.Role{"king"} }), fault.Invalid},
		"another's unit":    {boss, change(func(o *staff.Officer) { o.Unit = "mx/semar/uin" }), fault.Invalid},
		"the node itself":   {boss, change(func(o *staff.Officer) { o.Unit = "us/dea" }), fault.Invalid},
		"a bad handle":      {boss, change(func(o *staff.Officer) { o.Handle = "Bob Smith" }), fault.Invalid},
		"no handle":         {boss, change(func(o *staff.Officer) { o.Handle = "" }), fault.Invalid},
		"admin who reads":   {boss, change(func(o *staff.Officer) { o.Roles = []party.Role{party.Admin, party.Analyst} }), fault.Invalid},
		"admin who guards":  {boss, change(func(o *staff.Officer) { o.Roles = []party.Role{party.Security, party.Admin} }), fault.Invalid},
		"admin who audits":  {boss, change(func(o *staff.Officer) { o.Roles = []party.Role{party.Auditor, party.Admin} }), fault.Invalid},
		"auditor who sends": {boss, change(func(o *staff.Officer) { o.Roles = []party.Role{party.Release, party.Auditor} }), fault.Invalid},
	} {
		if err := r.Add(ctx, c.actor, c.officer); !fault.Is(err, c.kind) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n, err := db.Ledger().Size(); err != nil || n != 2 {
		t.Errorf("%d records of two additions, %v", n, err)
	}
}

func TestRemove(t *testing.T) {
	r, db, bossKey := manned(t)
	ann, annKey := person(t, "ann", party.Analyst)
	must(t, r.Add(ctx, boss, ann))
	refused(t, fault.Denied, r.Remove(ctx, ann.Actor(), "boss"))
	refused(t, fault.Denied, r.Remove(ctx, ann.Actor(), "ann"))
	refused(t, fault.Withheld, r.Remove(ctx, boss, "nobody"))
	refused(t, fault.Denied, r.Remove(ctx, boss, "boss"))
	must(t, r.Remove(ctx, boss, "ann"))
	refused(t, fault.Stale, r.Remove(ctx, boss, "ann"))
	e, err := seal.Sign("x", []byte("act"), annKey)
	must(t, err)
	_, _, err = r.Authenticate(ctx, e, "x")
	refused(t, fault.Forged, err)
	refused(t, fault.Stale, r.Add(ctx, boss, ann))
	e, err = seal.Sign("x", []byte("act"), bossKey)
	must(t, err)
	_, _, err = r.Authenticate(ctx, e, "x")
	must(t, err)

	entries, err := db.Ledger().Entries(ctx, 0, 9)
	must(t, err)
	var rec record.Record
	must(t, wire.Decode(entries[len(entries)-1].Record, &rec, wire.Default))
	if len(entries) != 3 || rec.Kind != record.KeyChange || rec.Subject != ann.Key.Fingerprint() || rec.Officer != "boss" || rec.Code != "officer_removed" {
		t.Errorf("recorded %d, the last %+v", len(entries), rec)
	}
	list, err := r.Officers(ctx, boss)
	must(t, err)
	if len(list) != 2 || list[0].Current() {
		t.Errorf("officers are %+v", list)
	}
	_, err = r.Officers(ctx, party.Actor{})
	refused(t, fault.Denied, err)
}

// TestAuthenticate: one signature by an officer in office, over this type;
// everything else fails with the same words.
func TestAuthenticate(t *testing.T) {
	r, _, bossKey := manned(t)
	ann, annKey := person(t, "ann", party.Analyst)
	must(t, r.Add(ctx, boss, ann))
	sign := func(kind string, keys ...seal.SigningKey) seal.Envelope {
		e, err := seal.Sign(kind, []byte("act"), keys...)
		must(t, err)
		return e
	}
	actor, payload, err := r.Authenticate(ctx, sign("x", annKey), "x")
	must(t, err)
	if actor.Handle != "ann" || actor.Unit != unit || !actor.Has(party.Analyst) || string(payload) != "act" {
		t.Fatalf("%+v signed %q", actor, payload)
	}
	changed := func(f func(*seal.Envelope)) seal.Envelope {
		e := sign("x", annKey)
		f(&e)
		return e
	}
	words := ""
	for name, e := range map[string]seal.Envelope{
		"a stranger":         sign("x", key(t)),
		"another type":       sign("y", annKey),
		"two officers":       sign("x", annKey, bossKey),
		"and a stranger":     sign("x", annKey, key(t)),
		"no signature":       changed(func(e *seal.Envelope) { e.Signatures = nil }),
		"no key id":          changed(func(e *seal.Envelope) { e.Signatures[0].KeyID = "" }),
		"a handle as key id": changed(func(e *seal.Envelope) { e.Signatures[0].KeyID = "ann" }),
		"the boss's key id":  changed(func(e *seal.Envelope) { e.Signatures[0].KeyID = bossKey.Public().String() }),
		"another payload":    changed(func(e *seal.Envelope) { e.Payload = []byte("other") }),
		"a broken signature": changed(func(e *seal.Envelope) { e.Signatures[0].Sig[3] ^= 1 }),
		"nothing":            {},
	} {
		actor, payload, err := r.Authenticate(ctx, e, "x")
		if !fault.Is(err, fault.Forged) || actor.Handle != "" || payload != nil {
			t.Errorf("%s: %+v, %v", name, actor, err)
			continue
		}
		if words == "" {
			words = err.Error()
		}
		if err.Error() != words {
			t.Errorf("%s tells more than %q: %v", name, words, err)
		}
	}
}

// TestOnlyTheNodeMakesOfficers: an entry that the node did not sign, or that
// it signed for another handle or key, makes nobody an officer.
func TestOnlyTheNodeMakesOfficers(t *testing.T) {
	r, db, _ := manned(t)
	ann, annKey := person(t, "ann", party.Analyst)
	must(t, r.Add(ctx, boss, ann))
	kept, err := db.Staff().Officer(ctx, "ann")
	must(t, err)
	evil, evilKey := person(t, "evil", party.Analyst)
	evil.Added = wire.At(storetest.Now)
	plain, err := wire.Encode(evil)
	must(t, err)
	own, err := seal.Sign(staff.StatementType, plain, evilKey)
	must(t, err)
	forged, err := wire.Encode(own)
	must(t, err)
	act, err := seal.Sign("x", []byte("act"), evilKey)
	must(t, err)
	none := func([]staff.Entry) error { return nil }
	was := []byte(nil)
	for i, statement := range [][]byte{plain, forged, kept.Statement, {}} {
		e := staff.Entry{Handle: "evil", Key: evil.Key, Statement: statement}
		if i == 0 {
			must(t, db.Staff().Enlist(ctx, e, none))
		} else {
			must(t, db.Staff().Change(ctx, e, was, none))
		}
		was = statement
		_, _, err = r.Authenticate(ctx, act, "x")
		refused(t, fault.Forged, err)
		_, err = r.Officer(ctx, "evil")
		refused(t, fault.Withheld, err)
		list, err := r.Officers(ctx, boss)
		must(t, err)
		bad, err := r.Unsound(ctx)
		must(t, err)
		if len(list) != 2 || !slices.Equal(bad, []party.Handle{"evil"}) {
			t.Errorf("officers %+v, unsound %v", list, bad)
		}
	}
	act, err = seal.Sign("x", []byte("act"), annKey)
	must(t, err)
	_, _, err = r.Authenticate(ctx, act, "x")
	must(t, err)
}

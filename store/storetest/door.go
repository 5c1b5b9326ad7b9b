package storetest

import (
	"fmt"
	"reflect"
	"testing"

	"comity/door"
	"comity/fault"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/store"
)

func testDoor(t *testing.T, open Opener) {
	db := open(t)
	s := db.Door()
	hash := func(word string) ref.Hash { return ref.Content([]byte(word)) }
	invited := func(word string, of party.Handle) door.Invited {
		return door.Invited{Secret: hash(word), Handle: of, By: "boss", Until: at(24)}
	}
	passkey := func(word string, of party.Handle) door.Passkey {
		return door.Passkey{Credential: hash(word), Handle: of, ID: []byte(word), Public: []byte("public"), Counter: 3, Added: at(0)}
	}
	visit := func(word string, of party.Handle, began int) door.Visit {
		return door.Visit{Token: hash(word), ID: word, Handle: of, Agent: "a browser", Began: at(began), Seen: at(began), Until: at(began + 12)}
	}

	// A later invitation takes the place of an earlier one of the same officer.
	must(t, s.Invite(ctx, invited("first", "ann"), entry(t, record.KeyChange)))
	must(t, s.Invite(ctx, invited("second", "ann"), entry(t, record.KeyChange)))
	must(t, s.Invite(ctx, invited("other", "bob"), entry(t, record.KeyChange)))
	_, err := s.Invited(ctx, hash("first"))
	refused(t, fault.Withheld, err)
	got, err := s.Invited(ctx, hash("second"))
	must(t, err)
	if got != invited("second", "ann") {
		t.Fatalf("kept as %+v", got)
	}

	// An invitation is good once, for its officer; what is refused leaves nothing.
	refused(t, fault.Stale, s.AddPasskey(ctx, hash("first"), passkey("k", "ann"), visit("v", "ann", 0), entry(t, record.KeyChange)))
	refused(t, fault.Stale, s.AddPasskey(ctx, hash("other"), passkey("k", "ann"), visit("v", "ann", 0), entry(t, record.KeyChange)))
	_, err = s.Passkey(ctx, hash("k"))
	refused(t, fault.Withheld, err)
	must(t, s.AddPasskey(ctx, hash("second"), passkey("k", "ann"), visit("v", "ann", 0), entry(t, record.KeyChange)))
	refused(t, fault.Stale, s.AddPasskey(ctx, hash("second"), passkey("k2", "ann"), visit("v2", "ann", 0), entry(t, record.KeyChange)))
	refused(t, fault.Stale, s.AddPasskey(ctx, hash("other"), passkey("k", "bob"), visit("v2", "bob", 0), entry(t, record.KeyChange)))
	if n := size(t, db); n != 4 {
		t.Fatalf("%d records, of which refused acts left some", n)
	}
	must(t, s.AddPasskey(ctx, hash("other"), passkey("kb", "bob"), visit("vb", "bob", 0)))
	keys, err := s.Passkeys(ctx, "ann")
	must(t, err)
	if len(keys) != 1 || !reflect.DeepEqual(keys[0], passkey("k", "ann")) {
		t.Fatalf("kept as %+v", keys)
	}

	// The counter must be what it was.
	k := passkey("k", "ann")
	k.Counter = 4
	must(t, s.SignIn(ctx, k, 3, visit("w", "ann", 1)))
	refused(t, fault.Stale, s.SignIn(ctx, k, 3, visit("x", "ann", 1)))
	refused(t, fault.Withheld, s.SignIn(ctx, passkey("nobody's", "ann"), 3, visit("x", "ann", 1)))
	_, err = s.Visit(ctx, hash("x"))
	refused(t, fault.Withheld, err)
	k, err = s.Passkey(ctx, hash("k"))
	must(t, err)
	if k.Counter != 4 {
		t.Errorf("the counter is %d", k.Counter)
	}
	k.Counter = 9
	must(t, s.Used(ctx, k, 4))
	refused(t, fault.Stale, s.Used(ctx, k, 4))
	refused(t, fault.Withheld, s.Used(ctx, passkey("nobody's", "ann"), 3))
	if k, err = s.Passkey(ctx, hash("k")); err != nil || k.Counter != 9 {
		t.Errorf("the counter is %d, %v", k.Counter, err)
	}
	testVisits(t, s, k, visit)

	testPasskeys(t, db, passkey, visit)

	testReadmissions(t, open(t), invited, passkey, visit)

	must(t, s.Invite(ctx, invited("third", "ann")))
	must(t, s.Invite(ctx, invited("fourth", "bob")))
	must(t, s.Shut(ctx, "ann", entry(t, record.KeyChange)))
	list, err := s.Visits(ctx, "ann")
	must(t, err)
	keys, err = s.Passkeys(ctx, "ann")
	if must(t, err); len(list)+len(keys) != 0 {
		t.Errorf("left are %+v and %+v", list, keys)
	}
	_, err = s.Invited(ctx, hash("third"))
	refused(t, fault.Withheld, err)
	_, err = s.Invited(ctx, hash("fourth"))
	must(t, err)
	if _, err = s.Passkey(ctx, hash("kb")); err != nil || size(t, db) != 7 {
		t.Errorf("another officer was shut out: %v, with %d records", err, size(t, db))
	}
}

func testVisits(t *testing.T, s door.Store, k door.Passkey, visit func(string, party.Handle, int) door.Visit) {
	hash := func(word string) ref.Hash { return ref.Content([]byte(word)) }
	must(t, s.Touch(ctx, hash("w"), at(2)))
	must(t, s.Touch(ctx, hash("w"), at(1))) // a slower request
	v, err := s.Visit(ctx, hash("w"))
	must(t, err)
	want := visit("w", "ann", 1)
	want.Seen = at(2)
	if v != want {
		t.Errorf("kept as %+v", v)
	}
	list, err := s.Visits(ctx, "ann")
	must(t, err)
	if len(list) != 2 || list[0].ID != "w" || list[1].ID != "v" {
		t.Errorf("the sessions are %+v", list)
	}
	must(t, s.End(ctx, []ref.Hash{hash("v"), hash("nobody's")}))
	_, err = s.Visit(ctx, hash("v"))
	refused(t, fault.Withheld, err)

	// Whoever signs in makes all forget the sessions that are over, and an officer has
	// so many at most.
	must(t, s.SignIn(ctx, k, k.Counter, visit("late", "ann", 13)))
	for _, gone := range []string{"w", "vb"} {
		_, err = s.Visit(ctx, hash(gone))
		refused(t, fault.Withheld, err)
	}
	for n := range 20 {
		must(t, s.SignIn(ctx, k, k.Counter, visit(fmt.Sprint(n), "ann", 14)))
	}
	list, err = s.Visits(ctx, "ann")
	must(t, err)
	_, err = s.Visit(ctx, hash("19"))
	if must(t, err); len(list) != 16 {
		t.Errorf("%d sessions", len(list))
	}
	_, err = s.Visit(ctx, hash("late"))
	refused(t, fault.Withheld, err)
}

// testPasskeys adds passkeys to one that there is, and takes them away: the last only
// if it is said.
func testPasskeys(t *testing.T, db *store.DB, passkey func(string, party.Handle) door.Passkey, visit func(string, party.Handle, int) door.Visit) {
	s := db.Door()
	hash := func(word string) ref.Hash { return ref.Content([]byte(word)) }
	before := size(t, db)
	refused(t, fault.Stale, s.AnotherPasskey(ctx, passkey("k9", "nobody"), entry(t, record.KeyChange)))
	refused(t, fault.Stale, s.AnotherPasskey(ctx, passkey("kb", "ann"), entry(t, record.KeyChange)))
	named := passkey("k2", "ann")
	named.Name, named.Agent, named.Used = "phone", "a browser", at(3)
	must(t, s.AnotherPasskey(ctx, named, entry(t, record.KeyChange)))
	if got, err := s.Passkey(ctx, hash("k2")); err != nil || !reflect.DeepEqual(got, named) {
		t.Errorf("kept as %+v, %v", got, err)
	}
	began := visit("by k2", "ann", 20)
	began.Credential = hash("k2")
	k, err := s.Passkey(ctx, hash("k"))
	must(t, err)
	other := visit("by k", "ann", 20)
	other.Credential = hash("k")
	must(t, s.SignIn(ctx, named, 3, began))
	must(t, s.SignIn(ctx, k, k.Counter, other))
	refused(t, fault.Withheld, s.DropPasskey(ctx, "bob", hash("k2"), true, entry(t, record.KeyChange)))
	refused(t, fault.Stale, s.DropPasskey(ctx, "bob", hash("kb"), false, entry(t, record.KeyChange)))
	must(t, s.DropPasskey(ctx, "ann", hash("k2"), false, entry(t, record.KeyChange)))
	refused(t, fault.Withheld, s.DropPasskey(ctx, "ann", hash("k2"), true, entry(t, record.KeyChange)))
	_, err = s.Visit(ctx, hash("by k2"))
	refused(t, fault.Withheld, err)
	if v, err := s.Visit(ctx, hash("by k")); err != nil || v != other {
		t.Errorf("the session of another passkey is %+v, %v", v, err)
	}
	if n := size(t, db) - before; n != 2 {
		t.Errorf("%d records, of which refused acts left some", n)
	}
}

// testReadmissions keeps one for each officer, which is confirmed or refused once, and
// with which every way in of its officer goes.
func testReadmissions(t *testing.T, db *store.DB, invited func(string, party.Handle) door.Invited, passkey func(string, party.Handle) door.Passkey, visit func(string, party.Handle, int) door.Visit) {
	s := db.Door()
	hash := func(word string) ref.Hash { return ref.Content([]byte(word)) }
	one := func(id string, of party.Handle) door.Readmission {
		return door.Readmission{ID: id, Handle: of, By: "boss", At: at(0), Until: at(24)}
	}
	is := func(of party.Handle, want bool) {
		t.Helper()
		if got, err := s.Entered(ctx, of); err != nil || got != want {
			t.Errorf("%s came in before: %v, %v", of, got, err)
		}
	}
	is("ann", false)
	for _, of := range []party.Handle{"ann", "bob"} {
		must(t, s.Invite(ctx, invited("i"+string(of), of)))
		must(t, s.AddPasskey(ctx, hash("i"+string(of)), passkey("k"+string(of), of), visit("v"+string(of), of, 0)))
	}
	is("ann", true)
	must(t, s.Propose(ctx, one("1", "ann"), entry(t, record.KeyChange)))
	must(t, s.Propose(ctx, one("2", "ann"), entry(t, record.KeyChange)))
	must(t, s.Propose(ctx, one("3", "bob"), entry(t, record.KeyChange)))
	list, err := s.Readmissions(ctx)
	if must(t, err); !reflect.DeepEqual(list, []door.Readmission{one("2", "ann"), one("3", "bob")}) {
		t.Fatalf("kept are %+v", list)
	}
	link := invited("back", "ann")
	link.First = "boss"
	refused(t, fault.Stale, s.Readmit(ctx, one("1", "ann"), link, entry(t, record.KeyChange)))
	refused(t, fault.Stale, s.Refuse(ctx, one("1", "ann"), entry(t, record.KeyChange)))
	must(t, s.Refuse(ctx, one("3", "bob"), entry(t, record.KeyChange)))
	refused(t, fault.Stale, s.Refuse(ctx, one("3", "bob"), entry(t, record.KeyChange)))
	must(t, s.Readmit(ctx, one("2", "ann"), link, entry(t, record.KeyChange)))
	refused(t, fault.Stale, s.Readmit(ctx, one("2", "ann"), link, entry(t, record.KeyChange)))
	if got, err := s.Invited(ctx, hash("back")); err != nil || got != link {
		t.Errorf("kept as %+v, %v", got, err)
	}
	keys, err := s.Passkeys(ctx, "ann")
	must(t, err)
	visits, err := s.Visits(ctx, "ann")
	if must(t, err); len(keys)+len(visits) != 0 {
		t.Errorf("left are %+v and %+v", keys, visits)
	}
	if _, err = s.Passkey(ctx, hash("kbob")); err != nil || size(t, db) != 5 {
		t.Errorf("another officer was shut out: %v, with %d records", err, size(t, db))
	}
	is("ann", true)
	must(t, s.End(ctx, []ref.Hash{hash("vbob")}, entry(t, record.KeyChange)))
	if _, err = s.Visit(ctx, hash("vbob")); !fault.Is(err, fault.Withheld) || size(t, db) != 6 {
		t.Errorf("%v, with %d records", err, size(t, db))
	}
}

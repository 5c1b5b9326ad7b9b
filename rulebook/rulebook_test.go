package rulebook_test

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"comity/fault"
	"comity/law"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/rulebook"
	"comity/store"
	"comity/store/sqlite"
	"comity/store/storetest"
	"comity/wire"
)

var (
	ctx     = context.Background()
	boss    = party.Actor{Handle: "boss", Unit: "us/dea/ccf", Roles: []party.Role{party.Admin}}
	lawyer  = party.Actor{Handle: "sec", Unit: "us/dea/ccf", Roles: []party.Role{party.Security}}
	analyst = party.Actor{Handle: "ann", Unit: "us/dea/ccf", Roles: []party.Role{party.Analyst, party.Release}}
	auditor = party.Actor{Handle: "aud", Unit: "us/dea/ccf", Roles: []party.Role{party.Auditor}}
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

func open(t testing.TB) (*rulebook.Shelf, *store.DB) {
	t.Helper()
	db, err := sqlite.Open(ctx, filepath.Join(t.TempDir(), "node.db"), store.Options{Vault: storetest.Vault(), Sign: storetest.Signer()})
	must(t, err)
	t.Cleanup(func() { must(t, db.Close()) })
	return rulebook.New(db.Rulebook(), storetest.Node, func() time.Time { return storetest.Now }, storetest.Random(5)), db
}

func day(s string) wire.Time {
	t, err := wire.ParseTime(s)
	if err != nil {
		panic(err)
	}
	return t
}

func pack(id string, version int, from string) law.Pack {
	return law.Pack{ID: id, Version: version, Title: id, Jurisdiction: "mx", Status: law.InForce, From: day(from), Confidence: law.WordingRead,
		Parties: []party.Party{{Name: party.Name("mx/" + id), Title: id + " party"}}}
}

// ids tells what a world is made of.
func ids(t testing.TB, s *rulebook.Shelf, at string, only ...string) string {
	t.Helper()
	var when wire.Time
	if at != "" {
		when = day(at)
	}
	w, err := s.World(ctx, when, only)
	must(t, err)
	var list []string
	for _, p := range w.Packs {
		list = append(list, p.ID+"@"+string(rune('0'+p.Version)))
	}
	return strings.Join(list, " ")
}

func TestAdd(t *testing.T) {
	s, db := open(t)
	p := pack("a", 2, "2020-01-01")
	for _, a := range []party.Actor{lawyer, analyst, auditor, {}} {
		refused(t, fault.Denied, s.Add(ctx, a, p, nil))
	}
	must(t, s.Add(ctx, boss, p, []byte("id: a")))
	must(t, s.Add(ctx, boss, p, []byte("id: a")))
	other := p
	other.Title = "other"
	refused(t, fault.Stale, s.Add(ctx, boss, other, nil))
	refused(t, fault.Stale, s.Add(ctx, boss, pack("a", 1, "2020-01-01"), nil))
	refused(t, fault.Invalid, s.Add(ctx, boss, pack("", 1, "2020-01-01"), nil))
	refused(t, fault.Invalid, s.Add(ctx, boss, pack("b", 0, "2020-01-01"), nil))
	must(t, s.Add(ctx, boss, pack("a", 3, "2020-01-01"), nil))
	e, err := s.Show(ctx, "a", 2)
	must(t, err)
	name, err := p.Ref()
	must(t, err)
	if e.Ref != name || !e.Counts || e.By != "boss" || e.Since != wire.At(storetest.Now) || string(e.Source) != "id: a" || e.Reason != "" {
		t.Errorf("held as %+v", e)
	}
	if e, err = s.Show(ctx, "a", 0); err != nil || e.Ref.Version != 3 {
		t.Errorf("the newest is %+v, %v", e, err)
	}
	for _, c := range []struct {
		id string
		v  int
	}{{"a", 1}, {"a", 4}, {"z", 0}, {"", 0}} {
		_, err := s.Show(ctx, c.id, c.v)
		refused(t, fault.Invalid, err)
		if !strings.Contains(err.Error(), "a@2, a@3") {
			t.Errorf("the error does not say what is held: %v", err)
		}
	}
	if n, err := db.Ledger().Size(); err != nil || n != 2 {
		t.Errorf("%d records of two packs, %v", n, err)
	}
}

func TestAssess(t *testing.T) {
	s, db := open(t)
	must(t, s.Add(ctx, boss, pack("a", 1, "2020-01-01"), nil))
	must(t, s.Add(ctx, boss, pack("b", 1, "2020-01-01"), nil))
	for _, a := range []party.Actor{boss, analyst, auditor, {}} {
		refused(t, fault.Denied, s.Assess(ctx, a, rulebook.Assessment{ID: "a", Counts: false, Reason: "no"}))
	}
	refused(t, fault.Invalid, s.Assess(ctx, lawyer, rulebook.Assessment{ID: "a", Counts: false, Reason: " \n"}))
	refused(t, fault.TooLarge, s.Assess(ctx, lawyer, rulebook.Assessment{ID: "a", Counts: false, Reason: strings.Repeat("x", 5000)}))
	refused(t, fault.Invalid, s.Assess(ctx, lawyer, rulebook.Assessment{ID: "z", Counts: false, Reason: "no"}))
	must(t, s.Assess(ctx, lawyer, rulebook.Assessment{ID: "a", Counts: false, Reason: "struck down"}))
	if got := ids(t, s, ""); got != "b@1" {
		t.Errorf("what counts is %s", got)
	}
	if got := ids(t, s, "", "a"); got != "a@1" {
		t.Errorf("asked for by name: %s", got)
	}
	e, err := s.Show(ctx, "a", 1)
	must(t, err)
	if e.Counts || e.Reason != "struck down" || e.By != "sec" {
		t.Errorf("assessed as %+v", e)
	}
	entries, err := db.Ledger().Entries(ctx, 0, 9)
	must(t, err)
	var r record.Record
	must(t, wire.Decode(entries[2].Record, &r, wire.Default))
	if len(entries) != 3 || r.Kind != record.PackChange || r.Subject != ref.Content([]byte("struck down")) || r.Code != "set_aside" || r.Packs[0] != e.Ref {
		t.Errorf("recorded %+v", r)
	}
	if strings.Contains(string(entries[2].Record), "struck") {
		t.Error("the words of the reason are in the ledger")
	}
	must(t, s.Assess(ctx, lawyer, rulebook.Assessment{ID: "a", Counts: true, Reason: "upheld"}))
	if got := ids(t, s, ""); got != "a@1 b@1" {
		t.Errorf("what counts is %s", got)
	}
}

// TestNewVersionWaits: who runs the node alone changes nothing about who is
// shown to see a release.
func TestNewVersionWaits(t *testing.T) {
	s, _ := open(t)
	must(t, s.Add(ctx, boss, pack("a", 1, "2020-01-01"), nil))
	must(t, s.Add(ctx, boss, pack("a", 2, "2020-01-01"), nil))
	e, err := s.Show(ctx, "a", 2)
	must(t, err)
	if got := ids(t, s, ""); got != "a@1" || !e.Waits() {
		t.Errorf("a version that an admin alone added: what counts is %s, it is %+v", got, e)
	}
	if got := ids(t, s, "", "a"); got != "a@1" {
		t.Errorf("asked for by name: %s", got)
	}
	must(t, s.Add(ctx, boss, pack("a", 3, "2020-01-01"), nil))
	must(t, s.Assess(ctx, lawyer, rulebook.Assessment{ID: "a", Version: 3, Counts: true, Reason: "in force"}))
	list, err := s.List(ctx)
	must(t, err)
	if got := ids(t, s, ""); got != "a@3" || !list[0].Counts || !list[1].Waits() || !list[2].Counts {
		t.Errorf("what counts is %s of %+v", got, list)
	}
	must(t, s.Assess(ctx, lawyer, rulebook.Assessment{ID: "a", Version: 3, Counts: false, Reason: "a mistake"}))
	if got := ids(t, s, ""); got != "a@1" {
		t.Errorf("once the newest was set aside, what counts is %s", got)
	}
	must(t, s.Assess(ctx, lawyer, rulebook.Assessment{ID: "a", Counts: false, Reason: "struck down"}))
	must(t, s.Add(ctx, boss, pack("a", 4, "2020-01-01"), nil))
	if got := ids(t, s, ""); got != "" {
		t.Errorf("a new version of what was set aside: %s", got)
	}
	refused(t, fault.Invalid, s.Assess(ctx, lawyer, rulebook.Assessment{ID: "a", Version: 9, Counts: true, Reason: "x"}))
}

// TestIdle: what does not count is told, with the reason.
func TestIdle(t *testing.T) {
	s, _ := open(t)
	must(t, s.Add(ctx, boss, pack("a", 1, "2020-01-01"), nil))
	must(t, s.Add(ctx, boss, pack("b", 1, "2030-01-01"), nil))
	must(t, s.Add(ctx, boss, pack("c", 1, "2020-01-01"), nil))
	must(t, s.Add(ctx, boss, pack("c", 2, "2020-01-01"), nil))
	must(t, s.Add(ctx, boss, pack("d", 1, "2020-01-01"), nil))
	must(t, s.Assess(ctx, lawyer, rulebook.Assessment{ID: "a", Counts: false, Reason: "struck down"}))
	idle, err := s.Idle(ctx, day("2026-01-01"))
	must(t, err)
	got := ""
	for _, i := range idle {
		got += i.Entry.Ref.ID + string(rune('0'+i.Entry.Ref.Version)) + " " + string(i.Why) + "; "
	}
	if got != "a1 set_aside; b1 out_of_force; c2 waiting; " {
		t.Errorf("idle are %s", got)
	}
}

func TestWorld(t *testing.T) {
	s, _ := open(t)
	must(t, s.Add(ctx, boss, pack("a", 1, "2020-01-01"), nil))
	must(t, s.Add(ctx, boss, pack("a", 2, "2026-01-01"), nil))
	// Whoever says what counts says which version: another may have come since.
	if err := s.Assess(ctx, lawyer, rulebook.Assessment{ID: "a", Counts: true, Reason: "in force"}); !fault.Is(err, fault.Invalid) {
		t.Errorf("an unseen version counts: %v", err)
	}
	must(t, s.Assess(ctx, lawyer, rulebook.Assessment{ID: "a", Version: 2, Counts: true, Reason: "in force"}))
	must(t, s.Add(ctx, boss, pack("b", 1, "2030-01-01"), nil))
	for at, want := range map[string]string{"": "a@2 b@1", "2025-12-31": "a@1 b@1", "2026-01-01": "a@2 b@1", "2019-01-01": "a@2 b@1"} {
		if got := ids(t, s, at); got != want {
			t.Errorf("at %q: %s, not %s", at, got, want)
		}
	}
	if got := ids(t, s, "", "b", "a", "b"); got != "a@2 b@1" {
		t.Errorf("named twice: %s", got)
	}
	_, err := s.World(ctx, wire.Time{}, []string{"a", "c"})
	refused(t, fault.Invalid, err)
	s.Extra = func(context.Context) ([]party.Party, error) {
		return []party.Party{{Name: "mx/semar/uin", Title: "A partner's unit"}}, nil
	}
	w, err := s.World(ctx, wire.Time{}, []string{"a"})
	must(t, err)
	if !slices.Equal(w.Directory.Names(), []party.Name{"mx/a", "mx/semar/uin"}) {
		t.Errorf("the directory is %v", w.Directory.Names())
	}
}

// TestReplay: stored closures name packs by content, and get that or an error.
func TestReplay(t *testing.T) {
	s, _ := open(t)
	old := pack("a", 1, "2020-01-01")
	must(t, s.Add(ctx, boss, old, nil))
	must(t, s.Add(ctx, boss, pack("a", 2, "2020-01-01"), nil))
	name, err := old.Ref()
	must(t, err)
	w, err := s.Replay(ctx, []law.Ref{name})
	must(t, err)
	if got, _ := w.Packs[0].Ref(); got != name {
		t.Errorf("replayed with %+v", got)
	}
	forged := name
	forged.Hash[0] ^= 1
	_, err = s.Replay(ctx, []law.Ref{forged})
	refused(t, fault.Forged, err)
	_, err = s.Replay(ctx, []law.Ref{{ID: "z", Version: 1}})
	refused(t, fault.Invalid, err)
}

func TestAnEmptyShelfSaysSo(t *testing.T) {
	s, _ := open(t)
	if got := ids(t, s, ""); got != "" {
		t.Errorf("an empty shelf has %s", got)
	}
	_, err := s.World(ctx, wire.Time{}, []string{"a"})
	refused(t, fault.Invalid, err)
}

// TestPreparedIsNeverStale: rules kept ready are those of the world as it
// stands, whatever became of packs and parties.
func TestPreparedIsNeverStale(t *testing.T) {
	s, _ := open(t)
	must(t, s.Add(ctx, boss, pack("a", 1, "2020-01-01"), nil))
	first, err := s.Prepared(ctx, day("2026-01-01"), nil)
	must(t, err)
	again, err := s.Prepared(ctx, day("2026-01-01"), nil)
	must(t, err)
	if first != again {
		t.Error("the same world is made ready twice")
	}
	must(t, s.Add(ctx, boss, pack("b", 1, "2020-01-01"), nil))
	more, err := s.Prepared(ctx, day("2026-01-01"), nil)
	must(t, err)
	if more == first || len(more.World().Packs) != 2 {
		t.Error("a pack was added and is not there")
	}
	s.Extra = func(context.Context) ([]party.Party, error) {
		return []party.Party{{Name: "mx/semar/uin", Title: "A partner's unit"}}, nil
	}
	wider, err := s.Prepared(ctx, day("2026-01-01"), nil)
	must(t, err)
	if _, known := wider.World().Directory.Lookup("mx/semar/uin"); !known {
		t.Error("a partner was added and is not known")
	}
	must(t, s.Assess(ctx, lawyer, rulebook.Assessment{ID: "b", Counts: false, Reason: "struck down"}))
	less, err := s.Prepared(ctx, day("2026-01-01"), nil)
	must(t, err)
	if len(less.World().Packs) != 1 {
		t.Error("a pack was set aside and still counts")
	}
}

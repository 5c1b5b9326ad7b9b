package sqlite_test

import (
	"errors"
	"path/filepath"
	"reflect"
	"sync"
	"testing"

	"comity/exchange"
	"comity/fault"
	"comity/ledger"
	"comity/message"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/store"
	"comity/store/sqlite"
	"comity/store/storetest"
	"comity/wire"
	"comity/witness"
)

const partner party.Name = "mx/semar"

var now = wire.At(storetest.Now)

// introduce pins a partner's card, with a message for it.
func introduce(t *testing.T, db *store.DB, name party.Name) ref.OutID {
	t.Helper()
	o := exchange.Outgoing{Partner: name, Audience: []party.Name{name}, Kind: message.ReceiptsStatement, Body: []byte("body"), Created: now}
	check(t, mint(&o.ID, storetest.Random(uint64(len(name)+int(name[3])))))
	check(t, db.Links().Pin(t.Context(), exchange.Pinning{
		Name: name, Signed: []byte("signed"), CardHash: ref.Content([]byte(name)), At: now, Records: []ledger.Entry{consult(t)},
		Again: func(...exchange.Outgoing) ([]exchange.Outgoing, error) { return []exchange.Outgoing{o}, nil },
		Card:  message.Card{Protocol: 1, Serial: 1, Name: name, Created: now, Signing: storetest.Key().Public()},
	}))
	return o.ID
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func consult(t *testing.T) ledger.Entry {
	t.Helper()
	e, err := record.NewEntry(record.Record{Kind: record.Consult, At: now, Node: storetest.Node}, storetest.Random(20))
	check(t, err)
	return e
}

// reopened closes a store and opens its file again.
func reopened(t *testing.T, db *store.DB, path string) *store.DB {
	t.Helper()
	check(t, db.Close())
	return open(t, path)
}

func refusedAsBehind(t *testing.T, db *store.DB) {
	t.Helper()
	if err := db.Holdings().Record(t.Context(), consult(t)); !fault.Is(err, fault.Frozen) {
		t.Errorf("a record gave %v, want Frozen", err)
	}
}

// TestALostHeadOutlivesTheProcess: whoever starts a node anew does not make its
// ledger whole, and what an officer decided stands.
func TestALostHeadOutlivesTheProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "node.db")
	db := open(t, path)
	lost := witness.Lost{Holder: partner, At: now, Head: ledger.Checkpoint{Origin: storetest.Origin, Size: 9, Root: ref.Content([]byte("root")), Signed: []byte("note")}}
	check(t, db.Heads().Stop(t.Context(), lost))
	db = reopened(t, db, path)
	if got := db.Heads().Stopped(); got == nil || !reflect.DeepEqual(*got, lost) {
		t.Errorf("stopped by %+v, not %+v", got, lost)
	}
	refusedAsBehind(t, db)
	check(t, db.Heads().Lift(t.Context(), now, []ledger.Entry{consult(t)}))
	db = reopened(t, db, path)
	if got := db.Heads().Stopped(); got != nil {
		t.Errorf("lifted, it is stopped by %+v", got)
	}
	for size, want := range map[int64]bool{9: true, 10: false} {
		if waived, err := db.Heads().Waived(t.Context(), partner, size); err != nil || waived != want {
			t.Errorf("a head of %d records is given up: %v (%v)", size, waived, err)
		}
	}
	check(t, db.Holdings().Record(t.Context(), consult(t)))
}

// TestARestoreOutlivesTheProcess: who was asked before the node was started
// anew need not be asked again, and the others still must.
func TestARestoreOutlivesTheProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "node.db")
	db := open(t, path)
	introduce(t, db, partner)
	introduce(t, db, "br/pf")
	check(t, db.Restored(t.Context(), now))
	check(t, db.Heads().Asked(t.Context(), partner))
	db = reopened(t, db, path)
	if got := db.Heads().Stopped(); got == nil || !got.Restored() || got.At != now {
		t.Errorf("stopped by %+v, and not by a restore", got)
	}
	refusedAsBehind(t, db)
	if left, err := db.Heads().Unasked(t.Context()); err != nil || !reflect.DeepEqual(left, []party.Name{"br/pf"}) {
		t.Errorf("unasked are %v (%v)", left, err)
	}
	check(t, db.Heads().Asked(t.Context(), "br/pf"))
	db = reopened(t, db, path)
	if got := db.Heads().Stopped(); got != nil {
		t.Errorf("all were asked, and it is stopped by %+v", got)
	}
	check(t, db.Holdings().Record(t.Context(), consult(t)))
}

// marked opens a store that tells marks, or fails to when down is set.
type marked struct {
	*store.DB
	marks []store.Mark
	down  error
}

// openMarked opens one. Its fields are read and set between acts only.
func openMarked(t *testing.T) *marked {
	t.Helper()
	m := &marked{}
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "node.db"), store.Options{Vault: storetest.Vault(), Sign: storetest.Signer(), Committed: func(mark store.Mark) error {
		if m.down == nil {
			m.marks = append(m.marks, mark)
		}
		return m.down
	}})
	check(t, err)
	t.Cleanup(func() { check(t, db.Close()) })
	m.DB = db
	return m
}

// TestWhatIsMarked: the file beside the database learns of every head and of
// every message that took a position, and of nothing else.
func TestWhatIsMarked(t *testing.T) {
	m := openMarked(t)
	id := introduce(t, m.DB, partner)
	at := exchange.Position{Sequence: 1, Hash: ref.Content([]byte("envelope"))}
	check(t, m.Outbox().Seal(t.Context(), exchange.Sealing{ID: id, Message: []byte("message"), Card: ref.Hash{}, At: at}))
	check(t, m.Heads().See(t.Context(), partner, witness.Seen{Head: ledger.Checkpoint{Size: 1, Signed: []byte("note")}, Source: partner, At: now}))
	refused := m.Outbox().Seal(t.Context(), exchange.Sealing{ID: id, Message: []byte("message"), Card: ref.Hash{}, At: exchange.Position{Sequence: 2}})
	if len(m.marks) != 2 || !fault.Is(refused, fault.Stale) {
		t.Fatalf("%d marks of one record and one message: %+v (%v)", len(m.marks), m.marks, refused)
	}
	if first := m.marks[0]; first.Head.Size != 1 || first.Head.IsZero() || len(first.Sent) > 0 {
		t.Errorf("a record made the mark %+v", first)
	}
	if second := m.marks[1]; !second.Head.IsZero() || !reflect.DeepEqual(second.Sent, map[party.Name]exchange.Position{partner: at}) {
		t.Errorf("a message made the mark %+v", second)
	}
}

// TestWhatCannotBeMarkedFails: if the file beside the database cannot be
// written, nobody is told that an act went through, although it stands: what
// left the node then would be unknown to that file.
func TestWhatCannotBeMarkedFails(t *testing.T) {
	m := openMarked(t)
	id := introduce(t, m.DB, partner)
	k := &keeper{db: m.DB, random: storetest.Random(21), kept: map[ref.ItemID]bool{}}
	m.down = errors.New("no room")
	at := exchange.Position{Sequence: 1, Hash: ref.Content([]byte("envelope"))}
	for name, err := range map[string]error{ // the node fails until the file can be written
		"a record":  k.keep(t.Context(), "one"),
		"a message": m.Outbox().Seal(t.Context(), exchange.Sealing{ID: id, Message: []byte("message"), Card: ref.Hash{}, At: at}),
	} {
		if !fault.Is(err, fault.Internal) || !errors.Is(err, m.down) {
			t.Errorf("%s that cannot be marked gave %v", name, err)
		}
	}
	if _, err := m.Holdings().Version(t.Context(), keptOne(t, m.DB), 0); err != nil {
		t.Errorf("the item does not stand: %v", err)
	}
	// What stands and is not marked is given out to nobody.
	for name, ask := range map[string]func() error{
		"next": func() error { _, _, err := m.Outbox().Next(t.Context(), partner); return err },
		"unanswered": func() error {
			_, err := m.Outbox().Unanswered(t.Context(), partner, exchange.Window{Limit: 9, Bytes: 1})
			return err
		},
		"consumed": func() error { _, err := m.Inbox().Consumed(t.Context(), partner, 1); return err },
		"answers":  func() error { _, err := m.Inbox().Answers(t.Context(), partner, 9); return err },
	} {
		if err := ask(); !errors.Is(err, m.down) {
			t.Errorf("%s gave %v", name, err)
		}
	}
	m.down = nil
	// Whoever asks has it marked, with all that was not before.
	o, found, err := m.Outbox().Next(t.Context(), partner)
	if err != nil || !found || o.Sequence != 1 || string(o.Message) != "message" {
		t.Errorf("the message does not stand: %+v (%v)", o, err)
	}
	if last := m.marks[len(m.marks)-1]; last.Head.Size != 2 || last.Sent[partner] != at {
		t.Errorf("what could not be marked before was lost: %+v", last)
	}
	check(t, k.keep(t.Context(), "two"))
	if last := m.marks[len(m.marks)-1]; last.Head.Size != 3 || len(last.Sent) > 0 {
		t.Errorf("the ledger does not go on from what stands: %+v", last)
	}
	storetest.Audit(t, m.DB)
}

// keptOne finds the only item.
func keptOne(t *testing.T, db *store.DB) ref.ItemID {
	t.Helper()
	list, err := db.Holdings().List(t.Context(), "us/dea/ccf", ref.ItemID{}, 9)
	check(t, err)
	if len(list) != 1 {
		t.Fatalf("%d items stand", len(list))
	}
	return list[0].Item.ID
}

// A head that turns out to be lost while the last partner is asked stays lost.
func TestStopOutlivesAsked(t *testing.T) {
	for range 50 {
		m := openMarked(t)
		introduce(t, m.DB, partner)
		check(t, m.Restored(t.Context(), now))
		var both sync.WaitGroup
		both.Go(func() { check(t, m.Heads().Asked(t.Context(), partner)) })
		both.Go(func() {
			check(t, m.Heads().Stop(t.Context(), witness.Lost{Head: ledger.Checkpoint{Size: 7, Signed: []byte("note")}, Holder: partner, At: now}))
		})
		both.Wait()
		if lost := m.Heads().Stopped(); lost == nil || lost.Head.Size != 7 {
			t.Fatalf("the node signs on: %+v", lost)
		}
	}
}

// After a second restore everybody is asked anew.
func TestRestoredTwice(t *testing.T) {
	m := openMarked(t)
	introduce(t, m.DB, partner)
	introduce(t, m.DB, "mx/other")
	check(t, m.Restored(t.Context(), now))
	check(t, m.Heads().Asked(t.Context(), partner))
	check(t, m.Restored(t.Context(), now))
	left, err := m.Heads().Unasked(t.Context())
	check(t, err)
	if len(left) != 2 {
		t.Fatalf("%v are still to be asked", left)
	}
}

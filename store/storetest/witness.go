package storetest

import (
	"encoding/base64"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"comity/authorisation"
	"comity/exchange"
	"comity/fault"
	"comity/ledger"
	"comity/message"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/release"
	"comity/store"
	"comity/wire"
	"comity/witness"
)

// third passes on heads of the partner's ledger.
const third party.Name = "br/pf"

// passed is how many open heads of one ledger are kept from one such node.
const passed = 16

func testWitness(t *testing.T, open Opener) {
	for _, test := range []struct {
		name string
		run  func(*testing.T, *store.DB)
	}{
		{"seen", testSeen},
		{"in order", testOpenHeads},
		{"passed on", testPassedOn},
		{"held", testHeld},
		{"shown", testShown},
		{"covered", testCovered},
		{"rewritten", testRewritten},
		{"asked for", testAskedFor},
		{"ours", testOurs},
		{"told", testTold},
		{"receipts", testReceiptHeads},
		{"forgotten", testForgotten},
		{"stopped", testStopped},
		{"goes on", testGoesOn},
		{"lost", testLost},
		{"restored", testRestored},
		{"asked", testAskedSince},
		{"lifted", testLifted},
		{"not lifted", testNotLifted},
		{"sent", testSentTo},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, open(t)) })
	}
}

// head makes a head of a node's ledger: a note that nobody signed, because the
// store is given heads that were checked before.
func head(owner party.Name, n int64, words string) ledger.Checkpoint {
	root, origin := hash(words), ledger.Origin(string(owner))
	signed := fmt.Appendf(nil, "%s\n%d\n%s\n\n— somebody\n", origin, n, base64.StdEncoding.EncodeToString(root[:]))
	return ledger.Checkpoint{Origin: origin, Size: n, Root: root, Signed: signed}
}

// nth is the head of the partner's only history at a size.
func nth(n int64) ledger.Checkpoint { return head(partner, n, fmt.Sprint("root ", n)) }

// see has a node show heads of the partner's ledger.
func see(t testing.TB, db *store.DB, source party.Name, when wire.Time, list ...ledger.Checkpoint) {
	t.Helper()
	var seen []witness.Seen
	for _, h := range list {
		seen = append(seen, witness.Seen{Head: h, Source: source, At: when})
	}
	must(t, db.Heads().See(ctx, partner, seen...))
}

func view(t testing.TB, db *store.DB, name party.Name) witness.View {
	t.Helper()
	v, err := db.Heads().View(ctx, name)
	must(t, err)
	return v
}

// openSizes gives the sizes of the partner's open heads.
func openSizes(t testing.TB, db *store.DB) []int64 {
	t.Helper()
	list := []int64{}
	for _, o := range view(t, db, partner).Open {
		list = append(list, o.Head.Size)
	}
	return list
}

func wantOpen(t testing.TB, db *store.DB, want ...int64) {
	t.Helper()
	if got := openSizes(t, db); !slices.Equal(got, want) {
		t.Fatalf("open are %v, not %v", got, want)
	}
}

func same(t testing.TB, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("%s: %+v, not %+v", what, got, want)
	}
}

func testSeen(t *testing.T, db *store.DB) {
	same(t, "seen of nobody", view(t, db, partner), witness.View{})
	see(t, db, partner, at(1))
	same(t, "no heads shown", view(t, db, partner), witness.View{})
	see(t, db, partner, at(1), nth(5), nth(5))
	see(t, db, third, at(2), nth(5))
	v := view(t, db, partner)
	if len(v.Open) != 1 || v.Open[0].At != at(1) || v.Twice != nil || !v.Held.IsZero() || !v.Mine.IsZero() {
		t.Fatalf("one head, seen again, is %+v", v)
	}
	same(t, "the head", v.Open[0].Head, nth(5))
	same(t, "seen of another", view(t, db, third), witness.View{})
	other := head(partner, 5, "another")
	see(t, db, third, at(3), nth(6), other)
	v = view(t, db, partner)
	if v.Twice == nil {
		t.Fatalf("two roots of one size are no proof: %+v", v)
	}
	wantPair(t, *v.Twice, nth(5), other)
	wantOpen(t, db, 5, 5, 6)
	same(t, "seen of another", view(t, db, third), witness.View{})
}

// wantPair wants two heads, whichever comes first.
func wantPair(t testing.TB, got [2]ledger.Checkpoint, a, b ledger.Checkpoint) {
	t.Helper()
	if got[0].Root == b.Root {
		a, b = b, a
	}
	same(t, "the pair", got, [2]ledger.Checkpoint{a, b})
}

// testOpenHeads: no more than are asked for at once, in the order of their
// sizes. The owner itself is held to no number of them, and so what others pass
// on comes before, and the largest.
func testOpenHeads(t *testing.T, db *store.DB) {
	var list []ledger.Checkpoint
	var want []int64
	for n := range int64(witness.MaxAsks + 9) {
		list = append(list, nth(witness.MaxAsks+9-n))
		want = append(want, n+1)
	}
	see(t, db, partner, at(1), list...)
	wantOpen(t, db, want[9:]...)
	see(t, db, third, at(1), head(partner, 5000, "passed on"))
	wantOpen(t, db, append(want[10:], 5000)...)
	small := head(partner, 0, "passed on, and small")
	see(t, db, third, at(1), small)
	wantOpen(t, db, append(append([]int64{0}, want[11:]...), 5000)...)
}

// testPassedOn: a node that passes on many heads that nobody explains fills no
// table with them, and keeps nobody else from showing any.
func testPassedOn(t *testing.T, db *store.DB) {
	list := func(from, to int64) (l []ledger.Checkpoint) {
		for n := from; n < to; n++ {
			l = append(l, nth(n))
		}
		return l
	}
	see(t, db, third, at(1), list(1, passed+10)...)
	if got := openSizes(t, db); len(got) != passed || got[passed-1] != passed {
		t.Fatalf("of one node %v are kept, not the first %d", got, passed)
	}
	must(t, db.Heads().See(ctx, "mx/other", witness.Seen{Head: head("mx/other", 1, "x"), Source: third, At: at(1)}))
	if n := len(view(t, db, "mx/other").Open); n != 1 {
		t.Fatal("heads of one ledger count against another")
	}
	see(t, db, "us/doj", at(1), list(100, 200)...)
	see(t, db, partner, at(1), list(200, 300)...)
	if n := len(openSizes(t, db)); n != 2*passed+100 {
		t.Fatalf("%d heads are open, not %d of two nodes each and 100 of the owner", n, passed)
	}
	// What was shown to belong to the ledger counts no more.
	a := witness.Advance{Head: nth(300), At: at(2)}
	for _, h := range list(1, 4) {
		a.Shown = append(a.Shown, witness.Covered{Head: h})
	}
	must(t, db.Heads().Advance(ctx, partner, a))
	see(t, db, third, at(3), list(20, 30)...)
	if n := len(openSizes(t, db)); n != 2*passed+100 {
		t.Fatalf("%d heads are open: those that were explained make no room", n)
	}
}

func testHeld(t *testing.T, db *store.DB) {
	h := db.Heads()
	advance := func(from int64, to ledger.Checkpoint, hours int) error {
		return h.Advance(ctx, partner, witness.Advance{From: from, Head: to, At: at(hours)})
	}
	held := func(want ledger.Checkpoint, hours int) {
		t.Helper()
		v := view(t, db, partner)
		same(t, "held", v.Held, want)
		same(t, "held since", v.At, at(hours))
	}
	must(t, advance(0, nth(5), 1))
	held(nth(5), 1)
	for _, from := range []int64{0, 4, 6, 9} {
		refused(t, fault.Stale, advance(from, nth(9), 2))
	}
	held(nth(5), 1)
	must(t, advance(5, nth(9), 2))
	held(nth(9), 2)
	see(t, db, third, at(2), nth(9))
	must(t, advance(9, nth(9), 3)) // confirmed anew
	held(nth(9), 3)
	refused(t, fault.Stale, advance(5, nth(12), 4))
	must(t, h.Advance(ctx, third, witness.Advance{Head: head(third, 2, "x"), At: at(5)}))
	held(nth(9), 3)
	see(t, db, partner, at(6), nth(10), nth(11))
	must(t, h.See(ctx, "mx/other", witness.Seen{Head: head("mx/other", 1, "x"), Source: "mx/other", At: at(6)}))
	list, err := h.Theirs(ctx)
	must(t, err)
	same(t, "theirs", list, []witness.Held{
		{Partner: third, Head: head(third, 2, "x"), At: at(5)},
		{Partner: partner, Head: nth(9), At: at(3), Open: 2},
	})
}

// testShown: what was shown to belong to the ledger is asked for no more, and
// nothing else is closed with it.
func testShown(t *testing.T, db *store.DB) {
	h, other := db.Heads(), head(partner, 7, "another")
	see(t, db, partner, at(1), nth(3), nth(5), nth(7), nth(9), nth(12))
	must(t, h.Advance(ctx, partner, witness.Advance{Head: nth(5), At: at(2)}))
	wantOpen(t, db, 3, 7, 9, 12)
	see(t, db, third, at(2), other)
	a := witness.Advance{From: 4, Head: nth(9), At: at(3), Shown: []witness.Covered{{Head: nth(3), Path: []ref.Hash{hash("a"), hash("b")}}, {Head: nth(7)}}}
	refused(t, fault.Stale, h.Advance(ctx, partner, a))
	wantOpen(t, db, 3, 7, 7, 9, 12)
	a.From = 5
	must(t, h.Advance(ctx, partner, a))
	wantOpen(t, db, 7, 12)
	same(t, "the one of another history", view(t, db, partner).Open[0].Head, other)
	see(t, db, third, at(4), nth(3), nth(5), nth(7), nth(9))
	wantOpen(t, db, 7, 12) // seen again, they are known to belong to it
}

// testRewritten: a head that contradicts one long since explained is found out
// all the same.
func testRewritten(t *testing.T, db *store.DB) {
	see(t, db, partner, at(1), nth(5))
	must(t, db.Heads().Advance(ctx, partner, witness.Advance{Head: nth(5), At: at(1)}))
	other := head(partner, 5, "another")
	see(t, db, third, at(2), other)
	v := view(t, db, partner)
	if v.Twice == nil {
		t.Fatalf("what was seen is %+v", v)
	}
	wantPair(t, *v.Twice, nth(5), other)
	wantOpen(t, db, 5)
}

// testCovered: whoever has a receipt is given the head that was shown to extend
// the one under which it stands, with the proof, however far on the ledger is
// by now.
func testCovered(t *testing.T, db *store.DB) {
	h, path := db.Heads(), []ref.Hash{hash("a"), hash("b")}
	covered := func(of, want ledger.Checkpoint, hours int, by []ref.Hash) {
		t.Helper()
		got, path, err := h.Covered(ctx, partner, of.Size, of.Root)
		must(t, err)
		same(t, "the head", got, witness.Held{Partner: partner, Head: want, At: at(hours)})
		same(t, "the proof", append([]ref.Hash{}, path...), append([]ref.Hash{}, by...))
	}
	none := func(owner party.Name, of ledger.Checkpoint) {
		t.Helper()
		_, _, err := h.Covered(ctx, owner, of.Size, of.Root)
		refused(t, fault.Withheld, err)
	}
	none(partner, nth(3))
	see(t, db, partner, at(1), nth(3), nth(7), nth(9), nth(12))
	none(partner, nth(3))
	must(t, h.Advance(ctx, partner, witness.Advance{Head: nth(9), At: at(2), Shown: []witness.Covered{{Head: nth(3), Path: path}}}))
	covered(nth(3), nth(9), 2, path)
	covered(nth(9), nth(9), 2, nil)
	none(partner, nth(7))
	none(partner, head(partner, 3, "another"))
	none(third, nth(3))
	must(t, h.Advance(ctx, partner, witness.Advance{From: 9, Head: nth(9), At: at(3)}))
	must(t, h.Advance(ctx, partner, witness.Advance{From: 9, Head: nth(12), At: at(4), Shown: []witness.Covered{{Head: nth(7), Path: path[:1]}}}))
	for i := range 8 { // others of that size do not get in its way
		see(t, db, third, at(5), head(partner, 12, fmt.Sprint("another ", i)))
	}
	covered(nth(3), nth(9), 3, path)
	covered(nth(7), nth(12), 4, path[:1])
	covered(nth(12), nth(12), 4, nil)
}

// testAskedFor: what a partner asks for now takes the place of what it asked for
// before.
func testAskedFor(t *testing.T, db *store.DB) {
	h := db.Heads()
	must(t, h.Asks(ctx, third, []int64{1}))
	for _, step := range []struct{ asks, want []int64 }{{[]int64{3, 5}, []int64{3, 5}}, {[]int64{9, 2, 9}, []int64{2, 9}}, {nil, nil}} {
		must(t, h.Asks(ctx, partner, step.asks))
		same(t, "asked for", view(t, db, partner).Asked, step.want)
	}
	same(t, "asked for by another", view(t, db, third), witness.View{Asked: []int64{1}})
}

func testOurs(t *testing.T, db *store.DB) {
	h := db.Heads()
	list, err := h.Ours(ctx)
	must(t, err)
	same(t, "held of nobody", len(list), 0)
	mine := func(n int64, by string) ledger.Checkpoint {
		cp := head(Node, n, fmt.Sprint("mine ", n))
		cp.Signed = append(cp.Signed, "— "+by+"\n"...)
		return cp
	}
	must(t, h.Cosigned(ctx, partner, mine(5, "first"), at(1)))
	must(t, h.Cosigned(ctx, partner, mine(3, "late"), at(2)))
	same(t, "mine", view(t, db, partner).Mine, mine(5, "first"))
	must(t, h.Cosigned(ctx, third, mine(4, "br"), at(3)))
	want := []witness.Held{{Partner: third, Head: mine(4, "br"), At: at(3)}, {Partner: partner, Head: mine(5, "first"), At: at(1)}}
	if list, err = h.Ours(ctx); err != nil || !reflect.DeepEqual(list, want) {
		t.Fatalf("ours are %+v, not %+v (%v)", list, want, err)
	}
	must(t, h.Cosigned(ctx, partner, mine(5, "again"), at(4))) // cosigned anew
	must(t, h.Cosigned(ctx, third, mine(9, "br"), at(5)))
	want = []witness.Held{{Partner: third, Head: mine(9, "br"), At: at(5)}, {Partner: partner, Head: mine(5, "again"), At: at(4)}}
	if list, err = h.Ours(ctx); err != nil || !reflect.DeepEqual(list, want) {
		t.Fatalf("ours are %+v, not %+v (%v)", list, want, err)
	}
	v := view(t, db, partner)
	if v.Mine.Size != 5 || !v.Held.IsZero() || len(v.Open) > 0 {
		t.Fatalf("a head of this node's ledger counts as one of the partner's: %+v", v)
	}
}

func testTold(t *testing.T, db *store.DB) {
	h := db.Heads()
	const last party.Name = "us/doj" // holds no head: nobody is told of it
	for _, name := range []party.Name{partner, third} {
		must(t, h.Advance(ctx, name, witness.Advance{Head: head(name, 3, "x"), At: at(1)}))
	}
	before, tells := size(t, db), int64(0)
	tell := func(a, b party.Name, allowed bool) {
		t.Helper()
		tells++
		must(t, h.Tell(ctx, a, b, allowed, records(t, record.Acquaint, record.Acquaint)))
	}
	pairs := func(want ...[2]party.Name) {
		t.Helper()
		got, err := h.Told(ctx)
		must(t, err)
		same(t, "told", got, want)
	}
	others := func(of party.Name, want ...party.Name) {
		t.Helper()
		list, err := h.Others(ctx, of)
		must(t, err)
		var names []party.Name
		for _, o := range list {
			names = append(names, o.Partner)
			same(t, "a head passed on", o, witness.Held{Partner: o.Partner, Head: head(o.Partner, 3, "x"), At: at(1)})
		}
		same(t, "others for "+string(of), names, want)
	}
	pairs()
	others(partner)
	tell(partner, third, true)
	tell(third, partner, true) // the same pair
	pairs([2]party.Name{third, partner})
	others(partner, third)
	others(third, partner)
	others(last)
	tell(last, partner, true)
	tell(last, third, true)
	pairs([2]party.Name{third, partner}, [2]party.Name{third, last}, [2]party.Name{partner, last})
	others(partner, third)
	others(last, third, partner)
	tell(partner, third, false)
	pairs([2]party.Name{third, last}, [2]party.Name{partner, last})
	others(partner)
	others(last, third, partner)
	tell(last, partner, false)
	tell(third, last, false)
	pairs()
	others(last)
	if n := size(t, db); n != before+2*tells {
		t.Fatalf("%d records of %d acts", n-before, tells)
	}
	Audit(t, db)
}

// underHead makes a receipt of the partner's that stands under a note.
func underHead(note string, index int) exchange.StoredReceipt {
	r := exchange.StoredReceipt{Cut: ref.CutID{7}, From: partner, Kind: record.Deliver, At: at(index)}
	r.Receipt.Record.Payload = []byte("record")
	r.Receipt.Evidence = ledger.Evidence{Index: int64(index), Salt: ledger.Salt{1}, Checkpoint: note}
	return r
}

// testReceiptHeads: whoever gives a receipt shows a head with it.
func testReceiptHeads(t *testing.T, db *store.DB) {
	introduce(t, db, partner)
	foreign := head("mx/other", 9, "x")
	_, err := db.Inbox().Arrive(ctx, exchange.Arrival{Partner: partner, At: at(9), Outcome: message.Accepted, Position: exchange.Position{Sequence: 1, Hash: hash("e")},
		Receipts: []exchange.StoredReceipt{underHead(nth(8).String(), 1), underHead("no note", 2), underHead(foreign.String(), 3), underHead("", 4), underHead(nth(8).String(), 5)}})
	must(t, err)
	wantOpen(t, db, 8)
	o := outgoing(t, partner, "body")
	enqueue(t, db, o)
	must(t, db.Outbox().Seal(ctx, exchange.Sealing{ID: o.ID, Message: []byte("m"), Card: hash("card"), At: exchange.Position{Sequence: 1, Hash: hash("e")}}))
	must(t, db.Outbox().Answered(ctx, exchange.Settled{ID: o.ID, At: at(9), Signed: []byte("signed"), Answer: message.Answer{Outcome: message.Accepted},
		Receipts: []exchange.StoredReceipt{underHead(nth(6).String(), 6), underHead("no note", 7)}}))
	wantOpen(t, db, 6, 8)
	v := view(t, db, partner)
	for i, want := range []witness.Seen{{Head: nth(6), At: at(6)}, {Head: nth(8), At: at(1)}} {
		same(t, "the head", v.Open[i].Head, want.Head)
		same(t, "seen at", v.Open[i].At, want.At)
	}
	same(t, "seen of another", view(t, db, "mx/other"), witness.View{})
	if n, err := db.Trails().CountReceipts(ctx, ref.CutID{7}); err != nil || n != 7 {
		t.Fatalf("%d receipts are kept, not those without a head too (%v)", n, err)
	}
}

// testForgotten: a ledger whose two histories were explained begins anew; of
// one whose owner did something else, everything stays.
func testForgotten(t *testing.T, db *store.DB) {
	h := db.Heads()
	introduce(t, db, partner)
	must(t, h.Advance(ctx, third, witness.Advance{Head: head(third, 2, "x"), At: at(1)}))
	must(t, h.See(ctx, third, witness.Seen{Head: head(third, 3, "x"), Source: third, At: at(1)}))
	must(t, h.Cosigned(ctx, partner, head(Node, 4, "mine"), at(1)))
	see(t, db, partner, at(1), nth(3), nth(5), head(partner, 5, "another"))
	must(t, h.Advance(ctx, partner, witness.Advance{Head: nth(5), At: at(2)}))
	before, others := view(t, db, partner), view(t, db, third)
	if before.Twice == nil || before.Held.IsZero() || len(before.Open) != 2 {
		t.Fatalf("seen before: %+v", before)
	}
	state := func(to exchange.LinkState, why string) {
		t.Helper()
		must(t, db.Links().SetState(ctx, exchange.StateChange{Partner: partner, To: to, At: at(3), Why: why}))
	}
	state(exchange.Suspended, "")
	state(exchange.Active, "")
	same(t, "after a link that was suspended", view(t, db, partner), before)
	state(exchange.Frozen, exchange.FrozenEquivocation)
	state(exchange.Active, "")
	same(t, "after one that was frozen for two messages", view(t, db, partner), before)
	for range 2 { // found out twice at a time
		state(exchange.Frozen, exchange.FrozenFork)
		same(t, "while it is frozen for two heads", view(t, db, partner), before)
	}
	state(exchange.Active, "")
	same(t, "once that was explained", view(t, db, partner), witness.View{Mine: head(Node, 4, "mine")})
	same(t, "seen of another", view(t, db, third), others)
	must(t, h.Advance(ctx, partner, witness.Advance{Head: nth(2), At: at(4)}))
	see(t, db, partner, at(4), head(partner, 5, "another"))
	if v := view(t, db, partner); v.Twice != nil || v.Held.Size != 2 {
		t.Fatalf("it does not begin anew: %+v", v)
	}
	see(t, db, partner, at(4), nth(8), head(partner, 8, "another"))
	if v := view(t, db, partner); v.Twice == nil {
		t.Fatalf("what it does anew is not found out: %+v", v)
	}
}

// act is an act that leaves something signed.
type act struct {
	name string
	do   func() error
}

// signing prepares a node with a partner, and gives acts that leave records,
// take a position, or answer a message. All of them can be done in this order.
func signing(t *testing.T, db *store.DB) []act {
	introduce(t, db, partner)
	item, sent, waits := written(t, "us/dea/ccf", "T", "x"), written(t, "us/dea/ccf", "S", "x"), outgoing(t, partner, "waits")
	must(t, db.Holdings().Keep(ctx, item))
	must(t, db.Holdings().Keep(ctx, sent))
	enqueue(t, db, waits)
	read := arrival(t, partner, 1, ref.SeriesID{}, ref.SeriesID{})
	_, err := db.Inbox().Arrive(ctx, read)
	must(t, err)
	duty := due(t, db, ref.CutID{})
	planned := commit(t, db, sent)
	asked := authorisation.Asked{Cut: release.Cut{ID: ref.CutID{5}, Originator: "us/dea/ccf", Authorisation: wish("p/r")}, Of: "mx/ganseg", At: at(0)}
	shelved, rules := pack(t, "mx-statute", 1)
	opening := exchange.Opening{Cut: read.Cut.Cut.ID, Actor: party.Actor{Handle: "ann", Unit: "us/dea/ccf"}, At: at(2), Records: records(t, record.ReadBy)}
	unrecorded := exchange.Arrival{Partner: partner, At: at(2), Outcome: message.Accepted, Position: exchange.Position{Sequence: 2, Hash: hash("e")}}
	newcomer := exchange.Pinning{Name: "mx/new", Signed: []byte("s"), CardHash: hash("new"), At: at(0), Records: records(t, record.KeyChange),
		Card: message.Card{Protocol: 1, Serial: 1, Name: "mx/new", Created: at(0), Signing: Key().Public()}}
	suspended := exchange.StateChange{Partner: partner, To: exchange.Suspended, At: at(2), Records: records(t, record.Suspend)}
	return []act{
		{"record", func() error { return db.Holdings().Record(ctx, entry(t, record.Consult)) }},
		{"keep", func() error { return db.Holdings().Keep(ctx, after(t, item, "bob", "y"), entry(t, record.Alter)) }},
		{"enlist", func() error { return db.Staff().Enlist(ctx, person(t, "boss"), anything, entry(t, record.KeyChange)) }},
		{"shelve", func() error { return db.Rulebook().Shelve(ctx, shelved, rules, nil, entry(t, record.PackChange)) }},
		{"seal", func() error {
			return db.Outbox().Seal(ctx, exchange.Sealing{ID: waits.ID, Message: []byte("m"), Card: hash("card"), At: exchange.Position{Sequence: 1, Hash: hash("e")}})
		}},
		{"arrive", func() error { _, err := db.Inbox().Arrive(ctx, unrecorded); return err }},
		{"open", func() error { return db.Inbox().Open(ctx, opening) }},
		{"discharge", func() error {
			return db.Duties().Discharge(ctx, duty, at(2), "done", records(t, record.Discharged), nil)
		}},
		{"ask", func() error { return db.Authorisations().Write(ctx, asked, records(t, record.Disclose)) }},
		{"pin", func() error { return db.Links().Pin(ctx, newcomer) }},
		{"tell", func() error { return db.Heads().Tell(ctx, partner, third, true, records(t, record.Acquaint)) }},
		{"release", func() error { return db.Releases().Release(ctx, planned) }},
		{"suspend", func() error { return db.Links().SetState(ctx, suspended) }},
	}
}

// everything reads what those acts would change.
func everything(t *testing.T, db *store.DB) map[string]any {
	t.Helper()
	all := map[string]any{"records": size(t, db)}
	read := func(name string, v any, err error) {
		t.Helper()
		must(t, err)
		all[name] = v
	}
	cp, err := db.Ledger().Checkpoint(ctx)
	read("checkpoint", cp, err)
	items, err := db.Holdings().List(ctx, "us/dea/ccf", ref.ItemID{}, 9)
	read("items", items, err)
	officers, err := db.Staff().Officers(ctx)
	read("officers", officers, err)
	packs, err := db.Rulebook().Standings(ctx)
	read("packs", packs, err)
	partners, err := db.Links().Partners(ctx)
	read("partners", partners, err)
	next, _, err := db.Outbox().Next(ctx, partner)
	read("outbox", next, err)
	inbox, err := db.Inbox().Received(ctx, exchange.Reader{Unit: "us/dea/ccf"}, ref.CutID{}, 9)
	read("inbox", inbox, err)
	duties, err := db.Duties().Duties(ctx, "us/dea/ccf", false, 0, 9)
	read("duties", duties, err)
	asked, err := db.Authorisations().Asked(ctx, "us/dea/ccf", 9)
	read("asked", asked, err)
	told, err := db.Heads().Told(ctx)
	read("told", told, err)
	return all
}

func lost(n int64, holder party.Name, hours int) witness.Lost {
	return witness.Lost{Head: head(Node, n, fmt.Sprint(holder)), Holder: holder, At: at(hours)}
}

// testStopped: a node whose ledger is behind signs nothing: neither records nor
// messages nor answers. The same acts are done once an officer lets it go on.
func testStopped(t *testing.T, db *store.DB) {
	acts := signing(t, db)
	if db.Heads().Stopped() != nil {
		t.Fatal("a new node is stopped")
	}
	before := everything(t, db)
	must(t, db.Heads().Stop(ctx, lost(1000, partner, 1)))
	for _, a := range acts {
		if err := a.do(); !fault.Is(err, fault.Frozen) {
			t.Errorf("%s gave %v (%v), want Frozen", a.name, err, cause(err))
		}
	}
	for name, now := range everything(t, db) {
		if !reflect.DeepEqual(now, before[name]) {
			t.Errorf("a refused act changed %s from %+v to %+v", name, before[name], now)
		}
	}
	must(t, db.Heads().Lift(ctx, at(3), records(t, record.Override)))
	for _, a := range acts {
		if err := a.do(); err != nil {
			t.Errorf("%s, let go on, gave %v (%v)", a.name, err, cause(err))
		}
	}
	Audit(t, db)
}

// testGoesOn: a node that is behind still learns how the others stand, and takes
// what they say to messages that it has sent.
func testGoesOn(t *testing.T, db *store.DB) {
	h := db.Heads()
	introduce(t, db, partner)
	o := outgoing(t, partner, "body")
	enqueue(t, db, o)
	must(t, db.Outbox().Seal(ctx, exchange.Sealing{ID: o.ID, Message: []byte("m"), Card: hash("card"), At: exchange.Position{Sequence: 1, Hash: hash("e")}}))
	must(t, h.Stop(ctx, lost(1000, partner, 1)))
	see(t, db, partner, at(2), nth(3), nth(5))
	must(t, h.Advance(ctx, partner, witness.Advance{Head: nth(5), At: at(2)}))
	must(t, h.Cosigned(ctx, partner, head(Node, 1, "mine"), at(2)))
	must(t, h.Sent(ctx, partner, exchange.Position{Sequence: 4, Hash: hash("e4")}))
	must(t, db.Outbox().Answered(ctx, exchange.Settled{ID: o.ID, At: at(2), Signed: []byte("signed"), Answer: message.Answer{Outcome: message.Accepted},
		Receipts: []exchange.StoredReceipt{underHead(nth(4).String(), 1)}}))
	must(t, db.Inbox().Missed(ctx, partner, at(2), "bad"))
	v := view(t, db, partner)
	if v.Held.Size != 5 || v.Mine.Size != 1 || v.Twice != nil {
		t.Fatalf("seen is %+v", v)
	}
	wantOpen(t, db, 3, 4)
	p, err := db.Links().Partner(ctx, partner)
	must(t, err)
	if p.Out.Sequence != 4 || p.Queued != 0 {
		t.Fatalf("the partner is %+v", p)
	}
}

// testLost: of heads that are lost the largest is told; none is cleared by
// partners that know of nothing newer.
func testLost(t *testing.T, db *store.DB) {
	h := db.Heads()
	introduce(t, db, partner)
	for _, step := range []struct {
		name      string
		say, want witness.Lost
	}{
		{"the first", lost(5, partner, 1), lost(5, partner, 1)},
		{"a larger one", lost(8, "", 2), lost(8, "", 2)},
		{"a smaller one", lost(6, partner, 3), lost(8, "", 2)},
		{"one of that size", lost(8, third, 4), lost(8, "", 2)},
		{"none, restored", witness.Lost{At: at(5)}, lost(8, "", 2)},
		{"a larger one still", lost(9, third, 6), lost(9, third, 6)},
	} {
		must(t, h.Stop(ctx, step.say))
		same(t, step.name, h.Stopped(), &step.want)
	}
	if h.Stopped().Restored() {
		t.Fatal("a node that has lost a head counts as only restored")
	}
	must(t, h.Asked(ctx, partner))
	same(t, "asked", h.Stopped().Head, head(Node, 9, string(third)))
	refused(t, fault.Frozen, db.Holdings().Record(ctx, entry(t, record.Consult)))
}

func unasked(t *testing.T, db *store.DB, want ...party.Name) {
	t.Helper()
	got, err := db.Heads().Unasked(ctx)
	must(t, err)
	same(t, "unasked", got, want)
}

// testRestored: a node that was put back signs again by itself, but not before
// every partner has said that it knows of nothing newer.
func testRestored(t *testing.T, db *store.DB) {
	h := db.Heads()
	must(t, db.Restored(ctx, at(1)))
	if h.Stopped() != nil {
		t.Fatal("a node without partners waits for them")
	}
	introduce(t, db, partner)
	introduce(t, db, third)
	must(t, h.Asked(ctx, partner)) // before: it says nothing of what was lost since
	for range 2 {
		must(t, db.Restored(ctx, at(2)))
		if l := h.Stopped(); l == nil || !l.Restored() || l.At != at(2) || !l.Head.IsZero() || l.Holder != "" {
			t.Fatalf("restored, it is stopped by %+v", l)
		}
		unasked(t, db, third, partner)
		refused(t, fault.Frozen, db.Holdings().Record(ctx, entry(t, record.Consult)))
		must(t, h.Asked(ctx, partner))
		must(t, h.Asked(ctx, partner))
		unasked(t, db, third)
		refused(t, fault.Frozen, db.Holdings().Record(ctx, entry(t, record.Consult)))
		must(t, h.Asked(ctx, third))
		if h.Stopped() != nil {
			t.Fatalf("all were asked, and it is stopped by %+v", h.Stopped())
		}
		must(t, db.Holdings().Record(ctx, entry(t, record.Consult)))
	}
}

// testAskedSince: what turns out to be lost after the others were asked stays.
func testAskedSince(t *testing.T, db *store.DB) {
	h := db.Heads()
	introduce(t, db, partner)
	introduce(t, db, third)
	must(t, db.Restored(ctx, at(1)))
	must(t, h.Asked(ctx, partner))
	must(t, h.Stop(ctx, lost(7, third, 2)))
	must(t, h.Asked(ctx, third))
	want := lost(7, third, 2)
	same(t, "stopped", h.Stopped(), &want)
	refused(t, fault.Frozen, db.Holdings().Record(ctx, entry(t, record.Consult)))
}

func testLifted(t *testing.T, db *store.DB) {
	h := db.Heads()
	introduce(t, db, partner)
	introduce(t, db, third)
	waived(t, db, partner, 1, false)
	for i, stop := range []witness.Lost{lost(9, partner, 1), {At: at(2)}, lost(4, third, 3)} {
		before := size(t, db)
		must(t, h.Stop(ctx, stop))
		if l := h.Stopped(); l == nil || l.At != stop.At {
			t.Fatalf("stopped by %+v, it is by %+v", stop, l)
		}
		must(t, h.Asked(ctx, third))
		must(t, h.Lift(ctx, at(10+i), records(t, record.Override, record.Override)))
		// What was lost is given up, whoever shows it; nothing larger is, unless a
		// restored node was let go on without having heard the one who shows it.
		waived(t, db, third, 9, true)
		waived(t, db, third, 10, false)
		waived(t, db, partner, 10, i > 0)
		if h.Stopped() != nil || size(t, db) != before+2 {
			t.Fatalf("lifted, it is stopped by %+v, and has %d records more", h.Stopped(), size(t, db)-before)
		}
		unasked(t, db, third, partner) // who was asked before counts no more
		must(t, db.Holdings().Record(ctx, entry(t, record.Consult)))
	}
	Audit(t, db)
}

// waived checks whether a head that a partner shows was given up.
func waived(t *testing.T, db *store.DB, partner party.Name, size int64, want bool) {
	t.Helper()
	got, err := db.Heads().Waived(ctx, partner, size)
	must(t, err)
	if got != want {
		t.Errorf("a head of %d records that %s shows is given up: %v", size, partner, got)
	}
}

// testNotLifted: without its record the act does not go through.
func testNotLifted(t *testing.T, db *store.DB) {
	h := db.Heads()
	stop := lost(9, partner, 1)
	must(t, h.Stop(ctx, stop))
	db.Unlock(ledger.Signer{})
	refused(t, fault.Locked, h.Lift(ctx, at(2), records(t, record.Override)))
	db.Unlock(Signer())
	same(t, "stopped", h.Stopped(), &stop)
	waived(t, db, partner, 9, false)
	refused(t, fault.Frozen, db.Holdings().Record(ctx, entry(t, record.Consult)))
	// The one who may go on does not take along whoever comes next.
	must(t, h.Lift(ctx, at(3), nil))
	must(t, h.Stop(ctx, stop))
	refused(t, fault.Frozen, db.Holdings().Record(ctx, entry(t, record.Consult)))
}

func testSentTo(t *testing.T, db *store.DB) {
	introduce(t, db, partner)
	introduce(t, db, third)
	to := func(n int64, words string) exchange.Position {
		return exchange.Position{Sequence: n, Hash: hash(words)}
	}
	for _, step := range []struct{ say, want exchange.Position }{
		{to(5, "five"), to(5, "five")},
		{to(3, "three"), to(5, "five")},
		{to(5, "another"), to(5, "five")},
		{to(7, "seven"), to(7, "seven")},
		{to(6, "six"), to(7, "seven")},
	} {
		must(t, db.Heads().Sent(ctx, partner, step.say))
		p, err := db.Links().Partner(ctx, partner)
		must(t, err)
		same(t, fmt.Sprint("sent ", step.say.Sequence), p.Out, step.want)
	}
	other, err := db.Links().Partner(ctx, third)
	must(t, err)
	same(t, "another link", other.Out, exchange.Position{})
	// The next message takes the place after it, and no other.
	o := outgoing(t, partner, "body")
	enqueue(t, db, o)
	refused(t, fault.Stale, db.Outbox().Seal(ctx, exchange.Sealing{ID: o.ID, Message: []byte("m"), Card: hash("card"), At: to(1, "e")}))
	must(t, db.Outbox().Seal(ctx, exchange.Sealing{ID: o.ID, Message: []byte("m"), Card: hash("card"), At: to(8, "e")}))
}

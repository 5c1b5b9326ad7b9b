package storetest

import (
	"fmt"
	"reflect"
	"testing"

	"comity/exchange"
	"comity/fault"
	"comity/ledger"
	"comity/message"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/store"
)

const partner party.Name = "mx/semar"

func hash(s string) ref.Hash { return ref.Content([]byte(s)) }

func records(t testing.TB, kinds ...record.Kind) []ledger.Entry {
	t.Helper()
	list := make([]ledger.Entry, len(kinds))
	for i, k := range kinds {
		list[i] = entry(t, k)
	}
	return list
}

// introduce pins a first card.
func introduce(t testing.TB, db *store.DB, name party.Name) exchange.Pinning {
	t.Helper()
	p := exchange.Pinning{
		Name: name, Signed: []byte("signed 1"), CardHash: hash(string(name) + " card 1"), At: at(0), Records: records(t, record.KeyChange),
		Card: message.Card{Protocol: 1, Serial: 1, Name: name, Created: at(0), Endpoints: []string{"https://x:1"},
			TLSPin: hash("pin"), Signing: Key().Public()},
	}
	must(t, db.Links().Pin(ctx, p))
	return p
}

func outgoing(t testing.TB, to party.Name, body string) exchange.Outgoing {
	t.Helper()
	o := exchange.Outgoing{Partner: to, Audience: []party.Name{to + "/uin"}, Kind: message.ReceiptsStatement, Body: []byte(body), Created: at(0)}
	mint(t, &o.ID)
	return o
}

// enqueue puts entries into the outbox, by the discharge of a duty.
func enqueue(t testing.TB, db *store.DB, list ...exchange.Outgoing) {
	t.Helper()
	d := due(t, db, ref.CutID{})
	must(t, db.Duties().Discharge(ctx, d, at(0), "", nil, func([]ledger.Evidence) (exchange.Proof, error) {
		return exchange.Proof{Outgoing: list}, nil
	}))
}

func testLinks(t *testing.T, open Opener) {
	t.Run("cards", func(t *testing.T) { testCards(t, open(t)) })
	t.Run("outbox", func(t *testing.T) { testOutbox(t, open(t)) })
	t.Run("sent anew", func(t *testing.T) { testAgain(t, open(t)) })
	t.Run("unsealed", func(t *testing.T) { testAnsweredUnsealed(t, open(t)) })
	t.Run("window", func(t *testing.T) { testWindow(t, open(t)) })
	t.Run("introduced", func(t *testing.T) { testIntroduced(t, open(t)) })
}

func testCards(t *testing.T, db *store.DB) {
	l := db.Links()
	_, err := l.Partner(ctx, partner)
	refused(t, fault.Withheld, err)
	first := introduce(t, db, partner)
	refused(t, fault.Stale, l.Pin(ctx, first))
	next := first
	next.Card.Serial, next.Card.Prev, next.CardHash, next.Signed = 2, first.CardHash, hash("card 2"), []byte("signed 2")
	astray := next
	astray.Card.Prev = hash("another")
	refused(t, fault.Stale, l.Pin(ctx, astray))
	back := next
	back.Card.Serial = 1
	refused(t, fault.Stale, l.Pin(ctx, back))
	one := outgoing(t, partner, "one")
	next.Again = func(refused ...exchange.Outgoing) ([]exchange.Outgoing, error) {
		if len(refused) > 0 {
			t.Errorf("nothing was refused, and %+v is to be repeated", refused)
		}
		return []exchange.Outgoing{one}, nil
	}
	must(t, l.Pin(ctx, next))
	cards, err := l.Cards(ctx, partner)
	must(t, err)
	if len(cards) != 2 || string(cards[0]) != string(first.Signed) || string(cards[1]) != "signed 2" {
		t.Fatalf("the cards are %q", cards)
	}
	got, err := l.Partner(ctx, partner)
	must(t, err)
	if got.Card.Serial != 2 || string(got.Signed) != "signed 2" || got.CardHash != next.CardHash || got.State != exchange.Active ||
		got.Queued != 1 || got.In.Sequence != 0 || !got.Heard.IsZero() || got.Card.Signing != Key().Public() {
		t.Fatalf("the partner is %+v", got)
	}
	change := exchange.StateChange{Partner: "xx/none", To: exchange.Frozen, At: at(1), Why: exchange.FrozenEquivocation, Records: records(t, record.Suspend),
		Evidence: []exchange.Evidence{{At: at(1), Why: exchange.FrozenEquivocation, Name: "a", Body: []byte("A")}, {At: at(1), Why: exchange.FrozenEquivocation, Name: "b", Body: []byte("B")}}}
	refused(t, fault.Withheld, l.SetState(ctx, change))
	change.Partner = partner
	must(t, l.SetState(ctx, change))
	kept, err := l.Evidence(ctx, partner)
	must(t, err)
	if !reflect.DeepEqual(kept, change.Evidence) {
		t.Fatalf("evidence is %+v", kept)
	}
	_, err = l.Evidence(ctx, "xx/none")
	refused(t, fault.Withheld, err)
	list, err := l.Partners(ctx)
	must(t, err)
	if len(list) != 1 || list[0].State != exchange.Frozen || list[0].Since != at(1) || list[0].Why != exchange.FrozenEquivocation {
		t.Fatalf("partners are %+v", list)
	}
	if n := size(t, db); n != 3 {
		t.Fatalf("%d records", n)
	}
}

func testOutbox(t *testing.T, db *store.DB) {
	o := db.Outbox()
	introduce(t, db, partner)
	introduce(t, db, "mx/other")
	_, found, err := o.Next(ctx, partner)
	must(t, err)
	if found {
		t.Fatal("the outbox is not empty")
	}
	var sent []exchange.Outgoing
	for i := range 3 {
		sent = append(sent, outgoing(t, partner, fmt.Sprint("body ", i)))
	}
	sent[0], sent[2] = sent[2], sent[0] // the order of commits is not the order of ids
	enqueue(t, db, sent[0], outgoing(t, "mx/other", "not for them"))
	enqueue(t, db, sent[1])
	enqueue(t, db, sent[2])
	refused(t, fault.Stale, o.Seal(ctx, exchange.Sealing{ID: sent[1].ID, Message: []byte("m"), Card: hash("card"), At: exchange.Position{Sequence: 1, Hash: hash("e")}}))
	for i, want := range sent {
		got, found, err := o.Next(ctx, partner)
		must(t, err)
		if !found || got.ID != want.ID || string(got.Body) != string(want.Body) || got.Sequence != 0 || got.Audience[0] != want.Audience[0] || got.Created != at(0) {
			t.Fatalf("entry %d is %+v", i, got)
		}
		refused(t, fault.Stale, o.Answered(ctx, exchange.Settled{ID: got.ID, At: at(1), Signed: []byte("signed")}))
		refused(t, fault.Stale, o.Seal(ctx, exchange.Sealing{ID: got.ID, Message: []byte("m"), Card: hash("card"), At: exchange.Position{Sequence: int64(i) + 2, Hash: hash("e")}}))
		pos := exchange.Position{Sequence: int64(i) + 1, Hash: hash(fmt.Sprint("envelope ", i))}
		must(t, o.Seal(ctx, exchange.Sealing{ID: got.ID, Message: []byte("message"), Card: hash("card"), At: pos}))
		refused(t, fault.Stale, o.Seal(ctx, exchange.Sealing{ID: got.ID, Message: []byte("m"), Card: hash("card"), At: exchange.Position{Sequence: pos.Sequence + 1, Hash: hash("e")}}))
		got, _, err = o.Next(ctx, partner)
		must(t, err)
		if got.Sequence != pos.Sequence || string(got.Message) != "message" || got.Card != hash("card") {
			t.Fatalf("sealed, entry %d is %+v", i, got)
		}
		p, err := db.Links().Partner(ctx, partner)
		must(t, err)
		if p.Out != pos || p.Queued != 3-i {
			t.Fatalf("the link stands at %+v with %d queued", p.Out, p.Queued)
		}
		settled := exchange.Settled{ID: got.ID, At: at(2), Answer: message.Answer{Outcome: message.Accepted}}
		refused(t, fault.Stale, o.Answered(ctx, settled)) // what was sealed takes the partner's word
		settled.Signed = []byte("signed")
		must(t, o.Answered(ctx, settled))
		refused(t, fault.Stale, o.Answered(ctx, settled))
	}
	p, err := db.Links().Partner(ctx, partner)
	must(t, err)
	if p.Heard != at(2) || p.Queued != 0 {
		t.Fatalf("the partner is %+v", p)
	}
	// An entry that can never be sealed is settled by this node's own word, and
	// the partner has not been heard.
	enqueue(t, db, outgoing(t, partner, "for a unit that is gone"))
	gone, _, err := o.Next(ctx, partner)
	must(t, err)
	must(t, o.Answered(ctx, exchange.Settled{ID: gone.ID, At: at(3), Answer: message.Answer{Outcome: message.Refused, Reason: message.ReasonUnit}}))
	if p, err = db.Links().Partner(ctx, partner); err != nil || p.Heard != at(2) || p.Queued != 0 || p.Out.Sequence != 3 {
		t.Fatalf("the partner is %+v (%v)", p, err)
	}
	enqueue(t, db, outgoing(t, partner, "more"))
	got, _, err := o.Next(ctx, partner)
	must(t, err)
	must(t, db.Links().SetState(ctx, exchange.StateChange{Partner: partner, To: exchange.Suspended, At: at(1)}))
	refused(t, fault.Frozen, o.Seal(ctx, exchange.Sealing{ID: got.ID, Message: []byte("m"), Card: hash("card"), At: exchange.Position{Sequence: 4, Hash: hash("e")}}))
}

func testAgain(t *testing.T, db *store.DB) {
	o := db.Outbox()
	introduce(t, db, partner)
	for i, reason := range []message.Reason{message.ReasonUnsealed, message.ReasonExpired} {
		e := outgoing(t, partner, fmt.Sprint("body ", i))
		enqueue(t, db, e)
		must(t, o.Seal(ctx, exchange.Sealing{ID: e.ID, Message: []byte("m"), Card: hash("card"), At: exchange.Position{Sequence: int64(i) + 1, Hash: hash(string(reason))}}))
		must(t, o.Answered(ctx, exchange.Settled{ID: e.ID, At: at(1), Answer: message.Answer{Outcome: message.Refused, Reason: reason}, Signed: []byte("signed")}))
	}
	again := outgoing(t, partner, "body 0")
	again.Replaces = hash(string(message.ReasonUnsealed))
	var seen []string
	repeat := func(refused ...exchange.Outgoing) (list []exchange.Outgoing, err error) {
		for _, r := range refused {
			seen, list = append(seen, string(r.Body)), append(list, again)
		}
		return list, nil
	}
	p, err := db.Links().Partner(ctx, partner)
	must(t, err)
	card := exchange.Pinning{Name: partner, Card: p.Card, Signed: []byte("s"), At: at(2), Again: repeat}
	card.Card.Serial, card.Card.Prev, card.CardHash = 2, p.CardHash, hash("card 2")
	must(t, db.Links().Pin(ctx, card))
	next, _, err := o.Next(ctx, partner)
	must(t, err)
	if len(seen) != 1 || seen[0] != "body 0" || next.ID != again.ID || next.Replaces != again.Replaces {
		t.Fatalf("repeated are %q, next is %+v", seen, next)
	}
	// What is repeated already is not repeated with the card after that.
	card.Card.Serial, card.Card.Prev, card.CardHash = 3, card.CardHash, hash("card 3")
	card.Daily = 3
	must(t, db.Links().Pin(ctx, card))
	if len(seen) != 1 {
		t.Fatalf("repeated are %q", seen)
	}
	card.Card.Serial, card.Card.Prev, card.CardHash, card.Daily = 4, card.CardHash, hash("card 4"), 3
	refused(t, fault.Stale, db.Links().Pin(ctx, card))
	card.At = at(30)
	must(t, db.Links().Pin(ctx, card))
}

// testAnsweredUnsealed: what the partner's key could not open goes out again at
// once if another card was pinned since it was sealed, and else with the next.
func testAnsweredUnsealed(t *testing.T, db *store.DB) {
	o := db.Outbox()
	first := introduce(t, db, partner)
	for n, card := range []ref.Hash{first.CardHash, hash("an earlier card")} {
		e, again := outgoing(t, partner, fmt.Sprint("body ", n)), outgoing(t, partner, fmt.Sprint("body ", n))
		enqueue(t, db, e)
		must(t, o.Seal(ctx, exchange.Sealing{ID: e.ID, Message: []byte("m"), Card: card, At: exchange.Position{Sequence: int64(n) + 1, Hash: hash(fmt.Sprint(n))}}))
		_, err := o.InFlight(ctx, partner, int64(n)+1)
		must(t, err)
		must(t, o.Answered(ctx, exchange.Settled{ID: e.ID, At: at(1), Signed: []byte("signed"), Again: []exchange.Outgoing{again},
			Answer: message.Answer{Outcome: message.Refused, Reason: message.ReasonUnsealed}}))
		_, err = o.InFlight(ctx, partner, int64(n)+1)
		refused(t, fault.Withheld, err)
		if _, waits, err := o.Next(ctx, partner); err != nil || waits != (n == 1) {
			t.Fatalf("sealed under card %d something waits: %v (%v)", n, waits, err)
		}
	}
	_, err := o.InFlight(ctx, partner, 0)
	refused(t, fault.Withheld, err)
}

// testIntroduced: what is remembered of partners is what was committed last: cards, and
// whether a link moves.
func testIntroduced(t *testing.T, db *store.DB) {
	state := func(want ...exchange.LinkState) {
		t.Helper()
		for range 2 { // read, and remembered
			list, err := db.Links().Introduced(ctx)
			must(t, err)
			if len(list) != len(want) {
				t.Fatalf("%d partners, want %d", len(list), len(want))
			}
			for i, p := range list {
				if p.State != want[i] || p.Queued != 0 || !p.Heard.IsZero() {
					t.Errorf("%+v, want %s", p, want[i])
				}
			}
		}
	}
	state()
	introduce(t, db, partner)
	state(exchange.Active)
	must(t, db.Links().SetState(ctx, exchange.StateChange{Partner: partner, To: exchange.Suspended, At: at(1)}))
	state(exchange.Suspended)
	must(t, db.Links().SetState(ctx, exchange.StateChange{Partner: partner, To: exchange.Active, At: at(2)}))
	state(exchange.Active)
}

// testWindow: a queue is read in pieces, by position, by number and by size.
func testWindow(t *testing.T, db *store.DB) {
	introduce(t, db, partner)
	for n := range 6 {
		o := outgoing(t, partner, fmt.Sprintf("body %04d", n)) // 9 bytes
		enqueue(t, db, o)
		if n < 3 {
			must(t, db.Outbox().Seal(ctx, exchange.Sealing{ID: o.ID, Message: []byte("m"), Card: hash("card"), At: exchange.Position{Sequence: int64(n) + 1, Hash: hash(fmt.Sprint(n))}}))
		}
	}
	for _, c := range []struct {
		w           exchange.Window
		from, count int
	}{
		{exchange.Window{Limit: 9, Bytes: 1 << 20}, 0, 6},
		{exchange.Window{Limit: 2, Bytes: 1 << 20}, 0, 2},
		{exchange.Window{Limit: 9, Bytes: 1}, 0, 1},
		{exchange.Window{Limit: 9, Bytes: 10}, 0, 2},
		{exchange.Window{After: 1, Limit: 9, Bytes: 1 << 20}, 1, 5},
		{exchange.Window{After: 1, Limit: 9, Bytes: 18}, 1, 2},
		{exchange.Window{After: 2, Limit: 3, Bytes: 1 << 20}, 2, 3},
		{exchange.Window{After: 3, Limit: 9, Bytes: 1}, 3, 1},
		{exchange.Window{After: 4, Limit: 9, Bytes: 1 << 20}, 3, 3}, // what has no position is after every one
	} {
		got, err := db.Outbox().Unanswered(ctx, partner, c.w)
		must(t, err)
		if len(got) != c.count || string(got[0].Body) != fmt.Sprintf("body %04d", c.from) {
			t.Errorf("%+v gave %d entries", c.w, len(got))
		}
	}
}

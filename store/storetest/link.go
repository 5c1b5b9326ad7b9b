package storetest

import (
	"fmt"
	"reflect"
	"testing"

	"comity/exchange"
	"comity/fault"
	"comity/ledger"
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
		Card: exchange.Card{Protocol: 1, Serial: 1, Name: name, Created: at(0), Endpoints: []string{"https://x:1"},
			TLSPin: hash("pin"), Signing: Key().Public()},
	}
	must(t, db.Links().Pin(ctx, p))
	return p
}

func outgoing(t testing.TB, to party.Name, body string) exchange.Outgoing {
	t.Helper()
	o := exchange.Outgoing{Partner: to, Audience: []party.Name{to + "/uin"}, Kind: exchange.ReceiptsStatement, Body: []byte(body), Created: at(0)}
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
	next.Again = []exchange.Outgoing{outgoing(t, partner, "again")}
	must(t, l.Pin(ctx, next))
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
		settled := exchange.Settled{ID: got.ID, At: at(2), Answer: exchange.Answer{Outcome: exchange.Accepted}}
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
	must(t, o.Answered(ctx, exchange.Settled{ID: gone.ID, At: at(3), Answer: exchange.Answer{Outcome: exchange.Refused, Reason: exchange.ReasonUnit}}))
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
	for i, reason := range []exchange.Reason{exchange.ReasonUnsealed, exchange.ReasonExpired} {
		e := outgoing(t, partner, fmt.Sprint("body ", i))
		enqueue(t, db, e)
		must(t, o.Seal(ctx, exchange.Sealing{ID: e.ID, Message: []byte("m"), Card: hash("card"), At: exchange.Position{Sequence: int64(i) + 1, Hash: hash(string(reason))}}))
		must(t, o.Answered(ctx, exchange.Settled{ID: e.ID, At: at(1), Answer: exchange.Answer{Outcome: exchange.Refused, Reason: reason}, Signed: []byte("signed")}))
	}
	list, err := o.Unsealed(ctx, partner)
	must(t, err)
	if len(list) != 1 || string(list[0].Body) != "body 0" {
		t.Fatalf("unsealed are %+v", list)
	}
	again := outgoing(t, partner, "body 0")
	again.Replaces = hash(string(exchange.ReasonUnsealed))
	enqueue(t, db, again)
	list, err = o.Unsealed(ctx, partner)
	must(t, err)
	next, _, err := o.Next(ctx, partner)
	must(t, err)
	if len(list) != 0 || next.ID != again.ID || next.Replaces != again.Replaces {
		t.Fatalf("unsealed are %+v, next is %+v", list, next)
	}
}

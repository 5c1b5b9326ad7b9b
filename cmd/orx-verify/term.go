package main

import (
	"fmt"
	"slices"
	"time"

	"comity/fault"
	"comity/ledger"
	"comity/party"
	"comity/record"
	"comity/seal"
	"comity/wire"
)

// How long a key counts beside the dates on cards. What the key before signed is
// taken for a while after it was replaced, as by partners (doc/spec/card.md); and
// a clock may be put right meanwhile.
const (
	grace = 30 * 24 * time.Hour
	slack = 5 * time.Minute
)

// term is one key of a giver with the time that it was in force, as far as the
// cards at hand tell: a zero time is an end that they do not show.
type term struct {
	key         seal.VerifyKey
	serial      int64 // of the newest card that it stands on; 0: it was given without one
	from, until wire.Time
}

// terms gives the keys that are believed, the newest first. Cards in a row with
// one key make one term.
func (g giver) terms() []term {
	if len(g.cards) == 0 {
		return []term{{key: g.key}}
	}
	list := []term{{key: g.cards[0].Signing, serial: g.cards[0].Serial}}
	for _, c := range g.cards[1:] {
		last := &list[len(list)-1]
		if last.key == c.Signing {
			last.serial = c.Serial
			continue
		}
		last.until = c.Created.Add(grace)
		list = append(list, term{key: c.Signing, serial: c.Serial, from: c.Created})
	}
	slices.Reverse(list)
	return list
}

// covers refuses a record that was made when the key was not in force: whoever
// holds a key that was replaced could still sign with it.
func (t term) covers(at wire.Time) error {
	switch {
	case !t.from.IsZero() && at.Before(t.from.Add(-slack)):
		return fault.New(fault.Forged, "the key of card %d has signed it, and its record is of %s, before that key was in force (from %s)", t.serial, at, t.from).
			Fix("if the giver's clock was wrong then, its officers can say so")
	case !t.until.IsZero() && at.After(t.until):
		return fault.New(fault.Forged, "the key of card %d has signed it, and its record is of %s: that key was replaced, and counts until %s", t.serial, at, t.until).
			Fix("whoever has the old key could have made it; ask the giver for a receipt under its present key")
	}
	return nil
}

// check verifies a receipt under the first key that has signed it and was in
// force. If none was, it says what is wrong under the key that came furthest.
func (g giver) check(r record.Receipt) (record.Record, ledger.Checkpoint, term, error) {
	var failed error
	far := -1
	for _, t := range g.terms() {
		rec, cp, reached, err := t.check(g.node, r)
		if err == nil {
			return rec, cp, t, nil
		}
		if reached > far {
			failed, far = err, reached
		}
	}
	if far == unsigned && len(g.cards) > 1 {
		failed = fault.Safe(failed).Fix("the keys on all %d cards were tried", len(g.cards))
	}
	return record.Record{}, ledger.Checkpoint{}, term{}, failed
}

// How far a key came with a receipt that does not hold under it.
const (
	unsigned = iota // it has not signed the record
	signed          // it has, and something else is wrong
	untimely        // all else holds, and it was not in force
)

func (t term) check(node party.Name, r record.Receipt) (rec record.Record, cp ledger.Checkpoint, reached int, err error) {
	if rec, cp, err = r.Check(node, t.key); err == nil {
		return rec, cp, untimely, t.covers(rec.At)
	}
	if _, other := r.Record.Verify(record.PayloadType, t.key); other == nil {
		reached = signed
	}
	return rec, cp, reached, err
}

// opening gives the key under which a head of the giver's ledger opens: a later
// one may have signed it than signed the receipt. If none does it is the newest,
// whose refusal says why.
func (g giver) opening(note, origin string) seal.VerifyKey {
	for _, t := range g.terms() {
		if _, err := ledger.OpenCheckpoint([]byte(note), origin, t.key); err == nil {
			return t.key
		}
	}
	return g.key
}

// head says with which of several cards the receipt and its head were checked.
func (v verdict) head() string {
	if v.among < 2 {
		return "checkpoint signed"
	}
	return fmt.Sprintf("checkpoint signed with the key of card %d", v.Card)
}

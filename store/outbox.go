package store

import (
	"context"
	"slices"

	"comity/exchange"
	"comity/fault"
	"comity/intel"
	"comity/message"
	"comity/party"
	"comity/ref"
	"comity/wire"
)

type outbox struct{ db *DB }

// Outbox gives the port for what waits to be delivered.
func (db *DB) Outbox() exchange.Outbox { return outbox{db} }

// header is what of an entry is kept as one value.
type header struct {
	Audience []party.Name
	Kind     message.StatementKind
	Created  wire.Time
}

const outQuery = `SELECT o.id, o.partner, o.cut, o.replaces, o.sequence, o.card, m.message, s.statement, o.body
	FROM outbox o JOIN outbox_statement s ON s.id = o.id LEFT JOIN outbox_message m ON m.partner = o.partner AND m.sequence = o.sequence`

func scanOut(rows row) (o exchange.Outgoing, err error) {
	var statement, body []byte
	var h header
	if err := rows.Scan(fixed(o.ID[:]), &o.Partner, fixed(o.Cut[:]), fixed(o.Replaces[:]), &o.Sequence, fixed(o.Card[:]),
		&o.Message, &statement, &body); err != nil {
		return o, err
	}
	if o.Body, _, err = rows.keys.Open(statement); err != nil {
		return o, err
	}
	err = decode(body, &h)
	o.Audience, o.Kind, o.Created = h.Audience, h.Kind, h.Created
	return o, err
}

// enqueue enters new entries, in their order; they are sent in the order of
// commits.
func enqueue(tx *Tx, lists ...[]exchange.Outgoing) error {
	var zero ref.Hash
	more, about := map[party.Name]*heard{}, items{}
	for _, list := range lists {
		for _, o := range list {
			body, err := encode(header{o.Audience, o.Kind, o.Created})
			if err != nil {
				return err
			}
			if more[o.Partner] == nil {
				if _, err := stateOf(tx, o.Partner); err != nil {
					return err
				}
				more[o.Partner] = &heard{}
			}
			statement, err := about.statement(tx, o)
			if err != nil {
				return err
			}
			lane := laneOf(o.Kind)
			if err := tx.must(stale("the message was queued before"), `INSERT INTO outbox
				(id, partner, cut, replaces, sequence, hash, card, answered, outcome, reason, body, lane)
				VALUES ($1, $2, $3, $4, 0, $5, $5, 0, '', '', $6, $7) ON CONFLICT DO NOTHING`,
				o.ID[:], string(o.Partner), o.Cut[:], o.Replaces[:], zero[:], body, lane); err != nil {
				return err
			}
			if _, err := tx.exec(`INSERT INTO outbox_statement (id, statement) VALUES ($1, $2)`, o.ID[:], statement); err != nil {
				return err
			}
			more[o.Partner].count++
			more[o.Partner].parts += int64(lane)
		}
	}
	for partner, m := range more {
		if _, err := tx.exec(`UPDATE partner SET queued = queued + $1, parts = parts + $2 WHERE name = $3`, m.count, m.parts, string(partner)); err != nil {
			return err
		}
	}
	return nil
}

// laneOf tells which entries wait for others: parts of exhibits, in lane 1, for
// all that there is in lane 0.
func laneOf(k message.StatementKind) int {
	if k == message.PartStatement {
		return 1
	}
	return 0
}

// items finds of which item each cut is, once for all its messages.
type items map[ref.CutID]*ref.ItemID

// statement encloses the body of an entry: what it says of an item, under that
// item's key.
func (of items) statement(tx *Tx, o exchange.Outgoing) ([]byte, error) {
	if o.Cut.IsZero() {
		return tx.vault().EncloseNote(o.Body)
	}
	item, known := of[o.Cut]
	if !known {
		id, err := one(tx, func(rows row) (id ref.ItemID, err error) { return id, rows.Scan(fixed(id[:])) }, `SELECT item FROM sent WHERE cut = $1`, o.Cut[:])
		if err == nil {
			item = &id
		} else if !fault.Is(err, fault.Withheld) {
			return nil, err
		}
		of[o.Cut] = item
	}
	if item == nil {
		return tx.vault().EncloseNote(o.Body)
	}
	return tx.vault().Enclose(*item, o.Body, nil)
}

// Next gives the entry without an answer that is first of a link.
func (s outbox) Next(ctx context.Context, partner party.Name) (exchange.Outgoing, bool, error) {
	list, err := s.Unanswered(ctx, partner, exchange.Window{Limit: 1, Bytes: 1, Parts: 1})
	if err != nil || len(list) == 0 {
		return exchange.Outgoing{}, false, err
	}
	return list[0], true, nil
}

// Unanswered lists a link's entries that have no answer.
func (s outbox) Unanswered(ctx context.Context, partner party.Name, w exchange.Window) ([]exchange.Outgoing, error) {
	if err := s.db.keptMark(ctx); err != nil {
		return nil, err
	}
	l := looking{q: s.db.reader(ctx), partner: string(partner), Window: w}
	const waiting = ` WHERE o.partner = $1 AND o.answered = 0 AND `
	// What an index is kept of is said in its words, or all that ever went is looked at.
	l.look(w.Limit+w.Parts, waiting+`o.sequence > 0 AND o.sequence > $3`, `o.sequence`, w.After)
	l.look(w.Limit-len(l.list), waiting+`o.sequence = 0 AND o.lane = 0`, `o.seq`)
	l.Bytes = max(l.Bytes, 1) // however large the others are, one part goes with them if any may
	l.look(min(w.Parts, w.Limit+w.Parts-len(l.list)), waiting+`o.sequence = 0 AND o.lane = 1 AND `+cutHasGone("o"), `o.seq`)
	return l.list, l.err
}

// cutHasGone says of a part of an exhibit that it may go: its cut was taken in, or
// goes before it under the same card, so that either both are opened or both are
// repeated, the cut first.
func cutHasGone(entry string) string {
	return `EXISTS (SELECT 1 FROM outbox c WHERE c.cut = ` + entry + `.cut AND c.lane = 0 AND (c.outcome = 'accepted' OR c.sequence > 0 AND c.answered = 0
		AND c.card = (SELECT card_hash FROM partner WHERE name = ` + entry + `.partner)))`
}

// looking lists entries of a link from several places, one after the other.
type looking struct {
	exchange.Window
	q       querier
	partner string
	list    []exchange.Outgoing
	err     error
}

// look adds what is in one place, at most so many.
func (l *looking) look(limit int, where, order string, args ...any) {
	if l.err != nil || limit <= 0 || l.Bytes <= 0 {
		return
	}
	found, err := some(l.q, scanOut, func(o exchange.Outgoing) bool {
		l.Bytes -= max(len(o.Message), len(o.Body))
		if o.Kind == message.PartStatement && o.Sequence == 0 {
			l.Bytes -= intel.PartSize // it is attached when it is sealed
		}
		return l.Bytes > 0
	}, outQuery+where+` ORDER BY `+order+` LIMIT $2`, append([]any{l.partner, limit}, args...)...)
	l.list, l.err = append(l.list, found...), err
}

// InFlight gives the entry at a position that has no answer.
func (s outbox) InFlight(ctx context.Context, partner party.Name, sequence int64) (exchange.Outgoing, error) {
	return one(s.db.reader(ctx), scanOut, outQuery+` WHERE o.partner = $1 AND o.sequence = $2 AND o.sequence > 0 AND o.answered = 0`, string(partner), sequence)
}

// Seal keeps the sealed bytes of entries and takes their link's next
// positions. Entries are sealed in their order.
func (s outbox) Seal(ctx context.Context, list ...exchange.Sealing) error {
	if len(list) == 0 {
		return nil
	}
	return s.db.write(ctx, func(tx *Tx) error {
		if err := tx.standing(); err != nil {
			return err
		}
		partner, err := partnerOf(tx, list[0].ID)
		if err != nil {
			return err
		}
		if err := moving(tx, partner); err != nil {
			return err
		}
		return sealRun(tx, partner, list)
	})
}

// sealRun keeps what was sealed for a partner, and takes the positions of its link,
// one after the other.
func sealRun(tx *Tx, partner party.Name, list []exchange.Sealing) error {
	first, last := list[0].At, list[len(list)-1].At
	for n, one := range list {
		if one.At.Sequence != first.Sequence+int64(n) {
			return stale("the positions of the link are not taken one after the other")
		}
		if err := sealOne(tx, partner, one); err != nil {
			return err
		}
	}
	if tx.sent == nil {
		tx.sent = map[party.Name]exchange.Position{}
	}
	tx.sent[partner] = last
	return tx.must(stale("the link has moved on"), `UPDATE partner SET out_sequence = $1, out_hash = $2 WHERE name = $3 AND out_sequence = $4`,
		last.Sequence, last.Hash[:], string(partner), first.Sequence-1)
}

func partnerOf(tx *Tx, id ref.OutID) (party.Name, error) {
	return one(tx, func(rows row) (n party.Name, err error) { return n, rows.Scan(&n) }, `SELECT partner FROM outbox WHERE id = $1`, id[:])
}

func sealOne(tx *Tx, partner party.Name, s exchange.Sealing) error {
	err := tx.must(stale("the message is sealed already, or one before it is not"), `UPDATE outbox
		SET sequence = $1, hash = $2, card = $3 WHERE id = $4 AND partner = $5 AND sequence = 0 AND answered = 0
		AND (lane = 0 OR `+cutHasGone("outbox")+`)
		AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.partner = outbox.partner AND e.lane = outbox.lane AND (e.lane = 0 OR e.cut = outbox.cut)
			AND e.seq < outbox.seq AND e.answered = 0 AND e.sequence = 0)`,
		s.At.Sequence, s.At.Hash[:], s.Card[:], s.ID[:], string(partner))
	if err != nil {
		return err
	}
	return tx.must(stale("the position is taken"), `INSERT INTO outbox_message (partner, sequence, message) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
		string(partner), s.At.Sequence, s.Message)
}

// moving refuses to take a position on a link that is suspended or frozen.
func moving(tx *Tx, name party.Name) error {
	state, err := stateOf(tx, name)
	if err == nil && state != exchange.Active {
		err = fault.New(fault.Frozen, "the link with %s is %s", name, state).Fix("comity partner resume opens a suspended link")
	}
	return err
}

// Answered keeps the answers to entries, each once: the partner's to one that
// was sealed, or this node's own, unsigned, to one that never can be.
func (s outbox) Answered(ctx context.Context, list ...exchange.Settled) error {
	return s.db.write(ctx, func(tx *Tx) error {
		links := map[party.Name]*heard{}
		for _, a := range list {
			if err := answeredOne(tx, a, links); err != nil {
				return err
			}
		}
		for partner, h := range links {
			if _, err := tx.exec(`UPDATE partner SET queued = queued - $1, parts = parts - $2, heard = CASE WHEN heard < $3 THEN $3 ELSE heard END WHERE name = $4`,
				h.count, h.parts, h.at, string(partner)); err != nil {
				return err
			}
		}
		return nil
	})
}

// heard is how many entries of a link were queued or answered in one act, how many
// of them parts of exhibits, and when its partner was last heard by that; 0: it was
// not.
type heard struct{ count, parts, at int64 }

func answeredOne(tx *Tx, a exchange.Settled, links map[party.Name]*heard) error {
	var partner party.Name
	var cut ref.CutID
	lane, err := one(tx, func(rows row) (lane int64, err error) { return lane, rows.Scan(&partner, fixed(cut[:]), &lane) }, `UPDATE outbox
		SET answered = $1, outcome = $2, reason = $3, answer = $4 WHERE id = $5 AND answered = 0 AND (sequence > 0) = $6 RETURNING partner, cut, lane`,
		seconds(a.At), string(a.Answer.Outcome), string(a.Answer.Reason), optional(a.Signed), a.ID[:], len(a.Signed) > 0)
	if fault.Is(err, fault.Withheld) {
		return stale("the message has its answer, or was never sealed")
	}
	if err != nil {
		return err
	}
	if links[partner] == nil {
		links[partner] = &heard{}
	}
	links[partner].count++
	links[partner].parts += lane
	if r := a.Answer.Reason; lane == 0 && a.Answer.Outcome == message.Refused && r != message.ReasonUnsealed && r != message.ReasonVersion {
		if err := dropUnsent(tx, cut, seconds(a.At), r); err != nil {
			return err
		}
	}
	if len(a.Signed) == 0 {
		return nil
	}
	links[partner].at = max(links[partner].at, seconds(a.At))
	if err := keepReceipts(tx, a.Receipts); err != nil || len(a.Again) == 0 {
		return err
	}
	// Under the same card it would be refused again; the next one finds it.
	n, err := one(tx, number, `SELECT COUNT(*) FROM outbox o JOIN partner p ON p.name = o.partner WHERE o.id = $1 AND p.card_hash <> o.card`, a.ID[:])
	if err != nil || n == 0 {
		return err
	}
	return enqueue(tx, a.Again)
}

// dropUnsent settles the parts of a cut's exhibits that are not sealed: by this
// node's own word, for they are not to go any more.
func dropUnsent(tx *Tx, cut ref.CutID, at int64, why message.Reason) error {
	if cut.IsZero() {
		return nil
	}
	var partner party.Name
	n, err := one(tx, func(rows row) (n int64, err error) { return n, rows.Scan(&partner, &n) },
		`SELECT COALESCE(MAX(partner), ''), COUNT(*) FROM outbox WHERE cut = $1 AND lane = 1 AND answered = 0 AND sequence = 0`, cut[:])
	if err != nil || n == 0 {
		return err
	}
	if _, err := tx.exec(`UPDATE outbox SET answered = $1, outcome = $2, reason = $3 WHERE cut = $4 AND lane = 1 AND answered = 0 AND sequence = 0`,
		at, string(message.Refused), string(why), cut[:]); err != nil {
		return err
	}
	_, err = tx.exec(`UPDATE partner SET queued = queued - $1, parts = parts - $1 WHERE name = $2`, n, string(partner))
	return err
}

// Sealed gives the stored bytes of a message.
func (s outbox) Sealed(ctx context.Context, partner party.Name, sequence int64) ([]byte, error) {
	return one(s.db.reader(ctx), blob, `SELECT message FROM outbox_message WHERE partner = $1 AND sequence = $2`, string(partner), sequence)
}

// unsealed lists entries that were refused as unsealed, or for their protocol, and
// not replaced.
func unsealed(tx *Tx, partner party.Name) ([]exchange.Outgoing, error) {
	list, err := all(tx, scanOut, outQuery+` WHERE o.partner = $1 AND o.outcome = 'refused' AND o.reason IN ($2, $3)
		AND NOT EXISTS (SELECT 1 FROM outbox r WHERE r.partner = o.partner AND r.replaces = o.hash) ORDER BY o.seq`,
		string(partner), string(message.ReasonUnsealed), string(message.ReasonVersion))
	return slices.DeleteFunc(list, func(o exchange.Outgoing) bool { return len(o.Body) == 0 }), err // destroyed: it cannot be sent again
}

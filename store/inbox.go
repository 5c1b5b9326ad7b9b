package store

import (
	"context"
	"slices"
	"time"

	"comity/exchange"
	"comity/fault"
	"comity/holdings"
	"comity/intel"
	"comity/message"
	"comity/party"
	"comity/ref"
	"comity/release"
	"comity/vault"
	"comity/wire"
)

type inbox struct{ db *DB }

// Inbox gives the port for what partners send.
func (db *DB) Inbox() exchange.Inbox { return inbox{db} }

// Consumed gives what is kept of a position already consumed.
func (s inbox) Consumed(ctx context.Context, partner party.Name, sequence int64) (exchange.Taken, error) {
	if err := s.db.keptMark(ctx); err != nil {
		return exchange.Taken{}, err
	}
	return one(s.db.reader(ctx), func(rows row) (t exchange.Taken, err error) {
		return t, rows.Scan(fixed(t.Hash[:]), &t.Envelope, &t.Answer)
	}, `SELECT hash, envelope, answer FROM arrival WHERE partner = $1 AND sequence = $2`, string(partner), sequence)
}

// Answers gives the answers to the newest messages taken in.
func (s inbox) Answers(ctx context.Context, partner party.Name, limit int) ([][]byte, error) {
	if err := s.db.keptMark(ctx); err != nil {
		return nil, err
	}
	list, err := all(s.db.reader(ctx), blob, `SELECT answer FROM arrival WHERE partner = $1 ORDER BY sequence DESC LIMIT $2`, string(partner), limit)
	slices.Reverse(list)
	return list, err
}

// Arrive commits messages that were taken in, under one checkpoint.
func (s inbox) Arrive(ctx context.Context, list ...exchange.Arrival) (answers [][]byte, err error) {
	bodies := make([]arrivalBodies, len(list))
	err = together(len(list), func(i int) (err error) {
		bodies[i], err = bodiesOfArrival(s.db.keys, list[i])
		return err
	})
	if err != nil {
		return nil, err
	}
	err = s.db.write(ctx, func(tx *Tx) error {
		if err := tx.standing(); err != nil {
			return err
		}
		answers = nil
		if err := consume(tx, list); err != nil {
			return err
		}
		proofs, err := tx.recordAll(list)
		if err != nil {
			return err
		}
		for i, a := range list {
			if err := arrive(tx, a, bodies[i], proofs[i]); err != nil {
				return err
			}
			answers = append(answers, proofs[i].Answer)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return answers, nil
}

// arrivalBodies is what is kept of an arrival under keys, made before it is its turn.
// Of what is destroyed meanwhile nothing can be opened.
type arrivalBodies struct {
	message []byte
	cut     []byte // of the received cut; nil: there is none, or it was destroyed before
	duties  [][]byte
}

func bodiesOfArrival(keys *vault.Vault, a exchange.Arrival) (b arrivalBodies, err error) {
	if b.message, err = keptMessage(keys, a); err != nil {
		return b, err
	}
	var about []byte
	if a.Cut != nil {
		if keys.Destroyed(a.Cut.Cut.ID) {
			return b, nil // a second arrival of what was destroyed
		}
		c := asReceived(*a.Cut)
		shell := c
		shell.Cut = c.Cut.Shell()
		if b.cut, err = enclosed(keys, c.Cut.ID, c, shell); err != nil {
			return b, err
		}
		about = c.Cut.ID[:]
	}
	b.duties, err = dutyBodies(keys, about, a.Duties)
	return b, err
}

// asReceived is a cut without what becomes of it later.
func asReceived(c exchange.ReceivedCut) exchange.ReceivedCut {
	c.FirstRead, c.Notices, c.Noticed, c.Recalled, c.Due = wire.Time{}, nil, 0, wire.Time{}, nil
	return c
}

func arrive(tx *Tx, a exchange.Arrival, b arrivalBodies, proof exchange.Proof) error {
	if _, err := tx.exec(`INSERT INTO arrival (partner, sequence, hash, outcome, reason, at, envelope, message, answer)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, string(a.Partner), a.Position.Sequence, a.Position.Hash[:], string(a.Outcome),
		string(a.Reason), seconds(a.At), optional(a.Envelope), optional(b.message), optional(proof.Answer)); err != nil {
		return err
	}
	if err := receive(tx, a, b); err != nil {
		return err
	}
	if err := receivePart(tx, a.Part); err != nil {
		return err
	}
	if err := keepReceipts(tx, a.Receipts); err != nil {
		return err
	}
	return enqueue(tx, proof.Outgoing)
}

// keptMessage encloses the message as it came, under the key of the cut in it:
// this node's units can open it.
func keptMessage(keys *vault.Vault, a exchange.Arrival) ([]byte, error) {
	switch {
	case a.Outcome == message.Refused || len(a.Message) == 0:
		return nil, nil
	case a.Cut == nil:
		return keys.EncloseNote(a.Message)
	case keys.Destroyed(a.Cut.Cut.ID):
		return nil, nil // a second arrival of what was destroyed
	}
	return keys.Enclose(a.Cut.Cut.ID, a.Message, nil)
}

// consume takes the next positions of the partner's chain, one after the other.
func consume(tx *Tx, list []exchange.Arrival) error {
	for len(list) > 0 {
		first := list[0]
		state, err := stateOf(tx, first.Partner)
		if err != nil {
			return err
		}
		if state == exchange.Frozen {
			return fault.New(fault.Frozen, "the link with %s is frozen", first.Partner)
		}
		last := first
		for list = list[1:]; len(list) > 0 && list[0].Partner == first.Partner; list = list[1:] {
			if list[0].Position.Sequence != last.Position.Sequence+1 {
				return stale("the positions of the link do not follow one another")
			}
			last = list[0]
		}
		if err := tx.must(stale("the position is not the next one of the link"),
			`UPDATE partner SET in_sequence = $1, in_hash = $2, heard = $3 WHERE name = $4 AND in_sequence = $5`,
			last.Position.Sequence, last.Position.Hash[:], seconds(last.At), string(first.Partner), first.Position.Sequence-1); err != nil {
			return err
		}
	}
	return nil
}

// receive keeps a cut and the duties that its arrival made due. A second
// arrival under the same id changes nothing.
func receive(tx *Tx, a exchange.Arrival, b arrivalBodies) error {
	if a.Cut == nil {
		return fallDue(tx, a.Duties, b.duties)
	}
	if b.cut == nil || tx.vault().Destroyed(a.Cut.Cut.ID) {
		return nil // a second arrival of what was destroyed
	}
	c := asReceived(*a.Cut)
	var about ref.SeriesID
	if c.Cut.Notice != nil {
		about = c.Cut.Notice.About
	}
	n, err := tx.exec(`INSERT INTO received (cut, rev, partner, about, first_read, body) VALUES ($1, $2, $3, $4, 0, $5) ON CONFLICT DO NOTHING`,
		c.Cut.ID[:], reversed(c.Cut.ID), string(a.Partner), about[:], b.cut)
	if err != nil || n == 0 {
		return err
	}
	if err := readable(tx, c.Cut); err != nil {
		return err
	}
	if err := recalledBy(tx, c); err != nil {
		return err
	}
	if err := askedHere(tx, c); err != nil {
		return err
	}
	return fallDue(tx, a.Duties, b.duties)
}

// readable keeps who may read something of a received cut: the rest of it is encrypted.
func readable(tx *Tx, c release.Cut) error {
	for _, r := range holdings.Readers(c) {
		until := int64(never)
		if !r.Until.IsZero() {
			until = seconds(r.Until)
		}
		if _, err := tx.exec(`INSERT INTO received_reader (unit, reader, seq, until) SELECT $1, $2, seq, $3 FROM received WHERE cut = $4 ON CONFLICT DO NOTHING`,
			string(r.Unit), readerName(tx.vault(), r.Unit, r.Handle), until, c.ID[:]); err != nil {
			return err
		}
	}
	return nil
}

// readerName names an officer of a unit so that nobody else can tell who it is; none of
// everybody in it.
func readerName(keys *vault.Vault, unit party.Name, handle party.Handle) []byte {
	if handle == "" {
		return []byte{}
	}
	name := keys.Name(nobody, ref.Content([]byte("comity reader\n"+string(unit)+"#"+string(handle))))
	return name[:]
}

// receivePart keeps a part of an exhibit, unless its cut is destroyed.
func receivePart(tx *Tx, p *exchange.ReceivedPart) error {
	if p == nil {
		return nil
	}
	if err := alive(tx, p.Cut); fault.Is(err, fault.Stale) {
		return nil
	} else if err != nil {
		return err // it would be answered as taken, and be lost
	}
	return keepPart(tx, p.Cut, p.Content, p.Part, `DO NOTHING`, p.Bytes)
}

// recalledBy keeps that a notice recalls a series: however many notices follow,
// it stays recalled.
func recalledBy(tx *Tx, c exchange.ReceivedCut) error {
	if c.Cut.Notice == nil || c.Cut.Notice.Kind != intel.Recall {
		return nil
	}
	_, err := tx.exec(`INSERT INTO recalled (partner, series, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, string(c.Partner), c.Cut.Notice.About[:], seconds(c.At))
	return err
}

const receivedQuery = `SELECT first_read, body FROM received`

func scanReceived(rows row) (c exchange.ReceivedCut, err error) {
	var read wire.Time
	var body []byte
	if err := rows.Scan(instant{&read}, &body); err != nil {
		return c, err
	}
	c.Destroyed, err = rows.open(body, &c)
	c.FirstRead = read
	return c, err
}

// receivedCut gives a cut as it came, without what is filled in.
func receivedCut(q querier, id ref.CutID) (exchange.ReceivedCut, error) {
	return one(q, scanReceived, receivedQuery+` WHERE cut = $1`, id[:])
}

// Received lists the cuts for a unit that a reader may see something of, newest first.
func (s inbox) Received(ctx context.Context, by exchange.Reader, after ref.CutID, limit int) ([]exchange.ReceivedCut, error) {
	q := s.db.reader(ctx)
	args := []any{limit, string(by.Unit), seconds(by.At), []byte{}, readerName(q.vault(), by.Unit, by.Handle)}
	// Two texts, not one with OR: that would read the unit's post from its start for
	// every page.
	page := ``
	if !after.IsZero() {
		page, args = ` AND seq < (SELECT seq FROM received WHERE cut = $6)`, append(args, after[:])
	}
	// Two ordered lists that are merged, not one of both readers, which would be sorted
	// as a whole.
	const open = `SELECT seq FROM received_reader WHERE unit = $2 AND until > $3 AND reader = `
	list, err := all(q, scanReceived, receivedQuery+` WHERE seq IN (`+open+`$4`+page+` UNION `+open+`$5`+page+` ORDER BY seq DESC LIMIT $1) ORDER BY seq DESC`, args...)
	known := map[about]noticed{}
	for i := range list {
		if err == nil {
			err = fill(q, &list[i], known)
		}
	}
	return list, err
}

// Cut gives one received cut.
func (s inbox) Cut(ctx context.Context, id string) (exchange.ReceivedCut, error) {
	q := s.db.reader(ctx)
	c, err := byTail(q, id, scanReceived, receivedQuery+` WHERE rev >= $1 AND rev < $2 LIMIT 2`)
	if err != nil {
		return c, err
	}
	return c, fill(q, &c, map[about]noticed{})
}

// about is a series of one partner, and noticed what it has said of it.
type about struct {
	partner party.Name
	series  ref.SeriesID
}
type noticed struct {
	newest   []exchange.NoticeLine
	all      int
	recalled wire.Time
}

// fill adds what came after: notices by the same partner about the series,
// asked for once for all cuts of it, and the duties still open.
func fill(q querier, c *exchange.ReceivedCut, known map[about]noticed) (err error) {
	of := about{c.Partner, c.Cut.Series}
	n, have := known[of]
	if !have {
		if n, err = notices(q, of); err != nil {
			return err
		}
		known[of] = n
	}
	c.Notices, c.Noticed, c.Recalled = n.newest, n.all, n.recalled
	c.Due, err = all(q, scanDuty, dutyQuery+` WHERE cut = $1 AND discharged = 0 ORDER BY seq`, c.Cut.ID[:])
	return err
}

// notices gives the newest notices about a series, oldest first, and counts
// all of them.
func notices(q querier, of about) (noticed, error) {
	count, err := one(q, number, `SELECT COUNT(*) FROM received WHERE partner = $1 AND about = $2`, string(of.partner), of.series[:])
	if err != nil || count == 0 {
		return noticed{}, err
	}
	list, err := all(q, scanReceived, receivedQuery+` WHERE partner = $1 AND about = $2 ORDER BY seq DESC LIMIT $3`,
		string(of.partner), of.series[:], exchange.MaxNotices)
	n := noticed{all: int(count)}
	at, failed := all(q, number, `SELECT at FROM recalled WHERE partner = $1 AND series = $2`, string(of.partner), of.series[:])
	if failed != nil {
		return noticed{}, failed
	}
	if len(at) > 0 {
		n.recalled = wire.At(time.Unix(at[0], 0))
	}
	for _, c := range slices.Backward(list) {
		n.newest = append(n.newest, exchange.NoticeLine{Cut: c.Cut.ID, Kind: c.Cut.Notice.Kind, At: c.At})
	}
	return n, err
}

// OpenedBy tells when an officer last opened a received cut.
func (s inbox) OpenedBy(ctx context.Context, cut ref.CutID, handle party.Handle) (at wire.Time, err error) {
	_, err = one(s.db.reader(ctx), func(rows row) (bool, error) { return true, rows.Scan(instant{&at}) },
		`SELECT COALESCE(MAX(at), 0) FROM opening WHERE cut = $1 AND handle = $2`, cut[:], string(handle))
	return at, err
}

// Open commits one reading.
func (s inbox) Open(ctx context.Context, o exchange.Opening) error {
	return s.db.write(ctx, func(tx *Tx) error {
		if err := alive(tx, o.Cut); err != nil {
			return err
		}
		if err := indexOpened(tx, o); err != nil {
			return err
		}
		if err := tx.must(absent(), `UPDATE received SET first_read = CASE WHEN first_read = 0 THEN $1 ELSE first_read END WHERE cut = $2`,
			seconds(o.At), o.Cut[:]); err != nil {
			return err
		}
		if _, err := tx.exec(`INSERT INTO opening (cut, handle, unit, at) VALUES ($1, $2, $3, $4)`,
			o.Cut[:], string(o.Actor.Handle), string(o.Actor.Unit), seconds(o.At)); err != nil {
			return err
		}
		proof, err := tx.record(o.Records, o.Proven)
		if err != nil {
			return err
		}
		return enqueue(tx, proof.Outgoing)
	})
}

// indexOpened enters a cut into the search for an officer who opens it for the first
// time: nobody finds what they have not opened.
func indexOpened(tx *Tx, o exchange.Opening) error {
	have, err := openedBy(tx, o.Cut)
	if err != nil || slices.Contains(have, o.Actor.Handle) {
		return err
	}
	c, err := receivedCut(tx, o.Cut)
	if err != nil {
		return err
	}
	if c.Destroyed {
		return stale("the content was destroyed")
	}
	p := ofCut(tx.vault(), c.Cut, append(have, o.Actor.Handle))
	if len(have) > 0 {
		return reindexed(tx, p) // in its place: it has not come anew to the others
	}
	return index(tx, p)
}

// openedBy lists who has opened a cut.
func openedBy(q querier, cut ref.CutID) ([]party.Handle, error) {
	return all(q, func(rows row) (h party.Handle, err error) { return h, rows.Scan(&h) }, `SELECT DISTINCT handle FROM opening WHERE cut = $1 ORDER BY handle`, cut[:])
}

// Misses tells what of a partner's was not received since a time.
func (s inbox) Misses(ctx context.Context, partner party.Name, since wire.Time) (m exchange.Missed, err error) {
	_, err = all(s.db.reader(ctx), func(rows row) (none struct{}, err error) {
		var n int
		err = rows.Scan(&n, instant{&m.Last}, &m.Why)
		m.Count += n
		return none, err
	}, `SELECT count, last, why FROM missed WHERE partner = $1 AND hour >= $2 ORDER BY hour`, string(partner), seconds(since)/3600)
	return m, err
}

// Missed counts a message that was not received: one row an hour for each
// partner, whatever it sends, with the last reason.
func (s inbox) Missed(ctx context.Context, partner party.Name, at wire.Time, why string) error {
	why = why[:min(len(why), 200)]
	return s.db.write(ctx, func(tx *Tx) error {
		return tx.must(absent(), `INSERT INTO missed (partner, hour, count, last, why) SELECT name, $1, 1, $2, $3 FROM partner WHERE name = $4
			ON CONFLICT (partner, hour) DO UPDATE SET count = missed.count + 1, last = excluded.last, why = excluded.why`,
			seconds(at)/3600, seconds(at), why, string(partner))
	})
}

package store

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"golang.org/x/mod/sumdb/tlog"

	"comity/exchange"
	"comity/fault"
	"comity/holdings"
	"comity/ledger"
	"comity/party"
	"comity/ref"
	"comity/release"
	"comity/wire"
)

// Bulk fills a database with what many acts would have left behind, for tests
// and measurements alone: it asks nobody whether an act was allowed, and no act
// of the node may run meanwhile. What it makes of an act, [Bulk.Item] and the
// like, is ready to be written and may be made by several goroutines at once;
// the ledger grows by one call of [Bulk.Record] at a time.
type Bulk struct {
	db       *DB
	log      bulkLog
	passages atomic.Int64
}

// Bulk begins where the database stands.
func (db *DB) Bulk(ctx context.Context) (*Bulk, error) {
	b := &Bulk{db: db}
	q := db.reader(ctx)
	last, err := one(q, number, `SELECT COALESCE(MAX(id), 0) FROM passage`)
	if err != nil {
		return nil, err
	}
	b.passages.Store(last)
	if b.log.size, err = db.Ledger().Size(); err != nil {
		return nil, err
	}
	b.log.hashes, err = all(q, func(rows row) (h tlog.Hash, err error) { return h, rows.Scan(fixed(h[:])) }, `SELECT hash FROM tree ORDER BY number`)
	return b, err
}

// Tune has the writer's connection told something first, such as to keep more
// of the database in memory. What is told stays until it is told otherwise.
func (b *Bulk) Tune(ctx context.Context, text string) error {
	return b.db.write(ctx, func(tx *Tx) error {
		rows, err := tx.query(text)
		if err != nil {
			return err
		}
		return broken(rows.Close())
	})
}

// bulkTables are the tables that are filled, each after those that it refers
// to, with the columns in the order in which rows give them.
var bulkTables = []struct{ name, columns string }{
	{"item", "id, rev, unit, version, hash"},
	{"item_version", "item, version, hash, body"},
	{"portion", "id, item, author"},
	{"passage", "id, item, cut, number, unit"},
	{"released", "id, item, plan, at, body"},
	{"series", "item, recipient, series, version, prev"},
	{"sent", "cut, item, about, release, body"},
	{"outbox", "id, partner, cut, replaces, sequence, hash, card, answered, outcome, reason, answer, body"},
	{"outbox_statement", "id, statement"},
	{"outbox_message", "partner, sequence, message"},
	{"receipt", "hash, cut, body"},
	{"arrival", "partner, sequence, hash, outcome, reason, at, envelope, message, answer"},
	{"received", "cut, rev, partner, about, first_read, body"},
	{"duty", "id, rev, cut, discharged, how, release, body, holder, due"},
	{"leaf", "number, commitment, salt, record"},
	{"tree", "number, hash"},
	{"checkpoint", "size, origin, root, signed, at"},
}

// Part is what some acts leave behind. The zero value is nothing.
type Part struct {
	rows       map[string][][]any
	texts      [][]any // for the search: the number of a passage and its tokens
	received   []release.Cut
	checkpoint ledger.Checkpoint
	sent, come map[party.Name]exchange.Position
}

func (p *Part) add(table string, values ...any) {
	if p.rows == nil {
		p.rows = map[string][][]any{}
	}
	p.rows[table] = append(p.rows[table], values)
}

// Item adds the first version of an item, with its words for the search.
func (b *Bulk) Item(p *Part, h holdings.Held) error {
	i := h.Item
	body, err := enclosed(b.db.keys, i.ID, i, i.Shell())
	if err != nil {
		return err
	}
	p.add("item", i.ID[:], reversed(i.ID), string(i.Originator), i.Version, h.Hash[:])
	p.add("item_version", i.ID[:], i.Version, h.Hash[:], body)
	for _, one := range i.Portions {
		p.add("portion", one.ID[:], i.ID[:], string(h.Authors[one.ID]))
	}
	found := ofItem(b.db.keys, i)
	for n, text := range found.text {
		if text == "" {
			continue
		}
		id := b.passages.Add(1)
		p.add("passage", id, found.in.Item[:], found.in.Cut[:], n, string(found.unit))
		p.texts = append(p.texts, []any{id, found.entry(text)})
	}
	return nil
}

// Delivered is a release to one recipient that was delivered and answered.
type Delivered struct {
	Commit   exchange.Commit // with one cut and one entry for the outbox
	Sealed   exchange.Sealing
	Answered exchange.Settled
}

// Release adds such a release.
func (b *Bulk) Release(p *Part, d Delivered) error {
	c := d.Commit
	cut, out := c.Cuts[0], c.Outgoing[0]
	plan, err := wire.Encode(c.Plan)
	if err == nil {
		plan, err = b.db.keys.EncloseNote(plan)
	}
	if err != nil {
		return err
	}
	body, err := noted(b.db.keys, act{c.Actor, c.PlanHash, c.Override, c.Approval, c.Duty})
	if err != nil {
		return err
	}
	p.add("released", c.ID[:], c.Plan.Item[:], plan, seconds(c.At), body)
	shell := cut
	shell.Cut = cut.Cut.Shell()
	if body, err = enclosed(b.db.keys, cut.Item, cut, shell); err != nil {
		return err
	}
	var about ref.SeriesID
	p.add("series", cut.Item[:], string(cut.Recipient), cut.Cut.Series[:], cut.Cut.Version, cut.Hash[:])
	p.add("sent", cut.Cut.ID[:], cut.Item[:], about[:], cut.Release[:], body)
	if err := b.outbox(p, cut.Item, out, d); err != nil {
		return err
	}
	for _, r := range d.Answered.Receipts {
		if err := addReceipt(p, r); err != nil {
			return err
		}
	}
	return nil
}

func (b *Bulk) outbox(p *Part, item ref.ItemID, o exchange.Outgoing, d Delivered) error {
	body, err := encode(header{o.Audience, o.Kind, o.Created})
	if err != nil {
		return err
	}
	statement, err := b.db.keys.Enclose(item, o.Body, nil)
	if err != nil {
		return err
	}
	s, a := d.Sealed, d.Answered
	p.add("outbox", o.ID[:], string(o.Partner), o.Cut[:], o.Replaces[:], s.At.Sequence, s.At.Hash[:], s.Card[:],
		seconds(a.At), string(a.Answer.Outcome), string(a.Answer.Reason), a.Signed, body)
	p.add("outbox_statement", o.ID[:], statement)
	p.add("outbox_message", string(o.Partner), s.At.Sequence, s.Message)
	further(&p.sent, o.Partner, s.At)
	return nil
}

func addReceipt(p *Part, r exchange.StoredReceipt) error {
	body, err := encode(r)
	if err != nil {
		return err
	}
	hash := ref.Content(append(slices.Clone(r.Receipt.Record.Payload), strconv.FormatInt(r.Receipt.Evidence.Index, 10)...))
	p.add("receipt", hash[:], r.Cut[:], body)
	return nil
}

// Arrive adds the arrival of a cut, with the answer that it got and the duties that it
// made due.
func (b *Bulk) Arrive(p *Part, a exchange.Arrival, answer []byte) error {
	c := *a.Cut
	message, err := b.db.keys.Enclose(c.Cut.ID, a.Message, nil)
	if err != nil {
		return err
	}
	p.add("arrival", string(a.Partner), a.Position.Sequence, a.Position.Hash[:], string(a.Outcome), string(a.Reason), seconds(a.At),
		a.Envelope, message, answer)
	shell := c
	shell.Cut = c.Cut.Shell()
	body, err := enclosed(b.db.keys, c.Cut.ID, c, shell)
	if err != nil {
		return err
	}
	var about ref.SeriesID
	p.add("received", c.Cut.ID[:], reversed(c.Cut.ID), string(a.Partner), about[:], 0, body)
	p.received = append(p.received, c.Cut)
	duties, err := dutyBodies(b.db.keys, c.Cut.ID[:], a.Duties)
	if err != nil {
		return err
	}
	for i, d := range a.Duties {
		var none ref.ReleaseID
		p.add("duty", d.ID[:], reversed(d.ID), d.Cut[:], 0, "", none[:], duties[i], string(d.Duty.Holder), firstDue(d))
	}
	further(&p.come, a.Partner, a.Position)
	return nil
}

func further(of *map[party.Name]exchange.Position, partner party.Name, at exchange.Position) {
	if *of == nil {
		*of = map[party.Name]exchange.Position{}
	}
	if at.Sequence > (*of)[partner].Sequence {
		(*of)[partner] = at
	}
}

// Record adds records to the ledger, under one checkpoint. first is the number
// of the first.
func (b *Bulk) Record(p *Part, entries ...ledger.Entry) (first int64, cp ledger.Checkpoint, err error) {
	b.log.part, b.log.entries = p, entries
	if first, cp, err = ledger.Append(&b.log, *b.db.sign.Load(), entries...); err != nil {
		return 0, cp, err
	}
	p.add("checkpoint", cp.Size, cp.Origin, cp.Root[:], cp.Signed, b.db.now().Unix())
	p.checkpoint = cp
	return first, cp, nil
}

// Ledger is the ledger with all that was recorded, written or not.
func (b *Bulk) Ledger() ledger.Reader { return &b.log }

// bulkLog is the ledger in memory: what is added goes into a part as well.
type bulkLog struct {
	size    int64
	hashes  []tlog.Hash
	part    *Part
	entries []ledger.Entry // still to come, in order
}

// Size counts the leaves.
func (l *bulkLog) Size() (int64, error) { return l.size, nil }

// ReadHashes reads stored hashes.
func (l *bulkLog) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, n := range indexes {
		if n >= int64(len(l.hashes)) {
			return nil, missing(n)
		}
		out[i] = l.hashes[n]
	}
	return out, nil
}

// Append adds the next entry.
func (l *bulkLog) Append(leaf ref.Hash, hashes []tlog.Hash) error {
	e := l.entries[0]
	l.entries = l.entries[1:]
	l.part.add("leaf", l.size, leaf[:], e.Salt[:], e.Record)
	for i, h := range hashes {
		l.part.add("tree", int64(len(l.hashes)+i), h[:])
	}
	l.hashes = append(l.hashes, hashes...)
	l.size++
	return nil
}

// Write commits parts in one transaction.
func (b *Bulk) Write(ctx context.Context, parts ...*Part) error {
	return b.db.write(ctx, func(tx *Tx) error {
		if err := tx.standing(); err != nil {
			return err
		}
		for _, t := range bulkTables {
			var rows [][]any
			for _, p := range parts {
				rows = append(rows, p.rows[t.name]...)
			}
			if err := insertAll(tx, t.name, t.columns, rows); err != nil {
				return err
			}
		}
		for _, p := range parts {
			if err := finish(tx, p); err != nil {
				return err
			}
		}
		return nil
	})
}

// finish does what is not a row of a table: the search, and where the links and
// the ledger stand now.
func finish(tx *Tx, p *Part) error {
	for _, t := range p.texts {
		if _, err := tx.exec(tx.db.dialect.Search.Index, t...); err != nil {
			return err
		}
	}
	for _, c := range p.received {
		if err := readable(tx, c); err != nil {
			return err
		}
	}
	if !p.checkpoint.IsZero() {
		tx.checkpoint = p.checkpoint
	}
	for partner, at := range p.come {
		if _, err := tx.exec(`UPDATE partner SET in_sequence = $1, in_hash = $2 WHERE name = $3 AND in_sequence < $1`,
			at.Sequence, at.Hash[:], string(partner)); err != nil {
			return err
		}
	}
	for partner, at := range p.sent {
		if err := sentTo(tx, partner, at); err != nil {
			return err
		}
		further(&tx.sent, partner, at)
	}
	return nil
}

// bulkRows is how many rows go into one statement: most of what a short row
// costs is the statement around it.
const bulkRows = 32

func insertAll(tx *Tx, table, columns string, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	if width := strings.Count(columns, ",") + 1; width != len(rows[0]) {
		return fault.New(fault.Internal, "rows of %s have %d values for %d columns", table, len(rows[0]), width)
	}
	for chunk := range slices.Chunk(rows, bulkRows) {
		if len(chunk) == bulkRows {
			if _, err := tx.exec(insertText(table, columns, len(chunk[0]), bulkRows), slices.Concat(chunk...)...); err != nil {
				return err
			}
			continue
		}
		for _, r := range chunk { // the rest, so that there are two statements for each table and no more
			if _, err := tx.exec(insertText(table, columns, len(r), 1), r...); err != nil {
				return err
			}
		}
	}
	return nil
}

func insertText(table, columns string, width, rows int) string {
	var s strings.Builder
	fmt.Fprintf(&s, `INSERT INTO %s (%s) VALUES `, table, columns)
	for n := range rows * width {
		switch {
		case n == 0:
			s.WriteString("(")
		case n%width == 0:
			s.WriteString("), (")
		default:
			s.WriteString(", ")
		}
		fmt.Fprintf(&s, "$%d", n+1)
	}
	s.WriteString(")")
	return s.String()
}

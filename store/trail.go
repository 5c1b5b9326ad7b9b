package store

import (
	"context"
	"slices"
	"strconv"

	"comity/exchange"
	"comity/ref"
)

type trails struct{ db *DB }

// Trails gives the port for what became of what this node sent.
func (db *DB) Trails() exchange.Trails { return trails{db} }

// sentQuery gives a cut with the answer to the newest message that carries it.
const sentQuery = `SELECT s.body, COALESCE(o.answered, 0), COALESCE(o.outcome, ''), COALESCE(o.reason, '')
	FROM sent s LEFT JOIN outbox o ON o.seq = (SELECT MAX(seq) FROM outbox WHERE cut = s.cut AND lane = 0)`

func scanSent(rows row) (s exchange.SentCut, err error) {
	var body []byte
	after := s
	if err := rows.Scan(&body, instant{&after.Answered}, &after.Outcome, &after.Reason); err != nil {
		return s, err
	}
	s.Destroyed, err = rows.open(body, &s)
	s.Answered, s.Outcome, s.Reason = after.Answered, after.Outcome, after.Reason
	return s, err
}

// Sent lists the cuts of an item, and those of notices about it.
func (s trails) Sent(ctx context.Context, item ref.ItemID) ([]exchange.SentCut, error) {
	return all(s.db.reader(ctx), scanSent, sentQuery+` WHERE s.item = $1
		OR s.about IN (SELECT series FROM series WHERE item = $1) ORDER BY s.seq`, item[:])
}

// SentCut gives one cut that was sent.
func (s trails) SentCut(ctx context.Context, cut ref.CutID) (exchange.SentCut, error) {
	return one(s.db.reader(ctx), scanSent, sentQuery+` WHERE s.cut = $1`, cut[:])
}

// Receipts lists receipts for a cut.
func (s trails) Receipts(ctx context.Context, cut ref.CutID, offset, limit int) ([]exchange.StoredReceipt, error) {
	return all(s.db.reader(ctx), bodyOf[exchange.StoredReceipt], `SELECT body FROM receipt WHERE cut = $1 ORDER BY seq LIMIT $2 OFFSET $3`,
		cut[:], limit, offset)
}

// CountReceipts tells how many there are.
func (s trails) CountReceipts(ctx context.Context, cut ref.CutID) (int, error) {
	n, err := one(s.db.reader(ctx), number, `SELECT COUNT(*) FROM receipt WHERE cut = $1`, cut[:])
	return int(n), err
}

// keepReceipts keeps receipts, each once. Two readings within one second make
// the same record: their places in the giver's ledger tell them apart.
func keepReceipts(tx *Tx, list []exchange.StoredReceipt) error {
	for _, r := range list {
		body, err := encode(r)
		if err != nil {
			return err
		}
		hash := ref.Content(append(slices.Clone(r.Receipt.Record.Payload), strconv.FormatInt(r.Receipt.Evidence.Index, 10)...))
		if _, err := tx.exec(`INSERT INTO receipt (hash, cut, body) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
			hash[:], r.Cut[:], body); err != nil {
			return err
		}
		if err := seeIn(tx, r.From, r.Receipt.Evidence.Checkpoint, r.At); err != nil {
			return err
		}
		if err := answered(tx, r); err != nil {
			return err
		}
	}
	return nil
}

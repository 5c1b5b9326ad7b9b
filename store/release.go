package store

import (
	"context"
	"encoding/hex"
	"slices"
	"strings"

	"comity/exchange"
	"comity/fault"
	"comity/intel"
	"comity/ledger"
	"comity/message"
	"comity/party"
	"comity/ref"
	"comity/release"
	"comity/vault"
	"comity/wire"
)

type releases struct{ db *DB }

// Releases gives the port for what this node sends.
func (db *DB) Releases() exchange.Releases { return releases{db} }

// SavePlan keeps a plan that waits for approval. Keeping the very same again
// changes nothing; another maker or reason for the same plan is refused.
func (s releases) SavePlan(ctx context.Context, p exchange.PendingPlan) error {
	p.Approval, p.Used = nil, false
	body, err := noted(s.db.keys, p)
	if err != nil {
		return err
	}
	return s.db.write(ctx, func(tx *Tx) error {
		n, err := tx.exec(`INSERT INTO plan (hash, used, body) VALUES ($1, 0, $2) ON CONFLICT DO NOTHING`, p.Hash[:], body)
		if err == nil && n == 1 {
			_, err = tx.exec(`INSERT INTO waiting (plan, unit) VALUES ($1, $2)`, p.Hash[:], string(p.Unit))
			return err
		}
		if err != nil {
			return err
		}
		have, err := one(tx, scanPlan, planQuery+` WHERE hash = $1`, p.Hash[:])
		if err == nil && (have.Maker != p.Maker || have.Unit != p.Unit || have.Reason != p.Reason || have.Used) {
			err = stale("the plan waits already, or was used")
		}
		return err
	})
}

// Waiting lists the newest plans of a unit that were not used.
func (s releases) Waiting(ctx context.Context, unit party.Name, limit int) ([]exchange.PendingPlan, error) {
	return all(s.db.reader(ctx), scanPlan, `SELECT p.used, p.approval, p.body FROM waiting w JOIN plan p ON p.hash = w.plan
		WHERE w.unit = $1 ORDER BY w.seq DESC LIMIT $2`, string(unit), limit)
}

const planQuery = `SELECT used, approval, body FROM plan`

func scanPlan(rows row) (p exchange.PendingPlan, err error) {
	var used int64
	var approval, body []byte
	if err := rows.Scan(&used, &approval, &body); err != nil {
		return p, err
	}
	_, err = rows.open(body, &p)
	p.Approval, p.Used = approval, used != 0
	return p, err
}

const minHash = 12 // digits that name a plan

// Plan gives a plan that waits.
func (s releases) Plan(ctx context.Context, hash string) (exchange.PendingPlan, error) {
	from, err := hex.DecodeString(strings.ToLower(hash))
	if err != nil || len(hash) < minHash || len(hash) > hex.EncodedLen(len(ref.Hash{})) {
		return exchange.PendingPlan{}, fault.New(fault.Invalid, "this is not the hash of a plan").
			Fix("give at least its first %d digits, an even number of them", minHash)
	}
	to := append(append([]byte{}, from...), make([]byte, len(ref.Hash{})-len(from))...)
	for i := len(from); i < len(to); i++ {
		to[i] = 0xff
	}
	list, err := all(s.db.reader(ctx), scanPlan, planQuery+` WHERE hash >= $1 AND hash <= $2 LIMIT 2`, from, to)
	switch {
	case err != nil:
		return exchange.PendingPlan{}, err
	case len(list) == 0:
		return exchange.PendingPlan{}, absent()
	case len(list) > 1:
		return exchange.PendingPlan{}, ambiguous()
	}
	return list[0], nil
}

// Approve keeps an approval of a plan that has none and was not used.
func (s releases) Approve(ctx context.Context, plan ref.Hash, records []ledger.Entry, proven exchange.Proven) error {
	return s.db.write(ctx, func(tx *Tx) error {
		proof, err := tx.record(records, proven)
		if err != nil {
			return err
		}
		if len(proof.Filed) == 0 {
			return fault.New(fault.Invalid, "the approval is empty")
		}
		return tx.must(stale("no such plan waits for an approval"),
			`UPDATE plan SET approval = $1 WHERE hash = $2 AND approval IS NULL AND used = 0`, proof.Filed, plan[:])
	})
}

// Dissent keeps an officer's dissent from a plan that was not used.
func (s releases) Dissent(ctx context.Context, plan ref.Hash, d exchange.Dissent, records []ledger.Entry, proven exchange.Proven) error {
	return s.db.write(ctx, func(tx *Tx) error {
		p, err := one(tx, scanPlan, planQuery+` WHERE hash = $1`, plan[:])
		if err != nil {
			return err
		}
		if p.Used || slices.ContainsFunc(p.Dissents, func(o exchange.Dissent) bool { return o.Officer == d.Officer }) {
			return stale("the plan was used, or this officer dissented before")
		}
		proof, err := tx.record(records, proven)
		if err != nil {
			return err
		}
		d.Proof = proof.Filed
		p.Dissents, p.Approval, p.Used = append(p.Dissents, d), nil, false
		body, err := noted(tx.vault(), p)
		if err != nil {
			return err
		}
		return tx.must(stale("the plan was used"), `UPDATE plan SET body = $1 WHERE hash = $2 AND used = 0`, body, plan[:])
	})
}

// Approved lists the plans under which an item was sent that somebody had approved.
func (s releases) Approved(ctx context.Context, item ref.ItemID) ([]ref.Hash, error) {
	acts, err := all(s.db.reader(ctx), func(rows row) (a act, err error) {
		var body []byte
		if err := rows.Scan(&body); err != nil {
			return a, err
		}
		_, err = rows.open(body, &a)
		return a, err
	}, `SELECT body FROM released WHERE item = $1 ORDER BY at, id`, item[:])
	var list []ref.Hash
	for _, a := range acts {
		if len(a.Approval) > 0 {
			list = append(list, a.PlanHash)
		}
	}
	return list, err
}

// Chain tells where a series stands.
func (s releases) Chain(ctx context.Context, item ref.ItemID, recipient party.Name) (release.Chain, error) {
	return chain(s.db.reader(ctx), item, recipient)
}

func chain(q querier, item ref.ItemID, recipient party.Name) (release.Chain, error) {
	c, err := one(q, func(rows row) (c release.Chain, err error) {
		return c, rows.Scan(fixed(c.Series[:]), &c.Version, fixed(c.Prev[:]))
	}, `SELECT series, version, prev FROM series WHERE item = $1 AND recipient = $2`, item[:], string(recipient))
	if fault.Is(err, fault.Withheld) {
		return release.Chain{}, nil
	}
	return c, err
}

// Release commits an act of release.
func (s releases) Release(ctx context.Context, c exchange.Commit) error {
	b, err := bodiesOfRelease(s.db.keys, c)
	if err != nil {
		return err
	}
	return s.db.write(ctx, func(tx *Tx) error {
		if err := alive(tx, c.Plan.Item); err != nil {
			return err
		}
		if err := current(tx, c.Plan); err != nil {
			return err
		}
		if err := use(tx, c); err != nil {
			return err
		}
		if err := keepRelease(tx, c, b); err != nil {
			return err
		}
		for i, cut := range c.Cuts {
			if err := send(tx, cut, b.cuts[i]); err != nil {
				return err
			}
			if err := askedBySending(tx, cut, c.Actor.Handle); err != nil {
				return err
			}
		}
		if err := stopParts(tx, c); err != nil {
			return err
		}
		if err := fallDue(tx, c.Duties, b.duties); err != nil {
			return err
		}
		proof, err := tx.record(c.Records, c.Proven)
		if err != nil {
			return err
		}
		if err := enqueue(tx, c.Outgoing, proof.Outgoing); err != nil {
			return err
		}
		if c.Duty.IsZero() {
			return nil
		}
		return discharge(tx, c.Duty, c.At, c.DutyNote, c.ID, proof.Filed)
	})
}

// stopParts keeps back what has not gone yet of the exhibits of an item that is
// recalled.
func stopParts(tx *Tx, c exchange.Commit) error {
	n := c.Item.Notice
	if n == nil || n.Kind != intel.Recall {
		return nil
	}
	cuts, err := all(tx, func(rows row) (id ref.CutID, err error) { return id, rows.Scan(fixed(id[:])) }, `SELECT cut FROM sent WHERE item = $1`, n.About[:])
	if err != nil {
		return err
	}
	for _, cut := range cuts {
		if err := dropUnsent(tx, cut, seconds(c.At), message.ReasonExpired); err != nil {
			return err
		}
	}
	return nil
}

// current refuses a plan over a version that is no longer the latest.
func current(tx *Tx, p release.Plan) error {
	n, err := one(tx, number, `SELECT COUNT(*) FROM item WHERE id = $1 AND version = $2 AND hash = $3`, p.Item[:], p.Version, p.ItemHash[:])
	if err == nil && n != 1 {
		err = stale("the item has changed since it was planned")
	}
	return err
}

// use uses a pending plan up: once, and under the approval that it has.
func use(tx *Tx, c exchange.Commit) error {
	p, err := one(tx, scanPlan, planQuery+` WHERE hash = $1`, c.PlanHash[:])
	if fault.Is(err, fault.Withheld) && len(c.Approval) == 0 {
		return nil
	}
	if fault.Is(err, fault.Withheld) || err == nil && (p.Used || string(p.Approval) != string(c.Approval)) {
		return stale("the plan was used already, or its approval is another one")
	}
	if err != nil {
		return err
	}
	if err := tx.must(stale("the plan was used already"), `UPDATE plan SET used = 1 WHERE hash = $1 AND used = 0`, c.PlanHash[:]); err != nil {
		return err
	}
	_, err = tx.exec(`DELETE FROM waiting WHERE plan = $1`, c.PlanHash[:])
	return err
}

// act is what is kept of a release beside its plan and cuts.
type act struct {
	Actor    party.Actor
	PlanHash ref.Hash
	Override string
	Approval []byte
	Duty     ref.DutyID
}

// releaseBodies is what is kept of a release under keys, made before it is its turn.
type releaseBodies struct {
	plan, act    []byte
	cuts, duties [][]byte
}

func bodiesOfRelease(keys *vault.Vault, c exchange.Commit) (b releaseBodies, err error) {
	plan := c.PlanBody // its hash is that of these bytes
	if plan == nil {
		plan, err = wire.Encode(c.Plan)
	}
	if err == nil {
		b.plan, err = keys.EncloseNote(plan)
	}
	if err == nil {
		b.act, err = noted(keys, act{c.Actor, c.PlanHash, c.Override, c.Approval, c.Duty})
	}
	if err == nil {
		b.duties, err = dutyBodies(keys, c.Plan.Item[:], c.Duties)
	}
	for _, s := range c.Cuts {
		if err != nil {
			return b, err
		}
		var body []byte
		body, err = bodyOfSent(keys, s)
		b.cuts = append(b.cuts, body)
	}
	return b, err
}

func bodyOfSent(keys *vault.Vault, s exchange.SentCut) ([]byte, error) {
	s.Answered, s.Outcome, s.Reason = wire.Time{}, "", ""
	shell := s
	shell.Cut = s.Cut.Shell()
	return enclosed(keys, s.Item, s, shell)
}

func keepRelease(tx *Tx, c exchange.Commit, b releaseBodies) error {
	return tx.must(stale("the release was committed before"),
		`INSERT INTO released (id, item, plan, at, body) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
		c.ID[:], c.Plan.Item[:], b.plan, seconds(c.At), b.act)
}

// send keeps a cut as the next of its series.
func send(tx *Tx, s exchange.SentCut, body []byte) error {
	moved := stale("another release to %s came in between", s.Recipient)
	have, err := chain(tx, s.Item, s.Recipient)
	if err != nil {
		return err
	}
	next := s.Cut
	if next.Version != have.Version+1 || next.Prev != have.Prev || !have.Series.IsZero() && next.Series != have.Series {
		return moved
	}
	if have.Series.IsZero() {
		err = tx.must(moved, `INSERT INTO series (item, recipient, series, version, prev) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
			s.Item[:], string(s.Recipient), next.Series[:], next.Version, s.Hash[:])
	} else {
		err = tx.must(moved, `UPDATE series SET version = $1, prev = $2 WHERE item = $3 AND recipient = $4`,
			next.Version, s.Hash[:], s.Item[:], string(s.Recipient))
	}
	if err != nil {
		return err
	}
	var about ref.SeriesID // that a notice speaks of
	if next.Notice != nil {
		about = next.Notice.About
	}
	return tx.must(stale("the cut was sent before"),
		`INSERT INTO sent (cut, item, about, release, body) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
		next.ID[:], s.Item[:], about[:], s.Release[:], body)
}

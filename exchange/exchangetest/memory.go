// Package exchangetest holds what tests of the exchange and of the packages
// above it need: a store in memory that keeps the promises of the ports, and
// nodes wired to each other in one process.
package exchangetest

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"comity/exchange"
	"comity/fault"
	"comity/ledger"
	"comity/ledger/ledgertest"
	"comity/message"
	"comity/party"
	"comity/ref"
	"comity/release"
	"comity/wire"
)

// Memory is a store in memory: one lock, one transaction at a time, and a
// real ledger. It satisfies every port of exchange and casework.
type Memory struct {
	mu       sync.Mutex
	sign     ledger.Signer
	log      ledgertest.Memory
	Records  [][]byte // of the ledger, in order
	plans    map[ref.Hash]exchange.PendingPlan
	sent     []exchange.SentCut
	receipts []exchange.StoredReceipt
	partners map[party.Name]exchange.Partner
	Kept     map[party.Name][]exchange.Evidence // of freezes
	outbox   []*entry
	taken    map[party.Name][]exchange.Taken
	received []exchange.ReceivedCut
	openings []exchange.Opening
	duties   []exchange.Duty
	files    map[fileOf][]byte // that items have: the whole, by the item
	came     map[fileOf]map[int][]byte
	misses   map[party.Name]exchange.Missed
	Lines    []string // of messages not received
	Fail     error    // when set, every transaction fails with it
}

type entry struct {
	exchange.Outgoing
	answer *message.Answer
	at     wire.Time
}

// NewMemory makes an empty store whose ledger is signed by sign.
func NewMemory(sign ledger.Signer) *Memory {
	return &Memory{sign: sign, plans: map[ref.Hash]exchange.PendingPlan{}, partners: map[party.Name]exchange.Partner{},
		Kept: map[party.Name][]exchange.Evidence{}, taken: map[party.Name][]exchange.Taken{}, files: map[fileOf][]byte{}, came: map[fileOf]map[int][]byte{}}
}

// record appends to the ledger and runs proven. What follows it in a method
// cannot fail, so that there is nothing to roll back but the log.
func (m *Memory) record(entries []ledger.Entry, proven exchange.Proven) (exchange.Proof, error) {
	if m.Fail != nil {
		return exchange.Proof{}, m.Fail
	}
	before := m.log
	first, cp, err := ledger.Append(&m.log, m.sign, entries...)
	if err != nil {
		return exchange.Proof{}, err
	}
	var proof exchange.Proof
	if proven != nil {
		evidence := make([]ledger.Evidence, len(entries))
		for i, e := range entries {
			if evidence[i], err = ledger.Evident(&m.log, e, first+int64(i), cp); err != nil {
				break
			}
		}
		if err == nil {
			proof, err = proven(evidence)
		}
		if err != nil {
			m.log = before
			return exchange.Proof{}, err
		}
	}
	if err := m.fresh(proof.Outgoing); err != nil {
		m.log = before
		return exchange.Proof{}, err
	}
	for _, e := range entries {
		m.Records = append(m.Records, e.Record)
	}
	m.put(proof.Outgoing...)
	return proof, nil
}

// fresh refuses to queue a thing twice.
func (m *Memory) fresh(out []exchange.Outgoing) error {
	for _, o := range out {
		if slices.ContainsFunc(m.outbox, func(e *entry) bool { return e.ID == o.ID }) {
			return fault.New(fault.Stale, "%s was queued before", o.ID)
		}
	}
	return nil
}

func (m *Memory) put(out ...exchange.Outgoing) {
	for _, o := range out {
		m.outbox = append(m.outbox, &entry{Outgoing: o})
	}
}

func absent(what string) error { return fault.New(fault.Withheld, "there is no such %s", what) }

// SavePlan keeps a plan.
func (m *Memory) SavePlan(_ context.Context, p exchange.PendingPlan) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.plans[p.Hash] = p
	return nil
}

// Plan gives a plan.
func (m *Memory) Plan(_ context.Context, hash string) (exchange.PendingPlan, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for h, p := range m.plans {
		if len(hash) >= 12 && strings.HasPrefix(h.String(), hash) {
			return p, nil
		}
	}
	return exchange.PendingPlan{}, absent("plan")
}

// Approve keeps an approval.
func (m *Memory) Approve(_ context.Context, plan ref.Hash, records []ledger.Entry, proven exchange.Proven) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	proof, err := m.record(records, proven)
	if err != nil {
		return err
	}
	p := m.plans[plan]
	p.Approval = proof.Filed
	m.plans[plan] = p
	return nil
}

// Approved lists plans that were sent under an approval.
func (m *Memory) Approved(_ context.Context, item ref.ItemID) ([]ref.Hash, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []ref.Hash
	for h, p := range m.plans {
		if p.Plan.Item == item && p.Used && len(p.Approval) > 0 {
			list = append(list, h)
		}
	}
	return list, nil
}

// Waiting lists plans that were not used.
func (m *Memory) Waiting(_ context.Context, unit party.Name, limit int) ([]exchange.PendingPlan, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []exchange.PendingPlan
	for _, p := range m.plans {
		if p.Unit == unit && !p.Used && len(list) < limit {
			list = append(list, p)
		}
	}
	return list, nil
}

// Dissent keeps a dissent.
func (m *Memory) Dissent(_ context.Context, plan ref.Hash, d exchange.Dissent, records []ledger.Entry, proven exchange.Proven) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	proof, err := m.record(records, proven)
	if err != nil {
		return err
	}
	d.Proof = proof.Filed
	p := m.plans[plan]
	p.Dissents = append(p.Dissents, d)
	m.plans[plan] = p
	return nil
}

// Tamper changes a kept plan, as somebody with the database might.
func (m *Memory) Tamper(hash ref.Hash, change func(*exchange.PendingPlan)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.plans[hash]
	change(&p)
	m.plans[hash] = p
}

// Chain tells where a series stands.
func (m *Memory) Chain(_ context.Context, item ref.ItemID, recipient party.Name) (release.Chain, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.chain(item, recipient), nil
}

func (m *Memory) chain(item ref.ItemID, recipient party.Name) release.Chain {
	var c release.Chain
	for _, s := range m.sent {
		if s.Item == item && s.Recipient == recipient {
			c = release.Chain{Series: s.Cut.Series, Version: s.Cut.Version, Prev: s.Hash}
		}
	}
	return c
}

// Release commits an act of release.
func (m *Memory) Release(_ context.Context, c exchange.Commit) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if p, ok := m.plans[c.PlanHash]; ok && p.Used {
		return fault.New(fault.Stale, "the plan was used")
	}
	for _, s := range c.Cuts {
		if m.chain(s.Item, s.Recipient).Version >= s.Cut.Version {
			return fault.New(fault.Stale, "the series moved on")
		}
	}
	if err := m.open(c.Duty); err != nil {
		return err
	}
	proof, err := m.record(c.Records, c.Proven)
	if err != nil {
		return err
	}
	if p, ok := m.plans[c.PlanHash]; ok {
		p.Used = true
		m.plans[c.PlanHash] = p
	}
	m.sent, m.duties = append(m.sent, c.Cuts...), append(m.duties, c.Duties...)
	m.put(c.Outgoing...)
	m.discharge(c.Duty, c.At, c.DutyNote, proof)
	return nil
}

func (m *Memory) open(id ref.DutyID) error {
	for _, d := range m.duties {
		if d.ID == id && !id.IsZero() && !d.Discharged.IsZero() {
			return fault.New(fault.Stale, "the duty was discharged")
		}
	}
	return nil
}

func (m *Memory) discharge(id ref.DutyID, at wire.Time, how string, proof exchange.Proof) {
	for i := range m.duties {
		if m.duties[i].ID == id {
			m.duties[i].Discharged, m.duties[i].How, m.duties[i].Proof = at, how, proof.Filed
		}
	}
}

// Sent lists the cuts of an item and of notices about it.
func (m *Memory) Sent(_ context.Context, item ref.ItemID) ([]exchange.SentCut, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []exchange.SentCut
	series := map[ref.SeriesID]bool{}
	for _, s := range m.sent {
		if s.Item == item {
			series[s.Cut.Series] = true
		}
		if s.Item == item || s.Cut.Notice != nil && series[s.Cut.Notice.About] {
			list = append(list, m.answered(s))
		}
	}
	return list, nil
}

func (m *Memory) answered(s exchange.SentCut) exchange.SentCut {
	for _, e := range m.outbox {
		if e.Cut != s.Cut.ID || e.Kind == message.PartStatement {
			continue
		}
		if e.answer != nil {
			s.Answered, s.Outcome, s.Reason = e.at, e.answer.Outcome, e.answer.Reason
		} else {
			s.Answered, s.Outcome, s.Reason = wire.Time{}, "", ""
		}
	}
	return s
}

// SentCut gives one cut.
func (m *Memory) SentCut(_ context.Context, cut ref.CutID) (exchange.SentCut, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range m.sent {
		if s.Cut.ID == cut {
			return m.answered(s), nil
		}
	}
	return exchange.SentCut{}, absent("cut")
}

// Receipts lists the receipts for a cut.
func (m *Memory) Receipts(_ context.Context, cut ref.CutID, offset, limit int) ([]exchange.StoredReceipt, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	list := m.receiptsOf(cut)
	list = list[min(offset, len(list)):]
	return list[:min(limit, len(list))], nil
}

// CountReceipts tells how many there are.
func (m *Memory) CountReceipts(_ context.Context, cut ref.CutID) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.receiptsOf(cut)), nil
}

func (m *Memory) receiptsOf(cut ref.CutID) []exchange.StoredReceipt {
	list := slices.DeleteFunc(slices.Clone(m.receipts), func(r exchange.StoredReceipt) bool { return r.Cut != cut })
	slices.SortStableFunc(list, func(a, b exchange.StoredReceipt) int { return cmp.Compare(a.At.String(), b.At.String()) })
	return list
}

// Repeat keeps the newest receipt as often again, each at a place of its own
// in its giver's ledger: what a partner that never stops could have sent.
func (m *Memory) Repeat(times int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for n := range times {
		r := m.receipts[len(m.receipts)-1-n]
		r.Receipt.Evidence.Index += 1_000_000 + int64(n)
		m.receipts = append(m.receipts, r)
	}
}

// Reseries renames the series of what was sent of an item, as a partner that
// wants to hit another's might.
func (m *Memory) Reseries(item ref.ItemID, series ref.SeriesID) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i := range m.sent {
		if m.sent[i].Item == item {
			m.sent[i].Cut.Series = series
		}
	}
}

// Audit recomputes the ledger and signs it as it stands.
func (m *Memory) Audit() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	_, cp, err := ledger.Append(&m.log, m.sign)
	if err != nil {
		return err
	}
	return ledger.Audit(&m.log, cp, nil)
}

package exchangetest

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"comity/exchange"
	"comity/fault"
	"comity/intel"
	"comity/ledger"
	"comity/message"
	"comity/party"
	"comity/ref"
	"comity/seal"
	"comity/wire"
)

// Partners lists the partners by name.
func (m *Memory) Partners(context.Context) ([]exchange.Partner, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []exchange.Partner
	for _, n := range slices.Sorted(maps.Keys(m.partners)) {
		list = append(list, m.partner(n))
	}
	return list, nil
}

func (m *Memory) partner(n party.Name) exchange.Partner {
	p := m.partners[n]
	for _, e := range m.outbox {
		if e.Partner == n && e.answer == nil {
			p.Queued++
			if e.Kind == message.PartStatement {
				p.Parts++
			}
		}
	}
	return p
}

// Introduced lists the partners with their cards and states alone.
func (m *Memory) Introduced(context.Context) ([]exchange.Partner, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []exchange.Partner
	for _, n := range slices.Sorted(maps.Keys(m.partners)) {
		p := m.partners[n]
		list = append(list, exchange.Partner{Name: p.Name, Card: p.Card, Signed: p.Signed, CardHash: p.CardHash, State: p.State})
	}
	return list, nil
}

// Partner gives one partner.
func (m *Memory) Partner(_ context.Context, n party.Name) (exchange.Partner, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.partners[n]; !ok {
		return exchange.Partner{}, absent("partner")
	}
	return m.partner(n), nil
}

// Pin keeps a card.
func (m *Memory) Pin(_ context.Context, p exchange.Pinning) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	have, known := m.partners[p.Name]
	if known && have.CardHash != p.Card.Prev {
		return fault.New(fault.Stale, "another card was pinned")
	}
	if _, err := m.record(p.Records, nil); err != nil {
		return err
	}
	if !known {
		have = exchange.Partner{Name: p.Name, State: exchange.Active, Since: p.At}
	}
	have.Card, have.Signed, have.CardHash = p.Card, p.Signed, p.CardHash
	m.partners[p.Name] = have
	if p.Again == nil {
		return nil
	}
	again, err := p.Again(m.unsealed(p.Name)...)
	m.put(again...)
	return err
}

// SetState moves a link.
func (m *Memory) SetState(_ context.Context, c exchange.StateChange) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, err := m.record(c.Records, nil); err != nil {
		return err
	}
	p := m.partners[c.Partner]
	p.State, p.Since, p.Why = c.To, c.At, c.Why
	m.partners[c.Partner] = p
	m.Kept[c.Partner] = append(m.Kept[c.Partner], c.Evidence...)
	return nil
}

// Earlier gives no keys: these nodes keep theirs.
func (m *Memory) Earlier(context.Context, party.Name, wire.Time) ([]seal.VerifyKey, error) {
	return nil, nil
}

// Cards gives the newest card.
func (m *Memory) Cards(_ context.Context, n party.Name) ([][]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return [][]byte{m.partners[n].Signed}, nil
}

// Evidence lists what was kept with a freeze.
func (m *Memory) Evidence(_ context.Context, n party.Name) ([]exchange.Evidence, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.partners[n]; !ok {
		return nil, absent("partner")
	}
	return m.Kept[n], nil
}

// Next gives the entry without an answer that is first to go.
func (m *Memory) Next(ctx context.Context, n party.Name) (exchange.Outgoing, bool, error) {
	list, err := m.Unanswered(ctx, n, exchange.Window{Limit: 1, Parts: 1, Bytes: 1})
	if err != nil || len(list) == 0 {
		return exchange.Outgoing{}, false, err
	}
	return list[0], true, nil
}

// Unanswered lists what has no answer, in the order in which it goes.
func (m *Memory) Unanswered(_ context.Context, n party.Name, w exchange.Window) ([]exchange.Outgoing, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var waiting []*entry
	for _, e := range m.outbox {
		if e.Partner == n && e.answer == nil && (e.Sequence == 0 || e.Sequence > w.After) {
			waiting = append(waiting, e)
		}
	}
	slices.SortStableFunc(waiting, func(a, b *entry) int {
		return cmp.Or(cmp.Compare(lane(a), lane(b)), cmp.Compare(a.Sequence, b.Sequence))
	})
	var list []exchange.Outgoing
	most, parted := w.Limit+w.Parts, false
	for _, e := range waiting {
		part := lane(e) == 2
		if part && (w.Parts <= 0 || !m.cutHasGone(e)) || !part && e.Sequence == 0 && len(list) >= w.Limit {
			continue
		}
		if w.Bytes <= 0 && part && !parted {
			w.Bytes = 1
		}
		if len(list) >= most {
			break
		}
		if w.Bytes <= 0 {
			continue
		}
		parted = parted || part
		if part {
			w.Parts--
		}
		list = append(list, e.Outgoing)
		w.Bytes -= max(len(e.Message), len(e.Body))
	}
	return list, nil
}

// cutHasGone says of a part that its cut was taken in, or goes before it under the
// same card.
func (m *Memory) cutHasGone(part *entry) bool {
	return slices.ContainsFunc(m.outbox, func(e *entry) bool {
		if e.Cut != part.Cut || e.Kind == message.PartStatement {
			return false
		}
		if e.answer != nil {
			return e.answer.Outcome == message.Accepted
		}
		return e.Sequence > 0 && e.Card == m.partners[part.Partner].CardHash
	})
}

// lane tells what goes before what: what is sealed, the rest, parts of exhibits.
func lane(e *entry) int {
	switch {
	case e.Sequence > 0:
		return 0
	case e.Kind != message.PartStatement:
		return 1
	}
	return 2
}

// InFlight gives the entry at a position that has no answer.
func (m *Memory) InFlight(_ context.Context, n party.Name, sequence int64) (exchange.Outgoing, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, e := range m.outbox {
		if e.Partner == n && e.answer == nil && e.Sequence == sequence && sequence > 0 {
			return e.Outgoing, nil
		}
	}
	return exchange.Outgoing{}, absent("entry")
}

// Answers gives the newest answers.
func (m *Memory) Answers(_ context.Context, n party.Name, limit int) ([][]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list [][]byte
	for _, t := range m.taken[n][max(0, len(m.taken[n])-limit):] {
		list = append(list, t.Answer)
	}
	return list, nil
}

// Seal keeps sealed bytes.
func (m *Memory) Seal(_ context.Context, list ...exchange.Sealing) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.Fail != nil {
		return m.Fail
	}
	for _, s := range list {
		for _, e := range m.outbox {
			if e.ID != s.ID {
				continue
			}
			p := m.partners[e.Partner]
			if e.Sequence != 0 || p.Out.Sequence+1 != s.At.Sequence {
				return fault.New(fault.Stale, "the position is taken")
			}
			e.Message, e.Card, e.Sequence, p.Out = s.Message, s.Card, s.At.Sequence, s.At
			m.partners[e.Partner] = p
		}
	}
	return nil
}

// Sealed gives stored bytes.
func (m *Memory) Sealed(_ context.Context, n party.Name, sequence int64) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, e := range m.outbox {
		if e.Partner == n && e.Sequence == sequence && sequence > 0 {
			return e.Message, nil
		}
	}
	return nil, absent("message")
}

// Answered keeps answers.
func (m *Memory) Answered(_ context.Context, list ...exchange.Settled) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.Fail != nil {
		return m.Fail
	}
	for _, s := range list {
		for _, e := range m.outbox {
			if e.ID == s.ID && e.answer == nil {
				e.answer, e.at = &s.Answer, s.At
				if r := s.Answer.Reason; e.Kind == message.CutStatement && s.Answer.Outcome == message.Refused && r != message.ReasonUnsealed && r != message.ReasonVersion {
					m.dropUnsent(e.Cut, s)
				}
				m.receipts = append(m.receipts, s.Receipts...)
				if m.partners[e.Partner].CardHash != e.Card {
					m.put(s.Again...)
				}
			}
		}
	}
	return nil
}

// dropUnsent settles the parts of a cut that are not sealed.
func (m *Memory) dropUnsent(cut ref.CutID, s exchange.Settled) {
	for _, e := range m.outbox {
		if e.Cut == cut && e.Kind == message.PartStatement && e.Sequence == 0 && e.answer == nil {
			e.answer, e.at = &message.Answer{Outcome: message.Refused, Reason: s.Answer.Reason}, s.At
		}
	}
}

// unsealed lists what was refused as unsealed and not replaced.
func (m *Memory) unsealed(n party.Name) []exchange.Outgoing {
	var list []exchange.Outgoing
	for _, e := range m.outbox {
		if e.Partner == n && e.answer != nil && (e.answer.Reason == message.ReasonUnsealed || e.answer.Reason == message.ReasonVersion) && !m.replaced(e.answer.Message) {
			list = append(list, e.Outgoing)
		}
	}
	return list
}

func (m *Memory) replaced(refused ref.Hash) bool {
	return slices.ContainsFunc(m.outbox, func(e *entry) bool { return e.Replaces == refused })
}

// Consumed gives what is kept of a position.
func (m *Memory) Consumed(_ context.Context, n party.Name, sequence int64) (exchange.Taken, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if t := m.taken[n]; sequence >= 1 && sequence <= int64(len(t)) {
		return t[sequence-1], nil
	}
	return exchange.Taken{}, absent("position")
}

// Arrive commits arrivals.
func (m *Memory) Arrive(_ context.Context, list ...exchange.Arrival) (answers [][]byte, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, a := range list {
		answer, err := m.arrive(a)
		if err != nil {
			return nil, err
		}
		answers = append(answers, answer)
	}
	return answers, nil
}

func (m *Memory) arrive(a exchange.Arrival) ([]byte, error) {
	p := m.partners[a.Partner]
	if p.In.Sequence+1 != a.Position.Sequence {
		return nil, fault.New(fault.Stale, "the position is taken")
	}
	proof, err := m.record(a.Records, a.Proven)
	if err != nil {
		return nil, err
	}
	p.In, p.Heard = a.Position, a.At
	m.partners[a.Partner] = p
	m.taken[a.Partner] = append(m.taken[a.Partner], exchange.Taken{Hash: a.Position.Hash, Envelope: a.Envelope, Answer: proof.Answer})
	if a.Cut != nil && !slices.ContainsFunc(m.received, func(r exchange.ReceivedCut) bool { return r.Cut.ID == a.Cut.Cut.ID }) {
		m.received = append(m.received, *a.Cut)
	}
	if p := a.Part; p != nil {
		m.keepPart(m.came, p.Cut, p.Content, p.Part, p.Bytes)
	}
	m.receipts, m.duties = append(m.receipts, a.Receipts...), append(m.duties, a.Duties...)
	return proof.Answer, nil
}

// Received lists cuts, newest first.
func (m *Memory) Received(_ context.Context, by exchange.Reader, after ref.CutID, limit int) ([]exchange.ReceivedCut, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []exchange.ReceivedCut
	begun := after.IsZero()
	for _, r := range slices.Backward(m.received) {
		if begun && len(list) < limit && slices.Contains(r.Cut.Audience, by.Unit) {
			list = append(list, m.filled(r))
		}
		begun = begun || r.Cut.ID == after
	}
	return list, nil
}

func (m *Memory) filled(r exchange.ReceivedCut) exchange.ReceivedCut {
	for _, n := range m.received {
		if n.Cut.Notice != nil && n.Partner == r.Partner && n.Cut.Notice.About == r.Cut.Series {
			if n.Cut.Notice.Kind == intel.Recall && r.Recalled.IsZero() {
				r.Recalled = n.At
			}
			r.Notices = append(r.Notices, exchange.NoticeLine{Cut: n.Cut.ID, Kind: n.Cut.Notice.Kind, At: n.At})
		}
	}
	r.Noticed = len(r.Notices)
	r.Notices = r.Notices[max(0, r.Noticed-exchange.MaxNotices):]
	for _, d := range m.duties {
		if d.Cut == r.Cut.ID && d.Discharged.IsZero() {
			r.Due = append(r.Due, d)
		}
	}
	return r
}

// Cut gives one received cut.
func (m *Memory) Cut(_ context.Context, id string) (exchange.ReceivedCut, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range m.received {
		if len(id) >= 8 && strings.HasSuffix(r.Cut.ID.String(), id) {
			return m.filled(r), nil
		}
	}
	return exchange.ReceivedCut{}, absent("cut")
}

// Open commits a reading.
func (m *Memory) Open(_ context.Context, o exchange.Opening) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, err := m.record(o.Records, o.Proven); err != nil {
		return err
	}
	m.openings = append(m.openings, o)
	for i := range m.received {
		if m.received[i].Cut.ID == o.Cut && m.received[i].FirstRead.IsZero() {
			m.received[i].FirstRead = o.At
		}
	}
	return nil
}

// Destroy destroys the content of a received cut.
func (m *Memory) Destroy(_ context.Context, d exchange.Destruction) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	i := slices.IndexFunc(m.received, func(c exchange.ReceivedCut) bool { return c.Cut.ID == d.Cut })
	if i < 0 || m.received[i].Destroyed {
		return fault.New(fault.Stale, "it was destroyed before")
	}
	if _, err := m.record(d.Records, d.Proven); err != nil {
		return err
	}
	m.received[i].Cut, m.received[i].Destroyed = m.received[i].Cut.Shell(), true
	return nil
}

// OpenedBy tells when an officer last opened a cut.
func (m *Memory) OpenedBy(_ context.Context, cut ref.CutID, handle party.Handle) (wire.Time, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, o := range slices.Backward(m.openings) {
		if o.Cut == cut && o.Actor.Handle == handle {
			return o.At, nil
		}
	}
	return wire.Time{}, nil
}

// Missed keeps a line.
func (m *Memory) Missed(_ context.Context, n party.Name, at wire.Time, why string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.Lines = append(m.Lines, string(n)+" "+why)
	if m.misses == nil {
		m.misses = map[party.Name]exchange.Missed{}
	}
	m.misses[n] = exchange.Missed{Count: m.misses[n].Count + 1, Last: at, Why: why}
	return nil
}

// Misses gives them all, however old.
func (m *Memory) Misses(_ context.Context, n party.Name, _ wire.Time) (exchange.Missed, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.misses[n], nil
}

// Duties lists a part of a unit's duties.
func (m *Memory) Duties(_ context.Context, holder party.Name, open bool, from, limit int) ([]exchange.Duty, error) {
	list := m.held(holder, open)
	slices.SortStableFunc(list, func(a, b exchange.Duty) int {
		if a.First().IsZero() != b.First().IsZero() {
			return cmp.Compare(b.First().Time().Unix(), a.First().Time().Unix()) // those without a deadline last
		}
		return a.First().Time().Compare(b.First().Time())
	})
	return list[min(from, len(list)):min(from+limit, len(list))], nil
}

// Count counts a unit's duties.
func (m *Memory) Count(_ context.Context, holder party.Name, open bool, at wire.Time) (count, overdue int, err error) {
	for _, d := range m.held(holder, true) {
		if first := d.First(); !first.IsZero() && first.Before(at) {
			overdue++
		}
	}
	return len(m.held(holder, open)), overdue, nil
}

func (m *Memory) held(holder party.Name, open bool) []exchange.Duty {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(m.duties), func(d exchange.Duty) bool {
		return open && !d.Discharged.IsZero() || holder != "" && d.Duty.Holder != holder
	})
}

// Duty gives one duty.
func (m *Memory) Duty(_ context.Context, id string) (exchange.Duty, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, d := range m.duties {
		if len(id) >= 8 && strings.HasSuffix(d.ID.String(), id) {
			return d, nil
		}
	}
	return exchange.Duty{}, absent("duty")
}

// Discharge ends a duty on paper.
func (m *Memory) Discharge(_ context.Context, id ref.DutyID, at wire.Time, how string, records []ledger.Entry, proven exchange.Proven) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.open(id); err != nil {
		return err
	}
	proof, err := m.record(records, proven)
	if err != nil {
		return err
	}
	m.discharge(id, at, how, proof)
	return nil
}

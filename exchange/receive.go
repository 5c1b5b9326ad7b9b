package exchange

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"comity/fault"
	"comity/ledger"
	"comity/message"
	"comity/party"
	"comity/record"
	"comity/release"
	"comity/seal"
)

// Receive takes in one message of a partner; see [Exchange.ReceiveRun].
func (x *Exchange) Receive(ctx context.Context, from party.Name, m message.Message) (seal.Envelope, error) {
	answers, err := x.ReceiveRun(ctx, from, m)
	if len(answers) == 0 {
		return seal.Envelope{}, err
	}
	return answers[0], nil
}

// ReceiveRun takes in messages of a partner, whom the transport has
// authenticated by the pinned TLS key, in their order, and gives the signed
// answers: accepted or refused. It stops at the first that is not received,
// with a *message.NotReceived: nothing of it or after it was consumed. Any number
// of deliveries of one message have one effect and one answer.
func (x *Exchange) ReceiveRun(ctx context.Context, from party.Name, messages ...message.Message) ([]seal.Envelope, error) {
	unlock, err := x.links.lock(ctx, "in "+string(from))
	if err != nil {
		return nil, err
	}
	defer unlock()
	p, err := x.Ports.Links.Partner(ctx, from)
	if fault.Is(err, fault.Withheld) {
		return nil, &message.NotReceived{Why: message.WhyLink}
	}
	if err != nil {
		return nil, err
	}
	if !p.moves() {
		x.askAgain(p)
		return nil, x.missed(ctx, p, message.WhyLink, 0)
	}
	keys, err := x.keysOf(ctx, p)
	if err != nil {
		return nil, err
	}
	r := &run{x: x, p: p, keys: keys}
	for _, in := range x.look(ctx, p, keys, messages) {
		if err = r.take(ctx, in); err != nil {
			break
		}
	}
	if failed := r.commit(ctx); failed != nil {
		return r.answers, failed
	}
	if len(r.answers) > 0 {
		x.traffic.later(from, x.Now())
		x.waker.wake(from) // whoever sends is there to be sent to
	}
	return r.answers, err
}

// askAgain has a partner asked that says its ledger is behind: it may have found
// again what it had lost, or go on without.
func (x *Exchange) askAgain(p Partner) {
	if p.State == Active && x.quiet.allow("behind "+string(p.Name), x.Now()) {
		x.Want(p.Name)
	}
}

// inside is a message with all that can be told of it without looking at what
// is kept here.
type inside struct {
	message   message.Message
	opened    message.Opened
	why       message.Why // it is not received
	statement message.Statement
	attached  []byte         // behind the statement
	cut       *release.Cut   // of a cut statement that parses
	reason    message.Reason // it is refused

	judged *judged // what it changes, if nothing before it in the run bears on that
}

// judged is what an acceptable message changes, or why that could not be told.
type judged struct {
	arrival Arrival
	reason  message.Reason // it is not acceptable after all
	err     error
}

// look reads the envelopes of messages and opens those that may be the next ones
// of a link, several at a time: that is most of the work, and so it is done for
// no message that will not be taken.
func (x *Exchange) look(ctx context.Context, p Partner, keys []seal.VerifyKey, messages []message.Message) []inside {
	list, failed := make([]inside, len(messages)), make([]error, len(messages))
	together(len(messages), failed, func(i int) error {
		in := &list[i]
		in.message = messages[i]
		for _, key := range keys {
			if in.opened, in.why = message.OpenEnvelope(in.message, p.Name, x.Self.Node, key); in.why != message.WhySignature {
				break
			}
		}
		return nil
	})
	next := following(p.In, list)
	together(len(next), failed, func(i int) error {
		in := next[i]
		if in.statement, in.attached, in.reason = x.openStatement(in.opened, in.message.Sealed, keys); in.reason != "" || in.statement.Kind != message.CutStatement {
			return nil
		}
		c, err := release.ParseCut(in.statement.Body)
		if err != nil {
			in.reason = message.ReasonMalformed
			return nil
		}
		in.cut = &c
		return nil
	})
	x.judgeAhead(ctx, p, keys, next, failed)
	for i, err := range failed[:len(next)] {
		if err != nil {
			x.Log.Error("a message brought its reader down, and is refused", "partner", p.Name, "sequence", next[i].opened.Sequence, "err", err)
			next[i].statement, next[i].cut, next[i].reason, next[i].judged = message.Statement{}, nil, message.ReasonMalformed, nil
		}
	}
	return list
}

// judgeAhead tells what messages change, several at a time, of all that no message
// before them in the run bears on.
func (x *Exchange) judgeAhead(ctx context.Context, p Partner, keys []seal.VerifyKey, next []*inside, failed []error) {
	alone := make([]bool, len(next))
	for i, in := range next {
		alone[i] = failed[i] == nil && in.reason == "" && !slices.ContainsFunc(next[:i], func(before *inside) bool { return in.about(before.cut) })
	}
	judging := make([]error, len(next))
	together(len(next), judging, func(i int) error {
		if !alone[i] {
			return nil
		}
		in := next[i]
		j := &judged{arrival: x.arrival(p, in.opened)}
		j.reason, j.err = x.accept(ctx, p, keys, *in, &j.arrival)
		in.judged = j
		return nil
	})
	for i, err := range judging {
		if err != nil {
			failed[i] = err
		}
	}
}

// arrival is what every message that is taken in changes.
func (x *Exchange) arrival(p Partner, o message.Opened) Arrival {
	return Arrival{Partner: p.Name, At: x.now(), Position: Position{o.Sequence, o.Hash}, Envelope: o.Signed}
}

// about tells whether what a message changes depends on a cut: one under the same
// id, or of the same series; any cut, for a part of an exhibit.
func (in *inside) about(c *release.Cut) bool {
	switch {
	case c == nil:
		return false
	case in.statement.Kind == message.PartStatement:
		return true
	}
	return in.cut != nil && (in.cut.ID == c.ID || in.cut.Series == c.Series)
}

// following gives the messages that go on from a position, each from the one
// before, as far as that goes.
func following(at Position, list []inside) []*inside {
	var next []*inside
	for i := range list {
		switch in := &list[i]; {
		case in.why != "":
			return next
		case in.opened.Sequence <= at.Sequence: // it was taken before
		case in.opened.Sequence > at.Sequence+1 || in.opened.Prev != at.Hash:
			return next
		default:
			next, at = append(next, in), Position{in.opened.Sequence, in.opened.Hash}
		}
	}
	return next
}

// keysOf gives the keys under which a partner's messages and receipts are
// taken: that of its card, and those before it within their grace.
func (x *Exchange) keysOf(ctx context.Context, p Partner) ([]seal.VerifyKey, error) {
	keys := []seal.VerifyKey{p.Card.Signing}
	if p.Card.Serial == 1 {
		return keys, nil
	}
	earlier, err := x.Ports.Links.Earlier(ctx, p.Name, x.now())
	for _, k := range earlier {
		if !slices.Contains(keys, k) {
			keys = append(keys, k)
		}
	}
	return keys, err
}

// together does n things, as many at a time as there are cores, and keeps what
// failed. A panic is a failure of that thing alone: a partner has chosen the
// bytes.
func together(n int, failed []error, do func(int) error) {
	var next atomic.Int64
	var all sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				failed[i] = guarded(i, do)
			}
		})
	}
	all.Wait()
}

func guarded(i int, do func(int) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fault.New(fault.Internal, "the node failed").Fix("see the node's log").Because(fmt.Errorf("panic: %v", p))
		}
	}()
	return do(i)
}

// run is messages of one partner on their way in: those that were judged wait
// to be committed together.
type run struct {
	x       *Exchange
	keys    []seal.VerifyKey
	p       Partner // its In is after the last that was judged
	waiting []Arrival
	answers []seal.Envelope
}

// take judges one message, and what it changes waits for the commit.
func (r *run) take(ctx context.Context, in inside) error {
	x, p, o := r.x, r.p, in.opened
	if in.why != "" {
		return x.missed(ctx, p, in.why, 0)
	}
	switch next := p.In.Sequence + 1; {
	case o.Sequence > next:
		return x.missed(ctx, p, message.WhyGap, next)
	case o.Sequence < next:
		return r.again(ctx, o)
	case o.Prev != p.In.Hash:
		// It builds on another message in the place of the last one: two
		// histories, both signed.
		if err := r.commit(ctx); err != nil {
			return err
		}
		taken, err := x.Ports.Inbox.Consumed(ctx, p.Name, p.In.Sequence)
		if err != nil {
			return err
		}
		return x.freeze(ctx, p, taken, o)
	}
	a, err := r.judge(ctx, in)
	if err != nil {
		return err
	}
	r.waiting, r.p.In = append(r.waiting, a), a.Position
	return nil
}

// again gives the stored answer to a message that was consumed before.
func (r *run) again(ctx context.Context, o message.Opened) error {
	if err := r.commit(ctx); err != nil {
		return err
	}
	taken, err := r.x.Ports.Inbox.Consumed(ctx, r.p.Name, o.Sequence)
	if err != nil {
		return err
	}
	if taken.Hash != o.Hash {
		return r.x.freeze(ctx, r.p, taken, o)
	}
	return r.answer(taken.Answer)
}

// judge says what the next message of a link changes.
func (r *run) judge(ctx context.Context, in inside) (Arrival, error) {
	x, p, o := r.x, r.p, in.opened
	a, reason := x.arrival(p, o), in.reason
	if reason == "" && in.judged == nil && r.touches(in) {
		// What it is about may stand in a message that waits.
		if err := r.commit(ctx); err != nil {
			return a, err
		}
	}
	var err error
	if j := in.judged; reason == "" && j != nil {
		a, reason, err = j.arrival, j.reason, j.err
	} else if reason == "" {
		err = guarded(0, func(int) (err error) { reason, err = x.accept(ctx, p, r.keys, in, &a); return err })
	}
	if err != nil {
		return a, err
	}
	if reason != "" {
		return x.refuse(o, a, reason)
	}
	a.Outcome = message.Accepted
	if in.statement.Kind != message.PartStatement { // the cut, which is kept, names what the parts are of
		a.Message, err = in.message.Frame()
	}
	return a, err
}

// touches tells whether what a message is about waits to be committed.
func (r *run) touches(in inside) bool {
	return slices.ContainsFunc(r.waiting, func(a Arrival) bool { return a.Cut != nil && in.about(&a.Cut.Cut) })
}

// commit brings in what waits, in one transaction.
func (r *run) commit(ctx context.Context) error {
	if len(r.waiting) == 0 {
		return nil
	}
	came := r.waiting
	r.waiting = nil
	answers, err := r.x.Ports.Inbox.Arrive(ctx, came...)
	if err != nil {
		return err
	}
	r.x.tellArrived(came)
	for _, a := range answers {
		if err := r.answer(a); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) answer(signed []byte) error {
	e, err := seal.ParseEnvelope(signed, message.AnswerLimits)
	if err == nil {
		r.answers = append(r.answers, e)
	}
	return err
}

// refuse consumes a position with a signed reason; the body is dropped.
func (x *Exchange) refuse(o message.Opened, a Arrival, reason message.Reason) (Arrival, error) {
	e, err := x.entry(record.Record{Kind: record.Refused, At: a.At, Other: a.Partner, Message: o.Hash, Code: string(reason)})
	if err != nil {
		return Arrival{}, err
	}
	a = Arrival{Partner: a.Partner, At: a.At, Position: a.Position, Envelope: a.Envelope, Outcome: message.Refused, Reason: reason, Records: one(e)}
	a.Proven = func([]ledger.Evidence) (Proof, error) {
		answer, err := x.answer(o, message.Refused, reason, nil)
		return Proof{Answer: answer}, err
	}
	x.Log.Warn("message refused", "partner", a.Partner, "sequence", o.Sequence, "reason", reason)
	return a, nil
}

// freeze stops a link whose partner has signed two messages for one position,
// and keeps both.
func (x *Exchange) freeze(ctx context.Context, p Partner, taken Taken, o message.Opened) error {
	x.Log.Error("the partner signed two messages for one position", "partner", p.Name, "sequence", o.Sequence)
	r := record.Record{Message: o.Hash, Subject: taken.Hash}
	err := x.Freeze(ctx, p.Name, FrozenEquivocation, r, Evidence{Name: "envelope-taken.json", Body: taken.Envelope},
		Evidence{Name: "envelope-other.json", Body: o.Signed})
	if err != nil {
		return err
	}
	return x.missed(ctx, p, message.WhyFork, 0)
}

// Freeze stops a link whose partner has signed what cannot both be true, and
// keeps what shows it. r says what the record of it points to. Only a security
// officer can let such a link move again.
func (x *Exchange) Freeze(ctx context.Context, partner party.Name, why string, r record.Record, evidence ...Evidence) error {
	r.Kind, r.At, r.Other, r.Code = record.Suspend, x.now(), partner, why
	e, err := x.entry(r)
	if err != nil {
		return err
	}
	cards, err := x.cardsOf(ctx, partner)
	if err != nil {
		return err
	}
	evidence = append(evidence, cards...)
	for i := range evidence {
		evidence[i].At, evidence[i].Why = r.At, why
	}
	c := StateChange{Partner: partner, To: Frozen, At: r.At, Why: why, Evidence: evidence, Records: one(e)}
	err = x.Ports.Links.SetState(ctx, c)
	if fault.Is(err, fault.Frozen) {
		// This node signs nothing at present: the link is frozen all the same, and
		// the evidence kept.
		c.Records = nil
		err = x.Ports.Links.SetState(ctx, c)
	}
	if err != nil {
		return err
	}
	x.Log.Error("link frozen", "partner", partner, "why", why)
	return nil
}

// cardsOf gives a partner's cards for evidence, the newest by its own name: what
// it has signed may be under a key that it has replaced since.
func (x *Exchange) cardsOf(ctx context.Context, partner party.Name) ([]Evidence, error) {
	cards, err := x.Ports.Links.Cards(ctx, partner)
	var list []Evidence
	for i, c := range slices.Backward(cards) {
		name := EvidenceCard
		if i < len(cards)-1 {
			parsed, err := message.ParseCard(c)
			if err != nil {
				continue // it was taken by an older program
			}
			name = fmt.Sprintf(earlierCard, parsed.Serial)
		}
		list = append(list, Evidence{Name: name, Body: c})
	}
	return list, err
}

// missed counts a message that was not received, no more than once in a while
// for each partner and reason, so that a flood of them writes no flood of
// lines.
func (x *Exchange) missed(ctx context.Context, p Partner, why message.Why, expect int64) error {
	if x.quiet.allow(string(p.Name)+" "+string(why), x.Now()) {
		x.Log.Warn("message not received", "partner", p.Name, "why", why)
		if err := x.Ports.Inbox.Missed(ctx, p.Name, x.now(), string(why)); err != nil {
			return err
		}
	}
	return &message.NotReceived{Why: why, Expect: expect}
}

// missedEvery is how often one partner and reason make a line in the log.
const missedEvery = 10 * time.Second

// limiter lets each name through once in a while.
type limiter struct {
	mu   sync.Mutex
	last map[string]time.Time
}

func (l *limiter) allow(name string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if last, ok := l.last[name]; ok && now.Sub(last) < missedEvery && !now.Before(last) {
		return false
	}
	l.last[name] = now
	return true
}

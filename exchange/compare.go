package exchange

import (
	"context"
	"sync"
	"time"

	"comity/fault"
	"comity/party"
)

// When ledgers are compared: once a run of messages has ended or grown long,
// by whoever sent it; by the receiver if the sender has not done so soon
// after; and now and then on a link where nothing moves.
const (
	longestRun   = 64
	compareLate  = 5 * time.Second
	compareAgain = time.Minute // after a failure
	compareEvery = time.Hour
)

// compareIfDue has the ledgers compared if it is time. A partner that does not
// compare is asked again later: its messages do not wait for that.
func (x *Exchange) compareIfDue(ctx context.Context, partner party.Name) {
	if !x.traffic.isDue(partner, x.Now()) {
		return
	}
	if err := x.compareNow(ctx, partner); err != nil && ctx.Err() == nil {
		x.traffic.again(partner, x.Now().Add(compareAgain))
		x.Log.Warn("ledgers not compared", "partner", partner, "again_in", compareAgain, "err", err)
	}
}

// compare has the ledgers compared if there was traffic since they last were.
func (x *Exchange) compare(ctx context.Context, partner party.Name) error {
	if !x.traffic.isWanted(partner) {
		return nil
	}
	return x.compareNow(ctx, partner)
}

func (x *Exchange) compareNow(ctx context.Context, partner party.Name) error {
	if x.Config.Compare == nil {
		return nil
	}
	p, err := x.Ports.Links.Partner(ctx, partner)
	if err != nil || p.State != Active || x.Dial == nil {
		return err
	}
	peer := x.Dial(p)
	if peer == nil {
		return nil
	}
	if err := x.Config.Compare(ctx, p, peer); err != nil {
		return err
	}
	x.Compared(partner)
	return nil
}

// compareFirst has ledgers compared if this process never did with the
// partner, and gives how the link stands after that.
func (x *Exchange) compareFirst(ctx context.Context, p Partner) (Partner, error) {
	if x.Config.Compare == nil || x.traffic.isKnown(p.Name) {
		return p, nil
	}
	if err := x.compareNow(ctx, p.Name); err != nil {
		return p, err
	}
	p, err := x.Ports.Links.Partner(ctx, p.Name)
	if err == nil && p.State != Active {
		err = fault.New(fault.Frozen, "the link with %s is %s", p.Name, p.State)
	}
	return p, err
}

// Compared says that ledgers were just compared with a partner, by whichever
// side began.
func (x *Exchange) Compared(partner party.Name) { x.traffic.done(partner, x.Now()) }

// Want has ledgers compared with a partner as soon as the link is at leisure.
func (x *Exchange) Want(partner party.Name) {
	x.traffic.now(partner, x.Now())
	x.waker.wake(partner)
}

// traffic keeps when ledgers are to be compared with each partner. A partner
// that this process never compared with is due at once.
type traffic struct {
	mu   sync.Mutex
	due  map[party.Name]time.Time
	met  map[party.Name]bool // they were compared at least once
	idle map[party.Name]bool // no message crossed since they were compared
}

func newTraffic() traffic {
	return traffic{due: map[party.Name]time.Time{}, met: map[party.Name]bool{}, idle: map[party.Name]bool{}}
}

// now says that a message was delivered to the partner.
func (t *traffic) now(p party.Name, at time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.due[p], t.idle[p] = at, false
}

// later says that a message came from the partner.
func (t *traffic) later(p party.Name, at time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.idle[p] = false
	if due, ok := t.due[p]; !ok || due.After(at.Add(compareLate)) {
		t.due[p] = at.Add(compareLate)
	}
}

// again puts off what failed.
func (t *traffic) again(p party.Name, until time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.due[p] = until
}

func (t *traffic) done(p party.Name, at time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.due[p], t.idle[p], t.met[p] = at.Add(compareEvery), true, true
}

func (t *traffic) isDue(p party.Name, at time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	due, ok := t.due[p]
	return !ok || !due.After(at)
}

func (t *traffic) isKnown(p party.Name) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.met[p]
}

func (t *traffic) isWanted(p party.Name) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return !t.idle[p]
}

// wait gives how long to wait until it is due, at most longest.
func (t *traffic) wait(p party.Name, at time.Time, longest time.Duration) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	if due, ok := t.due[p]; ok && due.After(at) {
		return min(longest, due.Sub(at))
	}
	return longest
}

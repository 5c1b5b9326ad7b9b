package exchange

import (
	"context"
	"slices"

	"comity/fault"
	"comity/message"
	"comity/party"
	"comity/seal"
)

// mostRuns is how many runs one delivery has, so that what is to be done between
// deliveries is done while much is waiting, too.
const mostRuns = 8

// delivery is what goes over one link now, run after run: while one is under way the
// next is sealed, and the answers to the one before are kept. Answers are kept in
// the order of their runs.
type delivery struct {
	x        *Exchange
	peer     Peer
	p        Partner
	settling chan settling // what keeping the answers to the run before comes to; nil if none are
	kept     bool          // some answers were
}

type settling struct {
	kept bool
	err  error
}

// all sends a run, and, unless it is to go alone, those that are sealed meanwhile.
func (d *delivery) all(ctx context.Context, run []Outgoing, alone bool) (err error) {
	for n := 1; len(run) > 0 && err == nil; n++ {
		ahead := noneAhead
		if !alone && n < mostRuns {
			ahead = d.x.sealAhead(ctx, d.p.Name, run[len(run)-1].Sequence)
		}
		err = d.send(ctx, run)
		if run = <-ahead; err == nil && len(run) > 0 {
			run, err = d.next(ctx, run)
		}
	}
	if failed := d.settled(); failed != nil {
		err = failed
	}
	return err
}

// next gives the run that was sealed ahead if it may go at once: the link may have
// been closed meanwhile, and parts of exhibits may have waited for long.
func (d *delivery) next(ctx context.Context, run []Outgoing) ([]Outgoing, error) {
	p, err := d.x.Ports.Links.Partner(ctx, d.p.Name)
	if err != nil || !p.moves() || d.x.pace.turn(p.Name, p.Parts > 0) {
		return nil, err
	}
	d.p = p
	return run, nil
}

// send hands a run over and begins to keep the answers. An error means that some
// of it stays, or of the run before.
func (d *delivery) send(ctx context.Context, run []Outgoing) error {
	messages := make([]message.Message, len(run))
	for i, o := range run {
		var err error
		if messages[i], err = message.Parse(o.Message); err != nil {
			return err
		}
	}
	answers, undelivered := d.handOver(ctx, run, messages)
	if err := d.settled(); err != nil {
		return err
	}
	if len(answers) > len(run) {
		return fault.New(fault.Forged, "%s gave %d answers to %d messages", d.p.Name, len(answers), len(run))
	}
	if len(answers) > 0 {
		d.settle(ctx, run, messages, answers)
	}
	if undelivered == nil {
		d.x.pace.went(d.p.Name, partsIn(run) > 0)
		d.x.traffic.now(d.p.Name, d.x.Now())
	}
	return undelivered
}

// handOver delivers messages, after what the partner lacks before them if that is
// why it takes none.
func (d *delivery) handOver(ctx context.Context, run []Outgoing, messages []message.Message) ([]seal.Envelope, error) {
	answers, undelivered := d.peer.Deliver(ctx, messages...)
	filled, err := d.x.fillGap(ctx, d.peer, d.p, run, len(answers), undelivered)
	if err != nil {
		return nil, err
	}
	if filled {
		return d.peer.Deliver(ctx, messages...)
	}
	return answers, undelivered
}

// settle begins to keep the answers to a run.
func (d *delivery) settle(ctx context.Context, run []Outgoing, messages []message.Message, answers []seal.Envelope) {
	x, p, ended := d.x, d.p, make(chan settling, 1)
	d.settling = ended
	go func() {
		var s settling
		s.err = guarded(0, func(int) (err error) {
			s.kept, err = x.keepAnswers(ctx, p, run, messages, answers)
			return err
		})
		ended <- s
	}()
}

// settled waits until the answers to the run before are kept, and says why if some
// are not.
func (d *delivery) settled() error {
	if d.settling == nil {
		return nil
	}
	s := <-d.settling
	d.settling, d.kept = nil, d.kept || s.kept
	return s.err
}

// keepAnswers checks the answers to a run and keeps them, up to the first that is
// not what it should be; it tells whether there were any.
func (x *Exchange) keepAnswers(ctx context.Context, p Partner, run []Outgoing, messages []message.Message, answers []seal.Envelope) (kept bool, err error) {
	keys, err := x.keysOf(ctx, p)
	if err != nil {
		return false, err
	}
	list, failed := make([]Settled, len(answers)), make([]error, len(answers))
	together(len(answers), failed, func(i int) error {
		answer, err := x.openAnswer(answers[i], keys)
		if err == nil {
			list[i], err = x.settlement(p, keys, run[i], messages[i], answers[i], answer)
		}
		return err
	})
	var wrong error
	if i := slices.IndexFunc(failed, func(err error) bool { return err != nil }); i >= 0 {
		list, wrong = list[:i], failed[i]
	}
	if len(list) > 0 {
		if err := x.Ports.Outbox.Answered(ctx, list...); err != nil {
			return false, err
		}
		x.delivered(list...)
	}
	return len(list) > 0, wrong
}

// noneAhead is no run that is sealed ahead.
var noneAhead = func() <-chan []Outgoing { c := make(chan []Outgoing); close(c); return c }()

// sealAhead seals the run that comes after a position, while what is before it is
// under way, and gives it. If that fails it is sealed when it is its turn, and
// says why. Parts of exhibits are not sealed ahead: what is released in between
// goes before them.
func (x *Exchange) sealAhead(ctx context.Context, partner party.Name, after int64) <-chan []Outgoing {
	ahead := make(chan []Outgoing, 1)
	go func() {
		defer close(ahead)
		_ = guarded(0, func(int) error {
			waiting, err := x.Ports.Outbox.Unanswered(ctx, partner, Window{After: after, Limit: message.MaxRun, Bytes: message.RunBytes})
			if err != nil || len(waiting) == 0 {
				return err
			}
			p, err := x.Ports.Links.Partner(ctx, partner)
			if err != nil || !p.moves() {
				return err
			}
			run, err := x.sealed(ctx, p, waiting)
			if err == nil {
				ahead <- run
			}
			return err
		})
	}()
	return ahead
}

package nodetest

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"comity/courier"
	"comity/exchange"
	"comity/fault"
	"comity/ledger"
	"comity/message"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/release"
	"comity/seal"
	"comity/wire"
	"comity/witness"
)

// trouble lets one step of all the input and output of the nodes go wrong, in
// one way. A step is a call of a port, of a peer, or of the courier's hands.
type trouble struct {
	way       way
	at        int
	meanwhile func() // what the others do

	mu    sync.Mutex
	calls int      // of steps that can go wrong in this way
	steps []string // their names, if none goes wrong
	name  string   // of the step that did
	due   int      // when what is late is done: after so many steps
	late  func()   // what is late
	ended bool     // nothing goes wrong any more

	all sync.WaitGroup // of what goes on beside
}

// way is how a step goes wrong.
type way string

const (
	fails     way = "fails"             // nothing of it is done
	unsaid    way = "unsaid"            // it is done, and its success is not heard of
	repeats   way = "repeated"          // it is done twice
	late      way = "late"              // it is believed lost, and done some steps later
	last      way = "last"              // it is believed lost, and done after all others
	meanwhile way = "others go between" // all others work after it, before the caller hears of it
)

// kind is what a step does.
type kind int

const (
	reads   kind = iota // it changes nothing: that it is unheard of is a failure, and twice is once
	changes             // a transaction: a store that says nothing was done does nothing later
	carries             // it goes over a line, which may hold it back
)

// may tells whether a kind of step can go wrong in a way that is another than
// what the others have.
func (y way) may(k kind) bool {
	switch y {
	case unsaid, repeats:
		return k >= changes
	case late, last:
		return k == carries
	}
	return true
}

var errTrouble = fault.New(fault.Internal, "trouble")

// patience is how long a step waits for what others do meanwhile: they may be
// waiting for it.
const patience = 20 * time.Millisecond

// step does a call, or lets it go wrong.
func (t *trouble) step(ctx context.Context, name string, k kind, do func(context.Context) error) error {
	now, held := t.next(name, k)
	if held != nil {
		t.beside(held)
	}
	if !now {
		return do(ctx)
	}
	switch t.way {
	case fails:
		return errTrouble
	case unsaid:
		return errors.Join(errTrouble, do(ctx))
	case repeats:
		first := do(ctx)
		return errors.Join(first, onlyNew(first, do(ctx)))
	case late, last:
		t.hold(func() { _ = do(context.WithoutCancel(ctx)) })
		return errTrouble
	}
	err := do(ctx)
	t.beside(t.meanwhile)
	return err
}

// next counts a step, and tells whether it is the one that goes wrong and what
// was held back until now.
func (t *trouble) next(name string, k kind) (now bool, held func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.late != nil && t.way == late {
		if t.due--; t.due <= 0 {
			held, t.late = t.late, nil
		}
	}
	if t.ended || !t.way.may(k) {
		return false, held
	}
	if t.calls++; t.at == 0 {
		t.steps = append(t.steps, name)
	}
	if now = t.calls == t.at; now {
		t.name = name
	}
	return now, held
}

func (t *trouble) hold(do func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.late, t.due = do, 1+t.at%5
}

// beside does something in another goroutine, and waits a little for it.
func (t *trouble) beside(do func()) {
	done := make(chan struct{})
	t.all.Go(func() { defer close(done); do() })
	select {
	case <-done:
	case <-time.After(patience):
	}
}

// over does what is still held back, and waits for all that goes on. Nothing goes
// wrong after it.
func (t *trouble) over() {
	t.mu.Lock()
	held := t.late
	t.late = nil
	t.mu.Unlock()
	if held != nil {
		t.beside(held)
	}
	t.all.Wait()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ended = true
}

// onlyNew forgives a repetition that it is told it comes too late.
func onlyNew(first, again error) error {
	if first == nil && fault.Is(again, fault.Stale) {
		return nil
	}
	return again
}

// got is a step that gives something. Of a repetition the first is given.
func got[T any](ctx context.Context, t *trouble, name string, k kind, do func(context.Context) (T, error)) (T, error) {
	var given []T
	err := t.step(ctx, name, k, func(ctx context.Context) error {
		v, err := do(ctx)
		if err == nil {
			given = append(given, v)
		}
		return err
	})
	if err != nil || len(given) == 0 {
		var none T
		return none, err
	}
	return given[0], nil
}

// The ports of a node whose calls are steps.
type (
	troubledReleases struct {
		exchange.Releases
		*trouble
	}
	troubledTrails struct {
		exchange.Trails
		*trouble
	}
	troubledLinks struct {
		exchange.Links
		*trouble
	}
	troubledOutbox struct {
		exchange.Outbox
		*trouble
	}
	troubledInbox struct {
		exchange.Inbox
		*trouble
	}
	troubledHeads struct {
		witness.Store
		*trouble
		kept func() // what is kept may have changed
	}
	troubledBook struct {
		witness.Book
		*trouble
	}
	troubledExchange struct { // as a witness and a courier use it
		*exchange.Exchange
		*trouble
	}
)

func (t troubledReleases) Chain(ctx context.Context, item ref.ItemID, to party.Name) (release.Chain, error) {
	return got(ctx, t.trouble, "releases.Chain", reads, func(ctx context.Context) (release.Chain, error) { return t.Releases.Chain(ctx, item, to) })
}

func (t troubledReleases) Release(ctx context.Context, c exchange.Commit) error {
	return t.step(ctx, "releases.Release", changes, func(ctx context.Context) error { return t.Releases.Release(ctx, c) })
}

func (t troubledTrails) Sent(ctx context.Context, item ref.ItemID) ([]exchange.SentCut, error) {
	return got(ctx, t.trouble, "trails.Sent", reads, func(ctx context.Context) ([]exchange.SentCut, error) { return t.Trails.Sent(ctx, item) })
}

func (t troubledTrails) SentCut(ctx context.Context, cut ref.CutID) (exchange.SentCut, error) {
	return got(ctx, t.trouble, "trails.SentCut", reads, func(ctx context.Context) (exchange.SentCut, error) { return t.Trails.SentCut(ctx, cut) })
}

func (t troubledLinks) Partner(ctx context.Context, n party.Name) (exchange.Partner, error) {
	return got(ctx, t.trouble, "links.Partner", reads, func(ctx context.Context) (exchange.Partner, error) { return t.Links.Partner(ctx, n) })
}

func (t troubledLinks) Partners(ctx context.Context) ([]exchange.Partner, error) {
	return got(ctx, t.trouble, "links.Partners", reads, t.Links.Partners)
}

func (t troubledLinks) Earlier(ctx context.Context, n party.Name, at wire.Time) ([]seal.VerifyKey, error) {
	return got(ctx, t.trouble, "links.Earlier", reads, func(ctx context.Context) ([]seal.VerifyKey, error) { return t.Links.Earlier(ctx, n, at) })
}

func (t troubledLinks) Cards(ctx context.Context, n party.Name) ([][]byte, error) {
	return got(ctx, t.trouble, "links.Cards", reads, func(ctx context.Context) ([][]byte, error) { return t.Links.Cards(ctx, n) })
}

func (t troubledLinks) Pin(ctx context.Context, p exchange.Pinning) error {
	return t.step(ctx, "links.Pin", changes, func(ctx context.Context) error { return t.Links.Pin(ctx, p) })
}

func (t troubledLinks) SetState(ctx context.Context, c exchange.StateChange) error {
	return t.step(ctx, "links.SetState", changes, func(ctx context.Context) error { return t.Links.SetState(ctx, c) })
}

func (t troubledOutbox) Next(ctx context.Context, n party.Name) (o exchange.Outgoing, ok bool, err error) {
	o, err = got(ctx, t.trouble, "outbox.Next", reads, func(ctx context.Context) (o exchange.Outgoing, err error) {
		o, ok, err = t.Outbox.Next(ctx, n)
		return o, err
	})
	return o, ok && err == nil, err
}

func (t troubledOutbox) Unanswered(ctx context.Context, n party.Name, w exchange.Window) ([]exchange.Outgoing, error) {
	return got(ctx, t.trouble, "outbox.Unanswered", reads, func(ctx context.Context) ([]exchange.Outgoing, error) { return t.Outbox.Unanswered(ctx, n, w) })
}

func (t troubledOutbox) InFlight(ctx context.Context, n party.Name, sequence int64) (exchange.Outgoing, error) {
	return got(ctx, t.trouble, "outbox.InFlight", reads, func(ctx context.Context) (exchange.Outgoing, error) { return t.Outbox.InFlight(ctx, n, sequence) })
}

func (t troubledOutbox) Sealed(ctx context.Context, n party.Name, sequence int64) ([]byte, error) {
	return got(ctx, t.trouble, "outbox.Sealed", reads, func(ctx context.Context) ([]byte, error) { return t.Outbox.Sealed(ctx, n, sequence) })
}

func (t troubledOutbox) Seal(ctx context.Context, list ...exchange.Sealing) error {
	return t.step(ctx, "outbox.Seal", changes, func(ctx context.Context) error { return t.Outbox.Seal(ctx, list...) })
}

func (t troubledOutbox) Answered(ctx context.Context, list ...exchange.Settled) error {
	return t.step(ctx, "outbox.Answered", changes, func(ctx context.Context) error { return t.Outbox.Answered(ctx, list...) })
}

func (t troubledInbox) Consumed(ctx context.Context, n party.Name, sequence int64) (exchange.Taken, error) {
	return got(ctx, t.trouble, "inbox.Consumed", reads, func(ctx context.Context) (exchange.Taken, error) { return t.Inbox.Consumed(ctx, n, sequence) })
}

func (t troubledInbox) Answers(ctx context.Context, n party.Name, limit int) ([][]byte, error) {
	return got(ctx, t.trouble, "inbox.Answers", reads, func(ctx context.Context) ([][]byte, error) { return t.Inbox.Answers(ctx, n, limit) })
}

func (t troubledInbox) Cut(ctx context.Context, id string) (exchange.ReceivedCut, error) {
	return got(ctx, t.trouble, "inbox.Cut", reads, func(ctx context.Context) (exchange.ReceivedCut, error) { return t.Inbox.Cut(ctx, id) })
}

func (t troubledInbox) Arrive(ctx context.Context, list ...exchange.Arrival) ([][]byte, error) {
	return got(ctx, t.trouble, "inbox.Arrive", changes, func(ctx context.Context) ([][]byte, error) { return t.Inbox.Arrive(ctx, list...) })
}

func (t troubledInbox) Open(ctx context.Context, o exchange.Opening) error {
	return t.step(ctx, "inbox.Open", changes, func(ctx context.Context) error { return t.Inbox.Open(ctx, o) })
}

func (t troubledInbox) Missed(ctx context.Context, n party.Name, at wire.Time, why string) error {
	return t.step(ctx, "inbox.Missed", changes, func(ctx context.Context) error { return t.Inbox.Missed(ctx, n, at, why) })
}

func (t troubledHeads) View(ctx context.Context, n party.Name) (witness.View, error) {
	return got(ctx, t.trouble, "heads.View", reads, func(ctx context.Context) (witness.View, error) { return t.Store.View(ctx, n) })
}

func (t troubledHeads) Others(ctx context.Context, n party.Name) ([]witness.Held, error) {
	return got(ctx, t.trouble, "heads.Others", reads, func(ctx context.Context) ([]witness.Held, error) { return t.Store.Others(ctx, n) })
}

func (t troubledHeads) Waived(ctx context.Context, n party.Name, size int64) (bool, error) {
	return got(ctx, t.trouble, "heads.Waived", reads, func(ctx context.Context) (bool, error) { return t.Store.Waived(ctx, n, size) })
}

func (t troubledHeads) See(ctx context.Context, n party.Name, seen ...witness.Seen) error {
	return t.step(ctx, "heads.See", changes, func(ctx context.Context) error { return t.Store.See(ctx, n, seen...) })
}

func (t troubledHeads) Advance(ctx context.Context, n party.Name, a witness.Advance) error {
	return t.step(ctx, "heads.Advance", changes, func(ctx context.Context) error {
		defer t.kept()
		return t.Store.Advance(ctx, n, a)
	})
}

func (t troubledHeads) Cosigned(ctx context.Context, n party.Name, cp ledger.Checkpoint, at wire.Time) error {
	return t.step(ctx, "heads.Cosigned", changes, func(ctx context.Context) error { return t.Store.Cosigned(ctx, n, cp, at) })
}

func (t troubledHeads) Asks(ctx context.Context, n party.Name, sizes []int64) error {
	return t.step(ctx, "heads.Asks", changes, func(ctx context.Context) error { return t.Store.Asks(ctx, n, sizes) })
}

func (t troubledHeads) Asked(ctx context.Context, n party.Name) error {
	return t.step(ctx, "heads.Asked", changes, func(ctx context.Context) error { return t.Store.Asked(ctx, n) })
}

func (t troubledHeads) Behind(ctx context.Context, n party.Name, since wire.Time) error {
	return t.step(ctx, "heads.Behind", changes, func(ctx context.Context) error { return t.Store.Behind(ctx, n, since) })
}

func (t troubledHeads) Stop(ctx context.Context, l witness.Lost) error {
	return t.step(ctx, "heads.Stop", changes, func(ctx context.Context) error { return t.Store.Stop(ctx, l) })
}

func (t troubledHeads) Sent(ctx context.Context, n party.Name, at exchange.Position) error {
	return t.step(ctx, "heads.Sent", changes, func(ctx context.Context) error { return t.Store.Sent(ctx, n, at) })
}

func (t troubledHeads) Tell(ctx context.Context, a, b party.Name, allowed bool, records []ledger.Entry) error {
	return t.step(ctx, "heads.Tell", changes, func(ctx context.Context) error { return t.Store.Tell(ctx, a, b, allowed, records) })
}

func (t troubledBook) Checkpoint(ctx context.Context) (ledger.Checkpoint, error) {
	return got(ctx, t.trouble, "book.Checkpoint", reads, t.Book.Checkpoint)
}

func (t troubledBook) Size() (int64, error) {
	return got(context.Background(), t.trouble, "book.Size", reads, func(context.Context) (int64, error) { return t.Book.Size() })
}

func (t troubledBook) ReadHashes(at []int64) ([]tlog.Hash, error) {
	return got(context.Background(), t.trouble, "book.ReadHashes", reads, func(context.Context) ([]tlog.Hash, error) { return t.Book.ReadHashes(at) })
}

func (t troubledExchange) Freeze(ctx context.Context, n party.Name, why string, r record.Record, evidence ...exchange.Evidence) error {
	return t.step(ctx, "exchange.Freeze", changes, func(ctx context.Context) error { return t.Exchange.Freeze(ctx, n, why, r, evidence...) })
}

func (t troubledExchange) Follow(ctx context.Context, n party.Name, signed []byte) (exchange.Partner, error) {
	return got(ctx, t.trouble, "exchange.Follow", changes, func(ctx context.Context) (exchange.Partner, error) { return t.Exchange.Follow(ctx, n, signed) })
}

func (t troubledExchange) Again(ctx context.Context, p exchange.Partner, peer exchange.Peer, from int64) error {
	return t.step(ctx, "exchange.Again", changes, func(ctx context.Context) error { return t.Exchange.Again(ctx, p, peer, from) })
}

func (t troubledExchange) Carry(ctx context.Context, n party.Name, limit int) ([]message.Message, error) {
	return got(ctx, t.trouble, "exchange.Carry", changes, func(ctx context.Context) ([]message.Message, error) { return t.Exchange.Carry(ctx, n, limit) })
}

func (t troubledExchange) Answers(ctx context.Context, n party.Name, limit int) ([]seal.Envelope, error) {
	return got(ctx, t.trouble, "exchange.Answers", reads, func(ctx context.Context) ([]seal.Envelope, error) { return t.Exchange.Answers(ctx, n, limit) })
}

func (t troubledExchange) Settle(ctx context.Context, n party.Name, signed seal.Envelope) (bool, error) {
	return got(ctx, t.trouble, "exchange.Settle", changes, func(ctx context.Context) (bool, error) { return t.Exchange.Settle(ctx, n, signed) })
}

func (t troubledExchange) Receive(ctx context.Context, n party.Name, m message.Message) (seal.Envelope, error) {
	return got(ctx, t.trouble, "exchange.Receive", changes, func(ctx context.Context) (seal.Envelope, error) { return t.Exchange.Receive(ctx, n, m) })
}

// troubledLedgers is what a courier asks of a witness; what is said is looked at.
type troubledLedgers struct {
	courier.Ledgers
	*trouble
	look func(seal.Envelope)
}

func (t troubledLedgers) Say(ctx context.Context, n party.Name) (seal.Envelope, error) {
	e, err := got(ctx, t.trouble, "ledgers.Say", reads, func(ctx context.Context) (seal.Envelope, error) { return t.Ledgers.Say(ctx, n) })
	if err == nil {
		t.look(e)
	}
	return e, err
}

func (t troubledLedgers) Hear(ctx context.Context, n party.Name, heads seal.Envelope) error {
	return t.step(ctx, "ledgers.Hear", changes, func(ctx context.Context) error { return t.Ledgers.Hear(ctx, n, heads) })
}

// troubledFile is the courier's file: each piece that is written or read is a step.
type troubledFile struct {
	io.ReadWriter
	*trouble
}

func (t troubledFile) Write(b []byte) (n int, err error) {
	return len(b), t.step(context.Background(), "file.Write", reads, func(context.Context) error { _, err := t.ReadWriter.Write(b); return err })
}

func (t troubledFile) Read(b []byte) (n int, err error) {
	err = t.step(context.Background(), "file.Read", reads, func(context.Context) (err error) { n, err = t.ReadWriter.Read(b); return err })
	return n, err
}

// troubledPeer is the line to a partner. Whatever goes over it, heads either way,
// is looked at.
type troubledPeer struct {
	exchange.Peer
	*trouble
	look func(seal.Envelope)
	left func(message.Message)
}

func (t troubledPeer) Deliver(ctx context.Context, messages ...message.Message) ([]seal.Envelope, error) {
	type delivered struct {
		answers []seal.Envelope
		missed  error // the next one was not received: the answers before it are given too
	}
	for _, m := range messages {
		t.left(m)
	}
	d, err := got(ctx, t.trouble, "peer.Deliver", carries, func(ctx context.Context) (d delivered, err error) {
		d.answers, err = t.Peer.Deliver(ctx, messages...)
		if missed := new(message.NotReceived); errors.As(err, &missed) {
			d.missed, err = err, nil
		}
		return d, err
	})
	return d.answers, errors.Join(err, d.missed)
}

func (t troubledPeer) Compare(ctx context.Context, heads seal.Envelope) (seal.Envelope, error) {
	t.look(heads)
	return got(ctx, t.trouble, "peer.Compare", carries, func(ctx context.Context) (seal.Envelope, error) {
		answer, err := t.Peer.Compare(ctx, heads)
		if err == nil {
			t.look(answer)
		}
		return answer, err
	})
}

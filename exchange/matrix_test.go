package exchange_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"comity/exchange"
	"comity/exchange/exchangetest"
	"comity/fault"
	"comity/intel"
	"comity/message"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/release"
	"comity/seal"
	"comity/wire"
)

// trouble lets one step of all the input and output of two nodes go wrong: the
// n-th call of a port or a peer, in one way.
type trouble struct {
	mu    sync.Mutex
	at    int
	how   string
	calls int
	name  string // of the step that went wrong
}

// The ways in which a step goes wrong.
const (
	fails   = "fails"    // nothing of it was done
	unsaid  = "unsaid"   // it was done, and its success is not heard of
	repeats = "repeated" // it is done twice
)

var errTrouble = fault.New(fault.Internal, "trouble")

// step does a call, or lets it go wrong.
func (t *trouble) step(name string, do func() error) error {
	t.mu.Lock()
	t.calls++
	now := t.calls == t.at
	if now {
		t.name = name
	}
	t.mu.Unlock()
	switch {
	case now && t.how == fails:
		return errTrouble
	case now && t.how == unsaid:
		return errors.Join(errTrouble, do())
	case now && t.how == repeats:
		first := do()
		return errors.Join(first, onlyNew(first, do()))
	}
	return do()
}

// onlyNew forgives a repetition that it is told it comes too late.
func onlyNew(first, again error) error {
	if first == nil && (fault.Is(again, fault.Stale) || again == nil) {
		return nil
	}
	return again
}

// troubledOutbox, troubledInbox, troubledLinks and troubledReleases are ports
// whose calls are steps.
type (
	troubledOutbox struct {
		exchange.Outbox
		*trouble
	}
	troubledInbox struct {
		exchange.Inbox
		*trouble
	}
	troubledLinks struct {
		exchange.Links
		*trouble
	}
	troubledReleases struct {
		exchange.Releases
		*trouble
	}
	troubledExhibits struct {
		exchange.Exhibits
		*trouble
	}
	troubledPeer struct {
		exchange.Peer
		*trouble
	}
)

func (t troubledOutbox) Unanswered(ctx context.Context, p party.Name, w exchange.Window) (list []exchange.Outgoing, err error) {
	return list, t.step("outbox.Unanswered", func() (err error) { list, err = t.Outbox.Unanswered(ctx, p, w); return err })
}

func (t troubledOutbox) Seal(ctx context.Context, list ...exchange.Sealing) error {
	return t.step("outbox.Seal", func() error { return t.Outbox.Seal(ctx, list...) })
}

func (t troubledOutbox) Answered(ctx context.Context, list ...exchange.Settled) error {
	return t.step("outbox.Answered", func() error { return t.Outbox.Answered(ctx, list...) })
}

func (t troubledInbox) Consumed(ctx context.Context, p party.Name, n int64) (taken exchange.Taken, err error) {
	return taken, t.step("inbox.Consumed", func() (err error) { taken, err = t.Inbox.Consumed(ctx, p, n); return err })
}

func (t troubledInbox) Arrive(ctx context.Context, list ...exchange.Arrival) (answers [][]byte, err error) {
	return answers, t.step("inbox.Arrive", func() error {
		got, err := t.Inbox.Arrive(ctx, list...)
		if err == nil {
			answers = got
		}
		return err
	})
}

func (t troubledInbox) Cut(ctx context.Context, id string) (c exchange.ReceivedCut, err error) {
	return c, t.step("inbox.Cut", func() (err error) { c, err = t.Inbox.Cut(ctx, id); return err })
}

func (t troubledInbox) Open(ctx context.Context, o exchange.Opening) error {
	return t.step("inbox.Open", func() error { return t.Inbox.Open(ctx, o) })
}

func (t troubledInbox) Missed(ctx context.Context, p party.Name, at wire.Time, why string) error {
	return t.step("inbox.Missed", func() error { return t.Inbox.Missed(ctx, p, at, why) })
}

func (t troubledLinks) Partner(ctx context.Context, n party.Name) (p exchange.Partner, err error) {
	return p, t.step("links.Partner", func() (err error) { p, err = t.Links.Partner(ctx, n); return err })
}

func (t troubledLinks) Partners(ctx context.Context) (list []exchange.Partner, err error) {
	return list, t.step("links.Partners", func() (err error) { list, err = t.Links.Partners(ctx); return err })
}

func (t troubledReleases) Chain(ctx context.Context, item ref.ItemID, to party.Name) (c release.Chain, err error) {
	return c, t.step("releases.Chain", func() (err error) { c, err = t.Releases.Chain(ctx, item, to); return err })
}

func (t troubledReleases) Release(ctx context.Context, c exchange.Commit) error {
	return t.step("releases.Release", func() error { return t.Releases.Release(ctx, c) })
}

func (t troubledExhibits) SentPart(ctx context.Context, cut ref.CutID, content ref.Hash, n int) (b []byte, err error) {
	return b, t.step("exhibits.SentPart", func() (err error) { b, err = t.Exhibits.SentPart(ctx, cut, content, n); return err })
}

func (t troubledExhibits) ReceivedParts(ctx context.Context, cut ref.CutID, content ref.Hash, from, limit int) (list [][]byte, err error) {
	return list, t.step("exhibits.ReceivedParts", func() (err error) {
		list, err = t.Exhibits.ReceivedParts(ctx, cut, content, from, limit)
		return err
	})
}

func (t troubledExhibits) CountReceived(ctx context.Context, cut ref.CutID, content ref.Hash) (n int, err error) {
	return n, t.step("exhibits.CountReceived", func() (err error) { n, err = t.Exhibits.CountReceived(ctx, cut, content); return err })
}

func (t troubledPeer) Deliver(ctx context.Context, messages ...message.Message) (answers []seal.Envelope, err error) {
	return answers, t.step("peer.Deliver", func() error {
		got, err := t.Peer.Deliver(ctx, messages...)
		answers = got
		return err
	})
}

// TestEveryStepMayGoWrong plays one exchange again and again - two reports over,
// one with an exhibit, both read - and each time another step of it fails, succeeds
// unheard of, or is done twice. The officers try again what failed and the nodes
// go on; in the end every report that an officer was told is sent has arrived
// once, in order, with its exhibit whole, each reading is receipted, and both
// ledgers hold.
func TestEveryStepMayGoWrong(t *testing.T) {
	for _, how := range []string{fails, unsaid, repeats} {
		steps := 0
		for at := 1; ; at++ {
			w := troubled(t, &trouble{at: at, how: how})
			w.play()
			w.check(fmt.Sprintf("step %d (%s) %s", at, w.name, how))
			if w.calls < at {
				break
			}
			steps++
		}
		if steps < 40 {
			t.Errorf("only %d steps went wrong (%s)", steps, how)
		}
	}
}

type troubledWorld struct {
	*trouble
	t      *testing.T
	us, mx *exchangetest.Node
	sent   []ref.CutID // of which an officer was told that they are sent
}

func troubled(t *testing.T, tr *trouble) *troubledWorld {
	us, mx := exchangetest.Pair(t)
	w := &troubledWorld{tr, t, us, mx, nil}
	for _, n := range []*exchangetest.Node{us, mx} {
		n.Ports = exchange.Ports{Releases: troubledReleases{n.Store, tr}, Trails: n.Store, Links: troubledLinks{n.Store, tr},
			Outbox: troubledOutbox{n.Store, tr}, Inbox: troubledInbox{n.Store, tr}, Exhibits: troubledExhibits{n.Store, tr}}
	}
	us.Peers[mx.Name], mx.Peers[us.Name] = troubledPeer{us.Peers[mx.Name], tr}, troubledPeer{mx.Peers[us.Name], tr}
	return w
}

// picture goes with the first report.
var picture = file(4*intel.PartSize + 3)

func (w *troubledWorld) play() {
	for range 2 {
		w.release()
		w.rest()
	}
	for range 3 { // whoever is told that it failed tries again
		for _, l := range w.letters() {
			if l.FirstRead.IsZero() {
				_, _ = w.mx.Read(ctx, w.mx.Staff.Actor("ana-1"), l.Cut.String(), true)
			}
		}
	}
	w.rest()
	w.rest()
}

// release sends a report, and once more if the officer was told that it
// failed.
func (w *troubledWorld) release() {
	i := report(w.t, w.us)
	if len(w.sent) == 0 {
		i = pictured(w.t, w.us, picture)
	}
	for range 3 {
		r, err := w.us.Release(ctx, w.us.Staff.Actor("rel-1"), toUIN(i), "")
		if err == nil {
			w.sent = append(w.sent, r.Cuts[0].Cut.ID)
			return
		}
		// Before trying again the officer looks whether it went after all.
		if cuts := exchangetest.Must(w.us.Store.Sent(ctx, i.ID))(w.t); len(cuts) > 0 {
			w.sent = append(w.sent, cuts[0].Cut.ID)
			return
		}
	}
}

// rest lets the links work until they have nothing to do.
func (w *troubledWorld) rest() {
	for range 3 {
		_, _ = w.us.Flush(ctx), w.mx.Flush(ctx)
	}
}

func (w *troubledWorld) letters() []exchange.Letter {
	for range 3 {
		if l, err := w.mx.Inbox(ctx, w.mx.Staff.Actor("ana-1"), ref.CutID{}, 100); err == nil {
			return l
		}
	}
	w.t.Fatal("the inbox cannot be read")
	return nil
}

func (w *troubledWorld) check(name string) {
	w.t.Helper()
	var arrived []ref.CutID
	for _, l := range slices.Backward(w.letters()) {
		if slices.Contains(arrived, l.Cut) {
			w.t.Errorf("%s: %s arrived twice", name, l.Cut)
		}
		arrived = append(arrived, l.Cut)
		if l.FirstRead.IsZero() {
			w.t.Errorf("%s: a letter was not read", name)
		}
	}
	told := slices.DeleteFunc(slices.Clone(arrived), func(id ref.CutID) bool { return !slices.Contains(w.sent, id) })
	if len(w.sent) != 2 || !slices.Equal(told, w.sent) {
		w.t.Errorf("%s: %v were sent, %v arrived", name, w.sent, arrived)
	}
	for _, id := range w.sent {
		list, err := w.us.Store.Receipts(ctx, id, 0, 10)
		read := slices.ContainsFunc(list, func(r exchange.StoredReceipt) bool { return r.Kind == record.ReadBy })
		if err != nil || !read {
			w.t.Errorf("%s: %s has no receipt of reading (%d receipts, %v)", name, id, len(list), err)
		}
	}
	var got []byte
	err := error(fault.New(fault.Internal, "not tried"))
	for range 3 { // the step may go wrong here too
		if len(w.sent) > 0 && err != nil {
			got, err = takeAll(w.mx, "ana-1", w.sent[0], ref.Content(picture))
		}
	}
	if err != nil || !bytes.Equal(got, picture) {
		w.t.Errorf("%s: %d bytes of the exhibit, %v", name, len(got), err)
	}
	w.rest()
	for _, n := range []*exchangetest.Node{w.us, w.mx} {
		p := exchangetest.Must(n.Store.Partner(ctx, map[party.Name]party.Name{"us/dea": "mx/semar", "mx/semar": "us/dea"}[n.Name]))(w.t)
		if p.State != exchange.Active || p.Queued > 0 {
			w.t.Errorf("%s: the link of %s is %s, %d wait", name, n.Name, p.State, p.Queued)
		}
		if err := n.Store.Audit(); err != nil {
			w.t.Errorf("%s: the ledger of %s: %v", name, n.Name, err)
		}
	}
}

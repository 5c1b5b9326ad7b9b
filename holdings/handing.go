package holdings

import (
	"context"
	"sync"
	"time"

	"comity/fault"
	"comity/intel"
	"comity/party"
	"comity/ref"
)

// handing is a file of an item or a cut on its way to or from an officer, in
// pieces.
type handing struct {
	officer party.Handle
	of      [16]byte // the item or the cut
	content ref.Hash
}

// handingLasts is how long the pieces of a file belong to one handing over.
const handingLasts = time.Hour

func going(at, now time.Time) bool { return !now.Before(at) && now.Before(at.Add(handingLasts)) }

// Readings remembers which files officers are being given: one that is taken in
// pieces is looked at, and goes on record, once. It is safe for concurrent use.
type Readings struct {
	mu    sync.Mutex
	since map[handing]time.Time
}

// Give gives a piece of a file of an item or a cut to an officer. What begins a
// reading is looked at whole, and put on record, before a byte is given.
func (r *Readings) Give(ctx context.Context, officer party.Handle, of [16]byte, x intel.Exhibit, parts Parts, from int, now time.Time, record func() error) (Piece, error) {
	h := handing{officer, of, x.Content}
	if from == 1 || !r.going(h, now) {
		if err := Whole(ctx, x, parts); err != nil {
			return Piece{}, err
		}
		if err := record(); err != nil {
			return Piece{}, err
		}
		r.begin(h, now)
	}
	return PieceOf(ctx, x, parts, from)
}

func (r *Readings) begin(h handing, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.since == nil {
		r.since = map[handing]time.Time{}
	}
	for k, at := range r.since {
		if !going(at, now) {
			delete(r.since, k)
		}
	}
	r.since[h] = now
}

func (r *Readings) going(h handing, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	at, ok := r.since[h]
	return ok && going(at, now)
}

// uploads remembers which files officers have handed over: an officer who knows
// the hash of a file alone, and may not see it where it is, must not come to it
// by attaching that hash to something that the officer may see.
type uploads struct {
	mu sync.Mutex
	of map[handing]*upload
}

type upload struct {
	next  int // part
	sum   ref.Digest
	since time.Time
}

// add adds parts, which must be the next ones or begin anew.
func (u *uploads) add(h handing, from int, parts [][]byte, now time.Time) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.of == nil {
		u.of = map[handing]*upload{}
	}
	for k, one := range u.of {
		if !going(one.since, now) {
			delete(u.of, k)
		}
	}
	if from == 1 {
		u.of[h] = &upload{next: 1, sum: ref.NewDigest(), since: now}
	}
	one := u.of[h]
	if one == nil || one.next != from {
		return fault.New(fault.Stale, "part %d of the file is not the one that comes next", from).Fix("attach the file once more")
	}
	for _, b := range parts {
		one.sum.Add(b)
	}
	one.next += len(parts)
	return nil
}

// whole tells whether all of a file was handed over; it is not remembered any
// longer.
func (u *uploads) whole(h handing, x intel.Exhibit, now time.Time) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	one := u.of[h]
	delete(u.of, h)
	switch {
	case one == nil || !going(one.since, now) || one.next != x.Parts()+1:
		return fault.New(fault.Stale, "the file was not handed over from end to end").Fix("attach it once more")
	case one.sum.Content() != x.Content:
		return fault.New(fault.Forged, "the file that was handed over is not the one that its hash names").Fix("attach it once more; did it change meanwhile?")
	}
	return nil
}

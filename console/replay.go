package console

import (
	"sync"
	"time"

	"comity/fault"
	"comity/wire"
)

// once remembers the nonces of commands as long as these are fresh. What was
// signed before the memory began is refused, so that a restart forgets
// nothing that could be played again.
type once struct {
	now func() time.Time

	mu    sync.Mutex
	began wire.Time
	swept wire.Time
	seen  map[string]wire.Time
}

func newOnce(now func() time.Time) *once {
	return &once{now: now, began: wire.At(now()), seen: map[string]wire.Time{}}
}

// take accepts a command's time and nonce once.
func (o *once) take(at wire.Time, nonce string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	now := wire.At(o.now())
	if at.Before(now.Add(-freshness)) || at.After(now.Add(ahead)) {
		return fault.New(fault.Expired, "the command was signed at %s, and it is %s at the node", at, now).
			Fix("set the clock of this machine right and try again")
	}
	if at.Before(o.began) {
		return fault.New(fault.Stale, "the command was signed before the node started").Fix("try again")
	}
	if _, found := o.seen[nonce]; found {
		return fault.New(fault.Forged, "this command was given before").Fix("give it anew; if you did not, somebody copied it")
	}
	o.sweep(now)
	o.seen[nonce] = at
	return nil
}

// sweep forgets what is too old to be played again, now and then.
func (o *once) sweep(now wire.Time) {
	if now.Before(o.swept.Add(sweepEvery)) {
		return
	}
	o.swept = now
	old := now.Add(-2 * freshness)
	for n, t := range o.seen {
		if t.Before(old) {
			delete(o.seen, n)
		}
	}
}

const sweepEvery = 10 * time.Second

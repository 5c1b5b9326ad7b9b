package exchange

import (
	"sync"

	"comity/party"
	"comity/wire"
)

// failing keeps since when what waits for a partner cannot be delivered: officers
// see it, and not the log alone. It begins anew with the node.
type failing struct {
	mu    sync.Mutex
	since map[party.Name]wire.Time
}

// tried says how a delivery went.
func (f *failing) tried(partner party.Name, err error, now wire.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err == nil {
		delete(f.since, partner)
		return
	}
	if f.since == nil {
		f.since = map[party.Name]wire.Time{}
	}
	if f.since[partner].IsZero() {
		f.since[partner] = now
	}
}

func (f *failing) of(partner party.Name) wire.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.since[partner]
}

package door

import (
	"sync"
	"time"

	"comity/party"
	"comity/ref"
)

// A ceremony may take so long, and so many are under way at a time: beyond that
// the oldest is given up. They are not kept over a restart.
const (
	ceremonyLasts = 5 * time.Minute
	maxCeremonies = 1 << 14
)

// ceremony is one that has begun.
type ceremony struct {
	challenge  string
	invitation ref.Hash     // of the making of a passkey; zero: a sign-in
	handle     party.Handle // likewise
	until      time.Time
}

// ceremonies are those under way, by id. They begin in the order of their end.
type ceremonies struct {
	mu    sync.Mutex
	of    map[string]ceremony
	order []string
}

// put keeps a ceremony. One that makes a passkey takes the place of another by the
// same invitation.
func (c *ceremonies) put(now time.Time, id string, begun ceremony) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.of == nil {
		c.of = map[string]ceremony{}
	}
	for len(c.order) > 0 && (len(c.order) >= maxCeremonies || !now.Before(c.of[c.order[0]].until)) {
		delete(c.of, c.order[0]) // also what was taken and stands in the order only
		c.order = c.order[1:]
	}
	if !begun.invitation.IsZero() {
		for other, have := range c.of {
			if have.invitation == begun.invitation {
				delete(c.of, other)
			}
		}
	}
	c.of[id] = begun
	c.order = append(c.order, id)
}

// take gives a ceremony, once: whatever becomes of it, it is over.
func (c *ceremonies) take(now time.Time, id string) (ceremony, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	begun, ok := c.of[id]
	delete(c.of, id)
	return begun, ok && now.Before(begun.until)
}

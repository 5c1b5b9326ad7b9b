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
	purpose    purpose
	handle     party.Handle // whose it is; empty of a sign-in
	invitation ref.Hash     // of the making of a passkey by one
	statement  []byte       // of an approval: what is signed
	credential ref.Hash     // of the dropping of a passkey: which
	last       bool         // likewise: though it be the last

	readmission Readmission // that is confirmed
	until       time.Time
}

// purpose is what a ceremony is for. What a device answered for one is no answer for
// another.
type purpose int

const (
	signingIn purpose = iota + 1
	making
	approving
	adding    // another passkey: that the officer is there
	addingKey // likewise: its making
	dropping  // a passkey
	readmitting
)

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

// take gives a ceremony of a purpose, once: whatever becomes of it, it is over.
func (c *ceremonies) take(now time.Time, id string, p purpose) (ceremony, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	begun, ok := c.of[id]
	delete(c.of, id)
	return begun, ok && begun.purpose == p && now.Before(begun.until)
}

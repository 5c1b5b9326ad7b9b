package exchange

import (
	"sync/atomic"

	"comity/message"
)

// Counts are how many messages crossed the links since the exchange was made.
type Counts struct {
	Delivered uint64 // a partner took it
	Received  uint64 // a partner's, and taken
	Refused   uint64 // a partner's, and refused
}

type counts struct{ delivered, received, refused atomic.Uint64 }

// Counts tells how many there were so far.
func (x *Exchange) Counts() Counts {
	return Counts{x.counts.delivered.Load(), x.counts.received.Load(), x.counts.refused.Load()}
}

// delivered counts the answers that took a message.
func (x *Exchange) delivered(list ...Settled) {
	for _, s := range list {
		if s.Answer.Outcome == message.Accepted {
			x.counts.delivered.Add(1)
		}
	}
}

package peer

import (
	"sync"
	"time"
)

// buckets hold one token bucket per key: what one partner, or one address,
// may still spend. Full buckets are forgotten, so that the table holds only
// those seen within the last moments.
type buckets[K comparable] struct {
	rate  float64 // tokens a second
	burst float64
	now   func() time.Time

	mu    sync.Mutex
	level map[K]bucket
	swept time.Time
}

type bucket struct {
	tokens float64
	at     time.Time
}

func newBuckets[K comparable](rate, burst float64, now func() time.Time) *buckets[K] {
	return &buckets[K]{rate: rate, burst: burst, now: now, level: map[K]bucket{}}
}

// take spends n tokens of a key, or none and reports false. More than the
// burst is never there to be taken.
func (b *buckets[K]) take(key K, n float64) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	have := b.refilled(key)
	if have.tokens < n {
		b.level[key] = have
		return false
	}
	have.tokens -= n
	b.level[key] = have
	return true
}

// charge spends n tokens whether they are there or not.
func (b *buckets[K]) charge(key K, n float64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	have := b.refilled(key)
	have.tokens = max(have.tokens-n, -b.burst)
	b.level[key] = have
}

func (b *buckets[K]) refilled(key K) bucket {
	now := b.now()
	b.sweep(now)
	have, found := b.level[key]
	if !found {
		return bucket{b.burst, now}
	}
	return bucket{min(b.burst, have.tokens+b.rate*now.Sub(have.at).Seconds()), now}
}

// sweep forgets, once a minute, the keys whose bucket has filled up again.
func (b *buckets[K]) sweep(now time.Time) {
	if now.Sub(b.swept) < time.Minute {
		return
	}
	b.swept = now
	for key, have := range b.level {
		if have.tokens+b.rate*now.Sub(have.at).Seconds() >= b.burst {
			delete(b.level, key)
		}
	}
}

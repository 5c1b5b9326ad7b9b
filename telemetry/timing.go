package telemetry

import (
	"slices"
	"sync"
	"time"
)

// Timing counts how long something took, by bounds that double. It is what a
// node keeps of its commits. Its zero value is ready, and safe for concurrent use.
type Timing struct {
	mu  sync.Mutex
	all Timings
}

// Timings are what was counted: how many took up to each bound and longer than
// the one before it, and behind the last bound those that took longer than all.
type Timings struct {
	Counts [len(bounds) + 1]uint64
	Sum    time.Duration
}

// bounds suit a commit to a disk: from what memory takes to what no disk should.
var bounds = [...]time.Duration{
	time.Millisecond / 2, time.Millisecond, 2 * time.Millisecond, 4 * time.Millisecond, 8 * time.Millisecond, 16 * time.Millisecond,
	32 * time.Millisecond, 64 * time.Millisecond, 128 * time.Millisecond, 256 * time.Millisecond, 512 * time.Millisecond,
	time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second,
}

// Took counts one.
func (t *Timing) Took(d time.Duration) {
	d = max(d, 0)
	i, _ := slices.BinarySearch(bounds[:], d)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.all.Counts[i]++
	t.all.Sum += d
}

// Timings gives what was counted so far.
func (t *Timing) Timings() Timings {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.all
}

// Count is how many there were.
func (t Timings) Count() uint64 {
	var n uint64
	for _, c := range t.Counts {
		n += c
	}
	return n
}

package exchange

import (
	"sync"
	"time"

	"comity/party"
)

// Parts of exhibits go in such numbers as cross a link in about a second: what
// is released meanwhile waits no longer than that.
const (
	firstPace = 4
	mostPace  = 32
	quickRun  = time.Second
	slowRun   = 3 * time.Second
)

// pace keeps how many parts go over each link at a time.
type pace struct {
	mu    sync.Mutex
	parts map[party.Name]int
}

func (p *pace) of(partner party.Name) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if n, ok := p.parts[partner]; ok {
		return n
	}
	return firstPace
}

// took says how long a run with so many parts took.
func (p *pace) took(partner party.Name, parts int, d time.Duration) {
	now := p.of(partner)
	switch {
	case parts < now && d < slowRun: // there were no more, or the run had no room
		return
	case d < quickRun:
		now = min(2*now, mostPace)
	case d > slowRun:
		now = max(now/2, 1)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.parts == nil {
		p.parts = map[party.Name]int{}
	}
	p.parts[partner] = now
}

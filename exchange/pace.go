package exchange

import (
	"sync"
	"time"

	"comity/party"
)

// Parts of exhibits go in runs of their own, of such numbers as cross a link in
// about half a second: what is released meanwhile waits no longer than that, or
// than one part takes. Where something else is always there to go, one goes along
// now and then.
const (
	firstPace = 2
	mostPace  = 32
	quickRun  = 300 * time.Millisecond
	slowRun   = 800 * time.Millisecond
	everyRuns = 8 // runs
)

// pace keeps how many parts go over each link at a time.
type pace struct {
	mu    sync.Mutex
	links map[party.Name]*paced
}

type paced struct {
	parts   int
	without int // runs since parts went
}

func (p *pace) link(partner party.Name) *paced {
	if p.links == nil {
		p.links = map[party.Name]*paced{}
	}
	if p.links[partner] == nil {
		p.links[partner] = &paced{parts: firstPace}
	}
	return p.links[partner]
}

func (p *pace) of(partner party.Name) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.link(partner).parts
}

// turn tells whether parts, if there are any, have waited for others long enough.
func (p *pace) turn(partner party.Name, waiting bool) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.link(partner)
	if !waiting {
		l.without = 0
	}
	return l.without >= everyRuns
}

// went says that a run got across, with parts or without.
func (p *pace) went(partner party.Name, parts bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.link(partner)
	if l.without++; parts {
		l.without = 0
	}
}

// failed says that a run of parts did not get across.
func (p *pace) failed(partner party.Name) {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.link(partner)
	l.parts = max(l.parts/2, 1)
}

// took says how long a run of so many parts and nothing else took.
func (p *pace) took(partner party.Name, parts int, d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.link(partner)
	switch {
	case d > slowRun:
		l.parts = max(min(parts, l.parts)/2, 1)
	case d < quickRun && parts >= l.parts:
		l.parts = min(2*l.parts, mostPace)
	}
}

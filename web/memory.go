package web

import (
	"sync"

	"comity/release"
)

// maxShown is how many plans are remembered; the oldest are forgotten, and have to
// be looked at again before they are sent.
const maxShown = 500

// memory knows the newest plan of an item that each session was shown, so that
// nobody sends another than they saw.
type memory struct {
	mu    sync.Mutex
	plans map[[2]string]release.Plan // by session and item
	order [][2]string
}

func newMemory() *memory { return &memory{plans: map[[2]string]release.Plan{}} }

func (m *memory) keep(session, item string, p release.Plan) {
	m.mu.Lock()
	defer m.mu.Unlock()
	key := [2]string{session, item}
	if _, there := m.plans[key]; !there {
		m.order = append(m.order, key)
	}
	m.plans[key] = p
	for len(m.order) > maxShown {
		delete(m.plans, m.order[0])
		m.order = m.order[1:]
	}
}

func (m *memory) plan(session, item string) (release.Plan, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p, ok := m.plans[[2]string{session, item}]
	return p, ok
}

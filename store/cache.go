package store

import (
	"sync"

	"comity/ref"
)

// byHash keeps what was read of things that their hash names and that never
// change. It is emptied when it is full: whoever fills it are partners.
type byHash[T any] struct {
	mu sync.RWMutex
	of map[ref.Hash]T
}

const maxByHash = 1024

func (c *byHash[T]) get(h ref.Hash) (T, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	v, ok := c.of[h]
	return v, ok
}

func (c *byHash[T]) put(h ref.Hash, v T) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.of == nil || len(c.of) >= maxByHash {
		c.of = map[ref.Hash]T{}
	}
	c.of[h] = v
}

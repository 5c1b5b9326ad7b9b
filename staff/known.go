package staff

import (
	"slices"
	"sync"

	"comity/ref"
)

// statements keeps the officers of statements that were found to be the node's,
// by their bytes: every command asks for one, and a statement never changes.
type statements struct {
	mu sync.Mutex
	of map[ref.Hash]Officer
}

const maxStatements = 4096

func (s *statements) get(statement []byte) (Officer, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o, ok := s.of[ref.Content(statement)]
	o.Roles = slices.Clone(o.Roles)
	return o, ok
}

func (s *statements) put(statement []byte, o Officer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.of == nil || len(s.of) >= maxStatements {
		s.of = map[ref.Hash]Officer{}
	}
	o.Roles = slices.Clone(o.Roles)
	s.of[ref.Content(statement)] = o
}

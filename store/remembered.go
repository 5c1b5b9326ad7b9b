package store

import "sync"

// remembered keeps what was read of the database until somebody changes it: it is
// for little that is asked for with every act and seldom changes.
type remembered[T any] struct {
	mu      sync.Mutex
	value   T
	known   bool
	changes int // so far, perhaps
}

// get gives what is remembered, or else reads it. What is changed while it is read
// is not remembered.
func (r *remembered[T]) get(read func() (T, error)) (T, error) {
	r.mu.Lock()
	value, known, changes := r.value, r.known, r.changes
	r.mu.Unlock()
	if known {
		return value, nil
	}
	value, err := read()
	if err != nil {
		return value, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.changes == changes {
		r.value, r.known = value, true
	}
	return value, nil
}

// changed has it read again. It is called once a change is committed, or may have
// been.
func (r *remembered[T]) changed() {
	r.mu.Lock()
	defer r.mu.Unlock()
	var none T
	r.value, r.known, r.changes = none, false, r.changes+1
}

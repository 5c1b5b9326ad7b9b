package telemetry

import (
	"context"
	"sync"
	"time"

	"comity/fault"
)

// reader asks the node how it is, with a limit of time and for one reading at a
// time: whoever asks meanwhile gets the same answer, so that no number of
// watchers is a burden.
type reader struct {
	source Source
	limit  time.Duration

	mu      sync.Mutex
	current *reading // the one under way; nil: none
}

// reading is a question to the node.
type reading struct {
	done chan struct{} // closed once r and err stand
	r    Readings
	err  error
}

// read gives the node's readings. A node that takes too long, fails or brings the
// reading down is an Internal fault that tells no more.
func (r *reader) read(ctx context.Context) (Readings, error) {
	ctx, cancel := context.WithTimeout(ctx, r.limit)
	defer cancel()
	c := r.join()
	select {
	case <-c.done:
		return c.r, c.err
	case <-ctx.Done():
		return Readings{}, fault.New(fault.Internal, "the node does not say how it is")
	}
}

// join gives the reading under way, or begins one. It ends by its own limit and
// not with the one who asked first: others wait for it too.
func (r *reader) join() *reading {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.current != nil {
		return r.current
	}
	c := &reading{done: make(chan struct{})}
	r.current = c
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), r.limit)
		defer cancel()
		defer func() {
			if recover() != nil {
				c.err = fault.New(fault.Internal, "the node cannot say how it is")
			}
			r.mu.Lock()
			r.current = nil
			r.mu.Unlock()
			close(c.done)
		}()
		c.r, c.err = r.source.Readings(ctx)
	}()
	return c
}

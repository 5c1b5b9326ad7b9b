package store

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// together does n things that only compute, on as many processors as there are, and
// gives the first error. What one writer would do for each act in turn, it need not.
// A panic in one of them is a failure of that one, as it is in an act.
func together(n int, act func(i int) error) error {
	do := func(i int) (err error) {
		defer recovered(&err)
		return act(i)
	}
	workers := min(n, runtime.GOMAXPROCS(0))
	if workers < 2 {
		for i := range n {
			if err := do(i); err != nil {
				return err
			}
		}
		return nil
	}
	var (
		all    sync.WaitGroup
		next   atomic.Int64
		once   sync.Once
		failed error
	)
	for range workers {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				if err := do(i); err != nil {
					once.Do(func() { failed = err })
					return
				}
			}
		})
	}
	all.Wait()
	return failed
}

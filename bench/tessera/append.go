package main

import (
	"context"
	"crypto/rand"
	"sync"
	"time"
)

// entrySize is about that of a record of the exchange.
const entrySize = 300

// appendAll has callers append, each one entry after the other, until the
// budget is spent, and gives how long each append took.
func appendAll(ctx context.Context, l log, callers int, budget time.Duration) ([]time.Duration, time.Duration, error) {
	var (
		wg    sync.WaitGroup
		mu    sync.Mutex
		all   []time.Duration
		first error
	)
	start := time.Now()
	for range callers {
		wg.Go(func() {
			took, err := appendSome(ctx, l, start.Add(budget))
			mu.Lock()
			defer mu.Unlock()
			all = append(all, took...)
			if first == nil {
				first = err
			}
		})
	}
	wg.Wait()
	return all, time.Since(start), first
}

func appendSome(ctx context.Context, l log, until time.Time) ([]time.Duration, error) {
	var took []time.Duration
	for time.Now().Before(until) {
		entry := make([]byte, entrySize)
		_, _ = rand.Read(entry) // it never fails
		start := time.Now()
		if err := l.add(ctx, entry); err != nil {
			return took, err
		}
		took = append(took, time.Since(start))
	}
	return took, nil
}

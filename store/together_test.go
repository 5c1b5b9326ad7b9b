package store

import (
	"errors"
	"sync/atomic"
	"testing"

	"comity/fault"
)

// Each thing is done once; an error of any is told, and a panic in any is one.
func TestTogether(t *testing.T) {
	for _, n := range []int{0, 1, 2, 100} {
		done := make([]atomic.Int64, n)
		if err := together(n, func(i int) error { done[i].Add(1); return nil }); err != nil {
			t.Error(err)
		}
		for i := range done {
			if done[i].Load() != 1 {
				t.Errorf("%d of %d was done %d times", i, n, done[i].Load())
			}
		}
	}
	wrong := errors.New("wrong")
	for _, n := range []int{1, 100} {
		if err := together(n, func(i int) error {
			if i == n-1 {
				return wrong
			}
			return nil
		}); !errors.Is(err, wrong) {
			t.Error(err)
		}
		if err := together(n, func(i int) error {
			if i == n/2 {
				panic("a hostile message")
			}
			return nil
		}); !fault.Is(err, fault.Internal) {
			t.Error(err)
		}
	}
}

package sqlite_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"comity/ref"
	"comity/store"
	"comity/store/sqlite"
	"comity/store/storetest"
)

// BenchmarkKeep writes items, each with its record and a signed checkpoint,
// durably, from one officer and from many at once.
func BenchmarkKeep(b *testing.B) {
	for _, officers := range []int{1, 8, 64} {
		b.Run(fmt.Sprint(officers), func(b *testing.B) {
			db, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "node.db"), store.Options{Vault: storetest.Vault(), Sign: storetest.Signer()})
			if err != nil {
				b.Fatal(err)
			}
			defer db.Close()
			k := &keeper{db: db, random: storetest.Random(1), kept: map[ref.ItemID]bool{}}
			b.SetParallelism(max(1, officers/2))
			b.ResetTimer()
			if officers == 1 {
				for range b.N {
					if err := k.keep(context.Background(), "x"); err != nil {
						b.Fatal(err)
					}
				}
				return
			}
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if err := k.keep(context.Background(), "x"); err != nil {
						b.Error(err)
					}
				}
			})
		})
	}
}

package sqlite_test

import (
	"path/filepath"
	"testing"

	"go.uber.org/goleak"

	"comity/store"
	"comity/store/sqlite"
	"comity/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestStore holds the SQLite store to the conformance suite.
func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) *store.DB {
		return open(t, filepath.Join(t.TempDir(), "node 1#?%.db"))
	})
}

func open(t *testing.T, path string) *store.DB {
	t.Helper()
	db, err := sqlite.Open(t.Context(), path, store.Options{Vault: storetest.Vault(), Sign: storetest.Signer()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

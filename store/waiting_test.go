package store_test

import (
	"database/sql"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"comity/exchange"
	"comity/store"
	"comity/store/sqlite"
	"comity/store/storetest"
)

// What waits for a partner is found by what waits, and not by looking at all that
// ever went to it: an index of some rows is used only where the question says in
// words which rows these are.
func TestWaitingIsFoundByAnIndex(t *testing.T) {
	path := filepath.Join(t.TempDir(), "node.db")
	db, err := sqlite.Open(t.Context(), path, store.Options{Vault: storetest.Vault(), Sign: storetest.Signer()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	if _, err := db.Outbox().Unanswered(t.Context(), "mx.fgr", exchange.Window{Limit: 9, Parts: 9, Bytes: 9}); err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, text := range db.Asked() {
		if !strings.Contains(text, "FROM outbox") {
			continue
		}
		for _, step := range plan(t, path, text) {
			if strings.Contains(step, "TEMP B-TREE") || strings.HasPrefix(step, "SCAN") {
				t.Errorf("%s\n%s", text, step)
			}
			if _, index, found := strings.Cut(step, "SEARCH o USING INDEX "); found {
				used[strings.Fields(index)[0]] = true
			}
		}
	}
	if len(used) != 2 || !used["outbox_sealed"] || !used["outbox_unsealed"] {
		t.Errorf("it is looked for in %v", used)
	}
}

// plan says how the database finds what a text asks for.
func plan(t *testing.T, path, text string) (steps []string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	rows, err := db.Query("EXPLAIN QUERY PLAN "+text, slices.Repeat([]any{1}, 4)...)
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		var id, parent, unused int
		var step string
		if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
			t.Fatal(err)
		}
		steps = append(steps, step)
	}
	return steps
}

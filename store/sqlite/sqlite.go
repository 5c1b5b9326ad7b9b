// Package sqlite opens a node's store in one SQLite file: the default, for a
// node on one machine. Writes are durable: what was acknowledged survives a
// crash and a power cut.
//
// Band 5; it may import store and what store imports, and the driver.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	_ "modernc.org/sqlite" // the driver registers itself

	"comity/fault"
	"comity/store"
)

// The driver ignores pragmas that it does not know, so they are asserted
// once they should hold. The log of writes is put into the file every 32 MB: pages
// that many acts write are then written once. What an act may have to undo is kept in
// memory: in a file of the system's it would leave the node's directory, and costs a
// write for each page.
const (
	common = "_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_pragma=secure_delete(1)&_pragma=wal_autocheckpoint(8000)&_pragma=temp_store(MEMORY)"
	writes = common + "&_txlock=immediate&_pragma=cache_size(-8000)"
	reads  = common + "&_pragma=query_only(1)"
)

// Open opens the file at path, making it if there is none, readable by its
// owner alone.
func Open(ctx context.Context, path string, o store.Options) (*store.DB, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, unusable(err)
	}
	f, err := os.OpenFile(abs, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, unusable(err)
	}
	if err := f.Close(); err != nil {
		return nil, unusable(err)
	}
	write, err := pool(ctx, abs, writes, 1, false)
	if err != nil {
		return nil, err
	}
	read, err := pool(ctx, abs, reads, store.Readers(), true)
	if err != nil {
		_ = write.Close()
		return nil, err
	}
	return store.Open(ctx, store.Pools{Write: write, Read: read}, dialect, o)
}

func pool(ctx context.Context, path, options string, size int, readOnly bool) (*sql.DB, error) {
	name := url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: options}
	db, err := sql.Open("sqlite", name.String())
	if err != nil {
		return nil, unusable(err)
	}
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	if err := assert(ctx, db, readOnly); err != nil {
		_ = db.Close()
		return nil, err
	}
	return db, nil
}

// assert fails unless the connection works as the store needs it to.
func assert(ctx context.Context, db *sql.DB, readOnly bool) error {
	want := map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "secure_delete": "1", "wal_autocheckpoint": "8000", "busy_timeout": "5000", "temp_store": "2", "query_only": "0"}
	if readOnly {
		want["query_only"] = "1"
	}
	for pragma, value := range want {
		var got string
		if err := db.QueryRowContext(ctx, "PRAGMA "+pragma).Scan(&got); err != nil {
			return unusable(err)
		}
		if !strings.EqualFold(got, value) {
			return unusable(fmt.Errorf("PRAGMA %s is %s, not %s", pragma, got, value))
		}
	}
	return nil
}

func unusable(err error) error {
	return fault.New(fault.Internal, "the node's database cannot be opened").
		Fix("is it a file of comity's, on a disk with room, and yours to write?").Because(err)
}

var dialect = store.Dialect{
	Name:  "sqlite3",
	Begin: "BEGIN IMMEDIATE",
	Schema: map[string]string{
		"big":    "INTEGER",
		"blob":   "BLOB",
		"serial": "INTEGER PRIMARY KEY AUTOINCREMENT",
		"strict": "STRICT",
		"search": `CREATE VIRTUAL TABLE passage_text USING fts5(tokens, content='', contentless_delete=1, detail='none', tokenize='ascii');`,
	},
	Search: store.Search{
		Index:   `INSERT INTO passage_text (rowid, tokens) VALUES ($1, $2)`,
		Unindex: `DELETE FROM passage_text WHERE rowid = $1`,
		Forget:  `INSERT INTO passage_text (passage_text) VALUES ('optimize')`,
		// Newest first, as the index has them: which are best it cannot tell, since it
		// keeps neither how often a token stands nor where.
		Find: `SELECT p.item, p.cut, p.number FROM passage_text t CROSS JOIN passage p ON p.id = t.rowid
			WHERE passage_text MATCH $1 AND (p.unit = $2 AND p.unit <> '' OR EXISTS
			(SELECT 1 FROM opening o WHERE o.cut = p.cut AND o.handle = $3))
			ORDER BY t.rowid DESC LIMIT $4 OFFSET $5`,
		Match: func(tokens, of []string) string {
			return `("` + strings.Join(of, `" OR "`) + `") AND "` + strings.Join(tokens, `" AND "`) + `"`
		},
	},
	Purge: `PRAGMA wal_checkpoint(TRUNCATE)`,
}

// Snapshot writes a copy of the database at path, as it stands at one moment,
// but for the search, to a file that does not exist yet. The node may go on writing meanwhile.
func Snapshot(ctx context.Context, path, into string) error {
	abs, err := filepath.Abs(path)
	if err != nil {
		return unusable(err)
	}
	// The copy is made readable by its owner alone before anything is in it.
	f, err := os.OpenFile(into, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return uncopied(err)
	}
	if err := f.Close(); err != nil {
		return uncopied(err)
	}
	name := url.URL{Scheme: "file", Path: filepath.ToSlash(abs), RawQuery: "mode=ro&_pragma=busy_timeout(5000)"}
	db, err := sql.Open("sqlite", name.String())
	if err != nil {
		return uncopied(err)
	}
	defer func() { _ = db.Close() }() // it only read
	if _, err := db.ExecContext(ctx, `VACUUM INTO ?`, into); err != nil {
		return uncopied(err)
	}
	return stripped(ctx, into)
}

// stripped takes out of a copy the search and what documents are known by, whose tokens
// would tell of what is destroyed later on, to whoever has the vault; they can be made
// anew. It takes out too who is signed in or invited: a node made of the copy lets
// nobody in by what was ended since.
func stripped(ctx context.Context, path string) error {
	name := url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: "_pragma=secure_delete(1)&_pragma=journal_mode(OFF)"}
	db, err := sql.Open("sqlite", name.String())
	if err != nil {
		return uncopied(err)
	}
	_, err = db.ExecContext(ctx, `INSERT INTO passage_text (passage_text) VALUES ('delete-all'); DELETE FROM passage;
		UPDATE source SET original = x'', sketch = x'';
		DELETE FROM visit; DELETE FROM invitation; DELETE FROM readmission`)
	if err = errors.Join(err, db.Close()); err != nil {
		return uncopied(err)
	}
	return nil
}

func uncopied(err error) error {
	return fault.New(fault.Internal, "the node's database cannot be copied").Fix("is there room on the disk for a second one?").Because(err)
}

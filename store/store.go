// Package store keeps a node's data in an SQL database: officers, packs,
// items, links, messages, duties and the ledger. It implements the ports of
// the packages that work on them; each method of a port is one transaction,
// and the records of an act enter the ledger in the transaction of the act.
//
// One writer goroutine commits acts in groups; readers never wait for it. The
// SQL is one text for all databases: what differs between them is a [Dialect],
// which a package such as store/sqlite brings along with its driver. The
// store never decides who may see what: it stores who acted and narrows a
// question as asked, and package holdings decides.
//
// Band 5. It is the only package that speaks SQL. It may import bands 1-4.
package store

import (
	"context"
	"database/sql"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"comity/exchange"
	"comity/fault"
	"comity/ledger"
	"comity/party"
	"comity/rulebook"
	"comity/seal"
	"comity/vault"
	"comity/witness"
)

// Pools are the two ways to the database: Write has one connection, Read has
// at most [Readers] and cannot write.
type Pools struct {
	Write *sql.DB
	Read  *sql.DB
}

// Readers is how many connections read at a time: about the number of cores,
// because more of them only take the time of the writer.
func Readers() int { return max(2, runtime.GOMAXPROCS(0)) }

// Options are what a store needs beside its database.
type Options struct {
	// Vault holds the keys of what is stored. It must be given.
	Vault *vault.Vault
	// KeepVault is handed the vault as it is once keys were destroyed, before it
	// takes the place of the one that was given; nil: nobody keeps it. If it
	// fails the keys are not destroyed yet.
	KeepVault func(*vault.Vault) error
	// Sign signs the checkpoints of the ledger. Without it the store reads,
	// and refuses every act that leaves a record, until it is unlocked.
	Sign ledger.Signer
	// Committed is told how far ledger and links have come after every commit
	// that moved them, before anybody learns of the commit; nil: nobody is. If it
	// fails, so do the acts, although they stand: nothing of them may leave.
	Committed func(Mark) error
	// Observe is told of each commit: of how many acts, and how long it took; nil:
	// nobody is.
	Observe func(acts int, took time.Duration)
	// Now is the clock of what the store itself notes; nil: time.Now.
	Now func() time.Time
}

// Mark is how far a commit has brought the ledger and the links.
type Mark struct {
	Head ledger.Checkpoint                // zero: no record was added
	Sent map[party.Name]exchange.Position // the newest message sealed to a partner
}

// DB is a node's store. It is safe for concurrent use.
type DB struct {
	pools      Pools
	dialect    Dialect
	keys       *vault.Vault
	keepVault  func(*vault.Vault) error
	destroyer  sync.Mutex // one at a time changes the vault
	committed  func(Mark) error
	observe    func(acts int, took time.Duration)
	now        func() time.Time
	sign       atomic.Pointer[ledger.Signer]
	prepared   sync.Map               // SQL text to *sql.Stmt of the read pool
	cards      byHash[pinned]         // read once
	signers    byHash[seal.VerifyKey] // of cards, likewise
	introduced remembered[[]exchange.Partner]
	standings  remembered[[]rulebook.Standing]
	stopped    atomic.Pointer[witness.Lost] // what the table says; the writer asks that
	unkept     atomic.Bool                  // something was committed and is not marked yet

	ops    chan *op
	done   chan struct{} // closed when the writer has ended
	mu     sync.RWMutex  // guards closed, and ops against sending after close
	closed bool
}

// Open brings the database up to this program's schema and starts the
// writer. It refuses a database that a newer program has changed. The pools
// belong to the store from here on, also if Open fails.
func Open(ctx context.Context, pools Pools, d Dialect, o Options) (*DB, error) {
	db := &DB{
		pools: pools, dialect: d, keys: o.Vault, keepVault: o.KeepVault, committed: o.Committed, observe: o.Observe, now: o.Now,
		ops: make(chan *op, waiting), done: make(chan struct{}),
	}
	if db.now == nil {
		db.now = time.Now
	}
	if db.observe == nil {
		db.observe = func(int, time.Duration) {}
	}
	if db.committed == nil {
		db.committed = func(Mark) error { return nil }
	}
	if db.keepVault == nil {
		db.keepVault = func(*vault.Vault) error { return nil }
	}
	db.Unlock(o.Sign)
	err := db.prepareSchema(ctx)
	var w *writer
	if err == nil {
		db.reloadStopped(db.reader(ctx))
	}
	if err == nil {
		w, err = newWriter(ctx, db)
	}
	if err != nil {
		return nil, errors.Join(broken(err), pools.Write.Close(), pools.Read.Close())
	}
	go w.run()
	err = db.destroyRecorded(ctx)
	if err == nil {
		err = db.forgetLoose(ctx)
	}
	if err == nil {
		err = db.sort(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

func (db *DB) prepareSchema(ctx context.Context) error {
	if db.keys == nil {
		return fault.New(fault.Locked, "the vault of this database is not open").Fix("unlock the node")
	}
	if err := migrate(ctx, db.pools.Write, db.dialect); err != nil {
		return err
	}
	return db.refuseOpenContent(ctx)
}

// Unlock gives the store the key of the node's ledger.
func (db *DB) Unlock(sign ledger.Signer) { db.sign.Store(&sign) }

// Close lets the acts that wait be committed, takes no more, and closes the
// database.
func (db *DB) Close() error {
	db.mu.Lock()
	was := db.closed
	db.closed = true
	if !was {
		close(db.ops)
	}
	db.mu.Unlock()
	<-db.done
	if was {
		return nil
	}
	db.prepared.Range(func(_, stmt any) bool { _ = stmt.(*sql.Stmt).Close(); return true })
	if err := errors.Join(db.pools.Read.Close(), db.pools.Write.Close()); err != nil {
		return broken(err)
	}
	return nil
}

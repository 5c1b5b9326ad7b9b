package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"sync/atomic"
	"time"

	"comity/exchange"
	"comity/fault"
	"comity/party"
	"comity/vault"
)

// Bounds of the writer.
const (
	waiting = 1024 // acts that wait before callers do
	group   = 128  // acts in one commit
)

// The life of an act: given up before the writer came to it, or taken.
const (
	queued int32 = iota
	taken
	givenUp
)

// op is one act that waits for the writer.
type op struct {
	act   func(*Tx) error
	state atomic.Int32
	err   error
	ended chan struct{}
}

// write has the writer do an act: all of it is committed, with every record
// and a signed checkpoint, before write returns nil; nothing of it if it
// returns an error. If the context ends while the act still waits it is never
// begun; once begun, write waits for its end. act may be run more than once,
// in fresh transactions, and must only touch its Tx and what it returns by.
func (db *DB) write(ctx context.Context, act func(*Tx) error) error {
	o := &op{act: act, ended: make(chan struct{})}
	if err := db.enqueue(ctx, o); err != nil {
		return err
	}
	select {
	case <-o.ended:
	case <-ctx.Done():
		if o.state.CompareAndSwap(queued, givenUp) {
			return gaveUp(ctx)
		}
		<-o.ended
	}
	return o.err
}

func (db *DB) enqueue(ctx context.Context, o *op) error {
	db.mu.RLock()
	defer db.mu.RUnlock()
	if db.closed {
		return fault.New(fault.Locked, "the node is stopping").Fix("start it again")
	}
	if ctx.Err() != nil {
		return gaveUp(ctx)
	}
	select {
	case db.ops <- o:
		return nil
	case <-ctx.Done():
		return gaveUp(ctx)
	}
}

func gaveUp(ctx context.Context) error {
	return fault.New(fault.Internal, "the act was given up before it began").Because(context.Cause(ctx))
}

// writer is the one goroutine that writes.
type writer struct {
	db      *DB
	session *session
	log     logCache
	guarded bool // the guard was moved in this group
	purge   bool // something was deleted in it that is to leave the files
	unkept  Mark // what was committed and could not be marked yet
}

func newWriter(ctx context.Context, db *DB) (*writer, error) {
	s, err := openSession(ctx, db.pools.Write, db.keys)
	if err != nil {
		return nil, err
	}
	return &writer{db: db, session: s}, nil
}

func (w *writer) run() {
	defer close(w.db.done)
	defer w.session.close()
	for o := range w.db.ops {
		w.commit(w.gather(o))
	}
}

// gather takes what waits, up to a group, and leaves out what was given up.
func (w *writer) gather(first *op) []*op {
	var batch []*op
	for o, more := first, true; more; {
		if o.state.CompareAndSwap(queued, taken) {
			batch = append(batch, o)
		}
		if len(batch) == group {
			break
		}
		select {
		case o, more = <-w.db.ops:
		default:
			more = false
		}
	}
	return batch
}

// commit brings a group through. It is begun without savepoints, which cost a copy
// of each page that an act changes: acts are seldom refused, and when one is, the
// group is begun anew with them. An act that breaks the database's own work, rather
// than being refused, is taken out and the others are begun anew: after such a
// failure nobody knows what is left of the transaction.
func (w *writer) commit(batch []*op) {
	for apart := false; len(batch) > 0; {
		began := time.Now()
		mark, culprit, err := w.attempt(batch, apart)
		if err == nil {
			w.db.observe(len(batch), time.Since(began))
			w.mark(mark, batch)
			if w.guarded {
				w.db.reloadStopped(w.session)
				w.guarded = false
			}
			if w.purge {
				w.purgeFiles()
			}
			for _, o := range batch {
				close(o.ended)
			}
			return
		}
		w.log.forget()
		w.session.rollback(w.db.pools.Write)
		if errors.Is(err, errRefused) {
			apart = true
			continue
		}
		if culprit < 0 {
			for _, o := range batch {
				o.err = broken(err)
				close(o.ended)
			}
			return
		}
		batch[culprit].err = broken(err)
		close(batch[culprit].ended)
		batch = append(batch[:culprit:culprit], batch[culprit+1:]...)
	}
}

// purgeFiles has the database write over what was deleted. While a reader holds
// on to it the next deletion, or the close, does.
func (w *writer) purgeFiles() {
	w.purge = false
	if rows, err := w.session.query(w.db.dialect.Purge); err == nil {
		_ = rows.Close()
	}
}

// mark tells how far the commit has come. If that cannot be kept, nobody may
// go on from what was committed: the acts fail, and are found done later.
func (w *writer) mark(m Mark, batch []*op) {
	w.unkept.join(m)
	if w.unkept.Head.IsZero() && len(w.unkept.Sent) == 0 {
		w.db.unkept.Store(false)
		return
	}
	err := w.db.committed(w.unkept)
	w.db.unkept.Store(err != nil)
	if err == nil {
		w.unkept = Mark{}
		return
	}
	for _, o := range batch {
		if o.err == nil {
			o.err = broken(err)
		}
	}
}

// keptMark makes sure that nothing which was committed waits to be marked: what
// leaves the node is asked for through here.
func (db *DB) keptMark(ctx context.Context) error {
	if !db.unkept.Load() {
		return nil
	}
	return db.write(ctx, func(*Tx) error { return nil })
}

// errRefused says that an act was refused in a group without savepoints.
var errRefused = errors.New("an act was refused")

// attempt runs a group in one transaction: each act in a savepoint of its own, if
// they are to be apart, so that what is refused leaves nothing behind. culprit is
// the act that broke it, or -1 if that was none of them.
func (w *writer) attempt(batch []*op, apart bool) (mark Mark, culprit int, err error) {
	if err := w.session.begin(w.db.dialect.Begin, w.db.pools.Write); err != nil {
		return mark, -1, err
	}
	if err := w.log.refresh(w.session); err != nil {
		return mark, -1, err
	}
	unsigned := false // the ledger has grown under no checkpoint
	run := w.plainly
	if apart {
		run = w.apart
	}
	for i, o := range batch {
		tx := &Tx{session: w.session, log: &w.log, db: w.db}
		broke, err := run(o, tx)
		if err != nil && broke {
			return mark, i, err
		}
		if err != nil {
			return mark, -1, err
		}
		if o.err != nil {
			continue
		}
		mark.join(Mark{tx.checkpoint, tx.sent})
		unsigned = unsigned || tx.unsigned
		if !tx.checkpoint.IsZero() {
			unsigned = tx.unsigned
		}
		w.guarded = w.guarded || tx.guarded
		w.purge = w.purge || tx.purge
	}
	return w.end(mark, unsigned)
}

// plainly runs an act in the group's transaction. broke says of an error that it is
// this act's own doing.
func (w *writer) plainly(o *op, tx *Tx) (broke bool, err error) {
	o.err = do(o.act, tx)
	if o.err != nil && fault.KindOf(o.err) == fault.Internal {
		return true, o.err
	}
	if o.err != nil {
		return false, errRefused
	}
	return false, nil
}

// apart runs an act in a savepoint. What is refused is undone.
func (w *writer) apart(o *op, tx *Tx) (broke bool, err error) {
	if _, err := w.session.exec("SAVEPOINT act"); err != nil {
		return false, err
	}
	if broke, err := w.plainly(o, tx); broke {
		return true, err
	}
	if o.err != nil {
		w.log.forget()
		if _, err := w.session.exec("ROLLBACK TO SAVEPOINT act"); err != nil {
			return false, err
		}
		if err := w.log.refresh(w.session); err != nil {
			return false, err
		}
	}
	_, err = w.session.exec("RELEASE SAVEPOINT act")
	return false, err
}

// end signs what is not signed yet, and commits.
func (w *writer) end(mark Mark, unsigned bool) (Mark, int, error) {
	if unsigned {
		tx := &Tx{session: w.session, log: &w.log, db: w.db}
		if err := tx.sign(); err != nil {
			return mark, -1, err
		}
		mark.join(Mark{Head: tx.checkpoint})
	}
	if !mark.Head.IsZero() || len(mark.Sent) > 0 {
		w.db.unkept.Store(true) // before anybody can see it
	}
	_, err := w.session.exec("COMMIT")
	return mark, -1, err
}

// join takes over what a later mark says.
func (m *Mark) join(later Mark) {
	if !later.Head.IsZero() {
		m.Head = later.Head
	}
	if len(later.Sent) > 0 && m.Sent == nil {
		m.Sent = map[party.Name]exchange.Position{}
	}
	maps.Copy(m.Sent, later.Sent)
}

// do runs an act; a panic in it is a failure of that act alone.
func do(act func(*Tx) error, tx *Tx) (err error) {
	defer recovered(&err)
	return act(tx)
}

// recovered makes an error of a panic. It is deferred.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = fault.New(fault.Internal, "the node failed").Fix("see the node's log").Because(fmt.Errorf("panic: %v", p))
	}
}

// session is the writer's connection with its prepared statements.
type session struct {
	keys  *vault.Vault
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
}

func openSession(ctx context.Context, pool *sql.DB, keys *vault.Vault) (*session, error) {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, broken(err)
	}
	return &session{keys: keys, conn: conn, stmts: map[string]*sql.Stmt{}}, nil
}

func (s *session) close() {
	for _, stmt := range s.stmts {
		_ = stmt.Close()
	}
	_ = s.conn.Close()
}

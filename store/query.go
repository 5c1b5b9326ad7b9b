package store

import (
	"context"
	"database/sql"
	"errors"

	"comity/fault"
	"comity/vault"
)

// querier asks: the writer's session inside an act, or a reader outside one.
type querier interface {
	query(text string, args ...any) (*sql.Rows, error)
	vault() *vault.Vault
}

// row is one row of an answer, with what opens it.
type row struct {
	*sql.Rows
	keys *vault.Vault
}

// open reads an enclosed value. What is gone is read as far as its shell goes.
func (r row) open(enclosed []byte, v any) (gone bool, err error) {
	b, gone, err := r.keys.Open(enclosed)
	if err != nil {
		return false, err
	}
	return gone, decode(b, v)
}

// reader asks on the read pool, for as long as its context lasts.
type reader struct {
	ctx context.Context
	db  *DB
}

func (r reader) vault() *vault.Vault { return r.db.keys }

func (db *DB) reader(ctx context.Context) reader { return reader{ctx, db} }

func (r reader) query(text string, args ...any) (*sql.Rows, error) {
	stmt, err := r.db.prepare(r.ctx, text)
	if err != nil {
		return nil, err
	}
	rows, err := stmt.QueryContext(r.ctx, args...)
	return rows, broken(err)
}

func (db *DB) prepare(ctx context.Context, text string) (*sql.Stmt, error) {
	if stmt, ok := db.prepared.Load(text); ok {
		return stmt.(*sql.Stmt), nil
	}
	stmt, err := db.pools.Read.PrepareContext(ctx, text)
	if err != nil {
		return nil, broken(err)
	}
	if have, raced := db.prepared.LoadOrStore(text, stmt); raced {
		_ = stmt.Close()
		return have.(*sql.Stmt), nil
	}
	return stmt, nil
}

// all gives what scan makes of every row.
func all[T any](q querier, scan func(row) (T, error), text string, args ...any) ([]T, error) {
	return some(q, scan, func(T) bool { return true }, text, args...)
}

// some gives what scan makes of the rows, up to the first after which more says
// no.
func some[T any](q querier, scan func(row) (T, error), more func(T) bool, text string, args ...any) (list []T, err error) {
	rows, err := q.query(text, args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = broken(errors.Join(err, rows.Close())) }()
	for rows.Next() {
		v, err := scan(row{rows, q.vault()})
		if err != nil {
			return nil, err
		}
		if list = append(list, v); !more(v) {
			return list, nil
		}
	}
	return list, rows.Err()
}

// one gives what scan makes of the first row; no row is fault.Withheld.
func one[T any](q querier, scan func(row) (T, error), text string, args ...any) (T, error) {
	list, err := all(q, scan, text, args...)
	if err != nil || len(list) == 0 {
		var none T
		if err == nil {
			err = absent()
		}
		return none, err
	}
	return list[0], nil
}

// blob scans a row of one column.
func blob(rows row) (b []byte, err error) { return b, rows.Scan(&b) }

// number scans a row of one number.
func number(rows row) (n int64, err error) { return n, rows.Scan(&n) }

// bodyOf scans a row of one column that holds an encoded value.
func bodyOf[T any](rows row) (v T, err error) {
	var b []byte
	if err := rows.Scan(&b); err != nil {
		return v, err
	}
	return v, decode(b, &v)
}

// opened reads an enclosed value, gone or not.
func opened(rows row, enclosed []byte, v any) error {
	_, err := rows.open(enclosed, v)
	return err
}

// contentOf scans a row of one column that holds an enclosed value.
func contentOf[T any](rows row) (v T, err error) {
	var b []byte
	if err := rows.Scan(&b); err != nil {
		return v, err
	}
	_, err = rows.open(b, &v)
	return v, err
}

// byTail finds the one row that an id's last digits name.
func byTail[T any](q querier, id string, scan func(row) (T, error), text string) (none T, err error) {
	from, to, err := tail(id, fullDigits)
	if err != nil {
		return none, err
	}
	list, err := all(q, scan, text, from, to)
	switch {
	case err != nil:
		return none, err
	case len(list) == 0:
		return none, absent()
	case len(list) > 1:
		return none, ambiguous()
	}
	return list[0], nil
}

func absent() error { return fault.New(fault.Withheld, "there is no such thing for you") }

func stale(format string, args ...any) error {
	return fault.New(fault.Stale, format, args...).Fix("look at how it stands now and try again")
}

// broken hides what went wrong below, for the operator's log, behind a
// failure that is safe to show; a fault of ours passes as it is.
func broken(err error) error {
	if err == nil {
		return nil
	}
	var f *fault.Error
	if errors.As(err, &f) {
		return err
	}
	return fault.New(fault.Internal, "the node's database failed").Fix("see the node's log; is the disk full or read-only?").Because(err)
}

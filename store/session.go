package store

import (
	"comity/vault"
	"context"
	"database/sql"
	"database/sql/driver"
)

// begin starts a transaction, on a new connection if the one at hand is no
// longer good for it.
func (s *session) begin(text string, pool *sql.DB) error {
	if _, err := s.exec(text); err == nil {
		return nil
	}
	if err := s.renew(pool); err != nil {
		return err
	}
	_, err := s.exec(text)
	return err
}

// rollback leaves no transaction open, if need be by leaving the connection.
func (s *session) rollback(pool *sql.DB) {
	if _, err := s.conn.ExecContext(context.Background(), "ROLLBACK"); err != nil {
		_ = s.renew(pool) // failing that, the next begin tries again
	}
}

// renew throws the connection away and takes a new one.
func (s *session) renew(pool *sql.DB) error {
	for _, stmt := range s.stmts {
		_ = stmt.Close()
	}
	_ = s.conn.Raw(func(any) error { return driver.ErrBadConn })
	_ = s.conn.Close()
	fresh, err := openSession(context.Background(), pool, s.keys)
	if err != nil {
		return err
	}
	*s = *fresh
	return nil
}

func (s *session) vault() *vault.Vault { return s.keys }

func (s *session) stmt(text string) (*sql.Stmt, error) {
	if stmt, ok := s.stmts[text]; ok {
		return stmt, nil
	}
	stmt, err := s.conn.PrepareContext(context.Background(), text)
	if err != nil {
		return nil, broken(err)
	}
	s.stmts[text] = stmt
	return stmt, nil
}

// exec changes rows and tells how many. The acts of the writer are never cut
// short by a caller's context.
func (s *session) exec(text string, args ...any) (int64, error) {
	stmt, err := s.stmt(text)
	if err != nil {
		return 0, err
	}
	res, err := stmt.ExecContext(context.Background(), args...)
	if err != nil {
		return 0, broken(err)
	}
	n, err := res.RowsAffected()
	return n, broken(err)
}

func (s *session) query(text string, args ...any) (*sql.Rows, error) {
	stmt, err := s.stmt(text)
	if err != nil {
		return nil, err
	}
	rows, err := stmt.QueryContext(context.Background(), args...)
	return rows, broken(err)
}

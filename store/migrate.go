package store

import (
	"context"
	"database/sql"
	"embed"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"

	"comity/fault"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrate brings the schema up to this program's. Migrations only add; an
// older program refuses a newer schema.
func migrate(ctx context.Context, db *sql.DB, d Dialect) error {
	steps, err := steps(d)
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.Dialect(d.Name), db, nil, goose.WithGoMigrations(steps...),
		goose.WithDisableGlobalRegistry(true), goose.WithTableName("schema_version"), goose.WithLogger(goose.NopLogger()))
	if err != nil {
		return broken(err)
	}
	current, target, err := p.GetVersions(ctx)
	if err != nil {
		return broken(err)
	}
	if current > target {
		return fault.New(fault.Unsupported, "the database has schema %d, and this program knows schemas up to %d", current, target).
			Fix("a newer comity has used it: run that one, or restore a backup from before")
	}
	if _, err := p.Up(ctx); err != nil {
		return broken(err)
	}
	return nil
}

// steps makes the embedded files, NUMBER_name.sql, the steps of a dialect.
func steps(d Dialect) ([]*goose.Migration, error) {
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return nil, broken(err)
	}
	var words []string
	for w, stands := range d.Schema {
		words = append(words, "{{"+w+"}}", stands)
	}
	var list []*goose.Migration
	for _, f := range files {
		number, _, _ := strings.Cut(path.Base(f), "_")
		version, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return nil, broken(err)
		}
		text, err := migrations.ReadFile(f)
		if err != nil {
			return nil, broken(err)
		}
		up := strings.NewReplacer(words...).Replace(string(text))
		list = append(list, goose.NewGoMigration(version, &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, up)
			return err
		}}, nil))
	}
	return list, nil
}

package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"comity/ledger"
	"comity/seal"
	"comity/store"
	"comity/store/sqlite"
	"comity/vault"
)

// origin names both logs: their checkpoints are of one format.
var origin = ledger.Origin("xx/bench")

// checkHead opens a signed checkpoint, of either log, and counts its entries.
func checkHead(signed []byte, key seal.SigningKey, entries int64) error {
	cp, err := ledger.OpenCheckpoint(signed, origin, key.Public())
	if err == nil && cp.Size != entries {
		err = fmt.Errorf("%d entries were appended, and the newest head has %d", entries, cp.Size)
	}
	return err
}

// comityLog is a node's store, of which nothing but the ledger is used.
type comityLog struct {
	db   *store.DB
	key  seal.SigningKey
	head *os.File // nil: the store alone
}

func openComity(ctx context.Context, dir string) (log, error) {
	return openStore(ctx, dir, nil, store.Options{})
}

// openNode adds what a node does after each commit and before anybody learns
// of it: it keeps the new head in a file of its own, in two places in turn, so
// that a database put back from a backup is found to be behind.
func openNode(ctx context.Context, dir string) (log, error) {
	f, err := os.Create(filepath.Join(dir, "head"))
	if err != nil {
		return nil, err
	}
	place := int64(0)
	return openStore(ctx, dir, f, store.Options{Committed: func(m store.Mark) error {
		place = 1 - place
		if _, err := f.WriteAt(m.Head.Signed, place<<18); err != nil {
			return err
		}
		return unix.Fdatasync(int(f.Fd()))
	}})
}

func openStore(ctx context.Context, dir string, head *os.File, o store.Options) (log, error) {
	key, err := seal.NewSigningKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	if o.Sign, err = ledger.NewSigner(origin, key); err != nil {
		return nil, err
	}
	if o.Vault, err = vault.New(rand.Reader); err != nil {
		return nil, err
	}
	db, err := sqlite.Open(ctx, filepath.Join(dir, "node.db"), o)
	return comityLog{db, key, head}, err
}

// add returns once the record, its salted leaf, the tree's hashes and a signed
// checkpoint over them are committed and synced.
func (l comityLog) add(ctx context.Context, entry []byte) error {
	e, err := ledger.NewEntry(entry, rand.Reader)
	if err != nil {
		return err
	}
	return l.db.Holdings().Record(ctx, e)
}

func (l comityLog) close(ctx context.Context, entries int64) error {
	cp, err := l.db.Ledger().Checkpoint(ctx)
	if err == nil {
		err = checkHead(cp.Signed, l.key, entries)
	}
	err = errors.Join(err, l.db.Close())
	if l.head != nil {
		err = errors.Join(err, l.head.Close())
	}
	return err
}

// disk is no log: it appends to a file and syncs it, which is the least that a
// durable append by one caller can take.
type disk struct{ file *os.File }

func openDisk(_ context.Context, dir string) (log, error) {
	f, err := os.Create(filepath.Join(dir, "file"))
	return disk{f}, err
}

func (d disk) add(_ context.Context, entry []byte) error {
	if _, err := d.file.Write(entry); err != nil {
		return err
	}
	return unix.Fdatasync(int(d.file.Fd()))
}

func (d disk) close(context.Context, int64) error { return d.file.Close() }

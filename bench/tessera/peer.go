package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/transparency-dev/tessera"
	"github.com/transparency-dev/tessera/storage/posix"
	"k8s.io/klog/v2"

	"comity/seal"
)

// batching is when Tessera writes what waits: so many entries, or the oldest
// that old.
type batching struct {
	size uint
	age  time.Duration
}

func (b batching) String() string { return fmt.Sprintf("%d or %v", b.size, b.age) }

// integrated waits until an entry is durable and part of the tree, as
// Tessera's future does; a checkpoint follows within a second.
func (b batching) integrated(ctx context.Context, dir string) (log, error) {
	return b.openTessera(ctx, dir, time.Second, false)
}

// published waits for a signed checkpoint that covers the entry. They are made
// as often as Tessera permits, and looked for often.
func (b batching) published(ctx context.Context, dir string) (log, error) {
	return b.openTessera(ctx, dir, 100*time.Millisecond, true)
}

type tesseraLog struct {
	appender *tessera.Appender
	reader   tessera.LogReader
	shutdown func(context.Context) error
	await    *tessera.PublicationAwaiter // nil: the future is enough
	key      seal.SigningKey
}

func (b batching) openTessera(ctx context.Context, dir string, interval time.Duration, published bool) (log, error) {
	klog.LogToStderr(false)
	klog.SetOutput(io.Discard) // errors are still shown
	l := tesseraLog{}
	var err error
	if l.key, err = seal.NewSigningKey(rand.Reader); err != nil {
		return nil, err
	}
	sign, err := l.key.NoteSigner(origin)
	if err != nil {
		return nil, err
	}
	driver, err := posix.New(ctx, posix.Config{Path: dir})
	if err != nil {
		return nil, err
	}
	options := tessera.NewAppendOptions().WithCheckpointSigner(sign).WithBatching(b.size, b.age).WithCheckpointInterval(interval)
	if l.appender, l.shutdown, l.reader, err = tessera.NewAppender(ctx, driver, options); err != nil {
		return nil, err
	}
	if published {
		l.await = tessera.NewPublicationAwaiter(ctx, l.reader.ReadCheckpoint, 2*time.Millisecond)
	}
	return l, nil
}

func (l tesseraLog) add(ctx context.Context, entry []byte) error {
	future := l.appender.Add(ctx, tessera.NewEntry(entry))
	var err error
	if l.await == nil {
		_, err = future()
	} else {
		_, _, err = l.await.Await(ctx, future)
	}
	return err
}

// close waits for the checkpoint that covers everything.
func (l tesseraLog) close(ctx context.Context, entries int64) error {
	err := l.shutdown(ctx)
	signed, readErr := l.reader.ReadCheckpoint(ctx)
	if err = errors.Join(err, readErr); err != nil {
		return err
	}
	return checkHead(signed, l.key, entries)
}

// Package pdf reads PDF files: their text in reading order as headings, paragraphs,
// lists and tables with their pages, without what stands on every page. Pages that
// are pictures are handed to whoever recognises text in them.
//
// The file is taken apart by PDFium, compiled to WebAssembly: code for a format this
// wide has holes, and there it reaches neither files nor the network nor memory but
// its own. JavaScript, forms and attachments are not looked into.
//
// Band 5: it may import intake, intake/prose, intel and fault. It reads and writes
// no file but the compiled program in the folder that it is given.
package pdf

import (
	"context"
	"errors"
	"io"
	"os"
	"time"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"comity/fault"
	"comity/intake"
)

// Limits of what is read. A file over one of them is refused.
const (
	MaxPages   = 2000
	MaxLetters = 5_000_000 // of a document
	MaxSide    = 14_400    // points of a page's side: 200 inches, which is PDF's own limit

	maxOnPage = 200_000   // letters of a page
	maxMemory = 512 << 20 // bytes that PDFium has
	maxPixels = 12 << 20  // of a page that is rendered
	fineness  = 200       // dots per inch of a page that is rendered, if the pixels allow
)

// Options say how a file is read.
type Options struct {
	// Recognise gives the text of a page that is a picture, in PNG with so many dots
	// per inch; an empty line parts paragraphs. Nil: such pages are not read.
	Recognise func(png []byte, dpi int) (text string, err error)

	// Programs is the folder where the compiled program is kept between processes.
	// Nobody else may write into it: what lies there is run. Empty: each process
	// compiles it anew, which takes seconds.
	Programs string
}

// Read reads one file; a process that reads several opens a [Reader].
func Read(ctx context.Context, b []byte, o Options) (intake.Document, error) {
	if err := check(b); err != nil {
		return intake.Document{}, err // before seconds are spent on the program
	}
	r, err := Open(ctx, o.Programs)
	if err != nil {
		return intake.Document{}, err
	}
	defer r.Close()
	return r.Read(ctx, b, o)
}

// Reader holds the compiled program. It may be used by one goroutine at a time.
type Reader struct {
	pool     pdfium.Pool
	compiled wazero.CompilationCache
}

// Open compiles the program, or takes it from the folder of compiled ones.
func Open(ctx context.Context, programs string) (*Reader, error) {
	// The check for a context that is done costs nothing that could be measured, and
	// it is the only way to stop a page that never ends.
	config := wazero.NewRuntimeConfig().
		WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).
		WithMemoryLimitPages(maxMemory / (64 << 10)).
		WithCloseOnContextDone(true)
	r := &Reader{}
	if programs != "" {
		if err := os.MkdirAll(programs, 0o700); err != nil {
			return nil, fault.New(fault.Internal, "the folder of compiled programs cannot be made").Because(err)
		}
		cache, err := wazero.NewCompilationCacheWithDir(programs)
		if err != nil {
			return nil, fault.New(fault.Internal, "the folder of compiled programs cannot be used").Because(err)
		}
		r.compiled, config = cache, config.WithCompilationCache(cache)
	}
	pool, err := webassembly.Init(webassembly.Config{
		Context: context.WithoutCancel(ctx), MaxTotal: 1,
		FSConfig: wazero.NewFSConfig(), // no file of the machine
		Stdout:   io.Discard, Stderr: io.Discard,
		RuntimeConfig: config,
	})
	if err != nil {
		r.Close()
		return nil, fault.New(fault.Internal, "the reader of PDF does not start").Because(err)
	}
	r.pool = pool
	return r, nil
}

// Close gives the memory back.
func (r *Reader) Close() error {
	var errs []error
	if r.pool != nil {
		errs = append(errs, r.pool.Close())
	}
	if r.compiled != nil {
		errs = append(errs, r.compiled.Close(context.Background()))
	}
	return errors.Join(errs...)
}

// Read reads one file. A file that is locked, damaged, empty, over a limit, or made
// of pictures that nobody recognises is refused with what to do. When ctx is done it
// gives up.
func (r *Reader) Read(ctx context.Context, b []byte, o Options) (d intake.Document, err error) {
	if err := check(b); err != nil {
		return intake.Document{}, err
	}
	engine, err := r.pool.GetInstance(time.Minute)
	if err != nil {
		return intake.Document{}, fault.New(fault.Internal, "the reader of PDF does not start").Because(err)
	}
	stop := context.AfterFunc(ctx, func() { _ = engine.Kill() })
	defer func() {
		if stop() {
			_ = engine.Close()
		}
		if p := recover(); p != nil {
			// The library gives results of a program that a hostile file steered.
			d, err = intake.Document{}, damaged()
		}
		if ctx.Err() != nil {
			d, err = intake.Document{}, fault.New(fault.TooLarge, "reading the PDF file took too long").
				Fix("print it to a new PDF file, or split it").Because(ctx.Err())
		}
	}()
	f := &file{engine: engine, bytes: b}
	if err := f.open(); err != nil {
		return intake.Document{}, err
	}
	return f.read(ctx, o)
}

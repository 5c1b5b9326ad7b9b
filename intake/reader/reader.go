// Package reader reads documents of every format that a package beside it knows,
// each in a process of its own: what a hostile document does to its parser ends
// there. The process has no network where the system allows that, writes no file,
// and is ended when it takes too much memory or time. What it gives back is looked
// at like anything that came from outside.
//
// Band 5; it may import the packages of intake, and starts processes.
package reader

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"comity/fault"
	"comity/intake"
)

// Input is a document to be read.
type Input struct {
	Name    string        // of the file: the ending helps to tell its format
	Content []byte        // at most intake.MaxFile bytes
	Beside  []intake.File // files that were saved with it, such as the pictures of a page; names as the page has them
}

// Reading is what was read of it.
type Reading struct {
	Document intake.Document
	Attached []intake.File // to a mail: documents of their own
}

// Reader starts the processes.
type Reader struct {
	Path string        // of this program
	Args []string      // that have it call Child; the first is its name
	Warm []string      // that have it call Warm; nil: each process compiles what it needs anew
	Keep string        // the folder of what Warm compiles
	Env  []string      // for it, beside PATH
	Most time.Duration // that one document may take; zero: two minutes
}

// Bounds of a process.
const (
	longest   = 2 * time.Minute
	mostBytes = 3 << 30 // of its address space
	softBytes = "768MiB"
	mostFiles = 64
)

// Read reads a document. It refuses, with what to do instead, what it cannot read;
// nothing is ever half read.
func (r Reader) Read(ctx context.Context, in Input) (Reading, error) {
	if len(in.Content) > intake.MaxFile {
		return Reading{}, fault.New(fault.TooLarge, "the document has more than %d bytes", intake.MaxFile).Fix("split it")
	}
	if len(in.Content) == 0 {
		return Reading{}, fault.New(fault.Invalid, "the document is empty")
	}
	most := r.Most
	if most == 0 {
		most = longest
	}
	if isPDF(in.Content) {
		r.warm(ctx)
	}
	asked, err := request(in)
	if err != nil {
		return Reading{}, err
	}
	ctx, stop := context.WithTimeout(ctx, most)
	defer stop()
	answer, err := r.run(ctx, asked)
	switch {
	case ctx.Err() != nil && errors.Is(ctx.Err(), context.DeadlineExceeded):
		return Reading{}, fault.New(fault.TooLarge, "to read it takes longer than %s", most).Fix("split it, or save it in another format")
	case err != nil:
		return Reading{}, err
	}
	return reading(answer)
}

// warm has what is compiled made, unless it is there. If that fails each process does
// without.
func (r Reader) warm(ctx context.Context) {
	if _, err := os.Stat(r.Keep); r.Warm == nil || err == nil {
		return
	}
	fresh, err := os.MkdirTemp(filepath.Dir(r.Keep), filepath.Base(r.Keep)+".*")
	if err != nil {
		return
	}
	defer func() { _ = os.RemoveAll(fresh) }()
	ctx, stop := context.WithTimeout(ctx, longest)
	defer stop()
	c := exec.CommandContext(ctx, r.Path)
	c.Args, c.Env = append(slices.Clone(r.Warm), fresh), append(r.environment(), r.Env...)
	if err := c.Run(); err == nil {
		_ = os.Rename(fresh, r.Keep) // unless somebody else was faster
	}
}

func (r Reader) environment() []string {
	return []string{"PATH=" + os.Getenv("PATH"), "GOMEMLIMIT=" + softBytes, "LANG=C.UTF-8"}
}

// run has a process answer, apart from the network if the system lets it.
func (r Reader) run(ctx context.Context, asked []byte) ([]byte, error) {
	answer, started, err := r.start(ctx, asked, true)
	if !started && ctx.Err() == nil {
		answer, started, err = r.start(ctx, asked, false)
	}
	if err != nil && !started {
		return nil, fault.New(fault.Internal, "no process can be started to read documents in").Because(err)
	}
	return answer, err
}

func (r Reader) start(ctx context.Context, asked []byte, apart bool) (answer []byte, started bool, err error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	c := exec.CommandContext(ctx, r.Path)
	c.Args = r.Args
	c.Env = append(r.environment(), r.Env...)
	c.Dir = string(filepath.Separator)
	c.Stdin = bytes.NewReader(asked)
	out := &bounded{left: mostAnswer, over: stop}
	c.Stdout = out
	c.SysProcAttr = attributes(apart)
	c.Cancel = func() error { return endGroup(c.Process.Pid) }
	c.WaitDelay = time.Second
	runtime.LockOSThread() // the process ends with the thread that starts it
	defer runtime.UnlockOSThread()
	if err := c.Start(); err != nil {
		return nil, false, err
	}
	err = c.Wait()
	_ = endGroup(c.Process.Pid) // what it has started and left behind
	if err != nil {
		return nil, true, fault.New(fault.Invalid, "the document cannot be read: its reader was ended, for what it took or did").
			Fix("it may be damaged or hostile; save it in another format").Because(err)
	}
	return out.taken.Bytes(), true, nil
}

// bounded takes so many bytes and no more; what is over ends the process. The
// buffer is no part of its own methods: copied into by ReadFrom it has no bound.
type bounded struct {
	taken bytes.Buffer
	left  int
	over  func()
}

func (b *bounded) Write(p []byte) (int, error) {
	if b.left -= len(p); b.left < 0 {
		b.over()
		return 0, errors.New("the answer is too long")
	}
	return b.taken.Write(p)
}

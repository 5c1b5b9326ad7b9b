package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"comity/fault"
)

// What is no regular file is refused before it is opened: nobody writes into
// this pipe, so opening it would wait for good.
func TestWhatIsNoFileIsRefused(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip("no named pipes here:", err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for _, path := range []string{pipe, os.DevNull, t.TempDir()} {
			_, err := readInput(&session{term: newTerminal()}, path, 1)
			if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), path+" is not a file") || !strings.Contains(err.Error(), "or - to read the input") {
				t.Errorf("%s: %v", path, err)
			}
		}
	}()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Fatal("it waits for whoever writes into the pipe")
	}
}

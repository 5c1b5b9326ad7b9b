package node

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"comity/exchange"
	"comity/party"
)

// script writes a program for a test.
func script(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "notify")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+text), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

// running runs a hook until the test ends and gives what is logged.
func running(t *testing.T, program ...string) (*hook, *bytes.Buffer, func()) {
	var log bytes.Buffer
	h := newHook(program, slog.New(slog.NewTextHandler(&log, nil)))
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- h.run(ctx) }()
	return h, &log, func() { stop(); <-done }
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it never came to be that ", what)
		}
	}
}

// The program gets one line for each arrival, in order, and nothing of the node's
// environment.
func TestHookIsToldInOrder(t *testing.T) {
	t.Setenv("COMITY_SECRET", "hunter2")
	told := filepath.Join(t.TempDir(), "told")
	h, _, stop := running(t, script(t, `cat >> "$1"; env >> "$1"`), told)
	defer stop()
	partners := []party.Name{"mx/semar", "mx/fgr", "us/dea"}
	for _, p := range partners {
		h.arrived(exchange.Came{Partner: p, What: "cut"})
	}
	read := func() string { b, _ := os.ReadFile(told); return string(b) }
	eventually(t, "all are told", func() bool { return strings.Count(read(), `"partner"`) == 3 && strings.Count(read(), "PATH=") == 3 })
	at := 0
	for _, p := range partners {
		n := strings.Index(read()[at:], `{"partner":"`+string(p)+`"`)
		if n < 0 {
			t.Fatalf("%s is not told in order: %q", p, read())
		}
		at += n
	}
	if strings.Contains(read(), "hunter2") {
		t.Error("the program sees the node's environment")
	}
}

// A program that fails is in the log, and the next arrival is told all the same; one
// that is behind loses arrivals and says so once; nobody waits for it.
func TestHookFails(t *testing.T) {
	told := filepath.Join(t.TempDir(), "told")
	h, log, stop := running(t, script(t, `cat >> "$1"; exit 3`), told)
	h.arrived(exchange.Came{Partner: "mx/semar"})
	h.arrived(exchange.Came{Partner: "mx/fgr"})
	eventually(t, "both are told", func() bool { b, _ := os.ReadFile(told); return bytes.Count(b, []byte("\n")) == 2 })
	stop()
	if n := strings.Count(log.String(), "on_arrival failed"); n == 0 {
		t.Errorf("the log says %q", log)
	}
	idle := newHook([]string{"/bin/true"}, slog.New(slog.NewTextHandler(log, nil)))
	for range hookWaiting + 100 {
		idle.arrived(exchange.Came{})
	}
	if n := strings.Count(log.String(), "is behind"); n != 1 || len(idle.waiting) != hookWaiting {
		t.Errorf("the log says %d times that it is behind; %d wait", n, len(idle.waiting))
	}
}

// A program that takes too long is ended, with what it has started, and so is what one
// leaves behind; one that cannot be run is told before the node is served.
func TestHookIsEnded(t *testing.T) {
	pid := filepath.Join(t.TempDir(), "pid")
	for _, text := range []string{`sleep 3613 & echo $! > "$1"; wait`, `sleep 3613 & echo $! > "$1"`} {
		h := newHook([]string{script(t, text), pid}, slog.New(slog.DiscardHandler))
		h.longest = 300 * time.Millisecond
		_ = h.tell(t.Context(), exchange.Came{})
		b, err := os.ReadFile(pid)
		if err != nil {
			t.Fatal(err)
		}
		eventually(t, "the sleeper is ended", func() bool {
			state, err := os.ReadFile("/proc/" + strings.TrimSpace(string(b)) + "/stat")
			return err != nil || bytes.Contains(state, []byte(") Z "))
		})
	}
	for _, path := range []string{"/no/such/program", "/etc/passwd", "/etc"} {
		if err := newHook([]string{path}, slog.New(slog.DiscardHandler)).there(); err == nil {
			t.Errorf("%s can be run", path)
		}
	}
}

// Without a program nothing is kept.
func TestNoHook(t *testing.T) {
	h := newHook(nil, slog.New(slog.DiscardHandler))
	h.arrived(exchange.Came{})
	if len(h.waiting) != 0 {
		t.Error("something waits for nobody")
	}
}

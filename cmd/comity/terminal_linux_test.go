package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// seat opens a pseudo terminal: the side of the person, and a terminal at the
// other. What the terminal wrote is in the buffer.
func seat(t *testing.T) (*os.File, *terminal, *bytes.Buffer) {
	t.Helper()
	person, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skip("no pseudo terminals here:", err)
	}
	t.Cleanup(func() { _ = person.Close() })
	if err := unix.IoctlSetPointerInt(int(person.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(person.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	tty, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tty.Close() })
	var out bytes.Buffer
	return person, &terminal{in: tty, out: &out, err: &out, width: plainWidth, typed: true}, &out
}

func echoes(t *testing.T, term *terminal) bool {
	t.Helper()
	state, err := unix.IoctlGetTermios(int(term.in.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	return state.Lflag&unix.ECHO != 0
}

// Ctrl-C and SIGTERM end the program at a question, and the terminal shows
// again what is typed.
func TestStoppedAtAQuestion(t *testing.T) {
	person, term, out := seat(t)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, []string{"--home", filepath.Join(t.TempDir(), "h"), "init", "us/dea", "--unit", "us/dea/sod"}, term)
	}()
	for end := time.Now().Add(5 * time.Second); echoes(t, term) && time.Now().Before(end); {
		time.Sleep(5 * time.Millisecond)
	}
	stop()
	select {
	case code := <-ended:
		if code != exitStopped {
			t.Errorf("exit code %d", code)
		}
	case <-time.After(5 * time.Second):
		t.Error("the program waits on")
	}
	if !echoes(t, term) || !strings.Contains(out.String(), "stopped, and nothing was done") {
		t.Errorf("the terminal is left as it was not: %s", out.String())
	}
	_, _ = person.WriteString("\n") // the read that was given up
	time.Sleep(20 * time.Millisecond)
}

// Ctrl-D at the question for a passphrase ends the program, which says why and
// what to do; also after some letters, which are not taken for a passphrase.
func TestEndedAtAPassphrase(t *testing.T) {
	for _, typed := range []string{"\x04", "correct horse battery\x04\x04"} {
		person, term, out := seat(t)
		ended := make(chan int, 1)
		home := filepath.Join(t.TempDir(), "h")
		go func() {
			ended <- run(t.Context(), []string{"--home", home, "init", "us/dea", "--unit", "us/dea/sod"}, term)
		}()
		for end := time.Now().Add(5 * time.Second); echoes(t, term) && time.Now().Before(end); {
			time.Sleep(5 * time.Millisecond)
		}
		_, _ = person.WriteString(typed)
		select {
		case code := <-ended:
			if code != exitLocked {
				t.Errorf("%q: exit code %d", typed, code)
			}
		case <-time.After(5 * time.Second):
			t.Fatalf("%q: the program waits on", typed)
		}
		if !echoes(t, term) || !strings.Contains(out.String(), "the input ended (Ctrl-D)") || !strings.Contains(out.String(), "--unlock") {
			t.Errorf("%q: %s", typed, out.String())
		}
		if there(home) {
			t.Errorf("%q: a node was made", typed)
		}
	}
}

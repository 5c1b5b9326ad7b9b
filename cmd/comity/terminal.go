package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/sys/unix"
	"golang.org/x/term"

	"comity/fault"
	"comity/seal"
)

// terminal is where an officer sits: what is read, written and asked.
type terminal struct {
	in     *os.File
	out    io.Writer
	err    io.Writer
	width  int
	colour bool
	typed  bool // somebody can be asked
	screen bool // the output is shown, not kept
	reader *bufio.Reader

	stop    <-chan struct{} // closed by Ctrl-C and SIGTERM; nil: never
	stopped bool            // at a question
}

const widest = 100

func newTerminal() *terminal {
	t := &terminal{in: os.Stdin, out: os.Stdout, err: os.Stderr, width: plainWidth}
	t.typed = term.IsTerminal(int(os.Stdin.Fd()))
	if t.screen = term.IsTerminal(int(os.Stdout.Fd())); t.screen {
		t.colour = os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
		if w, _, err := term.GetSize(int(os.Stdout.Fd())); err == nil {
			t.width = min(max(w-1, 60), widest)
		}
	}
	return t
}

func (t *terminal) printer() *printer { return &printer{w: t.out, width: t.width, colour: t.colour} }
func (t *terminal) errors() *printer  { return &printer{w: t.err, width: t.width} }

// secret asks for a passphrase, without showing it.
func (t *terminal) secret(prompt string) ([]byte, error) {
	if !t.typed {
		return nil, fault.New(fault.Locked, "nobody can be asked for the %s: this is not a terminal", prompt).
			Fix("unlock with key files: --unlock for the node, --officer-unlock for the officer")
	}
	_, _ = fmt.Fprintf(t.err, "%s: ", capital(prompt))
	secret, err := t.answer(t.hidden)
	_, _ = fmt.Fprintln(t.err)
	switch {
	case errors.Is(err, io.EOF):
		return nil, fault.New(fault.Locked, "no %s was given: the input ended (Ctrl-D)", prompt).
			Fix("type it and press Enter, or unlock with key files: --unlock for the node, --officer-unlock for the officer")
	case err != nil:
		return nil, fault.New(fault.Locked, "no %s was read", prompt).Because(err)
	}
	return secret, nil
}

// hidden reads a line that is not shown while it is typed. The library's way to
// do that takes the end of the input (Ctrl-D) for nothing, and waits on for ever.
func (t *terminal) hidden() ([]byte, error) {
	fd := int(t.in.Fd())
	before, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		return nil, err
	}
	quiet := *before
	quiet.Lflag = quiet.Lflag&^unix.ECHO | unix.ICANON | unix.ISIG
	quiet.Iflag |= unix.ICRNL
	if err := unix.IoctlSetTermios(fd, unix.TCSETS, &quiet); err != nil {
		return nil, err
	}
	defer func() { _ = unix.IoctlSetTermios(fd, unix.TCSETS, before) }() // it was so a moment ago
	var line []byte
	for one := make([]byte, 1); ; {
		n, err := unix.Read(fd, one)
		switch {
		case errors.Is(err, unix.EINTR):
		case err != nil:
			return nil, err
		case n == 0:
			return nil, io.EOF
		case one[0] == '\n':
			return line, nil
		default:
			line = append(line, one[0])
		}
	}
}

// answer waits for what is typed, or for Ctrl-C or SIGTERM. These end a
// context here and not the program, so a read would outlast them. The read that
// is given up goes on until the program ends, which is at once; so the terminal
// is put back here.
func (t *terminal) answer(read func() ([]byte, error)) ([]byte, error) {
	type typed struct {
		text []byte
		err  error
	}
	fd := int(t.in.Fd())
	before, err := term.GetState(fd)
	if err != nil {
		return nil, err
	}
	ready := make(chan typed, 1)
	go func() {
		text, err := read()
		ready <- typed{text, err}
	}()
	select {
	case got := <-ready:
		return got.text, got.err
	case <-t.stop:
		t.stopped = true
		return nil, errors.Join(stopped{}, term.Restore(fd, before))
	}
}

// newSecret asks twice; what is too short is not asked for again.
func (t *terminal) newSecret(prompt string) ([]byte, error) {
	first, err := t.secret("new " + prompt)
	if err != nil {
		return nil, err
	}
	if _, err := seal.Passphrase(first); err != nil {
		return nil, err
	}
	second, err := t.secret("the same again")
	if err != nil {
		return nil, err
	}
	if string(first) != string(second) {
		return nil, fault.New(fault.Invalid, "the two passphrases differ").Fix("try again")
	}
	return first, nil
}

// agree asks a question that only a typed yes answers with yes; the end of the
// input (Ctrl-D) is a no.
func (t *terminal) agree(question string) bool {
	if !t.typed {
		return false
	}
	if t.reader == nil {
		t.reader = bufio.NewReader(t.in)
	}
	_, _ = fmt.Fprintf(t.err, "%s Type yes or no: ", clean(question))
	line, err := t.answer(func() ([]byte, error) { return t.reader.ReadBytes('\n') })
	if err != nil {
		_, _ = fmt.Fprintln(t.err)
	}
	return err == nil && strings.EqualFold(strings.TrimSpace(string(line)), "yes")
}

// stopped is the end of a program that was stopped at a question.
type stopped struct{}

// Error says so.
func (stopped) Error() string { return "stopped" }

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

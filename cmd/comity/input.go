package main

import (
	"io"
	"os"
	"reflect"

	"github.com/alecthomas/kong"

	"comity/fault"
)

// openFile opens a file that an officer names. It looks first what it is: to
// open a named pipe waits for somebody to write into it, a device may never
// end, and no signal ends that wait. Fix says what to do instead.
func openFile(path, fix string) (*os.File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	if !info.Mode().IsRegular() {
		return nil, notFile(path, fix)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	return f, nil
}

// What to do about a name that is no file.
const (
	fixFile  = "name a file; save first what comes from a pipe or a device"
	fixInput = "name a file, or - to read the input"
)

func notFile(path, fix string) error {
	return fault.New(fault.Invalid, "%s is not a file", path).Fix("%s", fix)
}

func unreadable(path string, err error) error {
	return fault.New(fault.Invalid, "%s cannot be read: %s", path, reason(err)).Because(err)
}

// readInput reads a file, or the input for -, up to a limit.
func readInput(s *session, file string, most int) ([]byte, error) {
	in := io.ReadCloser(s.term.in)
	if file != "-" {
		f, err := openFile(file, fixInput)
		if err != nil {
			return nil, err
		}
		defer func() { _ = f.Close() }() // it was only read
		in = f
	}
	b, err := io.ReadAll(io.LimitReader(in, int64(most)+1))
	if err != nil {
		return nil, unreadable(file, err)
	}
	if len(b) > most {
		return nil, fault.New(fault.TooLarge, "%s has more than %d bytes", file, most)
	}
	return b, nil
}

// existing decodes a flag or argument of type existingfile, which some command
// further down opens.
func existing(c *kong.DecodeContext, target reflect.Value) error {
	var path string
	if err := c.Scan.PopValueInto("file", &path); err != nil {
		return err
	}
	path = kong.ExpandPath(path)
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return notFile(path, fixFile)
	}
	target.SetString(path)
	return nil
}

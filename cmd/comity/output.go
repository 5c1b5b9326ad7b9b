package main

import (
	"errors"
	"io/fs"
	"os"

	"comity/fault"
)

// output is a file that is made before the act whose result it is to hold: what
// is done once must not be done with nowhere to put the result. The nil output
// is no file.
type output struct {
	file *os.File
	path string
	kept bool
}

// newOutput makes a file that was not there and that nobody else can read; no
// path gives no file.
func newOutput(path string) (*output, error) {
	if path == "" {
		return nil, nil
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	switch {
	case errors.Is(err, fs.ErrExist):
		return nil, fault.New(fault.Invalid, "%s is there already", path).Fix("name a file that is not")
	case err != nil:
		return nil, fault.New(fault.Invalid, "%s cannot be made: %s", path, reason(err)).Because(err)
	}
	return &output{file: f, path: path}, nil
}

// add writes some of what the file is to hold.
func (o *output) add(content []byte) error {
	if _, err := o.file.Write(content); err != nil {
		return fault.New(fault.Internal, "%s cannot be written: %s", o.path, reason(err)).Because(err)
	}
	return nil
}

// keep fills the file, with what is left to be written.
func (o *output) keep(content []byte) error {
	if o == nil {
		return nil
	}
	_, err := o.file.Write(content)
	if err == nil {
		err = o.file.Sync()
	}
	if closed := o.file.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return fault.New(fault.Internal, "%s cannot be written: %s", o.path, reason(err)).Because(err)
	}
	o.kept = true
	return nil
}

// drop takes the file away again unless it was filled. It may be called twice.
func (o *output) drop() {
	if o == nil || o.kept {
		return
	}
	_ = o.file.Close()
	_ = os.Remove(o.path)
	o.kept = true
}

// createFile writes a file that nobody else can read, and that was not there.
func createFile(path string, content []byte) error {
	o, err := newOutput(path)
	if err != nil {
		return err
	}
	defer o.drop()
	return o.keep(content)
}

// reason says in the system's own few words why a file cannot be had.
func reason(err error) string {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err.Error()
	}
	return "the system does not say why"
}

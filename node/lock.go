package node

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"

	"comity/fault"
)

// lock is the right to write in a home, held as long as the file is open: it
// goes with the process, however that ends.
type lock struct{ file *os.File }

func takeLock(h Home) (*lock, error) {
	f, err := os.OpenFile(h.Lock(), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fault.New(fault.Internal, "the lock of %s cannot be opened", string(h)).
			Fix("is the disk read-only or full, and the home yours to write?").Because(err)
	}
	err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if err == nil {
		return &lock{f}, nil
	}
	_ = f.Close()
	if errors.Is(err, unix.EWOULDBLOCK) {
		return nil, fault.New(fault.Locked, "another process works in %s", string(h)).
			Fix("if it is comity serve, wait until it listens and try again; commands then go to it").Because(err)
	}
	return nil, fault.New(fault.Internal, "the home %s cannot be locked", string(h)).
		Fix("a home must lie on a local disk").Because(err)
}

func (l *lock) release() error { return l.file.Close() }

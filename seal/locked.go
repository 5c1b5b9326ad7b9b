package seal

import (
	"errors"
	"io"

	"crypto/subtle"

	"filippo.io/age"

	"comity/fault"
	"comity/ref"
)

// LockStream gives a writer whose plaintext only the lock opens again: for a
// backup, which is too large for memory. Close ends it; what was not closed
// does not open. Like a ring it proves that whoever made it held the key file.
func LockStream(w io.Writer, l Lock) (io.WriteCloser, error) {
	if l.IsZero() {
		return nil, fault.New(fault.Locked, "there is no lock").Fix("give a passphrase or a key file")
	}
	to, err := l.recipient()
	if err != nil {
		return nil, fault.New(fault.Internal, "the lock cannot be used").Because(err)
	}
	out, err := age.Encrypt(w, to)
	if err != nil {
		return nil, fault.New(fault.Internal, "nothing can be locked").Because(err)
	}
	proof := l.proof()
	_, err = out.Write(proof[:])
	return out, err
}

// UnlockStream reads what [LockStream] wrote. A wrong passphrase or key file
// is Locked; a reader may still find damage later on, which is Forged.
func UnlockStream(r io.Reader, l Lock) (io.Reader, error) {
	if l.IsZero() {
		return nil, fault.New(fault.Locked, "it is locked").Fix("give its passphrase or key file")
	}
	id, err := l.identity()
	if err != nil {
		return nil, fault.New(fault.Internal, "the lock cannot be used").Because(err)
	}
	in, err := age.Decrypt(r, id)
	var wrong *age.NoIdentityMatchError
	if errors.As(err, &wrong) {
		return nil, fault.New(fault.Locked, "it stays locked: wrong passphrase or key file").
			Fix("give the one that the node had when this was made").Because(err)
	}
	if err != nil {
		return nil, fault.New(fault.Forged, "this is no locked file, or it is damaged").Because(err)
	}
	var have ref.Hash
	if _, err := io.ReadFull(in, have[:]); err != nil {
		return nil, damagedStream(err)
	}
	if want := l.proof(); subtle.ConstantTimeCompare(want[:], have[:]) != 1 {
		return nil, fault.New(fault.Forged, "this was not made by the holder of the key file").Fix("find out who put it there")
	}
	return sound{in}, nil
}

// sound says of damage that it is damage.
type sound struct{ r io.Reader }

func (s sound) Read(b []byte) (int, error) {
	n, err := s.r.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		err = damagedStream(err)
	}
	return n, err
}

func damagedStream(err error) error {
	return fault.New(fault.Forged, "the file is damaged or cut short").Fix("take another copy").Because(err)
}

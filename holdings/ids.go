package holdings

import (
	"encoding/hex"
	"io"

	"comity/fault"
	"comity/ref"
)

// mint gives a new id to what does not have one yet; the kind of id follows
// from where it goes.
func mint[T any](d *Desk, id *ref.ID[T]) (err error) {
	*id, err = ref.New[T](d.now(), d.random)
	return err
}

// salt makes the salt of a version. Whoever sees some portions of an item and
// the hash of all of it could otherwise try guesses at the others.
func (d *Desk) salt() (string, error) {
	var b [16]byte
	if _, err := io.ReadFull(d.random, b[:]); err != nil {
		return "", fault.New(fault.Internal, "the machine gave no randomness").Because(err)
	}
	return hex.EncodeToString(b[:]), nil
}

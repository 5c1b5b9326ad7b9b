package main

import (
	"crypto/rand"
	"os"
	"path/filepath"

	"comity/fault"
	"comity/node"
	"comity/party"
	"comity/seal"
)

// An officer's key lives in officers/HANDLE.key, a ring of its own under the
// officer's own passphrase or key file. It is unlocked in this process only;
// the node never sees it.

const officerKeyName = "officer"

func officerFile(h node.Home, handle party.Handle) string {
	return filepath.Join(h.Officers(), string(handle)+".key")
}

func (s *session) officerKey(handle party.Handle) (seal.SigningKey, error) {
	locked, err := os.ReadFile(officerFile(s.home(), handle))
	if err != nil {
		return seal.SigningKey{}, fault.New(fault.Invalid, "this home does not keep the key of %s", handle).
			Fix("check --as; an admin adds an officer with comity officer add %s --unit UNIT --role ROLE", handle).Because(err)
	}
	lock, err := s.lock(s.OfficerUnlock, "passphrase of "+string(handle))
	if err != nil {
		return seal.SigningKey{}, err
	}
	ring, err := seal.OpenRing(locked, lock)
	if err != nil {
		return seal.SigningKey{}, err
	}
	return ring.Signing(officerKeyName)
}

// newOfficerKey makes a key and gives it with its file's content. Nothing is
// written yet.
func newOfficerKey(lock seal.Lock) (seal.SigningKey, []byte, error) {
	key, err := seal.NewSigningKey(rand.Reader)
	if err != nil {
		return seal.SigningKey{}, nil, err
	}
	ring := seal.NewRing()
	ring.SetSigning(officerKeyName, key)
	locked, err := ring.Protect(lock)
	return key, locked, err
}

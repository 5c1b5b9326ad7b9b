package ledger

import (
	"comity/ref"
	"comity/seal"
)

// Evidence shows that a log holds a record: with the record beside it and
// the log's key at hand it can be checked anywhere, offline. Giving it away
// opens this one leaf and no other.
type Evidence struct {
	Salt       Salt       `json:"salt"`
	Index      int64      `json:"index"`
	Path       []ref.Hash `json:"path"`
	Checkpoint string     `json:"checkpoint"` // the signed note
}

// Evident makes the evidence for an entry at index in the log at cp. What it
// gives has been checked: a damaged store yields an error, not bad evidence.
func Evident(r Reader, e Entry, index int64, cp Checkpoint) (Evidence, error) {
	path, err := Prove(r, index, cp.Size)
	if err != nil {
		return Evidence{}, err
	}
	if err := CheckInclusion(cp, index, e.Commitment(), path); err != nil {
		return Evidence{}, err
	}
	return Evidence{Salt: e.Salt, Index: index, Path: path, Checkpoint: cp.String()}, nil
}

// Check checks that the log named origin, whose key is key, holds the record
// at the evidence's index, and gives the checkpoint that shows it.
func (e Evidence) Check(record []byte, origin string, key seal.VerifyKey) (Checkpoint, error) {
	cp, err := OpenCheckpoint([]byte(e.Checkpoint), origin, key)
	if err != nil {
		return Checkpoint{}, err
	}
	if err := e.CheckUnder(cp, record); err != nil {
		return Checkpoint{}, err
	}
	return cp, nil
}

// CheckUnder does the same under a checkpoint that was opened before: much that
// comes together stands under one.
func (e Evidence) CheckUnder(cp Checkpoint, record []byte) error {
	entry := Entry{Record: record, Salt: e.Salt}
	if err := entry.check(); err != nil {
		return err
	}
	return CheckInclusion(cp, e.Index, entry.Commitment(), e.Path)
}

package ledger

import (
	"encoding/base64"
	"encoding/binary"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"comity/fault"
	"comity/ref"
	"comity/seal"
)

// Cosign gives the checkpoint with a witness's cosignature (C2SP
// tlog-cosignature, cosignature/v1) beside the log's own signature. It says
// that as of then, in seconds since 1970 UTC, cp is the largest head of the
// log that the witness has seen, and extends every one before: the witness
// checks that and keeps cp durably, and only then cosigns. witness is the
// origin of its own log. An earlier cosignature of the same key is replaced.
func Cosign(cp Checkpoint, witness string, key seal.SigningKey, at int64) (Checkpoint, error) {
	s, err := key.NoteCosigner(witness, at)
	if err != nil {
		return Checkpoint{}, err
	}
	n, err := cp.note()
	if err != nil {
		return Checkpoint{}, err
	}
	signed, err := note.Sign(n, s)
	if err != nil {
		return Checkpoint{}, fault.New(fault.Internal, "the checkpoint cannot be cosigned").Because(err)
	}
	if err := checkSignatures(string(signed[len(n.Text)+1:])); err != nil {
		return Checkpoint{}, err
	}
	cp.Signed = signed
	return cp, nil
}

// Cosigned tells when a witness cosigned the checkpoint, in seconds since 1970
// UTC; fault.Forged if no cosignature by that key is on it.
func Cosigned(cp Checkpoint, witness string, key seal.VerifyKey) (at int64, err error) {
	v, err := key.NoteCosignature(witness)
	if err != nil {
		return 0, err
	}
	n, err := note.Open(cp.Signed, note.VerifierList(v))
	if err != nil {
		return 0, fault.New(fault.Forged, "%s has not cosigned the checkpoint", witness).Because(err)
	}
	raw, err := base64.StdEncoding.DecodeString(n.Sigs[0].Base64)
	if err != nil || len(raw) < 12 {
		return 0, fault.New(fault.Invalid, "the cosignature of %s has no date", witness).Because(err)
	}
	return int64(binary.BigEndian.Uint64(raw[4:])), nil
}

// Plain gives the checkpoint with its log's own signature and no other: who
// cosigns what is nobody's business but theirs.
func Plain(cp Checkpoint, key seal.VerifyKey) (Checkpoint, error) {
	v, err := key.NoteVerifier(cp.Origin)
	if err != nil {
		return Checkpoint{}, err
	}
	n, err := note.Open(cp.Signed, note.VerifierList(v))
	if err != nil {
		return Checkpoint{}, unopened(err)
	}
	n.UnverifiedSigs = nil
	if cp.Signed, err = note.Sign(n); err != nil {
		return Checkpoint{}, fault.New(fault.Internal, "the checkpoint cannot be written").Because(err)
	}
	return cp, nil
}

// note gives the signed note, no signature of it verified again.
func (c Checkpoint) note() (*note.Note, error) {
	n, err := note.Open(c.Signed, note.VerifierList())
	if unverified, ok := err.(*note.UnverifiedNoteError); ok {
		return unverified.Note, nil
	}
	if err == nil {
		return n, nil
	}
	return nil, fault.New(fault.Invalid, "this is not a signed checkpoint").Because(err)
}

// Same reports whether two checkpoints are of one log, size and root, whoever
// cosigned them.
func Same(a, b Checkpoint) bool { return a.Origin == b.Origin && a.Size == b.Size && a.Root == b.Root }

// Peek reads origin, size and root of a note that nobody has verified: to
// find the key that must have signed it, and for nothing else.
func Peek(signed []byte) (origin string, size int64, root ref.Hash, err error) {
	if len(signed) > maxCheckpoint {
		return "", 0, ref.Hash{}, fault.New(fault.TooLarge, "the checkpoint is larger than %d bytes", maxCheckpoint)
	}
	text, _, ok := strings.Cut(string(signed), "\n\n")
	if !ok {
		return "", 0, ref.Hash{}, fault.New(fault.Invalid, "this is not a signed checkpoint")
	}
	cp, err := parseText(text + "\n")
	return cp.Origin, cp.Size, cp.Root, err
}

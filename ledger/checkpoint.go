package ledger

import (
	"encoding/base64"
	"encoding/binary"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"comity/fault"
	"comity/ref"
	"comity/seal"
	"comity/wire"
)

// Checkpoint is a signed head of a log: how many leaves, and their root. It
// is trusted because [OpenCheckpoint] or [Append] made it; its JSON form is
// the signed note as a string, and comes back only through OpenCheckpoint.
type Checkpoint struct {
	Origin string   // whose log; see [Origin]
	Size   int64    // number of leaves
	Root   ref.Hash // RFC 6962 root of that many leaves
	Signed []byte   // the signed note, with any cosignatures
}

const (
	originPrefix  = wire.Prefix + "/"
	maxSize       = 1<<53 - 1
	maxCheckpoint = 64 << 10
	maxCosigners  = 32
)

// Origin names the log of a node, which its checkpoints and their signatures
// repeat: orx/1/us/dea.
func Origin(node string) string { return originPrefix + node }

// Signer signs the checkpoints of one log. Printed, it is the log's origin;
// like the key in it, it cannot be compared.
type Signer struct {
	_       [0]func()
	origin  string
	signers *[]note.Signer
}

// NewSigner makes the signer of a log from its node's signing keys: the current
// one, and the one before it for as long as partners may know no other.
func NewSigner(origin string, keys ...seal.SigningKey) (Signer, error) {
	if len(origin) <= len(originPrefix) || !strings.HasPrefix(origin, originPrefix) {
		return Signer{}, fault.New(fault.Invalid, "%q is not the origin of a log", origin).
			Fix("an origin looks like %sus/dea", originPrefix)
	}
	if len(keys) == 0 {
		return Signer{}, fault.New(fault.Invalid, "the log has no key to sign with")
	}
	signers := make([]note.Signer, len(keys))
	for i, k := range keys {
		var err error
		if signers[i], err = k.NoteSigner(origin); err != nil {
			return Signer{}, err
		}
	}
	return Signer{origin: origin, signers: &signers}, nil
}

// String gives the origin.
func (s Signer) String() string { return s.origin }

// Origin gives the name of the log.
func (s Signer) Origin() string { return s.origin }

func (s Signer) checkpoint(size int64, root ref.Hash) (Checkpoint, error) {
	if s.signers == nil {
		return Checkpoint{}, fault.New(fault.Invalid, "the log has no key to sign with")
	}
	text := s.origin + "\n" + strconv.FormatInt(size, 10) + "\n" + base64.StdEncoding.EncodeToString(root[:]) + "\n"
	signed, err := note.Sign(&note.Note{Text: text}, *s.signers...)
	if err != nil {
		return Checkpoint{}, fault.New(fault.Internal, "the checkpoint cannot be signed").Because(err)
	}
	return Checkpoint{Origin: s.origin, Size: size, Root: root, Signed: signed}, nil
}

// OpenCheckpoint reads a signed checkpoint of the log named origin and checks
// the log's own signature. Signatures of other keys, such as the
// cosignatures of witnesses, are carried along and mean nothing here.
//
// The form is strict: exactly the three lines of the format, a canonical
// size below 2^53, canonical base64, no signature twice, at most 64 KiB.
func OpenCheckpoint(signed []byte, origin string, key seal.VerifyKey) (Checkpoint, error) {
	if len(signed) > maxCheckpoint {
		return Checkpoint{}, fault.New(fault.TooLarge, "the checkpoint is larger than %d bytes", maxCheckpoint)
	}
	v, err := key.NoteVerifier(origin)
	if err != nil {
		return Checkpoint{}, err
	}
	n, err := note.Open(signed, note.VerifierList(v))
	if err != nil {
		return Checkpoint{}, unopened(err)
	}
	if err := checkSignatures(string(signed[len(n.Text)+1:])); err != nil {
		return Checkpoint{}, err
	}
	cp, err := parseText(n.Text)
	if err != nil {
		return Checkpoint{}, err
	}
	if cp.Origin != origin {
		return Checkpoint{}, fault.New(fault.Forged, "the checkpoint is of another log than %s", origin)
	}
	cp.Signed = append([]byte(nil), signed...)
	return cp, nil
}

// unopened tells a note that is no note from one that the key did not sign.
func unopened(err error) error {
	switch err.(type) {
	case *note.InvalidSignatureError, *note.UnverifiedNoteError:
		return fault.New(fault.Forged, "the checkpoint is not signed by its log's key").Because(err)
	}
	return fault.New(fault.Invalid, "this is not a signed checkpoint").
		Fix("see doc/spec/ledger.md for the format").Because(err)
}

// checkSignatures refuses what the note library tolerates and what would let
// one checkpoint have many forms: a key's signature given twice (only the
// first would be checked) and base64 that is not the one encoding.
func checkSignatures(block string) error {
	seen := map[string]bool{}
	for line := range strings.Lines(block) {
		name, b64, _ := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(line, "— "), "\n"), " ")
		raw, err := base64.StdEncoding.Strict().DecodeString(b64)
		if err != nil || len(raw) < 5 {
			return fault.New(fault.Invalid, "a signature of the checkpoint is not in its one encoding")
		}
		id := name + "+" + strconv.FormatUint(uint64(binary.BigEndian.Uint32(raw)), 16)
		if seen[id] {
			return fault.New(fault.Invalid, "the checkpoint has two signatures of one key")
		}
		seen[id] = true
	}
	if len(seen) > 1+maxCosigners {
		return fault.New(fault.TooLarge, "the checkpoint has more than %d cosignatures", maxCosigners)
	}
	return nil
}

// parseText reads the three lines. Extension lines, which the format leaves
// room for, are refused: nothing that this protocol signs goes unread.
func parseText(text string) (Checkpoint, error) {
	lines := strings.Split(text, "\n")
	if len(lines) < 4 || lines[0] == "" {
		return Checkpoint{}, fault.New(fault.Invalid, "the checkpoint has not the lines origin, size and root")
	}
	if len(lines) > 4 {
		return Checkpoint{}, fault.New(fault.Unsupported, "the checkpoint has extension lines").At("line 4")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || size > maxSize || strconv.FormatInt(size, 10) != lines[1] {
		return Checkpoint{}, fault.New(fault.Invalid, "the size is not a plain whole number below 2^53").At("line 2")
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(root) != len(ref.Hash{}) || base64.StdEncoding.EncodeToString(root) != lines[2] {
		return Checkpoint{}, fault.New(fault.Invalid, "the root is not a hash in base64").At("line 3")
	}
	return Checkpoint{Origin: lines[0], Size: size, Root: ref.Hash(root)}, nil
}

// String gives the signed note.
func (c Checkpoint) String() string { return string(c.Signed) }

// MarshalText gives the signed note. There is no UnmarshalText: a checkpoint
// that nobody verified is a string, not a Checkpoint.
func (c Checkpoint) MarshalText() ([]byte, error) {
	if len(c.Signed) == 0 {
		return nil, fault.New(fault.Invalid, "a checkpoint is missing")
	}
	return c.Signed, nil
}

// IsZero reports whether the checkpoint was never set.
func (c Checkpoint) IsZero() bool { return len(c.Signed) == 0 }

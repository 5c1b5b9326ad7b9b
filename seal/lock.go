package seal

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"filippo.io/age"

	"comity/fault"
	"comity/ref"
)

// Lock is what a [Ring] at rest is locked with: a passphrase or a key file.
// It cannot be printed, encoded or compared.
type Lock struct {
	hidden[lockLabel]
	recipient func() (age.Recipient, error)
	identity  func() (age.Identity, error)
	proof     func() ref.Hash // what only the holder of the key file can compute; zero for a passphrase
}

const (
	minPassphrase = 12   // characters
	maxPassphrase = 1024 // bytes
	maxKeyFile    = 4096 // bytes
	workFactor    = 15   // scrypt: 2^15 x 1 KiB = 32 MiB, some 0.1 s
	maxWorkFactor = 18   // 256 MiB: what a damaged file can make us spend
)

// Passphrase makes a lock of a passphrase of at least 12 characters. Line
// breaks and other control characters are refused: they come from a file or
// terminal by accident and lock the owner out.
func Passphrase(p []byte) (Lock, error) {
	switch {
	case !utf8.Valid(p) || strings.ContainsFunc(string(p), unicode.IsControl):
		return Lock{}, fault.New(fault.Invalid, "the passphrase holds a line break or another control character").
			Fix("leave out the line break at its end")
	case utf8.RuneCount(p) < minPassphrase:
		return Lock{}, fault.New(fault.Invalid, "the passphrase is shorter than %d characters", minPassphrase).
			Fix("five or six random words are easy to remember and hard to guess")
	case len(p) > maxPassphrase:
		return Lock{}, fault.New(fault.TooLarge, "the passphrase is longer than %d bytes", maxPassphrase)
	}
	secret := string(p)
	return Lock{
		recipient: func() (age.Recipient, error) {
			r, err := age.NewScryptRecipient(secret)
			if err == nil {
				r.SetWorkFactor(workFactor)
			}
			return r, err
		},
		identity: func() (age.Identity, error) {
			id, err := age.NewScryptIdentity(secret)
			if err == nil {
				id.SetMaxWorkFactor(maxWorkFactor)
			}
			return id, err
		},
		proof: func() ref.Hash { return ref.Hash{} },
	}, nil
}

// KeyFile makes a lock of the contents of a key file: comment lines that
// start with #, empty lines, and exactly one hybrid identity.
func KeyFile(contents []byte) (Lock, error) {
	bad := fault.New(fault.Invalid, "this is not a key file").
		Fix("a key file holds one line that starts with AGE-SECRET-KEY-PQ-1")
	if len(contents) > maxKeyFile {
		return Lock{}, bad
	}
	var key string
	for line := range strings.Lines(string(contents)) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" || line[0] == '#' {
			continue
		}
		if key != "" {
			return Lock{}, bad
		}
		key = line
	}
	// The library's error quotes parts of the line, so it is not kept.
	id, err := age.ParseHybridIdentity(key)
	if err != nil {
		return Lock{}, bad
	}
	return Lock{
		recipient: func() (age.Recipient, error) { return id.Recipient(), nil },
		identity:  func() (age.Identity, error) { return id, nil },
		proof:     func() ref.Hash { return ref.Sum("keyfile", []byte(id.String())) },
	}, nil
}

// NewKeyFile makes the contents of a key file. Whoever can read it can open
// the ring: keep it apart from the ring and from the ring's backups.
func NewKeyFile() ([]byte, error) {
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		return nil, fault.New(fault.Internal, "the machine gave no randomness").Because(err)
	}
	return []byte("# orx/1 key file: unlocks a node's key ring. Keep it secret, and away from the ring's backups.\n" +
		id.String() + "\n"), nil
}

// IsZero reports whether the lock was never made.
func (l Lock) IsZero() bool { return l.recipient == nil }

package seal

import (
	"bytes"
	"crypto/ed25519"
	"crypto/subtle"
	"errors"
	"maps"
	"slices"

	"filippo.io/age"

	"comity/fault"
	"comity/ref"
	"comity/wire"
)

// Ring is a node's set of named secrets. Signing and sealing keys are named
// apart, so that a unit can have one of each under its own name. It cannot be
// printed or encoded but by [Ring.Protect]. Not safe for concurrent use.
type Ring struct {
	hidden[ringLabel]
	signing map[string]SigningKey
	sealing map[string]SealingKey
}

// NewRing makes an empty ring.
func NewRing() *Ring {
	return &Ring{signing: map[string]SigningKey{}, sealing: map[string]SealingKey{}}
}

// SetSigning keeps a signing key under a name, in place of one it had before.
// A name that is empty, longer than 255 bytes or not printable ASCII without
// spaces, and a zero key, are refused by [Ring.Protect].
func (r *Ring) SetSigning(name string, k SigningKey) { r.signing[name] = k }

// SetSealing keeps a sealing key under a name, as SetSigning does.
func (r *Ring) SetSealing(name string, k SealingKey) { r.sealing[name] = k }

// Forget drops the sealing key of that name.
func (r *Ring) Forget(name string) { delete(r.sealing, name) }

// Signing gives the signing key of that name.
func (r *Ring) Signing(name string) (SigningKey, error) {
	k, found := r.signing[name]
	if !found {
		return SigningKey{}, missing("signing", name)
	}
	return k, nil
}

// Sealing gives the sealing key of that name.
func (r *Ring) Sealing(name string) (SealingKey, error) {
	k, found := r.sealing[name]
	if !found {
		return SealingKey{}, missing("sealing", name)
	}
	return k, nil
}

func missing(kind, name string) error {
	return fault.New(fault.Invalid, "the key ring has no %s key named %q", kind, name)
}

// Names lists the names that have a key of either kind, once each, sorted.
func (r *Ring) Names() []string {
	names := slices.AppendSeq(slices.Collect(maps.Keys(r.signing)), maps.Keys(r.sealing))
	slices.Sort(names)
	return slices.Compact(names)
}

// ringFile is the plaintext of a ring at rest, in canonical JSON.
type ringFile struct {
	Format  string    `json:"format"`
	Proof   ref.Hash  `json:"proof,omitzero"`
	Sealing []keptKey `json:"sealing"`
	Signing []keptKey `json:"signing"`
}

type keptKey struct {
	Name string `json:"name"`
	Key  string `json:"key"`
}

const (
	ringFormat  = wire.Prefix + "/ring"
	maxRing     = 1 << 20
	maxRingName = 255
)

// Protect gives the ring's bytes at rest: an age file that only the lock
// opens. Two calls give different bytes.
func (r *Ring) Protect(l Lock) ([]byte, error) {
	if l.IsZero() {
		return nil, fault.New(fault.Locked, "the key ring has no lock").Fix("give a passphrase or a key file")
	}
	f := ringFile{Format: ringFormat, Proof: l.proof()}
	for name, k := range r.signing {
		if k.IsZero() || !printable(name, maxRingName) {
			return nil, fault.New(fault.Invalid, "the signing key named %q cannot be kept", name)
		}
		f.Signing = append(f.Signing, keptKey{name, text64.EncodeToString(k.seed())})
	}
	for name, k := range r.sealing {
		if k.IsZero() || !printable(name, maxRingName) {
			return nil, fault.New(fault.Invalid, "the sealing key named %q cannot be kept", name)
		}
		f.Sealing = append(f.Sealing, keptKey{name, k.identity().String()})
	}
	slices.SortFunc(f.Signing, byName)
	slices.SortFunc(f.Sealing, byName)
	plain, err := wire.Encode(f)
	if err != nil {
		return nil, err
	}
	if len(plain) > maxRing {
		return nil, fault.New(fault.TooLarge, "the key ring is larger than %d bytes", maxRing)
	}
	to, err := l.recipient()
	if err != nil {
		return nil, fault.New(fault.Internal, "the key ring cannot be locked").Because(err)
	}
	return encrypt(plain, to)
}

func byName(a, b keptKey) int {
	switch {
	case a.Name < b.Name:
		return -1
	case a.Name > b.Name:
		return 1
	}
	return 0
}

// OpenRing opens what [Ring.Protect] gave. A wrong passphrase or key file is
// Locked; damage that can be told from that is Forged, and so is a ring that
// somebody else made for this key file: knowing its public half is not enough.
func OpenRing(b []byte, l Lock) (*Ring, error) {
	if l.IsZero() {
		return nil, fault.New(fault.Locked, "the key ring is locked").Fix("give its passphrase or key file")
	}
	if len(b) > 2*maxRing {
		return nil, fault.New(fault.TooLarge, "the key ring is larger than %d bytes", 2*maxRing)
	}
	id, err := l.identity()
	if err != nil {
		return nil, fault.New(fault.Internal, "the lock cannot be used").Because(err)
	}
	r, err := age.Decrypt(bytes.NewReader(b), id)
	if err != nil {
		return nil, unlocked(err)
	}
	plain, err := readAll(r, maxRing, 1<<12)
	if err != nil {
		return nil, damagedRing()
	}
	// What follows drops the causes: they could quote the secrets.
	var f ringFile
	if wire.Decode(plain, &f, wire.Limits{Bytes: maxRing, Depth: 4}) != nil || f.Format != ringFormat {
		return nil, damagedRing()
	}
	if want := l.proof(); subtle.ConstantTimeCompare(want[:], f.Proof[:]) != 1 {
		return nil, fault.New(fault.Forged, "the key ring was not made by the holder of this key file").
			Fix("restore the ring from a backup, and find out who replaced it")
	}
	return f.ring()
}

func unlocked(err error) error {
	var wrong *age.NoIdentityMatchError
	if !errors.As(err, &wrong) {
		return damagedRing()
	}
	e := fault.New(fault.Locked, "the key ring stays locked: wrong passphrase or key file").Because(err)
	if slices.Contains(wrong.StanzaTypes, "scrypt") {
		return e.Fix("this ring is locked with a passphrase; give the one it was last locked with")
	}
	return e.Fix("this ring is locked with a key file; give the one it was last locked with")
}

func damagedRing() error {
	return fault.New(fault.Forged, "the key ring is damaged").Fix("restore it from a backup")
}

func (f ringFile) ring() (*Ring, error) {
	r := NewRing()
	if !ordered(f.Signing) || !ordered(f.Sealing) {
		return nil, damagedRing()
	}
	for _, kept := range f.Signing {
		seed, err := text64.DecodeString(kept.Key)
		if err != nil || len(seed) != ed25519.SeedSize {
			return nil, damagedRing()
		}
		r.SetSigning(kept.Name, signingKeyOf(seed))
	}
	for _, kept := range f.Sealing {
		id, err := age.ParseHybridIdentity(kept.Key)
		if err != nil {
			return nil, damagedRing()
		}
		r.SetSealing(kept.Name, sealingKeyOf(id))
	}
	return r, nil
}

// ordered reports whether names are printable, sorted and without repetition.
func ordered(kept []keptKey) bool {
	for i, k := range kept {
		if !printable(k.Name, maxRingName) || i > 0 && kept[i-1].Name >= k.Name {
			return false
		}
	}
	return true
}

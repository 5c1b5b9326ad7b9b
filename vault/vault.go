// Package vault encrypts what a node keeps, under a key per item, and can
// destroy each of these keys for good. The vault itself is small and changes
// only when a key is destroyed: it stands in a file of its own, in no backup, so
// that a key which is destroyed takes the content with it out of every copy of
// the database, old ones too.
//
// The keys are the leaves of one tree of seeds, in which every seed gives its
// two children and no child gives its parent (Goldreich, Goldwasser and Micali,
// "How to construct random functions", 1986). A vault begins with the root. To
// destroy a leaf the seeds on the way to it are forgotten and the ones beside
// the way kept: what they give are all leaves but that one (Boneh and Waters,
// "Constrained pseudorandom functions", 2013, call this puncturing).
//
// Band 2: no I/O. It may import band 1.
package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/binary"
	"io"
	"sync"

	"comity/fault"
)

// ID names an item, a cut or another thing that has a key: the bytes of its id.
type ID = [16]byte

// secret is a seed or a key.
type secret [32]byte

// levels is how far the leaves are from the root. The leaf of an id is found by
// its hash; among a million ids two share a leaf with a chance of one in 2^41.
const levels = 80

// place is a node of the tree: how deep it is and the bits that lead to it,
// those further on zero.
type place struct {
	depth uint8
	path  [levels / 8]byte
}

// Vault holds the keys. It cannot be printed and is safe for concurrent use.
type Vault struct {
	mu    sync.RWMutex
	seeds map[place]secret // what all keys that are left come from
	notes secret           // for what outlives the content
	words secret           // for what is searched for
	known tokens
	keys  recent
}

// String hides the vault.
func (*Vault) String() string { return "[vault]" }

// GoString hides it too.
func (*Vault) GoString() string { return "[vault]" }

// New makes a vault in which every id has a key.
func New(random io.Reader) (*Vault, error) {
	v := &Vault{seeds: map[place]secret{}}
	var root secret
	for _, s := range []*secret{&root, &v.notes, &v.words} {
		if _, err := io.ReadFull(random, s[:]); err != nil {
			return nil, fault.New(fault.Internal, "there is no randomness").Because(err)
		}
	}
	v.seeds[place{}] = root
	return v, nil
}

// leaf gives the place of the key of an id.
func leaf(id ID) place {
	sum := sha256.Sum256(append([]byte("comity vault leaf\n"), id[:]...))
	return place{depth: levels, path: [levels / 8]byte(sum[:])}
}

func bit(path [levels / 8]byte, n int) byte { return path[n/8] >> (7 - n%8) & 1 }

// at gives the place on the way to a leaf that is so deep.
func at(path [levels / 8]byte, depth int) place {
	p := place{depth: uint8(depth)}
	for n := range depth {
		p.path[n/8] |= bit(path, n) << (7 - n%8)
	}
	return p
}

// beside gives the other child of the parent.
func (p place) beside() place {
	n := p.depth - 1
	p.path[n/8] ^= 1 << (7 - n%8)
	return p
}

// child is one of the two seeds that a seed gives.
func child(s secret, which byte) secret {
	var in [34]byte
	in[0], in[1] = 'c', which
	copy(in[2:], s[:])
	return sha256.Sum256(in[:])
}

// above finds the seed that a place comes from.
func (v *Vault) above(below place) (place, secret, bool) {
	for depth := range int(below.depth) + 1 {
		p := at(below.path, depth)
		if s, ok := v.seeds[p]; ok {
			return p, s, true
		}
	}
	return place{}, secret{}, false
}

// key gives the key of an id, unless it was destroyed.
func (v *Vault) key(id ID) (secret, bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	if k, ok := v.keys.get(id); ok {
		return k, true
	}
	k, ok := v.derive(id)
	if ok {
		v.keys.put(id, k)
	}
	return k, ok
}

// derive goes the way to a key from the seed above it.
func (v *Vault) derive(id ID) (secret, bool) {
	to := leaf(id)
	p, s, ok := v.above(to)
	for n := int(p.depth); ok && n < levels; n++ {
		s = child(s, bit(to.path, n))
	}
	return s, ok
}

// recent remembers the keys that were used last: what belongs to one item comes
// together, and the way to a key is eighty steps long.
type recent struct {
	mu sync.Mutex
	of map[ID]secret
}

const maxRecent = 64

func (r *recent) get(id ID) (secret, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	k, ok := r.of[id]
	return k, ok
}

func (r *recent) put(id ID, k secret) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.of == nil || len(r.of) >= maxRecent {
		r.wipe()
	}
	r.of[id] = k
}

// forget drops all of them: one may be of what was destroyed just now.
func (r *recent) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.wipe()
}

func (r *recent) wipe() {
	for id := range r.of {
		r.of[id] = secret{}
	}
	r.of = map[ID]secret{}
}

// Destroyed tells whether the key of an id was destroyed.
func (v *Vault) Destroyed(id ID) bool {
	v.mu.RLock()
	defer v.mu.RUnlock()
	_, _, ok := v.above(leaf(id))
	return !ok
}

// Without gives the vault as it is once the keys of some ids are destroyed:
// whoever keeps it puts it in the place of this one before anybody relies on
// that, and calls [Vault.Become].
func (v *Vault) Without(ids ...ID) *Vault {
	v.mu.RLock()
	defer v.mu.RUnlock()
	next := &Vault{seeds: make(map[place]secret, len(v.seeds)+levels*len(ids)), notes: v.notes, words: v.words}
	for p, s := range v.seeds {
		next.seeds[p] = s
	}
	for _, id := range ids {
		next.puncture(leaf(id))
	}
	return next
}

func (v *Vault) puncture(to place) {
	p, s, ok := v.above(to)
	if !ok {
		return
	}
	delete(v.seeds, p)
	for n := int(p.depth); n < levels; n++ {
		which := bit(to.path, n)
		v.seeds[at(to.path, n+1).beside()] = child(s, 1-which)
		s = child(s, which)
	}
}

// Common gives the vault of the keys that two have in common, of which one may be
// a copy from before something was destroyed; fault.Forged if they are of two
// nodes.
func (v *Vault) Common(other *Vault) (*Vault, error) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	other.mu.RLock()
	defer other.mu.RUnlock()
	if v.notes != other.notes || v.words != other.words {
		return nil, fault.New(fault.Forged, "the two vaults are not copies of one").Fix("find out which is this node's")
	}
	both := &Vault{seeds: map[place]secret{}, notes: v.notes, words: v.words}
	for p, s := range v.seeds {
		if _, _, ok := other.above(p); ok {
			both.seeds[p] = s
		}
	}
	for p, s := range other.seeds {
		if _, _, ok := v.above(p); ok {
			both.seeds[p] = s
		}
	}
	return both, nil
}

// Become makes this vault the same as another.
func (v *Vault) Become(next *Vault) {
	next.mu.RLock()
	defer next.mu.RUnlock()
	v.mu.Lock()
	defer v.mu.Unlock()
	for p := range v.seeds {
		v.seeds[p] = secret{} // the memory of it
	}
	v.seeds, v.notes, v.words = next.seeds, next.notes, next.words
	v.known.forget()
	v.keys.forget()
}

// What is enclosed begins with one of these.
const (
	withContent = 1 // the id, the length of the shell as 4 bytes, the shell, the content
	noteAlone   = 2
)

const head = 1 + len(ID{}) + 4

// Enclose encrypts the content of an id under the key of that, and beside it a
// shell, which is what is left of it once that key is destroyed. It fails if it
// is destroyed already.
func (v *Vault) Enclose(id ID, content, shell []byte) ([]byte, error) {
	k, ok := v.key(id)
	if !ok {
		return nil, fault.New(fault.Stale, "its content was destroyed").Fix("nothing more is kept under that id")
	}
	out := make([]byte, head, head+len(content)+len(shell)+2*overhead)
	out[0] = withContent
	copy(out[1:], id[:])
	binary.BigEndian.PutUint32(out[head-4:], uint32(len(shell)+overhead))
	bound := [head]byte(out)
	out, err := seal(v.noteKey(), out, shell, bound[:])
	if err != nil {
		return nil, err
	}
	return seal(k, out, content, bound[:])
}

// EncloseNote encrypts what belongs to no content and is never destroyed.
func (v *Vault) EncloseNote(note []byte) ([]byte, error) {
	out := make([]byte, 1, 1+len(note)+overhead)
	out[0] = noteAlone
	return seal(v.noteKey(), out, note, []byte{noteAlone})
}

// Open gives what [Vault.Enclose] and [Vault.EncloseNote] took. Content whose key
// was destroyed is gone: the shell is given in its place. What was changed, or
// belongs to another vault, is Forged.
func (v *Vault) Open(enclosed []byte) (b []byte, gone bool, err error) {
	switch {
	case len(enclosed) >= 1+overhead && enclosed[0] == noteAlone:
		b, err = open(v.noteKey(), enclosed[1:], enclosed[:1])
		return b, false, err
	case len(enclosed) < head+2*overhead || enclosed[0] != withContent:
		return nil, false, foreign()
	}
	bound, rest := enclosed[:head], enclosed[head:]
	n := uint64(binary.BigEndian.Uint32(bound[head-4:]))
	if n < overhead || n > uint64(len(rest)-overhead) {
		return nil, false, foreign()
	}
	k, ok := v.key(ID(bound[1:]))
	if !ok {
		b, err = open(v.noteKey(), rest[:n], bound)
		return b, true, err
	}
	b, err = open(k, rest[n:], bound)
	return b, false, err
}

func foreign() error {
	return fault.New(fault.Forged, "what is stored was changed, or belongs to another vault").
		Fix("see the node's log; is the vault the one of this database?")
}

func (v *Vault) noteKey() secret {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.notes
}

// overhead is how much longer AES-256-GCM with a random nonce makes a text.
const overhead = 12 + 16

func aead(k secret) (cipher.AEAD, error) {
	b, err := aes.NewCipher(k[:])
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(b)
}

func seal(k secret, onto, text, bound []byte) ([]byte, error) {
	a, err := aead(k)
	if err != nil {
		return nil, fault.New(fault.Internal, "nothing can be encrypted").Because(err)
	}
	return a.Seal(onto, nil, text, bound), nil
}

func open(k secret, sealed, bound []byte) ([]byte, error) {
	a, err := aead(k)
	if err != nil {
		return nil, fault.New(fault.Internal, "nothing can be decrypted").Because(err)
	}
	b, err := a.Open(nil, nil, sealed, bound)
	if err != nil {
		return nil, foreign()
	}
	return b, nil
}

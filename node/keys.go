package node

import (
	"crypto/rand"
	"io"
	"os"
	"strconv"

	"comity/exchange"
	"comity/fault"
	"comity/party"
	"comity/seal"
)

// Names of the keys in the ring of a node. A unit's sealing key has the name
// of the unit.
const (
	signingName = "signing"
	tlsName     = "tls"
	vaultName   = "vault" // no unit's: those have a slash in them
)

// before is what the name of a key that was replaced ends in; the units' have
// a number behind it, 1 for the newest.
const before = "@before"

// keys are a node's own secrets, unlocked.
type keys struct {
	signing seal.SigningKey
	former  seal.SigningKey // the one before it; zero: there is none
	tls     seal.SigningKey
	sealing map[party.Name][]seal.SealingKey // of each unit, the current one first
	vault   seal.SealingKey                  // that the vault on disk is sealed with
}

// links gives the keys that the exchange works with.
func (k keys) links() exchange.Keys {
	return exchange.Keys{Signing: k.signers(), Sealing: k.sealing}
}

// signers gives the keys that sign: the current one, and the one before it.
func (k keys) signers() []seal.SigningKey {
	if k.former.IsZero() {
		return []seal.SigningKey{k.signing}
	}
	return []seal.SigningKey{k.signing, k.former}
}

// newRing makes the keys of a new node.
func newRing(units []party.Name, random io.Reader) (*seal.Ring, error) {
	ring := seal.NewRing()
	for _, name := range []string{signingName, tlsName} {
		k, err := seal.NewSigningKey(random)
		if err != nil {
			return nil, err
		}
		ring.SetSigning(name, k)
	}
	_, err := addUnits(ring, units)
	return ring, err
}

// addUnits makes sealing keys for units that have none, and tells whether
// there were any.
func addUnits(ring *seal.Ring, units []party.Name) (bool, error) {
	added := false
	for _, u := range units {
		if _, err := ring.Sealing(string(u)); err == nil {
			continue
		}
		k, err := seal.NewSealingKey()
		if err != nil {
			return false, err
		}
		ring.SetSealing(string(u), k)
		added = true
	}
	return added, nil
}

// openRing unlocks the keys of a home, and makes those of units that the
// configuration has gained, and the vault of a home from before there was one.
func openRing(h Home, c Config, unlock seal.Lock) (*seal.Ring, error) {
	locked, err := os.ReadFile(h.Keys())
	if err != nil {
		return nil, fault.New(fault.Internal, "the node's keys cannot be read").At("%s", h.Keys()).Because(err)
	}
	ring, err := seal.OpenRing(locked, unlock)
	if err != nil {
		return nil, err
	}
	added, err := addUnits(ring, c.Units)
	if err != nil {
		return nil, err
	}
	if _, none := ring.Sealing(vaultName); none != nil {
		if err := newVault(h, ring, rand.Reader); err != nil {
			return nil, err
		}
		added = true
	}
	if !added {
		return ring, nil
	}
	locked, err = ring.Protect(unlock)
	if err != nil {
		return nil, err
	}
	return ring, write(h.Keys(), locked)
}

// keysOf takes the keys out of a ring.
func keysOf(ring *seal.Ring, units []party.Name) (keys, error) {
	k := keys{sealing: map[party.Name][]seal.SealingKey{}}
	var err error
	if k.signing, err = ring.Signing(signingName); err != nil {
		return keys{}, err
	}
	if k.tls, err = ring.Signing(tlsName); err != nil {
		return keys{}, err
	}
	if k.vault, err = ring.Sealing(vaultName); err != nil {
		return keys{}, err
	}
	if former, err := ring.Signing(signingName + before); err == nil {
		k.former = former
	}
	for _, u := range units {
		key, err := ring.Sealing(string(u))
		if err != nil {
			return keys{}, err
		}
		k.sealing[u] = []seal.SealingKey{key}
		for n := 1; ; n++ {
			if key, err = ring.Sealing(formerly(u, n)); err != nil {
				break
			}
			k.sealing[u] = append(k.sealing[u], key)
		}
	}
	return k, nil
}

// formerly is the name of a unit's earlier sealing key.
func formerly(u party.Name, n int) string { return string(u) + before + strconv.Itoa(n) }

package node

import (
	"io"
	"os"

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
)

// keys are a node's own secrets, unlocked.
type keys struct {
	signing seal.SigningKey
	tls     seal.SigningKey
	sealing map[party.Name]seal.SealingKey
}

// links gives the keys that the exchange works with.
func (k keys) links() exchange.Keys {
	e := exchange.Keys{Signing: k.signing, Sealing: map[party.Name][]seal.SealingKey{}}
	for u, key := range k.sealing {
		e.Sealing[u] = []seal.SealingKey{key}
	}
	return e
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
// configuration has gained.
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
	if err != nil || !added {
		return ring, err
	}
	locked, err = ring.Protect(unlock)
	if err != nil {
		return nil, err
	}
	return ring, write(h.Keys(), locked)
}

// keysOf takes the keys out of a ring.
func keysOf(ring *seal.Ring, units []party.Name) (keys, error) {
	k := keys{sealing: map[party.Name]seal.SealingKey{}}
	var err error
	if k.signing, err = ring.Signing(signingName); err != nil {
		return keys{}, err
	}
	if k.tls, err = ring.Signing(tlsName); err != nil {
		return keys{}, err
	}
	for _, u := range units {
		if k.sealing[u], err = ring.Sealing(string(u)); err != nil {
			return keys{}, err
		}
	}
	return k, nil
}

package node

import (
	"comity/seal"
	"comity/store"
)

// Store gives the node's database to what fills it.
func (n *Node) Store() *store.DB { return n.db }

// Signers gives the node's keys to what makes up its past.
func (n *Node) Signers() []seal.SigningKey { return n.keys.signers() }

// Home is the folder of the node.
func (n *Node) Home() Home { return n.home }

// Relock locks the node's keys with another lock, for another process.
func (n *Node) Relock(with seal.Lock) error {
	ring, err := openRing(n.home, n.config, n.unlock)
	if err != nil {
		return err
	}
	locked, err := ring.Protect(with)
	if err != nil {
		return err
	}
	return write(n.home.Keys(), locked)
}

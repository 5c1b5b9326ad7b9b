package node

import (
	"comity/exchange"
	"comity/peer"
	"comity/ref"
)

// dialed is the client for a partner, made for one card of it.
type dialed struct {
	card   ref.Hash
	client *peer.Client
}

// dial gives the way to a partner, one connection kept for each; a new card
// gets a new one. No endpoint, or one that is none, is no way.
func (n *Node) dial(p exchange.Partner) exchange.Peer {
	if n.opts.Dial != nil {
		return n.opts.Dial(p)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	have, found := n.dialed[p.Name]
	if found && have.card == p.CardHash {
		return have.client
	}
	if found {
		have.client.Close()
	}
	if len(p.Card.Endpoints) == 0 {
		return nil
	}
	client, err := peer.NewClient(n.cert, p.Card.Endpoints, p.Card.TLSPin, peer.Limits{})
	if err != nil {
		n.opts.Log.Error("a partner's card has an endpoint that cannot be used", "partner", string(p.Name), "err", err)
		return nil
	}
	n.dialed[p.Name] = dialed{p.CardHash, client}
	return client
}

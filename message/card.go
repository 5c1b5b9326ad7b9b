package message

import (
	"net/url"
	"slices"
	"strings"

	"comity/fault"
	"comity/party"
	"comity/ref"
	"comity/seal"
	"comity/wire"
)

const (
	maxEndpoints = 8
	maxPacks     = 64
	maxEndpoint  = 256
)

// Hash names the card: what the next card's Prev holds.
func (c Card) Hash() (ref.Hash, error) { return wire.Sum("card", c) }

// Words gives the eight words that partners compare out of band. They stand
// for the whole card, not for its signing key alone: somebody between two
// nodes could otherwise hand over an older card, whose sealing keys are known
// to be lost, under the same words.
func (c Card) Words() ([]string, error) {
	h, err := c.Hash()
	if err != nil {
		return nil, err
	}
	return seal.Words(h), nil
}

// Unit gives the card's entry for a unit.
func (c Card) Unit(n party.Name) (CardUnit, bool) {
	i := slices.IndexFunc(c.Units, func(u CardUnit) bool { return u.Name == n })
	if i < 0 {
		return CardUnit{}, false
	}
	return c.Units[i], true
}

// Recipients gives the sealing keys of the audience. A unit that the card no
// longer names gets nothing, and nobody else gets it in its place.
func (c Card) Recipients(audience []party.Name) ([]seal.Recipient, error) {
	var to []seal.Recipient
	for _, n := range audience {
		u, ok := c.Unit(n)
		if !ok {
			return nil, fault.New(fault.Unreachable, "the card of %s no longer names the unit %s", c.Name, n).
				Fix("ask %s for its newest card", c.Name)
		}
		to = append(to, u.Sealing)
	}
	return to, nil
}

// Front gives the unit that takes what is addressed to the node as a whole:
// the first of the card.
func (c Card) Front() party.Name { return c.Units[0].Name }

// MakeCard completes a card from what its node says of itself and checks it:
// the first one if prev is nil, the successor of prev otherwise.
func MakeCard(c Card, prev *Card) (Card, error) {
	if c.Protocol == 0 {
		c.Protocol = wire.Protocol
	}
	c.Serial, c.Prev = 1, ref.Hash{}
	if prev != nil {
		h, err := prev.Hash()
		if err != nil {
			return Card{}, err
		}
		c.Serial, c.Prev = prev.Serial+1, h
		if c.Created.Before(prev.Created) { // the clock has stepped back
			c.Created = prev.Created
		}
	}
	return c, c.check()
}

// SignCard gives the signed card in canonical form. keys are the card's own
// signing key and, if that is new, the key of the card before.
func SignCard(c Card, keys ...seal.SigningKey) ([]byte, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	payload, err := wire.Encode(c)
	if err != nil {
		return nil, err
	}
	e, err := seal.Sign(CardType, payload, keys...)
	if err != nil {
		return nil, err
	}
	if _, err := e.Verify(CardType, c.Signing); err != nil {
		return nil, fault.New(fault.Invalid, "a card is signed by the key that it names").Because(err)
	}
	return wire.Encode(e)
}

// ParseCard reads a signed card and checks that the key it names has signed
// it. That proves no more than that the card is whole: whose it is, the
// comparison of words tells, or the card pinned before.
func ParseCard(signed []byte) (Card, error) {
	c, _, err := OpenCard(signed)
	return c, err
}

// OpenCard reads a signed card as [ParseCard] does, and gives the signatures
// with it: what [Card.Succeed] looks at.
func OpenCard(signed []byte) (Card, seal.Envelope, error) {
	e, err := seal.ParseEnvelope(signed, wire.Limits{Bytes: MaxCard, Depth: 4})
	if err != nil {
		return Card{}, e, err
	}
	var c Card
	if err := wire.Decode(e.Payload, &c, wire.Limits{Bytes: MaxCard, Depth: 6}); err != nil {
		return Card{}, e, err
	}
	if err := c.check(); err != nil {
		return Card{}, e, err
	}
	if _, err := e.Verify(CardType, c.Signing); err != nil {
		return Card{}, e, err
	}
	return c, e, nil
}

// Succeed checks that a card follows the pinned one: the next serial, its
// hash, the same name, and the signature of the key that was pinned.
func (c Card) Succeed(e seal.Envelope, pinned Card) error {
	if _, err := e.Verify(CardType, pinned.Signing); err != nil {
		return fault.New(fault.Forged, "this card says it is %s, but the key that you pinned for %s has not signed it", c.Name, c.Name).
			Fix("do not use it: ask %s by another way. If its key is lost, it has to be introduced anew under its duty desk's word", c.Name).Because(err)
	}
	h, err := pinned.Hash()
	if err != nil {
		return err
	}
	switch {
	case c.Serial <= pinned.Serial:
		return fault.New(fault.Stale, "this is card %d of %s; card %d is pinned already", c.Serial, c.Name, pinned.Serial)
	case c.Serial > pinned.Serial+1:
		return fault.New(fault.Invalid, "this is card %d of %s, and card %d is pinned", c.Serial, c.Name, pinned.Serial).
			Fix("ask for card %d first", pinned.Serial+1)
	case c.Prev != h:
		return fault.New(fault.Forged, "this card of %s does not follow the one that is pinned", c.Name).
			Fix("ask %s by another way: two cards with one serial exist", c.Name)
	case c.Created.Before(pinned.Created):
		// What the key before signed counts until about then: a card that is dated back
		// would take back what was given under it.
		return fault.New(fault.Forged, "this card of %s says that it was made before the one that it follows", c.Name).
			Fix("ask %s for a card with its right date", c.Name)
	}
	return nil
}

// check holds what a card may say.
func (c Card) check() error {
	bad := func(where, why string, args ...any) error {
		return fault.New(fault.Invalid, why, args...).At("%s", where).Fix("see doc/spec/card.md")
	}
	switch {
	case c.Protocol < 1:
		return bad("protocol", "the card names no protocol")
	case c.Serial < 1 || c.Serial == 1 != c.Prev.IsZero():
		return bad("serial", "the first card has serial 1 and no card before, every other the hash of the one before")
	case c.Name == "" || c.Name != c.Name.Agency() || c.Name.Parent() == "":
		return bad("name", "a node is named by a state and an agency, like mx/semar")
	case len(c.Endpoints) > maxEndpoints || len(c.Packs) > maxPacks:
		return bad("endpoints", "the card has more than %d endpoints or %d packs", maxEndpoints, maxPacks)
	case c.Signing.IsZero() || c.TLSPin.IsZero():
		return bad("signing", "the card lacks its signing key or its TLS pin")
	case c.Created.IsZero():
		return bad("created", "the card has no date")
	}
	for i, at := range c.Endpoints {
		if err := checkEndpoint(at); err != nil {
			return err.At("endpoints/%d", i)
		}
	}
	return c.checkUnits(bad)
}

func (c Card) checkUnits(bad func(where, why string, args ...any) error) error {
	if len(c.Units) == 0 || len(c.Units) > MaxUnits {
		return bad("units", "a card has 1 to %d units", MaxUnits)
	}
	seen := map[party.Name]bool{}
	for _, u := range c.Units {
		switch {
		case u.Name == c.Name || !u.Name.Within(c.Name):
			return bad("units", "the unit %s does not lie below the node %s", u.Name, c.Name)
		case seen[u.Name]:
			return bad("units", "the unit %s is named twice", u.Name)
		case u.Sealing.IsZero():
			return bad("units", "the unit %s has no sealing key", u.Name)
		}
		seen[u.Name] = true
	}
	for i, p := range c.Packs {
		if p.ID == "" || len(p.ID) > 64 || strings.ContainsFunc(p.ID, notPackID) || p.Version < 1 || p.Hash.IsZero() {
			return bad("packs", "pack %d of the card has no id, version or hash", i+1)
		}
	}
	return nil
}

func notPackID(r rune) bool {
	return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '.'
}

// checkEndpoint takes https://host:port in its one form and nothing else, so
// that a card cannot make its reader call a path, a user name or a scheme.
func checkEndpoint(at string) *fault.Error {
	u, err := url.Parse(at)
	ok := err == nil && len(at) <= maxEndpoint && u.Scheme == "https" && u.Hostname() != "" && u.Port() != "" && at == "https://"+u.Host
	for i := range len(at) {
		ok = ok && at[i] > ' ' && at[i] <= '~'
	}
	if !ok {
		return fault.New(fault.Invalid, "an endpoint is not of the form https://host:port").Fix("see doc/spec/card.md")
	}
	return nil
}

// Succeed reads a signed card that is to follow a pinned one, and checks that
// it may.
func Succeed(signed, pinned []byte) (Card, error) {
	before, err := ParseCard(pinned)
	if err != nil {
		return Card{}, err
	}
	c, e, err := OpenCard(signed)
	if err != nil {
		return Card{}, err
	}
	if c.Name != before.Name {
		return Card{}, fault.New(fault.Invalid, "this card is of %s and follows none of %s", c.Name, before.Name)
	}
	return c, c.Succeed(e, before)
}

package main

import (
	"cmp"
	"path/filepath"
	"slices"

	"comity/fault"
	"comity/seal"
)

// maxCards is how many cards of the accused are looked at, beside the one that
// was given; a node keeps no more as evidence.
const maxCards = 64

// before reports whether a card is the one that the next card says it follows.
func (c card) before(next card) bool {
	return c.Name == next.Name && c.Serial > 0 && c.Serial == next.Serial-1 && c.hash == next.Prev
}

// linked reports whether a card that is believed vouches for another: by the
// hash of the one before it, or by its key's signature under the one after it.
func (c card) linked(other card) bool {
	if other.before(c) {
		return true
	}
	if !c.before(other) {
		return false
	}
	_, err := other.signed.Verify(cardType, c.Signing)
	return err == nil
}

// chained gives those of the cards that are linked to a believed one, directly
// or by others of them; the newest first.
func chained(believed card, others []card) []card {
	chain := []card{believed}
	for i := 0; i < len(chain); i++ {
		var left []card
		for _, c := range others {
			if chain[i].linked(c) {
				chain = append(chain, c)
			} else {
				left = append(left, c)
			}
		}
		others = left
	}
	chain = chain[1:]
	slices.SortStableFunc(chain, func(a, b card) int { return cmp.Compare(b.Serial, a.Serial) })
	return chain
}

// chain gives the cards, of the evidence and of those given, that the newest given
// one is linked to: the accused may have signed under an earlier key, or under a later one. The cards
// of all incidents count for each, whatever their files are named. To a key that
// was given without its card none can be linked.
func chain(accused giver, dir string, list []incident) ([]card, error) {
	if len(accused.cards) == 0 {
		return nil, nil
	}
	newest := accused.cards[len(accused.cards)-1]
	cards := slices.Clone(accused.cards[:len(accused.cards)-1])
	for _, i := range list {
		for _, p := range i {
			if !p.isCard() {
				continue
			}
			c, ok := p.card(dir)
			same := func(d card) bool { return d.hash == c.hash }
			if !ok || c.Name != accused.node || same(newest) || slices.ContainsFunc(cards, same) {
				continue
			}
			if cards = append(cards, c); len(cards) > maxCards+len(accused.cards)-1 {
				return nil, fault.New(fault.TooLarge, "the folder has more than %d cards of %s", maxCards, accused.node).At("%s", dir).
					Fix("put each incident into a folder of its own")
			}
		}
	}
	return chained(newest, cards), nil
}

// card reads a piece that is named as one. What is no card vouches for nothing,
// and a file that cannot be read is reported with its incident.
func (p piece) card(dir string) (card, bool) {
	b, err := read(filepath.Join(dir, p.file))
	if err != nil {
		return card{}, false
	}
	c, err := parseCard(b)
	return c, err == nil
}

// under opens something that the accused is to have signed, under the first of
// its keys that has: that of the given card, or of one that is linked to it.
func under[T any](q inquiry, open func(seal.VerifyKey) (T, error)) (T, error) {
	v, err := open(q.accused.key)
	if !fault.Is(err, fault.Forged) {
		return v, err
	}
	tried := map[seal.VerifyKey]bool{q.accused.key: true}
	for _, c := range q.chain {
		if tried[c.Signing] {
			continue
		}
		tried[c.Signing] = true
		other, otherErr := open(c.Signing)
		if otherErr == nil {
			q.used[c.Serial] = true
		}
		if !fault.Is(otherErr, fault.Forged) {
			return other, otherErr
		}
	}
	if len(tried) > 1 {
		err = fault.Safe(err).Fix("all %d keys on its cards were tried", len(tried))
	}
	return v, err
}

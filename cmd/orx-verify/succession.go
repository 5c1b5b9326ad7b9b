package main

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"comity/fault"
	"comity/party"
	"comity/seal"
)

// successors reads the cards of one node, in whatever order they were named, and
// gives them oldest first: each must follow the one before as a partner lets it
// (message.Succeed), so that whoever believes one believes all.
func successors(files []string) ([]card, error) {
	if len(files) > maxCards {
		return nil, fault.New(fault.TooLarge, "%d cards were named, and %d are looked at", len(files), maxCards).
			Fix("name those that were in force when the receipts were given")
	}
	var cards []card
	for _, file := range files {
		b, err := read(file)
		if err != nil {
			return nil, err
		}
		c, err := readCard(file, b)
		if err != nil {
			return nil, err
		}
		cards = append(cards, c)
	}
	return inOrder(cards)
}

// inOrder puts cards in the order of their serials. One card under two names, as
// evidence holds the newest, is one card.
func inOrder(cards []card) ([]card, error) {
	slices.SortFunc(cards, func(a, b card) int {
		return cmp.Or(cmp.Compare(a.Serial, b.Serial), bytes.Compare(a.hash[:], b.hash[:]))
	})
	cards = slices.CompactFunc(cards, func(a, b card) bool { return a.hash == b.hash })
	return cards, ofOneNode(cards)
}

// ofOneNode checks that cards are one node's, each the next of the one before.
func ofOneNode(cards []card) error {
	for _, c := range cards {
		if first := cards[0]; c.Name != first.Name {
			return fault.New(fault.Invalid, "this card is of %s, and %s is of %s: cards that are given together are those of one node", c.Name, first.file, first.Name).At("%s", c.file).
				Fix("check the receipts of each node by themselves, with its own cards")
		}
	}
	for i := 1; i < len(cards); i++ {
		if err := cards[i].follows(cards[i-1]); err != nil {
			return err
		}
	}
	return nil
}

// follows says why a card is not the next of another; nil if it is.
func (c card) follows(before card) error {
	ask := fmt.Sprintf("rely on neither: ask the officers of %s, by another way, for the words of their cards", c.Name)
	switch {
	case before.Serial < 1:
		return fault.New(fault.Invalid, "the card has no serial, and so follows no other and none follows it").At("%s", before.file).Fix("%s", ask)
	case c.Serial == before.Serial:
		return fault.New(fault.Forged, "this card of %s and %s differ, and both are number %d", c.Name, before.file, c.Serial).At("%s", c.file).Fix("%s", ask)
	case c.Serial != before.Serial+1:
		return fault.New(fault.Invalid, "this is card %d of %s, and the one before it here is card %d: what lies between links them", c.Serial, c.Name, before.Serial).At("%s", c.file).
			Fix("give card %d too, with one more --card", before.Serial+1)
	case c.Prev != before.hash:
		return fault.New(fault.Forged, "card %d of %s does not follow the card %d in %s: it names the hash of another", c.Serial, c.Name, before.Serial, before.file).At("%s", c.file).Fix("%s", ask)
	}
	if _, err := c.signed.Verify(cardType, before.Signing); err != nil {
		return fault.New(fault.Forged, "card %d of %s is not signed by the key on the card %d in %s", c.Serial, c.Name, before.Serial, before.file).At("%s", c.file).
			Fix("%s", ask).Because(err)
	}
	if c.Created.IsZero() {
		return fault.New(fault.Invalid, "the card has no date, so that nobody can tell how long the one before it was in force").At("%s", c.file).
			Fix("take the file that comity card printed")
	}
	if c.Created.Before(before.Created) {
		return fault.New(fault.Forged, "card %d of %s says that it was made before card %d, and would so take back what was signed with that one's key", c.Serial, c.Name, before.Serial).
			At("%s", c.file).Fix("%s", ask)
	}
	return nil
}

// whose reads who is believed: off cards, or as it was given.
func whose(cards []string, node, key string) (giver, error) {
	if len(cards) > 0 {
		list, err := successors(cards)
		if err != nil {
			return giver{}, err
		}
		return holder(list), nil
	}
	n, err := party.ParseName(node)
	if err != nil {
		return giver{}, err
	}
	k, err := seal.ParseVerifyKey(key)
	if err != nil {
		return giver{}, err
	}
	return giver{node: n, key: k, words: "Its key reads: " + strings.Join(seal.Words(k.Fingerprint()), " ")}, nil
}

// holder gives the node that cards are of. The words are those of the newest
// card: it names by their hashes all that were before it.
func holder(cards []card) giver {
	newest := cards[len(cards)-1]
	g := giver{node: newest.Name, key: newest.Signing, cards: cards}
	g.words = "Its card reads: "
	if len(cards) > 1 {
		g.words = fmt.Sprintf("Its cards %d to %d follow one another; card %d reads: ", cards[0].Serial, newest.Serial, newest.Serial)
	}
	g.words += strings.Join(seal.Words(newest.hash), " ")
	return g
}

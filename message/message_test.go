package message_test

import (
	"crypto/rand"
	"slices"
	"testing"
	"time"

	"comity/message"
	"comity/party"
	"comity/ref"
	"comity/seal"
	"comity/wire"
)

var start = wire.At(time.Date(2026, 3, 10, 15, 0, 0, 0, time.UTC))

// must gives a value or ends the test.
func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func newKey(t testing.TB) seal.SigningKey {
	t.Helper()
	return must(seal.NewSigningKey(rand.Reader))(t)
}

// node is a node as its first card shows it, with its signing key.
type node struct {
	card   message.Card
	signed []byte
	key    seal.SigningKey
}

func newNode(t testing.TB, name party.Name, units ...party.Name) node {
	t.Helper()
	n := node{key: newKey(t)}
	card := message.Card{Name: name, Signing: n.key.Public(), TLSPin: ref.Content([]byte(name)), Created: start, Endpoints: []string{"https://127.0.0.1:1"}}
	for _, u := range units {
		card.Units = append(card.Units, message.CardUnit{Name: u, Sealing: must(seal.NewSealingKey())(t).Public()})
	}
	n.card = must(message.MakeCard(card, nil))(t)
	n.signed = must(message.SignCard(n.card, n.key))(t)
	return n
}

// next makes a node's next card and gives it signed by keys.
func next(t *testing.T, n node, change func(*message.Card), keys ...seal.SigningKey) []byte {
	t.Helper()
	c := n.card
	c.Units = slices.Clone(c.Units)
	change(&c)
	serial, prev := c.Serial, c.Prev
	c = must(message.MakeCard(c, &n.card))(t)
	if serial != n.card.Serial {
		c.Serial = serial
	}
	if prev != n.card.Prev {
		c.Prev = prev
	}
	return must(message.SignCard(c, keys...))(t)
}

package main

import (
	"github.com/go-json-experiment/json"

	"comity/fault"
	"comity/party"
	"comity/ref"
	"comity/seal"
	"comity/wire"
)

// card is what counts of a card here. The full format (doc/spec/card.md) is
// package message's; these fields count because a signature covers them.
type card struct {
	Name    party.Name     `json:"name"`
	Signing seal.VerifyKey `json:"signing"`
	Serial  int64          `json:"serial"`
	Prev    ref.Hash       `json:"prev"` // hash of the card before
	Created wire.Time      `json:"created"`

	file   string // that it was read from
	hash   ref.Hash
	signed seal.Envelope
}

var cardType = wire.MediaType("card")

// readCard reads a card that was named.
func readCard(file string, b []byte) (card, error) {
	c, err := parseCard(b)
	if err != nil {
		return c, fault.New(fault.Forged, "this is not a card that its own key signed").At("%s", file).
			Fix("take the file that comity card printed").Because(err)
	}
	c.file = file
	return c, nil
}

// parseCard reads a card that is signed by the key that stands on it. That
// proves only that it is whole.
func parseCard(b []byte) (card, error) {
	env, err := seal.ParseEnvelope(trim(b), limits)
	if err != nil {
		return card{}, err
	}
	c := card{hash: ref.Sum("card", env.Payload), signed: env}
	if err := json.Unmarshal(env.Payload, &c); err != nil {
		return c, err
	}
	if c.Name == "" {
		return c, fault.New(fault.Invalid, "the card is of nobody")
	}
	_, err = env.Verify(cardType, c.Signing)
	return c, err
}

func trim(b []byte) []byte {
	for len(b) > 0 && (b[len(b)-1] == '\n' || b[len(b)-1] == '\r') {
		b = b[:len(b)-1]
	}
	return b
}

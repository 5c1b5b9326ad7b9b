package main

import (
	"fmt"

	"github.com/go-json-experiment/json"

	"comity/fault"
	"comity/party"
	"comity/ref"
	"comity/wire"
)

// outside is the outside of a message, as far as it can prove something here.
// The full format (doc/spec/envelope.md) is package message's; these fields
// count because the signature covers them.
type outside struct {
	From     party.Name `json:"from"`
	To       party.Name `json:"to"`
	Sequence int64      `json:"sequence"`
	Prev     ref.Hash   `json:"prev"` // hash of the envelope before

	hash ref.Hash
}

// equivocation looks whether two envelopes of one link cannot both follow from
// one history of it.
func (q inquiry) equivocation(bodies map[string][]byte, f *finding) (ground, error) {
	taken, err := q.outside(envelopeTaken, bodies)
	if err != nil {
		return ground{}, err
	}
	other, err := q.outside(envelopeOther, bodies)
	if err != nil {
		return ground{}, err
	}
	f.Messages = []position{{taken.Sequence, taken.hash}, {other.Sequence, other.hash}}
	switch {
	case taken.To != other.To:
		return ground{}, fault.New(fault.Invalid, "the envelopes are of different links, to %s and to %s: each link counts its own messages", taken.To, other.To)
	case other.Sequence == taken.Sequence:
		return q.samePosition(taken, other)
	case other.Sequence == taken.Sequence+1:
		return q.nextPosition(taken, other)
	}
	return ground{}, fault.New(fault.Invalid, "the envelopes stand at the positions %d and %d; only one position, or the next one, can contradict", taken.Sequence, other.Sequence)
}

func (q inquiry) samePosition(taken, other outside) (ground, error) {
	if taken.hash == other.hash {
		return ground{}, fault.New(fault.Invalid, "both envelopes are one and the same message, %d to %s: it may be sent any number of times", taken.Sequence, taken.To)
	}
	return ground{by: byPosition, says: fmt.Sprintf("%s signed two messages for one position: as number %d to %s it signed %s, and also %s",
		q.accused.node, taken.Sequence, taken.To, taken.hash.Short(), other.hash.Short())}, nil
}

func (q inquiry) nextPosition(taken, other outside) (ground, error) {
	if other.Prev == taken.hash {
		return ground{}, fault.New(fault.Invalid, "message %d to %s follows message %d, as it should: it is one history", other.Sequence, other.To, taken.Sequence)
	}
	return ground{by: byPredecessors, says: fmt.Sprintf("%s signed two messages for one position: as number %d to %s it signed %s, and its number %d says that it follows %s",
		q.accused.node, taken.Sequence, taken.To, taken.hash.Short(), other.Sequence, other.Prev.Short())}, nil
}

// outside opens an envelope that the accused has signed.
func (q inquiry) outside(name string, bodies map[string][]byte) (outside, error) {
	b, ok := bodies[name]
	if !ok {
		return outside{}, missing(name, "and it takes two envelopes to contradict each other")
	}
	payload, err := q.verified(b, wire.MediaType("envelope"))
	if err != nil {
		return outside{}, within(name, err)
	}
	o, err := parseOutside(payload)
	if err != nil {
		return o, within(name, err)
	}
	if o.From != q.accused.node {
		return o, within(name, fault.New(fault.Forged, "the envelope is from %s, and you gave the card or key of %s", o.From, q.accused.node))
	}
	return o, nil
}

// parseOutside reads the payload of an envelope. Only the first message has
// none before it: another without one has not the form of an envelope, and
// its receiver concludes nothing from it.
func parseOutside(payload []byte) (outside, error) {
	o := outside{hash: ref.Sum("envelope", payload)}
	if err := json.Unmarshal(payload, &o); err != nil {
		return o, fault.New(fault.Invalid, "this is not the envelope of a message").Because(err)
	}
	if o.Sequence < 1 || o.To == "" || (o.Sequence == 1) != o.Prev.IsZero() {
		return o, fault.New(fault.Invalid, "the envelope contradicts itself: messages count from 1, and all but the first name the one before")
	}
	return o, nil
}

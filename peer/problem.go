package peer

import (
	"errors"
	"slices"

	"comity/fault"
	"comity/message"
	"comity/seal"
)

// problem says why a message was not received: a word of a closed list and,
// of a gap, the position that comes next. Nothing in it depends on what the
// receiver holds.
type problem struct {
	Why    message.Why `json:"why"`
	Expect int64       `json:"expect,omitzero"`
}

// answered is the answer to a run of messages: the signed answers to those
// that were received and, if not all were, why the next one was not.
type answered struct {
	Answers []seal.Envelope `json:"answers"`
	Missed  *problem        `json:"missed,omitzero"`
}

// whyOf gives the problem that an error tells a partner of; an error that is
// this node's own is none: the rest is just sent again.
func whyOf(err error) *problem {
	var missed *message.NotReceived
	if !errors.As(err, &missed) {
		return nil
	}
	p := problemOf(missed)
	return &p
}

var whys = []message.Why{message.WhyLink, message.WhyFrame, message.WhySignature, message.WhyAddress,
	message.WhyLength, message.WhyHash, message.WhyGap, message.WhyFork}

func problemOf(n *message.NotReceived) problem { return problem{n.Why, n.Expect} }

// missed gives the error that the problem stands for; a word that is not on
// the list, or a position where none belongs, is no problem of this protocol.
func (p problem) missed() error {
	if !slices.Contains(whys, p.Why) || p.Expect < 0 || p.Why != message.WhyGap && p.Expect != 0 {
		return fault.New(fault.Unsupported, "the partner's node said why it did not receive a message, in words that this node does not know")
	}
	return &message.NotReceived{Why: p.Why, Expect: p.Expect}
}

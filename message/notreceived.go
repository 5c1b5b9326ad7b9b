package message

import (
	"fmt"

	"comity/fault"
)

// Why says why a message was not received. The words are a closed list, safe
// to tell whoever sent it.
type Why string

// The reasons of not received. An unknown, a suspended and a frozen link are
// told alike.
const (
	WhyLink      Why = "link"      // no link that moves
	WhyFrame     Why = "frame"     // the frame or the envelope does not parse
	WhySignature Why = "signature" // the envelope is not signed by the link's key
	WhyAddress   Why = "address"   // from or to are not this link's
	WhyLength    Why = "length"    // the sealed part is longer or shorter than the envelope says
	WhyHash      Why = "hash"      // or another one
	WhyGap       Why = "gap"       // not the next position
	WhyFork      Why = "fork"      // another message holds that position: evidence was kept
)

// NotReceived is the third outcome: a transport error that consumes no
// position and has no answer. The sender keeps the message and sends the same
// bytes again.
type NotReceived struct {
	Why    Why
	Expect int64 // of a gap: the position that comes next
}

// Error tells the reason.
func (n *NotReceived) Error() string {
	if n.Why == WhyGap {
		return fmt.Sprintf("the message was not received (gap): position %d comes next", n.Expect)
	}
	return fmt.Sprintf("the message was not received (%s)", n.Why)
}

// Unwrap gives the fault that this is: Frozen for a link that does not move,
// Stale for a gap, Forged otherwise.
func (n *NotReceived) Unwrap() error {
	kind := fault.Forged
	switch n.Why {
	case WhyLink, WhyFork:
		kind = fault.Frozen
	case WhyGap:
		kind = fault.Stale
	case WhyFrame:
		kind = fault.Invalid
	}
	return fault.New(kind, "%s", n.Error())
}

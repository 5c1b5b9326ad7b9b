package message

import (
	"comity/fault"
	"comity/seal"
	"comity/wire"
)

// AnswerLimits bounds a signed answer, and the answer itself.
var AnswerLimits = wire.Limits{Bytes: MaxAnswer, Depth: 10}

// Reasons lists the closed list of reasons for a refusal.
var Reasons = []Reason{ReasonVersion, ReasonSize, ReasonUnit, ReasonExpired, ReasonUnsealed, ReasonSignature,
	ReasonMismatch, ReasonMalformed, ReasonKind}

// OpenAnswer checks an answer's signature and form, for a node that speaks some
// protocols.
func OpenAnswer(e seal.Envelope, key seal.VerifyKey, speaks wire.Speaks) (Answer, error) {
	payload, err := e.Verify(AnswerType, key)
	if err != nil {
		return Answer{}, err
	}
	var a Answer
	if err := wire.Decode(payload, &a, AnswerLimits); err != nil {
		return Answer{}, err
	}
	return a, a.check(speaks)
}

func (a Answer) check(speaks wire.Speaks) error {
	known := a.Reason == ""
	for _, r := range Reasons {
		known = known || a.Reason == r
	}
	switch {
	case !speaks.Knows(a.Protocol):
		return fault.New(fault.Unsupported, "the answer speaks protocol %d", a.Protocol)
	case a.Outcome == Accepted && a.Reason == "":
	case a.Outcome == Refused && a.Reason != "" && known && a.Receipt == nil:
	default:
		return fault.New(fault.Invalid, "the answer is neither an acceptance nor a refusal for a known reason").Fix("see doc/spec/answer.md")
	}
	if a.At.IsZero() || a.Sequence < 1 || a.Message.IsZero() {
		return fault.New(fault.Invalid, "the answer lacks its time, position or message")
	}
	return nil
}

// OutcomeOf reads the outcome off an answer of this node's own making.
func OutcomeOf(e seal.Envelope) (Outcome, error) {
	var a Answer
	err := wire.Decode(e.Payload, &a, AnswerLimits)
	return a.Outcome, err
}

// Package message holds what crosses a link between two nodes, and a
// courier's stick: cards, messages with their envelopes and statements, runs
// of them, answers, and the reasons why a message was refused or not received.
// It makes the forms, reads them within their limits, and checks what they show
// by themselves: signatures, addresses, sizes, what the inside repeats of the
// outside. What is sent, taken in and kept, package exchange decides.
//
// Band 3, pure: no clock, no context, and no I/O but from a reader that is
// handed in, as the time, the keys and the protocols that are spoken are. It may
// import party, law, record and bands 1-2.
package message

import (
	"comity/law"
	"comity/party"
	"comity/record"
	"comity/ref"
	"comity/seal"
	"comity/wire"
)

// Card introduces a node to its partners: a signed statement of who it is
// (doc/spec/card.md). A later card has the next serial, the hash of the one
// before, and is signed by the key that the partner pinned.
type Card struct {
	Protocol  int            `json:"protocol"`
	Serial    int            `json:"serial"`        // from 1
	Prev      ref.Hash       `json:"prev,omitzero"` // hash of the card before
	Name      party.Name     `json:"name"`          // the node: an agency
	Units     []CardUnit     `json:"units"`
	Endpoints []string       `json:"endpoints"` // https://host:port; none: courier only
	Signing   seal.VerifyKey `json:"signing"`
	TLSPin    ref.Hash       `json:"tls_pin"` // SHA-256 of the certificate's SubjectPublicKeyInfo
	Packs     []law.Ref      `json:"packs"`   // the rules it says it lives under
	Desk      party.Handle   `json:"desk,omitzero"`
	Onward    bool           `json:"onward,omitzero"` // originators get a receipt for filings
	Created   wire.Time      `json:"created"`
}

// CardUnit is a unit of the node and the key that messages to it are sealed
// for.
type CardUnit struct {
	Name    party.Name     `json:"name"`
	Sealing seal.Recipient `json:"sealing"`
}

// Envelope is the outside of a message: what a courier may see
// (doc/spec/envelope.md).
type Envelope struct {
	Protocol int        `json:"protocol"`
	From     party.Name `json:"from"` // node
	To       party.Name `json:"to"`   // node
	Sequence int64      `json:"sequence"`
	Prev     ref.Hash   `json:"prev,omitzero"` // hash of the envelope before; none for the first
	Size     int64      `json:"size"`          // of the sealed part, bytes
	Sealed   ref.Hash   `json:"sealed"`        // SHA-256 of the sealed part
}

// Message is a sealed unit of exchange: the signed envelope and the sealed
// part.
type Message struct {
	Envelope seal.Envelope
	Sealed   []byte
}

// StatementKind says what a statement carries.
type StatementKind string

// The kinds of statement.
const (
	CutStatement      StatementKind = "cut"
	ReceiptsStatement StatementKind = "receipts"
	PartStatement     StatementKind = "part"
)

// Statement is the inside of a message, signed again so that it stands
// without its envelope (doc/spec/statement.md). It repeats from, to,
// sequence, audience and keys; any mismatch is refused.
type Statement struct {
	Protocol int           `json:"protocol"`
	From     party.Name    `json:"from"`
	To       party.Name    `json:"to"`
	Sequence int64         `json:"sequence"`
	Audience []party.Name  `json:"audience"` // units of this link only
	Keys     []ref.Hash    `json:"keys"`     // fingerprints of the sealing keys
	Created  wire.Time     `json:"created"`
	Expires  wire.Time     `json:"expires,omitzero"`
	Replaces ref.Hash      `json:"replaces,omitzero"` // envelope of a message refused as unsealed, whose body this repeats
	Kind     StatementKind `json:"kind"`
	Body     wire.Raw      `json:"body"`              // a release.Cut, Receipts or a Part
	Attached ref.Hash      `json:"attached,omitzero"` // SHA-256 of the bytes behind the statement, of a part
}

// Part is the body of a part statement: which part of an exhibit that a cut
// names the attached bytes are. It follows its cut over the same link.
type Part struct {
	Cut     ref.CutID `json:"cut"`
	Content ref.Hash  `json:"content"` // of the exhibit
	Part    int       `json:"part"`    // from 1; each but the last has intel.PartSize bytes
}

// Receipts is the body of a receipts statement.
type Receipts struct {
	Receipts []record.Receipt `json:"receipts"`
}

// Outcome is what became of a message that consumed its position.
type Outcome string

// The outcomes. Not received is the third and has no answer: it is an error.
const (
	Accepted Outcome = "accepted"
	Refused  Outcome = "refused"
)

// Reason says why a valid envelope was refused: about the message alone,
// never about what the receiver holds.
type Reason string

// The closed list of reasons.
const (
	ReasonVersion   Reason = "version"   // a protocol number that is not spoken
	ReasonSize      Reason = "size"      // over the limit
	ReasonUnit      Reason = "unit"      // addressed to no unit of this node
	ReasonExpired   Reason = "expired"   // its expiry has passed
	ReasonUnsealed  Reason = "unsealed"  // the sealed part does not open
	ReasonSignature Reason = "signature" // the statement is not signed by the link
	ReasonMismatch  Reason = "mismatch"  // the statement repeats something else than the envelope
	ReasonMalformed Reason = "malformed" // the statement or its body does not parse or does not fit
	ReasonKind      Reason = "kind"      // a kind of statement that is not spoken
)

// Answer is the receiver's signed word on one message.
type Answer struct {
	Protocol int             `json:"protocol"`
	From     party.Name      `json:"from"` // who answers
	To       party.Name      `json:"to"`
	Sequence int64           `json:"sequence"`
	Message  ref.Hash        `json:"message"` // hash of the envelope
	Outcome  Outcome         `json:"outcome"`
	Reason   Reason          `json:"reason,omitzero"`
	Receipt  *record.Receipt `json:"receipt,omitempty"` // of delivery, for a cut
	At       wire.Time       `json:"at"`
}

// Payload types under which each format is signed.
var (
	CardType      = wire.MediaType("card")
	EnvelopeType  = wire.MediaType("envelope")
	StatementType = wire.MediaType("statement")
	AnswerType    = wire.MediaType("answer")
)

// Limits on what crosses. A sealed part may be larger than a cut by the
// overhead of sealing and base64.
const (
	MaxSealed   = 8 << 20
	MaxEnvelope = 4 << 10   // the signed envelope, canonical
	MaxCard     = 512 << 10 // the signed card, canonical
	MaxAnswer   = 256 << 10 // the signed answer, canonical
	MaxUnits    = 64        // of a card
	MaxReceipts = 256       // of one receipts statement
	MaxReceipt  = 8 << 10   // one of them, canonical
)

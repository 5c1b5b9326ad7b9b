package record

import (
	"comity/fault"
	"comity/ledger"
	"comity/party"
	"comity/ref"
	"comity/seal"
	"comity/wire"
)

// ApprovalType is the payload type under which an approval is signed.
var ApprovalType = wire.MediaType("approval")

// Answer is what a second officer says to a plan that breaks a promise.
type Answer string

// The two answers.
const (
	Approves Answer = "approve"
	Dissents Answer = "dissent"
)

// Approval is what a second officer signs, by the key they sign with or by a passkey
// in the pages: an answer to one plan, as it was shown with the reason to send it all
// the same.
type Approval struct {
	Plan    ref.Hash     `json:"plan"`
	Reason  ref.Hash     `json:"reason"` // of the override's words
	Answer  Answer       `json:"answer"`
	Words   ref.Hash     `json:"words,omitzero"` // of a dissent: why
	Officer party.Handle `json:"officer"`
	Node    party.Name   `json:"node"`
	At      wire.Time    `json:"at"`
	Origin  string       `json:"origin,omitzero"` // of the pages, where a passkey has answered
	Nonce   string       `json:"nonce,omitzero"`  // likewise: no two answers of a passkey are alike
}

// Limits of an approval.
const (
	minNonce  = 22 // 16 bytes in base64url
	maxOrigin = 300
)

var approvalLimits = wire.Limits{Bytes: 4 << 10, Depth: 2}

// ParseEnvelope reads an approval's envelope from its canonical bytes, as it is kept.
func ParseEnvelope(b []byte) (seal.Envelope, error) {
	return seal.ParseEnvelope(b, wire.Limits{Bytes: 16 << 10, Depth: 4})
}

// OpenApproval gives an approval and the text of the key or passkey that has signed
// it, alone. Whose that is, it does not tell.
func OpenApproval(e seal.Envelope) (Approval, string, error) {
	if len(e.Signatures) != 1 {
		return Approval{}, "", fault.New(fault.Forged, "an approval has one signature")
	}
	var a Approval
	if err := wire.Decode(e.Payload, &a, approvalLimits); err != nil {
		return Approval{}, "", err
	}
	if err := a.check(e.ByPasskey()); err != nil {
		return Approval{}, "", err
	}
	by := e.Signatures[0].KeyID
	if e.ByPasskey() {
		_, _, err := e.VerifyPasskey(ApprovalType, a.Origin)
		return a, by, err
	}
	key, err := seal.ParseVerifyKey(by)
	if err != nil {
		return Approval{}, "", fault.New(fault.Forged, "the approval is signed by no key")
	}
	_, err = e.Verify(ApprovalType, key)
	return a, by, err
}

// check holds the form of an approval.
func (a Approval) check(passkey bool) error {
	bad := func(field string) error {
		return fault.New(fault.Invalid, "it is missing, too long, or not of its closed list").At("approval: %s", field)
	}
	switch {
	case a.Plan.IsZero():
		return bad("plan")
	case a.Answer != Approves && a.Answer != Dissents:
		return bad("answer")
	case (a.Answer == Dissents) == a.Words.IsZero():
		return bad("words")
	case a.Officer == "":
		return bad("officer")
	case a.Node == "":
		return bad("node")
	case a.At.IsZero():
		return bad("at")
	case passkey == (a.Origin == "") || len(a.Origin) > maxOrigin:
		return bad("origin")
	case passkey && len(a.Nonce) < minNonce || !passkey && a.Nonce != "" || len(a.Nonce) > maxWord:
		return bad("nonce")
	}
	return nil
}

// ApprovalSubject is what the ledger's record of an approval names: what was said,
// and the key or passkey that said it.
func ApprovalSubject(e seal.Envelope) (ref.Hash, error) {
	var said struct {
		Payload []byte   `json:"payload"`
		Keys    []string `json:"keys"`
	}
	said.Payload = e.Payload
	for _, s := range e.Signatures {
		said.Keys = append(said.Keys, s.KeyID)
	}
	return wire.Sum("approval", said)
}

// ProvenApproval is an approval with the evidence that it stands in the node's
// ledger: it can be checked offline, by anybody who has the node's card.
type ProvenApproval struct {
	Approval seal.Envelope `json:"approval"`
	Receipt  Receipt       `json:"receipt"` // of the record of it
}

// Encode gives the canonical bytes: what is saved.
func (p ProvenApproval) Encode() ([]byte, error) { return wire.Encode(p) }

// ParseProvenApproval reads the file of one.
func ParseProvenApproval(b []byte) (p ProvenApproval, err error) {
	err = wire.Decode(b, &p, wire.Limits{Bytes: 96 << 10, Depth: 10})
	return p, err
}

// Check verifies the approval, its record, and that the one is of the other: of the
// same plan, answer, officer and node, by the very key.
func (p ProvenApproval) Check(node party.Name, key seal.VerifyKey) (Approval, Record, ledger.Checkpoint, error) {
	r, cp, err := p.Receipt.Check(node, key)
	if err != nil {
		return Approval{}, Record{}, cp, err
	}
	a, err := p.MatchRecord(r)
	return a, r, cp, err
}

// MatchRecord does the same with a record that was checked before.
func (p ProvenApproval) MatchRecord(r Record) (Approval, error) {
	a, _, err := OpenApproval(p.Approval)
	if err != nil {
		return Approval{}, err
	}
	subject, err := ApprovalSubject(p.Approval)
	if err != nil {
		return Approval{}, err
	}
	kind := map[Answer]Kind{Approves: Authorise, Dissents: Unauthorised}[a.Answer]
	if r.Kind != kind || r.Plan != a.Plan || r.Officer != a.Officer || r.Node != a.Node || r.Subject != subject {
		return Approval{}, fault.New(fault.Forged, "the record is of another approval")
	}
	return a, nil
}

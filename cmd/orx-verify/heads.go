package main

import (
	"slices"

	"github.com/go-json-experiment/json"

	"comity/fault"
	"comity/ledger"
	"comity/party"
	"comity/ref"
	"comity/seal"
	"comity/wire"
)

// heads is what one node told another of ledgers, as far as it can prove
// something here. The full format (doc/spec/heads.md) is the witnesses'; these
// fields count because a signature covers them.
type heads struct {
	Protocol int        `json:"protocol"`
	From     party.Name `json:"from"`
	To       party.Name `json:"to"`
	Re       ref.Hash   `json:"re"` // of an answer: the question's payload

	Head    string     `json:"head"`  // of From's ledger; none: it is empty
	Since   int64      `json:"since"` // the size that Path begins at
	Path    []ref.Hash `json:"path"`
	Shown   []proof    `json:"shown"`
	Stopped bool       `json:"stopped"` // From says that its ledger is behind

	Holds string `json:"holds"` // the head of To's ledger that From holds
	Asks  []ask  `json:"asks"`  // heads of To's ledger that To is asked to show to belong to it
	Seen  string `json:"seen"`  // the largest of those, signed, if it is larger than what From holds
}

// ask names a head that its ledger's owner has signed.
type ask struct {
	Size int64    `json:"size"`
	Root ref.Hash `json:"root"`
}

// proof is that the head extends the ledger of a smaller size.
type proof struct {
	Size int64      `json:"size"`
	Path []ref.Hash `json:"path"`
}

const (
	maxPath = 64  // longer than any path in a ledger of less than 2^53 records
	maxAsks = 256 // heads asked about at once
)

var (
	headsType = wire.MediaType("heads")
	limits    = wire.Limits{Bytes: maxFile, Depth: 8} // of what is signed
)

// parseHeads reads the payload of heads. Their protocol counts because some
// proofs rest on what heads leave out: a later one could have it elsewhere.
func parseHeads(payload []byte) (heads, error) {
	var h heads
	if err := json.Unmarshal(payload, &h); err != nil {
		return h, fault.New(fault.Invalid, "these are not heads of ledgers").Because(err)
	}
	if h.Protocol < wire.Oldest || h.Protocol > wire.Protocol {
		return h, fault.New(fault.Unsupported, "the heads speak protocol %d, which this program does not know", h.Protocol)
	}
	if !h.inForm() {
		return h, fault.New(fault.Invalid, "the proofs in the heads, or what they ask for, are not in their form: partners refuse such heads, and conclude nothing from them")
	}
	return h, nil
}

// inForm checks the proofs, none longer than it can be and none without a head
// that it is for, and what is asked for: each size once, in their order.
func (h heads) inForm() bool {
	if h.Since < 0 || len(h.Path) > maxPath || len(h.Shown) > maxAsks || len(h.Asks) > maxAsks {
		return false
	}
	if h.Head == "" && (h.Since > 0 || len(h.Path)+len(h.Shown) > 0) {
		return false
	}
	last := int64(0)
	for _, p := range h.Shown {
		if p.Size <= last || len(p.Path) > maxPath {
			return false
		}
		last = p.Size
	}
	last = 0
	for _, a := range h.Asks {
		if a.Size <= last {
			return false
		}
		last = a.Size
	}
	return true
}

// asksFor reports whether a head is among those asked about.
func (h heads) asksFor(cp ledger.Checkpoint) bool {
	return slices.Contains(h.Asks, ask{cp.Size, cp.Root})
}

// proofs lists what the heads give as proof that Head extends the ledger of a
// size above 0.
func (h heads) proofs(size int64) [][]ref.Hash {
	var list [][]ref.Hash
	if h.Since == size {
		list = append(list, h.Path)
	}
	for _, p := range h.Shown {
		if p.Size == size {
			list = append(list, p.Path)
		}
	}
	return list
}

// said opens what the accused said: its heads, and the head in them.
func (q inquiry) said(b []byte) (heads, ledger.Checkpoint, error) {
	payload, err := q.verified(b, headsType)
	if err != nil {
		return heads{}, ledger.Checkpoint{}, err
	}
	h, err := parseHeads(payload)
	if err != nil {
		return h, ledger.Checkpoint{}, err
	}
	if h.From != q.accused.node {
		return h, ledger.Checkpoint{}, fault.New(fault.Forged, "the heads are from %s, and you gave the card or key of %s", h.From, q.accused.node)
	}
	if h.Head == "" {
		return h, ledger.Checkpoint{}, nil
	}
	cp, err := q.checkpoint([]byte(h.Head))
	return h, cp, err
}

// asked opens the question that said answers. The accused has signed which
// question that is: by the hash of its payload, which does not cover who
// signed the question.
func (q inquiry) asked(b []byte, said heads) (asked heads, question string, err error) {
	e, err := seal.ParseEnvelope(trim(b), limits)
	if err != nil {
		return asked, "", err
	}
	if e.PayloadType != headsType {
		return asked, "", fault.New(fault.Forged, "the question is not heads of ledgers")
	}
	if ref.Sum("heads", e.Payload) != said.Re {
		return asked, "", fault.New(fault.Forged, "this is not the question that %s answered", q.accused.node)
	}
	if asked, err = parseHeads(e.Payload); err != nil {
		return asked, "", err
	}
	if asked.From != said.To || asked.To != q.accused.node {
		return asked, "", fault.New(fault.Forged, "the question is from %s to %s, and the answer from %s to %s", asked.From, asked.To, said.From, said.To)
	}
	question, err = q.asker(e, asked.From)
	return asked, question, err
}

// asker checks the question's signature, if the card of a witness was given.
func (q inquiry) asker(e seal.Envelope, from party.Name) (string, error) {
	if q.witness == nil {
		return unchecked, nil
	}
	if q.witness.node != from {
		return "", fault.New(fault.Forged, "the question is from %s, and the card that you gave for the witness is of %s", from, q.witness.node)
	}
	if _, err := e.Verify(headsType, q.witness.key); err != nil {
		return "", err
	}
	return checked, nil
}

// verified gives the payload of a statement that the accused has signed.
func (q inquiry) verified(b []byte, mediaType string) ([]byte, error) {
	e, err := seal.ParseEnvelope(trim(b), limits)
	if err != nil {
		return nil, err
	}
	return under(q, func(k seal.VerifyKey) ([]byte, error) { return e.Verify(mediaType, k) })
}

package witness

import (
	"comity/fault"
	"comity/ledger"
	"comity/message"
	"comity/party"
	"comity/ref"
	"comity/seal"
	"comity/wire"
)

// Heads is what one node tells another of ledgers: how its own stands, shown
// to extend what the other holds of it; the other's, as this node holds and
// has cosigned it; and third ones that both know (doc/spec/heads.md). It is a
// question, or the answer to one.
type Heads struct {
	Protocol int        `json:"protocol"`
	From     party.Name `json:"from"`
	To       party.Name `json:"to"`
	At       wire.Time  `json:"at"`
	Re       ref.Hash   `json:"re,omitzero"` // of an answer: the question's payload

	Head  string     `json:"head,omitzero"`  // newest signed checkpoint of From's ledger; none: it is empty
	Since int64      `json:"since,omitzero"` // the size that Path begins at: what To holds
	Path  []ref.Hash `json:"path,omitempty"`

	Stopped bool `json:"stopped,omitzero"` // From's ledger is behind what it has signed: it signs nothing at present

	Shown []Shown `json:"shown,omitempty"` // what To asked for

	Holds  string   `json:"holds,omitzero"`   // the checkpoint of To's ledger that From holds, cosigned by From
	Asks   []Ask    `json:"asks,omitempty"`   // signed heads of To's ledger that From has seen: show that Head extends them
	Seen   string   `json:"seen,omitzero"`    // the largest of those, if it is larger than what From holds
	Others []string `json:"others,omitempty"` // checkpoints of third nodes' ledgers, cosigned by From

	Pinned ref.Hash `json:"pinned"`         // the card of To's that From has pinned
	Card   []byte   `json:"card,omitempty"` // From's signed card that follows the one that To has pinned

	Taken   *seal.Envelope `json:"taken,omitempty"` // the envelope of To's newest message that From has taken in
	Expects int64          `json:"expects"`         // the position of To's next one
}

// Ask names a head that its ledger's owner has signed.
type Ask struct {
	Size int64    `json:"size"`
	Root ref.Hash `json:"root"`
}

// Shown is the consistency proof from a smaller size to the head.
type Shown struct {
	Size int64      `json:"size"`
	Path []ref.Hash `json:"path,omitempty"`
}

// HeadsType is what heads are signed as.
var HeadsType = wire.MediaType("heads")

// Limits of heads.
const (
	MaxHeads  = 1 << 20 // signed, canonical
	MaxAsks   = 256
	MaxOthers = 64
	maxPath   = 64
	maxNote   = 16 << 10
)

var headsLimits = wire.Limits{Bytes: MaxHeads, Depth: 5}

// Hash names the payload of signed heads: what an answer's Re holds.
func Hash(e seal.Envelope) ref.Hash { return ref.Sum("heads", e.Payload) }

// Sides reads from whom and to whom heads claim to go, before their signature
// is checked: to find the key.
func Sides(e seal.Envelope) (from, to party.Name, err error) {
	var h Heads
	if e.PayloadType != HeadsType {
		return "", "", fault.New(fault.Invalid, "these are no heads")
	}
	err = wire.Decode(e.Payload, &h, headsLimits)
	return h.From, h.To, err
}

// Open reads signed heads of a link. The checkpoints in it are still to be
// verified.
func Open(e seal.Envelope, from, to party.Name, key seal.VerifyKey, speaks wire.Speaks) (Heads, error) {
	payload, err := e.Verify(HeadsType, key)
	if err != nil {
		return Heads{}, err
	}
	var h Heads
	if err := wire.Decode(payload, &h, headsLimits); err != nil {
		return Heads{}, err
	}
	if h.From != from || h.To != to {
		return Heads{}, fault.New(fault.Forged, "the heads are from %s to %s, and not from %s to %s", h.From, h.To, from, to)
	}
	return h, h.check(speaks)
}

func (h Heads) check(speaks wire.Speaks) error {
	bad := func(where, why string) error {
		return fault.New(fault.Invalid, "%s", why).At("heads: %s", where).Fix("see doc/spec/heads.md")
	}
	switch {
	case !speaks.Knows(h.Protocol):
		return fault.New(fault.Unsupported, "the heads speak protocol %d", h.Protocol)
	case h.At.IsZero():
		return bad("at", "they have no date")
	case h.Expects < 1 || (h.Taken == nil) != (h.Expects == 1):
		return bad("expects", "it is the position after the message taken last, or 1")
	case len(h.Card) > message.MaxCard:
		return bad("card", "the card is larger than any may be")
	case h.Since < 0 || len(h.Path) > maxPath:
		return bad("path", "the proof is longer than any can be")
	case h.Head == "" && (h.Since > 0 || len(h.Path)+len(h.Shown) > 0):
		return bad("head", "there is a proof, and no head that it is for")
	case len(h.Shown) > MaxAsks || len(h.Asks) > MaxAsks || len(h.Others) > MaxOthers:
		return bad("asks", "there are more than a node may ask for at once")
	}
	last := int64(0)
	for _, a := range h.Asks {
		if a.Size <= last {
			return bad("asks", "heads are asked about in the order of their sizes, each size once")
		}
		last = a.Size
	}
	last = 0
	for _, s := range h.Shown {
		if s.Size <= last || len(s.Path) > maxPath {
			return bad("shown", "proofs stand in the order of their sizes, each once")
		}
		last = s.Size
	}
	for _, n := range append([]string{h.Head, h.Holds, h.Seen}, h.Others...) {
		if len(n) > maxNote {
			return bad("checkpoints", "a checkpoint is longer than 16 KiB")
		}
	}
	return nil
}

// head opens the head; the zero checkpoint if there is none.
func (h Heads) head(key seal.VerifyKey) (ledger.Checkpoint, error) {
	if h.Head == "" {
		return ledger.Checkpoint{}, nil
	}
	return ledger.OpenCheckpoint([]byte(h.Head), ledger.Origin(string(h.From)), key)
}

// sign gives the heads as signed by the node's link keys.
func (h Heads) sign(keys []seal.SigningKey) (seal.Envelope, error) {
	payload, err := wire.Encode(h)
	if err != nil {
		return seal.Envelope{}, err
	}
	return seal.Sign(HeadsType, payload, keys...)
}

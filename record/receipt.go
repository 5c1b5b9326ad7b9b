package record

import (
	"io"
	"slices"

	"comity/fault"
	"comity/intel"
	"comity/ledger"
	"comity/party"
	"comity/seal"
	"comity/wire"
)

// receiptLimits bound what is read of a receipt file.
var receiptLimits = wire.Limits{Bytes: 64 << 10, Depth: 8}

// NewEntry makes the ledger entry for a record that nobody is given.
func NewEntry(r Record, random io.Reader) (ledger.Entry, error) {
	b, err := r.Encode()
	if err != nil {
		return ledger.Entry{}, err
	}
	return ledger.NewEntry(b, random)
}

// NewSigned signs a record and makes the ledger entry that commits to it. The
// entry and the signature are over the same canonical bytes.
func NewSigned(r Record, keys []seal.SigningKey, random io.Reader) (ledger.Entry, seal.Envelope, error) {
	b, err := r.Encode()
	if err != nil {
		return ledger.Entry{}, seal.Envelope{}, err
	}
	env, err := seal.Sign(PayloadType, b, keys...)
	if err != nil {
		return ledger.Entry{}, seal.Envelope{}, err
	}
	e, err := ledger.NewEntry(b, random)
	return e, env, err
}

// Parse reads a record from its canonical bytes. A record may come from a
// partner and is printed: its words are those of the closed lists, and its
// texts are short and show as what they are.
func Parse(b []byte) (Record, error) {
	var r Record
	if err := wire.Decode(b, &r, receiptLimits); err != nil {
		return Record{}, err
	}
	return r, r.check()
}

// Limits of a record's texts, bytes.
const (
	maxPurpose = intel.MaxPurpose
	maxWord    = 128
	maxPromise = 1000
)

func (r Record) check() error {
	bad := func(field string) error {
		return fault.New(fault.Invalid, "it is missing, too long, or not of its closed list").At("record: %s", field)
	}
	switch {
	case !slices.Contains(Kinds, r.Kind):
		return bad("kind")
	case r.At.IsZero():
		return bad("at")
	case r.Node == "":
		return bad("node")
	case len(r.Purpose) > maxPurpose || !intel.Plain(r.Purpose, false):
		return bad("purpose")
	case len(r.Rule) > maxWord || !intel.Plain(r.Rule, false):
		return bad("rule")
	case r.Exhibit < 0 || r.Exhibit > intel.MaxFiles:
		return bad("exhibit")
	case len(r.Code) > maxWord || !intel.Plain(r.Code, false):
		return bad("code")
	}
	for _, p := range r.Promises {
		if len(p) > maxPromise || !intel.Plain(p, false) {
			return bad("promises")
		}
	}
	for _, p := range r.Packs {
		if len(p.ID) > maxWord || !intel.Plain(p.ID, false) {
			return bad("packs")
		}
	}
	return nil
}

// ParseReceipt reads a receipt file: canonical bytes, limits kept.
func ParseReceipt(b []byte) (Receipt, error) {
	var r Receipt
	err := wire.Decode(b, &r, receiptLimits)
	return r, err
}

// Encode gives the canonical bytes of the receipt: what is kept and sent.
func (r Receipt) Encode() ([]byte, error) { return wire.Encode(r) }

// Check verifies a receipt against its giver: the signature over the record,
// the record's own node, its place in the giver's ledger, and the signed
// checkpoint. Nothing in the receipt is believed before the key says so.
func (r Receipt) Check(node party.Name, key seal.VerifyKey) (Record, ledger.Checkpoint, error) {
	return r.CheckWith(node, key, ledger.OpenCheckpoint)
}

// Open opens checkpoints, as [ledger.OpenCheckpoint] does; it may remember those
// that it has opened.
type Open func(signed []byte, origin string, key seal.VerifyKey) (ledger.Checkpoint, error)

// CheckWith does the same with another way to open the checkpoint.
func (r Receipt) CheckWith(node party.Name, key seal.VerifyKey, open Open) (Record, ledger.Checkpoint, error) {
	payload, err := r.Record.Verify(PayloadType, key)
	if err != nil {
		return Record{}, ledger.Checkpoint{}, err
	}
	rec, err := Parse(payload)
	if err != nil {
		return Record{}, ledger.Checkpoint{}, err
	}
	if rec.Node != node {
		return Record{}, ledger.Checkpoint{}, fault.New(fault.Forged, "the record speaks for %s, not for %s", rec.Node, node)
	}
	cp, err := open([]byte(r.Evidence.Checkpoint), ledger.Origin(string(node)), key)
	if err != nil {
		return Record{}, ledger.Checkpoint{}, err
	}
	if err := r.Evidence.CheckUnder(cp, payload); err != nil {
		return Record{}, ledger.Checkpoint{}, err
	}
	return rec, cp, nil
}

package record

import (
	"io"

	"comity/fault"
	"comity/ledger"
	"comity/party"
	"comity/seal"
	"comity/wire"
)

// receiptLimits bound what is read of a receipt file.
var receiptLimits = wire.Limits{Bytes: 64 << 10, Depth: 8}

// NewSigned signs a record and makes the ledger entry that commits to it. The
// entry and the signature are over the same canonical bytes.
func NewSigned(r Record, key seal.SigningKey, random io.Reader) (ledger.Entry, seal.Envelope, error) {
	b, err := r.Encode()
	if err != nil {
		return ledger.Entry{}, seal.Envelope{}, err
	}
	env, err := seal.Sign(PayloadType, b, key)
	if err != nil {
		return ledger.Entry{}, seal.Envelope{}, err
	}
	e, err := ledger.NewEntry(b, random)
	return e, env, err
}

// Parse reads a record from its canonical bytes.
func Parse(b []byte) (Record, error) {
	var r Record
	err := wire.Decode(b, &r, receiptLimits)
	return r, err
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
	cp, err := r.Evidence.Check(payload, ledger.Origin(string(node)), key)
	if err != nil {
		return Record{}, ledger.Checkpoint{}, err
	}
	return rec, cp, nil
}

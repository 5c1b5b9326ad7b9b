package record

import (
	"comity/fault"
	"comity/ledger"
	"comity/party"
	"comity/ref"
	"comity/seal"
	"comity/wire"
)

// Cosigned stands beside a receipt: a head of the giver's ledger that a
// witness has cosigned, and the proof that it extends the head under which the
// receipt stands. The giver cannot take the record back any more without being
// found out by the witness.
type Cosigned struct {
	Checkpoint string     `json:"checkpoint"` // the signed note, with the witness's cosignature
	Path       []ref.Hash `json:"path"`       // consistency proof; empty if it is the receipt's own head
}

// ParseCosigned reads such a file.
func ParseCosigned(b []byte) (Cosigned, error) {
	var c Cosigned
	err := wire.Decode(b, &c, receiptLimits)
	return c, err
}

// Encode gives its canonical bytes.
func (c Cosigned) Encode() ([]byte, error) { return wire.Encode(c) }

// Check tells when the witness has cosigned, in seconds since 1970 UTC, what
// covers a receipt of the node whose checkpoint is given; that has been
// verified by [Receipt.Check].
func (c Cosigned) Check(under ledger.Checkpoint, key seal.VerifyKey, witness party.Name, witnessKey seal.VerifyKey) (at int64, err error) {
	head, err := ledger.OpenCheckpoint([]byte(c.Checkpoint), under.Origin, key)
	if err != nil {
		return 0, err
	}
	if head.Size < under.Size {
		return 0, fault.New(fault.Forged, "the cosigned head has %d records, and the receipt stands under one of %d", head.Size, under.Size)
	}
	if err := ledger.CheckConsistency(under, head, c.Path); err != nil {
		return 0, err
	}
	return ledger.Cosigned(head, ledger.Origin(string(witness)), witnessKey)
}

// Package record holds the facts about disclosures that go into the ledger,
// and the receipts that prove them. A record never holds content: hashes, ids,
// scopes and the names of parties only. A receipt is a signed record with its
// proof of inclusion in the ledger of whoever gives it; it can be checked
// offline with nothing but the giver's verification key.
//
// Pure: no I/O, no clock. It may import bands 1 and 2, and intel, law, party
// of band 3.
package record

import (
	"comity/intel"
	"comity/law"
	"comity/ledger"
	"comity/party"
	"comity/ref"
	"comity/seal"
	"comity/wire"
)

// Kind is what happened (doctrine, section 11).
type Kind string

// The kinds of record.
const (
	Collect      Kind = "collect"          // an item came into the holdings (import, or a version of it)
	Alter        Kind = "alter"            // a new version
	Disclose     Kind = "disclose"         // a cut was released to a recipient
	Override     Kind = "override"         // a conflict was overridden
	Contact      Kind = "contact"          // a call or a meeting, which sends no item
	Authorise    Kind = "authorise"        // a second officer approved a plan; or what a partner or a party asked for was authorised
	Unauthorised Kind = "authorise_refuse" // neither was: a second officer dissents, or the authorisation is refused
	Deliver      Kind = "deliver"          // a cut arrived and was stored
	ReadBy       Kind = "read"             // an officer opened a cut
	Onward       Kind = "onward"           // a duty passed something on
	Destroy      Kind = "destroy"          // the content of an item or of a received cut was destroyed
	Refused      Kind = "refuse"           // a message was refused
	DutyDue      Kind = "obligation_due"
	Discharged   Kind = "obligation_discharged"
	Notice       Kind = "notice"      // a correction or recall arrived
	PackChange   Kind = "pack_change" // a pack was added or assessed
	KeyChange    Kind = "key_change"  // a card, an officer's key
	Suspend      Kind = "cooperation_suspended"
	Resume       Kind = "cooperation_resumed"
	Acquaint     Kind = "acquaint" // two partners may be told of each other's ledgers, or no longer
	Consult      Kind = "consult"  // a read of the node's own items, trails or ledger
)

// Kinds lists all kinds of record.
var Kinds = []Kind{Collect, Alter, Disclose, Override, Authorise, Unauthorised, Deliver, ReadBy, Onward, Destroy, Refused, DutyDue, Discharged, Notice,
	PackChange, KeyChange, Suspend, Resume, Contact, Acquaint, Consult}

// DestroyReasons lists the words for why content was destroyed: its originator
// recalled it, its time to be kept is over, it should not have come or been
// written, or somebody who may has ordered it.
var DestroyReasons = []string{"recalled", "retention", "error", "order"}

// Record is one fact.
type Record struct {
	Kind     Kind         `json:"kind"`
	At       wire.Time    `json:"at"`
	Node     party.Name   `json:"node"`             // whose ledger
	Unit     party.Name   `json:"unit,omitzero"`    // who acted
	Officer  party.Handle `json:"officer,omitzero"` // the handle; empty: the node itself
	Other    party.Name   `json:"other,omitzero"`   // the other side
	Item     ref.ItemID   `json:"item,omitzero"`    // local; never in what a partner is given
	Version  ref.Hash     `json:"version,omitzero"` // hash of the item version; likewise
	Cut      ref.CutID    `json:"cut,omitzero"`
	CutHash  ref.Hash     `json:"cut_hash,omitzero"`
	Message  ref.Hash     `json:"message,omitzero"` // hash of the envelope
	Form     intel.Form   `json:"form,omitzero"`    // the highest given
	Scope    intel.Scope  `json:"scope,omitzero"`
	Purpose  string       `json:"purpose,omitzero"`
	Rule     string       `json:"rule,omitzero"`
	Due      wire.Time    `json:"due,omitzero"` // of a duty; of an authorisation, until when it holds
	Plan     ref.Hash     `json:"plan,omitzero"`
	Packs    []law.Ref    `json:"packs,omitempty"`
	Promises []string     `json:"promises,omitempty"` // those broken or overridden, by portion number and element
	Subject  ref.Hash     `json:"subject,omitzero"`   // of a key, card, pack, reason, approval or reference
	Code     string       `json:"code,omitzero"`      // a word of a closed list
	Exhibit  int          `json:"exhibit,omitzero"`   // that was taken: its number among the files of the cut, or of the item's version, from 1
}

// PayloadType is what a record is signed as.
var PayloadType = wire.MediaType("record")

// Encode gives the canonical bytes: what the ledger commits to.
func (r Record) Encode() ([]byte, error) { return wire.Encode(r) }

// Receipt is a signed record with the evidence that the giver's ledger holds
// it.
type Receipt struct {
	Record   seal.Envelope   `json:"record"`
	Evidence ledger.Evidence `json:"evidence"`
}

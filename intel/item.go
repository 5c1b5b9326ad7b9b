// Package intel holds what can be shared: items, their portions, the marking
// and the grading of each portion, and the statements it makes. An item's
// version is immutable and named by the hash of its canonical bytes.
//
// Pure values: no I/O, no clock. It may import party and band 1.
package intel

import (
	"comity/party"
	"comity/ref"
	"comity/wire"
)

// Kind says what an item is.
type Kind string

// The kinds of item; those without machinery of their own yet travel all the same.
const (
	Report        Kind = "report"
	Request       Kind = "request"
	Answer        Kind = "answer"
	Note          Kind = "note"
	Opinion       Kind = "opinion"
	Case          Kind = "case"
	Task          Kind = "task"
	Operation     Kind = "operation"
	Outcome       Kind = "outcome"
	ContactReport Kind = "contact_report"
	NoticeItem    Kind = "notice"
)

// Kinds lists all kinds of item.
var Kinds = []Kind{Report, Request, Answer, Note, Opinion, Case, Task, Operation, Outcome, ContactReport, NoticeItem}

// Item is one version of something that can be shared. It never leaves the
// node as it is: what crosses is a cut (package release).
type Item struct {
	ID         ref.ItemID   `json:"id"`
	Kind       Kind         `json:"kind"`
	Version    int          `json:"version"` // from 1
	Prev       ref.Hash     `json:"prev,omitzero"`
	Salt       string       `json:"salt,omitzero"` // of the version, 32 hex digits: its hash confirms no guess at its text
	Originator party.Name   `json:"originator"`    // the unit that wrote it
	Author     party.Handle `json:"author"`
	Title      string       `json:"title"`
	Topic      string       `json:"topic,omitzero"`   // the matter in a few words, for contact reports
	Areas      []Area       `json:"areas,omitempty"`  // fields of crime; none: read as any
	Purpose    string       `json:"purpose,omitzero"` // what it may be used for
	Basis      string       `json:"basis,omitzero"`   // why it may be held
	Created    wire.Time    `json:"created"`
	Portions   []Portion    `json:"portions"`
	Notice     *Notice      `json:"notice,omitempty"` // of a notice item
	Derived    bool         `json:"derived,omitzero"` // a version of it was made of what partners sent

	Authorisation *Authorisation `json:"authorisation,omitempty"` // of a request for one
}

// Hash names the version.
func (i Item) Hash() (ref.Hash, error) { return wire.Sum("item", i) }

// PortionKind parts fact from judgement (LED art. 7).
type PortionKind string

// The kinds of portion.
const (
	Fact       PortionKind = "fact"
	Assessment PortionKind = "assessment"
	Judgement  PortionKind = "opinion"
	Question   PortionKind = "request"
)

// Portion is a paragraph of an item with its own marking. Its number is its
// place in the item, from 1.
type Portion struct {
	ID          ref.PortionID   `json:"id"`
	Kind        PortionKind     `json:"kind"`
	Text        string          `json:"text"`
	Marking     Marking         `json:"marking"`
	Grading     Grading         `json:"grading,omitzero"`
	Statements  []Statement     `json:"statements,omitempty"`
	Exhibits    []Exhibit       `json:"exhibits,omitempty"`
	DerivedFrom []ref.PortionID `json:"derived_from,omitempty"`
	Origins     []Origin        `json:"origins,omitempty"`   // what partners sent that it comes from
	Substitute  string          `json:"substitute,omitzero"` // the author's cleaned wording
	Hint        string          `json:"hint,omitzero"`       // what a pointer may say; empty: only that it exists
}

// Statement is what one portion asserts of an entity, in FollowTheMoney's
// names of types and properties.
type Statement struct {
	Entity   string `json:"entity"`
	Schema   string `json:"schema"`
	Property string `json:"property"`
	Value    string `json:"value"`
}

// NoticeKind says what a notice asks.
type NoticeKind string

// The kinds of notice.
const (
	Correction NoticeKind = "correction"
	Recall     NoticeKind = "recall"
)

// Notice is the body of a notice item: what it takes back. About is the
// local item; in a cut it becomes the recipient's series.
type Notice struct {
	Kind  NoticeKind `json:"kind"`
	About ref.ItemID `json:"about"`
}

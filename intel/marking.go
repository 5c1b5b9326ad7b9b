package intel

import (
	"comity/party"
	"comity/wire"
)

// TLP is the traffic light of a portion (FIRST TLP 2.0).
type TLP string

// The labels, from widest to narrowest in [Strictness]. The empty label says nothing.
const (
	TLPNone        TLP = ""
	TLPClear       TLP = "CLEAR"
	TLPGreen       TLP = "GREEN"
	TLPAmber       TLP = "AMBER"
	TLPAmberStrict TLP = "AMBER+STRICT"
	TLPRed         TLP = "RED"
)

// Code is a caveat's code. An unknown one is accepted and read as ORCON and
// NOFWD together.
type Code string

// The caveats that the engine tests (doctrine, section 8).
const (
	ORCON   Code = "ORCON"   // any further disclosure needs the originator's leave
	NOFWD   Code = "NOFWD"   // not passed on: the recipients are closed
	NOCOURT Code = "NOCOURT" // not for proceedings without leave
	EYES    Code = "EYES"    // only the persons named: unit#handle, ...
	DISPLAY Code = "DISPLAY" // may be shown in a room, not given
	PURPOSE Code = "PURPOSE" // only for the purpose named
	VERIFY  Code = "VERIFY"  // ask the originator before acting on it
	NOACT   Code = "NOACT"   // no action on it
	ASKACT  Code = "ASKACT"  // ask before any action
	COND    Code = "COND"    // a condition in words, acknowledged before reading
	EMBARGO Code = "EMBARGO" // nothing before the time named
)

// Caveat is one restriction: a value, not a field, so that codes unknown to
// this node still bind it.
type Caveat struct {
	Code Code   `json:"code"`
	Arg  string `json:"arg,omitzero"`
}

// Bar says the most that parties outside the audience may come to see:
// NOT:parties:scope.
type Bar struct {
	Parties party.Pattern `json:"parties"`
	AtMost  Scope         `json:"at_most"`
}

// Marking says who may see a portion, in which form, for what use, until
// when. An empty audience (no TLP, no Rel) means nobody outside the node, and
// so does a list that holds only party.Nobody.
type Marking struct {
	TLP            TLP             `json:"tlp,omitzero"`
	Community      []party.Pattern `json:"community,omitempty"` // of GREEN
	Clients        []party.Pattern `json:"clients,omitempty"`   // of AMBER
	Rel            []party.Pattern `json:"rel,omitempty"`
	Not            []Bar           `json:"not,omitempty"`
	Caveats        []Caveat        `json:"caveats,omitempty"`
	Ceiling        Form            `json:"ceiling,omitzero"`        // highest form; withheld (zero) means no ceiling was set
	NoContact      bool            `json:"no_contact,omitzero"`     // contact=no: not even the contact may become known outside
	Classification string          `json:"classification,omitzero"` // scheme:level, native, not an audience
	Expires        wire.Time       `json:"expires,omitzero"`
	ReviewBy       wire.Time       `json:"review_by,omitzero"`
}

// Grading is the reliability of the source and of the information in the
// native scheme, with the triple that maps read (doctrine, section 8).
type Grading struct {
	Scheme        Scheme        `json:"scheme,omitzero"`
	Source        string        `json:"source,omitzero"`
	Info          string        `json:"info,omitzero"`
	Access        Access        `json:"access,omitzero"`
	Corroboration Corroboration `json:"corroboration,omitzero"`
	Belief        Belief        `json:"belief,omitzero"`
}

// Scheme is a grading scheme.
type Scheme string

// The schemes.
const (
	Admiralty   Scheme = "admiralty"
	FourByFour  Scheme = "4x4"
	FiveByFive  Scheme = "5x5x5"
	ThreeByFive Scheme = "3x5x2"
)

// Access tells how the source came to know.
type Access string

// Corroboration tells what supports the information.
type Corroboration string

// Belief tells how far the information is believed.
type Belief string

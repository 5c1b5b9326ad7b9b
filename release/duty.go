package release

import (
	"comity/intel"
	"comity/law"
	"comity/party"
	"comity/ref"
	"comity/wire"
)

// Act is something a party did or that happened to it, which may oblige it.
type Act struct {
	Kind        law.Trigger
	Holder      party.Name // who acted
	Officer     party.Handle
	Counterpart party.Name // the other side
	Form        intel.Form // the highest form of what passed, if anything did
	At          wire.Time
	Areas       []intel.Area // that what passed is about; none: any
	Automated   bool
	Contact     ref.ContactID // of a call or a meeting that was planned
	Item        ref.Hash      // of a sending: the version that is sent
	Forms       []intel.Form  // likewise: the form of each portion
}

// Facts is everything that a draft could say of an act. What a draft does say
// is decided by the rule's scope alone.
type Facts struct {
	Date        wire.Time
	Kind        law.Trigger
	Nationality string // of the counterpart: its state
	Agency      party.Name
	Topic       string
	Purpose     string
	Holds       string // exists: the series id
	Title       string // metadata
	Markings    string // metadata: the banner
	Size        int    // metadata: number of portions received
	Summary     string // summary: the substitutes and pointers received
	Text        string // full
}

// Duty is a report that a party owes for an act: to whom, by when, and what
// it may say at most.
type Duty struct {
	Rule       string         `json:"rule"`
	Title      string         `json:"title"`
	Holder     party.Name     `json:"holder"`
	To         party.Name     `json:"to"`
	Scope      intel.Scope    `json:"scope"`
	Trigger    law.Trigger    `json:"trigger"`
	At         wire.Time      `json:"at"`
	Due        []law.Due      `json:"due,omitempty"`
	Confidence law.Confidence `json:"confidence"`
	Status     law.Status     `json:"status"`
	Pack       law.Ref        `json:"pack"`
}

// Draft is a contact report no wider than a rule's scope: a list of fields,
// each of which the scope covers.
type Draft struct {
	Rule   string       `json:"rule"`
	To     party.Name   `json:"to"`
	Scope  intel.Scope  `json:"scope"`
	Fields []DraftField `json:"fields"`
}

// DraftField is one line of a draft.
type DraftField struct {
	Name  string      `json:"name"`
	Needs intel.Scope `json:"needs"` // the least scope that lets it be told
	Value string      `json:"value"`
}

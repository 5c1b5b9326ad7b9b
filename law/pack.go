// Package law holds the duties and powers of parties to pass on what they
// learn, as rules in packs that a lawyer can read and review. A pack is a
// YAML file (doc/spec/pack.md); this package parses and checks it and tells
// when a duty falls due. It decides nothing: package release follows the
// rules.
//
// Pure: bytes in, values out; no clock, no files. It may import intel, party
// and band 1, and the YAML library.
package law

import (
	"comity/intel"
	"comity/party"
	"comity/ref"
	"comity/wire"
)

// Status says how a pack or rule stands in law. Contested and unverified
// rules count all the same, and are marked.
type Status string

// The states of a rule.
const (
	InForce    Status = "in_force"
	Contested  Status = "contested"
	Unverified Status = "unverified"
	Repealed   Status = "repealed"
)

// Confidence says how well the wording is known: A read in the instrument,
// B in a reputable account, C general professional knowledge.
type Confidence string

// The degrees of confidence.
const (
	WordingRead Confidence = "A"
	AccountRead Confidence = "B"
	Believed    Confidence = "C"
)

// Worse gives the weaker of two confidences.
func (c Confidence) Worse(d Confidence) Confidence { return max(c, d) }

// Pack is a set of rules for one jurisdiction, one version of it.
type Pack struct {
	ID           string          `json:"id"`
	Version      int             `json:"version"`
	Title        string          `json:"title"`
	Jurisdiction string          `json:"jurisdiction"`
	Status       Status          `json:"status"`
	From         wire.Time       `json:"from"`           // in force from
	Until        wire.Time       `json:"until,omitzero"` // no longer in force from; zero: open
	ReviewedBy   string          `json:"reviewed_by,omitzero"`
	Confidence   Confidence      `json:"confidence"`
	Calendars    []Almanac       `json:"calendars,omitempty"` // how its parties count days; the first that names a party
	Covers       []party.Pattern `json:"covers"`              // whose duties this pack describes
	Sources      []Source        `json:"sources,omitempty"`
	Parties      []party.Party   `json:"parties,omitempty"`
	Tags         []Tagged        `json:"tags,omitempty"`
	Rules        []Rule          `json:"rules"`
	Examples     []Example       `json:"examples,omitempty"`
	Notes        []string        `json:"notes,omitempty"` // what the limits of the language cannot say
}

// Ref names a pack's exact content, as stored with every closure.
type Ref struct {
	ID      string   `json:"id"`
	Version int      `json:"version"`
	Hash    ref.Hash `json:"hash"`
}

// Hash names the content of the pack.
func (p Pack) Hash() (ref.Hash, error) { return wire.Sum("pack", p) }

// Ref gives the pack's reference.
func (p Pack) Ref() (Ref, error) {
	h, err := p.Hash()
	return Ref{p.ID, p.Version, h}, err
}

// InForceAt reports whether the pack's rules count at an instant.
func (p Pack) InForceAt(t wire.Time) bool {
	return p.Status != Repealed && !t.Before(p.From) && (p.Until.IsZero() || t.Before(p.Until))
}

// CoversParty reports whether the pack claims to describe a party's duties.
func (p Pack) CoversParty(n party.Name) bool { return party.MatchAny(p.Covers, n) }

// HasTag reports whether the pack gives the party a tag.
func (p Pack) HasTag(n party.Name, tag party.Tag) bool {
	for _, t := range p.Tags {
		if t.Tag == tag && party.MatchAny(t.Parties, n) && !party.MatchAny(t.Except, n) {
			return true
		}
	}
	return false
}

// Source is where the wording comes from.
type Source struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

// Tagged gives a tag its extension.
type Tagged struct {
	Tag     party.Tag       `json:"tag"`
	Parties []party.Pattern `json:"parties"`
	Except  []party.Pattern `json:"except,omitempty"`
}

// Trigger is the kind of act by which a party comes to know.
type Trigger string

// The triggers. Receive and send are the two ends of a release; enter is
// holding a copy in one's own systems, which standing access looks into.
const (
	Receive Trigger = "receive"
	Send    Trigger = "send"
	Ask     Trigger = "ask"
	Answer  Trigger = "answer"
	Query   Trigger = "query"
	Read    Trigger = "read"
	Call    Trigger = "call"
	Meet    Trigger = "meet"
)

// Triggers lists all triggers.
var Triggers = []Trigger{Receive, Send, Ask, Answer, Query, Read, Call, Meet}

// Authorisable lists the acts that can wait for somebody's leave: those that a
// node sees before they are done.
var Authorisable = []Trigger{Send, Call, Meet}

// Force says how strongly a rule moves what was learned.
type Force string

// The forces. Must and standing access are sure; the others possible.
const (
	Must           Force = "must"            // a duty
	StandingAccess Force = "standing_access" // can look at will
	Command        Force = "command"         // a superior can order it
	May            Force = "may"             // a permission; a caveat can remove it
	Compelled      Force = "compelled"       // court, oversight, freedom of information
)

// Forces lists all forces.
var Forces = []Force{Must, StandingAccess, Command, May, Compelled}

// Sure reports whether what the force moves arrives for certain.
func (f Force) Sure() bool { return f == Must || f == StandingAccess }

// Who picks parties by a static test: a pattern or a tag of the same pack.
type Who struct {
	Party party.Pattern `json:"party,omitzero"`
	Tag   party.Tag     `json:"tag,omitzero"`
}

// Matches reports whether a party is picked. The empty Who picks nobody.
func (w Who) Matches(p Pack, n party.Name) bool {
	if w.Tag != "" {
		return p.HasTag(n, w.Tag)
	}
	return w.Party.Match(n)
}

// Binds reports whether a rule for those that w picks reaches a party: itself,
// or anything above it. What binds an agency binds its units, and a duty that
// was written for the agency must not vanish because a unit received. It errs
// to the side of showing more; exemptions do not use it.
func (w Who) Binds(p Pack, n party.Name) bool {
	for ; n != ""; n = n.Parent() {
		if w.Matches(p, n) {
			return true
		}
		if w.Tag != "" && p.excepts(n, w.Tag) {
			return false // the nearer name's exception beats the farther's match
		}
	}
	return false
}

func (p Pack) excepts(n party.Name, tag party.Tag) bool {
	for _, t := range p.Tags {
		if t.Tag == tag && party.MatchAny(t.Except, n) {
			return true
		}
	}
	return false
}

// Rule is a duty or power of some party to pass on what it learns, with
// exactly one triggering state and exemptions on static attributes only.
type Rule struct {
	ID            string         `json:"id"` // unique in the pack; shown as pack/rule
	Title         string         `json:"title"`
	Words         string         `json:"words"` // what it says, in the project's words
	DutyHolder    Who            `json:"duty_holder"`
	PersonLevel   bool           `json:"person_level,omitzero"`   // sits on an official, not a server
	SparesMachine bool           `json:"spares_machine,omitzero"` // traffic no person started does not trigger it
	Kinds         []Trigger      `json:"kinds"`
	Counterpart   Who            `json:"counterpart,omitzero"` // empty: whoever it is
	Forms         []intel.Form   `json:"forms,omitempty"`      // empty: whatever the form
	Areas         []intel.Area   `json:"areas,omitempty"`      // empty: whatever the item is about
	Recipients    []party.Name   `json:"recipients"`
	Deadline      Deadline       `json:"deadline"`
	Scope         intel.Scope    `json:"scope"`
	Force         Force          `json:"force"`
	Blockable     bool           `json:"blockable,omitzero"` // a caveat can remove it; only of a may rule
	Authorisation *Authorisation `json:"authorisation,omitempty"`
	Exemptions    []Exemption    `json:"exemptions,omitempty"`
	Confidence    Confidence     `json:"confidence"` // the pack's where the rule says none
	Status        Status         `json:"status"`     // likewise
	Sources       []string       `json:"sources,omitempty"`
}

// Exemption takes parties out of a rule by a static test.
type Exemption struct {
	When   Who    `json:"when"`
	Effect string `json:"effect"` // exempt, or alternative_rule: told of, and shown as not known
	Note   string `json:"note"`
}

// Authorisation is leave that an act needs beforehand.
type Authorisation struct {
	Kinds        []Trigger   `json:"kinds"`
	InPerson     bool        `json:"in_person,omitzero"`
	By           party.Name  `json:"by"`
	RequestScope intel.Scope `json:"request_scope"` // what asking tells the authoriser
}

// Package release answers who will end up seeing what is about to be sent,
// and what this breaks. [Decide] follows the rules in force from the chosen
// recipients to everyone they must or may tell; [Plan] is its answer with
// every reason, the same for the preview, the gate, the ledger and the audit.
// [MakeCut] cuts what one recipient gets, and [Duties] tells what an act
// obliges its parties to report, with a draft no wider than the rule.
//
// Pure: no clock, no I/O, no context. It may import law, intel, party and
// band 1.
package release

import (
	"comity/intel"
	"comity/law"
	"comity/party"
	"comity/ref"
	"comity/wire"
)

// World is what the rules are read in: the packs that count and the parties
// known by name. Packs out of force at the time of the question are left out
// by Decide itself.
type World struct {
	Packs     []law.Pack
	Refs      []law.Ref // of the packs, in their order; empty: they are worked out where they are needed
	Directory party.Directory
}

// Recipient is a party that the sender chose, with a form per portion of the
// item (Forms[0] is portion 1).
type Recipient struct {
	Party party.Name   `json:"party"`
	Forms []intel.Form `json:"forms"`
}

// Question is a release that a sender thinks about.
type Question struct {
	Item       intel.Item
	ItemHash   ref.Hash     // of the version, if it is known; else it is worked out
	Sender     party.Name   // the unit that sends
	Recipients []Recipient  // with what each would get
	Never      []intel.Bar  // promises of this plan alone; they do not travel
	Others     []party.Name // units that the sender could choose instead
	At         wire.Time
	Automated  bool         // no person started it
	Authorised []Authorised // in hand

	own     []intel.Marking  // by portion: the item's own promises
	lineage [][]intel.Origin // by portion: what partners sent that it comes from
}

// settled gives the question with each portion under all that binds it.
func (q Question) settled() Question {
	q.lineage = q.Item.Lineage()
	q.own = nil
	for _, p := range q.Item.Inherit().Portions {
		q.own = append(q.own, p.Marking)
	}
	q.Item = q.Item.Bound(func(n int) []party.Name { return given(q, n+1) })
	return q
}

// Plan is the answer: the release with its closure, conflicts and remedies.
// It holds no text of the item. Its hash is what a second officer signs.
type Plan struct {
	Item       ref.ItemID   `json:"item"`
	Version    int          `json:"version"`
	ItemHash   ref.Hash     `json:"item_hash"`
	Sender     party.Name   `json:"sender"`
	Recipients []Recipient  `json:"recipients"`
	Never      []intel.Bar  `json:"never,omitempty"`
	Others     []party.Name `json:"others,omitempty"` // units that could have been chosen
	At         wire.Time    `json:"at"`
	Automated  bool         `json:"automated,omitzero"`
	Packs      []law.Ref    `json:"packs"`
	Rows       []Row        `json:"rows"`
	Unknown    []Unknown    `json:"unknown,omitempty"`
	Conflicts  []Conflict   `json:"conflicts,omitempty"`
	Duties     []SenderDuty `json:"duties,omitempty"`
	Needs      []Need       `json:"needs,omitempty"`      // authorisations that rules want, in hand or not
	Authorised []Authorised `json:"authorised,omitempty"` // in hand, that lift something of it
}

// Hash names the plan.
func (p Plan) Hash() (ref.Hash, error) { return wire.Sum("plan", p) }

// Encode gives the plan as it is kept, and the hash that names it.
func (p Plan) Encode() ([]byte, ref.Hash, error) {
	b, err := wire.Encode(p)
	return b, ref.Sum("plan", b), err
}

// Blocked tells whether a conflict stops the release.
func (p Plan) Blocked() bool {
	for _, c := range p.Conflicts {
		if c.Blocks {
			return true
		}
	}
	return false
}

// Reach parts what happens for certain from what could.
type Reach string

// The two reaches.
const (
	Sure     Reach = "sure"
	Possible Reach = "possible"
)

// Row is one party that comes to see something: what, when, and by which path
// of rules. A party can have several rows, none of which another covers.
type Row struct {
	Party      party.Name     `json:"party"`
	Scope      intel.Scope    `json:"scope"`
	Portions   []int          `json:"portions,omitempty"` // numbers of the portions whose content the scope speaks of
	Reach      Reach          `json:"reach"`
	Force      law.Force      `json:"force,omitzero"` // of the last step; empty: chosen by the sender
	Earliest   wire.Time      `json:"earliest"`
	Latest     []law.Due      `json:"latest,omitempty"`    // the deadline of the last step, each reading; empty: none
	Path       []Step         `json:"path,omitempty"`      // empty: chosen by the sender
	Confidence law.Confidence `json:"confidence,omitzero"` // the weakest on the path
	Status     law.Status     `json:"status,omitzero"`     // the least settled on the path
}

// Step is one rule that passes something on.
type Step struct {
	Rule  string     `json:"rule"` // pack/rule
	From  party.Name `json:"from"`
	To    party.Name `json:"to"`
	Force law.Force  `json:"force,omitzero"` // none: from a group to its member
}

// Unknown is a reached party whose duties no pack describes: never shown as
// safe.
type Unknown struct {
	Party party.Name  `json:"party"`
	Scope intel.Scope `json:"scope"` // the most it comes to see
	Why   string      `json:"why"`
}

// Conflict is a promise that the closure breaks.
type Conflict struct {
	Portion   int         `json:"portion"` // 0: the release as a whole
	Promise   string      `json:"promise"` // the element of the marking, or --never
	Party     party.Name  `json:"party"`
	Scope     intel.Scope `json:"scope"`     // what it would come to see
	Tolerated intel.Scope `json:"tolerated"` // what the promise allows it
	Row       int         `json:"row"`       // index into Rows of the reason
	Blocks    bool        `json:"blocks"`    // false: a warning
	Why       string      `json:"why"`
	By        party.Name  `json:"by,omitzero"`   // who could authorise it
	Rule      string      `json:"rule,omitzero"` // the rule that wants it authorised; empty: the originator's control
	Remedies  []Remedy    `json:"remedies,omitempty"`
}

// Remedy is something that would mend a conflict.
type Remedy struct {
	Kind RemedyKind `json:"kind"`
	Text string     `json:"text"`
}

// SenderDuty is a report that the sender will owe for the act itself.
type SenderDuty struct {
	Rule  string      `json:"rule"`
	To    party.Name  `json:"to"`
	Scope intel.Scope `json:"scope"`
	Due   []law.Due   `json:"due,omitempty"`
}

// QuestionOf gives the question that a plan answers, about the version of the
// item that it names: a stored plan replays from it.
func QuestionOf(p Plan, i intel.Item) Question {
	return Question{Item: i, Sender: p.Sender, Recipients: p.Recipients, Never: p.Never, Others: p.Others, At: p.At, Automated: p.Automated,
		Authorised: p.Authorised}
}

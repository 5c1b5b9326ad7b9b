package party

import (
	"slices"
	"strings"

	"comity/fault"
)

// Handle names an officer within a node; across a border only the unit and
// the handle show. 2 to 32 of [a-z0-9.-], starting with a letter.
type Handle string

// ParseHandle checks a handle.
func ParseHandle(s string) (Handle, error) {
	ok := len(s) >= 2 && len(s) <= 32 && s[0] >= 'a' && s[0] <= 'z'
	for _, c := range []byte(s) {
		ok = ok && (c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '.' || c == '-')
	}
	if !ok {
		return "", fault.New(fault.Invalid, "%q is not a handle", clip(s)).
			Fix("use 2 to 32 lower-case letters, digits, dots or hyphens, a letter first; never a person's real name")
	}
	return Handle(s), nil
}

// UnmarshalText takes a valid handle only.
func (h *Handle) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*h = ""
		return nil
	}
	p, err := ParseHandle(string(b))
	*h = p
	return err
}

// Role is what an officer is trusted with inside the unit.
type Role string

// The roles.
const (
	Analyst  Role = "analyst"  // writes, marks, plans, reads, files duties
	Release  Role = "release"  // sends, withdraws, approves
	Security Role = "security" // approves, suspends links, assesses packs
	Auditor  Role = "auditor"  // reads the ledger and trails, no content
	Admin    Role = "admin"    // runs the node, reads no intelligence
)

// Roles lists all roles, in the order of help texts.
var Roles = []Role{Analyst, Release, Security, Auditor, Admin}

// ParseRole checks a role.
func ParseRole(s string) (Role, error) {
	if !slices.Contains(Roles, Role(s)) {
		return "", fault.New(fault.Invalid, "there is no role %q", clip(s)).Fix("roles are analyst, release, security, auditor, admin")
	}
	return Role(s), nil
}

// Actor is an officer at work: who asks for an act. It is always handed in
// and never looked up below the edge.
type Actor struct {
	Handle Handle
	Unit   Name
	Roles  []Role
}

// Has reports whether the officer holds a role.
func (a Actor) Has(r Role) bool { return slices.Contains(a.Roles, r) }

// Act is a verb that needs a right.
type Act string

// The acts, and in rights who may do them.
const (
	ActWrite     Act = "write"     // import, mark, edit an item of one's unit
	ActRead      Act = "read"      // read portions that one's unit may see
	ActPlan      Act = "plan"      // ask who will see it
	ActRelease   Act = "release"   // send
	ActApprove   Act = "approve"   // sign another officer's plan
	ActAuthorise Act = "authorise" // answer what partners ask leave for
	ActWithdraw  Act = "withdraw"  // correct or recall what was sent
	ActDestroy   Act = "destroy"   // destroy the content of what was written or received
	ActFile      Act = "file"      // file what a duty demands
	ActTrail     Act = "trail"     // see disclosures and receipts, no content
	ActLedger    Act = "ledger"    // verify and export the ledger
	ActExpose    Act = "expose"    // ask what a party could have seen of all that was sent
	ActRerun     Act = "rerun"     // ask again, by today's packs, about what was sent
	ActAssess    Act = "assess"    // say whether a pack counts here
	ActLink      Act = "link"      // suspend and resume a link
	ActRun       Act = "run"       // add officers, partners, packs
	ActBackup    Act = "backup"    // write a backup of the node
	ActCarry     Act = "carry"     // pack and take in what a courier carries
	ActKeys      Act = "keys"      // replace the node's keys
)

var rights = map[Act][]Role{
	ActWrite:     {Analyst, Release},
	ActRead:      {Analyst, Release},
	ActPlan:      {Analyst, Release, Security},
	ActRelease:   {Release},
	ActApprove:   {Release, Security},
	ActAuthorise: {Release},
	ActWithdraw:  {Release},
	ActDestroy:   {Release},
	ActFile:      {Analyst, Release},
	ActTrail:     {Analyst, Release, Security, Auditor},
	ActLedger:    {Security, Auditor, Admin},
	ActExpose:    {Security, Auditor},
	ActRerun:     {Release, Security},
	ActAssess:    {Security},
	ActLink:      {Security, Admin},
	ActRun:       {Admin},
	ActBackup:    {Admin},
	ActCarry:     {Admin},
	ActKeys:      {Admin},
}

// phrases says in words what an act is, after "may not".
var phrases = map[Act]string{
	ActWrite:     "write, mark or edit items",
	ActRead:      "read what was written or received",
	ActPlan:      "plan a release",
	ActRelease:   "send items",
	ActApprove:   "approve plans",
	ActAuthorise: "authorise what partners ask for",
	ActWithdraw:  "correct or recall what was sent",
	ActDestroy:   "destroy what was written or received",
	ActFile:      "see or file duties",
	ActTrail:     "see disclosures and receipts",
	ActLedger:    "verify, see or export the ledger",
	ActExpose:    "see what a party could have seen",
	ActRerun:     "rerun past releases",
	ActAssess:    "assess packs",
	ActLink:      "suspend or resume links",
	ActRun:       "add officers, partners or packs",
	ActBackup:    "back up the node",
	ActCarry:     "carry messages as files",
	ActKeys:      "replace keys of the node",
}

// May says whether the officer's roles allow an act at all; whether they
// allow it on this object is decided where the object is.
func (a Actor) May(act Act) error {
	for _, r := range rights[act] {
		if a.Has(r) {
			return nil
		}
	}
	names := make([]string, len(rights[act]))
	for i, r := range rights[act] {
		names[i] = string(r)
	}
	need := "this needs the role %s"
	if len(names) > 1 {
		need = "this needs one of the roles %s"
	}
	return fault.New(fault.Denied, "%s may not %s", a.Handle, phrases[act]).Fix(need, strings.Join(names, ", "))
}

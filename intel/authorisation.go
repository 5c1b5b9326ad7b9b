package intel

import (
	"comity/party"
	"comity/ref"
	"comity/wire"
)

// Authorisation is what the item asks for: that what its portions say be
// passed on to those named, or that an act be done that a rule wants
// authorised beforehand. It is answered by a record, given or refused.
type Authorisation struct {
	Rule  string       `json:"rule,omitzero"` // pack/rule that wants it; empty: the originator's own control
	Act   string       `json:"act"`           // a trigger of the law: send, meet, call
	To    []party.Name `json:"to"`            // of a sending: whom it would be sent to; else: the other side of the act
	Allow []Allowance  `json:"allow"`         // everybody who would come to see what needs it, those in To among them
	When  wire.Time    `json:"when,omitzero"` // of an act that is no sending
	Of    ref.ItemID   `json:"of,omitzero"`   // the item that would be sent; never crosses
}

// SubjectOf names what would be sent to one party, towards an authoriser that
// may not be told what it says: the version, and which portions in which forms.
// It tells nothing of them: a version's hash is salted.
func SubjectOf(version ref.Hash, to party.Name, forms []Form) ref.Hash {
	b := append(version[:], 0)
	for _, f := range forms {
		b = append(b, byte(f))
	}
	return ref.Sum("subject", append(b, to...))
}

// Allowance is the most that one party may come to see.
type Allowance struct {
	Party   party.Name `json:"party"`
	Scope   Scope      `json:"scope"`
	Subject ref.Hash   `json:"subject,omitzero"` // of a sending that a rule wants authorised: [SubjectOf] what would be sent
}

// MaxAllowed is how many parties one authorisation names at most.
const MaxAllowed = 100

// Validate checks what is asked for, as a stranger's would be.
func (a Authorisation) Validate() error {
	if !Plain(a.Rule, false) || len(a.Rule) > MaxTitle || !Plain(a.Act, false) || a.Act == "" || len(a.Act) > 20 {
		return bad("what is asked for does not say which act, or which rule").At("authorisation")
	}
	if len(a.Allow) == 0 || len(a.Allow) > MaxAllowed {
		return bad("1 to %d parties are named in what is asked for", MaxAllowed).At("authorisation")
	}
	if len(a.To) == 0 || len(a.To) > len(a.Allow) {
		return bad("what is asked for does not say to whom").At("authorisation")
	}
	seen := map[party.Name]bool{}
	for _, w := range a.Allow {
		if _, err := party.ParseName(string(w.Party)); err != nil {
			return at(err, "authorisation")
		}
		if seen[w.Party] {
			return bad("%s is named twice in what is asked for", w.Party).At("authorisation")
		}
		seen[w.Party] = true
	}
	for _, n := range a.To {
		if !seen[n] {
			return bad("%s stands in to and not in allow", n).At("authorisation")
		}
	}
	return nil
}

func (i Item) validateAuthorisation() error {
	if i.Authorisation == nil {
		return nil
	}
	if i.Kind != Request {
		return bad("only a request asks for an authorisation").At("authorisation")
	}
	return i.Authorisation.Validate()
}

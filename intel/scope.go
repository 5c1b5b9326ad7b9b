package intel

import (
	"strings"

	"comity/fault"
)

// Content is how much of a text a party comes to see, in order.
type Content uint8

// The steps of content. exists = item id and holder; metadata = also title,
// kinds and markings; summary = the released substitute; full = the text;
// full+source = also the source's register number.
const (
	None Content = iota
	Exists
	Metadata
	Summary
	Full
	FullSource
)

var contentNames = [...]string{"none", "exists", "metadata", "summary", "full", "full+source"}

// String gives the glossary's word.
func (c Content) String() string {
	if int(c) < len(contentNames) {
		return contentNames[c]
	}
	return "none"
}

// Scope is what a party comes to see: content, and contact (that two services
// were in touch at all). The two are ordered componentwise.
type Scope struct {
	Content Content
	Contact bool
}

// Contact is the scope of those who learn that there was a contact and
// nothing of what was said: date, kind, nationality, agency, topic, purpose.
var Contact = Scope{Contact: true}

// AtMost reports whether s goes beyond t in neither component.
func (s Scope) AtMost(t Scope) bool { return s.Content <= t.Content && (!s.Contact || t.Contact) }

// Meet gives the componentwise minimum.
func (s Scope) Meet(t Scope) Scope {
	return Scope{min(s.Content, t.Content), s.Contact && t.Contact}
}

// Join gives the componentwise maximum.
func (s Scope) Join(t Scope) Scope {
	return Scope{max(s.Content, t.Content), s.Contact || t.Contact}
}

// IsNothing reports whether nothing at all is seen.
func (s Scope) IsNothing() bool { return s == Scope{} }

// String gives none, contact, or content with +contact behind it.
func (s Scope) String() string {
	switch {
	case s.Content == None && s.Contact:
		return "contact"
	case s.Contact:
		return s.Content.String() + "+contact"
	default:
		return s.Content.String()
	}
}

// ParseScope reads what String gives; fact_of_contact, the doctrine's word,
// is read as contact.
func ParseScope(text string) (Scope, error) {
	if text == "contact" || text == "fact_of_contact" {
		return Contact, nil
	}
	name, contact := strings.CutSuffix(text, "+contact")
	for i, n := range contentNames {
		if n == name || n == "full+source" && name == "full_and_source" {
			if contact && Content(i) == None {
				break
			}
			return Scope{Content(i), contact}, nil
		}
	}
	return Scope{}, fault.New(fault.Invalid, "there is no scope %q", clip(text)).
		Fix("scopes are none, contact, exists, metadata, summary, full, full+source; +contact may follow")
}

// MarshalText gives String.
func (s Scope) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText takes what ParseScope takes; on the wire only the one form
// passes, because wire.Decode encodes again and compares.
func (s *Scope) UnmarshalText(b []byte) error {
	p, err := ParseScope(string(b))
	*s = p
	return err
}

// Form is how a recipient gets a portion, in the order of trust.
type Form uint8

// The forms.
const (
	Withheld   Form = iota // not at all
	Pointer                // it exists, ask us
	Substitute             // the author's cleaned wording, as a copy
	Room                   // read it at our node
	Copy                   // the text itself
)

var formNames = [...]string{"withheld", "pointer", "substitute", "room", "copy"}

// String gives the glossary's word.
func (f Form) String() string {
	if int(f) < len(formNames) {
		return formNames[f]
	}
	return "withheld"
}

// ParseForm reads a form.
func ParseForm(s string) (Form, error) {
	for i, n := range formNames {
		if n == s {
			return Form(i), nil
		}
	}
	return 0, fault.New(fault.Invalid, "there is no form %q", clip(s)).Fix("forms are copy, room, substitute, pointer, withheld")
}

// MarshalText gives String.
func (f Form) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// UnmarshalText takes exactly what MarshalText gives.
func (f *Form) UnmarshalText(b []byte) error {
	p, err := ParseForm(string(b))
	*f = p
	return err
}

// Content tells how much of a portion its recipient sees under a form.
func (f Form) Content() Content {
	switch f {
	case Pointer:
		return Exists
	case Substitute:
		return Summary
	case Room, Copy:
		return Full
	default:
		return None
	}
}

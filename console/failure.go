package console

import (
	"errors"

	"comity/exchange"
	"comity/fault"
)

// Failure is an error as it leaves the desk: the safe parts of the fault; of a
// release that a promise stops, the plan that says why; of a cut with
// conditions, these.
type Failure struct {
	Kind  string    `json:"kind"`
	Text  string    `json:"text"`
	Where string    `json:"where,omitzero"`
	Hint  string    `json:"hint,omitzero"`
	Plan  *PlanView `json:"plan,omitempty"`

	Conditions []string `json:"conditions,omitempty"`

	Brought *Unpacked `json:"brought,omitempty"` // by a damaged bundle, before the damage

	safe *fault.Error // what it was made of, for pages in another language; it does not cross a socket
}

// Failed makes the failure of an error; its cause stays behind.
func Failed(err error) *Failure {
	var f *Failure
	if errors.As(err, &f) {
		return f
	}
	safe := fault.Safe(err)
	f = &Failure{Kind: safe.Kind.String(), Text: safe.Text, Where: safe.Where, Hint: safe.Hint, safe: safe}
	var unread *exchange.Unread
	if errors.As(err, &unread) {
		f.Conditions = unread.Conditions
	}
	return f
}

// Error gives the safe text.
func (f *Failure) Error() string { return f.fault().Error() }

// Unwrap gives the fault, so that fault.KindOf reads a failure like any other
// error.
func (f *Failure) Unwrap() error { return f.fault() }

// fault makes the fault of it again. Parts that were changed on the way are told
// as they were changed.
func (f *Failure) fault() *fault.Error {
	e := &fault.Error{}
	if f.safe != nil {
		*e = *f.safe
	}
	e.Kind, e.Text, e.Where, e.Hint = fault.KindNamed(f.Kind), f.Text, f.Where, f.Hint
	return e
}

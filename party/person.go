package party

import (
	"strings"

	"comity/fault"
)

// Person is an officer as other services may name one: the unit and the
// handle, written mx/semar/uin#lince. The caveat EYES lists persons.
type Person struct {
	Unit   Name
	Handle Handle
}

// ParsePerson reads unit#handle.
func ParsePerson(s string) (Person, error) {
	unit, handle, ok := strings.Cut(s, "#")
	if !ok {
		return Person{}, fault.New(fault.Invalid, "%q does not name a person", clip(s)).
			Fix("write the unit, # and the handle: mx/semar/uin#lince")
	}
	n, err := ParseName(unit)
	if err != nil {
		return Person{}, err
	}
	h, err := ParseHandle(handle)
	if err != nil {
		return Person{}, err
	}
	return Person{n, h}, nil
}

// String gives unit#handle.
func (p Person) String() string { return string(p.Unit) + "#" + string(p.Handle) }

// Person gives the officer as other services may name them.
func (a Actor) Person() Person { return Person{a.Unit, a.Handle} }
